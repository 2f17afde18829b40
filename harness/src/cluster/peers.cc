#include "peers.h"

#include <algorithm>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::cluster {
namespace {

constexpr milliseconds kAsk{2000};

bool knows(const std::vector<Peers::Peer>& peers, const std::string& id) {
  return std::any_of(peers.begin(), peers.end(), [&](const Peers::Peer& peer) { return peer.id == id; });
}

}  // namespace

Peers::Peers(const std::vector<std::string>& apis, exo::Client::Options options) : options_(std::move(options)) {
  for (const std::string& api : apis) peers_.push_back({"", true, std::make_unique<exo::Client>(api, options_)});
}

void Peers::refresh_ids(const exo::State& state) {
  for (Peer& peer : peers_) {
    if (!peer.id.empty() && state.has_node(peer.id)) continue;
    const auto id = peer.client->node_id(Deadline::after(kAsk));
    peer.id = id ? *id : "";
  }
  std::erase_if(peers_, [&](const Peer& peer) { return !peer.given && !state.has_node(peer.id); });
}

bool Peers::find(const exo::State& state, const std::string& node_id) {
  for (const std::string& api : apis_towards(state, node_id)) {
    auto client = std::make_unique<exo::Client>(api, options_);
    const auto id = client->node_id(Deadline::after(kAsk));
    if (!id || *id != node_id) continue;
    peers_.push_back({node_id, false, std::move(client)});
    return true;
  }
  return false;
}

std::vector<std::string> Peers::match(const exo::State& state) {
  refresh_ids(state);
  std::vector<std::string> missing;
  for (const Peer& peer : peers_) {
    if (peer.id.empty()) missing.push_back(format("{} does not answer", peer.client->base_url()));
  }
  for (const std::string& node : state.nodes) {
    if (knows(peers_, node) || find(state, node)) continue;
    missing.push_back(
        format("no API of node {} answers (edges lead to: {})", short_id(node), join(apis_towards(state, node), ", ")));
  }
  return missing;
}

}  // namespace exo_harness::cluster
