#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

#include "exo_harness/core/file.h"

#include "wire_client.h"

namespace exo_harness::fake {

/// A fake cluster, started by the start script; all of it ends with this object.
class FakeCluster {
 public:
  /// `environment`: EXO_FAKE_…, EXO_HARNESS_NODES. Fails: HarnessError when it does not come up.
  explicit FakeCluster(std::map<std::string, std::string> environment);
  ~FakeCluster();

  const Address& node(std::size_t index) const { return nodes_.at(index); }
  std::size_t size() const { return nodes_.size(); }
  pid_t script() const { return script_; }
  std::string log(std::size_t index) const;

  WireAnswer get(const std::string& target, std::size_t index = 0) const {
    return wire_request(node(index), "GET", target);
  }
  WireAnswer post(const std::string& target, const Json& body, std::size_t index = 0) const {
    return wire_request(node(index), "POST", target, text_of(body));
  }
  Json state(std::size_t index = 0) const { return get("/state", index).json(); }
  /// On every node.
  void fault(const std::string& spec) const;
  void fault(const std::string& spec, std::size_t index) const {
    wire_request(node(index), "POST", "/fake/fault", spec);
  }
  void clear_faults() const;

  /// Nodes and edges are complete on every node.
  bool wait_formed(std::size_t nodes) const;
  /// Deletes what is there, places, waits until ready (or for `state` of a runner). Returns the instance id, "" when it
  /// does not come.
  std::string place(const std::string& model, const std::string& sharding, const std::string& meta, int nodes) const;
  std::string place_only(const std::string& model, const std::string& sharding, const std::string& meta,
                         int nodes) const;
  void delete_all() const;
  /// Tags of the runners of an instance, by rank.
  std::vector<std::string> runner_states(const std::string& instance) const;

 private:
  TemporaryFolder folder_{"fake-exo-test"};
  std::vector<Address> nodes_;
  pid_t script_ = -1;
};

/// Waits until `condition` holds; false after `limit`.
bool wait_until(const std::function<bool()>& condition, std::chrono::milliseconds limit = std::chrono::seconds(20));

}  // namespace exo_harness::fake
