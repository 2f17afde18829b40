#include "membership/prober.h"

#include <algorithm>
#include <vector>

#include "membership/cluster.h"
#include "world/events.h"

namespace exo_harness::fake {
using std::chrono::milliseconds;

Prober::Prober(Context& context) : context_(context), timer_(context.io) {}

void Prober::start() {
  probe();
}

void Prober::begin() {
  edges_.clear();
  answered_.clear();
}

void Prober::answered(const std::string& peer) {
  answered_[peer] = std::chrono::steady_clock::now();
  if (edges_.contains(peer) || context_.faults.find("no-edges") || !context_.state.has_node(peer)) return;
  const auto address = context_.cluster->roster().find(peer);
  if (address == context_.cluster->roster().end()) return;
  edges_.insert(peer);
  context_.cluster->submit(edge_event(true, context_.id, peer, address->second.host, address->second.port));
}

void Prober::probe() {
  bool complete = true;
  const auto now = std::chrono::steady_clock::now();
  const int crowd = static_cast<int>(context_.cluster->roster().size());
  // Each round asks along every edge: the more edges, the longer it is.
  const milliseconds round(300 + std::max(20 * crowd, crowd * crowd / 2));
  // One probe that stays unanswered is enough, but never less than what a busy machine needs to answer.
  const auto limit = context_.options.scaled(10.5, std::max(milliseconds(1500), 3 * round));
  if (rhythm_.is_late())
    for (auto& [id, last] : answered_) last = now;
  for (const auto& [id, address] : std::map(context_.cluster->roster())) {
    if (id == context_.id) continue;
    if (!edges_.contains(id)) complete = false;
    if (now - answered_[id] > limit && edges_.erase(id) > 0)
      context_.cluster->submit(edge_event(false, context_.id, id, address.host, address.port));
    // While others are still looked for, an edge that has just been seen needs no look.
    if (edges_.contains(id) && now - answered_[id] < round) continue;
    context_.cluster->datagrams().send(address, {{"k", "probe"}, {"id", context_.id}});
  }
  std::erase_if(edges_, [&](const std::string& id) { return !context_.cluster->roster().contains(id); });
  const auto least = complete ? round : milliseconds(40 + 6 * crowd);
  const milliseconds period = context_.options.scaled(10, least);
  rhythm_.next(period);
  timer_.expires_after(period);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) probe();
  });
}

}  // namespace exo_harness::fake
