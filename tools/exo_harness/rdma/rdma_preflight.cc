#include "rdma/rdma_preflight.h"

#include <algorithm>
#include <array>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/doctor/commands.h"

#include "app/interruption.h"
#include "app/rehearsing.h"
#include "cluster/rehearsal_rows.h"

namespace exo_harness::tools {
namespace {

using doctor::Check;

// What Exo finds out within some seconds of its start, and addresses that come with a cable.
bool may_still_come(const Check& check) {
  static constexpr std::array<const char*, 7> kComing = {
      "rdma-mesh", "rdma-mirrored", "thunderbolt-known", "memory-known", "port-address", "ipv4-gid", "model-staged"};
  if (check.id == "rdma-enabled") return check.seen == "not reported";
  return std::find(kComing.begin(), kComing.end(), check.id) != kComing.end();
}

// A machine that says what it is, and is no Mac, will never have RDMA.
bool has_no_mac(const exo::State& state) {
  return std::any_of(state.nodes.begin(), state.nodes.end(), [&](const std::string& node) {
    const auto at = state.facts.find(node);
    return at != state.facts.end() && at->second.identity && contains(at->second.identity->os_version, "Linux");
  });
}

void check_model(const cluster::Cluster& cluster, const exo::State& state, const std::string& model,
                 std::vector<Check>& checks) {
  for (const cluster::Node& node : cluster.nodes()) {
    const bool there = state.has_model(node.id, model);
    checks.push_back({"model-staged", node.name, there ? Check::Status::good : Check::Status::bad,
                      model + (there ? " is complete" : " is not there, or not complete"), "the model on every node",
                      "Stage it there: `exo-harness models stage`, or choose another with --model.",
                      "load-config-broken", false});
  }
}

std::vector<Check> local_checks(const PreflightQuestion& question) {
  if (!question.local_answers.empty())
    return doctor::check_local(doctor::gather_local(doctor::recorded_commands(question.local_answers), true), {});
  if (!doctor::kIsMac) return {};  // What the nodes are, the API says.
  return doctor::check_local(doctor::gather_local(doctor::local_commands(), true), {});
}

// The engine's word warns: the placement itself is tried all the same, and decides.
void add_rehearsal(const PreflightQuestion& question, std::vector<Check>& checks) try {
  const auto engine = question.exo ? engine_under_test(*question.exo) : std::nullopt;
  if (!engine) return;
  const auto rows =
      rehearsal_rows({question.model_id, {question.placement}, false, "", 0, question.rehearsal_limit}, *engine);
  checks.insert(checks.end(), rows.begin(), rows.end());
} catch (const Interrupted&) {
  throw;
} catch (const HarnessError& error) {
  checks.push_back({"rehearsal", "this machine", Check::Status::unknown, error.what(), "the engine takes it",
                    error.advice(), "", false});
}

bool is_bad(const Check& check) {
  return check.status == Check::Status::bad;
}

}  // namespace

Outcome<std::vector<Check>> rdma_preflight(cluster::Cluster& cluster, const PreflightQuestion& question,
                                           const std::function<void(std::string_view)>& waiting) {
  std::vector<Check> checks;
  std::optional<Failure> silent;
  wait_until(Deadline::after(question.settle), milliseconds(250), [&] {
    const Outcome<exo::State> state = cluster.state();
    silent = state ? std::nullopt : std::optional(state.failure());
    if (!state) return true;
    checks = doctor::check_state(*state, {static_cast<int>(cluster.nodes().size()), true, 0, utc_now()});
    check_model(cluster, *state, question.model_id, checks);
    const auto local = local_checks(question);
    checks.insert(checks.end(), local.begin(), local.end());
    const bool hopeless = std::any_of(checks.begin(), checks.end(),
                                      [](const Check& check) { return is_bad(check) && !may_still_come(check); });
    const auto first = std::find_if(checks.begin(), checks.end(), is_bad);
    if (hopeless || first == checks.end() || has_no_mac(*state)) return true;
    waiting(format("waiting for {} of {}: {}", first->id, first->node, first->seen));
    return false;
  });
  if (silent) return *silent;
  add_rehearsal(question, checks);
  return checks;
}

diagnose::Diagnosis why_unfit(const std::vector<Check>& checks) {
  diagnose::Diagnosis why;
  why.blame = Blame::environment;
  why.verdict = Verdict::environment;
  why.phase = Phase::preflight;
  why.confidence = "certain";
  const auto first = std::find_if(checks.begin(), checks.end(), is_bad);
  if (first == checks.end()) return why;
  why.node = first->node;
  why.signature = first->prevents;
  why.remedy = first->fix;
  const std::string reason = doctor::why_no_jaccl(checks);
  why.cause = first->for_jaccl ? reason : format("the cluster is not fit: {} ({})", first->seen, first->id);
  for (const Check& check : checks) {
    if (is_bad(check))
      why.evidence.push_back({"check " + check.id, check.node, "",
                              format("check {}: {}, needed: {}", check.id, check.seen, check.needed)});
  }
  return why;
}

}  // namespace exo_harness::tools
