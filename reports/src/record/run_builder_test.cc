#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_reports/run_record.h"

#include "../journal_text_test.h"

namespace exo_reports {
namespace {

namespace journal = exo_harness::journal;
using journal::Body;
using testing::SizeIs;

TEST(RunRecord, GathersWhatIsSaidOfATest) {
  journal::DiagnosisMade diagnosis;
  diagnosis.test = "A.B";
  diagnosis.cause = "the cause";
  journal::ExchangeDone bad{"A.B",           "POST", "http://x/", 500, 1, 2, exo_harness::FailureKind::refused,
                            "no such model", 0,      "{}",        "no"};
  journal::ExchangeDone good = bad;
  good.failure_kind.reset(), good.failure.clear();
  const RunRecord run = record_of({journal::SuiteStarted{"s", {"A.B"}}, started("A.B"), bad, good,
                                   ended("A.B", "failed"), diagnosis, journal::SuiteEnded{"s", 1, 0, false, ""}});

  const TestRecord& test = run.suites.at(0).tests.at(0);
  EXPECT_EQ(test.line, 10);
  EXPECT_EQ(test.model, "tiny-llama");
  EXPECT_THAT(test.exchanges, SizeIs(1));
  EXPECT_THAT(test.diagnoses, SizeIs(1));
  EXPECT_EQ(run.judgement.reasons.at(1).cause, "the cause");
}

TEST(RunRecord, SaysOnceWhatSeveralSuitesSawOfAPlacement) {
  const journal::PredictionSeen first{"m", "single", "fails", "r", "fails", "instance 1 is gone", ""};
  journal::PredictionSeen again = first, other = first;
  again.detail = "instance 2 is gone";
  other.seen = "works";
  EXPECT_THAT(record_of({first, again}).predictions, SizeIs(1));
  EXPECT_THAT(record_of({first, other}).predictions, SizeIs(2)) << "it changed";
}

TEST(RunRecord, KnowsInWhichTestAPhaseWas) {
  const RunRecord run =
      record_of({journal::PhaseStarted{Phase::start, "", "", 1000}, started("A.B"),
                 journal::PhaseStarted{Phase::load, "m", "p", 1000},
                 journal::PhaseEnded{Phase::load, "m", "p", true, 7, {}, "", ""}, ended("A.B", "passed"),
                 journal::PhaseEnded{Phase::start, "", "", true, 9, {}, "", ""}});
  ASSERT_THAT(run.phases, SizeIs(2));
  EXPECT_EQ(run.phases[0].test, "");
  EXPECT_EQ(run.phases[0].took_ms, 9);
  EXPECT_EQ(run.phases[1].test, "A.B");
  EXPECT_EQ(run.phases[1].limit_ms, 1000);
}

TEST(RunRecord, KeepsTheLastLookAtANode) {
  journal::NodeSeen node{"n1", "http://a", "one", "", "", "", 100, 50};
  journal::NodeSeen later = node;
  later.ram_available = 40;
  const journal::EdgeSeen edge{"n1", "n2", "rdma", "en5"};
  const RunRecord run = record_of({node, edge, later, edge});
  ASSERT_THAT(run.nodes, SizeIs(1));
  EXPECT_EQ(run.nodes[0].ram_available, 40u);
  EXPECT_THAT(run.edges, SizeIs(1));
}

TEST(RunRecord, JoinsSuitesThatWereStartedTwice) {
  const journal::SuiteEnded good{"s", 0, 0, false, ""}, crashed{"s", 0, 11, false, ""};
  const RunRecord run = record_of({journal::SuiteStarted{"s", {"A.B"}}, started("A.B"), ended("A.B", "passed"), good,
                                   journal::SuiteStarted{"s", {"A.B"}}, started("A.B"), crashed});
  ASSERT_THAT(run.suites, SizeIs(1));
  EXPECT_EQ(run.suites[0].signal, 11);
  EXPECT_EQ(run.suites[0].tests.at(0).verdict, Verdict::crash);
}

TEST(RunRecord, MissesAShardThatIsNotThere) {
  const auto shard = [](const char* which) { return journal::RunStarted{"r", "v", "h", {}, {{"shard", which}}}; };
  EXPECT_THAT(record_of({shard("1/3"), shard("3/3")}).journal_trouble, SizeIs(1));
  EXPECT_THAT(record_of({shard("1/2"), shard("2/2")}).journal_trouble, SizeIs(0));
  // One shard alone is a report of its own.
  EXPECT_THAT(record_of({shard("1/3")}).journal_trouble, SizeIs(0));
}

}  // namespace
}  // namespace exo_reports
