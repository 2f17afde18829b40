// What a strategy means for verdict, exit code and documents.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "exo_harness/core/file.h"
#include "exo_reports/documents.h"

#include "journal_text_test.h"

namespace exo_reports {
namespace {

namespace journal = exo_harness::journal;
using journal::Body;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

journal::StrategyTried tried(const std::string& outcome, const std::string& fit, bool as_expected = false) {
  return {"nemotron",
          outcome,
          "29 groups",
          "llama",
          fit,
          as_expected,
          {{"tensor-2", outcome, "29 groups", as_expected}},
          "nemotron does this; the cluster does that."};
}

// A run whose tests all passed, or were all skipped where `result` says so.
RunRecord run_with(const std::vector<Body>& strategies, const std::string& result = "passed") {
  std::vector<Body> bodies = {journal::RunStarted{"r1", "0.1.0", "host", {}, {{"fallback", "llama"}}},
                              journal::SuiteStarted{"s", {}}, started("A.B"), ended("A.B", result),
                              journal::SuiteEnded{"s", 0, 0, false, ""}};
  bodies.insert(bodies.end(), strategies.begin(), strategies.end());
  bodies.push_back(journal::RunEnded{0, ""});
  return build_run_record(transcript_of(bodies));
}

int code_of(const RunRecord& run) {
  return exo_harness::to_int(run.judgement.exit_code);
}

struct Row {
  const char* outcome;
  const char* fit;
  bool as_expected;
  int exit_code;
};

class AStrategy : public testing::TestWithParam<Row> {};

TEST_P(AStrategy, DecidesTheExitCodeAlsoWhereEveryTestIsGood) {
  EXPECT_EQ(code_of(run_with({tried(GetParam().outcome, GetParam().fit, GetParam().as_expected)})),
            GetParam().exit_code);
}

INSTANTIATE_TEST_SUITE_P(Outcomes, AStrategy,
                         testing::Values(Row{"works", "not_needed", false, 0}, Row{"not_found", "fit", false, 1},
                                         Row{"not_supported", "fit", false, 1},
                                         Row{"placement_refused", "fit", false, 1}, Row{"load_failed", "fit", false, 1},
                                         Row{"hang", "fit", false, 1}, Row{"wrong_answers", "fit", false, 1},
                                         Row{"no_answer", "fit", false, 3}, Row{"load_failed", "fit", true, 0},
                                         Row{"load_failed", "unfit", true, 1}, Row{"load_failed", "unknown", true, 3},
                                         Row{"not_tried", "fit", false, 3},
                                         Row{"a word of tomorrow", "fit", false, 1}));

TEST(ARunWithAFallback, ThatTellsNoStrategyIsInconclusive) {
  EXPECT_EQ(code_of(run_with({})), 3);
}

TEST(ARunWithAFallback, IsJudgedByTheLastThatItSays) {
  EXPECT_EQ(code_of(run_with({tried("load_failed", "unknown", true), tried("load_failed", "fit", true)})), 0);
}

TEST(ARunWithAFallback, IsNotGreenWhereAllWasSkipped) {
  EXPECT_EQ(code_of(run_with({tried("not_found", "fit")}, "skipped")), 1);
}

TEST(TheAnswer, StandsFirstInEveryDocument) {
  const RunRecord run = run_with({tried("load_failed", "fit")});
  const exo_harness::TemporaryFolder folder;
  const std::string page = report_html(run, folder.path());

  EXPECT_THAT(summary_md(run), StartsWith("nemotron does this; the cluster does that.\n\nFAILED: the model does not "
                                          "work, the cluster does. 1 test: 1 passed.\n"));
  EXPECT_LT(page.find("nemotron does this"), page.find("<h1>"));
  EXPECT_THAT(junit_xml(run, JunitProfile::strict), HasSubstr("name=\"strategy.outcome\" value=\"load_failed\""));
  EXPECT_THAT(junit_xml(run, JunitProfile::strict), HasSubstr("name=\"model nemotron\""))
      << "red for who reads no more";
}

TEST(TheAnswer, IsInTheVerdictForScripts) {
  const auto json = nlohmann::json::parse(verdict_json(run_with({tried("hang", "fit")})));

  EXPECT_EQ(json.at("strategy").at("model"), "nemotron");
  EXPECT_EQ(json.at("strategy").at("outcome"), "hang");
  EXPECT_EQ(json.at("strategy").at("fallback_fit"), "fit");
  EXPECT_EQ(json.at("strategy").at("placements").at(0).at("placement"), "tensor-2");
  EXPECT_FALSE(nlohmann::json::parse(verdict_json(build_run_record({}))).contains("strategy"));
}

TEST(TheAnswer, IsNowhereWithoutAStrategy) {
  const RunRecord run = build_run_record(transcript_of({journal::RunStarted{"r1", "0.1.0", "host", {}, {}}}));
  const exo_harness::TemporaryFolder folder;

  EXPECT_EQ(run.judgement.answer, "");
  EXPECT_THAT(report_html(run, folder.path()), Not(HasSubstr("class=\"answer\"")));
}

}  // namespace
}  // namespace exo_reports
