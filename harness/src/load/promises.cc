#include <cmath>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/load/load.h"

namespace exo_harness::load {

namespace {

constexpr double kMostApart = 0.05;  // Of the speeds of client and server.
constexpr double kLeastLateMs = 1, kLateOfTtft = 0.01;

void look_at_tokens(const LoadResult& r, bool is_exo, std::vector<Failure>& broken) {
  const TokenCount& t = r.tokens;
  if (r.summary.completed > 0 && (t.frames == 0 || (t.events == 0 && t.by_usage <= 0)))
    broken.push_back({FailureKind::empty_answer, "no request brought a token", ""});
  if (const auto error = r.finish_reasons.find("error"); error != r.finish_reasons.end())
    broken.push_back({FailureKind::mismatch, format("{} answers ended with finish_reason `error`", error->second), ""});
  if (t.over_limit > 0)
    broken.push_back({FailureKind::mismatch,
                      format("{} of {} answers have more tokens than the {} that were asked for", t.over_limit,
                             r.summary.completed, r.plan.max_tokens),
                      ""});
  if (!is_exo) return;
  if (!r.other_model.empty())
    broken.push_back(
        {FailureKind::mismatch,
         format("`{}` was asked, and an answer says that it is of `{}`", r.plan.model, printable(r.other_model)), ""});
  if (t.fewer_frames > 0)
    broken.push_back(
        {FailureKind::mismatch,
         format("tokens are lost: {} of {} answers have fewer frames than tokens", t.fewer_frames, r.summary.completed),
         t.example});
  if (t.more_frames > 0)
    broken.push_back(
        {FailureKind::mismatch,
         format("{} of {} answers have more frames than tokens in the usage", t.more_frames, r.summary.completed),
         t.example});
  if (t.without_usage > 0)
    broken.push_back({FailureKind::mismatch, format("{} answers have no usage", t.without_usage), ""});
}

/// How far the speed that clients saw is from the one that the server tells; nothing without both.
std::optional<double> speeds_apart(const LoadResult& r) {
  if (r.server_generation_tps.count == 0 || r.summary.stream_tokens_per_s.count == 0) return std::nullopt;
  if (r.server_generation_tps.p50 <= 0) return std::nullopt;
  return r.summary.stream_tokens_per_s.p50 / r.server_generation_tps.p50 - 1;
}

std::string how_many_failed(const FailedKind& failed) {
  const std::string many = format("{} request{} failed", failed.count, failed.count == 1 ? "" : "s");
  if (failed.warm_ups == 0) return many;
  return failed.warm_ups == failed.count ? many + " in the warm-up"
                                         : format("{}, {} of them in the warm-up", many, failed.warm_ups);
}

}  // namespace

int failed_warm_ups(const LoadResult& r) {
  int count = 0;
  for (const FailedKind& failed : r.failed) count += failed.warm_ups;
  return count;
}

std::vector<Failure> broken_promises(const LoadResult& r, bool is_exo) {
  std::vector<Failure> broken;
  for (const FailedKind& failed : r.failed) {
    broken.push_back({failed.kind, how_many_failed(failed) + ": " + failed.first.what, failed.first.evidence});
  }
  if (r.summary.completed == 0 && broken.empty())
    broken.push_back({FailureKind::timed_out, "no request came to its end", ""});
  look_at_tokens(r, is_exo, broken);
  if (r.needles_found < r.needles_asked)
    broken.push_back({FailureKind::mismatch,
                      format("{} of {} answers do not hold the key that stood in their text: it was not read whole",
                             r.needles_asked - r.needles_found, r.needles_asked),
                      r.needle_missed});
  return broken;
}

std::vector<std::string> doubts(const LoadResult& r) {
  std::vector<std::string> all;
  if (!r.client.limited.empty()) all.push_back("the client is the limit: " + r.client.limited);
  const measure::Summary& late = r.summary.send_lateness_ms;
  const double allowed = std::max(kLeastLateMs, kLateOfTtft * r.summary.ttft_ms.p50);
  const double worst = late.p99.value_or(late.max);
  if (late.count > 0 && worst > allowed)
    all.push_back(format("requests went out {:.1f} ms late ({}), more than {:.1f} ms", worst, late.p99 ? "p99" : "most",
                         allowed));
  if (r.client.slow_connects > 0)
    all.push_back(format("{} connects took more than 900 ms: the server's queue was full", r.client.slow_connects));
  if (r.tokens.without_usage > 0)
    all.push_back(format("{} answers have no usage: their frames were counted", r.tokens.without_usage));
  if (!r.other_model.empty())
    all.push_back(format("an answer says that it is of `{}`, not of `{}`", printable(r.other_model), r.plan.model));
  if (r.tokens.fewer_frames > 0)
    all.push_back(format("{} answers have fewer frames than tokens: several in one, or lost ({})",
                         r.tokens.fewer_frames, r.tokens.example));
  if (const auto apart = speeds_apart(r); apart && std::abs(*apart) > kMostApart)
    all.push_back(format("the server tells {:.1f} tokens/s a stream, here came {:.1f} ({:+.0f} %)",
                         r.server_generation_tps.p50, r.summary.stream_tokens_per_s.p50, *apart * 100));
  return all;
}

}  // namespace exo_harness::load
