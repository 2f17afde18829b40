#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/file.h"
#include "exo_harness/process/child.h"
#include "exo_harness/process/supervised_script.h"
#include "exo_harness/process/table.h"

namespace exo_leash_test {

/// A place for one test: a folder of runs with one run, and a folder in which misbehaving programs register.
class Stage {
 public:
  Stage();
  /// Ends what a failed test would leave on the machine.
  ~Stage();

  std::filesystem::path runs() const { return folder_.path() / "runs"; }
  std::filesystem::path run() const { return runs() / "run"; }
  std::filesystem::path registry() const { return folder_.path() / "registry"; }
  /// Path of a script with that text, executable.
  std::filesystem::path script(const std::string& name, const std::string& text) const;
  /// `misbehave <how> <registry> [number]`.
  std::vector<std::string> misbehave(const std::string& how, long number = 0) const;
  /// A harness of its own process that runs `command` under the supervisor.
  exo_harness::process::Child start_stub(const std::vector<std::string>& command,
                                         std::chrono::milliseconds grace = std::chrono::milliseconds(100),
                                         std::chrono::milliseconds heartbeat = std::chrono::seconds(60)) const;
  /// Options for a SupervisedScript inside the test.
  exo_harness::process::SupervisorOptions options(const std::vector<std::string>& command) const;

  /// Command lines of the misbehaving programs that still run.
  std::vector<std::string> survivors() const;
  /// Whether no supervisor and no misbehaving program of this stage is left before the deadline.
  bool all_gone(exo_harness::Deadline deadline) const;
  /// Who is left, with parent, age and marks, and what the supervisor wrote of its end: for the message of a failure.
  std::string left_behind() const;
  /// How many have registered so far.
  std::size_t registered() const;
  /// Waits until so many have registered.
  bool wait_for_registered(std::size_t count) const;
  std::string log() const;
  /// Lines of the supervisor's own record that hold `text`.
  std::vector<std::string> supervisor_log(const std::string& text) const;

 private:
  std::vector<exo_harness::process::ProcessId> mentioning(const std::string& program) const;
  exo_harness::TemporaryFolder folder_;
};

exo_harness::Deadline soon();

}  // namespace exo_leash_test
