#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "exo_harness/doctor/commands.h"
#include "exo_harness/doctor/doctor.h"

namespace exo_harness::doctor {

/// An Exo that is installed on this machine: a Python environment, or the frozen one inside the app.
struct ExoInstallation {
  std::filesystem::path root;  ///< `~/exo/.venv`.
  std::string found_by;        ///< `exo in PATH`, `process 4711`, `--exo`.
  std::string python;          ///< `3.13.5`; empty: not known.
  std::string checkout;        ///< What git calls the source tree around it: `v1.0.71`; empty: not known.
  std::map<std::string, std::string>
      packages;  ///< Name to version, of `exo`, `mlx`, `mlx-lm`; all names in lower case.
};

/// A process that is an Exo.
struct RunningExo {
  pid_t pid = 0;
  std::string command;
  bool is_app = false;  ///< The EXO app of macOS, not the node that it starts.
};

/// What this machine shows of Exo. Members that could not be found out are empty.
struct ExoHere {
  std::vector<ExoInstallation> installations;
  std::vector<RunningExo> running;
  bool processes_known = false;
  std::string python3, uv;  ///< Versions of those in PATH.
  std::string nothing_in;   ///< The folder that the user named, if no Exo is in it.
};

/// Processes of `ps -axww -o pid=,command=` that are an Exo: `exo`, `python -m exo`, the app. Its runners are not.
std::vector<RunningExo> parse_running_exo(std::string_view text);
/// `version` or `version_info` of a `pyvenv.cfg`.
std::string parse_pyvenv_version(std::string_view text);
/// The first thing in the answer of `TOOL --version` that begins with a digit.
std::string parse_tool_version(std::string_view text);
/// Names and versions of `NAME-VERSION.dist-info` in a folder. A folder that cannot be read: none.
std::map<std::string, std::string> installed_packages(const std::filesystem::path& site_packages);

/// Where to look besides PATH and the running processes.
struct ExoSearch {
  std::filesystem::path given;  ///< A checkout or environment that the user named; may be empty.
  std::string path;             ///< The variable PATH.
};
/// Starts `ps`, `python3`, `uv` and `git` with the limit of `run`; starts nothing of Exo, which takes seconds.
ExoHere gather_exo(const RunCommand& run, const ExoSearch& search);
/// The installation that all processes of Exo here run from, whether it is in PATH or not. Nothing: none runs, or they
/// run from more than one. `run`: as of gather_exo.
std::optional<ExoInstallation> running_installation(const RunCommand& run);
/// The checks on that. What is not known is said and never bad.
std::vector<Check> check_exo_here(const ExoHere& here, bool cluster_expected_up);

}  // namespace exo_harness::doctor
