#include <unistd.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/number.h"
#include "exo_harness/core/text.h"
#include "exo_harness/process/resident.h"

#include "proc_linux.h"

namespace exo_harness::process {

std::optional<std::uint64_t> resident_bytes(pid_t pid) {
  const std::string text = proc_file(format("/proc/{}/statm", pid));  // Pages: all, resident, …
  const auto fields = split(text, ' ');
  const auto pages = fields.size() > 1 ? whole_number<std::uint64_t>(fields[1]) : std::nullopt;
  if (!pages) return std::nullopt;
  return *pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace exo_harness::process
