#include "world/connections.h"

#include <algorithm>

namespace exo_harness::fake {
namespace {

std::string text_of_rdma(const Connections::Rdma& edge) {
  return text_of({{"sourceRdmaIface", edge.source_iface}, {"sinkRdmaIface", edge.sink_iface}});
}

void append(std::string& list, const std::string& item, char open) {
  if (list.back() != open) list += ',';
  list += item;
}

}  // namespace

Connections::Pair& Connections::pair(const std::string& source, const std::string& sink) {
  const auto [at, is_new] = place_.try_emplace(source, sources_.size());
  if (is_new) sources_.push_back({source, {}, {}});
  Source& from = sources_[at->second];
  const auto [there, is_new_sink] = from.place.try_emplace(sink, from.pairs.size());
  if (is_new_sink) from.pairs.push_back({sink, {}, {}});
  return from.pairs[there->second];
}

const Connections::Pair* Connections::find(const std::string& source, const std::string& sink) const {
  const auto at = place_.find(source);
  if (at == place_.end()) return nullptr;
  const Source& from = sources_[at->second];
  const auto there = from.place.find(sink);
  return there == from.place.end() ? nullptr : &from.pairs[there->second];
}

void Connections::add_socket(const std::string& source, const std::string& sink, const Json& multiaddr) {
  std::vector<Socket>& sockets = pair(source, sink).sockets;
  Socket socket{multiaddr["ip_address"], text_of({{"sinkMultiaddr", multiaddr}})};
  if (std::any_of(sockets.begin(), sockets.end(), [&](const Socket& s) { return s.text == socket.text; })) return;
  sockets.insert(sockets.begin(), std::move(socket));
  has_text_ = false;
}

void Connections::remove_socket(const std::string& source, const std::string& sink, const Json& multiaddr) {
  if (find(source, sink) == nullptr) return;
  const std::string text = text_of({{"sinkMultiaddr", multiaddr}});
  std::erase_if(pair(source, sink).sockets, [&](const Socket& s) { return s.text == text; });
  forget_empty();
}

void Connections::set_rdma(const std::vector<Rdma>& edges) {
  for (Source& source : sources_)
    for (Pair& each : source.pairs) each.rdma.clear();
  for (const Rdma& edge : edges) pair(edge.source, edge.sink).rdma.push_back(edge);
  forget_empty();
}

void Connections::drop(const std::string& node) {
  for (Source& source : sources_)
    for (Pair& each : source.pairs)
      if (source.id == node || each.sink == node) each = {each.sink, {}, {}};
  forget_empty();
}

void Connections::forget_empty() {
  place_.clear();
  for (Source& source : sources_) {
    std::erase_if(source.pairs, [](const Pair& each) { return each.is_empty(); });
    source.place.clear();
    for (std::size_t i = 0; i < source.pairs.size(); ++i) source.place[source.pairs[i].sink] = i;
  }
  std::erase_if(sources_, [](const Source& source) { return source.pairs.empty(); });
  for (std::size_t i = 0; i < sources_.size(); ++i) place_[sources_[i].id] = i;
  has_text_ = false;
}

bool Connections::has(const std::string& source, const std::string& sink) const {
  return find(source, sink) != nullptr;
}

std::string Connections::ip(const std::string& source, const std::string& sink) const {
  const Pair* found = find(source, sink);
  return found == nullptr || found->sockets.empty() ? "" : found->sockets.front().ip;
}

std::string Connections::rdma_iface(const std::string& source, const std::string& sink) const {
  const Pair* found = find(source, sink);
  return found == nullptr || found->rdma.empty() ? "" : found->rdma.front().source_iface;
}

const std::string& Connections::text() const {
  if (std::exchange(has_text_, true)) return text_;
  text_ = "{";
  for (const Source& source : sources_) {
    std::string sinks = "{";
    for (const Pair& each : source.pairs) {
      std::string edges = "[";
      for (const Socket& socket : each.sockets) append(edges, socket.text, '[');
      for (const Rdma& edge : each.rdma) append(edges, text_of_rdma(edge), '[');
      append(sinks, text_of(each.sink) + ":" + edges + "]", '{');
    }
    append(text_, text_of(source.id) + ":" + sinks + "}", '{');
  }
  text_ += '}';
  return text_;
}

}  // namespace exo_harness::fake
