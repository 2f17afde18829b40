#include "exo_harness/process/table.h"

namespace exo_harness::process {

bool is_alive(ProcessId id) {
  const auto now = find_process(id.pid);
  return now && now->id == id && now->state != 'Z' && now->state != 'X';
}

}  // namespace exo_harness::process
