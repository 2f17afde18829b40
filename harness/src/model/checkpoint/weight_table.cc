// Names and shapes of the weights that mlx-lm's modules need, as tables of text: a line a weight, `NAME SIZE…`, where
// `|` parts two ways to store it and a letter is a size of config.json (size_of).
#include "weight_table.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "bias_table.h"

namespace exo_harness::model {
namespace {

constexpr std::string_view kAttention =
    "self_attn.q_proj.weight Q E\nself_attn.k_proj.weight K E\nself_attn.v_proj.weight K E\n"
    "self_attn.o_proj.weight E Q\n";
constexpr std::string_view kAttentionBias =
    "self_attn.q_proj.bias Q\nself_attn.k_proj.bias K\nself_attn.v_proj.bias K\n";
constexpr std::string_view kHeadNorms = "self_attn.q_norm.weight D\nself_attn.k_norm.weight D\n";
constexpr std::string_view kGatedAttention =
    "self_attn.q_proj.weight Z E\nself_attn.k_proj.weight K E\nself_attn.v_proj.weight K E\n"
    "self_attn.o_proj.weight E Q\nself_attn.q_norm.weight D\nself_attn.k_norm.weight D\n";
constexpr std::string_view kLinearAttention =
    "linear_attn.conv1d.weight ? ? ?\nlinear_attn.in_proj_qkvz.weight ? E\nlinear_attn.in_proj_ba.weight ? E\n"
    "linear_attn.dt_bias ?\nlinear_attn.A_log ?\nlinear_attn.norm.weight ?\nlinear_attn.out_proj.weight E ?\n";
constexpr std::string_view kLatentAttention =
    "self_attn.q_a_proj.weight ? E|self_attn.q_proj.weight ? E\nself_attn.q_b_proj.weight ? ?|self_attn.q_proj.weight "
    "? E\n"
    "self_attn.q_a_layernorm.weight ?|self_attn.q_proj.weight ? E\n"
    "self_attn.kv_a_proj_with_mqa.weight ? E\nself_attn.kv_a_layernorm.weight ?\nself_attn.o_proj.weight E ?\n"
    "self_attn.embed_q.weight ? ? ?|self_attn.kv_b_proj.weight ? ?\n"
    "self_attn.unembed_out.weight ? ? ?|self_attn.kv_b_proj.weight ? ?\n";
constexpr std::string_view kJoinedAttention = "self_attn.qkv_proj.weight G E\nself_attn.o_proj.weight E Q\n";
constexpr std::string_view kMlp = "mlp.gate_proj.weight I E\nmlp.up_proj.weight I E\nmlp.down_proj.weight E I\n";
constexpr std::string_view kJoinedMlp = "mlp.gate_up_proj.weight J E\nmlp.down_proj.weight E I\n";
constexpr std::string_view kExperts =
    "mlp.gate.weight X E\nmlp.switch_mlp.gate_proj.weight X F E|mlp.experts.*.gate_proj.weight F E\n"
    "mlp.switch_mlp.up_proj.weight X F E|mlp.experts.*.up_proj.weight F E\n"
    "mlp.switch_mlp.down_proj.weight X E F|mlp.experts.*.down_proj.weight E F\n";
constexpr std::string_view kSharedExpert =
    "mlp.shared_expert.gate_proj.weight S E\nmlp.shared_expert.up_proj.weight S E\n"
    "mlp.shared_expert.down_proj.weight E S\nmlp.shared_expert_gate.weight 1 E\n";
constexpr std::string_view kSharedExperts =
    "mlp.shared_experts.gate_proj.weight T E\nmlp.shared_experts.up_proj.weight T E\n"
    "mlp.shared_experts.down_proj.weight E T\n";
constexpr std::string_view kMixtralExperts =
    "block_sparse_moe.gate.weight X E\n"
    "block_sparse_moe.switch_mlp.gate_proj.weight X I E|block_sparse_moe.experts.*.w1.weight I E\n"
    "block_sparse_moe.switch_mlp.up_proj.weight X I E|block_sparse_moe.experts.*.w3.weight I E\n"
    "block_sparse_moe.switch_mlp.down_proj.weight X E I|block_sparse_moe.experts.*.w2.weight E I\n";
constexpr std::string_view kGptOss =
    "self_attn.sinks H\nself_attn.o_proj.bias E\nmlp.router.weight X E\nmlp.router.bias X\n"
    "mlp.experts.gate_proj.weight X I E|mlp.experts.gate_up_proj_blocks X J ? ?\n"
    "mlp.experts.up_proj.weight X I E|mlp.experts.gate_up_proj_blocks X J ? ?\n"
    "mlp.experts.down_proj.weight X E I|mlp.experts.down_proj_blocks X E ? ?\n";
constexpr std::string_view kNorms = "input_layernorm.weight E\npost_attention_layernorm.weight E\n";
constexpr std::string_view kGemmaNorms = "pre_feedforward_layernorm.weight E\npost_feedforward_layernorm.weight E\n";
constexpr std::string_view kGlmNorms = "post_self_attn_layernorm.weight E\npost_mlp_layernorm.weight E\n";
constexpr std::string_view kMamba =
    "norm.weight E\nmixer.conv1d.weight C ? ?\nmixer.in_proj.weight P E\nmixer.dt_bias N\nmixer.A_log N\nmixer.D N\n"
    "mixer.norm.weight M\nmixer.out_proj.weight E M\n";
constexpr std::string_view kNemotronExperts =
    "norm.weight E\nmixer.gate.weight X E\nmixer.switch_mlp.fc1.weight X F E|mixer.experts.*.up_proj.weight F E\n"
    "mixer.switch_mlp.fc2.weight X E F|mixer.experts.*.down_proj.weight E F\n";
constexpr std::string_view kNemotronShared =
    "mixer.shared_experts.up_proj.weight S E\nmixer.shared_experts.down_proj.weight E S\n";
constexpr std::string_view kNemotronAttention =
    "norm.weight E\nmixer.q_proj.weight Q E\nmixer.k_proj.weight K E\nmixer.v_proj.weight K E\n"
    "mixer.o_proj.weight E Q\n";
constexpr std::string_view kNemotronMlp = "norm.weight E\nmixer.up_proj.weight I E\nmixer.down_proj.weight E I\n";
constexpr std::string_view kPhi =
    "self_attn.q_proj.weight Q E\nself_attn.k_proj.weight K E\nself_attn.v_proj.weight K E\n"
    "self_attn.dense.weight E Q\nself_attn.dense.bias E\nmlp.fc1.weight I E\nmlp.fc1.bias I\nmlp.fc2.weight E I\n"
    "mlp.fc2.bias E\ninput_layernorm.weight E\ninput_layernorm.bias E\n";

/// What layers of a module hold: `always`; and by kind of layer what else. A layer whose kind config.json does not tell
/// holds one of `mlp` and `experts`.
struct Module {
  std::string_view name, root;
  std::vector<std::string_view> always;
  std::string_view mlp, experts, shared;
  std::string_view embedding = "embed_tokens", norm = "norm";  ///< Behind the root.
};

const std::vector<Module>& modules() {
  static const std::vector<Module> kModules = {
      {"llama", "model.", {kAttention, kNorms}, kMlp, "", ""},
      {"qwen2", "model.", {kAttention, kAttentionBias, kNorms}, kMlp, "", ""},
      {"qwen3", "model.", {kAttention, kHeadNorms, kNorms}, kMlp, "", ""},
      {"mixtral", "model.", {kAttention, kNorms}, "", kMixtralExperts, ""},
      {"qwen2_moe", "model.", {kAttention, kAttentionBias, kNorms}, "", kExperts, kSharedExpert},
      {"qwen3_moe", "model.", {kAttention, kHeadNorms, kNorms}, kMlp, kExperts, ""},
      {"qwen3_next", "model.", {kNorms}, kMlp, kExperts, kSharedExpert},
      {"gemma2", "model.", {kAttention, kNorms, kGemmaNorms}, kMlp, "", ""},
      {"gemma3_text", "model.", {kAttention, kHeadNorms, kNorms, kGemmaNorms}, kMlp, "", ""},
      {"gemma3", "language_model.model.", {kAttention, kHeadNorms, kNorms, kGemmaNorms}, kMlp, "", ""},
      {"phi", "model.", {kPhi, kAttentionBias}, "", "", "", "embed_tokens", "final_layernorm"},
      {"phi3", "model.", {kJoinedAttention, kNorms}, kJoinedMlp, "", ""},
      {"deepseek_v3", "model.", {kLatentAttention, kNorms}, kMlp, kExperts, kSharedExperts},
      {"glm4", "model.", {kAttention, kNorms, kGlmNorms}, kJoinedMlp, "", ""},
      {"glm4_moe", "model.", {kAttention, kNorms}, kMlp, kExperts, kSharedExperts},
      {"glm4_moe_lite", "model.", {kLatentAttention, kNorms}, kMlp, kExperts, kSharedExperts},
      {"gpt_oss", "model.", {kAttention, kAttentionBias, kGptOss, kNorms}, "", "", ""},
      {"nemotron_h", "backbone.", {}, "", "", "", "embeddings", "norm_f"}};
  return kModules;
}

std::uint64_t size_of(char letter, const ModelConfig& c) {
  const auto n = [](int value) { return static_cast<std::uint64_t>(value); };
  const std::uint64_t queries = n(c.heads) * n(c.head_dim), keys = n(c.kv_heads) * n(c.head_dim);
  const std::uint64_t states = n(c.mamba_heads) * n(c.mamba_head_dim), groups = n(c.mamba_groups) * n(c.ssm_state_size);
  switch (letter) {
    case 'E':
      return n(c.hidden_size);
    case 'I':
      return n(c.intermediate_size);
    case 'J':
      return 2 * n(c.intermediate_size);
    case 'Q':
      return queries;
    case 'K':
      return keys;
    case 'G':
      return queries == 0 ? 0 : queries + 2 * keys;
    case 'Z':
      return 2 * queries;
    case 'D':
      return n(c.head_dim);
    case 'H':
      return n(c.heads);
    case 'V':
      return n(c.vocabulary);
    case 'X':
      return n(c.experts);
    case 'F':
      return n(c.expert_size);
    case 'S':
      return n(c.shared_expert_size);
    case 'T':
      return n(c.expert_size) * n(c.shared_experts);
    case 'M':
      return states;
    case 'N':
      return n(c.mamba_heads);
    case 'C':
      return states == 0 ? 0 : states + 2 * groups;
    case 'P':
      return states == 0 ? 0 : 2 * states + 2 * groups + n(c.mamba_heads);
    case '1':
      return 1;
    default:
      return 0;
  }
}

void add_line(std::string_view line, const ModelConfig& config, std::vector<NeededWeight>& to) {
  NeededWeight& weight = to.emplace_back();
  for (const std::string_view way : split(line, '|')) {
    const std::vector<std::string_view> words = split(way, ' ');
    weight.names.emplace_back(words[0]);
    std::vector<std::uint64_t>& shape = weight.shapes.emplace_back();
    for (std::size_t i = 1; i < words.size(); ++i) shape.push_back(size_of(words[i][0], config));
  }
}

void add(std::string_view table, const ModelConfig& config, std::vector<NeededWeight>& to) {
  for (const std::string_view line : lines(table)) {
    if (!line.empty()) add_line(line, config, to);
  }
}

/// Whether layer `i` has experts, where the module has layers with and without.
bool has_experts(const Module& module, const ModelConfig& config, int i) {
  if (module.experts.empty() || config.experts == 0) return false;
  if (module.mlp.empty()) return true;
  const bool alone = std::find(config.dense_alone.begin(), config.dense_alone.end(), i) != config.dense_alone.end();
  return i >= config.dense_layers && !alone && (i + 1) % std::max(config.sparse_step, 1) == 0;
}

std::string_view nemotron_layer(char letter) {
  switch (letter) {
    case 'M':
      return kMamba;
    case 'E':
      return kNemotronExperts;
    case '-':
      return kNemotronMlp;
    default:
      return kNemotronAttention;
  }
}

std::vector<NeededWeight> needs_of_layer(const Module& module, const ModelConfig& config, int i) {
  std::vector<NeededWeight> needs;
  const char letter =
      static_cast<std::size_t>(i) < config.pattern.size() ? config.pattern[static_cast<std::size_t>(i)] : '*';
  for (const std::string_view table : bias_tables(module.name, config, letter)) add(table, config, needs);
  if (module.name == "nemotron_h") {
    add(nemotron_layer(letter), config, needs);
    if (letter == 'E' && config.shared_experts > 0) add(kNemotronShared, config, needs);
    return needs;
  }
  if (module.name == "qwen3_next") add(letter == 'L' ? kLinearAttention : kGatedAttention, config, needs);
  for (const std::string_view table : module.always) add(table, config, needs);
  const bool experts = has_experts(module, config, i);
  add(experts ? module.experts : module.mlp, config, needs);
  if (experts && config.shared_experts > 0) add(module.shared, config, needs);
  return needs;
}

/// gemma takes its embedding when there is no head.
bool needs_head(std::string_view module, const ModelConfig& config) {
  if (module == "gemma2" || module.starts_with("gemma3")) return false;
  return ties_by_default(module) ? config.untied_stated : !config.tied_embeddings;
}

}  // namespace

bool ties_by_default(std::string_view module) {
  return module == "llama" || module == "qwen2";
}

std::optional<NeededWeights> needed_weights(std::string_view name, const ModelConfig& config) {
  const auto module = std::find_if(modules().begin(), modules().end(), [&](const Module& m) { return m.name == name; });
  if (module == modules().end()) return {};
  NeededWeights needs;
  needs.root = module->root;
  add(format("{0}{1}.weight V E\n{0}{2}.weight E\n", module->root, module->embedding, module->norm), config,
      needs.outside);
  if (needs_head(name, config)) add("lm_head.weight V E\n", config, needs.outside);
  for (int i = 0; i < config.layers; ++i) needs.of_layers.push_back(needs_of_layer(*module, config, i));
  return needs;
}

MlxReading mlx_reading_of(std::string_view dtype) {
  static constexpr std::string_view kTaken[] = {"BOOL", "U8",  "I8",  "U16", "I16",  "U32", "I32",
                                                "U64",  "I64", "F16", "F32", "BF16", "C64"};
  if (std::find(std::begin(kTaken), std::end(kTaken), dtype) != std::end(kTaken)) return MlxReading::as_written;
  return dtype == "F8_E4M3" ? MlxReading::raw_bytes : MlxReading::refused;
}

bool unpacks_fp8(std::string_view module) {
  return module == "deepseek_v3" || module == "deepseek_v32" || module == "minimax" || module == "mimo_v2_flash" ||
         module == "glm_moe_dsa" || module == "kimi_k25";
}

}  // namespace exo_harness::model
