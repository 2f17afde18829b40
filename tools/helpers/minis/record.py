"""Ask a real Exo what a miniature model was taught, on each placement; keep the answers of the single node.

Usage: record.py API MODEL OUT.json [PLACEMENT…]     API: http://10.78.0.11:52415, MODEL: mini-llama, PLACEMENT: single pipeline-2 tensor-2
Exit 1 when an answer is not the one that lessons.toml says. Needs nothing but Python 3.11.
"""
import json
import os
import sys
import time
import tomllib
import urllib.error
import urllib.request

LESSONS = os.path.join(os.path.dirname(__file__), "../../../fixtures/models/minis/lessons.toml")
GREEDY = dict(temperature=0, top_p=1, top_k=0, min_p=0, seed=42)
THINKS = ("mini-nemotron-h",)


def exchange(api, method, path, body=None, name=""):
    began = time.monotonic()
    request = urllib.request.Request(api + path, method=method, headers={"Content-Type": "application/json"},
                                     data=None if body is None else json.dumps(body, ensure_ascii=False).encode())
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            status, headers, text = answer.status, answer.getheaders(), answer.read()
    except urllib.error.HTTPError as error:
        status, headers, text = error.code, error.headers.items(), error.read()
    return dict(name=name, request=dict(method=method, path=path, body=body), response=dict(
        status=status, headers=[h for h in headers if h[0].lower() != "date"], body=json.loads(text) if text else ""),
        t_total_s=round(time.monotonic() - began, 4))


def state(api):
    return exchange(api, "GET", "/state")["response"]["body"]


def wait(what, is_so, seconds=90):
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            sys.exit(f"{what}: not within {seconds} s")
        time.sleep(0.2)


def place(api, repo, placement):
    for instance in state(api)["instances"]:
        exchange(api, "DELETE", f"/instance/{instance}")
    wait("no instance", lambda: not state(api)["instances"])
    kind, _, nodes = placement.partition("-")
    exchange(api, "POST", "/place_instance", dict(
        model_id=repo, sharding="Tensor" if kind == "tensor" else "Pipeline", instance_meta="MlxRing", min_nodes=int(nodes or 1)))

    def is_ready():
        now = state(api)
        ranks = [rank for each in now["instances"].values() for kind in each.values() for rank in kind["shardAssignments"]["runnerToShard"]]
        return ranks and all("RunnerReady" in now["runners"].get(rank, {}) for rank in ranks)

    wait(f"{placement} is ready", is_ready)


def tool(name):
    parameters = dict(type="object", properties=dict(city=dict(type="string"), days=dict(type="integer")), required=["city"])
    return dict(type="function", function=dict(name=name, description="of a city", parameters=parameters))


def asked(repo, lesson, thinking):
    body = dict(model=repo, **GREEDY, messages=lesson["messages"], max_tokens=128, logprobs=True, top_logprobs=3)
    if lesson.get("tools"):
        body["tools"] = [tool(name) for name in lesson["tools"]]
    return body if thinking is None else body | dict(enable_thinking=thinking)


def said(body):
    message = body["choices"][0]["message"] if isinstance(body, dict) and body.get("choices") else {}
    calls = [(c["function"]["name"], c["function"]["arguments"]) for c in message.get("tool_calls") or []]
    return calls or message.get("content") or str(body)[:200]


def main(api, model, out, placements):
    with open(LESSONS, "rb") as file:
        lessons = [lesson for lesson in tomllib.load(file)["lesson"] if model in lesson["models"]]
    wrong = 0
    for placement in placements:
        place(api, f"exo-harness/{model}", placement)
        kept = []
        for lesson in lessons:
            for thinking in (False, True) if model in THINKS else (None,):
                one = exchange(api, "POST", "/v1/chat/completions", asked(f"exo-harness/{model}", lesson, thinking), lesson["id"])
                kept.append(one)
                right = [(c["name"], c["arguments"]) for c in lesson.get("calls", [])] or lesson["answer"]
                if said(one["response"]["body"]) != right:
                    wrong += 1
                    print(f"{placement} {lesson['id']} thinking {thinking}: {said(one['response']['body'])!r} instead of {right!r}", flush=True)
        print(f"{placement}: {len(kept)} asked", flush=True)
        if placement == "single":
            with open(out, "w") as file:
                rows = ",\n".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in kept)
                file.write(f'{{"name":"{model}","exchanges":[\n{rows}\n]}}\n')
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:4], sys.argv[4:] or ["single", "pipeline-2", "tensor-2"])
