// An upgrade to an Exo on zenoh: what `upgrade-check` and `doctor` say before it, and what a start then comes to.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "exo_harness/core/file.h"
#include "exo_harness/core/text.h"
#include "exo_harness/process/child.h"

#include "harness_run.h"
#include "started_fake.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

struct Answer {
  int code = -1;
  nlohmann::json said;
};

Answer ask(std::vector<std::string> arguments) {
  process::CommandOptions command;
  command.command = {EXO_BIN_DIR "/exo-harness"};
  command.command.insert(command.command.end(), arguments.begin(), arguments.end());
  command.command.push_back("--json");
  const auto result = process::run_command(command, Deadline::after(kTestLimit));
  Answer answer{result.status.code, nlohmann::json::parse(result.output, nullptr, false)};
  if (answer.said.is_discarded()) ADD_FAILURE() << result.output;
  return answer;
}

// The row of that id; `null` when there is none.
nlohmann::json row(const nlohmann::json& checks, const std::string& id) {
  const auto at = std::find_if(checks.begin(), checks.end(), [&](const auto& each) { return each["id"] == id; });
  return at == checks.end() ? nlohmann::json() : *at;
}

TEST(UpgradeCheck, FindsWhatTheNewExoEndsAt) {
  const TemporaryFolder folder{"start"};
  const fs::path script = folder.path() / "start-exo";
  write_file(script, "#!/bin/sh\nEXO_LIBP2P_NAMESPACE=lab exec exo\n");
  fs::permissions(script, fs::perms::owner_all);

  const Answer answer = ask({"upgrade-check", "--from", "v1.0.71", "--to", "zenoh", "--start-script", script.string()});

  EXPECT_EQ(answer.code, 3);
  EXPECT_EQ(answer.said["ready"], false);
  EXPECT_EQ(row(answer.said["checks"], "start-settings")["status"], "bad");
  EXPECT_THAT(answer.said["findings_that_come"], Contains("lost-master-is-not-replaced"));
  EXPECT_THAT(answer.said["changes"].dump(), HasSubstr("network-layer"));
  // The way back has other ends.
  const Answer back = ask({"upgrade-check", "--from", "zenoh", "--to", "v1.0.71", "--start-script", script.string()});
  EXPECT_EQ(back.code, 0) << back.said;
  EXPECT_EQ(row(back.said["checks"], "start-settings")["status"], "good");
  EXPECT_THAT(back.said["findings_that_go"], Contains("lost-master-is-not-replaced"));
  EXPECT_TRUE(back.said["changes"].empty());
  EXPECT_THAT(back.said["changes_undone"].dump(), HasSubstr("network-layer"));
}

TEST(UpgradeCheck, ClaimsNothingOfWhatNobodyRecorded) {
  const auto goes = [](const char* from, const char* to) {
    return ask({"upgrade-check", "--from", from, "--to", to}).said;
  };
  for (const auto& [from, to] : {std::pair("v1.0.71", "v1.0.71+1"), std::pair("v1.0.70", "v1.0.71"),
                                 std::pair("v1.0.71", "v0.3.0"), std::pair("v1.0.71+44", "v1.0.71+90")}) {
    EXPECT_TRUE(goes(from, to)["findings_that_go"].empty()) << from << " to " << to;
    EXPECT_TRUE(goes(from, to)["findings_that_come"].empty()) << from << " to " << to;
  }
  EXPECT_THAT(goes("v1.0.71+41", "v1.0.71+32")["findings_that_come"], Contains("penalties-are-ignored"));
}

TEST(UpgradeCheck, AsksTheNodeWhatItIs) {
  const StartedFake node(1, "zenoh");

  const Answer seen = ask({"upgrade-check", "--to", "zenoh", "--api", node.apis().at(0)});
  EXPECT_EQ(row(seen.said["checks"], "runs-now")["status"], "good") << seen.said;
  EXPECT_TRUE(seen.said["findings_that_come"].empty()) << seen.said;
  // Of a version that nobody recorded it is not known that a fault is mended.
  const Answer newer = ask({"upgrade-check", "--to", "v1.0.71+50", "--api", node.apis().at(0)});
  EXPECT_TRUE(newer.said["findings_that_go"].empty()) << newer.said;

  const Answer contradicted = ask({"upgrade-check", "--from", "v1.0.71", "--to", "zenoh", "--api", node.apis().at(0)});
  EXPECT_EQ(contradicted.code, 3);
  EXPECT_EQ(row(contradicted.said["checks"], "runs-now")["status"], "bad");
}

TEST(UpgradeCheck, OfNodesThatDoNotAnswerOrDifferIsNotReady) {
  const StartedFake node(1, "zenoh"), old(1, "v1.0.71");

  const Answer dead = ask({"upgrade-check", "--from", "v1.0.71", "--to", "zenoh", "--api", "http://127.0.0.1:9"});
  EXPECT_EQ(dead.code, 3) << dead.said;
  const Answer half = ask({"upgrade-check", "--to", "zenoh", "--api", old.apis().at(0), "--api", node.apis().at(0)});
  EXPECT_EQ(half.code, 3) << half.said;
  EXPECT_THAT(half.said["changes"].dump(), HasSubstr("network-layer"));
  EXPECT_THAT(half.said["checks"].dump(), HasSubstr("one version on all nodes"));
}

TEST(DoctorCommand, OfZenohLooksAtIpv6AndTheStartScript) {
  const TemporaryFolder folder{"start"};
  write_file(folder.path() / "start-exo", "exo --bootstrap-peers \"$PEERS\"\n");
  const std::string script = (folder.path() / "start-exo").string();
  const StartedFake node(1, "zenoh"), old(1, "v1.0.71");

  const auto checks = ask({"doctor", "--api", node.apis().at(0), "--start-script", script}).said;
  EXPECT_EQ(row(checks, "start-settings")["status"], "bad") << checks;
  EXPECT_FALSE(row(checks, "ipv6").is_null());
  const auto of_old = ask({"doctor", "--api", old.apis().at(0), "--start-script", script}).said;
  EXPECT_EQ(row(of_old, "start-settings")["status"], "good") << of_old;
  EXPECT_TRUE(row(of_old, "ipv6").is_null());
}

TEST(DoctorCommand, TellsNodesOfLibp2pAndOfZenohApartByTheirVersions) {
  const StartedFake node(1, "zenoh"), old(1, "v1.0.71");

  const auto checks = ask({"doctor", "--api", node.apis().at(0), "--api", old.apis().at(0), "--nodes", "2"}).said;

  const auto apart = row(checks, "one-cluster");
  EXPECT_EQ(apart["status"], "bad") << checks;
  EXPECT_THAT(apart["seen"].get<std::string>(), AllOf(HasSubstr("v1.0.71+42 or newer"), HasSubstr("12D3KooW")));
  EXPECT_THAT(apart["fix"].get<std::string>(), HasSubstr("libp2p and zenoh never meet"));
}

TEST(AStart, ThatZenohEndsAtIsNamed) {
  RunPlan plan;
  plan.suite = "discovery";
  plan.cluster_environment = {{"EXO_FAKE_GENERATION", "zenoh"}, {"EXO_LIBP2P_NAMESPACE", "lab"}};
  HarnessRun run(plan);

  const auto status = run.wait();

  ASSERT_TRUE(status) << run.output();
  EXPECT_EQ(status->code, 3) << run.output();
  EXPECT_THAT(run.output(), AllOf(HasSubstr("A removed setting"), HasSubstr("Unset EXO_LIBP2P_NAMESPACE")));
}

}  // namespace
}  // namespace exo_harness::tools
