#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "context.h"
#include "runner/runner_log.h"

namespace exo_harness::fake {

class Runner;

/// Decides, step by step and by Exo's rules, what this node's runners do next.
class Worker {
 public:
  explicit Worker(Context& context);

  /// A new session: all runners end.
  void begin();
  void stop();
  /// After each event that may matter.
  void state_changed(const std::string& tag, const Json& body);
  /// A step of another node's rank 0, or its answer.
  void datagram(const Json& message, const Address& from);

  const std::vector<std::shared_ptr<Runner>>& runners() const { return runners_; }

 private:
  void schedule();
  /// One step; whether anything was done.
  bool plan();
  bool kill_runner();
  bool create_runner();
  bool connect();
  bool load();
  bool warm_up();
  bool start_pending();
  std::string create_task(const char* kind, const std::string& instance, const char* status,
                          const Json& more = Json::object());
  std::string global(const std::string& runner) const;
  bool may_try(const std::string& instance);

  struct Tries {
    int count = 0;
    std::chrono::steady_clock::time_point last;
  };

  Context& context_;
  RunnerLog log_;
  boost::asio::steady_timer timer_;
  bool scheduled_ = false, waiting_ = false;
  std::vector<std::shared_ptr<Runner>> runners_;
  std::map<std::string, Tries> tries_;
};

}  // namespace exo_harness::fake
