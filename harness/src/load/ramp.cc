#include "exo_harness/load/ramp.h"

#include <algorithm>

#include "exo_harness/core/format.h"

namespace exo_harness::load {

namespace {

constexpr double kMore = 1.05;
constexpr int kRequestsAStream = 4;
constexpr std::size_t kLevelsWithoutMore = 2;

}  // namespace

std::optional<std::size_t> saturation_knee(const std::vector<double>& tokens_per_s) {
  std::size_t knee = 0;
  for (std::size_t i = 1; i < tokens_per_s.size(); ++i) {
    if (tokens_per_s[i] >= kMore * tokens_per_s[knee]) knee = i;
  }
  if (tokens_per_s.empty() || knee + 1 == tokens_per_s.size()) return std::nullopt;
  return knee;
}

std::optional<std::size_t> knee_of(const std::vector<RampLevel>& levels) {
  std::vector<double> speeds;
  for (const RampLevel& level : levels) speeds.push_back(level.result.summary.output_tokens_per_s);
  return saturation_knee(speeds);
}

std::vector<RampLevel> ramp(LoadPlan plan, int most, const LoadWatch& watch) {
  std::vector<RampLevel> levels;
  const int requests = plan.schedule.requests;
  bool stopped = false;
  LoadWatch level_watch = watch;
  level_watch.stop = [&] { return stopped = stopped || (watch.stop && watch.stop()); };
  for (int streams = 1; streams <= most && !stopped; streams *= 2) {
    plan.schedule.kind = Schedule::Kind::closed;
    plan.schedule.concurrency = streams;
    plan.schedule.requests = std::max(requests, kRequestsAStream * streams);
    plan.warm_ups = std::max(plan.warm_ups, streams);
    if (watch.now) watch.now(format("{} at a time", streams));
    levels.push_back({streams, run_load(plan, level_watch)});
    plan.first_number = levels.back().result.next_number;
    if (!levels.back().result.failed.empty()) break;
    const auto knee = knee_of(levels);
    if (knee && levels.size() - 1 - *knee >= kLevelsWithoutMore) break;
  }
  return levels;
}

}  // namespace exo_harness::load
