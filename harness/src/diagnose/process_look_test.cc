#include "exo_harness/diagnose/process_look.h"

#include <atomic>
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exo_harness/core/file.h"
#include "exo_harness/diagnose/local_command.h"

namespace exo_harness::diagnose {
namespace {

TEST(ProcessLook, ReadsProcStatWithAnyName) {
  const ProcessTimes times =
      parse_proc_stat("4711 (my (odd) name) R 1 4711 4711 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 1 0 100 1000 10", 100);
  EXPECT_EQ(times.state, 'R');
  EXPECT_EQ(times.command, "my (odd) name");
  EXPECT_DOUBLE_EQ(times.cpu_seconds, 3.0);
  EXPECT_EQ(parse_proc_stat("rubbish", 100).state, '?');
}

TEST(ProcessLook, ReadsPsOfMacAndLinux) {
  const ProcessTimes mac = parse_ps_line("Ss   1:02.50 /usr/bin/python3 x\n");
  EXPECT_EQ(mac.state, 'S');
  EXPECT_DOUBLE_EQ(mac.cpu_seconds, 62.5);
  EXPECT_EQ(mac.command, "/usr/bin/python3 x");
  EXPECT_DOUBLE_EQ(parse_ps_line("R 1-01:00:01 exo").cpu_seconds, 90001);
  EXPECT_EQ(parse_ps_line("U 0:00.00 exo").state, 'D');
  EXPECT_EQ(parse_ps_line("").state, '?');
}

class Child {
 public:
  template <class Body>
  explicit Child(Body body) : pid_(::fork()) {
    if (pid_ == 0) {
      body();
      ::_exit(0);
    }
  }
  ~Child() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
};

TEST(ProcessLook, TellsABusyProcessFromAStoppedOne) {
  const Child busy([] {
    std::atomic<unsigned> i{0};
    while (true) ++i;
  });
  const Child stopped([] { ::raise(SIGSTOP); });
  int status = 0;
  ASSERT_EQ(::waitpid(stopped.pid(), &status, WUNTRACED), stopped.pid());
  const auto looks = look_at_processes({busy.pid(), stopped.pid(), 0x3ffffff}, std::chrono::milliseconds(200));
  ASSERT_EQ(looks.size(), 2u);
  EXPECT_EQ(looks[0].state, 'R');
  EXPECT_GT(looks[0].cpu_percent, 0);
  EXPECT_EQ(looks[1].state, 'T');
  EXPECT_EQ(looks[1].cpu_percent, 0);
  EXPECT_TRUE(!looks[0].stack.empty() || !looks[0].no_stack.empty());
}

/// A folder that is first in PATH for one test.
class ProcessLookWithTools : public testing::Test {
 protected:
  void SetUp() override {
    path_ = std::getenv("PATH");
    ::setenv("PATH", (tools_.path().string() + ":" + path_).c_str(), 1);
  }
  void TearDown() override { ::setenv("PATH", path_.c_str(), 1); }
  void tool(const std::string& name, const std::string& text) const {
    write_file(tools_.path() / name, "#!/bin/sh\n" + text + "\n");
    std::filesystem::permissions(tools_.path() / name, std::filesystem::perms::owner_all);
  }
  static ProcessLook look() {
    const Child child([] { ::pause(); });
    return look_at_processes(std::vector<pid_t>{child.pid()}, std::chrono::milliseconds(1)).at(0);
  }

 private:
  std::string path_;
  TemporaryFolder tools_;
};

TEST_F(ProcessLookWithTools, AsksSampleWherePySpyMayNotLook) {
  tool("py-spy", "echo 'Permission denied: try running as root' >&2; exit 1");
  tool("sample", "[ \"$3 $4 $5\" = '-mayDie -file /dev/stdout' ] && echo \"2553 Thread_1 of $1\"");
  EXPECT_NE(look().stack.find("Thread_1 of "), std::string::npos);
  EXPECT_EQ(look().no_stack, "");
}

TEST_F(ProcessLookWithTools, NamesTheTroubleOfEachTool) {
  tool("py-spy", "echo 'needs root' >&2; exit 1");
  tool("sample", "echo 'no such process' >&2; exit 3");
  EXPECT_EQ(look().no_stack, "no stack: py-spy: needs root; sample: no such process");
}

TEST(LocalCommand, GivesWhatTheCommandSays) {
  const CommandAnswer answer = run_local({"sh", "-c", "echo out; echo err >&2; exit 3"}, std::chrono::seconds(20));
  EXPECT_EQ(answer.out, "out\n");
  EXPECT_EQ(answer.err, "err\n");
  EXPECT_EQ(answer.exit_code, 3);
  EXPECT_FALSE(run_local({"no-such-program-here"}, std::chrono::seconds(5)).found);
}

TEST(LocalCommand, NeverOutlivesItsLimit) {
  const auto begin = std::chrono::steady_clock::now();
  const CommandAnswer answer = run_local({"sh", "-c", "trap '' TERM; echo begun; sleep 1000 & wait; sleep 1000"},
                                         std::chrono::milliseconds(300));
  EXPECT_TRUE(answer.timed_out);
  EXPECT_EQ(answer.out, "begun\n");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

}  // namespace
}  // namespace exo_harness::diagnose
