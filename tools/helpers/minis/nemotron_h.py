"""Nemotron-H in JAX: Mamba-2, attention without positions, and experts; as llama.py."""
import jax
import jax.numpy as jnp

from llama import attention, heads, norm


def widths(config):
    inner = config["mamba_num_heads"] * config["mamba_head_dim"]
    return inner, inner + 2 * config["n_groups"] * config["ssm_state_size"]


def mixer_shapes(config, kind):
    hidden, head = config["hidden_size"], config["head_dim"]
    wide, narrow = config["num_attention_heads"] * head, config["num_key_value_heads"] * head
    inner, conv = widths(config)
    count, expert, shared = (config["n_routed_experts"], config["moe_intermediate_size"],
                             config["moe_shared_expert_intermediate_size"])
    per_head = (config["mamba_num_heads"],)
    return {
        "M": {"in_proj.weight": (inner + conv + per_head[0], hidden), "conv1d.weight": (conv, config["conv_kernel"], 1),
              "conv1d.bias": (conv,), "dt_bias": per_head, "A_log": per_head, "D": per_head, "norm.weight": (inner,),
              "out_proj.weight": (hidden, inner)},
        "*": {"q_proj.weight": (wide, hidden), "k_proj.weight": (narrow, hidden), "v_proj.weight": (narrow, hidden),
              "o_proj.weight": (hidden, wide)},
        "E": {"gate.weight": (count, hidden), "gate.e_score_correction_bias": (count,),
              "switch_mlp.fc1.weight": (count, expert, hidden), "switch_mlp.fc2.weight": (count, hidden, expert),
              "shared_experts.up_proj.weight": (shared, hidden), "shared_experts.down_proj.weight": (hidden, shared)},
    }[kind]


def shapes(config):
    hidden = config["hidden_size"]
    out = {"backbone.embeddings.weight": (config["vocab_size"], hidden), "backbone.norm_f.weight": (hidden,),
           "lm_head.weight": (config["vocab_size"], hidden)}
    for i, kind in enumerate(config["hybrid_override_pattern"]):
        out[f"backbone.layers.{i}.norm.weight"] = (hidden,)
        out |= {f"backbone.layers.{i}.mixer.{name}": shape for name, shape in mixer_shapes(config, kind).items()}
    return out


def first(name, key, shape):
    if "norm" in name or name.endswith(".D"):
        return jnp.ones(shape)
    if name.endswith("A_log"):
        return jnp.log(jnp.arange(1, shape[0] + 1, dtype=jnp.float32))
    if name.endswith("dt_bias"):  # steps from 0.001 to 0.1
        return jnp.log(jnp.expm1(jnp.exp(jnp.linspace(jnp.log(1e-3), jnp.log(1e-1), shape[0]))))
    if name.endswith("bias"):
        return jnp.zeros(shape)
    fan_in = shape[1] if "conv1d" in name else shape[-1]
    return jax.random.normal(key, shape) * (1.0 if "embeddings" in name else fan_in**-0.5)


def mamba(of, x, config):
    inner, conv = widths(config)
    count, groups, state = config["mamba_num_heads"], config["n_groups"], config["ssm_state_size"]
    gate, mixed, step = jnp.split(x @ of("in_proj.weight").T, [inner, inner + conv], -1)
    kernel = of("conv1d.weight")[..., 0]
    padded = jnp.pad(mixed, ((0, 0), (kernel.shape[1] - 1, 0), (0, 0)))
    mixed = sum(padded[:, j:j + x.shape[1]] * kernel[:, j] for j in range(kernel.shape[1]))
    said, b, c = jnp.split(jax.nn.silu(mixed + of("conv1d.bias")), [inner, inner + groups * state], -1)
    said = heads(said, inner // count)
    b, c = (jnp.repeat(heads(part, state), count // groups, axis=1) for part in (b, c))
    step = jax.nn.softplus(step + of("dt_bias")).swapaxes(1, 2)  # batch, heads, time
    gone = jnp.cumsum(-jnp.exp(of("A_log"))[:, None] * step, -1)
    time = x.shape[1]
    since = jnp.where(jnp.tril(jnp.ones((time, time), bool)), gone[..., :, None] - gone[..., None, :], -1e9)
    seen = jnp.matmul(c, b.swapaxes(2, 3)) * jnp.exp(since)
    y = jnp.matmul(seen, said * step[..., None]) + said * of("D")[:, None, None]
    y = y.swapaxes(1, 2).reshape(*x.shape[:2], inner) * jax.nn.silu(gate)
    y = norm(y.reshape(*y.shape[:2], groups, -1), 1.0, config["layer_norm_epsilon"]).reshape(y.shape)
    return (y * of("norm.weight")) @ of("out_proj.weight").T


def attend(of, x, config):
    q, k, v = (heads(x @ of(f"{n}_proj.weight").T, config["head_dim"]) for n in "qkv")
    return attention(q, k, v) @ of("o_proj.weight").T


def squared(x):
    return jnp.square(jax.nn.relu(x))


def experts(of, x, config):
    scores = jax.nn.sigmoid(x @ of("gate.weight").T)
    ranked = scores + of("gate.e_score_correction_bias")
    least = jax.lax.top_k(jax.lax.stop_gradient(ranked), config["num_experts_per_tok"])[0][..., -1:]
    scores = jnp.where(ranked >= least, scores, 0)
    scores = scores / (scores.sum(-1, keepdims=True) + 1e-20) * config["routed_scaling_factor"]
    wide = of("switch_mlp.fc1.weight")
    each = squared(x @ wide.reshape(-1, x.shape[-1]).T).reshape(*x.shape[:2], *wide.shape[:2]) * scores[..., None]
    narrow = of("switch_mlp.fc2.weight").swapaxes(1, 2).reshape(-1, x.shape[-1])
    shared = squared(x @ of("shared_experts.up_proj.weight").T) @ of("shared_experts.down_proj.weight").T
    return each.reshape(*x.shape[:2], -1) @ narrow + shared


def logits(w, tokens, places, config):
    """`places` are not used: the state of Mamba knows the order."""
    x = w["backbone.embeddings.weight"][tokens]
    for i, kind in enumerate(config["hybrid_override_pattern"]):
        of = lambda name: w[f"backbone.layers.{i}.mixer.{name}"]
        y = norm(x, w[f"backbone.layers.{i}.norm.weight"], config["layer_norm_epsilon"])
        x = x + {"M": mamba, "*": attend, "E": experts}[kind](of, y, config)
    return norm(x, w["backbone.norm_f.weight"], config["layer_norm_epsilon"]) @ w["lm_head.weight"].T
