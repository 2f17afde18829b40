#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "exo_harness/doctor/doctor.h"
#include "exo_harness/exo/version.h"

namespace exo_harness::doctor {

/// How nodes are started, as far as it can be read without running anything.
struct StartSettings {
  std::filesystem::path script;                    ///< Empty: nobody starts them.
  std::string text;                                ///< Of the script, at most 1 MiB.
  std::vector<std::string> arguments;              ///< That it gets.
  std::map<std::string, std::string> environment;  ///< `EXO_…` variables that it gets.
  bool is_cut = false;                             ///< The script is longer than its text.
};

/// Reads the script, which may be a binary; `environment` (`[env]` of a cluster file) is laid over the `EXO_…`
/// variables of this process, as at a start. Fails: HarnessError when the script cannot be read.
StartSettings read_start_settings(const std::filesystem::path& script, std::vector<std::string> arguments,
                                  const std::map<std::string, std::string>& environment);

/// Settings that an Exo of those versions ends at (bad), or that do nothing in it (warning): row `start-settings`.
/// Where only some of those versions do, or the script names one and it cannot be told whether it sets it (in quotes,
/// in another language than a shell's, taken away elsewhere), it is a warning. No such setting: one good row; unknown
/// where the text is not all that there is (no script, a file that it reads, more than 1 MiB, no text). Source:
/// recordings/zenoh-2026-06/logs/start-*, `exo --help` of each generation.
std::vector<Check> check_start_settings(const StartSettings& settings, const exo::Versions& versions);

}  // namespace exo_harness::doctor
