#include "exo_harness/diagnose/cause/diagnose.h"

#include <algorithm>
#include <map>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "signature_hits.h"

namespace exo_harness::diagnose {
namespace {

// An instance may come and fail between two looks at the state: then only the logs of that time know of it.
bool missed_the_instance(const CaseFile& file) {
  return file.failed && file.failed->phase == Phase::place && file.failed->kind == FailureKind::timed_out &&
         failed_runners(file).empty();
}

// What parts the nodes takes instances away.
bool vanished(const CaseFile& file) {
  return file.failed && file.failed->kind == FailureKind::vanished;
}

bool failed_unseen(const CaseFile& file, const SignatureHit* cause) {
  return cause != nullptr && missed_the_instance(file) && is_start_up(cause->signature->stage);
}

// The rank whose runner failed first of its own accord; else the first that failed at all; -1: none.
int first_failed_rank(const CaseFile& file, const std::vector<SignatureHit>& hits) {
  for (const SignatureHit& hit : hits) {
    if (hit.source == SignatureHit::Source::runner && !hit.signature->echo && !hit.signature->benign) return hit.rank;
  }
  const std::vector<exo::RunnerFailure> errors = failed_runners(file);
  return errors.empty() ? -1 : errors.front().rank;
}

bool is_effect_of(const SignatureHit& hit, const SignatureHit& cause) {
  return hit.signature != cause.signature && cause.signature->is_cause_of(hit.signature->id);
}

bool is_effect_of_another(const SignatureHit& hit, const std::vector<SignatureHit>& hits) {
  return std::any_of(hits.begin(), hits.end(), [&](const SignatureHit& other) { return is_effect_of(hit, other); });
}

bool has_an_effect(const SignatureHit& hit, const std::vector<SignatureHit>& hits) {
  return std::any_of(hits.begin(), hits.end(), [&](const SignatureHit& other) { return is_effect_of(other, hit); });
}

// A cause before an echo, what stands in the failure itself before a log, the first rank before the others.
const SignatureHit* choose(const CaseFile& file, const std::vector<SignatureHit>& hits, int first_rank,
                           std::optional<Phase> phase) {
  const SignatureHit* best = nullptr;
  const auto key = [&](const SignatureHit& f) {
    const bool echoes = f.signature->echo || is_effect_of_another(f, hits);
    return std::make_tuple(echoes, !f.direct(), f.rank != first_rank, f.sequence);
  };
  for (const SignatureHit& hit : hits) {
    if (hit.signature->benign) continue;
    const Phase stage = hit.signature->stage;
    const bool explains = stage_explains(stage, phase) || (missed_the_instance(file) && is_start_up(stage)) ||
                          (vanished(file) && stage == Phase::discovery) || has_an_effect(hit, hits);
    if (!hit.direct() && !explains) continue;
    if (best == nullptr || key(hit) < key(*best)) best = &hit;
  }
  return best;
}

bool ended_by_signal(const CaseFile& file, int rank) {
  if (file.failed && contains(file.failed->what + file.failed->evidence, "(signal=")) return true;
  for (const exo::RunnerFailure& error : failed_runners(file)) {
    if (error.rank == rank && contains(error.text, "signal=")) return true;
  }
  return std::any_of(file.exits.begin(), file.exits.end(),
                     [&](const ProcessExit& exit) { return exit.rank == rank && exit.signal != 0 && !exit.expected; });
}

bool nothing_said_no(const CaseFile& file) {
  return file.failed && exo_harness::verdict_of(file.failed->kind) == Verdict::hang && failed_runners(file).empty();
}

bool means_loss(const SignatureHit* cause) {
  return cause != nullptr &&
         (cause->source == SignatureHit::Source::last_words || cause->signature->id == "state-node-lost" ||
          cause->signature->id == "discovery-node-timed-out" || cause->signature->id == "state-view-stale");
}

// Silence may also be that of a slow machine.
bool is_sure(const SignatureHit& of_state) {
  return of_state.signature->id != "state-node-silent";
}

Verdict verdict_of(const CaseFile& file, const SignatureHit* cause, int rank) {
  if (cause != nullptr && cause->signature->blame != Blame::product)
    return exo_harness::verdict_of(cause->signature->blame);
  if (means_loss(cause)) return Verdict::lost;
  if (rank >= 0 && ended_by_signal(file, rank)) return Verdict::crash;
  if (!lost_nodes(file).empty() || !silent_nodes(file).empty()) return Verdict::lost;
  if (nothing_said_no(file) && !failed_unseen(file, cause)) return Verdict::hang;
  if ((cause == nullptr || cause->signature->stage == Phase::discovery) && vanished(file)) return Verdict::lost;
  return Verdict::failed;
}

std::string confidence_of(const SignatureHit& cause, std::optional<Phase> phase) {
  const Signature& signature = *cause.signature;
  if (cause.source == SignatureHit::Source::state) return is_sure(cause) ? "certain" : "likely";
  if (signature.echo || signature.confidence == "predicted" || !signature.phases.empty()) return "likely";
  return cause.direct() || signature.stage == phase ? "certain" : "likely";
}

std::string remedy_of_unknown(std::optional<Phase> phase) {
  static const std::map<Phase, std::string_view> kRemedies = {
      {Phase::start, "Run the start script by hand and read its output."},
      {Phase::api, "Read the node's log from its first line; check the port and the firewall."},
      {Phase::discovery,
       "Ask /state of each node who sees whom; check Local Network permission, ports and interfaces."},
      {Phase::stage, "Check that the model folder is complete on each node."},
      {Phase::place, "Ask GET /instance/placement for the reason, and read the master's log."},
      {Phase::connect, "Look at the rank that did not pass: is its runner alive, can it reach rank 0?"},
      {Phase::load,
       "Check disk and memory of the rank that did not pass; with JACCL check that matrix and cables agree."},
      {Phase::warm_up, "Compare with the ring and with one node; take a stack sample of each runner."}};
  const auto at = phase ? kRemedies.find(*phase) : kRemedies.end();
  return std::string(at == kRemedies.end() ? "Read the last lines of each node's log, and repeat with one node."
                                           : at->second);
}

void explain_unknown(const CaseFile& file, Diagnosis& diagnosis) {
  std::string limit;
  if (file.failed && file.failed->limit.count() > 0)
    limit = format(" within {}", exo_harness::humanize(file.failed->limit));
  const std::string what = file.failed ? file.failed->what : "it failed";
  diagnosis.cause = format("unknown: phase {} did not end well{} ({}); {}", to_string(diagnosis.phase), limit, what,
                           human_ranks(last_states(file), diagnosis.phase));
  diagnosis.remedy = remedy_of_unknown(diagnosis.phase);
  diagnosis.confidence = "unknown";
  for (const exo::RunnerFailure& error : failed_runners(file)) {
    diagnosis.evidence.push_back(
        {format("RunnerFailed of rank {}", error.rank), error.node_id, "", shorten(printable(error.text), 600), true});
  }
  for (const NodeLog& log : file.logs) {
    if (log.tail.empty()) continue;
    const std::string where = "last lines of the log" + (log.node.empty() ? "" : " of " + log.node);
    diagnosis.evidence.push_back({where, log.node, "", join(log.tail, "\n")});
  }
}

// What the processes of those ranks did that run here; of the others nothing is known.
void add_processes(const CaseFile& file, Diagnosis& diagnosis) {
  for (const process::ProcessSample& look : file.processes) {
    diagnosis.evidence.push_back(
        {"process", look.node, "", humanize(look) + (look.stack.empty() ? "" : "\n" + look.stack)});
  }
  if (file.processes.empty() && diagnosis.verdict == Verdict::hang) {
    diagnosis.evidence.push_back(
        {"process", "", "", "no process of the cluster runs on this machine: neither CPU use nor a stack is known"});
  }
}

// Of a wrapper the news is what it wraps, which may stand with the same rank in another place.
std::string exception_of(const SignatureHit& cause, const std::vector<SignatureHit>& hits) {
  if (!cause.signature->wraps || !cause.exception.empty()) return cause.exception;
  for (const SignatureHit& hit : hits) {
    if (hit.rank == cause.rank && !hit.exception.empty()) return hit.exception;
  }
  return "";
}

void explain_known(const SignatureHit& cause, const std::vector<SignatureHit>& hits, Diagnosis& diagnosis) {
  diagnosis.signature = cause.signature->id;
  diagnosis.cause = cause.signature->cause;
  diagnosis.remedy = cause.signature->remedy;
  if (const std::string exception = exception_of(cause, hits); !exception.empty()) {
    diagnosis.cause = "the runner raised " + exception;
    diagnosis.remedy = "Search for that text: no signature knows it. The traceback is in the log of the node.";
  }
  diagnosis.blame = cause.signature->blame;
  diagnosis.confidence = confidence_of(cause, diagnosis.phase);
  diagnosis.evidence.push_back(cause.evidence);
}

void add_other_evidence(const CaseFile& file, const std::vector<SignatureHit>& hits, const SignatureHit* cause,
                        Diagnosis& diagnosis) {
  constexpr std::size_t kMost = 12;
  if (cause != nullptr)
    diagnosis.evidence.push_back({"state", "", "", human_ranks(last_states(file), diagnosis.phase)});
  for (const SignatureHit& hit : hits) {
    if (&hit == cause || hit.signature->benign || diagnosis.evidence.size() >= kMost) continue;
    diagnosis.evidence.push_back(hit.evidence);
    diagnosis.evidence.back().where += format(" (also seen: {})", hit.signature->id);
  }
}

std::string node_of(const CaseFile& file, int rank) {
  for (const RankState& state : last_states(file)) {
    if (state.rank == rank) return state.node;
  }
  return "";
}

// Phases may be shorter than a look at the state: what a runner says in a later one proves that it got there.
std::optional<Phase> phase_proven_by(const CaseFile& file, const SignatureHit* cause, std::optional<Phase> seen) {
  if (failed_unseen(file, cause)) return cause->signature->stage;
  if (cause == nullptr || cause->signature->echo) return seen;
  const Phase stage = cause->signature->stage;
  return seen && is_start_up(*seen) && is_start_up(stage) && stage > *seen ? stage : seen;
}

// Whoever found the cluster unfit has said why and what to do; no log knows better.
Diagnosis of_the_unfit(const FailedPhase& failed) {
  Diagnosis diagnosis;
  diagnosis.blame = Blame::environment;
  diagnosis.verdict = Verdict::environment;
  diagnosis.phase = failed.phase;
  diagnosis.cause = failed.what;
  diagnosis.remedy = failed.evidence;
  diagnosis.confidence = "certain";
  return diagnosis;
}

}  // namespace

Diagnosis diagnose(const CaseFile& file, const SignatureBook& book) {
  Diagnosis diagnosis;
  const std::vector<exo::RunnerFailure> errors = failed_runners(file);
  if (!file.failed && errors.empty() && file.api_failures.empty()) {
    diagnosis.verdict = Verdict::passed;
    diagnosis.confidence = "certain";
    diagnosis.cause = "nothing failed";
    return diagnosis;
  }
  if (file.failed && file.failed->kind == FailureKind::unfit) return of_the_unfit(*file.failed);
  const std::vector<SignatureHit> hits = collect_hits(file, book);
  const int first_rank = first_failed_rank(file, hits);
  diagnosis.phase = phase_seen(file, first_rank);
  const SignatureHit* cause = choose(file, hits, first_rank, diagnosis.phase);
  if (!diagnosis.phase && cause != nullptr) diagnosis.phase = cause->signature->stage;
  diagnosis.phase = phase_proven_by(file, cause, diagnosis.phase);
  diagnosis.rank = cause != nullptr && cause->rank >= 0 ? cause->rank : first_rank;
  diagnosis.node =
      cause != nullptr && !cause->evidence.node.empty() ? cause->evidence.node : node_of(file, diagnosis.rank);
  diagnosis.verdict = verdict_of(file, cause, diagnosis.rank);
  if (cause != nullptr) explain_known(*cause, hits, diagnosis);
  add_processes(file, diagnosis);
  if (cause == nullptr) explain_unknown(file, diagnosis);
  add_other_evidence(file, hits, cause, diagnosis);
  return diagnosis;
}

}  // namespace exo_harness::diagnose
