#include "bias_table.h"

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::model {
namespace {

struct Biases {
  std::string_view modules;  ///< Between spaces.
  bool ModelConfig::*when;
  std::string_view kinds;  ///< Letters of layers; empty: all.
  std::string_view table;
};

constexpr std::string_view kQueryKeyValue =
    "self_attn.q_proj.bias Q\nself_attn.k_proj.bias K\nself_attn.v_proj.bias K\n";

constexpr Biases kBiases[] = {
    {" llama glm4 glm4_moe ", &ModelConfig::attention_bias, "", kQueryKeyValue},
    {" llama ", &ModelConfig::attention_bias, "", "self_attn.o_proj.bias E\n"},
    {" llama ", &ModelConfig::mlp_bias, "", "mlp.gate_proj.bias I\nmlp.up_proj.bias I\nmlp.down_proj.bias E\n"},
    {" qwen3_next ", &ModelConfig::attention_bias, "*",
     "self_attn.q_proj.bias Z\nself_attn.k_proj.bias K\nself_attn.v_proj.bias K\nself_attn.o_proj.bias E\n"},
    {" deepseek_v3 glm4_moe_lite ", &ModelConfig::attention_bias, "",
     "self_attn.q_a_proj.bias ?|self_attn.q_proj.weight ? E\nself_attn.kv_a_proj_with_mqa.bias ?\n"
     "self_attn.o_proj.bias E\n"},
    {" nemotron_h ", &ModelConfig::attention_bias, "*",
     "mixer.q_proj.bias Q\nmixer.k_proj.bias K\nmixer.v_proj.bias K\nmixer.o_proj.bias E\n"},
    {" nemotron_h ", &ModelConfig::mlp_bias, "-", "mixer.up_proj.bias I\nmixer.down_proj.bias E\n"},
    {" nemotron_h ", &ModelConfig::conv_bias, "M", "mixer.conv1d.bias C\n"},
    {" nemotron_h ", &ModelConfig::mamba_bias, "M", "mixer.in_proj.bias P\nmixer.out_proj.bias E\n"}};

constexpr std::string_view kSharedExpertsOfNemotron =
    "mixer.shared_experts.up_proj.bias S\nmixer.shared_experts.down_proj.bias E\n";

}  // namespace

std::vector<std::string_view> bias_tables(std::string_view module, const ModelConfig& config, char kind) {
  std::vector<std::string_view> tables;
  for (const Biases& each : kBiases) {
    const bool of_kind = each.kinds.empty() || each.kinds.find(kind) != std::string_view::npos;
    if (of_kind && config.*each.when && contains(each.modules, format(" {} ", module))) tables.push_back(each.table);
  }
  if (module == "nemotron_h" && kind == 'E' && config.mlp_bias && config.shared_experts > 0)
    tables.push_back(kSharedExpertsOfNemotron);
  return tables;
}

}  // namespace exo_harness::model
