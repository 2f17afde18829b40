#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "exo_reports/run_record.h"

namespace exo_reports {

/// Where a record stands: its place in the journal, and its times.
struct Moment {
  std::int64_t order = 0, t_ns = 0;
  std::string utc;
};

/// Collects one start of a suite, and says at the end what became of each of its tests.
class SuiteBuilder {
 public:
  SuiteBuilder(std::string name, const Moment& at);

  void plan(const std::vector<std::string>& tests);
  void start_test(const exo_harness::journal::TestStarted& test, const Moment& at);
  void end_test(const exo_harness::journal::TestEnded& test, const Moment& at);
  void fire_watchdog(const exo_harness::journal::WatchdogFired& fired);
  void end(const exo_harness::journal::SuiteEnded& ended, const Moment& at);
  /// We sent its process a signal.
  void stop(const std::string& why) { stopped_ = why.empty() ? "stopped" : why; }

  const std::string& name() const { return suite_.name; }
  bool ended() const { return suite_.ended; }

  /// Every test with its verdict; planned ones that never ran are inconclusive.
  SuiteRecord finish(bool run_ended);

 private:
  struct Open {
    TestRecord test;
    std::int64_t since_ns = 0;
  };
  void interrupt(Open& open, bool run_ended);

  SuiteRecord suite_;
  std::int64_t since_ns_, last_ns_;
  std::vector<std::string> planned_;
  std::vector<Open> open_;
  std::map<std::string, exo_harness::journal::WatchdogFired> watchdogs_;
  std::string stopped_;
};

/// Joins starts of one suite (repeats, shards) and repeats of one test; the gravest attempt is the test's verdict.
std::vector<SuiteRecord> fold_suites(std::vector<SuiteRecord> starts);

/// `SIGSEGV`, or `signal 64`.
std::string signal_name(int signal);

}  // namespace exo_reports
