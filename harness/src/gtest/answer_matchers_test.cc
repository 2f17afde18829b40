#include "exo_harness/gtest/answer_matchers.h"

#include <sstream>

#include <gtest/gtest.h>

#include "session.h"

namespace exo_harness::gtest {
namespace {

using exo::ChatAnswer;
using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

constexpr oracle::Closeness kClose{0.1, 0.1, std::nullopt, std::nullopt};

/// `four`, in the tokens `fo` and `ur`.
ChatAnswer four() {
  ChatAnswer answer;
  answer.content = "four";
  answer.finish_reason = "length";
  answer.usage = exo::Usage{5, 2, 7, 0, 0};
  answer.logprobs = {{"fo", -0.5, {{"fo", -0.5}, {"fi", -1.5}}}, {"ur", -0.25, {{"ur", -0.25}, {"ve", -2}}}};
  return answer;
}

template <class Change>
ChatAnswer but(Change change) {
  ChatAnswer answer = four();
  change(answer);
  return answer;
}

/// What GoogleTest says of a value that does not match.
template <class Value, class Matcher>
std::string complaint(const Value& value, const Matcher& matcher) {
  testing::StringMatchResultListener why;
  const testing::Matcher<const Value&> typed = matcher;
  EXPECT_FALSE(typed.MatchAndExplain(value, &why)) << testing::PrintToString(value);
  std::stringstream expected;
  typed.DescribeTo(&expected);
  return "Expected: " + expected.str() + "\nActual: " + testing::PrintToString(value) + ", " + why.str();
}

TEST(AgreesWith, TellsWhereTheAnswersPart) {
  const auto drifted = but([](ChatAnswer& a) { a.logprobs[1].top[0].logprob = -0.75; });

  EXPECT_THAT(four(), AgreesWith(four(), kClose));
  EXPECT_THAT(drifted, AgreesWith(four(), oracle::Closeness{0.6, 0.6, std::nullopt, std::nullopt}));
  EXPECT_THAT(complaint(drifted, AgreesWith(four(), kClose)),
              AllOf(HasSubstr("agrees with the reference but for 0.1 nat"), HasSubstr("differ by 0.5 at token 1"),
                    HasSubstr("reference 'ur' -0.250000"), HasSubstr("tested    'ur' -0.750000")));
}

TEST(SaysTheSameAs, ComparesAllThatIsSaid) {
  EXPECT_THAT(four(), SaysTheSameAs(four()));
  EXPECT_THAT(
      complaint(but([](ChatAnswer& a) { a.content = "five"; }), SaysTheSameAs(four())),
      AllOf(HasSubstr("the reference is 'four'"), HasSubstr("Actual: 'five'"), HasSubstr("text differs from byte 1")));
  EXPECT_THAT(complaint(but([](ChatAnswer& a) { a.reasoning = "hm"; }), SaysTheSameAs(four())), HasSubstr("reasoning"));
  EXPECT_THAT(complaint(but([](ChatAnswer& a) { a.finish_reason = "stop"; }), SaysTheSameAs(four())),
              HasSubstr("finish reason is 'stop' instead of 'length'"));
  EXPECT_THAT(complaint(but([](ChatAnswer& a) { a.usage->completion_tokens = 3; }), SaysTheSameAs(four())),
              HasSubstr("3 completion tokens instead of 2"));
  EXPECT_THAT(but([](ChatAnswer& a) { a.logprobs[1].logprob -= 1e-9; }), Not(SaysTheSameAs(four())));
}

TEST(SaysTheSameAs, TakesAStream) {
  const exo::ChatStream good{four(), {}}, bad{but([](ChatAnswer&a) { a.content = "fou"; }), {}};

  EXPECT_THAT(good, SaysTheSameAs(four()));
  EXPECT_THAT(complaint(bad, SaysTheSameAs(four())), HasSubstr("streamed text differs from byte 3"));
}

TEST(StopsExactlyAt, TheFirstStopString) {
  const auto stopped = but([](ChatAnswer& a) { a.finish_reason = "stop"; });

  EXPECT_THAT(stopped, StopsExactlyAt({"teen"}, "fourteen"));
  EXPECT_THAT(complaint(stopped, StopsExactlyAt({"e", "rte"}, "fourteen")),
              AllOf(HasSubstr("stops exactly at the first of \"e\", \"rte\""), HasSubstr("expected 'fou'"),
                    HasSubstr("got      'four'")));
  EXPECT_THAT(complaint(four(), StopsExactlyAt({"teen"}, "fourteen")), HasSubstr("finish reason is 'length'"));
  EXPECT_THAT(four(), StopsExactlyAt({"never"}, "four"));
}

TEST(HasUsageThatAddsUp, NeedsUsageAndKeepsToTheLimit) {
  EXPECT_THAT(four(), HasUsageThatAddsUp());
  EXPECT_THAT(four(), HasUsageThatAddsUp(2));
  EXPECT_THAT(complaint(four(), HasUsageThatAddsUp(1)), HasSubstr("2 completion tokens, 1 were allowed"));
  EXPECT_THAT(complaint(four(), HasUsageThatAddsUp(3)),
              AllOf(HasSubstr("with at most 3 completion tokens"), HasSubstr("'length' after 2 of 3 tokens")));
  EXPECT_THAT(complaint(but([](ChatAnswer& a) { a.usage.reset(); }), HasUsageThatAddsUp()), HasSubstr("no usage"));
  const auto silent = [](ChatAnswer& a) { a.usage = exo::Usage{5, 0, 5, 0, 0}, a.logprobs.clear(); };
  EXPECT_THAT(complaint(but(silent), HasUsageThatAddsUp()), HasSubstr("no completion tokens"));
  EXPECT_THAT(complaint(but([](ChatAnswer& a) { a.usage->total_tokens = 8; }), HasUsageThatAddsUp()),
              HasSubstr("total 8 is not prompt 5 + completion 2"));
}

TEST(HasUsageThatAddsUp, GivesTheTestItsVerdictWhenItDoesNot) {
  session().test = {};

  complaint(four(), HasUsageThatAddsUp(1));

  ASSERT_TRUE(session().test.met_failure);
  EXPECT_EQ(session().test.met_failure->kind, FailureKind::mismatch);
  session().test = {};
}

TEST(IsRight, IsOfTheWholeAnswer) {
  const oracle::Expected expected{{"4", "four"}, "How much is 2+2?", 20, {}};

  EXPECT_THAT(std::string("It is four."), IsRight(expected));
  EXPECT_THAT(complaint(std::string("42"), IsRight(expected)),
              AllOf(HasSubstr("is one of \"4\", \"four\" as a whole answer"), HasSubstr("answered: 42")));
}

TEST(Text, IsUtf8InWholeCharacters) {
  const std::string half = "gr\xEF\xBF\xBD";

  EXPECT_THAT((std::vector<std::string>{"grün", half}), Each(IsUtf8()));
  EXPECT_THAT(std::string("grün"), IsInWholeCharacters());
  EXPECT_THAT(complaint(half, IsInWholeCharacters()), HasSubstr("U+FFFD at byte 2"));
  EXPECT_THAT(complaint(std::string("gr\xC3"), IsUtf8()), HasSubstr("not UTF-8"));
}

}  // namespace
}  // namespace exo_harness::gtest
