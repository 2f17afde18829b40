#!/bin/sh
# The id of a zenoh session is a number of up to 128 bits that is written without the zeros in front: one session of
# sixteen has an id of 31 digits or fewer, and the same id padded to 32 digits is refused. Who checks for 32 digits, or
# pads ids before comparing them, loses that node at some starts only.
#
# Versions: eclipse-zenoh 1.9.0 from PyPI (Linux; Python 3.9 or newer).
# Seen:
#   id ab0 is written as ab0 (3 digits)
#   id 0ab0 is refused: Leading 0s are not valid
#   of 200 ids of new sessions, 8 to 20 have fewer than 32 digits
# Ends with 0 when that is still so, with 1 when not. Installs into a folder of its own and removes it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q eclipse-zenoh==1.9.0
cat > "$work/look.py" <<'PY'
import json
import sys

import zenoh


def session(own_id=None):
    config = zenoh.Config()
    config.insert_json5("scouting/multicast/enabled", "false")
    config.insert_json5("listen/endpoints", "[]")
    if own_id is not None:
        config.insert_json5("id", json.dumps(own_id))
    with zenoh.open(config) as opened:
        return str(opened.info.zid())


written = session("ab0")
print("id ab0 is written as", written)
try:
    refusal = "accepted: " + session("0ab0")
except zenoh.ZError as error:
    refusal = str(error)
print("id 0ab0:", refusal[:120])
ids = [session() for _ in range(200)]
short = sum(len(each) < 32 for each in ids)
print("of", len(ids), "ids", short, "have fewer than 32 digits")
sys.exit(0 if written == "ab0" and "Leading 0s are not valid" in refusal and 0 < short < 60 else 1)
PY
"$work/venv/bin/python" "$work/look.py"
