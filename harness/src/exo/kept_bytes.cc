#include "kept_bytes.h"

#include <numeric>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "json_reader.h"

namespace exo_harness::exo {

namespace {

constexpr std::size_t kMostKept = 24u << 20;
constexpr std::size_t kInside = 15;      // A shorter text stands inside its object.
constexpr std::size_t kAllocation = 16;  // What the allocator adds.
constexpr std::size_t kMapNode = 48;

std::size_t beside(const std::string& text) {
  return text.size() > kInside ? text.capacity() + kAllocation : 0;
}

template <class... Texts>
std::size_t beside(const std::string& first, const Texts&... more) {
  return beside(first) + (beside(more) + ...);
}

std::size_t of_list(const std::vector<std::string>& list) {
  return std::accumulate(list.begin(), list.end(), kAllocation,
                         [](std::size_t sum, const std::string& text) { return sum + kept_bytes(text); });
}

}  // namespace

std::size_t kept_bytes(const std::string& text) {
  return sizeof text + beside(text);
}

std::size_t kept_bytes(const Edge& edge) {
  return sizeof edge + beside(edge.source, edge.sink, edge.address, edge.ip, edge.source_iface, edge.sink_iface);
}

std::size_t kept_bytes(const Instance& instance) {
  std::size_t sum =
      kMapNode + sizeof instance + kept_bytes(instance.id) + beside(instance.id, instance.tag, instance.model_id);
  for (const Rank& rank : instance.ranks)
    sum += sizeof rank + beside(rank.runner_id, rank.node_id, rank.shard.tag, rank.shard.model_id);
  for (const auto& row : instance.jaccl_devices) sum += sizeof row + of_list(row);
  for (const auto& [node, address] : instance.jaccl_coordinators)
    sum += kMapNode + kept_bytes(node) + kept_bytes(address);
  for (const auto& [node, hosts] : instance.hosts_by_node)
    sum += kMapNode + kept_bytes(node) + sizeof hosts + of_list(hosts);
  return sum;
}

std::size_t kept_bytes(const Runner& runner) {
  return kMapNode + sizeof runner + kept_bytes(runner.id) + beside(runner.id, runner.tag, runner.error_message) +
         of_list(runner.diagnostics);
}

std::size_t kept_bytes(const Download& download) {
  return sizeof download + beside(download.tag, download.node_id, download.model_id, download.directory) +
         beside(download.error_message);
}

std::size_t kept_bytes(const Task& task) {
  return sizeof task + beside(task.id, task.kind, task.status, task.instance_id) +
         beside(task.command_id, task.error_message);
}

std::size_t kept_bytes(const NodeFacts& facts, std::string_view key) {
  std::size_t sum = kMapNode + sizeof facts + 2 * kept_bytes(facts.id);
  if (key == "nodeIdentities" && facts.identity) {
    sum += beside(facts.identity->model_id, facts.identity->chip_id, facts.identity->friendly_name);
    sum += beside(facts.identity->os_version, facts.identity->os_build);
  }
  if (key == "nodeNetwork") {
    for (const auto& one : facts.interfaces) sum += sizeof one + beside(one.name, one.ip, one.type);
  }
  if (key == "nodeThunderbolt") {
    for (const auto& one : facts.thunderbolt)
      sum += sizeof one + beside(one.rdma_interface, one.domain_uuid, one.link_speed);
  }
  if (key == "nodeThunderboltBridge" && facts.bridge) sum += beside(facts.bridge->service_name);
  if (key == "nodeBackends") sum += of_list(facts.backends);
  if (key == "lastSeen") sum += beside(facts.last_seen);
  return sum;
}

void KeptBytes::add(std::size_t bytes, const std::string& pointer) {
  sum_ += bytes;
  if (sum_ > kMostKept)
    throw ShapeError{
        pointer,
        format("more than {} of nodes, edges, instances and the like, which is the limit", human_bytes(kMostKept)), ""};
}

}  // namespace exo_harness::exo
