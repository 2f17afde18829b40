#include "exo_harness/rehearse/engine.h"

#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/doctor/exo_here.h"

namespace exo_harness::rehearse {
namespace fs = std::filesystem;
namespace {

bool can_run(const fs::path& file) {
  std::error_code ignored;
  return fs::is_regular_file(file, ignored) && ::access(file.c_str(), X_OK) == 0;
}

// The frozen one of the app has no Python.
std::optional<Engine> engine_of(const doctor::ExoInstallation& found) {
  const fs::path python = found.root / "bin/python";
  if (!can_run(python)) return std::nullopt;
  return Engine{python, found.found_by};
}

[[noreturn]] void no_exo_here(const EngineSearch& search) {
  throw EnvironmentError(format("not rehearsed: no Exo here: no Python environment of Exo in {}",
                                search.given.empty() ? "PATH or running" : search.given.string()),
                         "name a checkout of Exo with its environment, the environment, or its Python: --exo");
}

}  // namespace

Engine find_engine(const EngineSearch& search, const doctor::RunCommand& run) {
  std::error_code ignored;
  if (!search.given.empty() && !fs::exists(search.given, ignored)) {
    throw UsageError(format("--exo {}: there is no such folder or program", search.given.string()),
                     "name a checkout of Exo with its environment, the environment, or its Python");
  }
  if (can_run(search.given)) return {fs::absolute(search.given), "--exo"};
  const doctor::ExoHere here = doctor::gather_exo(run, {search.given, search.given.empty() ? search.path : ""});
  for (const doctor::ExoInstallation& found : here.installations) {
    if (!search.given.empty() && found.found_by != "--exo") continue;
    if (const auto engine = engine_of(found)) return *engine;
  }
  no_exo_here(search);
}

std::optional<Engine> running_engine(const doctor::RunCommand& run) {
  const auto running = doctor::running_installation(run);
  return running ? engine_of(*running) : std::nullopt;
}

}  // namespace exo_harness::rehearse
