#include "exo_harness/measure/latency.h"

#include <algorithm>

namespace exo_harness::measure {

namespace {

constexpr double kNsPerMs = 1e6;

double ms_between(std::int64_t from_ns, std::int64_t to_ns) {
  return static_cast<double>(to_ns - from_ns) / kNsPerMs;
}

void add(std::vector<double>& to, const std::optional<double>& value) {
  if (value) to.push_back(*value);
}

void add_gaps(const RequestTimes& r, std::vector<double>& gaps, std::size_t& coalesced) {
  for (std::size_t i = 1; i < r.token_ns.size(); ++i) {
    const double gap = ms_between(r.token_ns[i - 1], r.token_ns[i]);
    if (gap > 0) {
      gaps.push_back(gap);
    } else {
      ++coalesced;
    }
  }
}

}  // namespace

std::optional<double> ttft_ms(const RequestTimes& r) {
  if (r.token_ns.empty()) return std::nullopt;
  return ms_between(r.sent_ns, r.token_ns.front());
}

std::optional<double> tpot_ms(const RequestTimes& r) {
  if (r.output_tokens < 2 || r.token_ns.size() < 2) return std::nullopt;
  return ms_between(r.token_ns.front(), r.token_ns.back()) / (r.output_tokens - 1);
}

std::optional<double> end_to_end_ms(const RequestTimes& r) {
  if (r.token_ns.empty()) return std::nullopt;
  return ms_between(r.sent_ns, r.token_ns.back());
}

LoadSummary summarise_load(const std::vector<RequestTimes>& requests) {
  LoadSummary load;
  std::vector<double> ttft, tpot, gaps, whole, lateness;
  std::int64_t first = 0, last = 0;
  double tokens = 0;
  for (const RequestTimes& r : requests) {
    if (r.scheduled_ns != 0) lateness.push_back(ms_between(r.scheduled_ns, r.sent_ns));
    if (!r.ok) {
      ++load.failed;
      continue;
    }
    first = load.completed == 0 ? r.sent_ns : std::min(first, r.sent_ns);
    last = std::max(last, r.end_ns);
    ++load.completed;
    tokens += r.output_tokens;
    add(ttft, ttft_ms(r));
    add(tpot, tpot_ms(r));
    add(whole, end_to_end_ms(r));
    add_gaps(r, gaps, load.coalesced);
  }
  load.ttft_ms = summarise(std::move(ttft));
  load.tpot_ms = summarise(std::move(tpot));
  load.gap_ms = summarise(std::move(gaps));
  load.end_to_end_ms = summarise(std::move(whole));
  load.send_lateness_ms = summarise(std::move(lateness));
  load.window_s = ms_between(first, last) / 1000;
  if (load.window_s > 0) {
    load.requests_per_s = static_cast<double>(load.completed) / load.window_s;
    load.output_tokens_per_s = tokens / load.window_s;
  }
  return load;
}

}  // namespace exo_harness::measure
