#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace exo_harness::tools {

/// Set for a suite that lists its tests: it says behind them, in lines `# quick Situation.Promise`, which of them are
/// marked for the quick selection (`gtest/quick.h`).
inline constexpr const char* kQuickVariable = "EXO_HARNESS_QUICK";

/// The marked tests in the output of `--gtest_list_tests`.
std::set<std::string> parse_quick_marks(std::string_view output);

/// Tests of a suite, and what a selection left out of them.
struct QuickSelection {
  std::vector<std::string> tests, left_out;  ///< Full names, in their order.
};

/// Of `tests`, full names, those that are marked. One that is a test over placements is taken once for each model: in
/// the first tensor placement of several ranks, else in the first of several ranks, else in the first.
QuickSelection select_quick(const std::vector<std::string>& tests, const std::set<std::string>& marked);

}  // namespace exo_harness::tools
