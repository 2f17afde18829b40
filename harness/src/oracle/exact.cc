#include "exo_harness/oracle/exact.h"

#include <algorithm>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "rows.h"

namespace exo_harness::oracle {

namespace {

using exo::ChatAnswer;

Failure mismatch(const std::string& what, const std::string& evidence = "") {
  return {FailureKind::mismatch, what, evidence};
}

std::string around(std::string_view text, std::size_t at) {
  const std::size_t from = at < 20 ? 0 : at - 20;
  return printable(text.substr(from, 40));
}

std::optional<Failure> compare_texts(std::string_view name, std::string_view a, std::string_view b) {
  if (a == b) return std::nullopt;
  const auto at = static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
  return mismatch(format("the {} differs from byte {} on ({} and {} bytes)", name, at, a.size(), b.size()),
                  format("reference …{}…\ntested    …{}…", around(a, at), around(b, at)));
}

bool same_row(const exo::TokenLogprob& a, const exo::TokenLogprob& b) {
  const auto same = [](const exo::Candidate& x, const exo::Candidate& y) {
    return x.token == y.token && x.logprob == y.logprob;
  };
  return a.token == b.token && a.logprob == b.logprob &&
         std::equal(a.top.begin(), a.top.end(), b.top.begin(), b.top.end(), same);
}

std::optional<Failure> compare_logprobs(const ChatAnswer& a, const ChatAnswer& b) {
  const std::size_t both = std::min(a.logprobs.size(), b.logprobs.size());
  for (std::size_t i = 0; i < both; ++i) {
    if (same_row(a.logprobs[i], b.logprobs[i])) continue;
    const bool other_token = choice(a.logprobs[i]) != choice(b.logprobs[i]);
    return mismatch(
        format("token {}: {}", i, other_token ? "another token was chosen" : "the logprobs are not bit-identical"),
        describe_rows(a.logprobs[i], b.logprobs[i]));
  }
  if (both > 0 && a.logprobs.size() != b.logprobs.size()) {
    return mismatch(format("{} tokens against {}", a.logprobs.size(), b.logprobs.size()));
  }
  return std::nullopt;
}

std::optional<Failure> compare_ends(const ChatAnswer& a, const ChatAnswer& b) {
  if (a.finish_reason != b.finish_reason) {
    return mismatch(format("the finish reason is '{}' instead of '{}'", b.finish_reason, a.finish_reason));
  }
  if (!a.usage || !b.usage) return std::nullopt;
  if (a.usage->completion_tokens != b.usage->completion_tokens) {
    return mismatch(
        format("{} completion tokens instead of {}", b.usage->completion_tokens, a.usage->completion_tokens));
  }
  return std::nullopt;
}

}  // namespace

Outcome<Done> is_same(const ChatAnswer& reference, const ChatAnswer& tested) {
  if (reference.usage && tested.usage && reference.usage->prompt_tokens != tested.usage->prompt_tokens) {
    return mismatch(format("the prompts had {} and {} tokens: not the same request (template, date?)",
                           reference.usage->prompt_tokens, tested.usage->prompt_tokens));
  }
  if (auto no = compare_logprobs(reference, tested)) return *no;
  if (auto no = compare_texts("reasoning", reference.reasoning, tested.reasoning)) return *no;
  if (auto no = compare_texts("text", reference.content, tested.content)) return *no;
  if (auto no = compare_ends(reference, tested)) return *no;
  return Done{};
}

Outcome<Done> stream_is_same(const ChatAnswer& whole, const exo::ChatStream& stream) {
  if (auto no = compare_texts("streamed reasoning", whole.reasoning, stream.answer.reasoning)) return *no;
  if (auto no = compare_texts("streamed text", whole.content, stream.answer.content)) return *no;
  if (auto no = compare_ends(whole, stream.answer)) return *no;
  return Done{};
}

Outcome<Done> stream_adds_up(const exo::ChatStream& stream) {
  std::string pieces;
  for (const std::string& delta : stream.trace.deltas) pieces += delta;
  const std::size_t said = stream.answer.content.size() + stream.answer.reasoning.size();
  if (pieces.size() > said || (stream.answer.reasoning.empty() && pieces != stream.answer.content)) {
    return mismatch("the pieces of the stream do not make its text", printable(pieces));
  }
  if (!std::is_sorted(stream.trace.token_ns.begin(), stream.trace.token_ns.end())) {
    return mismatch("tokens arrived before earlier ones");
  }
  const auto& usage = stream.answer.usage;
  if (usage && usage->completion_tokens < stream.trace.data_events) {
    return mismatch(
        format("{} data events for {} completion tokens", stream.trace.data_events, usage->completion_tokens));
  }
  return Done{};
}

}  // namespace exo_harness::oracle
