#include "exo_harness/gtest/placed_scenario.h"

#include <algorithm>
#include <utility>

#include "exo_harness/core/format.h"
#include "exo_harness/gtest/prediction.h"
#include "exo_harness/trial/hang_evidence.h"

#include "known_marks.h"
#include "leftovers.h"
#include "session.h"

namespace exo_harness::gtest {
namespace {

// A third hang tells nothing new, and each costs minutes.
constexpr int kMostHangs = 2;
// Exo looks after its runners every second or two.
constexpr milliseconds kReasonLimit{4000};
// Between the end of a test and the set-up of the next one nobody does anything.
constexpr milliseconds kBetweenTests{50};

bool still_fine(cluster::Cluster& cluster, const cluster::PlacedInstance& placed) {
  std::optional<exo::State> state = std::exchange(session().test.first_look, std::nullopt);
  if (!state) {
    auto now = cluster.state();
    if (!now) return false;
    state = std::move(now).value();
  }
  const auto instance = state->instances.find(placed.instance.id);
  return instance != state->instances.end() && state->is_ready(instance->second) &&
         state->has_nodes_of(instance->second);
}

// Exo answers so when a runner died or a node left, and also when neither did.
bool may_be_a_death(const std::optional<Failure>& failure) {
  if (!failure) return false;
  const FailureKind kind = failure->kind;
  return kind == FailureKind::empty_answer || kind == FailureKind::error_in_200 || kind == FailureKind::truncated ||
         kind == FailureKind::exited;
}

void record_phases(const cluster::PlacedInstance& placed) {
  for (const cluster::PhaseTime& phase : placed.phases) {
    testing::Test::RecordProperty(format("phase_{}_ms", to_string(phase.phase)), std::to_string(phase.took.count()));
  }
  if (placed.restarts > 0) testing::Test::RecordProperty("runner_restarts", placed.restarts);
}

}  // namespace

Outcome<cluster::PlacedInstance> placed_instance(const Scenario& scenario) {
  Session& s = session();
  cluster::Cluster& cluster = attached_cluster();
  const std::string name = name_of(scenario);
  if (s.hangs[name] >= kMostHangs)
    return Failure{FailureKind::timed_out, format("not tried: {} tests of this placement hung before", kMostHangs), ""};
  if (s.placed && s.placed_name == name) {
    if (!s.placed->ok() || still_fine(cluster, s.placed->value())) return *s.placed;
  }
  remove_placed_instance();
  s.placed_name = name;
  s.marks.clear();
  s.logs_before_placing = trial::LogMark(node_log_files());
  const model::Prediction prediction = prediction_of(scenario);
  s.placed = cluster.place(scenario.model.repo, scenario.mode);
  record_prediction(scenario, prediction, *s.placed);
  if (!s.placed->ok()) return *s.placed;
  record_phases(s.placed->value());
  const auto state = cluster.state();
  s.marks = state ? known_marks(scenario.model, *state) : std::vector<std::string>();
  return *s.placed;
}

void remove_placed_instance() {
  Session& s = session();
  if (s.placed && s.placed->ok()) {
    const std::string id = s.placed->value().instance.id;
    const auto state = s.cluster->state();
    const bool shown = !state || state->instances.count(id) != 0;
    if (!shown || s.cluster->remove(id)) forget_placed(id);
  }
  s.placed.reset();
}

void ScenarioTest::SetUp() {
  if (!scenario().model.unreadable.empty()) FAIL() << scenario().model.unreadable;
  try {
    const auto state = attached_cluster().state_since(kBetweenTests);
    if (!state) {
      note_failure(state.failure());
      FAIL() << to_string(state.failure());
    }
    if (const auto why = why_not_applicable(scenario(), *state)) GTEST_SKIP() << *why;
    session().test.first_look = *state;
  } catch (const NoCluster& error) {
    FAIL() << error.what();
  }
}

exo::State ScenarioTest::state_now() {
  const auto state = cluster().state();
  if (state) return *state;
  note_failure(state.failure());
  ADD_FAILURE() << to_string(state.failure());
  return {};
}

void PlacedTest::SetUp() {
  ScenarioTest::SetUp();
  if (HasFatalFailure() || IsSkipped()) return;
  if (const auto why = why_expected_to_fail(scenario(), cluster().generation())) GTEST_SKIP() << *why;
  const auto placed = placed_instance(scenario());
  if (!placed) {
    note_failure(placed.failure());
    FAIL() << to_string(placed.failure());
  }
  placed_ = *placed;
  session().test.first_look.reset();
  failures_before_ = runner_failures_seen().size();
  cluster().watcher().hurry();
}

// What the watcher knows of runners of this instance that failed.
std::vector<exo::RunnerFailure> PlacedTest::runner_failures_seen() {
  std::vector<exo::RunnerFailure> failed = cluster().watcher().failed_runners();
  std::erase_if(failed, [&](const auto& runner) { return runner.instance_id != placed_->instance.id; });
  return failed;
}

// A client sees a runner's death seconds before /state tells of it; the diagnosis is made when the test has ended.
bool PlacedTest::a_runner_died() {
  const auto new_failure = [&] { return runner_failures_seen().size() > failures_before_; };
  return wait_until(Deadline::after(kReasonLimit), milliseconds(50), new_failure) ||
         cluster().look_back(placed_->instance.id).size() > failures_before_;
}

void PlacedTest::wait_out_a_death() {
  if (!placed_) return;
  // The events keep what `/state` may have shown for a moment only.
  const auto died = [&] {
    return runner_failures_seen().size() > failures_before_ ||
           cluster().failures_by_events(placed_->instance.id).size() > failures_before_;
  };
  if (!wait_until(Deadline::after(kReasonLimit), milliseconds(250), died)) return;
  wait_until(Deadline::after(std::chrono::seconds(60)), milliseconds(100), [&] {
    const auto state = cluster().state();
    if (!state) return state.failure().kind == FailureKind::unreachable;
    const auto instance = state->instances.find(placed_->instance.id);
    return instance == state->instances.end() || state->is_ready(instance->second);
  });
}

// An answer that ended badly does not say by itself that anybody died or left.
void PlacedTest::look_who_is_gone() {
  if (a_runner_died()) {
    session().test.met = Verdict::crash;
    return;
  }
  const auto state = cluster().state();
  const bool gone = state ? state->instances.count(placed_->instance.id) == 0 || !state->has_nodes_of(placed_->instance)
                          : state.failure().kind == FailureKind::unreachable;
  if (gone) session().test.met = Verdict::lost;
}

// A hang whose node answers nothing is that node's loss.
void PlacedTest::look_into_the_hang() {
  const std::vector<cluster::SilentNode> silent = trial::look_into_the_hang(cluster(), session().journal());
  for (const cluster::SilentNode& node : silent) {
    const bool takes_part = std::any_of(placed_->instance.ranks.begin(), placed_->instance.ranks.end(),
                                        [&](const exo::Rank& rank) { return rank.node_id == node.id; });
    if (!takes_part && node.api != cluster().nodes().front().api) continue;
    session().test.met = Verdict::lost;
    ADD_FAILURE() << "node " << node.id << " at " << node.api << " is silent: " << node.why;
  }
}

void PlacedTest::TearDown() {
  if (!placed_) return;
  if (HasFailure() && may_be_a_death(session().test.met_failure)) look_who_is_gone();
  if (session().test.met == Verdict::lost && HasFailure()) trial::journal_processes(cluster(), session().journal());
  if (session().test.met != Verdict::hang || !HasFailure()) return;
  look_into_the_hang();
  ++session().hangs[name_of(scenario())];
  remove_placed_instance();  // The next test is not to wait behind what hung.
}

std::string PlacedTest::logs_since_placing() const {
  return session().logs_before_placing.written_since(node_log_files());
}

exo::ChatRequest PlacedTest::ask(const std::string& question, int max_tokens) const {
  exo::ChatRequest request;
  request.model = scenario().model.repo;
  request.messages = {{"user", question}};
  request.max_tokens = max_tokens;
  return request.greedy();
}

}  // namespace exo_harness::gtest
