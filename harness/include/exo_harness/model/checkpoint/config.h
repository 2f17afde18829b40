#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace exo_harness::model {

/// How weights are packed. `bits` 0: they are not.
struct Quantization {
  int bits = 0, group_size = 0;
  std::string mode;  ///< `affine`, `mxfp4` …
};

/// A position embedding that config.json asks for.
struct StatedRope {
  std::string type;
  std::set<std::string, std::less<>> keys;  ///< All that it states.
};

/// What config.json says, whatever the family calls it. Numbers that it does not give are 0, words empty.
/// A `text_config` is looked into when the outer object does not say.
struct ModelConfig {
  std::string model_type;
  std::vector<std::string> architectures;
  std::map<std::string, std::string> auto_map;  ///< Class → Python file and class: code in the repository.
  int layers = 0, hidden_size = 0, intermediate_size = 0, heads = 0, kv_heads = 0, head_dim = 0, vocabulary = 0;
  bool kv_heads_stated = false;  ///< Else `kv_heads` is `heads`, which is what engines assume.
  std::uint64_t context_tokens = 0;
  bool tied_embeddings = false, untied_stated = false;  ///< Neither: config.json does not say.
  /// Whether linear layers have a bias: `attention_bias`, `mlp_bias`, `use_conv_bias`, `mamba_proj_bias`.
  bool attention_bias = false, mlp_bias = false, conv_bias = false, mamba_bias = false;
  std::string dtype;
  /// A letter a layer: `M` Mamba-2, `L` linear attention, `E` experts alone, `*` attention, `-` MLP alone. Empty: all
  /// alike.
  std::string pattern;
  std::vector<std::string> layer_types;  ///< As written: `sliding_attention` …
  int sliding_window = 0, sliding_window_pattern = 0;

  int experts = 0, shared_experts = 0, active_experts = 0, expert_size = 0, shared_expert_size = 0;
  int dense_layers = 0;          ///< The first so many layers have an MLP instead of experts.
  std::vector<int> dense_alone;  ///< These have one, too (`mlp_only_layers`).
  int sparse_step = 0;           ///< Only each so-manieth layer has experts (`decoder_sparse_step`); 0: each.
  int extra_layers = 0;          ///< Behind the last layer, to predict more tokens at once; MLX leaves them out.

  int mamba_heads = 0, mamba_head_dim = 0, mamba_groups = 0, ssm_state_size = 0, conv_kernel = 0;
  int linear_value_heads = 0, linear_key_heads = 0, linear_key_dim = 0, linear_value_dim = 0,
      full_attention_interval = 0;
  int kv_lora_rank = 0, rope_head_dim = 0;  ///< Latent attention (DeepSeek).

  Quantization quantization;
  std::map<std::string, Quantization> overrides;  ///< By module path: packed differently, or (`bits` 0) not at all.

  std::vector<std::string> packing_lacks;  ///< Of `group_size` and `bits`, what `quantization` does not state.
  bool packing_without_method = false;     ///< `quantization_config` alone, and no `quant_method` in it.
  /// What `rope_scaling`, `rope_parameters`, `text_config.rope_scaling` … ask for, by these paths.
  std::map<std::string, StatedRope, std::less<>> ropes;

  std::set<std::string, std::less<>> keys;  ///< Of the outer object, whatever their values.
  bool has_text_config = false;
  std::string text_type;                         ///< `model_type` of `text_config`.
  std::vector<std::string> text_architectures;   ///< Those of `text_config`: Exo's card takes them before the outer.
  std::set<std::string, std::less<>> text_keys;  ///< Those of `text_config`.
  std::vector<std::string> twice;  ///< Keys that stand twice, as paths; the last value counts, as in Python.
  /// What engines cannot compute with: `rope_theta is string, expected a number`.
  std::vector<std::string> odd_values;
  std::vector<std::string> not_finite;  ///< Numbers that are none: `time_step_limit[1] is Infinity`.
};

/// The longest config.json that is read.
inline constexpr std::uint64_t kLongestConfig = 16u << 20;

/// Reads the text of a config.json as Python does: with `NaN` and `Infinity`. `name` stands in messages. Fails:
/// HarnessError that names file and key, for JSON that is none, is nested deeper than 64, or holds a value of the wrong
/// kind or out of range. Threads: any.
ModelConfig parse_config(std::string_view json, std::string_view name);

/// The same of a file. Fails: also for a file that cannot be read or is longer than kLongestConfig.
ModelConfig read_config(const std::filesystem::path& file);

}  // namespace exo_harness::model
