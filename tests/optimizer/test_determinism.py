"""The same bytes: twice, with more workers, from text or bitcode, after deaths, whatever was optimised before."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from smartopt.optimizer import optimize
from smartopt.options import Options
from smartopt.worker.process import WorkerProcess
from tests.optimizer.support import PROGRAMS, bitcode, case, object_of, opt, optimised, text_of
from tests.support import ROOT


def again(data: bytes, text: bool = False, **options: object) -> bytes:
    """Optimised anew, past what the tests keep."""
    return optimize(data, Options(**{"llvm": "22", "effort": "fast", **options}), text=text).data  # type: ignore[arg-type]


@pytest.mark.parametrize("source", PROGRAMS)
def test_twice(source: str) -> None:
    assert again(bitcode(source)) == optimised(bitcode(source)).data


@pytest.mark.parametrize("objective", ["size", "instructions"])
@pytest.mark.parametrize("source", PROGRAMS)
def test_two_jobs(source: str, objective: str) -> None:
    one = optimised(bitcode(source), effort="default", objective=objective)
    two = optimised(bitcode(source), effort="default", objective=objective, jobs=2)
    assert one.data == two.data
    for field in ("functions", "trials", "fallbacks", "candidates", "agreement", "winner"):
        assert one.report[field] == two.report[field], field


@pytest.mark.parametrize("name", ["target_wasm32", "windows_exceptions"])
def test_two_jobs_where_functions_share_a_section(name: str) -> None:
    one, two = (optimised(case(name), effort="default", jobs=jobs) for jobs in (1, 2))
    assert one.data == two.data
    assert one.report["candidates"] == two.report["candidates"]


def fork_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also for modules as small as ours."""
    for module in ("baseline_measurement", "trials"):
        monkeypatch.setattr(f"smartopt.worker.{module}._WORTH_A_FORK", -1)


@pytest.mark.parametrize("source", PROGRAMS)
@pytest.mark.parametrize("slim", [False, True])
def test_one_processor(source: str, slim: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """What forks do on other processors, and what one must do by itself, comes to the same (``worker.fork``)."""
    fork_always(monkeypatch)
    made = []
    for processors in (1, 3):
        for module in ("worker.fork", "worker.trials"):
            monkeypatch.setattr(f"smartopt.{module}.processors", lambda processors=processors: processors)
        options = Options(llvm="22", stands_for="clang", slim=slim)
        made.append(optimize(bitcode(source), options))
    one, other = made
    assert one.data == other.data
    assert {**one.report, "seconds": 0} == {**other.report, "seconds": 0}


def test_forks_that_are_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are not missed: the worker does their work."""
    fork_always(monkeypatch)
    options = Options(llvm="22", stands_for="clang", slim=True)
    undisturbed = optimize(bitcode(PROGRAMS[0]), options)
    monkeypatch.setattr(WorkerProcess, "_enter_fork", lambda self, parent: os.kill(os.getpid(), signal.SIGKILL))
    killed = optimize(bitcode(PROGRAMS[0]), options)
    assert undisturbed.data == killed.data
    assert {**undisturbed.report, "seconds": 0} == {**killed.report, "seconds": 0}


def test_three_jobs_with_the_older_llvm() -> None:
    data = bitcode("shapes.cpp", major=19)
    assert optimised(data, llvm="19", jobs=3).data == optimised(data, llvm="19").data


@pytest.mark.parametrize("source", PROGRAMS)
def test_text_and_bitcode_give_the_same_code(source: str) -> None:
    data = bitcode(source)
    text = opt(22, "no-op-module", data, "-S")
    one, other = optimised(data), optimised(text)
    assert object_of(one.data) == object_of(other.data)
    assert one.report["winner"] == other.report["winner"]


@pytest.mark.parametrize("name", ["comdats", "exceptions", "tls"])
def test_cases_as_text_and_as_bitcode(name: str) -> None:
    one, other = optimised(case(name)), optimised(opt(22, "no-op-module", case(name)))
    assert object_of(one.data) == object_of(other.data)


def test_text_output_is_the_same_module() -> None:
    data = bitcode("shapes.cpp")
    text = optimised(data, text=True)
    assert text.data.startswith(b"; ModuleID = ")
    assert text_of(text.data) == text_of(optimised(data).data)


def test_another_process_and_another_hash_seed() -> None:
    """Nothing may follow the order of a set of strings."""
    script = (
        "import sys; from tests.optimizer.support import bitcode, optimised; "
        "sys.stdout.buffer.write(optimised(bitcode('shapes.cpp'), effort='default').data)"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert outputs == {optimised(bitcode("shapes.cpp"), effort="default").data}


def test_forced_lists_are_the_same_in_any_company() -> None:
    lists = ("sroa,gvn", "instcombine<no-verify-fixpoint>,dse", "reg2mem,sroa,gvn")
    data = bitcode("shapes.cpp")
    one, two = (optimised(data, forced_lists=lists, select="plan", jobs=jobs) for jobs in (1, 2))
    assert one.data == two.data
    assert one.report["winner"] == "plan"
