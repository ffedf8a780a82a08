"""Sizes by function body, also where functions have aliases: measuring some alone must not end an alias's function."""

from __future__ import annotations

from contextlib import closing
from functools import partial

from smartopt.llvm.toolchain import find_toolchain
from smartopt.optimizer import optimize
from smartopt.options import Options
from smartopt.worker.process import WorkerProcess
from smartopt.worker.protocol import AdoptBase, Load, MakeBase, Trial
from smartopt.worker.service import LibLLVMService
from tests.optimizer.support import bitcode, optimised


def test_one_function_is_measured_beside_an_alias() -> None:
    with closing(WorkerProcess(partial(LibLLVMService, toolchain=find_toolchain("22")))) as worker:
        worker.call(Load(bitcode("aliased.cpp", "-g"), "aliased.cpp"))
        base = worker.call(MakeBase("replay", "default<Oz>", None))
        worker.call(AdoptBase("base", base.bitcode))
        # The destructor of Base, on which an alias stands, is not among the functions of this round.
        reply = worker.call(Trial("base", {"main": "sroa,instcombine<no-verify-fixpoint>"}, True))
        assert reply.outcomes["main"][1] > 0


def test_constructors_that_are_aliases_cost_no_trial() -> None:
    report = optimize(bitcode("aliased.cpp", "-g"), Options(llvm="22")).report
    assert report["fallbacks"] == {}
    assert report["bytes"]["output"]["total"] <= report["bytes"]["oz"]["total"]
    assert any(candidate["kind"] == "plan" for candidate in report["candidates"])


def test_code_with_two_names_is_counted_once_where_plans_are_measured_by_their_parts() -> None:
    source = b"""
    target triple = "x86_64-unknown-linux-gnu"
    @other = alias i32 (i32), ptr @f
    define i32 @f(i32 %x) minsize optsize {
      %1 = mul i32 %x, 12345
      ret i32 %1
    }
    """
    report = optimised(source, stands_for="clang").report
    assert report["bytes"]["output"] == report["bytes"]["oz"]
    assert all(row["bytes"]["total"] == report["bytes"]["oz"]["total"] for row in report["candidates"])
