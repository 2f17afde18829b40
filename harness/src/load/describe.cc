// What a load came to, as text.
#include "exo_harness/load/describe.h"

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::load {

namespace {

std::string cell(const std::optional<double>& value) {
  return value ? format("{:>10.2f}", *value) : format("{:>10}", "-");
}

std::string row(std::string_view name, std::string_view unit, const measure::Summary& s) {
  if (s.count == 0) return "";
  return format("  {:<8} {:<9} {:>7} {}{}{}{}\n", name, unit, s.count, cell(s.p50), cell(s.p90), cell(s.p99),
                cell(s.max));
}

std::string counts_of(const std::map<std::string, int>& counts) {
  std::vector<std::string> parts;
  for (const auto& [name, count] : counts) parts.push_back(format("{} {}", name.empty() ? "none" : name, count));
  return join(parts, ", ");
}

std::string limits_of(const measure::Slo& slo) {
  std::vector<std::string> parts;
  const auto add = [&](const char* name, const std::optional<double>& limit) {
    if (limit) parts.push_back(format("{} {:g} ms", name, *limit));
  };
  add("ttft", slo.ttft_ms);
  add("tpot", slo.tpot_ms);
  add("e2e", slo.end_to_end_ms);
  return join(parts, ", ");
}

std::string head(const LoadResult& r) {
  const measure::LoadSummary& s = r.summary;
  std::string text = format("{}; prompts of {:.0f} tokens, answers of at most {}\n", to_string(r.plan.schedule),
                            r.prompt_tokens.p50, r.plan.max_tokens);
  text += format("{} requests: {} completed, {} failed; {} warm-up{} left out; {:.2f} s\n", s.completed + s.failed,
                 s.completed, s.failed, r.warm_ups, r.warm_ups == 1 ? "" : "s", s.window_s);
  if (r.abandoned > 0) text += format("{} were still open when it was ended\n", r.abandoned);
  return text;
}

std::string table(const measure::LoadSummary& s) {
  std::string text = format("  {:<8} {:<9} {:>7} {:>10}{:>10}{:>10}{:>10}\n", "", "", "n", "p50", "p90", "p99", "max");
  text += row("TTFT", "ms", s.ttft_ms) + row("TTFT*", "ms", s.ttft_scheduled_ms) + row("TTFAT", "ms", s.ttfat_ms);
  text += row("gap", "ms", s.gap_ms) + row("TPOT", "ms", s.tpot_ms);
  text += row("E2E", "ms", s.end_to_end_ms) + row("E2E*", "ms", s.end_to_end_scheduled_ms);
  text += row("stream", "tokens/s", s.stream_tokens_per_s) + row("prefill", "tokens/s", s.prefill_tokens_per_s);
  return text + row("late", "ms", s.send_lateness_ms);
}

std::string totals(const LoadResult& r) {
  const measure::LoadSummary& s = r.summary;
  std::string text = format("in all: {:.1f} tokens/s, {:.2f} requests/s\n", s.output_tokens_per_s, s.requests_per_s);
  if (r.plan.slo.any())
    text += format("goodput: {:.2f} requests/s, {} of {} within {}\n", s.goodput_per_s, s.good, s.completed + s.failed,
                   limits_of(r.plan.slo));
  const TokenCount& t = r.tokens;
  text += format("tokens: {} by the server's usage, {} frames, {} with text, of those {} came together with another\n",
                 t.by_usage, t.frames, t.events, s.coalesced);
  text += format("ends: {}\n", counts_of(r.finish_reasons));
  if (r.needles_asked > 0) text += format("key found: {} of {}\n", r.needles_found, r.needles_asked);
  if (r.server_generation_tps.count > 0)
    text += format("the server says: {:.1f} tokens/s a stream, prefill {:.0f} tokens/s (p50, n={}); prefix cache: {}\n",
                   r.server_generation_tps.p50, r.server_prompt_tps.p50, r.server_generation_tps.count,
                   counts_of(r.cache_hits));
  return text;
}

std::string client_line(const ClientHealth& client) {
  const auto worst = [](const measure::Summary& s) {
    return format("{:.0f} us ({}, n={})", s.p99.value_or(s.max), s.p99 ? "p99" : "most", s.count);
  };
  const std::string timer = client.timer_us.count > 0 ? "a timer " + worst(client.timer_us) : "no timer came due";
  return format("this program: stamps at most {} late, {}; {:.0f} us of processor time an event\n",
                worst(client.callback_us), timer, client.cpu_us_per_event);
}

std::string failures(const LoadResult& r) {
  std::string text;
  for (const FailedKind& failed : r.failed)
    text += format("failed as {}: {}, the first: {}\n", to_string(failed.kind), failed.count,
                   shorten(printable(first_line(failed.first.what)), 400));
  if (const int warm_ups = failed_warm_ups(r); warm_ups > 0) text += format("of those, {} in the warm-up\n", warm_ups);
  return text;
}

}  // namespace

std::string describe(const LoadResult& r) {
  std::string text = head(r);
  if (r.summary.completed > 0) text += table(r.summary) + totals(r) + client_line(r.client);
  text += failures(r);
  for (const std::string& doubt : doubts(r)) text += "doubt: " + doubt + "\n";
  return text;
}

std::string describe(const std::vector<RampLevel>& levels) {
  std::string text = format("  {:>10} {:>10} {:>12} {:>12} {:>12} {:>8}\n", "at a time", "requests", "tokens/s",
                            "TTFT p50 ms", "TPOT p50 ms", "failed");
  for (const RampLevel& level : levels) {
    const measure::LoadSummary& s = level.result.summary;
    text += format("  {:>10} {:>10} {:>12.1f} {:>12.2f} {:>12.2f} {:>8}\n", level.concurrency, s.completed + s.failed,
                   s.output_tokens_per_s, s.ttft_ms.p50, s.tpot_ms.p50, s.failed);
  }
  const auto knee = knee_of(levels);
  if (!knee) return text + "no knee: the last level still brought more tokens\n";
  return text + format("knee at {} at a time, {:.1f} tokens/s: more streams bring no more tokens\n",
                       levels[*knee].concurrency, levels[*knee].result.summary.output_tokens_per_s);
}

std::string describe_definitions() {
  std::string text = "what the numbers mean (* as a user sees it, who does not know of a late sending):\n";
  for (const measure::Definition& d : measure::load_definitions()) {
    text += format("  {:<8} {}\n           clock: {}{}\n", d.name, d.text, d.clock,
                   d.percentile == "none" ? "" : format("; percentiles: {}", d.percentile));
  }
  return text + "  no p99 is given below 100 samples\n";
}

}  // namespace exo_harness::load
