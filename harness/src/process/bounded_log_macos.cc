#include <fcntl.h>

#include "exo_harness/process/bounded_log.h"

namespace exo_harness::process {

bool punch_hole(int fd, std::uint64_t from, std::uint64_t length) {
  fpunchhole_t hole{0, 0, static_cast<off_t>(from), static_cast<off_t>(length)};
  return ::fcntl(fd, F_PUNCHHOLE, &hole) == 0;
}

}  // namespace exo_harness::process
