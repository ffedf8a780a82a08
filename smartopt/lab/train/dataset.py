"""Labelled functions as numbers: tokenised once into flat files, read by random access.

A split's folder holds ``tokens.bin`` (uint16, all functions one after another), ``index.npy`` (where each begins), the
same of their machine code where prompts show it (``code_tokens.bin``, ``code_index.npy``), ``lines.npy`` and
``rows.npy`` (its row in the labels), and last ``about.json``, which says what they were made of; data made
of something else are made again. Functions that are too long for a prompt are left out and counted.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from ...chooser.prompt import Prompter
from ...errors import InputError
from ...ir.machine_code import apart, beside
from ...options import OBJECTIVES, Objective
from ..outcomes import Outcomes

__all__ = ["VIEW", "Data", "prepare", "texts_of"]

VIEW = "base"
"""The view of a function that the product shows its proposer."""

CHUNK = 2000


@dataclass(frozen=True, eq=False)
class Data:
    """The functions of one split that fit the context: tokens, and what the lists save."""

    tokens: npt.NDArray[np.uint16]
    index: npt.NDArray[np.int64]
    lines: npt.NDArray[np.int32]
    rows: npt.NDArray[np.int64]
    outcomes: Outcomes
    about: dict[str, Any]
    code_tokens: npt.NDArray[np.uint16] | None = None
    """Of -Oz's machine code, where prompts show it."""
    code_index: npt.NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        lengths: npt.NDArray[np.int64] = np.diff(self.index)
        return lengths

    def function(self, number: int) -> list[int]:
        found: list[int] = self.tokens[self.index[number] : self.index[number + 1]].tolist()
        return found

    def code(self, number: int) -> list[int] | None:
        if self.code_tokens is None or self.code_index is None:
            return None
        found: list[int] = self.code_tokens[self.code_index[number] : self.code_index[number + 1]].tolist()
        return found

    def gains(self, numbers: npt.NDArray[np.int64], objective: Objective) -> npt.NDArray[np.float32]:
        """Functions x lists: what each saves with -Oz as the backup, so never less than nothing."""
        taken = self.outcomes.take(self.rows[numbers])
        return np.maximum(taken.saved(objective), 0).astype(np.float32)

    def told(self, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Functions x (lists of bytes, lists of instructions, and both of -Oz): what ``losses.dense`` asks for.

        Logarithms, with the sign of what is saved; NaN where an outcome is not known.
        """
        taken = self.outcomes.take(self.rows[numbers])
        known = taken.known()
        saved = [np.where(known, taken.saved(objective), np.nan) for objective in OBJECTIVES]
        counts = np.stack([taken.oz_bytes, taken.oz_instructions], axis=1)
        values = np.concatenate([*saved, counts], axis=1).astype(np.float32)
        told: npt.NDArray[np.float32] = np.copysign(np.log1p(np.abs(values)), values)
        return told


def texts_of(corpus: Path, outcomes: Outcomes, code: bool = False) -> Iterator[tuple[int, str]]:
    """The label row and the normalised text of every labelled function that the corpus holds, each once.

    With ``code`` it has its machine code beside it (``ir.machine_code``).
    """
    wanted = {key.decode(): row for row, key in enumerate(outcomes.hashes)}
    for package in sorted(set(outcomes.packages.tolist())):
        path = corpus / "functions" / f"{package}.parquet"
        if not path.is_file():
            continue
        try:
            file = pq.ParquetFile(path)
        except (OSError, pa.ArrowException) as error:
            raise InputError(
                f"{path} cannot be read ({str(error).splitlines()[0]}); take the functions out again"
            ) from error
        if code and "code" not in file.schema_arrow.names:
            raise InputError(f"{path} has no machine code; smartopt-lab corpus functions --again makes it again")
        with file:
            columns = ["hash", "view", "text", "code"][: 4 if code else 3]
            for batch in file.iter_batches(batch_size=CHUNK, columns=columns):
                for key, view, text, *more in zip(*(batch.column(name).to_pylist() for name in columns), strict=True):
                    row = wanted.pop(key, None) if view == VIEW else None
                    if row is not None:
                        yield row, beside(text, *more) if code else text


def prepare(
    folder: Path, corpus: Path, outcomes: Outcomes, prompter: Prompter, digest: str, fraction: float = 1.0
) -> Data:
    """The split's data from ``folder``, made there if need be. ``digest`` stands for the tokenizer."""
    about_path = folder / "about.json"
    made_of = {
        "labels": outcomes.digest,
        "tokenizer": digest,
        "context": prompter.context,
        "overhead": prompter.overhead,
        "cut": prompter.cut,
        "code": prompter.reads_code,
        "fraction": fraction,
    }
    try:
        about = json.loads(about_path.read_bytes())
    except (OSError, ValueError):
        about = {}
    if about.get("made_of") != made_of:
        about = _make(folder, corpus, outcomes, prompter, fraction) | {"made_of": made_of}
        about_path.write_text(json.dumps(about, indent=1) + "\n")
    arrays = {name: np.load(folder / f"{name}.npy") for name in ("index", "lines", "rows")}
    tokens = np.fromfile(folder / "tokens.bin", dtype=np.uint16)
    data = Data(tokens, arrays["index"], arrays["lines"], arrays["rows"], outcomes, about)
    if not prompter.reads_code:
        return data
    codes = np.fromfile(folder / "code_tokens.bin", dtype=np.uint16)
    return replace(data, code_tokens=codes, code_index=np.load(folder / "code_index.npy"))


def _make(folder: Path, corpus: Path, outcomes: Outcomes, prompter: Prompter, fraction: float) -> dict[str, Any]:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "about.json").unlink(missing_ok=True)
    index, code_index, lines, rows = [0], [0], [], []
    found = characters = tokens = cut = too_long = 0
    with open(folder / "tokens.bin", "wb") as file, open(folder / "code_tokens.bin", "wb") as code_file:
        for chunk in _chunks(texts_of(corpus, outcomes, prompter.reads_code)):
            kept = [(row, *apart(text)) for row, text in chunk if _share(outcomes.hashes[row]) < fraction]
            encoded = prompter.tokenizer.encode([text for _, text, _ in kept])
            codes: list[list[int]] = [[] for _ in kept]
            if prompter.reads_code:
                codes = prompter.tokenizer.encode([code or "" for *_, code in kept])
            for (row, text, _), numbers, code_numbers in zip(kept, encoded, codes, strict=True):
                found += 1
                characters += len(text)
                tokens += len(numbers)
                cut += len(numbers) > prompter.room
                if prompter.stem(numbers, 1) is None:
                    too_long += 1
                    continue
                np.array(numbers, dtype=np.uint16).tofile(file)
                np.array(code_numbers, dtype=np.uint16).tofile(code_file)
                index.append(index[-1] + len(numbers))
                code_index.append(code_index[-1] + len(code_numbers))
                lines.append(text.count("\n") + 1)
                rows.append(row)
        file.flush()
        os.fsync(file.fileno())
    if not rows:
        raise InputError(f"{corpus / 'functions'} holds none of the labelled functions; is it the labels' corpus?")
    np.save(folder / "code_index.npy", np.array(code_index, dtype=np.int64))
    np.save(folder / "index.npy", np.array(index, dtype=np.int64))
    np.save(folder / "lines.npy", np.array(lines, dtype=np.int32))
    np.save(folder / "rows.npy", np.array(rows, dtype=np.int64))
    return {
        "labelled": len(outcomes),
        "found": found,
        "cut": cut - too_long,
        "too_long": too_long,
        "tokens": tokens,
        "characters": characters,
        "characters_a_token": round(characters / max(tokens, 1), 3),
    }


def _share(key: bytes) -> float:
    """A number from 0 to 1 that belongs to a function for ever: which fraction of the data it is in."""
    return int.from_bytes(sha256(key).digest()[:4], "big") / 2**32


def _chunks(items: Iterator[tuple[int, str]]) -> Iterator[Sequence[tuple[int, str]]]:
    chunk: list[tuple[int, str]] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
