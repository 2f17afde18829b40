#include "exo_harness/diagnose/process_look.h"

#include <atomic>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

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
