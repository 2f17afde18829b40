#include "exo_harness/cluster/up_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"

namespace exo_harness::cluster {
namespace {

TEST(UpState, ComesBackAsItWasWritten) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "cluster.toml";
  UpState state;
  state.spec.name = "two \"macs\"";
  state.spec.apis = {"http://a:1", "http://b:1"};
  state.spec.placements = {"tensor-2"};
  state.spec.environment = {{"KEY", "value\nwith newline"}};
  state.spec.limits.warm_up = std::chrono::milliseconds(7);
  state.spec.speed = 0.25;
  state.node_ids = {"n1", "n2"};
  state.supervisor_pid = 42;

  write_up_state(file, state);
  const UpState read = read_up_state(file);

  EXPECT_EQ(read.spec.name, state.spec.name);
  EXPECT_EQ(read.spec.apis, state.spec.apis);
  EXPECT_EQ(read.spec.placements, state.spec.placements);
  EXPECT_EQ(read.spec.environment, state.spec.environment);
  EXPECT_EQ(read.spec.limits.warm_up, state.spec.limits.warm_up);
  EXPECT_EQ(read.spec.limits.load, state.spec.limits.load);
  EXPECT_EQ(read.spec.speed, 0.25);
  EXPECT_EQ(read.node_ids, state.node_ids);
  EXPECT_EQ(read.supervisor_pid, 42);
}

TEST(UpState, ThatIsNoneIsRefusedByFileAndLine) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "cluster.toml";
  const auto message = [&](const char* content) -> std::string {
    write_file(file, content);
    try {
      read_up_state(file);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "";
  };

  EXPECT_THAT(message("a = 1\nb = = 2\n"), testing::HasSubstr("cluster.toml:2: "));
  EXPECT_THAT(message("a = 1\n"), testing::HasSubstr("is not the state of a cluster"));
}

}  // namespace
}  // namespace exo_harness::cluster
