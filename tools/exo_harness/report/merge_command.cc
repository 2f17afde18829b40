#include "report/merge_command.h"

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "exo_harness/core/exit_code.h"
#include "exo_reports/write.h"

#include "app/dead_run.h"
#include "app/run_folder.h"
#include "app/verdict_text.h"

namespace exo_harness::tools {
namespace {

struct MergeOptions {
  std::vector<std::filesystem::path> runs;
  std::string out;
};

int merge(const MergeOptions& options) {
  for (const auto& run : options.runs) check_run_folder(run);
  for (const auto& run : options.runs) complete_dead_run(run);
  const auto shards = exo_reports::read_shards(options.runs);  // Before there is a folder, so that none is left.
  const RunFolder joined = create_run_folder(folder_of_runs(options.out));
  const exo_reports::Written written = exo_reports::merge(shards, joined.path);
  std::fputs(verdict_text(written.judgement, written.report).c_str(), stdout);
  return to_int(written.judgement.exit_code);
}

}  // namespace

void add_merge_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("merge", "Join the shards of one run into a run of its own");
  auto options = std::make_shared<MergeOptions>();
  command->add_option("RUN", options->runs, "Run folders of all shards")->required();
  command->add_option("--out", options->out, "Folder of runs (default: EXO_HARNESS_RUNS, else exo-runs)");
  command->callback([options, &exit_code] { exit_code = merge(*options); });
}

}  // namespace exo_harness::tools
