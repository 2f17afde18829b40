// What a cluster must show of itself before anything is placed on it. Source: contract 2, 3, 13.2.
#include <algorithm>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/cluster/view_watch.h"
#include "exo_harness/exo/edge_index.h"
#include "exo_harness/gtest/attached_cluster.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/quick.h"
#include "exo_harness/gtest/run.h"

namespace exo_harness::gtest {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::UnorderedElementsAreArray;

class Discovery : public ClusterTest {
 protected:
  exo::State state_of(std::size_t node) {
    const auto state = cluster().client(node).state(Deadline::after(10s));
    EXPECT_THAT(state, IsOk()) << cluster().nodes()[node].api;
    return state ? *state : exo::State();
  }
  std::size_t count() { return cluster().nodes().size(); }

  // Compares what each API shows with what the first does. Nodes that show the same bytes share one topology.
  void expect_the_same(std::set<std::string> (*names_of)(const exo::Topology&)) {
    std::shared_ptr<const exo::Topology> first;
    for (std::size_t i = 0; i < count(); ++i) {
      const auto view = cluster().client(i).topology(Deadline::after(10s));
      ASSERT_THAT(view, IsOk()) << cluster().nodes()[i].api;
      if (!first) first = view->topology;
      if (view->topology == first) continue;
      EXPECT_EQ(names_of(*view->topology), names_of(*first)) << "as seen by " << cluster().nodes()[i].api;
    }
  }
};

std::set<std::string> edge_names(const exo::Topology& topology) {
  std::set<std::string> names;
  for (const exo::Edge& e : topology.edges) {
    names.insert(e.source + ">" + e.sink + (e.kind == exo::Edge::Kind::rdma ? " rdma " + e.source_iface : " socket"));
  }
  return names;
}

std::set<std::string> node_names(const exo::Topology& topology) {
  return {topology.nodes.begin(), topology.nodes.end()};
}

QUICK_TEST_F(Discovery, TheClusterIsWhole) {
  EXPECT_THAT(state_of(0), IsWhole(cluster().spec().nodes));
}

QUICK_TEST_F(Discovery, EveryExpectedNodeIsInTheTopology) {
  const int expected = cluster().spec().nodes;

  const exo::State state = state_of(0);

  EXPECT_GE(static_cast<int>(state.nodes.size()), std::max(1, expected));
}

QUICK_TEST_F(Discovery, NoForeignNodeIsInTheTopology) {
  const exo::State state = state_of(0);

  std::vector<std::string> ids;
  for (const cluster::Node& node : cluster().nodes()) ids.push_back(node.id);
  EXPECT_THAT(state.nodes, UnorderedElementsAreArray(ids)) << "a foreign node: nobody asked for it";
}

QUICK_TEST_F(Discovery, NoNodeIsListedTwice) {
  const exo::State state = state_of(0);

  const std::set<std::string> once(state.nodes.begin(), state.nodes.end());
  EXPECT_EQ(once.size(), state.nodes.size());
}

QUICK_TEST_F(Discovery, EveryNodeIsConnectedToEveryOther) {
  const exo::State state = state_of(0);

  const auto missing = exo::EdgeIndex(state.edges).missing(state.nodes, exo::Edge::Kind::socket, 20);
  for (const auto& [from, to] : missing.examples) ADD_FAILURE() << "no edge from " << from << " to " << to;
  EXPECT_EQ(missing.count, 0u) << "pairs of nodes without an edge";
}

QUICK_TEST_F(Discovery, EveryEdgeIsBetweenNodesOfTheCluster) {
  const exo::State state = state_of(0);

  for (const exo::Edge& edge : state.edges) {
    EXPECT_TRUE(state.has_node(edge.source) && state.has_node(edge.sink))
        << "an edge from " << edge.source << " to " << edge.sink << ", and one of them is no node of the topology";
  }
}

QUICK_TEST_F(Discovery, RdmaLinksAreSeenFromBothEnds) {
  const exo::State state = state_of(0);
  const exo::EdgeIndex edges(state.edges);
  int links = 0;

  for (const exo::Edge& edge : state.edges) {
    if (edge.kind != exo::Edge::Kind::rdma) continue;
    ++links;
    EXPECT_TRUE(edges.has(edge.sink, edge.source, exo::Edge::Kind::rdma))
        << edge.source << " reaches " << edge.sink << " through " << edge.source_iface << ", but not back";
  }
  if (links == 0) GTEST_SKIP() << "no RDMA edges in this cluster";
}

QUICK_TEST_F(Discovery, EveryRdmaInterfaceBelongsToItsNode) {
  const exo::State state = state_of(0);
  int links = 0;

  for (const exo::Edge& edge : state.edges) {
    if (edge.kind != exo::Edge::Kind::rdma) continue;
    ++links;
    const auto& ports = state.facts.at(edge.source).thunderbolt;
    EXPECT_TRUE(
        std::any_of(ports.begin(), ports.end(), [&](const auto& p) { return p.rdma_interface == edge.source_iface; }))
        << edge.source << " does not report the interface " << edge.source_iface;
  }
  if (links == 0) GTEST_SKIP() << "no RDMA edges in this cluster";
}

QUICK_TEST_F(Discovery, EveryNodeReportsItsMemory) {
  const exo::State state = state_of(0);

  for (const std::string& id : state.nodes) {
    ASSERT_TRUE(state.facts.count(id) != 0 && state.facts.at(id).memory) << id << " reports no memory";
    EXPECT_GT(state.facts.at(id).memory->ram_total, 0u) << id;
    EXPECT_LE(state.facts.at(id).memory->ram_available, state.facts.at(id).memory->ram_total) << id;
  }
}

// Exo itself gives up a node that it has not heard of for 30 s (contract 11).
QUICK_TEST_F(Discovery, EveryNodeIsHeardOfAgain) {
  const exo::State first = state_of(0);
  std::string silent;

  wait_until(Deadline::after(std::min<milliseconds>(30s, cluster().spec().limits.discovery)), 100ms, [&] {
    const exo::State now = state_of(0);
    silent.clear();
    for (const std::string& id : first.nodes) {
      const auto again = now.facts.find(id);
      if (again == now.facts.end() || again->second.last_seen == first.facts.at(id).last_seen) silent += " " + id;
    }
    return silent.empty();
  });

  EXPECT_EQ(silent, "") << "these nodes were last seen when they were, whenever one looks";
}

QUICK_TEST_F(Discovery, EveryViewMovesOn) {
  const auto odd = cluster::look_at_views(cluster().nodes(), Deadline::after(cluster::ViewJudge::kLimit + 3s));

  for (const cluster::OddView& view : odd) {
    ADD_FAILURE() << "the view of " << view.api << " is " << view.kind << ": " << view.why;
  }
}

QUICK_TEST_F(Discovery, EveryNodeReportsItsBackends) {
  if (cluster().generation() == exo::Generation::v1_0_71) GTEST_SKIP() << "nodeBackends came with v1.0.71+32";

  const exo::State state = state_of(0);

  for (const std::string& id : state.nodes) EXPECT_FALSE(state.facts.at(id).backends.empty()) << id;
}

QUICK_TEST_F(Discovery, EveryApiShowsTheSameNodes) {
  expect_the_same(node_names);
}

QUICK_TEST_F(Discovery, EveryApiShowsTheSameEdges) {
  expect_the_same(edge_names);
}

QUICK_TEST_F(Discovery, EveryApiSaysWhoItIs) {
  std::set<std::string> ids;

  for (std::size_t i = 0; i < count(); ++i) {
    const auto id = cluster().client(i).node_id(Deadline::after(5s));
    ASSERT_THAT(id, IsOk()) << cluster().nodes()[i].api;
    EXPECT_EQ(*id, cluster().nodes()[i].id);
    ids.insert(*id);
  }
  EXPECT_EQ(ids.size(), count()) << "two APIs say that they are the same node";
}

QUICK_TEST_F(Discovery, EveryNodeSpeaksTheSameApi) {
  for (std::size_t i = 0; i < count(); ++i) {
    const auto generation = cluster().client(i).generation(Deadline::after(10s));
    ASSERT_THAT(generation, IsOk()) << cluster().nodes()[i].api;
    EXPECT_NE(*generation, exo::Generation::unknown) << cluster().nodes()[i].api;
    EXPECT_EQ(exo::to_string(*generation), exo::to_string(cluster().generation())) << "an upgrade missed a node";
  }
}

QUICK_TEST_F(Discovery, TheStateHoldsNothingThatIsNotUnderstood) {
  EXPECT_THAT(state_of(0).unknown, IsEmpty()) << "this Exo says things that the harness does not know";
}

}  // namespace
}  // namespace exo_harness::gtest

int main(int argc, char** argv) {
  return exo_harness::gtest::run(argc, argv);
}
