#include "exo_reports/gate.h"

#include <algorithm>

#include "exo_harness/core/format.h"

#include "gate/parts.h"
#include "sanitize.h"

namespace exo_reports {
namespace {

using exo_harness::ExitCode;
using exo_harness::format;

// What decided first: the gravest, and of equals in the order of the rules.
void sort_reasons(GateResult& result) {
  std::stable_sort(result.reasons.begin(), result.reasons.end(),
                   [](const GateReason& a, const GateReason& b) { return a.verdict > b.verdict; });
}

GateVerdict gravest(const std::vector<GateReason>& reasons) {
  GateVerdict verdict = GateVerdict::pass;
  for (const GateReason& reason : reasons) verdict = std::max(verdict, reason.verdict);
  return verdict;
}

std::string count_in_words(const GateResult& result) {
  const auto number = static_cast<std::size_t>(
      std::count_if(result.reasons.begin(), result.reasons.end(),
                    [&](const GateReason& reason) { return reason.verdict == result.verdict; }));
  return number == 1 ? "" : format(" (and {} more)", number - 1);
}

std::string seen_in_words(const GateResult& result) {
  return result.detectable > 1
             ? format(" A slowdown of {:.1f} % or more would have been seen.", 100 * (result.detectable - 1))
             : "";
}

std::string sentence_of(const GateResult& result) {
  if (result.reasons.empty() || result.reasons.front().verdict == GateVerdict::pass) {
    const std::size_t warnings = result.reasons.size();
    return format("PASS: the candidate is at least as good as the baseline in all {} tests and {} comparisons{}.{}",
                  result.tests.size(), result.performance.size() + result.answers.size(),
                  warnings == 0   ? ""
                  : warnings == 1 ? ", with 1 warning"
                                  : format(", with {} warnings", warnings),
                  seen_in_words(result));
  }
  const GateReason& first = result.reasons.front();
  return format("{}: {}: {}{}.", to_string(result.verdict), sanitized_line(first.subject, 200),
                sanitized_line(first.what, 400), count_in_words(result));
}

}  // namespace

std::string_view to_string(GateVerdict verdict) {
  switch (verdict) {
    case GateVerdict::pass:
      return "PASS";
    case GateVerdict::inconclusive:
      return "INCONCLUSIVE";
    case GateVerdict::fail:
      return "FAIL";
    case GateVerdict::incomparable:
      break;
  }
  return "INCOMPARABLE";
}

ExitCode exit_code_of(GateVerdict verdict) {
  switch (verdict) {
    case GateVerdict::pass:
      return ExitCode::passed;
    case GateVerdict::inconclusive:
      return ExitCode::inconclusive;
    case GateVerdict::fail:
      return ExitCode::failed;
    case GateVerdict::incomparable:
      break;
  }
  return ExitCode::not_comparable;
}

void GateFindings::add(GateVerdict verdict, std::string rule, std::string subject, std::string what) {
  result.reasons.push_back({verdict, std::move(rule), std::move(subject), std::move(what)});
}
void GateFindings::warn(std::string rule, std::string subject, std::string what) {
  add(GateVerdict::pass, std::move(rule), std::move(subject), std::move(what));
}

GateResult gate(const GateSide& baseline, const GateSide& candidate, const GateOptions& options) {
  GateResult result;
  result.options = options;
  GateFindings findings{options, result};
  check_usable(baseline, candidate, findings);
  if (result.reasons.empty()) compare_manifests(baseline, candidate, findings);
  // What cannot be compared is not: a list of failures beside a refusal would be read as the answer.
  if (gravest(result.reasons) != GateVerdict::incomparable) {
    result.interleaved = is_interleaved(baseline, candidate);
    compare_tests(baseline, candidate, findings);
    compare_events(baseline, candidate, findings);
    compare_performance(baseline, candidate, findings);
    compare_answers(baseline, candidate, findings);
  }
  sort_reasons(result);
  result.verdict = gravest(result.reasons);
  result.sentence = sentence_of(result);
  if (result.verdict == GateVerdict::inconclusive && options.inconclusive_as) {
    result.verdict = *options.inconclusive_as;
    result.sentence += format(" As was asked, that counts as {}.", to_string(result.verdict));
  }
  return result;
}

}  // namespace exo_reports
