#pragma once

#include "exo_harness/gtest/attached_cluster.h"
#include "exo_harness/gtest/scenario.h"

namespace exo_harness::gtest {

/// The instance of a scenario: placed at the first call, kept for the next test of the same scenario, replaced when it
/// is gone or broken, removed when another scenario or the end of the process comes. A placement that failed is not
/// tried again in this process: the next tests get the same failure at once. Nor is one on which two tests hung.
Outcome<cluster::PlacedInstance> placed_instance(const Scenario& scenario);

/// Removes what `placed_instance` placed, if anything.
void remove_placed_instance();

/// A test of one scenario. SetUp attaches, and skips with the reason when the scenario does not apply to the cluster.
class ScenarioTest : public testing::TestWithParam<Scenario> {
 protected:
  void SetUp() override;
  const Scenario& scenario() const { return GetParam(); }
  cluster::Cluster& cluster() { return attached_cluster(); }
  /// The state as of now. A failure fails the test and gives an empty state.
  exo::State state_now();
};

/// A test that needs the model placed: SetUp places it, or finds it placed; after a hang TearDown removes it. A
/// scenario that is expected to fail is skipped; the suite expected_failure has it.
class PlacedTest : public ScenarioTest {
 protected:
  void SetUp() override;
  void TearDown() override;
  const cluster::PlacedInstance& placed() const { return *placed_; }
  exo::Client& client() { return cluster().client(); }
  /// A greedy request to the placed model.
  exo::ChatRequest ask(const std::string& question, int max_tokens = 32) const;
  /// After a request that a runner dies of: waits until that is known and the instance is ready again, or gone; at most
  /// a minute. A task for a runner that is just dying may end its node (finding request-at-a-death-ends-the-node).
  void wait_out_a_death();
  /// What the nodes have logged since the placement began; empty when their logs are not within reach.
  std::string logs_since_placing() const;

 private:
  std::vector<exo::RunnerFailure> runner_failures_seen();
  bool a_runner_died();
  void look_who_is_gone();
  void look_into_the_hang();

  std::optional<cluster::PlacedInstance> placed_;
  std::size_t failures_before_ = 0;  // Runners of the instance that had failed when the test began.
};

}  // namespace exo_harness::gtest
