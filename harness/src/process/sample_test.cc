#include "exo_harness/process/sample.h"

#include <atomic>
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exo_harness/core/file.h"

namespace exo_harness::process {
namespace {

class Forked {
 public:
  template <class Body>
  explicit Forked(Body body) : pid_(::fork()) {
    if (pid_ == 0) {
      body();
      ::_exit(0);
    }
  }
  ~Forked() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
};

TEST(ProcessSample, TellsABusyProcessFromAStoppedOne) {
  const Forked busy([] {
    std::atomic<unsigned> i{0};
    while (true) ++i;
  });
  const Forked stopped([] { ::raise(SIGSTOP); });
  int status = 0;
  ASSERT_EQ(::waitpid(stopped.pid(), &status, WUNTRACED), stopped.pid());
  const auto samples = sample_processes({busy.pid(), stopped.pid(), 0x3ffffff}, std::chrono::milliseconds(200));
  ASSERT_EQ(samples.size(), 2u);
  EXPECT_EQ(samples[0].state, 'R');
  EXPECT_GT(samples[0].cpu_percent, 0);
  EXPECT_EQ(samples[1].state, 'T');
  EXPECT_EQ(samples[1].cpu_percent, 0);
  EXPECT_TRUE(!samples[0].stack.empty() || !samples[0].no_stack.empty());
}

/// A folder that is first in PATH for one test.
class ProcessSampleWithTools : public testing::Test {
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
  static ProcessSample sample() {
    const Forked child([] { ::pause(); });
    return sample_processes(std::vector<pid_t>{child.pid()}, std::chrono::milliseconds(1)).at(0);
  }

 private:
  std::string path_;
  TemporaryFolder tools_;
};

TEST_F(ProcessSampleWithTools, AsksSampleWherePySpyMayNotLook) {
  tool("py-spy", "echo 'Permission denied: try running as root' >&2; exit 1");
  tool("sample", "[ \"$3 $4 $5\" = '-mayDie -file /dev/stdout' ] && echo \"2553 Thread_1 of $1\"");
  EXPECT_NE(sample().stack.find("Thread_1 of "), std::string::npos);
  EXPECT_EQ(sample().no_stack, "");
}

TEST_F(ProcessSampleWithTools, NamesTheTroubleOfEachTool) {
  tool("py-spy", "echo 'needs root' >&2; exit 1");
  tool("sample", "echo 'no such process' >&2; exit 3");
  EXPECT_EQ(sample().no_stack, "no stack: py-spy: needs root; sample: no such process");
}

}  // namespace
}  // namespace exo_harness::process
