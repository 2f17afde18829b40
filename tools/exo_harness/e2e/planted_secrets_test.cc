// Secrets that a run meets stand in none of the files that it leaves.
#include <csignal>
#include <filesystem>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/text.h"

#include "harness_run.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

// Each secret holds this word, and nothing else does.
constexpr const char* kPlanted = "planted";

std::vector<std::string> lines_with_secrets(const fs::path& folder) {
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.is_symlink()) continue;
    const std::string text = read_file(entry.path());
    for (const std::string_view line : lines(text)) {
      if (contains(line, kPlanted)) found.push_back(entry.path().filename().string() + ": " + shorten(line, 300));
    }
  }
  return found;
}

RunPlan plan_with_secrets(const char* misbehave) {
  RunPlan plan;
  plan.misbehave = misbehave;
  plan.style = "tells-secrets";
  plan.start_arguments = {"--api-key", "planted-argument",
                          "https://planted-user:planted-word@127.0.0.1/?token=planted-query"};
  plan.environment = {{"HF_TOKEN", "planted-environment"}};
  plan.cluster_environment = {{"MY_API_KEY", "planted-cluster-environment"}};
  return plan;
}

std::set<std::string> listed_logs(const HarnessRun& run) {
  std::set<std::string> paths;
  for (const journal::Record& record : run.records()) {
    if (const auto* log = std::get_if<journal::LogFile>(&record.body)) paths.insert(log->path);
  }
  return paths;
}

// What a run of `plan_with_secrets` must have come to after the harness has died: its logs are there, whole but for the
// secrets, and its report lists them.
void expect_clean_logs(const HarnessRun& run) {
  EXPECT_THAT(listed_logs(run), IsSupersetOf({"start.log", "logs/node1/secrets.log", "logs/suite-misbehaving-1.log"}));
  EXPECT_THAT(read_file(run.run() / "start.log"), HasSubstr("argument --api-key [redacted]"));
  EXPECT_THAT(read_file(run.run() / "logs/suite-misbehaving-1.log"), HasSubstr("the token is [redacted]"));
  EXPECT_THAT(lines_with_secrets(run.run()), IsEmpty());
  EXPECT_TRUE(contains(read_file(run.run() / "report.html"), "logs/node1/secrets.log"));
}

// Waits until the secrets have been told.
void wait_for_secrets(HarnessRun& run) {
  const std::filesystem::path log = run.folder() / "runs/latest/logs/suite-misbehaving-1.log";
  ASSERT_TRUE(wait_until(Deadline::after(kPatience), milliseconds(10), [&] {
    return fs::exists(log) && contains(read_file(log), "the token is");
  })) << run.output();
}

// The supervisor is frozen first, so that it does not see the harness die.
void kill_both(HarnessRun& run) {
  const pid_t leash = run.leash();
  ASSERT_EQ(::kill(leash, SIGSTOP), 0);
  ASSERT_EQ(::kill(run.process().pid(), SIGKILL), 0);
  ASSERT_EQ(::kill(leash, SIGKILL), 0);
  ASSERT_TRUE(run.wait());
  ASSERT_TRUE(run.wait_for_end_of_leash());
}

TEST(PlantedSecrets, StandInNoArtefactOfARun) {
  HarnessRun run(plan_with_secrets("tell secrets"));
  const auto status = run.wait();
  ASSERT_TRUE(status) << run.output();
  EXPECT_EQ(status->code, 1) << run.output();

  // That nothing is found must not come from nothing having been told.
  EXPECT_THAT(read_file(run.run() / "start.log"), HasSubstr("argument --api-key [redacted]"));
  EXPECT_THAT(read_file(run.run() / "journal.jsonl"), HasSubstr("the token is [redacted]"));
  EXPECT_THAT(lines_with_secrets(run.run()), IsEmpty());
  EXPECT_THAT(run.output(), Not(HasSubstr(kPlanted)));
}

TEST(PlantedSecrets, AreTakenOutBySupervisorsOfDeadHarnesses) {
  HarnessRun run(plan_with_secrets("print secrets and hang"));
  ASSERT_NO_FATAL_FAILURE(wait_for_secrets(run));
  ASSERT_EQ(::kill(run.process().pid(), SIGKILL), 0);
  ASSERT_TRUE(run.wait_for_nothing_left()) << testing::PrintToString(run.left());

  EXPECT_EQ(run.command({"report", run.run().string()}).status.code, 2);
  expect_clean_logs(run);
}

// Neither `sweep` nor `report` has the secrets in its own environment.
TEST(PlantedSecrets, AreTakenOutByASweep) {
  HarnessRun run(plan_with_secrets("print secrets and hang"));
  ASSERT_NO_FATAL_FAILURE(wait_for_secrets(run));
  ASSERT_NO_FATAL_FAILURE(kill_both(run));

  EXPECT_EQ(run.command({"sweep", "--out", (run.folder() / "runs").string()}).status.code, 0);
  EXPECT_EQ(run.command({"report", run.run().string()}).status.code, 2);
  expect_clean_logs(run);
}

TEST(PlantedSecrets, AreTakenOutByAReportWhenNobodyElseHasDoneIt) {
  RunPlan plan = plan_with_secrets("print secrets and hang");
  HarnessRun run(plan);
  ASSERT_NO_FATAL_FAILURE(wait_for_secrets(run));
  ASSERT_NO_FATAL_FAILURE(kill_both(run));

  // While the cluster still writes to its logs they stay the files that they are, and are listed all the same.
  const auto early = run.command({"report", run.run().string()});
  EXPECT_THAT(early.output, HasSubstr("exo-harness sweep"));
  EXPECT_THAT(listed_logs(run), Contains("logs/node1/secrets.log"));
  EXPECT_FALSE(contains(read_file(run.run() / "report.html"), kPlanted));
  run.kill_all();
  ASSERT_TRUE(run.wait_for_nothing_left());
  process::CommandOptions report;
  report.command = {run.command_line().front(), "report", run.run().string()};
  report.environment = {{"HF_TOKEN", "planted-environment"}, {"MY_API_KEY", "planted-cluster-environment"}};
  EXPECT_EQ(process::run_command(report, Deadline::after(kPatience)).status.code, 2);
  expect_clean_logs(run);
}

TEST(PlantedSecrets, AreTakenOutWhenAClusterThatWasKeptUpEnds) {
  RunPlan plan = plan_with_secrets("tell secrets");
  plan.arguments = {"--keep-up"};
  HarnessRun run(plan);
  ASSERT_TRUE(run.wait()) << run.output();
  ASSERT_EQ(::kill(run.leash(), SIGTERM), 0);
  ASSERT_TRUE(run.wait_for_nothing_left()) << testing::PrintToString(run.left());

  EXPECT_EQ(run.command({"report", run.run().string()}).status.code, 1);
  expect_clean_logs(run);
}

TEST(PlantedSecrets, StandInNoRecordOfTheSupervisor) {
  RunPlan plan;
  plan.misbehave = "hang";
  plan.style = "tells-secrets";
  plan.start_arguments = {"--api-key", "planted-argument"};
  HarnessRun run(plan);
  ASSERT_TRUE(run.wait_for_test("Misbehaves.Here")) << run.output();

  EXPECT_THAT(read_file(run.run() / "leash.state"), HasSubstr("start-misbehaving --api-key [redacted]"));
  EXPECT_THAT(read_file(run.run() / "leash.jsonl"), Not(HasSubstr(kPlanted)));
  EXPECT_THAT(read_file(run.run() / "leash.log"), Not(HasSubstr(kPlanted)));
}

}  // namespace
}  // namespace exo_harness::tools
