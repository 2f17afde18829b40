#include "run/run_rehearsals.h"

#include <optional>
#include <set>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"
#include "exo_harness/model/fixture/fixture.h"
#include "exo_harness/model/stage/locate.h"
#include "exo_harness/trial/model_trial.h"

#include "app/interruption.h"
#include "app/rehearsing.h"

namespace exo_harness::tools {
namespace {

std::vector<exo::Mode> placements_of(const std::string& model_id, const std::vector<SuiteStep>& steps) {
  std::set<std::string> seen;
  std::vector<exo::Mode> modes;
  for (const SuiteStep& step : steps) {
    for (const std::string& test : step.tests) {
      const auto mode = trial::placement_of(test, model_id);
      if (mode && seen.insert(exo::short_name(*mode)).second) modes.push_back(*mode);
    }
  }
  return modes;
}

std::string line_of(const std::string& model_id, const model::Rehearsal& one) {
  return format("  {} {:<12} {} {}: {} ({})", one.verdict == model::Rehearsal::Verdict::passes ? "ok  " : "note",
                "rehearse", model_id, exo::short_name(one.mode), shorten(model::to_string(one), 160),
                humanize(milliseconds(one.took_ms)));
}

// Where a node of this machine has it; else where one would look, or the facts that are recorded of it.
ChosenModel chosen_of(const model::FixtureModel& fixture, const exo::State& state) {
  const auto folder = model::find_model(fixture, state);
  return choose_model(folder ? folder->string() : fixture.id);
}

rehearse::Limits limits_of(const EngineQuestion& question) {
  rehearse::Limits limits;
  limits.placement = question.limit;
  limits.once_hung_is_enough = true;
  return limits;
}

void say_that_it_hung(const EngineQuestion& question, LiveView& view) {
  view.note(format("  note rehearse     the engine did not end within {} (--rehearsal-limit): it is asked no more",
                   humanize(question.limit)));
}

/// Result: whether the engine hung.
bool rehearse_model(const model::FixtureModel& fixture, const exo::State& state, const std::vector<exo::Mode>& modes,
                    const rehearse::Engine& engine, const rehearse::Limits& limits, const std::filesystem::path& folder,
                    LiveView& view) {
  try {
    view.now(format("  rehearsing {}", fixture.id));
    const model::RehearsedModel result = rehearse_until_stopped(chosen_of(fixture, state), modes, engine, limits);
    write_file(folder / (fixture.id + ".json"), redact(model::rehearsal_json(result)));
    for (const model::Rehearsal& each : result.placements) view.note(redact(line_of(fixture.id, each)));
    return !result.placements.empty() && result.placements.back().hung;
  } catch (const Interrupted&) {
    throw;
  } catch (const HarnessError& error) {
    view.note(redact(format("  note rehearse     {}: not done: {}", fixture.id, error.what())));
  }
  return false;
}

}  // namespace

void rehearse_what_is_placed(const std::vector<SuiteStep>& steps, cluster::Cluster& cluster,
                             const EngineQuestion& question, const std::filesystem::path& folder, LiveView& view) {
  const std::optional<rehearse::Engine> engine = engine_under_test(question.exo);
  const auto state = engine ? cluster.state() : Outcome<exo::State>(exo::State{});
  if (!engine || !state) return;
  std::filesystem::create_directories(folder);
  for (const model::FixtureModel& fixture : model::load_fixture_models(model::fixtures_folder() / "models")) {
    const std::vector<exo::Mode> modes = placements_of(fixture.id, steps);
    if (modes.empty() || state->nodes_with(fixture.repo) == 0) continue;
    if (rehearse_model(fixture, *state, modes, *engine, limits_of(question), folder, view))
      return say_that_it_hung(question, view);
  }
}

}  // namespace exo_harness::tools
