#pragma once

#include <map>
#include <string>

#include "exo_harness/core/error.h"
#include "exo_harness/journal/journal.h"

#include "app/run_folder.h"

namespace exo_harness::tools {

/// How a command ended, as its last record tells it.
struct RunEnding {
  int exit_code = 0;
  std::string reason;
};

/// Appends the first record of a command that writes a run: who runs what where, with these settings.
void record_start(journal::Journal& journal, const RunFolder& run, std::map<std::string, std::string> settings);

/// Appends what kept the harness from working. Result: how the command ends by that.
RunEnding record_trouble(journal::Journal& journal, const HarnessError& error);

/// Appends the last record and brings the journal to the disk. What the user stopped is inconclusive, whatever `ending`
/// says.
void record_end(journal::Journal& journal, RunEnding ending);

}  // namespace exo_harness::tools
