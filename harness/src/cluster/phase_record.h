#pragma once

#include <string>
#include <vector>

#include "exo_harness/cluster/cluster.h"
#include "exo_harness/journal/journal.h"

namespace exo_harness::cluster {

/// Times one phase after the other, journals their beginnings and ends, and tells the progress.
class PhaseRecord {
 public:
  /// `model`, `placement`: of phases of an instance; else empty.
  PhaseRecord(journal::Journal& journal, Progress& progress, std::string model = "", std::string placement = "");

  /// Begins a phase; its deadline begins now.
  Deadline begin(Phase phase, milliseconds limit);
  void end_well();
  void end_badly(const Failure& failure);

  const std::vector<PhaseTime>& ended() const { return ended_; }
  std::optional<Phase> current() const { return current_; }

 private:
  std::string label() const;
  milliseconds took() const;

  journal::Journal& journal_;
  Progress& progress_;
  std::string model_, placement_;
  std::optional<Phase> current_;
  Clock::time_point begun_{};
  std::vector<PhaseTime> ended_;
};

}  // namespace exo_harness::cluster
