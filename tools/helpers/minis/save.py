"""Write the checkpoint of trained parameters as engines load it, and say how it answers. Needs mlx-lm, as Exo brings it.

Usage: save.py llama|nemotron_h PARAMETERS.npz FOLDER [--bits 4] [--dtype bfloat16]
"""
import argparse
import importlib
import os

import mlx.core as mx
from mlx_lm.utils import quantize_model, save_config, save_model

import configs
import text

GROUP = 32  # weights that share a scale; a matrix that two ranks share has whole groups on each


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind")
    parser.add_argument("parameters")
    parser.add_argument("folder")
    parser.add_argument("--bits", type=int)
    parser.add_argument("--dtype", default="bfloat16")
    options = parser.parse_args()
    can_think = options.kind == "nemotron_h"
    tokenizer = text.make_tokenizer(can_think)
    ids = dict(bos_token_id=tokenizer.token_to_id(text.START), eos_token_id=tokenizer.token_to_id(text.END),
               pad_token_id=tokenizer.token_to_id(text.PAD))
    config = configs.CONFIGS[options.kind] | ids | dict(vocab_size=tokenizer.get_vocab_size(), torch_dtype=options.dtype)
    module = importlib.import_module(f"mlx_lm.models.{options.kind}")
    model = module.Model(module.ModelArgs.from_dict(config))
    model.load_weights([(name, value.astype(getattr(mx, options.dtype))) for name, value in mx.load(options.parameters).items()])
    if options.bits:
        model, config = quantize_model(model, config, GROUP, options.bits)
    os.makedirs(options.folder, exist_ok=True)
    save_model(options.folder, model)
    save_config(config, f"{options.folder}/config.json")
    text.write(options.folder, tokenizer, can_think)
    text.write_json(f"{options.folder}/generation_config.json", ids | dict(do_sample=False, max_length=text.CONTEXT))


if __name__ == "__main__":
    main()
