"""Train a miniature model on its closed world, on a CPU, and keep its parameters in float32: OUT.npz.

Usage: train.py llama|nemotron_h OUT.npz [--steps N] [--from PARAMETERS.npz] [--long] [--grid BITS]
Same packages, same seeds, same steps. `save.py` makes the checkpoint of the parameters.
"""
import argparse
import functools
import importlib
import random
import time

import jax
import jax.numpy as jnp
import numpy as np

import configs
import text
import world

TOKENS = 1536              # a step
WIDTHS = 64, 128, 256      # tokens of a conversation; longer ones are left out, but with --long
LONG_WIDTHS = 512, 1152
LONG_SHARE = 0.06


def parse():
    out = argparse.ArgumentParser()
    out.add_argument("kind")
    out.add_argument("out")
    out.add_argument("--steps", type=int, default=2000)
    out.add_argument("--rate", type=float, default=2e-3)
    out.add_argument("--seed", type=int, default=1)
    out.add_argument("--start")
    out.add_argument("--long", action="store_true", help="needles in lists of up to 1,000 tokens among the others")
    out.add_argument("--grid", type=int, default=0, help="bits to which matrices are rounded, as the engine will")
    return out.parse_args()


def encoded(tokenizer, talk, thinks):
    """Token ids, and which of them the model says."""
    ids, says = [], []
    for piece, is_said in text.parts_of(talk, thinks):
        part = tokenizer.encode(piece).ids
        ids, says = ids + part, says + [is_said] * len(part)
    return ids, says


def batches(tokenizer, can_think, options, rng):
    """Tokens, positions and weights of the losses; about TOKENS tokens each."""
    widths = WIDTHS + (LONG_WIDTHS if options.long else ())
    waiting = {width: [] for width in widths}
    while True:
        talk = world.sample(rng)
        if options.long and rng.random() < LONG_SHARE:
            talk = world.needle(rng, rng.randint(20, 250))
        ids, says = encoded(tokenizer, talk, rng.random() < 0.5 if can_think else None)
        width = next((w for w in widths if len(ids) <= w), None)
        if width is None:
            continue
        waiting[width].append((ids, says))
        rows = max(2, TOKENS // width)
        if len(waiting[width]) == rows:
            yield arrays(waiting[width], width, rng)
            waiting[width] = []


def arrays(talks, width, rng):
    tokens, weights = np.zeros((len(talks), width), np.int32), np.zeros((len(talks), width), np.float32)
    places = np.tile(np.arange(width), (len(talks), 1))
    for row, (ids, says) in enumerate(talks):
        tokens[row, :len(ids)] = ids
        weights[row, :len(ids)] = np.where(says, 1, 0.03)
        weights[row, 0] = 0
        if rng.random() < 0.3:  # as if there were more text in the middle
            places[row, rng.randint(1, len(ids)):] += rng.randint(1, 1200)
    return tokens, places.astype(np.float32), weights


def rounded(w, bits, group=32):
    """What MLX's affine quantisation keeps of matrices, scales in bfloat16; gradients pass as if nothing were lost."""
    def brief(x):
        return x.astype(jnp.bfloat16).astype(jnp.float32)

    def one(x):
        g = x.reshape(-1, group)
        low, high = g.min(-1, keepdims=True), g.max(-1, keepdims=True)
        from_low = jnp.abs(low) > jnp.abs(high)
        scale = jnp.maximum((high - low) / (2**bits - 1), 1e-7) * jnp.where(from_low, 1, -1)
        edge = jnp.where(from_low, low, high)
        steps = jnp.round(edge / scale)
        scale, bias = jnp.where(steps == 0, scale, edge / jnp.where(steps == 0, 1, steps)), jnp.where(steps == 0, 0, edge)
        near = jnp.clip(jnp.round((g - bias) / scale), 0, 2**bits - 1) * brief(scale) + brief(bias)
        return x + jax.lax.stop_gradient(near.reshape(x.shape) - x)
    return {name: one(x) if x.ndim == 2 else x for name, x in w.items()}


def main():
    options = parse()
    model = importlib.import_module(options.kind)
    can_think = options.kind == "nemotron_h"
    tokenizer = text.make_tokenizer(can_think)
    config = configs.CONFIGS[options.kind] | dict(vocab_size=tokenizer.get_vocab_size())
    key = jax.random.PRNGKey(options.seed)
    w = {name: model.first(name, jax.random.fold_in(key, i), shape) for i, (name, shape) in enumerate(model.shapes(config).items())}
    if options.start:
        w = {name: jnp.asarray(x) for name, x in np.load(options.start).items()}
    print(sum(x.size for x in w.values()), "parameters", flush=True)

    def loss(w, tokens, places, weights):
        used = rounded(w, options.grid) if options.grid else w
        seen = model.logits(used, tokens[:, :-1], places[:, :-1], config)
        each = jax.nn.logsumexp(seen, -1) - jnp.take_along_axis(seen, tokens[:, 1:, None], -1)[..., 0]
        right = jnp.where(weights[:, 1:] == 1, seen.argmax(-1) == tokens[:, 1:], True).all(-1)
        return (each * weights[:, 1:]).sum() / weights.sum(), right.mean()

    @functools.partial(jax.jit, donate_argnums=(0, 1, 2))
    def step(w, m, v, i, rate, batch):
        (value, right), g = jax.value_and_grad(loss, has_aux=True)(w, *batch)
        size = jnp.sqrt(sum((x * x).sum() for x in g.values()))
        g = {n: x * jnp.minimum(1, 1 / (size + 1e-6)) for n, x in g.items()}
        m = {n: 0.9 * m[n] + 0.1 * g[n] for n in g}
        v = {n: 0.98 * v[n] + 0.02 * g[n] ** 2 for n in g}
        def moved(n):
            change = (m[n] / (1 - 0.9**i)) / (jnp.sqrt(v[n] / (1 - 0.98**i)) + 1e-8)
            return w[n] - rate * (change + (0.05 * w[n] if w[n].ndim > 1 else 0))
        return {n: moved(n) for n in w}, m, v, value, right

    m, v = ({n: jnp.zeros_like(x) for n, x in w.items()} for _ in range(2))
    seen, began, values, rights = batches(tokenizer, can_think, options, random.Random(options.seed)), time.time(), [], []
    for i in range(1, options.steps + 1):
        rate = options.rate * min(1, i / 50) * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * i / options.steps)))
        w, m, v, value, right = step(w, m, v, float(i), rate, next(seen))
        values.append(float(value)), rights.append(float(right))
        if i % 50 == 0:
            print(f"{i} loss {np.mean(values[-50:]):.4f} whole answers {np.mean(rights[-50:]):.3f} {time.time() - began:.0f} s", flush=True)
        if i % 250 == 0 or i == options.steps:
            np.savez(options.out, **{n: np.asarray(x) for n, x in w.items()})


if __name__ == "__main__":
    main()
