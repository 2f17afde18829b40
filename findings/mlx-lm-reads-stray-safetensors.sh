#!/bin/sh
# mlx-lm does not read a model's index: it reads every `model*.safetensors` of the folder, in the order in which the
# directory lists them, and the last file that holds a tensor wins. A stray file beside a complete model (left by an
# interrupted conversion, another quantisation, a copy) changes its weights without a word, strict or not.
#
# Versions: mlx 0.31.2 with mlx-cpu 0.31.2, mlx-lm 0.31.3 (Linux, CPU; Python 3.10 or newer).
# Seen:
#   the index names 1 file, with 0.5 in each number of model.norm.weight
#   loaded alone:               0.5
#   loaded with a stray of 7.0: 7.0 in one order of the directory, 0.5 in the other
# Ends with 0 when that is still so, with 1 when not. Installs into a folder of its own and removes it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
case $(uname -s) in Darwin) cpu= ;; *) cpu=mlx-cpu==0.31.2 ;; esac
"$work/venv/bin/pip" install -q mlx==0.31.2 $cpu mlx-lm==0.31.3
cat > "$work/look.py" <<'PY'
import glob, json, sys
from pathlib import Path

import mlx.core as mx
from mlx.utils import tree_flatten
from mlx_lm.models import llama
from mlx_lm.utils import load_model

folder = Path(sys.argv[1]) / "model"
folder.mkdir()
config = dict(model_type="llama", hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2,
              num_key_value_heads=2, head_dim=16, vocab_size=40, rms_norm_eps=1e-5, rope_theta=1e4,
              tie_word_embeddings=False)
weights = dict(tree_flatten(llama.Model(llama.ModelArgs.from_dict(config)).parameters()))
weights["model.norm.weight"] = mx.full((32,), 0.5)
name = "model-00001-of-00001.safetensors"
mx.save_safetensors(str(folder / name), weights)
(folder / "config.json").write_text(json.dumps(config))
(folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {k: name for k in weights}}))


def norm():
    return load_model(folder, strict=True)[0].model.norm.weight[0].item()


alone = norm()
mx.save_safetensors(str(folder / "model-old.safetensors"), {"model.norm.weight": mx.full((32,), 7.0)})
listed = glob.glob  # the order of a directory is the file system's: try both
both = []
for turn in (False, True):
    glob.glob = lambda *a, **k: sorted(listed(*a, **k), reverse=turn)
    both.append(norm())
print("alone", alone, "with a stray, by order of the directory", both)
sys.exit(0 if alone == 0.5 and sorted(both) == [0.5, 7.0] else 1)
PY
"$work/venv/bin/python" "$work/look.py" "$work"
