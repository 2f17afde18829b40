#include "exo_harness/core/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "exo_harness/core/error.h"

namespace exo_harness {
namespace {

namespace fs = std::filesystem;

TEST(WriteFile, ReplacesTheOldContentAndLeavesNoPartBehind) {
  const TemporaryFolder folder;
  write_file(folder.path() / "a", "old");
  write_file(folder.path() / "a", "new");

  EXPECT_EQ(read_file(folder.path() / "a"), "new");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator{}), 1);
}

TEST(ReadFile, NamesTheFileThatIsMissing) {
  try {
    read_file("/nowhere/at/all");
    FAIL() << "no error";
  } catch (const HarnessError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("/nowhere/at/all: No such file"));
  }
}

TEST(ReadFile, DoesNotWaitForAPipeThatNobodyWritesTo) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(read_file(folder.path() / "pipe"), "");
}

TEST(ReadFile, RefusesAFileOverItsLimit) {
  const TemporaryFolder folder;
  write_file(folder.path() / "a", std::string(100, 'x'));

  EXPECT_THROW(read_file(folder.path() / "a", 99), HarnessError);
  EXPECT_EQ(read_file(folder.path() / "a", 100).size(), 100u);
}

TEST(TemporaryFolder, IsGoneAfterwards) {
  fs::path path;
  {
    const TemporaryFolder folder;
    path = folder.path();
    write_file(path / "a", "x");
    ASSERT_TRUE(fs::exists(path));
  }
  EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace exo_harness
