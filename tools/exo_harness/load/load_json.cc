#include "load/load_json.h"

#include <nlohmann/json.hpp>

#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"

namespace exo_harness::tools {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const measure::Summary& s) {
  Json json{{"n", s.count}};
  if (s.count == 0) return json;
  json.update({{"min", s.min}, {"mean", s.mean}, {"p50", s.p50}, {"p90", s.p90}, {"max", s.max}});
  if (s.p99) json["p99"] = *s.p99;
  if (s.p999) json["p99_9"] = *s.p999;
  return json;
}

Json failures_of(const std::vector<Failure>& failures) {
  Json json = Json::array();
  for (const Failure& f : failures)
    json.push_back({{"kind", to_string(f.kind)},
                    {"what", redact(printable(f.what))},
                    {"evidence", redact(printable(f.evidence))}});
  return json;
}

Json json_of(const load::LoadResult& r) {
  const measure::LoadSummary& s = r.summary;
  const load::TokenCount& t = r.tokens;
  Json json{{"schedule", to_string(r.plan.schedule)},
            {"concurrency", r.plan.schedule.concurrency},
            {"seed", r.plan.schedule.seed},
            {"max_tokens", r.plan.max_tokens},
            {"completed", s.completed},
            {"failed", s.failed},
            {"abandoned", r.abandoned},
            {"warm_ups", r.warm_ups},
            {"failed_warm_ups", failed_warm_ups(r)},
            {"window_s", s.window_s}};
  json["metrics"] = {{"ttft_ms", json_of(s.ttft_ms)},
                     {"ttft_scheduled_ms", json_of(s.ttft_scheduled_ms)},
                     {"ttfat_ms", json_of(s.ttfat_ms)},
                     {"gap_ms", json_of(s.gap_ms)},
                     {"tpot_ms", json_of(s.tpot_ms)},
                     {"e2e_ms", json_of(s.end_to_end_ms)},
                     {"e2e_scheduled_ms", json_of(s.end_to_end_scheduled_ms)},
                     {"stream_tps", json_of(s.stream_tokens_per_s)},
                     {"prefill_tps", json_of(s.prefill_tokens_per_s)},
                     {"send_lateness_ms", json_of(s.send_lateness_ms)},
                     {"prompt_tokens", json_of(r.prompt_tokens)}};
  json["output_tps"] = s.output_tokens_per_s;
  json["requests_per_s"] = s.requests_per_s;
  if (r.plan.slo.any()) json["goodput"] = {{"good", s.good}, {"requests_per_s", s.goodput_per_s}};
  json["tokens"] = {{"by_usage", t.by_usage},
                    {"frames", t.frames},
                    {"events", t.events},
                    {"coalesced", s.coalesced},
                    {"without_usage", t.without_usage},
                    {"fewer_frames", t.fewer_frames},
                    {"more_frames", t.more_frames}};
  json["keys"] = {{"asked", r.needles_asked}, {"found", r.needles_found}};
  json["finish_reasons"] = r.finish_reasons;
  json["prefix_cache"] = r.cache_hits;
  json["server"] = {{"generation_tps", json_of(r.server_generation_tps)}, {"prompt_tps", json_of(r.server_prompt_tps)}};
  json["client"] = {{"callback_us", json_of(r.client.callback_us)},
                    {"timer_us", json_of(r.client.timer_us)},
                    {"slow_connects", r.client.slow_connects},
                    {"cpu_us_per_event", r.client.cpu_us_per_event},
                    {"limited", r.client.limited}};
  Json failed = Json::array();
  for (const load::FailedKind& kind : r.failed)
    failed.push_back(
        {{"kind", to_string(kind.kind)}, {"count", kind.count}, {"first", redact(printable(kind.first.what))}});
  json["failures"] = failed;
  json["doubts"] = load::doubts(r);
  return json;
}

Json json_of(const LoadTold& told) {
  Json json{{"model", told.model}, {"placement", told.placement}, {"workload", told.workload}};
  if (told.result) json["result"] = json_of(*told.result);
  for (const load::RampLevel& level : told.levels) json["levels"].push_back(json_of(level.result));
  if (!told.levels.empty()) {
    const auto knee = load::knee_of(told.levels);
    json["knee_concurrency"] = knee ? Json(told.levels[*knee].concurrency) : Json();
  }
  if (!told.skipped.empty()) json["skipped"] = told.skipped;
  if (!told.roofline.empty()) json["memory"] = told.roofline;
  json["broken"] = failures_of(told.broken);
  return json;
}

}  // namespace

std::string load_json(const std::vector<LoadTold>& loads, const exo_reports::Judgement& judgement,
                      const std::string& run_id) {
  Json json{{"schema", "exo-harness/load/1"},
            {"run", run_id},
            {"verdict", to_string(judgement.verdict)},
            {"exit_code", to_int(judgement.exit_code)},
            {"loads", Json::array()}};
  for (const LoadTold& told : loads) json["loads"].push_back(json_of(told));
  for (const measure::Definition& d : measure::load_definitions())
    json["definitions"].push_back(
        {{"name", d.name}, {"unit", d.unit}, {"text", d.text}, {"clock", d.clock}, {"percentile", d.percentile}});
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace exo_harness::tools
