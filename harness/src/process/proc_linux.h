#pragma once

#include <cstdint>
#include <string>

#include <sys/types.h>

namespace exo_harness::process {

/// The whole of a file below /proc; empty when it is not there, or may not be read.
std::string proc_file(const std::string& path);
/// Whether the process holds the socket with this inode.
bool holds_socket(pid_t pid, std::uint64_t inode);

}  // namespace exo_harness::process
