"""``smartopt-lab bench build``: options in, tables out; JSON with every figure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ...errors import UsageError
from ...llvm.toolchain import find_toolchain
from ...reasons import sentence
from ..console import table_console
from ..packages import CACHE, PackageError, fetch, install
from ..plugin import checked_way
from ..targets import HOST, find_targets, prepare_targets
from .build import BuildRow, Settings, bench_build, own_launchers, ratios, summary
from .build_recipes import (
    BUILD_RECIPES,
    LTO_RECIPES,
    SMALL_RECIPES,
    VARIANTS,
    BuildRecipe,
    Variant,
    lto_variants,
)
from .suite_recipes import TARGET_SUITES

__all__ = ["build", "show", "verdict"]

_KINDS = ("text", "rodata", "eh_frame", "data", "total", "stripped")


def build(
    packages: Annotated[
        str,
        typer.Option(
            help=f"Comma-separated; by default seven, or four with --lto and --thin; also {', '.join(SMALL_RECIPES)}."
        ),
    ] = "",
    effort: Annotated[str, typer.Option(help="fast, default or max.")] = "default",
    jobs: Annotated[int, typer.Option(help="make -j.")] = 1,
    way: Annotated[str, typer.Option(help="smartopt-clang's way through clang: plugin or two-run.")] = "plugin",
    pairs: Annotated[
        int, typer.Option(min=0, help="Build so many times more for times, clang's and smartopt's in turn.")
    ] = 0,
    memory: Annotated[int, typer.Option(min=0, help="Sample the memory of one more build with make -j of this.")] = 0,
    lto: Annotated[
        bool, typer.Option("--lto", help="Full link-time optimisation with lld, --gc-sections and --icf=safe.")
    ] = False,
    thin: Annotated[bool, typer.Option("--thin", help="The same with ThinLTO.")] = False,
    plain: Annotated[
        bool, typer.Option("--plain", help="Without the variants that are linked with --gc-sections and --icf.")
    ] = False,
    against: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="One more first build with this variable, compared with smartopt's."),
    ] = None,
    target: Annotated[
        str, typer.Option(help="Build four C packages for this target; qemu-user runs their tests.")
    ] = HOST,
    time_limit: Annotated[float | None, typer.Option(help="Seconds after which builds are stopped.")] = None,
    llvm: Annotated[str, typer.Option(help="LLVM version or folder.")] = "22",
    driver: Annotated[
        Path | None, typer.Option(help="Folder of smartopt-clang and smartopt-clang++; this smartopt's by default.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write every figure here (JSON), package by package.")] = None,
    cache: Annotated[Path, typer.Option(help="Where sources and builds are kept.")] = CACHE / "build",
) -> None:
    """Build whole packages with clang -Oz and with smartopt-clang, run their tests, compare what was linked.

    Exit code 1: a build or a test failed or differed, or something became larger.
    """
    whole = lto or thin
    (chosen,) = find_targets(target)
    prepare_targets([chosen], run=True)
    if whole and chosen.emulator:
        raise typer.BadParameter("--lto and --thin are measured on this machine; leave --target out")
    usual = TARGET_SUITES if chosen.emulator else LTO_RECIPES if whole else BUILD_RECIPES
    recipes = usual if whole or chosen.emulator else {**BUILD_RECIPES, **SMALL_RECIPES}
    names = packages.split(",") if packages else list(usual)
    for name in names:
        if name not in recipes:
            raise typer.BadParameter(f"unknown package {name!r}; known are {', '.join(recipes)}")
    if lto and thin:
        raise typer.BadParameter("--lto and --thin exclude each other")
    if effort not in ("fast", "default", "max"):
        raise typer.BadParameter("the effort is fast, default or max")
    toolchain = find_toolchain(llvm)
    if toolchain.clang is None or toolchain.clangxx is None:
        raise UsageError(f"bench build needs clang and clang++; install clang-{toolchain.major} or pass --llvm DIR")
    settings = Settings(
        cache / "work",
        toolchain,
        effort,
        jobs,
        time_limit,
        driver=driver.resolve() if driver else own_launchers(),
        variants=_variants(lto_variants(thin) if whole else VARIANTS, plain, against or []),
        way=checked_way(way),
        pairs=pairs,
        memory_jobs=memory,
        target=chosen,
    )
    console = Console(stderr=True)
    rows: list[BuildRow] = []

    def done(row: BuildRow) -> None:
        if row not in rows:
            rows.append(row)
        console.print(escape(_line(row)))
        if out is not None:
            _keep(out, rows, settings)

    work: list[tuple[BuildRecipe, Path]] = []
    for name in names:
        try:
            install(recipes[name].packages)
            work.append((recipes[name], fetch(name, cache)))
        except PackageError as error:
            done(BuildRow(name, settings.variants[0].name, error=str(error)))
    bench_build(work, settings, done)
    show(table_console(), rows)
    if verdict(rows):
        raise typer.Exit(1)


def _variants(variants: Sequence[Variant], plain: bool, against: list[str]) -> tuple[Variant, ...]:
    """The variants to build; the first of ours comes a second time for each variable. Raises UsageError."""
    chosen = list(variants)
    if plain:
        chosen = [variant for variant in chosen if variant.timed]
    ours = next(variant for variant in chosen if variant.smartopt)
    for text in against:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise UsageError(f"--against takes NAME=VALUE, not {text!r}")
        variant = replace(ours, name=f"{ours.name} {name}-{value}", like=ours.name, environment=((name, value),))
        chosen.append(variant)
    return tuple(chosen)


def _keep(out: Path, rows: list[BuildRow], settings: Settings) -> None:
    figures = {
        "effort": settings.effort,
        "llvm": settings.toolchain.version,
        "jobs": settings.jobs,
        "way": settings.way,
        "pairs": settings.pairs,
        "target": settings.target.name,
        "rows": [asdict(row) for row in rows],
        "summary": summary(rows),
    }
    temporary = out.with_name(out.name + ".part")
    temporary.write_text(json.dumps(figures, indent=1))
    temporary.replace(out)


def verdict(rows: list[BuildRow]) -> list[str]:
    """List the faults: failed builds, tests that fail or differ, and files that became larger."""
    wrong = [f"{row.package}, {row.variant}: {row.error}" for row in rows if row.error]
    for line in summary(rows):
        where = f"{line['package']}, {line['variant']}"
        if line["same"] is False:
            wrong.append(f"{where}: the results of the tests differ")
        if line.get("larger"):
            wrong.append(f"{where}: {line['larger']} linked files are larger")
        if line["objects"].get("larger"):
            wrong.append(f"{where}: {line['objects']['larger']} objects are larger")
        if line.get("larger_objects"):
            wrong.append(f"{where}: {line['larger_objects']} objects are larger than those of {_like(rows, line)}")
        if line.get("unmatched"):
            wrong.append(f"{where}: linked by one of the two only: {', '.join(line['unmatched'])}")
    return wrong


def _line(row: BuildRow) -> str:
    took = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in row.seconds.items())
    return f"{row.package}, {row.variant}: {row.error or 'done'} ({took or 'no time'})"


def show(console: Console, rows: list[BuildRow]) -> None:
    """Print tables of bytes saved, build times and tests, of what clang compiled alone, and the faults."""
    lines = summary(rows)
    table = Table(title="Linked files: bytes saved against clang with the same flags")
    table.add_column("package")
    table.add_column("variant")
    for heading in (*_KINDS, "objects", "time", "processor", "tests"):
        table.add_column(heading, justify="right")
    several = len({line["package"] for line in lines}) > 1
    for line in [*lines, *(_totals(lines) if several else [])]:
        cells = [_saved(line["bytes"].get(kind)) if "bytes" in line else "" for kind in _KINDS]
        times = [f"×{line[name]:.2f}" if name in line else "" for name in ("time", "processor")]
        table.add_row(line["package"], line["variant"], *cells, _saved(line.get("compiled")), *times, _tests(line))
    console.print(table)
    reasons: dict[str, dict[str, int]] = {}
    for line in lines:
        for reason, count in line["calls"].get("clang", {}).items():
            found = reasons.setdefault(reason, {})
            found[line["variant"]] = found.get(line["variant"], 0) + count
    names = sorted({line["variant"] for line in lines})
    table = Table(title="Calls of the compiler")
    for heading in ("who and why", *names):
        table.add_column(heading, justify="left" if heading == "who and why" else "right")
    ours = [sum(line["calls"].get("ours", 0) for line in lines if line["variant"] == name) for name in names]
    table.add_row("smartopt", *map(str, ours))
    for reason, counts in sorted(reasons.items(), key=lambda item: -sum(item[1].values())):
        text = f"clang: {sentence(reason)} [{reason}]"
        table.add_row(escape(text), *(str(counts.get(name, 0)) for name in names))
    for answer, heading in (("hit", "smartopt remembered a decision"), ("miss", "smartopt searched")):
        known = [
            sum(line["calls"].get("cache", {}).get(answer, 0) for line in lines if line["variant"] == n) for n in names
        ]
        table.add_row(heading, *map(str, known))
    console.print(table)
    for row in rows:
        if row.memory:
            shown = ", ".join(
                f"{key} {value}" if key in ("compiling", "serving", "samples") else f"{key} {value / 1e6:,.0f} MB"
                for key, value in row.memory.items()
            )
            console.print(f"{row.package}, {row.variant}, peaks of memory: {shown}", highlight=False)
    for text in verdict(rows):
        console.print(f"[red]{escape(text)}[/red]")


def _totals(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    totals = []
    for name in dict.fromkeys(line["variant"] for line in lines):
        built = [line for line in lines if line["variant"] == name and "bytes" in line]
        parts = [line["bytes"] for line in built]
        sums = {
            kind: tuple(map(sum, zip(*(part[kind] for part in parts if kind in part), strict=True))) for kind in _KINDS
        }
        compiled = tuple(sum(line["compiled"][which] for line in built) for which in (0, 1))
        # The pairs of all packages together: all first ones, all second ones, ...
        pairs = [
            (_sum(pair[0] for pair in several), _sum(pair[1] for pair in several))
            for several in zip(*(line["builds"] for line in built), strict=False)
        ]
        times = ratios(pairs) if pairs else {}
        totals.append(
            {
                "package": "all",
                "variant": name,
                "bytes": sums,
                "compiled": compiled,
                **times,
                "passed": None,
                "same": None,
            }
        )
    return totals


def _sum(times: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """Seconds and processor seconds of several builds together."""
    seconds, processor = zip(*times, strict=True)
    return sum(seconds), sum(processor)


def _like(rows: list[BuildRow], line: dict[str, Any]) -> str:
    """The variant with which a line compares."""
    found = (row.like for row in rows if (row.package, row.variant) == (line["package"], line["variant"]))
    return next(found, "")


def _saved(pair: tuple[int, ...] | None) -> str:
    if not pair:
        return ""
    before, after = pair
    return f"{before - after:,} ({100 * (before - after) / before:.2f}%)" if before else f"{before - after:,}"


def _tests(line: dict[str, Any]) -> str:
    if line["passed"] is None:
        return ""
    return ("passed" if line["passed"] else "failed") + {True: ", same", False: ", other", None: ""}[line["same"]]
