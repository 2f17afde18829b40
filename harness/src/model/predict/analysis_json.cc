#include "exo_harness/model/predict/analysis_json.h"

#include <nlohmann/json.hpp>

#include "exo_harness/core/text.h"

namespace exo_harness::model {
namespace {

using Json = nlohmann::ordered_json;

Json placement_json(const Prediction& prediction) {
  return {{"sharding", exo::to_string(prediction.mode.sharding)},
          {"comm", exo::to_string(prediction.mode.comm)},
          {"nodes", prediction.mode.world_size},
          {"predicted", to_string(prediction.predicted)},
          {"basis", to_string(prediction.basis)},
          {"phase", to_string(prediction.phases)},
          {"signature", prediction.signature},
          {"wrong_answers", prediction.wrong_answers},
          {"reason", prediction.reason},
          {"source", prediction.source},
          {"memory_per_node", prediction.memory_per_node}};
}

Json names_json(const std::vector<std::string>& names) {
  Json list = Json::array();
  for (const std::string& name : names) list.push_back(printable(name));
  return list;
}

Json overrides_json(const std::map<std::string, Quantization>& overrides) {
  Json json = Json::object();
  for (const auto& [module, packing] : overrides)
    json[printable(module)] = {{"bits", packing.bits}, {"group_size", packing.group_size}};
  return json;
}

}  // namespace

std::string analysis_json(const Architecture& a, const ModelConfig& config, const std::vector<Prediction>& predictions,
                          std::uint64_t tokens) {
  Json auto_map = Json::object();
  for (const auto& [key, value] : config.auto_map) auto_map[printable(key)] = printable(value);
  Json placements = Json::array();
  for (const Prediction& prediction : predictions) placements.push_back(placement_json(prediction));
  const Json json = {
      {"model_type", printable(a.model_type)},
      {"architectures", names_json(a.architectures)},
      {"auto_map", auto_map},
      {"layers",
       {{"total", a.layers.total},
        {"mamba", a.layers.mamba},
        {"moe", a.layers.moe},
        {"attention", a.layers.attention},
        {"mlp", a.layers.mlp},
        {"pattern", a.pattern}}},
      {"experts", {{"routed", a.experts.routed}, {"shared", a.experts.shared}, {"active", a.experts.active}}},
      {"context_tokens", a.context_tokens},
      {"parameters", {{"total", a.parameters_total}, {"active", a.parameters_active}}},
      {"quantization",
       {{"bits", a.quantization.bits},
        {"group_size", a.quantization.group_size},
        {"overrides", overrides_json(config.overrides)}}},
      {"bytes", {{"disk", a.bytes_disk}, {"headers", a.bytes_headers}, {"index", a.bytes_index}}},
      {"kv_bytes_per_token", a.kv_bytes_per_token},
      {"ssm_state_bytes", a.ssm_state_bytes},
      {"sequence", {{"tokens", tokens}, {"bytes", cache_bytes(config, tokens)}}},
      {"not_known", names_json(a.not_known)},
      {"placements", placements}};
  return json.dump(2) + "\n";
}

}  // namespace exo_harness::model
