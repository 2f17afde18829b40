#include "required_keys.h"

#include "exo_harness/core/text.h"

namespace exo_harness::model {
namespace {

struct Required {
  std::string_view module, keys;
};

// clang-format off
constexpr Required kRequired[] = {
    {"Klear", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads attention_bias mlp_only_layers num_experts num_experts_per_tok decoder_sparse_step n_shared_experts moe_intermediate_size rms_norm_eps vocab_size num_key_value_heads rope_theta max_position_embeddings norm_topk_prob"},
    {"afm7", "model_type vocab_size hidden_dim num_layers num_kv_reuse_layers num_heads num_kv_heads"},
    {"afmoe", "model_type layer_types"},
    {"apertus", "model_type hidden_size num_hidden_layers intermediate_size mlp_bias num_attention_heads attention_bias rms_norm_eps vocab_size num_key_value_heads max_position_embeddings rope_theta post_norm qk_norm tie_word_embeddings"},
    {"baichuan_m1", "vocab_size hidden_size intermediate_size num_hidden_layers num_attention_heads num_key_value_heads rope_theta sliding_window sliding_window_layers conv_window rms_norm_eps"},
    {"bailing_moe", "model_type hidden_size intermediate_size max_position_embeddings moe_intermediate_size num_experts num_shared_experts norm_topk_prob num_attention_heads num_experts_per_tok num_hidden_layers num_key_value_heads rms_norm_eps rope_theta vocab_size first_k_dense_replace"},
    {"bailing_moe_linear", "model_type hidden_size intermediate_size max_position_embeddings moe_intermediate_size num_experts num_shared_experts norm_topk_prob num_attention_heads num_experts_per_tok num_hidden_layers num_key_value_heads rms_norm_eps rope_theta vocab_size first_k_dense_replace layer_group_size group_norm_size"},
    {"cohere", "model_type"},
    {"cohere2", "model_type"},
    {"dbrx", "model_type vocab_size d_model ffn_config attn_config n_layers n_heads"},
    {"dots1", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size max_position_embeddings num_key_value_heads first_k_dense_replace moe_intermediate_size n_routed_experts n_shared_experts norm_topk_prob num_experts_per_tok rope_theta routed_scaling_factor"},
    {"ernie4_5", "hidden_size intermediate_size model_type max_position_embeddings num_attention_heads num_key_value_heads head_dim num_hidden_layers rms_norm_eps vocab_size rope_theta use_bias tie_word_embeddings"},
    {"ernie4_5_moe", "hidden_size intermediate_size model_type max_position_embeddings num_attention_heads num_key_value_heads num_hidden_layers rms_norm_eps vocab_size rope_theta use_bias tie_word_embeddings moe_num_experts"},
    {"exaone", "model_type hidden_size num_layers intermediate_size num_attention_heads vocab_size rope_theta layer_norm_epsilon num_key_value_heads"},
    {"exaone4", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size num_key_value_heads max_position_embeddings rope_theta head_dim tie_word_embeddings rope_scaling sliding_window sliding_window_pattern"},
    {"exaone_moe", "model_type vocab_size hidden_size intermediate_size moe_intermediate_size num_hidden_layers num_attention_heads num_key_value_heads head_dim num_experts num_experts_per_tok num_shared_experts rms_norm_eps max_position_embeddings sliding_window layer_types is_moe_layer"},
    {"gemma", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads head_dim rms_norm_eps vocab_size num_key_value_heads"},
    {"gemma2", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads head_dim rms_norm_eps vocab_size num_key_value_heads"},
    {"gemma3", "model_type text_config"},
    {"gemma3_text", "model_type"},
    {"gemma3n", "model_type text_config"},
    {"glm", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size head_dim num_key_value_heads"},
    {"glm4", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads attention_bias head_dim rms_norm_eps vocab_size num_key_value_heads partial_rotary_factor rope_theta"},
    {"glm4_moe", "model_type vocab_size hidden_size intermediate_size max_position_embeddings moe_intermediate_size norm_topk_prob num_attention_heads n_group head_dim topk_group n_shared_experts n_routed_experts routed_scaling_factor num_experts_per_tok first_k_dense_replace num_hidden_layers num_key_value_heads rms_norm_eps rope_theta rope_scaling use_qk_norm tie_word_embeddings attention_bias partial_rotary_factor"},
    {"glm_moe_dsa", "model_type vocab_size hidden_size index_head_dim index_n_heads index_topk intermediate_size moe_intermediate_size num_hidden_layers num_attention_heads num_key_value_heads n_shared_experts n_routed_experts routed_scaling_factor kv_lora_rank q_lora_rank qk_rope_head_dim v_head_dim qk_nope_head_dim topk_method scoring_func norm_topk_prob n_group topk_group num_experts_per_tok moe_layer_freq first_k_dense_replace max_position_embeddings rms_norm_eps rope_parameters attention_bias"},
    {"gpt2", "model_type n_ctx n_embd n_head n_layer n_positions layer_norm_epsilon vocab_size"},
    {"gpt_bigcode", "model_type n_embd n_layer n_inner n_head n_positions layer_norm_epsilon vocab_size"},
    {"gpt_neox", "model_type max_position_embeddings hidden_size num_attention_heads num_hidden_layers layer_norm_eps vocab_size rotary_emb_base rotary_pct"},
    {"granite", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size logits_scaling attention_multiplier embedding_multiplier residual_multiplier max_position_embeddings num_key_value_heads attention_bias mlp_bias rope_theta"},
    {"granitemoe", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size logits_scaling attention_multiplier embedding_multiplier residual_multiplier max_position_embeddings num_key_value_heads attention_bias rope_theta num_local_experts num_experts_per_tok"},
    {"granitemoehybrid", "model_type vocab_size hidden_size intermediate_size num_hidden_layers max_position_embeddings num_attention_heads num_key_value_heads attention_bias embedding_multiplier attention_multiplier logits_scaling residual_multiplier layer_types rms_norm_eps rope_theta"},
    {"helium", "hidden_size num_hidden_layers intermediate_size num_attention_heads num_key_value_heads rms_norm_eps vocab_size attention_bias head_dim max_position_embeddings mlp_bias model_type rope_theta tie_word_embeddings"},
    {"hunyuan", "model_type vocab_size hidden_size num_hidden_layers intermediate_size num_attention_heads num_key_value_heads attention_bias moe_topk num_experts num_shared_expert use_mixed_mlp_moe use_qk_norm rms_norm_eps rope_theta use_cla cla_share_factor"},
    {"hunyuan_v1_dense", "model_type vocab_size hidden_size num_hidden_layers intermediate_size num_attention_heads num_key_value_heads rms_norm_eps"},
    {"internlm2", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size"},
    {"internlm3", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size"},
    {"iquestloopcoder", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size head_dim num_key_value_heads"},
    {"jamba", "model_type hidden_size intermediate_size num_hidden_layers num_attention_heads num_key_value_heads attn_layer_offset attn_layer_period expert_layer_offset expert_layer_period mamba_d_conv mamba_d_state mamba_expand num_experts num_experts_per_tok rms_norm_eps max_position_embeddings vocab_size"},
    {"kimi_k25", "text_config"},
    {"kimi_linear", "model_type vocab_size hidden_size num_hidden_layers num_attention_heads num_key_value_heads intermediate_size head_dim rope_theta rms_norm_eps linear_attn_config model_max_length num_experts moe_intermediate_size kv_lora_rank"},
    {"kimi_vl", "text_config model_type"},
    {"lfm2", "model_type vocab_size hidden_size num_hidden_layers num_attention_heads num_key_value_heads max_position_embeddings norm_eps conv_bias conv_L_cache block_dim block_ff_dim block_multiple_of block_ffn_dim_multiplier block_auto_adjust_ff_dim"},
    {"lfm2-vl", "model_type text_config"},
    {"lfm2_moe", "model_type vocab_size hidden_size intermediate_size moe_intermediate_size num_hidden_layers num_experts num_experts_per_tok norm_topk_prob num_attention_heads num_key_value_heads max_position_embeddings use_expert_bias num_dense_layers norm_eps conv_bias conv_L_cache"},
    {"lille-130m", "model_type block_size layer_norm_eps n_embd n_head n_kv_heads n_layer rope_theta vocab_size"},
    {"llama", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size"},
    {"llama4", "text_config model_type"},
    {"llama4_text", "model_type hidden_size num_attention_heads num_hidden_layers vocab_size intermediate_size intermediate_size_mlp num_key_value_heads rms_norm_eps rope_theta head_dim tie_word_embeddings no_rope_layers use_qk_norm"},
    {"longcat_flash", "model_type attention_method zero_expert_type hidden_size ffn_hidden_size moe_topk expert_ffn_hidden_size n_routed_experts zero_expert_num num_layers vocab_size max_position_embeddings num_attention_heads kv_lora_rank q_lora_rank qk_rope_head_dim qk_nope_head_dim v_head_dim routed_scaling_factor rms_norm_eps rope_theta mla_scale_q_lora mla_scale_kv_lora attention_bias"},
    {"longcat_flash_ngram", "model_type hidden_size ffn_hidden_size moe_topk expert_ffn_hidden_size n_routed_experts zero_expert_num num_layers vocab_size max_position_embeddings num_attention_heads kv_lora_rank q_lora_rank qk_rope_head_dim qk_nope_head_dim v_head_dim routed_scaling_factor rms_norm_eps rope_theta mla_scale_q_lora mla_scale_kv_lora"},
    {"mamba", "model_type vocab_size hidden_size intermediate_size state_size num_hidden_layers conv_kernel use_bias use_conv_bias time_step_rank"},
    {"mamba2", "model_type num_heads head_dim vocab_size hidden_size intermediate_size state_size num_hidden_layers layer_norm_epsilon conv_kernel n_groups use_bias use_conv_bias tie_word_embeddings time_step_limit time_step_rank"},
    {"mimo", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size num_key_value_heads"},
    {"mimo_v2_flash", "model_type num_experts_per_tok hybrid_layer_pattern moe_layer_freq add_swa_attention_sink_bias add_full_attention_sink_bias sliding_window_size vocab_size hidden_size intermediate_size moe_intermediate_size num_hidden_layers num_attention_heads num_key_value_heads n_shared_experts n_routed_experts routed_scaling_factor topk_method scoring_func norm_topk_prob n_group topk_group max_position_embeddings layernorm_epsilon rope_theta swa_rope_theta swa_num_attention_heads swa_num_key_value_heads head_dim v_head_dim swa_head_dim swa_v_head_dim partial_rotary_factor"},
    {"minicpm", "model_type hidden_size dim_model_base num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size num_key_value_heads scale_depth scale_emb"},
    {"minicpm3", "model_type hidden_size dim_model_base num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size num_key_value_heads q_lora_rank qk_nope_head_dim qk_rope_head_dim kv_lora_rank scale_depth scale_emb max_position_embeddings"},
    {"minimax", "model_type hidden_size intermediate_size num_attention_heads num_key_value_heads max_position_embeddings num_experts_per_tok num_local_experts shared_intermediate_size num_hidden_layers rms_norm_eps rope_theta rotary_dim vocab_size"},
    {"ministral3", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size"},
    {"mistral3", "model_type text_config"},
    {"mixtral", "model_type"},
    {"nemotron", "model_type hidden_size hidden_act num_hidden_layers intermediate_size num_attention_heads norm_eps vocab_size num_key_value_heads"},
    {"nemotron_h", "model_type vocab_size hidden_size intermediate_size num_hidden_layers max_position_embeddings num_attention_heads num_key_value_heads attention_bias mamba_num_heads mamba_head_dim mamba_proj_bias ssm_state_size conv_kernel n_groups mlp_bias layer_norm_epsilon use_bias use_conv_bias"},
    {"olmo2", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size"},
    {"olmo3", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size max_position_embeddings sliding_window rope_theta"},
    {"olmoe", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size num_experts num_experts_per_tok"},
    {"openelm", "model_type head_dim num_transformer_layers model_dim vocab_size ffn_dim_divisor num_query_heads num_kv_heads ffn_multipliers"},
    {"phi3", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size"},
    {"phi3small", "model_type hidden_size dense_attention_every_n_layers ff_intermediate_size gegelu_limit num_hidden_layers num_attention_heads layer_norm_epsilon vocab_size num_key_value_heads"},
    {"pixtral", "model_type text_config"},
    {"plamo", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size"},
    {"qwen", "model_type"},
    {"qwen2", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size num_key_value_heads"},
    {"qwen2_moe", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads num_experts_per_tok num_experts moe_intermediate_size shared_expert_intermediate_size rms_norm_eps vocab_size"},
    {"qwen3", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size num_key_value_heads max_position_embeddings rope_theta head_dim tie_word_embeddings"},
    {"qwen3_moe", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads num_experts num_experts_per_tok decoder_sparse_step mlp_only_layers moe_intermediate_size rms_norm_eps vocab_size num_key_value_heads head_dim rope_theta tie_word_embeddings max_position_embeddings norm_topk_prob"},
    {"qwen3_next", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads linear_num_value_heads linear_num_key_heads linear_key_head_dim linear_value_head_dim linear_conv_kernel_dim num_experts num_experts_per_tok decoder_sparse_step shared_expert_intermediate_size mlp_only_layers moe_intermediate_size rms_norm_eps vocab_size num_key_value_heads rope_theta partial_rotary_factor max_position_embeddings head_dim"},
    {"qwen3_vl_moe", "model_type text_config"},
    {"recurrent_gemma", "model_type attention_bias conv1d_width hidden_size intermediate_size logits_soft_cap num_attention_heads num_hidden_layers num_key_value_heads rms_norm_eps rope_theta attention_window_size vocab_size"},
    {"rwkv7", "model_type vocab_size hidden_size intermediate_size norm_eps head_dim num_hidden_layers a_low_rank_dim v_low_rank_dim gate_low_rank_dim decay_low_rank_dim"},
    {"seed_oss", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size num_key_value_heads head_dim"},
    {"smollm3", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads rms_norm_eps vocab_size"},
    {"solar_open", "model_type vocab_size hidden_size intermediate_size moe_intermediate_size num_hidden_layers num_attention_heads num_key_value_heads head_dim n_shared_experts n_routed_experts routed_scaling_factor num_experts_per_tok first_k_dense_replace norm_topk_prob max_position_embeddings rms_norm_eps rope_theta tie_word_embeddings partial_rotary_factor"},
    {"stablelm", "model_type vocab_size hidden_size num_attention_heads num_hidden_layers num_key_value_heads intermediate_size rope_theta use_qkv_bias partial_rotary_factor layer_norm_eps"},
    {"starcoder2", "model_type hidden_size num_hidden_layers intermediate_size num_attention_heads num_key_value_heads"},
    {"step3p5", "model_type hidden_size num_hidden_layers vocab_size num_attention_heads num_attention_groups head_dim intermediate_size"},
    {"telechat3", "model_type hidden_size intermediate_size max_position_embeddings num_attention_heads num_hidden_layers num_key_value_heads rms_norm_eps vocab_size rope_theta"},
};
// clang-format on

}  // namespace

std::vector<std::string_view> required_keys(std::string_view module) {
  for (const Required& each : kRequired) {
    if (each.module == module) return split(each.keys, ' ');
  }
  return {};
}

std::string_view text_module(std::string_view module, std::string_view text_type) {
  if (module == "qwen3_vl") return "qwen3";
  if (module == "qwen3_vl_moe") return "qwen3_moe";
  if (module == "qwen2_vl") return "qwen2";
  if (module == "mistral3") return text_type == "ministral3" ? "ministral3" : "llama";
  return "";
}

}  // namespace exo_harness::model
