#include "left_out.h"

#include <set>

#include "exo_harness/core/few.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "sanitize.h"

namespace exo_reports {
namespace {

// `Scenarios/Answer.IsRight/llama_single` without what it is tried with.
std::string promise_of(const std::string& test) {
  const std::size_t dot = test.find('.'), before = test.rfind('/', dot);
  const std::size_t behind = dot == test.npos ? dot : test.find('/', dot);
  const std::size_t begin = before == test.npos ? 0 : before + 1;
  return test.substr(begin, behind == test.npos ? test.npos : behind - begin);
}

std::set<std::string> promises_asked(const RunRecord& run, const std::string& suite) {
  std::set<std::string> asked;
  for (const SuiteRecord& one : run.suites) {
    if (one.name != suite) continue;
    for (const TestRecord& test : one.tests) asked.insert(promise_of(test.name));
  }
  return asked;
}

}  // namespace

std::size_t count_left_out(const RunRecord& run) {
  std::size_t count = 0;
  for (const auto& [suite, tests] : run.left_out) count += tests.size();
  return count;
}

std::vector<LeftOut> left_out_by_suite(const RunRecord& run) {
  std::vector<LeftOut> all;
  for (const auto& [suite, tests] : run.left_out) {
    if (tests.empty()) continue;
    const std::set<std::string> asked = promises_asked(run, suite);
    std::set<std::string> not_asked;
    for (const std::string& test : tests) {
      if (const std::string promise = promise_of(test); !asked.contains(promise)) not_asked.insert(promise);
    }
    const auto few = exo_harness::few_of({not_asked.begin(), not_asked.end()});
    const std::string rest =
        not_asked.empty() ? "each was asked in one placement" : "not asked at all: " + exo_harness::join(few, ", ");
    all.push_back(
        {tests.size(),
         sanitized_line(exo_harness::format("of {} left out by the quick selection; {}", suite, rest), 2000)});
  }
  return all;
}

}  // namespace exo_reports
