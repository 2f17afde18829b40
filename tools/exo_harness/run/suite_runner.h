#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "exo_harness/core/clock.h"
#include "exo_harness/journal/journal.h"
#include "exo_harness/process/child.h"

#include "app/journal_tail.h"
#include "app/live_view.h"
#include "app/suite_plan.h"

namespace exo_harness::tools {

inline constexpr milliseconds kListingLimit{20000};

/// What a suite says when it is asked for its tests; nothing of it runs. `command`: its binary and the flags that
/// select.
process::CommandResult list_tests(std::vector<std::string> command, std::map<std::string, std::string> environment,
                                  milliseconds limit = kListingLimit);

/// Runs suites as processes of their own: whatever a suite does, it costs its own verdict only.
///
/// A test that crashes its process or lets its deadline pass is recorded as such, and the tests after it run in a new
/// process. Threads: one at a time.
class SuiteRunner {
 public:
  struct Options {
    std::map<std::string, std::string> environment;
    std::vector<std::string> gtest_flags;  ///< Handed on to each process.
    bool quick = false;                    ///< Only the quick selection is listed; the rest is recorded as left out.
    std::filesystem::path journal, logs;
    milliseconds test_limit{
        900000};  ///< No test begins or ends for so long: the process is ended. The outermost limit.
    milliseconds listing_limit = kListingLimit;
    std::function<std::filesystem::path(const std::string& suite)> binary_of;
    std::function<void(const journal::Record&)> on_record;  ///< Called for what the journal got; may be empty.
    std::function<std::string()> why_stop;  ///< Not empty: the running process is ended, nothing more is started.
    std::function<bool()> hurry;            ///< True: what is ended gets no grace.
  };
  SuiteRunner(Options options, journal::Journal& journal, LiveView& view);

  /// The tests of a suite that its filter selects. A suite that cannot be listed is recorded as one that could not run.
  std::vector<std::string> list(const std::string& suite);
  /// Runs the step to its end. Result: false when it was stopped.
  bool run(const SuiteStep& step);
  /// Shows what the journal got since the last look.
  void look();

 private:
  bool is_ours(const process::ExitStatus& status) const;
  std::vector<std::string> selected(const std::string& suite, const std::string& listing);
  bool run_once(const std::string& suite, const std::vector<std::string>& tests);
  process::ExitStatus follow(process::Child& process, const std::string& suite);
  void clean_log();
  void blame_supervisor(pid_t process, const std::string& suite, int signal);
  void end_by_force(process::Child& process, const std::string& suite, const std::string& reason);
  std::vector<std::string> command_for(const std::string& suite, const std::vector<std::string>& tests) const;
  std::vector<std::string> without_ended(const std::vector<std::string>& tests) const;

  Options options_;
  journal::Journal& journal_;
  LiveView& view_;
  JournalTail tail_;
  int processes_ = 0;
  std::filesystem::path log_;    // Of the process that runs.
  bool has_plan_ = false;        // The suite has said itself what it will run.
  std::string running_;          // Test that has begun and not ended.
  std::set<std::string> begun_;  // Tests of the step that have begun.
  Clock::time_point last_sign_;  // When a test last began or ended.
};

}  // namespace exo_harness::tools
