// `models check` of a cluster that `up` started.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"
#include "exo_harness/process/child.h"

namespace exo_harness::tools {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

class ModelsCheckOfACluster : public testing::Test {
 protected:
  process::CommandResult run(std::vector<std::string> words) const {
    process::CommandOptions command;
    command.command = {EXO_BIN_DIR "/exo-harness"};
    command.command.insert(command.command.end(), words.begin(), words.end());
    command.environment["EXO_HARNESS_RUNS"] = folder_.path().string();
    return process::run_command(command, Deadline::after(60s));
  }

  TemporaryFolder folder_;
};

TEST_F(ModelsCheckOfACluster, SaysWhatEachNodeHas) {
  ASSERT_TRUE(run({"up"}).status.ok());

  const auto all = run({"models", "check", "--cluster"});
  const auto lacking =
      run({"models", "check", "--cluster", (folder_.path() / "cluster.json").string(), "llama-3.2-3b"});

  EXPECT_TRUE(run({"down"}).status.ok());
  EXPECT_EQ(all.status.code, 0) << all.output;
  EXPECT_THAT(all.output, AllOf(HasSubstr("tiny-llama: complete on every node with as many bytes"),
                                HasSubstr("fake-1 "), Not(HasSubstr("Llama-3.2-3B"))));
  EXPECT_EQ(lacking.status.code, 1) << lacking.output;
  EXPECT_THAT(lacking.output, HasSubstr("problem: fake-2: absent"));
}

TEST_F(ModelsCheckOfACluster, SaysWhenThereIsNone) {
  const auto nothing = run({"models", "check", "--cluster"});
  const auto spec = run({"models", "check", "--cluster", "fake-2"});

  EXPECT_EQ(nothing.status.code, 2);
  EXPECT_THAT(nothing.output, HasSubstr("nothing is up"));
  EXPECT_EQ(spec.status.code, 2);
  EXPECT_THAT(spec.output, HasSubstr("the cluster spec fake-2 names no address"));
}

}  // namespace
}  // namespace exo_harness::tools
