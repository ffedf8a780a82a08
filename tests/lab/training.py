"""A small corpus and labels that can be learnt: what a function is made of decides which lists pay."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from smartopt.ir.function_texts import function_hash

LISTS = ("sroa", "gvn,dse", "jump-threading", "licm", "sroa,early-cse<memssa>", "simplifycfg", "adce", "reassociate")
SIZES = {"train": 600, "validation": 160, "test": 40}

_LINES = {
    "load": "%{n}=load i32,ptr %0",
    "mul": "%{n}=mul i32 %1,{c}",
    "xor": "%{n}=xor i32 %1,{c}",
    "call": "%{n}=call i32 @f1(i32 {c})",
}


def make(folder: Path, seed: int = 0) -> tuple[Path, Path]:
    """Writes ``functions/*.parquet`` and label files; answers the corpus and the labels folder."""
    corpus, labels = folder / "corpus", folder / "labels"
    (corpus / "functions").mkdir(parents=True)
    labels.mkdir()
    rng = random.Random(seed)
    for split, count in SIZES.items():
        rows = [_function(rng) for _ in range(count)]
        texts = [text for text, _ in rows]
        keys = [function_hash(text)[:32] for text in texts]
        assert len(set(keys)) == count
        package = f"pkg-{split}"
        views = ["base"] * count
        pq.write_table(
            pa.table(
                {
                    "hash": pa.array(keys),
                    "package": pa.array([package] * count),
                    "split": pa.array([split] * count),
                    "file": pa.array(["a.bc"] * count),
                    "name": pa.array([f"f{i}" for i in range(count)]),
                    "view": pa.array(views),
                    "instructions": pa.array([text.count("\n") - 1 for text in texts], pa.int32()),
                    "text": pa.array(texts),
                    "code": pa.array(["pushq %rbx\ncallq S\nretq" if i % 3 else "" for i in range(count)]),
                }
            ),
            corpus / "functions" / f"{package}.parquet",
        )
        deltas = np.array([delta for _, delta in rows], dtype=np.int16)
        kind = pa.list_(pa.int16(), len(LISTS))
        matrix = pa.FixedSizeListArray.from_arrays(pa.array(deltas.ravel(), pa.int16()), len(LISTS)).cast(kind)
        table = pa.table(
            {
                "hash": pa.array(keys),
                "package": pa.array([package] * count),
                "instructions": pa.array([20] * count, pa.int32()),
                "oz_instructions": pa.array([15] * count, pa.int32()),
                "oz_bytes": pa.array([100] * count, pa.int32()),
                "bytes": matrix,
                "insns": matrix,
            }
        )
        table = table.replace_schema_metadata({"lists": json.dumps(LISTS)})
        pq.write_table(table, labels / f"outcomes-22-{split}.parquet")
    return corpus, labels


def _function(rng: random.Random) -> tuple[str, list[int]]:
    kinds = [rng.choice(list(_LINES)) for _ in range(rng.randrange(3, 30))]
    lines = [_LINES[kind].format(n=2 + at, c=rng.randrange(1 << 16)) for at, kind in enumerate(kinds)]
    text = "\n".join(["define i32 @f0(ptr %0,i32 %1){", *lines, "ret i32 %1", "}"])
    delta = [0] * len(LISTS)
    delta[0] = 2 - len(kinds) // 8  # the static choice: a little, everywhere
    for number, kind in enumerate(_LINES, start=2):
        share = kinds.count(kind)
        delta[number] = 8 - 3 * share if share > len(kinds) / 3 else 5
    if rng.random() < 0.05:
        delta[7] = 32767
    return text, delta


def train(
    labelled_corpus: tuple[Path, Path],
    folder: Path,
    *,
    minutes: float = 1e9,
    start: Path | None = None,
    **changes: object,
) -> None:
    """``smartopt-lab train`` on the labelled_corpus, with one thread and a network for ants."""
    from smartopt.lab.train import cli

    small = {"warmup": 4, "checked": 100, "vocabulary": 700, "functions": 32, "rate": 0.005} | changes
    cli.train(
        corpus=labelled_corpus[0],
        labels=labelled_corpus[1],
        out=folder,
        recipe="smoke",
        minutes=minutes,
        change=[f"{name}={value}" for name, value in small.items()],
        compiled=False,
        threads=1,
        precision="no",
        start=start,
    )
