#include <fcntl.h>

#include "exo_harness/process/bounded_log.h"

namespace exo_harness::process {

bool punch_hole(int fd, std::uint64_t from, std::uint64_t length) {
  return ::fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(from),
                     static_cast<off_t>(length)) == 0;
}

}  // namespace exo_harness::process
