#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "context.h"
#include "membership/rhythm.h"

namespace exo_harness::fake {

/// What the elected node does: executes commands, removes silent nodes and the instances that they leave behind.
class Master {
 public:
  explicit Master(Context& context);

  void start();
  void stop() { timer_.cancel(); }
  /// A new session of this node as master.
  void begin() { seen_.clear(); }
  /// A node has sent something.
  void seen(const std::string& node) { seen_[node] = std::chrono::steady_clock::now(); }
  /// `{"PlaceInstance":{…}}` and so on; a command that cannot be done leaves only a traceback in the log.
  void execute(const Json& command);

 private:
  void place_instance(const Json& body);
  void place_kept();
  void text_generation(const Json& body);
  bool counts(const std::string& status) const;
  void task_cancelled(const std::string& command_id);
  void task_finished(const std::string& command_id);
  void delete_instance(const std::string& id);
  void log_command(const std::string& tag, const Json& body);
  void log_error(const std::string& text);
  std::string task_of(const std::string& command_id) const;
  void look();

  Context& context_;
  boost::asio::steady_timer timer_;
  Rhythm rhythm_;
  std::optional<Json> kept_;  ///< A placement that waits for nodes: `places-late`.
  std::chrono::milliseconds kept_for_{0};
  std::optional<std::chrono::steady_clock::time_point> enough_since_;
  std::map<std::string, std::chrono::steady_clock::time_point> seen_;
};

}  // namespace exo_harness::fake
