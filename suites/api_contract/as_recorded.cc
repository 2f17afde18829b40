#include "as_recorded.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/text.h"
#include "exo_harness/exo/shape.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/model/fixture/fixture.h"

#include "frames.h"

namespace exo_harness::suites {
namespace {

using testing::IsEmpty;

constexpr std::string_view kRecordedModel = "exo-harness/tiny-llama";
constexpr std::string_view kInstancePath = "/instance/";
constexpr std::size_t kIdLength = 36;

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string path_here(const exo::Recording& recording, const Here& here) {
  const bool names_instance = recording.path.rfind(kInstancePath, 0) == 0 &&
                              recording.path.size() == kInstancePath.size() + kIdLength &&
                              recording.path.find("00000000") == std::string::npos;
  if (names_instance && !here.instance.empty()) return std::string(kInstancePath) + here.instance;
  return replaced(recording.path, kRecordedModel, here.model);
}

std::string body_here(const exo::Recording& recording, const Here& here) {
  std::string body = replaced(recording.request_body, kRecordedModel, here.model);
  const bool is_chat = contains(recording.path, "chat/completions") && body.starts_with("{");
  if (is_chat && here.thinks) body.insert(1, R"("enable_thinking":false,)");
  return body;
}

// Headers whose value is a promise; the others tell of the server or of the length.
std::string promised_headers(const http::Headers& headers) {
  std::string all;
  for (const auto& [name, value] : headers) {
    const std::string lower = to_lower(name);
    const bool counts = lower == "content-type" || lower == "cache-control" || lower == "x-accel-buffering" ||
                        lower == "allow" || lower == "vary" || lower.rfind("access-control-", 0) == 0;
    if (counts) all += lower + ": " + value + "\n";
  }
  return all;
}

void expect_same_stream(const exo::Recording& recording, const http::Reply& reply) {
  const auto recorded = frames_of(recording.body()), seen = frames_of(reply.body);
  EXPECT_EQ(order_of(seen), order_of(recorded));
  EXPECT_THAT(exo::shape_differences(as_json(recorded), as_json(seen)), IsEmpty());
}

void expect_same_body(const exo::Recording& recording, const http::Reply& reply, const Here& here) {
  if (recording.is_stream) return expect_same_stream(recording, reply);
  const std::string recorded = replaced(recording.body(), kRecordedModel, here.model);
  const bool is_json = contains(reply.header("content-type"), "json");
  if (recording.method == "HEAD" || recording.status >= 400 || !is_json || recorded.empty()) {
    EXPECT_EQ(printable(reply.body), printable(recorded));
  } else {
    EXPECT_THAT(exo::shape_differences(recorded, reply.body), IsEmpty());
  }
}

}  // namespace

exo::Recording recording_of(exo::Generation generation, std::string_view number) {
  const char* folder = generation == exo::Generation::zenoh  ? "zenoh-2026-06"
                       : generation == exo::Generation::main ? "main-2026-06"
                                                             : "v1.0.71";
  return exo::read_recording(model::fixtures_folder() / "recordings" / folder / "contract", number);
}

http::Reply expect_as_recorded(exo::Client& client, const exo::Recording& recording, const Here& here,
                               Deadline deadline) {
  SCOPED_TRACE(recording.name);
  const auto reply = client.raw(recording.method, path_here(recording, here), body_here(recording, here), deadline,
                                recording.request_headers);
  EXPECT_THAT(reply, gtest::IsOk());
  if (!reply) return {};
  EXPECT_EQ(reply->status, recording.status) << printable(shorten(reply->body, 400));
  EXPECT_EQ(promised_headers(reply->headers), promised_headers(recording.headers));
  if (reply->status == recording.status) expect_same_body(recording, *reply, here);
  return *reply;
}

}  // namespace exo_harness::suites
