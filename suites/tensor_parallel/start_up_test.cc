// Tensor parallelism comes up over ring and over JACCL, and nothing falls back in silence.
// Source: contract 5, rdma contract (placement, start-up by phases).
#include <algorithm>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/node_logs.h"
#include "exo_harness/gtest/placed_scenario.h"
#include "exo_harness/gtest/quick.h"
#include "exo_harness/gtest/run.h"

namespace exo_harness::gtest {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

bool is_distributed_tensor(const Scenario& scenario) {
  return is_tensor(scenario) && is_distributed(scenario);
}

class TensorParallel : public PlacedTest {
 protected:
  bool is_jaccl() const { return scenario().mode.comm == exo::Comm::mlx_jaccl; }
  const exo::Instance& instance() const { return placed().instance; }
  std::size_t size() const { return instance().ranks.size(); }
  /// Waits until the logs of the nodes hold `line`, as they are written late.
  bool logged(const std::string& line) {
    return wait_until(Deadline::after(5s), 100ms, [&] { return contains(logs_since_placing(), line); });
  }
};

QUICK_TEST_P(TensorParallel, DoesNotFallBackInSilence) {
  EXPECT_THAT(instance(), HasMode(scenario().mode));
}

QUICK_TEST_P(TensorParallel, GoesThroughItsPhases) {
  using cluster::PhaseTime;

  EXPECT_THAT(placed().phases,
              ElementsAre(Field(&PhaseTime::phase, Phase::place), Field(&PhaseTime::phase, Phase::connect),
                          Field(&PhaseTime::phase, Phase::load), Field(&PhaseTime::phase, Phase::warm_up)));
}

QUICK_TEST_P(TensorParallel, EveryRankHoldsEveryLayer) {
  for (const exo::Rank& rank : instance().ranks) {
    EXPECT_EQ(rank.shard.tag, "TensorShardMetadata") << "rank " << rank.shard.rank;
    EXPECT_EQ(rank.shard.start_layer, 0) << "rank " << rank.shard.rank;
    EXPECT_EQ(rank.shard.end_layer, rank.shard.layers) << "rank " << rank.shard.rank;
  }
}

QUICK_TEST_P(TensorParallel, RanksCountFromZeroToTheWorldSize) {
  for (std::size_t i = 0; i < size(); ++i) {
    EXPECT_EQ(instance().ranks[i].shard.rank, static_cast<int>(i));
    EXPECT_EQ(instance().ranks[i].shard.world_size, scenario().mode.world_size);
  }
}

QUICK_TEST_P(TensorParallel, RingHostsNameEveryRankAndLeaveTheOwnOneOpen) {
  if (is_jaccl()) GTEST_SKIP() << "of rings only";

  for (const exo::Rank& rank : instance().ranks) {
    ASSERT_EQ(instance().hosts_by_node.count(rank.node_id), 1u) << "rank " << rank.shard.rank << " has no hosts";
    const auto& hosts = instance().hosts_by_node.at(rank.node_id);
    ASSERT_EQ(hosts.size(), size()) << "rank " << rank.shard.rank;
    for (std::size_t i = 0; i < hosts.size(); ++i) {
      const bool own = static_cast<int>(i) == rank.shard.rank;
      EXPECT_EQ(hosts[i].starts_with("0.0.0.0:"), own) << "rank " << rank.shard.rank << ": " << hosts[i];
    }
  }
}

TEST_P(TensorParallel, TheDeviceMatrixIsSquareAndOnlyItsDiagonalIsEmpty) {
  if (!is_jaccl()) GTEST_SKIP() << "of JACCL only";

  ASSERT_EQ(instance().jaccl_devices.size(), size());
  for (std::size_t i = 0; i < size(); ++i) {
    ASSERT_EQ(instance().jaccl_devices[i].size(), size()) << "row " << i;
    for (std::size_t j = 0; j < size(); ++j) EXPECT_EQ(instance().jaccl_devices[i][j].empty(), i == j) << i << "," << j;
  }
}

TEST_P(TensorParallel, EveryDeviceOfTheMatrixIsAnRdmaEdge) {
  if (!is_jaccl()) GTEST_SKIP() << "of JACCL only";
  const exo::State state = state_now();

  for (std::size_t i = 0; i < size(); ++i) {
    for (std::size_t j = 0; j < size(); ++j) {
      if (i == j) continue;
      const std::string device = instance().jaccl_devices.at(i).at(j);
      const auto edges = state.edges_between(instance().ranks[i].node_id, instance().ranks[j].node_id);
      EXPECT_TRUE(std::any_of(edges.begin(), edges.end(), [&](const exo::Edge& e) { return e.source_iface == device; }))
          << "rank " << i << " is to reach rank " << j << " through " << device << ", which no edge shows";
    }
  }
}

TEST_P(TensorParallel, EveryRankReachesTheSameCoordinator) {
  if (!is_jaccl()) GTEST_SKIP() << "of JACCL only";
  std::set<std::string> ports;

  for (const exo::Rank& rank : instance().ranks) {
    ASSERT_EQ(instance().jaccl_coordinators.count(rank.node_id), 1u) << "rank " << rank.shard.rank << " has none";
    const std::string& address = instance().jaccl_coordinators.at(rank.node_id);
    EXPECT_EQ(address.starts_with("0.0.0.0:"), rank.shard.rank == 0) << "rank " << rank.shard.rank << ": " << address;
    ports.insert(address.substr(address.rfind(':')));
  }
  EXPECT_EQ(ports.size(), 1u) << "the ranks would meet at different ports";
}

TEST_P(TensorParallel, EveryRankLogsItsWayIntoTheGroup) {
  if (node_log_files().empty()) GTEST_SKIP() << "no node logs within reach";

  for (std::size_t rank = 0; rank < size(); ++rank) {
    EXPECT_TRUE(logged(format("Starting initialization for rank {}", rank)));
    EXPECT_TRUE(logged(format("rank {} {}:", rank, is_jaccl() ? "MLX_IBV_DEVICES" : "hostfile")));
    EXPECT_TRUE(logged(format("Rank {} mlx distributed initialization complete", rank)));
    EXPECT_TRUE(logged(format("Group size: {}, group rank: {}", size(), rank)));
  }
}

TEST_P(TensorParallel, EveryRankLogsItsCoordinator) {
  if (!is_jaccl()) GTEST_SKIP() << "of JACCL only";
  if (node_log_files().empty()) GTEST_SKIP() << "no node logs within reach";

  for (const exo::Rank& rank : instance().ranks) {
    EXPECT_TRUE(logged(
        format("rank {} MLX_JACCL_COORDINATOR: {}", rank.shard.rank, instance().jaccl_coordinators.at(rank.node_id))));
  }
}

QUICK_TEST_P(TensorParallel, TheModelIsLoadedWithTensorParallelism) {
  if (node_log_files().empty()) GTEST_SKIP() << "no node logs within reach";

  EXPECT_TRUE(logged("with tensor parallelism"));
  EXPECT_THAT(logs_since_placing(), Not(HasSubstr("with pipeline parallelism")));
}

QUICK_TEST_P(TensorParallel, TheFirstCollectiveGivesTokens) {
  const auto stream = client().stream_chat(ask("Hello", 8), Deadline::after(cluster().spec().limits.generate));

  ASSERT_THAT(stream, IsOk());
  EXPECT_THAT(*stream, RunsToItsEnd());
  EXPECT_THAT(*stream, StartsWithin(cluster().spec().limits.first_token));
}

TEST_P(TensorParallel, KeepsAnsweringWithoutLosingARank) {
  for (int i = 0; i < 5; ++i) {
    ASSERT_THAT(client().chat(ask("Hello", 4), Deadline::after(cluster().spec().limits.generate)), IsOk())
        << "request " << i;
  }

  EXPECT_EQ(state_now().instances.count(instance().id), 1u);
  EXPECT_TRUE(cluster().watcher().failed_runners().empty());
}

INSTANTIATE_TEST_SUITE_P(Scenarios, TensorParallel, testing::ValuesIn(scenarios(is_distributed_tensor)), scenario_name);

}  // namespace
}  // namespace exo_harness::gtest

int main(int argc, char** argv) {
  return exo_harness::gtest::run(argc, argv);
}
