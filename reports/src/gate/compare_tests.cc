// Test by test: what is missing, what newly fails, what fails now and then. The first attempt decides the label, and no
// later one absolves: whoever fails and passes is compared by how often, on both builds.

#include <algorithm>
#include <set>

#include "exo_harness/core/few.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/measure/exact_tests.h"

#include "gate/parts.h"
#include "sanitize.h"
#include "verdict/left_out.h"

namespace exo_reports {
namespace {

using exo_harness::format;
using Name = std::pair<std::string, std::string>;  // Suite and test.

constexpr double kFlakeLevel = 0.05;
constexpr std::size_t kStormTests = 10, kStormPercent = 20;

struct Tally {
  int runs = 0, failed = 0, excused = 0, unjudged = 0, skipped = 0;  // `excused`: met a known fault of Exo.
  bool first_failed = false;
  std::set<std::string> signatures;  // Of every failure.
  std::string reason;                // Why skipped or not judged.

  bool judged() const { return runs > 0; }
  bool fails_always() const { return runs > 0 && failed == runs; }
  std::string signature() const {
    return exo_harness::join(exo_harness::few_of({signatures.begin(), signatures.end()}), " | ");
  }
  // Whether it failed in no other way than that one did.
  bool fails_as(const Tally& other) const {
    return std::includes(other.signatures.begin(), other.signatures.end(), signatures.begin(), signatures.end());
  }
  bool fails_at_times() const { return failed > 0 && failed < runs; }
};
using Tallies = std::map<Name, Tally>;

std::string signature_of(const TestRecord& test) {
  for (const auto& diagnosis : test.diagnoses) {
    if (!diagnosis.signature.empty()) return diagnosis.signature;
  }
  const std::string said = test.failures.empty() ? test.reason : summary_line(test.failures.front().message);
  return format("{}: {}", to_string(test.verdict), steady_words(said));
}

void add_attempt(Verdict verdict, Tally& tally) {
  if (verdict == Verdict::skipped) {
    ++tally.skipped;
  } else if (is_product_failure(verdict)) {
    tally.first_failed = tally.first_failed || tally.runs == 0;
    ++tally.runs;
    ++tally.failed;
  } else if (is_good(verdict)) {
    ++tally.runs;
    tally.excused += verdict == Verdict::expected_failure;
  } else {
    ++tally.unjudged;
  }
}

Tallies tallies_of(const GateSide& side) {
  Tallies tallies;
  for (const GateRun& run : side.runs) {
    for (const SuiteRecord& suite : run.record.suites) {
      for (const TestRecord& test : suite.tests) {
        Tally& tally = tallies[{suite.name, test.name}];
        const auto attempts = test.attempts.empty() ? std::vector<Verdict>{test.verdict} : test.attempts;
        for (const Verdict attempt : attempts) add_attempt(attempt, tally);
        if (is_product_failure(test.verdict)) tally.signatures.insert(signature_of(test));
        if (!test.reason.empty()) tally.reason = test.reason;
      }
    }
  }
  return tallies;
}

class TestGate {
 public:
  TestGate(const GateSide& baseline, const GateSide& candidate, GateFindings& findings)
      : before_(tallies_of(baseline)), now_(tallies_of(candidate)), findings_(findings) {}

  void run() {
    for (const auto& [name, tally] : before_) {
      if (const auto now = now_.find(name); now != now_.end()) {
        compare(name, tally, now->second);
      } else {
        missing(name, tally);
      }
    }
    for (const auto& [name, tally] : now_) {
      if (!before_.count(name)) compare(name, Tally(), tally);
    }
    tell_of_a_storm();
    tell_what_was_skipped();
  }

 private:
  void missing(const Name& name, const Tally& before) {
    if (!before.judged()) return;
    record(name, before, Tally(), "missing");
    if (matches_any(name.second, findings_.options.expect_removed)) return;
    findings_.add(GateVerdict::fail, "test.missing", name.second,
                  "it ran in the baseline, and the candidate does not have it: --expect-removed if that is meant");
  }

  void compare(const Name& name, const Tally& before, const Tally& now) {
    if (!now.judged()) return unjudged(name, before, now);
    tell_of_attempts_without_a_verdict(name, before, now);
    if (now.failed == 0 && meets_a_new_fault(before, now)) return new_known_fault(name, before, now);
    if (now.failed == 0) return record(name, before, now, before.failed > 0 ? "fixed" : "same");
    if (!before.judged()) return without_baseline(name, before, now);
    now.fails_always() && !before.fails_at_times() ? fails(name, before, now) : flakes(name, before, now);
  }

  // Attempts that came to nothing may hide the failures that it would have had.
  void tell_of_attempts_without_a_verdict(const Name& name, const Tally& before, const Tally& now) {
    if (now.unjudged <= before.unjudged && now.skipped <= before.skipped) return;
    findings_.add(GateVerdict::inconclusive, "test.not_judged", name.second,
                  format("{} attempts were judged, {} were not and {} were skipped; in the baseline {}, {} and {}",
                         now.runs, now.unjudged, now.skipped, before.runs, before.unjudged, before.skipped));
  }

  void unjudged(const Name& name, const Tally& before, const Tally& now) {
    if (now.skipped > 0 && now.unjudged == 0) {
      record(name, before, now, before.judged() ? "newly_skipped" : "skipped");
      if (!before.judged() || matches_any(name.second, findings_.options.expect_skipped)) return;
      findings_.add(GateVerdict::fail, "test.newly_skipped", name.second,
                    format("it ran in the baseline, and was skipped in the candidate: {}", sanitized_line(now.reason)));
      return;
    }
    record(name, before, now, "not_judged");
    findings_.add(GateVerdict::inconclusive, "test.not_judged", name.second,
                  format("nobody could judge it in the candidate: {}",
                         now.reason.empty() ? "it was planned and never ran" : sanitized_line(now.reason)));
  }

  void without_baseline(const Name& name, const Tally& before, const Tally& now) {
    record(name, before, now, "no_baseline");
    found(GateVerdict::inconclusive, "test.no_baseline", name, now,
          format("it fails ({} of {}), and the baseline has nothing to compare with: {}", now.failed, now.runs,
                 now.signature()));
  }

  static bool meets_a_new_fault(const Tally& before, const Tally& now) {
    return now.excused == now.runs && before.judged() && before.excused == 0 && before.failed == 0;
  }

  // That a fault of the candidate is known excuses a test of it, and does not make the candidate as good as before.
  void new_known_fault(const Name& name, const Tally& before, const Tally& now) {
    Tally shown = now;
    shown.signatures = {sanitized_line(now.reason)};
    record(name, before, shown, "new_known_fault");
    found(GateVerdict::fail, "test.new_known_fault", name, shown,
          format("a known fault of Exo shows in {} of {}, and it passed {} of {} in the baseline: {}", now.excused,
                 now.runs, before.runs, before.runs, sanitized_line(now.reason)));
  }

  void fails(const Name& name, const Tally& before, const Tally& now) {
    const std::string how_often = format("failed {} of {}", now.failed, now.runs);
    if (before.failed == 0) {
      record(name, before, now, "new_failure");
      found(
          GateVerdict::fail, "test.new_failure", name, now,
          format("{}, and passed {} of {} in the baseline: {}", how_often, before.runs, before.runs, now.signature()));
    } else if (now.fails_as(before)) {
      record(name, before, now, "known_failure");
      findings_.warn("test.known_failure", name.second, format("fails as in the baseline: {}", now.signature()));
    } else {
      record(name, before, now, "changed_failure");
      found(GateVerdict::fail, "test.changed_failure", name, now,
            format("{}, in another way than in the baseline: {}; before: {}", how_often, now.signature(),
                   before.signature()));
    }
  }

  void flakes(const Name& name, const Tally& before, const Tally& now) {
    const auto count = [](int number) { return static_cast<std::size_t>(number); };
    const double p = exo_harness::measure::fisher_p_greater(count(before.failed), count(before.runs), count(now.failed),
                                                            count(now.runs));
    const std::string what = format("failed {} of {}, and {} of {} in the baseline (Fisher p = {:.3f}): {}", now.failed,
                                    now.runs, before.failed, before.runs, p, now.signature());
    if (p <= kFlakeLevel) {
      record(name, before, now, "new_flake");
      found(GateVerdict::fail, "test.new_flake", name, now, what);
    } else if (before.failed > 0 && !now.fails_as(before)) {
      record(name, before, now, "changed_failure");
      found(GateVerdict::fail, "test.changed_failure", name, now, what + "; before: " + before.signature());
    } else if (before.failed > 0) {
      record(name, before, now, "known_flake");
      findings_.warn("test.known_flake", name.second, what);
    } else {
      record(name, before, now, "flaky_suspect");
      found(findings_.options.release ? GateVerdict::fail : GateVerdict::pass, "test.flaky_suspect", name, now,
            what + "; more runs of both would tell");
    }
  }

  // What gates, unless it is known and somebody owns it.
  void found(GateVerdict verdict, const std::string& rule, const Name& name, const Tally& now, std::string what) {
    const auto& entries = findings_.options.quarantine;
    const auto entry = std::find_if(entries.begin(), entries.end(), [&](const QuarantineEntry& e) {
      return matches_pattern(name.second, e.test) &&
             std::all_of(now.signatures.begin(), now.signatures.end(),
                         [&](const std::string& signature) { return matches_pattern(signature, e.signature); });
    });
    if (entry == entries.end()) return findings_.add(verdict, rule, name.second, std::move(what));
    if (entry->added > findings_.options.today) {
      return findings_.add(verdict, rule, name.second, format("{}; its quarantine begins on {}", what, entry->added));
    }
    if (entry->expires < findings_.options.today) {
      return findings_.add(verdict, rule, name.second,
                           format("{}; its quarantine ended on {} ({}, {})", what, entry->expires,
                                  sanitized_line(entry->owner, 80), sanitized_line(entry->issue, 120)));
    }
    findings_.result.tests.back().outcome = "quarantined";
    findings_.warn("test.quarantined", name.second,
                   format("{}; in quarantine until {} ({}, {})", what, entry->expires, sanitized_line(entry->owner, 80),
                          sanitized_line(entry->issue, 120)));
  }

  void record(const Name& name, const Tally& before, const Tally& now, const std::string& outcome) {
    findings_.result.tests.push_back(
        {name.first, name.second, outcome, before.failed, before.runs, now.failed, now.runs, now.signature()});
  }

  static std::size_t first_failures(const Tallies& tallies) {
    return static_cast<std::size_t>(
        std::count_if(tallies.begin(), tallies.end(), [](const auto& one) { return one.second.first_failed; }));
  }
  static bool is_storm(const Tallies& tallies) {
    const std::size_t failures = first_failures(tallies);
    return failures > kStormTests || (failures > 2 && failures * 100 > tallies.size() * kStormPercent);
  }

  void tell_of_a_storm() {
    if (!is_storm(now_)) return;
    const std::string what = format("{} of {} tests failed at their first attempt", first_failures(now_), now_.size());
    if (is_storm(before_)) {
      findings_.add(GateVerdict::inconclusive, "test.storm", "both builds",
                    format("{}, and {} of {} in the baseline: look at the machines first", what,
                           first_failures(before_), before_.size()));
    } else {
      findings_.add(GateVerdict::fail, "test.storm", "candidate", what + "; reruns of them would say nothing more");
    }
  }

  void tell_what_was_skipped() {
    std::map<std::string, int> reasons;
    for (const auto& [name, tally] : now_) {
      if (!tally.judged() && tally.skipped > 0) ++reasons[sanitized_line(tally.reason, 160)];
    }
    for (const auto& [reason, count] : reasons) {
      findings_.result.not_tested.push_back(format("{} test{} skipped: {}", count, count == 1 ? "" : "s", reason));
    }
  }

  Tallies before_, now_;
  GateFindings& findings_;
};

void tell_what_was_left_out(const GateSide& candidate, GateFindings& findings) {
  for (const LeftOut& one : left_out_by_suite(candidate.runs.front().record))
    findings.result.not_tested.push_back(format("{} tests {}", one.count, one.what));
}

constexpr int kPassesToLeaveQuarantine = 20;

void tell_of_needless_quarantine(GateFindings& findings) {
  for (const QuarantineEntry& entry : findings.options.quarantine) {
    int passes = 0, failures = 0;
    for (const TestComparison& test : findings.result.tests) {
      if (!matches_pattern(test.name, entry.test)) continue;
      failures += test.candidate_failed;
      passes += test.candidate_runs - test.candidate_failed;
    }
    if (failures == 0 && passes >= kPassesToLeaveQuarantine) {
      findings.warn("quarantine.needless", entry.test, format("passed {} times: take it out of quarantine", passes));
    }
  }
}

}  // namespace

std::string steady_words(std::string_view text) {
  std::string steady;
  const std::string line = sanitized_line(text, 300);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_hex = [&](char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || c == '-'; };
  for (std::size_t at = 0; at < line.size();) {
    std::size_t end = at;
    while (end < line.size() && is_hex(line[end])) ++end;
    const bool has_digit = std::any_of(line.begin() + static_cast<std::ptrdiff_t>(at),
                                       line.begin() + static_cast<std::ptrdiff_t>(end), is_digit);
    if (has_digit) {
      steady += '#';
      at = end;
    } else {
      steady.append(line, at, std::max<std::size_t>(1, end - at));
      at = std::max(at + 1, end);
    }
  }
  return steady;
}

void compare_tests(const GateSide& baseline, const GateSide& candidate, GateFindings& findings) {
  TestGate(baseline, candidate, findings).run();
  tell_what_was_left_out(candidate, findings);
  for (const TestComparison& test : findings.result.tests) ++findings.result.counts[test.outcome];
  tell_of_needless_quarantine(findings);
}

}  // namespace exo_reports
