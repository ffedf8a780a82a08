"""A small Llama from scratch that continues text: the paper's model and its training (section III).

Paper's details: Llama 2's architecture, randomly initialised; AdamW with betas 0.9 and 0.95; a cosine schedule with
warm-up that ends at a tenth of the peak rate; greedy decoding; pairs longer than the context are left out. Ours differs
in size (``scales.ModelSize``), and in the tokenizer: byte-level BPE is trained on the train texts, and merges stay
within a word of IR (``%12``, ``i32`` and ``getelementptr`` may be tokens; numbers are single digits, as in Llama's), so
that a model of this size can copy. Loss is over the whole pair, but the prompt counts less, and the line with the pass
list more: code has many more tokens, and there is not the paper's time to learn all.

All models of this folder (lists with and without code, single passes, arithmetic) are this one with other pairs.
Training goes on where it was stopped, exactly: a step's pairs depend on seed and step alone.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...errors import InputError
from ..train.tokens import byte_level_bpe
from .scales import ModelSize
from .study import Study, read_json, write_json

__all__ = ["Language", "Pair", "train_language"]

Pair = tuple[str, str]
"""Prompt and answer."""
Encoded = tuple[list[int], int, int]
"""A pair's tokens, where its answer begins, and where the line with the pass list ends (there too if it has none)."""

PROMPT_WEIGHT: Final = 0.1
LIST_WEIGHT: Final = 4.0
LISTED: Final = "Run passes "
"""How an answer with a pass list begins (``prompts``)."""
DECAY: Final = 0.1
BETAS: Final = (0.9, 0.95)
CLIP: Final = 1.0
MERGED_FROM: Final = 4_000_000
"""Characters that the tokenizer is trained on."""
LONGEST_TEXT: Final = 20_000

PAD, EOS, ANSWER = "<pad>", "<eos>", "<answer>"
_SPECIAL = (PAD, EOS, ANSWER)
_WORD = r"\n| ?[%@!#]?[A-Za-z_.$][A-Za-z0-9_.$]*| ?[%@!#]\d+| ?-?\d|[^\S\n]+| ?[^\sA-Za-z0-9_.$%@!#]"

Words = Any
"""A ``tokenizers.Tokenizer``."""


def train_words(texts: Sequence[str], size: int) -> Words:
    """A byte-level BPE tokenizer of at most ``size`` tokens."""
    words, trainer = byte_level_bpe(_WORD, size, _SPECIAL)
    chosen, total = [], 0
    for text in texts:
        if total > MERGED_FROM:
            break
        chosen.append(text[:LONGEST_TEXT])
        total += len(chosen[-1])
    words.train_from_iterator(chosen, trainer)
    return words


class Language:
    """A network and its tokenizer."""

    def __init__(self, size: ModelSize, words: Words, seed: int) -> None:
        import torch
        from transformers import LlamaConfig, LlamaForCausalLM

        self.size, self.words = size, words
        self.pad, self.eos, self.answer = (words.token_to_id(name) for name in _SPECIAL)
        self.newline = words.encode("\n").ids[0]
        torch.manual_seed(seed)
        config = LlamaConfig(
            vocab_size=words.get_vocab_size(),
            hidden_size=size.width,
            intermediate_size=size.inner,
            num_hidden_layers=size.layers,
            num_attention_heads=size.heads,
            num_key_value_heads=size.heads,
            max_position_embeddings=size.context,
            tie_word_embeddings=True,
            bos_token_id=self.answer,
            eos_token_id=self.eos,
            pad_token_id=self.pad,
            attn_implementation="sdpa",
        )
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.network = LlamaForCausalLM(config).to(self.device)

    @property
    def parameters(self) -> int:
        return sum(weight.numel() for weight in self.network.parameters())

    def encode(self, text: str) -> list[int]:
        ids: list[int] = self.words.encode(text).ids
        return ids

    def ids_of(self, pair: Pair) -> Encoded | None:
        """A pair as tokens, where the answer begins, and where its list ends; None if it is longer than the context."""
        prompt = [*self.encode(pair[0]), self.answer]
        answer = self.encode(pair[1])
        whole = [*prompt, *answer, self.eos]
        if len(whole) > self.size.context:
            return None
        end = len(prompt)
        if pair[1].startswith(LISTED):
            end += answer.index(self.newline) if self.newline in answer else len(answer)
        return whole, len(prompt), end

    def fits(self, prompt: str, room: int) -> bool:
        """Whether a prompt leaves so much room for an answer."""
        return len(self.encode(prompt)) + 1 + room <= self.size.context

    def generate(self, prompts: Sequence[str], most: int, first_line: bool = False, at_once: int = 16) -> list[str]:
        """Greedy answers, of at most ``most`` tokens each, or their first lines. Longer prompts are cut on the left."""
        import torch

        self.network.eval()
        answers = [""] * len(prompts)
        encoded = [[*self.encode(prompt), self.answer][-(self.size.context - 8) :] for prompt in prompts]
        order = sorted(range(len(prompts)), key=lambda number: len(encoded[number]))
        for at in range(0, len(order), at_once):
            rows = order[at : at + at_once]
            longest = max(len(encoded[row]) for row in rows)
            ids = torch.full((len(rows), longest), self.pad)
            mask = torch.zeros((len(rows), longest), dtype=torch.long)
            for place, row in enumerate(rows):
                ids[place, longest - len(encoded[row]) :] = torch.tensor(encoded[row])
                mask[place, longest - len(encoded[row]) :] = 1
            room = max(1, min(most, self.size.context - longest))
            with torch.no_grad():
                made = self.network.generate(
                    input_ids=ids.to(self.device),
                    attention_mask=mask.to(self.device),
                    max_new_tokens=room,
                    do_sample=False,
                    eos_token_id=[self.eos, self.newline] if first_line else self.eos,
                    pad_token_id=self.pad,
                )
            for place, row in enumerate(rows):
                new = made[place, longest:].tolist()
                stops = [number for number, token in enumerate(new) if token in (self.eos, self.pad)]
                answers[row] = self.words.decode(new[: stops[0]] if stops else new)
        return answers

    def save(self, folder: Path) -> None:
        """Weights and tokenizer, for a later :meth:`load`."""
        import torch

        folder.mkdir(parents=True, exist_ok=True)
        self.words.save(str(folder / "tokenizer.json"))
        write_json(folder / "size.json", asdict(self.size))
        part = folder / "weights.part"
        torch.save(self.network.state_dict(), part)
        part.rename(folder / "weights.pt")

    @classmethod
    def load(cls, folder: Path) -> Language:
        """Raises InputError if there is no model in the folder."""
        import torch
        from tokenizers import Tokenizer

        if not (folder / "weights.pt").exists():
            raise InputError(f"{folder} holds no model; run the part that trains it")
        words = Tokenizer.from_file(str(folder / "tokenizer.json"))
        language = cls(ModelSize(**json.loads((folder / "size.json").read_text("utf-8"))), words, 0)
        weights = torch.load(folder / "weights.pt", weights_only=True, map_location=language.device)
        language.network.load_state_dict(weights)
        return language


def rate_of(size: ModelSize, step: int) -> float:
    """The learning rate of a step: warm-up, then a cosine down to a tenth."""
    warmup = max(1, min(1000, size.steps // 10))
    if step < warmup:
        return size.rate * (step + 1) / warmup
    done = (step - warmup) / max(1, size.steps - warmup)
    return size.rate * (0.1 + 0.45 * (1 + math.cos(math.pi * min(1.0, done))))


def train_language(
    study: Study,
    folder: Path,
    size: ModelSize,
    pairs: Sequence[Pair],
    validate: Callable[[Language], dict[str, float]],
    better: str,
    words: Words | None = None,
    weights: Sequence[float] | None = None,
    start: Language | None = None,
) -> tuple[Language, list[dict[str, float]]]:
    """Train on pairs; returns the model with its best weights by ``validate(...)[better]``, and the log.

    ``weights`` are how often each pair is drawn (all alike by default), ``start`` a model to go on from, whose
    tokenizer is used. Raises InputError if no pair fits.
    """
    import torch

    torch.set_num_threads(study.jobs)
    begin = time.monotonic()
    words = (
        start.words if start is not None else words or train_words([a + "\n" + b for a, b in pairs], size.vocabulary)
    )
    language = Language(size, words, study.seed)
    if start is not None:
        language.network.load_state_dict(start.network.state_dict())
    fitting = [(found, number) for number, pair in enumerate(pairs) if (found := language.ids_of(pair)) is not None]
    if not fitting:
        raise InputError(f"none of {len(pairs)} pairs fits into a context of {size.context} tokens")
    encoded = [one for one, _ in fitting]
    shares = np.array([1.0 if weights is None else weights[number] for _, number in fitting])
    shares /= shares.sum()
    decayed = [one for one in language.network.parameters() if one.dim() > 1]
    others = [one for one in language.network.parameters() if one.dim() <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": DECAY}, {"params": others, "weight_decay": 0.0}], lr=size.rate, betas=BETAS
    )
    log: list[dict[str, float]] = []
    state_place, log_place = folder / "state.pt", folder / "log.json"
    begun, tokens = 0, 0
    if state_place.exists() and log_place.exists():
        state = torch.load(state_place, weights_only=True, map_location=language.device)
        language.network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        log = read_json(log_place)["log"]
        begun, tokens = int(log[-1]["step"]), int(log[-1]["tokens"])
    best = max((row[better] for row in log), default=-math.inf)
    for step in range(begun, size.steps):
        study.check_time()
        rng = np.random.default_rng([study.seed, step])
        rows = rng.choice(len(encoded), size.batch, p=shares)
        for group in optimizer.param_groups:
            group["lr"] = rate_of(size, step)
        loss = _step(language, [encoded[row] for row in rows])
        torch.nn.utils.clip_grad_norm_(language.network.parameters(), CLIP)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        tokens += sum(len(encoded[row][0]) for row in rows)
        if (step + 1) % size.every == 0 or step + 1 == size.steps:
            point = validate(language)
            log.append({"step": step + 1, "tokens": tokens, "loss": round(loss, 4), **point})
            shown = ", ".join(f"{name} {value:.4g}" for name, value in point.items())
            study.say(f"step {step + 1} of {size.steps}, loss {loss:.3f}, {shown}, {time.monotonic() - begin:.0f} s")
            if point[better] > best or not (folder / "weights.pt").exists():
                best = point[better]
                language.save(folder)
            part = state_place.with_suffix(".part")
            torch.save({"network": language.network.state_dict(), "optimizer": optimizer.state_dict()}, part)
            part.rename(state_place)
            write_json(log_place, {"log": log, "pairs": len(pairs), "fitting": len(encoded)})
    return Language.load(folder), log


def _step(language: Language, rows: Sequence[Encoded]) -> float:
    """Forward and backward over one step's pairs, shortest first, in pieces of like length; the mean loss.

    An accelerator takes larger pieces.
    """
    import torch

    language.network.train()
    ordered = sorted(rows, key=lambda row: len(row[0]))
    total = 0.0
    weight = sum(
        len(ids) - answer + PROMPT_WEIGHT * (answer - 1) + (LIST_WEIGHT - 1) * (end - answer)
        for ids, answer, end in rows
    )
    piece = 4 if language.device.type == "cpu" else 32
    for at in range(0, len(ordered), piece):
        part = ordered[at : at + piece]
        longest = max(len(ids) for ids, _, _ in part)
        ids = torch.full((len(part), longest), language.pad)
        counts = torch.zeros((len(part), longest - 1))
        for place, (row, answer, end) in enumerate(part):
            ids[place, : len(row)] = torch.tensor(row)
            counts[place, : answer - 1] = PROMPT_WEIGHT
            counts[place, answer - 1 : len(row) - 1] = 1.0
            counts[place, answer - 1 : end - 1] = LIST_WEIGHT
        ids, counts = ids.to(language.device), counts.to(language.device)
        with torch.autocast("cuda", torch.bfloat16, enabled=language.device.type == "cuda"):
            logits = language.network(input_ids=ids[:, :-1], use_cache=False).logits.float()
        losses = torch.nn.functional.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
        loss = (losses * counts.flatten()).sum() / weight
        loss.backward()
        total += float(loss.detach())
    return total


def lengths(language: Language, texts: Sequence[str]) -> npt.NDArray[np.int64]:
    """Tokens of each text."""
    return np.array([len(language.encode(text)) for text in texts], dtype=np.int64)
