#pragma once

#include <optional>

namespace exo_harness {

/// Exit codes, the same for every binary of the project.
enum class ExitCode : int {
  passed = 0,
  failed = 1,        ///< The product failed.
  harness = 2,       ///< Usage or harness trouble.
  inconclusive = 3,  ///< Environment not fit, or not enough data.
  not_comparable = 4,
  nothing_selected = 5,
  all_skipped = 77,  ///< Everything that was selected was skipped, with reasons.
};

constexpr int to_int(ExitCode code) {
  return static_cast<int>(code);
}

/// Returns nullopt for a number that is none of the codes: what no binary of the project ends with by itself.
constexpr std::optional<ExitCode> parse_exit_code(int number) {
  for (const ExitCode code : {ExitCode::passed, ExitCode::failed, ExitCode::harness, ExitCode::inconclusive,
                              ExitCode::not_comparable, ExitCode::nothing_selected, ExitCode::all_skipped}) {
    if (to_int(code) == number) return code;
  }
  return std::nullopt;
}

/// Whether a process that ended with this number had nothing bad to say; perhaps it tested nothing.
constexpr bool ends_harmless(int number) {
  return number == to_int(ExitCode::passed) || number == to_int(ExitCode::nothing_selected) ||
         number == to_int(ExitCode::all_skipped);
}

}  // namespace exo_harness
