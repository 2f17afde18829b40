#pragma once

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace exo_harness::gtest {

/// Looks at the end of each test whether another instance of a model that this process places was there meanwhile, made
/// by somebody else: whatever the test saw then may have come from it, so its verdict is `environment`, never a pass
/// and never a failure of the product.
///
/// Looks at /state say so of each test; of those that failed, and of all at the last one, the events, too, which know
/// of what came and went between two looks.
/// It makes failures, so it is appended behind every listener that takes them.
class ForeignWatch : public testing::EmptyTestEventListener {
 public:
  void OnTestEnd(const testing::TestInfo& test) override;

 private:
  std::set<std::string> reported_;  // Ids that some test reported.
  int ended_ = 0;
};

}  // namespace exo_harness::gtest
