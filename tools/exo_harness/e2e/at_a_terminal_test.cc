// Somebody sits before a terminal, and presses ctrl-C.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/text.h"

#include "harness_run.h"
#include "terminal.h"

namespace exo_harness::tools {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using namespace std::chrono_literals;

Deadline test_limit() {
  return Deadline::after(kTestLimit);
}

/// A run at a terminal.
struct Seat {
  explicit Seat(RunPlan plan)
      : run(at(std::move(plan)), Start::by_hand), terminal(run.command_line(), run.environment()) {}

  // A container or a CI runner has no TERM.
  static RunPlan at(RunPlan plan) {
    plan.environment["TERM"] = "xterm";
    return plan;
  }
  HarnessRun run;
  Terminal terminal;
};

RunPlan hanging_test() {
  RunPlan plan;
  plan.misbehave = "hang";
  return plan;
}

bool is_stop(const journal::Record& record) {
  const auto* phase = std::get_if<journal::PhaseStarted>(&record.body);
  return phase != nullptr && phase->phase == Phase::stop;
}

// What was printed ends a line, hides no cursor, and gives every colour back.
void expect_sane(const std::string& screen) {
  EXPECT_THAT(screen, EndsWith("\n"));
  EXPECT_THAT(screen, Not(HasSubstr("\x1b[?")));
  const std::size_t colour = screen.rfind("\x1b[3"), plain = screen.rfind("\x1b[0m");
  EXPECT_TRUE(colour == std::string::npos || (plain != std::string::npos && plain > colour)) << screen;
}

TEST(CtrlC, OnceEndsInGoodOrder) {
  Seat seat(hanging_test());
  const termios before = seat.terminal.settings();
  ASSERT_TRUE(seat.run.wait_for_test("Misbehaves.Here")) << seat.terminal.screen();

  seat.terminal.press_ctrl_c();
  const auto code = seat.terminal.wait(test_limit());

  EXPECT_EQ(code, to_int(ExitCode::inconclusive)) << seat.terminal.screen();
  EXPECT_TRUE(seat.run.wait_for_nothing_left()) << testing::PrintToString(seat.run.left());
  EXPECT_TRUE(same(before, seat.terminal.settings()));
  EXPECT_THAT(seat.terminal.screen(), testing::AllOf(HasSubstr("suite misbehaving: the run was interrupted"),
                                                     HasSubstr("INCONCLUSIVE"), Not(HasSubstr("FAIL"))));
  expect_sane(seat.terminal.screen());
}

TEST(CtrlC, TwiceWaitsForNobody) {
  RunPlan plan = hanging_test();
  plan.style = "ignores-sigterm";
  plan.stop_limit = 300;
  Seat seat(plan);
  ASSERT_TRUE(seat.run.wait_for_test("Misbehaves.Here")) << seat.terminal.screen();
  seat.terminal.press_ctrl_c();
  ASSERT_TRUE(seat.run.wait_for(is_stop)) << seat.terminal.screen();
  ASSERT_TRUE(wait_until(test_limit(), milliseconds(10),
                         [&] { return contains(seat.terminal.screen(), "processes still live"); }))
      << "no progress: " << seat.terminal.screen();
  ASSERT_THAT(seat.run.left(), Not(IsEmpty()));

  const auto begin = Clock::now();
  seat.terminal.press_ctrl_c();
  EXPECT_TRUE(seat.run.wait_for_nothing_left()) << testing::PrintToString(seat.run.left());
  const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - begin);

  RecordProperty("took_ms", static_cast<int>(took.count()));
  EXPECT_LT(took, 5s) << "an idle machine does it within 2 s";
  EXPECT_EQ(seat.terminal.wait(test_limit()), to_int(ExitCode::inconclusive)) << seat.terminal.screen();
}

TEST(CtrlC, EndsABringUp) {
  RunPlan plan;
  plan.style = "forks-twice-for-nothing";
  plan.stop_limit = 1;
  plan.api_limit = 300;
  Seat seat(plan);
  ASSERT_TRUE(seat.run.wait_for([](const journal::Record& record) {
    const auto* phase = std::get_if<journal::PhaseStarted>(&record.body);
    return phase != nullptr && phase->phase == Phase::api;
  })) << seat.terminal.screen();

  seat.terminal.press_ctrl_c();

  EXPECT_EQ(seat.terminal.wait(test_limit()), to_int(ExitCode::inconclusive)) << seat.terminal.screen();
  EXPECT_TRUE(seat.run.wait_for_nothing_left()) << testing::PrintToString(seat.run.left());
}

TEST(ATerminal, ThatIsClosedEndsTheRun) {
  Seat seat(hanging_test());
  ASSERT_TRUE(seat.run.wait_for_test("Misbehaves.Here")) << seat.terminal.screen();

  seat.terminal.hang_up();

  EXPECT_EQ(seat.terminal.wait(test_limit()), to_int(ExitCode::inconclusive));
  EXPECT_TRUE(seat.run.wait_for_nothing_left()) << testing::PrintToString(seat.run.left());
  EXPECT_THAT(read_file(seat.run.run() / "verdict.json"), HasSubstr("\"verdict\": \"inconclusive\""));
}

TEST(ATerminal, KeepsWhatIsTypedFromTheStartScript) {
  RunPlan plan;
  plan.style = "reads-input";
  Seat seat(plan);

  seat.terminal.type("for the shell\n");

  EXPECT_EQ(seat.terminal.wait(test_limit()), to_int(ExitCode::harness)) << seat.terminal.screen();
  EXPECT_THAT(seat.terminal.screen(), HasSubstr("end of input"));
  EXPECT_TRUE(seat.terminal.has_input_left());
}

}  // namespace
}  // namespace exo_harness::tools
