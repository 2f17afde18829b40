#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "exo_harness/doctor/commands.h"

namespace exo_harness::rehearse {

/// The Python of an Exo on this machine, which can be asked about models.
struct Engine {
  std::filesystem::path python;  ///< Or a program that stands for it, and takes its arguments.
  std::string found_by;          ///< `--exo`, `exo in PATH`, `process 4711`.
};

/// Where to look for it.
struct EngineSearch {
  std::filesystem::path given;  ///< A checkout, its environment, or a Python; empty: what `doctor` finds.
  std::string path;             ///< The variable PATH.
};

/// Finds the Python of Exo. Nothing of Exo is started. `run`: as of doctor::local_commands.
///
/// Fails: UsageError when `given` is not there; EnvironmentError `not rehearsed: no Exo here` when no environment of
/// Exo with a Python is found.
Engine find_engine(const EngineSearch& search, const doctor::RunCommand& run);

/// The Python of the Exo that runs here. Nothing: none runs, processes run from more than one, or it has no Python to
/// ask. `run`: as of find_engine.
std::optional<Engine> running_engine(const doctor::RunCommand& run);

}  // namespace exo_harness::rehearse
