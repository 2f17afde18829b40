"""Put predictions beside what was seen. Usage: compare.py EXO_HARNESS MODELS CARD_SCRIPT SEEN... > table.md

EXO_HARNESS: the binary. MODELS: the folder of the staged checkpoints. CARD_SCRIPT: a program that writes the card of a model
(arguments ORG--NAME BYTES GENERATION, config.json on stdin), as the lab's nodes have it. SEEN: `GENERATION=FILE` of measure.py.
An answer is wrong when it differs from the one of the same weights on one node; for models whose weights are not read as
they are, from the one of the reference model.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

REFERENCE = {"exo-harness/llama-missing-layer": "exo-harness/llama-f32",
             "exo-harness/llama-odd-file-names": "exo-harness/llama-f32"}  # fmt: skip


def predictions(harness, models, card_script, model, generation):
    name = model.replace("/", "--")
    folder = f"{models}/{name}"
    size = sum(os.path.getsize(f"{folder}/{f}") for f in os.listdir(folder) if f.endswith(".safetensors"))
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as card:
        with open(f"{folder}/config.json") as config:
            command = [sys.executable, card_script, name, str(size), generation]
            card.write(subprocess.run(command, stdin=config, capture_output=True, text=True, check=True).stdout)
        card.flush()
        command = [harness, "models", "analyze", folder, "--json", "--generation", generation, "--card", card.name]
        answer = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return {f"{p['sharding'].lower()}-{p['nodes']}" if p["nodes"] > 1 else "single": p
            for p in answer["placements"] if p["comm"] == "MlxRing"}  # fmt: skip


def judge(seen, answers):
    """What was seen: (word, phase, text)."""
    if seen["seen"] != "works":
        text = re.sub(r"^Terminated \(exitcode=1\nRunner error: |\nTraceback.*", "", seen.get("text", ""), flags=re.S)
        return seen["seen"], seen.get("phase", ""), " ".join(text.split())
    right = answers.get(REFERENCE.get(seen["model"], seen["model"]))
    if right is None or right == seen["answer"]:
        return "works", "", ""
    return "fails", "generate", "wrong answers"


def agrees(prediction, seen):
    word, phase, text = seen
    if word == "not_tried":
        return "–"
    if prediction["predicted"] != word:
        return "**no**" if prediction["predicted"] != "unknown" else "unknown"
    if word == "works":
        return "yes"
    if prediction["wrong_answers"]:
        return "yes" if text == "wrong answers" else "**no**"
    said = prediction["signature"] in text if prediction["signature"] else True
    if not said:
        return "yes, text hidden" if text.startswith("Terminated (exitcode=1)") or "no answer" in text else "yes, other text"
    return "yes" if phase == prediction["phase"] else "yes, seen later or earlier"


def main():
    harness, models, card_script = sys.argv[1:4]
    print("| Exo | model | placement | predicted | seen | agrees |\n| --- | --- | --- | --- | --- | --- |")
    count = {}
    for argument in sys.argv[4:]:
        generation, file = argument.split("=", 1)
        rows = [json.loads(line) for line in open(file)]
        answers = {r["model"]: r["answer"] for r in rows if r["placement"] == "single" and r["seen"] == "works"}
        cache = {}
        for row in rows:
            if row["model"] not in cache:
                cache[row["model"]] = predictions(harness, models, card_script, row["model"], generation)
            p, seen = cache[row["model"]][row["placement"]], judge(row, answers)
            verdict = agrees(p, seen)
            count[verdict] = count.get(verdict, 0) + 1
            told = p["predicted"] if p["predicted"] != "fails" else \
                f"fails, {p['phase']}: {'wrong answers' if p['wrong_answers'] else p['signature'] or p['reason']}"  # fmt: skip
            saw = seen[0] if seen[0] == "works" else f"{seen[0]}, {seen[1]}: {seen[2][:110]}"
            cells = (generation, row["model"].split("/")[1], row["placement"], told, saw, verdict)
            print("| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |")
    print("\nSum: " + ", ".join(f"{n} {verdict}" for verdict, n in sorted(count.items())))


if __name__ == "__main__":
    main()
