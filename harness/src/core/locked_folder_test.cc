#include "exo_harness/core/locked_folder.h"

#include <gtest/gtest.h>

namespace exo_harness {
namespace {

namespace fs = std::filesystem;

TEST(LockedFolder, IsRemovedAtTheEndWithAllItHolds) {
  const TemporaryFolder root;
  fs::path path;
  {
    const LockedFolder folder(root.path() / "into", "x-");
    path = folder.path();
    write_file(path / "file", "text");
    EXPECT_TRUE(path.filename().string().starts_with("x-"));
  }
  EXPECT_FALSE(fs::exists(path));
  EXPECT_TRUE(fs::exists(root.path() / "into"));
}

TEST(LockedFolder, TellsADeadOnesFromALivingOnes) {
  const TemporaryFolder root;
  const LockedFolder living(root.path(), "x-");
  write_file(living.path() / "file", "text");
  fs::create_directories(root.path() / "x-dead/below");
  fs::create_directories(root.path() / "other");

  EXPECT_EQ(LockedFolder::remove_dead(root.path(), "x-"), 1);

  EXPECT_TRUE(fs::exists(living.path() / "file"));
  EXPECT_FALSE(fs::exists(root.path() / "x-dead"));
  EXPECT_TRUE(fs::exists(root.path() / "other"));
  EXPECT_EQ(LockedFolder::remove_dead(root.path() / "none", "x-"), 0);
}

TEST(LockedFolder, StaysWhenItWasGivenAway) {
  const TemporaryFolder root;
  fs::path path;
  {
    LockedFolder folder(root.path(), "x-");
    path = folder.path();
    folder.give_away();
  }
  EXPECT_TRUE(fs::exists(path));
}

}  // namespace
}  // namespace exo_harness
