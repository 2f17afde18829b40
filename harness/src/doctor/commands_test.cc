#include "exo_harness/doctor/commands.h"

#include <gtest/gtest.h>

namespace exo_harness::doctor {
namespace {

TEST(LocalCommands, GiveBothStreamsAndTheExitCode) {
  const CommandAnswer answer = local_commands(std::chrono::seconds(20))({"sh", "-c", "echo out; echo err >&2; exit 3"});

  EXPECT_TRUE(answer.found);
  EXPECT_EQ(answer.out, "out\n");
  EXPECT_EQ(answer.err, "err\n");
  EXPECT_EQ(answer.exit_code, 3);
}

TEST(LocalCommands, TellAProgramThatIsMissing) {
  const CommandAnswer answer = local_commands()({"no-such-program-here"});

  EXPECT_FALSE(answer.found);
  EXPECT_EQ(answer.exit_code, 127);
}

TEST(LocalCommands, HaveNoExitCodeOfOneThatASignalEnded) {
  EXPECT_EQ(local_commands(std::chrono::seconds(20))({"sh", "-c", "kill -SEGV $$"}).exit_code, -1);
}

TEST(LocalCommands, TellOneThatWasKilledAtItsLimit) {
  const CommandAnswer answer = local_commands(std::chrono::milliseconds(300))({"sh", "-c", "echo begun; sleep 1000"});

  EXPECT_TRUE(answer.timed_out);
  EXPECT_EQ(answer.out, "begun\n");
}

}  // namespace
}  // namespace exo_harness::doctor
