#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "exo_harness/measure/histogram.h"
#include "exo_harness/measure/summary.h"

namespace exo_harness::measure {

/// One streamed request on the monotonic clock, in nanoseconds.
struct RequestTimes {
  std::int64_t scheduled_ns = 0;       ///< When it should have gone out; 0: as soon as the one before ended.
  std::int64_t sent_ns = 0;            ///< Handed to the HTTP library.
  std::vector<std::int64_t> token_ns;  ///< Arrival of each token-bearing event.
  std::int64_t first_answer_ns = 0;    ///< First event with content, behind the reasoning; 0: none.
  std::int64_t end_ns = 0;
  int prompt_tokens = 0;  ///< That had to be read: those of the prefix cache do not count.
  int output_tokens = 0;  ///< From the server's usage, not counted from events.
  bool ok = true;         ///< A failed request counts apart and gives no times.
};

/// Milliseconds, as `load_definitions` has them.
std::optional<double> ttft_ms(const RequestTimes& request);
std::optional<double> ttfat_ms(const RequestTimes& request);
std::optional<double> tpot_ms(const RequestTimes& request);
std::optional<double> end_to_end_ms(const RequestTimes& request);
/// Since it was scheduled; nothing of a request that had no time.
std::optional<double> ttft_scheduled_ms(const RequestTimes& request);
std::optional<double> end_to_end_scheduled_ms(const RequestTimes& request);
/// Tokens of the prompt a second of TTFT.
std::optional<double> prefill_tokens_per_s(const RequestTimes& request);
/// Tokens of the answer a second, once it has begun.
std::optional<double> stream_tokens_per_s(const RequestTimes& request);

/// What a user can live with, in milliseconds; unset: no limit.
struct Slo {
  std::optional<double> ttft_ms, tpot_ms, end_to_end_ms;
  /// Whether the request met all of it; in open loop counted from its schedule. A failed one never does.
  bool met_by(const RequestTimes& request) const;
  bool any() const { return ttft_ms || tpot_ms || end_to_end_ms; }
};

/// What a load of requests came to.
struct LoadSummary {
  std::size_t completed = 0, failed = 0;
  Summary ttft_ms, ttft_scheduled_ms, ttfat_ms, tpot_ms, gap_ms, end_to_end_ms, end_to_end_scheduled_ms;
  Summary stream_tokens_per_s, prefill_tokens_per_s;
  std::size_t coalesced = 0;  ///< Gaps of zero, left out of `gap_ms`.
  Summary send_lateness_ms;   ///< Sent minus scheduled, of scheduled requests, failed ones too.
  double window_s = 0;        ///< From the first send to the last end of those that completed.
  double requests_per_s = 0, output_tokens_per_s = 0;
  std::size_t good = 0;      ///< Completed and within the SLO.
  double goodput_per_s = 0;  ///< Such requests a second of the window.
};

/// Gathers requests as they end. Gaps go into a histogram, all else is kept as it is: about 100 bytes a request.
class LoadMeter {
 public:
  explicit LoadMeter(Slo slo = {}) : slo_(slo) {}
  void add(const RequestTimes& request);
  LoadSummary summary() const;

 private:
  const Slo slo_;
  std::size_t completed_ = 0, failed_ = 0, coalesced_ = 0, good_ = 0;
  std::vector<double> ttft_, ttft_scheduled_, ttfat_, tpot_, whole_, whole_scheduled_, speed_, prefill_, lateness_;
  Histogram gaps_;
  std::int64_t first_ns_ = 0, last_ns_ = 0;
  double tokens_ = 0;
};

/// What a number means, for whoever prints it.
struct Definition {
  std::string_view name;  ///< `TTFT`
  std::string_view unit;
  std::string_view text;
  std::string_view clock;       ///< Which clock, and where it starts.
  std::string_view percentile;  ///< How its percentiles are made.
};
const std::vector<Definition>& load_definitions();

}  // namespace exo_harness::measure
