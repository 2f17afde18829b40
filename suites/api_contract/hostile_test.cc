// Requests that no decent client sends must take neither a node nor an instance down: afterwards every node says who
// it is, and the placed instance answers. What such a request itself gets is left open, but it has its own time limit.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/gtest/known_finding.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"

#include "wire.h"
#include "world_sizes.h"

namespace exo_harness::suites {
namespace {

using gtest::IsOk;
using namespace std::chrono_literals;
using namespace std::string_literals;

constexpr auto kLimit = 10s;     // Of one hostile request.
constexpr auto kRecovery = 60s;  // Contract 11: plan 30 s for an instance to come back; the machine may be busy.
constexpr std::size_t kMegabyte = 1u << 20;

class Hostile : public gtest::PlacedTest {
 protected:
  void TearDown() override {
    if (!IsSkipped() && !HasFatalFailure()) expect_that_all_is_well();
    gtest::PlacedTest::TearDown();
  }

  void expect_that_all_is_well() {
    for (std::size_t i = 0; i < cluster().nodes().size(); ++i) {
      EXPECT_THAT(cluster().client(i).node_id(Deadline::after(kLimit)), IsOk()) << cluster().nodes()[i].api;
    }
    const auto state = cluster().state();
    ASSERT_THAT(state, IsOk());
    EXPECT_EQ(state->instances.count(placed().instance.id), 1u) << "the instance is gone";
    EXPECT_THAT(client().chat(ask("Hello", 4), Deadline::after(kRecovery)), IsOk());
  }

  // Sends bytes as they are and waits for whatever comes.
  std::string send(const std::string& bytes, std::string_view enough = "\r\n\r\n") {
    const Deadline deadline = Deadline::after(kLimit);
    auto wire = Wire::connect(client().base_url(), deadline);
    EXPECT_THAT(wire, IsOk());
    if (!wire) return "";
    wire->send(bytes, deadline);
    return wire->receive(deadline, enough);
  }

  std::string chat_head(const std::string& more, std::size_t length) const {
    return format(
        "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{}"
        "Content-Length: {}\r\n\r\n",
        more, length);
  }
  std::string chat_body(const std::string& content, const std::string& more = "") const {
    return format(R"({{"model":"{}","messages":[{{"role":"user","content":"{}"}}],"max_tokens":4,"temperature":0{}}})",
                  scenario().model.repo, content, more);
  }
  std::string chat(const std::string& body) const { return chat_head("", body.size()) + body; }
};

TEST_P(Hostile, FieldOfAMegabyte) {
  send(chat(chat_body("Hello", R"(,"user":")" + std::string(kMegabyte, 'x') + '"')));
}

TEST_P(Hostile, ModelNameOfAMegabyte) {
  send(chat(R"({"messages":[],"model":")" + std::string(kMegabyte, 'x') + "\"}"));
}

TEST_P(Hostile, HeaderOfAMegabyte) {
  send("GET /node_id HTTP/1.1\r\nHost: x\r\nX-Long: " + std::string(kMegabyte, 'x') + "\r\n\r\n");
}

TEST_P(Hostile, PathOfAMegabyte) {
  send("GET /" + std::string(kMegabyte, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n");
}

TEST_P(Hostile, TenThousandHeaders) {
  std::string headers;
  for (int i = 0; i < 10'000; ++i) headers += format("X-{}: y\r\n", i);
  send("GET /node_id HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n");
}

TEST_P(Hostile, JsonNestedDeep) {
  send(chat(R"({"model":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}"));
}

TEST_P(Hostile, JsonNestedDeepInAMessage) {
  send(chat(format(R"({{"model":"{}","messages":{}{}}})", scenario().model.repo, std::string(900, '['),
                   std::string(900, ']'))));
}

TEST_P(Hostile, NumberOfAThousandDigits) {
  if (const auto why = gtest::why_not_tried("huge-integer-kills-the-master")) GTEST_SKIP() << *why;

  send(chat(chat_body("Hello", R"(,"seed":1)" + std::string(1000, '0'))));
}

TEST_P(Hostile, BytesThatAreNoUtf8) {
  send(chat(chat_body("\xff\xfe\xc3\x28\x80")));
}

TEST_P(Hostile, HalfASurrogate) {
  send(chat(chat_body(R"(\ud800)")));
}

TEST_P(Hostile, ZeroBytes) {
  send(chat(std::string(1000, '\0')));
  send("GET /"s + '\0' + "node_id HTTP/1.1\r\nHost: x\r\n\r\n");
}

TEST_P(Hostile, NoHttpAtAll) {
  send("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n"s);  // TLS begins like this.
}

TEST_P(Hostile, LengthThatIsNoNumber) {
  send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{}");
}

TEST_P(Hostile, TwoLengths) {
  send(chat_head("Transfer-Encoding: chunked\r\n", 5) + "2\r\n{}\r\n0\r\n\r\n");
}

TEST_P(Hostile, JunkAfterARequest) {
  send("GET /node_id HTTP/1.1\r\nHost: x\r\n\r\n\x01\x02 junk \xff\r\n\r\n" + std::string(1000, 'z'));
}

TEST_P(Hostile, ManyRequestsInOnePiece) {
  std::string all;
  for (int i = 0; i < 200; ++i) all += "GET /node_id HTTP/1.1\r\nHost: x\r\n\r\n";
  send(all);
}

TEST_P(Hostile, BodyThatIsCutShort) {
  const Deadline deadline = Deadline::after(kLimit);
  auto wire = Wire::connect(client().base_url(), deadline);
  ASSERT_THAT(wire, IsOk());

  wire->send(chat_head("", 1000) + "{\"model\":", deadline);
  wire->reset();
}

TEST_P(Hostile, BodyThatComesByTheByte) {
  const Deadline deadline = Deadline::after(5s);
  auto wire = Wire::connect(client().base_url(), deadline);
  ASSERT_THAT(wire, IsOk());
  const std::string request = chat(chat_body("Hello"));

  for (const char& byte : request) {
    wire->send({&byte, 1}, deadline);
    if (!wire->receive(Deadline::after(2ms)).empty()) break;  // It may be answered, or refused, at any time.
  }
}

TEST_P(Hostile, StreamThatIsDropped) {
  const Deadline deadline = Deadline::after(kLimit);
  auto wire = Wire::connect(client().base_url(), deadline);
  ASSERT_THAT(wire, IsOk());

  wire->send(chat(chat_body("Tell me a very long story.", R"(,"stream":true)")), deadline);
  wire->receive(deadline, "data: ");
  wire->reset();
}

TEST_P(Hostile, FiftyConnectionsThatSayNothing) {
  std::vector<Wire> silent;
  for (int i = 0; i < 50; ++i) {
    auto wire = Wire::connect(client().base_url(), Deadline::after(kLimit));
    ASSERT_THAT(wire, IsOk());
    silent.push_back(std::move(wire).value());
  }

  expect_that_all_is_well();
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Hostile, testing::ValuesIn(one_per_world_size()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites
