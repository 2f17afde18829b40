#include <cmath>

#include <gtest/gtest.h>

#include "exo_harness/core/text.h"
#include "exo_harness/oracle/close.h"
#include "exo_harness/oracle/exact.h"
#include "exo_harness/oracle/wholeness.h"

#include "exo/parse.h"
#include "exo/recording.h"

namespace exo_harness::oracle {
namespace {

using exo::ChatAnswer;
using exo::ChatStream;

ChatAnswer recorded(const std::string& number, const std::string& generation = "v1.0.71") {
  return *exo::parse_chat(exo::find_recording(generation + "/contract", number).body());
}

template <class T>
void expect_mismatch(const Outcome<T>& outcome, const std::string& part) {
  ASSERT_FALSE(outcome.ok()) << part;
  EXPECT_EQ(outcome.failure().kind, FailureKind::mismatch);
  EXPECT_TRUE(contains(outcome.failure().what, part)) << outcome.failure().what;
}

template <class Value, class Change>
Value changed(Value value, Change change) {
  change(value);
  return value;
}

TEST(Same, HoldsForPipelineAndForBothGenerations) {
  EXPECT_TRUE(is_same(recorded("32"), recorded("50")).ok()) << "pipeline-2 = single";
  EXPECT_TRUE(is_same(recorded("32"), recorded("32", "main-2026-06")).ok());
  EXPECT_TRUE(is_same(recorded("70"), recorded("70", "main-2026-06")).ok());
}

TEST(Same, EachMutantIsFound) {
  const ChatAnswer good = recorded("32");
  const auto differs = [&](const std::string& part, auto change) {
    expect_mismatch(is_same(good, changed(good, change)), part);
  };
  differs("another token", [](ChatAnswer& a) { a.logprobs[3].top[0].token = "x"; });
  differs("not bit-identical", [](ChatAnswer& a) { a.logprobs[7].top[4].logprob += 1e-9; });
  differs("not bit-identical", [](ChatAnswer& a) { a.logprobs[0].logprob = std::nextafter(a.logprobs[0].logprob, 0); });
  differs("8 tokens against 7", [](ChatAnswer& a) { a.logprobs.pop_back(); });
  differs("text differs from byte 4", [](ChatAnswer& a) { a.content[4] = '#'; });
  differs("reasoning differs", [](ChatAnswer& a) { a.reasoning = "hm"; });
  differs("finish reason", [](ChatAnswer& a) { a.finish_reason = "stop"; });
  differs("not the same request", [](ChatAnswer& a) { ++a.usage->prompt_tokens; });
}

TEST(Same, ShowsBothListsWhereTheTokensPart) {
  const ChatAnswer good = recorded("32");
  const auto outcome = is_same(good, changed(good, [](ChatAnswer& a) { a.logprobs[2].top[0].token = "zz"; }));
  ASSERT_FALSE(outcome.ok());
  EXPECT_TRUE(contains(outcome.failure().what, "token 2"));
  EXPECT_TRUE(contains(outcome.failure().evidence, "'zz'") && contains(outcome.failure().evidence, "'as'"))
      << outcome.failure().evidence;
}

ChatStream stream_of(const std::vector<std::string>& pieces) {
  ChatStream stream;
  for (const std::string& piece : pieces) {
    stream.answer.content += piece;
    stream.trace.deltas.push_back(piece);
    stream.trace.token_ns.push_back(static_cast<std::int64_t>(stream.trace.deltas.size()));
  }
  stream.answer.finish_reason = "stop";
  stream.trace.data_events = static_cast<int>(pieces.size());
  const int n = static_cast<int>(pieces.size());
  stream.answer.usage = exo::Usage{5, n, 5 + n, 0, 0};
  return stream;
}

TEST(Stream, SaysTheSameAsTheWholeAnswer) {
  const ChatStream stream = stream_of({"fo", "ur"});
  const ChatAnswer whole = stream.answer;
  EXPECT_TRUE(stream_is_same(whole, stream).ok());
  expect_mismatch(stream_is_same(changed(whole, [](ChatAnswer& a) { a.content += "."; }), stream), "streamed text");
  expect_mismatch(stream_is_same(changed(whole, [](ChatAnswer& a) { a.finish_reason = "length"; }), stream), "finish");
  expect_mismatch(stream_is_same(changed(whole, [](ChatAnswer& a) { ++a.usage->completion_tokens; }), stream),
                  "tokens");
}

TEST(Stream, AddsUp) {
  const ChatStream good = stream_of({"a", "b", "c"});
  EXPECT_TRUE(stream_adds_up(good).ok());
  expect_mismatch(stream_adds_up(changed(good, [](ChatStream& s) { s.trace.deltas[1] = "x"; })), "pieces");
  expect_mismatch(stream_adds_up(changed(good, [](ChatStream& s) { s.trace.deltas.pop_back(); })), "pieces");
  expect_mismatch(stream_adds_up(changed(good, [](ChatStream& s) { ++s.trace.data_events; })), "data events");
  expect_mismatch(stream_adds_up(changed(good, [](ChatStream& s) { s.trace.token_ns[1] = 99; })), "before earlier");
}

TEST(Close, TensorAgainstSingleOfTheRecordingsIsClose) {
  for (const std::string generation : {"v1.0.71", "main-2026-06", "zenoh-2026-06"}) {
    const auto bf16 = is_close(recorded("32", generation), recorded("60", generation), Closeness::tensor());
    ASSERT_TRUE(bf16.ok()) << to_string(bf16.failure());
    const auto f32 = is_close(recorded("70", generation), recorded("80", generation), Closeness::float32());
    ASSERT_TRUE(f32.ok()) << to_string(f32.failure());
    EXPECT_EQ(f32->agreeing, 8u);
    EXPECT_GT(f32->max_delta, 0);
  }
}

/// `rows` rows of three candidates with the given logprobs.
ChatAnswer flat(std::vector<double> logprobs, std::size_t rows = 4) {
  ChatAnswer answer;
  for (std::size_t i = 0; i < rows; ++i) {
    answer.logprobs.push_back({"a", logprobs[0], {{"a", logprobs[0]}, {"b", logprobs[1]}, {"c", logprobs[2]}}});
  }
  return answer;
}

ChatAnswer parted(double own, double other) {
  return changed(flat({-1, -1.1, -3}), [&](ChatAnswer& a) {
    a.logprobs[2].top = {{"b", own}, {"a", other}, {"c", -3}};
  });
}

TEST(Close, APartingIsExcusedOnlyByBothMargins) {
  const ChatAnswer reference = flat({-1, -1.1, -3});
  EXPECT_TRUE(is_close(reference, parted(-1.05, -1.1), Closeness::tensor()).ok());
  expect_mismatch(is_close(reference, parted(-0.5, -1.5), Closeness::tensor()), "token 2: 'b' instead of 'a'");
  expect_mismatch(is_close(flat({-1, -2, -3}), parted(-1.05, -1.1), Closeness::tensor()), "token 2");
}

// An engine takes either, and lists either first.
TEST(Close, ATokenThatIsExactlyAsLikelyAsTheFirstIsTheOneChosen) {
  const auto tied = changed(flat({-1, -1.1, -3}), [](ChatAnswer& a) {
    a.logprobs[2].token = " b";
    a.logprobs[2].top[1].logprob = -1;
  });
  const auto seen = compare(flat({-1, -1.1, -3}), tied);

  ASSERT_TRUE(seen.parting);
  EXPECT_EQ(seen.parting->tested_token, "b");
  EXPECT_EQ(seen.parting->tested_margin, 0);
  EXPECT_TRUE(is_close(flat({-1, -1.1, -3}), tied, Closeness::tensor()).ok());
  expect_mismatch(is_close(flat({-1, -2, -3}), tied, Closeness::tensor()), "token 2: 'b' instead of 'a'");
}

TEST(Close, APartingToATokenThatIsNotListedIsNeverExcused) {
  const auto c = changed(flat({-1, -1.1, -3}), [](ChatAnswer& a) { a.logprobs[1].top[0].token = "z"; });
  const auto outcome = is_close(flat({-1, -1.1, -3}), c, Closeness::tensor_hybrid());
  expect_mismatch(outcome, "token 1");
}

TEST(Close, AnotherTextOfTheSameChoiceIsFound) {
  const auto says = [](ChatAnswer& a) { a.logprobs[2].token = "!"; };
  expect_mismatch(is_close(flat({-1, -2, -3}), changed(flat({-1, -2, -3}), says), Closeness::tensor()),
                  "token 2: both chose 'a', and say 'a' and '!'");
  const auto of_halves = [](ChatAnswer& a) { a.logprobs[1].top[0].token = "\xEF\xBF\xBD"; };
  const ChatAnswer halves = changed(flat({-1, -2, -3}), of_halves);
  EXPECT_TRUE(is_close(halves, changed(halves, says), Closeness::tensor()).ok());
}

TEST(Close, ShowsTheTokenThatDriftedMost) {
  const auto drifted = [](ChatAnswer& a) {
    a.logprobs[1].top[0].logprob -= 0.5;
    a.logprobs[2].top[0].logprob -= 0.9;
  };
  const auto outcome = is_close(flat({-1, -2, -3}), changed(flat({-1, -2, -3}), drifted), Closeness::tensor());
  expect_mismatch(outcome, "differ by 0.9 at token 2 of 4");
  EXPECT_TRUE(contains(outcome.failure().evidence, "'a' -1.900000 of")) << outcome.failure().evidence;
}

TEST(Close, DriftOverTheAgreeingPrefixIsFound) {
  expect_mismatch(is_close(flat({-1, -2, -3}), flat({-1.00002, -2, -3}), Closeness::float32()), "logprobs differ");
  EXPECT_TRUE(is_close(flat({-1, -2, -3}), flat({-1.000002, -2, -3}), Closeness::float32()).ok());
}

TEST(Close, GapsAndDistributionsAreBounded) {
  Closeness limits = Closeness::tensor();
  limits.gap_rms = 0.05;
  expect_mismatch(is_close(flat({-1, -2, -3}), flat({-1, -1.9, -3}), limits), "gaps changed");
  limits.gap_rms.reset();
  expect_mismatch(is_close(flat({-1, -2, -3}), flat({-1, -1.6, -3}), limits), "distributions differ");
}

TEST(Close, NeedsLogprobsAndTheSameLength) {
  expect_mismatch(is_close(ChatAnswer{}, flat({-1, -2, -3}), Closeness::tensor()), "without logprobs");
  expect_mismatch(is_close(flat({-1, -2, -3}), flat({-1, -2, -3}, 3), Closeness::tensor()), "4 tokens against 3");
}

TEST(Close, KlIsZeroForEqualsAndKnownForAKnownPair) {
  const Comparison same = compare(flat({-1, -2, -3}), flat({-1, -2, -3}));
  EXPECT_EQ(same.kl_max, 0);
  EXPECT_EQ(same.gap_rms, 0);
  // Two candidates, 3:1 against 1:1.
  ChatAnswer a, b;
  a.logprobs.push_back({"x", std::log(0.75), {{"x", std::log(0.75)}, {"y", std::log(0.25)}}});
  b.logprobs.push_back({"x", std::log(0.5), {{"x", std::log(0.5)}, {"y", std::log(0.5)}}});
  EXPECT_NEAR(compare(a, b).kl_mean, 0.75 * std::log(1.5) + 0.25 * std::log(0.5), 1e-12);
}

TEST(Close, PoolsPrompts) {
  const Comparison a = compare(flat({-1, -2, -3}), flat({-1.1, -2, -3})),
                   b = compare(flat({-1, -2, -3}), flat({-1, -2, -3}));
  const Pool p = pool({a, b});
  EXPECT_EQ(p.prompts, 2u);
  EXPECT_EQ(p.rows, 8u);
  EXPECT_NEAR(p.max_delta, 0.1, 1e-12);
  EXPECT_NEAR(p.gap_rms, 0.1 / std::sqrt(2), 1e-12);
}

TEST(Utf8, WholenessIsChecked) {
  EXPECT_TRUE(is_whole_utf8("Grüße 日本 🙂").ok());
  expect_mismatch(is_whole_utf8("a\xC3"), "not UTF-8");
  expect_mismatch(is_whole_utf8("gr\xEF\xBF\xBD\xEF\xBF\xBD"
                                "e"),
                  "byte 2");
  EXPECT_TRUE(is_whole_utf8("\xEF\xBF\xBD", true).ok());
}

TEST(Usage, OfTheRecordingsAddsUp) {
  for (const char* number : {"30", "32", "35", "48", "53", "68", "73"})
    EXPECT_TRUE(usage_adds_up(recorded(number), 8).ok()) << number;
}

TEST(Usage, EachMutantIsFound) {
  const ChatAnswer good = recorded("32");
  const auto wrong = [&](const std::string& part, auto change) {
    expect_mismatch(usage_adds_up(changed(good, change), 8), part);
  };
  wrong("is not prompt", [](ChatAnswer& a) { ++a.usage->total_tokens; });
  wrong("were allowed", [](ChatAnswer& a) { ++a.usage->completion_tokens, ++a.usage->total_tokens; });
  wrong("'length' after 7", [](ChatAnswer& a) { --a.usage->completion_tokens, --a.usage->total_tokens; });
  wrong("cached", [](ChatAnswer& a) { a.usage->cached_tokens = 1000; });
  wrong("reasoning", [](ChatAnswer& a) { a.usage->reasoning_tokens = 9; });
  wrong("9 logprobs", [](ChatAnswer& a) { a.logprobs.push_back(a.logprobs.back()); });
  wrong("statistics 9", [](ChatAnswer& a) { a.stats = exo::GenerationStats{1, 1, 1, 9, 1, ""}; });
  wrong("neither", [](ChatAnswer& a) { a.usage.reset(); });
}

TEST(Stop, IsExact) {
  const auto answer = [](const std::string& text, const std::string& reason) {
    ChatAnswer a;
    a.content = text;
    a.finish_reason = reason;
    return a;
  };
  EXPECT_TRUE(stopped_exactly(answer("one, ", "stop"), "one, two. three", {".", "two"}).ok());
  EXPECT_TRUE(stopped_exactly(answer("one", "length"), "one", {"x"}).ok());
  expect_mismatch(stopped_exactly(answer("one, two", "stop"), "one, two. three", {"two"}), "5 bytes");
  expect_mismatch(stopped_exactly(answer("one,", "stop"), "one, two", {"two"}), "5 bytes");
  expect_mismatch(stopped_exactly(answer("one, ", "length"), "one, two", {"two"}), "finish reason is 'length'");
}

}  // namespace
}  // namespace exo_harness::oracle
