#include "exo_harness/measure/latency.h"

#include <algorithm>

namespace exo_harness::measure {

namespace {

constexpr double kNsPerMs = 1e6;

double ms_between(std::int64_t from_ns, std::int64_t to_ns) {
  return static_cast<double>(to_ns - from_ns) / kNsPerMs;
}

void add_to(std::vector<double>& to, const std::optional<double>& value) {
  if (value) to.push_back(*value);
}

bool within(const std::optional<double>& limit, const std::optional<double>& value) {
  return !limit || (value && *value <= *limit);
}

}  // namespace

std::optional<double> ttft_ms(const RequestTimes& r) {
  if (r.token_ns.empty()) return std::nullopt;
  return ms_between(r.sent_ns, r.token_ns.front());
}

std::optional<double> ttfat_ms(const RequestTimes& r) {
  if (r.first_answer_ns == 0) return std::nullopt;
  return ms_between(r.sent_ns, r.first_answer_ns);
}

std::optional<double> tpot_ms(const RequestTimes& r) {
  if (r.output_tokens < 2 || r.token_ns.size() < 2) return std::nullopt;
  return ms_between(r.token_ns.front(), r.token_ns.back()) / (r.output_tokens - 1);
}

std::optional<double> end_to_end_ms(const RequestTimes& r) {
  if (r.token_ns.empty()) return std::nullopt;
  return ms_between(r.sent_ns, r.token_ns.back());
}

std::optional<double> ttft_scheduled_ms(const RequestTimes& r) {
  if (r.scheduled_ns == 0 || r.token_ns.empty()) return std::nullopt;
  return ms_between(r.scheduled_ns, r.token_ns.front());
}

std::optional<double> end_to_end_scheduled_ms(const RequestTimes& r) {
  if (r.scheduled_ns == 0 || r.token_ns.empty()) return std::nullopt;
  return ms_between(r.scheduled_ns, r.token_ns.back());
}

std::optional<double> prefill_tokens_per_s(const RequestTimes& r) {
  const std::optional<double> ttft = ttft_ms(r);
  if (!ttft || *ttft <= 0 || r.prompt_tokens <= 0) return std::nullopt;
  return r.prompt_tokens * 1000.0 / *ttft;
}

std::optional<double> stream_tokens_per_s(const RequestTimes& r) {
  const std::optional<double> tpot = tpot_ms(r);
  if (!tpot || *tpot <= 0) return std::nullopt;
  return 1000.0 / *tpot;
}

bool Slo::met_by(const RequestTimes& r) const {
  if (!r.ok) return false;
  const bool open = r.scheduled_ns != 0;
  const auto first = open ? ttft_scheduled_ms(r) : measure::ttft_ms(r);
  const auto whole = open ? end_to_end_scheduled_ms(r) : measure::end_to_end_ms(r);
  // One token has no time per token, and so does not miss it.
  const bool paced = r.output_tokens < 2 || within(tpot_ms, measure::tpot_ms(r));
  return within(ttft_ms, first) && within(end_to_end_ms, whole) && paced;
}

void LoadMeter::add(const RequestTimes& r) {
  if (r.scheduled_ns != 0) lateness_.push_back(ms_between(r.scheduled_ns, r.sent_ns));
  if (!r.ok) {
    ++failed_;
    return;
  }
  first_ns_ = completed_ == 0 ? r.sent_ns : std::min(first_ns_, r.sent_ns);
  last_ns_ = std::max(last_ns_, r.end_ns);
  ++completed_;
  if (slo_.any() && slo_.met_by(r)) ++good_;
  tokens_ += r.output_tokens;
  add_to(ttft_, ttft_ms(r));
  add_to(ttft_scheduled_, ttft_scheduled_ms(r));
  add_to(ttfat_, ttfat_ms(r));
  add_to(tpot_, tpot_ms(r));
  add_to(whole_, end_to_end_ms(r));
  add_to(whole_scheduled_, end_to_end_scheduled_ms(r));
  add_to(speed_, stream_tokens_per_s(r));
  add_to(prefill_, prefill_tokens_per_s(r));
  for (std::size_t i = 1; i < r.token_ns.size(); ++i) {
    const double gap = ms_between(r.token_ns[i - 1], r.token_ns[i]);
    if (gap > 0) {
      gaps_.add(gap);
    } else {
      ++coalesced_;
    }
  }
}

LoadSummary LoadMeter::summary() const {
  LoadSummary load;
  load.completed = completed_;
  load.failed = failed_;
  load.coalesced = coalesced_;
  load.good = good_;
  load.ttft_ms = summarise(ttft_);
  load.ttft_scheduled_ms = summarise(ttft_scheduled_);
  load.ttfat_ms = summarise(ttfat_);
  load.tpot_ms = summarise(tpot_);
  load.gap_ms = gaps_.summary();
  load.end_to_end_ms = summarise(whole_);
  load.end_to_end_scheduled_ms = summarise(whole_scheduled_);
  load.stream_tokens_per_s = summarise(speed_);
  load.prefill_tokens_per_s = summarise(prefill_);
  load.send_lateness_ms = summarise(lateness_);
  load.window_s = ms_between(first_ns_, last_ns_) / 1000;
  if (load.window_s <= 0) return load;
  load.requests_per_s = static_cast<double>(completed_) / load.window_s;
  load.output_tokens_per_s = tokens_ / load.window_s;
  load.goodput_per_s = static_cast<double>(good_) / load.window_s;
  return load;
}

const std::vector<Definition>& load_definitions() {
  static constexpr std::string_view
      kSent = "monotonic, of this machine, from the moment the request goes to the HTTP library",
      kScheduled = "monotonic, of this machine, from the moment the schedule says",
      kArrivals = "monotonic, of this machine, between arrivals", kRank = "nearest rank of the raw samples",
      kCells = "nearest rank of cells 0.1 % wide";
  static const std::vector<Definition> all{
      {"TTFT", "ms", "first event with a token, be it of reasoning or a tool call", kSent, kRank},
      {"TTFT*", "ms", "the same, with the time that the request went out too late", kScheduled, kRank},
      {"TTFAT", "ms", "first event with content: the answer, behind the reasoning", kSent, kRank},
      {"gap", "ms", "between two events with tokens (ITL); those of one arrival are counted apart", kArrivals, kCells},
      {"TPOT", "ms", "(last - first event with tokens) / (tokens by the server's usage - 1), a mean of each request",
       kArrivals, kRank},
      {"E2E", "ms", "last event with a token", kSent, kRank},
      {"E2E*", "ms", "the same, with the time that the request went out too late", kScheduled, kRank},
      {"stream", "tokens/s", "1000 / TPOT of each request", kArrivals, kRank},
      {"prefill", "tokens/s", "tokens of the prompt that no cache had / TTFT", kSent, kRank},
      {"late", "ms", "sent - scheduled", kScheduled, kRank},
      {"in all", "tokens/s", "tokens by the server's usage / (last end - first send), of completed requests", kSent,
       "none"},
      {"goodput", "requests/s", "completed requests that met each limit of the SLO, over the same time", kSent, "none"},
  };
  return all;
}

}  // namespace exo_harness::measure
