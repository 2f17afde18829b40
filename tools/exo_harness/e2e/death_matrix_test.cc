// Who or what dies, hangs or misbehaves at whatever moment of a run: the run says so in its own word, and nothing
// stays.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/text.h"
#include "exo_harness/http/client.h"

#include "harness_run.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// What happens to a run from outside.
using Deed = void (*)(HarnessRun&);

struct Row {
  const char* name;
  RunPlan plan;
  Deed deed;
  const char* verdict;    ///< Of the run.
  int exit_code;          ///< Of `run`, and of `report`.
  const char* says;       ///< What a reason must tell.
  const char* next = "";  ///< What came of the test after the one that misbehaved; empty: it did not run.
};

void PrintTo(const Row& row, std::ostream* os) {
  *os << row.name;
}

void nothing(HarnessRun&) {}

void kill_harness(HarnessRun& run) {
  ASSERT_TRUE(run.wait_for_test("Misbehaves.Here")) << run.output();
  ASSERT_EQ(::kill(run.process().pid(), SIGKILL), 0);
}

void kill_supervisor(HarnessRun& run) {
  ASSERT_TRUE(run.wait_for_test("Misbehaves.Here")) << run.output();
  ASSERT_EQ(::kill(run.supervisor(), SIGKILL), 0);
}

// The supervisor is frozen first, so that it does not see the harness die.
void kill_both_and_sweep(HarnessRun& run) {
  ASSERT_TRUE(run.wait_for_test("Misbehaves.Here")) << run.output();
  const pid_t supervisor = run.supervisor();
  ASSERT_EQ(::kill(supervisor, SIGSTOP), 0);
  ASSERT_EQ(::kill(run.process().pid(), SIGKILL), 0);
  ASSERT_EQ(::kill(supervisor, SIGKILL), 0);
  ASSERT_TRUE(run.wait());
  ASSERT_TRUE(run.wait_for_end_of_supervisor()) << "a sweep leaves alone what has a supervisor";
  ASSERT_THAT(run.left(), Not(IsEmpty())) << "then there is nothing to sweep";
  const auto swept = run.command({"sweep", "--out", (run.folder() / "runs").string()});
  EXPECT_EQ(swept.status.code, 0) << swept.output;
}

void freeze_harness(HarnessRun& run) {
  ASSERT_TRUE(run.wait_for_test("Misbehaves.Here")) << run.output();
  ASSERT_EQ(::kill(run.process().pid(), SIGSTOP), 0);
  EXPECT_TRUE(run.wait_for_nothing_left()) << testing::PrintToString(run.left());
  ASSERT_EQ(::kill(run.process().pid(), SIGCONT), 0);
}

bool is_running_runner(const journal::Record& record) {
  const auto* change = std::get_if<journal::StateChange>(&record.body);
  return change != nullptr && change->part == "runner" && change->to == "RunnerRunning";
}

template <int kSignal>
void signal_node(HarnessRun& run) {
  ASSERT_TRUE(run.wait_for(is_running_runner)) << run.output();
  const pid_t node = run.node("--name fake-2");
  ASSERT_GT(node, 1);
  ASSERT_EQ(::kill(node, kSignal), 0);
}

void lose_node(HarnessRun& run) {
  ASSERT_TRUE(run.wait_for(is_running_runner)) << run.output();
  std::string api;
  for (const journal::Record& record : run.records()) {
    if (const auto* node = std::get_if<journal::NodeSeen>(&record.body)) api = node->api;
  }
  http::Request request;
  request.method = "POST";
  request.url = api + "/fake/fault";
  request.body = "partition";
  http::Client client;
  ASSERT_TRUE(client.perform(request, Deadline::after(kTestLimit)));
}

RunPlan suite_that(const char* misbehaves) {
  RunPlan plan;
  plan.misbehave = misbehaves;
  return plan;
}

RunPlan limited_suite_that(const char* misbehaves) {
  RunPlan plan = suite_that(misbehaves);
  plan.arguments = {"--test-limit", "2"};
  return plan;
}

RunPlan frozen_harness() {
  RunPlan plan = suite_that("hang");
  plan.heartbeat = 1.5;
  return plan;
}

// A long answer of two nodes, to break something in the middle of.
RunPlan long_answer() {
  RunPlan plan;
  plan.suite = "inference";
  plan.filter = "*HasTheShape*";
  plan.placement = "pipeline-2";
  plan.faults = "slow-tokens:ms=400";
  plan.answer_limit = 15;
  plan.nodes = 2;
  return plan;
}

// In MiB, to each of its two streams; see the soak tests. What the supervisor keeps of it fits into a report in any
// case.
std::int64_t flood_bytes() {
  const char* wanted = std::getenv("EXO_HARNESS_FLOOD");
  return (wanted != nullptr ? std::atol(wanted) : 4) << 20;
}

RunPlan script_that(const char* style, double stop_limit = 10) {
  RunPlan plan;
  plan.style = style;
  plan.stop_limit = stop_limit;
  plan.flood_bytes = flood_bytes();
  return plan;
}

// Starts no Exo, so that nothing answers: why wait long.
RunPlan hopeless_script_that(const char* style) {
  RunPlan plan = script_that(style, 1);
  plan.api_limit = 2;
  return plan;
}

const std::vector<Row>& rows() {
  static const std::vector<Row> kRows = {
      // Nothing is wrong, and nothing is called wrong.
      {"NothingAtAll", suite_that(""), nothing, "passed", 0, "3 passed", "passed"},
      // The suite.
      {"AbortInATest", suite_that("abort"), nothing, "crash", 1, "SIGABRT", "passed"},
      {"SegfaultInATest", suite_that("segfault"), nothing, "crash", 1, "SIGSEGV", "passed"},
      {"ExitZeroInATest", suite_that("exit 0"), nothing, "crash", 1, "ended with exit code 0", "passed"},
      {"ExitThreeAfterAPass", suite_that("exit 3 at the end"), nothing, "inconclusive", 3, "could not judge", "passed"},
      {"HangInATest", limited_suite_that("hang"), nothing, "hang", 1, "no end within 2000 ms", "passed"},
      {"HangThatIgnoresSigterm", limited_suite_that("hang and ignore SIGTERM"), nothing, "hang", 1,
       "no end within 2000 ms", "passed"},
      {"FloodsItsLog", suite_that("flood"), nothing, "harness", 2, "it wrote more than 64 MiB", "passed"},
      {"FailsAtLength", suite_that("fail at length"), nothing, "failed", 1, "the answer was aaa", "passed"},
      // The harness and its supervisor.
      {"HarnessKilled", suite_that("hang"), kill_harness, "harness", 2, "(harness gone)"},
      {"SupervisorKilled", suite_that("hang"), kill_supervisor, "harness", 2, "the supervisor exo-leash was killed"},
      {"HarnessAndSupervisorKilled", suite_that("hang"), kill_both_and_sweep, "harness", 2, "(swept)"},
      {"HarnessFrozen", frozen_harness(), freeze_harness, "harness", 2, "exo-harness was frozen"},
      // Exo.
      {"NodeKilled", long_answer(), signal_node<SIGKILL>, "lost", 1, ""},
      {"NodeFrozen", long_answer(), signal_node<SIGSTOP>, "lost", 1, ""},
      {"NodeLost", long_answer(), lose_node, "lost", 1, ""},
      // The start script.
      {"ScriptForksTwiceAndServes", script_that("forks-twice"), nothing, "passed", 0, "3 passed", "passed"},
      {"ScriptForksTwiceForNothing", hopeless_script_that("forks-twice-for-nothing"), nothing, "hang", 1, "phase api"},
      {"ScriptIgnoresSigterm", script_that("ignores-sigterm", 1), nothing, "hang", 1, "did not end on SIGTERM",
       "passed"},
      {"ScriptExitsAtOnce", hopeless_script_that("exits-at-once"), nothing, "harness", 2, "ended with exit code 7"},
      {"ScriptFloods", hopeless_script_that("floods"), nothing, "hang", 1, "phase api"},
      {"ScriptReadsInput", hopeless_script_that("reads-input"), nothing, "harness", 2, "end of input"},
  };
  return kRows;
}

class DeathMatrix : public testing::TestWithParam<Row> {};

std::string result_of(const HarnessRun& run, const std::string& test) {
  std::string result;
  for (const journal::Record& record : run.records()) {
    const auto* ended = std::get_if<journal::TestEnded>(&record.body);
    if (ended != nullptr && ended->test == test) result = to_string(ended->result.value_or(Verdict::inconclusive));
  }
  return result;
}

// Phases and watchdogs that came later than a second after their limits.
std::vector<std::string> late(const HarnessRun& run) {
  constexpr std::int64_t kMargin = 1000;
  std::map<std::optional<Phase>, std::int64_t> limits;
  std::vector<std::string> found;
  std::int64_t test_began_ns = 0;
  for (const journal::Record& record : run.records()) {
    if (std::holds_alternative<journal::TestStarted>(record.body)) test_began_ns = record.t_ns;
    if (const auto* fired = std::get_if<journal::WatchdogFired>(&record.body)) {
      if ((record.t_ns - test_began_ns) / 1'000'000 > fired->limit_ms + kMargin) found.push_back(fired->test);
    }
    if (const auto* phase = std::get_if<journal::PhaseStarted>(&record.body)) limits[phase->phase] = phase->limit_ms;
    if (const auto* phase = std::get_if<journal::PhaseEnded>(&record.body)) {
      if (phase->took_ms > limits[phase->phase] + kMargin) found.emplace_back(to_string(phase->phase));
    }
  }
  return found;
}

// Words that only a good run may show, in any report.
std::vector<std::string> reports_that_say_passed(const fs::path& run) {
  std::vector<std::string> found;
  for (const char* name : {"verdict.json", "summary.md", "report.html"}) {
    const std::string text = read_file(run / name);
    if (contains(text, "PASSED")) found.emplace_back(name);
  }
  return found;
}

std::vector<std::string> artefacts(const fs::path& run) {
  std::vector<std::string> texts;
  for (const char* name :
       {"verdict.json", "summary.md", "report.html", "junit.xml", "junit-strict.xml", "manifest.json"})
    texts.push_back(read_file(run / name));
  return texts;
}

TEST_P(DeathMatrix, HasItsOwnVerdictAndLeavesNothing) {
  const Row& row = GetParam();
  HarnessRun run(row.plan);
  row.deed(run);

  const auto status = run.wait();
  ASSERT_TRUE(status.has_value()) << run.output();
  EXPECT_TRUE(run.wait_for_nothing_left()) << testing::PrintToString(run.left());
  const auto report = run.command({"report", run.run().string()});
  const auto first = artefacts(run.run());
  run.command({"report", run.run().string()});
  EXPECT_TRUE(first == artefacts(run.run())) << "a second report must be the same, byte by byte";

  EXPECT_EQ(report.status.code, row.exit_code) << report.output;
  EXPECT_TRUE(status->signal == SIGKILL || status->code == row.exit_code) << run.output();
  EXPECT_THAT(read_file(run.run() / "verdict.json"), HasSubstr("\"verdict\": \"" + std::string(row.verdict) + "\""));
  EXPECT_THAT(report.output, HasSubstr(row.says)) << run.output();
  EXPECT_EQ(result_of(run, "TheNext.IsWell"), row.next);
  EXPECT_THAT(late(run), IsEmpty()) << run.output();
  EXPECT_EQ(reports_that_say_passed(run.run()).empty(), row.exit_code != 0);
}

INSTANTIATE_TEST_SUITE_P(Rows, DeathMatrix, testing::ValuesIn(rows()),
                         [](const auto& info) { return std::string(info.param.name); });

// The first suite that finds it apart waits for it as long as it may; those that follow look again, and say so.
TEST(ARun, WaitsForAClusterThatFellApartOnlyOnce) {
  RunPlan plan = long_answer();
  plan.placement = "pipeline-2\", \"single\", \"tensor-2";  // A process each.
  plan.discovery_limit = 3;
  HarnessRun run(plan);
  lose_node(run);

  ASSERT_TRUE(run.wait().has_value()) << run.output();
  EXPECT_EQ(result_of(run, "Scenarios/Answer.HasTheShapeOfAnAnswer/llama_3_2_1b_single"), "hang");
  EXPECT_EQ(result_of(run, "Scenarios/Answer.HasTheShapeOfAnAnswer/llama_3_2_1b_tensor_2"), "hang");
  EXPECT_THAT(run.output(), HasSubstr("no cluster: timed_out: the cluster is not whole"));
  EXPECT_THAT(run.output(), HasSubstr("as before, and 1.50 s later: the cluster is not whole"));
}

}  // namespace
}  // namespace exo_harness::tools
