#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>

#include "exo_harness/core/error.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"

#include "app/model_choice.h"
#include "app/rehearsing.h"
#include "models/models_subcommands.h"

namespace exo_harness::tools {
namespace {

using model::Rehearsal;

struct RehearseOptions {
  std::string model, exo;
  std::vector<std::string> placements = {"single", "pipeline-2", "tensor-2"};
  int limit_s = 60, memory_mb = 1024;
  bool json = false;
};

void print_rehearsed(const ChosenModel& chosen, const rehearse::Engine& engine, const model::RehearsedModel& result) {
  fmt::print("{}\n", redact(where_it_is(chosen)));
  fmt::print("engine      {}\n            {} ({})\n\n", redact(model::to_string(result.engine)),
             redact(engine.python.string()), redact(engine.found_by));
  fmt::print("{:<18} {:>8} {:>8} {:>9}  {}\n", "placement", "took", "cpu", "a rank", "rehearsal");
  for (const Rehearsal& each : result.placements) {
    fmt::print("{:<18} {:>8} {:>6.1f} s {:>9}  {}\n", exo::short_name(each.mode),
               humanize(std::chrono::milliseconds(each.took_ms)), each.cpu_seconds, human_bytes(each.peak_bytes),
               redact(model::to_string(each)));
  }
  for (const model::RehearsalFinding& each : result.findings) fmt::print("{:<11} {}\n", each.kind, redact(each.text));
}

int code_of(const model::RehearsedModel& result) {
  const auto any = [&](Rehearsal::Verdict verdict) {
    return std::any_of(result.placements.begin(), result.placements.end(),
                       [&](const Rehearsal& each) { return each.verdict == verdict; });
  };
  if (any(Rehearsal::Verdict::fails)) return to_int(ExitCode::failed);
  if (any(Rehearsal::Verdict::unknown)) return to_int(ExitCode::inconclusive);
  return to_int(result.placements.empty() ? ExitCode::nothing_selected : ExitCode::passed);
}

int rehearse_model(const RehearseOptions& options) {
  const std::vector<exo::Mode> modes = placements_called(options.placements);
  const ChosenModel chosen = choose_model(options.model);
  const rehearse::Engine engine = engine_here(options.exo);
  rehearse::Limits limits;
  limits.placement = std::chrono::seconds(options.limit_s);
  limits.rank_bytes = static_cast<std::uint64_t>(options.memory_mb) << 20;
  const model::RehearsedModel result = rehearse_until_stopped(chosen, modes, engine, limits);
  if (options.json) {
    fmt::print("{}", redact(model::rehearsal_json(result)));
  } else {
    print_rehearsed(chosen, engine, result);
  }
  return code_of(result);
}

}  // namespace

void add_models_rehearse(CLI::App& models, int& exit_code) {
  auto options = std::make_shared<RehearseOptions>();
  CLI::App* command = models.add_subcommand(
      "rehearse", "Ask the engine of an Exo on this machine what comes of each placement; without weights or nodes");
  command->add_option("MODEL", options->model, "A folder, a fixture model, or org/name of one that is on this machine")
      ->required();
  command->add_option("--placement", options->placements, "single, pipeline-2, tensor-2 …; repeat or join with commas")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option(
      "--exo", options->exo,
      "A checkout of Exo with its environment, the environment, or its Python; else as doctor finds it");
  command->add_option("--limit", options->limit_s, "Seconds that a placement may take")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  command->add_option("--memory", options->memory_mb, "MiB that a rank may take")
      ->check(CLI::Range(64, 1 << 20))
      ->capture_default_str();
  command->add_flag("--json", options->json, "For scripts; keys: fixtures/README.md");
  command->footer(
      "Exit codes: 0 all pass, 1 one fails, 3 it is not known of one, or no Exo is here.\n"
      "What passes here has not been run: kernels, memory and the transport are not asked.");
  command->callback([options, &exit_code] { exit_code = rehearse_model(*options); });
}

}  // namespace exo_harness::tools
