#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <termios.h>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/file.h"

namespace exo_harness::tools {

/// A terminal of its own with one program in its foreground, as a user sits before it. The destructor kills the
/// program.
class Terminal {
 public:
  /// `environment` comes on top of ours.
  Terminal(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment);
  ~Terminal();

  void type(std::string_view keys);
  void press_ctrl_c() { type("\x03"); }
  /// Closes the window, as far as the program can tell.
  void hang_up();
  /// All that was printed so far.
  std::string screen() const;
  /// Its exit code, once it has ended; 128 and more: a signal.
  std::optional<int> wait(Deadline deadline);
  termios settings() const;
  /// Whether input waits that nobody has read.
  bool has_input_left() const;

 private:
  void read_on();
  void stop_reading();

  UniqueFd ours_, theirs_;  // `theirs_` stays open, so that the terminal outlives the program.
  pid_t program_ = 0;
  std::optional<int> code_;
  mutable std::mutex mutex_;
  std::string screen_;
  bool over_ = false;
  std::thread reader_;
};

/// Whether both have the same flags and keys.
bool same(const termios& a, const termios& b);

}  // namespace exo_harness::tools
