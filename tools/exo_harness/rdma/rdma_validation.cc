#include "rdma/rdma_validation.h"

#include <algorithm>

#include "exo_harness/cluster/wholeness.h"
#include "exo_harness/core/clock.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::tools {
namespace {

using doctor::Check;

std::string unfit_line(const std::vector<Check>& checks) {
  for (const Check& check : checks) {
    if (check.status == Check::Status::bad) return format("{}: {}", check.id, check.seen);
  }
  return "not fit";
}

}  // namespace

diagnose::Diagnosis found_by_us(Phase phase, std::string cause, std::string remedy) {
  diagnose::Diagnosis why;
  why.verdict = Verdict::failed, why.phase = phase, why.confidence = "certain";
  why.cause = std::move(cause), why.remedy = std::move(remedy);
  return why;
}

std::string in_quotes(std::string_view answer) {
  return format("\"{}\"", shorten(printable(answer), 48));
}

std::vector<exo::Edge> rdma_edges(const exo::State& state) {
  std::vector<exo::Edge> edges = state.edges;
  std::erase_if(edges, [](const exo::Edge& e) { return e.kind != exo::Edge::Kind::rdma; });
  return edges;
}

RdmaValidation::RdmaValidation(RdmaPlan plan, cluster::Cluster& cluster, trial::Trials& trials, RdmaSteps& steps,
                               std::function<void()> between)
    : plan_(std::move(plan)), cluster_(cluster), trials_(trials), steps_(steps), between_(std::move(between)) {}

std::string RdmaValidation::name_of(const std::string& node) const {
  for (const cluster::Node& one : cluster_.nodes()) {
    if (one.id == node && !one.name.empty()) return one.name;
  }
  return node.starts_with("12D3Koo") ? cluster::short_id(node) : node;
}

// People know nodes by their names.
std::string RdmaValidation::with_names(std::string text) const {
  for (const cluster::Node& node : cluster_.nodes()) {
    const std::string id = "node " + cluster::short_id(node.id);
    for (std::size_t at; !node.name.empty() && (at = text.find(id)) != std::string::npos;) {
      text.replace(at, id.size(), node.name);
    }
  }
  return text;
}

void RdmaValidation::fail(const std::string& seen, diagnose::Diagnosis why) {
  why.node = name_of(why.node);
  why.cause = with_names(why.cause);
  // Placed although it could not work: what comes of it is no fault of Exo.
  if (steps_.trouble() && steps_.trouble()->why.blame == Blame::environment) {
    why.blame = Blame::environment;
    why.verdict = Verdict::environment;
  }
  steps_.fail(with_names(seen), why);
}

void RdmaValidation::run() {
  if (!preflight() && !plan_.anyway) return;
  between_();
  if (!one_node()) return;
  between_();
  if (!device_matrix() && !plan_.anyway) return;
  between_();
  if (!place()) return;
  answers();
}

bool RdmaValidation::preflight() {
  steps_.begin(RdmaStep::preflight);
  const auto checks = rdma_preflight(cluster_, plan_.preflight, [this](std::string_view what) {
    between_();
    steps_.now(what);
  });
  if (!checks) {
    fail(checks.failure().what, found_by_us(Phase::preflight, "/state cannot be read: " + checks.failure().what,
                                            "Read the node's log; see `exo-harness doctor`."));
    return false;
  }
  if (const auto state = cluster_.state()) edges_ = rdma_edges(*state);
  if (doctor::is_fit(*checks, true)) {
    const auto warnings = std::count_if(checks->begin(), checks->end(),
                                        [](const Check& c) { return c.status == Check::Status::warning; });
    const auto first =
        std::find_if(checks->begin(), checks->end(), [](const Check& c) { return c.status == Check::Status::warning; });
    steps_.pass(format("{} checks{}", checks->size(),
                       warnings == 0 ? "" : format(", {} warned of: {} {}", warnings, first->id, first->seen)));
    return true;
  }
  const diagnose::Diagnosis why = why_unfit(*checks);
  fail(unfit_line(*checks), why);
  return false;
}

bool RdmaValidation::one_node() {
  steps_.begin(RdmaStep::one_node);
  const trial::TrialResult single = trials_.run(plan_.preflight.model_id, {}, plan_.question);
  single_ = single.answer;
  if (single.worked) {
    steps_.pass(in_quotes(single.answer));
    return true;
  }
  fail("the single-node baseline failed; JACCL was not tested", single.diagnosis);
  return false;
}

// The dry run: nothing is placed, and no port pays for it.
bool RdmaValidation::device_matrix() {
  const exo::PlacementRequest request{plan_.preflight.model_id, plan_.mode.sharding, plan_.mode.comm,
                                      plan_.mode.world_size};
  const auto planned = cluster_.client().preview_placement(request, Deadline::after(cluster_.spec().limits.place));
  if (!planned) {  // Placing fails in the same way, and gathers why.
    steps_.skip_to(RdmaStep::device_matrix, "Exo has no plan: " + planned.failure().what);
    return true;
  }
  steps_.begin(RdmaStep::device_matrix);
  const auto mode = exo::proven_mode(*planned);
  if (mode && *mode != plan_.mode) {
    const std::string seen =
        format("silent fallback: asked for {}, planned {}", to_string(plan_.mode), to_string(*mode));
    fail(seen,
         found_by_us(Phase::place, seen, "Compare /instance/previews with the topology; place with min_nodes set."));
    return false;
  }
  const auto state = cluster_.state();
  const auto checks = state ? doctor::check_matrix(*planned, *state) : std::vector<Check>{};
  if (doctor::is_fit(checks, true)) {
    steps_.pass(checks.empty() ? to_string(plan_.mode) : checks[0].seen);
    return true;
  }
  const diagnose::Diagnosis why = why_unfit(checks);
  fail(unfit_line(checks), why);
  return false;
}

std::optional<Failure> RdmaValidation::clean_up() {
  std::optional<Failure> failure;
  if (placed_) {
    trials_.end(*placed_, std::nullopt);
    if (const auto& failed = placed_->file.failed; !placed_->worked)
      failure = Failure{failed->kind, failed->what, failed->evidence};
    placed_.reset();
  }
  const auto state = cluster_.state();
  if (!state) return failure;
  for (const auto& [id, instance] : state->instances) {
    if (!cluster_.is_ours(id)) continue;
    const auto removed = cluster_.remove(id);
    if (!removed && !failure) failure = removed.failure();
  }
  return failure;
}

}  // namespace exo_harness::tools
