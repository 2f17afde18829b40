#include "exo_harness/model/stage/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace exo_harness::model {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

exo::Download download(const std::string& node, exo::Download::Status status, std::uint64_t bytes) {
  exo::Download result;
  result.node_id = node;
  result.model_id = "org/x";
  result.status = status;
  result.total_bytes = bytes;
  return result;
}

class AClusterOfTwo : public testing::Test {
 protected:
  AClusterOfTwo() {
    state_.nodes = {"a", "b"};
    state_.downloads = {download("a", exo::Download::Status::completed, 7),
                        download("b", exo::Download::Status::completed, 7)};
    listed_.resize(1);
    listed_[0].id = "org/x";
  }
  ModelCheck check() { return check_model("org/x", state_, listed_, listed_); }

  exo::State state_;
  std::vector<exo::ModelInfo> listed_;
};

TEST_F(AClusterOfTwo, WithTheSameModelOnEachNodeHasNoProblem) {
  EXPECT_THAT(check().problems, IsEmpty());
}

TEST_F(AClusterOfTwo, NamesTheNodeThatLacksIt) {
  state_.downloads[1] = download("b", exo::Download::Status::pending, 0);
  EXPECT_THAT(check().problems, Contains(HasSubstr("b: absent: Exo sees nothing of it")));
}

TEST_F(AClusterOfTwo, NamesTheNodeThatLacksAShard) {
  state_.downloads[1] = download("b", exo::Download::Status::pending, 5);
  state_.downloads[1].done_bytes = 5;  // as recorded: it counts what is there as the whole
  EXPECT_THAT(check().problems, Contains(HasSubstr("b: partial: 5 B are there")));
  EXPECT_EQ(check().nodes[1].status, "partial");
}

TEST_F(AClusterOfTwo, IsCalledAlikeOnlyWhenEachDiskWasLookedAt) {
  ModelCheck seen = check();
  EXPECT_THAT(summary(seen), HasSubstr("as the nodes say"));
  seen.nodes[0].layout = "1";
  EXPECT_THAT(summary(seen), HasSubstr("as the nodes say"));
  seen.nodes[1].layout = "1";
  EXPECT_EQ(summary(seen), "complete and alike on every node");
  seen.problems.emplace_back("x");
  EXPECT_EQ(summary(seen), "with problems");
}

TEST_F(AClusterOfTwo, TellsWhichModelsItHas) {
  EXPECT_THAT(models_on_nodes(state_), ElementsAre("org/x"));
  for (exo::Download& each : state_.downloads) each = download(each.node_id, exo::Download::Status::pending, 0);
  EXPECT_THAT(models_on_nodes(state_), IsEmpty());
  state_.downloads[1].done_bytes = 5;
  EXPECT_THAT(models_on_nodes(state_), ElementsAre("org/x"));
  state_.nodes = {"a"};
  EXPECT_THAT(models_on_nodes(state_), IsEmpty()) << "of a node that left";
}

TEST_F(AClusterOfTwo, SeesAnotherRevisionByItsSize) {
  state_.downloads[1].total_bytes = 8;
  EXPECT_THAT(check().problems,
              Contains(HasSubstr("a has 7 bytes, b has 8: not the same revision, or a file is cut off")));
}

TEST_F(AClusterOfTwo, SeesWhereModelsAndNodesDisagree) {
  listed_.clear();
  EXPECT_THAT(check().problems, Contains(HasSubstr("it has no card")));
  EXPECT_THAT(check().problems, Contains(HasSubstr("/models says it is not downloaded")));
}

}  // namespace
}  // namespace exo_harness::model
