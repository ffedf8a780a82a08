"""-Oz's inlining, read from a twin and replayed: on real programs, which then must run the same."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from smartopt.llvm import inlining
from smartopt.llvm.capi import Module
from smartopt.llvm.inlining import Decisions
from smartopt.llvm.libllvm import LibLLVMEngine
from smartopt.passes.plan_stages import REPLAY

from .support import bitcode, clang, csmith_bitcode, toolchain

MAJORS = (22, 19)
C23 = ("-std=c23", "-Oz", "-Xclang", "-disable-llvm-passes", "-w")


class Replayed(NamedTuple):
    """One program: numbered calls by number, what -Oz inlined, -Oz's module and the replayed one."""

    homes: dict[int, tuple[str, str]]
    decisions: Decisions
    twin: Module
    base: Module

    def decided(self, caller: str, callee: str) -> list[bool]:
        return [n in self.decisions for n, home in self.homes.items() if home == (caller, callee)]


def replay(major: int, data: bytes, pipeline: str = "default<Oz>") -> Replayed:
    engine = LibLLVMEngine(toolchain(major))
    base = engine.parse(data)
    homes = dict(inlining.tag(base))
    twin = engine.parse(base.bitcode())
    engine.run(twin, pipeline)
    decisions = inlining.read(twin, homes)
    inlining.mark(base, decisions)
    engine.run(base, REPLAY)
    inlining.unmark(base)
    engine.verify(base)
    return Replayed(homes, decisions, twin, base)


def calls(module: Module) -> Counter[tuple[str, str]]:
    """(caller, callee) -> how many direct calls."""
    found: Counter[tuple[str, str]] = Counter()
    caller_of = inlining.callers(module)
    for function in module.functions():
        for call in function.direct_calls():
            found[caller_of(call), function.name] += 1
    return found


def own_calls(module: Module) -> Counter[tuple[str, str]]:
    """The calls of what the module itself defines."""
    defined = {f.name for f in module.functions() if not f.is_declaration}
    return Counter({pair: count for pair, count in calls(module).items() if pair[1] in defined})


@pytest.fixture(scope="module", params=MAJORS)
def program(request: pytest.FixtureRequest) -> Replayed:
    return replay(request.param, bitcode(request.param, "inlining.c"))


def test_every_direct_call_of_a_defined_function_is_numbered_once() -> None:
    engine = LibLLVMEngine(toolchain(22))
    module = engine.parse(bitcode(22, "inlining.c"))
    expected = own_calls(module)
    homes = dict(inlining.tag(module))
    assert Counter(homes.values()) == expected
    text = engine.text(module)
    nodes = dict(re.findall(r'^(!\d+) = !\{!"(\d+)"\}$', text, re.MULTILINE))
    numbers = [nodes[node] for node in re.findall(r"!smartopt-call (!\d+)", text)]
    assert sorted(map(int, numbers)) == sorted(homes) == list(range(len(homes)))
    assert not any(callee == "printf" for _, callee in homes.values())


def test_numbers_change_nothing_that_oz_does() -> None:
    engine = LibLLVMEngine(toolchain(22))
    plain, numbered = (engine.parse(bitcode(22, "inlining.c")) for _ in range(2))
    inlining.tag(numbered)
    for module in (plain, numbered):
        engine.run(module, "default<Oz>")
    inlining.unmark(numbered)
    assert engine.text(numbered) == engine.text(plain)


def test_tagging_is_undone() -> None:
    engine = LibLLVMEngine(toolchain(22))
    module = engine.parse(bitcode(22, "inlining.c"))
    before = engine.text(module)
    homes = dict(inlining.tag(module))
    inlining.mark(module, frozenset(list(homes)[::2]))
    assert engine.text(module) != before
    inlining.unmark(module)
    assert engine.text(module) == before


def test_plain(program: Replayed) -> None:
    assert program.decided("plain", "small") == [True, True]
    assert program.decided("plain", "big") == [False, False]
    assert calls(program.base)["plain", "big"] == 2
    assert calls(program.base)["plain", "small"] == 0


def test_erased_home(program: Replayed) -> None:
    assert program.twin.function("wrapper") is None
    assert program.decided("erased", "wrapper") == [True]
    assert program.decided("wrapper", "big") == [False], "it lives on in the caller"
    assert program.decided("wrapper", "small") == [True]
    assert program.base.function("wrapper") is None
    assert calls(program.base)["erased", "big"] == 1


def test_merged_calls(program: Replayed) -> None:
    """LLVM merges calls as it would without numbers; the one that is left lost its number and counts as kept."""
    assert calls(program.twin)["merged", "big"] == 1
    assert program.decided("merged", "big") == [False, False]
    engine = LibLLVMEngine(toolchain(int(program.base.library.major)))
    last = engine.parse(program.base.bitcode())
    engine.run(last, "function(simplifycfg<sink-common-insts>)")
    assert calls(last)["merged", "big"] == 1


def test_a_number_that_was_lost_is_no_inlining(program: Replayed) -> None:
    """A pass may drop a number (older LLVMs, calls made anew): the home still calls that callee, so it was kept."""
    engine = LibLLVMEngine(toolchain(int(program.base.library.major)))
    twin = engine.parse(program.twin.bitcode())
    big = twin.function("big")
    assert big is not None
    for call in big.direct_calls():
        twin.context.sites.set_number(call, None)
    again = inlining.read(twin, program.homes)
    assert not any(n in again for n, home in program.homes.items() if home in {("merged", "big"), ("plain", "big")})
    assert program.decisions <= again


def test_wishes_on_functions(program: Replayed) -> None:
    kept = calls(program.base)
    assert kept["wishes", "never"] == 1
    assert program.decided("wishes", "never") == [False]
    assert kept["wishes", "always"] == 0
    assert program.base.function("always") is None


def test_wishes_on_functions_hold_against_wrong_decisions() -> None:
    """Decisions can be wrong (another twin, a remembered plan): what the source demands is done all the same."""
    for everything in (False, True):
        engine = LibLLVMEngine(toolchain(22))
        base = engine.parse(bitcode(22, "inlining.c"))
        homes = dict(inlining.tag(base))
        inlining.mark(base, frozenset(homes) if everything else frozenset())
        engine.run(base, REPLAY)
        inlining.unmark(base)
        engine.verify(base)
        kept = calls(base)
        assert kept["wishes", "always"] == 0
        assert "smartopt-" not in engine.text(base)
        assert kept["wishes", "never"] == 1
        if not everything:
            assert kept["plain", "small"] == 2, "nothing else is inlined"
        else:
            assert kept["plain", "big"] == 0


@pytest.mark.parametrize("major", MAJORS)
def test_wishes_at_calls(major: int) -> None:
    program = replay(major, bitcode(major, "sites.c", *C23))
    kept = calls(program.base)
    assert kept["kept", "small"] == 1
    assert kept["forced", "big"] == 0
    assert kept["kept", "big"] == 2
    small = program.base.function("small")
    assert small is not None
    sites = program.base.context.sites
    assert [sites.has(call, sites.no_inline) for call in small.direct_calls()] == [True], "the user's own mark stays"
    unmarked = program.base.function("big")
    assert unmarked is not None
    assert not any(sites.has(call, sites.no_inline) for call in unmarked.direct_calls())


def test_the_same_calls_are_left(program: Replayed) -> None:
    """Replayed, the module calls what -Oz's calls; only merging and cloning may change how often."""
    assert set(own_calls(program.base)) == set(own_calls(program.twin))
    assert {f.name for f in program.base.functions() if not f.is_declaration} == {
        f.name for f in program.twin.functions() if not f.is_declaration
    }


def test_no_mark_is_left(program: Replayed) -> None:
    assert b"smartopt-" not in program.base.text()
    big = program.base.function("big")
    assert big is not None
    sites = program.base.context.sites
    for call in big.direct_calls():
        assert not sites.has(call, sites.no_inline)
        assert not sites.has(call, sites.always_inline)


def _run(major: int, module: bytes, folder: Path, *flags: str) -> tuple[int, bytes]:
    """Build with the back end alone, and run."""
    program = folder / "program"
    file = folder / "module.bc"
    file.write_bytes(module)
    clang(toolchain(major), "-Oz", *flags, "-x", "ir", file, "-w", "-o", program)
    done = subprocess.run([str(program)], capture_output=True, timeout=20, check=False)
    return done.returncode, done.stdout


BACK_END = ("-Xclang", "-disable-llvm-passes")


@pytest.mark.parametrize("major", MAJORS)
@pytest.mark.parametrize("source", ["inlining.c", "sites.c"])
def test_it_runs_the_same(major: int, source: str, tmp_path: Path) -> None:
    data = bitcode(major, source, *C23)
    expected = _run(major, data, tmp_path)
    assert len(expected[1]) > 20
    assert _run(major, replay(major, data).base.bitcode(), tmp_path, *BACK_END) == expected


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_random_programs(seed: int, tmp_path: Path) -> None:
    """Random programs under the thresholds that the arms use, and against decisions that are all wrong."""
    data = csmith_bitcode(toolchain(22), seed)
    expected = _run(22, data, tmp_path)
    program = replay(22, data)
    assert b"smartopt-" not in program.base.text()
    assert _run(22, program.base.bitcode(), tmp_path, *BACK_END) == expected

    engine = LibLLVMEngine(toolchain(22))
    contrary = engine.parse(data)
    homes = dict(inlining.tag(contrary))
    inlining.mark(contrary, frozenset(homes) - program.decisions)
    engine.run(contrary, REPLAY)
    inlining.unmark(contrary)
    engine.verify(contrary)
    assert b"smartopt-" not in contrary.text()
    assert _run(22, contrary.bitcode(), tmp_path, *BACK_END) == expected


@pytest.mark.parametrize("major", MAJORS)
def test_no_decision_overrides_more_than_size(major: int) -> None:
    """``alwaysinline`` at a call skips LLVM's own questions, so a wrong decision must not get that far."""
    engine = LibLLVMEngine(toolchain(major))
    base = engine.parse(bitcode(major, "unfit.c"))
    inlining.mark(base, frozenset(inlining.tag(base)))
    engine.run(base, REPLAY)
    inlining.unmark(base)
    engine.verify(base)
    assert own_calls(base) == {
        ("asks", "here"): 1,
        ("uses_replaced", "replaced"): 2,
        ("dispatches", "wide"): 1,
        ("debugged", "once"): 1,
    }


@pytest.mark.parametrize("major", MAJORS)
def test_marks_without_numbers_are_those_with(major: int) -> None:
    """A remembered plan marks in one go what a search numbers, reads and marks."""
    engine, data = LibLLVMEngine(toolchain(major)), bitcode(major, "sites.c", *C23)
    numbered, plain = engine.parse(data), engine.parse(data)
    decisions = frozenset(sorted(inlining.tag(numbered))[::2])
    inlining.mark(numbered, decisions)
    inlining.mark_untagged(plain, decisions)
    assert b"smartopt-mark" in plain.text()
    for module in (numbered, plain):
        engine.run(module, REPLAY)
        inlining.unmark(module)
    assert numbered.bitcode() == plain.bitcode()
