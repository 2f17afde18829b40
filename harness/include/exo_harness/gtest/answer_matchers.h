#pragma once

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "exo_harness/exo/chat.h"
#include "exo_harness/oracle/close.h"
#include "exo_harness/oracle/right.h"

/// What the oracles (`oracle/`) say of answers, as matchers. Each failure shows the answer, what was expected, and
/// where the two part; it gives the test its verdict word, as IsOk does. A count is in tokens, a log-probability in
/// nats.
namespace exo_harness::gtest {

using AnswerMatcher = testing::Matcher<const exo::ChatAnswer&>;
using TextMatcher = testing::Matcher<const std::string&>;

/// Matches an answer with log-probabilities that agrees with `reference` as far as `limits` say
/// (`oracle::is_close`): for other placements, cache hits and batches, whose sums have another order.
///   EXPECT_THAT(*together, AgreesWith(*alone, oracle::Closeness::tensor()));
AnswerMatcher AgreesWith(exo::ChatAnswer reference, oracle::Closeness limits);

/// Matches an answer (`oracle::is_same`) or a stream (`oracle::stream_is_same`) that says the same as `whole`: text,
/// reasoning, finish reason and counts of tokens, and log-probabilities bit by bit when both answers have them.
///   EXPECT_THAT(*again, SaysTheSameAs(*first));
///   EXPECT_THAT(*stream, SaysTheSameAs(*whole));
class SaysTheSameAs {
 public:
  using is_gtest_matcher = void;
  explicit SaysTheSameAs(exo::ChatAnswer whole);
  bool MatchAndExplain(const exo::ChatAnswer& answer, testing::MatchResultListener* listener) const;
  bool MatchAndExplain(const exo::ChatStream& stream, testing::MatchResultListener* listener) const;
  void DescribeTo(std::ostream* os) const;
  void DescribeNegationTo(std::ostream* os) const;

 private:
  std::shared_ptr<const exo::ChatAnswer> whole_;
};

/// Matches an answer that is `unstopped` up to the first of `stops`, to the byte, with the finish reason `stop`
/// (`oracle::stopped_exactly`); all of it when none of them occurs.
///   EXPECT_THAT(*stopped, StopsExactlyAt({"river"}, whole->content));
AnswerMatcher StopsExactlyAt(std::vector<std::string> stops, std::string unstopped);

/// Matches an answer whose usage is there and adds up (`oracle::usage_adds_up`).
///   EXPECT_THAT(stream->answer, HasUsageThatAddsUp());
AnswerMatcher HasUsageThatAddsUp();
/// The same, and of at most `max_tokens`: of exactly so many when the finish reason is `length`.
///   EXPECT_THAT(*answer, HasUsageThatAddsUp(16));
AnswerMatcher HasUsageThatAddsUp(int max_tokens);

/// Matches an answer with a thought and an answer that are apart (`oracle::is_thought_apart`).
///   EXPECT_THAT(*answer, HasThoughtApart());
AnswerMatcher HasThoughtApart();

/// Matches an answer that calls tools as they were offered (`oracle::calls_as_offered`).
///   EXPECT_THAT(*answer, CallsAsOffered(request.tools));
AnswerMatcher CallsAsOffered(std::vector<exo::Tool> tools);

/// Matches a stream that calls the same as `whole` (`oracle::calls_the_same`).
///   EXPECT_THAT(*stream, CallsTheSameAs(*whole));
testing::Matcher<const exo::ChatStream&> CallsTheSameAs(exo::ChatAnswer whole);

/// Matches a text that is right as a whole (`oracle::is_right`).
///   EXPECT_THAT(answer->content, IsRight({{"4", "four"}, "How much is 2+2?"}));
TextMatcher IsRight(oracle::Expected expected);

/// Matches a text in UTF-8; halves of characters that were replaced by U+FFFD may be in it.
///   EXPECT_THAT(stream->trace.deltas, Each(IsUtf8()));
TextMatcher IsUtf8();
/// Matches a text in UTF-8 without U+FFFD.
///   EXPECT_THAT(answer->content, IsInWholeCharacters());
TextMatcher IsInWholeCharacters();

}  // namespace exo_harness::gtest
