"""Every forced fault ends as plain -Oz, byte for byte, with the fault counted: none of them reaches an output."""

from __future__ import annotations

import pytest

from smartopt.errors import PipelineError, UsageError
from smartopt.optimizer import optimize
from smartopt.options import Options
from smartopt.passes.passlist import PassList
from smartopt.passes.trusted import Trusted
from smartopt.worker.forced_faults import FAULTS, fault_list
from tests.optimizer.support import BACK_END, baseline, bitcode, measure, optimised, run

COUNTED = {
    "crash-module": "module-variant-crash",
    "crash-function": "trial-crash",
    "verifier-error": "trial-invalid",
    "licm-without-mssa": "trial-crash",
    "endless": "trial-timeout",
    "sigkill": "trial-killed",
    "memory": "trial-memory",
}


def test_every_fault_has_a_reason_here() -> None:
    assert COUNTED.keys() == FAULTS.keys()


LLVMS_OWN = [fault for fault, passes in FAULTS.items() if not passes.startswith("!")]


@pytest.mark.parametrize(
    ("fault", "major"), [*((fault, 22) for fault in FAULTS), *((fault, 19) for fault in LLVMS_OWN)]
)
def test_the_output_is_oz_and_the_fault_is_counted(fault: str, major: int) -> None:
    data = bitcode("one.c", major=major)
    result = optimised(data, forced_fault=fault, llvm=str(major))
    assert result.report["winner"] == "oz"
    assert result.data == baseline(data, llvm=str(major))
    assert result.report["fallbacks"][COUNTED[fault]] >= 1
    assert result.report["trials"] == 0


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "endless"])
def test_several_functions_and_two_workers(fault: str) -> None:
    data = bitcode("two.c")
    results = [optimised(data, forced_fault=fault, jobs=jobs) for jobs in (1, 2)]
    assert [result.data for result in results] == [baseline(data)] * 2
    assert results[0].report["fallbacks"] == results[1].report["fallbacks"]


def test_with_debug_information() -> None:
    data = bitcode("one.c", "-g")
    for fault in ("crash-function", "sigkill", "verifier-error"):
        assert optimised(data, forced_fault=fault).data == baseline(data)


def test_a_fault_that_hits_only_some_functions_costs_only_those(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """words.c has a function without loops, on which loop(licm) is harmless in LLVM 22."""
    data = bitcode("words.c")
    result = optimised(data, forced_fault="licm-without-mssa")
    assert result.report["fallbacks"]["trial-crash"] >= 1
    before, after = measure(result.report)
    assert after <= before
    assert run(result.data, tmp_path, *BACK_END) == run(data, tmp_path)


def test_no_fault_is_a_trusted_list() -> None:
    """They get into a child only because a test asked; from anywhere else they are refused."""
    for major in (22, 19):
        trusted = Trusted.load(major)
        for fault, passes in FAULTS.items():
            if fault == "licm-without-mssa":
                # trust puts the needed adaptor in its place
                assert PassList.parse("licm").function_pipeline(trusted) == "loop-mssa(licm)"
                continue
            with pytest.raises(PipelineError):
                PassList.parse(passes).function_pipeline(trusted)


@pytest.mark.parametrize(
    "forced", ["trigger-crash-function", "trigger-verifier-error", "structurizecfg", "no-such-pass"]
)
def test_forced_lists_are_checked_like_all_others(forced: str) -> None:
    result = optimised(bitcode("one.c"), forced_lists=(forced,))
    assert result.data == baseline(bitcode("one.c"))
    assert result.report["fallbacks"] == {"list-untrusted": 1}


def test_an_unknown_fault_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r"unknown fault 'nonsense'.*crash-module"):
        fault_list("nonsense")
    with pytest.raises(UsageError, match="nonsense"):
        optimize(bitcode("one.c"), Options(llvm="22", forced_fault="nonsense"))
