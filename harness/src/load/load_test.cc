#include "exo_harness/load/load.h"

#include <atomic>
#include <ctime>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/load/describe.h"

#include "http/scripted_server.h"

namespace exo_harness::load {
namespace {

using testing::HasSubstr;

std::string frame(const std::string& delta, const std::string& rest = "") {
  return format(
      "data: {{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":{},\"model\":\"m\",\"choices\":[{{\"index\":0,"
      "\"delta\":{{\"role\":\"assistant\",{}}}{}}}]}}\n\n",
      std::time(nullptr), delta, rest);
}

std::string last_frame(const std::string& text, int tokens) {
  return format(
      "data: {{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":{},\"model\":\"m\",\"choices\":[{{\"index\":0,"
      "\"delta\":{{\"role\":\"assistant\",\"content\":\"{}\"}},\"finish_reason\":\"length\"}}],\"usage\":{{"
      "\"prompt_tokens\":12,\"completion_tokens\":{},\"total_tokens\":{}}}}}\n\n",
      std::time(nullptr), text, tokens, 12 + tokens);
}

/// As Exo frames it: a keep-alive at once, the progress of the prefill, a frame a token, statistics, the end.
void answer(http::Connection& c, const std::vector<std::string>& frames) {
  c.begin_chunked();
  c.chunk(": keep-alive\n\n");
  c.chunk(
      ": prefill_progress {\"PrefillProgressChunk\":{\"model\":\"m\",\"processed_tokens\":0,\"total_tokens\":12}}\n\n");
  for (const std::string& each : frames) c.chunk(each);
  c.chunk("data: [DONE]\n\n");
  c.last_chunk();
}

std::vector<std::string> tokens(int count) {
  std::vector<std::string> frames;
  for (int i = 1; i < count; ++i) frames.push_back(frame("\"content\":\" tok\""));
  frames.push_back(last_frame(" end", count));
  return frames;
}

LoadPlan plan_for(const http::ScriptedServer& server, int requests, int concurrency = 1) {
  LoadPlan plan;
  plan.apis = {server.url()};
  plan.model = "m";
  plan.schedule.requests = requests;
  plan.schedule.concurrency = concurrency;
  plan.max_tokens = 8;
  plan.prompt = [](std::uint64_t number) { return PromptText{format("question {}", number), ""}; };
  return plan;
}

TEST(Load, RecordsEveryTokenThatTheServerSent) {
  http::ScriptedServer server([](http::Connection& c) {
    c.read_request();
    answer(c, tokens(8));
  });

  const LoadResult result = run_load(plan_for(server, 6, 3));

  EXPECT_EQ(result.summary.completed, 6u);
  EXPECT_EQ(result.tokens.by_usage, 48);
  EXPECT_EQ(result.tokens.frames, 48);
  EXPECT_EQ(result.tokens.events, 48);
  EXPECT_EQ(result.summary.gap_ms.count + result.summary.coalesced, 42u);
  EXPECT_EQ(result.samples.at("ttft_ms").size(), 6u);
  EXPECT_TRUE(broken_promises(result, true).empty());
  EXPECT_EQ(server.connections(), 6) << "Exo closes each stream; a request must not go out twice on a dead one";
}

TEST(Load, HasNeverMoreOpenThanAskedForInAClosedLoop) {
  std::atomic<int> open{0}, most{0};
  http::ScriptedServer server([&](http::Connection& c) {
    c.read_request();
    const int now = ++open;
    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
    }
    c.begin_chunked();
    c.chunk(frame("\"content\":\" tok\""));
    c.chunk(last_frame(" end", 2));
    --open;
    c.chunk("data: [DONE]\n\n");
    c.last_chunk();
  });

  const LoadResult result = run_load(plan_for(server, 20, 4));

  EXPECT_EQ(result.summary.completed, 20u);
  EXPECT_LE(most, 4);
}

TEST(Load, LeavesWarmUpsOutAndCountsThem) {
  http::ScriptedServer server([](http::Connection& c) {
    c.read_request();
    answer(c, tokens(4));
  });
  LoadPlan plan = plan_for(server, 5);
  plan.warm_ups = 3;

  const LoadResult result = run_load(plan);

  EXPECT_EQ(result.warm_ups, 3);
  EXPECT_EQ(result.summary.completed, 5u);
  EXPECT_EQ(result.tokens.by_usage, 20);
  EXPECT_EQ(result.next_number, 8u);
}

TEST(Load, CountsEachFailureByKindAndDropsNone) {
  std::atomic<int> number{0};
  http::ScriptedServer server([&](http::Connection& c) {
    c.read_request();
    switch (number++) {
      case 0:
        return answer(c, {frame("\"content\":\" a\""), "data: {\"error\":{\"message\":\"the runner is gone\"}}\n\n"});
      case 1:
      case 4:
        return c.reply("{\"detail\":\"no such model\"}", "application/json", 404);
      case 2:
        c.begin_chunked();
        c.chunk(frame("\"content\":\" a\""));
        return c.last_chunk();
      case 3:
        return c.reply("", "application/json");
      default:
        return answer(c, tokens(4));
    }
  });

  const LoadResult result = run_load(plan_for(server, 7));

  EXPECT_EQ(result.summary.completed, 2u);
  EXPECT_EQ(result.summary.failed, 5u);
  std::vector<FailureKind> kinds;
  for (const FailedKind& failed : result.failed) {
    kinds.push_back(failed.kind);
    EXPECT_EQ(failed.count, failed.kind == FailureKind::refused ? 2 : 1);
  }
  EXPECT_THAT(kinds, testing::UnorderedElementsAre(FailureKind::error_in_200, FailureKind::refused,
                                                   FailureKind::truncated, FailureKind::empty_answer));
  EXPECT_EQ(broken_promises(result, true).size(), 4u);
}

TEST(Load, SaysOfFailuresHowManyWereInTheWarmUp) {
  std::atomic<int> number{0};
  http::ScriptedServer server([&](http::Connection& c) {
    c.read_request();
    if (number++ < 3) return c.reply("{\"detail\":\"not yet\"}", "application/json", 503);
    answer(c, tokens(4));
  });
  LoadPlan plan = plan_for(server, 3);
  plan.warm_ups = 2;

  const LoadResult result = run_load(plan);

  EXPECT_EQ(result.summary.failed, 1u);
  EXPECT_THAT(broken_promises(result, true).at(0).what, HasSubstr("3 requests failed, 2 of them in the warm-up: POST"));
  EXPECT_THAT(describe(result), HasSubstr("3 requests: 2 completed, 1 failed; 2 warm-ups left out"));
  EXPECT_THAT(describe(result), HasSubstr("of those, 2 in the warm-up\n"));
}

TEST(Load, TakesKeepAlivesForNoTokensAndReasoningForThem) {
  http::ScriptedServer server([](http::Connection& c) {
    c.read_request();
    std::vector<std::string> frames{frame("\"reasoning_content\":\"hm\""), frame("\"content\":\"\"")};
    for (const std::string& each : tokens(2)) frames.push_back(each);
    frames.back() = last_frame(" end", 4);
    answer(c, frames);
  });

  const LoadResult result = run_load(plan_for(server, 1));

  EXPECT_EQ(result.tokens.frames, 4);
  EXPECT_EQ(result.tokens.events, 3) << "one releases no text";
  EXPECT_EQ(result.summary.ttfat_ms.count, 1u);
  EXPECT_GE(result.summary.ttfat_ms.p50, result.summary.ttft_ms.p50);
  EXPECT_TRUE(broken_promises(result, true).empty());
}

TEST(Load, NamesTokensThatAreLost) {
  http::ScriptedServer server([](http::Connection& c) {
    c.read_request();
    answer(c, {frame("\"content\":\" tok\""), last_frame(" end", 5)});
  });

  const LoadResult result = run_load(plan_for(server, 3));

  ASSERT_EQ(broken_promises(result, true).size(), 1u);
  EXPECT_THAT(broken_promises(result, true)[0].what, HasSubstr("3 of 3 answers have fewer frames than tokens"));
  EXPECT_TRUE(broken_promises(result, false).empty()) << "others may put several tokens into one event";
  EXPECT_THAT(doubts(result), testing::Contains(HasSubstr("several in one, or lost")));
}

TEST(Load, SeesAnswersThatAreTooLongOrOfAnotherModel) {
  http::ScriptedServer server([](http::Connection& c) {
    c.read_request();
    answer(c, {frame("\"content\":\" tok\""), last_frame(" end", 50)});
  });

  LoadPlan plan = plan_for(server, 2);
  plan.max_tokens = 49, plan.model = "asked";
  const LoadResult result = run_load(plan);

  EXPECT_EQ(result.tokens.over_limit, 2);
  EXPECT_NE(result.other_model, "");
  plan.max_tokens = 1;
  EXPECT_EQ(run_load(plan).tokens.over_limit, 2) << "two events have text";
  plan.max_tokens = 50, plan.model = result.other_model;
  const LoadResult good = run_load(plan);
  EXPECT_EQ(good.tokens.over_limit, 0);
  EXPECT_EQ(good.other_model, "");
}

TEST(Load, KeepsItsScheduleWhileTheServerDoesNot) {
  std::atomic<int> come{0};
  http::ScriptedServer server([&](http::Connection& c) {
    c.read_request();
    ++come;
    // Nobody is answered before all have come: a client that waits for answers would wait forever.
    wait_until(Deadline::after(std::chrono::seconds(20)), milliseconds(1), [&] { return come >= 10; });
    answer(c, tokens(2));
  });
  LoadPlan plan = plan_for(server, 10);
  plan.schedule.kind = Schedule::Kind::fixed;
  plan.schedule.rate = 200;

  const LoadResult result = run_load(plan);

  EXPECT_EQ(result.summary.completed, 10u);
  EXPECT_EQ(result.summary.send_lateness_ms.count, 10u);
  EXPECT_EQ(result.summary.ttft_scheduled_ms.count, 10u);
  EXPECT_GE(result.summary.ttft_scheduled_ms.max, result.summary.ttft_ms.max);
}

TEST(Load, FindsTheNeedleOrSaysWhatTheAnswerWas) {
  http::ScriptedServer server([](http::Connection& c) {
    const std::string request = c.read_request();
    answer(c, {last_frame(contains(request, "question 0") ? "Marmalade." : "I do not know", 1)});
  });
  LoadPlan plan = plan_for(server, 2);
  plan.prompt = [](std::uint64_t number) { return PromptText{format("question {}", number), "marmalade"}; };

  const LoadResult result = run_load(plan);

  EXPECT_EQ(result.needles_asked, 2);
  EXPECT_EQ(result.needles_found, 1);
  ASSERT_EQ(broken_promises(result, true).size(), 1u);
  EXPECT_THAT(broken_promises(result, true)[0].evidence, HasSubstr("I do not know"));
}

TEST(Load, StopsWhenAsked) {
  http::ScriptedServer server([](http::Connection& c) {
    c.read_request();
    c.begin_chunked();
    c.chunk(": keep-alive\n\n");
    c.closed_by_client(Deadline::after(std::chrono::seconds(20)));
  });
  LoadWatch watch;
  watch.stop = [&] { return server.connections() == 2; };

  const LoadResult result = run_load(plan_for(server, 100, 2), watch);

  EXPECT_EQ(result.abandoned, 2);
  EXPECT_EQ(result.summary.completed + result.summary.failed, 0u);
  EXPECT_FALSE(broken_promises(result, true).empty()) << "a load without tokens is never good";
}

TEST(Load, ThatOnlyHearsKeepAlivesIsStalled) {
  http::ScriptedServer server([](http::Connection& c) {
    c.read_request();
    c.begin_chunked();
    c.chunk(": keep-alive\n\n");
    c.closed_by_client(Deadline::after(std::chrono::seconds(20)));
  });
  LoadPlan plan = plan_for(server, 1);
  plan.silence.token = milliseconds(50);

  const LoadResult result = run_load(plan);

  ASSERT_EQ(result.failed.size(), 1u);
  EXPECT_EQ(result.failed[0].kind, FailureKind::stalled);
}

}  // namespace
}  // namespace exo_harness::load
