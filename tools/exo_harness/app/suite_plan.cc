#include "app/suite_plan.h"

#include <algorithm>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/number.h"
#include "exo_harness/core/test_name.h"
#include "exo_harness/core/text.h"

namespace exo_harness::tools {
namespace {

int parse_number(std::string_view text) {
  return whole_number<int>(text).value_or(0);
}

}  // namespace

const std::vector<std::string>& suite_order() {
  static const std::vector<std::string> order = {"preflight",        "discovery",       "staging",    "placement",
                                                 "inference",        "tensor_parallel", kPerformance, "api_contract",
                                                 "expected_failure", kResilience};
  return order;
}

std::vector<std::string> parse_test_list(std::string_view output) {
  std::vector<std::string> tests;
  std::string group;
  for (std::string_view line : lines(output)) {
    const std::string_view name = trim(line.substr(0, line.find('#')));
    if (name.empty()) continue;
    if (line.front() != ' ') {
      group = name.back() == '.' ? std::string(name) : "";
    } else if (!group.empty()) {
      tests.push_back(group + std::string(name));
    }
  }
  return tests;
}

std::vector<SuiteStep> plan_suite(const std::string& suite, const std::vector<std::string>& tests) {
  std::vector<SuiteStep> steps;
  for (const std::string& test : tests) {
    const std::string scenario(parts_of_test(test).parameter);
    auto step = std::find_if(steps.begin(), steps.end(), [&](const SuiteStep& s) { return s.scenario == scenario; });
    if (step == steps.end()) step = steps.insert(steps.end(), SuiteStep{suite, scenario, {}});
    step->tests.push_back(test);
  }
  std::stable_partition(steps.begin(), steps.end(), [](const SuiteStep& s) { return s.scenario.empty(); });
  return steps;
}

std::vector<SuiteStep> take_shard(const std::vector<SuiteStep>& steps, Shard shard) {
  std::vector<SuiteStep> mine;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (static_cast<int>(i % static_cast<std::size_t>(shard.count)) == shard.index - 1) mine.push_back(steps[i]);
  }
  return mine;
}

Shard parse_shard(std::string_view text) {
  const auto parts = split(text, '/');
  const Shard shard = parts.size() == 2 ? Shard{parse_number(parts[0]), parse_number(parts[1])} : Shard{0, 0};
  if (shard.index < 1 || shard.index > shard.count) {
    throw UsageError(format("--shard {}: not a part of a run", text),
                     "write the part and the number of parts: --shard 2/3");
  }
  return shard;
}

}  // namespace exo_harness::tools
