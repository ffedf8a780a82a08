"""Nothing that the optimizer answers is believed: the object is looked at, and in trouble clang compiles by itself."""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from smartopt.objfile.measure import measure_object
from smartopt.objfile.symbols import undefined_symbols

from .conftest import C_SOURCE, ROOT, Pair, tree_of
from .test_back_end_settings import LOOPS
from .test_process import Fake

ALONE = """\
int g(int);
static int helper(int x) {{ return g(x) * 3 + x; }}
int a(int x) {{ return {call}; }}
int b(int x) {{ int r; __asm__("call helper" : "=a"(r) : "D"(x) : "memory"); return r + {call}; }}
"""


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="assembly of x86-64")
@pytest.mark.parametrize(("kept", "reasons"), [(7, {"driver-assembly-needs"}), (0, {"winner.plan"})])
def test_functions_that_inline_assembly_names_are_there(pair: Pair, kept: int, reasons: set[str]) -> None:
    """LLVM does not see that ``helper`` is needed: where -Oz keeps it by chance, so must we; else as clang does."""
    row = f"FunctionOutcome('helper', 7, {kept}, 0, 0, 0, '', 'oz', 0)"
    command = [pair.clang, "-O1", "-emit-llvm", "-c", "gone.c", "-o", "-"]
    broken(pair, f"return outcome(functions=({row},)), subprocess.check_output({command!r})")
    pair.files = {"a.c": ALONE.format(call="helper(x)"), "gone.c": ALONE.format(call="g(x) * 3 + x")}
    done = pair.ours("-Oz", "-c", "a.c")
    assert done.code == 0
    assert {
        name.removeprefix("reason.") for name in pair.counted() if name.startswith(("reason.", "winner"))
    } == reasons
    names = undefined_symbols(done.tree["a.o"][2])
    assert names == ({"g"} if kept else {"g", "helper"})
    if kept:
        assert done.tree == pair.direct("-Oz", "-c", "a.c").tree


@pytest.mark.parametrize(
    ("level", "promised", "reasons"),
    [
        ("-O3", 100_000, {"winner.plan"}),
        ("-O3", 300, {"winner.oz", "driver-grew"}),
        ("-Oz", 10, {"winner.oz", "driver-grew"}),
        ("-DLESS", 10, {"winner.plan"}),
    ],
    ids=["as promised", "larger", "as large as clang's", "sums are others' here, and clang's is larger"],
)
def test_an_object_is_no_larger_than_clangs(pair: Pair, level: str, promised: int, reasons: set[str]) -> None:
    """The optimizer has its own measure; the object is what counts."""
    row = "FunctionOutcome('dot', 9, 9, 8, 90, 80, 'gvn', 'coreset', 0)"
    said = f"instructions=(9, 9, 8), oz=Sizes({promised}), output=Sizes(5), functions=({row},)"
    command = [pair.clang, "-Oz", level, "-emit-llvm", "-c", "a.c", "-o", "-"]
    broken(pair, f"return outcome({said}), subprocess.check_output({command!r})")
    pair.files = {"a.c": f"{C_SOURCE}\n#ifndef LESS\nint more(int x) {{ return x * 3; }}\n#endif\n"}
    pair.environment["SMARTOPT_REPORT_DIR"] = str(pair.home / "reports")
    made = pair.ours("-Oz", "-c", "a.c").tree["a.o"]
    counted = {name.removeprefix("reason.") for name in pair.counted() if name.startswith(("reason.", "winner"))}
    assert counted == reasons
    (told,) = (json.loads(path.read_text()) for path in (pair.home / "reports").iterdir())
    clangs = pair.direct("-Oz", "-c", "a.c").tree["a.o"]
    assert (made == clangs) == ("driver-grew" in reasons)
    if "driver-grew" in reasons:
        assert told["bytes"]["output"] == told["bytes"]["oz"]
        assert told["functions"][0]["instructions"]["output"] == 9
    else:
        assert told["bytes"]["output"]["total"] == measure_object(made[2]).total


BROKEN = """\
#!{python}
import subprocess, sys, time
sys.path.insert(0, {root!r})
import smartopt.driver.compile as driver
from smartopt.driver.optimizer_session import OptimizerSession
from smartopt.objfile.sizes import Sizes
from smartopt.optimizer.outcome import FunctionOutcome, Outcome
def outcome(**changed):
    plain = dict(llvm="22.1.8", engine="libllvm", chooser="none", objective="size", effort="fast", winner="plan",
        instructions=(0, 0, 0), oz=Sizes(), output=Sizes(), functions=(), candidates=(), trials=0, seconds={{}},
        fallbacks={{}}, agreement={{}}, slimmable=False, outlinable=False, attributes={{}}, frames=(), target="x86_64")
    return Outcome(**{{**plain, **changed}})
real = OptimizerSession.run
def broken(self, data):
    {trouble}
OptimizerSession.run = broken
driver.TIMEOUT = 1
from smartopt.driver.entry import main_c
sys.exit(main_c())
"""


def broken(pair: Pair, trouble: str) -> None:
    """Give the pair a driver whose optimizer does ``trouble`` instead (the body of a function of ``self, data``).

    ``real`` is what it does otherwise, and ``outcome`` makes one.
    """
    folder = pair.home / "broken"
    folder.mkdir()
    door = folder / "smartopt-clang"
    door.write_text(BROKEN.format(python=sys.executable, root=str(ROOT), trouble=trouble))
    door.chmod(0o755)
    pair.doors = folder


SWALLOWING = """
    try:
        time.sleep(60)
    except Exception:
        time.sleep(60)
"""


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        ("raise ValueError('a bug of ours')", "driver-internal-error"),
        ("raise MemoryError", "driver-memory"),
        ("time.sleep(60)", "driver-timeout"),
        pytest.param(SWALLOWING, "driver-timeout", id="swallowing what is raised"),
        ("return outcome(), b'no bitcode'", "driver-internal-error"),
        ("return outcome(), b''", "driver-internal-error"),
        ("return outcome(), data[: len(data) // 2]", "driver-back-failed"),
        ("raise KeyboardInterrupt", None),
    ],
)
def test_an_optimizer_in_trouble(pair: Pair, trouble: str, reason: str | None) -> None:
    """Whatever it does, the user gets clang's own object and each diagnostic once."""
    broken(pair, trouble)
    pair.files = {"a.c": f"#warning once\n{C_SOURCE}"}
    if reason is None:
        done = pair.ours("-Oz", "-c", "a.c")
        assert (done.code, done.stderr) == (-signal.SIGINT, b"")
        return
    assert pair.same("-Oz", "-MD", "-c", "a.c") == {reason}


@pytest.mark.parametrize("descriptors", range(4, 12))
def test_few_descriptors_are_no_trouble(pair: Pair, descriptors: int) -> None:
    """What cannot be opened is done without, down to clang itself, which needs hardly any."""
    pair.environment["SMARTOPT_SELECT"] = "auto"
    pair.ours("-Oz", "-c", "a.c")

    def limited(program: str) -> tuple[int, bytes, set[str]]:
        pair.fresh()
        done = pair.run("/bin/sh", "-c", f"ulimit -n {descriptors}; exec {program} -Oz -c a.c")
        return done.code, done.stderr, set(done.tree)

    expected, ours = limited(pair.clang), limited(pair.door())
    if b"failed to make path absolute" not in ours[1] and b"Fatal Python error" not in ours[1]:  # Python itself
        assert ours == expected


def test_the_back_end_has_a_time_limit_too(pair: Pair, fake: Fake) -> None:
    fake("case \"$*\" in *'-x ir'*) exec sleep 60;; esac")
    broken(pair, "return real(self, data)")
    assert pair.same("-Oz", "-c", "a.c") == {"driver-timeout"}


KILLED = """
    import os, signal
    from smartopt.worker.process import WorkerProcess
    from smartopt.worker.protocol import MakeBaseline, MakeQuickBaseline
    send, killed = WorkerProcess.send, []
    def fatal(worker, request):
        send(worker, request)
        if isinstance(request, (MakeBaseline, MakeQuickBaseline)) and len(killed) < {times}:
            killed.append(request)
            os.kill(worker.pid, signal.SIGKILL)
    WorkerProcess.send = fatal
    return real(self, data)
"""


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="slim code is for x86-64")
@pytest.mark.parametrize("effort", ["fast", "default"])
@pytest.mark.parametrize("times", [1, 2])
def test_killed_once_is_tried_again_and_killed_twice_is_clangs_own_object(pair: Pair, times: int, effort: str) -> None:
    pair.environment.update(SMARTOPT_SELECT="auto", SMARTOPT_EFFORT=effort)
    pair.files = {"a.c": LOOPS}
    undisturbed, clangs = pair.object(), pair.direct("-Oz", "-c", "a.c").tree["a.o"][2]
    assert undisturbed != clangs
    shutil.rmtree(pair.state)
    broken(pair, KILLED.format(times=times))
    assert pair.object() == (undisturbed if times == 1 else clangs)
    assert pair.counted()["reason.trial-killed"] == times


PREPARED = """
    import os, signal
    from smartopt.codegen.configuration import source_flags
    OWN = source_flags("own")
    self.prepare({words})
    time.sleep({seconds})
    {end}
"""


def prepared(pair: Pair, end: str = "return real(self, data)", words: str = "OWN", seconds: float = 0.0) -> None:
    broken(pair, PREPARED.format(end=end, words=words, seconds=seconds))


def test_a_back_end_that_was_started_in_vain_touches_nothing(pair: Pair) -> None:
    """Killed, we leave a clang that waits for bitcode behind: what it then does must not be seen."""
    prepared(pair, "os.kill(os.getpid(), signal.SIGKILL)", seconds=0.3)
    pair.files = {"a.c": C_SOURCE, "a.o": "stale"}
    done = pair.ours("-Oz", "-c", "a.c")
    assert done.code == -signal.SIGKILL
    time.sleep(0.5)
    assert tree_of(pair.work) == tree_of(pair.fresh())


def test_what_was_foreseen_wrongly_changes_nothing(pair: Pair) -> None:
    """A clang with other words was started; the one that is wanted is started when there is bitcode."""
    prepared(pair, words="(*OWN, '-DOTHER')")
    pair.eligible("-Oz", "-MD", "-c", "a.c")


@pytest.mark.parametrize("bitcode", ["data", "data + bytes(4)", "data[:2000]", "b'no bitcode'"])
def test_what_was_begun_on_other_bitcode_changes_nothing(pair: Pair, bitcode: str) -> None:
    """A back end that was fed early is used only for what it was fed with."""
    prepared(pair, words=f"OWN, {bitcode}", seconds=0.2)
    pair.eligible("-Oz", "-MD", "-c", "a.c")


def _linked(work: Path) -> None:
    (work / "a.o").symlink_to("elsewhere")
    (work / "elsewhere").write_text("old")


def _private(work: Path) -> None:
    (work / "a.o").write_text("old")
    (work / "a.o").chmod(0o640)
    os.link(work / "a.o", work / "twin")


@pytest.mark.parametrize(
    ("words", "prepare"),
    [
        *([words, None] for words in ([], ["-o", "x.o"], ["-o", "no/x.o"], ["-o", "/dev/null"], ["-fno-temp-file"])),
        *([words, prepare] for words in ([], ["-fno-temp-file"]) for prepare in (_linked, _private)),
    ],
)
def test_an_object_that_was_begun_early_is_placed_as_clang_places_it(
    pair: Pair, words: list[str], prepare: Callable[[Path], object] | None
) -> None:
    prepared(pair)
    pair.prepare = prepare
    pair.same("-Oz", "-c", "a.c", *words)


def test_what_was_foreseen_is_used(pair: Pair, fake: Fake) -> None:
    pair.environment.update(SMARTOPT_SELECT="auto")
    pair.files = {"a.c": LOOPS}
    log = fake(":")
    clangs = pair.direct("-Oz", "-c", "a.c").tree["a.o"][2]
    for _ in range(2):  # with and without a decision that is remembered
        log.write_text("")
        assert pair.object() != clangs
        runs = [line for line in log.read_text().splitlines() if "-x ir" in line]
        assert len(runs) == len(set(runs)) <= 2
        assert all("-o -" in line for line in runs)
