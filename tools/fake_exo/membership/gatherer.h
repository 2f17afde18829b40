#pragma once

#include <boost/asio/steady_timer.hpp>

#include "context.h"

namespace exo_harness::fake {

/// Reports what this node is: memory each second (its heartbeat), the rest once a session.
class Gatherer {
 public:
  explicit Gatherer(Context& context);

  /// A new session began: everything is reported again.
  void begin();
  void stop() { timer_.cancel(); }
  /// Reports which models are here.
  void report_downloads();

 private:
  void info(const Json& body);
  void beat();
  void report_cables();

  Context& context_;
  boost::asio::steady_timer timer_;
  bool cable_out_ = false;
};

}  // namespace exo_harness::fake
