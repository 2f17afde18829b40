#include "exo_harness/load/block.h"

#include "exo_harness/core/format.h"

namespace exo_harness::load {

std::string workload_id(const std::string& kind, int prompt_tokens, int max_tokens) {
  return format("{}-p{}-o{}", kind, prompt_tokens, max_tokens);
}

journal::BlockMeasured block_of(const LoadResult& r, bool is_exo) {
  journal::BlockMeasured block;
  block.concurrency = r.plan.schedule.kind == Schedule::Kind::closed ? r.plan.schedule.concurrency : 0;
  block.samples = r.samples;
  for (const auto& [name, samples] : r.samples) {
    if (const auto median = measure::percentile(samples, 50)) block.metrics[name] = *median;
  }
  if (r.summary.gap_ms.count > 0) block.metrics["gap_ms"] = r.summary.gap_ms.p50;
  if (r.peak_memory_mb.count > 0 && r.peak_memory_mb.max > 0) block.metrics["peak_memory_mb"] = r.peak_memory_mb.max;
  block.metrics["output_tps"] = r.summary.output_tokens_per_s;
  block.metrics["requests_per_s"] = r.summary.requests_per_s;
  block.requests = static_cast<int>(r.summary.completed + r.summary.failed);
  block.failed = static_cast<int>(r.summary.failed);
  block.warm_ups = r.warm_ups;
  const std::vector<Failure> broken = broken_promises(r, is_exo);
  if (!broken.empty()) block.why_invalid = broken.front().what;
  if (block.why_invalid.empty() && !r.client.limited.empty()) block.why_invalid = r.client.limited;
  block.valid = block.why_invalid.empty();
  return block;
}

}  // namespace exo_harness::load
