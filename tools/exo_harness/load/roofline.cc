#include "load/roofline.h"

#include <algorithm>
#include <set>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/model/checkpoint/architecture.h"
#include "exo_harness/model/checkpoint/facts.h"
#include "exo_harness/model/stage/locate.h"

namespace exo_harness::tools {
namespace {

constexpr double kBytesPerGb = 1e9;

/// Bytes of weights that one token reads; 0: not known.
double active_bytes(const model::FixtureModel& fixture) {
  if (const auto folder = model::find_model(fixture))
    return static_cast<double>(model::analyse(model::read_model_folder(*folder)).bytes_active);
  if (!model::has_facts(model::fixtures_folder(), fixture.id)) return 0;
  return static_cast<double>(model::analyse(model::read_facts(model::fixtures_folder(), fixture.id)).bytes_active);
}

std::string chip_of(const exo::State& state, const std::string& node_id) {
  const auto facts = state.facts.find(node_id);
  if (facts == state.facts.end() || !facts->second.identity) return "";
  return facts->second.identity->chip_id;
}

/// The part of the weights that a rank reads for each token.
double part_of(const exo::Rank& rank, const exo::Mode& mode) {
  if (mode.sharding == exo::Sharding::tensor) return 1.0 / mode.world_size;
  const exo::Shard& shard = rank.shard;
  return shard.layers > 0 ? static_cast<double>(shard.end_layer - shard.start_layer) / shard.layers : 1;
}

}  // namespace

std::optional<Roofline> roofline_of(const model::FixtureModel& model, const exo::Instance& instance,
                                    const exo::Mode& mode, const exo::State& state,
                                    const std::vector<model::Chip>& chips, std::string& why_not) {
  Roofline roofline;
  double least_s = 0, most_s = 0;
  std::set<std::string> told;
  for (const exo::Rank& rank : instance.ranks) {
    const std::string name = chip_of(state, rank.node_id);
    const model::Chip* chip = model::chip_called(chips, name);
    if (chip == nullptr) {
      why_not = format("the memory of the chip '{}' is not known", shorten(printable(name), 60));
      return std::nullopt;
    }
    const double part = part_of(rank, mode);
    const double fast = part / (chip->bandwidth_gbps * kBytesPerGb), slow = part / (chip->least_gbps * kBytesPerGb);
    const bool at_once = mode.sharding == exo::Sharding::tensor;
    least_s = at_once ? std::max(least_s, fast) : least_s + fast;
    most_s = at_once ? std::max(most_s, slow) : most_s + slow;
    told.insert(chip->least_gbps < chip->bandwidth_gbps
                    ? format("{}, {:g} or {:g} GB/s", chip->name, chip->least_gbps, chip->bandwidth_gbps)
                    : format("{}, {:g} GB/s", chip->name, chip->bandwidth_gbps));
  }
  roofline.bytes_per_token = active_bytes(model);
  if (roofline.bytes_per_token <= 0 || least_s <= 0) {
    why_not = "the sizes of the model's weights are not on this machine";
    return std::nullopt;
  }
  roofline.most_tps = 1 / (roofline.bytes_per_token * least_s);
  roofline.least_tps = 1 / (roofline.bytes_per_token * most_s);
  roofline.chips = join({told.begin(), told.end()}, "; ");
  return roofline;
}

std::string describe(const Roofline& r, double tokens_per_s) {
  const double low = 100 * tokens_per_s / r.most_tps, high = 100 * tokens_per_s / r.least_tps;
  const std::string share = high - low < 0.5 ? format("{:.0f} %", low) : format("{:.0f} to {:.0f} %", low, high);
  return format(
      "{} of what the memory allows one stream: {} of active weights a token, {:.1f} of at most {:.1f} tokens/s "
      "({}; caches not counted)",
      share, human_bytes(static_cast<std::uint64_t>(r.bytes_per_token)), tokens_per_s, r.most_tps, r.chips);
}

}  // namespace exo_harness::tools
