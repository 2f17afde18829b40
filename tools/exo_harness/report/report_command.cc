#include "report/report_command.h"

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/file.h"
#include "exo_reports/write.h"

#include "app/dead_run.h"
#include "app/run_folder.h"
#include "app/verdict_text.h"

namespace exo_harness::tools {
namespace {

struct ReportOptions {
  std::string run;
  bool json = false;
};

int report(const ReportOptions& options) {
  check_run_folder(options.run);
  complete_dead_run(options.run);
  const exo_reports::Written written = exo_reports::write_reports(options.run);
  std::fputs(options.json ? read_file(std::filesystem::path(options.run) / "verdict.json").c_str()
                          : verdict_text(written.judgement, written.report).c_str(),
             stdout);
  return to_int(written.judgement.exit_code);
}

}  // namespace

void add_report_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("report", "Write every report of a run again, from its journal");
  auto options = std::make_shared<ReportOptions>();
  command->add_option("RUN", options->run, "A run folder, such as exo-runs/latest")->required();
  command->add_flag("--json", options->json, "Print verdict.json");
  command->callback([options, &exit_code] { exit_code = report(*options); });
}

}  // namespace exo_harness::tools
