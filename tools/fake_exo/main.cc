#include <csignal>
#include <cstdio>
#include <cstring>

#include "exo_harness/core/error.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/process/open_files.h"

#include "node.h"
#include "runner/child.h"
#include "world/start.h"

int main(int argc, char** argv) {
  using namespace exo_harness;
  // A runner of a node is this program again, so that it can be seen and killed as a process of its own.
  if (argc > 1 && std::strcmp(argv[1], "spawn_main") == 0) return fake::run_runner_process();
  std::signal(SIGPIPE, SIG_IGN);
  process::raise_open_file_limit();
  try {
    fake::Options options = fake::parse_options(argc, argv);
    if (fake::ends_at_start(options)) return to_int(ExitCode::failed);
    fake::Node node(std::move(options));
    node.run();
    return to_int(ExitCode::passed);
  } catch (const EnvironmentError& error) {
    std::fprintf(stderr, "fake_exo: %s: %s\n", error.what(), error.advice().c_str());
    return to_int(ExitCode::inconclusive);
  } catch (const HarnessError& error) {
    std::fprintf(stderr, "fake_exo: %s: %s\n", error.what(), error.advice().c_str());
    return to_int(ExitCode::harness);
  }
}
