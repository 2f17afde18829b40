"""What a real mlx-lm makes of folders in which one thing is wrong, next to what `models analyze` predicts.

Usage: damaged.py EXO_HARNESS DIR, with mlx and the mlx-lm that Exo pins. Makes DIR/NAME/ for each case from one tiny
Llama with weights of a fixed seed, loads it as Exo does (strict=False), generates eight tokens, and compares them with
those of the folder `ok`. Prints a row of a Markdown table a case.
"""
import json
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import mlx.core as mx
import numpy as np

H, L, KV, NH, D, I, V = 64, 2, 2, 4, 16, 128, 96
CONFIG = dict(
    model_type="llama", architectures=["LlamaForCausalLM"], hidden_size=H, num_hidden_layers=L, num_attention_heads=NH,
    num_key_value_heads=KV, head_dim=D, intermediate_size=I, vocab_size=V, rms_norm_eps=1e-5, rope_theta=1e4,
    max_position_embeddings=4096, tie_word_embeddings=False,
)  # fmt: skip
NAME = "model-00001-of-00001.safetensors"
UP = "model.layers.1.mlp.up_proj.weight"


def shapes():
    t = {"model.embed_tokens.weight": [V, H], "model.norm.weight": [H], "lm_head.weight": [V, H]}
    for i in range(L):
        p = f"model.layers.{i}."
        for n, s in dict(q=[NH * D, H], k=[KV * D, H], v=[KV * D, H], o=[H, NH * D]).items():
            t[f"{p}self_attn.{n}_proj.weight"] = s
        for n, s in dict(gate=[I, H], up=[I, H], down=[H, I]).items():
            t[f"{p}mlp.{n}_proj.weight"] = s
        t[p + "input_layernorm.weight"] = t[p + "post_attention_layernorm.weight"] = [H]
    return t


def data(name, dtype, shape, salt):
    r = np.random.default_rng(zlib.crc32((name + salt).encode()))
    x = (r.standard_normal(shape) * 0.2 + (len(shape) == 1)).astype(np.float32)
    if dtype == "BF16":
        return (x.view(np.uint32) >> 16).astype(np.uint16).tobytes()
    if dtype == "F8_E4M3":
        return np.array(mx.to_fp8(mx.array(x))).tobytes()
    width = dict(F64=8, C64=8, F4=0.5, I32=4, U8=1, F8_E5M2=1, F8_E8M0=1)[dtype]
    return r.integers(0, 120, int(x.size * width), dtype=np.uint8).tobytes()


def weights(tensors=None, salt="", **types):
    header, body = {}, b""
    for name, shape in (tensors or shapes()).items():
        dtype = types.get("all") or types.get("one") * (name == UP) or "BF16" if types else "BF16"
        if types.get("layers") and "layers" in name and len(shape) > 1:
            dtype = types["layers"]
        new = data(name, dtype, shape, salt)
        header[name] = dict(dtype=dtype, shape=shape, data_offsets=[len(body), len(body) + len(new)])
        body += new
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def without(*names):
    return {k: v for k, v in shapes().items() if k not in names}


def cases():
    """Name: weights of the indexed file, files beside it, changes of config.json."""
    yield "ok", weights(), {}, {}
    for dtype in ("F64", "F8_E5M2", "F8_E8M0", "F4", "C64", "I32", "F8_E4M3"):
        yield f"one-weight-{dtype}", weights(one=dtype), {}, {}
    yield "all-F8_E4M3", weights(all="F8_E4M3"), {}, {}
    yield "layers-F8_E4M3", weights(one="", layers="F8_E4M3"), {}, {}
    yield "stray-of-other-values", weights(), {"model-old.safetensors": weights(salt="x")}, {}
    yield "stray-of-one-tensor", weights(), {"model-old.safetensors": weights({UP: [I, H]}, "x")}, {}
    yield "stray-of-other-shape", weights(), {"model-old.safetensors": weights({"model.norm.weight": [2 * H]})}, {}
    yield "stray-F64", weights(), {"model-old.safetensors": weights({"x": [4]}, all="F64")}, {}
    yield "stray-of-3-bytes", weights(), {"model-old.safetensors": b"abc"}, {}
    yield "stray-empty", weights(), {"model-old.safetensors": b""}, {}
    yield "consolidated-beside", weights(), {"consolidated.safetensors": weights(salt="x")}, {}
    for name in (UP, "model.norm.weight", "lm_head.weight", "model.layers.0.self_attn.q_proj.weight"):
        yield f"without-{name}", weights(without(name)), {}, {}
    for key, value in dict(hidden_size=128, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=4,
                           intermediate_size=64, vocab_size=95, rope_theta=float("nan")).items():  # fmt: skip
        yield f"config-{key}-{value}", weights(), {}, {key: value}
    yield "config-no-heads", weights(), {}, {"num_attention_heads": 0, "num_key_value_heads": 0}
    yield "config-silent-on-tie", weights(), {}, {"tie_word_embeddings": None}
    yield "config-Infinity", weights(), {}, {"time_step_limit": [0.0, float("inf")]}


def make(root, name, shard, beside, changes):
    folder = Path(root) / name
    folder.mkdir(parents=True)
    config = {k: v for k, v in (CONFIG | changes).items() if v is not None}
    (folder / "config.json").write_text(json.dumps(config))
    tensors = json.loads(shard[8 : 8 + struct.unpack("<Q", shard[:8])[0]])
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {k: NAME for k in tensors}}))
    for file, content in {NAME: shard, "tokenizer.json": b"{}", "tokenizer_config.json": b"{}", **beside}.items():
        (folder / file).write_bytes(content)
    return folder


def tokens(folder):
    from mlx_lm.models.cache import make_prompt_cache
    from mlx_lm.utils import load_model

    mx.random.seed(42)
    try:
        model, _ = load_model(folder, lazy=True, strict=False)
        mx.eval(model.parameters())
    except Exception as error:  # whatever it is, it is what Exo sees
        return f"load: {error}"
    try:
        cache, ids, out = make_prompt_cache(model), [3, 7, 11, 19], []
        for _ in range(8):
            logits = model(mx.array([ids]), cache=cache)[0, -1].astype(mx.float32)
            if not np.isfinite(np.array(logits)).all():
                return "answers: not a number"
            out, ids = out + [int(logits.argmax())], [int(logits.argmax())]
        return out
    except Exception as error:
        return f"generate: {error}"


def predicted(harness, folder):
    done = subprocess.run([harness, "models", "analyze", folder, "--nodes", "1"], capture_output=True, text=True)
    rows = [line for line in done.stdout.splitlines() if line.startswith("single")]
    return " ".join(rows[0].split()[3:]) if rows else "refused: " + done.stderr.splitlines()[0]


def main(harness, root):
    right = None
    print("| case | predicted | mlx-lm, strict=False |\n| --- | --- | --- |")
    for case in cases():
        folder = make(root, *case)
        seen = tokens(folder)
        right = right or seen
        what = seen if isinstance(seen, str) else "the right tokens" if seen == right else "other tokens"
        print(f"| {case[0]} | {predicted(harness, folder)[:170]} | {' '.join(what.split())[:110]} |", flush=True)


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]), sys.argv[2])
