// --keep-up leaves the cluster, and what it says ends it does end it.
#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/text.h"
#include "exo_harness/exo/client.h"

#include "harness_run.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;
using testing::Not;

// What the run says to type.
std::string how_to_end(const std::string& output) {
  const std::string_view before = "end it with: ";
  const std::size_t at = output.find(before);
  if (at == std::string::npos) return "";
  const std::string rest = output.substr(at + before.size());
  return rest.substr(0, rest.find('\n'));
}

std::string api_of(const HarnessRun& run) {
  for (const journal::Record& record : run.records()) {
    if (const auto* node = std::get_if<journal::NodeSeen>(&record.body)) return node->api;
  }
  return "";
}

// Files of the run that a process still writes to, though nobody can read them any more.
std::vector<std::string> lost_logs(pid_t pid) {
  std::vector<std::string> lost;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc/" + std::to_string(pid) + "/fd", error)) {
    const std::string target = fs::read_symlink(entry.path(), error).string();
    if (target.ends_with("(deleted)")) lost.push_back(target);
  }
  return lost;
}

TEST(KeepUp, LeavesAClusterThatThePrintedCommandEnds) {
  RunPlan plan;
  plan.arguments = {"--keep-up"};
  HarnessRun run(plan);
  const auto status = run.wait();
  ASSERT_TRUE(status && status->ok()) << run.output();

  EXPECT_TRUE(exo::Client(api_of(run)).node_id(Deadline::after(kTestLimit))) << "it must still answer";
  EXPECT_THAT(run.left(), Not(IsEmpty()));
  if (fs::exists("/proc/self/fd")) {  // macOS has no /proc.
    EXPECT_THAT(lost_logs(run.node("--name fake-1")), IsEmpty());
  }
  const std::string command = how_to_end(run.output());
  ASSERT_NE(command, "") << run.output();
  ASSERT_EQ(std::system(command.c_str()), 0) << command;

  EXPECT_TRUE(run.wait_for_nothing_left()) << testing::PrintToString(run.left());
  EXPECT_FALSE(exo::Client(api_of(run)).node_id(Deadline::after(milliseconds(2000))));
}

}  // namespace
}  // namespace exo_harness::tools
