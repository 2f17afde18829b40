#include "load/roofline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/model/checkpoint/architecture.h"
#include "exo_harness/model/checkpoint/facts.h"

namespace exo_harness::tools {
namespace {

using testing::HasSubstr;

const std::vector<model::Chip> kChips = {{"Fast", 400, 400, "s"}, {"Slow", 100, 100, "s"}, {"Either", 400, 300, "s"}};

class TheRoofline : public testing::Test {
 protected:
  void SetUp() override {
    fixture = model::find_fixture_model(model::load_fixture_models(EXO_FIXTURES_DIR "/models"), "llama-3.2-1b");
    bytes = static_cast<double>(model::analyse(model::read_facts(EXO_FIXTURES_DIR, fixture.id)).bytes_active);
    ASSERT_GT(bytes, 600e6);
  }
  void rank(const std::string& chip, int first, int end) {
    const std::string node = "n" + std::to_string(instance.ranks.size());
    exo::Rank one;
    one.node_id = node;
    one.shard.start_layer = first, one.shard.end_layer = end, one.shard.layers = 16;
    instance.ranks.push_back(one);
    exo::Identity identity;
    identity.chip_id = chip;
    state.facts[node].identity = identity;
  }
  std::optional<Roofline> of(const std::string& placement) {
    return roofline_of(fixture, instance, *exo::parse_short_name(placement), state, kChips, why_not);
  }

  model::FixtureModel fixture;
  exo::Instance instance;
  exo::State state;
  std::string why_not;
  double bytes = 0;
};

TEST_F(TheRoofline, OfOneNodeIsItsMemoryOverTheActiveWeights) {
  rank("Fast", 0, 16);
  ASSERT_TRUE(of("single"));
  EXPECT_NEAR(of("single")->most_tps, 400e9 / bytes, 1e-6);
  EXPECT_THAT(describe(*of("single"), 0.61 * 400e9 / bytes), HasSubstr("61 % of what the memory allows one stream"));
}

TEST_F(TheRoofline, OfAPipelineAddsTheTimesOfItsStages) {
  rank("Fast", 0, 8);
  rank("Slow", 8, 16);
  EXPECT_NEAR(of("pipeline-2")->most_tps, 1 / (bytes * (0.5 / 400e9 + 0.5 / 100e9)), 1e-6);
}

TEST_F(TheRoofline, OfTensorParallelIsTheSlowestPart) {
  rank("Fast", 0, 16);
  rank("Slow", 0, 16);
  EXPECT_NEAR(of("tensor-2")->most_tps, 2 * 100e9 / bytes, 1e-6);
}

TEST_F(TheRoofline, SaysBothEndsOfAChipOfTwoBuilds) {
  rank("Either", 0, 16);
  EXPECT_THAT(describe(*of("single"), 0.6 * 400e9 / bytes), HasSubstr("60 to 80 %"));
}

TEST_F(TheRoofline, ClaimsNothingOfAnUnknownChip) {
  rank("Fast", 0, 8);
  rank("Unknown\x1b[1m", 8, 16);
  EXPECT_FALSE(of("pipeline-2"));
  EXPECT_THAT(why_not, HasSubstr("'Unknown\\x1B[1m' is not known"));
}

TEST_F(TheRoofline, ClaimsNothingWithoutSizes) {
  rank("Fast", 0, 16);
  fixture.id = "no-such-model";
  fixture.repo = "no/such-model";
  fixture.stage_from.clear();
  EXPECT_FALSE(of("single"));
  EXPECT_THAT(why_not, HasSubstr("not on this machine"));
}

}  // namespace
}  // namespace exo_harness::tools
