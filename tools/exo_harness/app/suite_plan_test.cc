#include "app/suite_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"

namespace exo_harness::tools {
namespace {

using testing::ElementsAre;

constexpr const char* kList =
    "Nodes.\n  AreFound\n"
    "Offered/Chat.\n"
    "  Answers/llama_single  # GetParam() = 80-byte object <02-00>\n"
    "  Answers/llama_tensor_2  # GetParam() = x\n"
    "  Streams/llama_single\n";

TEST(TestList, GivesFullNamesWithoutComments) {
  EXPECT_THAT(parse_test_list(kList),
              ElementsAre("Nodes.AreFound", "Offered/Chat.Answers/llama_single", "Offered/Chat.Answers/llama_tensor_2",
                          "Offered/Chat.Streams/llama_single"));
}

TEST(TestList, IgnoresWhatIsNoTest) {
  EXPECT_THAT(parse_test_list("Running main() from x.cc\n  stray\n\nNodes.\n  AreFound\n"),
              ElementsAre("Nodes.AreFound"));
}

TEST(SuitePlan, GroupsTestsByScenario) {
  EXPECT_THAT(plan_suite("inference", parse_test_list(kList)),
              ElementsAre(SuiteStep{"inference", "", {"Nodes.AreFound"}},
                          SuiteStep{"inference",
                                    "llama_single",
                                    {"Offered/Chat.Answers/llama_single", "Offered/Chat.Streams/llama_single"}},
                          SuiteStep{"inference", "llama_tensor_2", {"Offered/Chat.Answers/llama_tensor_2"}}));
}

TEST(Shards, TogetherHoldEachStepOnce) {
  std::vector<SuiteStep> steps;
  for (const char* name : {"a", "b", "c", "d", "e"}) steps.push_back({"s", name, {}});

  std::vector<std::string> seen;
  for (int i = 1; i <= 3; ++i) {
    for (const SuiteStep& step : take_shard(steps, {i, 3})) seen.push_back(step.scenario);
  }
  EXPECT_THAT(seen, testing::UnorderedElementsAre("a", "b", "c", "d", "e"));
}

TEST(Shards, AreWrittenAsPartOfCount) {
  EXPECT_EQ(parse_shard("2/3").index, 2);
  for (const char* bad : {"", "2", "0/3", "4/3", "a/b", "1/2/3", "-1/2"})
    EXPECT_THROW(parse_shard(bad), UsageError) << bad;
}

}  // namespace
}  // namespace exo_harness::tools
