#include "load/load_options.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"

namespace exo_harness::tools {
namespace {

/// Milliseconds of `500ms`, `1.5s`; nothing for anything else.
std::optional<double> duration_ms(const std::string& text) {
  const bool is_number = !text.empty() && (std::isdigit(static_cast<unsigned char>(text.front())) != 0);
  if (!is_number) return std::nullopt;  // No sign, no blanks, no `nan`.
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);  // libc++ has no from_chars for it.
  const std::string_view unit(end);
  if (!(number > 0) || !std::isfinite(number) || (unit != "ms" && unit != "s")) return std::nullopt;
  return unit == "s" ? number * 1000 : number;
}

}  // namespace

measure::Slo parse_slo(const std::vector<std::string>& parts) {
  measure::Slo slo;
  for (const std::string& part : parts) {
    const std::size_t equals = part.find('=');
    const std::string name = part.substr(0, equals);
    std::optional<double>* limit = name == "ttft"   ? &slo.ttft_ms
                                   : name == "tpot" ? &slo.tpot_ms
                                   : name == "e2e"  ? &slo.end_to_end_ms
                                                    : nullptr;
    const auto ms = equals == part.npos ? std::nullopt : duration_ms(part.substr(equals + 1));
    if (limit == nullptr || !ms || *limit)
      throw UsageError(format("--slo: '{}' is not a limit", part),
                       "write it like --slo ttft=500ms,tpot=50ms,e2e=10s, each at most once");
    *limit = *ms;
  }
  return slo;
}

load::Schedule schedule_of(const LoadOptions& options) {
  load::Schedule s;
  s.concurrency = options.concurrency;
  if (options.rate > 0) {
    s.kind = options.fixed ? load::Schedule::Kind::fixed : load::Schedule::Kind::poisson;
    s.rate = options.rate;
  }
  s.requests = options.requests >= 0    ? options.requests
               : options.duration_s > 0 ? 0
                                        : std::max(16, 4 * options.concurrency);
  s.duration = milliseconds(static_cast<std::int64_t>(options.duration_s * 1000));
  s.seed = options.seed;
  return s;
}

}  // namespace exo_harness::tools
