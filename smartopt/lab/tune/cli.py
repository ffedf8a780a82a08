"""``smartopt-lab tune``: search lists on bitcode files and write the packaged coreset."""

from __future__ import annotations

import json
import os
import random
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from ... import __version__
from ...chooser.coreset import CoresetProposer
from ...errors import SmartoptError
from ...llvm.toolchain import find_toolchain
from ...optimizer.strategies import POLISH_AFTER, POLISH_BEFORE
from ...passes.plan_stages import OZ_LIST
from ...passes.trusted import Trusted
from .search import Search, greedy
from .templates import candidates

__all__ = ["tune"]


def tune(
    bitcode: Annotated[
        list[Path], typer.Argument(help="Folders with unoptimised bitcode (.bc), searched recursively.")
    ],
    out: Annotated[Path, typer.Option(help="Where the coreset is written (JSON).")],
    store: Annotated[Path, typer.Option(help="Outcomes so far (JSON lines); a run resumes from it.")],
    lists: Annotated[int, typer.Option(help="Random lists to try on every function.")] = 300,
    known: Annotated[bool, typer.Option(help="Try the packaged coreset and its variations, too.")] = True,
    minimise: Annotated[int, typer.Option(help="Rounds of minimising the winners.")] = 2,
    size: Annotated[int, typer.Option(help="Length of the coreset.")] = 64,
    seed: Annotated[int, typer.Option(help="Seed of candidates and of the sample of files.")] = 1,
    sample: Annotated[int, typer.Option(help="Use so many of the files, drawn by seed (0: all).")] = 0,
    minutes: Annotated[float, typer.Option(help="Stop searching after so many minutes.")] = 60.0,
    jobs: Annotated[int, typer.Option(help="Files at a time.")] = os.cpu_count() or 1,
    llvm: Annotated[str, typer.Option(help="LLVM version or folder.")] = "22",
    ray: Annotated[str | None, typer.Option(help="Work on the Ray cluster at this address.")] = None,
) -> None:
    """Search pass lists on real functions and write the ranked coreset that the product proposes."""
    toolchain = find_toolchain(llvm)
    files = sorted(path for folder in bitcode for path in folder.rglob("*.bc"))
    if sample:
        files = sorted(random.Random(seed).sample(files, min(sample, len(files))))
    if not files:
        raise typer.BadParameter(f"no .bc files under {', '.join(map(str, bitcode))}; collect some first")
    trusted = Trusted.load(toolchain.major)
    search = Search(llvm, trusted, files, store, time.monotonic() + 60 * minutes, typer.echo, jobs, ray)
    search.resume()
    search.broadcast([OZ_LIST, *(_earlier(toolchain.major) if known else ()), *candidates(seed, lists, trusted)])
    for _ in range(minimise):
        for by_bytes in (True, False):
            search.broadcast(search.minimise(by_bytes, limit=60))
    settings: dict[str, object] = {
        "seed": seed,
        "lists": lists,
        "minimise": minimise,
        "files": len(files),
        "smartopt": __version__,
    }
    data = describe(search, size, toolchain.major, settings)
    if not all(data["lists"].values()):
        raise SmartoptError("no list saves anything on these files; search more lists, or give more files")
    out.write_text(json.dumps(data, indent=1) + "\n")
    typer.echo(f"wrote {out}")


def _earlier(major: int) -> list[str]:
    """The packaged lists, and the best of them with each single pass that polishing adds before or after."""
    coreset = CoresetProposer.load(major)
    best = [*coreset.lists("size")[:6], OZ_LIST]
    polished = [f"{text},{more}" for text in best for more in POLISH_AFTER]
    polished += [f"{more},{text}" for text in best for more in POLISH_BEFORE]
    return list(dict.fromkeys([*coreset.lists("size"), *coreset.lists("instructions"), *polished]))


def describe(search: Search, size: int, major: int, settings: dict[str, object]) -> dict[str, Any]:
    """The coreset file's content: the ranked lists and how they were made."""
    lists: dict[str, list[str]] = {}
    values: dict[str, object] = {}
    for objective, column in (("instructions", 0), ("size", 1)):
        chosen = greedy(search.table, column, size)
        total = sum(row[OZ_LIST][column] for row in search.table.values() if OZ_LIST in row)
        lists[objective] = [text for text, _ in chosen]
        values[objective] = {"baseline": total, "saved": [saved for _, saved in chosen]}
    made: dict[str, object] = {
        "functions": len(search.table),
        "corpus_sha256": search.digest(),
        "saved_over_oz_list": values,
        "command": "smartopt-lab tune",
        **settings,
    }
    return {"schema": 1, "llvm": major, "lists": lists, "made": made}
