"""Write a Llama checkpoint that follows a script, for a real Exo: FOLDER/exo-harness--scripted (EXO_LAB_MODELS=FOLDER).

Its weights make each token depend on the token before it and on nothing else, so that it says what CHAINS says. Which
chain it enters its chat template decides: by the question, `enable_thinking` and `tools`. So a real Exo thinks and
calls tools as it does with a model that makes sense, and its parsers and its API are seen at work on any machine.
Needs nothing but Python. Usage: make_scripted_model.py FOLDER
"""
import json
import os
import struct
import sys

HIDDEN, LAYERS, HEADS, KV_HEADS = 128, 4, 4, 2
END = "<|im_end|>"
ADDED = ["<unk>", "<|im_start|>", END, "<|endoftext|>", "<think>", "</think>", "<tool_call>", "</tool_call>",
         "<|plain|>", "<|call|>", "<|calls|>", "<|bad|>", "<|told|>", "<|fused|>", "<|endless|>", "<|json|>", "<|weigh|>"]

# Each: the token that the prompt ends with, then what is said. A piece has one follower, so no piece comes twice.
CHAINS = [
    ["<think>", "The user", " asks", " for", " a", " sum", ",", " so", " I", " add", " both", " numbers.", "</think>",
     "2+2", " equals", " 4.", END],
    ["<|plain|>", "2+2"],
    ["<|call|>", "<tool_call>", '{"name":', ' "get_weather",', ' "arguments":', ' {"city":', ' "Paris",', ' "days":',
     " 3}}", "</tool_call>", END],
    ["<|calls|>", '<tool_call>{"name": "get_weather", "arguments": {"city": "Paris", "days": 1}}</tool_call>',
     '<tool_call>{"name": "get_time", "arguments": {"city": "Rome"}}</tool_call>', END],
    ["<|bad|>", '<tool_call>{"name": "get_weather", "arguments": {"city": </tool_call>', END],
    ["<|told|>", "It is", " sunny", " there.", END],
    ["<|fused|>", "I see", " it", ".</think>Four", " it is.", END],
    ["<|endless|>", " river", " stone", " lamp", " river"],
    ["<|json|>", '{"sum":', " 4}", END],
    ["<|weigh|>", "<thin", "k>", "I look", " it up.", "</thi", "nk>",
     '<tool_call>{"name": "get_weather", "arguments": {"city": "Paris", "days": 3}}</tool_call>', END],
]
TEMPLATE = (
    "{%- for m in messages -%}<|im_start|>{{ m.role }}\n{{ m.content }}"
    "{%- for tool_call in m.tool_calls or [] -%}<tool_call>{{ tool_call.name or tool_call.function.name }}</tool_call>"
    "{%- endfor -%}<|im_end|>\n{%- endfor -%}{%- if tools -%}{{ tools | tojson }}{%- endif -%}"
    "{%- if add_generation_prompt -%}{%- set last = messages[-1] -%}<|im_start|>assistant\n"
    "{%- if last.role == 'tool' -%}<|told|>"
    "{%- elif tools and 'both' in last.content -%}<|calls|>"
    "{%- elif tools and 'broken' in last.content -%}<|bad|>"
    "{%- elif tools and 'weather' in last.content and enable_thinking is defined and enable_thinking -%}<|weigh|>"
    "{%- elif tools and 'weather' in last.content -%}<|call|>"
    "{%- elif 'long story' in last.content -%}<|endless|>"
    "{%- elif 'JSON' in last.content -%}<|json|>"
    "{%- elif 'fused' in last.content -%}<think><|fused|>"
    "{%- elif enable_thinking is defined and enable_thinking -%}<think>"
    "{%- else -%}<think></think><|plain|>{%- endif -%}{%- endif -%}"
)


def byte_letters():
    """The letters that byte-level vocabularies write bytes with."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in kept]
    return {b: chr(b) if b in kept else chr(256 + others.index(b)) for b in range(256)}


def vocabulary():
    """The id of each added token, of each byte, and of each piece of the chains."""
    letters = byte_letters()
    ids = {token: i for i, token in enumerate(ADDED)}
    for letter in letters.values():
        ids[letter] = len(ids)
    pieces = {token: ids[token] for token in ADDED}
    for piece in (piece for chain in CHAINS for piece in chain):
        if piece not in pieces:
            pieces[piece] = ids.setdefault("".join(letters[b] for b in piece.encode()), len(ids))
    return ids, pieces


def write_tokenizer(folder, ids):
    added = [dict(id=ids[t], content=t, single_word=False, lstrip=False, rstrip=False, normalized=False,
                  special=not t.endswith(("think>", "tool_call>"))) for t in ADDED]
    byte_level = dict(type="ByteLevel", add_prefix_space=False, trim_offsets=True, use_regex=True)
    model = dict(type="BPE", dropout=None, unk_token=None, continuing_subword_prefix=None, end_of_word_suffix=None,
                 fuse_unk=False, byte_fallback=False, vocab=ids, merges=[])
    write_json(f"{folder}/tokenizer.json", dict(
        version="1.0", truncation=None, padding=None, added_tokens=added, normalizer=None,
        pre_tokenizer=byte_level, post_processor=None, decoder=byte_level, model=model))
    write_json(f"{folder}/tokenizer_config.json", dict(
        tokenizer_class="PreTrainedTokenizerFast", eos_token=END, pad_token="<|endoftext|>",
        chat_template=TEMPLATE, clean_up_tokenization_spaces=False, model_max_length=32768))


def weights(vocabulary_size, pieces):
    """Name, shape and values by index (the rest is 0) of each tensor, in float32."""
    slots = {token: slot for slot, token in enumerate(sorted({pieces[p] for chain in CHAINS for p in chain}))}
    assert len(slots) < HIDDEN
    seen = {token * HIDDEN + slot: 1.0 for token, slot in slots.items()}
    said = {}
    for chain in CHAINS:
        for before, after in zip(chain, chain[1:]):
            said[pieces[after] * HIDDEN + slots[pieces[before]]] = 2.0
    yield "model.embed_tokens.weight", (vocabulary_size, HIDDEN), seen
    yield "lm_head.weight", (vocabulary_size, HIDDEN), said
    yield "model.norm.weight", (HIDDEN,), dict.fromkeys(range(HIDDEN), 1.0)
    narrow = HIDDEN * KV_HEADS // HEADS
    for layer in range(LAYERS):
        at = f"model.layers.{layer}"
        for norm in ("input_layernorm", "post_attention_layernorm"):
            yield f"{at}.{norm}.weight", (HIDDEN,), dict.fromkeys(range(HIDDEN), 1.0)
        for name, rows in (("q", HIDDEN), ("k", narrow), ("v", narrow), ("o", HIDDEN)):
            yield f"{at}.self_attn.{name}_proj.weight", (rows, HIDDEN), {}
        for name, shape in (("gate", (2 * HIDDEN, HIDDEN)), ("up", (2 * HIDDEN, HIDDEN)), ("down", (HIDDEN, 2 * HIDDEN))):
            yield f"{at}.mlp.{name}_proj.weight", shape, {}


def write_weights(folder, tensors):
    header, body = {"__metadata__": {"format": "mlx"}}, bytearray()
    for name, shape, values in tensors:
        count = shape[0] * (shape[1] if len(shape) > 1 else 1)
        data = bytearray(4 * count)
        for index, value in values.items():
            struct.pack_into("<f", data, 4 * index, value)
        header[name] = dict(dtype="F32", shape=shape, data_offsets=[len(body), len(body) + len(data)])
        body += data
    text = json.dumps(header).encode()
    file = "model-00001-of-00001.safetensors"
    with open(f"{folder}/{file}", "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text + body)
    names = dict.fromkeys((n for n in header if n != "__metadata__"), file)
    write_json(f"{folder}/model.safetensors.index.json", dict(metadata=dict(total_size=len(body)), weight_map=names))


def write_json(path, value):
    with open(path, "w") as file:
        json.dump(value, file, indent=1)


def main(out):
    folder = f"{out}/exo-harness--scripted"
    os.makedirs(folder, exist_ok=True)
    ids, pieces = vocabulary()
    write_tokenizer(folder, ids)
    write_weights(folder, weights(len(ids), pieces))
    write_json(f"{folder}/config.json", dict(
        architectures=["LlamaForCausalLM"], model_type="llama", hidden_size=HIDDEN, intermediate_size=2 * HIDDEN,
        num_hidden_layers=LAYERS, num_attention_heads=HEADS, num_key_value_heads=KV_HEADS, head_dim=HIDDEN // HEADS,
        max_position_embeddings=32768, rms_norm_eps=1e-5, rope_theta=10000.0, vocab_size=len(ids),
        bos_token_id=ids["<|im_start|>"], eos_token_id=ids[END], tie_word_embeddings=False, torch_dtype="float32"))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: make_scripted_model.py FOLDER")
    main(sys.argv[1])
