#include <array>
#include <cstdio>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"
#include "exo_harness/process/freed_memory.h"
#include "exo_harness/process/open_files.h"

#include "app/command.h"
#include "app/command_line.h"
#include "app/known_options.h"
#include "app/report_error.h"
#include "app/tool_paths.h"
#include "cluster/doctor_command.h"
#include "cluster/down_command.h"
#include "cluster/fake_command.h"
#include "cluster/sweep_command.h"
#include "cluster/up_command.h"
#include "cluster/upgrade_check_command.h"
#include "gate/baseline_command.h"
#include "gate/gate_command.h"
#include "gate/history_command.h"
#include "help/help_commands.h"
#include "load/load_command.h"
#include "models/models_command.h"
#include "rdma/rdma_command.h"
#include "report/merge_command.h"
#include "report/report_command.h"
#include "report/signatures_command.h"
#include "run/run_command.h"

namespace exo_harness::tools {
namespace {

constexpr std::array kCommands = {
    Command{add_run_command},           Command{add_up_command},         Command{add_down_command},
    Command{add_status_command},        Command{add_report_command},     Command{add_merge_command},
    Command{add_fake_command},          Command{add_doctor_command},     Command{add_rdma_command},
    Command{add_upgrade_check_command}, Command{add_signatures_command}, Command{add_models_command},
    Command{add_sweep_command},         Command{add_baseline_command},   Command{add_gate_command},
    Command{add_history_command},       Command{add_load_command},       Command{add_completion_command},
    Command{add_share_command},
};

constexpr const char* kExitCodes =
    "Exit codes: 0 passed, 1 the product failed, 2 usage or harness trouble, 3 inconclusive, 4 not comparable,\n"
    "5 nothing was selected, 77 everything selected was skipped.";

/// CLI11's own errors as ours; help and version are none.
int report_parse_error(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return app.exit(error);
  try {
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) explain_extra_words(app);
  } catch (const UsageError& clearer) {
    return report_error(clearer);
  }
  return report_error(
      UsageError(error.what(), "exo-harness --help lists commands, exo-harness COMMAND --help options"));
}

// What was to be read stands nowhere. Who closed the stream did not want it.
int with_output_written(int exit_code) {
  const bool failed = std::fflush(stdout) != 0 || std::ferror(stdout) != 0;
  const bool closed = ::fcntl(STDOUT_FILENO, F_GETFD) < 0;
  if (!failed || closed || exit_code != to_int(ExitCode::passed)) return exit_code;
  return report_error(HarnessError("standard output cannot be written", "give it a place with room"));
}

// Relative paths mean nothing without one, and GoogleTest aborts in every suite.
void check_working_folder() {
  std::error_code error;
  if (!std::filesystem::current_path(error).empty()) return;
  throw UsageError(format("the working directory is gone: {}", error.message()), "change to a folder that exists");
}

int run(int argc, char** argv) {
  remember_command_line(argc, argv);
  int exit_code = to_int(ExitCode::passed);
  CLI::App app("Says what an Exo cluster really does, and proves it.", "exo-harness");
  app.set_version_flag("--version", EXO_HARNESS_VERSION);
  app.require_subcommand(1);
  app.footer(kExitCodes);
  for (const Command& command : kCommands) command.add(app, exit_code);
  app.parse_complete_callback(check_working_folder);
  add_secrets_of_environment();
  add_secrets_of_text(join({argv + 1, argv + argc}, " "));
  try {
    binary_folder();  // Asked once, while the file is there.
    if (argc > 1) check_command_name(app, argv[1]);
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return report_parse_error(app, error);
  } catch (const std::exception& error) {
    return report_error(error);
  }
  return exit_code;
}

}  // namespace
}  // namespace exo_harness::tools

int main(int argc, char** argv) {
  exo_harness::process::give_freed_memory_back();
  exo_harness::process::raise_open_file_limit();
  return exo_harness::tools::with_output_written(exo_harness::tools::run(argc, argv));
}
