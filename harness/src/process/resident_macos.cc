#include <libproc.h>

#include "exo_harness/process/resident.h"

namespace exo_harness::process {

std::optional<std::uint64_t> resident_bytes(pid_t pid) {
  rusage_info_v2 usage{};
  if (::proc_pid_rusage(pid, RUSAGE_INFO_V2, reinterpret_cast<rusage_info_t*>(&usage)) != 0) return std::nullopt;
  return usage.ri_resident_size;
}

}  // namespace exo_harness::process
