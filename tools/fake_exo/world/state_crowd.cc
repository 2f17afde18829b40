// What everybody hears of everybody, which in a crowd is nearly all: edges, cables, downloads and memory. It is read as
// text (json/json_text.h).
#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "json/json_text.h"
#include "world/state.h"

namespace exo_harness::fake {
namespace {

constexpr std::string_view kInfo = R"({"NodeGatheredInfo")", kDownload = R"({"NodeDownloadProgress")";
constexpr std::string_view kInfoBegins = R"("info":{")", kMemory = "ram_total";
constexpr std::string_view kEdge = R"({"TopologyEdge)", kEdgeCreated = R"({"TopologyEdgeCreated")";

/// The text of an id, which needs no escapes.
std::string_view bare(std::string_view value) {
  return value.size() < 2 ? value : value.substr(1, value.size() - 2);
}

}  // namespace

bool State::is_taken_as_text(std::string_view event) {
  if (event.starts_with(kEdge) || event.starts_with(kDownload)) return true;
  if (!event.starts_with(kInfo)) return false;
  const std::size_t info = event.find(kInfoBegins);
  if (info == std::string_view::npos) return false;
  const std::string_view kind = event.substr(info + kInfoBegins.size());
  return kind.starts_with(kMemory) || kind.starts_with("MacThunderbolt");
}

bool State::is_of_download(std::string_view event) {
  return event.starts_with(kDownload);
}

void State::apply_text(std::int64_t index, std::string_view event) {
  last_index = std::max(last_index, index);
  if (event.starts_with(kDownload)) return apply_download(event);
  if (event.starts_with(kInfo)) return apply_info_text(event);
  const std::string_view source = bare(member(event, "source")), sink = bare(member(event, "sink"));
  const std::string_view address = member(event, "sink_multiaddr");
  event.starts_with(kEdgeCreated) ? connections_.add_socket(source, sink, address)
                                  : connections_.remove_socket(source, sink, address);
}

void State::see(const std::string& node, const std::string& when) {
  if (!has_node(node)) {
    nodes.push_back(node);
    rdma_changed_ = true;
  }
  last_seen_[node] = when.substr(0, 10) + "T" + when.substr(11, 15) + "Z";
}

void State::apply_info_text(std::string_view event) {
  const std::string node = unquoted(member(event, "node_id"));
  see(node, unquoted(member(event, "when")));
  const std::string_view info = member(event, "info");
  if (info.substr(2).starts_with(kMemory))
    memory_[node] = camel_text(info);
  else
    apply_thunderbolt(node, info);
}

void State::apply_thunderbolt(const std::string& node, std::string_view event) {
  Thunderbolt& said = thunderbolt_[node];
  if (const std::string_view idents = member(event, "idents"); !idents.empty()) {
    said.interfaces = camel_text(idents);
    said.ports.clear();
    for (const std::string_view port : objects(idents))
      said.ports.push_back({unquoted(member(port, "domain_uuid")), unquoted(member(port, "rdma_interface"))});
    texts_.erase("nodeThunderbolt");
  }
  if (const std::string_view cables = member(event, "conns"); !cables.empty()) {
    said.cables.clear();
    for (const std::string_view cable : objects(cables))
      said.cables.emplace_back(unquoted(member(cable, "source_uuid")), unquoted(member(cable, "sink_uuid")));
  }
  rdma_changed_ = true;
}

void State::apply_download(std::string_view event) {
  const std::string_view progress = member(event, "download_progress");
  Download entry{unquoted(member(progress, "model_id")), camel_text(progress),
                 progress.starts_with(R"({"DownloadCompleted")")};
  texts_.erase("downloads");
  std::vector<Download>& all = downloads_[unquoted(member(progress, "node_id"))];
  const auto old = std::find_if(all.begin(), all.end(), [&](const Download& one) { return one.model == entry.model; });
  old != all.end() ? void(*old = std::move(entry)) : all.push_back(std::move(entry));
}

const Connections& State::connections() const {
  if (std::exchange(rdma_changed_, false)) connections_.set_rdma(rdma_edges());
  return connections_;
}

std::vector<Connections::Rdma> State::rdma_edges() const {
  struct Device {
    const std::string &node, &iface;
  };
  std::unordered_map<std::string_view, Device> devices;  // By domain; the first that names it.
  for (const auto& [node, said] : thunderbolt_)
    for (const Port& port : said.ports) devices.try_emplace(port.domain, Device{node, port.iface});
  const std::unordered_set<std::string> present(nodes.begin(), nodes.end());
  std::unordered_set<std::string> enabled;
  for (const auto& [id, value] : rdma_ctl.items())
    if (value["enabled"] == true) enabled.insert(id);
  const auto usable = [&](const std::string& node) {
    return present.contains(node) && (!main_ || enabled.contains(node));
  };
  std::vector<Connections::Rdma> edges;
  for (const auto& [node, said] : thunderbolt_)
    for (const auto& [source, sink] : said.cables) {
      const auto from = devices.find(source), to = devices.find(sink);
      if (from == devices.end() || to == devices.end()) continue;
      if (!usable(from->second.node) || !usable(to->second.node)) continue;
      edges.push_back({from->second.node, to->second.node, from->second.iface, to->second.iface});
    }
  return edges;
}

}  // namespace exo_harness::fake
