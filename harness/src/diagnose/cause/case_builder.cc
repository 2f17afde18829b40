#include "exo_harness/diagnose/cause/case_builder.h"

#include <map>

#include "exo_harness/core/text.h"
#include "exo_harness/diagnose/cause/sample_record.h"

namespace exo_harness::diagnose {
namespace {

class Builder {
 public:
  void operator()(const journal::StateChange& change, std::int64_t t_ns) {
    if (deleting_ && change.to.empty() && (change.part == "runner" || change.part == "instance")) return;  // Our doing.
    file.history.push_back({t_ns, change});
    if (change.part != "runner" || change.rank < 0 || change.node.empty()) return;
    const auto rank = static_cast<std::size_t>(change.rank);
    if (file.instance_nodes.size() <= rank) file.instance_nodes.resize(rank + 1);
    file.instance_nodes[rank] = change.node;
  }
  void operator()(const journal::PhaseStarted& phase, std::int64_t) {
    limits_[phase.phase] = phase.limit_ms;
    deleting_ = phase.phase == Phase::remove;
  }
  void operator()(const journal::PhaseEnded& phase, std::int64_t) {
    if (phase.ok || (file.failed && phase.phase == Phase::remove)) return;  // What failed before says more.
    file.failed = FailedPhase{
        phase.phase,    phase.failure_kind.value_or(FailureKind::malformed), phase.failure,
        phase.evidence, std::chrono::milliseconds(limits_[phase.phase]),     std::chrono::milliseconds(phase.took_ms)};
  }
  void operator()(const journal::ExchangeDone& exchange, std::int64_t) {
    if (!exchange.failure_kind) return;
    file.api_failures.push_back(
        {*exchange.failure_kind, exchange.status, exchange.failure, exchange.response_body, ""});
    if (request_ || !contains(exchange.url, "/chat/completions")) return;
    const Phase phase = exchange.token_events == 0 ? Phase::first_token : Phase::generate;
    const auto took = std::chrono::milliseconds(exchange.took_us / 1000);
    request_ = FailedPhase{phase, *exchange.failure_kind, exchange.failure, exchange.response_body, {}, took};
  }
  void operator()(const journal::ProcessLooked& looked, std::int64_t) { file.processes.push_back(sample_of(looked)); }
  void operator()(const journal::SignalSent& sent, std::int64_t) { ours_[sent.pid] = true; }
  void operator()(const journal::ProcessExited& exited, std::int64_t) {
    file.exits.push_back({exited.name, "", -1, exited.exit_code, exited.signal, ours_[exited.pid]});
  }
  template <class Other>
  void operator()(const Other&, std::int64_t) {}

  // A request that failed says more than the deletion that could not end well after it.
  CaseFile take() {
    if (request_ && (!file.failed || file.failed->phase == Phase::remove)) file.failed = request_;
    return std::move(file);
  }

 private:
  CaseFile file;
  std::optional<FailedPhase> request_;
  bool deleting_ = false;
  std::map<std::optional<Phase>, std::int64_t> limits_;
  std::map<std::int64_t, bool> ours_;
};

}  // namespace

CaseFile case_from_records(const std::vector<journal::Record>& records, std::int64_t from_ns, std::int64_t to_ns) {
  Builder builder;
  for (const journal::Record& record : records) {
    if (record.t_ns < from_ns || record.t_ns > to_ns) continue;
    std::visit([&](const auto& body) { builder(body, record.t_ns); }, record.body);
  }
  return builder.take();
}

void assign_ranks(CaseFile& file) {
  const auto assign = [&](const std::string& node, int& to) {
    for (std::size_t rank = 0; rank < file.instance_nodes.size(); ++rank) {
      if (!node.empty() && file.instance_nodes[rank] == node) to = static_cast<int>(rank);
    }
  };
  for (NodeLog& log : file.logs) assign(log.node, log.rank);
  for (process::ProcessSample& look : file.processes) assign(look.node, look.rank);
}

}  // namespace exo_harness::diagnose
