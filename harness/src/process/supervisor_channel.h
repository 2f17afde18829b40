#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "exo_harness/core/deadline.h"
#include "exo_harness/process/line_channel.h"
#include "exo_harness/process/supervised_script.h"

namespace exo_harness::process {

/// What the supervisor has said so far.
struct SupervisorNews {
  bool ready = false, kept = false, closed = false;
  std::optional<std::string> busy;  ///< Who has the cluster: pids, kept up, folder.
  std::optional<int> failed;        ///< errno of exec.
  pid_t script = 0;
  bool script_running = true;
  int exit_code = 0, signal = 0;
  int live = -1;  ///< During a stop.
  CleanUp clean_up;
  bool done = false;
};

/// The harness's end of the channel: a thread that sends heartbeats and reads what the supervisor tells.
/// Threads: any.
class SupervisorChannel {
 public:
  SupervisorChannel(UniqueFd fd, milliseconds beat_every);
  ~SupervisorChannel();

  void say(std::string_view line) { channel_.send(line); }
  SupervisorNews news() const;
  /// Waits until `until` is true of the news, the channel has ended, or the deadline is over. Result: the news.
  template <class Predicate>
  SupervisorNews wait(Deadline deadline, Predicate until) const {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, deadline.at(), [&] { return news_.closed || until(news_); });
    return news_;
  }

 private:
  void loop();
  void understand(const std::string& line);

  LineChannel channel_;
  const milliseconds beat_every_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  SupervisorNews news_;
  UniqueFd wake_read_, wake_write_;
  std::thread thread_;
};

}  // namespace exo_harness::process
