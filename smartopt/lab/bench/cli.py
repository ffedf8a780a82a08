"""``smartopt-lab bench size|engine|trials|build|larger|same|pace|memory|suites``: run a benchmark, show a table, keep
JSON.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from rich.console import Console
from rich.table import Table

from ...llvm.toolchain import Toolchain, find_toolchain
from ...optimizer.fingerprint import fingerprint
from ...options import Effort, Options
from ..console import table_console
from ..packages import CACHE, fetch
from ..plugin import PluginStore, Way, checked_way
from ..targets import HOST, TARGETS, Target, find_targets, prepare_targets
from .build import write_launchers
from .build_cli import build
from .entry_points import find_linker
from .larger_cli import larger
from .memory import memory
from .pace import pace
from .recipes import RECIPES, prepare
from .same import spread
from .same_cli import same
from .size import FRONT_END, SECTIONS, Row, as_json, ingredients, totals
from .size import bench as bench_size
from .suites_cli import suites
from .target_table import show_targets

__all__ = ["app"]

app = typer.Typer(
    help="Measure sizes, build times and speed on real packages; compare two smartopts.", no_args_is_help=True
)
app.command()(build)
app.command()(larger)
app.command()(pace)
app.command()(memory)
app.command()(same)
app.command()(suites)

Cache = Annotated[Path, typer.Option(help="Where fetched sources are kept.")]


@app.command()
def size(
    effort: Annotated[str, typer.Option(help="fast, default or max.")] = "default",
    packages: Annotated[str, typer.Option(help="Comma-separated; all five by default.")] = ",".join(RECIPES),
    llvm: Annotated[str, typer.Option(help="LLVM version or folder.")] = "22",
    jobs: Annotated[int, typer.Option(help="Files at a time.")] = os.cpu_count() or 1,
    as_built: Annotated[
        bool, typer.Option("--as-built", help="Objects as smartopt-clang writes them, not of the module alone.")
    ] = False,
    way: Annotated[str, typer.Option(help="With --as-built: smartopt-clang's way, plugin or two-run.")] = "plugin",
    gc_sections: Annotated[
        bool,
        typer.Option(
            "--gc-sections", help="Compile with function sections, and link each entry point alone with --gc-sections."
        ),
    ] = False,
    target: Annotated[
        str, typer.Option(help="Targets, comma-separated; this machine by default, with a table for all ingredients.")
    ] = "",
    files: Annotated[
        int | None,
        typer.Option(help="At most so many files a target, spread over all; ten where a target has pass lists only."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write every figure here (JSON).")] = None,
    cache: Cache = CACHE,
) -> None:
    """Compile five C packages with clang -Oz and with smartopt, and compare the allocated bytes.

    With --gc-sections every global function is also linked as the only root; counted are the functions for which the
    linker keeps more bytes of smartopt's object than of clang's. With --target the files are cross-compiled; those that
    need an operating system are left out by name where there is none.
    """
    toolchain = find_toolchain(llvm)
    targets = find_targets(target or HOST)
    prepare_targets(targets)
    names = packages.split(",")
    chosen: Way = checked_way(way) if as_built else "two-run"
    driver = write_launchers(cache / "bin") / "smartopt-clang" if as_built else None
    linker = find_linker(toolchain) if gc_sections else None
    store = PluginStore(toolchain.clang or "clang", cache / "plugins").ready() if chosen == "plugin" else None
    options = Options(effort=cast(Effort, effort), llvm=llvm, stands_for="clang")
    # The file of finished rows is named after all that they depend on, so that a stopped run goes on.
    digest = hashlib.sha256(fingerprint(options).encode()).hexdigest()[:16]
    built = f"-as-built-{chosen}" if as_built else ""
    rows: dict[str, list[Row]] = {}
    for one in targets:
        work = _spread([_prepared(name, cache, toolchain, one) for name in names], one, files)
        of_target = "" if one.name == HOST else f"-{one.name}-{hashlib.sha256(repr(one).encode()).hexdigest()[:8]}"
        kept = _Kept(cache / f"bench-size-{digest}{built}{'-gc' * gc_sections}{of_target}.jsonl")
        before = kept.rows(work)
        rows[one.name] = bench_size(
            work, toolchain, options, jobs, kept.add, before, driver, linker, chosen, store, one
        )
    made = f", as built ({chosen})" if as_built else ""
    title = f"{effort}{made}{', function sections' * gc_sections}"
    if target:
        show_targets(table_console(), rows, title)
    else:
        show(table_console(), rows[HOST], title)
    measured = [row for found in rows.values() for row in found]
    if out is not None:
        about = {
            "effort": effort,
            "as_built": as_built,
            "way": chosen,
            "gc_sections": gc_sections,
            "llvm": toolchain.version,
        }
        out.write_text(json.dumps({**about, "rows": as_json(measured)}, indent=1))
    if any(row.error for row in measured) or totals(measured)["larger"]:
        raise typer.Exit(1)


_Work = tuple[str, Path, list[Path], tuple[str, ...]]
"""A package: its name, source tree, files to compile and flags."""


class _Kept:
    """The file of finished rows; each new row is also printed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._console = Console(stderr=True)

    def rows(self, work: Iterable[_Work]) -> list[Row]:
        """The finished rows of the files of ``work``."""
        wanted = {(name, str(file.relative_to(tree))) for name, tree, files, _ in work for file in files}
        lines = self._path.read_text().splitlines() if self._path.exists() else []
        found = [row for line in lines if not (row := Row(**json.loads(line))).error]
        return [row for row in found if (row.package, row.file) in wanted]

    def add(self, row: Row) -> None:
        with self._path.open("a") as file:
            file.write(json.dumps(as_json([row])[0]) + "\n")
        name = f"{row.package}/{row.file}" if row.target == HOST else f"{row.target}: {row.package}/{row.file}"
        if row.error:
            self._console.print(f"{name}: [red]{row.error}[/red]")
        elif row.left_out:
            self._console.print(f"{name}: left out: {row.left_out}", markup=False)
        else:
            saved = 100 * (1 - row.smartopt["total"] / max(1, row.oz["total"]))
            why = ", ".join([row.winner, *row.fallbacks]) if row.winner == "clang" else row.winner
            self._console.print(f"{name}: {saved:+.2f}% in {row.seconds['wall']:.1f} s ({why})")


def _spread(work: list[_Work], target: Target, files: int | None) -> list[_Work]:
    """The packages with at most ``files`` of their files in all, spread over them; ten where the target is only
    tried."""
    most = files if files is not None or target.measured else 10
    if most is None:
        return work
    taken = set(spread([file for _, _, found, _ in work for file in found], most))
    return [(name, tree, [file for file in found if file in taken], flags) for name, tree, found, flags in work]


def _prepared(name: str, cache: Path, toolchain: Toolchain, target: Target) -> _Work:
    if name not in RECIPES:
        raise typer.BadParameter(f"unknown package {name!r}; known are {', '.join(RECIPES)}")
    recipe = RECIPES[name]
    tree = fetch(name, cache)
    return name, tree, prepare(recipe, tree, toolchain.clang or "clang"), recipe.flags_for(target)


def show(console: Console, rows: list[Row], effort: str) -> None:
    """Print what is saved by package and section, then what each ingredient saves."""
    table = Table(title=f"Saved against clang -Oz, effort {effort}")
    for heading in ("package", "files", "larger", "instructions", *SECTIONS, "seconds", "clang s", "peak MB"):
        table.add_column(heading, justify="left" if heading == "package" else "right")
    names = sorted({row.package for row in rows})
    for name in [*names, "all"]:
        sums = totals(row for row in rows if name in (row.package, "all"))
        table.add_row(name, str(sums["files"]), str(sums["larger"]), *_cells(sums), end_section=name == names[-1])
    console.print(table)
    if roots := totals(rows)["roots"]["roots"]:
        kept = totals(rows)["roots"]
        console.print(
            f"Linked alone with --gc-sections: {kept['larger']} of {roots} entry points keep more, {kept['more']} bytes"
        )
    parts = ingredients(rows)
    table = Table(title="What each ingredient brings (best of it and -Oz per file)")
    for heading in ("ingredient", *SECTIONS):
        table.add_column(heading, justify="left" if heading == "ingredient" else "right")
    for label, sums in parts:
        table.add_row(label, *(_saved(parts[0][1][name], sums[name]) for name in SECTIONS))
    console.print(table)


def _cells(sums: dict[str, Any]) -> list[str]:
    counts = sums["instructions"]
    return [
        _saved(counts["oz"], counts["output"]),
        *(_saved(sums["oz"][name], sums["smartopt"][name]) for name in SECTIONS),
        f"{sums['seconds']:.1f}",
        f"{sums['clang_seconds']:.1f}",
        f"{sums['peak_bytes'] / 1e6:.0f}",
    ]


def _saved(before: int, after: int) -> str:
    return f"{before} -> {after} ({100 * (1 - after / before):.2f}%)" if before else str(after)


ENGINE_PACKAGES = ("zlib", "lua5.4", "bzip2", "libzstd")
"""Where ``bench engine`` takes its functions from, equally many from each, spread over its files."""


def _single_functions(package: str, count: int, cache: Path, toolchain: Toolchain) -> list[bytes]:
    from .engine import split

    _, tree, files, flags = _prepared(package, cache, toolchain, TARGETS[HOST])
    modules: list[bytes] = []
    with tempfile.TemporaryDirectory() as scratch:
        bitcode = Path(scratch) / "in.bc"
        for index, file in enumerate(files):
            share = -(-(count - len(modules)) // (len(files) - index))
            command = [toolchain.clang or "clang", *flags, *FRONT_END, str(file), "-o", str(bitcode)]
            subprocess.run(command, cwd=tree, check=True)
            modules += split(toolchain, bitcode, share)
    return modules


@app.command()
def engine(
    functions: Annotated[int, typer.Option(help="How many functions.")] = 100,
    repeats: Annotated[int, typer.Option(help="Repeats; the median counts.")] = 3,
    llvm: Annotated[str, typer.Option(help="LLVM version or folder.")] = "22",
    out: Annotated[Path | None, typer.Option(help="Write the figures here (JSON).")] = None,
    cache: Cache = CACHE,
) -> None:
    """Time default<Oz> on single functions, in process and by spawning opt."""
    from .engine import bench_engine

    toolchain = find_toolchain(llvm)
    modules: list[bytes] = []
    for name in ENGINE_PACKAGES:
        modules += _single_functions(name, -(-functions // len(ENGINE_PACKAGES)), cache, toolchain)
    figures = bench_engine(toolchain, modules, repeats)
    typer.echo(
        f"{figures.functions} functions, the median one: in process {figures.in_process_ms:.3f} ms, spawned opt "
        f"{figures.spawned_ms:.3f} ms, ratio {figures.ratio:.1f}; all of them: {figures.in_process_total_ms:.0f} ms "
        f"against {figures.spawned_total_ms:.0f} ms, ratio {figures.total_ratio:.1f}"
    )
    if out is not None:
        ratios = {"ratio": figures.ratio, "total_ratio": figures.total_ratio}
        out.write_text(json.dumps({**asdict(figures), **ratios}, indent=1))


@app.command()
def trials(
    bitcode: Annotated[Path, typer.Argument(help="Folder with unoptimised bitcode (.bc), searched recursively.")],
    files: Annotated[int, typer.Option(help="How many of its files, drawn by seed.")] = 10,
    lists: Annotated[int, typer.Option(help="How many lists of the packaged coreset.")] = 20,
    seed: Annotated[int, typer.Option(help="Of the sample of files.")] = 1,
    llvm: Annotated[str, typer.Option(help="LLVM version or folder.")] = "22",
    out: Annotated[Path | None, typer.Option(help="Write the figures here (JSON).")] = None,
) -> None:
    """Time trials of pass lists: many on one shared base, as the autotuner does it, and each from scratch."""
    from ...chooser.coreset import CoresetProposer
    from ...passes.passlist import PassList
    from ...passes.trusted import Trusted
    from .trials import bench_trials

    toolchain = find_toolchain(llvm)
    found = sorted(bitcode.rglob("*.bc"))
    if not found:
        raise typer.BadParameter(f"no .bc files under {bitcode}; collect some first")
    trusted = Trusted.load(toolchain.major)
    texts = CoresetProposer.load(toolchain.major).lists("size")[:lists]
    pipelines = [PassList.parse(text).function_pipeline(trusted) for text in texts]
    sample = random.Random(seed).sample(found, min(files, len(found)))
    functions, figures = bench_trials(toolchain, sample, pipelines)
    typer.echo(
        f"{functions:,} functions of {len(sample)} files, {len(pipelines)} lists; evaluations a processor second:"
    )
    for method, row in figures.items():
        times = (
            f"; shared is {figures['shared'].rate / row.rate:.1f} times as fast"
            if method != "shared" and row.rate
            else ""
        )
        typer.echo(f"  {method}: {row.rate:,.0f} ({row.evaluations:,} in {row.seconds:.1f} s){times}")
    if out is not None:
        out.write_text(
            json.dumps({method: {**asdict(row), "rate": row.rate} for method, row in figures.items()}, indent=1)
        )
