#include "app/rehearsing.h"

#include "exo_harness/core/environment.h"

namespace exo_harness::tools {

rehearse::Engine engine_here(const std::string& exo) {
  return rehearse::find_engine({exo, environment("PATH")}, doctor::local_commands());
}

std::optional<rehearse::Engine> engine_under_test(const std::string& exo) {
  if (!exo.empty()) return engine_here(exo);
  return rehearse::running_engine(doctor::local_commands());
}

model::RehearsedModel rehearse_until_stopped(const ChosenModel& chosen, const std::vector<exo::Mode>& modes,
                                             const rehearse::Engine& engine, rehearse::Limits limits,
                                             const Interrupted& stopped) {
  limits.stop = stop_asked;
  model::RehearsedModel result = rehearse::rehearse(chosen.folder, modes, engine, limits);
  if (stop_asked()) throw stopped;
  return result;
}

}  // namespace exo_harness::tools
