#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace exo_harness::tools {

/// How a process ended; `signal` not 0: it ended it.
struct Ending {
  int exit_code = 0;
  int signal = 0;
};

/// A suite at work: a child in a process group of its own, its output appended to a file.
/// The destructor kills what is left of the group. Threads: one at a time.
class SuiteProcess {
 public:
  /// `errors` may be the same file as `output`. Fails: HarnessError when the program cannot be started.
  static SuiteProcess start(const std::vector<std::string>& command,
                            const std::map<std::string, std::string>& environment, const std::filesystem::path& output,
                            const std::filesystem::path& errors);
  SuiteProcess(SuiteProcess&& other) noexcept;
  SuiteProcess& operator=(SuiteProcess&&) = delete;
  ~SuiteProcess();

  pid_t pid() const { return pid_; }
  /// How it ended, when it has.
  std::optional<Ending> poll();
  /// Sends a signal to the whole group.
  void signal(int number);

 private:
  explicit SuiteProcess(pid_t pid) : pid_(pid) {}
  pid_t pid_;
  std::optional<Ending> ending_;
};

/// What a program wrote, and how it ended.
struct Captured {
  Ending ending;
  std::string output, errors;
  bool timed_out = false;
};

/// Runs a program to its end, at most for `limit_ms`. Fails: HarnessError when it cannot be started.
Captured capture(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment,
                 int limit_ms);

}  // namespace exo_harness::tools
