#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "exo_harness/cluster/faults.h"
#include "exo_harness/gtest/placed_scenario.h"

namespace exo_harness::suites {

/// What Exo is given for what it must do after a fault, measured on a real one (reports/measured/resilience.md), with
/// as much again for a busy machine.
struct RecoveryLimits {
  milliseconds taken_over{15000};     ///< From the loss of the master to the first event of another: v1.0.71 needs 4 s.
  milliseconds noticed{90000};        ///< Until a node that is lost left the state of the others.
  milliseconds instance_gone{30000};  ///< After that, until what it took part in is deleted.
  milliseconds whole{90000};          ///< From the mending to a cluster that is whole.
  milliseconds usable{90000};         ///< From there to an answer.
};

/// For each selected model one scenario: its first placement of several ranks, else its first. A fault costs a minute.
std::vector<gtest::Scenario> breakable_scenarios();

/// A test that breaks the cluster. It is skipped where nobody says how to, and after a test that left the cluster
/// broken. However it ends, what it broke is mended, and the cluster is waited for until it is whole again.
class BreakableTest : public gtest::PlacedTest {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// Why the test cannot be made, a verb of [faults] that is missing; nothing: it can.
  std::optional<std::string> why_not(const std::vector<cluster::FaultVerb>& verbs) const;
  /// Does it; a command that fails ends the test as `environment`. The clock of `time_until` begins.
  [[nodiscard]] bool broke(cluster::FaultVerb verb, std::size_t node, milliseconds delay = milliseconds(0));
  /// What the command of the last fault wrote.
  const std::string& written() const { return written_; }
  /// The clock of `time_until` begins, without a fault.
  void begin() { broken_at_ = Clock::now(); }
  /// An instance that the test itself deleted: it must not come back.
  void note_deleted(const std::string& instance_id) { gone_.insert(instance_id); }
  /// Asks node `node` to place the model as the scenario has it, and does not wait.
  Outcome<exo::CommandReply> ask_to_place(std::size_t node);
  /// The instances of the model that `state` shows.
  std::vector<exo::Instance> instances_of_the_model(const exo::State& state) const;
  /// A node of the instance that is not master; nothing when there is none, or the master is not known.
  std::optional<std::size_t> follower();
  /// A node that looks on while `lost` is away.
  std::size_t witness_of(std::size_t lost) const { return lost == 0 ? 1 : 0; }

  /// Waits until what `witness` shows is as `holds` wants it, keeps the time since the last fault as the property
  /// NAME_ms. False: it was not within `limit`.
  bool time_until(const std::string& name, std::size_t witness, milliseconds limit,
                  const std::function<bool(const exo::State&)>& holds);
  /// The same with a question of its own.
  bool time_until(const std::string& name, milliseconds limit, const std::function<bool()>& holds);
  /// Whether the others no longer show node `lost`: `noticed_ms`.
  bool is_noticed(std::size_t lost);
  std::string not_noticed() const;
  /// Then, until `witness` shows the instance no longer: `instance_gone_ms`. Fails the test otherwise.
  void expect_instance_deleted(std::size_t witness);
  /// Once it is mended: whole, usable, nothing stale, each only after the one before.
  void expect_recovery();
  /// Until every API shows all nodes and edges again, as the property `whole_ms`. A failure fails the test.
  void expect_whole();
  /// Waits until the instance answers, or it is gone and another one answers: `usable_ms`. Result: why it does not.
  std::optional<Failure> why_not_usable();
  void expect_usable();
  /// No instance of a node that is gone, none that was deleted before, each view moves on.
  void expect_nothing_stale();
  /// The limit for this cluster: a fake one has faster times, and a machine that may be busy.
  milliseconds within(milliseconds limit) const;
  /// For how long to look on where nothing is to happen.
  milliseconds lasting(milliseconds time) const;

  RecoveryLimits limits_;

 private:
  std::optional<Failure> why_unusable();
  Outcome<Done> place_and_ask();
  void mend();

  std::unique_ptr<cluster::Faults> faults_;
  std::vector<std::string> ids_before_;
  std::set<std::string> gone_;  ///< Instances that were seen deleted.
  Clock::time_point broken_at_{};
  std::string written_;
  bool waited_in_vain_ = false;  ///< It did not become whole after it was mended.
};

}  // namespace exo_harness::suites
