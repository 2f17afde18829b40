#include "exo_harness/model/rehearse/rehearsal.h"

#include <algorithm>
#include <ostream>

#include <nlohmann/json.hpp>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "engine_json.h"

namespace exo_harness::model {
namespace {

using Verdict = Rehearsal::Verdict;

Rehearsal rehearsal_in(const nlohmann::ordered_json& json) {
  Rehearsal one;
  const std::string placement = json.at("placement");
  const auto mode = exo::parse_short_name(placement);
  if (!mode) throw HarnessError(format("{} is not a placement", placement), "rehearse again");
  one.mode = *mode;
  one.verdict = rehearsal_verdict(json.at("verdict").get<std::string>());
  one.step = json.at("step");
  one.rank = json.at("rank");
  one.error = json.at("error");
  one.place = json.at("place");
  one.reason = json.at("reason");
  one.wrong_answers = json.at("wrong_answers");
  one.without_weights = json.at("without_weights");
  one.cpu_seconds = json.at("cpu_seconds");
  one.peak_bytes = json.at("peak_bytes");
  one.took_ms = json.at("took_ms");
  return one;
}

}  // namespace

std::vector<Phase> Rehearsal::phases() const {
  if (verdict != Verdict::fails) return {};
  if (wrong_answers) return {Phase::generate};
  if (step == "batch" || step == "template") return {Phase::warm_up, Phase::generate};
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

Verdict rehearsal_verdict(std::string_view word) {
  for (const Verdict each : {Verdict::passes, Verdict::fails}) {
    if (to_string(each) == word) return each;
  }
  return Verdict::unknown;
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
  return rehearsal_of(model.placements, mode);
}

const Rehearsal* rehearsal_of(const std::vector<Rehearsal>& placements, const exo::Mode& mode) {
  const auto found = std::find_if(placements.begin(), placements.end(), [&](const Rehearsal& each) {
    return each.mode.world_size == mode.world_size && (mode.world_size == 1 || each.mode.sharding == mode.sharding);
  });
  return found == placements.end() ? nullptr : &*found;
}

nlohmann::ordered_json engine_json(const EngineVersions& engine) {
  return {{"exo", engine.exo},
          {"mlx", engine.mlx},
          {"mlx_lm", engine.mlx_lm},
          {"python", engine.python},
          {"sharding", engine.sharding}};
}

EngineVersions engine_of_json(const nlohmann::ordered_json& json) {
  return {json.at("exo"), json.at("mlx"), json.at("mlx_lm"), json.at("python"), json.at("sharding")};
}

std::string rehearsal_json(const RehearsedModel& model) {
  nlohmann::ordered_json json;
  json["engine"] = engine_json(model.engine);
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

RehearsedModel parse_rehearsal_json(std::string_view text) try {
  const auto json = nlohmann::ordered_json::parse(text);
  RehearsedModel model;
  model.engine = engine_of_json(json.at("engine"));
  for (const auto& each : json.at("placements")) model.placements.push_back(rehearsal_in(each));
  return model;
} catch (const nlohmann::json::exception& error) {
  throw HarnessError(format("not what a rehearsal wrote: {}", error.what()), "rehearse again");
}

}  // namespace exo_harness::model
