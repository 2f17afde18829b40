// What `run --fallback` says of a model, in every outcome: the first line of the summary answers the question.
#include <map>
#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"

#include "broken_run.h"

namespace exo_harness::tools {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kLlama = "mlx-community/Llama-3.2-1B-Instruct-4bit";

struct Row {
  const char* name;
  const char* model;
  const char* placement;
  std::string faults;
  const char* outcome;
  const char* fallback_fit;
  int exit_code;
  const char* begins;  ///< Of the first line of summary.md.
  const char* says;    ///< In it.
  const char* memory = "";
  const char* rdma = "mesh";
  double speed = 0;
  const char* filter = "*/Placement.IsReady*:*ToTwoPlusTwo*:*HasTheShape*:*ExpectedFailure.*/classic_unsupported*";
};

void PrintTo(const Row& row, std::ostream* os) {
  *os << row.model << " as " << row.placement << " with " << row.faults;
}

// Where each test that needs the model waits for the retries of Exo, one is enough.
constexpr const char* kOneTest = "*/Placement.IsReady*";

// Long enough that a runner's failure is seen before Exo restarts it.
constexpr double kRetriesSeen = 0.15;

std::string of_llama(const std::string& fault) {
  return format("{}model={}", fault, kLlama);
}

const char* const kFit = "the cluster itself is fit: it passed with tiny-llama";

const std::vector<Row>& rows() {
  static const std::vector<Row> kRows = {
      {"Works", "llama-3.2-1b", "single", "", "works", "not_needed", 0, "llama-3.2-1b works on this cluster as single",
       "the fallback tiny-llama was not needed"},
      {"NotFound", "llama-3.2-1b", "single", of_llama("missing-model:"), "not_found", "fit", 1,
       "llama-3.2-1b was not found as single", kFit},
      {"NotSupported", "llama-3.2-1b", "pipeline-2",
       of_llama("runner-fails:phase=load,text=Model type llama not supported.,"), "not_supported", "fit", 1,
       "llama-3.2-1b is not supported by this Exo as pipeline-2 (", kFit, "", "mesh", kRetriesSeen, kOneTest},
      {"PlacementRefused", "nemotron-3-nano", "single", "", "placement_refused", "fit", 1,
       "nemotron-3-nano was refused by the placement as single (", kFit, "8000000000"},
      {"LoadFailed", "llama-3.2-1b", "pipeline-2", of_llama("runner-fails:phase=load,text=weights are torn,"),
       "load_failed", "fit", 1, "llama-3.2-1b failed to load or to run as pipeline-2 (", kFit, "", "mesh", kRetriesSeen,
       kOneTest},
      {"Hang", "llama-3.2-1b", "pipeline-2", of_llama("runner-hangs:phase=warm-up,"), "hang", "fit", 1,
       "llama-3.2-1b hangs as pipeline-2 (", kFit},
      {"WrongAnswers", "llama-3.2-1b", "single", of_llama("wrong-answers:"), "wrong_answers", "fit", 1,
       "llama-3.2-1b answers wrongly as single (Answer.ToTwoPlusTwoIsFour: answered: ", kFit},
      {"NoAnswer", "scripted", "single",
       "lies:about=endless-thought,model=exo-harness/scripted;lies:about=thinking-on,model=exo-harness/scripted",
       "no_answer", "fit", 3,
       "scripted did not come to an answer as single (Answer.ToTwoPlusTwoIsFour: as asked: stopped while", kFit},
      {"AsExpected", "classic-unsupported-architecture", "single", "", "not_supported", "fit", 0,
       "classic-unsupported-architecture is not supported by this Exo as single, as expected (", kFit, "", "mesh",
       kRetriesSeen},
      {"NotTried", "llama-3.2-1b", "tensor-jaccl-2", "", "not_tried", "unknown", 3,
       "llama-3.2-1b was not tried as tensor-jaccl-2 (JACCL needs RDMA: no RDMA edges)",
       "cluster fitness unknown: no test with tiny-llama ran", "", "none"},
      {"NeitherWorks", "llama-3.2-1b", "single", "empty-body", "load_failed", "unfit", 1,
       "llama-3.2-1b failed to load or to run as single (Answer.HasTheShapeOfAnAnswer: ",
       "the cluster itself is not fit either: it failed with tiny-llama"},
  };
  return kRows;
}

BrokenRun run_of(const Row& row) {
  BrokenRun run{"placement", row.placement};
  // A few tests of each suite are enough to tell the outcomes apart.
  run.filter = row.filter;
  run.faults = row.faults;
  run.rdma = row.rdma;
  run.model = row.model;
  run.memory = row.memory;
  run.speed = row.speed;
  run.arguments = {"--suite", "inference", "--suite", "expected_failure", "--fallback", "tiny-llama"};
  return run;
}

std::map<std::string, int> times_of_tests(const SeenRun& seen) {
  std::map<std::string, int> times;
  for (const journal::TestEnded& ended : seen.tests) ++times[ended.test];
  return times;
}

class AModelUnderTrial : public testing::TestWithParam<Row> {
 protected:
  TemporaryFolder folder_;
};

TEST_P(AModelUnderTrial, IsToldApartFromTheCluster) {
  const SeenRun seen = run_broken(run_of(GetParam()), folder_.path());

  ASSERT_EQ(seen.trouble, "") << seen.output;
  EXPECT_EQ(seen.outcome, GetParam().outcome) << seen.output;
  EXPECT_EQ(seen.fallback_fit, GetParam().fallback_fit) << seen.output;
  EXPECT_EQ(seen.exit_code, GetParam().exit_code) << seen.output;
  EXPECT_THAT(seen.first_line, AnyOf(StartsWith(GetParam().begins), StartsWith(format("`{}", GetParam().begins))));
  EXPECT_THAT(seen.first_line, HasSubstr(GetParam().says));
  EXPECT_THAT(seen.output, HasSubstr(GetParam().begins));
  EXPECT_THAT(times_of_tests(seen), Each(testing::Pair(testing::_, 1))) << "a test that ran in both passes";
}

INSTANTIATE_TEST_SUITE_P(Outcomes, AModelUnderTrial, testing::ValuesIn(rows()),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace exo_harness::tools
