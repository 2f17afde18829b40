"""The shapes of the miniature models: whole heads and groups of 32 on two ranks, attention in both halves of a pipeline."""
COMMON = dict(max_position_embeddings=4096, num_attention_heads=4, num_key_value_heads=2, head_dim=32)
PATTERN = "M*EM*E"  # M: Mamba-2, *: attention, E: experts
CONFIGS = dict(
    llama=COMMON | dict(
        architectures=["LlamaForCausalLM"], model_type="llama", hidden_size=128, intermediate_size=256, num_hidden_layers=3,
        rms_norm_eps=1e-5, rope_theta=10000.0, tie_word_embeddings=True),
    nemotron_h=COMMON | dict(
        architectures=["NemotronHForCausalLM"], model_type="nemotron_h", hidden_size=96, intermediate_size=96,
        num_hidden_layers=len(PATTERN), hybrid_override_pattern=PATTERN, layer_norm_epsilon=1e-5, attention_bias=False,
        mlp_bias=False, use_bias=False, mamba_num_heads=8, mamba_head_dim=16, mamba_proj_bias=False, ssm_state_size=16,
        conv_kernel=4, use_conv_bias=True, n_groups=2, time_step_limit=[0.0, 1e9], time_step_min=0.001,
        moe_intermediate_size=32, moe_shared_expert_intermediate_size=64, n_routed_experts=8, n_shared_experts=1,
        num_experts_per_tok=2, n_group=1, topk_group=1, norm_topk_prob=True, routed_scaling_factor=2.5,
        tie_word_embeddings=False),
)
