#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exo_harness/core/clock.h"
#include "exo_harness/process/bounded_log.h"
#include "exo_harness/process/clean_up.h"
#include "exo_harness/process/growth_notice.h"
#include "exo_harness/process/line_channel.h"
#include "exo_harness/process/owner_lock.h"
#include "exo_harness/process/run_record.h"

#include "settings.h"
#include "supervisor_log.h"
#include "wake_up.h"

namespace exo_leash {

/// Lives between the harness and the start script. Starts nothing before the harness has acknowledged READY; when the
/// harness asks, dies, falls silent or the time is over, ends every process that carries a mark.
class Supervisor {
 public:
  explicit Supervisor(Settings settings);

  /// The whole life. Result: exit code; 1 when something survived the clean-up.
  int run();

 private:
  bool own_the_cluster();
  void announce();
  bool wait_for_go();
  bool start();
  void watch();
  void wait_for_news(exo_harness::milliseconds most);
  void read_channel();
  void obey(std::string_view line);
  void keep_up();
  void reap();
  void learn_family();
  exo_harness::milliseconds bound_log();
  void rest(exo_harness::milliseconds time);
  void script_ended(int status);
  void save_record();
  bool nothing_left();
  void stop_by(const char* reason, exo_harness::milliseconds grace);
  void run_stop_script();
  exo_harness::process::CleanUp clean_up();
  bool is_without_harness() const;
  void settle_logs();
  int finish(const exo_harness::process::CleanUp& result);
  exo_harness::process::Marks marks() const;

  Settings settings_;
  exo_harness::process::LineChannel channel_;
  WakeUp wake_up_;
  SupervisorLog log_;
  exo_harness::process::RunRecord record_;
  std::optional<exo_harness::process::OwnerLock> lock_;
  exo_harness::process::BoundedLog script_log_;
  exo_harness::process::GrowthNotice log_growth_;
  bool look_for_growth_ = true, refusal_noted_ = false;
  exo_harness::UniqueFd mark_, harness_exit_;
  exo_harness::process::FileMark file_mark_;
  std::vector<exo_harness::process::ProcessId> family_;  ///< Where orphans cannot be adopted: who was seen so far.
  exo_harness::Clock::time_point next_look_;             ///< When it is looked at again.
  pid_t script_ = 0;
  bool go_ = false, kept_up_ = false, adopts_ = false, script_running_ = false, hurried_ = false;
  exo_harness::Clock::time_point now_, begin_;
  exo_harness::Clock::duration silence_{0};
  std::optional<std::string> reason_;  ///< Why it is time to stop.
  exo_harness::milliseconds grace_{0};
};

}  // namespace exo_leash
