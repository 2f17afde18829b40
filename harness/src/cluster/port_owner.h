#pragma once

#include <optional>
#include <string>
#include <utility>

#include <sys/types.h>

namespace exo_harness::cluster {

/// A process that listens on a port.
struct PortOwner {
  int pid = 0;          ///< 0: it cannot be told which one.
  std::string command;  ///< Its command line, shortened.
};

/// Whether that address belongs to this machine.
bool is_local_address(const std::string& host);

/// Who listens on that port of this machine, on `host` or on every address; nothing when nobody does.
std::optional<PortOwner> port_owner(const std::string& host, int port);
/// The same where that process may have a network of its own (Linux: a namespace, as containers do).
std::optional<PortOwner> port_owner_beside(pid_t process, const std::string& host, int port);

/// Host and port of a base URL; port 80 when it names none.
std::pair<std::string, int> host_and_port(const std::string& url);

}  // namespace exo_harness::cluster
