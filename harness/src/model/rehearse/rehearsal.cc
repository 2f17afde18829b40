#include "exo_harness/model/rehearse/rehearsal.h"

#include <algorithm>
#include <ostream>

#include <nlohmann/json.hpp>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::model {

std::vector<Phase> Rehearsal::phases() const {
  if (verdict != Verdict::fails) return {};
  if (wrong_answers) return {Phase::generate};
  if (step == "batch") return {Phase::warm_up, Phase::generate};
  return {step == "prefill" || step == "decode" ? Phase::warm_up : Phase::load};
}

std::string_view to_string(Rehearsal::Verdict verdict) {
  switch (verdict) {
    case Rehearsal::Verdict::passes:
      return "passes";
    case Rehearsal::Verdict::fails:
      return "fails";
    case Rehearsal::Verdict::unknown:
      return "unknown";
  }
  return "unknown";
}

std::string to_string(const Rehearsal& r) {
  if (r.verdict == Rehearsal::Verdict::passes)
    return r.without_weights ? "passes, by config.json alone: no weights were looked at" : "passes";
  if (r.verdict == Rehearsal::Verdict::unknown) return format("unknown: {}", r.reason);
  if (r.wrong_answers) return format("fails: its answers will be wrong: {}", r.reason);
  return format("fails in {} on rank {}: {}", r.step, r.rank, r.error);
}

void PrintTo(const Rehearsal& rehearsal, std::ostream* os) {
  *os << exo::short_name(rehearsal.mode) << " " << to_string(rehearsal);
}

std::string to_string(const EngineVersions& v) {
  const auto known = [](const std::string& version) { return version.empty() ? std::string("?") : version; };
  return format("Exo {} (sharding {}), mlx {}, mlx-lm {}, Python {}", known(v.exo), known(v.sharding), known(v.mlx),
                known(v.mlx_lm), known(v.python));
}

const Rehearsal* rehearsal_of(const RehearsedModel& model, const exo::Mode& mode) {
  const auto found = std::find_if(model.placements.begin(), model.placements.end(), [&](const Rehearsal& each) {
    return each.mode.world_size == mode.world_size && (mode.world_size == 1 || each.mode.sharding == mode.sharding);
  });
  return found == model.placements.end() ? nullptr : &*found;
}

std::string rehearsal_json(const RehearsedModel& model) {
  nlohmann::ordered_json json;
  const EngineVersions& engine = model.engine;
  json["engine"] = {{"exo", engine.exo},
                    {"mlx", engine.mlx},
                    {"mlx_lm", engine.mlx_lm},
                    {"python", engine.python},
                    {"sharding", engine.sharding}};
  json["placements"] = nlohmann::ordered_json::array();
  for (const Rehearsal& each : model.placements) {
    json["placements"].push_back({{"placement", exo::short_name(each.mode)},
                                  {"verdict", to_string(each.verdict)},
                                  {"step", each.step},
                                  {"phase", to_string(each.phases())},
                                  {"rank", each.rank},
                                  {"error", each.error},
                                  {"place", each.place},
                                  {"reason", each.reason},
                                  {"wrong_answers", each.wrong_answers},
                                  {"without_weights", each.without_weights},
                                  {"cpu_seconds", each.cpu_seconds},
                                  {"peak_bytes", each.peak_bytes},
                                  {"took_ms", each.took_ms}});
  }
  json["findings"] = nlohmann::ordered_json::array();
  for (const RehearsalFinding& each : model.findings)
    json["findings"].push_back({{"kind", each.kind}, {"text", each.text}});
  return json.dump(2) + "\n";
}

}  // namespace exo_harness::model
