// harness_stub <run folder> <key> <grace ms> <heartbeat ms> -- <command>: a harness as far as the supervisor can tell.
// Starts the command under exo-leash, writes its pids to `<run folder>/stub.pids`, and waits to be killed. SIGTERM: an
// orderly stop. EXO_STUB_ADOPTS_NOBODY: as on a Mac, where orphans cannot be adopted.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/process/interrupts.h"
#include "exo_harness/process/supervised_script.h"

namespace {

using namespace exo_harness;

process::SupervisorOptions options_of(int argc, char** argv) {
  process::SupervisorOptions options;
  options.program = std::filesystem::path(argv[0]).parent_path() / "exo-leash";
  options.run_folder = argv[1];
  options.run_id = random_hex(16);
  options.cluster_key = argv[2];
  options.grace = options.orphan_grace = milliseconds(std::atol(argv[3]));
  options.heartbeat_limit = milliseconds(std::atol(argv[4]));
  options.adopt_orphans = std::getenv("EXO_STUB_ADOPTS_NOBODY") == nullptr;
  options.command.assign(argv + 6, argv + argc);
  return options;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 7) return 2;
  const auto& interrupts = process::Interrupts::install();
  process::SupervisorOptions options = options_of(argc, argv);
  process::SupervisedScript supervised = process::SupervisedScript::start(options);
  write_file(options.run_folder / "stub.pids",
             format("{} {} {}\n", ::getpid(), supervised.supervisor_pid(), supervised.script_pid()));
  while (!supervised.status().clean_up && interrupts.count() == 0)
    interrupts.wait(0, Deadline::after(milliseconds(20)));
  const auto result = supervised.stop();
  std::printf("%s %d %d %lld\n", result.reason.c_str(), result.targets, result.killed,
              static_cast<long long>(result.took.count()));
  return supervised.status().supervisor_lost || !result.survivors.empty() ? 1 : 0;
} catch (const exo_harness::HarnessError& error) {
  std::fprintf(stderr, "%s; %s\n", error.what(), error.advice().c_str());
  return 2;
}
