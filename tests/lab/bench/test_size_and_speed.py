"""The benchmarks' own functions, on a small source of ours: figures of real objects, never of what failed."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from smartopt.errors import SmartoptError
from smartopt.lab.bench.build import write_launchers
from smartopt.lab.bench.cli import show
from smartopt.lab.bench.engine import bench_engine, split
from smartopt.lab.bench.entry_points import SECTION_FLAGS, compare_roots, find_linker
from smartopt.lab.bench.recipes import RECIPES, Recipe, prepare
from smartopt.lab.bench.size import SECTIONS, Job, Row, as_json, bench, ingredients, measure, totals
from smartopt.lab.bench.target_table import show_targets, target_totals
from smartopt.lab.bench.trials import METHODS, bench_trials
from smartopt.lab.packages import PackageError
from smartopt.lab.plugin import PluginStore
from smartopt.lab.targets import TARGETS
from smartopt.llvm.toolchain import Toolchain, find_toolchain
from smartopt.objfile.measure import measure_object
from smartopt.objfile.symbols import global_functions
from smartopt.options import Options
from tests.optimizer.support import SOURCES, bitcode
from tests.support import tool


@pytest.fixture(scope="module")
def toolchain() -> Toolchain:
    return find_toolchain("22")


def job(toolchain: Toolchain, name: str, *flags: str, effort: str = "fast") -> Job:
    assert toolchain.clang is not None
    options = Options(llvm="22", effort=effort)  # type: ignore[arg-type]
    return Job("ours", SOURCES / name, SOURCES, flags, toolchain.clang, options)


@pytest.fixture(scope="module")
def rows(toolchain: Toolchain) -> list[Row]:
    return [measure(job(toolchain, "words.c")), measure(job(toolchain, "numbers.c", effort="default"))]


def test_a_row_is_of_clangs_own_objects(toolchain: Toolchain, rows: list[Row], tmp_path: Path) -> None:
    out = tmp_path / "oz.o"
    subprocess.run([tool("clang-22"), "-Oz", "-c", str(SOURCES / "words.c"), "-o", str(out)], check=True)
    sizes = measure_object(out.read_bytes())
    row = rows[0]
    assert not row.error
    assert row.oz == {name: getattr(sizes, name) for name in SECTIONS}
    assert 0 < row.smartopt["total"] < row.oz["total"]
    assert row.winner == "plan"
    assert (row.package, row.file, row.effort) == ("ours", "words.c", "fast")
    assert row.trials > 0
    assert row.peak_bytes > 10 << 20
    assert 0 < row.seconds["total"] <= row.seconds["wall"]
    # what the engine measured for the winner is what clang's object came to
    assert min(c["bytes"]["total"] for c in row.candidates) == row.smartopt["total"]


def test_as_built_is_the_drivers_object(toolchain: Toolchain, rows: list[Row], tmp_path: Path) -> None:
    driver = write_launchers(tmp_path) / "smartopt-clang"
    row = measure(replace(job(toolchain, "words.c", effort="default"), driver=driver))
    assert not row.error
    out = tmp_path / "ours.o"
    ours = {"SMARTOPT_DIR": str(tmp_path / "state"), "SMARTOPT_EFFORT": "default"}
    environment = {**os.environ, **ours, "SMARTOPT_CLANG": str(toolchain.clang)}
    subprocess.run([driver, "-Oz", "-c", SOURCES / "words.c", "-o", out], check=True, env=environment)
    sizes = measure_object(out.read_bytes())
    assert row.smartopt == {name: getattr(sizes, name) for name in SECTIONS}
    assert (row.oz, row.winner) == (rows[0].oz, "plan")
    assert row.trials > 0


def test_as_built_through_the_plugin(toolchain: Toolchain, rows: list[Row], store: PluginStore) -> None:
    driver = Path(sys.executable).parent / "smartopt-clang"
    asked = replace(job(toolchain, "words.c", effort="default"), driver=driver)
    row, other = measure(replace(asked, way="plugin", store=store)), measure(asked)
    assert not row.error
    assert (row.smartopt, row.winner, row.oz) == (other.smartopt, other.winner, rows[0].oz)


def test_every_entry_point_is_linked_alone(toolchain: Toolchain, tmp_path: Path) -> None:
    driver = write_launchers(tmp_path) / "smartopt-clang"
    linker = find_linker(toolchain)
    row = measure(replace(job(toolchain, "words.c"), driver=driver, linker=linker))
    assert not row.error
    objects = {}
    for name, word in (("small", ""), ("large", "a += b * c; b ^= a >> 3;")):
        functions = f"int f(int a, int b, int c) {{ {word} return a ^ b; }} int g(int a) {{ return a + 1; }}"
        source, objects[name] = tmp_path / f"{name}.c", tmp_path / f"{name}.o"
        source.write_text(
            f"static int h(int a) {{ return a * 3; }} int k = 4; {functions} int i(int a) {{ return h(a); }}"
        )
        words = [tool("clang-22"), "-Oz", *SECTION_FLAGS, "-c", str(source), "-o", str(objects[name])]
        subprocess.run(words, check=True)
    assert global_functions(objects["small"].read_bytes()) == {"f", "g", "i"}
    same = compare_roots(linker, objects["small"], objects["small"], tmp_path)
    assert (same["roots"], same["larger"], same["oz"]) == (3, 0, same["smartopt"])
    grown = compare_roots(linker, objects["small"], objects["large"], tmp_path)
    assert (grown["roots"], grown["larger"]) == (3, 1)
    assert grown["more"] == grown["smartopt"] - grown["oz"] > 0
    assert totals([row])["roots"]["roots"] == row.roots["roots"] > 0
    assert (row.roots["larger"], row.roots["more"]) == (0, 0)


def test_what_the_driver_leaves_to_clang_is_a_row(toolchain: Toolchain, tmp_path: Path) -> None:
    driver = write_launchers(tmp_path) / "smartopt-clang"
    left = measure(replace(job(toolchain, "words.c", "-pg"), driver=driver))
    assert (left.error, left.winner, left.smartopt) == ("", "clang", left.oz)
    assert left.fallbacks == {"driver-profile": 1}
    assert totals([left])["larger"] == 0
    assert ingredients([left])[-1][1] == left.oz


def test_flags_are_used(toolchain: Toolchain, rows: list[Row]) -> None:
    row = measure(job(toolchain, "words.c", "-fno-asynchronous-unwind-tables", "-fno-unwind-tables"))
    assert not row.error
    assert row.oz["eh_frame"] == row.smartopt["eh_frame"] == 0
    assert rows[0].oz["eh_frame"] > 0


def test_rows_of_another_target(toolchain: Toolchain, tmp_path: Path) -> None:
    """A file that needs an operating system is left out where there is none, and is an error where there is one."""
    (tmp_path / "a.c").write_text("int f(int a) { int s = 0; while (a-- > 0) s += a * a; return s; }\n")
    (tmp_path / "b.c").write_text("#include <no-such-os.h>\nint g;\n")
    files = [tmp_path / "a.c", tmp_path / "b.c"]
    found = {
        name: bench(
            [("ours", tmp_path, files, ())], toolchain, Options(effort="fast"), 1, lambda row: None,
            target=TARGETS[name],
        )
        for name in ("riscv64", "cortex-m4")
    }  # fmt: skip
    (linux, failed), (bare, left_out) = found["riscv64"], found["cortex-m4"]
    assert (linux.target, linux.error, linux.counts) == ("riscv64", "", True)
    assert linux.oz["eh_frame"] > 0
    assert bare.error == ""
    assert linux.oz != bare.oz
    assert failed.error
    assert (failed.left_out, left_out.error) == ("", "")
    assert left_out.left_out == "'no-such-os.h' file not found"
    assert not left_out.counts
    sums = target_totals(found["cortex-m4"])
    assert (sums["files"], sums["left_out"], sums["failed"], sums["larger"]) == (1, 1, 0, 0)
    found["riscv64"][0].smartopt = {**linux.oz, "total": linux.oz["total"] + 8}
    console = Console(width=200, file=io.StringIO())
    show_targets(console, found, "fast")
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert f"riscv64: larger: ours/a.c: {linux.oz['total'] + 8} bytes, by clang {linux.oz['total']}" in text
    assert "cortex-m4: left out: ours/b.c ('no-such-os.h' file not found)" in text
    assert "riscv64: failed: ours/b.c" in text


def test_bare_flags_take_the_place_of_those_for_linux() -> None:
    assert RECIPES["sqlite3"].flags_for(TARGETS["aarch64"]) == RECIPES["sqlite3"].flags
    assert "-DSQLITE_OS_OTHER=1" in RECIPES["sqlite3"].flags_for(TARGETS["riscv32"])
    assert RECIPES["zlib"].flags_for(TARGETS["riscv32"]) == RECIPES["zlib"].flags


def test_what_failed_is_a_row_and_not_in_the_sums(toolchain: Toolchain, rows: list[Row]) -> None:
    failed = measure(job(toolchain, "words.c", "-DNONSENSE", "-include", "no-such-file.h"))
    missing = measure(job(toolchain, "no-such-file.c"))
    for row in (failed, missing):
        assert row.error
        assert "\n" not in row.error
        assert row.smartopt == {}
    assert totals([*rows, failed, missing]) == totals(rows)
    assert ingredients([*rows, failed, missing]) == ingredients(rows)


def test_totals(rows: list[Row]) -> None:
    sums = totals(rows)
    assert sums["files"] == 2
    assert sums["larger"] == 0
    for name in SECTIONS:
        assert sums["oz"][name] == sum(row.oz[name] for row in rows)
        assert sums["smartopt"][name] == sum(row.smartopt[name] for row in rows)
    for key in ("input", "oz", "output"):
        assert sums["instructions"][key] == sum(row.instructions[key] for row in rows) > 0
    assert totals([])["files"] == 0
    larger = Row("p", "f", "fast", oz={**rows[0].oz, "total": 1}, smartopt=rows[0].smartopt)
    larger.instructions, larger.seconds = rows[0].instructions, rows[0].seconds
    assert totals([*rows, larger])["larger"] == 1


def test_ingredients(rows: list[Row]) -> None:
    """Each is the best of -Oz and some candidates, so none is above -Oz's, and everything is below each."""
    parts = ingredients(rows)
    labels = [label for label, _ in parts]
    assert labels[0] == "-Oz"
    assert labels[-1] == "everything"
    amounts = [sums["total"] for _, sums in parts]
    assert amounts[0] == sum(row.oz["total"] for row in rows)
    assert amounts[-1] == min(amounts) == sum(row.smartopt["total"] for row in rows)
    assert max(amounts) == amounts[0]
    for _, sums in parts:
        assert sums["total"] == sum(sums[name] for name in SECTIONS if name != "total")
    by_label = dict(parts)
    assert by_label["replay plan and repair"]["total"] <= by_label["replay plan, no repair"]["total"]


def test_every_candidate_is_some_ingredient() -> None:
    """Each strategy and variant, a new one too, is in a row of the table beside "everything"."""
    from smartopt.optimizer.strategies import STRATEGIES, VARIANTS

    sizes = {"text": 90, "rodata": 0, "eh_frame": 0, "data": 0, "total": 90}
    oz = {"kind": "oz", "name": "default<Oz>", "bytes": {**sizes, "text": 100, "total": 100}}
    for kind, name in [*(("plan", strategy) for strategy in STRATEGIES), *(("module", v.text) for v in VARIANTS)]:
        row = Row("p", "f", "max", candidates=[oz, {"kind": kind, "name": name, "bytes": sizes}])
        best = [label for label, sums in ingredients([row]) if sums["total"] == 90]
        assert best[-1] == "everything"
        assert len(best) >= 2, f"{name} is in no row of its own"


def test_bench_measures_files_in_processes_and_sorts(toolchain: Toolchain) -> None:
    done: list[str] = []
    files = [SOURCES / "one.c", SOURCES / "two.c"]
    rows = bench(
        [("ours", SOURCES, files, ())], toolchain, Options(effort="fast"), 2, lambda row: done.append(row.file)
    )
    assert [row.file for row in rows] == ["one.c", "two.c"] == sorted(done)
    assert not any(row.error for row in rows)
    assert json.loads(json.dumps(as_json(rows)))[1]["file"] == "two.c"


def test_the_tables(rows: list[Row]) -> None:
    console = Console(width=200, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    show(console, rows, "fast")
    text = console.export_text()
    console.file.close()
    assert "ours" in text
    assert f"{rows[0].oz['total'] + rows[1].oz['total']} -> " in text
    assert "replay plan and repair" in text


# -- the engine's speed -----------------------------------------------------------------------------------------------


def test_engine(toolchain: Toolchain, tmp_path: Path) -> None:
    file = tmp_path / "words.bc"
    file.write_bytes(bitcode("words.c"))
    modules = split(toolchain, file, 3)
    assert len(modules) == 3
    figures = bench_engine(toolchain, modules, repeats=3)
    assert figures.functions == 3
    assert figures.in_process_ms > 0
    assert figures.ratio > 1


def test_trials_are_shared_or_from_scratch(toolchain: Toolchain, tmp_path: Path) -> None:
    """The three ways of evaluating lists are about the same functions and lists; junk is passed over."""
    good, junk = tmp_path / "words.bc", tmp_path / "junk.bc"
    good.write_bytes(bitcode("words.c"))
    junk.write_bytes(b"junk")
    functions, figures = bench_trials(toolchain, [junk, good], ["sroa", "sroa,gvn"])
    assert functions >= 3
    assert set(figures) == set(METHODS)
    assert all(row.evaluations == 2 * functions and row.seconds > 0 for row in figures.values())
    assert all(row.rate > 0 for row in figures.values())


def test_split_takes_each_function_alone(toolchain: Toolchain, tmp_path: Path) -> None:
    file = tmp_path / "numbers.bc"
    file.write_bytes(bitcode("numbers.c"))
    for data, name in zip(split(toolchain, file, 99), ["apply", "mean"], strict=False):
        done = subprocess.run(
            [tool("llvm-nm-22"), "--defined-only", "--format=just-symbols", "-"],
            input=data,
            capture_output=True,
            text=False,
            check=True,
        )
        assert len([line for line in done.stdout.decode().split() if not line.startswith(".")]) >= 1, name
    assert split(toolchain, file, 0) == []


# -- recipes ----------------------------------------------------------------------------------------------------------


def test_recipes_name_themselves_and_are_the_bench_packages() -> None:
    assert list(RECIPES) == ["zlib", "lua5.4", "bzip2", "libzstd", "sqlite3"]
    assert all(recipe.files for recipe in RECIPES.values())


def test_prepare_runs_steps_once_and_lists_files(tmp_path: Path) -> None:
    for name in ("b.c", "a.c", "left-out.c"):
        (tmp_path / name).write_text("int x;\n")
    recipe = Recipe("ours", ("*.c",), steps=("echo $CC >> log", "echo 'int y;' > made.c"), without=("left-out.c",))
    for _ in range(2):
        assert [path.name for path in prepare(recipe, tmp_path, "the-clang")] == ["a.c", "b.c", "made.c"]
    assert (tmp_path / "log").read_text() == "the-clang\n"


def test_a_failing_step_is_one_line_and_is_run_again(tmp_path: Path) -> None:
    recipe = Recipe("ours", ("*.c",), steps=("echo first >&2; echo the reason >&2; exit 3",))
    for _ in range(2):
        with pytest.raises(PackageError, match=r"ours: the step .* failed: the reason") as caught:
            prepare(recipe, tmp_path, "clang")
        assert "\n" not in str(caught.value)
    with pytest.raises(PackageError, match="no message"):
        prepare(Recipe("ours", (), steps=("exit 1",)), tmp_path, "clang")


def test_without_a_clang_it_says_so(toolchain: Toolchain) -> None:
    from dataclasses import replace

    with pytest.raises(SmartoptError, match="clang"):
        bench([], replace(toolchain, clang=None), Options(), 1, print)
    with pytest.raises(SmartoptError, match="opt"):
        bench_engine(replace(toolchain, opt=None), [b""])
