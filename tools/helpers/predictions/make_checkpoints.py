"""Write tiny random checkpoints that probe one placement rule each. Usage: make_checkpoints.py DIR TOKENIZER_FOLDER

Needs mlx and mlx-lm (the versions that the Exo under test uses). TOKENIZER_FOLDER: any tiny model's folder with
tokenizer.json, tokenizer_config.json and special_tokens_map.json. Makes DIR/exo-harness--NAME/ for each of PROBES:
config.json, two safetensors files with their index, tokenizer files. Weights come from a fixed seed.
"""
import importlib
import json
import math
import os
import shutil
import sys

import mlx.core as mx
import mlx.nn as nn
from mlx.utils import tree_flatten

COMMON = dict(
    hidden_size=64, intermediate_size=128, max_position_embeddings=4096, num_attention_heads=4,
    num_key_value_heads=2, head_dim=16, bos_token_id=0, eos_token_id=4, vocab_size=512, torch_dtype="float32",
    tie_word_embeddings=False, rms_norm_eps=1e-5, rope_theta=10000.0,
)  # fmt: skip
LLAMA = COMMON | dict(architectures=["LlamaForCausalLM"], model_type="llama", num_hidden_layers=4)
QWEN2 = COMMON | dict(architectures=["Qwen2ForCausalLM"], model_type="qwen2", num_hidden_layers=4)
QWEN3 = COMMON | dict(architectures=["Qwen3ForCausalLM"], model_type="qwen3", num_hidden_layers=4)
QWEN3_MOE = QWEN3 | dict(
    architectures=["Qwen3MoeForCausalLM"], model_type="qwen3_moe", num_experts=4, num_experts_per_tok=2,
    decoder_sparse_step=1, mlp_only_layers=[], moe_intermediate_size=32, norm_topk_prob=True,
)  # fmt: skip
MIXTRAL = COMMON | dict(
    architectures=["MixtralForCausalLM"], model_type="mixtral", num_hidden_layers=4, num_local_experts=4,
    num_experts_per_tok=2,
)  # fmt: skip
GEMMA3 = COMMON | dict(
    architectures=["Gemma3ForCausalLM"], model_type="gemma3_text", num_hidden_layers=6, query_pre_attn_scalar=16,
    sliding_window=64, sliding_window_pattern=3, rope_local_base_freq=10000.0, rope_global_base_freq=1000000.0,
)  # fmt: skip
PHI3 = COMMON | dict(architectures=["Phi3ForCausalLM"], model_type="phi3", num_hidden_layers=4)
NEMOTRON = COMMON | dict(
    architectures=["NemotronHForCausalLM"], model_type="nemotron_h", layer_norm_epsilon=1e-5, attention_bias=False,
    mlp_bias=False, use_bias=False, mamba_num_heads=8, mamba_head_dim=16, mamba_proj_bias=False, ssm_state_size=16,
    conv_kernel=4, use_conv_bias=True, n_groups=2, time_step_limit=[0.0, 1e9], time_step_min=0.001,
    moe_intermediate_size=64, moe_shared_expert_intermediate_size=64, n_routed_experts=8, n_shared_experts=1,
    num_experts_per_tok=2, n_group=1, topk_group=1, norm_topk_prob=True, routed_scaling_factor=2.5,
)  # fmt: skip
NEXT = COMMON | dict(
    architectures=["Qwen3NextForCausalLM"], model_type="qwen3_next", num_hidden_layers=8, full_attention_interval=4,
    linear_num_value_heads=4, linear_num_key_heads=2, linear_key_head_dim=16, linear_value_head_dim=16,
    linear_conv_kernel_dim=4, num_experts=4, num_experts_per_tok=2, decoder_sparse_step=1, mlp_only_layers=[],
    shared_expert_intermediate_size=32, moe_intermediate_size=32, norm_topk_prob=True, partial_rotary_factor=0.25,
    attention_bias=False,
)  # fmt: skip


def hybrid(pattern, **more):
    return NEMOTRON | dict(hybrid_override_pattern=pattern, num_hidden_layers=len(pattern)) | more


def without(config, *keys):
    return {k: v for k, v in config.items() if k not in keys}


Q = dict  # quantisation: group size and bits
PROBES = {
    # name: (config, quantisation or None)
    "llama-f32": (LLAMA, None),
    "llama-q8-g64": (LLAMA, Q(group_size=64, bits=8)),
    "llama-q8-g32": (LLAMA, Q(group_size=32, bits=8)),
    "llama-q4-g32": (LLAMA, Q(group_size=32, bits=4)),
    "llama-kv1": (LLAMA | dict(num_key_value_heads=1), None),
    "llama-mlp-odd": (LLAMA | dict(intermediate_size=129), None),
    "llama-heads3": (LLAMA | dict(num_attention_heads=6, num_key_value_heads=3, hidden_size=96), None),
    "llama-heads3-no-kv": (without(LLAMA | dict(num_attention_heads=3, hidden_size=96), "num_key_value_heads"), None),
    "llama-heads2-no-kv": (without(LLAMA | dict(num_attention_heads=2, head_dim=48, hidden_size=96, intermediate_size=96), "num_key_value_heads"), None),
    "llama-heads3-divides": (LLAMA | dict(num_attention_heads=6, num_key_value_heads=3, hidden_size=96, intermediate_size=96), None),
    "llama-2-layers": (LLAMA | dict(num_hidden_layers=2), None),
    "nemo-f32": (hybrid("MEME*EME"), None),
    "nemo-q8-even": (hybrid("MEME*EME"), Q(group_size=32, bits=8)),
    "nemo-q8-odd": (hybrid("MEME*EME", moe_intermediate_size=96), Q(group_size=32, bits=8)),
    "nemo-experts-last": (hybrid("MEM*EEEE"), None),
    "nemo-experts-first": (hybrid("EEEEM*ME"), None),
    "nemo-attention-first": (hybrid("*E*EMEME"), None),
    "nemo-both": (hybrid("M*EM*EME"), None),
    "nemo-no-mamba": (hybrid("*EE*M*EM"), None),
    "nemo-groups1": (hybrid("MEME*EME", n_groups=1), None),
    "nemo-mlp": (hybrid("M-M-*-M-"), None),
    "qwen2": (QWEN2, None),
    "qwen3": (QWEN3, None),
    "qwen3-moe": (QWEN3_MOE, None),
    "qwen3-next": (NEXT, None),
    "mixtral": (MIXTRAL, None),
    "gemma3": (GEMMA3, None),
    "phi3": (PHI3, None),
    "llama-missing-layer": (LLAMA, None),
    "llama-odd-file-names": (LLAMA, None),
    "unheard-of": (LLAMA | dict(model_type="frobnicate", architectures=["FrobnicateForCausalLM"]), None),
}


def random_model(config, seed):
    """The model with every matrix drawn again: unit variance for embeddings, else 1/fan-in."""
    kind = "llama" if config["model_type"] == "frobnicate" else config["model_type"]
    module = importlib.import_module(f"mlx_lm.models.{kind}")
    mx.random.seed(seed)
    model = module.Model(module.ModelArgs.from_dict(config))
    model.set_dtype(mx.float32)
    weights = []
    for name, value in tree_flatten(model.parameters()):
        if name.endswith("weight") and value.ndim >= 2 and "norm" not in name:
            scale = 1.0 if "embed" in name else 1.0 / math.sqrt(value.shape[-1])
            value = mx.random.normal(value.shape) * scale
        weights.append((name, value))
    model.load_weights(weights, strict=False)
    return model


def quantise(model, group_size, bits):
    def fits(path, module):
        return hasattr(module, "to_quantized") and module.weight.shape[-1] % group_size == 0

    nn.quantize(model, group_size=group_size, bits=bits, class_predicate=fits)


def write_weights(folder, weights, stem="model"):
    names = sorted(weights)
    half = (len(names) + 1) // 2
    where = {}
    for number, part in enumerate((names[:half], names[half:]), 1):
        file = f"{stem}-{number:05d}-of-00002.safetensors"
        mx.save_safetensors(f"{folder}/{file}", {n: weights[n] for n in part}, metadata={"format": "mlx"})
        where |= dict.fromkeys(part, file)
    total = sum(w.nbytes for w in weights.values())
    with open(f"{folder}/model.safetensors.index.json", "w") as file:
        json.dump({"metadata": {"total_size": total}, "weight_map": where}, file, indent=1)


def make(out, tokenizer, name, config, quantisation, seed):
    folder = f"{out}/exo-harness--{name}"
    os.makedirs(folder, exist_ok=True)
    model = random_model(config, seed)
    if quantisation:
        quantise(model, **quantisation)
        config = config | dict(quantization=quantisation, quantization_config=quantisation)
    write_weights(folder, dict(tree_flatten(model.parameters())), "weights" if name == "llama-odd-file-names" else "model")
    if name == "llama-missing-layer":
        config = config | dict(num_hidden_layers=config["num_hidden_layers"] + 1)
    with open(f"{folder}/config.json", "w") as file:
        json.dump(config, file, indent=1)
    for each in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        shutil.copy(f"{tokenizer}/{each}", folder)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__.splitlines()[0])
    for name, (config, quantisation) in PROBES.items():
        try:
            make(sys.argv[1], sys.argv[2], name, config, quantisation, seed=7)
        except Exception as error:
            print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
