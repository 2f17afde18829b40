// What cannot be placed is refused with a reason and leaves nothing behind. Source: contract 4, 10.
#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"
#include "exo_harness/gtest/quick.h"

namespace exo_harness::gtest {
namespace {

using namespace std::chrono_literals;
using testing::AnyOf;
using testing::HasSubstr;
using testing::SizeIs;

class ImpossiblePlacement : public ScenarioTest {
 protected:
  int more_nodes_than_there_are() { return static_cast<int>(cluster().nodes().size()) + 1; }
};

std::vector<Scenario> first_scenario() {
  std::vector<Scenario> all = scenarios();
  all.resize(std::min<std::size_t>(all.size(), 1));
  return all;
}

QUICK_TEST_P(ImpossiblePlacement, OnMoreNodesThanThereAreIsRefusedWithAReason) {
  const exo::Mode mode{exo::Sharding::pipeline, exo::Comm::mlx_ring, more_nodes_than_there_are()};

  EXPECT_THAT(cluster().place(scenario().model.repo, mode),
              FailsWith(FailureKind::refused, HasSubstr("No cycles found with sufficient memory")));
}

TEST_P(ImpossiblePlacement, LeavesNoInstanceBehindThoughThePostSays200) {
  const auto before = state_now().instances;
  const exo::PlacementRequest request{scenario().model.repo, exo::Sharding::pipeline, exo::Comm::mlx_ring,
                                      more_nodes_than_there_are()};

  const auto reply = cluster().client().place(request, Deadline::after(10s));

  EXPECT_THAT(reply, IsOk());
  const auto grew = [&] { return state_now().instances.size() > before.size(); };
  if (!wait_until(Deadline::after(1s), 100ms, grew)) return;
  ADD_FAILURE() << "an impossible placement became an instance";
  for (const auto& [id, instance] : state_now().instances) {
    if (before.count(id) == 0 && instance.model_id == scenario().model.repo) cluster().take_as_ours(id);
  }
}

TEST_P(ImpossiblePlacement, OverJacclWithoutRdmaIsRefusedWithAReason) {
  const exo::State state = state_now();
  for (const exo::Edge& edge : state.edges) {
    if (edge.kind == exo::Edge::Kind::rdma) GTEST_SKIP() << "this cluster has RDMA";
  }
  if (cluster().nodes().size() < 2) GTEST_SKIP() << "needs two nodes: on one, Exo places a ring instead";

  EXPECT_THAT(cluster().place(scenario().model.repo, {exo::Sharding::tensor, exo::Comm::mlx_jaccl, 2}),
              FailsWith(FailureKind::refused, AnyOf(HasSubstr("Requested RDMA (MlxJaccl)"), HasSubstr("MlxMetal"))));
}

TEST_P(ImpossiblePlacement, DeletingAnUnknownInstanceIsRefused) {
  EXPECT_THAT(cluster().client().delete_instance("00000000-0000-4000-8000-000000000000", Deadline::after(10s)),
              FailsWith(FailureKind::refused, HasSubstr("Instance not found")));
}

INSTANTIATE_TEST_SUITE_P(Scenarios, ImpossiblePlacement, testing::ValuesIn(first_scenario()), scenario_name);

}  // namespace
}  // namespace exo_harness::gtest
