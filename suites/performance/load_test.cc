// How fast a placement is, in blocks that builds are compared by. No test fails for a speed: what is red is a promise
// that was broken under load.
#include <gtest/gtest.h>

#include "exo_harness/gtest/measured_block.h"

namespace exo_harness::suites {
namespace {

class Load : public gtest::MeasuredTest {
 protected:
  // A model that thinks comes to the key late.
  static constexpr int kTokensForTheKey = 48;
};

TEST_P(Load, OfOneStreamBringsEveryToken) {
  measure_blocks({"chat", 64, 32, 1, 8, 2});
}

TEST_P(Load, OfFourStreamsBringsEveryToken) {
  measure_blocks({"chat", 64, 32, 4, 16, 4});
}

TEST_P(Load, OfLongPromptsIsReadWhole) {
  measure_blocks({"key", 512, kTokensForTheKey, 1, 4, 1});
  measure_blocks({"key", 2048, kTokensForTheKey, 1, 2, 0});
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Load, testing::ValuesIn(gtest::scenarios()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites
