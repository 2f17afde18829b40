#pragma once

#include <sys/types.h>

namespace exo_harness::process {

/// Whether the process has a TCP socket that listens on that port. False when it may not be seen.
bool listens_on(pid_t pid, int port);

}  // namespace exo_harness::process
