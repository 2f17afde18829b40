#include "world/placement.h"

#include <algorithm>
#include <numeric>

#include "exo_harness/core/format.h"

#include "world/ids.h"

namespace exo_harness::fake {
namespace {

using Cycle = std::vector<std::string>;

std::string rdma_iface(const State& state, const std::string& from, const std::string& to) {
  return state.connections().rdma_iface(from, to);
}

std::string ip_of(const State& state, const std::string& from, const std::string& to) {
  return state.connections().ip(from, to);
}

/// Each ordered pair that has any edge has an RDMA edge; on main each node has RDMA on.
bool is_rdma_cycle(const State& state, const Cycle& cycle) {
  if (cycle.size() < 2) return true;
  for (const std::string& from : cycle) {
    if (state.is_main() && !(state.rdma_ctl.contains(from) && state.rdma_ctl[from]["enabled"] == true)) return false;
    for (const std::string& to : cycle)
      if (from != to && state.connections().has(from, to) && rdma_iface(state, from, to).empty()) return false;
  }
  return true;
}

std::string backends_text(const std::vector<std::string>& names) {
  std::string out = "[";
  for (const std::string& name : names) out += (out.size() > 1 ? ", '" : "'") + name + "'";
  return out + "]";
}

bool supports(const State& state, const Cycle& cycle, const std::vector<std::string>& wanted) {
  return std::all_of(cycle.begin(), cycle.end(), [&](const std::string& node) {
    const auto has = state.backends.find(node);
    if (has == state.backends.end()) return false;
    return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& name) {
      return std::find(has->begin(), has->end(), name) != has->end();
    });
  });
}

std::uint64_t memory_of(const State& state, const Cycle& cycle) {
  return std::accumulate(cycle.begin(), cycle.end(), std::uint64_t{0},
                         [&](std::uint64_t sum, const std::string& node) { return sum + state.available(node); });
}

/// The checks in Exo's order; what is left of `all`, or the error.
std::vector<Cycle> candidates(const PlacementRequest& r, const State& state, std::string& error) {
  const Model& model = *r.model;
  std::vector<Cycle> all = cycles(state, static_cast<std::size_t>(std::max(1, r.min_nodes)));
  std::erase_if(all, [&](const Cycle& cycle) {
    return std::any_of(r.required_nodes.begin(), r.required_nodes.end(), [&](const std::string& node) {
      return std::find(cycle.begin(), cycle.end(), node) == cycle.end();
    });
  });
  std::erase_if(all, [&](const Cycle& cycle) { return memory_of(state, cycle) < model.storage_bytes; });
  if (all.empty()) return error = "No cycles found with sufficient memory", all;
  if (r.sharding == "Tensor") {
    if (!model.supports_tensor)
      return error = "Requested Tensor sharding but this model does not support tensor parallelism: " + model.id, all;
    std::erase_if(all, [&](const Cycle& cycle) {
      const int n = static_cast<int>(cycle.size());
      return model.hidden_size % n != 0 || (model.kv_heads && *model.kv_heads % n != 0);
    });
    if (all.empty()) {
      error = format("No tensor sharding found for model with hidden_size={}{} across candidate cycles",
                     model.hidden_size, model.kv_heads ? format(", num_key_value_heads={}", *model.kv_heads) : "");
      return all;
    }
  }
  if (state.is_main()) {
    std::vector<std::string> wanted = model.backends;
    if (r.instance_meta == "MlxJaccl") {
      if (std::find(wanted.begin(), wanted.end(), "MlxMetal") == wanted.end())
        return error = format("Model {} backends {} cannot satisfy engine MlxJaccl which requires ['MlxMetal']",
                              model.id, backends_text(wanted)),
               all;
      wanted = {"MlxMetal"};
    }
    std::erase_if(all, [&](const Cycle& cycle) { return !supports(state, cycle, wanted); });
    if (all.empty())
      return error =
                 format("No cycle where every node supports a backend in {} for {}", backends_text(wanted), model.id),
             all;
  }
  const std::size_t smallest = std::min_element(all.begin(), all.end(), [](const Cycle& a, const Cycle& b) {
                                 return a.size() < b.size();
                               })->size();
  std::erase_if(all, [&](const Cycle& cycle) { return cycle.size() != smallest; });
  if (r.instance_meta == "MlxJaccl") {
    std::erase_if(all, [&](const Cycle& cycle) { return !is_rdma_cycle(state, cycle); });
    if (all.empty()) error = "Requested RDMA (MlxJaccl) but no RDMA-connected cycles available";
  }
  return all;
}

Cycle best(const std::vector<Cycle>& all, const PlacementRequest& r, const State& state) {
  auto score = [&](const Cycle& cycle) {
    const auto here = std::count_if(cycle.begin(), cycle.end(),
                                    [&](const std::string& node) { return state.downloaded(node, r.model->id); });
    return std::pair<long, std::uint64_t>(here, memory_of(state, cycle));
  };
  const Cycle* chosen = &all.front();
  for (const Cycle& cycle : all)
    if (score(cycle) > score(*chosen)) chosen = &cycle;
  return *chosen;
}

std::vector<int> layers_by_memory(int layers, const Cycle& cycle, const State& state) {
  const std::size_t n = cycle.size();
  const double total = static_cast<double>(memory_of(state, cycle));
  std::vector<double> raw(n);
  std::vector<int> out(n);
  for (std::size_t i = 0; i < n; ++i) {
    raw[i] = static_cast<double>(state.available(cycle[i])) / total * layers;
    out[i] = static_cast<int>(raw[i]);
  }
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return raw[a] - out[a] > raw[b] - out[b]; });
  int left = layers - std::accumulate(out.begin(), out.end(), 0);
  for (std::size_t i = 0; left > 0; ++i, --left) ++out[order[i % n]];
  for (int& count : out)
    if (count == 0) {
      --*std::max_element(out.begin(), out.end());
      count = 1;
    }
  return out;
}

std::string too_little(const Model& model, const Cycle& cycle, const State& state, const std::vector<int>& layers) {
  for (std::size_t i = 0; i < cycle.size(); ++i) {
    const std::uint64_t needed =
        model.storage_bytes * static_cast<std::uint64_t>(layers[i]) / static_cast<std::uint64_t>(model.layers);
    const std::uint64_t has = state.available(cycle[i]);
    if (needed > has)
      return format(
          "Node {} ({}) has insufficient memory: requires {:.2f} GB for {} layers, but only has {:.2f} GB available", i,
          cycle[i], static_cast<double>(needed) / (1 << 30), layers[i], static_cast<double>(has) / (1 << 30));
  }
  return "";
}

Json shard(const Model& model, std::size_t rank, std::size_t world, int first, int end) {
  return {{"modelCard", model.card},  {"deviceRank", rank},  {"worldSize", world}, {"immediateException", false},
          {"shouldTimeout", nullptr}, {"startLayer", first}, {"endLayer", end},    {"nLayers", model.layers}};
}

Json assignments(const Model& model, const Cycle& cycle, bool tensor, const std::vector<int>& layers) {
  Json shards = Json::object(), runners = Json::object();
  int first = 0;
  for (std::size_t i = 0; i < cycle.size(); ++i) {
    const std::string runner = new_uuid();
    const int end = tensor ? model.layers : first + layers[i];
    shards[runner] = {{tensor ? "TensorShardMetadata" : "PipelineShardMetadata",
                       shard(model, i, cycle.size(), tensor ? 0 : first, end)}};
    runners[cycle[i]] = runner;
    first = end;
  }
  return {{"modelId", model.id}, {"runnerToShard", shards}, {"nodeToRunner", runners}};
}

Json ring_instance(const std::string& id, const Json& parts, const Cycle& cycle, const State& state) {
  const int port = random_int(49153, 65535);
  Json hosts = Json::object();
  for (std::size_t i = 0; i < cycle.size(); ++i) {
    Json list = Json::array();
    for (std::size_t j = 0; j < cycle.size(); ++j) {
      const bool neighbour = (i + 1) % cycle.size() == j || (j + 1) % cycle.size() == i;
      if (i == j)
        list.push_back({{"ip", "0.0.0.0"}, {"port", port}});
      else if (neighbour)
        list.push_back({{"ip", ip_of(state, cycle[i], cycle[j])}, {"port", port}});
      else
        list.push_back({{"ip", "198.51.100.1"}, {"port", 0}});
    }
    hosts[cycle[i]] = list;
  }
  return {{"MlxRingInstance",
           {{"instanceId", id}, {"shardAssignments", parts}, {"hostsByNode", hosts}, {"ephemeralPort", port}}}};
}

Json jaccl_instance(const std::string& id, const Json& parts, const Cycle& cycle, const State& state,
                    std::string& error) {
  const int port = random_int(49153, 65535);
  Json devices = Json::array(), coordinators = Json::object();
  for (std::size_t i = 0; i < cycle.size(); ++i) {
    Json row = Json::array();
    for (std::size_t j = 0; j < cycle.size(); ++j) {
      const std::string iface = i == j ? "" : rdma_iface(state, cycle[i], cycle[j]);
      if (i != j && iface.empty()) error = "Current jaccl backend requires all-to-all RDMA connections";
      row.push_back(i == j ? Json(nullptr) : Json(iface));
    }
    devices.push_back(row);
    const std::string ip = i == 0 ? "0.0.0.0" : ip_of(state, cycle[i], cycle[0]);
    if (ip.empty() && error.empty())
      error = "Current jaccl backend requires all participating devices to be able to communicate";
    coordinators[cycle[i]] = format("{}:{}", ip, port);
  }
  return {{"MlxJacclInstance",
           {{"instanceId", id},
            {"shardAssignments", parts},
            {"jacclDevices", devices},
            {"jacclCoordinators", coordinators}}}};
}

}  // namespace

Placement place(const PlacementRequest& request, const State& state) {
  Placement out;
  const std::vector<Cycle> all = candidates(request, state, out.error);
  if (!out.error.empty()) return out;
  const Cycle cycle = best(all, request, state);
  const bool one = cycle.size() == 1;  // a single node silently becomes Pipeline over the ring
  const bool tensor = request.sharding == "Tensor" && !one && !request.wrong_mode;
  std::vector<int> layers;
  if (!tensor) {
    if (request.model->layers < static_cast<int>(cycle.size()))
      return out.error = format("Cannot distribute {} layers across {} nodes (need at least 1 layer per node)",
                                request.model->layers, cycle.size()),
             out;
    layers = layers_by_memory(request.model->layers, cycle, state);
    if (out.error = too_little(*request.model, cycle, state, layers); !out.error.empty()) return out;
  }
  const Json parts = assignments(*request.model, cycle, tensor, layers);
  const bool jaccl = request.instance_meta == "MlxJaccl" && !one && !request.wrong_mode;
  out.instance = jaccl ? jaccl_instance(new_uuid(), parts, cycle, state, out.error)
                       : ring_instance(new_uuid(), parts, cycle, state);
  return out;
}

}  // namespace exo_harness::fake
