#include <algorithm>
#include <mutex>
#include <thread>

#include "exo_harness/core/error.h"
#include "exo_harness/core/few.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/journal/journal.h"

#include "cluster_impl.h"
#include "side_by_side.h"

namespace exo_harness::cluster {
namespace {

constexpr milliseconds kAskForInsight{1000};
constexpr int kRest = 10;  // Between two questions, in terms of what one took: every node is asked.
constexpr std::size_t kMostRecordedEdges = 1000;
constexpr int kForeignAnswers = 3;  // An Exo that is coming up may give one odd answer, not three.

// Each look costs every node 20–30 ms of CPU, so looks get rarer (contract 1).
milliseconds next_look(milliseconds last) {
  return std::min(milliseconds(500), last * 3 / 2);
}

// Bodies of many nodes are long: the memory of one is enough then.
std::size_t views_at_once(const exo::State& state) {
  constexpr std::size_t kManyEdges = 5000;
  return state.edges.size() > kManyEdges ? 1 : kAskedAtOnce;
}

}  // namespace

Outcome<Done> Cluster::Impl::wait_for_api(Deadline deadline) {
  for (Peers::Peer& peer : peers.all()) {
    if (auto answered = wait_for(*peer.client, deadline); !answered) return answered;
  }
  return Done{};
}

Outcome<Done> Cluster::Impl::wait_for(exo::Client& client, Deadline deadline) {
  int foreign = 0;
  for (milliseconds pause{20};; pause = next_look(pause)) {
    // The last question, too, has the time for an answer: else all that is known of it is that it had none.
    const auto id = client.node_id(Deadline::after(std::clamp(deadline.remaining(), kLeastAsk, kAsk)));
    if (id) return Done{};
    const Failure& seen = id.failure();
    foreign = answered_but_not_as_exo(seen) ? foreign + 1 : 0;
    if (foreign >= kForeignAnswers) {
      throw UsageError(
          format("{} answers, but not as Exo does: {}", client.base_url(), shorten(first_line(seen.what), 300)),
          "give the base URL of an Exo API, such as http://host:52415");
    }
    if (options.give_up) {
      if (const auto reason = options.give_up()) return *reason;
    }
    if (deadline.expired()) return no_api(client.base_url(), seen);
    std::this_thread::sleep_for(std::min(pause, deadline.remaining() + milliseconds(1)));
  }
}

Failure Cluster::Impl::no_api(const std::string& api, const Failure& seen) const {
  if (seen.kind != FailureKind::unreachable)
    return {seen.kind, format("{} did not answer within its limit: {}", api, seen.what), seen.evidence};
  const char* advice = options.no_connection == FailureKind::unfit
                           ? "; start Exo there, or give the address of one that runs with --api"
                           : "";
  return {options.no_connection, format("no Exo at {}: {}{}", api, seen.what, advice), seen.evidence};
}

// The kind is what it was about: silence and garbage stay what they are, too many nodes are not those asked for.
Cluster::Impl::Look Cluster::Impl::look(Deadline deadline) {
  Look look;
  exo::Client& first = peers.first();
  auto state = first.state(Deadline::after(std::clamp(deadline.remaining(), kAsk, kStateLimit)));
  if (!state) {
    look.missing = {format("/state of {}: {}", first.base_url(), to_string(state.failure()))};
    look.kind = state.failure().kind;
    return look;
  }
  look.state = std::move(state).value();
  if (has_foreign_node(look.state, spec.nodes)) look.kind = FailureKind::mismatch;
  look.missing = what_is_missing(look.state, spec.nodes, options.rdma);
  if (look.missing.empty()) {
    look.missing = peers.match(look.state, deadline);
    look.kind = peers.odd_answer().value_or(look.kind);
  }
  if (look.missing.empty()) compare_views(look, deadline);
  return look;
}

// One view after another is read, compared and forgotten: all of them together would be the third power of the nodes.
void Cluster::Impl::compare_views(Look& look, Deadline deadline) {
  const View first{peers.first().base_url(), look.state.nodes, look.state.edges};
  std::mutex mutex;
  std::shared_ptr<const exo::Topology> same;  // One that is as the first.
  Few missing;
  look.generations.assign(peers.all().size(), look.state.generation);
  side_by_side(peers.all().size() - 1, views_at_once(look.state), [&](std::size_t i) {
    exo::Client& client = *peers.all()[i + 1].client;
    const auto view = client.topology(Deadline::after(std::clamp(deadline.remaining(), kAsk, kStateLimit)));
    const std::lock_guard lock(mutex);
    if (!view) {
      missing.add(format("/state of {}: {}", client.base_url(), to_string(view.failure())));
      look.kind = view.failure().kind;
      return;
    }
    look.generations[i + 1] = view->generation;
    if (view->topology == same) return;
    const std::string differs = difference(first, {client.base_url(), view->topology->nodes, view->topology->edges});
    differs.empty() ? void(same = view->topology) : missing.add(differs);
  });
  look.missing = missing.list();
}

// How a wait for a whole cluster fails, with all that is known of why.
Failure Cluster::Impl::not_whole(const Look& seen, const Insight& known) {
  std::string what = "the cluster is not whole";
  if (known.hopeless) what += ", and waiting does not change that";
  what += ": " + join(seen.missing, "; ");
  if (!known.what.empty()) what += "; " + known.what;
  return {known.hopeless.value_or(seen.kind), what, join(seen.missing, "\n") + "\n" + known.evidence};
}

Outcome<exo::State> Cluster::Impl::wait_until_whole(Deadline deadline) {
  Insight known;
  Deadline next_question = Deadline::after(kAskForInsight);
  for (milliseconds pause{20};; pause = next_look(pause)) {
    Look seen = look(deadline);
    if (seen.missing.empty()) {
      take_nodes(seen);
      return std::move(seen.state);
    }
    progress.now("not whole: " + seen.missing.front());
    if (options.give_up) {
      if (const auto reason = options.give_up()) return *reason;
    }
    if (options.insight && next_question.expired() && !seen.state.nodes.empty()) {
      const Clock::time_point asked = Clock::now();
      known = options.insight(deadline);
      const Clock::duration took = Clock::now() - asked;
      next_question = Deadline::after(std::max<Clock::duration>(kAskForInsight, kRest * took));
    }
    if (known.hopeless || deadline.expired()) return not_whole(seen, known);
    std::this_thread::sleep_for(std::min(pause, deadline.remaining() + milliseconds(1)));
  }
}

void Cluster::Impl::take_nodes(const Look& look) {
  nodes.clear();
  for (std::size_t i = 0; i < peers.all().size(); ++i) {
    const Peers::Peer& peer = peers.all()[i];
    Node node{peer.id, peer.client->base_url(), "", look.generations[i]};
    const auto facts = look.state.facts.find(peer.id);
    if (facts != look.state.facts.end() && facts->second.identity) node.name = facts->second.identity->friendly_name;
    nodes.push_back(node);
  }
}

void Cluster::Impl::record_topology(const exo::State& state) {
  side_by_side(nodes.size(), kAskedAtOnce, [&](std::size_t i) {
    const auto asked = peers.all()[i].client->generation(Deadline::after(3 * kAsk));
    if (asked) nodes[i].generation = *asked;
  });
  for (const Node& node : nodes) {
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
  std::size_t left_out = state.edges.size();
  for (const exo::Edge& edge : state.edges) {
    if (state.edges.size() - left_out == kMostRecordedEdges) break;
    --left_out;
    const bool rdma = edge.kind == exo::Edge::Kind::rdma;
    journal.append(journal::EdgeSeen{edge.source, edge.sink, rdma ? "rdma" : "socket",
                                     rdma ? edge.source_iface + " " + edge.sink_iface : edge.address});
  }
  if (left_out == 0) return;
  journal::StateChange cut;
  cut.part = "left out";
  cut.subject = "edge";
  cut.to = format("{} more edges", left_out);
  cut.detail = format("of {}; the first {} are listed", state.edges.size(), kMostRecordedEdges);
  journal.append(cut);
}

}  // namespace exo_harness::cluster
