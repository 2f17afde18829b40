#!/bin/sh
# mlx-lm 0.31.3 with a small top_p draws token 0, whatever the model prefers, when logits are bfloat16, as those of most
# models are. Its nucleus is what has a cumulative sum above `1 - top_p`; in bfloat16 1 - 0.001 is 1, which no sum
# exceeds, so that no candidate is left, and the draw among none of them gives the first entry of the vocabulary. With
# float32 the likeliest one is left, as one expects. mlx-lm 0.32.2 adds in float32, and is not concerned.
#
# Versions: mlx-lm 0.31.3, mlx 0.31.2 with mlx-cpu 0.31.2 (Linux, CPU; Python 3.10 or newer).
# Seen, of 512 candidates, token 300 with nine tenths of the probability:
#   float32 top_p 0.001: [300]
#   bfloat16 top_p 0.001: [0]
#   bfloat16 top_p 0.01: [0]
#   bfloat16 top_p 0.5: [300]
# Ends with 0 when that is still so, with 1 when not. Installs into a folder of its own and removes it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
case $(uname -s) in Darwin) cpu= ;; *) cpu=mlx-cpu==0.31.2 ;; esac
"$work/venv/bin/pip" install -q mlx-lm==0.31.3 mlx==0.31.2 $cpu
cat > "$work/look.py" <<'PY'
import math, sys

import mlx.core as mx
from mlx_lm.sample_utils import make_sampler


def drawn(dtype, top_p):
    logits = mx.full((1, 512), math.log(0.1 / 511))
    logits[0, 300] = math.log(0.9)
    logits = logits.astype(dtype)
    logprobs = logits - mx.logsumexp(logits, axis=-1, keepdims=True)
    sampler = make_sampler(temp=1.0, top_p=top_p)
    return sorted({sampler(logprobs).item() for _ in range(50)})


cases = [("float32", 0.001), ("bfloat16", 0.001), ("bfloat16", 0.01), ("bfloat16", 0.5)]
seen = [drawn(getattr(mx, dtype), top_p) for dtype, top_p in cases]
for (dtype, top_p), tokens in zip(cases, seen):
    print(f"{dtype} top_p {top_p}: {tokens}")
sys.exit(0 if seen[:3] == [[300], [0], [0]] and seen[3][-1] == 300 else 1)
PY
"$work/venv/bin/python" "$work/look.py"
