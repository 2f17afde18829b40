#include "exo_harness/http/stream_loop.h"

#include <atomic>
#include <memory>

#include <gtest/gtest.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "scripted_server.h"

namespace exo_harness::http {
namespace {

using std::chrono::seconds;

class Listener : public StreamListener {
 public:
  Continue take(std::string_view bytes, std::int64_t at_ns) override {
    EXPECT_GE(at_ns, last);
    last = at_ns;
    body += bytes;
    return on_bytes ? on_bytes() : Continue::yes;
  }
  Deadline inactivity_limit() override { return until; }
  void ended(Transfer transfer) override {
    end = std::move(transfer);
    if (on_end) on_end();
  }

  std::string body;
  std::int64_t last = 0;
  Deadline until = Deadline::after(seconds(20));
  std::optional<Transfer> end;
  std::function<Continue()> on_bytes;
  std::function<void()> on_end;
};

void run(StreamLoop& loop) {
  const Deadline limit = Deadline::after(seconds(20));
  while (loop.open_streams() > 0 && !limit.expired()) loop.turn(monotonic_ns() + 1'000'000'000);
  EXPECT_EQ(loop.open_streams(), 0u);
}

TEST(StreamLoop, BringsManyStreamsAtOnce) {
  constexpr int kStreams = 40;
  std::atomic<int> come{0};
  ScriptedServer server([&](Connection& c) {
    const std::string request = c.read_request();
    ++come;
    c.begin_chunked();
    // None ends before all are open.
    wait_until(Deadline::after(seconds(20)), milliseconds(1), [&] { return come == kStreams; });
    c.chunk(contains(request, "\"3\"") ? "third" : "another");
    c.last_chunk();
  });
  StreamLoop loop;
  std::vector<Listener> listeners(kStreams);

  for (int i = 0; i < kStreams; ++i)
    loop.open({"POST", server.url(), format("\"{}\"", i), {}}, listeners[static_cast<std::size_t>(i)]);
  run(loop);

  for (const Listener& each : listeners) {
    ASSERT_TRUE(each.end.has_value());
    EXPECT_FALSE(each.end->failure.has_value());
    EXPECT_EQ(each.end->reply.status, 200);
  }
  EXPECT_EQ(listeners[3].body, "third");
  EXPECT_EQ(server.connections(), kStreams);
}

TEST(StreamLoop, FailsAsTheClientDoes) {
  ScriptedServer server([](Connection& c) {
    const std::string request = c.read_request();
    if (contains(request, "refuse")) return c.reply("{\"error\":1}", "application/json", 404);
    c.begin_chunked();
    c.chunk("data: 1\n\n");
    if (contains(request, "reset")) return c.reset();
    c.closed_by_client(Deadline::after(seconds(20)));
  });
  StreamLoop loop;
  Listener refused, reset, silent, nobody;
  silent.until = Deadline::after(milliseconds(50));

  loop.open({"POST", server.url("/refuse"), "{}", {}}, refused);
  loop.open({"POST", server.url("/reset"), "{}", {}}, reset);
  loop.open({"POST", server.url("/silent"), "{}", {}}, silent);
  loop.open({"POST", format("http://127.0.0.1:{}", closed_port()), "{}", {}}, nobody);
  run(loop);

  EXPECT_EQ(refused.end->reply.body, "{\"error\":1}");
  EXPECT_EQ(refused.body, "");
  EXPECT_EQ(reset.end->failure->kind, FailureKind::truncated);
  EXPECT_EQ(silent.end->failure->kind, FailureKind::stalled);
  EXPECT_EQ(nobody.end->failure->kind, FailureKind::unreachable);
}

TEST(StreamLoop, ClosesWhatTheListenerDoesNotWant) {
  std::atomic<bool> closed{false};
  {
    ScriptedServer server([&](Connection& c) {
      c.read_request();
      c.begin_chunked();
      c.chunk("first");
      closed = c.closed_by_client(Deadline::after(seconds(20)));
    });
    StreamLoop loop;
    Listener listener;
    listener.on_bytes = [] { return Continue::no; };
    loop.open({"POST", server.url(), "{}", {}}, listener);
    run(loop);
    EXPECT_TRUE(listener.end->closed_early);
    EXPECT_TRUE(wait_until(Deadline::after(seconds(5)), milliseconds(1), [&] { return closed.load(); }));
  }
}

TEST(StreamLoop, TakesNewStreamsWhenOneEnds) {
  ScriptedServer server([](Connection& c) {
    c.read_request();
    c.reply("x");
  });
  StreamLoop loop;
  Listener first, second;
  first.on_end = [&] { loop.open({"POST", server.url(), "{}", {}}, second); };
  loop.open({"POST", server.url(), "{}", {}}, first);
  run(loop);
  ASSERT_TRUE(second.end.has_value());
  EXPECT_EQ(second.body, "x");
}

TEST(StreamLoop, SaysHowLateItsStampsAndTimersAre) {
  ScriptedServer server([](Connection& c) {
    c.read_request();
    c.reply("x");
  });
  int stamps = 0, timers = 0;
  StreamLoop::Options options;
  options.on_callback = [&](std::int64_t late) { stamps += late >= 0; };
  options.on_timer = [&](std::int64_t late) { timers += late >= 0; };
  StreamLoop loop(options);
  Listener listener;
  loop.open({"POST", server.url(), "{}", {}}, listener);
  run(loop);
  const Deadline limit = Deadline::after(seconds(20));
  while (timers == 0 && !limit.expired()) loop.turn(monotonic_ns() + 1'000'000'000);
  EXPECT_GE(stamps, 1);
  EXPECT_GE(timers, 1);
}

TEST(StreamLoop, WhatAListenerThrowsComesOut) {
  ScriptedServer server([](Connection& c) {
    c.read_request();
    c.reply("x");
  });
  StreamLoop loop;
  Listener listener;
  listener.on_bytes = []() -> Continue { throw std::runtime_error("mine"); };
  loop.open({"POST", server.url(), "{}", {}}, listener);
  EXPECT_THROW(run(loop), std::runtime_error);
  EXPECT_EQ(loop.open_streams(), 0u);
  EXPECT_THROW(loop.open({"POST", "no url", "", {}}, listener), UsageError);
}

TEST(StreamLoop, ClosesAllAtOnce) {
  ScriptedServer server([](Connection& c) {
    c.read_request();
    c.begin_chunked();
    c.closed_by_client(Deadline::after(seconds(20)));
  });
  StreamLoop loop;
  Listener one, two;
  loop.open({"POST", server.url(), "{}", {}}, one);
  loop.open({"POST", server.url(), "{}", {}}, two);
  while (server.connections() < 2) loop.turn(monotonic_ns() + 1'000'000);
  loop.close_all();
  EXPECT_TRUE(one.end->closed_early && two.end->closed_early);
}

}  // namespace
}  // namespace exo_harness::http
