// Orderly ends, and start scripts that do not do what they should.
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/text.h"

#include "stage.h"

namespace exo_leash_test {
namespace {

using namespace exo_harness;
using process::SupervisedScript;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

template <class Work>
std::string error_of(Work work) {
  try {
    work();
  } catch (const HarnessError& error) {
    return std::string(error.what()) + "; " + error.advice();
  }
  return "no error";
}

TEST(Stop, EndsAFamilyThatIgnoresSigterm) {
  const Stage stage;
  SupervisedScript supervised = SupervisedScript::start(stage.options(stage.misbehave("stubborn_family")));
  ASSERT_TRUE(stage.wait_for_registered(3));

  const auto result = supervised.stop();

  EXPECT_TRUE(result.escalated);
  EXPECT_EQ(result.killed, 3);
  EXPECT_LE(result.took, milliseconds(500 + 1000));
  EXPECT_THAT(stage.survivors(), IsEmpty());
  EXPECT_THAT(stage.supervisor_log("\"signal\":9,"), SizeIs(3));
}

TEST(Stop, GivesAnOrderlyEndItsTime) {
  const Stage stage;
  auto options = stage.options(stage.misbehave("ends_slowly", 1500));
  options.grace = std::chrono::seconds(20);
  SupervisedScript supervised = SupervisedScript::start(options);
  ASSERT_TRUE(stage.wait_for_registered(1));

  const auto result = supervised.stop();

  EXPECT_FALSE(result.escalated);
  EXPECT_GE(result.took, milliseconds(1500));
  EXPECT_THAT(stage.supervisor_log("\"signal\":9,"), IsEmpty());
}

TEST(Stop, FastWaitsForNobody) {
  const Stage stage;
  auto options = stage.options(stage.misbehave("ends_slowly", 30000));
  options.grace = std::chrono::seconds(60);
  SupervisedScript supervised = SupervisedScript::start(options);
  ASSERT_TRUE(stage.wait_for_registered(1));

  EXPECT_EQ(supervised.stop(true).killed, 1);
}

TEST(Stop, CanBeHurriedOnItsWay) {
  const Stage stage;
  auto options = stage.options(stage.misbehave("stubborn_worker"));
  options.grace = std::chrono::seconds(60);
  SupervisedScript supervised = SupervisedScript::start(options);
  ASSERT_TRUE(stage.wait_for_registered(1));
  process::StopOptions stop;
  int asked = 0, live = 0;
  stop.hurry = [&] { return ++asked > 3; };
  stop.progress = [&](int now) { live = now; };

  const auto result = supervised.stop(stop);

  EXPECT_LT(result.took, std::chrono::seconds(20));
  EXPECT_EQ(live, 1);
}

TEST(Stop, RunsTheStopScriptFirst) {
  const Stage stage;
  auto options = stage.options(stage.misbehave("stubborn_worker"));
  const auto stop =
      stage.script("stop.sh", "#!/bin/sh\nkill -9 $(ls " + stage.registry().string() + ")\necho stopped\n");
  options.stop_command = {stop.string()};
  SupervisedScript supervised = SupervisedScript::start(options);
  ASSERT_TRUE(stage.wait_for_registered(1));

  EXPECT_EQ(supervised.stop().killed, 0);
  EXPECT_EQ(read_file(stage.run() / "stop.log"), "stopped\n");
}

TEST(Stop, DoesNotWaitForAStopScriptThatHangs) {
  const Stage stage;
  auto options = stage.options(stage.misbehave("worker"));
  options.stop_command = stage.misbehave("stubborn_worker");
  options.stop_limit = milliseconds(300);
  SupervisedScript supervised = SupervisedScript::start(options);
  ASSERT_TRUE(stage.wait_for_registered(1));

  EXPECT_THAT(supervised.stop().survivors, IsEmpty());
  EXPECT_THAT(stage.survivors(), IsEmpty());
  EXPECT_THAT(stage.supervisor_log("\"in_time\":false"), SizeIs(1));
}

// It lives as long as a cluster does: what only other layers of the library need stays out of its memory.
TEST(Start, LoadsNoLibraryOfOtherLayers) {
  const Stage stage;
  const SupervisedScript supervised = SupervisedScript::start(stage.options(stage.misbehave("stubborn_family")));
  const std::string maps = "/proc/" + std::to_string(supervised.supervisor_pid()) + "/maps";
  if (!std::filesystem::exists(maps)) GTEST_SKIP() << "this system does not say what a process has loaded";
  const std::string loaded = read_file(maps);
  EXPECT_THAT(loaded, HasSubstr("libc.so"));
  for (const char* library : {"libcrypto", "libcurl", "libz."}) EXPECT_THAT(loaded, Not(HasSubstr(library)));
}

TEST(Start, NamesAScriptThatIsMissing) {
  const Stage stage;
  EXPECT_THAT(error_of([&] { SupervisedScript::start(stage.options({"/nowhere/start.sh"})); }),
              HasSubstr("/nowhere/start.sh does not exist"));
}

TEST(Start, NamesAScriptThatMayNotBeExecuted) {
  const Stage stage;
  const auto script = stage.script("start.sh", "#!/bin/sh\n");
  std::filesystem::permissions(script, std::filesystem::perms::owner_read);

  EXPECT_THAT(error_of([&] { SupervisedScript::start(stage.options({script.string()})); }),
              testing::AllOf(HasSubstr("is not executable"), HasSubstr("chmod +x")));
}

TEST(Start, SaysWhatIsWrongWithAFirstLine) {
  const Stage stage;
  const auto script = stage.script("start.sh", "#!/no/such/interpreter\n");

  EXPECT_THAT(error_of([&] { SupervisedScript::start(stage.options({script.string()})); }),
              HasSubstr("the interpreter in its first line"));
  EXPECT_TRUE(stage.all_gone(soon())) << stage.left_behind();
}

TEST(Start, SeesAScriptThatExitsAtOnce) {
  const Stage stage;
  SupervisedScript supervised = SupervisedScript::start(stage.options(stage.misbehave("exits", 7)));

  ASSERT_TRUE(wait_until(soon(), milliseconds(5), [&] { return !supervised.status().running; }));
  EXPECT_EQ(supervised.status().exit_code, 7);
  EXPECT_EQ(supervised.status().live_processes, 0);
}

TEST(Start, SeesAScriptThatCrashes) {
  const Stage stage;
  SupervisedScript supervised = SupervisedScript::start(stage.options(stage.misbehave("aborts")));

  ASSERT_TRUE(wait_until(soon(), milliseconds(5), [&] { return !supervised.status().running; }));
  EXPECT_EQ(supervised.status().signal, SIGABRT);
}

TEST(Start, TellsADaemonFromAScriptThatFailed) {
  const Stage stage;
  SupervisedScript supervised = SupervisedScript::start(stage.options(stage.misbehave("daemon")));
  ASSERT_TRUE(stage.wait_for_registered(5));

  ASSERT_TRUE(wait_until(soon(), milliseconds(5), [&] { return !supervised.status().running; }));
  EXPECT_EQ(supervised.status().live_processes, 4);
  EXPECT_THAT(supervised.stop().survivors, IsEmpty());
}

TEST(Start, GivesTheScriptAnEndOfInput) {
  const Stage stage;
  SupervisedScript supervised = SupervisedScript::start(stage.options(stage.misbehave("reads_input")));

  ASSERT_TRUE(stage.wait_for_registered(1));
  EXPECT_EQ(stage.log(), "read 0\n");
}

TEST(Start, GivesTheScriptNoDescriptorButTheMark) {
  const Stage stage;
  auto options = stage.options(stage.misbehave("prints_what_it_got"));
  SupervisedScript supervised = SupervisedScript::start(options);

  ASSERT_TRUE(wait_until(soon(), milliseconds(5), [&] { return !supervised.status().running; }));
  EXPECT_EQ(stage.log(), "0 1 2 9 " + options.run_id + "\n");
}

TEST(Start, RefusesASecondHarnessOnTheSameCluster) {
  const Stage stage;
  const SupervisedScript first = SupervisedScript::start(stage.options(stage.misbehave("worker")));

  const std::string error = error_of([&] { SupervisedScript::start(stage.options(stage.misbehave("worker"))); });

  EXPECT_THAT(error, HasSubstr("another exo-harness (pid " + std::to_string(::getpid()) + ")"));
  EXPECT_EQ(stage.survivors().size(), 1u);
}

TEST(Limit, EndsWhatRunsTooLong) {
  const Stage stage;
  auto options = stage.options(stage.misbehave("worker"));
  options.hard_limit = milliseconds(300);
  SupervisedScript supervised = SupervisedScript::start(options);

  ASSERT_TRUE(wait_until(soon(), milliseconds(20), [&] { return supervised.status().clean_up.has_value(); }));
  EXPECT_EQ(supervised.status().clean_up->reason, "time limit");
  EXPECT_THAT(stage.survivors(), IsEmpty());
}

TEST(Limit, AFrozenHarnessIsNoticed) {
  const Stage stage;
  const auto stub = stage.start_stub(stage.misbehave("worker"), milliseconds(100), std::chrono::seconds(1));
  ASSERT_TRUE(stage.wait_for_registered(1));

  ::kill(stub.pid(), SIGSTOP);

  EXPECT_TRUE(stage.all_gone(Deadline::after(std::chrono::seconds(1 + 5)))) << stage.left_behind();
  EXPECT_THAT(stage.supervisor_log("harness silent"), testing::Not(IsEmpty()));
}

TEST(Limit, ALivingHarnessIsNotTakenForFrozen) {
  const Stage stage;
  auto options = stage.options(stage.misbehave("worker"));
  options.heartbeat_limit = milliseconds(500);
  SupervisedScript supervised = SupervisedScript::start(options);
  const Deadline later = Deadline::after(std::chrono::seconds(2));

  EXPECT_FALSE(wait_until(later, milliseconds(50), [&] { return supervised.status().clean_up.has_value(); }));
}

TEST(KeepUp, LeavesTheClusterUntilItIsStopped) {
  const Stage stage;
  {
    SupervisedScript supervised = SupervisedScript::start(stage.options(stage.misbehave("daemon")));
    ASSERT_TRUE(stage.wait_for_registered(5));
    EXPECT_EQ(supervised.keep_up(), "kill " + std::to_string(supervised.supervisor_pid()));
  }
  EXPECT_EQ(stage.survivors().size(), 4u);
  EXPECT_THAT(error_of([&] { SupervisedScript::start(stage.options(stage.misbehave("worker"))); }),
              HasSubstr("was kept up"));

  const auto result = process::stop_kept_up(stage.run());

  ASSERT_TRUE(result);
  EXPECT_EQ(result->targets, 4);
  EXPECT_TRUE(stage.all_gone(soon())) << stage.left_behind();
  EXPECT_FALSE(process::stop_kept_up(stage.run()));
}

}  // namespace
}  // namespace exo_leash_test
