// What `run --quick` promises besides its tests: `lies.md` says what those find.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/file.h"
#include "exo_harness/process/child.h"

#include "broken_run.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

SeenRun run_staging(const fs::path& folder, std::vector<std::string> arguments, const std::string& filter = "*") {
  BrokenRun run{"staging", "single", filter};
  run.arguments = std::move(arguments);
  return run_broken(run, folder);
}

process::CommandResult gate(const fs::path& a, const fs::path& b, const fs::path& out) {
  process::CommandOptions options;
  options.command = {std::string(EXO_BIN_DIR) + "/exo-harness", "gate", a.string(), b.string(), "--out", out.string()};
  return process::run_command(options, Deadline::after(std::chrono::seconds(60)));
}

TEST(AQuickRun, NamesWhatItLeftOutAndIsComparedWithItsLikeOnly) {
  const TemporaryFolder whole, quick;

  run_staging(whole.path(), {});
  const SeenRun seen = run_staging(quick.path(), {"--quick"});
  const auto compared =
      gate(whole.path() / "runs" / "latest", quick.path() / "runs" / "latest", quick.path() / "compared");

  EXPECT_EQ(seen.exit_code, 0) << seen.output;
  EXPECT_THAT(seen.output, HasSubstr("PASSED: the quick selection found nothing wrong"));
  EXPECT_THAT(seen.output, HasSubstr("The quick selection left out"));
  EXPECT_EQ(compared.status.code, to_int(ExitCode::not_comparable)) << compared.output;
  EXPECT_THAT(compared.output, HasSubstr("settings.selection"));
}

TEST(AQuickRun, OfNothingThatIsMarkedEndsWithFive) {
  const TemporaryFolder folder;

  const SeenRun seen = run_staging(folder.path(), {"--quick"}, "*NoSuchPromise*");

  EXPECT_EQ(seen.exit_code, to_int(ExitCode::nothing_selected)) << seen.output;
}

TEST(AQuickRun, IsNoTrialOfAModel) {
  process::CommandOptions options;
  options.command = {
      std::string(EXO_BIN_DIR) + "/exo-harness", "run", "--quick", "--fallback", "--model", "tiny-llama"};

  const auto refused = process::run_command(options, Deadline::after(std::chrono::seconds(60)));

  EXPECT_EQ(refused.status.code, to_int(ExitCode::harness)) << refused.output;
  EXPECT_THAT(refused.output, HasSubstr("--quick with --fallback"));
}

}  // namespace
}  // namespace exo_harness::tools
