#pragma once

#include <cstdint>
#include <optional>

#include <sys/types.h>

namespace exo_harness::process {

/// Bytes of memory that the process holds now (resident set). Nothing when it is gone or may not be looked at.
/// Threads: any.
std::optional<std::uint64_t> resident_bytes(pid_t pid);

}  // namespace exo_harness::process
