#include "exo_harness/oracle/lawful.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/oracle/exact.h"
#include "exo_harness/oracle/wholeness.h"

namespace exo_harness::oracle {
namespace {

using exo::ChatAnswer;
using exo::TokenLogprob;

// Marks of thought and end are tokens without text; more of them than this in a row are no answer.
constexpr int kTokensWithoutText = 3;
// Exo's engine without batches counts one token of the prompt twice.
constexpr int kCountedTwice = 2;
// A single token has no time that could be measured. No engine known decodes more than some thousands a second.
constexpr int kTokensToTime = 4;
constexpr double kMostSpeed = 1e6, kClockFactor = 100, kClockSlackSeconds = 10;
// Clocks have a check of their own; this one finds a time that is none.
constexpr std::int64_t kDay = 86'400;
// bfloat16 rounds the sum of a row by up to a quarter of a nat where logits are above 64.
constexpr double kMostProbability = 1.3;

using Broken = std::optional<std::string>;

Broken silent(const ChatAnswer& a) {
  const int tokens = a.usage ? a.usage->completion_tokens : a.stats ? a.stats->generation_tokens : 0;
  if (tokens <= kTokensWithoutText || !a.content.empty() || !a.reasoning.empty() || !a.tool_calls.empty()) return {};
  return format("an empty answer of {} tokens", tokens);
}

Broken miscounted(const ChatAnswer& a) {
  if (!a.usage || !a.stats || a.stats->prompt_tokens == 0) return {};
  if (std::abs(a.usage->prompt_tokens - a.stats->prompt_tokens) <= kCountedTwice) return {};
  return format("usage counts {} tokens of the prompt, the statistics {}", a.usage->prompt_tokens,
                a.stats->prompt_tokens);
}

Broken without_speed(const ChatAnswer& a) {
  if (!a.stats) return {};
  const double speed = a.stats->generation_tps;
  if (speed < 0 || a.stats->prompt_tps < 0 || (speed == 0 && a.stats->generation_tokens > 1)) {
    return format("{} tokens at {} tokens per second, the prompt at {}", a.stats->generation_tokens, speed,
                  a.stats->prompt_tps);
  }
  return {};
}

Broken hasty(const ChatAnswer& a) {
  if (!a.stats || a.stats->generation_tokens < kTokensToTime || a.stats->generation_tps <= kMostSpeed) return {};
  return format("{} tokens at {:.6g} tokens per second, which no engine reaches", a.stats->generation_tokens,
                a.stats->generation_tps);
}

// A busy reader or a slow network stretches what it sees, hence the slack; nothing shortens it but a late first token.
Broken faster_than_the_clock(const exo::ChatStream& stream) {
  const auto& stats = stream.answer.stats;
  const exo::StreamTrace& trace = stream.trace;
  if (!stats || stats->generation_tokens < kTokensToTime || stats->generation_tps <= 0) return {};
  if (trace.first_token_ns == 0 || trace.end_ns <= trace.first_token_ns) return {};
  const double seen = static_cast<double>(trace.end_ns - trace.first_token_ns) / 1e9;
  const double said = stats->generation_tokens / stats->generation_tps;
  if (seen <= kClockSlackSeconds + kClockFactor * said) return {};
  return format("{} tokens at {:.6g} tokens per second took {:.3g} s from the first token on, by the clock here",
                stats->generation_tokens, stats->generation_tps, seen);
}

Broken of_another_time(const ChatAnswer& a, std::int64_t now) {
  if (!a.created || std::abs(*a.created - now) < kDay) return {};
  return format("created at second {} since 1970, it is {} here", *a.created, now);
}

Broken no_distribution(const TokenLogprob& row) {
  if (!(row.logprob <= 0)) return format("a log-probability of {}", row.logprob);
  if (row.top.empty()) return {};
  double sum = 0;
  for (std::size_t i = 0; i < row.top.size(); ++i) {
    sum += std::exp(row.top[i].logprob);
    if (!(row.top[i].logprob <= 0)) return format("a log-probability of {}", row.top[i].logprob);
    if (i > 0 && row.top[i].logprob > row.top[i - 1].logprob) return "candidates that are not sorted";
  }
  if (row.logprob > row.top.front().logprob) {
    return format("a token of log-probability {}, likelier than the likeliest of {}", row.logprob,
                  row.top.front().logprob);
  }
  if (sum <= kMostProbability) return {};
  return format("{} candidates whose probabilities are {:.3g} together", row.top.size(), sum);
}

Broken improbable(const ChatAnswer& a) {
  for (std::size_t i = 0; i < a.logprobs.size(); ++i) {
    if (const auto broken = no_distribution(a.logprobs[i])) return format("token {}: {}", i, *broken);
  }
  return {};
}

// Thought may stand between two parts of the text, then only lengths can be compared.
Broken of_other_tokens(const ChatAnswer& a) {
  if (a.logprobs.empty() || !a.tool_calls.empty()) return {};
  std::string tokens;
  for (const TokenLogprob& row : a.logprobs) tokens += row.token;
  const std::string said = a.reasoning + a.content;
  if (a.reasoning.empty() ? tokens == said : tokens.size() == said.size()) return {};
  return format("the tokens with log-probabilities are `{}`, the text is `{}`", shorten(printable(tokens), 200),
                shorten(printable(said), 200));
}

Failure untrue(const std::string& broken) {
  return {FailureKind::mismatch, "an answer that cannot be true: " + broken, ""};
}

}  // namespace

Outcome<Done> is_lawful(const ChatAnswer& answer, std::int64_t now) {
  for (const Broken& broken : {silent(answer), miscounted(answer), without_speed(answer), hasty(answer),
                               of_another_time(answer, now), improbable(answer), of_other_tokens(answer)}) {
    if (broken) return untrue(*broken);
  }
  if (!answer.usage && !answer.stats) return Done{};
  return usage_adds_up(answer, std::nullopt);
}

Outcome<Done> is_lawful(const exo::ChatStream& stream, std::int64_t now) {
  if (const auto answer = is_lawful(stream.answer, now); !answer) return answer.failure();
  if (const auto broken = faster_than_the_clock(stream)) return untrue(*broken);
  return stream_adds_up(stream);
}

}  // namespace exo_harness::oracle
