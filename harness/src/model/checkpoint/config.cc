#include "exo_harness/model/checkpoint/config.h"

#include <algorithm>
#include <limits>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "json_object.h"
#include "odd_values.h"
#include "python_json.h"

namespace exo_harness::model {
namespace {

constexpr int kMostLayers = 100'000;

[[noreturn]] void bad_config(std::string_view name, std::string_view what) {
  throw HarnessError(format("{}: {}", name, what), "the file is damaged or of another model: fetch it again");
}

/// The letter of a name in `layers_block_type` or `layer_types`. Source: mlx-lm c7010341, models/nemotron_h.py and
/// qwen3_next.py.
char letter_of(std::string_view type) {
  if (type == "mamba" || type == "mamba2") return 'M';
  if (type == "linear_attention") return 'L';
  if (type == "moe") return 'E';
  if (type == "mlp") return '-';
  return '*';
}

std::string letters_of(const std::vector<std::string>& types) {
  std::string letters;
  for (const std::string& type : types) letters += letter_of(type);
  return letters.find_first_not_of('*') == std::string::npos ? "" : letters;
}

/// `hybrid_override_pattern` is one string, or a list of one-letter strings.
std::string stated_pattern(const JsonObject& object) {
  const nlohmann::json* value = object.find({"hybrid_override_pattern"});
  if (value != nullptr && value->is_array()) return join(object.texts({"hybrid_override_pattern"}), "");
  return object.text({"hybrid_override_pattern"});
}

void check_pattern(const std::string& pattern, std::string_view name) {
  const std::size_t bad = pattern.find_first_not_of("ML*E-");
  if (bad != std::string::npos) bad_config(name, format("`hybrid_override_pattern` has an unknown letter at {}", bad));
}

void read_pattern(const JsonObject& object, ModelConfig& config, std::string_view name) {
  config.layer_types = object.texts({"layer_types"});
  config.pattern = stated_pattern(object);
  if (config.pattern.empty()) config.pattern = letters_of(object.texts({"layers_block_type"}));
  if (config.pattern.empty()) config.pattern = letters_of(config.layer_types);
  if (!config.pattern.empty()) {
    check_pattern(config.pattern, name);
    config.layers = static_cast<int>(config.pattern.size());
  }
  config.full_attention_interval = object.small_number({"full_attention_interval"});
  if (config.pattern.empty() && config.full_attention_interval > 0) {
    for (int i = 1; i <= config.layers; ++i) config.pattern += i % config.full_attention_interval == 0 ? '*' : 'L';
  }
}

/// Some write 10^30 for "no limit".
std::uint64_t context_of(const JsonObject& object) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 62;
  const JsonObject::Names names = {"max_position_embeddings", "n_positions", "max_seq_len", "seq_length"};
  const nlohmann::json* value = object.find(names);
  const bool endless = value != nullptr && value->is_number() && value->get<double>() >= static_cast<double>(kMost);
  return endless ? kMost : object.number(names, kMost);
}

void read_attention(const JsonObject& object, const JsonObject& text_first, ModelConfig& config) {
  config.heads = text_first.small_number({"num_attention_heads", "n_head", "n_heads"});
  config.kv_heads = text_first.small_number({"num_key_value_heads", "num_kv_heads"});
  config.kv_heads_stated = config.kv_heads > 0;
  if (!config.kv_heads_stated) config.kv_heads = config.heads;
  config.head_dim = object.small_number({"head_dim"});
  if (config.head_dim == 0 && config.heads > 0) config.head_dim = config.hidden_size / config.heads;
  config.kv_lora_rank = object.small_number({"kv_lora_rank"});
  config.rope_head_dim = object.small_number({"qk_rope_head_dim"});
  config.sliding_window = object.small_number({"sliding_window"});
  config.sliding_window_pattern = object.small_number({"sliding_window_pattern"});
  // mlx-lm c7010341, models/gemma3_text.py: what it assumes when config.json leaves it out.
  if (config.model_type.starts_with("gemma3") && config.sliding_window_pattern == 0) config.sliding_window_pattern = 6;
}

void read_experts(const JsonObject& object, ModelConfig& config) {
  config.experts = object.small_number({"n_routed_experts", "num_local_experts", "num_experts", "moe_num_experts"});
  config.active_experts =
      object.small_number({"num_experts_per_tok", "num_experts_per_token", "experts_per_token", "moe_k"});
  config.expert_size = object.small_number({"moe_intermediate_size", "expert_dim"});
  config.shared_expert_size =
      object.small_number({"shared_expert_intermediate_size", "moe_shared_expert_intermediate_size"});
  config.shared_experts = object.small_number({"n_shared_experts", "num_shared_experts"});
  if (config.shared_experts == 0 && config.experts > 0 &&
      object.small_number({"shared_expert_intermediate_size"}) > 0) {
    config.shared_experts = 1;
  }
  if (config.experts == 0) config.active_experts = 0;
  config.dense_layers = object.small_number({"first_k_dense_replace"});
  config.dense_alone = object.small_numbers({"mlp_only_layers"});
  config.sparse_step = object.small_number({"decoder_sparse_step"});
}

void read_state(const JsonObject& object, ModelConfig& config) {
  config.mamba_heads = object.small_number({"mamba_num_heads"});
  config.mamba_head_dim = object.small_number({"mamba_head_dim"});
  config.mamba_groups = object.small_number({"n_groups"});
  config.ssm_state_size = object.small_number({"ssm_state_size"});
  config.conv_kernel = object.small_number({"conv_kernel", "linear_conv_kernel_dim"});
  config.linear_value_heads = object.small_number({"linear_num_value_heads"});
  config.linear_key_heads = object.small_number({"linear_num_key_heads"});
  config.linear_key_dim = object.small_number({"linear_key_head_dim"});
  config.linear_value_dim = object.small_number({"linear_value_head_dim"});
}

Quantization one_quantization(const nlohmann::json& json, std::string_view name) {
  const JsonObject object(json, nullptr, name);
  Quantization result{object.small_number({"bits"}), object.small_number({"group_size"}), object.text({"mode"})};
  if (result.bits > 64 || result.group_size > 1'000'000)
    bad_config(name, "`quantization`: bits or group_size out of range");
  if (result.bits > 0 && result.group_size == 0) result.group_size = 64;
  return result;
}

/// MLX writes `quantization`, older tools only `quantization_config`. Any object or false in it is an override of a
/// module.
void read_quantization(const JsonObject& object, ModelConfig& config, std::string_view name) {
  const nlohmann::json* json = object.find({"quantization", "quantization_config"});
  if (json == nullptr || !json->is_object()) return;
  config.quantization = one_quantization(*json, name);
  const JsonObject own(*json, nullptr, name);
  if (const nlohmann::json* method = own.find({"quant_method"}); method != nullptr && *method == "mxfp4") {
    config.quantization = {4, 32, "mxfp4"};
  }
  if (config.quantization.bits == 0) config.quantization.mode = own.text({"quant_method"});
  for (const auto& [key, value] : json->items()) {
    if (value.is_object()) config.overrides[key] = one_quantization(value, name);
    if (value.is_boolean() && !value.get<bool>()) config.overrides[key] = Quantization{};
  }
}

/// As mlx-lm's initialize_rope reads it.
void read_rope(const nlohmann::json& object, const std::string& path, ModelConfig& config) {
  for (const char* key : {"rope_scaling", "rope_parameters"}) {
    const auto rope = object.find(key);
    if (rope == object.end() || !rope->is_object()) continue;
    for (const char* kind : {"type", "rope_type"}) {
      const auto type = rope->find(kind);
      if (type == rope->end() || !type->is_string() || type->get_ref<const std::string&>().empty()) continue;
      StatedRope& stated = config.ropes[path + key];
      stated.type = type->get<std::string>();
      for (const auto& [name, value] : rope->items()) stated.keys.insert(name);
      break;
    }
  }
}

/// What mlx-lm's loader asks of `quantization`, an empty one, too, in its order.
std::vector<std::string> lacks_of_packing(const nlohmann::json& root) {
  const auto packing = root.find("quantization");
  std::vector<std::string> lacks;
  if (packing == root.end() || !packing->is_object()) return lacks;
  for (const char* key : {"group_size", "bits"}) {
    if (!packing->contains(key)) lacks.push_back(key);
  }
  return lacks;
}

/// What mlx-lm's loader asks of `quantization_config` when there is no `quantization`: of text_config's, too.
bool lacks_method(const nlohmann::json& root) {
  const auto is_set = [](const nlohmann::json& object, const char* key) {
    const auto at = object.find(key);
    return at != object.end() && !at->is_null() && !at->empty();
  };
  if (is_set(root, "quantization")) return false;
  const nlohmann::json* own = &root;
  if (!root.contains("quantization_config")) {
    const auto text = root.find("text_config");
    if (text == root.end() || !text->is_object()) return false;
    own = &*text;
  }
  return is_set(*own, "quantization_config") && own->at("quantization_config").is_object() &&
         !own->at("quantization_config").contains("quant_method");
}

void read_text_config(const nlohmann::json& root, ModelConfig& config) {
  const auto text = root.find("text_config");
  config.has_text_config = text != root.end() && text->is_object();
  if (!config.has_text_config) return;
  for (const auto& [key, value] : text->items()) config.text_keys.insert(key);
  config.text_architectures = JsonObject(*text, nullptr, "text_config").texts({"architectures"});
  const auto type = text->find("model_type");
  if (type != text->end() && type->is_string()) config.text_type = type->get<std::string>();
  read_rope(*text, "text_config.", config);
}

}  // namespace

ModelConfig parse_config(std::string_view json, std::string_view name) {
  const PythonJson parsed = parse_python_json(json, name, kDeepestJson);
  const nlohmann::json& root = parsed.value;
  if (!root.is_object()) bad_config(name, "expected an object");
  const auto inner = root.find("text_config");
  const JsonObject object(root, inner == root.end() ? nullptr : &*inner, name);
  ModelConfig config;
  for (const auto& [key, value] : root.items()) config.keys.insert(key);
  read_rope(root, "", config);
  read_text_config(root, config);
  config.packing_lacks = lacks_of_packing(root);
  config.packing_without_method = lacks_method(root);
  config.odd_values = odd_values(root);
  config.twice = parsed.twice;
  config.not_finite = parsed.not_finite;
  config.model_type = JsonObject(root, nullptr, name).text({"model_type"});
  config.architectures = object.texts({"architectures"});
  if (const nlohmann::json* map = object.find({"auto_map"}); map != nullptr && map->is_object()) {
    for (const auto& [key, value] : map->items()) {
      if (value.is_string()) config.auto_map[key] = value.get<std::string>();
    }
  }
  // As Exo's card and the engines take them: what text_config says is of the model that answers.
  const JsonObject text_first(config.has_text_config ? *inner : root, &root, name);
  config.layers = text_first.small_number({"num_hidden_layers", "n_layer", "num_layers", "n_layers"});
  config.hidden_size = text_first.small_number({"hidden_size", "n_embd", "d_model"});
  config.intermediate_size = object.small_number({"intermediate_size", "n_inner"});
  config.vocabulary = object.small_number({"vocab_size"});
  config.context_tokens = context_of(object);
  config.tied_embeddings = object.truth({"tie_word_embeddings"});
  config.untied_stated = !config.tied_embeddings && object.has({"tie_word_embeddings"});
  config.extra_layers = object.small_number({"num_nextn_predict_layers"});
  config.attention_bias = object.truth({"attention_bias"});
  config.mlp_bias = object.truth({"mlp_bias"});
  config.conv_bias = object.truth({"use_conv_bias"});
  config.mamba_bias = object.truth({"mamba_proj_bias"});
  config.dtype = object.text({"torch_dtype", "dtype"});
  read_attention(object, text_first, config);
  if (config.layers > kMostLayers)
    bad_config(name, format("`num_hidden_layers`: {} layers are out of range", config.layers));
  read_pattern(object, config, name);
  read_experts(object, config);
  read_state(object, config);
  read_quantization(object, config, name);
  return config;
}

ModelConfig read_config(const std::filesystem::path& file) {
  return parse_config(read_file(file, kLongestConfig), file.string());
}

}  // namespace exo_harness::model
