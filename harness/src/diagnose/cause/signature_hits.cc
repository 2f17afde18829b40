#include "signature_hits.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/journal/odd_views.h"

#include "exception_text.h"

namespace exo_harness::diagnose {
namespace {

using Source = SignatureHit::Source;

int rank_of_node(const CaseFile& file, std::string_view node) {
  if (node.empty()) return -1;
  const auto at = std::find(file.instance_nodes.begin(), file.instance_nodes.end(), node);
  return at == file.instance_nodes.end() ? -1 : static_cast<int>(at - file.instance_nodes.begin());
}

class Collector {
 public:
  Collector(const CaseFile& file, const SignatureBook& book) : file_(file), book_(book), phase_(phase_seen(file, -1)) {}

  std::vector<SignatureHit> run() {
    runners();
    answers();
    state();
    exits();
    for (const std::string& line : file_.script_output) text(Source::script, -1, {"start script", "", "", ""}, line);
    for (const NodeLog& log : file_.logs) hits(log);
    return std::move(hits_);
  }

 private:
  void add(Source source, int rank, const Signature& signature, Evidence evidence, std::string_view body) {
    const std::string key = format("{}/{}/{}/{}", signature.id, static_cast<int>(source), rank, evidence.node);
    if (!seen_.insert(key).second) return;
    if (rank < 0) rank = rank_of_node(file_, evidence.node);
    std::string exception = signature.wraps ? exception_in(body) : "";
    hits_.push_back({&signature, source, rank, hits_.size(), std::move(evidence), std::move(exception)});
  }

  void text(Source source, int rank, Evidence evidence, std::string_view body) {
    const auto match = book_.match_text(body, phase_);
    if (!match) return;
    evidence.text = shorten(printable(match->line), 600);
    add(source, rank, *match->signature, std::move(evidence), body);
  }

  void runners() {
    for (const exo::RunnerFailure& error : failed_runners(file_)) {
      text(Source::runner, error.rank, {format("RunnerFailed of rank {}", error.rank), error.node_id, "", "", true},
           error.text);
    }
  }

  void answers() {
    for (const ApiFailure& failure : file_.api_failures) {
      text(Source::answer, -1, {"API answer", failure.node, "", ""}, failure.what + "\n" + failure.body);
    }
    if (file_.failed) {
      text(Source::answer, -1, {format("failure of phase {}", to_string(file_.failed->phase)), "", "", ""},
           file_.failed->what + "\n" + file_.failed->evidence);
    }
  }

  // A stopped process is why its node is silent, and silence is why the others let it go.
  void state() {
    for (const process::ProcessSample& look : file_.processes) {
      if (look.state == 'T') stopped(look);
    }
    for (const std::string& node : lost_nodes(file_)) {
      text(Source::state, rank_of_node(file_, node), {"state", node, "", ""}, format("node {} left the cluster", node));
    }
    for (const SilentNode& silent : silent_nodes(file_)) {
      text(Source::state, rank_of_node(file_, silent.node), {"API", silent.node, "", ""},
           format("node {} is silent: {}", silent.node, silent.why));
    }
    std::map<std::string, const journal::StateChange*> odd;
    for (const TimedChange& timed : file_.history) journal::follow_views(odd, timed.change, timed.change);
    for (const auto& [api, view] : odd) {
      text(Source::state, rank_of_node(file_, view->node), {journal::kView, view->node, "", ""},
           format("the view of node {} is {}: {}", view->node, view->to, view->detail));
    }
  }

  void stopped(const process::ProcessSample& look) {
    const std::string whose = look.is_runner ? format("rank {}", look.rank) : "node " + look.node;
    text(Source::state, look.rank, {format("process {}", look.pid), look.node, "", ""},
         format("the process of {} is stopped", whose));
  }

  void exits() {
    for (const ProcessExit& exit : file_.exits) {
      if (exit.expected || exit.signal == 0) continue;
      static constexpr std::array<std::pair<int, const char*>, 5> kNames = {
          {{6, "Abort trap"}, {7, "Bus error"}, {9, "Killed"}, {10, "Bus error"}, {11, "Segmentation fault"}}};
      for (const auto& [signal, name] : kNames) {
        if (signal != exit.signal) continue;
        text(Source::exit, exit.rank, {"exit of " + exit.name, exit.node, "", ""},
             format("{} terminated with signal={} ({})", exit.name, signal, name));
      }
    }
  }

  void hits(const NodeLog& log) {
    for (const Hit& hit : log.hits) {
      const std::string where = format("log of {}, line {}", log.node.empty() ? hit.source : log.node, hit.line);
      add(log.is_last_words ? Source::last_words : Source::log, log.rank, *hit.signature,
          {where, log.node, hit.time, with_context(hit)}, hit.text + "\n" + join(hit.after, "\n"));
    }
  }

  static std::string with_context(const Hit& hit) {
    std::string all;
    for (const std::string& line : hit.before) all += "  " + shorten(line, 300) + "\n";
    all += "> " + shorten(hit.text, 600);
    for (const std::string& line : hit.after) all += "\n  " + shorten(line, 300);
    return all;
  }

  const CaseFile& file_;
  const SignatureBook& book_;
  const std::optional<Phase> phase_;
  std::vector<SignatureHit> hits_;
  std::set<std::string> seen_;
};

}  // namespace

std::vector<SignatureHit> collect_hits(const CaseFile& file, const SignatureBook& book) {
  return Collector(file, book).run();
}

std::optional<Phase> phase_seen(const CaseFile& file, int rank) {
  if (file.failed && file.failed->phase) return file.failed->phase;
  std::string before;
  for (const TimedChange& timed : file.history) {
    const journal::StateChange& change = timed.change;
    if (change.part != "runner" || (rank >= 0 && change.rank != rank)) continue;
    if (change.is_runner_failure()) return phase_of_runner_state(change.from.empty() ? before : change.from);
    before = change.to;
  }
  return std::nullopt;
}

std::vector<exo::RunnerFailure> failed_runners(const CaseFile& file) {
  std::vector<exo::RunnerFailure> failed;
  for (const TimedChange& timed : file.history) {
    const journal::StateChange& change = timed.change;
    if (!change.is_runner_failure()) continue;
    failed.push_back({change.subject, change.node, change.instance, change.rank, Phase::place, change.detail});
  }
  return failed;
}

std::vector<std::string> lost_nodes(const CaseFile& file) {
  std::vector<std::string> lost;
  for (const TimedChange& timed : file.history) {
    const journal::StateChange& change = timed.change;
    if (change.part != "node") continue;
    if (change.to.empty()) lost.push_back(change.subject);
    if (change.from.empty()) std::erase(lost, change.subject);
  }
  std::erase_if(lost,
                [&](const std::string& node) { return !file.instance_nodes.empty() && rank_of_node(file, node) < 0; });
  return lost;
}

std::vector<SilentNode> silent_nodes(const CaseFile& file) {
  std::vector<SilentNode> silent;
  for (const TimedChange& timed : file.history) {
    const journal::StateChange& change = timed.change;
    if (change.part != "api" || change.node.empty()) continue;
    std::erase_if(silent, [&](const SilentNode& one) { return one.node == change.node; });
    if (change.to == "silent") silent.push_back({change.node, change.detail});
  }
  return silent;
}

bool stage_explains(Phase stage, std::optional<Phase> phase) {
  if (stage == Phase::preflight || stage == phase) return true;
  if (!phase) return false;
  switch (*phase) {
    case Phase::api:
      return stage == Phase::start;
    case Phase::discovery:
      return stage == Phase::start || stage == Phase::api;
    case Phase::place:
      return stage == Phase::discovery || stage == Phase::stage;
    case Phase::stop:
    case Phase::remove:
      return stage == Phase::stop || is_of_runners(stage);
    default:
      break;
  }
  if (!is_of_runners(*phase)) return false;
  // Runner phases follow each other within seconds, and their texts do not keep to them.
  return is_of_runners(stage) || stage == Phase::start || (stage == Phase::stage && phase == Phase::load);
}

}  // namespace exo_harness::diagnose
