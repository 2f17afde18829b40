#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/json.h"
#include "world/by_node.h"
#include "world/connections.h"

namespace exo_harness::fake {

/// What all nodes of a cluster agree on: the parts of `/state`, camelCase, in the order that Exo has them. Every node
/// applies the master's events in the master's order, so all show the same.
class State {
 public:
  explicit State(bool is_main) : main_(is_main) {}

  /// Applies one event (snake_case, tagged). An unknown kind changes nothing.
  void apply(std::int64_t index, const Json& event);

  /// Whether an event is one of those that `apply_text` takes: edges, cables, downloads and memory. In a crowd these
  /// are nearly all.
  static bool is_taken_as_text(std::string_view event);
  /// Of these, the ones that let a worker go on.
  static bool is_of_download(std::string_view event);
  /// As `apply`, of the text of such an event.
  void apply_text(std::int64_t index, std::string_view event);

  /// The answer of `/state`, as text and as a document. What seldom changes is written once a change.
  std::string to_text() const;
  Json to_json() const { return Json::parse(to_text()); }
  /// One member of it, as text: who asks for one, as for the last event, has no need of all edges. "" when there is
  /// none.
  std::string member_text(std::string_view wanted) const;

  Json instances = Json::object();
  Json runners = Json::object();
  Json tasks = Json::object();
  std::vector<std::string> nodes;
  std::int64_t last_index = -1;
  Json identities = Json::object();
  Json disk = Json::object();
  Json network = Json::object();
  Json bridge = Json::object();
  Json rdma_ctl = Json::object();
  Json backends = Json::object();

  const Connections& connections() const;  ///< RDMA edges follow from what the nodes said; found when asked for.
  bool is_main() const { return main_; }
  bool has_node(const std::string& id) const;
  /// Bytes of free memory of a node; 0 when unknown.
  std::uint64_t available(const std::string& node) const;
  /// Status of a runner as tagged union; null: absent.
  const Json* runner(const std::string& id) const;
  /// Whether `node` has the model complete.
  bool downloaded(const std::string& node, const std::string& model) const;

 private:
  struct Port {
    std::string domain, iface;
  };
  struct Thunderbolt {
    std::string interfaces;  ///< JSON, camelCase; empty: not reported.
    std::vector<Port> ports;
    std::vector<std::pair<std::string, std::string>> cables;  ///< Domains of both ends, as the last poll saw them.
  };
  struct Download {
    std::string model, text;  ///< JSON, camelCase.
    bool is_complete = false;
  };

  using Write = std::function<void(std::string&)>;  ///< Appends a member's value.

  void each_member(const std::function<void(std::string_view, const Write&)>& each) const;
  void see(const std::string& node, const std::string& when);
  void apply_info(const Json& body);
  void apply_task(const std::string& tag, const Json& body);
  void apply_info_text(std::string_view event);
  void apply_thunderbolt(const std::string& node, std::string_view info);
  void apply_download(std::string_view event);
  void apply_timed_out(const std::string& node);
  std::vector<Connections::Rdma> rdma_edges() const;
  const std::string& kept(const char* name, const std::function<std::string()>& write) const;
  std::string last_seen_text() const;
  std::string memory_text() const;
  std::string thunderbolt_text() const;
  std::string downloads_text() const;
  void append_tasks(std::string& out) const;

  bool main_;
  mutable Connections connections_;
  mutable bool rdma_changed_ = false;
  mutable std::map<std::string, std::string> texts_;  ///< Members of `/state` that have not changed since, by name.
  mutable std::map<std::string, std::string> task_texts_;  ///< By id, each with it: all stay, with their prompts.
  mutable std::size_t size_ = 0;                           ///< Of the last answer.
  ByNode<std::string> last_seen_;                          ///< As Exo writes a time.
  ByNode<std::string> memory_;                             ///< JSON, camelCase.
  ByNode<Thunderbolt> thunderbolt_;
  ByNode<std::vector<Download>> downloads_;
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
