#include "left_out.h"

#include <set>

#include "exo_harness/core/few.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/test_name.h"
#include "exo_harness/core/text.h"

#include "sanitize.h"

namespace exo_reports {
namespace {

using exo_harness::parts_of_test;

std::set<std::string> promises_asked(const RunRecord& run, const std::string& suite) {
  std::set<std::string> asked;
  for (const SuiteRecord& one : run.suites) {
    if (one.name != suite) continue;
    for (const TestRecord& test : one.tests) asked.emplace(parts_of_test(test.name).promise);
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
      const std::string promise(parts_of_test(test).promise);
      if (!asked.contains(promise)) not_asked.insert(promise);
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
