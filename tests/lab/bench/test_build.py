"""``smartopt-lab bench build``: a project of ours, built and tested for real; failures are rows."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from smartopt.lab.bench.build import BuildRow, Settings, bench_build, own_launchers, ratios, summary
from smartopt.lab.bench.build_cli import show, verdict
from smartopt.lab.bench.build_recipes import (
    BUILD_RECIPES,
    LTO_RECIPES,
    SMALL_RECIPES,
    VARIANTS,
    BuildRecipe,
    lto_variants,
)
from smartopt.lab.bench.linked import KINDS, NotLinkedError, is_linked, measure_file, measure_linked
from smartopt.lab.bench.separate_compiles import separate_commands
from smartopt.lab.corpus.recipes import split_of
from smartopt.lab.plugin import server_processes
from smartopt.llvm.toolchain import Toolchain, find_toolchain
from tests.support import EXAMPLES, tool

TALLY = BuildRecipe(
    "tally",
    configure=("$CC -c -Oz tally/tally.c -o probe.o",),  # what a configure script does: not to be counted
    build=("make -j$JOBS -C make",),
    test=("./make/tally tally/tally.c tally/tally.h",),
    linked=("make/tally", "make/tally.o"),
    results=r"\d+ words, .*",
)
COLD = VARIANTS[:2]


@pytest.fixture(scope="module")
def toolchain() -> Toolchain:
    return find_toolchain("22")


@pytest.fixture(scope="module")
def rows(toolchain: Toolchain, tmp_path_factory: pytest.TempPathFactory) -> dict[str, BuildRow]:
    settings = Settings(tmp_path_factory.mktemp("build"), toolchain, "fast")
    seen: list[BuildRow] = []
    built = bench_build([(TALLY, EXAMPLES)], settings, seen.append)
    assert seen == built
    return {row.variant: row for row in built}


def test_every_variant_is_built_and_tested(rows: dict[str, BuildRow]) -> None:
    assert list(rows) == [variant.name for variant in VARIANTS]
    assert not [row.error for row in rows.values() if row.error]
    assert {name: row.passed for name, row in rows.items()} == {
        "clang": True, "smartopt": True, "smartopt warm": None, "clang gc+icf": True, "smartopt gc+icf": True,
    }  # fmt: skip
    assert rows["smartopt"].same is True
    assert rows["smartopt"].results == rows["clang"].results
    assert len(rows["clang"].results) == 1
    assert not verdict(list(rows.values()))


def test_what_was_linked_is_measured(rows: dict[str, BuildRow]) -> None:
    for row in rows.values():
        (sizes,) = row.linked.values()  # tally.o matches the recipe, and is not linked
        assert sizes["total"] == sum(sizes[kind] for kind in KINDS if kind != "total")
        assert 0 < sizes["text"] < sizes["total"] < sizes["stripped"] < sizes["file"]
    smaller, plain = rows["smartopt"].linked["make/tally"], rows["clang"].linked["make/tally"]
    assert smaller["total"] < plain["total"]
    assert rows["smartopt warm"].linked == rows["smartopt"].linked
    gc = rows["clang gc+icf"].linked["make/tally"]
    assert gc != plain


def test_calls_are_counted_without_those_of_configure(rows: dict[str, BuildRow]) -> None:
    cold, warm = rows["smartopt"].calls, rows["smartopt warm"].calls
    assert cold["ours"] == 2
    assert cold["clang"] == {"driver-no-compile": 1}  # the link
    assert cold["cache"]["miss"] > 0
    assert "hit" not in cold["cache"] or cold["cache"]["hit"] == 1  # configure's probe was tally.c
    assert warm["cache"] == {"hit": warm["ours"]}
    assert rows["smartopt gc+icf"].calls["cache"] == warm["cache"]  # flags of the back end alone
    assert rows["smartopt"].objects == {"reports": 2, "larger": 0}
    assert rows["clang"].calls == {}


def test_the_summary_and_its_tables(rows: dict[str, BuildRow]) -> None:
    lines = summary(list(rows.values()))
    assert [line["variant"] for line in lines] == ["smartopt", "smartopt warm", "smartopt gc+icf"]
    before, after = lines[0]["bytes"]["text"]
    assert (before, after) == tuple(rows[name].linked["make/tally"]["text"] for name in ("clang", "smartopt"))
    assert lines[0]["time"] > 0
    shown = io.StringIO()
    show(Console(file=shown, width=250), list(rows.values()))
    text = shown.getvalue()
    assert f"{before - after:,} ({100 * (before - after) / before:.2f}%)" in text
    assert "no -c: clang links" in text
    assert "passed, same" in text
    json.dumps(lines)


def test_packages_are_summed(rows: dict[str, BuildRow]) -> None:
    """Bytes and build times of all together: another package that took three times as long weighs three times."""
    slower = {
        "clang": {"build": 3 * rows["clang"].seconds["build"]},
        "smartopt": {"build": 6 * rows["clang"].seconds["build"]},
    }
    others = [replace(rows[name], package="another", seconds=took) for name, took in slower.items()]
    shown = io.StringIO()
    show(Console(file=shown, width=250), [rows["clang"], rows["smartopt"], *others])
    base, ours = (rows[name].seconds["build"] for name in slower)
    line = next(line for line in shown.getvalue().splitlines() if "all " in line)
    assert f"×{(ours + 6 * base) / (4 * base):.2f}" in line
    before, after = (2 * rows[name].linked["make/tally"]["text"] for name in slower)
    assert f"{before - after:,} (" in line


@pytest.mark.usefixtures("own_plugins")
def test_builds_through_the_plugin_are_paired_and_sampled(toolchain: Toolchain, tmp_path: Path) -> None:
    """First builds find nothing remembered, each time; processor time holds the server's; no server is left."""
    counted = replace(TALLY, build=("echo $CC $SMARTOPT_REPORT_DIR >> ../../order", *TALLY.build))
    variants = tuple(variant for variant in VARIANTS if variant.timed)
    settings = Settings(
        tmp_path,
        toolchain,
        "fast",
        2,
        variants=variants,
        way="plugin",
        pairs=2,
        memory_jobs=4,
        driver=own_launchers(),
    )
    rows = bench_build([(counted, EXAMPLES)], settings, lambda row: None)
    assert not verdict(rows)
    assert not server_processes(tmp_path / "tally" / "state")
    clang, first, again = rows
    assert (first.calls["ours"], first.calls["cache"]) == (2, {"miss": 2})
    assert (again.calls["ours"], again.calls["cache"]) == (2, {"hit": 2})
    assert [len(row.again) for row in rows] == [2, 2, 2]
    assert all(wall > 0 and processor > 0 for row in rows for wall, processor in row.again)
    assert min(used for _, used in first.again) > max(used for _, used in clang.again), "the server's time counts"
    order = [line.split()[0].endswith("smartopt-clang") for line in (tmp_path / "order").read_text().splitlines()]
    assert order == [False, True, True, *(False, True, True), *(True, True, False), *(False, True)]
    assert clang.memory["serving"] == 0
    assert clang.memory["compilers"] > 1 << 20
    assert first.memory["serving"] >= 1
    assert first.memory["smartopt"] > 10 << 20
    assert first.compiled.keys() == clang.compiled.keys()
    assert sum(first.compiled.values()) < sum(clang.compiled.values())


@pytest.mark.usefixtures("own_plugins")
def test_programs_are_linked_with_smartopt_in_the_linker(toolchain: Toolchain, tmp_path: Path) -> None:
    settings = Settings(tmp_path, toolchain, "fast", variants=lto_variants(), way="plugin", driver=own_launchers())
    rows = bench_build([(replace(TALLY, configure=()), EXAMPLES)], settings, lambda row: None)
    assert not verdict(rows)
    clang, first, again = rows
    assert (first.calls["ours"], again.calls["ours"]) == (1, 1), "the whole program is one module"
    assert first.same is True
    assert first.linked == again.linked
    assert first.linked["make/tally"]["total"] < clang.linked["make/tally"]["total"]


def test_ratios_are_medians_of_pairs() -> None:
    pairs = [((1.0, 2.0), (3.0, 3.0)), ((2.0, 2.0), (2.0, 8.0)), ((4.0, 1.0), (8.0, 2.0))]
    assert ratios(pairs) == {"time": 2.0, "processor": 2.0}


def test_an_object_that_grew_is_a_fault(rows: dict[str, BuildRow]) -> None:
    grown = replace(rows["smartopt"], compiled={name: size + 900 for name, size in rows["clang"].compiled.items()})
    assert rows["clang"].compiled
    assert verdict([rows["clang"], grown]) == [
        f"tally, smartopt: {len(grown.compiled)} objects are larger than those of clang"
    ]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"configure": ("exit 3",)}, "configure: no output (exit code 3"),
        ({"build": ("echo 'int x = ;' > bad.c && $CC -Oz -c bad.c",)}, "build: bad.c:1:9: error: expected expression"),
        ({"build": ("true",)}, "build: nothing linked matches make/tally"),
        ({"test": ("./make/tally nowhere",)}, "test: tally: cannot read nowhere"),
        ({"needs": ("no-such-program",)}, "not begun: no-such-program is not installed"),
    ],
)
def test_a_failure_is_a_row(
    toolchain: Toolchain, tmp_path: Path, changed: dict[str, tuple[str, ...]], error: str
) -> None:
    settings = Settings(tmp_path, toolchain, "fast", variants=COLD)
    recipe = replace(TALLY, **changed)
    rows = bench_build([(recipe, EXAMPLES)], settings, lambda row: None)
    assert [row.error.startswith(error) for row in rows] == [True, True], [row.error for row in rows]
    assert [row.passed for row in rows] == ([False, False] if "test" in changed else [None, None])
    assert len(verdict(rows)) >= 2
    show(Console(quiet=True), rows)


def test_a_missing_tree_is_a_row(toolchain: Toolchain, tmp_path: Path) -> None:
    (row,) = bench_build(
        [(TALLY, tmp_path / "nowhere")], Settings(tmp_path / "w", toolchain, variants=COLD[:1]), lambda row: None
    )
    assert "nowhere" in row.error


def test_time_limits(toolchain: Toolchain, tmp_path: Path) -> None:
    """A step that hangs is ended with all that it started; what is not begun then says so."""
    slow = replace(TALLY, configure=(), build=("sleep 60 & sleep 60",))
    began = time.monotonic()
    rows = bench_build([(slow, EXAMPLES)], Settings(tmp_path, toolchain, limit=0.5, variants=COLD), lambda row: None)
    assert time.monotonic() - began < 20
    assert rows[0].error.startswith("build: stopped after ")
    assert rows[1].error == "not begun: the time limit is reached"


def test_other_results_of_the_tests_are_noticed(toolchain: Toolchain, tmp_path: Path) -> None:
    tells = replace(TALLY, test=("basename $CC",), results="(smartopt-)?clang")
    rows = bench_build([(tells, EXAMPLES)], Settings(tmp_path, toolchain, "fast", variants=COLD), lambda row: None)
    assert rows[1].same is False
    assert verdict(rows) == ["tally, smartopt: the results of the tests differ"]


def test_sizes_agree_with_llvm_size(toolchain: Toolchain, tmp_path: Path) -> None:
    """llvm-size's System V table, added up by names, against ours, added up by flags."""
    source = tmp_path / "a.cc"
    source.write_text(
        "#include <stdio.h>\nstruct A { virtual ~A() {} virtual int f() { return 1; } };\n"
        'int table[9] = {1};\nint main() { try { A a; printf("%d %d", a.f(), table[0]); } catch (int) { return 2; } }\n'
    )
    for flags in ([], ["-shared", "-fPIC"]):
        out = tmp_path / "out"
        subprocess.run([tool("clang++-22"), "-Oz", "-g", *flags, source, "-o", out], check=True)
        listed = subprocess.run([tool("llvm-size-22"), "-A", out], capture_output=True, text=True, check=True).stdout
        rows = [line.split() for line in listed.splitlines() if line.startswith(".")]
        loaded = {name: int(size) for name, size, address in rows if int(address) and not name.endswith("bss")}
        sizes = measure_file(out, None)
        assert sizes["total"] == sum(loaded.values())
        code = (".text", ".init", ".fini", ".plt", ".plt.got", ".plt.sec")
        assert sizes["text"] == sum(loaded.get(name, 0) for name in code)
        assert sizes["rodata"] == loaded.get(".rodata", 0)
        unwind = (".eh_frame", ".eh_frame_hdr", ".gcc_except_table")
        assert sizes["eh_frame"] == sum(loaded.get(name, 0) for name in unwind)


def test_what_is_not_linked_is_refused(tmp_path: Path) -> None:
    program = Path(sys.executable).resolve().read_bytes()
    assert measure_linked(program)["text"]
    for data in (b"", b"\x7fELF", b"\x7fELF\2\1" + b"\xff" * 90, program[:2000], b"#!/bin/sh\n"):
        with pytest.raises(NotLinkedError):
            measure_linked(data)
    link = tmp_path / "link"
    link.symlink_to(sys.executable)
    assert not is_linked(link)
    assert not is_linked(tmp_path)
    assert is_linked(Path(sys.executable).resolve())


def test_one_command_is_taken_apart(tmp_path: Path) -> None:
    assert separate_commands(
        ["cc", "-Oz", "-I", "x", "a.c", '-DA="b c"', "-Wl,-s", "b.cc", "z.a", "-o", "out", "-lm"]
    ) == [
        ["cc", "-Oz", "-I", "x", '-DA="b c"', "-c", "a.c", "-o", "out.0.o"],
        ["cc", "-Oz", "-I", "x", '-DA="b c"', "-c", "b.cc", "-o", "out.1.o"],
        ["cc", "-Oz", "-I", "x", '-DA="b c"', "out.0.o", "out.1.o", "-Wl,-s", "z.a", "-lm", "-o", "out"],
    ]
    script = Path(separate_commands.__code__.co_filename)
    shutil.copy(EXAMPLES / "src" / "calc.c", tmp_path)
    command = [sys.executable, script, tool("clang-22"), "-Oz", "calc.c", "-o", "calc", "-lm"]
    subprocess.run(command, cwd=tmp_path, check=True)
    assert is_linked(tmp_path / "calc")
    shutil.copy(EXAMPLES / "src" / "pack.c", tmp_path)
    compiler = tmp_path / "cc"
    compiler.write_text('#!/bin/sh\necho "$SMARTOPT_DISABLE" "$@"\n')
    compiler.chmod(0o755)
    told = subprocess.run(
        [sys.executable, script, "./cc", "calc.c", "./pack.c", "-o", "x"],
        cwd=tmp_path, env={**os.environ, "SEPARATE_ONLY": "pack.c"}, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    assert told == ["1 -c calc.c -o x.0.o", " -c ./pack.c -o x.1.o", "1 x.0.o x.1.o -o x"]
    (tmp_path / "calc.c").write_text("no C")
    assert subprocess.run(command, cwd=tmp_path, check=False, capture_output=True).returncode


def test_the_recipes_are_for_the_packages_that_were_asked_for() -> None:
    assert set(BUILD_RECIPES) == {"zlib", "lua5.4", "bzip2", "libzstd", "sqlite3", "snappy", "leveldb"}
    assert set(LTO_RECIPES) <= set(BUILD_RECIPES)
    assert all(split_of(name) == "train" for name in SMALL_RECIPES)
    for variants in (VARIANTS, lto_variants(), lto_variants(thin=True)):
        names = {variant.name for variant in variants}
        for variant in variants:
            assert variant.like in names | {""}
            assert variant.again in names | {""}
    recipes = [*BUILD_RECIPES.values(), *SMALL_RECIPES.values(), *LTO_RECIPES.values()]
    assert all(recipe.test and recipe.results for recipe in recipes)
