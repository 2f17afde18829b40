"""Prints what Exo's own code makes of each config.json: the card that it writes when a user adds such a model.

Usage, in Exo's Python: exo_cards.py < configurations.jsonl > cards-GENERATION.jsonl
"""
import json
import sys

from exo.shared.models.model_cards import ConfigData


def card_of(config):
    try:
        data = ConfigData.model_validate(config, context={"model_id": "org/name"})
    except ValueError as error:
        return {"error": " ".join(str(error).split())[:200]}
    return {"supports_tensor": data.supports_tensor, "layers": data.layer_count, "hidden_size": data.hidden_size or 0,
            "kv_heads": data.num_key_value_heads or 0}


for line in sys.stdin:
    row = json.loads(line)
    if "of" in row:
        continue
    if isinstance(row["config"], str):
        row["config"] = json.loads(row["config"])
    print(json.dumps({"id": row["id"], **card_of(row["config"])}))
