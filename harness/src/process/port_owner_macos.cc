#include "exo_harness/core/text.h"
#include "exo_harness/process/port_owner.h"
#include "exo_harness/process/table.h"

#include "proc_macos.h"

namespace exo_harness::process {

std::optional<PortOwner> port_owner(const std::string&, int port) {
  for (const pid_t pid : all_pids()) {
    if (listens_on(pid, port)) return PortOwner{pid, shorten(command_of(pid), 120)};
  }
  return std::nullopt;
}

std::optional<PortOwner> port_owner_beside(pid_t, const std::string&, int) {
  return std::nullopt;
}

}  // namespace exo_harness::process
