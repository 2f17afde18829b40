"""A client of stream_server as Python benchmarks are: aiohttp, aiohttp with uvloop, or httpx, each with one task a stream.

    load_peer.py aiohttp|aiohttp-uvloop|httpx URL STREAMS RAMP_SECONDS

Reads lines, parses the JSON of each event, takes its token and the server's stamp: less than any real tool does.
"""
import asyncio
import json
import resource
import sys
import time

MODE, URL, STREAMS, RAMP = sys.argv[1], sys.argv[2] + "/v1/chat/completions", int(sys.argv[3]), float(sys.argv[4])
BODY = json.dumps({"model": "mlx-community/Llama-3.2-1B-Instruct-4bit", "stream": True, "max_tokens": 64,
                   "messages": [{"role": "user", "content": "hello"}]})
HEADERS = {"Content-Type": "application/json", "Accept": "text/event-stream"}
lags, seen = [], {"completed": 0, "failed": 0, "tokens": 0, "usage": 0}


def take(line, at):
    if not line.startswith(b"data: "):
        return False
    data = line[6:].strip()
    if data == b"[DONE]":
        return True
    event = json.loads(data)
    lags.append(at - int(event["id"]))
    if event["choices"][0]["delta"]["content"]:
        seen["tokens"] += 1
    if "usage" in event:
        seen["usage"] += event["usage"]["completion_tokens"]
    return False


async def with_aiohttp(session):
    done, rest = False, b""
    async with session.post(URL, data=BODY, headers=HEADERS) as answer:
        async for chunk in answer.content.iter_any():
            at = time.monotonic_ns()
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                done = take(line, at) or done
    return done


async def with_httpx(session):
    done = False
    async with session.stream("POST", URL, content=BODY, headers=HEADERS, timeout=None) as answer:
        async for line in answer.aiter_lines():
            done = take(line.encode(), time.monotonic_ns()) or done
    return done


async def one(stream, session):
    try:
        seen["completed" if await stream(session) else "failed"] += 1
    except Exception as error:
        seen["failed"] += 1
        if seen["failed"] < 4:
            print(repr(error), file=sys.stderr)


async def main():
    if MODE == "httpx":
        import httpx
        session, stream = httpx.AsyncClient(limits=httpx.Limits(max_connections=None), timeout=None), with_httpx
    else:
        import aiohttp
        session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0),
                                        timeout=aiohttp.ClientTimeout(total=None))
        stream = with_aiohttp
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin, tasks = time.monotonic(), []
    for i in range(STREAMS):
        wait = begin + RAMP * i / STREAMS - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        tasks.append(asyncio.create_task(one(stream, session)))
    await asyncio.gather(*tasks)
    wall = time.monotonic() - begin
    await (session.aclose() if MODE == "httpx" else session.close())
    return wall, before


if "uvloop" in MODE:
    import uvloop
    uvloop.install()
wall, before = asyncio.run(main())
use = resource.getrusage(resource.RUSAGE_SELF)
lags.sort()
at = lambda part: lags[min(len(lags) - 1, int(part * len(lags)))] / 1000 if lags else 0
print(f"{MODE} streams={STREAMS} completed={seen['completed']} failed={seen['failed']} events={len(lags)} "
      f"tokens={seen['tokens']} usage={seen['usage']} lag_p50_us={at(.5):.1f} lag_p90_us={at(.9):.1f} "
      f"lag_p99_us={at(.99):.1f} cpu_us_per_event={(use.ru_utime + use.ru_stime) * 1e6 / max(1, len(lags)):.2f} "
      f"kb_per_stream={(use.ru_maxrss - before) / STREAMS:.1f} wall_s={wall:.2f}")
