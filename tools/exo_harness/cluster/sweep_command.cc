#include "cluster/sweep_command.h"

#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"
#include "exo_harness/rehearse/rehearse.h"

#include "app/run_folder.h"
#include "cluster/left_up.h"

namespace exo_harness::tools {
namespace {

struct SweepOptions {
  std::string out;
  int grace_s = 10;
  bool json = false;
};

nlohmann::json to_json(const process::SweptRun& run) {
  return {{"run_folder", run.run_folder.string()}, {"run_id", run.run_id},
          {"targets", run.clean_up.targets},       {"terminated", run.clean_up.terminated},
          {"killed", run.clean_up.killed},         {"took_ms", run.clean_up.took.count()},
          {"survivors", run.clean_up.survivors}};
}

void print_json(const process::SweepResult& result, int rehearsals) {
  nlohmann::json document{
      {"swept", nlohmann::json::array()}, {"alive", nlohmann::json::array()}, {"suspects", nlohmann::json::array()}};
  for (const auto& run : result.swept) document["swept"].push_back(to_json(run));
  for (const auto& folder : result.alive) document["alive"].push_back(folder.string());
  for (const auto& suspect : result.suspects) {
    document["suspects"].push_back(
        {{"pid", suspect.id.pid}, {"command", redact(suspect.command)}, {"why", suspect.why}});
  }
  document["rehearsals"] = rehearsals;
  std::puts(document.dump(2).c_str());
}

void print(const process::SweepResult& result, int rehearsals) {
  for (const auto& run : result.swept) {
    const auto& done = run.clean_up;
    std::puts(format("swept   {}: {} processes, {} ended, {} killed, in {}", run.run_folder.string(), done.targets,
                     done.terminated, done.killed, humanize(done.took))
                  .c_str());
    for (const auto& survivor : done.survivors) std::puts(("LEFT    " + redact(survivor)).c_str());
  }
  for (const auto& folder : result.alive) std::puts(("alive   " + folder.string() + ": left alone").c_str());
  for (const auto& suspect : result.suspects) {
    std::puts(format("suspect pid {}: {} ({}); not touched: it has no mark of a run", suspect.id.pid,
                     redact(suspect.command), suspect.why)
                  .c_str());
  }
  if (rehearsals > 0) {
    std::puts(format("swept   {} rehearsal{} that {} killed", rehearsals, rehearsals == 1 ? "" : "s",
                     rehearsals == 1 ? "was" : "were")
                  .c_str());
  }
  if (result.swept.empty() && result.suspects.empty() && rehearsals == 0) std::puts("nothing was left behind");
}

int run(const SweepOptions& options) {
  const auto result = sweep_and_record(folder_of_runs(options.out), std::chrono::seconds(options.grace_s));
  const int rehearsals = rehearse::remove_dead_rehearsals();
  options.json ? print_json(result, rehearsals) : print(result, rehearsals);
  for (const auto& run : result.swept) {
    if (!run.clean_up.survivors.empty()) return to_int(ExitCode::harness);
  }
  return to_int(ExitCode::passed);
}

}  // namespace

void add_sweep_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<SweepOptions>();
  CLI::App* command = app.add_subcommand(
      "sweep", "End what earlier runs on this machine left when harness and supervisor were killed together");
  command->add_option("--out", options->out,
                      "Folder of runs, or one run folder (default: $EXO_HARNESS_RUNS, exo-runs)");
  command->add_option("--grace", options->grace_s, "Seconds between SIGTERM and SIGKILL")->check(CLI::Range(0, 600));
  command->add_flag("--json", options->json, "Print the result as JSON");
  command->footer(
      "Only processes that carry the mark of a dead run are ended. What only looks like one is listed, never touched.\n"
      "Exit codes: 0 nothing is left, 2 something could not be ended.");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace exo_harness::tools
