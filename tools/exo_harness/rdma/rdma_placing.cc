// The steps of RdmaValidation that an instance goes through until it is ready.
#include <algorithm>
#include <array>
#include <cstdlib>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/log_line.h"
#include "exo_harness/model/fixture/fixture.h"

#include "rdma/rdma_validation.h"

namespace exo_harness::tools {
namespace {

constexpr const char* kLoaded = "Time taken to shard and load model";

constexpr std::array<std::pair<Phase, RdmaStep>, 4> kPhases = {{{Phase::place, RdmaStep::place},
                                                                {Phase::connect, RdmaStep::connect},
                                                                {Phase::load, RdmaStep::load},
                                                                {Phase::warm_up, RdmaStep::warm_up}}};

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

std::string human_time(std::optional<milliseconds> took) {
  return took && took->count() > 0 ? humanize(*took) : "at once";
}

// Without the mark of the evidence and the head of Exo's log.
std::string message_of(std::string_view line) {
  line = trim(line);
  if (line.starts_with("> ")) line = trim(line.substr(2));
  const auto record = exo::parse_log_line(line);
  return record ? std::string(trim(record->message)) : std::string(line);
}

// Phases may be shorter than a look at the state: the diagnosis may prove a later one than was seen.
std::optional<Phase> failed_phase_of(const trial::TrialResult& trial) {
  if (trial.worked) return std::nullopt;
  const auto place_of = [](std::optional<Phase> phase) {
    return std::find_if(kPhases.begin(), kPhases.end(), [&](const auto& p) { return p.first == phase; });
  };
  const auto proven = place_of(trial.diagnosis.phase), seen = place_of(trial.file.failed->phase);
  return proven != kPhases.end() && (seen == kPhases.end() || proven > seen) ? proven->first : trial.file.failed->phase;
}

// The line of the evidence that shows the signature; else what the failure itself says, without the phase, which has a
// line of its own.
std::string summary_line(const trial::TrialResult& trial) {
  const diagnose::Diagnosis& why = trial.diagnosis;
  const diagnose::SignatureBook& book = diagnose::SignatureBook::standard(model::fixtures_folder());
  const diagnose::Signature* known = book.find(why.signature);
  if (known != nullptr && known->wraps) return why.cause;  // The exception, not the line that announces one.
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

}  // namespace

bool RdmaValidation::place() {
  steps_.begin(RdmaStep::place);
  placed_ = trials_.place(plan_.preflight.model_id, plan_.mode);
  show_phases(*placed_);
  if (!placed_->worked) placed_.reset();
  return placed_.has_value();
}

// Exo's own words for what it did not do, put into the question that was asked.
diagnose::Diagnosis RdmaValidation::why_not_placed(const trial::TrialResult& trial) const {
  diagnose::Diagnosis why = trial.diagnosis;
  const cluster::PlacementReport& report = cluster_.last_placement();
  if (report.proven && *report.proven != plan_.mode) {
    why.cause = format("silent fallback: asked for {}, Exo made {}", to_string(plan_.mode), to_string(*report.proven));
    why.remedy = "Compare /instance/previews with the topology; look for nodes without RDMA, and at Exo's version.";
    why.confidence = "certain";
    why.evidence.clear();
  } else if (why.phase == Phase::place && why.blame == Blame::environment &&
             trial.file.failed->kind != FailureKind::unfit) {
    why.cause = "JACCL not possible here: " + why.cause;
  }
  return why;
}

void RdmaValidation::show_phases(const trial::TrialResult& trial) {
  const std::optional<Phase> failed = failed_phase_of(trial);
  const auto took = [&](Phase phase) -> std::optional<milliseconds> {
    for (const cluster::PhaseTime& time : trial.phases) {
      if (time.phase == phase) return time.took;
    }
    return std::nullopt;
  };
  for (const auto& [phase, step] : kPhases) {
    if (step != RdmaStep::place) steps_.begin(step);
    const bool collective =
        failed == Phase::load && phase == failed && is_first_collective(trial.file.failed->evidence);
    if (phase == failed && !collective) return fail(summary_line(trial), why_not_placed(trial));
    steps_.pass(step == RdmaStep::place
                    ? format("{}, proven from state, {}", to_string(plan_.mode), human_time(took(phase)))
                : collective ? "every layer on every rank"
                             : human_time(took(phase)),
                took(phase));
    if (step != RdmaStep::load) continue;
    steps_.begin(RdmaStep::first_collective);
    if (collective) return fail(summary_line(trial), trial.diagnosis);
    const auto [said, all] = trials_.logs_that_say(kLoaded);
    steps_.pass(all == 0 ? "every rank is past it (no logs within reach)"
                         : format("every rank is past it, {} of {} logs say so", said, all));
  }
}

}  // namespace exo_harness::tools
