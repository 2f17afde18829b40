#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

namespace exo_harness::process {

/// A process that listens on a port.
struct PortOwner {
  int pid = 0;          ///< 0: unknown.
  std::string command;  ///< Its command line, shortened.
};

/// Who listens on that port of this machine, on `host` or on every address; nullopt when no process does. macOS: on any
/// address, and only processes of the same user are seen. Threads: any.
std::optional<PortOwner> port_owner(const std::string& host, int port);
/// The same where that process may have a network of its own (Linux: a namespace, as containers do).
std::optional<PortOwner> port_owner_beside(pid_t process, const std::string& host, int port);

}  // namespace exo_harness::process
