#include "chat_stream.h"

#include <algorithm>
#include <iterator>
#include <ostream>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "parse.h"
#include "plain_frame.h"
#include "readers.h"

namespace exo_harness::exo {

namespace {

constexpr std::size_t kTailBytes = 4096, kShortTailBytes = 1024, kMostOfAStream = 8u << 20;

Clock::time_point time_of(std::int64_t ns) {
  return Clock::time_point(std::chrono::nanoseconds(ns));
}

struct Frame {
  ChatAnswer piece;
  bool has_choice = false;
  std::string error;  // Not empty: an error event.
};

Frame read_frame(const Node& root) {
  Frame frame;
  if (const auto error = root.find("error")) {
    frame.error = error->json().is_object() ? error->text_or_empty("message") : error->json().dump();
    if (frame.error.empty()) frame.error = "an error without a message";
    return frame;
  }
  read_envelope(root, frame.piece);
  for (const Node& choice : root.at("choices").items()) {
    read_choice(choice, "delta", frame.piece);
    frame.has_choice = true;
  }
  return frame;
}

/// Each thing once, and no more of them than somebody reads.
void note_unknown(std::vector<std::string>& unknown, std::string what) {
  const bool known = std::find(unknown.begin(), unknown.end(), what) != unknown.end();
  if (!known && unknown.size() < kMostUnknown) unknown.push_back(std::move(what));
}

void append(ChatAnswer& whole, ChatAnswer&& piece) {
  const auto take = [](std::string& to, std::string& from) {
    if (!from.empty()) to = std::move(from);
  };
  take(whole.id, piece.id);
  take(whole.model, piece.model);
  take(whole.role, piece.role);
  take(whole.finish_reason, piece.finish_reason);
  whole.content += piece.content;
  whole.reasoning += piece.reasoning;
  if (piece.created) whole.created = piece.created;
  if (piece.usage) whole.usage = piece.usage;
  if (piece.stats) whole.stats = piece.stats;
  std::move(piece.logprobs.begin(), piece.logprobs.end(), std::back_inserter(whole.logprobs));
  std::move(piece.tool_calls.begin(), piece.tool_calls.end(), std::back_inserter(whole.tool_calls));
  for (std::string& pointer : piece.unknown) note_unknown(whole.unknown, std::move(pointer));
}

/// What is kept of a piece, with its moment.
std::size_t bytes_of(const std::string& content, const std::string& reasoning) {
  return 64 + content.size() + reasoning.size();
}
std::size_t bytes_of(const ChatAnswer& piece) {
  std::size_t sum = bytes_of(piece.content, piece.reasoning);
  for (const TokenLogprob& one : piece.logprobs) sum += sizeof one + one.token.size() + one.top.size() * 48;
  for (const std::string& call : piece.tool_calls) sum += call.size();
  return sum;
}

/// What a frame says of whose it is, when that is another answer than the one before it; else empty.
std::string other_answer(const ChatAnswer& whole, const std::string& id, const std::string& model) {
  const auto differs = [](const std::string& known, const std::string& said) {
    return !known.empty() && !said.empty() && known != said;
  };
  if (differs(whole.id, id)) return format("id {}, before it was {}", printable(id), printable(whole.id));
  if (differs(whole.model, model))
    return format("model {}, before it was {}", printable(model), printable(whole.model));
  return "";
}

/// Whether a frame says more of the answer; usage alone may come behind the end.
bool goes_on(const ChatAnswer& piece) {
  return !piece.content.empty() || !piece.reasoning.empty() || !piece.tool_calls.empty() ||
         !piece.finish_reason.empty();
}

}  // namespace

ChatStreamReader::ChatStreamReader(Silence silence, const OnToken& on_token, bool keeps_deltas)
    : silence_(silence),
      on_token_(on_token),
      keeps_deltas_(keeps_deltas),
      last_byte_(Clock::now()),
      last_progress_(last_byte_) {
  stream_.trace.sent_ns = monotonic_ns();
}

http::Continue ChatStreamReader::feed(std::string_view bytes, std::int64_t at_ns) {
  last_byte_ = time_of(at_ns);
  if (stream_.trace.first_byte_ns == 0) stream_.trace.first_byte_ns = at_ns;
  tail_.append(bytes);
  const std::size_t kept = keeps_deltas_ ? kTailBytes : kShortTailBytes;
  if (tail_.size() > 2 * kept) tail_.erase(0, tail_.size() - kept);
  const auto events = parser_.feed(bytes, at_ns);
  if (!events) return fail(events.failure());
  for (const http::SseEvent& event : *events) {
    if (take(event) == http::Continue::no) return http::Continue::no;
  }
  return http::Continue::yes;
}

Deadline ChatStreamReader::inactivity_limit() const {
  return Deadline(std::min(last_byte_ + silence_.byte, last_progress_ + silence_.token));
}

http::Continue ChatStreamReader::take(const http::SseEvent& event) {
  if (event.kind == http::SseEvent::Kind::message) return take_message(event);
  take_comment(event);
  return http::Continue::yes;
}

void ChatStreamReader::take_comment(const http::SseEvent& event) {
  const std::string_view text = event.data;
  const std::size_t space = text.find(' ');
  const std::string_view name = text.substr(0, space);
  const std::string_view json = space == text.npos ? std::string_view() : text.substr(space + 1);
  if (name == "keep-alive") {
    ++stream_.trace.keep_alives;
  } else if (name == "prefill_progress") {
    take_progress(json, event.at_ns);
  } else if (name == "generation_stats") {
    const auto stats =
        read_json(json, "", [&](const Node& root) { return read_stats(unwrapped(root), stream_.answer.unknown); });
    if (stats) stream_.answer.stats = *stats;
    if (!stats) note_unknown(stream_.answer.unknown, "comment " + shorten(printable(text), 200));
  } else {
    note_unknown(stream_.answer.unknown, "comment " + shorten(printable(text), 200));
  }
}

void ChatStreamReader::take_progress(std::string_view json, std::int64_t at_ns) {
  StreamTrace& trace = stream_.trace;
  ++trace.progress_events;
  const auto at = read_json(json, "", [](const Node& root) {
    const Node chunk = unwrapped(root);
    return std::pair(chunk.at("processedTokens").number(), chunk.at("totalTokens").number());
  });
  if (!at) return note_unknown(stream_.answer.unknown, "comment prefill_progress " + shorten(printable(json), 200));
  if (trace.progress_events == 1 || at->first > trace.prefill_processed) last_progress_ = time_of(at_ns);
  trace.prefill_processed = at->first;
  trace.prefill_total = at->second;
}

http::Continue ChatStreamReader::take_message(const http::SseEvent& event) {
  if (event.data == "[DONE]") {
    stream_.trace.done = true;
    return http::Continue::yes;
  }
  ++stream_.trace.data_events;
  if (stream_.trace.done || !stream_.answer.finish_reason.empty()) return take_frame(event);
  return read_plain_frame(event.data, plain_) ? take_plain(event.at_ns) : take_frame(event);
}

// What `take_frame` would do of a frame that has no more than this.
http::Continue ChatStreamReader::take_plain(std::int64_t at_ns) {
  if (!keep(bytes_of(plain_.content, plain_.reasoning))) return http::Continue::no;
  ChatAnswer& answer = stream_.answer;
  if (const std::string other = other_answer(answer, plain_.id, plain_.model); !other.empty())
    return fail(incomplete(FailureKind::mismatch, "a frame of another answer: " + other));
  const auto take = [](std::string& to, const std::string& from) {
    if (!from.empty() && to != from) to = from;
  };
  take(answer.id, plain_.id);
  take(answer.model, plain_.model);
  take(answer.role, plain_.role);
  if (plain_.created) answer.created = plain_.created;
  if (stream_.trace.command_id.empty()) stream_.trace.command_id = plain_.id;
  ++stream_.trace.token_frames;
  answer.content += plain_.content;
  answer.reasoning += plain_.reasoning;
  if (plain_.content.empty() && plain_.reasoning.empty()) return http::Continue::yes;
  return take_token(plain_.content, plain_.reasoning, at_ns);
}

http::Continue ChatStreamReader::take_frame(const http::SseEvent& event) {
  auto frame = read_json(event.data, format("data event {} of the stream", stream_.trace.data_events), read_frame);
  if (!frame) return fail(frame.failure());
  if (!frame->error.empty()) {
    // The first failure is the cause; the stream is read on to its end.
    if (!failure_)
      failure_ = incomplete(FailureKind::error_in_200, "an error inside the stream: " + printable(frame->error));
    return http::Continue::yes;
  }
  if (stream_.trace.done) return fail(incomplete(FailureKind::malformed, "data after [DONE]"));
  if (!stream_.answer.finish_reason.empty() && goes_on(frame->piece)) {
    return fail(incomplete(FailureKind::mismatch, format("the stream goes on behind its finish reason `{}`",
                                                         printable(stream_.answer.finish_reason))));
  }
  return take_piece(std::move(frame->piece), frame->has_choice, event.at_ns);
}

bool ChatStreamReader::keep(std::size_t bytes) {
  kept_bytes_ += bytes;
  if (kept_bytes_ <= kMostOfAStream) return true;
  fail(incomplete(FailureKind::malformed, format("the answer is longer than {}, which is the limit; {}",
                                                 human_bytes(kMostOfAStream), progress())));
  return false;
}

http::Continue ChatStreamReader::take_piece(ChatAnswer piece, bool has_choice, std::int64_t at_ns) {
  if (!keep(bytes_of(piece))) return http::Continue::no;
  if (const std::string other = other_answer(stream_.answer, piece.id, piece.model); !other.empty())
    return fail(incomplete(FailureKind::mismatch, "a frame of another answer: " + other));
  if (stream_.trace.command_id.empty()) stream_.trace.command_id = piece.id;
  if (has_choice) ++stream_.trace.token_frames;
  const bool has_text = !piece.content.empty() || !piece.reasoning.empty() || !piece.tool_calls.empty();
  if (!piece.logprobs.empty()) last_progress_ = time_of(at_ns);
  const http::Continue next = has_text ? take_token(piece.content, piece.reasoning, at_ns) : http::Continue::yes;
  append(stream_.answer, std::move(piece));
  return next;
}

http::Continue ChatStreamReader::take_token(const std::string& content, const std::string& reasoning,
                                            std::int64_t at_ns) {
  last_progress_ = time_of(at_ns);
  StreamTrace& trace = stream_.trace;
  if (trace.first_token_ns == 0) trace.first_token_ns = at_ns;
  if (trace.first_answer_ns == 0 && !content.empty()) trace.first_answer_ns = at_ns;
  trace.last_token_ns = at_ns;
  trace.token_ns.push_back(at_ns);
  if (keeps_deltas_) trace.deltas.push_back(content.empty() ? reasoning : content);
  if (!on_token_ || on_token_(trace) == http::Continue::yes) return http::Continue::yes;
  ended_by_caller_ = true;
  return http::Continue::no;
}

http::Continue ChatStreamReader::fail(Failure failure) {
  if (!failure_) failure_ = std::move(failure);
  return http::Continue::no;
}

Outcome<ChatStream> ChatStreamReader::finish(const http::Transfer& transfer, ChatStream* seen) {
  stream_.trace.sent_ns = transfer.reply.timing.sent_ns;
  stream_.trace.end_ns = transfer.reply.timing.end_ns;
  if (seen != nullptr) *seen = stream_;
  if (auto failure = verdict(transfer)) return std::move(*failure);
  return std::move(stream_);
}

std::optional<Failure> ChatStreamReader::verdict(const http::Transfer& transfer) const {
  if (failure_)
    return failure_->kind == FailureKind::error_in_200 ? incomplete(failure_->kind, failure_->what) : *failure_;
  if (ended_by_caller_) return std::nullopt;
  if (transfer.failure) {
    if (transfer.failure->kind == FailureKind::stalled) return stalled();
    return incomplete(transfer.failure->kind, transfer.failure->what + "; " + progress());
  }
  if (transfer.reply.body_bytes == 0) {
    return incomplete(FailureKind::empty_answer, "200 with an empty body where a stream was expected");
  }
  if (!contains(to_lower(transfer.reply.header("content-type")), "text/event-stream")) {
    const std::string type = printable(transfer.reply.header("content-type"));
    const bool is_json = contains(type, "application/json");
    return incomplete(is_json ? FailureKind::mismatch : FailureKind::malformed,
                      format("expected a stream (text/event-stream), got '{}'", type));
  }
  if (parser_.unfinished())
    return incomplete(FailureKind::truncated, "the stream ended inside an event; " + progress());
  if (!stream_.trace.done) return incomplete(FailureKind::truncated, "the stream ended without [DONE]; " + progress());
  if (stream_.answer.finish_reason.empty()) {
    return incomplete(FailureKind::truncated, "the stream ended without a finish reason; " + progress());
  }
  return std::nullopt;
}

Failure ChatStreamReader::stalled() const {
  if (Clock::now() >= last_byte_ + silence_.byte) {
    return incomplete(FailureKind::timed_out, format("no byte for {} although Exo sends a keep-alive each 10 s: the "
                                                     "connection or the API node is dead; {}",
                                                     humanize(silence_.byte), progress()));
  }
  return incomplete(FailureKind::stalled, format("only keep-alives for {}: the model does not go on; {}",
                                                 humanize(silence_.token), progress()));
}

Failure ChatStreamReader::incomplete(FailureKind kind, const std::string& what) const {
  return {kind, what, last_lines(printable(tail_), 20)};
}

std::string ChatStreamReader::progress() const {
  const StreamTrace& t = stream_.trace;
  return format("{} token events, {} keep-alives, prefill {} of {} had come", t.token_ns.size(), t.keep_alives,
                t.prefill_processed, t.prefill_total);
}

void PrintTo(const ChatStream& stream, std::ostream* os) {
  PrintTo(stream.answer, os);
  const StreamTrace& t = stream.trace;
  *os << format("; {} data events, {} with tokens, first after {}{}", t.data_events, t.token_ns.size(),
                t.first_token_ns == 0 ? "never" : humanize(std::chrono::nanoseconds(t.first_token_ns - t.sent_ns)),
                t.done ? "" : ", no [DONE]");
}

}  // namespace exo_harness::exo
