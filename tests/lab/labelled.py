"""A small world for the lab's tests: functions whose best list shows in their opcodes, as labels and corpus on disk."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from smartopt.ir.lines import LINES_VERSION, lines_of
from smartopt.lab.features import features, features_subject

LISTS = ("sroa", "gvn", "dse", "bdce", "licm", "adce")
OPCODES = ("add", "mul", "xor", "shl")
"""A function is full of one of these; the list of the same number is its best, list 4 is second for all, 5 useless."""

SIZES = {"train": 240, "validation": 80, "test": 40}
UNKNOWN = 32767


def text(kind: int, length: int) -> str:
    lines = [f"%{i + 1}={OPCODES[kind]} i32 %0,{i}" for i in range(length)]
    return "\n".join(("define i32 @f0(i32 %0){", *lines, f"ret i32 %{length}", "}"))


def printed(kind: int, length: int) -> bytes:
    """The same function as LLVM would print it."""
    lines = [f"  %{i + 1} = {OPCODES[kind]} i32 %0, {i}" for i in range(length)]
    return "\n".join(("define i32 @f(i32 %0) {", *lines, f"  ret i32 %{length}", "}")).encode()


def numbers(kind: int, length: int) -> tuple[float, ...]:
    """Its features."""
    return features(printed(kind, length))


def world(folder: Path, seed: int = 0, sizes: dict[str, int] | None = None, turned: int = 0) -> tuple[Path, Path]:
    """Write both; answers the folders of the labels and of the corpus.

    ``turned``: the best list has a number so much higher than the opcode's, as on another target.
    """
    rng = random.Random(seed)
    labels, corpus = folder / "labels", folder / "corpus"
    (corpus / "functions").mkdir(parents=True)
    for split, size in (sizes or SIZES).items():
        rows = []
        known: dict[str, tuple[tuple[float, ...], bytes]] = {}
        for number in range(size):
            kind = rng.choices(range(len(OPCODES)), (4, 3, 2, 1))[0]
            length = 5 + number
            gain = 4 + length // 4
            deltas = [-gain if i == (kind + turned) % 4 else rng.choice((0, 3)) for i in range(4)]
            deltas += [-(gain // 2), UNKNOWN if number % 10 == 0 else 0]
            row = (f"{split}{number % 4}", text(kind, length), length, deltas)
            rows.append(row)
            known[digest(row[1])] = numbers(kind, length), lines_of(printed(kind, length))
        write(labels, split, rows)
        for package in sorted({row[0] for row in rows}):
            mine = [row[1] for row in rows if row[0] == package]
            keys = [digest(one) for one in mine]
            table: dict[str, list[Any]] = {"hash": keys, "view": ["base"] * len(mine), "text": mine}
            table["features"] = [known[key][0] for key in keys]
            table["lines"] = [known[key][1] for key in keys]
            more = {"hash": "0" * 32, "view": "clang", "text": "not what the product sees"}
            more |= {"features": None, "lines": None}  # type: ignore[dict-item]
            made = pa.table({name: [*values, more[name]] for name, values in table.items()})
            made = made.replace_schema_metadata(
                {b"about": json.dumps({"features": features_subject(), "lines": LINES_VERSION}).encode()}
            )
            pq.write_table(made, corpus / "functions" / f"{package}.parquet")
    return labels, corpus


def digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def write(
    labels: Path, split: str, rows: list[tuple[str, str, int, list[int]]], best: list[int | None] | None = None
) -> Path:
    """A label file: rows of package, text, instructions before, differences by list."""
    labels.mkdir(exist_ok=True)
    deltas = np.array([row[3] for row in rows], dtype=np.int16)
    matrix = pa.FixedSizeListArray.from_arrays(pa.array(deltas.ravel()), len(LISTS))
    columns = {
        "hash": pa.array([digest(row[1]) for row in rows]),
        "package": pa.array([row[0] for row in rows]),
        "instructions": pa.array([row[2] + 9 for row in rows], pa.int32()),
        "oz_instructions": pa.array([row[2] for row in rows], pa.int32()),
        "oz_bytes": pa.array([4 * row[2] for row in rows], pa.int32()),
        "bytes": matrix,
        "insns": matrix,
    }
    if best is not None:
        columns["best_bytes"] = columns["best_insns"] = pa.array(best, pa.int32())
    table = pa.table(columns).replace_schema_metadata({b"lists": json.dumps(LISTS).encode()})
    path = labels / f"outcomes-22-{split}.parquet"
    pq.write_table(table, path)
    return path
