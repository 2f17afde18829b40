#include <csignal>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/environment.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/process/child.h"

#include "shell_test.h"

namespace exo_harness::process {
namespace {

using std::chrono::seconds;

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

TEST(RunCommand, KeepsTheStreamsApartWhenAsked) {
  const auto result = run_command(shell("echo out; echo err >&2"), soon(), {.separate_errors = true});

  EXPECT_EQ(result.output, "out\n");
  EXPECT_EQ(result.errors, "err\n");
}

TEST(RunCommand, KeepsTheEndOfALongOutput) {
  const auto result = run_command(shell("head -c 3000000 /dev/zero; echo; echo the end"), soon(), {.keep = 8});

  EXPECT_TRUE(result.status.ok());
  EXPECT_EQ(result.output, "the end\n");
}

TEST(RunCommand, ReadsWhatIsSaidAtTheDeadline) {
  const auto result = run_command(shell("trap 'echo asked to end; exit 3' TERM; while :; do sleep 0.05; done"),
                                  Deadline::after(milliseconds(300)), {.grace = seconds(20)});

  EXPECT_TRUE(result.status.timed_out);
  EXPECT_THAT(result.output, testing::HasSubstr("asked to end\n"));
}

TEST(RunCommand, DoesNotWaitForWhoLeftTheGroup) {
  CommandOptions options;
  options.command = {
      "perl", "-e", "my $p = fork(); if (!$p) { sleep 2; print \"late\\n\"; exit } setpgrp($p, $p); print \"done\\n\""};
  const auto result = run_command(options, Deadline::after(seconds(600)));

  EXPECT_TRUE(result.status.ok());
  EXPECT_EQ(result.output, "done\n");
}

/// A disk without room for a temporary file.
TEST(RunCommand, NeedsNoRoomOnTheDisk) {
  const std::string before = environment("TMPDIR");
  ::setenv("TMPDIR", "/no/such/folder", 1);
  const auto result = run_command(shell("echo out"), soon());
  before.empty() ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", before.c_str(), 1);

  EXPECT_EQ(result.output, "out\n");
}

TEST(AskProgram, GivesWhatTheProgramSays) {
  const auto answer = ask_program({"sh", "-c", "echo out; echo err >&2; exit 3"}, seconds(20));

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->output, "out\n");
  EXPECT_EQ(answer->errors, "err\n");
  EXPECT_EQ(answer->status.code, 3);
}

TEST(AskProgram, GivesNothingOfOneThatCannotBeStarted) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "rdma_ctl").string();
  write_file(file, "#!/no/such/interpreter\n");
  std::filesystem::permissions(file, std::filesystem::perms::owner_all);

  EXPECT_FALSE(ask_program({"no-such-program-here"}, seconds(5)));
  EXPECT_FALSE(ask_program({file}, seconds(5)));
}

TEST(AskProgram, EndsTheWholeGroupAtItsLimit) {
  const auto answer =
      ask_program({"sh", "-c", "trap '' TERM; echo begun; sleep 1000 & wait; sleep 1000"}, milliseconds(300));

  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->status.timed_out);
  EXPECT_EQ(answer->output, "begun\n");
}

}  // namespace
}  // namespace exo_harness::process
