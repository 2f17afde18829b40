"""Ask a placed model with the Python clients that people put before Exo; print a line for each of client and way of asking.

Usage: ask_with_python_clients.py API MODEL     needs: pip install openai litellm langchain-openai anthropic ollama
"""
import importlib.metadata
import sys

SEED = "What is 2+2?"
WEATHER = "What is the weather in Paris for 3 days? Use a tool."
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}, "required": ["city"]}
TOOL = {"type": "function", "function": {"name": "get_weather", "description": "The weather", "parameters": SCHEMA}}


def openai_client(api, model):
    import openai
    client = openai.OpenAI(base_url=f"{api}/v1", api_key="none", max_retries=0, timeout=30)

    def ask(stream=False, question=SEED, **more):
        return client.chat.completions.create(
            model=model, messages=[{"role": "user", "content": question}], stream=stream, **more)

    def streamed(**more):
        pieces, thought, calls, last = [], [], [], None
        for chunk in ask(stream=True, **more):
            for choice in chunk.choices:
                pieces.append(choice.delta.content or "")
                thought.append(getattr(choice.delta, "reasoning_content", None) or "")
                calls += choice.delta.tool_calls or []
                last = choice.finish_reason or last
        return "".join(pieces), "".join(thought), [(c.function.name, c.function.arguments) for c in calls], last

    def shown(answer):
        message = answer.choices[0].message
        calls = [(c.function.name, c.function.arguments) for c in message.tool_calls or []]
        return message.content, getattr(message, "reasoning_content", None), calls, answer.choices[0].finish_reason

    yield "whole", lambda: shown(ask(max_tokens=50))
    yield "stream", lambda: streamed(max_tokens=50)
    yield "max_completion_tokens 3", lambda: shown(ask(max_completion_tokens=3, extra_body={"enable_thinking": False}))
    yield "tools", lambda: shown(ask(question=WEATHER, tools=[TOOL], max_tokens=200))
    yield "tools stream", lambda: streamed(question=WEATHER, tools=[TOOL], max_tokens=200)
    yield "tool_choice none", lambda: shown(ask(question=WEATHER, tools=[TOOL], tool_choice="none", max_tokens=200))
    yield "cut call", lambda: shown(ask(question=WEATHER, tools=[TOOL], max_tokens=3))
    yield "cut call stream", lambda: streamed(question=WEATHER, tools=[TOOL], max_tokens=3)
    yield "stream helper", lambda: stream_helper(client, model)
    yield "responses", lambda: client.responses.create(model=model, input=SEED, max_output_tokens=50).output_text
    yield "responses stream", lambda: "".join(
        e.delta for e in client.responses.create(model=model, input=SEED, max_output_tokens=50, stream=True)
        if e.type == "response.output_text.delta")
    yield "models", lambda: [m.id for m in client.models.list().data if m.id == model]


def stream_helper(client, model):
    with client.chat.completions.stream(model=model, messages=[{"role": "user", "content": SEED}], max_tokens=50) as stream:
        for _ in stream:
            pass
        answer = stream.get_final_completion()
    return answer.choices[0].message.content, answer.usage and answer.usage.completion_tokens


def litellm_client(api, model):
    import litellm
    litellm.suppress_debug_info = True

    def ask(stream=False, question=SEED, **more):
        return litellm.completion(model=f"openai/{model}", api_base=f"{api}/v1", api_key="none", num_retries=0, timeout=30,
                                  messages=[{"role": "user", "content": question}], stream=stream, **more)

    def shown(answer):
        message = answer.choices[0].message
        calls = [(c.function.name, c.function.arguments) for c in message.tool_calls or []]
        return message.content, getattr(message, "reasoning_content", None), calls, answer.choices[0].finish_reason

    def streamed(**more):
        return shown(litellm.stream_chunk_builder(list(ask(stream=True, **more))))

    yield "whole", lambda: shown(ask(max_tokens=50))
    yield "stream", lambda: streamed(max_tokens=50)
    yield "tools", lambda: shown(ask(question=WEATHER, tools=[TOOL], max_tokens=200))
    yield "tools stream", lambda: streamed(question=WEATHER, tools=[TOOL], max_tokens=200)


def langchain_client(api, model):
    from langchain_openai import ChatOpenAI

    def chat(**more):
        return ChatOpenAI(model=model, base_url=f"{api}/v1", api_key="none", max_retries=0, timeout=30, **more)

    def shown(message):
        return message.content, [(c["name"], c["args"]) for c in message.tool_calls], message.response_metadata.get("finish_reason")

    def streamed(bound, question):
        whole = None
        for chunk in bound.stream(question):
            whole = chunk if whole is None else whole + chunk
        return shown(whole)

    yield "whole, max_tokens 50", lambda: shown(chat(max_tokens=50).invoke(SEED))
    yield "max_tokens 3 of it", lambda: shown(chat(max_tokens=3).invoke(SEED))
    yield "stream", lambda: streamed(chat(max_tokens=50), SEED)
    yield "tools", lambda: shown(chat(max_tokens=200).bind_tools([TOOL]).invoke(WEATHER))
    yield "tools stream", lambda: streamed(chat(max_tokens=200).bind_tools([TOOL]), WEATHER)
    yield "structured output", lambda: chat(max_tokens=200).with_structured_output(SCHEMA | {"title": "Sum"}).invoke(WEATHER)


def anthropic_client(api, model):
    import anthropic
    client = anthropic.Anthropic(base_url=api, api_key="none", max_retries=0, timeout=30)
    tool = {"name": "get_weather", "description": "The weather", "input_schema": SCHEMA}

    def ask(question=SEED, **more):
        return client.messages.create(model=model, messages=[{"role": "user", "content": question}], **more)

    def shown(answer):
        return [(b.type, getattr(b, "text", None) or getattr(b, "thinking", None) or getattr(b, "input", None))
                for b in answer.content], answer.stop_reason

    def streamed(**more):
        with client.messages.stream(model=model, messages=[{"role": "user", "content": more.pop("question", SEED)}], **more) as s:
            return shown(s.get_final_message())

    yield "whole", lambda: shown(ask(max_tokens=50))
    yield "stream", lambda: streamed(max_tokens=50)
    yield "tools", lambda: shown(ask(question=WEATHER, tools=[tool], max_tokens=200))
    yield "tools stream", lambda: streamed(question=WEATHER, tools=[tool], max_tokens=200)


def ollama_client(api, model):
    import ollama
    client = ollama.Client(host=f"{api}/ollama", timeout=30)

    def ask(question=SEED, stream=False, **more):
        return client.chat(model=model, messages=[{"role": "user", "content": question}], stream=stream, **more)

    def shown(answer):
        calls = [(c.function.name, dict(c.function.arguments)) for c in answer.message.tool_calls or []]
        return answer.message.content, answer.message.thinking, calls, answer.done_reason

    def streamed(**more):
        parts = list(ask(stream=True, **more))
        return "".join(p.message.content or "" for p in parts), "".join(p.message.thinking or "" for p in parts), [
            c.function.name for p in parts for c in p.message.tool_calls or []], parts[-1].done_reason

    options = {"num_predict": 50}
    yield "whole", lambda: shown(ask(options=options))
    yield "stream", lambda: streamed(options=options)
    yield "think false", lambda: shown(ask(options=options, think=False))
    yield "tools", lambda: shown(ask(question=WEATHER, tools=[TOOL]))
    yield "tools stream", lambda: streamed(question=WEATHER, tools=[TOOL])
    yield "generate", lambda: client.generate(model=model, prompt=SEED, options=options).response
    yield "list", lambda: [m.model for m in client.list().models if m.model == model]


CLIENTS = {"openai": openai_client, "litellm": litellm_client, "langchain-openai": langchain_client,
           "anthropic": anthropic_client, "ollama": ollama_client}


def main(api, model):
    for package, ways in CLIENTS.items():
        try:
            version = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            print(f"{package}: not installed")
            continue
        for way, ask in ways(api, model):
            try:
                print(f"{package} {version} | {way} | {ask()}", flush=True)
            except Exception as error:  # whatever a client says is the result
                print(f"{package} {version} | {way} | BREAKS {type(error).__name__}: {str(error)[:300]}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: ask_with_python_clients.py API MODEL")
    main(sys.argv[1].rstrip("/"), sys.argv[2])
