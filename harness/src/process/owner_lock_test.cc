#include "exo_harness/process/owner_lock.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/locked_folder.h"

namespace exo_harness::process {
namespace {

namespace fs = std::filesystem;

class TheOwnerLock : public testing::Test {
 protected:
  TheOwnerLock() {
    if (const char* before = std::getenv("TMPDIR")) before_ = before;
    setenv("TMPDIR", folder_.path().c_str(), 1);
  }
  ~TheOwnerLock() override { before_.empty() ? unsetenv("TMPDIR") : setenv("TMPDIR", before_.c_str(), 1); }
  static int files() {
    int count = 0;
    for (const auto& entry : fs::directory_iterator(folder_of_user()))
      count += entry.path().extension() == ".lock" ? 1 : 0;
    return count;
  }

  TemporaryFolder folder_;
  std::string before_;
};

TEST_F(TheOwnerLock, IsHadByOneAndLeavesNoFile) {
  auto lock = OwnerLock::take("10.0.0.1:52415");
  ASSERT_TRUE(lock);
  lock->sign({{4711, 12}, 4712, false, "/runs/1"});
  EXPECT_FALSE(OwnerLock::take("10.0.0.1:52415"));
  ASSERT_TRUE(owner_of("10.0.0.1:52415"));
  EXPECT_EQ(owner_of("10.0.0.1:52415")->supervisor, 4712);
  EXPECT_TRUE(OwnerLock::take("10.0.0.1:52416"));
  lock.reset();
  EXPECT_EQ(files(), 0);
  EXPECT_FALSE(owner_of("10.0.0.1:52415"));
  EXPECT_TRUE(OwnerLock::take("10.0.0.1:52415"));
}

TEST_F(TheOwnerLock, OfAFileThatWasTakenAwayDoesNotTouchTheNextOne) {
  auto first = OwnerLock::take("a");
  ASSERT_TRUE(first);
  for (const auto& entry : fs::directory_iterator(folder_of_user())) fs::remove(entry.path());
  auto second = OwnerLock::take("a");
  ASSERT_TRUE(second);
  first.reset();
  EXPECT_EQ(files(), 1) << "it is of the second";
  EXPECT_FALSE(OwnerLock::take("a"));
}

TEST_F(TheOwnerLock, OfOneWhoDidNotSignNamesNoProcessToEnd) {
  const HarnessError error = busy_error(Owner{});
  EXPECT_THAT(std::string(error.what()) + error.advice(), testing::Not(testing::HasSubstr("pid")));
  EXPECT_THAT(error.advice(), testing::Not(testing::HasSubstr("kill")));
}

TEST_F(TheOwnerLock, OfAllNodesOrOfNone) {
  const auto other = OwnerLock::take("node n2");
  EXPECT_THROW(own_nodes({"n1", "n2"}, "/runs/2"), HarnessError);
  EXPECT_EQ(files(), 1);
  EXPECT_EQ(own_nodes({"n1", "n3"}, "/runs/2").size(), 2u);
  EXPECT_EQ(files(), 1);
}

}  // namespace
}  // namespace exo_harness::process
