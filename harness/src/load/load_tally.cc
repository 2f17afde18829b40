#include "load_tally.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/oracle/lawful.h"

namespace exo_harness::load {

namespace {

constexpr std::int64_t kSlowConnectUs = 900'000;
constexpr double kSlowTimerUs = 1000, kSlowOfTtft = 0.05;
constexpr std::size_t kShownBytes = 200;

std::int64_t seconds_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

measure::RequestTimes times_of(const exo::ChatFollower::End& end, std::int64_t scheduled_ns) {
  measure::RequestTimes times;
  times.scheduled_ns = scheduled_ns;
  times.sent_ns = end.timing.sent_ns;
  times.token_ns = end.seen.trace.token_ns;
  times.first_answer_ns = end.seen.trace.first_answer_ns;
  times.end_ns = end.timing.end_ns;
  times.ok = !end.failure;
  if (const auto& usage = end.seen.answer.usage) {
    times.prompt_tokens = std::max(0, usage->prompt_tokens - usage->cached_tokens);
    times.output_tokens = usage->completion_tokens;
  } else {
    times.output_tokens = end.seen.trace.token_frames;
  }
  return times;
}

}  // namespace

LoadTally::LoadTally(const LoadPlan& plan) : meter_(plan.slo) {
  result_.plan = plan;
}

void LoadTally::add(exo::ChatFollower::End end, std::int64_t scheduled_ns, const PromptText& prompt, bool counts) {
  ++ended_;
  events_ += static_cast<std::int64_t>(end.seen.trace.token_ns.size());
  if (end.closed_early) {
    ++result_.abandoned;
    return;
  }
  if (!end.failure) {
    const auto lawful = oracle::is_lawful(end.seen.answer, seconds_now());
    if (!lawful) end.failure = lawful.failure();
  }
  if (end.timing.connect_us > kSlowConnectUs) ++result_.client.slow_connects;
  if (end.failure) add_failure(*end.failure, counts);
  if (!counts) return;
  const measure::RequestTimes times = times_of(end, scheduled_ns);
  meter_.add(times);
  if (end.failure) return;
  add_samples(times);
  add_answer(end.seen, prompt);
}

void LoadTally::add_failure(const Failure& failure, bool counts) {
  std::vector<FailedKind>& all = result_.failed;
  auto known = std::find_if(all.begin(), all.end(), [&](const FailedKind& each) { return each.kind == failure.kind; });
  if (known == all.end()) known = all.insert(all.end(), {failure.kind, 0, 0, failure});
  ++known->count;
  if (!counts) ++known->warm_ups;
}

void LoadTally::add_samples(const measure::RequestTimes& times) {
  const auto keep = [&](const char* name, const std::optional<double>& value) {
    if (value) result_.samples[name].push_back(*value);
  };
  keep("ttft_ms", times.scheduled_ns != 0 ? measure::ttft_scheduled_ms(times) : measure::ttft_ms(times));
  keep("tpot_ms", measure::tpot_ms(times));
  keep("e2e_ms", times.scheduled_ns != 0 ? measure::end_to_end_scheduled_ms(times) : measure::end_to_end_ms(times));
  keep("generation_tps", measure::stream_tokens_per_s(times));
  keep("prompt_tps", measure::prefill_tokens_per_s(times));
}

void LoadTally::add_answer(const exo::ChatStream& stream, const PromptText& prompt) {
  const exo::ChatAnswer& answer = stream.answer;
  TokenCount& tokens = result_.tokens;
  tokens.frames += stream.trace.token_frames;
  tokens.events += static_cast<std::int64_t>(stream.trace.token_ns.size());
  ++result_.finish_reasons[shorten(printable(answer.finish_reason), 40)];
  look_for_needle(answer, prompt);
  if (!answer.model.empty() && answer.model != result_.plan.model) result_.other_model = answer.model;
  if (answer.stats) {
    server_generation_.push_back(answer.stats->generation_tps);
    server_prompt_.push_back(answer.stats->prompt_tps);
    peak_memory_.push_back(static_cast<double>(answer.stats->peak_memory_bytes) / 1e6);
    ++result_.cache_hits[shorten(printable(answer.stats->prefix_cache_hit), 40)];
  }
  // Each event that has text is a token at least, whatever the usage says.
  const auto with_text = static_cast<std::int64_t>(stream.trace.token_ns.size());
  const std::int64_t counted = answer.usage ? answer.usage->completion_tokens : 0;
  if (std::max(with_text, counted) > result_.plan.max_tokens) ++tokens.over_limit;
  if (!answer.usage) {
    ++tokens.without_usage;
    return;
  }
  prompt_tokens_.push_back(answer.usage->prompt_tokens);
  tokens.by_usage += answer.usage->completion_tokens;
  const int apart = stream.trace.token_frames - answer.usage->completion_tokens;
  if (apart < 0) ++tokens.fewer_frames;
  if (apart > 0) ++tokens.more_frames;
  if (apart != 0 && tokens.example.empty())
    tokens.example = format("{} frames came, the usage counts {} tokens", stream.trace.token_frames,
                            answer.usage->completion_tokens);
}

// A model that thinks may say it there, and come to no end within the limit.
void LoadTally::look_for_needle(const exo::ChatAnswer& answer, const PromptText& prompt) {
  if (prompt.needle.empty()) return;
  ++result_.needles_asked;
  if (holds_needle(answer.content + answer.reasoning, prompt.needle)) {
    ++result_.needles_found;
  } else if (result_.needle_missed.empty()) {
    result_.needle_missed = format("'{}' was in the text, the answer is '{}'", prompt.needle,
                                   shorten(printable(answer.content), kShownBytes));
  }
}

LoadResult LoadTally::result(double cpu_us) {
  result_.summary = meter_.summary();
  result_.prompt_tokens = measure::summarise(prompt_tokens_);
  result_.server_generation_tps = measure::summarise(server_generation_);
  result_.server_prompt_tps = measure::summarise(server_prompt_);
  result_.peak_memory_mb = measure::summarise(peak_memory_);
  ClientHealth& client = result_.client;
  client.callback_us = callbacks_.summary();
  client.timer_us = timers_.summary();
  client.cpu_us_per_event = events_ == 0 ? 0 : cpu_us / static_cast<double>(events_);
  const double allowed_us = std::max(kSlowTimerUs, kSlowOfTtft * 1000 * result_.summary.ttft_ms.p50);
  if (client.timer_us.p99 && *client.timer_us.p99 > allowed_us)
    client.limited = format(
        "a timer of this program came {:.1f} ms late (p99): the machine is busy, or there are more "
        "streams than one thread can follow",
        *client.timer_us.p99 / 1000);
  return result_;
}

}  // namespace exo_harness::load
