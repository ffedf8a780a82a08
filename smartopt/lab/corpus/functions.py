"""Extracts the functions of a package's bitcode, as smartopt shows them to a proposer.

The product's own worker makes the base of its first strategy (-Oz's inlining replayed in the light interprocedural
stage) of each file. The base is kept (``bases/PACKAGE/FILE.bc``), because labels are made on it, and every distinct
function goes into ``functions/PACKAGE.parquet`` with its normalised text and the machine code that -Oz makes of it.
Functions that the product leaves to -Oz are left out. Functions as clang emitted them are kept beside them as the view
``front`` if that is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from ...errors import EngineError, InputError
from ...ir.function_texts import function_hash
from ...ir.lines import LINES_VERSION
from ...ir.machine_code import apart
from ...ir.normalise import NORMALISER_VERSION
from ...llvm.toolchain import Toolchain, find_toolchain
from ...optimizer.strategies import STRATEGIES
from ...passes.clang_pipelines import clang_pipeline
from ...passes.passlist import PassList
from ...passes.plan_stages import OZ_LIST
from ...passes.trusted import Trusted
from ...records import dataclass
from ...worker.pool import Pool
from ...worker.process import WorkerProcess
from ...worker.protocol import FunctionLines, MakeBase, ReadLines, ReadTexts, Request
from ...worker.service import LibLLVMService
from ..features import features, features_subject
from ..parallel import run_map
from .recipes import OWN_PACKAGES, split_of

__all__ = ["HASH_LENGTH", "STRATEGY", "VIEW_VERSION", "extract", "hash_of", "package_split"]

STRATEGY = "replay"
HASH_LENGTH = 32
"""Characters of the hexadecimal SHA-256 that name a function: 128 bits."""
VIEW_VERSION = 2
"""Raised whenever a function's text or outcome may change by what is done before lists run."""
MAX_CHARACTERS = 200_000
"""Longer functions are left out: no model reads them."""
MAX_BITCODE = 1_000_000
"""Bytes; larger files (test programs full of templates, generated tables) cost minutes each and bring little new."""


def package_split(package: str) -> str:
    """The split of a package's functions; "" for a package that must not be used."""
    return OWN_PACKAGES.get(package) or split_of(package) or ""


def hash_of(text: str) -> str:
    return function_hash(text)[:HASH_LENGTH]


def extract(
    folder: Path, package: str, llvm: str, jobs: int, views: tuple[str, ...], report: Callable[[str], None]
) -> int:
    """Write a package's bases and functions; returns how many distinct functions there are."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    present = sorted((folder / "bitcode" / package).glob("*.bc"))
    files = [path for path in present if path.stat().st_size <= MAX_BITCODE]
    (folder / "bases" / package).mkdir(parents=True, exist_ok=True)
    (folder / "functions").mkdir(exist_ok=True)
    work = partial(_one_file, llvm=llvm, bases=str(folder / "bases" / package), views=views)
    seen: dict[str, None] = {}
    rows: list[dict[str, Any]] = []
    failed = len(present) - len(files)
    for path, (problem, found) in zip(files, run_map(work, map(str, files), jobs), strict=True):
        if problem:
            failed += 1
            report(f"{package}/{path.name}: left out ({problem})")
        for row in found:
            if row["hash"] not in seen:
                seen[row["hash"]] = None
                rows.append({"package": package, "split": package_split(package), "file": path.stem, **row})
    about = {
        "normaliser": NORMALISER_VERSION,
        "features": features_subject(),
        "lines": LINES_VERSION,
        "view": VIEW_VERSION,
        "llvm": llvm,
    }
    schema = pa.schema(
        [(n, pa.string()) for n in ("hash", "package", "split", "file", "name", "view")]
        + [
            ("instructions", pa.int32()),
            ("text", pa.string()),
            ("code", pa.string()),
            ("features", pa.list_(pa.float32())),
            ("lines", pa.binary()),
        ],
        metadata={"about": json.dumps(about)},
    )
    out = folder / "functions" / f"{package}.parquet"
    part = out.with_suffix(".part")
    pq.write_table(pa.Table.from_pylist(rows, schema), part, compression="zstd")
    part.rename(out)
    report(f"{package}: {len(present)} files, {failed} left out, {len(rows)} distinct functions")
    return len(rows)


def _one_file(path: str, *, llvm: str, bases: str, views: tuple[str, ...]) -> tuple[str, list[dict[str, Any]]]:
    """The distinct functions of one file; its base goes to ``bases``."""
    toolchain = find_toolchain(llvm)
    data = Path(path).read_bytes()
    pool = Pool(partial(_CorpusService, toolchain=toolchain), data, path, 1)
    try:
        if pool.load().excluded:
            return "", []
        strategy = STRATEGIES[STRATEGY]
        pipeline = clang_pipeline(toolchain.major, "Oz") or strategy.pipeline
        base = pool.ask(MakeBase(strategy.recipe_kind, pipeline, strategy.threshold), source=True)
        pool.add_base(STRATEGY, base.bitcode)
        numbers = pool.ask(ReadFeatures(STRATEGY), base=STRATEGY)
        lines = pool.ask(ReadLines(STRATEGY), base=STRATEGY)
        own = PassList.parse(OZ_LIST).function_pipeline(Trusted.load(toolchain.major))
        texts = pool.ask(ReadTexts(STRATEGY, own), base=STRATEGY)
        rows = list(_rows(texts, "base", set(base.excluded), numbers, lines))
        if "front" in views:
            rows += _rows(pool.ask(ReadSourceTexts(), source=True), "front", set(base.excluded), {}, {})
    except (EngineError, InputError) as error:
        return str(error), []
    finally:
        pool.close()
    Path(bases, Path(path).stem + ".bc").write_bytes(base.bitcode)
    return "", rows


def _rows(
    texts: dict[str, tuple[str, int]],
    view: str,
    excluded: set[str],
    numbers: dict[str, tuple[float, ...]],
    lines: FunctionLines,
) -> Iterator[dict[str, Any]]:
    for name, (text, instructions) in texts.items():
        text, code = apart(text)
        if name not in excluded and len(text) <= MAX_CHARACTERS:
            row = {"hash": hash_of(text), "name": name, "view": view, "instructions": instructions, "text": text}
            read = lines[name][0] if name in lines else None
            yield {**row, "code": code or "", "features": numbers.get(name), "lines": read}


@dataclass(frozen=True)
class ReadFeatures(Request["dict[str, tuple[float, ...]]"]):
    """The features of a base's functions (``lab.features``)."""

    base: str


@dataclass(frozen=True)
class ReadSourceTexts(Request["dict[str, tuple[str, int]]"]):
    """The texts of the source's functions as clang emitted them, without debug information."""


class _CorpusService(LibLLVMService):
    """The product's service, which also gives the texts of its source."""

    def __init__(self, process: WorkerProcess, toolchain: Toolchain) -> None:
        super().__init__(process, toolchain)
        self.handlers = {
            **self.handlers,
            ReadFeatures: self._features,
            ReadSourceTexts: lambda _: self._source_texts(),
        }

    def _features(self, request: ReadFeatures) -> dict[str, tuple[float, ...]]:
        printed = self.bases.printed(request.base)
        return {name: features(text) for name, text in printed.items()}

    def _source_texts(self) -> dict[str, tuple[str, int]]:
        module = self.source.copy()
        module.strip_debug()
        try:
            return self.bases.texts_of(module)
        finally:
            module.dispose()
