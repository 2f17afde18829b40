#include "exo_harness/cluster/wholeness.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "state_builder.h"

namespace exo_harness::cluster {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

TEST(AWholeCluster, MissesNothing) {
  EXPECT_THAT(what_is_missing(whole_state({"aa", "bb"}), 2), IsEmpty());
}

TEST(AClusterWithOneNodeTooFew, SaysHowManyThereAre) {
  EXPECT_THAT(what_is_missing(whole_state({"aa"}), 2), ElementsAre(HasSubstr("1 of 2 nodes")));
}

TEST(AClusterWithOneNodeTooMany, SaysThatItIsForeign) {
  EXPECT_THAT(what_is_missing(whole_state({"aa", "bb"}), 1), ElementsAre(HasSubstr("a foreign node")));
}

TEST(AForeignNode, IsOneThatNobodyAskedFor) {
  EXPECT_TRUE(has_foreign_node(whole_state({"aa", "bb"}), 1));
  EXPECT_FALSE(has_foreign_node(whole_state({"aa", "bb"}), 2));
  EXPECT_FALSE(has_foreign_node(whole_state({"aa", "bb"}), 0));
}

TEST(AnyNumberOfNodes, IsWholeWhenZeroAreAskedFor) {
  EXPECT_THAT(what_is_missing(whole_state({"aa", "bb"}), 0), IsEmpty());
  EXPECT_THAT(what_is_missing(exo::State(), 0), ElementsAre(HasSubstr("0 of 1 nodes")));
}

TEST(AnEdgeInOneDirectionOnly, IsMissedInTheOther) {
  exo::State state = whole_state({"aa", "bb"});
  std::erase_if(state.edges, [](const exo::Edge& e) { return e.source == "bb"; });

  EXPECT_THAT(what_is_missing(state, 2), ElementsAre("no edge from bb to aa"));
}

TEST(AnRdmaEdgeInOneDirectionOnly, IsMissedInTheOther) {
  exo::State state = whole_state({"aa", "bb"});
  state.edges.push_back(rdma_edge("aa", "bb", "rdma_en2", "rdma_en3"));

  EXPECT_THAT(what_is_missing(state, 2), ElementsAre(HasSubstr("no RDMA edge from bb to aa")));
}

TEST(ANodeWithoutMemory, IsMissed) {
  exo::State state = whole_state({"aa", "bb"});
  state.facts["bb"].memory.reset();

  EXPECT_THAT(what_is_missing(state, 2), ElementsAre("no nodeMemory of bb"));
}

TEST(ANodeWithoutBackends, IsMissedOnMainOnly) {
  exo::State state = whole_state({"aa", "bb"});
  state.facts["bb"].backends.clear();
  EXPECT_THAT(what_is_missing(state, 2), IsEmpty());

  state.generation = exo::Generation::main;

  EXPECT_THAT(what_is_missing(state, 2), ElementsAre("no nodeBackends of bb"));
}

TEST(TwoApisThatSeeDifferentClusters, AreToldApart) {
  const exo::State all = whole_state({"aa", "bb"}), one_node = whole_state({"bb"});
  exo::State turned = all, fewer_edges = all;
  std::reverse(turned.edges.begin(), turned.edges.end());
  fewer_edges.edges.pop_back();
  const View view{"http://a", all.nodes, all.edges};

  EXPECT_EQ(difference(view, {"http://b", turned.nodes, turned.edges}), "");
  EXPECT_THAT(difference(view, {"http://b", one_node.nodes, one_node.edges}), HasSubstr("not the same"));
  EXPECT_THAT(difference(view, {"http://b", fewer_edges.nodes, fewer_edges.edges}), HasSubstr("the same edges"));
}

// 100,000 nodes have 10^10 pairs: whoever walks over them, or has a sentence for each, never comes back.
TEST(ACrowdOfForeignNodes, IsReportedInAFewSentences) {
  exo::State state = whole_state({"aa", "bb"});
  for (int i = 0; i < 100'000; ++i) state.nodes.push_back(format("n{:06}", i));

  const auto missing = what_is_missing(state, 2);

  EXPECT_LT(missing.size(), 30u);
  EXPECT_LT(join(missing, "").size(), 2000u);
  EXPECT_THAT(missing, Contains(HasSubstr("100002 nodes in topology.nodes, 2 expected")));
  EXPECT_THAT(missing, Contains("no edge from aa to n000000"));
  EXPECT_THAT(missing, Contains(format("and {} more", 100'002LL * 100'001 - 2 - 8)));
}

TEST(ANodeThatIsListedAgainAndAgain, IsOneNode) {
  exo::State state = whole_state({"aa", "bb"});
  for (int i = 0; i < 100'000; ++i) state.nodes.push_back("aa");

  EXPECT_THAT(what_is_missing(state, 0), IsEmpty());
}

TEST(IdentitiesOfNodesThatLeft, DoNotCount) {
  exo::State state = whole_state({"aa", "bb"});
  state.facts["old"].identity = exo::Identity{};

  EXPECT_THAT(what_is_missing(state, 2), IsEmpty());
}

TEST(TheApiOfANode, IsLearntFromTheEdgesTowardsIt) {
  exo::State state;
  exo::Edge edge = socket_edge("aa", "bb");
  edge.ip = "10.0.0.2";
  edge.port = 52415;
  state.edges = {edge, edge, rdma_edge("aa", "bb", "rdma_en2", "rdma_en3")};
  edge.ip = "fe80::1";
  state.edges.push_back(edge);

  EXPECT_THAT(apis_by_node(state),
              ElementsAre(Pair("bb", ElementsAre("http://10.0.0.2:52415", "http://[fe80::1]:52415"))));
}

}  // namespace
}  // namespace exo_harness::cluster
