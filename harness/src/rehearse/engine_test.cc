#include "exo_harness/rehearse/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"

namespace exo_harness::rehearse {
namespace {

namespace fs = std::filesystem;

void make_program(const fs::path& file) {
  fs::create_directories(file.parent_path());
  write_file(file, "#!/bin/sh\n");
  fs::permissions(file, fs::perms::owner_all);
}

/// An environment as `uv sync` makes it.
fs::path make_environment(const fs::path& root) {
  fs::create_directories(root / "lib/python3.13/site-packages/exo-0.3.70.dist-info");
  make_program(root / "bin/python");
  make_program(root / "bin/exo");
  return root;
}

doctor::RunCommand no_process() {
  return [](const auto&) { return doctor::CommandAnswer{}; };
}

class FindEngine : public testing::Test {
 protected:
  Engine find(const fs::path& given, const std::string& path = "") const {
    return find_engine({given, path}, no_process());
  }
  fs::path root() const { return fs::canonical(folder_.path()); }
  TemporaryFolder folder_;
};

TEST_F(FindEngine, TakesACheckoutItsEnvironmentOrAPython) {
  const fs::path python = make_environment(root() / "exo/.venv") / "bin/python";
  EXPECT_EQ(find(root() / "exo").python, python);
  EXPECT_EQ(find(root() / "exo/.venv").python, python);
  EXPECT_EQ(find(python).python, python);
  EXPECT_EQ(find(python).found_by, "--exo");
}

TEST_F(FindEngine, TakesTheOneOfPathOnlyWhenNoneWasNamed) {
  const fs::path venv = make_environment(root() / "venv");
  EXPECT_EQ(find("", (venv / "bin").string()).python, venv / "bin/python");
  fs::create_directories(root() / "empty");
  EXPECT_THROW(find(root() / "empty", (venv / "bin").string()), EnvironmentError);
}

TEST_F(FindEngine, SaysThatThereIsNone) {
  EXPECT_THROW(find(root() / "none"), UsageError);
  fs::create_directories(root() / "app/_internal/mlx-0.31.2.dist-info");  // Frozen: it has no Python of its own.
  try {
    find(root() / "app");
    FAIL() << "an app has no Python";
  } catch (const EnvironmentError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("not rehearsed: no Exo here"));
  }
}

TEST_F(FindEngine, TakesForTheOneThatRunsOnlyWhatAllProcessesRunFrom) {
  const fs::path one = make_environment(root() / "one"), other = make_environment(root() / "other");
  std::string table;
  const doctor::RunCommand run = [&](const auto& command) {
    doctor::CommandAnswer answer;
    answer.found = command[0] == "ps";
    answer.out = command[0] == "ps" ? table : "";
    return answer;
  };
  EXPECT_FALSE(running_engine(run));
  table = format("  7 {}/bin/python {}/bin/exo\n  8 {}/bin/python {}/bin/exo\n", one.string(), one.string(),
                 one.string(), one.string());
  ASSERT_TRUE(running_engine(run));
  EXPECT_EQ(running_engine(run)->python, one / "bin/python");
  EXPECT_EQ(running_engine(run)->found_by, "process 7");
  table += format("  9 {}/bin/python {}/bin/exo\n", other.string(), other.string());
  EXPECT_FALSE(running_engine(run)) << "whose nodes are tested?";
}

}  // namespace
}  // namespace exo_harness::rehearse
