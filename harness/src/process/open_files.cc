#include "exo_harness/process/open_files.h"

#include <algorithm>

#include <sys/resource.h>

namespace exo_harness::process {
namespace {

constexpr rlim_t kWanted = 10240;  // OPEN_MAX of macOS: it refuses more.

rlimit g_before{};
bool g_raised = false;

}  // namespace

void raise_open_file_limit() {
  rlimit limit{};
  if (g_raised || ::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  g_before = limit;
  limit.rlim_cur = std::max(limit.rlim_cur, std::min(limit.rlim_max, kWanted));
  g_raised = limit.rlim_cur != g_before.rlim_cur && ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

void restore_open_file_limit() {
  if (g_raised) ::setrlimit(RLIMIT_NOFILE, &g_before);
}

}  // namespace exo_harness::process
