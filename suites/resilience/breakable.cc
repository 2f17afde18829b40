// Breaks the cluster, and mends it however a test ends.
#include "breakable.h"

#include <algorithm>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/gtest/node_logs.h"
#include "exo_harness/gtest/result.h"

namespace exo_harness::suites {
namespace {

using cluster::FaultVerb;
using namespace std::chrono_literals;

constexpr const char* kNoFaults =
    "nobody says how nodes of this cluster are broken: give a [faults] table in the file of --cluster "
    "(fixtures/README.md)";

// What a test left broken; tests after it would only say that again.
std::string& left_broken() {
  static std::string what;
  return what;
}

std::map<std::string, std::string> environment_of_commands() {
  const std::string folder = gtest::run_folder_of_cluster();
  return folder.empty() ? std::map<std::string, std::string>()
                        : std::map<std::string, std::string>{{"EXO_HARNESS_LOG_DIR", folder + "/logs"}};
}

std::vector<std::string> apis_of(const std::vector<cluster::Node>& nodes) {
  std::vector<std::string> apis;
  for (const cluster::Node& node : nodes) apis.push_back(node.api);
  return apis;
}

}  // namespace

std::vector<gtest::Scenario> breakable_scenarios() {
  std::vector<gtest::Scenario> chosen;
  for (const gtest::Scenario& scenario : gtest::scenarios()) {
    const auto known = std::find_if(chosen.begin(), chosen.end(),
                                    [&](const gtest::Scenario& s) { return s.model.id == scenario.model.id; });
    if (known == chosen.end()) {
      chosen.push_back(scenario);
    } else if (!gtest::is_distributed(*known) && gtest::is_distributed(scenario)) {
      *known = scenario;
    }
  }
  return chosen;
}

void BreakableTest::SetUp() {
  if (!left_broken().empty()) GTEST_SKIP() << "not tried: " << left_broken();
  gtest::ScenarioTest::SetUp();
  if (HasFatalFailure() || IsSkipped()) return;
  if (cluster().spec().faults.empty()) GTEST_SKIP() << kNoFaults;
  gtest::remove_placed_instance();  // A fresh one has all its starts (contract 11).
  gtest::PlacedTest::SetUp();
  if (HasFatalFailure() || IsSkipped()) return;
  for (const cluster::Node& node : cluster().nodes()) ids_before_.push_back(node.id);
  faults_ = std::make_unique<cluster::Faults>(cluster().spec(), apis_of(cluster().nodes()), environment_of_commands());
  broken_at_ = Clock::now();
}

void BreakableTest::TearDown() {
  if (faults_) mend();
  gtest::PlacedTest::TearDown();
  if (faults_ && left_broken().empty()) gtest::remove_placed_instance();
}

void BreakableTest::mend() {
  const std::vector<std::string> left = faults_->undo();
  // What the test waited for in vain does not come now.
  const auto whole = cluster().wait_until_whole(Deadline::after(waited_in_vain_ ? 0ms : within(limits_.whole)));
  if (left.empty() && whole) return gtest::keep_nodes();
  left_broken() = format("a test before left the cluster broken: {}{}", join(left, "; "),
                         whole ? "" : (left.empty() ? "" : "; ") + whole.failure().what);
  ADD_FAILURE() << left_broken();
}

std::optional<std::string> BreakableTest::why_not(const std::vector<FaultVerb>& verbs) const {
  for (const FaultVerb verb : verbs) {
    if (const auto why = faults_->why_not(verb)) return why;
  }
  return std::nullopt;
}

bool BreakableTest::broke(FaultVerb verb, std::size_t node, milliseconds delay) {
  broken_at_ = Clock::now();
  const auto done = faults_->apply(verb, node, delay);
  written_ = done ? *done : "";
  if (done) return true;
  gtest::report_result(Verdict::environment);
  ADD_FAILURE() << to_string(done.failure());
  return false;
}

Outcome<exo::CommandReply> BreakableTest::ask_to_place(std::size_t node) {
  const exo::Mode mode = scenario().mode;
  const exo::PlacementRequest request{scenario().model.repo, mode.sharding, mode.comm, mode.world_size};
  return cluster().client(node).place(request, Deadline::after(cluster().spec().limits.place));
}

std::vector<exo::Instance> BreakableTest::instances_of_the_model(const exo::State& state) const {
  std::vector<exo::Instance> found;
  for (const auto& [id, instance] : state.instances)
    if (instance.model_id == scenario().model.repo) found.push_back(instance);
  return found;
}

std::optional<std::size_t> BreakableTest::follower() {
  const auto master = gtest::master_by_logs();
  if (!master) return std::nullopt;
  for (std::size_t i = 0; i < cluster().nodes().size(); ++i) {
    const auto& ranks = placed().instance.ranks;
    const bool takes_part = std::any_of(ranks.begin(), ranks.end(),
                                        [&](const exo::Rank& rank) { return rank.node_id == cluster().nodes()[i].id; });
    if (i != *master && takes_part) return i;
  }
  return std::nullopt;
}

}  // namespace exo_harness::suites
