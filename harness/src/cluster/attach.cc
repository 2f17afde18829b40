#include <algorithm>
#include <thread>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/journal/journal.h"

#include "cluster_impl.h"

namespace exo_harness::cluster {
namespace {

constexpr milliseconds kAsk{2000}, kStateLimit{10000};
constexpr int kForeignAnswers = 3;  // An Exo that is coming up may give one odd answer, not three.

// Each look costs every node 20–30 ms of CPU, so looks get rarer (contract 1).
milliseconds next_look(milliseconds last) {
  return std::min(milliseconds(500), last * 3 / 2);
}

bool answered_but_not_as_exo(const Failure& failure) {
  return failure.kind == FailureKind::malformed || failure.kind == FailureKind::refused ||
         failure.kind == FailureKind::empty_answer;
}

}  // namespace

Outcome<Done> Cluster::Impl::wait_for_api(Deadline deadline) {
  exo::Client& first = peers.first();
  int foreign = 0;
  for (milliseconds pause{20};; pause = next_look(pause)) {
    const auto id = first.node_id(deadline.within(kAsk));
    if (id) return Done{};
    const Failure& seen = id.failure();
    foreign = answered_but_not_as_exo(seen) ? foreign + 1 : 0;
    if (foreign >= kForeignAnswers) {
      throw UsageError(format("{} answers, but not as Exo does: {}", first.base_url(), seen.what),
                       "give the base URL of an Exo API, such as http://host:52415");
    }
    if (options.give_up) {
      if (const auto reason = options.give_up()) return *reason;
    }
    if (deadline.expired()) {
      return Failure{seen.kind, format("{} did not answer within its limit: {}", first.base_url(), seen.what),
                     seen.evidence};
    }
    std::this_thread::sleep_for(std::min(pause, deadline.remaining() + milliseconds(1)));
  }
}

std::vector<std::string> Cluster::Impl::look(std::vector<View>& views) {
  views.clear();
  const auto state = peers.first().state(Deadline::after(kStateLimit));
  if (!state) return {format("/state of {}: {}", peers.first().base_url(), to_string(state.failure()))};
  std::vector<std::string> missing = what_is_missing({{peers.first().base_url(), *state}}, spec.nodes);
  if (!missing.empty()) return missing;
  missing = peers.match(*state);
  if (!missing.empty()) return missing;
  for (Peers::Peer& peer : peers.all()) {
    auto view = peer.client->state(Deadline::after(kStateLimit));
    if (!view) return {format("/state of {}: {}", peer.client->base_url(), to_string(view.failure()))};
    views.push_back({peer.client->base_url(), std::move(view).value()});
  }
  return what_is_missing(views, spec.nodes);
}

Outcome<exo::State> Cluster::Impl::wait_until_whole(Deadline deadline) {
  std::vector<View> views;
  for (milliseconds pause{20};; pause = next_look(pause)) {
    const std::vector<std::string> missing = look(views);
    if (missing.empty()) break;
    progress.now("not whole: " + missing.front());
    if (options.give_up) {
      if (const auto reason = options.give_up()) return *reason;
    }
    if (deadline.expired()) {
      return Failure{FailureKind::timed_out, "the cluster is not whole: " + join(missing, "; "), join(missing, "\n")};
    }
    std::this_thread::sleep_for(std::min(pause, deadline.remaining() + milliseconds(1)));
  }
  take_nodes(views);
  return views.front().state;
}

void Cluster::Impl::take_nodes(const std::vector<View>& views) {
  nodes.clear();
  for (std::size_t i = 0; i < views.size(); ++i) {
    Peers::Peer& peer = peers.all()[i];
    Node node{peer.id, views[i].api, "", views[i].state.generation};
    const auto facts = views[i].state.facts.find(peer.id);
    if (facts != views[i].state.facts.end() && facts->second.identity)
      node.name = facts->second.identity->friendly_name;
    nodes.push_back(node);
  }
}

void Cluster::Impl::record_topology(const exo::State& state) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    Node& node = nodes[i];
    if (const auto asked = peers.all()[i].client->generation(Deadline::after(3 * kAsk))) node.generation = *asked;
    journal::NodeSeen seen;
    seen.id = node.id;
    seen.api = node.api;
    seen.name = node.name;
    seen.generation = exo::to_string(node.generation);
    const auto facts = state.facts.find(node.id);
    if (facts != state.facts.end() && facts->second.identity) {
      seen.chip = facts->second.identity->chip_id;
      seen.os = facts->second.identity->os_version;
    }
    if (facts != state.facts.end() && facts->second.memory) {
      seen.ram_total = facts->second.memory->ram_total;
      seen.ram_available = facts->second.memory->ram_available;
    }
    journal.append(seen);
  }
  for (const exo::Edge& edge : state.edges) {
    const bool rdma = edge.kind == exo::Edge::Kind::rdma;
    journal.append(journal::EdgeSeen{edge.source, edge.sink, rdma ? "rdma" : "socket",
                                     rdma ? edge.source_iface + " " + edge.sink_iface : edge.address});
  }
}

}  // namespace exo_harness::cluster
