#include "odd_values.h"

#include <string_view>

#include "exo_harness/core/format.h"

namespace exo_harness::model {
namespace {

enum class Expected { number, number_or_null, size, truth, object_or_null };

struct Key {
  const char* name;
  Expected expected;
};

constexpr Key kKeys[] = {{"rms_norm_eps", Expected::number},
                         {"layer_norm_eps", Expected::number},
                         {"layer_norm_epsilon", Expected::number},
                         {"rope_theta", Expected::number},
                         {"rope_local_base_freq", Expected::number},
                         {"partial_rotary_factor", Expected::number},
                         {"query_pre_attn_scalar", Expected::number},
                         {"routed_scaling_factor", Expected::number},
                         {"attn_logit_softcapping", Expected::number_or_null},
                         {"final_logit_softcapping", Expected::number_or_null},
                         {"hidden_size", Expected::size},
                         {"intermediate_size", Expected::size},
                         {"vocab_size", Expected::size},
                         {"num_hidden_layers", Expected::size},
                         {"num_attention_heads", Expected::size},
                         {"rope_traditional", Expected::truth},
                         {"rope_scaling", Expected::object_or_null},
                         {"rope_parameters", Expected::object_or_null},
                         {"quantization", Expected::object_or_null},
                         {"quantization_config", Expected::object_or_null}};

/// Of `rope_scaling` and `rope_parameters`.
constexpr Key kRopeKeys[] = {{"factor", Expected::size},           {"low_freq_factor", Expected::size},
                             {"high_freq_factor", Expected::size}, {"original_max_position_embeddings", Expected::size},
                             {"rope_theta", Expected::number},     {"beta_fast", Expected::number},
                             {"beta_slow", Expected::number},      {"mscale", Expected::number},
                             {"mscale_all_dim", Expected::number}};

constexpr Key kPackingKeys[] = {{"bits", Expected::size}, {"group_size", Expected::size}};

std::string_view words_of(Expected expected) {
  switch (expected) {
    case Expected::number:
    case Expected::number_or_null:
      return "a number";
    case Expected::size:
      return "a number above 0";
    case Expected::truth:
      return "true or false";
    case Expected::object_or_null:
      return "an object";
  }
  return "";
}

bool is_as_expected(const nlohmann::json& value, Expected expected) {
  switch (expected) {
    case Expected::number:
      return value.is_number();
    case Expected::number_or_null:
      return value.is_number() || value.is_null();
    case Expected::size:
      return value.is_array() || (value.is_number() && value.get<double>() > 0);
    case Expected::truth:
      return value.is_boolean();
    case Expected::object_or_null:
      return value.is_object() || value.is_null();
  }
  return false;
}

template <std::size_t n>
void look(const nlohmann::json& object, const Key (&keys)[n], const std::string& path, std::vector<std::string>& odd) {
  if (!object.is_object()) return;
  for (const Key& key : keys) {
    const auto at = object.find(key.name);
    if (at == object.end() || is_as_expected(*at, key.expected)) continue;
    const std::string seen = at->is_number() ? at->dump() : at->type_name();
    odd.push_back(format("{}{} is {}, expected {}", path, key.name, seen, words_of(key.expected)));
  }
}

void look_within(const nlohmann::json& object, const std::string& path, std::vector<std::string>& odd) {
  look(object, kKeys, path, odd);
  for (const char* rope : {"rope_scaling", "rope_parameters"}) {
    if (const auto at = object.find(rope); at != object.end()) look(*at, kRopeKeys, format("{}{}.", path, rope), odd);
  }
}

/// Weights that mlx-lm converts to its own packing, or takes with layers of their own.
void look_at_method(const nlohmann::json& root, std::vector<std::string>& odd) {
  const auto packing = root.find("quantization_config");
  const auto own = root.find("quantization");
  if (packing == root.end() || !packing->is_object() || (own != root.end() && !own->is_null())) return;
  for (const char* method : {"awq", "gptq", "bitnet"}) {
    if (packing->value("quant_method", nlohmann::json()) == method)
      odd.push_back(format("quantization_config.quant_method is {}, whose weights mlx-lm converts", method));
  }
}

}  // namespace

std::vector<std::string> odd_values(const nlohmann::json& root) {
  std::vector<std::string> odd;
  look_within(root, "", odd);
  if (const auto text = root.find("text_config"); text != root.end() && text->is_object())
    look_within(*text, "text_config.", odd);
  if (const auto packing = root.find("quantization"); packing != root.end())
    look(*packing, kPackingKeys, "quantization.", odd);
  look_at_method(root, odd);
  if (const auto file = root.find("model_file"); file != root.end() && !file->is_null())
    odd.push_back("model_file is stated: mlx-lm runs that file instead of a module of its own");
  return odd;
}

}  // namespace exo_harness::model
