#include "exo_harness/process/open_files.h"

#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "exo_harness/process/child.h"

namespace exo_harness::process {
namespace {

rlimit limit_now() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit;
}

/// What the shell that we start says of its limit, of that process and in that order: "ours theirs".
[[noreturn]] void raise_and_print() {
  rlimit narrow = limit_now();
  narrow.rlim_cur = 256;  // of a Terminal on macOS
  ::setrlimit(RLIMIT_NOFILE, &narrow);
  raise_open_file_limit();
  CommandOptions shell;
  shell.command = {"/bin/sh", "-c", "ulimit -n"};
  const auto theirs = run_command(shell, Deadline::after(std::chrono::seconds(20)));
  const bool raised = limit_now().rlim_cur == std::min<rlim_t>(narrow.rlim_max, 10240);
  std::fprintf(stderr, "raised %d, theirs %s", raised ? 1 : 0, theirs.output.c_str());
  std::exit(0);
}

TEST(OpenFiles, AreAllowedToUsAndNotToWhatWeStart) {
  EXPECT_EXIT(raise_and_print(), testing::ExitedWithCode(0), "raised 1, theirs 256");
}

TEST(OpenFiles, AreNeverAllowedLess) {
  const rlim_t before = limit_now().rlim_cur;
  raise_open_file_limit();
  EXPECT_GE(limit_now().rlim_cur, before);
}

}  // namespace
}  // namespace exo_harness::process
