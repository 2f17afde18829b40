#pragma once

#include <memory>

#include <boost/asio/io_context.hpp>

#include "json/json.h"
#include "runner/engine.h"
#include "world/cards.h"
#include "world/event_log.h"
#include "world/faults.h"
#include "world/log.h"
#include "world/options.h"
#include "world/rdma.h"
#include "world/state.h"

namespace exo_harness::fake {

class Api;
class Cluster;
class Gatherer;
class Master;
class Prober;
class Worker;

/// One fake Exo node: what its parts share. Everything runs on the one thread of `io`.
struct Node {
  explicit Node(Options given);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// Runs until a signal ends it. Fails: EnvironmentError when the address cannot be bound.
  void run();

  /// Applies an indexed event to the state and tells worker and API. `text`: that of `event`. Called by Cluster only.
  void apply(std::int64_t index, const Json& event, std::string text);
  /// The same of an event of an edge, unread (State::apply_edge_later).
  void apply_edge_later(std::int64_t index, std::string text);
  /// Empties the state: a new master session began.
  void begin_session(bool is_master);

  Options options;
  boost::asio::io_context io{1};
  Log log;
  Faults faults;
  Catalogue catalogue;
  std::unique_ptr<Engine> engine;
  RdmaHost host;
  std::string id;
  State state;
  EventLog events;
  std::unique_ptr<Cluster> cluster;
  std::unique_ptr<Master> master;
  std::unique_ptr<Worker> worker;
  std::unique_ptr<Gatherer> gatherer;
  std::unique_ptr<Prober> prober;
  std::unique_ptr<Api> api;
};

}  // namespace exo_harness::fake
