#include "exo_harness/exo/dialect.h"

#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"

#include "json_reader.h"
#include "parse.h"
#include "recording.h"

namespace exo_harness::exo {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

ChatRequest a_turn_with_a_result() {
  ChatRequest request;
  request.model = "m";
  request.max_tokens = 8;
  request.enable_thinking = true;
  request.tools = {{"get_weather", "of a city", {{"city"}, {"days", ToolParameter::Type::integer, false}}}};
  request.tool_choice = "none";
  request.messages = {{"system", "Be short."},
                      {"user", "Weather?"},
                      {"assistant", "", {{"c1", "get_weather", R"({"city":"Paris"})"}}, ""},
                      {"tool", "sunny", {}, "c1"},
                      {"user", "As JSON"}};
  return request;
}

std::string event(const std::string& type, const std::string& fields) {
  return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + fields + "}\n\n";
}

std::string claude_stream(const std::string& blocks, const std::string& reason = "tool_use") {
  return event("message_start",
               R"(,"message":{"id":"msg_1","model":"m","usage":{"input_tokens":7,"output_tokens":0}})") +
         blocks +
         event("message_delta", R"(,"delta":{"stop_reason":")" + reason + R"("},"usage":{"output_tokens":3})") +
         event("message_stop", "");
}

const std::string kCallBlock =
    event("content_block_start", R"(,"index":0,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}})") +
    event("content_block_delta", R"(,"index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\":"})") +
    event("content_block_delta", R"(,"index":0,"delta":{"type":"input_json_delta","partial_json":"1}"})") +
    event("content_block_stop", R"(,"index":0)");

std::string text_block(int index) {
  return event("content_block_start", format(R"(,"index":{},"content_block":{{"type":"text","text":""}})", index)) +
         event("content_block_stop", format(R"(,"index":{})", index));
}

TEST(RequestIn, OllamaHasObjectsForArgumentsAndNamesOfTools) {
  const std::string body = write_in(Dialect::ollama, a_turn_with_a_result(), false);

  EXPECT_THAT(body, HasSubstr(R"("tool_calls":[{"function":{"arguments":{"city":"Paris"},"name":"get_weather"}}])"));
  EXPECT_THAT(body, HasSubstr(R"({"content":"sunny","role":"tool","tool_name":"get_weather"})"));
  EXPECT_THAT(body, AllOf(HasSubstr(R"("think":true)"), HasSubstr(R"("num_predict":8)")));
  EXPECT_THAT(body, Not(HasSubstr("tool_choice"))) << "it has no word for it";
}

TEST(RequestIn, ClaudeTakesTurns) {
  const std::string body = write_in(Dialect::claude, a_turn_with_a_result(), true);

  EXPECT_THAT(body, HasSubstr(R"({"content":[{"content":"sunny","tool_use_id":"c1","type":"tool_result"},)"
                              R"({"text":"As JSON","type":"text"}],"role":"user"})"));
  EXPECT_THAT(body, HasSubstr(R"({"id":"c1","input":{"city":"Paris"},"name":"get_weather","type":"tool_use"})"));
  EXPECT_THAT(body, AllOf(HasSubstr(R"("system":"Be short.")"), HasSubstr(R"("tool_choice":{"type":"none"})"),
                          HasSubstr(R"("type":"enabled")"), HasSubstr(R"("max_tokens":8)")));
}

TEST(RequestIn, ResponsesHasItems) {
  const std::string body = write_in(Dialect::responses, a_turn_with_a_result(), true);

  EXPECT_THAT(body, HasSubstr(R"({"call_id":"c1","output":"sunny","type":"function_call_output"})"));
  EXPECT_THAT(body, HasSubstr(R"("reasoning":{"effort":"medium"})"));
  EXPECT_THAT(body, HasSubstr(R"("type":"function"}])"));
}

TEST(AnswerIn, OllamaSaysThoughtCallsAndCounts) {
  const auto read =
      read_whole(Dialect::ollama, R"({"model":"m","message":{"role":"assistant","content":"","thinking":"so",)"
                                  R"("tool_calls":[{"function":{"name":"f","arguments":{"a":1}}}]},)"
                                  R"("done":true,"done_reason":"stop","prompt_eval_count":5,"eval_count":2})");

  ASSERT_TRUE(read.ok()) << to_string(read.failure());
  EXPECT_EQ(read->said.answer.reasoning, "so");
  EXPECT_EQ(read->said.answer.finish_reason, "tool_calls") << "what Ollama itself says behind a call is `stop`";
  EXPECT_EQ(read->said.answer.usage->total_tokens, 7);
  const auto calls = read_tool_calls(read->said.answer.tool_calls);
  ASSERT_TRUE(calls.ok());
  EXPECT_THAT(*calls, ElementsAre(AllOf(Field(&ToolCall::name, "f"), Field(&ToolCall::arguments, R"({"a":1})"))));
}

TEST(AnswerIn, OllamaWithoutALineThatIsDoneIsCut) {
  const auto read = read_stream(Dialect::ollama, R"({"message":{"content":"a"},"done":false})");

  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.failure().kind, FailureKind::truncated);
}

TEST(AnswerIn, AnErrorOfOllamaIsNone) {
  const auto read =
      read_stream(Dialect::ollama, R"({"message":{"content":"no memory"},"done":true,"done_reason":"error"})");

  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.failure().kind, FailureKind::error_in_200);
  EXPECT_THAT(read.failure().what, HasSubstr("no memory"));
}

TEST(AnswerIn, ClaudeStreamsTheInputOfACallInPieces) {
  const auto read = read_stream(Dialect::claude, claude_stream(kCallBlock));

  ASSERT_TRUE(read.ok()) << to_string(read.failure());
  EXPECT_EQ(read->stop_reason, "tool_use");
  EXPECT_EQ(read->said.answer.finish_reason, "tool_calls");
  EXPECT_EQ(read->said.answer.usage->prompt_tokens, 7);
  EXPECT_TRUE(read->counts_prompt);
  EXPECT_THAT(read->odd, IsEmpty());
  const auto calls = read_tool_calls(read->said.answer.tool_calls);
  ASSERT_TRUE(calls.ok()) << to_string(calls.failure());
  EXPECT_EQ(calls->front().arguments, R"({"a":1})");
}

TEST(AnswerIn, ClaudeNumbersItsBlocksOneAfterTheOther) {
  const auto good = read_stream(Dialect::claude, claude_stream(kCallBlock + text_block(1)));
  const auto twice = read_stream(Dialect::claude, claude_stream(kCallBlock + text_block(0)));

  ASSERT_TRUE(good.ok() && twice.ok());
  EXPECT_THAT(good->odd, IsEmpty());
  EXPECT_THAT(twice->odd, ElementsAre("block 0 starts, 1 is next"));
}

TEST(AnswerIn, ClaudeEndsABlockBeforeTheNext) {
  const std::string open =
      event("content_block_start", R"(,"index":0,"content_block":{"type":"thinking","thinking":""})");

  const auto read = read_stream(Dialect::claude, claude_stream(open + text_block(1), "end_turn"));

  ASSERT_TRUE(read.ok());
  EXPECT_THAT(read->odd, ElementsAre("block 1 starts while 0 is open", "block 0 never ends"));
}

std::string response(const std::string& status, const std::string& more, const std::string& id = "i") {
  return R"({"id":"r","status":")" + status + R"(","output":[{"type":"message","id":")" + id +
         R"(","content":[{"type":"output_text","text":"ab"}]}],)" +
         R"("usage":{"input_tokens":4,"output_tokens":2,"output_tokens_details":{"reasoning_tokens":1}})" + more + "}";
}

TEST(AnswerIn, ClaudeBeginsOnceAndStopsOnce) {
  const std::string begin = event("message_start", R"(,"message":{"id":"other"})"),
                    stop = event("message_delta", R"(,"delta":{"stop_reason":"end_turn"})"),
                    end = event("message_stop", "");
  const auto twice = read_stream(Dialect::claude, claude_stream(begin));
  const auto never = read_stream(Dialect::claude, stop + end);
  const auto stops_twice = read_stream(Dialect::claude, begin + stop + stop + end);

  ASSERT_TRUE(twice.ok() && never.ok() && stops_twice.ok());
  EXPECT_THAT(twice->odd, ElementsAre("a second message_start"));
  EXPECT_THAT(never->odd, ElementsAre("`message_delta` before message_start", "`message_stop` before message_start"));
  EXPECT_THAT(stops_twice->odd, ElementsAre("a second stop_reason"));
}

TEST(AnswerIn, CountsStayInTheirRange) {
  const auto read = read_whole(Dialect::claude, R"({"content":[],"stop_reason":"end_turn","usage":)"
                                                R"({"input_tokens":2147483647,"output_tokens":2147483647}})");

  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->said.answer.usage->total_tokens, 2147483647);
}

TEST(AnswerIn, ResponsesThatFailedIsNoSuccessWhateverItsStatusIs) {
  const auto read = read_stream(
      Dialect::responses, event("response.failed", R"(,"sequence_number":1,"response":)" + response("completed", "")));

  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.failure().kind, FailureKind::error_in_200);
}

// Whoever looks at all blocks for each is not through today.
TEST(AnswerIn, ClaudeMayNeverEndItsBlocks) {
  std::string blocks;
  for (int i = 0; i < 100'000; ++i)
    blocks += event("content_block_start", format(R"(,"index":{},"content_block":{{"type":"x"}})", i));

  const auto read = read_stream(Dialect::claude, claude_stream(blocks, "end_turn"));

  ASSERT_TRUE(read.ok()) << to_string(read.failure());
  EXPECT_EQ(read->odd.size(), kMostUnknown);
}

TEST(AnswerIn, ClaudeThatSaysZeroCountsNoPrompt) {
  std::string stream = claude_stream(kCallBlock);
  stream.replace(stream.find("\"input_tokens\":7"), 16, "\"input_tokens\":0");

  const auto read = read_stream(Dialect::claude, stream);

  ASSERT_TRUE(read.ok());
  EXPECT_FALSE(read->counts_prompt);
  EXPECT_EQ(read->said.answer.usage->completion_tokens, 3);
}

TEST(AnswerIn, ClaudeWithoutAReasonIsCut) {
  const auto read =
      read_whole(Dialect::claude, R"({"id":"m","content":[{"type":"text","text":""}],"stop_reason":null})");

  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.failure().kind, FailureKind::truncated);
}

TEST(AnswerIn, ResponsesThatIsIncompleteHitItsLimit) {
  const auto cut =
      read_whole(Dialect::responses, response("incomplete", R"(,"incomplete_details":{"reason":"max_output_tokens"})"));
  const auto whole = read_whole(Dialect::responses, response("completed", ""));

  ASSERT_TRUE(cut.ok() && whole.ok());
  EXPECT_EQ(cut->said.answer.finish_reason, "length");
  EXPECT_EQ(whole->said.answer.finish_reason, "stop");
  EXPECT_EQ(whole->said.answer.usage->reasoning_tokens, 1);
}

TEST(AnswerIn, ResponsesSaysTheSameAtItsEnd) {
  const auto stream = [](const std::string& id, const char* text) {
    return event("response.created", R"(,"sequence_number":1,"response":{"id":"r"})") +
           event("response.output_item.added",
                 R"(,"sequence_number":2,"output_index":0,"item":{"type":"message","id":"i"})") +
           event("response.output_text.delta", format(R"(,"sequence_number":3,"output_index":0,"delta":"{}")", text)) +
           event("response.completed", R"(,"sequence_number":4,"response":)" + response("completed", "", id));
  };
  const auto good = read_stream(Dialect::responses, stream("i", "ab"));
  const auto other = read_stream(Dialect::responses, stream("j", "a"));

  ASSERT_TRUE(good.ok() && other.ok());
  EXPECT_THAT(good->odd, IsEmpty());
  EXPECT_THAT(other->odd, ElementsAre("the response at the end has another text than its stream",
                                      "the response at the end lacks of its stream: message i",
                                      "only the response at the end has: message j"));
}

constexpr const char* kEmptyMessage = R"({"type":"message","id":"m","content":[]})";

std::string response_call(const std::string& name, const std::string& city) {
  return R"({"type":"function_call","id":"i","call_id":"c","name":")" + name + R"(","arguments":"{\"city\":\")" + city +
         R"(\"}"})";
}

/// A call for Paris, an empty message, and the response at the end, which has `output`.
std::string stream_of_a_call(const std::string& output, const std::string& city_when_done = "Paris") {
  return event("response.created", R"(,"sequence_number":1,"response":{"id":"r"})") +
         event("response.output_item.added", R"(,"sequence_number":2,"output_index":0,"item":{"type":"function_call",)"
                                             R"("id":"i","call_id":"c","name":"f","arguments":""})") +
         event("response.function_call_arguments.delta",
               R"(,"sequence_number":3,"output_index":0,"delta":"{\"city\":\"Paris\"}")") +
         event("response.function_call_arguments.done",
               R"(,"sequence_number":4,"output_index":0,"arguments":"{\"city\":\")" + city_when_done + R"(\"}")") +
         event("response.output_item.added",
               format(R"(,"sequence_number":5,"output_index":1,"item":{})", kEmptyMessage)) +
         event("response.completed",
               R"(,"sequence_number":6,"response":{"id":"r","status":"completed","output":[)" + output + "]}");
}

TEST(AnswerIn, ResponsesCallsTheSameAtItsEnd) {
  const auto odd_of = [](const std::string& stream) {
    const auto read = read_stream(Dialect::responses, stream);
    EXPECT_TRUE(read.ok()) << to_string(read.failure());
    return read ? read->odd : std::vector<std::string>{};
  };
  const std::string paris = response_call("f", "Paris"), comma = ",";

  EXPECT_THAT(odd_of(stream_of_a_call(paris + comma + kEmptyMessage)), IsEmpty());
  EXPECT_THAT(odd_of(stream_of_a_call(kEmptyMessage + comma + paris)), ElementsAre(HasSubstr("in another order")));
  EXPECT_THAT(odd_of(stream_of_a_call(kEmptyMessage)),
              ElementsAre(R"(the response at the end lacks of its stream: function_call i f({"city":"Paris"}))"));
  EXPECT_THAT(odd_of(stream_of_a_call(kEmptyMessage + comma + response_call("f", "Rome"))),
              ElementsAre(HasSubstr("lacks"), HasSubstr("Rome")));
  EXPECT_THAT(odd_of(stream_of_a_call(kEmptyMessage + comma + response_call("g", "Paris"))),
              ElementsAre(HasSubstr("lacks"), HasSubstr("only the response")));
  EXPECT_THAT(odd_of(stream_of_a_call(paris + comma + kEmptyMessage, "Rome")), ElementsAre(HasSubstr("in pieces")));
}

TEST(CallsOfAnAnswer, AreSpelledAlike) {
  ChatAnswer answer;
  answer.tool_calls = {R"({"index":0,"id":"c","function":{"name":"f","arguments":"{\"b\": 1,"}})",
                       R"({"index":0,"function":{"arguments":" \"a\": 2}"}})"};

  join_calls(answer);

  EXPECT_THAT(answer.tool_calls,
              ElementsAre(R"({"function":{"arguments":"{\"a\":2,\"b\":1}","name":"f"},"id":"c","index":0})"));
}

TEST(AnswerIn, NothingIsNoAnswer) {
  for (const Dialect dialect : {Dialect::ollama, Dialect::claude, Dialect::responses}) {
    EXPECT_EQ(read_whole(dialect, "\n").failure().kind, FailureKind::empty_answer);
    EXPECT_EQ(read_stream(dialect, ": keep-alive\n\n").ok(), false);
    EXPECT_EQ(read_whole(dialect, "{").failure().kind, FailureKind::malformed);
  }
}

class RecordedDialect : public testing::TestWithParam<const char*> {};

TEST_P(RecordedDialect, IsReadAlikeStreamedAndWhole) {
  const std::string folder = GetParam() + std::string("/contract");
  struct Pair {
    Dialect dialect;
    const char *whole, *stream;
  };
  for (const Pair& pair : {Pair{Dialect::ollama, "36", "306"}, Pair{Dialect::claude, "37", "309"},
                           Pair{Dialect::responses, "38", "310"}}) {
    SCOPED_TRACE(to_string(pair.dialect));
    const auto whole = read_whole(pair.dialect, find_recording(folder, pair.whole).body());
    const auto stream = read_stream(pair.dialect, find_recording(folder, pair.stream).body());

    ASSERT_TRUE(whole.ok()) << to_string(whole.failure());
    ASSERT_TRUE(stream.ok()) << to_string(stream.failure());
    EXPECT_FALSE(stream->said.answer.content.empty());
    EXPECT_EQ(stream->said.answer.usage->completion_tokens, 4);
    EXPECT_EQ(whole->said.answer.usage->completion_tokens, 4);
    EXPECT_THAT(stream->odd, IsEmpty());
  }
}

INSTANTIATE_TEST_SUITE_P(Contract, RecordedDialect, testing::Values("v1.0.71", "main-2026-06", "zenoh-2026-06"),
                         [](const auto& info) {
                           std::string name = info.param;
                           for (char& c : name)
                             if (c == '.' || c == '-') c = '_';
                           return name;
                         });

/// Numbers of recordings: what is asked whole, and as a stream.
struct AskedTwice {
  Dialect dialect;
  const char *whole, *stream;
};

void PrintTo(const AskedTwice& asked, std::ostream* os) {
  *os << to_string(asked.dialect) << " " << asked.whole;
}

class RecordedCall : public testing::TestWithParam<AskedTwice> {};

// What a real Exo answers to a model that thinks, calls a tool, or has its result.
TEST_P(RecordedCall, IsReadAlikeStreamedAndWhole) {
  for (const char* generation : {"v1.0.71/contract", "zenoh-2026-06/contract"}) {
    SCOPED_TRACE(generation);
    const auto whole = read_whole(GetParam().dialect, find_recording(generation, GetParam().whole).body());
    const auto stream = read_stream(GetParam().dialect, find_recording(generation, GetParam().stream).body());

    ASSERT_TRUE(whole.ok()) << to_string(whole.failure());
    ASSERT_TRUE(stream.ok()) << to_string(stream.failure());
    const ChatAnswer &one = whole->said.answer, &other = stream->said.answer;
    EXPECT_FALSE(one.content.empty() && one.tool_calls.empty());
    EXPECT_EQ(one.content, other.content);
    EXPECT_EQ(one.finish_reason, other.finish_reason);
    EXPECT_EQ(whole->stop_reason, stream->stop_reason);
    EXPECT_EQ(one.tool_calls.size(), other.tool_calls.size());
    EXPECT_EQ(one.usage->completion_tokens, other.usage->completion_tokens);
    EXPECT_THAT(other.reasoning, HasSubstr(one.reasoning)) << "Ollama says a thought twice";
    if (GetParam().dialect == Dialect::responses) {
      EXPECT_THAT(stream->odd, Each(HasSubstr("in another order")));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Contract, RecordedCall,
    testing::Values(AskedTwice{Dialect::ollama, "430", "431"}, AskedTwice{Dialect::ollama, "432", "433"},
                    AskedTwice{Dialect::ollama, "434", "435"}, AskedTwice{Dialect::ollama, "438", "439"},
                    AskedTwice{Dialect::claude, "440", "441"}, AskedTwice{Dialect::claude, "442", "443"},
                    AskedTwice{Dialect::claude, "444", "445"}, AskedTwice{Dialect::claude, "448", "449"},
                    AskedTwice{Dialect::responses, "450", "451"}, AskedTwice{Dialect::responses, "452", "453"},
                    AskedTwice{Dialect::responses, "454", "455"}, AskedTwice{Dialect::responses, "458", "459"}),
    [](const auto& info) { return std::string("Number") + info.param.whole; });

}  // namespace
}  // namespace exo_harness::exo
