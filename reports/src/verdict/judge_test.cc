#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/journal/odd_views.h"
#include "exo_reports/run_record.h"

#include "../journal_text_test.h"

namespace exo_reports {
namespace {

namespace journal = exo_harness::journal;
using exo_harness::ExitCode;
using journal::Body;
using testing::HasSubstr;
using testing::StartsWith;

const journal::RunStarted kStart{"r1", "0.1.0", "host", {}, {}};
const journal::SuiteStarted kSuite{"s", {}};
const journal::SuiteEnded kSuiteEnd{"s", 0, 0, false, ""};
const journal::RunEnded kEnd{0, ""};

Judgement judged(const std::vector<Body>& bodies) {
  return build_run_record(transcript_of(bodies)).judgement;
}

// A whole run of one suite whose tests came to these results.
std::vector<Body> run_of(const std::vector<std::string>& results) {
  std::vector<Body> bodies = {kStart, kSuite};
  for (std::size_t i = 0; i < results.size(); ++i) {
    bodies.push_back(started("A.T" + std::to_string(i)));
    bodies.push_back(ended("A.T" + std::to_string(i), results[i]));
  }
  bodies.push_back(kSuiteEnd);
  bodies.push_back(kEnd);
  return bodies;
}

// The whole run with one more record before the suite's end.
std::vector<Body> passing_run_with(const Body& extra) {
  std::vector<Body> bodies = run_of({"passed"});
  bodies.insert(bodies.end() - 2, extra);
  return bodies;
}

std::vector<Body> passing_run_ending(const journal::SuiteEnded& suite, int exit_code = 0) {
  std::vector<Body> bodies = run_of({"passed"});
  *(bodies.end() - 2) = suite;
  bodies.back() = journal::RunEnded{exit_code, ""};
  return bodies;
}

struct Case {
  const char* name;
  std::vector<Body> bodies;
  Verdict verdict;
  int exit_code;
};

class Judge : public testing::TestWithParam<Case> {};

TEST_P(Judge, GivesVerdictAndExitCode) {
  const Judgement judgement = judged(GetParam().bodies);
  EXPECT_EQ(to_string(judgement.verdict), to_string(GetParam().verdict)) << judgement.sentence;
  EXPECT_EQ(to_int(judgement.exit_code), GetParam().exit_code) << judgement.sentence;
  EXPECT_EQ(judgement.reasons.empty(), is_good(judgement.verdict) || judgement.exit_code == ExitCode::nothing_selected);
}

const journal::Trouble kFull{"disk full", "make room", Blame::harness, false};
const journal::Trouble kPort{"port taken", "free it", Blame::environment, false};
const journal::Trouble kWarning{"slow clock", "", Blame::harness, true};

INSTANTIATE_TEST_SUITE_P(
    Table, Judge,
    testing::Values(
        Case{"AllPassed", run_of({"passed", "passed"}), Verdict::passed, 0},
        Case{"SkipsBesidePasses", run_of({"passed", "skipped"}), Verdict::passed, 0},
        Case{"OnlySkips", run_of({"skipped", "skipped"}), Verdict::skipped, 77},
        Case{"ExpectedFailure", run_of({"expected_failure"}), Verdict::passed, 0},
        Case{"ExpectedFailureAndSkip", run_of({"expected_failure", "skipped"}), Verdict::passed, 0},
        Case{"UnexpectedPass", run_of({"passed", "unexpected_pass"}), Verdict::unexpected_pass, 1},
        Case{"Failed", run_of({"passed", "failed"}), Verdict::failed, 1},
        Case{"FailedAndSkipped", run_of({"failed", "skipped"}), Verdict::failed, 1},
        Case{"Hang", run_of({"failed", "hang"}), Verdict::hang, 1},
        Case{"Lost", run_of({"failed", "lost"}), Verdict::lost, 1},
        Case{"Crash", run_of({"hang", "crash", "failed"}), Verdict::crash, 1},
        Case{"Environment", run_of({"passed", "environment"}), Verdict::environment, 3},
        Case{"FailedAndEnvironment", run_of({"failed", "environment"}), Verdict::failed, 1},
        Case{"Harness", run_of({"passed", "harness", "environment"}), Verdict::harness, 2},
        Case{"FailedAndHarness", run_of({"failed", "harness"}), Verdict::failed, 1},
        Case{"Inconclusive", run_of({"passed", "inconclusive"}), Verdict::inconclusive, 3},
        Case{"UnknownWord", run_of({"passed", "splendid"}), Verdict::inconclusive, 3},
        Case{"EmptyWord", run_of({"passed", ""}), Verdict::inconclusive, 3},
        Case{"NoTests", run_of({}), Verdict::inconclusive, 5}, Case{"NothingAtAll", {}, Verdict::harness, 2},
        Case{"NoStart", {kSuite, started("A.B"), ended("A.B", "passed"), kSuiteEnd, kEnd}, Verdict::harness, 2},
        Case{"OnlyStart", {kStart}, Verdict::harness, 2},
        Case{"NoEnd", {kStart, kSuite, started("A.B"), ended("A.B", "passed"), kSuiteEnd}, Verdict::harness, 2},
        Case{"NoSuiteEnd", {kStart, kSuite, started("A.B"), ended("A.B", "passed"), kEnd}, Verdict::harness, 2},
        Case{"Warning", passing_run_with(kWarning), Verdict::passed, 0},
        Case{"DiskFull", passing_run_with(kFull), Verdict::harness, 2},
        Case{"PortTaken", passing_run_with(kPort), Verdict::environment, 3},
        Case{"PortTakenBeforeAnyTest", {kStart, kPort, journal::RunEnded{3, "port taken"}}, Verdict::environment, 3},
        Case{"Survivors", passing_run_with(journal::CleanUpDone{2, 1, 1, 10, {"4711 exo"}, "asked"}), Verdict::harness,
             2},
        Case{"CleanUp", passing_run_with(journal::CleanUpDone{2, 2, 0, 10, {}, "asked"}), Verdict::passed, 0},
        Case{"PlannedButUnrun", passing_run_with(journal::SuiteStarted{"s2", {"B.C"}}), Verdict::harness, 2}));

INSTANTIATE_TEST_SUITE_P(
    Ends, Judge,
    testing::Values(
        Case{"SuiteSegfault", passing_run_ending({"s", 0, 11, false, ""}), Verdict::crash, 1},
        Case{"SuiteTimedOut", passing_run_ending({"s", 0, 9, true, ""}), Verdict::hang, 1},
        Case{"SuiteCouldNotRun", passing_run_ending({"s", 0, 0, false, "not executable"}), Verdict::harness, 2},
        Case{"SetUpFailed", passing_run_ending({"s", 1, 0, false, ""}), Verdict::failed, 1},
        Case{"ExitTwo", passing_run_ending({"s", 2, 0, false, ""}), Verdict::harness, 2},
        Case{"ExitThreeAfterPass", passing_run_ending({"s", 3, 0, false, ""}), Verdict::inconclusive, 3},
        Case{"SkipCodeAfterPass", passing_run_ending({"s", 77, 0, false, ""}), Verdict::inconclusive, 3},
        Case{"StrangeExit", passing_run_ending({"s", 134, 0, false, ""}), Verdict::crash, 1},
        Case{"RunSaysFailed", passing_run_ending(kSuiteEnd, 1), Verdict::failed, 1},
        Case{"RunSaysHarness", passing_run_ending(kSuiteEnd, 2), Verdict::harness, 2},
        Case{"RunSaysInconclusive", passing_run_ending(kSuiteEnd, 3), Verdict::inconclusive, 3},
        Case{"RunSaysSkipped", passing_run_ending(kSuiteEnd, 77), Verdict::inconclusive, 3},
        Case{"NothingRanAsUnfit", {kStart, journal::RunEnded{3, "no RDMA"}}, Verdict::inconclusive, 3},
        Case{"NothingRanAsTheClusterFailed", {kStart, journal::RunEnded{1, "no API"}}, Verdict::failed, 1},
        Case{"NothingRanAsWeFailed", {kStart, journal::RunEnded{2, "no script"}}, Verdict::harness, 2},
        Case{"NothingRanAsNothingWasSelected", {kStart, journal::RunEnded{5, ""}}, Verdict::inconclusive, 5},
        Case{"NodeDied", passing_run_with(journal::ProcessExited{"node-1", 7, 0, 11}), Verdict::crash, 1},
        Case{"NodeEnded", passing_run_with(journal::ProcessExited{"node-1", 7, 0, 0}), Verdict::passed, 0},
        Case{"StartTimedOut",
             {kStart,
              journal::PhaseEnded{Phase::discovery, "", "", false, 9, exo_harness::FailureKind::timed_out,
                                  "1 of 2 nodes", ""},
              journal::RunEnded{1, ""}},
             Verdict::hang,
             1},
        Case{"StartUnfit",
             {kStart,
              journal::PhaseEnded{Phase::api, "", "", false, 9, exo_harness::FailureKind::unfit, "port taken", ""},
              journal::RunEnded{3, ""}},
             Verdict::environment,
             3}));

journal::StateChange view(const std::string& api, const std::string& to) {
  return {journal::kView, api, "", to, "it stands at event 354", "", -1, "n"};
}

TEST(Judge, AViewThatStaysOddIsALossAndOneThatMovesAgainIsNot) {
  const Judgement stale = judged(passing_run_with(view("http://a", "stale")));
  EXPECT_EQ(stale.verdict, Verdict::lost);
  ASSERT_EQ(stale.reasons.size(), 1u);
  EXPECT_EQ(stale.reasons[0].subject, "view of http://a");
  EXPECT_EQ(stale.reasons[0].what, "stale: it stands at event 354");
  std::vector<Body> moves = passing_run_with(view("http://a", "stale"));
  moves.insert(moves.end() - 2, view("http://a", journal::kViewMoves));
  EXPECT_EQ(judged(moves).verdict, Verdict::passed);
}

TEST(JudgeOfATestWithoutEnd, IsACrashWithTheSignalsName) {
  const auto judgement = judged({kStart, kSuite, started("A.B"), journal::SuiteEnded{"s", 0, 11, false, ""}, kEnd});
  EXPECT_EQ(judgement.verdict, Verdict::crash);
  EXPECT_THAT(judgement.reasons.at(0).what, HasSubstr("SIGSEGV"));
}

TEST(JudgeOfATestWithoutEnd, IsACrashEvenWithExitCodeZero) {
  EXPECT_EQ(judged({kStart, kSuite, started("A.B"), kSuiteEnd, kEnd}).verdict, Verdict::crash);
}

TEST(JudgeOfATestWithoutEnd, IsAHangWhenTheWatchdogSaysSo) {
  const auto judgement =
      judged({kStart, kSuite, started("A.B"), journal::WatchdogFired{"s", "A.B", Phase::load, 30000, "x"},
              journal::SuiteEnded{"s", 0, 9, false, ""}, kEnd});
  EXPECT_EQ(judgement.verdict, Verdict::hang);
  EXPECT_THAT(judgement.reasons.at(0).what, HasSubstr("phase load"));
}

TEST(JudgeOfATestWithoutEnd, IsAHangWhenTheSuiteTimedOut) {
  EXPECT_EQ(judged({kStart, kSuite, started("A.B"), journal::SuiteEnded{"s", 0, 9, true, ""}, kEnd}).verdict,
            Verdict::hang);
}

TEST(JudgeOfATestWithoutEnd, IsInconclusiveWhenWeStoppedTheSuite) {
  const auto judgement =
      judged({kStart, kSuite, started("A.B"), journal::SignalSent{"suite:s", 9, 2, "interrupted by the user"},
              journal::SuiteEnded{"s", 0, 2, false, ""}, journal::RunEnded{2, "interrupted"}});
  EXPECT_EQ(judgement.verdict, Verdict::inconclusive);
  EXPECT_THAT(judgement.reasons.at(0).what, HasSubstr("interrupted by the user"));
}

TEST(JudgeOfAPlannedTest, IsInconclusiveWhenItNeverRan) {
  const auto judgement = judged(
      {kStart, journal::SuiteStarted{"s", {"A.B", "A.C"}}, started("A.B"), ended("A.B", "passed"), kSuiteEnd, kEnd});
  EXPECT_EQ(judgement.verdict, Verdict::inconclusive);
  EXPECT_EQ(judgement.counts.at(Verdict::inconclusive), 1);
}

const journal::SuiteEnded kCrash{"s", 0, 11, false, ""};

TEST(JudgeOfAPlannedTest, TakesWhatTheNextStartSaysOfIt) {
  const RunRecord run =
      record_of({kStart, journal::SuiteStarted{"s", {"A.B", "A.C"}}, started("A.B"), kCrash,
                 journal::SuiteStarted{"s", {"A.C"}}, started("A.C"), ended("A.C", "passed"), kSuiteEnd, kEnd});
  EXPECT_EQ(run.suites.at(0).tests.at(0).verdict, Verdict::crash);
  EXPECT_EQ(run.suites.at(0).tests.at(1).verdict, Verdict::passed);
  EXPECT_EQ(run.suites.at(0).tests.at(1).attempts, std::vector{Verdict::passed});
  EXPECT_EQ(run.judgement.reasons.size(), 1u);
}

TEST(JudgeOfAPlannedTest, OwesItsRepetition) {
  const RunRecord run = record_of({kStart, journal::SuiteStarted{"s", {"A.B"}}, started("A.B"), ended("A.B", "passed"),
                                   kSuiteEnd, journal::SuiteStarted{"s", {"A.B"}}, kSuiteEnd, kEnd});
  EXPECT_EQ(run.suites.at(0).tests.at(0).verdict, Verdict::inconclusive);
  EXPECT_EQ(run.judgement.exit_code, exo_harness::ExitCode::inconclusive);
}

TEST(Judge, CountsAFailureInTheTextOfAPassedTest) {
  auto end = ended("A.B", "passed");
  end.failures.push_back({"a.cc", 1, "Expected: 4"});
  EXPECT_EQ(judged({kStart, kSuite, started("A.B"), end, kSuiteEnd, kEnd}).verdict, Verdict::failed);
}

TEST(Judge, LetsARetryAbsolveNothing) {
  std::vector<Body> bodies = {kStart, kSuite};
  for (const char* result : {"passed", "failed", "passed"}) {
    bodies.push_back(started("A.B"));
    bodies.push_back(ended("A.B", result));
  }
  bodies.push_back(kSuiteEnd);
  bodies.push_back(kEnd);
  const RunRecord run = build_run_record(transcript_of(bodies));
  EXPECT_EQ(run.judgement.verdict, Verdict::failed);
  EXPECT_THAT(run.suites.at(0).tests.at(0).attempts,
              testing::ElementsAre(Verdict::passed, Verdict::failed, Verdict::passed));
}

TEST(Judge, TrustsNoJournalWithGapsOrATornTail) {
  auto transcript = transcript_of(run_of({"passed", "failed"}));
  transcript.torn_tail = true;
  EXPECT_EQ(build_run_record(transcript).judgement.verdict, Verdict::harness);
  transcript.torn_tail = false;
  transcript.trouble.push_back("line 3: writer w: 1 lost");
  const Judgement judgement = build_run_record(transcript).judgement;
  EXPECT_EQ(judgement.verdict, Verdict::harness);
  EXPECT_THAT(judgement.reasons.at(0).what, HasSubstr("1 lost"));
}

TEST(Judge, DoesNotBlameDeathsThatWereAskedFor) {
  const journal::ProcessExited killed{"node-1", 7, 0, 9};
  std::vector<Body> bodies = passing_run_with(journal::SignalSent{"node-1", 7, 9, "fault: kill a node"});
  bodies.insert(bodies.end() - 2, killed);
  EXPECT_EQ(judged(bodies).verdict, Verdict::passed);
  bodies = passing_run_with(journal::PhaseStarted{Phase::stop, "", "", 30000});
  bodies.insert(bodies.end() - 2, killed);
  EXPECT_EQ(judged(bodies).verdict, Verdict::passed);
}

TEST(Judge, LeavesPhasesInsideATestToTheTest) {
  const auto judgement = judged(
      {kStart, kSuite, started("A.B"),
       journal::PhaseEnded{Phase::discovery, "", "", false, 9, exo_harness::FailureKind::timed_out, "one node", ""},
       ended("A.B", "passed"), kSuiteEnd, kEnd});
  EXPECT_EQ(judgement.verdict, Verdict::passed);
}

TEST(Judge, TellsTheFirstCauseFirst) {
  const auto judgement = judged(run_of({"passed", "failed", "crash"}));
  EXPECT_EQ(judgement.reasons.at(0).subject, "A.T1");
  EXPECT_EQ(judgement.reasons.at(1).subject, "A.T2");
}

TEST(Judge, TellsOnceWhatFailsEveryTestOfAPlacement) {
  const auto judgement =
      judged({kStart, kSuite, started("Chat.A/llama_tensor_2"), ended("Chat.A/llama_tensor_2", "crash"),
              started("Chat.B/llama_tensor_2"), ended("Chat.B/llama_tensor_2", "crash"), started("Chat.A/llama_single"),
              ended("Chat.A/llama_single", "crash"), kSuiteEnd, kEnd});

  ASSERT_EQ(judgement.reasons.size(), 2u);
  EXPECT_EQ(judgement.reasons[0].subject, "Chat.A/llama_tensor_2");
  EXPECT_THAT(judgement.reasons[0].what, HasSubstr("(same failure in 1 more test of llama_tensor_2)"));
  EXPECT_EQ(judgement.reasons[1].subject, "Chat.A/llama_single");
}

TEST(Judge, AnswersInWords) {
  EXPECT_EQ(judged(run_of({"passed", "failed", "skipped", "failed"})).sentence,
            "FAILED: the cluster did not do what it must. 4 tests: 2 failed, 1 passed, 1 skipped.");
  EXPECT_THAT(judged(run_of({"passed"})).sentence, StartsWith("PASSED: "));
  EXPECT_THAT(judged(run_of({})).sentence, StartsWith("NOTHING TESTED: "));
}

// Whatever the rest of a transcript says: with a death in it, it is never green.
TEST(JudgeProperty, NoTranscriptWithASignalOrCrashPasses) {
  std::mt19937 random(20261125);
  const auto pick = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  const std::vector<std::string> results = {"passed", "passed", "skipped", "expected_failure"};
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::string> chosen;
    for (std::size_t i = pick(6) + 1; i > 0; --i) chosen.push_back(results[pick(results.size())]);
    std::vector<Body> bodies = run_of(chosen);
    switch (pick(6)) {
      case 0:
        std::get<journal::SuiteEnded>(*(bodies.end() - 2)).signal = static_cast<int>(pick(31) + 1);
        break;
      case 1:
        std::get<journal::SuiteEnded>(*(bodies.end() - 2)).timed_out = true;
        break;
      case 2:
        bodies.erase(bodies.begin() + 3 + static_cast<long>(2 * pick(chosen.size())));
        break;  // No test.ended.
      case 3:
        bodies.resize(pick(bodies.size()));
        break;  // The run died.
      case 4:
        bodies.insert(bodies.begin() + 2 + static_cast<long>(pick(bodies.size() - 3)),
                      journal::ProcessExited{"node-1", 9, 0, 11});
        break;
      default:
        std::get<journal::TestEnded>(bodies[3 + 2 * pick(chosen.size())]).result = Verdict::crash;
    }
    const Judgement judgement = judged(bodies);
    ASSERT_FALSE(is_good(judgement.verdict)) << round << ": " << judgement.sentence;
    ASSERT_NE(judgement.exit_code, ExitCode::passed) << round;
    ASSERT_NE(judgement.exit_code, ExitCode::all_skipped) << round;
  }
}

TEST(JudgeProperty, NoPrefixOfARunPasses) {
  const std::vector<Body> whole = run_of({"passed", "passed", "skipped"});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(judged({whole.begin(), whole.begin() + static_cast<long>(size)}).verdict, Verdict::harness) << size;
  }
}

}  // namespace
}  // namespace exo_reports
