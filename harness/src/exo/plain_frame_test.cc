#include "plain_frame.h"

#include <tuple>

#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "readers.h"
#include "recording.h"

namespace exo_harness::exo {
namespace {

std::string frame(const std::string& delta, const std::string& of_choice = "", const std::string& of_root = "") {
  return format(R"({{"id":"c-1","object":"chat.completion","created":1764300000,"model":"m","choices":[{{"index":0,)"
                R"("delta":{{{}}}{}}}]{}}})",
                delta, of_choice, of_root);
}

std::optional<PlainFrame> read(const std::string& json) {
  PlainFrame frame{"old", "old", "old", "old", "old", 1};  // As one that is used again.
  return read_plain_frame(json, frame) ? std::optional(frame) : std::nullopt;
}

const std::string kPlain = R"("role":"assistant","content":" tok")";

TEST(APlainFrame, IsReadInTheShapeOfEachGeneration) {
  const std::string v1 = frame(
      kPlain + R"(,"reasoning_content":null,"name":null,"tool_calls":null,"tool_call_id":null,"function_call":null)",
      R"(,"logprobs":null,"finish_reason":null,"usage":null)", R"(,"usage":null,"service_tier":null)");
  for (const std::string& json : {v1, frame(kPlain)}) {
    const auto plain = read(json);
    ASSERT_TRUE(plain.has_value()) << json;
    EXPECT_EQ(plain->id, "c-1");
    EXPECT_EQ(plain->model, "m");
    EXPECT_EQ(plain->role, "assistant");
    EXPECT_EQ(plain->content, " tok");
    EXPECT_EQ(plain->reasoning, "");
    EXPECT_EQ(plain->created, 1764300000);
  }
  EXPECT_EQ(read(frame(R"("reasoning_content":"hm \u00e4")"))->reasoning, "hm \xc3\xa4");
}

TEST(APlainFrame, IsNothingThatSaysMore) {
  const std::string with_more[] = {
      frame(kPlain, R"(,"finish_reason":"length")"),
      frame(kPlain, "", R"(,"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2})"),
      frame(kPlain, R"(,"logprobs":{"content":[]})"),
      frame(R"("tool_calls":[{"id":"t"}])"),
      frame(R"("reasoning":"hm")"),
      frame(R"("content":7)"),
      frame(kPlain, "", R"(,"news":1)"),
      frame(kPlain, "", R"(,"news":null)"),
      frame(kPlain, R"(,"delta":{"content":"twice"})"),
      frame(kPlain + R"(,"content":{"text":"x"})"),
      R"({"error":{"message":"gone"}})",
      R"({"choices":[]})",
      R"({"choices":[{"delta":{"content":"a"}},{"delta":{"content":"b"}}]})",
      R"({"created":-1,"choices":[{"delta":{"content":"a"}}]})",
      R"({"created":1e9,"choices":[{"delta":{"content":"a"}}]})",
      R"({"created":9223372036854775807,"choices":[{"delta":{"content":"a"}}]})",
      R"([{"choices":[]}])",
      R"("choices")",
      "null",
      "",
      frame(kPlain).substr(0, 90),
      frame(kPlain) + "}",
      frame("\"content\":\"\xff\""),
  };
  for (const std::string& json : with_more) EXPECT_FALSE(read(json).has_value()) << json;
}

/// What the reader of all frames makes of it.
ChatAnswer read_whole(const std::string& json) {
  const auto answer = read_json(json, "frame", [](const Node& root) {
    ChatAnswer piece;
    read_envelope(root, piece);
    for (const Node& choice : root.at("choices").items()) read_choice(choice, "delta", piece);
    return piece;
  });
  EXPECT_TRUE(answer.ok()) << json;
  return answer.ok() ? *answer : ChatAnswer();
}

/// Result: whether the frame was plain.
bool agrees_with_the_whole_reader(const std::string& json) {
  const auto plain = read(json);
  if (!plain) return false;
  const ChatAnswer whole = read_whole(json);
  EXPECT_EQ(std::tie(plain->id, plain->model, plain->role, plain->content, plain->reasoning, plain->created),
            std::tie(whole.id, whole.model, whole.role, whole.content, whole.reasoning, whole.created))
      << json;
  const bool says_more = whole.usage || whole.stats || !whole.logprobs.empty() || !whole.tool_calls.empty() ||
                         !whole.unknown.empty() || !whole.finish_reason.empty();
  EXPECT_FALSE(says_more) << json;
  return true;
}

TEST(APlainFrame, SaysWhatTheReaderOfAllFramesReadsInRecordings) {
  int frames = 0;
  for (const char* folder : {"v1.0.71/contract", "main-2026-06/contract", "v1.0.71/faults", "main-2026-06/faults",
                             "zenoh-2026-06/contract", "zenoh-2026-06/faults"}) {
    for (const Recording& recording : load_recordings(folder)) {
      const std::string body = recording.is_stream ? recording.body() : "";
      for (const std::string_view line : split(body, '\n')) {
        if (line.starts_with("data: {")) frames += agrees_with_the_whole_reader(std::string(line.substr(6)));
      }
    }
  }
  EXPECT_GT(frames, 50);
}

TEST(APlainFrame, OfAKeyThatIsThereTwiceIsWhatTheLastSays) {
  const std::string twice[] = {
      frame(R"("content":"a","content":"b")"),
      frame(R"("content":"a","content":null)"),
      frame(R"("content":"a","reasoning_content":"hm","reasoning_content":null)"),
      R"({"id":"a","id":"b","choices":[{"delta":{"content":"a"}}]})",
      R"({"choices":[],"choices":[{"delta":{"content":"a"}}]})",
  };
  for (const std::string& json : twice) EXPECT_TRUE(agrees_with_the_whole_reader(json)) << json;
  EXPECT_FALSE(read(R"({"choices":[{"delta":{"content":"a"}}],"choices":[]})").has_value());
}

}  // namespace
}  // namespace exo_harness::exo
