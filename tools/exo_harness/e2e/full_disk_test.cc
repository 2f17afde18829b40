// The disk under the run folder fills up in the middle of a run.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/process/child.h"

#include "harness_run.h"

namespace exo_harness::tools {
namespace {

using testing::HasSubstr;
using testing::Not;

// Whether we may mount something that nobody else sees.
bool may_mount() {
  if (!std::filesystem::exists("/proc/self/ns/mnt")) return false;
  process::CommandOptions mount;
  mount.command = {"unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"};
  try {
    return process::run_command(mount, Deadline::after(kTestLimit)).status.ok();
  } catch (const std::exception&) {
    return false;
  }
}

TEST(FullDisk, EndsARunRedAndKeepsWhatWasWritten) {
  if (!may_mount()) GTEST_SKIP() << "only root on Linux may mount a small disk of its own";
  RunPlan plan;
  plan.misbehave = "fill the disk";
  plan.prefix = {EXO_SOURCE_DIR "/tools/exo_harness/e2e/on-a-small-disk"};
  HarnessRun run(plan);

  const auto status = run.wait();

  ASSERT_TRUE(status) << run.output();
  EXPECT_EQ(status->code, 2) << run.output();
  EXPECT_THAT(run.output(), HasSubstr("No space left on device"));
  EXPECT_THAT(run.output(), Not(HasSubstr("PASSED")));
  EXPECT_THAT(run.output(), HasSubstr("the report ended with 2")) << "written when there is space again";
  EXPECT_THAT(run.output(), HasSubstr("HARNESS TROUBLE"));
}

}  // namespace
}  // namespace exo_harness::tools
