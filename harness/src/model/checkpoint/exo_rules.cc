#include "exo_rules.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace exo_harness::model {
namespace {

/// Files of mlx-lm c7010341, mlx_lm/models, without those that hold no model.
constexpr std::string_view kModules[] = {"Klear",
                                         "afm7",
                                         "afmoe",
                                         "apertus",
                                         "baichuan_m1",
                                         "bailing_moe",
                                         "bailing_moe_linear",
                                         "bitnet",
                                         "cohere",
                                         "cohere2",
                                         "dbrx",
                                         "deepseek",
                                         "deepseek_v2",
                                         "deepseek_v3",
                                         "deepseek_v32",
                                         "dots1",
                                         "ernie4_5",
                                         "ernie4_5_moe",
                                         "exaone",
                                         "exaone4",
                                         "exaone_moe",
                                         "falcon_h1",
                                         "gemma",
                                         "gemma2",
                                         "gemma3",
                                         "gemma3_text",
                                         "gemma3n",
                                         "gemma4",
                                         "gemma4_text",
                                         "glm",
                                         "glm4",
                                         "glm4_moe",
                                         "glm4_moe_lite",
                                         "glm_moe_dsa",
                                         "gpt2",
                                         "gpt_bigcode",
                                         "gpt_neox",
                                         "gpt_oss",
                                         "granite",
                                         "granitemoe",
                                         "granitemoehybrid",
                                         "helium",
                                         "hunyuan",
                                         "hunyuan_v1_dense",
                                         "internlm2",
                                         "internlm3",
                                         "iquestloopcoder",
                                         "jamba",
                                         "kimi_k25",
                                         "kimi_linear",
                                         "kimi_vl",
                                         "lfm2",
                                         "lfm2-vl",
                                         "lfm2_moe",
                                         "lille-130m",
                                         "llama",
                                         "llama4",
                                         "llama4_text",
                                         "longcat_flash",
                                         "longcat_flash_ngram",
                                         "mamba",
                                         "mamba2",
                                         "mimo",
                                         "mimo_v2_flash",
                                         "minicpm",
                                         "minicpm3",
                                         "minimax",
                                         "ministral3",
                                         "mistral3",
                                         "mixtral",
                                         "nanochat",
                                         "nemotron",
                                         "nemotron-nas",
                                         "nemotron_h",
                                         "olmo",
                                         "olmo2",
                                         "olmo3",
                                         "olmoe",
                                         "openelm",
                                         "phi",
                                         "phi3",
                                         "phi3small",
                                         "phimoe",
                                         "phixtral",
                                         "pixtral",
                                         "plamo",
                                         "plamo2",
                                         "qwen",
                                         "qwen2",
                                         "qwen2_moe",
                                         "qwen2_vl",
                                         "qwen3",
                                         "qwen3_5",
                                         "qwen3_5_moe",
                                         "qwen3_moe",
                                         "qwen3_next",
                                         "qwen3_vl",
                                         "qwen3_vl_moe",
                                         "recurrent_gemma",
                                         "rwkv7",
                                         "seed_oss",
                                         "smollm3",
                                         "solar_open",
                                         "stablelm",
                                         "starcoder2",
                                         "step3p5",
                                         "telechat3",
                                         "youtu_llm"};

/// Source: mlx-lm c7010341, mlx_lm/utils.py, MODEL_REMAPPING.
constexpr std::pair<std::string_view, std::string_view> kRemapped[] = {{"mistral", "llama"},
                                                                       {"llava", "mistral3"},
                                                                       {"phi-msft", "phixtral"},
                                                                       {"falcon_mamba", "mamba"},
                                                                       {"joyai_llm_flash", "deepseek_v3"},
                                                                       {"kimi_k2", "deepseek_v3"},
                                                                       {"qwen2_5_vl", "qwen2_vl"},
                                                                       {"minimax_m2", "minimax"},
                                                                       {"iquestcoder", "llama"}};

/// glm_moe_dsa derives from deepseek_v32, qwen3_5_moe from qwen3_5.
constexpr std::string_view kTensor[] = {"llama",     "ministral3", "deepseek_v3",   "deepseek_v32", "glm_moe_dsa",
                                        "kimi_k25",  "minimax",    "glm4_moe_lite", "glm4_moe",     "qwen3",
                                        "qwen3_moe", "qwen3_next", "qwen3_5",       "qwen3_5_moe",  "qwen3_vl",
                                        "gpt_oss",   "step3p5",    "nemotron_h",    "gemma4"};

constexpr std::string_view kTensorCards[] = {"Glm4MoeLiteForCausalLM",
                                             "GlmMoeDsaForCausalLM",
                                             "DeepseekV32ForCausalLM",
                                             "DeepseekV3ForCausalLM",
                                             "Qwen3NextForCausalLM",
                                             "Qwen3MoeForCausalLM",
                                             "Qwen3_5MoeForConditionalGeneration",
                                             "Qwen3_5ForConditionalGeneration",
                                             "Qwen3VLForConditionalGeneration",
                                             "MiniMaxM2ForCausalLM",
                                             "LlamaForCausalLM",
                                             "GptOssForCausalLM",
                                             "Step3p5ForCausalLM",
                                             "NemotronHForCausalLM",
                                             "Gemma4ForConditionalGeneration"};

constexpr std::string_view kFamilies[] = {
    "llama",       "mistral", "mixtral", "qwen2",       "qwen2_moe", "qwen3",    "qwen3_moe",
    "qwen3_next",  "gemma2",  "gemma3",  "gemma3_text", "phi",       "phi3",     "phimoe",
    "deepseek_v3", "kimi_k2", "gpt_oss", "nemotron_h",  "glm4",      "glm4_moe", "glm4_moe_lite"};

template <class List>
bool is_one_of(const List& list, std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

}  // namespace

bool is_known_family(std::string_view model_type) {
  return is_one_of(kFamilies, model_type);
}

std::string engine_module(std::string_view model_type, exo::Generation generation) {
  const auto* remapped = std::find_if(std::begin(kRemapped), std::end(kRemapped),
                                      [&](const auto& each) { return each.first == model_type; });
  const std::string_view module = remapped == std::end(kRemapped) ? model_type : remapped->second;
  if (module == "deepseek_v4") return generation == exo::Generation::v1_0_71 ? "" : std::string(module);
  return is_one_of(kModules, module) ? std::string(module) : "";
}

bool has_tensor_strategy(std::string_view module, exo::Generation generation) {
  if (module == "deepseek_v4") return generation != exo::Generation::v1_0_71;
  return is_one_of(kTensor, module);
}

bool card_supports_tensor(const std::vector<std::string>& architectures, exo::Generation generation) {
  if (architectures.size() != 1) return false;
  if (architectures[0] == "DeepseekV4ForCausalLM") return generation != exo::Generation::v1_0_71;
  return is_one_of(kTensorCards, architectures[0]);
}

bool is_block_hybrid(const ModelConfig& config) {
  return config.model_type == "nemotron_h";
}

bool makes_cache_for_all_layers(std::string_view module) {
  return module == "gemma3_text" || module == "gemma3" || module == "cohere2";
}

std::vector<SplitStep> split_steps() {
  return {{"self_attn.q_proj", false, false},
          {"self_attn.q_b_proj", false, false},
          {"self_attn.k_proj", false, false},
          {"self_attn.v_proj", false, false},
          {"self_attn.o_proj", true, false},
          {"mixer.q_proj", false, false},
          {"mixer.k_proj", false, false},
          {"mixer.v_proj", false, false},
          {"mixer.o_proj", true, false},
          {"linear_attn.in_proj_qkvz", false, false},
          {"linear_attn.in_proj_ba", false, false},
          {"linear_attn.out_proj", true, false},
          {"mixer.out_proj", true, false},
          {"mlp.shared_experts.gate_proj", false, true},
          {"mlp.shared_experts.down_proj", true, true},
          {"mlp.switch_mlp.gate_proj", false, true},
          {"mlp.switch_mlp.down_proj", true, true},
          {"mlp.switch_mlp.up_proj", false, true},
          {"mlp.shared_expert.gate_proj", false, true},
          {"mlp.shared_expert.down_proj", true, true},
          {"mlp.experts.gate_proj", false, true},
          {"mlp.experts.down_proj", true, true},
          {"mlp.experts.up_proj", false, true},
          {"block_sparse_moe.switch_mlp.gate_proj", false, true},
          {"block_sparse_moe.switch_mlp.down_proj", true, true},
          {"mixer.switch_mlp.fc1", false, true},
          {"mixer.switch_mlp.fc2", true, true},
          {"mixer.shared_experts.up_proj", false, true},
          {"mixer.shared_experts.down_proj", true, true},
          {"mlp.gate_proj", false, false},
          {"mlp.down_proj", true, false},
          {"mlp.up_proj", false, false}};
}

}  // namespace exo_harness::model
