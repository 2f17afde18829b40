#include "exo_harness/gtest/answer_matchers.h"

#include <optional>
#include <ostream>
#include <utility>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/gtest/result.h"
#include "exo_harness/oracle/calls.h"
#include "exo_harness/oracle/exact.h"
#include "exo_harness/oracle/thinking.h"
#include "exo_harness/oracle/wholeness.h"

namespace exo_harness::gtest {
namespace {

using testing::MatchResultListener;

// Reports show the first line only, so it says what is wrong; the rest follows.
template <class T>
bool explain(const Outcome<T>& said, MatchResultListener* listener, const std::string& reference = "") {
  if (said) return true;
  note_failure(said.failure());
  *listener << "where " << said.failure().what;
  if (!said.failure().evidence.empty()) *listener << "\n" << said.failure().evidence;
  if (!reference.empty()) *listener << "\nthe reference is " << reference;
  return false;
}

/// What `ask`, an oracle, says of a value. `expected` completes `Expected: …`; `unexpected` is its contrary.
template <class Value, class Ask>
class ByOracle : public testing::MatcherInterface<const Value&> {
 public:
  ByOracle(Ask ask, std::string expected, std::string unexpected, std::string reference)
      : ask_(std::move(ask)),
        expected_(std::move(expected)),
        unexpected_(std::move(unexpected)),
        reference_(std::move(reference)) {}
  bool MatchAndExplain(const Value& value, MatchResultListener* listener) const override {
    return explain(ask_(value), listener, reference_);
  }
  void DescribeTo(std::ostream* os) const override { *os << expected_; }
  void DescribeNegationTo(std::ostream* os) const override { *os << unexpected_; }

 private:
  Ask ask_;
  std::string expected_, unexpected_, reference_;
};

template <class Value, class Ask>
testing::Matcher<const Value&> by_oracle(Ask ask, std::string expected, std::string unexpected,
                                         std::string reference = "") {
  return testing::MakeMatcher(
      new ByOracle<Value, Ask>(std::move(ask), std::move(expected), std::move(unexpected), std::move(reference)));
}

std::string shown(const oracle::Closeness& limits) {
  return format("but for {:.3g} nat a token, and a parting with margins of {:.3g}", limits.max_delta, limits.margin);
}

Outcome<Done> usage_adds_up(const exo::ChatAnswer& answer, std::optional<int> max_tokens) {
  if (!answer.usage) return Failure{FailureKind::mismatch, "there is no usage", ""};
  if (answer.usage->completion_tokens <= 0) return Failure{FailureKind::mismatch, "no completion tokens", ""};
  return oracle::usage_adds_up(answer, max_tokens);
}

AnswerMatcher has_usage(std::optional<int> max_tokens, const std::string& limit) {
  const auto ask = [max_tokens](const exo::ChatAnswer& answer) { return usage_adds_up(answer, max_tokens); };
  return by_oracle<exo::ChatAnswer>(ask, "has usage that adds up" + limit, "has no usage that adds up" + limit);
}

}  // namespace

AnswerMatcher AgreesWith(exo::ChatAnswer reference, oracle::Closeness limits) {
  const std::string what = "the reference " + shown(limits);
  std::string text = testing::PrintToString(reference);
  const auto ask = [reference = std::make_shared<const exo::ChatAnswer>(std::move(reference)),
                    limits](const exo::ChatAnswer& tested) { return oracle::is_close(*reference, tested, limits); };
  return by_oracle<exo::ChatAnswer>(ask, "agrees with " + what, "does not agree with " + what, std::move(text));
}

SaysTheSameAs::SaysTheSameAs(exo::ChatAnswer whole)
    : whole_(std::make_shared<const exo::ChatAnswer>(std::move(whole))) {}

bool SaysTheSameAs::MatchAndExplain(const exo::ChatAnswer& answer, MatchResultListener* listener) const {
  return explain(oracle::is_same(*whole_, answer), listener, testing::PrintToString(*whole_));
}

bool SaysTheSameAs::MatchAndExplain(const exo::ChatStream& stream, MatchResultListener* listener) const {
  return explain(oracle::stream_is_same(*whole_, stream), listener, testing::PrintToString(*whole_));
}

void SaysTheSameAs::DescribeTo(std::ostream* os) const {
  *os << "says the same as the reference";
}

void SaysTheSameAs::DescribeNegationTo(std::ostream* os) const {
  *os << "does not say the same as the reference";
}

AnswerMatcher StopsExactlyAt(std::vector<std::string> stops, std::string unstopped) {
  const std::string what = format("at the first of \"{}\"", printable(join(stops, "\", \"")));
  const auto ask = [stops = std::move(stops), unstopped = std::move(unstopped)](const exo::ChatAnswer& answer) {
    return oracle::stopped_exactly(answer, unstopped, stops);
  };
  return by_oracle<exo::ChatAnswer>(ask, "stops exactly " + what, "does not stop exactly " + what);
}

AnswerMatcher HasUsageThatAddsUp() {
  return has_usage(std::nullopt, "");
}

AnswerMatcher HasUsageThatAddsUp(int max_tokens) {
  return has_usage(max_tokens, format(", with at most {} completion tokens", max_tokens));
}

AnswerMatcher CallsAsOffered(std::vector<exo::Tool> tools) {
  const auto ask = [tools = std::move(tools)](const exo::ChatAnswer& answer) {
    return oracle::calls_as_offered(answer, tools);
  };
  return by_oracle<exo::ChatAnswer>(ask, "calls tools as they were offered", "calls no tools as they were offered");
}

testing::Matcher<const exo::ChatStream&> CallsTheSameAs(exo::ChatAnswer whole) {
  std::string text = join(whole.tool_calls, "\n");
  const auto ask = [whole = std::make_shared<const exo::ChatAnswer>(std::move(whole))](const exo::ChatStream& stream) {
    return oracle::calls_the_same(*whole, stream);
  };
  return by_oracle<exo::ChatStream>(ask, "calls the same tools", "calls other tools", std::move(text));
}

AnswerMatcher HasThoughtApart() {
  return by_oracle<exo::ChatAnswer>(oracle::is_thought_apart, "has a thought apart from the answer",
                                    "has no thought apart from the answer");
}

TextMatcher IsRight(oracle::Expected expected) {
  const std::string what = format("one of \"{}\" as a whole answer", join(expected.any, "\", \""));
  const auto ask = [expected = std::move(expected)](const std::string& text) {
    return oracle::is_right(text, expected);
  };
  return by_oracle<std::string>(ask, "is " + what, "is not " + what);
}

TextMatcher IsUtf8() {
  const auto ask = [](const std::string& text) { return oracle::is_whole_utf8(text, true); };
  return by_oracle<std::string>(ask, "is UTF-8", "is not UTF-8");
}

TextMatcher IsInWholeCharacters() {
  const auto ask = [](const std::string& text) { return oracle::is_whole_utf8(text); };
  return by_oracle<std::string>(ask, "is UTF-8 in whole characters", "is not UTF-8 in whole characters");
}

}  // namespace exo_harness::gtest
