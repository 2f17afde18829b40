#include <algorithm>
#include <string>
#include <utility>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_reports/run_record.h"

#include "left_out.h"
#include "reasons.h"
#include "sanitize.h"

namespace exo_reports {
namespace {

using exo_harness::ExitCode;
using exo_harness::format;

constexpr std::size_t kMaxAnswerBytes = 2000;

std::map<Verdict, int> count(const RunRecord& run) {
  std::map<Verdict, int> counts;
  for (const SuiteRecord& suite : run.suites) {
    for (const TestRecord& test : suite.tests) ++counts[test.verdict];
  }
  return counts;
}

int total(const std::map<Verdict, int>& counts) {
  int sum = 0;
  for (const auto& [verdict, number] : counts) sum += number;
  return sum;
}

// `2 failed, 1 crash, 38 passed, 3 skipped`: gravest first, then what is well.
std::string counts_in_words(const std::map<Verdict, int>& counts) {
  std::vector<std::string> bad, good;
  for (auto at = counts.rbegin(); at != counts.rend(); ++at) {
    if (!is_good(at->first)) bad.push_back(format("{} {}", at->second, humanize(at->first)));
  }
  for (const auto& [verdict, number] : counts) {
    if (is_good(verdict)) good.push_back(format("{} {}", number, humanize(verdict)));
  }
  bad.insert(bad.end(), good.begin(), good.end());
  return bad.empty() ? "no test ran" : exo_harness::join(bad, ", ");
}

// The model failed, and the cluster, seen with the fallback, did not.
bool is_fault_of_the_model(const RunRecord& run) {
  return run.strategies.size() == 1 && run.strategies.front().fallback_fit == "fit";
}

std::string_view headline(const Judgement& judgement, const RunRecord& run) {
  if (judgement.verdict == Verdict::failed && is_fault_of_the_model(run)) {
    return "FAILED: the model does not work, the cluster does";
  }
  if (judgement.exit_code == ExitCode::nothing_selected) return "NOTHING TESTED: no test was selected";
  switch (judgement.verdict) {
    case Verdict::passed:
      return run.left_out.empty() ? "PASSED: the cluster did what it must"
                                  : "PASSED: the quick selection found nothing wrong";
    case Verdict::expected_failure:
      return "PASSED: every test failed as expected";
    case Verdict::skipped:
      return "ALL SKIPPED: nothing that was selected applies here";
    case Verdict::inconclusive:
      return "INCONCLUSIVE: not enough evidence to judge the cluster";
    case Verdict::environment:
      return "ENVIRONMENT: this machine or network is not fit for the test";
    case Verdict::harness:
      return "HARNESS TROUBLE: this run says nothing certain about the cluster";
    case Verdict::unexpected_pass:
      return "UNEXPECTED PASS: an expected failure now passes";
    case Verdict::failed:
      return "FAILED: the cluster did not do what it must";
    case Verdict::lost:
      return "LOST: a node, an instance or a view of the cluster was lost";
    case Verdict::hang:
      return "HANG: something did not end before its deadline";
    case Verdict::crash:
      return "CRASH: a process died";
  }
  return "";
}

// Not one of our exit codes: the run says nothing.
Verdict verdict_of_code(int number) {
  const auto code = exo_harness::parse_exit_code(number);
  return code ? exo_harness::verdict_of(*code) : Verdict::harness;
}

// The exit code that the run itself recorded is a floor: no reader of the journal knows better than who was there.
void judge_by_recorded_end(const RunRecord& run, Judgement& judgement) {
  const int code = run.ended_exit_code;
  judgement.verdict = verdict_of_code(code);
  judgement.exit_code = exit_code_of(judgement.verdict);
  const std::string what =
      run.ended_reason.empty() ? format("the run ended with exit code {}", code) : run.ended_reason;
  judgement.reasons.push_back({judgement.verdict, "run", what, "", "", "", 0});
}

// Nothing is wrong; but was anything tested?
void judge_green(const RunRecord& run, Judgement& judgement) {
  const bool any_good = judgement.counts[Verdict::passed] + judgement.counts[Verdict::expected_failure] > 0;
  const bool any_skip = judgement.counts[Verdict::skipped] > 0;
  judgement.verdict = any_good ? Verdict::passed : any_skip ? Verdict::skipped : Verdict::inconclusive;
  judgement.exit_code = any_good ? ExitCode::passed : any_skip ? ExitCode::all_skipped : ExitCode::nothing_selected;
  const auto recorded = exo_harness::parse_exit_code(run.ended_exit_code);
  const bool agrees = recorded == ExitCode::passed || recorded == judgement.exit_code;
  const bool judged_nothing =
      recorded && exo_harness::verdict_of(*recorded) == Verdict::inconclusive && recorded != ExitCode::inconclusive;
  if (!agrees && !(!any_good && judged_nothing)) {
    judge_by_recorded_end(run, judgement);
  }
}

}  // namespace

Judgement judge(const RunRecord& run) {
  Judgement judgement;
  judgement.counts = count(run);
  judgement.reasons = reasons_of_the_run(run);
  const std::vector<Reason> record = reasons_of_the_record(run);
  if (!record.empty()) {
    judgement.verdict = Verdict::harness;
    judgement.exit_code = ExitCode::harness;
    judgement.reasons.insert(judgement.reasons.begin(), record.begin(), record.end());
  } else if (!judgement.reasons.empty()) {
    const auto gravest = std::max_element(judgement.reasons.begin(), judgement.reasons.end(),
                                          [](const Reason& a, const Reason& b) { return a.verdict < b.verdict; });
    judgement.verdict = gravest->verdict;
    judgement.exit_code = exit_code_of(gravest->verdict);
  } else {
    judge_green(run, judgement);
  }
  std::erase_if(judgement.counts, [](const auto& entry) { return entry.second == 0; });
  std::vector<std::string> answers;
  for (const auto& tried : run.strategies) answers.push_back(sanitized_line(tried.answer, kMaxAnswerBytes));
  judgement.answer = exo_harness::join(answers, " ");
  judgement.sentence = format("{}. {}: {}.", headline(judgement, run),
                              total(judgement.counts) == 1 ? "1 test" : format("{} tests", total(judgement.counts)),
                              counts_in_words(judgement.counts));
  if (const std::size_t left_out = count_left_out(run); left_out > 0)
    judgement.sentence += format(" The quick selection left out {} more, which say nothing.", left_out);
  return judgement;
}

}  // namespace exo_reports
