// Secrets that a run meets stand in none of the files that it leaves.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/text.h"

#include "harness_run.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
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

TEST(PlantedSecrets, StandInNoArtefactOfARun) {
  RunPlan plan;
  plan.misbehave = "tell secrets";
  plan.style = "tells-secrets";
  plan.start_arguments = {"--api-key", "planted-argument",
                          "https://planted-user:planted-word@127.0.0.1/?token=planted-query"};
  plan.environment = {{"HF_TOKEN", "planted-environment"}};
  plan.cluster_environment = {{"MY_API_KEY", "planted-cluster-environment"}};
  HarnessRun run(plan);
  const auto status = run.wait();
  ASSERT_TRUE(status) << run.output();
  EXPECT_EQ(status->code, 1) << run.output();

  // That nothing is found must not come from nothing having been told.
  EXPECT_THAT(read_file(run.run() / "start.log"), HasSubstr("argument --api-key [redacted]"));
  EXPECT_THAT(read_file(run.run() / "journal.jsonl"), HasSubstr("the token is [redacted]"));
  EXPECT_THAT(lines_with_secrets(run.run()), IsEmpty());
  EXPECT_THAT(run.output(), Not(HasSubstr(kPlanted)));
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
