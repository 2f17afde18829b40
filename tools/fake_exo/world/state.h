#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "json/json.h"
#include "world/connections.h"

namespace exo_harness::fake {

/// What all nodes of a cluster agree on: the parts of `/state`, camelCase, in the order that Exo has them. Every node
/// applies the master's events in the master's order, so all show the same.
class State {
 public:
  explicit State(bool is_main) : main_(is_main) {}

  /// Applies one event (snake_case, tagged). An unknown kind changes nothing.
  void apply(std::int64_t index, const Json& event);

  /// The same for the text of an event of an edge, which is read only when the edges are asked for: everybody hears of
  /// every edge, and few are asked.
  void apply_edge_later(std::int64_t index, std::string text);

  /// The answer of `/state`, as text and as a document. The parts that are large are written once a change.
  std::string to_text() const;
  Json to_json() const { return Json::parse(to_text()); }

  Json instances = Json::object();
  Json runners = Json::object();
  Json downloads = Json::object();
  Json tasks = Json::object();
  Json last_seen = Json::object();
  std::vector<std::string> nodes;
  std::int64_t last_index = -1;
  Json identities = Json::object();
  Json memory = Json::object();
  Json disk = Json::object();
  Json network = Json::object();
  Json thunderbolt = Json::object();
  Json bridge = Json::object();
  Json rdma_ctl = Json::object();
  Json backends = Json::object();

  const Connections& connections() const;
  bool is_main() const { return main_; }
  bool has_node(const std::string& id) const;
  /// Bytes of free memory of a node; 0 when unknown.
  std::uint64_t available(const std::string& node) const;
  /// Status of a runner as tagged union; null: absent.
  const Json* runner(const std::string& id) const;
  /// Whether `node` has the model complete.
  bool downloaded(const std::string& node, const std::string& model) const;

 private:
  void apply_info(const Json& body);
  void apply_download(const Json& progress);
  void apply_edge(const Json& body, bool created) const;
  void read_edges() const;
  void apply_timed_out(const std::string& node);
  std::vector<Connections::Rdma> rdma_edges() const;

  bool main_;
  mutable Connections connections_;
  mutable std::vector<std::string> unread_edges_;
  mutable bool rdma_changed_ =
      false;  ///< The RDMA edges follow from what the nodes said; they are found when asked for.
  mutable std::string downloads_text_;
  Json rdma_connections_ = Json::object();  ///< By node: what its last Thunderbolt poll said.
};

/// Free-standing readers of an instance as in `/state` (tagged).
struct InstanceView {
  const Json& tagged;
  const Json& fields() const { return tagged.begin().value(); }
  std::string tag() const { return tagged.begin().key(); }
  std::string id() const { return fields()["instanceId"].get<std::string>(); }
  const Json& assignments() const { return fields()["shardAssignments"]; }
  std::string model() const { return assignments()["modelId"].get<std::string>(); }
  /// Runner of that node; "" when it has none.
  std::string runner_of(const std::string& node) const;
  /// Shard (the fields, without tag) of a runner.
  const Json& shard_of(const std::string& runner) const;
  std::string shard_tag(const std::string& runner) const;
  std::size_t world_size() const { return assignments()["runnerToShard"].size(); }
};

}  // namespace exo_harness::fake
