#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/outcome.h"

namespace exo_harness::gtest {

/// Whether this process is a suite of a run, which has the cluster for itself already.
bool is_part_of_a_run();

/// Of one run: stands beside the cluster's file from the first process that found the cluster not whole to one that
/// finds it whole. What fell apart and did not come back within one limit is not waited for as long by each process
/// that follows. Outside a run there is none, as what another day left says nothing. Threads: one at a time.
class ApartNote {
 public:
  /// `cluster_file`: of the run. `limit`: how long a cluster is waited for else.
  ApartNote(const std::filesystem::path& cluster_file, milliseconds limit);

  /// Why the first look at the cluster ends early; nothing as long as it may go on, and once it was found whole.
  std::optional<Failure> why_end() const;
  /// It was found whole: the note goes.
  void whole();
  /// It was not found whole, by that failure of ours to see it.
  void apart(const Failure& failure) const;

 private:
  std::filesystem::path file_;
  milliseconds again_;
  Deadline soon_;
  std::string before_;  ///< What the first process saw; empty: none has, or it is whole again.
};

}  // namespace exo_harness::gtest
