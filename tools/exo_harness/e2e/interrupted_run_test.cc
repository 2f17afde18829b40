// What ctrl-C in the middle of a run comes to: the user's doing, and no fault of the cluster.
#include <algorithm>
#include <filesystem>

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
using namespace std::chrono_literals;

bool has_test_running(const fs::path& journal) {
  if (!fs::exists(journal)) return false;
  std::ptrdiff_t balance = 0;
  for (const journal::Record& record : journal::read_journal(journal).records) {
    balance += std::holds_alternative<journal::TestStarted>(record.body) ? 1 : 0;
    balance -= std::holds_alternative<journal::TestEnded>(record.body) ? 1 : 0;
  }
  return balance > 0;
}

TEST(AnInterruptedRun, IsInconclusiveAndKeepsItsReports) {
  const TemporaryFolder folder;
  process::CommandOptions command;
  command.command = {
      EXO_BIN_DIR "/exo-harness", "run", "--suite", "expected_failure", "--placement", "pipeline-2", "--out",
      folder.path().string()};
  command.output = folder.path() / "output";
  process::Child run = process::Child::start(command);
  ASSERT_TRUE(wait_until(Deadline::after(40s), 1ms, [&] {
    return has_test_running(folder.path() / "latest" / "journal.jsonl");
  })) << read_file(command.output);

  ASSERT_EQ(::kill(run.pid(), SIGINT), 0);
  const auto ended = run.wait(Deadline::after(40s));

  ASSERT_TRUE(ended.has_value());
  const std::string output = read_file(command.output);
  EXPECT_EQ(ended->code, to_int(ExitCode::inconclusive)) << process::to_string(*ended) << "\n" << output;
  EXPECT_THAT(read_file(folder.path() / "latest" / "verdict.json"), HasSubstr("inconclusive"));
  EXPECT_THAT(output, Not(HasSubstr("CRASH")));
}

}  // namespace
}  // namespace exo_harness::tools
