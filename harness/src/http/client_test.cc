#include "exo_harness/http/client.h"

#include <atomic>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "scripted_server.h"

namespace exo_harness::http {
namespace {

using std::chrono::seconds;

/// A server that reads one request and then does `script`.
ScriptedServer::Handler after_request(ScriptedServer::Handler script) {
  return [script = std::move(script)](Connection& c) {
    if (!c.read_request().empty()) script(c);
  };
}

Outcome<Reply> get(const ScriptedServer& server, Deadline deadline = soon()) {
  Client client;
  return client.perform({"GET", server.url("/x"), "", {}}, deadline);
}

void expect_failure(const Outcome<Reply>& outcome, FailureKind kind) {
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.failure().kind, kind) << to_string(outcome.failure());
}

TEST(HttpClient, GivesStatusHeadersAndBodyAsTheyCame) {
  ScriptedServer server(after_request([](Connection& c) {
    c.send("HTTP/1.1 404 Not Found\r\nX-One: a\r\nx-one: b\r\nContent-Length: 3\r\n\r\nno\n");
  }));

  const auto reply = get(server);

  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->status, 404);
  EXPECT_EQ(reply->headers, (Headers{{"X-One", "a"}, {"x-one", "b"}, {"Content-Length", "3"}}));
  EXPECT_EQ(reply->header("X-ONE"), "a");
  EXPECT_EQ(reply->body, "no\n");
}

TEST(HttpClient, SendsMethodPathBodyAndJsonType) {
  std::string seen;
  ScriptedServer server([&](Connection& c) {
    seen = c.read_request();
    c.reply("{}");
  });
  Client client;

  ASSERT_TRUE(client.perform({"POST", server.url("/a?b=c/d"), "{\"x\":1}", {{"X-Run", "7"}}}, soon()).ok());

  EXPECT_EQ(seen.substr(0, seen.find('\r')), "POST /a?b=c/d HTTP/1.1");
  EXPECT_TRUE(contains(seen, "Content-Type: application/json\r\n")) << seen;
  EXPECT_TRUE(contains(seen, "X-Run: 7\r\n"));
  EXPECT_FALSE(contains(seen, "Expect"));
  EXPECT_TRUE(contains(seen, "\r\n\r\n{\"x\":1}"));
}

TEST(HttpClient, TimesAreInOrder) {
  ScriptedServer server(after_request([](Connection& c) { c.reply("{}"); }));

  const auto reply = get(server);

  ASSERT_TRUE(reply.ok());
  EXPECT_LE(reply->timing.sent_ns, reply->timing.headers_ns);
  EXPECT_LE(reply->timing.headers_ns, reply->timing.first_byte_ns);
  EXPECT_LE(reply->timing.first_byte_ns, reply->timing.end_ns);
}

TEST(HttpClient, NobodyListeningIsUnreachable) {
  Client client;
  const auto outcome = client.perform({"GET", format("http://127.0.0.1:{}/", closed_port()), "", {}}, soon());
  expect_failure(outcome, FailureKind::unreachable);
  EXPECT_TRUE(contains(outcome.failure().what, "nothing listens there")) << outcome.failure().what;
}

// A listener whose queue is full: the kernel lets further connections wait, as a host that is down does.
TEST(HttpClient, ConnectionsThatNobodyTakesAreUnreachable) {
  const FullQueue queue;
  Client client;
  const auto outcome = client.perform({"GET", queue.url(), "", {}}, Deadline::after(milliseconds(300)));
  expect_failure(outcome, FailureKind::unreachable);
  EXPECT_TRUE(contains(outcome.failure().what, "not even to a connection")) << outcome.failure().what;
}

TEST(HttpClient, TlsToAPlainServerIsUnreachableAndSaysSo) {
  ScriptedServer server([](Connection& c) { c.reply("no", "text/plain", 400); });
  Client client;
  const auto outcome = client.perform({"GET", "https" + server.url().substr(4), "", {}}, soon());
  expect_failure(outcome, FailureKind::unreachable);
  EXPECT_TRUE(contains(outcome.failure().what, "plain http://")) << outcome.failure().what;
}

TEST(HttpClient, AHeaderLineWithoutEndIsNamed) {
  ScriptedServer server(after_request([](Connection& c) {
    c.send("HTTP/1.1 200 OK\r\nx: ");
    for (int i = 0; i < 4; ++i) c.send(std::string(64u << 10, 'a'));
    c.closed_by_client(soon());
  }));
  const auto outcome = get(server, soon());
  expect_failure(outcome, FailureKind::malformed);
  EXPECT_TRUE(contains(outcome.failure().what, "a line of its headers is longer than 100 kB"))
      << outcome.failure().what;
}

TEST(HttpClient, ANameThatDoesNotExistIsUnreachable) {
  Client client;
  const auto outcome = client.perform({"GET", "http://no-such-host.invalid/", "", {}}, soon());
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.failure().kind, FailureKind::unreachable);
}

TEST(HttpClient, SilenceEndsAtTheDeadline) {
  ScriptedServer server(after_request([](Connection& c) { c.closed_by_client(soon()); }));
  const auto begin = Clock::now();

  expect_failure(get(server, Deadline::after(milliseconds(200))), FailureKind::timed_out);

  EXPECT_GE(Clock::now() - begin, milliseconds(200));
}

TEST(HttpClient, TricklingBytesDoNotMoveTheDeadline) {
  ScriptedServer server(after_request([](Connection& c) {
    c.begin_chunked();
    while (!c.closed_by_client(Deadline::after(milliseconds(10)))) c.chunk("x");
  }));

  const auto outcome = get(server, Deadline::after(milliseconds(200)));

  expect_failure(outcome, FailureKind::timed_out);
  EXPECT_TRUE(contains(outcome.failure().evidence, "xx")) << outcome.failure().evidence;
}

TEST(HttpClient, AnExpiredDeadlineSendsNothing) {
  ScriptedServer server(after_request([](Connection& c) { c.reply("{}"); }));
  expect_failure(get(server, Deadline::after(milliseconds(0))), FailureKind::timed_out);
  EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClient, ABodyCutBeforeItsLengthIsTruncatedWithWhatCame) {
  ScriptedServer server(
      after_request([](Connection& c) { c.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"); }));

  const auto outcome = get(server);

  expect_failure(outcome, FailureKind::truncated);
  EXPECT_EQ(outcome.failure().evidence, "half");
}

TEST(HttpClient, ChunksWithoutAnEndAreTruncated) {
  ScriptedServer server(after_request([](Connection& c) {
    c.begin_chunked();
    c.chunk("half");
  }));
  expect_failure(get(server), FailureKind::truncated);
}

TEST(HttpClient, AResetIsTruncated) {
  ScriptedServer before(after_request([](Connection& c) { c.reset(); }));
  ScriptedServer within(after_request([](Connection& c) {
    c.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    c.reset();
  }));
  expect_failure(get(before), FailureKind::truncated);
  expect_failure(get(within), FailureKind::truncated);
}

TEST(HttpClient, ACloseWithoutAnAnswerIsTruncated) {
  ScriptedServer server(after_request([](Connection&) {}));
  expect_failure(get(server), FailureKind::truncated);
}

TEST(HttpClient, ChunkedBodiesAreJoined) {
  ScriptedServer server(after_request([](Connection& c) {
    c.begin_chunked("application/json");
    c.chunk("{\"a\"");
    c.chunk(":1}");
    c.last_chunk();
  }));
  const auto reply = get(server);
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->body, "{\"a\":1}");
}

class NotHttp : public testing::TestWithParam<const char*> {};

TEST_P(NotHttp, IsMalformed) {
  ScriptedServer server(after_request([](Connection& c) { c.send(GetParam()); }));
  expect_failure(get(server), FailureKind::malformed);
}

INSTANTIATE_TEST_SUITE_P(Answers, NotHttp,
                         testing::Values("SSH-2.0-OpenSSH_9.2\r\n\r\n", "\x16\x03\x01 garbage\r\n\r\n",
                                         "HTTP/1.1 200 OK\r\nContent-Length: nonsense\r\n\r\nabc",
                                         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n"));

TEST(HttpClient, ABodyOverTheLimitIsMalformed) {
  ScriptedServer server(after_request([](Connection& c) {
    c.begin_chunked();
    const std::string block(4096, 'x');
    while (!c.closed_by_client(Deadline::after(milliseconds(0)))) c.chunk(block);
  }));
  Client client(Client::Limits{1'000'000, 100'000, 1000, seconds(2)});

  const Transfer transfer = client.transfer({"GET", server.url(), "", {}}, soon());

  ASSERT_TRUE(transfer.failure.has_value());
  EXPECT_EQ(transfer.failure->kind, FailureKind::malformed);
  EXPECT_LE(transfer.reply.body.size(), 100'000u);
}

TEST(HttpClient, OneLongBodyIsReadAtATime) {
  const std::string block(1 << 20, 'x');
  ScriptedServer server(after_request([&](Connection& c) {
    c.begin_chunked();
    for (int i = 0; i < 4; ++i) c.chunk(block);
    c.last_chunk();
  }));
  Client client;
  const Request get{"GET", server.url(), "", {}};
  std::optional<Transfer> first = client.transfer(get, soon());
  ASSERT_FALSE(first->failure.has_value());

  const Transfer waits = client.transfer(get, Deadline::after(milliseconds(200)));
  first.reset();
  const Transfer reads = client.transfer(get, soon());

  ASSERT_TRUE(waits.failure.has_value());
  EXPECT_EQ(waits.failure->kind, FailureKind::timed_out);
  EXPECT_THAT(waits.failure->what, testing::HasSubstr("waited for the end of another long one"));
  EXPECT_LE(waits.reply.body.size(), std::size_t{1} << 20);
  EXPECT_EQ(reads.reply.body.size(), std::size_t{4} << 20);
}

TEST(HttpClient, EndlessHeadersAreMalformed) {
  ScriptedServer server(after_request([](Connection& c) {
    c.send("HTTP/1.1 200 OK\r\n");
    while (!c.closed_by_client(Deadline::after(milliseconds(0)))) c.send("X-Again: and again\r\n");
  }));
  expect_failure(get(server), FailureKind::malformed);
}

TEST(HttpClient, FollowsNoRedirect) {
  ScriptedServer server(after_request(
      [](Connection& c) { c.send("HTTP/1.1 307 T\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"); }));
  const auto reply = get(server);
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->status, 307);
}

TEST(HttpClient, UsesNoProxy) {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  ScriptedServer server(after_request([](Connection& c) { c.reply("{}"); }));
  const auto reply = get(server);
  ::unsetenv("http_proxy");
  EXPECT_TRUE(reply.ok());
}

TEST(HttpClient, WhatIsNoUrlIsTheUsersMistake) {
  Client client;
  for (const char* url : {"", "10.0.0.1:52415", "ftp://10.0.0.1/", "file:///etc/passwd", "http://", "not a url"}) {
    EXPECT_THROW((void)client.perform({"GET", url, "", {}}, soon()), UsageError) << url;
  }
}

void serve_forever(Connection& c) {
  while (!c.read_request().empty()) c.reply("{}");
}

TEST(HttpClient, GetsShareAConnectionAndPostsDoNot) {
  ScriptedServer server(serve_forever);
  Client client;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client.perform({"GET", server.url(), "", {}}, soon()).ok());
  EXPECT_EQ(server.connections(), 1);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client.perform({"POST", server.url(), "{}", {}}, soon()).ok());
  EXPECT_EQ(server.connections(), 4);
}

TEST(HttpClient, APostIsNeverRepeatedBehindOurBack) {
  std::atomic<int> posts{0};
  ScriptedServer server([&](Connection& c) {
    for (std::string request = c.read_request(); !request.empty(); request = c.read_request()) {
      if (request.rfind("POST", 0) == 0) {
        ++posts;
        return;  // Closes a kept connection without an answer: what libcurl would repeat.
      }
      c.reply("{}");
    }
  });
  Client client;
  ASSERT_TRUE(client.perform({"GET", server.url(), "", {}}, soon()).ok());

  expect_failure(client.perform({"POST", server.url(), "{}", {}}, soon()), FailureKind::truncated);
  EXPECT_EQ(posts, 1);
}

TEST(HttpClient, ManyThreadsShareOneClient) {
  ScriptedServer server(serve_forever);
  Client client;
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 20; ++j) good += client.perform({"GET", server.url(), "", {}}, soon()).ok() ? 1 : 0;
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(good, 160);
}

}  // namespace
}  // namespace exo_harness::http
