"""Outputs and what lies beside them (CASES.md 42 to 52)."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from pathlib import Path

import pytest

from .conftest import Pair
from .plugins import BOTH, first_on_both

PAIR_WAYS = BOTH

SIDE = "driver-side-output"


@pytest.mark.parametrize(
    "args", first_on_both(["-o", "x.o"], ["-ox.o"], [], ["-o", "no_suffix"], ["-o", "a.c.o"], ["-o", "./x.o"])
)
def test_case_42_ways_to_name_the_output(pair: Pair, args: list[str]) -> None:
    pair.eligible("-Oz", "-c", "a.c", *args)


def test_case_42_the_default_name_is_in_the_working_directory(pair: Pair) -> None:
    pair.files = {"deep/a.b.c": "int f(void) { return 1; }\n"}
    pair.eligible("-Oz", "-c", "deep/a.b.c")
    assert "a.b.o" in pair.last.tree


def test_case_43_standard_output(pair: Pair) -> None:
    for name in ("-", "/dev/stdout"):
        pair.inside("driver-output-special", "-Oz", "-c", "a.c", "-o", name)
        assert pair.last.stdout.startswith(b"\x7fELF")


def test_case_43_a_fifo_stays_a_fifo(pair: Pair) -> None:
    pair.prepare = lambda work: os.mkfifo(work / "pipe")
    got: list[bytes] = []
    for program in (pair.clang, pair.door()):
        pair.fresh()
        reader = threading.Thread(target=lambda: got.append((pair.work / "pipe").read_bytes()))
        reader.start()
        done = subprocess.run(
            [program, "-Oz", "-c", "a.c", "-o", "pipe"], cwd=pair.work, env=pair.env(), timeout=60, check=False
        )
        reader.join(20)
        assert done.returncode == 0
    assert got[0] == got[1]
    assert got[0].startswith(b"\x7fELF")


def test_case_44_a_missing_folder(pair: Pair) -> None:
    assert pair.same("-Oz", "-c", "a.c", "-o", "no/such/x.o") == pair.either({"driver-output-special"}, set())
    assert pair.last.code == 1


class TestCase45:
    """A failing compile removes a stale object, as clang does."""

    @pytest.mark.parametrize("flags", first_on_both(["-MD"], [], ["-o", "a.o"]))
    def test_compile_error(self, pair: Pair, flags: list[str]) -> None:
        pair.files = {"a.c": "int f( {\n", "a.o": "stale", "a.d": "stale"}
        assert pair.same("-Oz", *flags, "-c", "a.c") == pair.either({"driver-compile-error"}, set())
        assert "a.o" not in pair.last.tree

    def test_an_object_that_may_not_be_written(self, pair: Pair) -> None:
        pair.files = {"a.c": "int f( {\n", "a.o": "stale"}
        pair.prepare = lambda work: (work / "a.o").chmod(0o444)
        pair.same("-Oz", "-c", "a.c")

    @pytest.mark.parametrize("flag", first_on_both("-march=bogus", "-std=bogus", "-mcmodel=bogus"))
    def test_wrong_values(self, pair: Pair, flag: str) -> None:
        pair.files = {"a.c": "int f;\n", "a.o": "stale"}
        pair.same("-Oz", flag, "-c", "a.c")


@pytest.mark.parametrize("mask", first_on_both(0o077, 0o022, 0o002))
def test_case_46_mode_follows_the_umask(pair: Pair, mask: int) -> None:
    old = os.umask(mask)
    try:
        pair.eligible("-Oz", "-c", "a.c")
        assert pair.last.tree["a.o"][1] == 0o666 & ~mask
    finally:
        os.umask(old)


def test_case_46_over_a_file_that_may_not_be_written(pair: Pair) -> None:
    pair.files = {**pair.files, "a.o": "old"}
    pair.prepare = lambda work: (work / "a.o").chmod(0o444)
    pair.eligible("-Oz", "-c", "a.c")


class TestCase47:
    """Dependency files: written once, in the right place, with the right target."""

    @pytest.mark.parametrize(
        "args",
        first_on_both(
            ["-MD", "-o", "out/x.y.o"],
            ["-MD"],
            ["-MMD"],
            ["-MD", "-o", "out/x.o"],
            ["-MD", "-o", "out.dir/x"],
            ["-MMD", "-MF", "x.dep"],
            ["-MD", "-MFjoined.dep", "-o", "x.o"],
            ["-MD", "-MT", "target one"],
            ["-MD", "-MQ", "$(TARGET)"],
            ["-MD", "-MT", "a", "-MT", "b", "-MF", "x.d"],
            ["-MMD", "-MP", "-o", "x.o"],
            ["-MD", "-MV", "-MF", "x y.d", "-o", "x y.o"],
            ["-Wp,-MMD,x.dep", "-o", "out/x.o"],
            ["-Wp,-MD,out/.x.o.d", "-o", "out/x.o"],
            ["-Wp,-DNAME=1,-UOTHER", "-MD"],
            ["-MF", "unused.d"],
        ),
    )
    def test_eligible(self, pair: Pair, args: list[str]) -> None:
        header = "static inline int helper(void) { return 4; }\n"
        pair.files = {"a.c": '#include "h.h"\n#include <stddef.h>\nint f(void) { return helper(); }\n', "h.h": header}
        pair.prepare = lambda work: all((work / name).mkdir() is None for name in ("out", "out.dir")) or None
        pair.eligible("-Oz", "-c", "a.c", *args)

    def test_what_is_for_one_run_of_clang(self, pair: Pair) -> None:
        assert pair.same("-Oz", "-c", "a.c", "-MD", "-MG") == pair.either({"driver-front-failed"}, set())
        pair.inside("driver-internal", "-Oz", "-c", "a.c", "-Wp,-MD,x.d,-MT,y")

    def test_compilation_database(self, pair: Pair) -> None:
        """``-MJ`` writes the arguments that clang was given, the plugin among them."""
        words = ["-Oz", "-c", "a.c", "-MJ", "db.json"]
        expected, done = pair.direct(*words).tree, pair.ours(*words).tree
        assert done["a.o"] == expected["a.o"]
        text = done["db.json"][2]
        if pair.plugins is not None:
            assert text.count(b"-fpass-plugin=") == 1
            text = re.sub(rb'"-fpass-plugin=[^"]*", ', b"", text)
        assert text == expected["db.json"][2]
        assert pair.counted()[pair.either({f"reason.{SIDE}"}, {"winner.oz"}).pop()] == 1


def test_case_48_dependencies_output(pair: Pair) -> None:
    for name in ("DEPENDENCIES_OUTPUT", "SUNPRO_DEPENDENCIES"):
        pair.inside("driver-environment", "-Oz", "-c", "a.c", env={name: "deps"})


@pytest.mark.parametrize(
    ("args", "beside"),
    [
        pytest.param(["-g", "-gsplit-dwarf"], "a.dwo", id="49 -gsplit-dwarf"),
        pytest.param(["-g", "-gsplit-dwarf=single"], "a.o", id="49 -gsplit-dwarf=single"),
        pytest.param(["-save-temps"], "a.i", id="51 -save-temps"),
        pytest.param(["-save-temps=obj", "-o", "x.o"], "a.s", id="51 -save-temps=obj"),
        pytest.param(["--serialize-diagnostics", "d.dia"], "d.dia", id="51 serialized diagnostics"),
        pytest.param(["-fstack-usage"], "a.su", id="51 -fstack-usage"),
    ],
)
def test_cases_49_and_51_more_than_an_object(pair: Pair, args: list[str], beside: str) -> None:
    pair.inside(SIDE, "-Oz", "-c", "a.c", *args)
    assert beside in pair.last.tree


@pytest.mark.parametrize(
    ("args", "reason", "beside"),
    [
        pytest.param(["--coverage"], "driver-profile", "a.gcno", id="50 --coverage"),
        pytest.param(["-ftest-coverage"], "driver-profile", "a.gcno", id="50 -ftest-coverage"),
        pytest.param(["-fsave-optimization-record"], SIDE, "a.opt.yaml", id="51 optimization record"),
        pytest.param(["-g", "-grecord-command-line"], "driver-record", "a.o", id="52 -grecord-command-line"),
        pytest.param(["-frecord-command-line"], "driver-record", "a.o", id="52 -frecord-command-line"),
    ],
)
def test_cases_49_to_52_more_than_an_object(pair: Pair, args: list[str], reason: str, beside: str) -> None:
    assert pair.same("-Oz", "-c", "a.c", *args) == {reason}
    assert beside in pair.last.tree


def test_case_51_time_trace(pair: Pair) -> None:
    """The trace holds times, so only its being there can be compared."""
    done = pair.ours("-Oz", "-c", "a.c", "-ftime-trace")
    assert set(done.tree) == set(pair.direct("-Oz", "-c", "a.c", "-ftime-trace").tree)
    assert "a.json" in done.tree
    assert pair.counted()[pair.either({f"reason.{SIDE}"}, {"winner.oz"}).pop()] == 1


def test_nothing_is_left_beside_the_output(pair: Pair) -> None:
    assert set(pair.ours("-Oz", "-c", "a.c", "-o", "x.o").tree) == {"a.c", "a.cc", "x.o"}
    kept = {path.name for path in Path(pair.state).iterdir()}
    assert {"cache", "stats", *pair.either({"predictions"}, {"plugins"})} <= kept
    assert kept <= {"cache", "functions", "plugins", "predictions", "stats"}
