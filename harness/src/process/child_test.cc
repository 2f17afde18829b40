#include "exo_harness/process/child.h"

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/process/table.h"

#include "shell_test.h"

namespace exo_harness::process {
namespace {

using std::chrono::seconds;

TEST(Child, TakesItsGroupWithItWhenItEnds) {
  Child child = Child::start(shell("sleep 300 & echo $!"));
  ASSERT_TRUE(child.wait(soon()));
  const pid_t grandchild = std::stoi(child.output());

  EXPECT_TRUE(wait_until(soon(), milliseconds(5), [&] {
    const auto info = find_process(grandchild);
    return !info || info->state == 'Z';
  }));
}

TEST(Child, IsEndedByItsDestructor) {
  pid_t pid = 0;
  {
    const Child child = Child::start(shell("sleep 300"));
    pid = child.pid();
    ASSERT_TRUE(find_process(pid));
  }
  EXPECT_FALSE(find_process(pid));
}

TEST(Child, LeavesNoDescriptorOfOursOpen) {
  const UniqueFd leaky(::dup(1));

  EXPECT_EQ(run_command(shell("ls /dev/fd/ | wc -l"), soon()).output.substr(0, 1), "4");  // 0, 1, 2 and ls's own.
}

}  // namespace
}  // namespace exo_harness::process
