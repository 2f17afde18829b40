#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "exo_harness/gtest/attached_cluster.h"
#include "exo_harness/gtest/run.h"

namespace {

TEST(Trap, Passes) {}
TEST(Trap, Skips) {
  GTEST_SKIP() << "nothing to test here";
}
TEST(Trap, Aborts) {
  std::abort();
}
TEST(Trap, LeavesEarlyWithSuccess) {
  std::_Exit(0);
}
TEST(Trap, FailsWithTheSkipMarkerInItsText) {
  FAIL() << "a node logged [  SKIPPED ] in passing";
}

class SetUpOfSuite : public testing::Test {
 protected:
  static void SetUpTestSuite() { ADD_FAILURE() << "the suite cannot be set up"; }
};
TEST_F(SetUpOfSuite, Fails) {}

using NoCluster = exo_harness::gtest::ClusterTest;
TEST_F(NoCluster, IsNotSkipped) {}

std::vector<std::string> fixtures() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(TRAP_FIXTURES)) names.push_back(file.path().stem());
  return names;
}
class Fixtures : public testing::TestWithParam<std::string> {};
TEST_P(Fixtures, AreListed) {}
INSTANTIATE_TEST_SUITE_P(All, Fixtures, testing::ValuesIn(fixtures()), [](const auto& info) { return info.param; });

}  // namespace

int main(int argc, char** argv) {
  return exo_harness::gtest::run(argc, argv);
}
