#include "exo_harness/trial/evidence_records.h"

#include <map>
#include <string>

#include "exo_harness/core/text.h"
#include "exo_harness/journal/odd_views.h"

namespace exo_harness::trial {
namespace {

constexpr std::size_t kLongestText = 64u << 10;

bool is_evidence(const journal::StateChange& change) {
  return change.part == "runner" || change.part == "instance" || change.part == "node" || change.part == "api" ||
         journal::is_of_view(change);
}

// What a case is built of (diagnose/cause/case_builder.h).
bool is_evidence(const journal::Body& body) {
  if (const auto* change = std::get_if<journal::StateChange>(&body)) return is_evidence(*change);
  return std::holds_alternative<journal::PhaseStarted>(body) || std::holds_alternative<journal::PhaseEnded>(body) ||
         std::holds_alternative<journal::ExchangeDone>(body) || std::holds_alternative<journal::ProcessLooked>(body) ||
         std::holds_alternative<journal::SignalSent>(body) || std::holds_alternative<journal::ProcessExited>(body);
}

// Ends and failures stand last, and decide.
bool decides(const journal::Body& body) {
  if (const auto* change = std::get_if<journal::StateChange>(&body)) return change->is_runner_failure();
  return !std::holds_alternative<journal::PhaseStarted>(body);
}

void cut(std::string& text) {
  if (text.size() > kLongestText) text = shorten(text, kLongestText);
}

// Cuts what may be long; the result is what is left of it, in bytes.
std::size_t cut_texts(journal::Body& body) {
  constexpr std::size_t kRest = 400;
  if (auto* change = std::get_if<journal::StateChange>(&body)) {
    cut(change->detail);
    return change->detail.size() + change->to.size() + kRest;
  }
  if (auto* exchange = std::get_if<journal::ExchangeDone>(&body)) {
    exchange->request_body.clear();
    cut(exchange->response_body);
    cut(exchange->failure);
    return exchange->response_body.size() + exchange->failure.size() + kRest;
  }
  if (auto* phase = std::get_if<journal::PhaseEnded>(&body)) {
    cut(phase->failure);
    cut(phase->evidence);
    return phase->failure.size() + phase->evidence.size() + kRest;
  }
  return kRest;
}

}  // namespace

void EvidenceRecords::keep(const journal::Record& record) {
  if (!is_evidence(record.body)) return;
  if (bytes_ > kMostBytes && !(decides(record.body) && bytes_ < 2 * kMostBytes)) return;
  records_.push_back(record);
  bytes_ += cut_texts(records_.back().body);
}

void EvidenceRecords::begin(std::int64_t t_ns) {
  std::map<std::string, journal::Record*> odd;
  for (journal::Record& record : records_) {
    if (const auto* change = std::get_if<journal::StateChange>(&record.body))
      journal::follow_views(odd, *change, record);
  }
  std::vector<journal::Record> kept;
  for (const auto& [api, record] : odd) kept.push_back(std::move(*record));
  records_.clear();
  bytes_ = 0;
  for (journal::Record& record : kept) {
    record.t_ns = t_ns;
    keep(record);
  }
}

}  // namespace exo_harness::trial
