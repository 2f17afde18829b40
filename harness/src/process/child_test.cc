#include "exo_harness/process/child.h"

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/process/table.h"

namespace exo_harness::process {
namespace {

using std::chrono::seconds;

CommandOptions shell(const std::string& script) {
  CommandOptions options;
  options.command = {"/bin/sh", "-c", script};
  return options;
}

Deadline soon() {
  return Deadline::after(seconds(20));
}

TEST(RunCommand, GivesExitCodeAndBothStreams) {
  const auto result = run_command(shell("echo out; echo err >&2; exit 3"), soon());

  EXPECT_EQ(result.status.code, 3);
  EXPECT_EQ(to_string(result.status), "exit code 3");
  EXPECT_EQ(result.output, "out\nerr\n");
}

TEST(RunCommand, TellsASignalFromAnExitCode) {
  const auto result = run_command(shell("kill -SEGV $$"), soon());

  EXPECT_EQ(result.status.signal, SIGSEGV);
  EXPECT_FALSE(result.status.ok());
}

TEST(RunCommand, EndsWhatDoesNotEnd) {
  const auto result =
      run_command(shell("trap '' TERM; echo here; while :; do sleep 9; done"), Deadline::after(milliseconds(300)));

  EXPECT_TRUE(result.status.timed_out);
  EXPECT_EQ(result.output, "here\n");
}

TEST(RunCommand, EndsAFlood) {
  CommandOptions options = shell("exec cat /dev/zero");
  options.output_limit = 1 << 20;

  EXPECT_TRUE(run_command(options, soon()).status.flooded);
}

TEST(RunCommand, GivesNoInputAndTheAskedEnvironment) {
  CommandOptions options = shell("cat; echo \"$WANTED $HOME.\"");
  options.environment = {{"WANTED", "yes"}, {"HOME", ""}};

  EXPECT_EQ(run_command(options, soon()).output, "yes .\n");
}

TEST(RunCommand, NamesACommandThatIsNotThere) {
  CommandOptions options;
  options.command = {"no-such-command-at-all"};

  EXPECT_THROW(run_command(options, soon()), HarnessError);
}

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
