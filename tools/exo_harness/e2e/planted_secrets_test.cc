// Secrets that a run meets stand in none of the files that it leaves.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
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

std::vector<std::string> lines_with(const fs::path& folder, const std::vector<std::string>& words) {
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.is_symlink()) continue;
    const std::string text = read_file(entry.path());
    for (const std::string_view line : lines(text)) {
      const bool has = std::any_of(words.begin(), words.end(), [&](const auto& word) { return contains(line, word); });
      if (has) found.push_back(entry.path().filename().string() + ": " + shorten(line, 300));
    }
  }
  return found;
}

std::vector<std::string> lines_with_secrets(const fs::path& folder) {
  return lines_with(folder, {kPlanted});
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

// Waits until the secrets have been printed.
void wait_for_secrets(HarnessRun& run) {
  const std::filesystem::path log = run.folder() / "runs/latest/logs/suite-misbehaving-1.log";
  ASSERT_TRUE(wait_until(Deadline::after(kTestLimit), milliseconds(10), [&] {
    return fs::exists(log) && contains(read_file(log), "the token is");
  })) << run.output();
}

// The supervisor is frozen first, so that it does not see the harness die.
void kill_both(HarnessRun& run) {
  const pid_t supervisor = run.supervisor();
  ASSERT_EQ(::kill(supervisor, SIGSTOP), 0);
  ASSERT_EQ(::kill(run.process().pid(), SIGKILL), 0);
  ASSERT_EQ(::kill(supervisor, SIGKILL), 0);
  ASSERT_TRUE(run.wait());
  ASSERT_TRUE(run.wait_for_end_of_supervisor());
}

TEST(PlantedSecrets, StandInNoArtefactOfARun) {
  HarnessRun run(plan_with_secrets("fail with secrets"));
  const auto status = run.wait();
  ASSERT_TRUE(status) << run.output();
  EXPECT_EQ(status->code, 1) << run.output();

  // That nothing is found must not come from nothing having been printed.
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
  EXPECT_EQ(process::run_command(report, Deadline::after(kTestLimit)).status.code, 2);
  expect_clean_logs(run);
}

TEST(PlantedSecrets, AreTakenOutWhenAClusterThatWasKeptUpEnds) {
  RunPlan plan = plan_with_secrets("fail with secrets");
  plan.arguments = {"--keep-up"};
  HarnessRun run(plan);
  ASSERT_TRUE(run.wait()) << run.output();
  ASSERT_EQ(::kill(run.supervisor(), SIGTERM), 0);
  ASSERT_TRUE(run.wait_for_nothing_left()) << testing::PrintToString(run.left());

  EXPECT_EQ(run.command({"report", run.run().string()}).status.code, 1);
  expect_clean_logs(run);
}

// In every shape that a log may show, though they were not given to us as secrets. The middle of each is unique.
std::string middle(int number) {
  return format("Qz{:02}wErTyUiOpAsDfGhJk{:02}", number, number);
}

std::string lines_of_shapes() {
  const char* shapes[] = {
      "hf_{}",
      "ghp_{}",
      "gho_{}",
      "ghs_{}",
      "github_pat_11ABC_{}",
      "glpat-{}",
      "xoxb-1-{}",
      "xoxp-1-{}",
      "AIzaSy0123456789{}",
      "nvapi-{}",
      "sk-ant-api03-{}",
      "sk-proj-{}",
      "npm_0123456789{}",
      "pypi-AgEI{}",
      "https://hooks.slack.com/services/T0/B0/{}",
      "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx{}.sig",
      "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----",
      "\\\"private_key\\\": \\\"-----BEGIN PRIVATE KEY-----\\\\n{}\\\\n-----END PRIVATE KEY-----\\\\n\\\"",
      "accessToken={}",
      "\"refreshToken\": \"{}\"",
      "passphrase: {}",
      "pwd={}",
      "auth={}",
      "key={}",
      "sshpass -p {} ssh node",
      "\x1b[33mhf_Qz\x1b[0m{}",
      "curl -u me:{} http://h",
      "machine h login me password {}",
      "AccountKey={}==",
      "http://h/b?sv=1&sig=0123{}",
      "Authorization: Bearer {}",
      "Cookie: a=b; session={}",
      "http://me:{}@10.0.0.1/"};
  std::string text;
  int number = 10;
  for (const char* shape : shapes) {
    std::string line = shape;
    line.replace(line.find("{}"), 2, middle(number++));
    text += line + "\n";
  }
  return text + "AKIAQZWERTYUIOPASDF0 ASIAQZWERTYUIOPASDF0\n";
}

std::vector<std::string> middles_of_shapes() {
  std::vector<std::string> words = {"QZWERTYUIOP"};
  for (int number = 10; number < 60; ++number) words.push_back(middle(number));
  return words;
}

TEST(PlantedSecrets, OfEveryShapeStandInNoArtefact) {
  RunPlan plan = plan_with_secrets("fail with secrets");
  const TemporaryFolder folder;
  write_file(folder.path() / "shapes", lines_of_shapes());
  plan.environment["PLANTED"] = (folder.path() / "shapes").string();
  HarnessRun run(plan);
  ASSERT_TRUE(run.wait()) << run.output();

  // That nothing is found must not come from nothing having been printed.
  for (const char* file : {"start.log", "logs/node1/secrets.log", "logs/suite-misbehaving-1.log", "journal.jsonl"}) {
    EXPECT_THAT(read_file(run.run() / file), HasSubstr("accessToken=[redacted]")) << file;
    EXPECT_THAT(read_file(run.run() / file), Not(HasSubstr("\x1b"))) << file;
  }
  EXPECT_THAT(lines_with(run.run(), middles_of_shapes()), IsEmpty());
  EXPECT_THAT(lines_with_secrets(run.run()), IsEmpty());
}

// No supervisor is there, and no end of a cluster.
TEST(PlantedSecrets, StandInNoLogOfARunThatAttached) {
  RunPlan plan;
  plan.arguments = {"--keep-up"};
  HarnessRun run(plan);
  ASSERT_TRUE(run.wait()) << run.output();
  std::string api;
  for (const journal::Record& record : run.records()) {
    if (const auto* node = std::get_if<journal::NodeSeen>(&record.body)) api = node->api;
  }
  const TemporaryFolder folder;
  write_file(folder.path() / "shapes", lines_of_shapes());
  const std::string programs = fs::path(run.command_line().front()).parent_path();
  process::CommandOptions second;
  second.command = {run.command_line().front(),
                    "run",
                    "--api",
                    api,
                    "--nodes",
                    "1",
                    "--suite",
                    "misbehaving",
                    "--suite-folder",
                    programs + "/misbehaving",
                    "--out",
                    (folder.path() / "runs").string()};
  second.environment = {{"EXO_MISBEHAVE", "fail with secrets"},
                        {"PLANTED", (folder.path() / "shapes").string()},
                        {"HF_TOKEN", "planted-environment"},
                        {"MY_API_KEY", "planted-key"}};
  EXPECT_EQ(process::run_command(second, Deadline::after(kTestLimit)).status.code, 1);

  const fs::path latest = fs::canonical(folder.path() / "runs/latest");
  const std::string log = read_file(latest / "logs/suite-misbehaving-1.log");
  EXPECT_THAT(log, HasSubstr("accessToken=[redacted]"));
  EXPECT_THAT(log, Not(HasSubstr("\x1b")));
  EXPECT_THAT(lines_with(latest, middles_of_shapes()), IsEmpty());
  EXPECT_THAT(lines_with_secrets(latest), IsEmpty());
}

// Harness, suites and curl have them, and the cluster wants them; no file has. In base64: `planted-user:planted-pass`.
TEST(PlantedSecrets, OfAnAddressReachTheClusterAndNoFile) {
  constexpr const char* kBasic = "cGxhbnRlZC11c2VyOnBsYW50ZWQtcGFzcw==";
  RunPlan plan = plan_with_secrets("");
  plan.suite = "inference";
  plan.filter = "*ToTwoPlusTwoIsFour*";
  plan.credentials = "planted-user:planted-pass";
  plan.cluster_environment["EXO_FAKE_ARGS"] = std::string("--basic ") + kBasic;
  HarnessRun run(plan);
  const auto status = run.wait();
  ASSERT_TRUE(status) << run.output();
  EXPECT_EQ(status->code, 0) << run.output();

  EXPECT_THAT(read_file(run.run() / "cluster.json"), HasSubstr("\"api\": \"http://127."));
  EXPECT_THAT(read_file(run.run() / "start.log"), HasSubstr("EXO_FAKE_ARGS=--basic [redacted]"));
  // The three ways in which base64 writes the word, and hexadecimal.
  EXPECT_THAT(lines_with(run.run(), {kPlanted, "cGxhbnRlZ", "BsYW50ZW", "wbGFudGVk", "706c616e746564", "%70%6"}),
              IsEmpty());
  EXPECT_THAT(run.output(), Not(HasSubstr(kPlanted)));
}

// What commands print goes into the logs of whoever calls them.
TEST(PlantedSecrets, OfAnAddressStandInNoOutput) {
  const TemporaryFolder folder;
  RunPlan plan;
  const HarnessRun run(plan, Start::by_hand);
  const std::string api = "http://planted-user:planted-pass@127.0.0.1:9", out = folder.path().string();
  const std::vector<std::vector<std::string>> commands = {{"doctor", "--api", api},
                                                          {"doctor", "--api", api, "--json"},
                                                          {"up", "--api", api, "--out", out},
                                                          {"models", "check", "--api", api, "llama-3.2-1b"}};
  for (const auto& command : commands) {
    const auto done = run.command(command);
    EXPECT_NE(done.status.code, 0) << command.front();
    EXPECT_THAT(done.output, Not(HasSubstr(kPlanted))) << command.front();
  }
  EXPECT_THAT(lines_with_secrets(folder.path()), IsEmpty());
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
