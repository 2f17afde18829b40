#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace exo_harness::tools {

/// The tests of one suite that one process runs: those of one scenario, which share a placed model, or those of none.
struct SuiteStep {
  std::string suite;     ///< `inference`.
  std::string scenario;  ///< Name of the parameter; empty: tests without one.
  std::vector<std::string> tests;
  friend bool operator==(const SuiteStep&, const SuiteStep&) = default;
};

/// Part `index` (from 1) of `count` of a run.
struct Shard {
  int index = 1;
  int count = 1;
};

/// The suite that measures: nothing else is to look at the cluster meanwhile.
inline constexpr const char* kPerformance = "performance";

/// The suite that breaks the cluster: the last one.
inline constexpr const char* kResilience = "resilience";

/// The suites in the order in which they run: what others build on comes first.
const std::vector<std::string>& suite_order();

/// Full names of the tests in the output of `--gtest_list_tests`.
std::vector<std::string> parse_test_list(std::string_view output);

/// Groups the tests of a suite by scenario, in order of first appearance; those without one come first.
std::vector<SuiteStep> plan_suite(const std::string& suite, const std::vector<std::string>& tests);

/// The steps of a shard: every `count`-th one, so that each step runs in exactly one shard.
std::vector<SuiteStep> take_shard(const std::vector<SuiteStep>& steps, Shard shard);

/// Reads `2/3`. Fails: UsageError.
Shard parse_shard(std::string_view text);

}  // namespace exo_harness::tools
