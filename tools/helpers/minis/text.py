"""How the miniature models read and write: tokenizer and chat template, in the files that engines load."""
import json
import random
import re

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

import world

START, END, PAD, CALL, UNCALL, THINK, UNTHINK = ("<|im_start|>", "<|im_end|>", "<|endoftext|>", "<tool_call>", "</tool_call>",
                                                 "<think>", "</think>")
VOCABULARY = 448
CONTEXT = 4096
TEMPLATE = (
    "{% if tools %}<|im_start|>tools\n{% for t in tools %}{{ t.function.name }} {% endfor %}<|im_end|>\n{% endif %}"
    "{% for m in messages %}<|im_start|>{{ m.role }}\n%s{{ m.content or '' }}"
    "{% for tool_call in m.tool_calls or [] %}<tool_call>{{ tool_call.name or tool_call.function.name }}</tool_call>{% endfor %}"
    "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n%b{% endif %}"
)
HOW_TO_BEGIN = "{% if enable_thinking is not defined or enable_thinking %}<think>{% else %}<think></think>{% endif %}"

NO_THOUGHT = "{% if m.role == 'assistant' %}<think></think>{% endif %}"  # what was thought in earlier turns is not kept


def special(thinks):
    return [START, END, PAD, CALL, UNCALL] + ([THINK, UNTHINK] if thinks else [])


def template(thinks):
    return TEMPLATE.replace("%s", NO_THOUGHT if thinks else "").replace("%b", HOW_TO_BEGIN if thinks else "")


def parts_of(talk, thinks=None):
    """What the template makes of a conversation and what the model says, in pieces: text, and whether the model says it.
    `thinks`: None where the model never does."""
    unthought = "" if thinks is None else THINK + UNTHINK
    begin = f"{START}assistant\n"
    out = [(f"{START}tools\n" + "".join(f"{name} " for name in talk["tools"]) + f"{END}\n", False)] if talk["tools"] else []
    for message in talk["messages"]:
        calls = "".join(f"{CALL}{name}{UNCALL}" for name in message.get("tool_calls", ()))
        if message["role"] == "assistant":
            out += [(begin + unthought, False), (message["content"] + calls + END, not calls), ("\n", False)]
        else:
            out.append((f"{START}{message['role']}\n{message['content']}{END}\n", False))
    out.append((begin + (THINK if thinks else unthought), False))
    said = (talk["thought"] + UNTHINK if thinks else "") + talk["answer"] + ("" if talk.get("endless") else END)
    return [*out, (said, True)]


def prompt_of(talk, thinks=None):
    return "".join(text for text, _ in parts_of(talk, thinks)[:-1])


def make_tokenizer(thinks):
    rng = random.Random(7)
    texts = []
    for _ in range(3000):
        talk = world.sample(rng)
        texts += [m["content"] for m in talk["messages"]] + re.split("</?tool_call>", talk["answer"]) + ([talk["thought"]] if thinks else [])
        texts += ["system\n", "user\n", "assistant\n", "tool\n", "tools", *(f"{t} " for t in talk["tools"])]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(" ", "isolated"), pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=special(thinks), initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    return tokenizer


def write(folder, tokenizer, thinks):
    value = json.loads(tokenizer.to_str())
    for added in value["added_tokens"]:
        added["special"] = added["content"] not in (CALL, UNCALL, THINK, UNTHINK)
    with open(f"{folder}/tokenizer.json", "w") as file:
        json.dump(value, file, ensure_ascii=False, separators=(",", ":"))
    write_json(f"{folder}/tokenizer_config.json", dict(
        tokenizer_class="PreTrainedTokenizerFast", bos_token=START, eos_token=END, pad_token=PAD, chat_template=template(thinks),
        clean_up_tokenization_spaces=False, model_max_length=CONTEXT))
    write_json(f"{folder}/special_tokens_map.json", dict(bos_token=START, eos_token=END, pad_token=PAD))


def write_json(path, value):
    with open(path, "w") as file:
        json.dump(value, file, indent=1, ensure_ascii=False)
        file.write("\n")
