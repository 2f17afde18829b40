#include "exo_harness/cluster/wholeness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "state_builder.h"

namespace exo_harness::cluster {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(AWholeCluster, MissesNothing) {
  const View view{"http://a", whole_state({"aa", "bb"})};

  EXPECT_THAT(what_is_missing({view, view}, 2), IsEmpty());
}

TEST(AClusterWithOneNodeTooFew, SaysHowManyThereAre) {
  EXPECT_THAT(what_is_missing({{"http://a", whole_state({"aa"})}}, 2), ElementsAre(HasSubstr("1 of 2 nodes")));
}

TEST(AClusterWithOneNodeTooMany, SaysThatItIsForeign) {
  EXPECT_THAT(what_is_missing({{"http://a", whole_state({"aa", "bb"})}}, 1), ElementsAre(HasSubstr("a foreign node")));
}

TEST(AForeignNode, IsOneThatNobodyAskedFor) {
  EXPECT_TRUE(has_foreign_node(whole_state({"aa", "bb"}), 1));
  EXPECT_FALSE(has_foreign_node(whole_state({"aa", "bb"}), 2));
  EXPECT_FALSE(has_foreign_node(whole_state({"aa", "bb"}), 0));
}

TEST(AnyNumberOfNodes, IsWholeWhenZeroAreAskedFor) {
  EXPECT_THAT(what_is_missing({{"http://a", whole_state({"aa", "bb"})}}, 0), IsEmpty());
  EXPECT_THAT(what_is_missing({{"http://a", exo::State()}}, 0), ElementsAre(HasSubstr("0 of 1 nodes")));
}

TEST(AnEdgeInOneDirectionOnly, IsMissedInTheOther) {
  exo::State state = whole_state({"aa", "bb"});
  std::erase_if(state.edges, [](const exo::Edge& e) { return e.source == "bb"; });

  EXPECT_THAT(what_is_missing({{"http://a", state}}, 2), ElementsAre("no edge from bb to aa"));
}

TEST(AnRdmaEdgeInOneDirectionOnly, IsMissedInTheOther) {
  exo::State state = whole_state({"aa", "bb"});
  state.edges.push_back(rdma_edge("aa", "bb", "rdma_en2", "rdma_en3"));

  EXPECT_THAT(what_is_missing({{"http://a", state}}, 2), ElementsAre(HasSubstr("no RDMA edge from bb to aa")));
}

TEST(ANodeWithoutMemory, IsMissed) {
  exo::State state = whole_state({"aa", "bb"});
  state.facts["bb"].memory.reset();

  EXPECT_THAT(what_is_missing({{"http://a", state}}, 2), ElementsAre("no nodeMemory of bb"));
}

TEST(ANodeWithoutBackends, IsMissedOnMainOnly) {
  exo::State state = whole_state({"aa", "bb"});
  state.facts["bb"].backends.clear();
  EXPECT_THAT(what_is_missing({{"http://a", state}}, 2), IsEmpty());

  state.generation = exo::Generation::main;

  EXPECT_THAT(what_is_missing({{"http://a", state}}, 2), ElementsAre("no nodeBackends of bb"));
}

TEST(TwoApisThatSeeDifferentClusters, AreToldApart) {
  const View all{"http://a", whole_state({"aa", "bb"})};
  exo::State fewer_edges = all.state;
  fewer_edges.edges.pop_back();

  EXPECT_THAT(what_is_missing({all, {"http://b", whole_state({"bb"})}}, 2), ElementsAre(HasSubstr("not the same")));
  EXPECT_THAT(what_is_missing({all, {"http://b", fewer_edges}}, 2), ElementsAre(HasSubstr("the same edges")));
}

TEST(IdentitiesOfNodesThatLeft, DoNotCount) {
  exo::State state = whole_state({"aa", "bb"});
  state.facts["old"].identity = exo::Identity{};

  EXPECT_THAT(what_is_missing({{"http://a", state}}, 2), IsEmpty());
}

TEST(TheApiOfANode, IsLearntFromTheEdgesTowardsIt) {
  exo::State state;
  exo::Edge edge = socket_edge("aa", "bb");
  edge.ip = "10.0.0.2";
  edge.port = 52415;
  state.edges = {edge, edge, rdma_edge("aa", "bb", "rdma_en2", "rdma_en3")};
  edge.ip = "fe80::1";
  state.edges.push_back(edge);

  EXPECT_THAT(apis_towards(state, "bb"), ElementsAre("http://10.0.0.2:52415", "http://[fe80::1]:52415"));
  EXPECT_THAT(apis_towards(state, "aa"), IsEmpty());
}

}  // namespace
}  // namespace exo_harness::cluster
