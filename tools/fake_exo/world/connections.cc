#include "world/connections.h"

#include <algorithm>

#include "json/json_text.h"

namespace exo_harness::fake {
namespace {

std::string text_of_rdma(const Connections::Rdma& edge) {
  return "{\"sourceRdmaIface\":" + json_string(edge.source_iface) +
         ",\"sinkRdmaIface\":" + json_string(edge.sink_iface) + "}";
}

std::string text_of_socket(std::string_view multiaddr) {
  std::string text = "{\"sinkMultiaddr\":";
  return text.append(multiaddr).append("}");
}

void append(std::string& list, const std::string& item, char open) {
  if (list.back() != open) list += ',';
  list += item;
}

}  // namespace

Connections::Pair& Connections::pair(std::string_view source, std::string_view sink) {
  if (Pair* found = find(source, sink)) return *found;
  const auto [at, is_new] = place_.try_emplace(std::string(source), sources_.size());
  if (is_new) sources_.push_back({std::string(source), {}, {}});
  Source& from = sources_[at->second];
  from.place.try_emplace(std::string(sink), from.pairs.size());
  from.pairs.push_back({std::string(sink), {}, {}});
  return from.pairs.back();
}

const Connections::Pair* Connections::find(std::string_view source, std::string_view sink) const {
  const auto at = place_.find(source);
  if (at == place_.end()) return nullptr;
  const Source& from = sources_[at->second];
  const auto there = from.place.find(sink);
  return there == from.place.end() ? nullptr : &from.pairs[there->second];
}

Connections::Pair* Connections::find(std::string_view source, std::string_view sink) {
  return const_cast<Pair*>(std::as_const(*this).find(source, sink));
}

void Connections::add_socket(std::string_view source, std::string_view sink, std::string_view multiaddr) {
  std::vector<Socket>& sockets = pair(source, sink).sockets;
  Socket socket{unquoted(member(multiaddr, "ip_address")), text_of_socket(multiaddr)};
  if (std::any_of(sockets.begin(), sockets.end(), [&](const Socket& s) { return s.text == socket.text; })) return;
  sockets.insert(sockets.begin(), std::move(socket));
  has_text_ = false;
}

/// An empty pair stays in its place, unseen, until those are forgotten for another reason: that looks through all.
void Connections::remove_socket(std::string_view source, std::string_view sink, std::string_view multiaddr) {
  Pair* found = find(source, sink);
  if (found == nullptr) return;
  const std::string text = text_of_socket(multiaddr);
  std::erase_if(found->sockets, [&](const Socket& s) { return s.text == text; });
  has_text_ = false;
}

void Connections::set_rdma(std::vector<Rdma> edges) {
  for (Source& source : sources_)
    for (Pair& each : source.pairs) each.rdma.clear();
  for (Rdma& edge : edges) {
    std::vector<Rdma>& all = pair(edge.source, edge.sink).rdma;
    all.push_back(std::move(edge));
  }
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
  const Pair* found = find(source, sink);
  return found != nullptr && !found->is_empty();
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
      if (each.is_empty()) continue;
      std::string edges = "[";
      for (const Socket& socket : each.sockets) append(edges, socket.text, '[');
      for (const Rdma& edge : each.rdma) append(edges, text_of_rdma(edge), '[');
      append(sinks, json_string(each.sink) + ":" + edges + "]", '{');
    }
    if (sinks.size() > 1) append(text_, json_string(source.id) + ":" + sinks + "}", '{');
  }
  text_ += '}';
  return text_;
}

}  // namespace exo_harness::fake
