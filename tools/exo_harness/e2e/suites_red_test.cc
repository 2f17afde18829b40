// Each fault of the fake cluster turns the suite that promises the contrary red, with the right word.
#include <algorithm>
#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"
#include "exo_harness/core/text.h"

#include "broken_run.h"

namespace exo_harness::tools {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

struct Row {
  const char* name;
  BrokenRun run;
  const char* red;      ///< Part of the name of the test that must be red; empty: the run ends before any test.
  const char* verdict;  ///< Of that test, or of the run.
  const char* says;     ///< What a reason must tell.
  int exit_code = 1;
};

void PrintTo(const Row& row, std::ostream* os) {
  *os << row.run.suite << " with " << row.run.faults << row.run.fault_on_running << " rdma " << row.run.rdma;
}

// A runner's failure shows until Exo restarts it; at speed 0 that may be over before a busy machine looks.
constexpr double kRetriesSeen = 0.15;

// In the order of the suites.
const std::vector<Row>& rows() {
  static const std::vector<Row> kRows = {
      // Without a fault nothing is red, within the same limits.
      {"NoFault", {"inference", "tensor-2", "*TwoPlusTwo*"}, "ToTwoPlusTwoIsFour", "passed", "1 passed", 0},
      {"ForeignNode",
       {"discovery", "single", "*", "", "mesh", "", Foreign::from_the_begin},
       "",
       "failed",
       "a foreign node: 3 nodes"},
      {"ForeignNodeThatComesLater",
       {"discovery", "single", "*Foreign*", "slow-api:ms=150", "mesh", "", Foreign::with_the_suite},
       "NoForeignNodeIsInTheTopology",
       "failed",
       "a foreign node"},
      {"NoEdges", {"discovery", "single", "*", "1@no-edges"}, "", "hang", "no edge from"},
      {"Partition", {"discovery", "single", "*", "2@partition"}, "", "hang", "1 of 2 nodes"},
      {"RdmaInOneDirection", {"discovery", "single", "*", "", "one-direction"}, "", "hang", "but one back"},
      {"SilentApi", {"discovery", "single", "*", "api-silent:path=/state"}, "", "hang", "/state"},
      {"GarbageState", {"discovery", "single", "*", "garbage:path=/state"}, "", "failed", "malformed"},
      {"RefusedState", {"discovery", "single", "*", "status:path=/state,code=500,text=sick"}, "", "failed", "sick"},
      {"MissingModel",
       {"staging", "single", "*", "2@missing-model"},
       "TheModelIsCompleteOnEveryNode",
       "failed",
       "is not complete on"},
      {"MissingModelEverywhere",
       {"placement", "single", "*/Placement.IsReady*", "missing-model"},
       "",
       "skipped",
       "is not staged here",
       77},
      {"DroppedPlacement",
       {"placement", "pipeline-2", "*/Placement.IsReady*", "drop-placement"},
       "IsReadyOnEveryRank",
       "hang",
       "place: not done"},
      {"RunnerFailsInLoad",
       {"placement", "pipeline-2", "*/Placement.IsReady*", "runner-fails:phase=load,text=weights are torn", "mesh", "",
        Foreign::none, kRetriesSeen},
       "IsReadyOnEveryRank",
       "crash",
       "weights are torn"},
      {"RunnerHangsInConnect",
       {"tensor_parallel", "tensor-2", "*GoesThrough*", "runner-hangs:phase=connect"},
       "GoesThroughItsPhases",
       "hang",
       "rank 1"},
      {"RunnerKilledInWarmUp",
       {"tensor_parallel", "tensor-2", "*GoesThrough*", "2@runner-killed:phase=warm-up", "mesh", "", Foreign::none,
        kRetriesSeen},
       "GoesThroughItsPhases",
       "crash",
       "signal=9"},
      {"CrossedCables",
       {"tensor_parallel", "tensor-jaccl-2", "*GoesThrough*", "", "two-cables"},
       "GoesThroughItsPhases",
       "hang",
       "load: not done"},
      {"NoRdmaDevices",
       {"tensor_parallel", "tensor-jaccl-2", "*GoesThrough*", "", "tb4", "", Foreign::none, kRetriesSeen},
       "GoesThroughItsPhases",
       "crash",
       "signal=11"},
      {"OneRequestOfALoadThatFails",
       {"performance", "single", "*OfFourStreams*", "error-in-stream:after=2,skip=6,times=1"},
       "OfFourStreamsBringsEveryToken",
       "failed",
       "1 request failed"},
      {"KeptAnswerWithoutABody",
       {"inference", "single", "*Kept.Answers*", "empty-body:skip=3"},
       "AnswersHaveTheirLogProbabilities",
       "failed",
       ""},
      {"SlowTokens", {"inference", "single", "*BeginsInTime*", "slow-tokens:ms=2500"}, "BeginsInTime", "hang", ""},
      // Lies: each has the shape of a true answer.
      {"NoFaultOfAThinkerThatCallsTools",
       {"inference", "tensor-2", "*Thinking*:*Tools*:*SeedQuestion*:*Setting*", "", "mesh", "", Foreign::none, 0,
        "scripted"},
       "AreCalledAsOffered",
       "passed",
       "PASSED",
       0},
      {"PrefillThatStandsStill",
       {"inference", "single", "*LongPrompt*", "prefill-stalls", "mesh", "", Foreign::none, 0, "scripted"},
       "OfMoreThanOneStepIsRead",
       "hang",
       "prefill 4096 of"},
      {"RefusedModels",
       {"api_contract", "single", "Read.ModelsAreTheSameUnderV1", "status:path=/v1/models,code=503,text=sick"},
       "ModelsAreTheSameUnderV1",
       "failed",
       "503"},
      {"GarbageForPreviews",
       {"api_contract", "single", "Read.PreviewsAreAList", "garbage:path=/instance/previews"},
       "PreviewsAreAList",
       "failed",
       "not JSON"},
      {"WrongStatusOfAnUnknownPath",
       {"api_contract", "single", "UnknownPath.BelowV1Is404", "status:path=/v1/nothing,code=400,text=no"},
       "BelowV1Is404",
       "failed",
       "400"},
      {"NodesThatListOtherModels",
       {"api_contract", "single", "EveryNode.ListsTheSameModels", "2@status:path=/models,code=500,text=sick"},
       "ListsTheSameModels",
       "failed",
       "sick"},
      {"DialectWithAnEmptyBody",
       {"api_contract", "single", "*Dialect.Responses/*", "empty-body:times=1"},
       "Responses",
       "failed",
       "empty_answer"},
      {"EnvelopeOfACutStream",
       {"api_contract", "single", "*Envelope.OfAStream/*", "end-stream:after=2"},
       "OfAStream",
       "failed",
       "data [DONE]"},
      {"RunnerThatDiesOfAHostileRequest",
       {"api_contract", "single", "*Hostile.BytesThatAreNoUtf8*", "runner-fails:phase=generate,text=burnt"},
       "BytesThatAreNoUtf8",
       "crash",
       "empty_answer"},
      {"NodeDiesAnswering",
       {"inference", "pipeline-2", "*HasTheShape*", "slow-tokens:ms=100", "mesh", "node-dies"},
       "HasTheShapeOfAnAnswer",
       "lost",
       ""},
      {"NodeFreezesAnswering",
       {"inference", "pipeline-2", "*HasTheShape*", "slow-tokens:ms=100", "mesh", "node-freezes"},
       "HasTheShapeOfAnAnswer",
       "lost",
       ""},
      {"RunnerKilledAnswering",
       {"inference", "pipeline-2", "*HasTheShape*", "slow-tokens:ms=100;2@runner-killed:phase=generate"},
       "HasTheShapeOfAnAnswer",
       "crash",
       ""},
  };
  return kRows;
}

class ABrokenCluster : public testing::TestWithParam<Row> {
 protected:
  /// The verdict of the test that must be red; of the run when there is none.
  std::string verdict_of(const SeenRun& seen) {
    const std::string red = GetParam().red;
    if (red.empty()) return seen.verdict;
    const auto test = std::find_if(seen.tests.begin(), seen.tests.end(), [&](const journal::TestEnded& ended) {
      return contains(ended.test, red) && ended.result != Verdict::skipped;
    });
    return test == seen.tests.end() ? "did not run"
                                    : std::string(to_string(test->result.value_or(Verdict::inconclusive)));
  }
  TemporaryFolder folder_;
};

TEST_P(ABrokenCluster, IsReportedWithTheRightWord) {
  const SeenRun seen = run_broken(GetParam().run, folder_.path());

  ASSERT_EQ(seen.trouble, "") << seen.output;
  EXPECT_EQ(seen.exit_code, GetParam().exit_code) << seen.output;
  EXPECT_EQ(verdict_of(seen), GetParam().verdict) << seen.output;
  EXPECT_THAT(seen.reasons + seen.output, HasSubstr(GetParam().says));
}

// Its nodes run on this machine. Of a placement that hangs the processes are looked at before it is deleted.
TEST(AHang, TellsWhatEachRankAndItsProcessDid) {
  const TemporaryFolder folder;
  const SeenRun seen =
      run_broken({"tensor_parallel", "tensor-2", "*GoesThrough*", "runner-hangs:phase=warm-up,rank=1"}, folder.path());

  EXPECT_THAT(seen.output, HasSubstr("rank 0 RunnerReady (passed), rank 1 RunnerWarmingUp (did not pass)"));
  for (const char* rank : {"rank 0", "rank 1"}) {
    EXPECT_THAT(seen.evidence,
                ContainsRegex(std::string(rank) + ": node pid [0-9]+ [a-z]+, [0-9]+ % of a core; no stack: "));
  }
}

INSTANTIATE_TEST_SUITE_P(Faults, ABrokenCluster, testing::ValuesIn(rows()),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace exo_harness::tools
