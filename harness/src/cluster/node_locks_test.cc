#include "exo_harness/cluster/node_locks.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "exo_harness/core/environment.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"

namespace exo_harness::cluster {
namespace {

class TheLocksOfNodes : public testing::Test {
 protected:
  TheLocksOfNodes() { setenv("TMPDIR", folder_.path().c_str(), 1); }
  ~TheLocksOfNodes() override { before_.empty() ? unsetenv("TMPDIR") : setenv("TMPDIR", before_.c_str(), 1); }

  std::string before_ = environment("TMPDIR");
  TemporaryFolder folder_;
  NodeLocks ours_, theirs_;
};

TEST_F(TheLocksOfNodes, HoldByIdWhateverTheAddress) {
  ours_.take({{"a", "http://10.0.0.1:52415", ""}}, "/runs/1");

  EXPECT_THROW(theirs_.take({{"a", "http://localhost:52415", ""}}, "/runs/2"), HarnessError);
  EXPECT_NO_THROW(theirs_.take({{"b", "http://10.0.0.2:52415", ""}}, "/runs/2"));
}

TEST_F(TheLocksOfNodes, HoldByAddressWhileANodeIsStartedAgain) {
  ours_.take({{"a", "http://10.0.0.1:52415", ""}}, "/runs/1");

  EXPECT_THROW(theirs_.take({{"a-again", "http://user:word@10.0.0.1:52415", ""}}, "/runs/2"), HarnessError);
}

TEST_F(TheLocksOfNodes, TakeTheNewIdsToo) {
  ours_.take({{"a", "http://10.0.0.1:52415", ""}}, "/runs/1");
  ours_.take({{"a-again", "http://10.0.0.1:52415", ""}}, "/runs/1");

  EXPECT_THROW(theirs_.take({{"a-again", "http://localhost:52415", ""}}, "/runs/2"), HarnessError);
  ours_ = {};
  EXPECT_NO_THROW(theirs_.take({{"a-again", "http://10.0.0.1:52415", ""}}, "/runs/2"));
}

}  // namespace
}  // namespace exo_harness::cluster
