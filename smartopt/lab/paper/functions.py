"""The functions that everything is trained and measured on (section III-B, Tables I and II), in both arms.

Functions come from a corpus folder's bitcode and are distinct by the hash of their normalised text, across splits: one
that a test package has is in neither of the others, and one that a validation package has is not in train. Splits are
by package (``smartopt.lab.corpus.recipes``); csmith's programs are the synthetic part of train, at most 30% of it.
Where a corpus has no test package, as the examples have none, its validation functions are split in two by hash; the
page says so. What -O0 and -Oz come to is measured once, for every function.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ...errors import InputError, SmartoptError, UsageError
from ...ir.normalise import normalise
from ..corpus.functions import hash_of, package_split
from .arms import ARMS, Arm, make_arm, probed
from .compiler import Compiler
from .modules import model_text
from .study import Study, write_json

__all__ = ["SPLITS", "Sample", "arm_of", "collect", "samples"]

SPLITS = ("train", "validation", "test")
_ORDER = ("test", "validation", "train")
_SYNTHETIC = "csmith"
_SYNTHETIC_SHARE = 0.3
_BATCH = 32


@dataclass(frozen=True)
class Sample:
    """One function in one arm.

    Attributes:
        hash: of its normalised text.
        package, split: where it is from, and for what it is used.
        text: a module of its own, as LLVM reads it.
        instructions, oz_instructions: before and after -Oz.
        bytes, oz_bytes: of its code, unwind entry and tables, before and after -Oz.
    """

    hash: str
    package: str
    split: str
    text: str
    instructions: int
    bytes: int
    oz_instructions: int
    oz_bytes: int

    @property
    def synthetic(self) -> bool:
        return self.package == _SYNTHETIC

    @property
    def prompt(self) -> str:
        """As the language model reads it."""
        return model_text(self.text)


@dataclass
class _Collected:
    rows: list[Sample] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    files: int = 0
    halved: bool = False


def _path(study: Study, arm: str) -> Path:
    return study.data_path(f"functions-{arm}.parquet")


def collect(study: Study) -> dict[str, Any]:
    """Make the functions of both arms; returns the figures of Tables I and II."""
    return {name: _collect_arm(study, name) for name in ARMS}


def _collect_arm(study: Study, name: str) -> dict[str, Any]:
    with Compiler(study.toolchain) as compiler:
        arm = _probe(study, make_arm(name, study.toolchain), compiler)
        found = _Collected()
        packages = sorted(path.name for path in (study.corpus / arm.view).glob("*") if path.is_dir())
        by_split = {split: [p for p in packages if package_split(p) == split] for split in SPLITS}
        if not by_split["train"]:
            raise UsageError(f"{study.corpus} has no train packages in {arm.view}; make them with smartopt-lab corpus")
        seen: set[str] = set()
        for split in _ORDER:
            limit = getattr(study.scale, split)
            chosen: set[str] = set()
            synthetic = [p for p in by_split[split] if p == _SYNTHETIC]
            handwritten = [p for p in by_split[split] if p != _SYNTHETIC]
            _take(study, arm, compiler, found, split, handwritten, limit, seen, chosen)
            room = int(len(chosen) * _SYNTHETIC_SHARE / (1 - _SYNTHETIC_SHARE))
            _take(study, arm, compiler, found, split, synthetic, min(room, limit - len(chosen)), seen, chosen)
            seen |= chosen
        if not by_split["test"]:
            found.halved = True
            found.rows = _halved(found.rows)
        _write(_path(study, name), found.rows, study, arm)
        study.say(f"{name}: {len(found.rows)} functions, left out {dict(found.left_out)}")
        return _figures(found, arm, compiler)


def _probe(study: Study, arm: Arm, compiler: Compiler) -> Arm:
    """The arm without passes that fail on the first functions of the corpus, kept for later parts."""
    files = sorted((study.corpus / arm.view).glob("*/*.bc"))
    if not files:
        raise UsageError(f"{study.corpus} has no modules in {arm.view}; make them with smartopt-lab corpus")
    first = next((one for one in files if package_split(one.parent.name) == "train"), files[0])
    texts = [text for _, text in compiler.cut(first.read_bytes(), arm.attributes)][:4]

    def works(pipeline: str) -> str:
        return next((one.why for one in compiler.run([(text, pipeline) for text in texts]) if one.why), "")

    arm = probed(arm, works)
    vocabulary = {"passes": list(arm.passes), "metas": list(arm.metas), "refused": arm.refused}
    write_json(study.data_path(f"arm-{arm.name}.json"), vocabulary)
    return arm


def _take(
    study: Study,
    arm: Arm,
    compiler: Compiler,
    found: _Collected,
    split: str,
    packages: list[str],
    limit: int,
    seen: set[str],
    chosen: set[str],
) -> None:
    """Add up to ``limit`` functions of some packages, file by file in random order."""
    files = [path for package in packages for path in sorted((study.corpus / arm.view / package).glob("*.bc"))]
    random.Random(f"{study.seed} {split}").shuffle(files)
    a_package: Counter[str] = Counter()
    wanted = len(chosen) + limit
    for path in files:
        package = path.parent.name
        if len(chosen) >= wanted:
            return
        if a_package[package] >= study.scale.each:
            continue
        study.check_time()
        found.files += 1
        try:
            cut = compiler.cut(path.read_bytes(), arm.attributes)
        except SmartoptError as error:
            found.left_out[f"files: {type(error).__name__}"] += 1
            continue
        texts: dict[str, str] = {}
        for _, text in cut:
            key = hash_of(normalise(text))
            if key in seen or key in chosen:
                found.left_out["seen before"] += 1
            else:
                texts.setdefault(key, text)
        for key, row in _measured(arm, compiler, found, texts, study.scale.most).items():
            if len(chosen) >= wanted or a_package[package] >= study.scale.each:
                break
            chosen.add(key)
            a_package[package] += 1
            found.rows.append(Sample(key, package, split, texts[key], *row))


def _measured(
    arm: Arm, compiler: Compiler, found: _Collected, texts: dict[str, str], most: int
) -> dict[str, tuple[int, int, int, int]]:
    """Instructions and bytes before and after -Oz of those that can be measured and are not too long."""
    rows = {}
    keys = list(texts)
    for at in range(0, len(keys), _BATCH):
        part = keys[at : at + _BATCH]
        parsed = compiler.parse([texts[key] for key in part])
        fine = [key for key, one in zip(part, parsed, strict=True) if not one.message]
        found.left_out["not a module of its own"] += len(part) - len(fine)
        short = [key for key, one in zip(part, parsed, strict=True) if not one.message and one.instructions <= most]
        found.left_out["too long"] += len(fine) - len(short)
        before = compiler.run([(texts[key], "") for key in short], measure=True)
        after = compiler.run([(texts[key], arm.oz) for key in short], measure=True)
        for key, one, two in zip(short, before, after, strict=True):
            if one.ok and two.ok and two.instructions > 0:
                rows[key] = (one.instructions, one.bytes, two.instructions, two.bytes)
            else:
                found.left_out["-Oz failed"] += 1
    return rows


def _halved(rows: list[Sample]) -> list[Sample]:
    """Every second validation function, in the order of hashes, becomes a test function."""
    held_out = sorted(row.hash for row in rows if row.split == "validation")
    tested = set(held_out[::2])
    return [Sample(**{**asdict(row), "split": "test"}) if row.hash in tested else row for row in rows]


def _figures(found: _Collected, arm: Arm, compiler: Compiler) -> dict[str, Any]:
    """Tables I and II: by split and package, and the arm."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for split in SPLITS:
        rows = [row for row in found.rows if row.split == split]
        by_package: dict[str, list[Sample]] = {}
        for row in rows:
            by_package.setdefault(row.package, []).append(row)
        tables[split] = [_sums(package, members) for package, members in sorted(by_package.items())]
        tables[split].append(_sums("total", rows))
    return {
        "about": arm.about,
        "tables": tables,
        "files": found.files,
        "left_out": dict(found.left_out),
        "test_is_half_of_validation": found.halved,
        "passes": len(arm.passes),
        "metas": list(arm.metas),
        "refused": arm.refused,
        "deaths": dict(compiler.deaths),
        "leaks": _leaks(found.rows),
    }


def _sums(name: str, rows: list[Sample]) -> dict[str, Any]:
    return {
        "source": name,
        "functions": len(rows),
        "instructions": sum(row.instructions for row in rows),
        "oz_instructions": sum(row.oz_instructions for row in rows),
        "bytes": sum(row.bytes for row in rows),
        "oz_bytes": sum(row.oz_bytes for row in rows),
        "characters": sum(len(row.prompt) for row in rows),
    }


def _leaks(rows: list[Sample]) -> int:
    """Functions that are in two splits; 0 unless something is wrong."""
    splits: dict[str, set[str]] = {}
    for row in rows:
        splits.setdefault(row.hash, set()).add(row.split)
    return sum(len(found) > 1 for found in splits.values())


def _write(path: Path, rows: list[Sample], study: Study, arm: Arm) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    schema = pa.schema(
        [(name, pa.string()) for name in ("hash", "package", "split", "text")]
        + [(name, pa.int32()) for name in ("instructions", "bytes", "oz_instructions", "oz_bytes")],
        metadata={"about": json.dumps({**study.settings(), "arm": arm.name})},
    )
    part = path.with_suffix(".part")
    pq.write_table(pa.Table.from_pylist([asdict(row) for row in rows], schema), part, compression="zstd")
    part.rename(path)


def samples(study: Study, arm: str, split: str) -> list[Sample]:
    """The functions of a split. Raises InputError before ``collect`` has run."""
    return [row for row in _read(_path(study, arm)) if row.split == split]


@cache
def _read(path: Path) -> tuple[Sample, ...]:
    import pyarrow.parquet as pq

    if not path.exists():
        raise InputError(f"{path} is not there; run smartopt-lab paper functions first")
    return tuple(Sample(**row) for row in pq.read_table(path, use_threads=False).to_pylist())


def arm_of(study: Study, name: str) -> Arm:
    """The arm as ``collect`` found it. Raises InputError before that."""
    path = study.data_path(f"arm-{name}.json")
    if not path.exists():
        raise InputError(f"{path} is not there; run smartopt-lab paper functions first")
    known = json.loads(path.read_text("utf-8"))
    arm = make_arm(name, study.toolchain)
    return Arm(
        arm.name, arm.about, arm.view, arm.attributes, tuple(known["passes"]), arm.metas, arm.spell, known["refused"]
    )
