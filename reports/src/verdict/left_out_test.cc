#include "verdict/left_out.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/text.h"
#include "exo_reports/documents.h"

namespace exo_reports {
namespace {

using testing::HasSubstr;
using testing::Not;
namespace journal = exo_harness::journal;

journal::Record record(journal::Body body) {
  return {"harness", 0, 0, "2026-11-29T12:00:00Z", std::move(body)};
}

// Of three tests of one promise and one of another the quick selection took the first.
RunRecord quick_run(bool quick = true) {
  journal::Transcript transcript;
  const std::string test = "S/Answer.IsRight/llama_tensor_2";
  transcript.records = {record(journal::RunStarted{"r1", "0.1.0", "host", {"exo-harness", "run"}, {}}),
                        record(journal::SuiteStarted{"inference", {test}}),
                        record(journal::TestStarted{"inference", test, "", 0, "llama", "tensor-2"}),
                        record(journal::TestEnded{"inference", test, Verdict::passed}),
                        record(journal::SuiteEnded{"inference"}),
                        record(journal::RunEnded{})};
  if (quick) {
    const auto at = transcript.records.begin() + 1;
    transcript.records.insert(at,
                              {record(journal::Fact{"left_out.inference",
                                                    "S/Answer.IsRight/llama_single,S/Answer.IsRight/llama_pipeline_2,"
                                                    "S/Answer.IsLong/llama_tensor_2"}),
                               record(journal::Fact{"left_out.preflight", ""}),
                               record(journal::Fact{"left_out.resilience", "S/Node.ThatDies/llama_tensor_2"})});
  }
  return build_run_record(transcript);
}

TEST(LeftOut, IsToldBySuiteWithThePromisesThatNobodyAsked) {
  const RunRecord run = quick_run();

  EXPECT_EQ(count_left_out(run), 4u);
  const auto told = left_out_by_suite(run);
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].count, 3u);
  EXPECT_EQ(told[0].what, "of inference left out by the quick selection; not asked at all: Answer.IsLong");
  EXPECT_EQ(told[1].what, "of resilience left out by the quick selection; not asked at all: Node.ThatDies");
  EXPECT_TRUE(run.facts.empty()) << "it is no fact of the cluster";
}

TEST(LeftOut, IsInEachDocumentAndNeverCalledGood) {
  const RunRecord run = quick_run();

  EXPECT_EQ(run.judgement.verdict, Verdict::passed);
  EXPECT_EQ(run.judgement.sentence,
            "PASSED: the quick selection found nothing wrong. 1 test: 1 passed. The quick selection left out 4 more, "
            "which say nothing.");
  EXPECT_THAT(summary_md(run), HasSubstr("Not tested"));
  EXPECT_THAT(summary_md(run), HasSubstr("not asked at all: Node.ThatDies"));
  EXPECT_THAT(verdict_json(run), HasSubstr("\"S/Answer.IsRight/llama_single\""));
}

TEST(LeftOut, OfAWholeRunIsNothing) {
  const RunRecord run = quick_run(false);

  EXPECT_EQ(count_left_out(run), 0u);
  EXPECT_EQ(run.judgement.sentence, "PASSED: the cluster did what it must. 1 test: 1 passed.");
  EXPECT_THAT(verdict_json(run), Not(HasSubstr("left_out")));
  EXPECT_THAT(summary_md(run), Not(HasSubstr("left out")));
}

}  // namespace
}  // namespace exo_reports
