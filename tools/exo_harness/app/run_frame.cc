#include "app/run_frame.h"

#include <array>

#include <unistd.h>

#include "exo_harness/core/exit_code.h"

#include "app/command_line.h"
#include "app/interruption.h"

namespace exo_harness::tools {
namespace {

std::string host_name() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  return name.data();
}

}  // namespace

void record_start(journal::Journal& journal, const RunFolder& run, std::map<std::string, std::string> settings) {
  journal.append(
      journal::RunStarted{run.run_id, EXO_HARNESS_VERSION, host_name(), command_line(), std::move(settings)});
}

RunEnding record_trouble(journal::Journal& journal, const HarnessError& error) {
  const bool environment = dynamic_cast<const EnvironmentError*>(&error) != nullptr;
  journal.append(journal::Trouble{error.what(), error.advice(), environment ? Blame::environment : Blame::harness});
  return {to_int(environment ? ExitCode::inconclusive : ExitCode::harness), error.what()};
}

void record_end(journal::Journal& journal, RunEnding ending) {
  if (stop_asked()) ending = {to_int(ExitCode::inconclusive), "interrupted"};
  journal.append(journal::RunEnded{ending.exit_code, ending.reason});
  journal.sync();
}

}  // namespace exo_harness::tools
