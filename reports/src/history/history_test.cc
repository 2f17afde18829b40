#include "exo_reports/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"

#include "gate/made_run_test.h"

namespace exo_reports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

HistoryLine line(int day, double tps, const std::string& exo = "1.0.71") {
  MadeRun run = made_run(exo_harness::format("r{:03}", day)).block(tps).block(tps * 1.02);
  run.start.settings["cluster"] = "studio";
  run.add(exo_harness::journal::Fact{"exo.version", exo});
  HistoryLine made = history_line(run.run().record);
  made.started = exo_harness::format("2026-11-{:03}", day);
  return made;
}

TEST(HistoryLine, IsWhatARunCameTo) {
  MadeRun run = made_run("a").test("A.X", "hang").block(100).block(110).block(90);
  std::get<exo_harness::journal::BlockMeasured>(run.bodies.back()).valid = false;
  const HistoryLine made = history_line(run.run().record);
  EXPECT_EQ(made.cluster, "n1+n2");
  EXPECT_EQ(made.verdict, "hang");
  EXPECT_EQ(made.tests, 3);
  EXPECT_EQ(made.failed, 1);
  EXPECT_DOUBLE_EQ(made.medians.at("tiny-llama single chat-p64-o32 x1 generation_tps"), 105);

  const History back = parse_history(to_json(made));
  ASSERT_THAT(back.lines, SizeIs(1));
  EXPECT_EQ(back.lines[0].medians, made.medians);
  EXPECT_EQ(to_json(back.lines[0]), to_json(made));
}

TEST(History, TakesEachRunOnceAndLeavesOutWhatIsNoLine) {
  const std::string text = to_json(line(2, 100)) + "{\"run\":\n" + to_json(line(1, 90)) + to_json(line(2, 80)) +
                           "[]\n{\"run\":1}\n" + to_json(line(3, 1)).substr(0, 40);
  const History history = parse_history(text);
  ASSERT_THAT(history.lines, SizeIs(2));
  EXPECT_EQ(history.lines[0].run, "r001");
  EXPECT_NEAR(history.lines[1].medians.begin()->second, 80.8, 0.01);
  EXPECT_EQ(history.bad, 4u);
}

History with_a_change_on(int day, double after) {
  std::string text;
  for (int i = 0; i < 40; ++i) {
    text += to_json(line(i, (i < day ? 100 : after) * (1 + 0.01 * (i % 3)), i < day ? "1.0.71" : "1.0.72"));
  }
  return parse_history(text);
}

TEST(Trends, SayWhereTheLevelChangedAndWhatWasUnderTest) {
  const History history = with_a_change_on(25, 90);
  const auto trends = trends_of(history, "studio", "generation_tps");
  ASSERT_THAT(trends, SizeIs(1));
  ASSERT_THAT(trends[0].changes, SizeIs(1));
  EXPECT_EQ(trends[0].changes[0].at, 25u);
  EXPECT_NEAR(trends[0].changes[0].ratio, 0.9, 0.01);
  EXPECT_THAT(history_text(trends), HasSubstr("exo.version 1.0.71 > 1.0.72"));
  EXPECT_THAT(history_text(trends), HasSubstr("-10.0 % since"));
  EXPECT_THAT(history_html(trends, "<b>"), HasSubstr("&lt;b&gt;"));
  EXPECT_THAT(history_html(trends, "<b>"), HasSubstr("<circle"));
}

TEST(Trends, LeaveOutWhatIsSmallAndOtherClusters) {
  EXPECT_THAT(trends_of(with_a_change_on(25, 99), "studio", "generation_tps")[0].changes, IsEmpty());
  EXPECT_THAT(trends_of(with_a_change_on(25, 90), "other", ""), IsEmpty());
  EXPECT_EQ(history_text({}), "");
}

TEST(Trends, ShowHostileNamesAsText) {
  History history;
  HistoryLine made = line(1, 100);
  made.cluster = "studio";
  made.medians = {{"<script>\x1b[31m", 3}};
  history.lines = {made};
  const auto trends = trends_of(history, "studio", "");
  EXPECT_THAT(history_html(trends, "studio"), Not(HasSubstr("<script>")));
  EXPECT_THAT(history_text(trends), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace exo_reports
