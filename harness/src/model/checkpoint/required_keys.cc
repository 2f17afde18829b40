#include "required_keys.h"

#include "exo_harness/core/text.h"

namespace exo_harness::model {
namespace {

struct Required {
  std::string_view module, keys;
};

// clang-format off
constexpr Required kRequired[] = {
    {"gemma2", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads head_dim rms_norm_eps vocab_size num_key_value_heads"},
    {"gemma3_text", "model_type"},
    {"glm4", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads attention_bias head_dim rms_norm_eps vocab_size num_key_value_heads partial_rotary_factor rope_theta"},
    {"glm4_moe", "model_type vocab_size hidden_size intermediate_size max_position_embeddings moe_intermediate_size norm_topk_prob num_attention_heads n_group head_dim topk_group n_shared_experts n_routed_experts routed_scaling_factor num_experts_per_tok first_k_dense_replace num_hidden_layers num_key_value_heads rms_norm_eps rope_theta rope_scaling use_qk_norm tie_word_embeddings attention_bias partial_rotary_factor"},
    {"llama", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size"},
    {"mixtral", "model_type"},
    {"nemotron_h", "model_type vocab_size hidden_size intermediate_size num_hidden_layers max_position_embeddings num_attention_heads num_key_value_heads attention_bias mamba_num_heads mamba_head_dim mamba_proj_bias ssm_state_size conv_kernel n_groups mlp_bias layer_norm_epsilon use_bias use_conv_bias"},
    {"phi3", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size"},
    {"qwen2", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size num_key_value_heads"},
    {"qwen2_moe", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads num_experts_per_tok num_experts moe_intermediate_size shared_expert_intermediate_size rms_norm_eps vocab_size"},
    {"qwen3", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size num_key_value_heads max_position_embeddings rope_theta head_dim tie_word_embeddings"},
    {"qwen3_moe", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads num_experts num_experts_per_tok decoder_sparse_step mlp_only_layers moe_intermediate_size rms_norm_eps vocab_size num_key_value_heads head_dim rope_theta tie_word_embeddings max_position_embeddings norm_topk_prob"},
    {"qwen3_next", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads linear_num_value_heads linear_num_key_heads linear_key_head_dim linear_value_head_dim linear_conv_kernel_dim num_experts num_experts_per_tok decoder_sparse_step shared_expert_intermediate_size mlp_only_layers moe_intermediate_size rms_norm_eps vocab_size num_key_value_heads rope_theta partial_rotary_factor max_position_embeddings head_dim"},
};
// clang-format on

}  // namespace

std::vector<std::string_view> required_keys(std::string_view module) {
  for (const Required& each : kRequired) {
    if (each.module == module) return split(each.keys, ' ');
  }
  return {};
}

}  // namespace exo_harness::model
