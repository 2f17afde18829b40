"""Llama in JAX: the parameters by the names that checkpoints have, and the logits of a batch of tokens."""
import jax
import jax.numpy as jnp


def shapes(config):
    """Name and shape of each parameter."""
    hidden, inner, head = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    wide, narrow = config["num_attention_heads"] * head, config["num_key_value_heads"] * head
    out = {"model.embed_tokens.weight": (config["vocab_size"], hidden), "model.norm.weight": (hidden,)}
    for i in range(config["num_hidden_layers"]):
        at = f"model.layers.{i}."
        out |= {at + "input_layernorm.weight": (hidden,), at + "post_attention_layernorm.weight": (hidden,),
                at + "self_attn.q_proj.weight": (wide, hidden), at + "self_attn.k_proj.weight": (narrow, hidden),
                at + "self_attn.v_proj.weight": (narrow, hidden), at + "self_attn.o_proj.weight": (hidden, wide),
                at + "mlp.gate_proj.weight": (inner, hidden), at + "mlp.up_proj.weight": (inner, hidden),
                at + "mlp.down_proj.weight": (hidden, inner)}
    return out


def first(name, key, shape):
    """What a parameter is before training."""
    if "norm" in name:
        return jnp.ones(shape)
    return jax.random.normal(key, shape) * (0.02 if "embed" in name else shape[-1] ** -0.5)


def norm(x, weight, eps):
    return x * jax.lax.rsqrt(jnp.mean(x * x, -1, keepdims=True) + eps) * weight


def rotate(x, places, theta):
    """Rotary positions; x: batch, heads, time, width, of which the halves are the pairs."""
    half = x.shape[-1] // 2
    angle = places[:, None, :, None] * theta ** (-jnp.arange(half) / half)
    cos, sin = jnp.cos(angle), jnp.sin(angle)
    low, high = x[..., :half], x[..., half:]
    return jnp.concatenate([low * cos - high * sin, high * cos + low * sin], -1)


def attention(q, k, v):
    """Causal, grouped; batch, heads, time, width."""
    k, v = (jnp.repeat(x, q.shape[1] // x.shape[1], axis=1) for x in (k, v))
    time = q.shape[2]
    scores = jnp.matmul(q, k.swapaxes(2, 3)) * q.shape[-1] ** -0.5
    scores = jnp.where(jnp.tril(jnp.ones((time, time), bool)), scores, -1e9)
    out = jnp.matmul(jax.nn.softmax(scores, -1), v)
    return out.swapaxes(1, 2).reshape(q.shape[0], time, -1)


def heads(x, width):
    return x.reshape(*x.shape[:2], -1, width).swapaxes(1, 2)


def logits(w, tokens, places, config):
    """`places`: the position of each token."""
    eps, theta, head = config["rms_norm_eps"], config["rope_theta"], config["head_dim"]
    x = w["model.embed_tokens.weight"][tokens]
    for i in range(config["num_hidden_layers"]):
        of = lambda name: w[f"model.layers.{i}.{name}.weight"]
        y = norm(x, of("input_layernorm"), eps)
        q, k, v = (heads(y @ of(f"self_attn.{n}_proj").T, head) for n in "qkv")
        x = x + attention(rotate(q, places, theta), rotate(k, places, theta), v) @ of("self_attn.o_proj").T
        y = norm(x, of("post_attention_layernorm"), eps)
        x = x + (jax.nn.silu(y @ of("mlp.gate_proj").T) * (y @ of("mlp.up_proj").T)) @ of("mlp.down_proj").T
    return norm(x, w["model.norm.weight"], eps) @ w["model.embed_tokens.weight"].T
