#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/file.h"
#include "exo_harness/journal/journal.h"
#include "exo_harness/process/child.h"
#include "exo_harness/process/run_record.h"

namespace exo_harness::tools {

/// How to run exo-harness against a fake cluster.
struct RunPlan {
  std::string suite = "misbehaving";
  std::string filter = "*";  ///< Of GoogleTest.
  std::string misbehave{};   ///< What the suite `misbehaving` does in the middle.
  std::string style{};       ///< Of `start-misbehaving`; empty: the script of the fake.
  std::string placement = "single";
  std::string faults{};  ///< As `EXO_FAKE_FAULTS` holds them.
  int nodes = 1;
  double speed = 0;
  std::int64_t flood_bytes = 0;  ///< To each of standard output and error.
  double api_limit = 20, stop_limit = 10, heartbeat = 60, answer_limit = 5,
         discovery_limit = 20;                 ///< Seconds.
  std::string api{};                           ///< Of the first node, with a style; empty: where there is room.
  std::string credentials{};                   ///< `user:password` that the first node wants, with a style.
  std::vector<std::string> start_arguments{};  ///< With a style.
  std::map<std::string, std::string> cluster_environment{};  ///< `[env]` of the spec.
  std::vector<std::string> prefix{};                         ///< Command that runs the harness.
  std::map<std::string, std::string> environment{};          ///< Of the harness.
  std::vector<std::string> arguments{};
};

/// Who starts the harness of a HarnessRun: itself, or the test, with its `command_line` and `environment`.
enum class Start { at_once, by_hand };

/// A run of exo-harness in a process of its own, in a folder of its own. The destructor ends what is left of it.
class HarnessRun {
 public:
  explicit HarnessRun(const RunPlan& plan, Start start = Start::at_once);
  ~HarnessRun();

  const std::vector<std::string>& command_line() const { return command_; }
  const std::map<std::string, std::string>& environment() const { return environment_; }
  /// Where the first node listens.
  int port() const { return port_; }
  process::Child& process() { return *process_; }
  const std::filesystem::path& folder() const { return folder_.path(); }
  /// The run's own folder; empty until there is one.
  std::filesystem::path run() const;
  std::vector<journal::Record> records() const;
  /// Waits until the journal has such a record. Result: whether it came.
  bool wait_for(const std::function<bool(const journal::Record&)>& wanted);
  /// Waits until that test runs.
  bool wait_for_test(const std::string& test);
  /// Waits for the end. A run that does not end has no status.
  std::optional<process::ExitStatus> wait();
  pid_t supervisor() const;
  bool wait_for_end_of_supervisor() const;
  /// The running process of the cluster whose command line holds `text`; 0: none.
  pid_t node(const std::string& text) const;
  /// Command lines of what carries a mark of the run and still runs.
  std::vector<std::string> left() const;
  bool wait_for_nothing_left() const;
  /// SIGKILL to what carries a mark of the run.
  void kill_all() const;
  std::string output() const;
  /// What an own process `exo-harness COMMAND…` comes to.
  process::CommandResult command(const std::vector<std::string>& arguments) const;

 private:
  bool has_supervisor() const;
  std::vector<pid_t> marked() const;
  TemporaryFolder folder_;
  int port_ = 0;
  std::vector<std::string> command_;
  std::map<std::string, std::string> environment_;
  std::optional<process::Child> process_;
};

/// How long a test waits, on a machine under load; no promise of the product.
inline constexpr std::chrono::seconds kTestLimit{60};

}  // namespace exo_harness::tools
