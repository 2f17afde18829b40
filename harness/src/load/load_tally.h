#pragma once

#include <string>

#include "exo_harness/load/load.h"
#include "exo_harness/measure/histogram.h"

namespace exo_harness::load {

/// Adds up what single requests came to.
class LoadTally {
 public:
  explicit LoadTally(const LoadPlan& plan);

  /// A request that ended. `scheduled_ns`: 0 in a closed loop. `counts`: no warm-up.
  void add(exo::ChatFollower::End end, std::int64_t scheduled_ns, const PromptText& prompt, bool counts);
  /// A write callback began so late after waking.
  void add_callback(std::int64_t late_ns) { callbacks_.add(static_cast<double>(late_ns) / 1000); }
  void add_timer(std::int64_t late_ns) { timers_.add(static_cast<double>(late_ns) / 1000); }
  /// Of warm-ups, too.
  int ended() const { return ended_; }
  std::int64_t token_events() const { return events_; }

  /// `cpu_us`: processor time of this process for all of it.
  LoadResult result(double cpu_us);

 private:
  void add_failure(const Failure& failure, bool counts);
  void add_answer(const exo::ChatStream& stream, const PromptText& prompt);
  void add_samples(const measure::RequestTimes& times);
  void look_for_needle(const exo::ChatAnswer& answer, const PromptText& prompt);

  LoadResult result_;
  measure::LoadMeter meter_;
  measure::Histogram callbacks_, timers_;
  std::vector<double> prompt_tokens_, server_generation_, server_prompt_, peak_memory_;
  int ended_ = 0;
  std::int64_t events_ = 0;
};

}  // namespace exo_harness::load
