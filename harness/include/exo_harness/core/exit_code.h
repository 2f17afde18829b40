#pragma once

namespace exo_harness {

/// Exit codes, the same for every binary of the project.
enum class ExitCode : int {
  passed = 0,
  failed = 1,            ///< The product failed.
  harness = 2,           ///< Usage or harness trouble.
  inconclusive = 3,      ///< Environment not fit, or not enough data.
  not_comparable = 4,
  nothing_selected = 5,
  all_skipped = 77,      ///< Everything that was selected was skipped, with reasons.
};

constexpr int to_int(ExitCode code) { return static_cast<int>(code); }

}  // namespace exo_harness
