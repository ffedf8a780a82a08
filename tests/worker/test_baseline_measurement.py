"""In a compiler -Oz's own object is measured last, beside the back end; what comes out is as if it had been first."""

from __future__ import annotations

import os
import platform
import signal
from typing import Any

import pytest

from smartopt.codegen import frame_pointers
from smartopt.errors import EngineError
from smartopt.objfile.measure import measure_object
from smartopt.optimizer import optimize
from smartopt.optimizer.context import Context
from smartopt.options import Options
from smartopt.records import replace
from smartopt.worker import baseline_measurement, fork
from smartopt.worker.process import WorkerProcess
from smartopt.worker.protocol import (
    AnyRequest,
    Compose,
    FinishBaseline,
    MakeBase,
    MakeBaseline,
    MeasureComposed,
    MeasureOz,
    RunWholeModule,
)
from tests.codegen.test_frame_pointers import module as saves_registers
from tests.optimizer.support import BACK_END, PROGRAMS, baseline, bitcode, clang, object_of, optimised, run, text_of

pytestmark = pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="slim code: x86-64 only")

DRIVER: dict[str, Any] = {"stands_for": "clang", "effort": "default", "slim": True, "jobs": 1}


def made(data: bytes, **options: Any) -> Any:
    return optimize(data, Options(llvm="22", **{**DRIVER, **options}))


def told(report: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in report.items() if key != "seconds"}


@pytest.mark.parametrize("program", PROGRAMS)
def test_oz_is_what_clang_makes_of_it(program: str) -> None:
    report = optimised(bitcode(program), **DRIVER).report
    own = clang(22, "-", "-Oz", "-x", "ir", "-c", "-o", "-", data=bitcode(program))
    assert report["bytes"]["oz"] == measure_object(own).by_section()
    assert report["as_made"] is True
    assert report["bytes"]["output"]["total"] < report["bytes"]["oz"]["total"]


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_program_is_the_same(program: str, tmp_path: Any) -> None:
    assert run(optimised(bitcode(program), **DRIVER).data, tmp_path) == run(baseline(bitcode(program)), tmp_path)


@pytest.mark.parametrize("processors", [1, 2, 8])
@pytest.mark.parametrize("forks", [0, 10**9], ids=["forks", "none"])
def test_whoever_measures_it_and_when(processors: int, forks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = optimised(bitcode("words.c"), **DRIVER)
    monkeypatch.setattr(fork, "processors", lambda: processors)
    monkeypatch.setattr(baseline_measurement, "processors", lambda: processors)
    monkeypatch.setattr(baseline_measurement, "_WORTH_A_FORK", forks)
    found = made(bitcode("words.c"))
    assert found.data == expected.data
    assert told(found.report) == told(expected.report)


@pytest.mark.parametrize("kind", [MakeBaseline, FinishBaseline, MakeBase, Compose, MeasureComposed, MeasureOz])
@pytest.mark.parametrize("times", [1, 2])
def test_killed_anywhere(kind: type[AnyRequest], times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once: it is done again. Twice: the same as ever, or -Oz's own; never anything between."""
    monkeypatch.setattr(baseline_measurement, "_WORTH_A_FORK", 0)
    data = bitcode("words.c")
    expected = optimised(data, **DRIVER)
    send, killed = WorkerProcess.send, []

    def fatal(worker: WorkerProcess, request: AnyRequest) -> None:
        send(worker, request)
        if isinstance(request, kind) and len(killed) < times:
            killed.append(request)
            os.kill(worker.pid, signal.SIGKILL)

    monkeypatch.setattr(WorkerProcess, "send", fatal)
    found = made(data)
    assert killed  # a second time, if what is killed has not answered yet
    assert found.report["fallbacks"]["trial-killed"] >= len(killed)
    if len(killed) == 1:
        assert found.data == expected.data
        assert found.report["bytes"] == expected.report["bytes"]
    else:
        assert found.data == expected.data or found.report["winner"] == "oz"


def test_where_no_list_pays_the_module_is_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """-Oz's module with frame pointers is neither made again nor put together from lists; and it is that."""
    asked = []
    send = WorkerProcess.send

    def heard(worker: WorkerProcess, request: AnyRequest) -> None:
        asked.append(type(request))
        send(worker, request)

    monkeypatch.setattr(WorkerProcess, "send", heard)
    found = made(saves_registers())
    assert (found.report["winner"], found.report["frames"]) == ("module", ["f"])
    assert MeasureOz in asked
    assert not {Compose, RunWholeModule} & set(asked)
    again = text_of(baseline(saves_registers())).replace("attributes #0 = {", 'attributes #0 = { "frame-pointer"="all"')
    assert measure_object(object_of(found.data)) == measure_object(object_of(again.encode()))


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_plan_is_smaller_than_what_the_back_end_makes_of_oz(program: str) -> None:
    """Without frame pointers the slim object of -Oz's own module is known, and can be had without lists."""
    report = optimised(bitcode(program), **DRIVER, frames=False).report
    least = min(report["oz_slim"], report["bytes"]["oz"]["total"])
    assert report["winner"] == "oz" or report["bytes"]["output"]["total"] < least


def test_a_plan_that_is_not_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plans that come to as much as -Oz's module as they are measured: lists cannot pay then."""
    monkeypatch.setattr(Context, "comparable", lambda self, module, parts=None: replace(module, sizes=self.oz.sizes))
    assert optimised(bitcode("words.c"), **DRIVER, frames=False).report["winner"] == "plan"
    assert made(bitcode("words.c"), frames=False).report["winner"] == "oz"


def test_where_no_object_with_frame_pointers_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*arguments: Any, **options: Any) -> None:
        raise EngineError("no code for this")

    monkeypatch.setattr(baseline_measurement, "framed_sizes", refused)
    monkeypatch.setattr(baseline_measurement, "_WORTH_A_FORK", 0)
    report = made(several()).report
    assert report["frames"] == []
    assert report["fallbacks"] == {"frames-failed": 1}
    assert report["bytes"]["oz"]["total"]


def several() -> bytes:
    """Functions that call three to eighteen times, with something on the stack and values to keep over each call."""
    step = "x[a & 3] += h(x, b); y[b & 3] ^= h(y, a); a += x[1] + y[2]; b -= x[3] * c; c ^= y[0] + d; d += h(x, c); "
    bodies = [
        f"int f{n}(int a, int b, int c, int d) {{ int x[4] = {{a, b}}, y[4] = {{c, d}}; {step * n} return a ^ b * c; }}"
        for n in range(1, 7)
    ]
    source = "int h(int *, int);\nint f0(int a) { return a + 1; }\n" + "\n".join(bodies)
    return clang(22, "-", "-Oz", *BACK_END, "-x", "c", "-emit-llvm", "-c", "-o", "-", data=source.encode())


def test_what_is_clear_is_not_measured_and_what_is_not_is(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = made(several(), effort="max").report["frames"]
    assert 2 < len(everything) < 7
    assert len(set(everything) ^ set(made(several()).report["frames"])) <= 1
    monkeypatch.setattr(frame_pointers, "_CLEAR", 10**9)
    assert made(several()).report["frames"] == everything
    monkeypatch.setattr(frame_pointers, "_NEVER", 10**9)
    assert made(several()).report["frames"] == []
    for name in ("_CLEAR", "_LARGE", "_OFTEN"):
        monkeypatch.setattr(frame_pointers, name, 0)
    assert len(made(several()).report["frames"]) == 7
