#include "exo_harness/process/freed_memory.h"

#include <cstdlib>  // Defines __GLIBC__.

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace exo_harness::process {

void give_freed_memory_back() {
#ifdef __GLIBC__
  ::mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

}  // namespace exo_harness::process
