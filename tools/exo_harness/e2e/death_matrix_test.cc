// Who or what dies, hangs or misbehaves at whatever moment of a run: the run says so in its own word, and nothing
// stays.
#include <algorithm>
#include <csignal>
#include <functional>
#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/text.h"
#include "exo_harness/process/table.h"

#include "harness_run.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// What happens to a run from outside; nothing where the run's own suite or start script misbehaves.
using Deed = void (*)(HarnessRun&);

struct Row {
  const char* name;
  RunPlan plan;
  Deed deed;
  const char* verdict;  ///< Of the run.
  int exit_code;
  const char* says;       ///< What a reason, or what the command printed, must tell.
  bool dies = false;      ///< exo-harness itself is killed: the verdict is that of `exo-harness report`.
  const char* next = "";  ///< What came of the test after the one that misbehaved; empty: there is none.
};

void PrintTo(const Row& row, std::ostream* os) {
  *os << row.name;
}

void nothing(HarnessRun&) {}

RunPlan suite_that(const char* misbehaves) {
  RunPlan plan;
  plan.misbehave = misbehaves;
  plan.arguments = {"--test-limit", "2"};
  return plan;
}

const std::vector<Row>& rows() {
  static const std::vector<Row> kRows = {
      {"AWellBehavedRun", suite_that(""), nothing, "passed", 0, "3 passed", false, "passed"},
      {"AbortInATest", suite_that("abort"), nothing, "crash", 1, "SIGABRT", false, "passed"},
      {"SegfaultInATest", suite_that("segfault"), nothing, "crash", 1, "SIGSEGV", false, "passed"},
      {"ExitZeroInATest", suite_that("exit 0"), nothing, "crash", 1, "ended with exit code 0", false, "passed"},
      {"ExitThreeAfterAPass", suite_that("exit 3 at the end"), nothing, "inconclusive", 3, "could not judge", false,
       "passed"},
      {"HangInATest", suite_that("hang"), nothing, "hang", 1, "no end within 2000 ms", false, "passed"},
      {"HangThatIgnoresSigterm", suite_that("hang and ignore SIGTERM"), nothing, "hang", 1, "no end within 2000 ms",
       false, "passed"},
  };
  return kRows;
}

class DeathMatrix : public testing::TestWithParam<Row> {};

std::string result_of(const HarnessRun& run, const std::string& test) {
  std::string result;
  for (const journal::Record& record : run.records()) {
    const auto* ended = std::get_if<journal::TestEnded>(&record.body);
    if (ended != nullptr && ended->test == test) result = ended->result;
  }
  return result;
}

TEST_P(DeathMatrix, HasItsOwnVerdictAndLeavesNothing) {
  const Row& row = GetParam();
  HarnessRun run(row.plan);
  row.deed(run);

  const auto status = run.wait();
  ASSERT_TRUE(status.has_value()) << run.output();
  EXPECT_TRUE(run.wait_for_nothing_left()) << testing::PrintToString(run.left());
  const auto report = run.command({"report", run.run().string()});

  EXPECT_EQ(report.status.code, row.exit_code) << report.output;
  EXPECT_EQ(row.dies ? status->signal : status->code, row.dies ? SIGKILL : row.exit_code) << run.output();
  EXPECT_THAT(read_file(run.run() / "verdict.json"), HasSubstr("\"verdict\": \"" + std::string(row.verdict) + "\""));
  EXPECT_THAT(report.output, HasSubstr(row.says)) << run.output();
  EXPECT_EQ(result_of(run, "TheNext.IsWell"), row.next);
}

INSTANTIATE_TEST_SUITE_P(Rows, DeathMatrix, testing::ValuesIn(rows()),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace exo_harness::tools
