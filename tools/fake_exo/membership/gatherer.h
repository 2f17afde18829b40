#pragma once

#include <boost/asio/steady_timer.hpp>

#include "node.h"

namespace exo_harness::fake {

/// Reports what this node is: memory each second (its heartbeat), the rest once a session.
class Gatherer {
 public:
  explicit Gatherer(Node& node);

  /// A new session began: everything is reported anew.
  void begin();
  void stop() { timer_.cancel(); }
  /// Reports which models are here.
  void report_downloads();

 private:
  void info(const Json& body);
  void beat();
  void report_cables();

  Node& node_;
  boost::asio::steady_timer timer_;
  bool cable_out_ = false;
};

}  // namespace exo_harness::fake
