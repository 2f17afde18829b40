#pragma once

namespace exo_harness::process {

/// Raises our own limit of open files to what the system allows, at most 10240: a Terminal on macOS gives 256, too few
/// for 64 nodes with their streams. What `launch` starts gets the limit that we were started with: a cluster under test
/// must not live better than its user's. Never lowers it; failing, it stays. Call it first in `main`. Source:
/// setrlimit(2) of macOS.
void raise_open_file_limit();

/// Sets the limit that was there before. For a child between fork and exec: async-signal-safe.
void restore_open_file_limit();

}  // namespace exo_harness::process
