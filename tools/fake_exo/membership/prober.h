#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "context.h"
#include "membership/rhythm.h"

namespace exo_harness::fake {

/// Finds the socket edges from this node: a probe to each other node every 10 s (contract 3).
class Prober {
 public:
  explicit Prober(Context& context);

  void start();
  void stop() { timer_.cancel(); }
  /// A new session: the edges are not known yet.
  void begin();
  void answered(const std::string& peer);

 private:
  void probe();

  Context& context_;
  boost::asio::steady_timer timer_;
  Rhythm rhythm_;
  std::set<std::string> edges_;
  std::map<std::string, std::chrono::steady_clock::time_point> answered_;
};

}  // namespace exo_harness::fake
