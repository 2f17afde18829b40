// --keep-up leaves the cluster, and what it says ends it does end it.
#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/text.h"
#include "exo_harness/exo/client.h"

#include "fake_control.h"
#include "harness_run.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
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

// Of each node that the run saw.
std::vector<std::string> apis_of(const HarnessRun& run) {
  std::vector<std::string> apis;
  for (const journal::Record& record : run.records()) {
    if (const auto* node = std::get_if<journal::NodeSeen>(&record.body)) apis.push_back(node->api);
  }
  return apis;
}

std::string api_of(const HarnessRun& run) {
  const std::vector<std::string> apis = apis_of(run);
  return apis.empty() ? "" : apis.front();
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

// On zenoh nobody takes over from a dead master, and what the others show stands still.
TEST(Status, NamesTheDeadNodeAndTheViewThatStandsStill) {
  RunPlan plan;
  plan.nodes = 2;
  plan.arguments = {"--keep-up"};
  plan.cluster_environment = {{"EXO_FAKE_GENERATION", "zenoh"}};
  HarnessRun run(plan);
  const auto ended = run.wait();
  ASSERT_TRUE(ended && ended->ok()) << run.output();
  const std::string down = how_to_end(run.output());
  const std::string state = (run.run() / "cluster.json").string();
  const std::vector<std::string> apis = apis_of(run);
  ASSERT_EQ(apis.size(), 2U);
  const process::CommandResult whole = run.command({"status", "--state", state});
  EXPECT_EQ(whole.status.code, 0) << whole.output;

  const std::size_t master = is_master(apis[0]) ? 0 : 1;
  set_fault(apis[master], "node-dies");
  ASSERT_TRUE(wait_until(Deadline::after(kTestLimit), milliseconds(50),
                         [&] { return !exo::Client(apis[master]).node_id(Deadline::after(milliseconds(2000))); }));
  const process::CommandResult lost = run.command({"status", "--state", state});

  EXPECT_EQ(lost.status.code, 1) << lost.output;
  EXPECT_THAT(lost.output, HasSubstr("gives no answer")) << lost.output;
  EXPECT_THAT(lost.output, HasSubstr("stale of " + apis[1 - master]));
  EXPECT_EQ(std::system(down.c_str()), 0) << down;
}

}  // namespace
}  // namespace exo_harness::tools
