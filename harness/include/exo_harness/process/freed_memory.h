#pragma once

namespace exo_harness::process {

/// Lets blocks of 1 MiB and more go back to the system when they are freed. glibc would raise that size to that of the
/// longest body of an answer, and keep one such block for each thread that ever read one. Call it first in `main`.
/// Elsewhere the allocator does so by itself. Source: mallopt(3), M_MMAP_THRESHOLD.
void give_freed_memory_back();

}  // namespace exo_harness::process
