#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exo_harness/cluster/wholeness.h"
#include "exo_harness/exo/client.h"

namespace exo_harness::cluster {

/// How long a node may take to say who it is, and to answer with its state or topology.
inline constexpr milliseconds kLeastAsk{100}, kAsk{2000}, kStateLimit{10000};

/// Whether something answered that does not speak as Exo does.
bool answered_but_not_as_exo(const Failure& seen);

/// The APIs of a cluster: those that were given, and those that the edges of the topology lead to.
class Peers {
 public:
  struct Peer {
    std::string id;  ///< Node id at that API; empty: not known yet.
    bool given = false;
    std::unique_ptr<exo::Client> client;
    std::optional<Failure> seen{};  ///< In place of a node id, the last time it was asked.
  };
  Peers(const std::vector<std::string>& apis, exo::Client::Options options);

  std::vector<Peer>& all() { return peers_; }
  exo::Client& first() { return *peers_.front().client; }
  /// Asks again who answers where, forgets learnt peers that left, and finds an API of each other node of `state`; some
  /// at a time, and none any more when the deadline has passed.
  /// Result: the nodes that no API was found of, a sentence each; of many the first few.
  std::vector<std::string> match(const exo::State& state, Deadline deadline);
  /// How an address answered the last `match` that answered, but not with a node id; nullopt: none did so.
  const std::optional<FailureKind>& odd_answer() const { return odd_answer_; }

 private:
  void refresh_ids(const exo::State& state, Deadline deadline);
  /// The first of these APIs that says it is that node; without a client: none does.
  Peer find(const std::vector<std::string>& apis, const std::string& node_id, Deadline deadline) const;
  std::string describe(const std::optional<Failure>& seen);

  exo::Client::Options options_;
  std::vector<Peer> peers_;
  std::optional<FailureKind> odd_answer_;
};

}  // namespace exo_harness::cluster
