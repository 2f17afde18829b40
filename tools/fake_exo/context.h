#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "json/json.h"
#include "world/cards.h"
#include "world/event_log.h"
#include "world/faults.h"
#include "world/log.h"
#include "world/options.h"
#include "world/rdma.h"
#include "world/state.h"

namespace exo_harness::fake {

class Cluster;
class Engine;
class Gatherer;
class Master;
class Worker;

/// What the parts of one fake Exo node share: the ground that they stand on. Node (node.h) builds them on it and takes
/// them down; a part finds another one here by its pointer. Everything runs on the one thread of `io`.
struct Context {
  explicit Context(Options given);
  virtual ~Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  /// Applies an indexed event to the state and tells worker and API. `text`: that of `event`. Called by Cluster only.
  virtual void apply(std::int64_t index, const Json& event, std::string text) = 0;
  /// The same of an event that the state takes as text (State::is_taken_as_text).
  virtual void apply_text(std::int64_t index, std::string text) = 0;
  /// Empties the state: a new master session began.
  virtual void begin_session(bool is_master) = 0;

  Options options;
  boost::asio::io_context io{1};
  Log log;
  Faults faults;
  Catalogue catalogue;
  RdmaHost host;
  std::string id;
  State state;
  EventLog events;
  const Engine* engine = nullptr;
  Cluster* cluster = nullptr;
  Master* master = nullptr;
  Worker* worker = nullptr;
  Gatherer* gatherer = nullptr;
};

}  // namespace exo_harness::fake
