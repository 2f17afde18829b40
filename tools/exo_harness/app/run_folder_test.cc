#include "app/run_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;

TEST(RunFolder, IsMadeWithItsPartsAndIsTheLatest) {
  const TemporaryFolder runs;

  create_run_folder(runs.path());
  const RunFolder second = create_run_folder(runs.path());

  EXPECT_TRUE(fs::is_directory(second.logs()));
  EXPECT_TRUE(fs::is_directory(second.exchanges()));
  EXPECT_EQ(fs::canonical(runs.path() / "latest"), fs::canonical(second.path));
}

TEST(RunFolder, ThatCannotBeMadeIsNamed) {
  const TemporaryFolder runs;
  write_file(runs.path() / "file", "x");

  try {
    create_run_folder(runs.path() / "file");
    FAIL() << "no error";
  } catch (const HarnessError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr((runs.path() / "file").string()));
  }
}

TEST(RunFolder, ThatHoldsRunsSaysWhichToTake) {
  const TemporaryFolder runs;
  write_file(create_run_folder(runs.path()).journal(), "");

  EXPECT_EQ(where_runs_are(runs.path()), "runs lie in it: " + (runs.path() / "latest").string() + " is the newest");
  EXPECT_THAT(where_runs_are(runs.path() / "nothing"), testing::HasSubstr("exo-runs/latest"));
}

}  // namespace
}  // namespace exo_harness::tools
