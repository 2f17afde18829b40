#include <atomic>

#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/client.h"

#include "http/scripted_server.h"

namespace exo_harness::exo {
namespace {

using http::Connection;
using std::chrono::seconds;

Deadline shortly() {
  return Deadline::after(seconds(10));
}

std::string token(const std::string& text, const std::string& more = "") {
  return "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"" + text +
         "\"}" + more + "}]}\n\n";
}

std::string last(const std::string& text) {
  return token(text, ",\"finish_reason\":\"stop\"");
}

std::string progress(int processed) {
  return format(
      ": prefill_progress {{\"PrefillProgressChunk\":{{\"model\":\"m\",\"processed_tokens\":{},"
      "\"total_tokens\":100}}}}\n\n",
      processed);
}

struct Result {
  Outcome<ChatStream> outcome;
  ChatStream seen;
  std::vector<Exchange> exchanges;
};

/// Streams from a server that sends `script` after the head of a stream.
Result stream(const http::ScriptedServer::Handler& script, Client::Options options = {},
              Deadline deadline = shortly()) {
  http::ScriptedServer server([&](Connection& c) {
    if (c.read_request().empty()) return;
    c.begin_chunked();
    script(c);
  });
  std::vector<Exchange> exchanges;
  options.on_exchange = [&](const Exchange& e) { exchanges.push_back(e); };
  Client client(server.url(), options);
  ChatStream seen;
  auto outcome = client.stream_chat({}, deadline, {}, &seen);
  return {std::move(outcome), seen, exchanges};
}

Result stream(const std::string& body) {
  return stream([&](Connection& c) {
    if (!body.empty()) c.chunk(body);
    c.last_chunk();
  });
}

Client::Options silence(milliseconds byte, milliseconds tokens) {
  Client::Options options;
  options.byte_silence = byte;
  options.token_silence = tokens;
  return options;
}

void expect_kind(const Result& result, FailureKind kind, const std::string& part = "") {
  ASSERT_FALSE(result.outcome.ok());
  EXPECT_EQ(result.outcome.failure().kind, kind) << to_string(result.outcome.failure());
  EXPECT_TRUE(contains(result.outcome.failure().what, part)) << result.outcome.failure().what;
}

TEST(StreamWatch, AWholeStreamIsAValue) {
  const Result r = stream(": keep-alive\n\n" + token("a") + last("b") + "data: [DONE]\n\n");
  ASSERT_TRUE(r.outcome.ok()) << to_string(r.outcome.failure());
  EXPECT_EQ(r.outcome->answer.content, "ab");
  EXPECT_EQ(r.outcome->answer.id, "c1");
}

TEST(StreamWatch, OnlyKeepAlivesAreStalledWithinASecondOfTheLimit) {
  const auto begin = Clock::now();
  const Result r = stream(
      [](Connection& c) {
        c.chunk(token("a"));
        while (!c.closed_by_client(Deadline::after(milliseconds(20)))) c.chunk(": keep-alive\n\n");
      },
      silence(seconds(5), milliseconds(300)));
  expect_kind(r, FailureKind::stalled, "only keep-alives");
  EXPECT_LT(Clock::now() - begin, milliseconds(1300));
  EXPECT_EQ(r.seen.answer.content, "a");
}

TEST(StreamWatch, TheStallIsNoticedBetweenTwoKeepAlives) {
  const Result r = stream(
      [](Connection& c) {
        c.chunk(": keep-alive\n\n");
        c.closed_by_client(shortly());
      },
      silence(seconds(20), milliseconds(200)));
  expect_kind(r, FailureKind::stalled);
}

TEST(StreamWatch, NoByteAtAllIsADeadTransport) {
  const Result r = stream([](Connection& c) { c.closed_by_client(shortly()); }, silence(milliseconds(200), seconds(9)));
  expect_kind(r, FailureKind::timed_out, "no byte for");
}

TEST(StreamWatch, PrefillThatMovesIsProgress) {
  const Result r = stream(
      [](Connection& c) {
        for (int i = 0; i < 12; ++i) {
          c.chunk(progress(i));
          if (c.closed_by_client(Deadline::after(milliseconds(50)))) return;
        }
        c.chunk(last("a") + "data: [DONE]\n\n");
        c.last_chunk();
      },
      silence(seconds(5), milliseconds(300)));
  EXPECT_TRUE(r.outcome.ok()) << to_string(r.outcome.failure());
}

TEST(StreamWatch, PrefillThatStandsIsNone) {
  const Result r = stream(
      [](Connection& c) {
        while (!c.closed_by_client(Deadline::after(milliseconds(20)))) c.chunk(progress(7));
      },
      silence(seconds(5), milliseconds(300)));
  expect_kind(r, FailureKind::stalled, "prefill 7 of 100");
}

// Exo keeps a stream alive whose instance is gone; what the state says of it is asked while nothing else comes.
TEST(StreamWatch, GivesUpWhatCannotBeAnsweredAnyMore) {
  Client::Options options;
  options.give_up = [](const std::string& model) -> GiveUp {
    return [model] { return Failure{FailureKind::vanished, "no node of " + model + " is left", ""}; };
  };
  const Result r = stream([](Connection& c) { c.closed_by_client(shortly()); }, options);
  expect_kind(r, FailureKind::vanished, "is left");
  EXPECT_TRUE(contains(r.outcome.failure().what, "token events")) << r.outcome.failure().what;
}

TEST(StreamWatch, AsksAgainWhetherAnAnswerCanCome) {
  std::atomic<int> asked = 0;
  Client::Options options;
  options.give_up = [&](const std::string&) -> GiveUp {
    return [&]() -> std::optional<Failure> {
      if (++asked < 3) return std::nullopt;
      return Failure{FailureKind::exited, "its runner died", ""};
    };
  };
  expect_kind(stream([](Connection& c) { c.closed_by_client(shortly()); }, options), FailureKind::exited,
              "runner died");
  EXPECT_EQ(asked, 3);
}

TEST(AnAnswerInOnePiece, IsGivenUpToo) {
  http::ScriptedServer server([](Connection& c) {
    c.read_request();
    c.closed_by_client(shortly());
  });
  Client::Options options;
  options.give_up = [](const std::string&) -> GiveUp {
    return [] { return Failure{FailureKind::vanished, "gone", "the last state"}; };
  };
  const auto answer = Client(server.url(), options).chat({}, shortly());
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.failure().kind, FailureKind::vanished) << to_string(answer.failure());
  EXPECT_TRUE(contains(answer.failure().evidence, "the last state"));
}

TEST(StreamWatch, TheDeadlineHoldsAlsoWhileTokensCome) {
  const Result r = stream(
      [](Connection& c) {
        while (!c.closed_by_client(Deadline::after(milliseconds(10)))) c.chunk(token("a"));
      },
      {}, Deadline::after(milliseconds(200)));
  expect_kind(r, FailureKind::timed_out);
}

TEST(StreamWatch, AnErrorEventIsAnErrorInsideA200) {
  const std::string error =
      "data: {\"error\":{\"message\":\"boom\",\"type\":\"InternalServerError\",\"code\":500}}\n\n";
  expect_kind(stream(token("a") + error + "data: [DONE]\n\n"), FailureKind::error_in_200, "boom");
  expect_kind(stream(error), FailureKind::error_in_200, "boom");
}

TEST(StreamWatch, EachWayToEndTooEarlyIsReported) {
  expect_kind(stream(""), FailureKind::empty_answer);
  expect_kind(stream(": keep-alive\n\n"), FailureKind::truncated, "without [DONE]");
  expect_kind(stream(token("a") + last("b")), FailureKind::truncated, "without [DONE]");
  expect_kind(stream(token("a") + "data: [DONE]\n\n"), FailureKind::truncated, "without a finish reason");
  expect_kind(stream(last("a") + "data: [DONE]\n"), FailureKind::truncated, "inside an event");
}

TEST(StreamWatch, AResetIsTruncatedWithWhatCame) {
  const Result r = stream([](Connection& c) {
    c.chunk(token("a"));
    c.reset();
  });
  expect_kind(r, FailureKind::truncated, "1 token events");
}

TEST(StreamWatch, WhatIsNoJsonIsMalformedWithEvidence) {
  expect_kind(stream("data: {nonsense\n\n"), FailureKind::malformed, "data event 1");
  expect_kind(stream("data: {\"choices\":5}\n\n"), FailureKind::malformed, "/choices");
  expect_kind(stream(last("a") + "data: [DONE]\n\n" + token("b")), FailureKind::malformed, "after [DONE]");
  expect_kind(stream(last("a") + token("b") + "data: [DONE]\n\n"), FailureKind::mismatch,
              "behind its finish reason `stop`");
  expect_kind(stream(last("a") + last("") + "data: [DONE]\n\n"), FailureKind::mismatch, "behind its finish reason");
  EXPECT_TRUE(stream(last("a") + token("") + "data: [DONE]\n\n").outcome.ok()) << "usage alone may come behind the end";
}

TEST(StreamWatch, AFrameOfAnotherAnswerIsAMismatch) {
  const auto framed = [](const char* id, const char* model, const char* more) {
    return format(
        "data: {{\"id\":\"{}\",\"model\":\"{}\",\"choices\":[{{\"index\":0,\"delta\":{{\"role\":\"assistant\","
        "\"content\":\"a\"}}{}}}]}}\n\n",
        id, model, more);
  };
  const std::string end = std::string(R"(,"finish_reason":"stop")"), done = "data: [DONE]\n\n";
  EXPECT_TRUE(stream(framed("c1", "m", "") + framed("c1", "m", end.c_str()) + done).outcome.ok());
  expect_kind(stream(framed("c1", "m", "") + framed("c2", "m", "") + last("b") + done), FailureKind::mismatch,
              "a frame of another answer: id c2, before it was c1");
  expect_kind(stream(framed("c1", "m", "") + framed("c1", "n", end.c_str()) + done), FailureKind::mismatch,
              "a frame of another answer: model n, before it was m");
}

TEST(StreamWatch, InvalidUtf8IsMalformedAndShown) {
  const Result r = stream(token("ok") + token("\xFF\xC3"));
  expect_kind(r, FailureKind::malformed);
  EXPECT_TRUE(contains(r.outcome.failure().evidence, "\\xFF")) << r.outcome.failure().evidence;
}

TEST(StreamWatch, CommentsAreReadWrappedOrFlatInEitherCase) {
  const Result r =
      stream(": prefill_progress {\"processedTokens\":3,\"totalTokens\":9}\n\n" + last("a") +
             ": generation_stats "
             "{\"GenerationStats\":{\"promptTps\":1.5,\"generationTps\":2,\"peakMemoryUsage\":{\"inBytes\":7}}}\n\n"
             "data: [DONE]\n\n");
  ASSERT_TRUE(r.outcome.ok()) << to_string(r.outcome.failure());
  EXPECT_EQ(r.outcome->trace.prefill_processed, 3);
  EXPECT_EQ(r.outcome->answer.stats->peak_memory_bytes, 7u);
}

TEST(StreamWatch, WhatIsUnknownIsNotedOnce) {
  const std::string odd = "data: {\"new_key\":1,\"choices\":[{\"delta\":{\"content\":\"x\",\"mood\":2}}]}\n\n";
  const Result r = stream(": weather fine\n\n" + odd + odd + last("a") + "data: [DONE]\n\n");
  ASSERT_TRUE(r.outcome.ok());
  EXPECT_EQ(r.outcome->answer.unknown,
            (std::vector<std::string>{"comment weather fine", "/new_key", "/choices/0/delta/mood"}));
}

TEST(StreamWatch, ReasoningAndToolCallsBearTokens) {
  const Result r = stream(
      "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n"
      "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0}]}}]}\n\n" +
      last("") + "data: [DONE]\n\n");
  ASSERT_TRUE(r.outcome.ok());
  EXPECT_EQ(r.outcome->answer.reasoning, "hm");
  EXPECT_EQ(r.outcome->answer.tool_calls, std::vector<std::string>{"{\"index\":0}"});
  EXPECT_EQ(r.outcome->trace.token_ns.size(), 2u);
}

TEST(StreamWatch, TheCallerMayEndTheStream) {
  std::atomic<bool> closed{false};
  http::ScriptedServer server([&](Connection& c) {
    c.read_request();
    c.begin_chunked();
    c.chunk(token("a"));
    closed = c.closed_by_client(shortly());
  });
  Client client(server.url());
  const auto r = client.stream_chat({}, shortly(), [](const StreamTrace&) { return http::Continue::no; });
  ASSERT_TRUE(r.ok());
  EXPECT_EQ(r->answer.content, "a");
  EXPECT_TRUE(wait_until(shortly(), milliseconds(5), [&] { return closed.load(); }));
}

TEST(StreamWatch, EachExchangeIsReportedOnceWithItsFailure) {
  const Result good = stream(last("a") + "data: [DONE]\n\n");
  const Result bad = stream(last("a"));
  ASSERT_EQ(good.exchanges.size(), 1u);
  EXPECT_FALSE(good.exchanges.front().failure);
  EXPECT_EQ(good.exchanges.front().token_events, 1);
  EXPECT_EQ(good.exchanges.front().status, 200);
  EXPECT_TRUE(contains(good.exchanges.front().response_body, "[DONE]"));
  ASSERT_EQ(bad.exchanges.size(), 1u);
  const auto& failure = bad.exchanges.front().failure;
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->kind, FailureKind::truncated);
  EXPECT_TRUE(failure->what.starts_with("POST http://")) << failure->what;
}

TEST(Chat, A200WithoutAFinishReasonIsTruncated) {
  http::ScriptedServer server([](Connection& c) {
    while (!c.read_request().empty()) {
      c.reply(
          "{\"id\":\"x\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"par\"},\"finish_reason\":null}],"
          "\"usage\":null}");
    }
  });
  Client client(server.url());
  const auto answer = client.chat({}, shortly());
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.failure().kind, FailureKind::truncated);
}

TEST(Chat, SilenceIsTimedOutAtTheDeadline) {
  http::ScriptedServer server([](Connection& c) {
    c.read_request();
    c.closed_by_client(shortly());
  });
  Client client(server.url());
  const auto answer = client.chat({}, Deadline::after(milliseconds(100)));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.failure().kind, FailureKind::timed_out);
}

}  // namespace
}  // namespace exo_harness::exo
