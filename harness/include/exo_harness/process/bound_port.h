#pragma once

#include <string>

#include <sys/socket.h>

#include "exo_harness/core/file.h"

namespace exo_harness::process {

/// A port of this machine that is bound, and not listened on, as long as this lives: to find a free one, or to see
/// whether one is taken.
struct BoundPort {
  UniqueFd socket;  ///< Empty: this machine has no such sockets, or the address is none.
  int port = 0;     ///< 0: it could not be bound.
  int error = 0;    ///< Then: errno.
};

/// Who may have the port besides us.
enum class Reuse { nobody, closed_connections };

/// Binds `port` (0: any that is free) of `address`, IPv4 or IPv6 in numbers: `127.0.0.1`, `0.0.0.0`, `::`. `type`:
/// SOCK_STREAM or SOCK_DGRAM. Threads: any.
BoundPort bind_port(const std::string& address, int port, int type = SOCK_STREAM, Reuse reuse = Reuse::nobody);

}  // namespace exo_harness::process
