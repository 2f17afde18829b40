#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "exo_harness/measure/summary.h"

namespace exo_harness::measure {

/// One streamed request on the monotonic clock, in nanoseconds.
struct RequestTimes {
  std::int64_t scheduled_ns = 0;       ///< When it should have gone out; 0: as soon as the one before ended.
  std::int64_t sent_ns = 0;            ///< Handed to the HTTP library.
  std::vector<std::int64_t> token_ns;  ///< Arrival of each token-bearing event.
  std::int64_t end_ns = 0;
  int output_tokens = 0;  ///< From the server's usage, not counted from events.
  bool ok = true;         ///< A failed request counts apart and gives no times.
};

/// Milliseconds. TTFT = first token-bearing event since sending; TPOT = (last - first token) / (tokens - 1), nothing
/// for one token. Exo sends several events in a burst at times: equal arrival times are no gaps between tokens.
std::optional<double> ttft_ms(const RequestTimes& request);
std::optional<double> tpot_ms(const RequestTimes& request);
std::optional<double> end_to_end_ms(const RequestTimes& request);

/// What a load of requests came to.
struct LoadSummary {
  std::size_t completed = 0, failed = 0;
  Summary ttft_ms, tpot_ms, gap_ms, end_to_end_ms;
  std::size_t coalesced = 0;  ///< Gaps of zero, left out of `gap_ms`.
  Summary send_lateness_ms;   ///< Sent minus scheduled, of scheduled requests.
  double window_s = 0;        ///< From the first send to the last end of those that completed.
  double requests_per_s = 0, output_tokens_per_s = 0;
};

LoadSummary summarise_load(const std::vector<RequestTimes>& requests);

}  // namespace exo_harness::measure
