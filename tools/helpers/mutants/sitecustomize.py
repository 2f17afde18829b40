"""Mutants of the engine: what an oracle must notice, put before the path of Exo's nodes (PYTHONPATH, as data).

EXO_MUTANT=NAME chooses one, NAME:KEY=VALUE,... with settings; without it nothing is changed. A change is made when the
module that it belongs to has run; no file is touched. `rank` is that of the runner whose part is changed; a model on one
node has none and stays as it is. README.md says what each is and what has to kill it.
"""

import importlib.abc
import importlib.util
import os
import re
import sys


class AfterImport(importlib.abc.MetaPathFinder):
    """Calls `change(module)` once the module NAME has run."""

    def __init__(self, name, change):
        self.name, self.change = name, change
        sys.meta_path.insert(0, self)

    def find_spec(self, name, path=None, target=None):
        if name != self.name or self not in sys.meta_path:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def run_and_change(module):
                run(module)
                self.change(module)

            spec.loader.exec_module = run_and_change
        return spec


def is_rank(rank):
    return os.environ.get("MLX_RANK") == str(rank)


def sums(change, rank):
    """Changes what a rank gives to the sums of tensor parallelism; others (barriers, counts) are left alone."""

    def patch(_):
        import mlx.core as mx

        real, calls = mx.distributed.all_sum, [0]

        def all_sum(x, *args, **kwargs):
            if x.ndim == 3 and x.shape[-1] >= 16 and is_rank(rank):
                calls[0] += 1
                x = change(x, calls[0])
            return real(x, *args, **kwargs)

        mx.distributed.all_sum = all_sum

    AfterImport("exo.worker.engines.mlx.auto_parallel", patch)


def sum_lost(rank="1", every="8"):
    sums(lambda x, n: x * 0 if n % int(every) == 3 else x, rank)


def sum_scaled(rank="1", factor="1.10"):
    sums(lambda x, n: x * float(factor), rank)


def layer_dropped(rank="1", layer="0"):
    def patch(llama):
        block = llama.TransformerBlock
        call, numbers = block.__call__, {}  # Of this rank's layers, by the order in which they are called.

        def skip(self, x, *args, **kwargs):
            number = numbers.setdefault(id(self), len(numbers))
            out = call(self, x, *args, **kwargs)
            return x if is_rank(rank) and number == int(layer) else out

        block.__call__ = skip

    AfterImport("mlx_lm.models.llama", patch)


def position_shifted(rank="1", by="1"):
    def patch(layers):
        real = layers.RoPE.__call__

        def call(self, x, offset=0):
            return real(self, x, offset + int(by) if is_rank(rank) else offset)

        layers.RoPE.__call__ = call

    AfterImport("mlx.nn.layers.positional_encoding", patch)


def prefix_too_long(by="1"):
    def patch(cache):
        real = cache.get_prefix_length

        def longer(prompt, cached):
            found = real(prompt, cached)
            return min(found + int(by), len(prompt), len(cached)) if found else found

        cache.get_prefix_length = longer

    AfterImport("exo.worker.engines.mlx.cache", patch)


def cache_not_copied():
    AfterImport("exo.worker.engines.mlx.cache", lambda cache: setattr(cache, "deepcopy", lambda x: x))


def trim_short():
    def patch(cache):
        real = cache.KVCache.trim
        cache.KVCache.trim = lambda self, n: real(self, 1 if n == 2 else n)

    AfterImport("mlx_lm.models.cache", patch)


def sampler(**fixed):
    def patch(utils):
        real = utils.make_sampler

        def make(*args, **kwargs):
            names = ("temp", "top_p", "min_p")
            kwargs.update(dict(zip(names, args)))
            kwargs.update(fixed)
            return real(**kwargs)

        utils.make_sampler = make

    AfterImport("mlx_lm.sample_utils", patch)


def temperature_ignored():
    sampler(temp=0.0)


def top_p_ignored():
    sampler(top_p=1.0)


def seeded(change):
    def patch(_):
        import mlx.core as mx

        real = mx.random.seed
        mx.random.seed = lambda seed: change(real, seed)

    AfterImport("exo.worker.engines.mlx.generator.generate", patch)


def seed_ignored():
    seeded(lambda real, seed: None)


def seed_by_rank(rank="1"):
    seeded(lambda real, seed: real(seed + 1 if is_rank(rank) else seed))


def said(change):
    """Changes the pieces in which a chat is answered, whole and streamed. `change(piece, number)` gives those to send."""

    def patch(chat):
        for name in ("generate_chat_stream", "collect_chat_response"):

            def wrapped(*args, real=getattr(chat, name), **kwargs):
                async def pieces():
                    number = 0
                    async for piece in real(*args, **kwargs):
                        number += 1
                        for each in change(piece, number):
                            yield each

                return pieces()

            setattr(chat, name, wrapped)

    AfterImport("exo.api.adapters.chat_completions", patch)


def is_token(piece):
    return piece.startswith("data: {") and '"usage":{' not in piece and '"finish_reason":"' not in piece


def frame_dropped(every="5"):
    said(lambda piece, n: [] if n % int(every) == 0 and is_token(piece) else [piece])


def frame_doubled(every="5"):
    said(lambda piece, n: [piece, piece] if n % int(every) == 0 and is_token(piece) else [piece])


def usage_off_by_one():
    more = lambda found: '"completion_tokens":%s%d' % (found[1], int(found[2]) + 1)
    said(lambda piece, n: [re.sub(r'"completion_tokens":(\s*)(\d+)', more, piece)])


def stop_for_length():
    said(lambda piece, n: [re.sub(r'"finish_reason":(\s*)"length"', r'"finish_reason":\1"stop"', piece)])


def other_letter(every="7"):
    """One letter of the text is another, in streams only."""
    change = lambda piece: re.sub(r'("content":"[^"]*?)e', r"\1i", piece)
    said(lambda piece, n: [change(piece)] if n % int(every) == 0 and piece.startswith("data: ") else [piece])


def system_dropped():
    def patch(utils):
        real = utils.apply_chat_template

        def without(tokenizer, params, *args, **kwargs):
            inputs = [each for each in params.input if getattr(each, "role", "") != "system"]
            return real(tokenizer, params.model_copy(update={"instructions": None, "input": inputs}), *args, **kwargs)

        utils.apply_chat_template = without

    AfterImport("exo.worker.engines.mlx.utils_mlx", patch)


MUTANTS = {
    "sum-lost": sum_lost,
    "sum-scaled": sum_scaled,
    "layer-dropped": layer_dropped,
    "position-shifted": position_shifted,
    "prefix-too-long": prefix_too_long,
    "cache-not-copied": cache_not_copied,
    "trim-short": trim_short,
    "temperature-ignored": temperature_ignored,
    "top-p-ignored": top_p_ignored,
    "seed-ignored": seed_ignored,
    "seed-by-rank": seed_by_rank,
    "frame-dropped": frame_dropped,
    "frame-doubled": frame_doubled,
    "usage-off-by-one": usage_off_by_one,
    "stop-for-length": stop_for_length,
    "other-letter": other_letter,
    "system-dropped": system_dropped,
}

chosen, _, settings = os.environ.get("EXO_MUTANT", "").partition(":")
if chosen:
    if chosen not in MUTANTS:
        sys.exit(f"EXO_MUTANT: there is no mutant {chosen}; there are {', '.join(MUTANTS)}")
    MUTANTS[chosen](**dict(pair.split("=", 1) for pair in settings.split(",") if pair))
