"""Place models on a running Exo cluster and write down what came. Usage: measure.py API_URL MODEL:MODE... > seen.jsonl

MODE: single, pipeline-N, tensor-N. One JSON line a pair: model, placement, seen (`works`, or `fails` with phase and text),
seconds until ready, and the answer at temperature 0. Each instance is deleted before the next one is placed.
"""
import json
import re
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

LIMIT_READY = 60
LIMIT_ANSWER = 60
PHASES = {"RunnerIdle": "connect", "RunnerConnecting": "connect", "RunnerConnected": "load", "RunnerLoading": "load",
          "RunnerLoaded": "warm-up", "RunnerWarmingUp": "warm-up", "RunnerReady": "generate",
          "RunnerRunning": "generate"}  # fmt: skip


def call(method, url, body=None, limit=30):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=limit) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def only(tagged):
    return next(iter(tagged.items()))


def state(api):
    return json.loads(call("GET", f"{api}/state")[1])


def runners_of(api, model):
    """Instance id and (tag, value) of each of its runners; None and [] when there is no instance of the model."""
    now = state(api)
    for identity, tagged in now["instances"].items():
        assignments = only(tagged)[1]["shardAssignments"]
        if assignments["modelId"] == model:
            ids = assignments["runnerToShard"]
            return identity, [only(now["runners"].get(i, {"(absent)": {}})) for i in ids]
    return None, []


def wait_ready(api, model):
    """(phase, text) of the first failure, or None when all runners are ready."""
    deadline = time.monotonic() + LIMIT_READY
    last = "place"
    while time.monotonic() < deadline:
        identity, runners = runners_of(api, model)
        for tag, value in runners:
            if tag == "RunnerFailed":
                return last, value.get("errorMessage") or "(no text)"
        reached = [PHASES[tag] for tag, _ in runners if tag in PHASES]
        if reached:
            last = max(reached, key=list(dict.fromkeys(PHASES.values())).index)
        if runners and all(tag in ("RunnerReady", "RunnerRunning") for tag, _ in runners):
            return None
        time.sleep(0.05)
    return last, f"not ready after {LIMIT_READY} s"


def ask_and_watch(api, model):
    """As ask, but a runner that fails meanwhile ends the wait: a non-streamed chat then answers nothing, or never."""
    result = []
    asker = threading.Thread(target=lambda: result.append(ask(api, model)), daemon=True)
    asker.start()
    failure = None
    while asker.is_alive() and failure is None:
        asker.join(0.05)
        failure = next((v.get("errorMessage") for t, v in runners_of(api, model)[1] if t == "RunnerFailed"), None)
    if failure is None and result and result[0][1]:  # the answer was empty: the reason follows
        time.sleep(0.3)
        failure = next((v.get("errorMessage") for t, v in runners_of(api, model)[1] if t == "RunnerFailed"), None)
    return (None, failure[:600]) if failure else result[0]


def ask(api, model):
    body = {"model": model, "messages": [{"role": "user", "content": "Hello there"}], "max_tokens": 12, "temperature": 0}
    try:
        status, text = call("POST", f"{api}/v1/chat/completions", body, LIMIT_ANSWER)
    except TimeoutError:
        return None, f"no answer for {LIMIT_ANSWER} s"
    if status != 200 or not text:
        return None, f"HTTP {status}: {text[:300] or '(empty)'}"
    return json.loads(text)["choices"][0]["message"]["content"], None


def delete_all(api):
    for identity in state(api)["instances"]:
        call("DELETE", f"{api}/instance/{identity}")
    deadline = time.monotonic() + 20
    while state(api)["instances"] and time.monotonic() < deadline:
        time.sleep(0.1)


def measure(api, model, mode):
    sharding, nodes = ("Pipeline", 1) if mode == "single" else re.fullmatch(r"(\w+)-(\d+)", mode).groups()
    query = {"model_id": model, "sharding": sharding.capitalize(), "instance_meta": "MlxRing", "min_nodes": int(nodes)}
    status, text = call("GET", f"{api}/instance/placement?{urllib.parse.urlencode(query)}")
    if status != 200:
        return {"seen": "fails", "phase": "place", "text": json.loads(text)["error"]["message"]}
    begin = time.monotonic()
    call("POST", f"{api}/place_instance", query)
    failure = wait_ready(api, model)
    if failure:
        return {"seen": "fails", "phase": failure[0], "text": failure[1][:600]}
    seconds = round(time.monotonic() - begin, 1)
    answer, trouble = ask_and_watch(api, model)
    if trouble:
        return {"seen": "fails", "phase": "generate", "text": trouble, "seconds": seconds}
    return {"seen": "works", "seconds": seconds, "answer": answer}


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__.splitlines()[0])
    for pair in sys.argv[2:]:
        model, mode = pair.rsplit(":", 1)
        try:
            result = measure(sys.argv[1], model, mode)
        except Exception as error:  # what one pair does must not cost the others
            result = {"seen": "not_tried", "text": f"{type(error).__name__}: {error}"}
        print(json.dumps({"model": model, "placement": mode} | result), flush=True)
        delete_all(sys.argv[1])
