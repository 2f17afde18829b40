#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "exo_harness/core/deadline.h"
#include "exo_harness/process/leash.h"
#include "exo_harness/process/line_channel.h"

namespace exo_harness::process {

/// What the supervisor has told so far.
struct LeashNews {
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

/// The harness's end of the lease: a thread that sends heartbeats and reads what the supervisor tells.
/// Threads: any.
class Lease {
 public:
  Lease(UniqueFd fd, milliseconds beat_every);
  ~Lease();

  void say(std::string_view line) { channel_.send(line); }
  LeashNews news() const;
  /// Waits until `told` is true of the news, the lease has ended, or the deadline is over. Result: the news.
  template <class Told>
  LeashNews wait(Deadline deadline, Told told) const {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, deadline.at(), [&] { return news_.closed || told(news_); });
    return news_;
  }

 private:
  void loop();
  void understand(const std::string& line);

  LineChannel channel_;
  const milliseconds beat_every_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  LeashNews news_;
  UniqueFd wake_read_, wake_write_;
  std::thread thread_;
};

}  // namespace exo_harness::process
