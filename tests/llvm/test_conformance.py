"""One suite for the three engines: what each must do, and that they agree byte for byte."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

from smartopt.errors import EngineError, InputError
from smartopt.llvm.engine import Engine
from smartopt.llvm.engines import choose_engine, make_engine
from smartopt.llvm.llvmlite_engine import LlvmliteEngine, LlvmliteModule
from smartopt.llvm.opt_engine import BitcodeModule, OptEngine
from smartopt.llvm.printed_ir import count_instructions
from smartopt.records import dataclass
from smartopt.worker.process import WorkerProcess
from smartopt.worker.protocol import Handlers, Request

from .support import (
    UNOPTIMISED,
    Comparison,
    bitcode,
    clang,
    comparable,
    compare_lists,
    csmith_bitcode,
    toolchain,
    trusted_lists,
)

ENGINES = [("libllvm", 22), ("opt", 22), ("llvmlite", 22), ("libllvm", 19), ("opt", 19)]
LISTS = [
    "sroa,sccp,simplifycfg,instcombine<no-verify-fixpoint>",
    "sroa,loop-simplify,lcssa,loop(loop-rotate),jump-threading,adce",
    "function-simplification<O1>",
    "reg2mem,reassociate,dse,loop(loop-reduce)",
]
BROKEN = b"define i32 @f() {\nentry:\n  br label %entry\n}\n"
"""It can be parsed, but the verifier refuses an entry block that is branched to."""


@pytest.fixture(params=ENGINES, ids=lambda p: f"{p[0]}-{p[1]}")
def engine(request: pytest.FixtureRequest) -> Engine:
    name, major = request.param
    if name == "llvmlite":
        pytest.importorskip("llvmlite")
    return make_engine(name, toolchain(major))


@pytest.fixture
def data(engine: Engine) -> bytes:
    return bitcode(engine.major, "loops.c")


@pytest.fixture
def reference(engine: Engine) -> OptEngine:
    return OptEngine(toolchain(engine.major))


def test_version(engine: Engine) -> None:
    assert engine.version.startswith(f"{engine.major}.1.")
    assert engine.version.count(".") == 2


def test_text_and_bitcode_carry_the_same_module(engine: Engine, data: bytes, reference: OptEngine) -> None:
    module = engine.parse(data)
    text = engine.text(module)
    assert comparable(text) == comparable(reference.text(reference.parse(data)))
    for form in (engine.bitcode(module), text.encode()):
        fresh = make_engine(engine.name, toolchain(engine.major))
        again = fresh.text(fresh.parse(form, "a name"))
        assert comparable(again) == comparable(text)
        assert again.startswith("; ModuleID = 'a name'\n")


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (b"garbage", "expected top-level entity"),
        (b"", ""),
        (b"define void @f() { ret i32 1 }", "value doesn't match function result type"),
        (b"BC\xc0\xde\x00\x01", ""),
    ],
)
def test_parse_refuses_with_llvms_own_words(engine: Engine, bad: bytes, message: str) -> None:
    if bad == b"":  # an empty text is an empty module to LLVM
        assert engine.instructions(engine.parse(bad)) == {}
        return
    with pytest.raises(InputError) as caught:
        engine.parse(bad, "x.ll")
    assert message in str(caught.value)
    assert str(caught.value)
    assert "\n" not in str(caught.value)


def test_parse_refuses_what_the_verifier_refuses(engine: Engine) -> None:
    with pytest.raises((InputError, EngineError), match=r"\S"):
        engine.parse(BROKEN)


def test_clone_stands_alone(engine: Engine, data: bytes) -> None:
    module = engine.parse(data)
    before = engine.text(module)
    copy = engine.clone(module)
    engine.run(copy, "default<O2>")
    assert engine.text(copy) != before
    engine.dispose(copy)
    assert engine.text(module) == before


@pytest.mark.parametrize("pipeline", ["default<O1>", "default<Os>", "default<Oz>", "globalopt,globaldce,constmerge"])
def test_run_gives_what_opt_gives(engine: Engine, data: bytes, reference: OptEngine, pipeline: str) -> None:
    module, other = engine.parse(data), reference.parse(data)
    engine.run(module, pipeline)
    reference.run(other, pipeline)
    assert comparable(engine.text(module)) == comparable(reference.text(other))
    engine.verify(module)


def test_the_inline_threshold_is_heard(engine: Engine, reference: OptEngine) -> None:
    data = bitcode(engine.major, "sections.c")
    found = {}
    for threshold in (None, 5, 0, -20000):
        if engine.name == "llvmlite" and threshold == -20000:
            with pytest.raises(EngineError, match="threshold"):
                engine.run(engine.parse(data), "default<Oz>", inline_threshold=threshold)
            continue
        module, other = engine.parse(data), reference.parse(data)
        engine.run(module, "default<Oz>", inline_threshold=threshold)
        reference.run(other, "default<Oz>", inline_threshold=threshold)
        assert comparable(engine.text(module)) == comparable(reference.text(other)), threshold
        found[threshold] = engine.text(module)
    assert found[None] == found[5]


@pytest.mark.parametrize("pipeline", LISTS)
def test_run_on_changes_one_function_as_in_place(
    engine: Engine, data: bytes, reference: OptEngine, pipeline: str
) -> None:
    module, other = engine.parse(data), reference.parse(data)
    for name in ("wh", "sum"):
        before = engine.instructions(module)
        engine.run_on(module, name, pipeline)
        reference.run_on(other, name, pipeline)
        after = engine.instructions(module)
        assert {n for n in before if before[n] != after[n]} <= {name}
    text = engine.text(module)
    assert comparable(text) == comparable(reference.text(other))
    assert "optnone" not in text


def test_run_on_refuses(engine: Engine, data: bytes) -> None:
    module = engine.parse(data)
    with pytest.raises(EngineError, match="does not define"):
        engine.run_on(module, "g", "sroa")
    with pytest.raises(EngineError):
        engine.run_on(module, "sum", "no-such-pass")
    with pytest.raises(EngineError):
        engine.run(module, "no-such-pass")


def test_optnone_functions_are_left_alone(engine: Engine) -> None:
    text = b"define i32 @f(i32 %x) noinline optnone {\n %a = add i32 %x, 0\n ret i32 %a\n}\n"
    text += text.replace(b"@f", b'@"g h"').replace(b" noinline optnone", b"")
    module = engine.parse(text)
    for name in ("f", "g h"):
        engine.run_on(module, name, "instcombine<no-verify-fixpoint>")
    assert engine.instructions(module) == {"f": 2, "g h": 1}
    assert engine.text(module).count("optnone") == 2  # the comment above the function and its attributes


def test_verify_refuses_a_broken_module(engine: Engine) -> None:
    engine.verify(engine.parse(b"define void @f() { ret void }"))
    with pytest.raises(EngineError):
        engine.verify(_unverified(engine, BROKEN))


def _unverified(engine: Engine, text: bytes) -> Any:
    """A module that ``parse`` would refuse, by the engine's own back door."""
    if isinstance(engine, OptEngine):
        return BitcodeModule(text)
    if isinstance(engine, LlvmliteEngine):
        import llvmlite.binding as binding

        return LlvmliteModule(binding.parse_assembly(text.decode()), ("", False), False)
    from smartopt.llvm.capi import Context, Library

    library = toolchain(engine.major).libllvm
    assert library is not None
    return Context(Library(library)).parse(text, "broken")


def test_instructions_count_what_is_printed(engine: Engine, data: bytes) -> None:
    module = engine.parse(data)
    counts = engine.instructions(module)
    assert counts == count_instructions(engine.text(module))
    assert set(counts) >= {"sum", "nest", "fill", "tail", "sw"}
    with_debug = bitcode(engine.major, "loops.c", *UNOPTIMISED, "-g")
    assert engine.instructions(engine.parse(with_debug)) == counts


@pytest.mark.parametrize("source", ["loops.c", "sections.c", "throws.cpp"])
def test_measure_agrees_with_opt_and_with_clangs_own_object(engine: Engine, source: str) -> None:
    found = toolchain(engine.major)
    data = bitcode(engine.major, source)
    module = engine.parse(data)
    engine.run(module, "default<Oz>")
    before = engine.text(module)
    sizes = engine.measure(module)
    assert engine.text(module) == before
    reference = OptEngine(found)
    assert sizes == reference.measure(reference.parse(engine.bitcode(module)))
    assert sizes.total > 0
    assert set(sizes.functions) >= set(engine.instructions(module))


def test_measure_refuses_a_module_without_code_generator(engine: Engine) -> None:
    with pytest.raises((EngineError, InputError)):  # opt 22 does not even read such a module
        engine.measure(engine.parse(b'target triple = "nonsense-none-none"\ndefine void @f() { ret void }'))


@dataclass(frozen=True)
class Agree(Request["bool"]):
    """Whether an engine and the real opt measure a module alike."""

    engine: str
    major: int
    data: bytes


class Measuring:
    """A service that compares an engine with the real opt."""

    def __init__(self, process: WorkerProcess) -> None:
        self.handlers: Handlers = {Agree: self.agree}

    def agree(self, request: Agree) -> bool:
        engine = make_engine(request.engine, toolchain(request.major))
        module = engine.parse(request.data)
        engine.run(module, "default<Oz>")
        reference = OptEngine(toolchain(request.major))
        return engine.measure(module) == reference.measure(reference.parse(engine.bitcode(module)))


@pytest.mark.parametrize("triple", ["aarch64-linux-gnu", "riscv32-unknown-elf", "wasm32-unknown-unknown"])
def test_foreign_targets(engine: Engine, triple: str) -> None:
    """In a child of its own: generating code for one target leaves LLVM's process-wide settings changed for others.

    Measured here: after riscv32, wasm32 or aarch64, x86-64 code of a later module in the same process was larger. The
    product gives every module its own process.
    """
    data = bitcode(engine.major, "loops.c", f"--target={triple}", *UNOPTIMISED, "-fno-pic")
    with closing(WorkerProcess(Measuring)) as worker:
        assert worker.call(Agree(engine.name, engine.major, data))


@pytest.mark.parametrize("major", [22, 19])
def test_libllvm_and_opt_give_the_same_ir_under_random_lists(major: int) -> None:
    """The small twin of ``python -m tests.llvm.conformance_full``."""
    found = toolchain(major)
    result = Comparison()
    for seed, source in enumerate(("loops.c", "sections.c", "throws.cpp"), 1):
        compare_lists(found, bitcode(major, source), trusted_lists(major, 3, seed), result)
    compare_lists(found, csmith_bitcode(found, 7), trusted_lists(major, 2, 7), result)
    assert result.differences == []
    assert result.cases >= 65
    assert result.changed >= 8


def test_llvmlite_and_libllvm_give_the_same_ir_for_every_pass_in_its_table() -> None:
    """The opt would say the same as libLLVM (the test above), each time in a process of its own."""
    pytest.importorskip("llvmlite")
    found = toolchain(22)
    ours, theirs = make_engine("llvmlite", None), make_engine("libllvm", found)
    assert isinstance(ours, LlvmliteEngine)
    texts = [t for t in sorted(ours.supported_passes()) if not t.startswith(("default<", "function-simpl"))]
    texts.append("function-simplification<O2>")
    early = ours.parse(bitcode(22, "loops.c"))
    ours.run(early, "function(sroa,loop-simplify,lcssa,loop(loop-rotate))")
    result = Comparison()
    for data in (bitcode(22, "loops.c"), ours.bitcode(early)):
        for text in texts:
            one, other = ours.parse(data), theirs.parse(data)
            before = comparable(ours.text(one))
            ours.run(one, text)
            theirs.run(other, text if _is_module_pass(text) else f"function({text})")
            result.changed += comparable(ours.text(one)) != before
            if comparable(ours.text(one)) != comparable(theirs.text(other)):
                result.differences.append(text)
    assert result.differences == []
    assert result.changed > len(texts) // 2


def _is_module_pass(text: str) -> bool:
    module = ("always-inline", "cgscc", "constmerge", "deadargelim", "globaldce", "globalopt", "ipsccp", "rpo", "strip")
    return text.startswith(module)


def test_llvmlite_says_what_it_supports() -> None:
    pytest.importorskip("llvmlite")
    engine = LlvmliteEngine()
    for yes in (*LISTS, "default<Oz>", "function(sroa,adce),globaldce", "loop(loop-deletion)"):
        assert engine.supports(yes), yes
    for no in ("gvn", "sroa,gvn", "loop(loop-rotate,loop-deletion)", "default<O0>", "function(globaldce)", "", "a,,b"):
        assert not engine.supports(no), no
        with pytest.raises(Exception, match=r"llvmlite has no pass|pipeline"):
            engine.run(engine.parse(b""), no)


def test_auto_takes_libllvm_then_opt_then_llvmlite() -> None:
    found = toolchain(22)
    from dataclasses import replace

    assert choose_engine("auto", found) == "libllvm"
    assert choose_engine("auto", replace(found, libllvm=None)) == "opt"
    assert choose_engine("auto", replace(found, libllvm=None, opt=None)) == "llvmlite"
    assert choose_engine("auto", None) == "llvmlite"
    assert choose_engine("opt", found) == "opt"


def test_clang_is_used_for_the_references() -> None:
    assert b"clang version 22" in clang(toolchain(22), "--version")
