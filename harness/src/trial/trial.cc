#include "exo_harness/trial/trial.h"

#include <algorithm>

#include "exo_harness/cluster/foreign_instance.h"
#include "exo_harness/core/clock.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/diagnose/cause/case_builder.h"
#include "exo_harness/journal/journal.h"
#include "exo_harness/trial/hang_evidence.h"

namespace exo_harness::trial {
namespace {

constexpr milliseconds kRunnerNews{3000};

bool is_hang(const diagnose::FailedPhase& failed) {
  return verdict_of(failed.kind) == Verdict::hang;
}

}  // namespace

Trials::Trials(cluster::Cluster& cluster, journal::Journal& journal, std::vector<std::filesystem::path> logs,
               diagnose::SignatureBook book)
    : cluster_(cluster), journal_(journal), logs_(std::move(logs)), book_(std::move(book)) {
  // The cluster may end before or after this object does.
  cluster_.on_hang([&cluster, looks = looks_] { *looks = sample_cluster(cluster); });
  journal_.listen([this](const journal::Record& record) {
    const std::lock_guard lock(keeping_);
    // Of a view that became odd between two trials the next one must know.
    const auto* change = std::get_if<journal::StateChange>(&record.body);
    if (runs_ || (change != nullptr && journal::is_of_view(*change))) records_.keep(record);
  });
}

Trials::~Trials() {
  journal_.listen({});
}

void Trials::begin() {
  {
    const std::lock_guard lock(keeping_);
    begun_ns_ = monotonic_ns();
    records_.begin(begun_ns_);
    runs_ = true;
  }
  looks_->clear();
  begun_ = Clock::now();
  known_failures_ = cluster_.watcher().failed_runners().size();
  logs_before_ = LogMark(logs_);
}

void Trials::fail(TrialResult& result, std::optional<Phase> phase, const Failure& failure, milliseconds limit) {
  result.worked = false;
  result.file.failed = diagnose::FailedPhase{phase, failure.kind, failure.what, failure.evidence, limit, {}};
}

Answered Trials::ask(const std::string& model_id, const std::string& question) {
  exo::ChatRequest request;
  request.model = model_id;
  request.messages = {{"user", question}};
  request.max_tokens = 64;
  request.greedy();
  const milliseconds limit = cluster_.spec().limits.generate;
  const Clock::time_point begun = Clock::now();
  bool token_seen = false;
  const auto stream =
      cluster_.client().stream_chat(request, Deadline::after(limit), [&](const exo::StreamTrace& trace) {
        if (trace.first_token_ns == 0) return http::Continue::yes;
        if (!token_seen && at_first_token_) at_first_token_();
        token_seen = true;
        return http::Continue::yes;
      });
  Answered answered;
  answered.took = std::chrono::duration_cast<milliseconds>(Clock::now() - begun);
  if (stream) {
    answered.text = stream->answer.content;
  } else {
    const Failure& f = stream.failure();
    answered.failed = {
        token_seen ? Phase::generate : Phase::first_token, f.kind, f.what, f.evidence, limit, answered.took};
  }
  return answered;
}

// After a failed answer the state says why, a moment later (contract 11).
void Trials::wait_for_news() {
  cluster_.watcher().hurry();
  const auto new_failure = [&] { return cluster_.watcher().failed_runners().size() > known_failures_; };
  wait_until(Deadline::after(kRunnerNews), milliseconds(20), new_failure);
}

void Trials::gather(TrialResult& result) {
  diagnose::CaseFile seen;
  {
    const std::lock_guard lock(keeping_);
    seen = diagnose::case_from_records(records_.all(), begun_ns_);
    runs_ = false;
  }
  const milliseconds journaled = seen.failed ? seen.failed->limit : milliseconds(0);
  seen.failed = result.file.failed;
  if (seen.failed && seen.failed->limit.count() == 0) seen.failed->limit = journaled;
  seen.api_failures.clear();  // those of the failure itself are in `failed`
  for (const auto& log : logs_) {
    std::error_code error;
    if (std::filesystem::exists(log, error)) seen.logs.push_back(scan_since(logs_before_, log, book_));
  }
  if (seen.instance_nodes.empty()) {
    for (const exo::Rank& rank : result.instance.ranks) seen.instance_nodes.push_back(rank.node_id);
  }
  seen.processes = *looks_;
  diagnose::assign_ranks(seen);
  result.file = std::move(seen);
  result.diagnosis = diagnose::diagnose(result.file, book_);
}

std::pair<int, int> Trials::logs_that_say(std::string_view text) const {
  std::pair<int, int> count{0, 0};
  for (const auto& log : logs_) {
    std::error_code error;
    if (!std::filesystem::exists(log, error)) continue;
    ++count.second;
    const std::string all = read_file(log);
    const std::uintmax_t end = logs_before_.end_of(log);
    if (end < all.size() && contains(std::string_view(all).substr(end), text)) ++count.first;
  }
  return count;
}

// Of a model that somebody else placed, too, nobody knows whose answer or refusal it was.
std::optional<Failure> Trials::beside_others() {
  const auto foreign = cluster_.foreign_since(begun_);
  if (foreign.empty()) return std::nullopt;
  return cluster::why_not_beside(foreign);
}

TrialResult Trials::place(const std::string& model_id, const exo::Mode& mode) {
  TrialResult result;
  result.worked = true;
  begin();
  const auto placed = cluster_.place(model_id, mode);
  if (placed) {
    result.phases = placed->phases;
    result.instance = placed->instance;
    return result;
  }
  const cluster::PlacementReport& report = cluster_.last_placement();
  result.phases = report.phases;
  const Failure failure = beside_others().value_or(placed.failure());
  fail(result, report.failed_phase.value_or(Phase::place), failure, milliseconds(0));
  gather(result);
  return result;
}

void Trials::end(TrialResult& result, const std::optional<diagnose::FailedPhase>& failed) {
  if (const auto unfit = beside_others()) {
    fail(result, failed ? failed->phase : Phase::generate, *unfit, milliseconds(0));
  } else if (failed) {
    result.worked = false;
    result.file.failed = failed;
    if (is_hang(*failed) || failed->kind == FailureKind::vanished) *looks_ = sample_cluster(cluster_);
    if (is_hang(*failed)) static_cast<void>(cluster_.silent_nodes(cluster::kSilence));
    if (failed->kind != FailureKind::vanished) wait_for_news();
  }
  const auto removed = cluster_.remove(result.instance.id);
  if (result.worked && !removed) fail(result, Phase::remove, removed.failure(), cluster_.spec().limits.remove);
  if (!result.worked) return gather(result);
  const std::lock_guard lock(keeping_);
  runs_ = false;
  result.diagnosis = diagnose::diagnose({}, book_);
}

TrialResult Trials::run(const std::string& model_id, const exo::Mode& mode, const std::string& question) {
  TrialResult result = place(model_id, mode);
  if (!result.worked) return result;
  const Answered answered = ask(model_id, question);
  result.answer = answered.text;
  end(result, answered.failed);
  return result;
}

}  // namespace exo_harness::trial
