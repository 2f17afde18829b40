#include "app/quick_selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace exo_harness::tools {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(QuickMarks, AreTheLinesBehindTheList) {
  EXPECT_THAT(parse_quick_marks("Answer.\n  IsRight/llama_single  # GetParam() = # quick Answer.No\n"
                                "# quick Answer.IsRight\n# quick Read.IsAList\n"),
              ElementsAre("Answer.IsRight", "Read.IsAList"));
  EXPECT_THAT(parse_quick_marks("Answer.\n  IsRight\n"), IsEmpty());
}

TEST(QuickSelection, TakesAMarkedTestInOnePlacementOfEachModel) {
  const auto selection = select_quick(
      {"S/Answer.IsRight/llama_3_2_1b_single", "S/Answer.IsRight/llama_3_2_1b_pipeline_2",
       "S/Answer.IsRight/llama_3_2_1b_tensor_2", "S/Answer.IsRight/llama_3_2_1b_tensor_jaccl_2",
       "S/Answer.IsLong/llama_3_2_1b_tensor_2", "S/Answer.IsRight/tiny_single", "S/Answer.IsRight/tiny_pipeline_2"},
      {"Answer.IsRight"});

  EXPECT_THAT(selection.tests,
              ElementsAre("S/Answer.IsRight/llama_3_2_1b_tensor_2", "S/Answer.IsRight/tiny_pipeline_2"));
  EXPECT_THAT(selection.left_out,
              ElementsAre("S/Answer.IsRight/llama_3_2_1b_single", "S/Answer.IsRight/llama_3_2_1b_pipeline_2",
                          "S/Answer.IsRight/llama_3_2_1b_tensor_jaccl_2", "S/Answer.IsLong/llama_3_2_1b_tensor_2",
                          "S/Answer.IsRight/tiny_single"));
}

TEST(QuickSelection, TakesAllRowsOfAMarkedTestThatIsOverNoPlacement) {
  EXPECT_THAT(select_quick({"Rows/Error.Is422/no_model", "Rows/Error.Is422/2", "Read.IsAList", "Read.Other"},
                           {"Error.Is422", "Read.IsAList"})
                  .tests,
              ElementsAre("Rows/Error.Is422/no_model", "Rows/Error.Is422/2", "Read.IsAList"));
}

TEST(QuickSelection, OfNothingMarkedIsEmpty) {
  EXPECT_THAT(select_quick({"Read.IsAList"}, {}).tests, IsEmpty());
}

TEST(QuickSelection, TakesAModelThatIsNamedLikeAPlacementForNone) {
  EXPECT_THAT(select_quick({"S/A.B/single_tensor_2", "S/A.B/single_single"}, {"A.B"}).tests,
              ElementsAre("S/A.B/single_tensor_2"));
}

}  // namespace
}  // namespace exo_harness::tools
