#include "rdma_validation.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "exo_harness/cluster/wholeness.h"
#include "exo_harness/core/clock.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/log_line.h"
#include "exo_harness/model/fixture.h"

namespace exo_harness::tools {
namespace {

using diagnose::Check;
using diagnose::FailedPhase;

constexpr const char* kLoaded = "Time taken to shard and load model";
constexpr int kMostInARow = 2;  // After so many failures one after the other the rest says nothing new.

constexpr std::array<std::pair<const char*, RdmaStep>, 4> kPhases = {{{"place", RdmaStep::place},
                                                                      {"connect", RdmaStep::connect},
                                                                      {"load", RdmaStep::load},
                                                                      {"warm-up", RdmaStep::warm_up}}};

diagnose::Diagnosis found_by_us(std::string phase, std::string cause, std::string remedy) {
  diagnose::Diagnosis why;
  why.verdict = "failed", why.phase = std::move(phase), why.confidence = "certain";
  why.cause = std::move(cause), why.remedy = std::move(remedy);
  return why;
}

std::string in_quotes(std::string_view answer) {
  return format("\"{}\"", shorten(printable(answer), 48));
}

// Every rank has all its layers, or all but the last: what is awaited is the collective (rdma contract 5 J, 6.29).
bool is_first_collective(std::string_view ranks) {
  constexpr std::string_view kLoading = "RunnerLoading, ", kOf = " of ";
  bool any = false;
  for (const std::string_view line : lines(ranks)) {
    if (contains(line, "RunnerLoaded")) continue;
    const std::size_t at = line.find(kLoading), of = line.find(kOf);
    if (at == std::string_view::npos || of == std::string_view::npos) return false;
    const int loaded = std::atoi(std::string(line.substr(at + kLoading.size())).c_str());
    const int total = std::atoi(std::string(line.substr(of + kOf.size())).c_str());
    if (total < 2 || loaded < total - 1) return false;
    any = true;
  }
  return any;
}

std::size_t equal_length(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

std::string where_they_part(const std::string& one, const std::string& other) {
  const std::size_t at = equal_length(one, other);
  return format("equal for {} bytes, then {} in place of {}", at, in_quotes(other.substr(at, 40)),
                in_quotes(one.substr(at, 40)));
}

std::string unfit_line(const std::vector<Check>& checks) {
  for (const Check& check : checks) {
    if (check.status == Check::Status::bad) return format("{}: {}", check.id, check.seen);
  }
  return "not fit";
}

std::string time_for_people(std::optional<milliseconds> took) {
  return took && took->count() > 0 ? for_people(*took) : "at once";
}

// Without the mark of the evidence and the head of Exo's log.
std::string message_of(std::string_view line) {
  line = trim(line);
  if (line.starts_with("> ")) line = trim(line.substr(2));
  const auto record = exo::parse_log_line(line);
  return record ? std::string(trim(record->message)) : std::string(line);
}

// Phases may be shorter than a look at the state: the diagnosis may prove a later one than was seen.
std::string failed_phase_of(const TrialResult& trial) {
  if (trial.worked) return "";
  const auto place_of = [](std::string_view phase) {
    return std::find_if(kPhases.begin(), kPhases.end(), [&](const auto& p) { return p.first == phase; });
  };
  const auto proven = place_of(trial.diagnosis.phase), seen = place_of(trial.file.failed->phase);
  return proven != kPhases.end() && (seen == kPhases.end() || proven > seen) ? proven->first : trial.file.failed->phase;
}

// The line of the evidence that shows the signature; else what the failure itself says, without the phase, which has a
// line of its own.
std::string gist_of(const TrialResult& trial) {
  const diagnose::Diagnosis& why = trial.diagnosis;
  const diagnose::SignatureBook& book = diagnose::SignatureBook::standard(model::fixtures_folder());
  const diagnose::Signature* known = book.find(why.signature);
  if (known != nullptr && !why.evidence.empty()) {
    for (const std::string_view line : lines(why.evidence[0].text)) {
      if (book.is_in(*known, line)) return message_of(line);
    }
    return why.evidence[0].text;
  }
  const std::string& what = trial.file.failed->what;
  const std::size_t colon = what.find(": ");
  return colon != std::string::npos && colon < 12 ? what.substr(colon + 2) : what;
}

std::vector<exo::Edge> rdma_edges(const exo::State& state) {
  std::vector<exo::Edge> edges = state.edges;
  std::erase_if(edges, [](const exo::Edge& e) { return e.kind != exo::Edge::Kind::rdma; });
  return edges;
}

}  // namespace

RdmaValidation::RdmaValidation(RdmaPlan plan, cluster::Cluster& cluster, Trials& trials, RdmaSteps& steps,
                               std::function<void()> between)
    : plan_(std::move(plan)), cluster_(cluster), trials_(trials), steps_(steps), between_(std::move(between)) {
  const auto state = cluster_.state();
  if (!state) return;
  for (const auto& [id, instance] : state->instances) known_.insert(id);
}

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
  if (steps_.trouble() && steps_.trouble()->why.blame == diagnose::Blame::environment) {
    why.blame = diagnose::Blame::environment;
    why.verdict = "environment";
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
    fail(checks.failure().what, found_by_us("preflight", "/state cannot be read: " + checks.failure().what,
                                            "Read the node's log; see `exo-harness doctor`."));
    return false;
  }
  if (const auto state = cluster_.state()) edges_ = rdma_edges(*state);
  if (diagnose::is_fit(*checks, true)) {
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
  const TrialResult single = trials_.run(plan_.preflight.model_id, {}, plan_.question);
  single_ = single.answer;
  if (single.worked) {
    steps_.pass(in_quotes(single.answer));
    return true;
  }
  fail("no answer from one node, which says nothing of JACCL", single.diagnosis);
  return false;
}

// The dry run: nothing is placed, and no port pays for it.
bool RdmaValidation::device_matrix() {
  steps_.begin(RdmaStep::device_matrix);
  const exo::PlacementRequest request{plan_.preflight.model_id, plan_.mode.sharding, plan_.mode.comm,
                                      plan_.mode.world_size};
  const auto planned = cluster_.client().preview_placement(request, Deadline::after(cluster_.spec().limits.place));
  if (!planned) {  // Placing fails in the same way, and gathers why.
    steps_.pass("no plan: " + planned.failure().what);
    return true;
  }
  const auto mode = exo::proven_mode(*planned);
  if (mode && *mode != plan_.mode) {
    const std::string seen =
        format("silent fallback: asked for {}, planned {}", to_string(plan_.mode), to_string(*mode));
    fail(seen, found_by_us("place", seen, "Compare /instance/previews with the topology; place with min_nodes set."));
    return false;
  }
  const auto state = cluster_.state();
  const auto checks = state ? diagnose::check_matrix(*planned, *state) : std::vector<Check>{};
  if (diagnose::is_fit(checks, true)) {
    steps_.pass(checks.empty() ? to_string(plan_.mode) : checks[0].seen);
    return true;
  }
  const diagnose::Diagnosis why = why_unfit(checks);
  fail(unfit_line(checks), why);
  return false;
}

bool RdmaValidation::place() {
  steps_.begin(RdmaStep::place);
  placed_ = trials_.place(plan_.preflight.model_id, plan_.mode);
  tell_phases(*placed_);
  if (!placed_->worked) placed_.reset();
  return placed_.has_value();
}

// Exo's own words for what it did not do, put into the question that was asked.
diagnose::Diagnosis RdmaValidation::why_not_placed(const TrialResult& trial) const {
  diagnose::Diagnosis why = trial.diagnosis;
  const cluster::PlacementReport& report = cluster_.last_placement();
  if (report.proven && *report.proven != plan_.mode) {
    why.cause = format("silent fallback: asked for {}, Exo made {}", to_string(plan_.mode), to_string(*report.proven));
    why.remedy = "Compare /instance/previews with the topology; look for nodes without RDMA, and at Exo's version.";
    why.confidence = "certain";
    why.evidence.clear();
  } else if (why.phase == "place" && why.blame == diagnose::Blame::environment) {
    why.cause = "JACCL not possible here: " + why.cause;
  }
  return why;
}

void RdmaValidation::tell_phases(const TrialResult& trial) {
  const std::string failed = failed_phase_of(trial);
  const auto took = [&](const std::string& phase) -> std::optional<milliseconds> {
    for (const cluster::PhaseTime& time : trial.phases) {
      if (time.phase == phase) return time.took;
    }
    return std::nullopt;
  };
  for (const auto& [phase, step] : kPhases) {
    if (step != RdmaStep::place) steps_.begin(step);
    const bool collective = failed == "load" && phase == failed && is_first_collective(trial.file.failed->evidence);
    if (phase == failed && !collective) return fail(gist_of(trial), why_not_placed(trial));
    steps_.pass(step == RdmaStep::place
                    ? format("{}, proven from state, {}", to_string(plan_.mode), time_for_people(took(phase)))
                : collective ? "every layer on every rank"
                             : time_for_people(took(phase)),
                took(phase));
    if (step != RdmaStep::load) continue;
    steps_.begin(RdmaStep::first_collective);
    if (collective) return fail(gist_of(trial), trial.diagnosis);
    const auto [said, all] = trials_.logs_that_say(kLoaded);
    steps_.pass(all == 0 ? "every rank is past it (no logs within reach)"
                         : format("every rank is past it, {} of {} logs say so", said, all));
  }
}

void RdmaValidation::answers() {
  between_();
  if (!first_answer()) return;
  compare();
  between_();
  repeat();
}

void RdmaValidation::fail_answer(const std::string& seen, const FailedPhase& failed) {
  trials_.end(*placed_, failed);
  diagnose::Diagnosis why = placed_->diagnosis;
  placed_.reset();
  fail(seen, why);
}

bool RdmaValidation::first_answer() {
  steps_.begin(RdmaStep::answer);
  Answered answered = trials_.ask(plan_.preflight.model_id, plan_.question);
  if (!answered.failed && answered.text.empty())
    answered.failed = FailedPhase{"generate", FailureKind::empty_answer, "an answer without text", "", {}, {}};
  if (answered.failed) {
    fail_answer(answered.failed->what, *answered.failed);
    return false;
  }
  jaccl_ = answered.text;
  steps_.pass(format("{} in {}", in_quotes(jaccl_), for_people(answered.took)), answered.took);
  return true;
}

void RdmaValidation::compare() {
  steps_.begin(RdmaStep::same_as_one_node);
  if (jaccl_ == single_) return steps_.pass("equal");
  const std::string parts = where_they_part(single_, jaccl_);
  fail(parts,
       found_by_us("generate", "the answer over JACCL differs from that of one node: " + parts,
                   "Compare log probabilities (`exo-harness run --suite inference`); try another MLX and the ring: a "
                   "transport that garbles shows no error."));
}

void RdmaValidation::repeat() {
  steps_.begin(RdmaStep::repetitions);
  int asked = 0, bad = 0, in_a_row = 0;
  std::optional<FailedPhase> first;
  milliseconds least = milliseconds::max(), most{0};
  while (asked < plan_.repeat && in_a_row < kMostInARow) {
    between_();
    Answered answered = trials_.ask(plan_.preflight.model_id, plan_.question);
    ++asked;
    if (!answered.failed && answered.text != jaccl_)
      answered.failed =
          FailedPhase{"generate", FailureKind::mismatch, where_they_part(jaccl_, answered.text), "", {}, {}};
    least = std::min(least, answered.took), most = std::max(most, answered.took);
    const bool silent = answered.failed && answered.failed->kind != FailureKind::mismatch;
    in_a_row = silent ? in_a_row + 1 : 0;
    bad += answered.failed ? 1 : 0;
    if (answered.failed && !first) {
      first = answered.failed;
      first->what = format("repetition {}: {}", asked, first->what);
    }
  }
  const std::string lost = lost_rdma_edges();
  if (!lost.empty()) {
    diagnose::Diagnosis why = found_by_us("generate", "RDMA edges were lost while it answered: " + lost,
                                          "Check the cable, its plugs and the power of both Macs.");
    why.verdict = "environment", why.blame = diagnose::Blame::environment;
    return fail("RDMA edges were lost: " + lost, why);
  }
  if (!first) return steps_.pass(format("{} equal answers, {} to {}", asked, for_people(least), for_people(most)));
  const std::string seen =
      format("{} of {} failed{}; {}", bad, asked,
             asked < plan_.repeat ? format(", {} not tried", plan_.repeat - asked) : "", first->what);
  if (first->kind != FailureKind::mismatch) return fail_answer(seen, *first);
  fail(seen, found_by_us("generate", "the same question got different answers: " + seen,
                         "Repeat on the ring and on one node; a transport that garbles shows no error."));
}

std::string RdmaValidation::lost_rdma_edges() {
  const auto state = cluster_.state();
  if (!state) return "";
  const auto now = rdma_edges(*state);
  std::vector<std::string> lost;
  for (const exo::Edge& edge : edges_) {
    if (std::find(now.begin(), now.end(), edge) == now.end())
      lost.push_back(format("{} {} > {}", name_of(edge.source), edge.source_iface, name_of(edge.sink)));
  }
  return join(lost, ", ");
}

std::optional<Failure> RdmaValidation::clean_up() {
  std::optional<Failure> failure;
  if (placed_) {
    trials_.end(*placed_, std::nullopt);
    if (!placed_->worked) failure = Failure{placed_->file.failed->kind, placed_->file.failed->what, ""};
    placed_.reset();
  }
  const auto state = cluster_.state();
  if (!state) return failure;
  for (const auto& [id, instance] : state->instances) {
    if (known_.count(id) != 0 || instance.model_id != plan_.preflight.model_id) continue;
    const auto removed = cluster_.remove(id);
    if (!removed && !failure) failure = removed.failure();
  }
  return failure;
}

}  // namespace exo_harness::tools
