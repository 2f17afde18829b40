// The suite that breaks a cluster: each of its promises turns red on a fake cluster that does not keep it.
#include <algorithm>
#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "broken_run.h"

namespace exo_harness::tools {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// `[faults]` of the embedded fake; `nothing` names a verb that does nothing.
std::string faults_table(const std::string& nothing = "") {
  std::string table = "[faults]\n";
  for (const char* verb : {"kill-runner", "kill-node", "start-node", "stop-node", "cont-node", "cut-link", "heal-link",
                           "twin-node", "end-twin"}) {
    table += verb == nothing ? format("{} = [\"true\"]\n", verb)
                             : format("{0} = [\"{1}/tools/fake_exo/fake-fault\", \"{0}\", \"{{node}}\", \"{{api}}\"]\n",
                                      verb, EXO_SOURCE_DIR);
  }
  return table;
}

struct Row {
  const char* name;
  const char* filter;
  const char* faults;      ///< Of the fake.
  const char* nothing;     ///< A verb that does nothing.
  const char* generation;  ///< Of the fake.
  const char* verdict;     ///< Of the test that `filter` names.
  const char* says;        ///< What a reason or the output must tell.
  int exit_code = 1;
};

void PrintTo(const Row& row, std::ostream* os) {
  *os << row.filter << " with " << row.faults << " and without " << row.nothing;
}

SeenRun run_row(const Row& row, const std::filesystem::path& folder) {
  BrokenRun run{"resilience", "pipeline-2", row.filter, row.faults};
  run.generation = row.generation;
  run.tables = faults_table(row.nothing);
  // How long such a test takes is the suite's own limits added up; a busy machine adds to that, and is no hang.
  run.arguments = {"--test-limit", "120"};
  return run_broken(run, folder);
}

const Row kRows[] = {
    {"RunnerThatDoesNotComeBack", "*KilledRunner*", "runner-hangs:phase=connect,skip=1", "", "v1.0.71", "hang",
     "the instance is there, and not ready"},
    {"DeadNodeThatIsKept", "*LostNode.IsNoticed*", "keeps-the-dead", "", "v1.0.71", "failed",
     "the other nodes still show the one that is gone"},
    {"NodeThatDoesNotStart", "*LostNode.IsNoticed*", "", "start-node", "v1.0.71", "lost", "left the cluster broken"},
    {"FrozenNodeThatIsKept", "*LostNode.ThatFreezes*", "keeps-the-dead", "", "v1.0.71", "failed",
     "the other nodes still show the one that is gone"},
    {"FrozenNodeThatDoesNotThaw", "*LostNode.ThatFreezes*", "", "cont-node", "v1.0.71", "lost",
     "left the cluster broken"},
    {"LostMasterThatIsNotReplaced", "*ThatWasMaster*", "no-election", "", "v1.0.71", "failed", "nobody took over"},
    {"LostMasterOfZenoh", "*ThatWasMaster*", "", "", "zenoh", "expected_failure", "1 expected failure", 0},
    {"LinkThatDoesNotHeal", "*Link.ThatIsCut*", "", "heal-link", "v1.0.71", "hang", "left the cluster broken"},
    {"PlacementOnFewerNodes", "*LateNode*", "places-on-fewer", "", "v1.0.71", "failed",
     "placed on fewer nodes than were asked for"},
    // The first placement is node 1's; who is asked for the late one depends on who is master.
    {"PlacementThatNobodyTakes", "*LateNode*",
     "1@api-silent:path=/place_instance,skip=1;2@api-silent:path=/place_instance", "", "v1.0.71", "failed",
     "neither received nor refused"},
    {"PlacementThatAnApiBreaksAt", "*LateNode*",
     "1@status:path=/place_instance,code=500,skip=1;2@status:path=/place_instance,code=500", "", "v1.0.71", "failed",
     "neither received nor refused"},
    {"PlacementThatComesLate", "*LateNode*", "places-late:ms=700", "", "v1.0.71", "failed",
     "came of a placement that was asked before the node was there"},
    {"LateNodeThatDoesNotStart", "*LateNode*", "", "start-node", "v1.0.71", "lost", "left the cluster broken"},
    {"PlacementOfTwoThatIsLost", "*DoublePlacement*", "drop-placement:skip=1,times=1", "", "v1.0.71", "failed",
     "two placements were received, 1 instances, 1 of them ready"},
    {"RunnerOfTwoThatHangs", "*DoublePlacement*", "runner-hangs:phase=connect,skip=1,times=1", "", "v1.0.71", "failed",
     "2 instances, 1 of them ready"},
    {"OtherOfTwoThatIsDeletedToo", "*DoublePlacement*", "deletes-all:skip=1,times=1", "", "v1.0.71", "failed",
     "of two instances one was deleted, and 0 are left"},
    {"AnswerLostBesideATwin", "*TwinNode*", "empty-body:skip=1", "", "v1.0.71", "failed",
     "while a second process of node"},
    {"TwinThatIsNotStarted", "*TwinNode*", "", "twin-node", "v1.0.71", "environment",
     "nothing seen of a second process", 3},
    {"TwinThatNobodyLooksAfter", "*TwinNode*", "", "end-twin", "v1.0.71", "failed",
     "does not say what came of the second process"},
    {"ClientThatLeavesAndBlocks", "*Client*", "keep-alive-forever:skip=1", "", "v1.0.71", "hang",
     "the next request does not get its answer"},
};

class AClusterThatIsBroken : public testing::TestWithParam<Row> {
 protected:
  TemporaryFolder folder_;
};

TEST_P(AClusterThatIsBroken, AndDoesNotRecoverIsReportedWithTheRightWord) {
  const SeenRun seen = run_row(GetParam(), folder_.path());

  ASSERT_EQ(seen.trouble, "") << seen.output;
  ASSERT_EQ(seen.tests.size(), 1u) << seen.output;
  EXPECT_EQ(seen.exit_code, GetParam().exit_code) << seen.output;
  EXPECT_EQ(to_string(seen.tests[0].result.value_or(Verdict::inconclusive)), GetParam().verdict) << seen.output;
  EXPECT_THAT(seen.reasons + seen.output, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(Rows, AClusterThatIsBroken, testing::ValuesIn(kRows),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(ABrokenClusterThatStaysSo, IsNotAskedForMore) {
  const TemporaryFolder folder;
  const SeenRun seen =
      run_row({"", "*LostNode.IsNoticed*:*KilledRunner*", "", "start-node", "v1.0.71", "", ""}, folder.path());

  ASSERT_EQ(seen.tests.size(), 2u) << seen.output;
  EXPECT_EQ(seen.exit_code, 1);
  EXPECT_EQ(seen.tests[1].result, Verdict::skipped) << seen.output;
  EXPECT_THAT(seen.tests[1].skip_reason, AllOf(HasSubstr("not tried: "), HasSubstr("left the cluster broken")));
}

TEST(AClusterThatNobodyMayBreak, IsLeftAlone) {
  const TemporaryFolder folder;
  const SeenRun seen = run_broken({"resilience", "pipeline-2"}, folder.path());

  EXPECT_EQ(seen.exit_code, 77) << seen.output;
  EXPECT_EQ(seen.verdict, "skipped");
  EXPECT_THAT(seen.reasons + seen.output, HasSubstr("give a [faults] table in the file of --cluster"));
  const auto said = seen.output.find("nobody says how nodes of this cluster are broken");
  EXPECT_EQ(seen.output.find("nobody says how", said + 1), std::string::npos) << "once for the suite\n" << seen.output;
}

}  // namespace
}  // namespace exo_harness::tools
