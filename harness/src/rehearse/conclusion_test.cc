#include "rehearse/conclusion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace exo_harness::rehearse {
namespace {

using model::Rehearsal;
using testing::HasSubstr;
using Verdict = Rehearsal::Verdict;

RankReport passed() {
  RankReport report;
  report.step = "batch";
  report.weights = WeightsReport{};
  report.weights->wanted = 20;
  report.forwards = {"[1,4,99]", "[1,1,99]", "[1,1,99]"};
  report.passed = report.ended = true;
  return report;
}

RankReport failed_with(const std::string& error, bool engine = true) {
  RankReport report;
  report.step = "shard";
  report.error = error;
  report.failed = report.ended = true;
  report.blames_engine = engine;
  return report;
}

Rehearsal of(const std::vector<RankReport>& reports, std::vector<RankEnd> ends = {}) {
  ends.resize(reports.size());
  Rehearsal asked;
  asked.mode = {exo::Sharding::tensor, exo::Comm::mlx_ring, static_cast<int>(reports.size())};
  return conclude(asked, ends, reports);
}

TEST(Conclusion, PassesOnlyWhenEachRankDid) {
  EXPECT_EQ(of({passed(), passed()}).verdict, Verdict::passes);
  RankReport silent = passed();
  silent.passed = false;
  EXPECT_EQ(of({passed(), silent}).verdict, Verdict::unknown);
  EXPECT_EQ(of({passed(), silent}).rank, 1);
}

TEST(Conclusion, NeedsToHaveSeenWeightsAndShapes) {
  RankReport no_weights = passed(), no_shapes = passed();
  no_weights.weights.reset();
  no_shapes.forwards.pop_back();
  EXPECT_EQ(of({no_weights}).verdict, Verdict::unknown);
  EXPECT_EQ(of({no_shapes}).verdict, Verdict::unknown);
}

TEST(Conclusion, SaysWhenNoWeightsWereLookedAt) {
  RankReport built = passed();
  built.weights.reset();
  Rehearsal asked;
  asked.without_weights = true;
  const Rehearsal result = conclude(asked, {RankEnd{}}, {built});
  EXPECT_EQ(result.verdict, Verdict::passes);
  EXPECT_THAT(to_string(result), HasSubstr("no weights were looked at"));
}

TEST(Conclusion, WithoutWeightsNobodySeesWhatBecomesOfAForeignPacking) {
  RankReport built = passed();
  built.weights.reset();
  built.packing = "fp8";
  Rehearsal asked;
  asked.without_weights = true;
  const Rehearsal result = conclude(asked, {RankEnd{}}, {built});
  EXPECT_EQ(result.verdict, Verdict::unknown);
  EXPECT_THAT(result.reason, HasSubstr("packed by `fp8`"));
  built.packing_stated = true;  // mlx-lm's own `quantization`: its modules were made packed.
  EXPECT_EQ(conclude(asked, {RankEnd{}}, {built}).verdict, Verdict::passes);
}

TEST(Conclusion, DoesNotBelieveAReportThatContradictsItself) {
  RankReport lies = passed(), refused = passed();
  lies.distrust = "it said twice what the files hold";
  refused.weights->refused = "ValueError: Missing 1 parameters";
  EXPECT_EQ(of({lies}).verdict, Verdict::unknown);
  EXPECT_THAT(of({lies}).reason, HasSubstr("twice"));
  EXPECT_EQ(of({refused}).verdict, Verdict::unknown);
  EXPECT_THAT(of({refused}).reason, HasSubstr("Missing 1 parameters"));
  lies.weights->missing = {3, {"a"}};  // Neither does it prove a failure.
  EXPECT_EQ(of({lies}).verdict, Verdict::unknown);
}

TEST(Conclusion, BlamesTheEngineOnlyForWhatIsItsOwn) {
  const Rehearsal fails = of({passed(), failed_with("ValueError: x")});
  EXPECT_EQ(fails.verdict, Verdict::fails);
  EXPECT_EQ(fails.rank, 1);
  EXPECT_EQ(to_string(fails), "fails in shard on rank 1: ValueError: x");
  for (const char* error :
       {"MemoryError: ", "RuntimeError: std::bad_alloc", "RuntimeError: [metal_kernel] No Metal back-end."})
    EXPECT_EQ(of({passed(), failed_with(error)}).verdict, Verdict::unknown) << error;
  const Rehearsal ours = of({failed_with("NotThisEngine: x", false), passed()});
  EXPECT_EQ(ours.verdict, Verdict::unknown);
  EXPECT_EQ(ours.reason, "rank 0 in shard: NotThisEngine: x");
}

TEST(Conclusion, SaysWhyARankDidNotEnd) {
  RankEnd crashed, waited;
  crashed.status.signal = 11;
  waited.status.signal = 9;
  waited.abandoned = true;
  RankReport cut = passed();
  cut.passed = cut.ended = false;
  cut.last_words = "the last words";
  const Rehearsal result = of({cut, cut}, {waited, crashed});
  EXPECT_EQ(result.verdict, Verdict::unknown);
  EXPECT_EQ(result.rank, 1);
  EXPECT_THAT(result.reason, HasSubstr("the last words"));
}

TEST(Conclusion, SaysOfARankThatWasGivenUpThatItWasBusy) {
  RankEnd waited;
  waited.status.signal = 9;
  waited.abandoned = true;
  waited.given = std::chrono::milliseconds(5000);
  RankReport cut = passed();
  cut.passed = cut.ended = false;
  const Rehearsal result = of({passed(), cut}, {{}, waited});
  EXPECT_EQ(result.verdict, Verdict::unknown);
  EXPECT_EQ(result.reason,
            "rank 1 in batch: it was still busy when another rank had ended, and was given up after 5.00 s");
  EXPECT_FALSE(result.hung);
}

TEST(Conclusion, ASlowImportIsNoMissingExo) {
  RankEnd late, crashed;
  late.status.timed_out = true;
  late.given = std::chrono::milliseconds(20000);
  crashed.status.signal = 11;
  RankReport importing;
  importing.step = "import";
  EXPECT_EQ(of({importing}, {late}).verdict, Verdict::unknown);
  EXPECT_EQ(of({importing}, {late}).reason, "not rehearsed: Exo is there, and its import did not end within 20.00 s");
  EXPECT_TRUE(of({importing}, {late}).hung);
  EXPECT_THAT(of({importing}, {crashed}).reason, HasSubstr("the import of Exo did not come to its end: killed by"));
  EXPECT_FALSE(of({importing}, {crashed}).hung);
  importing.failed = true;
  importing.error = "ModuleNotFoundError: No module named 'exo'";
  EXPECT_THAT(of({importing}).reason, HasSubstr("no Exo here: ModuleNotFoundError"));
}

TEST(Conclusion, AFailureOfTheEngineCountsThoughAnotherRankWaited) {
  RankEnd waited;
  waited.status.signal = 9;
  waited.abandoned = true;
  RankReport cut = passed();
  cut.passed = cut.ended = false;
  EXPECT_EQ(of({cut, failed_with("ValueError: x")}, {waited, {}}).verdict, Verdict::fails);
}

TEST(Conclusion, KnowsASplitThatMakesAnswersWrong) {
  RankReport uneven = passed(), torn = passed();
  uneven.uneven = {1, {"a: weight [8, 4], scales [16, 4]"}};
  torn.torn = {1, {"layer 0: 64 before, 96 after"}};
  for (const RankReport& wrong : {uneven, torn}) {
    EXPECT_EQ(of({passed(), wrong}).verdict, Verdict::fails);
    EXPECT_TRUE(of({passed(), wrong}).wrong_answers);
    EXPECT_EQ(of({passed(), wrong}).rank, 1);
  }
}

TEST(Conclusion, ABatchOfRequestsMayBeTheWarmUp) {
  RankReport report = failed_with("TypeError: x");
  report.step = "batch";
  EXPECT_EQ(of({report}).phases(), (std::vector{Phase::warm_up, Phase::generate}));
}

TEST(Conclusion, ATokenizerFailsInLoadAndATemplateWithTheFirstWords) {
  RankReport report = failed_with("Exception: EOF while parsing a string");
  report.step = "tokenizer";
  EXPECT_EQ(of({report}).phases(), std::vector{Phase::load});
  report.step = "template";
  EXPECT_EQ(of({report}).phases(), (std::vector{Phase::warm_up, Phase::generate}));
}

TEST(Conclusion, KnowsWrongWeightsFromDoubtfulOnes) {
  RankReport missing = passed(), mistyped = passed(), extra = passed(), misshapen = passed();
  missing.weights->missing = {2, {"a"}};
  mistyped.weights->mistyped = {1, {"a"}};
  extra.weights->extra = {1, {"a"}};
  misshapen.weights->misshapen = {1, {"a"}};
  for (const RankReport& wrong : {missing, mistyped}) {
    EXPECT_EQ(of({wrong}).verdict, Verdict::fails);
    EXPECT_TRUE(of({wrong}).wrong_answers);
    EXPECT_EQ(of({wrong}).phases(), std::vector{Phase::generate});
  }
  EXPECT_EQ(of({extra}).verdict, Verdict::unknown);
  EXPECT_EQ(of({misshapen}).verdict, Verdict::unknown);
  EXPECT_EQ(findings_of(missing).at(0).text, "2 weights that the engine needs are not in the files: a and 1 more");
}

}  // namespace
}  // namespace exo_harness::rehearse
