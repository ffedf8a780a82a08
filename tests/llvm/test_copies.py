"""Every way in which modules are copied, cut, masked or marked, on a module that holds nearly all that IR can hold.

``sources/features.ll`` has label addresses (in tables, nested and referred to ahead of their function), kept symbols,
all kinds of comdats, aliases, ifuncs, prefix and prologue data, personalities, metadata that names functions,
``dso_local_equivalent``, ``no_cfi``, partitions, code models, sanitizer metadata, thread-local modes and more. What an
operation does not say that it changes must be the same in the printed text afterwards: as it is in memory, and as it
is once it was written and read. LLVM's own copying fails the same checks (the canaries below).
"""

from __future__ import annotations

import faulthandler
import os
import re
from collections.abc import Callable
from typing import Any

import pytest

from smartopt.codegen.frame_pointers import give_frames
from smartopt.codegen.frame_pointers_in_text import with_frames
from smartopt.llvm import inlining
from smartopt.llvm.capi import Module
from smartopt.llvm.engine import Engine
from smartopt.llvm.engines import make_engine
from smartopt.llvm.interface import compare, describe
from smartopt.llvm.libllvm import LibLLVMEngine
from smartopt.optimizer import optimize
from smartopt.options import Options

from .support import SOURCES, comparable, toolchain

FEATURES = (SOURCES / "features.ll").read_bytes()
WITHOUT_LABELS = re.sub(rb"(?m)^@offsets.*\n", b"", re.sub(rb"blockaddress\(@\w+, %\w+\)", b"null", FEATURES))
BACKWARD = re.sub(rb"define ptr @early.*?\n}\n", b"", FEATURES.replace(b", ptr @early}", b"}"), flags=re.DOTALL)
"""No function refers to a label of a later one."""
EMITTABLE = re.sub(
    rb"(?m)^@(?:part|al_part|asp|memtag) .*\n| partition \"part1\"|(?<=comdat )(?:exactmatch|largest|samesize)(?=\n)",
    lambda found: b"any" if found[0].isalpha() else b"",
    FEATURES.replace(b", !41, !42}", b", !41}"),
)
"""Without what only other targets' code generators take, and without the profile of calls that -Oz makes once more."""
CLEANING = "function(sroa,simplifycfg,instcombine<no-verify-fixpoint>),globaldce"
MAJORS = (22, 19)
ENGINES = [("libllvm", 22), ("libllvm", 19), ("opt", 22), ("opt", 19), ("llvmlite", 22)]


@pytest.fixture(params=ENGINES, ids=lambda p: f"{p[0]}-{p[1]}")
def engine(request: pytest.FixtureRequest) -> Engine:
    if request.param[0] == "llvmlite":
        pytest.importorskip("llvmlite")
    return make_engine(request.param[0], toolchain(request.param[1]))


@pytest.fixture(params=MAJORS)
def libllvm(request: pytest.FixtureRequest) -> LibLLVMEngine:
    return LibLLVMEngine(toolchain(request.param))


def load(engine: Any, data: bytes = FEATURES, name: str = "<module>") -> Any:
    """A module as it comes from bitcode: text may hold declarations that nothing uses, which bitcode drops."""
    return engine.parse(engine.bitcode(engine.parse(data)), name)


def printed(engine: Any, module: Any) -> str:
    """The module as read back from its bitcode, having been the same before."""
    text = comparable(engine.text(module))
    again = engine.parse(engine.bitcode(module), "again")
    assert comparable(engine.text(again)) == text
    return text


@pytest.mark.parametrize("data", [FEATURES, WITHOUT_LABELS], ids=["labels", "no labels"])
def test_copies_are_whole(engine: Engine, data: bytes) -> None:
    module = load(engine, data, "a name")
    before = engine.text(module)
    copy = engine.clone(module)
    again = engine.clone(copy)
    engine.dispose(module)
    assert engine.text(copy) == before
    assert printed(engine, again) == comparable(before)


@pytest.mark.parametrize("data", [FEATURES, BACKWARD], ids=["forward", "backward"])
def test_passes_find_a_copys_labels(engine: Engine, data: bytes) -> None:
    """The printed text does not tell whose blocks a copy's label addresses are; passes do."""
    module = load(engine, data)
    copy, fresh = engine.clone(module), engine.parse(engine.bitcode(module), "<module>")
    pipeline = CLEANING if engine.name != "llvmlite" else "function(sroa,simplifycfg),globaldce"
    for one in (copy, fresh):
        engine.run(one, pipeline)
        engine.verify(one)
    assert engine.text(copy) == engine.text(fresh)
    assert "indirectbr ptr %t, [label %" in engine.text(copy)


def test_emitting_leaves_a_module_as_it_was(engine: Engine) -> None:
    module = load(engine, EMITTABLE)
    before = engine.text(module)
    assert engine.measure(module).text > 0
    assert engine.text(module) == before


def test_a_list_leaves_the_rest_as_it_was(engine: Engine) -> None:
    """Masks (``optnone`` on all other functions, where LLVM cannot run passes on one function) come off again."""
    module = load(engine)
    before = engine.text(module).split("\n")
    engine.run_on(module, "uses", "instcombine<no-verify-fixpoint>" if engine.name != "llvmlite" else "dce")
    after = printed(engine, module).split("\n")
    inside = {line for line in before[1:] if line not in after}
    start = next(number for number, line in enumerate(before) if " @uses(" in line)
    assert inside <= set(before[start : before.index("}", start)])
    assert inside or engine.name == "llvmlite"  # whose passes find nothing to do there


def test_marks_come_off(libllvm: LibLLVMEngine) -> None:
    module = load(libllvm)
    before = printed(libllvm, module)
    homes = inlining.tag(module)
    assert len(homes) >= 2
    assert printed(libllvm, module) != before
    inlining.mark(module, frozenset(homes))
    inlining.unmark(module)
    assert _bare(printed(libllvm, module)) == _bare(before)
    copy = load(libllvm)
    inlining.mark_untagged(copy, frozenset(homes))
    copy = copy.clone()
    inlining.unmark(copy)
    assert printed(libllvm, copy) == before


def test_frame_pointers_come_off(libllvm: LibLLVMEngine) -> None:
    module = load(libllvm)
    before = libllvm.text(module).split("\n")
    give_frames(module, {"uses", "later", 'odd " name'})
    after = printed(libllvm, module).split("\n")
    changed = [line for line in after if line not in before and not line.startswith("attributes ")]
    assert {re.sub(r" #\d+", "", line) for line in changed} <= {re.sub(r" #\d+", "", line) for line in before}
    text = with_frames(libllvm.text(load(libllvm)), {'odd " name'})
    groups = re.findall(
        r'attributes (#\d+) = \{[^}\n]*"frame-pointer"="all"', printed(libllvm, libllvm.parse(text.encode()))
    )
    assert len(groups) == 2  # the source's own is the other


def test_stripping_takes_debug_information_alone(libllvm: LibLLVMEngine) -> None:
    module = load(libllvm)
    before = _bare(re.sub(r", !dbg !\d+|.*#dbg_.*\n| !dbg !\d+(?= \{)", "", libllvm.text(module)))
    assert module.strip_debug()
    assert _bare(printed(libllvm, module)) == re.sub(r"\A; ModuleID.*\n", "", before)
    assert "DILocalVariable" not in libllvm.text(module)


@pytest.mark.parametrize("names", [{"dispatch"}, {"uses", "later"}])
def test_cutting_takes_functions_alone(libllvm: LibLLVMEngine, names: set[str]) -> None:
    module, whole = load(libllvm), load(libllvm)
    libllvm.leave_only(module, names)
    module.verify()
    left = {function.name for function in module.functions() if not function.is_declaration}
    assert left >= names | {"used_fn", "resolver"}  # an alias and ifuncs stand on these
    assert "callee" not in left
    cut, text = _definitions(printed(libllvm, module)), _definitions(printed(libllvm, whole))
    for name in left:
        assert cut[name] == text[name]
    variables = [line.split(" =")[0] for line in libllvm.text(whole).split("\n") if line.startswith("@")]
    assert [line.split(" =")[0] for line in libllvm.text(module).split("\n") if line.startswith("@")] == variables


@pytest.mark.parametrize("effort", ["fast", "default"])
@pytest.mark.parametrize("major", MAJORS)
def test_a_plan_of_it_all_passes_every_check(major: int, effort: Any) -> None:
    engine = LibLLVMEngine(toolchain(major))
    plain = engine.parse(EMITTABLE)
    plain.strip_debug()
    result = optimize(plain.bitcode(), Options(effort=effort, llvm=str(major), select="plan"), text=True)
    assert result.report["winner"] == "plan", result.report["fallbacks"]
    assert "check-failed" not in result.report["fallbacks"]
    plain.run("default<Oz>", plain.machine)
    for text in (result.data, plain.text()):
        assert text.count(b"  indirectbr ") == 2
        table = re.search(rb"@table = .*", text)
        assert table is not None
        assert len(set(re.findall(rb"blockaddress\(@dispatch, %[\w.]+\)", table[0]))) == 3


# -- canaries: LLVM's own copying, and what notices it -----------------------------------------------------------------


def _llvms_own_copy(module: Module) -> Module:
    copy = Module(module.context, module.library.LLVMCloneModule(module.ref))
    copy.machine = module.machine
    return copy


def _dies(work: Callable[[], object]) -> bool:
    """Whether a process ends by a signal that does this."""
    child = os.fork()
    if not child:
        faulthandler.disable()
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 2)
        try:
            work()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_llvm_19_copies_labels_of_another_module() -> None:
    engine = LibLLVMEngine(toolchain(19))
    module = engine.parse(BACKWARD)
    copy, fresh = _llvms_own_copy(module), engine.parse(module.bitcode(), "<module>")
    for one in (copy, fresh):
        engine.run(one, CLEANING)
    assert copy.text() != fresh.text()
    why = compare(describe(fresh), describe(fresh), describe(copy), frozenset())
    assert why == "'dispatch' lost its computed jumps"


def test_llvm_22_dies_of_labels_ahead() -> None:
    engine = LibLLVMEngine(toolchain(22))
    forward, backward = load(engine), engine.parse(BACKWARD)
    assert _dies(lambda: _llvms_own_copy(forward))
    assert not _dies(lambda: _llvms_own_copy(backward))


def test_a_plan_that_lost_its_labels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should a copy be wrong again, the interface check leaves the module to -Oz."""
    monkeypatch.setattr(Module, "clone", _llvms_own_copy)
    result = optimize(SWITCHED, Options(llvm="19"), text=True)
    assert result.report["winner"] == "oz"
    assert result.report["fallbacks"]["check-failed"] >= 1
    assert b"indirectbr" in result.data


SWITCHED = b"""
target triple = "x86_64-pc-linux-gnu"
@table = internal constant [2 x ptr] [ptr blockaddress(@pick, %one), ptr blockaddress(@pick, %two)]
define i32 @pick(i64 %k) minsize optsize {
entry:
  %p = getelementptr [2 x ptr], ptr @table, i64 0, i64 %k
  %t = load ptr, ptr %p
  indirectbr ptr %t, [label %one, label %two]
one:
  ret i32 11
two:
  ret i32 22
}
"""


def _bare(text: str) -> str:
    """Without the numbers of attribute groups and metadata, which count what was there for a while."""
    return re.sub(r"(?m)^(?:attributes|!|; Function Attrs).*\n?|[!#]\d+", "", text)


def _definitions(text: str) -> dict[str, str]:
    """Function -> its body's text, without numbers of metadata."""
    found = re.findall(r"(?ms)^define [^@\n]*@([\w.]+)\(([^\n]*\n.*?)^}", text)
    return {name: re.sub(r"[!#]\d+|; preds = .*", "", body) for name, body in found}
