#!/bin/sh
# MLX loads a safetensors tensor of type F8_E4M3 as uint8: the bit patterns become numbers from 0 to 255. It does so
# without a warning, while it refuses the sister type F8_E5M2 (and F64, F8_E8M0, F4) with an exception. 1.0 is written
# as the byte 0x38, so it comes out as 56; a model of such weights loads and answers, and the answers are noise.
#
# Versions: mlx 0.31.2 with mlx-cpu 0.31.2 (Linux, CPU; Python 3.10 or newer).
# Seen:
#   F8_E4M3: mlx.core.uint8 [56, 56, 56, 56]
#   F8_E5M2: RuntimeError: [safetensor] unsupported dtypeF8_E5M2
# Ends with 0 when that is still so, with 1 when not. Installs into a folder of its own and removes it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
case $(uname -s) in Darwin) cpu= ;; *) cpu=mlx-cpu==0.31.2 ;; esac
"$work/venv/bin/pip" install -q mlx==0.31.2 $cpu
cat > "$work/look.py" <<'PY'
import json, struct, sys

import mlx.core as mx


def loaded(dtype):
    header = json.dumps({"x": {"dtype": dtype, "shape": [4], "data_offsets": [0, 4]}}).encode()
    path = f"{sys.argv[1]}/{dtype}.safetensors"
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header + b"\x38" * 4)  # 1.0 in E4M3
    try:
        x = mx.load(path)["x"]
        return f"{x.dtype} {x.tolist()}"
    except RuntimeError as error:
        return f"RuntimeError: {error}"


seen = {dtype: loaded(dtype) for dtype in ("F8_E4M3", "F8_E5M2")}
for dtype, what in seen.items():
    print(f"{dtype}: {what}")
sys.exit(0 if seen["F8_E4M3"] == "mlx.core.uint8 [56, 56, 56, 56]" and "unsupported" in seen["F8_E5M2"] else 1)
PY
"$work/venv/bin/python" "$work/look.py" "$work"
