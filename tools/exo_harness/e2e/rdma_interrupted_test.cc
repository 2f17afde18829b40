// Ctrl-C in the middle of `exo-harness rdma`: inconclusive, with reports, and the cluster is gone.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/file.h"
#include "exo_harness/journal/journal.h"
#include "exo_harness/process/child.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

bool is_placing(const fs::path& journal) {
  if (!fs::exists(journal)) return false;
  const auto records = journal::read_journal(journal).records;
  return std::any_of(records.begin(), records.end(), [](const journal::Record& record) {
    const auto* started = std::get_if<journal::TestStarted>(&record.body);
    return started != nullptr && started->test == "Rdma.Place";
  });
}

TEST(AnInterruptedRdma, IsInconclusiveAndLeavesNothing) {
  const TemporaryFolder folder;
  process::CommandOptions command;
  command.command = {EXO_BIN_DIR "/exo-harness", "rdma", "--out", folder.path().string()};
  command.environment = {{"EXO_FAKE_FAULTS", "runner-hangs:phase=load,mode=tensor-jaccl"}};
  command.output = folder.path() / "output";
  process::Child run = process::Child::start(command);
  ASSERT_TRUE(wait_until(Deadline::after(30s), 5ms, [&] {
    return is_placing(folder.path() / "latest" / "journal.jsonl");
  })) << read_file(command.output);

  ASSERT_EQ(::kill(run.pid(), SIGTERM), 0);
  const auto ended = run.wait(Deadline::after(30s));

  ASSERT_TRUE(ended.has_value());
  const std::string output = read_file(command.output);
  EXPECT_EQ(ended->code, to_int(ExitCode::inconclusive)) << output;
  EXPECT_THAT(output, HasSubstr("cluster stopped, no process left"));
  EXPECT_THAT(output, Not(HasSubstr("HARNESS")));
  EXPECT_THAT(read_file(folder.path() / "latest" / "verdict.json"), HasSubstr("inconclusive"));
}

}  // namespace
}  // namespace exo_harness::tools
