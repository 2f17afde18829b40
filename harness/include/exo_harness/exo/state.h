#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/core/outcome.h"
#include "exo_harness/exo/mode.h"

namespace exo_harness::exo {

/// A directed connection that one node found to another. Source: contract 2, topology.
struct Edge {
  enum class Kind { socket, rdma, unknown };
  Kind kind = Kind::unknown;
  std::string source, sink;              ///< Node ids.
  std::string address;                   ///< Socket: multiaddress, `/ip4/10.0.0.2/tcp/52415`.
  std::string ip;                        ///< Socket.
  int port = 0;                          ///< Socket.
  std::string source_iface, sink_iface;  ///< RDMA: `rdma_en2`.
  friend bool operator==(const Edge&, const Edge&) = default;
};

struct Memory {
  std::uint64_t ram_total = 0, ram_available = 0, swap_total = 0, swap_available = 0;  ///< Bytes.
};

struct Identity {
  std::string model_id, chip_id, friendly_name, os_version, os_build;
};

struct NetworkInterface {
  std::string name, ip, type;
};

struct ThunderboltPort {
  std::string rdma_interface, domain_uuid, link_speed;
};

struct ThunderboltBridge {
  bool enabled = false, exists = false;
  std::string service_name;
};

/// What the cluster knows of one node. Members that the node did not report are empty.
struct NodeFacts {
  std::string id;
  std::optional<Memory> memory;
  std::optional<Identity> identity;
  std::vector<NetworkInterface> interfaces;
  std::vector<ThunderboltPort> thunderbolt;
  std::optional<ThunderboltBridge> bridge;
  std::optional<bool> rdma_enabled;
  std::vector<std::string> backends;  ///< main only.
  std::string last_seen;
  std::uint64_t disk_total = 0, disk_available = 0;  ///< Bytes; 0 when not reported.
};

/// The part of a model that one rank holds.
struct Shard {
  std::string tag;  ///< `PipelineShardMetadata`, `TensorShardMetadata`, or what else Exo said.
  std::string model_id;
  int rank = 0, world_size = 0;
  int start_layer = 0, end_layer = 0, layers = 0;
};

struct Rank {
  std::string runner_id, node_id;
  Shard shard;
};

/// What a placement became.
struct Instance {
  std::string id, tag, model_id;
  std::vector<Rank> ranks;                              ///< By `shard.rank`.
  std::vector<std::vector<std::string>> jaccl_devices;  ///< Row i, column j: interface on rank i towards j; "" = null.
  std::map<std::string, std::string> jaccl_coordinators;          ///< Node id → `ip:port`.
  std::map<std::string, std::vector<std::string>> hosts_by_node;  ///< Ring: node id → `ip:port` by rank.

  const Rank* rank(int index) const;
};

/// The mode that an instance proves by its tag, shard tags, ranks and layers (contract 5.1).
/// Fails: `mismatch` with what contradicts what (ranks missing, layers that overlap or leave a gap, a JACCL matrix that
/// is not n×n with exactly the diagonal null, unknown tags).
Outcome<Mode> proven_mode(const Instance& instance);

enum class RunnerPhase {
  absent,
  idle,
  connecting,
  connected,
  loading,
  loaded,
  warming_up,
  ready,
  running,
  shutting_down,
  shutdown,
  failed,
  unknown
};
/// `RunnerReady` and so on; `absent` is `(absent)`.
std::string_view to_string(RunnerPhase phase);
RunnerPhase parse_runner_phase(std::string_view tag);

struct Runner {
  std::string id;
  RunnerPhase phase = RunnerPhase::absent;
  std::string tag;                       ///< As Exo said it.
  std::string error_message;             ///< Of `RunnerFailed`; Exo overwrites it within two seconds.
  std::vector<std::string> diagnostics;  ///< Tags with their content; main only.
  int layers_loaded = 0, layers_total = 0;
};

struct Download {
  enum class Status { pending, ongoing, completed, failed, unknown };
  Status status = Status::unknown;
  std::string tag, node_id, model_id, directory, error_message;
  std::uint64_t total_bytes = 0, done_bytes = 0;
  bool read_only = false;
};

struct Task {
  std::string id, kind, status, instance_id, command_id, error_message;
};

/// `/state` of one node at one moment, both generations.
struct State {
  std::vector<std::string> nodes;  ///< `topology.nodes`: who is in the cluster. Never count identities.
  std::vector<Edge> edges;
  std::map<std::string, NodeFacts> facts;  ///< By node id; holds nodes that left, too.
  std::map<std::string, Instance> instances;
  std::map<std::string, Runner> runners;  ///< Holds runners of deleted instances, too.
  std::vector<Download> downloads;
  std::vector<Task> tasks;
  std::vector<std::vector<std::string>> thunderbolt_bridge_cycles;
  std::int64_t last_event_index = -1;
  Generation generation = Generation::unknown;  ///< From the keys.
  std::vector<std::string>
      unknown;  ///< JSON pointers of keys and tags that this version does not know; data, not an error.

  bool has_node(std::string_view id) const;
  /// Whether the node of each rank is there. The runners of a node that is gone read ready until Exo deletes their
  /// instance.
  bool has_nodes_of(const Instance& instance) const;
  /// Whether a model is complete on that node.
  bool has_model(std::string_view node, std::string_view model_id) const;
  /// On how many of `nodes` it is.
  int nodes_with(std::string_view model_id) const;
  std::vector<Edge> edges_between(std::string_view source, std::string_view sink) const;
  /// Phase of a runner; `absent` when the state does not list it.
  RunnerPhase phase_of(std::string_view runner_id) const;
  /// Whether each rank of the instance is ready or running.
  bool is_ready(const Instance& instance) const;
};

/// Reads the JSON of `GET /state`. Fails: `malformed` with a JSON pointer to what is wrong; unknown keys and tags are
/// no failure. Threads: any. Source: contract 2 and 13.
Outcome<State> parse_state(std::string_view json);

void PrintTo(const State& state, std::ostream* os);

}  // namespace exo_harness::exo
