#include <atomic>
#include <stdexcept>

#include <gtest/gtest.h>

#include "exo_harness/core/text.h"
#include "exo_harness/http/client.h"

#include "scripted_server.h"

namespace exo_harness::http {
namespace {

using std::chrono::seconds;

TEST(HttpStream, GivesTheBytesAsTheyComeWithTheirTimes) {
  ScriptedServer server([](Connection& c) {
    c.read_request();
    c.begin_chunked();
    c.chunk("one");
    c.chunk("two");
    c.last_chunk();
  });
  std::string all;
  std::int64_t last = 0;
  Client client;

  const auto reply = client.stream({"GET", server.url(), "", {}}, soon(), [&](std::string_view bytes, std::int64_t at) {
    all += bytes;
    EXPECT_GE(at, last);
    last = at;
    return Continue::yes;
  });

  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(all, "onetwo");
  EXPECT_EQ(reply->body, "");
  EXPECT_EQ(reply->body_bytes, 6u);
}

TEST(HttpStream, ASinkThatSaysNoClosesTheConnectionAtOnce) {
  std::atomic<bool> closed{false};
  {
    ScriptedServer server([&](Connection& c) {
      c.read_request();
      c.begin_chunked();
      c.chunk("first");
      closed = c.closed_by_client(soon());
    });
    Client client;
    const Transfer transfer = client.transfer({"POST", server.url(), "{}", {}}, soon(),
                                              [](std::string_view, std::int64_t) { return Continue::no; });
    EXPECT_FALSE(transfer.failure.has_value());
    EXPECT_TRUE(transfer.closed_early);
    EXPECT_TRUE(wait_until(soon(), milliseconds(5), [&] { return closed.load(); }));
  }
}

TEST(HttpStream, TheBodyOfARefusalIsKeptInTheReply) {
  ScriptedServer server([](Connection& c) {
    c.read_request();
    c.reply("{\"error\":1}", "application/json", 404);
  });
  Client client;
  const auto reply = client.stream({"GET", server.url(), "", {}}, soon(), [](std::string_view, std::int64_t) {
    ADD_FAILURE() << "a refusal is no stream";
    return Continue::yes;
  });
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->body, "{\"error\":1}");
}

TEST(HttpStream, ACutStreamIsTruncatedWithItsTail) {
  ScriptedServer server([](Connection& c) {
    c.read_request();
    c.begin_chunked();
    c.chunk("data: 1\n\n");
    c.reset();
  });
  Client client;
  const Transfer transfer = client.transfer({"GET", server.url(), "", {}}, soon(),
                                            [](std::string_view, std::int64_t) { return Continue::yes; });
  ASSERT_TRUE(transfer.failure.has_value());
  EXPECT_EQ(transfer.failure->kind, FailureKind::truncated);
  EXPECT_TRUE(contains(transfer.failure->evidence, "data: 1")) << transfer.failure->evidence;
}

TEST(HttpStream, NoByteWithinTheLimitIsStalledAndClosesTheConnection) {
  std::atomic<bool> closed{false};
  ScriptedServer server([&](Connection& c) {
    c.read_request();
    c.begin_chunked();
    c.chunk("first");
    closed = c.closed_by_client(soon());
  });
  const Deadline until = Deadline::after(milliseconds(100));
  Client client;
  const Transfer transfer = client.transfer(
      {"GET", server.url(), "", {}}, soon(), [](std::string_view, std::int64_t) { return Continue::yes; },
      [&] { return until; });
  ASSERT_TRUE(transfer.failure.has_value());
  EXPECT_EQ(transfer.failure->kind, FailureKind::stalled);
  EXPECT_EQ(transfer.reply.status, 200);
  EXPECT_TRUE(wait_until(soon(), milliseconds(5), [&] { return closed.load(); }));
}

TEST(HttpStream, WhatTheSinkThrowsReachesTheCaller) {
  ScriptedServer server([](Connection& c) {
    c.read_request();
    c.reply("x");
  });
  Client client;
  const Sink throwing = [](std::string_view, std::int64_t) -> Continue { throw std::runtime_error("mine"); };
  EXPECT_THROW((void)client.stream({"GET", server.url(), "", {}}, soon(), throwing), std::runtime_error);
  EXPECT_TRUE(client.perform({"GET", server.url(), "", {}}, soon()).ok()) << "the lane must be fit for use again";
}

}  // namespace
}  // namespace exo_harness::http
