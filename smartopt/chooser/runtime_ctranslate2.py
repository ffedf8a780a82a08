"""The runtime for builds: int8 weights through CTranslate2, in a child process.

The child loads CTranslate2, tokenizers and numpy (a fifth of a second, no torch), while the parent stays
single-threaded, so that it may fork trial workers; if the native library crashes, the coreset proposes instead. All
places of all functions are read in forward passes over batches of similar length. The exported output layer has only
the answer words, so it costs next to nothing.
"""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from ..errors import ModelError
from ..options import Objective
from ..records import dataclass
from ..worker.process import Limits, WorkerProcess
from ..worker.protocol import Handlers, Request
from .backend import Answer
from .grammar import Grammar
from .manifest import Manifest
from .prompt import Prompter, unspelled
from .ranking import orders, savings
from .tokenizer import TextTokenizer

__all__ = ["BATCH", "Isolated", "Session"]

BATCH: Final = 32
"""The most functions in one forward pass."""
BATCH_TOKENS: Final = 1024
FILLED: Final = 0.75
"""The least length of a batch's shortest function, as a share of its longest. Padding costs as much as any token here,
and on a CPU larger batches gain nothing: with 0, the same functions took five times as long."""

_FILES = ("model.bin", "config.json", "vocabulary.json")
_LIMITS = Limits(cpu_seconds=600.0, request_seconds=600.0)


@dataclass(frozen=True)
class Rank(Request["list[Answer | None]"]):
    """Asks the child what :meth:`Session.rank` is asked."""

    texts: tuple[str, ...]
    objective: Objective


class Isolated:
    """A session in a child process, which is started at the first request."""

    def __init__(self, folder: Path, threads: int = 0) -> None:
        self._process = WorkerProcess(partial(_Service, folder, threads), _LIMITS)

    def rank(self, texts: Sequence[str], objective: Objective) -> list[Answer | None]:
        """See :class:`smartopt.chooser.backend.Backend`."""
        return self._process.call(Rank(tuple(texts), objective))

    def close(self) -> None:
        self._process.close()

    def __del__(self) -> None:
        self._process.close()


class _Service:
    """A loaded model that answers requests, in the child."""

    def __init__(self, folder: Path, threads: int, process: WorkerProcess) -> None:
        self._session = Session(Manifest.read(folder), threads)
        self.handlers: Handlers = {Rank: self._rank}

    def _rank(self, request: Rank) -> list[Answer | None]:
        return self._session.rank(request.texts, request.objective)


class Session:
    """A loaded model. ``threads`` is CTranslate2's ``intra_threads``; 0 takes the machine's cores, at most four."""

    def __init__(self, manifest: Manifest, threads: int = 0, compute_type: str = "default") -> None:
        self.manifest = manifest
        files = {name: manifest.content(name) for name in _FILES}
        tokenizer = TextTokenizer(manifest.content("tokenizer.json"), manifest.words)
        self.prompter = Prompter(tokenizer, manifest.context, manifest.cut, manifest.code)
        try:
            import ctranslate2

            self._generator: Any = ctranslate2.Generator(
                manifest.name,
                device="cpu",
                compute_type=compute_type,
                inter_threads=1,
                intra_threads=threads or min(os.cpu_count() or 1, 4),
                files={name: io.BytesIO(content) for name, content in files.items()},
            )
        except ImportError as error:
            raise ModelError(f"CTranslate2 cannot be loaded ({error}); pass --model none") from error
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"CTranslate2 refuses the model ({error}); export it again") from error

    def close(self) -> None:
        self._generator.unload_model()

    def rank(self, texts: Sequence[str], objective: Objective) -> list[Answer | None]:
        """See :class:`smartopt.chooser.backend.Backend`."""
        stems = self.prompter.stems(texts)
        logits = self.logits([stem for stem in stems if stem is not None], objective)
        answers: list[Answer | None] = [None] * len(texts)
        if logits is None:
            return answers
        wins, lists, adds = logits
        found, saves = orders(lists), savings(adds, lists.shape[2])
        rows = iter(range(len(found)))
        for number, stem in enumerate(stems):
            if stem is not None:
                row = next(rows)
                answers[number] = found[row].tolist(), saves[row].tolist(), float(wins[row])
        return answers

    def logits(self, stems: Sequence[list[int]], objective: Objective) -> tuple[Any, Any, Any] | None:
        """The logits of the gate, of the lists (functions x places x lists) and of what places add, for stems."""
        import numpy as np

        if not stems:
            return None
        words = self.prompter.words
        prompts = [self.prompter.ask(stem, objective) for stem in stems]
        wins = np.empty(len(prompts), dtype=np.float32)
        lists = np.empty((len(prompts), words.slots, words.lists), dtype=np.float32)
        adds = np.empty((len(prompts), words.slots), dtype=np.float32)
        for rows in _batches([len(prompt) for prompt in prompts]):
            scores = self._forward([prompts[row] for row in rows])
            for row, score in zip(rows, scores, strict=True):
                at = len(stems[row]) - 1
                wins[row] = -score[at, words.numbers["<oz>"]]
                places = score[at + 1 : at + 1 + words.slots]
                lists[row] = places[:, words.first_list : words.first_list + words.lists]
                adds[row] = places[:, words.numbers["<saves>"]]
        return wins, lists, adds

    def spell(self, texts: Sequence[str], objective: Objective, grammar: Grammar) -> list[str | None]:
        """A spelled list for each text, the likeliest word by word that the grammar allows."""
        answers: list[str | None] = []
        for stem in self.prompter.stems(texts):
            if stem is None:
                answers.append(None)
                continue
            prompt = self.prompter.ask_spelled(stem, objective)
            answer = grammar.decode(partial(self._next, prompt))
            answers.append(unspelled(answer, self.prompter.words))
        return answers

    def _next(self, prompt: list[int], answer: list[int]) -> list[float]:
        """The logit of every answer word after a prompt and the beginning of an answer."""
        scores: list[float] = self._forward([prompt + answer])[0][-1].tolist()
        return scores

    def _forward(self, prompts: list[list[int]]) -> list[Any]:
        """The logits of the answer words at every token of every prompt."""
        import ctranslate2
        import numpy as np

        lengths = np.array([len(prompt) for prompt in prompts], dtype=np.int32)
        ids = np.zeros((len(prompts), int(lengths.max())), dtype=np.int32)
        for row, prompt in enumerate(prompts):
            ids[row, : len(prompt)] = prompt
        view = ctranslate2.StorageView.from_array
        try:
            scores = np.array(self._generator.forward_batch(view(ids), view(lengths)))
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"CTranslate2 cannot run the model ({error}); export it again") from error
        if scores.ndim != 3 or scores.shape[2] < len(self.prompter.words) or not np.isfinite(scores).all():
            raise ModelError("the model's answers are not numbers over its words; export it again")
        return [scores[row, : lengths[row]] for row in range(len(prompts))]


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """The rows, longest first, in batches of limited size."""
    made: list[list[int]] = []
    order = sorted(range(len(lengths)), key=lambda row: (-lengths[row], row))
    at = 0
    while at < len(order):
        longest = lengths[order[at]]
        most = max(1, min(BATCH, BATCH_TOKENS // max(longest, 1)))
        batch = [row for row in order[at : at + most] if lengths[row] >= FILLED * longest]
        made.append(batch)
        at += len(batch)
    return made
