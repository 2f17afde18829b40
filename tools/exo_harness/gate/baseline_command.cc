#include "gate/baseline_command.h"

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "gate/baselines.h"

namespace exo_harness::tools {
namespace {

struct BaselineOptions {
  std::string run, name, replace, runs_folder;
};

int baseline(const BaselineOptions& options) {
  check_run_folder(options.run);
  const exo_reports::GateRun run = exo_reports::read_gate_run(options.run, options.run);
  if (const std::string why = exo_reports::why_unusable(run); !why.empty()) {
    std::printf("not kept: %s is no reference: %s\n", options.run.c_str(), printable(why).c_str());
    return to_int(ExitCode::not_comparable);
  }
  const auto runs = folder_of_runs(options.runs_folder);
  const std::string name = options.name.empty() ? run.record.run_id : options.name;
  const auto folder = keep_baseline(options.run, run, name, options.replace, runs);
  std::printf("%s\nkept as %s: exo-harness gate %s CANDIDATE\n", printable(run.record.judgement.sentence).c_str(),
              folder.string().c_str(), name.c_str());
  return to_int(ExitCode::passed);
}

}  // namespace

void add_baseline_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("baseline", "Keep a run as what later ones are compared with");
  auto options = std::make_shared<BaselineOptions>();
  command->add_option("RUN", options->run, "A run folder, such as exo-runs/latest")->required();
  command->add_option("--name", options->name, "What to call it (default: the run's own name)");
  command->add_option("--replace", options->replace, "Why a baseline of that name is replaced");
  command->add_option("--runs", options->runs_folder, "Folder of runs (default: EXO_HARNESS_RUNS, else exo-runs)");
  command->callback([options, &exit_code] { exit_code = baseline(*options); });
}

}  // namespace exo_harness::tools
