#include "peers.h"

#include <algorithm>
#include <set>

#include "exo_harness/core/few.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "side_by_side.h"

namespace exo_harness::cluster {
namespace {

Deadline time_for_one(Deadline deadline) {
  return Deadline::after(std::clamp(deadline.remaining(), kLeastAsk, kAsk));
}

}  // namespace

bool answered_but_not_as_exo(const Failure& seen) {
  return seen.kind == FailureKind::malformed || seen.kind == FailureKind::refused ||
         seen.kind == FailureKind::empty_answer;
}

Peers::Peers(const std::vector<std::string>& apis, exo::Client::Options options) : options_(std::move(options)) {
  for (const std::string& api : apis) peers_.push_back({"", true, std::make_unique<exo::Client>(api, options_)});
}

void Peers::refresh_ids(const exo::State& state, Deadline deadline) {
  const std::set<std::string_view> nodes(state.nodes.begin(), state.nodes.end());
  side_by_side(peers_.size(), kAskedAtOnce, [&](std::size_t i) {
    Peer& peer = peers_[i];
    if (!peer.id.empty() && nodes.contains(peer.id)) return;
    const auto id = peer.client->node_id(time_for_one(deadline));
    peer.id = id ? *id : "";
    peer.seen = id ? std::nullopt : std::optional(id.failure());
  });
  std::erase_if(peers_, [&](const Peer& peer) { return !peer.given && !nodes.contains(peer.id); });
}

Peers::Peer Peers::find(const std::vector<std::string>& apis, const std::string& node_id, Deadline deadline) const {
  Peer none;
  for (const std::string& api : apis) {
    auto client = std::make_unique<exo::Client>(api, options_);
    const auto id = client->node_id(time_for_one(deadline));
    if (id && *id == node_id) return {node_id, false, std::move(client)};
    if (!id && (!none.seen || answered_but_not_as_exo(id.failure()))) none.seen = id.failure();
    if (deadline.expired()) break;
  }
  return none;
}

/// What stands behind a sentence about an API that was asked who it is. Silence is what the sentence says already.
std::string Peers::describe(const std::optional<Failure>& seen) {
  if (!seen || !answered_but_not_as_exo(*seen)) return "";
  odd_answer_ = seen->kind;
  return ": " + shorten(first_line(to_string(*seen)), 300);
}

std::vector<std::string> Peers::match(const exo::State& state, Deadline deadline) {
  refresh_ids(state, deadline);
  odd_answer_.reset();
  Few missing;
  std::set<std::string_view> known;
  for (const Peer& peer : peers_) {
    known.insert(peer.id);
    if (!peer.id.empty()) continue;
    const std::string what = describe(peer.seen);
    missing.add(format("{} does not answer{}{}", peer.client->base_url(), what.empty() ? "" : " as Exo does", what));
  }
  std::vector<std::string> wanted;
  std::copy_if(state.nodes.begin(), state.nodes.end(), std::back_inserter(wanted),
               [&](const std::string& node) { return !known.contains(node); });
  auto apis = apis_by_node(state);
  std::vector<Peer> found(wanted.size());
  for (const std::string& node : wanted) apis[node];  // All are there before several threads look.
  side_by_side(wanted.size(), kAskedAtOnce, [&](std::size_t i) {
    if (!deadline.expired()) found[i] = find(apis.at(wanted[i]), wanted[i], deadline);
  });
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (found[i].client) {
      peers_.push_back(std::move(found[i]));
    } else {
      const std::string what = describe(found[i].seen);
      missing.add(format("no API of node {} answers{} (edges lead to: {}){}", short_id(wanted[i]),
                         what.empty() ? "" : " as Exo does", join(few_of(apis.at(wanted[i])), ", "), what));
    }
  }
  return missing.list();
}

}  // namespace exo_harness::cluster
