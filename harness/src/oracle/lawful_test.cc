#include "exo_harness/oracle/lawful.h"

#include <limits>

#include <gtest/gtest.h>

#include "exo_harness/core/text.h"

#include "exo/chat_stream.h"
#include "exo/parse.h"
#include "exo/recording.h"

namespace exo_harness::oracle {
namespace {

using exo::ChatAnswer;
using exo::ChatStream;

constexpr const char* kGenerations[] = {"v1.0.71/contract", "main-2026-06/contract", "zenoh-2026-06/contract"};

ChatAnswer recorded_case(const char* number, const std::string& folder = kGenerations[0]) {
  return *exo::parse_chat(exo::find_recording(folder, number).body());
}

ChatStream recorded_stream(const char* number, const std::string& folder = kGenerations[0]) {
  const exo::Recording recording = exo::find_recording(folder, number);
  const exo::ChatStreamReader::OnToken nobody;
  exo::ChatStreamReader reader({milliseconds(1), milliseconds(1)}, nobody);
  for (const std::string& chunk : recording.chunks) reader.feed(chunk, 1);
  http::Transfer transfer;
  transfer.reply.headers = recording.headers;
  transfer.reply.body_bytes = 1;
  return *reader.finish(transfer, nullptr);
}

template <class Answer, class Change>
void expect_broken(Answer answer, const std::string& law, Change change) {
  const std::int64_t now = 1'795'408'900;
  ASSERT_TRUE(is_lawful(answer, now).ok()) << to_string(is_lawful(answer, now).failure());
  change(answer);
  const auto outcome = is_lawful(answer, now);
  ASSERT_FALSE(outcome.ok()) << law;
  EXPECT_EQ(outcome.failure().kind, FailureKind::mismatch);
  EXPECT_TRUE(contains(outcome.failure().what, law)) << outcome.failure().what;
}

TEST(Lawful, AreAllAnswersOfARealExo) {
  for (const char* folder : kGenerations) {
    for (const char* number :
         {"30", "32", "35", "48", "50", "53", "58", "60", "63", "68", "70", "73", "78", "80", "83"}) {
      const ChatAnswer answer = recorded_case(number, folder);
      ASSERT_TRUE(answer.created) << number;
      const auto outcome = is_lawful(answer, *answer.created);
      EXPECT_TRUE(outcome.ok()) << folder << " " << number << ": " << to_string(outcome.failure());
    }
    for (const char* number : {"31", "33", "49", "51", "59", "61", "69", "71", "79", "81"}) {
      const ChatStream stream = recorded_stream(number, folder);
      const auto outcome = is_lawful(stream, *stream.answer.created);
      EXPECT_TRUE(outcome.ok()) << folder << " " << number << ": " << to_string(outcome.failure());
    }
  }
  for (const char* number : {"34", "52", "62", "72", "82"}) {  // With log-probabilities, of main only.
    const ChatStream stream = recorded_stream(number, kGenerations[1]);
    ASSERT_FALSE(stream.answer.logprobs.empty());
    const auto outcome = is_lawful(stream, *stream.answer.created);
    EXPECT_TRUE(outcome.ok()) << number << ": " << to_string(outcome.failure());
  }
}

TEST(Lawful, IsNoAnswerOfManyTokensWithoutText) {
  expect_broken(recorded_case("30"), "an empty answer of 8 tokens", [](ChatAnswer& a) { a.content.clear(); });
  ChatAnswer marks = recorded_case("30");
  marks.content.clear();
  marks.usage->completion_tokens = 3, marks.usage->total_tokens = marks.usage->prompt_tokens + 3;
  EXPECT_TRUE(is_lawful(marks, *marks.created).ok()) << "marks of thought and end have no text";
  ChatAnswer thinks = recorded_case("30");
  std::swap(thinks.content, thinks.reasoning);
  EXPECT_TRUE(is_lawful(thinks, *thinks.created).ok());
}

TEST(Lawful, AreNoOtherCountsOrSpeedsThanThoseOfTheStatistics) {
  const ChatStream stream = recorded_stream("31");
  expect_broken(stream, "usage counts 13 tokens of the prompt, the statistics 26", [](ChatStream& s) {
    s.answer.usage->prompt_tokens /= 2, s.answer.usage->total_tokens -= 13;
    s.answer.usage->cached_tokens = 0;
  });
  expect_broken(stream, "8 tokens at -1 tokens", [](ChatStream& s) { s.answer.stats->generation_tps = -1; });
  expect_broken(stream, "8 tokens at 0 tokens", [](ChatStream& s) { s.answer.stats->generation_tps = 0; });
  expect_broken(stream, "8 tokens at 1e+12 tokens", [](ChatStream& s) { s.answer.stats->generation_tps = 1e12; });
  expect_broken(stream, "8 tokens at 100000 tokens per second took 11 s", [](ChatStream& s) {
    s.answer.stats->generation_tps = 1e5;
    s.trace.first_token_ns = 1;
    s.trace.end_ns = 11'000'000'001;
  });
  expect_broken(stream, "usage says 9",
                [](ChatStream& s) { ++s.answer.usage->completion_tokens, ++s.answer.usage->total_tokens; });
  expect_broken(stream, "pieces", [](ChatStream& s) { s.trace.deltas.pop_back(); });
  ChatStream twice = stream;
  ++twice.answer.stats->prompt_tokens;
  EXPECT_TRUE(is_lawful(twice, *twice.answer.created).ok()) << "the engine without batches counts one more";
}

TEST(Lawful, AreFastAndShortAnswersAndThoseOfASlowNetwork) {
  ChatStream stream = recorded_stream("31");
  const auto is_true = [&](double speed, std::int64_t seconds) {
    stream.answer.stats->generation_tps = speed;
    stream.trace.first_token_ns = 1;
    stream.trace.end_ns = 1 + seconds * 1'000'000'000;
    return is_lawful(stream, *stream.answer.created).ok();
  };
  EXPECT_TRUE(is_true(80'000, 0));
  EXPECT_TRUE(is_true(80'000, 9)) << "the reader had no time";
  EXPECT_TRUE(is_true(0.8, 10));
  EXPECT_TRUE(is_true(8, 60)) << "the network is slow";
  ChatAnswer one = recorded_case("30");
  one.stats->generation_tokens = one.usage->completion_tokens = 1;
  one.usage->total_tokens = one.usage->prompt_tokens + 1;
  one.stats->generation_tps = 1e7;
  EXPECT_TRUE(is_lawful(one, *one.created).ok()) << "one token has no time";
}

TEST(Lawful, IsNoTimeOfAnotherDay) {
  expect_broken(recorded_case("30"), "created at second 0", [](ChatAnswer& a) { a.created = 0; });
  expect_broken(recorded_case("30"), "created at second", [](ChatAnswer& a) { *a.created += 90'000; });
}

TEST(Lawful, AreOnlyLogProbabilitiesThatAreADistributionOverTheTokensOfTheText) {
  const auto all = [](double to) {
    return [to](ChatAnswer& a) {
      for (exo::TokenLogprob& row : a.logprobs) {
        row.logprob = to;
        for (exo::Candidate& c : row.top) c.logprob = to;
      }
    };
  };
  const ChatAnswer good = recorded_case("32");
  expect_broken(good, "probabilities are 5 together", all(0));
  expect_broken(good, "probabilities are 4.76 together", all(-0.05));
  expect_broken(good, "token 0: a log-probability of 1", all(1));
  expect_broken(good, "a log-probability of nan", all(std::numeric_limits<double>::quiet_NaN()));
  expect_broken(good, "likelier than the likeliest", [](ChatAnswer& a) { a.logprobs[2].logprob = -0.5; });
  expect_broken(good, "not sorted", [](ChatAnswer& a) { std::swap(a.logprobs[1].top[0], a.logprobs[1].top[4]); });
  expect_broken(good, "token 3", [](ChatAnswer& a) { a.logprobs[3].top[4].logprob = 0.5; });
  expect_broken(good, "the tokens with log-probabilities are `x", [](ChatAnswer& a) { a.logprobs[0].token = "x"; });
  expect_broken(good, "the text is", [](ChatAnswer& a) { a.content[4] = '#'; });
}

TEST(Lawful, IsThoughtBeforeOrBetweenTheText) {
  ChatAnswer thinks = recorded_case("32");
  thinks.reasoning = thinks.content.substr(0, 3);
  thinks.content.erase(0, 3);
  EXPECT_TRUE(is_lawful(thinks, *thinks.created).ok());
  expect_broken(thinks, "the tokens", [](ChatAnswer& a) { a.reasoning += "more"; });
}

}  // namespace
}  // namespace exo_harness::oracle
