#include <set>

#include "exo_harness/core/format.h"

#include "gate/parts.h"
#include "sanitize.h"

namespace exo_reports {
namespace {

using exo_harness::format;

// Of the run and not of a test: a process that died, a phase of the cluster, a node that was gone.
std::map<std::string, std::string> run_failures(const GateSide& side) {
  std::map<std::string, std::string> failures;
  for (const GateRun& run : side.runs) {
    for (const Reason& reason : run.record.judgement.reasons) {
      if (!reason.anchor.empty() || !is_product_failure(reason.verdict)) continue;
      const std::string what = format("{}: {}", reason.subject, reason.what);
      failures.emplace(steady_words(what), format("{}: {} ({})", to_string(reason.verdict), what, run.name));
    }
  }
  return failures;
}

std::map<std::string, std::string> failed_runners(const GateSide& side) {
  std::map<std::string, std::string> failures;
  for (const GateRun& run : side.runs) {
    for (const auto& record : run.record.history) {
      const auto& change = std::get<exo_harness::journal::StateChange>(record.body);
      if (!change.is_runner_failure()) continue;
      failures.emplace(steady_words(change.detail),
                       format("rank {}: {}", change.rank, sanitized_line(change.detail, 200)));
    }
  }
  return failures;
}

void tell_what_is_new(const std::map<std::string, std::string>& before, const std::map<std::string, std::string>& now,
                      const std::string& rule, const std::string& subject, GateFindings& findings) {
  for (const auto& [words, what] : now) {
    before.count(words) ? findings.warn(rule, subject, what + "; as in the baseline")
                        : findings.add(GateVerdict::fail, rule, subject, what + "; not in the baseline");
  }
}

// What could not be judged at all, by the machine's or the user's doing.
void tell_what_was_not_fit(const GateSide& candidate, GateFindings& findings) {
  for (const GateRun& run : candidate.runs) {
    for (const Reason& reason : run.record.judgement.reasons) {
      if (is_good(reason.verdict) || is_product_failure(reason.verdict) || !reason.anchor.empty()) continue;
      findings.add(GateVerdict::inconclusive, "run.not_judged", run.name,
                   format("{}: {}: {}", to_string(reason.verdict), sanitized_line(reason.subject, 100),
                          sanitized_line(reason.what)));
    }
  }
}

void compare_predictions(const RunRecord& before, const RunRecord& now, GateFindings& findings) {
  std::map<std::pair<std::string, std::string>, std::set<std::string>> was;
  for (const auto& p : before.predictions) was[{p.model, p.placement}].insert(p.seen);
  for (const auto& p : now.predictions) {
    const auto known = was.find({p.model, p.placement});
    if (known == was.end() || known->second.count(p.seen)) continue;
    findings.warn("prediction.changed", format("{} {}", p.model, p.placement),
                  format("{} in the baseline, {} now{}", *known->second.begin(), p.seen,
                         p.detail.empty() ? "" : ": " + sanitized_line(p.detail, 200)));
  }
}

void compare_known_findings(const RunRecord& before, const RunRecord& now, GateFindings& findings) {
  std::map<std::string, std::string> was, is;
  for (const auto& finding : before.findings) was.emplace(finding.id, finding.title);
  for (const auto& finding : now.findings) is.emplace(finding.id, finding.title);
  for (const auto& [id, title] : is) {
    if (!was.count(id)) findings.warn("finding.new", id, "seen in the candidate only: " + sanitized_line(title, 200));
  }
  for (const auto& [id, title] : was) {
    if (!is.count(id)) findings.warn("finding.gone", id, "seen in the baseline only: " + sanitized_line(title, 200));
  }
}

}  // namespace

void compare_events(const GateSide& baseline, const GateSide& candidate, GateFindings& findings) {
  tell_what_is_new(run_failures(baseline), run_failures(candidate), "event.run", "candidate", findings);
  tell_what_is_new(failed_runners(baseline), failed_runners(candidate), "event.runner_failed", "candidate", findings);
  tell_what_was_not_fit(candidate, findings);
  compare_predictions(baseline.runs.front().record, candidate.runs.front().record, findings);
  compare_known_findings(baseline.runs.front().record, candidate.runs.front().record, findings);
}

}  // namespace exo_reports
