// What can still be learnt of a failure once it has happened.
#include <algorithm>
#include <future>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/http/client.h"
#include "exo_harness/journal/journal.h"

#include "cluster_impl.h"

namespace exo_harness::cluster {
namespace {

constexpr milliseconds kEventsLimit{10000};

struct Asked {
  bool answered = false, connected = false;
};

Asked ask(const std::string& api, Deadline deadline) {
  http::Client client;
  const http::Transfer transfer = client.transfer({"GET", api + "/node_id", "", {}}, deadline);
  return {!transfer.failure, transfer.reply.timing.connect_us > 0};
}

std::string why_silent(const Asked& asked, milliseconds limit) {
  if (!asked.connected) return format("no connection within {}", humanize(limit));
  return format("the connection opens, but there was no answer within {}", humanize(limit));
}

}  // namespace

std::vector<SilentNode> Cluster::Impl::silent_nodes(milliseconds limit) {
  std::vector<std::future<Asked>> asked;
  for (const Node& node : nodes) {
    asked.push_back(
        std::async(std::launch::async, [api = node.api, limit] { return ask(api, Deadline::after(limit)); }));
  }
  std::vector<Asked> all;
  for (auto& one : asked) all.push_back(one.get());
  const bool any = std::any_of(all.begin(), all.end(), [](const Asked& one) { return one.answered; });
  std::vector<SilentNode> found;
  silent.clear();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].answered || (all[i].connected && !any)) continue;
    const std::string why = why_silent(all[i], limit);
    found.push_back({nodes[i].id, nodes[i].api, why});
    silent.insert(nodes[i].api);
    journal.append(journal::StateChange{"api", nodes[i].api, "", "silent", why, "", -1, nodes[i].id});
  }
  return found;
}

std::vector<exo::RunnerFailure> Cluster::Impl::failures_by_events(const std::string& instance_id) {
  exo::RunnerFailures failures;
  exo::Instance instance;
  const auto see = [&](const exo::State& state) {
    const auto found = state.instances.find(instance_id);
    if (found != state.instances.end()) instance = found->second;
    failures.see(state, instance);
  };
  static_cast<void>(peers.first().replay_events(-1, see, Deadline::after(kEventsLimit)));
  return failures.all();
}

std::vector<exo::RunnerFailure> Cluster::Impl::look_back(const std::string& instance_id) {
  const std::vector<exo::RunnerFailure> failures = failures_by_events(instance_id);
  for (const exo::RunnerFailure& failed : failures) journal_failure(failed);
  return failures;
}

void Cluster::Impl::journal_failure(const exo::RunnerFailure& failed) {
  journal::StateChange change;
  change.part = "runner";
  change.subject = failed.runner_id;
  change.to = journal::StateChange::kRunnerFailed;
  change.detail = failed.text;
  change.instance = failed.instance_id;
  change.rank = failed.rank;
  change.node = failed.node_id;
  journal.append(change);
}

}  // namespace exo_harness::cluster
