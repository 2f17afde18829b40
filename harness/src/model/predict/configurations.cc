// Configurations of public models, and what engines said of them: one JSON object a line.
#include "exo_harness/model/predict/configurations.h"

#include <algorithm>
#include <functional>
#include <set>

#include <nlohmann/json.hpp>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/model/checkpoint/facts.h"

#include "model/rehearse/engine_json.h"

namespace exo_harness::model {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void bad_line(const fs::path& file, std::size_t line, std::string_view what) {
  throw HarnessError(format("{}:{}: {}", file.string(), line, what), "the format is described in fixtures/README.md");
}

/// Calls `take` with each line's object. What it throws of the wrong kind or key gets the place.
void for_each_line(const fs::path& file, const std::function<void(std::size_t, const Json&)>& take) {
  const std::string text = read_file(file);
  std::size_t number = 0;
  for (const std::string_view line : lines(text)) {
    ++number;
    if (trim(line).empty()) continue;
    try {
      take(number, Json::parse(line));
    } catch (const Json::exception& error) {
      bad_line(file, number, error.what());
    }
  }
}

PublicReport report_of(const Json& json) {
  PublicReport report;
  report.outcome = json.at("outcome") == "works" ? Expectation::Kind::works : Expectation::Kind::fails;
  report.text = json.value("text", "");
  report.source = json.at("source");
  return report;
}

/// It is text where Python's words are in it: JSON has no Infinity.
std::string config_text(const Json& config) {
  return config.is_string() ? config.get<std::string>() : config.dump();
}

const Configuration* find_configuration(const std::vector<Configuration>& all, const std::string& id) {
  const auto at = std::find_if(all.begin(), all.end(), [&](const Configuration& each) { return each.id == id; });
  return at == all.end() ? nullptr : &*at;
}

/// The config.json that mlx-lm writes beside its weights. Its packing comes last, so the text before stays as it is.
std::string saved_config(const Json& json, const Configuration& of) {
  if (!json.contains("quantization")) return of.config;
  return of.config.substr(0, of.config.rfind('}')) + ",\"quantization\":" + json.at("quantization").dump() + "}";
}

RecordedCard card_of_json(const Json& json) {
  return {json.value("error", ""), json.value("supports_tensor", false), json.value("layers", 0),
          json.value("hidden_size", 0), json.value("kv_heads", 0)};
}

Rehearsal rehearsal_of_json(const std::string& placement, const Json& json) {
  Rehearsal rehearsal;
  const auto mode = exo::parse_short_name(placement);
  if (!mode) throw HarnessError(format("`{}` is no placement", placement), "single, pipeline-2, tensor-2 …");
  rehearsal.mode = *mode;
  rehearsal.verdict = rehearsal_verdict(json.at("verdict").get<std::string>());
  rehearsal.step = json.value("step", "");
  rehearsal.rank = json.value("rank", -1);
  rehearsal.error = json.value("error", "");
  rehearsal.reason = json.value("reason", "");
  rehearsal.wrong_answers = json.value("wrong_answers", false);
  rehearsal.without_weights = !json.value("weights", false);
  return rehearsal;
}

RecordedModel model_of(const Json& json) {
  RecordedModel model;
  model.card = card_of_json(json.at("card"));
  for (const auto& [placement, value] : json.at("placements").items())
    model.placements.push_back(rehearsal_of_json(placement, value));
  return model;
}

Json recorded_json(const RecordedCard& card) {
  if (!card.error.empty()) return {{"error", card.error}};
  return {{"supports_tensor", card.supports_tensor},
          {"layers", card.layers},
          {"hidden_size", card.hidden_size},
          {"kv_heads", card.kv_heads}};
}

Json recorded_json(const Rehearsal& rehearsal) {
  Json json = {{"verdict", to_string(rehearsal.verdict)}, {"step", rehearsal.step}};
  if (rehearsal.verdict == Rehearsal::Verdict::fails) json["rank"] = rehearsal.rank;
  if (!rehearsal.error.empty()) json["error"] = shorten(rehearsal.error, 300);
  if (!rehearsal.reason.empty()) json["reason"] = shorten(rehearsal.reason, 300);
  if (rehearsal.wrong_answers) json["wrong_answers"] = true;
  if (!rehearsal.without_weights) json["weights"] = true;
  return json;
}

}  // namespace

ModelFolder folder_of(const Configuration& configuration) {
  ModelFolder folder = config_alone(configuration.config, configuration.id);
  if (configuration.tensors.empty()) return folder;
  folder.problems.clear();
  Shard shard;
  shard.name = "model.safetensors";
  shard.header.tensors = parse_tensor_dump(configuration.tensors, configuration.id);
  if (!shard.header.tensors.empty()) shard.bytes = shard.header.data_bytes = shard.header.tensors.back().end;
  folder.shards.push_back(std::move(shard));
  return folder;
}

std::vector<Configuration> read_configurations(const fs::path& file) {
  std::vector<Configuration> all;
  std::set<std::string> ids;
  for_each_line(file, [&](std::size_t line, const Json& json) {
    Configuration one{json.at("id"), json.at("source"), {}, {}, json.value("of", ""), {}};
    const Configuration* of = find_configuration(all, one.of);
    if (!one.of.empty() && of == nullptr) bad_line(file, line, "`of` names no line before");
    one.config = of == nullptr ? config_text(json.at("config")) : saved_config(json, *of);
    if (of != nullptr) one.tensors = join(json.at("tensors").get<std::vector<std::string>>(), "\n");
    if (json.contains("report")) one.report = report_of(json.at("report"));
    if (!ids.insert(one.id).second) bad_line(file, line, format("the id {} stands twice", one.id));
    all.push_back(std::move(one));
  });
  return all;
}

RecordedGeneration read_recorded(const fs::path& file) {
  RecordedGeneration recorded;
  for_each_line(file, [&](std::size_t line, const Json& json) {
    if (json.contains("engine")) {
      const auto generation = exo::parse_generation(json.at("generation").get<std::string>());
      if (!generation) bad_line(file, line, "`generation`: expected v1.0.71, main or zenoh");
      recorded.generation = *generation;
      recorded.day = json.at("day");
      recorded.engine = engine_of_json(json.at("engine"));
    } else if (!recorded.models.emplace(json.at("id"), model_of(json)).second) {
      bad_line(file, line, "the id stands twice");
    }
  });
  return recorded;
}

void write_recorded(const RecordedGeneration& recorded, const fs::path& file) {
  std::string text = Json{{"generation", to_string(recorded.generation)},
                          {"day", recorded.day},
                          {"engine", engine_json(recorded.engine)}}
                         .dump() +
                     "\n";
  for (const auto& [id, model] : recorded.models) {
    Json placements = Json::object();
    for (const Rehearsal& each : model.placements) placements[exo::short_name(each.mode)] = recorded_json(each);
    text += Json{{"id", id}, {"card", recorded_json(model.card)}, {"placements", placements}}.dump() + "\n";
  }
  write_file(file, text);
}

std::map<std::string, RecordedCard> read_cards(const fs::path& file) {
  std::map<std::string, RecordedCard> cards;
  for_each_line(file, [&](std::size_t, const Json& json) { cards[json.at("id")] = card_of_json(json); });
  return cards;
}

}  // namespace exo_harness::model
