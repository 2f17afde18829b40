// Answers in the other dialects: what they have in common, whole and streamed. Source: contract 9.
#include "exo_harness/exo/dialect.h"

#include <algorithm>
#include <limits>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/client.h"
#include "exo_harness/http/sse.h"

#include "dialect_reading.h"
#include "parse.h"
#include "refusal.h"

namespace exo_harness::exo {

namespace {

std::unique_ptr<DialectReading> reading_of(Dialect dialect) {
  if (dialect == Dialect::ollama) return ollama_reading();
  if (dialect == Dialect::claude) return claude_reading();
  return responses_reading();
}

Failure not_an_answer(Dialect dialect, FailureKind kind, const std::string& what, std::string_view body) {
  return {kind, format("{}: {}", to_string(dialect), what), printable(shorten(body, kEvidenceBytes))};
}

/// An event, with its name.
struct NamedEvent {
  std::string name, data;
};

/// Ollama sends a JSON a line, the others server-sent events.
Outcome<std::vector<NamedEvent>> events_of(Dialect dialect, std::string_view body) {
  std::vector<NamedEvent> all;
  if (dialect == Dialect::ollama) {
    for (const std::string_view line : lines(body))
      if (!trim(line).empty()) all.push_back({"", std::string(line)});
    return all;
  }
  http::SseParser parser;
  const auto events = parser.feed(body);
  if (!events) return events.failure();
  for (const http::SseEvent& event : *events)
    if (event.kind == http::SseEvent::Kind::message) all.push_back({event.event, event.data});
  if (parser.unfinished()) return Failure{FailureKind::truncated, "the stream ended inside an event", ""};
  return all;
}

std::string piece_of(std::size_t number, const ToolCall& call) {
  Json piece = {{"index", number}, {"function", {{"name", call.name}, {"arguments", call.arguments}}}};
  if (!call.id.empty()) piece["id"] = call.id;
  return piece.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Of counts that a node may say: it stays in its range.
int sum_of(int a, int b) {
  constexpr long long kMost = std::numeric_limits<int>::max();
  return static_cast<int>(std::min(kMost, static_cast<long long>(a) + b));
}

Outcome<DialectAnswer> with_evidence(Dialect dialect, Outcome<DialectAnswer> read, std::string_view body) {
  if (read) return read;
  return not_an_answer(dialect, read.failure().kind, read.failure().what, body);
}

}  // namespace

std::string_view to_string(Dialect dialect) {
  return dialect == Dialect::ollama ? "Ollama" : dialect == Dialect::claude ? "Claude messages" : "Responses";
}

std::string_view path_of(Dialect dialect) {
  return dialect == Dialect::ollama   ? "/ollama/api/chat"
         : dialect == Dialect::claude ? "/v1/messages"
                                      : "/v1/responses";
}

void DialectReading::add_piece(const std::string& piece) {
  if (piece.empty()) return;
  out_.said.trace.deltas.push_back(piece);
  ++out_.said.trace.data_events;
}

void DialectReading::add_text(const std::string& text) {
  answer().content += text;
  add_piece(text);
}

void DialectReading::add_thought(const std::string& thought) {
  answer().reasoning += thought;
  add_piece(thought);
}

void DialectReading::add_call(std::size_t number, const std::string& id, const std::string& name,
                              const std::string& arguments) {
  answer().tool_calls.push_back(piece_of(number, {id, name, arguments}));
}

void DialectReading::note_odd(const std::string& what) {
  if (out_.odd.size() < kMostUnknown) out_.odd.push_back(printable(shorten(what, 200)));
}

Usage& DialectReading::usage() {
  if (!answer().usage) answer().usage = Usage{};
  return *answer().usage;
}

void DialectReading::stop_because(const std::string& told, const std::map<std::string, std::string>& in_chat) {
  out_.stop_reason = told;
  const auto known = in_chat.find(told);
  answer().finish_reason = known == in_chat.end() ? told : known->second;
}

void join_calls(ChatAnswer& answer) {
  const auto calls = read_tool_calls(answer.tool_calls);
  if (!calls) return;
  answer.tool_calls.clear();
  for (const ToolCall& call : *calls) {
    const auto arguments = parse_json(call.arguments, "the arguments of a call");
    const std::string spelled = arguments ? arguments->dump() : call.arguments;
    answer.tool_calls.push_back(piece_of(answer.tool_calls.size(), {call.id, call.name, spelled}));
  }
}

Outcome<DialectAnswer> DialectReading::finish(bool stream) {
  if (!error_.empty())
    return Failure{FailureKind::error_in_200, "an error in the place of an answer: " + printable(error_), ""};
  if (stream && !ended_) return Failure{FailureKind::truncated, "the stream ended without its last event", ""};
  if (answer().finish_reason.empty())
    return Failure{FailureKind::truncated, "the answer has no stop reason, as if its runner had failed", ""};
  join_calls(answer());
  out_.said.trace.done = stream;
  out_.counts_prompt = answer().usage && usage().prompt_tokens > 0;
  if (answer().usage) usage().total_tokens = sum_of(usage().prompt_tokens, usage().completion_tokens);
  return std::move(out_);
}

Outcome<DialectAnswer> read_whole(Dialect dialect, std::string_view body) {
  if (trim(body).empty())
    return not_an_answer(dialect, FailureKind::empty_answer, "200 with an empty body, as if its runner had failed",
                         body);
  const auto reading = reading_of(dialect);
  const auto read = read_json(body, to_string(dialect), [&](const Node& root) {
    reading->take_whole(root);
    return Done{};
  });
  if (!read) return read.failure();
  return with_evidence(dialect, reading->finish(false), body);
}

Outcome<DialectAnswer> read_stream(Dialect dialect, std::string_view body) {
  const auto events = events_of(dialect, body);
  if (!events) return not_an_answer(dialect, events.failure().kind, events.failure().what, body);
  if (events->empty()) return not_an_answer(dialect, FailureKind::empty_answer, "a stream without any event", body);
  const auto reading = reading_of(dialect);
  for (const NamedEvent& event : *events) {
    const auto read = read_json(event.data, to_string(dialect), [&](const Node& root) {
      reading->take_event(event.name, root);
      return Done{};
    });
    if (!read) return read.failure();
  }
  return with_evidence(dialect, reading->finish(true), body);
}

Outcome<DialectAnswer> ask_in(Client& client, Dialect dialect, const ChatRequest& request, bool stream,
                              Deadline deadline) {
  const std::string path(path_of(dialect));
  const auto reply = client.raw("POST", path, write_in(dialect, request, stream), deadline);
  if (!reply) return reply.failure();
  if (auto no = refusal({"POST", client.base_url() + path, "", {}}, *reply)) return std::move(*no);
  return stream ? read_stream(dialect, reply->body) : read_whole(dialect, reply->body);
}

}  // namespace exo_harness::exo
