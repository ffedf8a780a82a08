"""The service over the real opt and llvmlite: functions of any name get their lists; what it cannot do, it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from smartopt.codegen.frame_pointers_in_text import with_frames
from smartopt.errors import EngineError
from smartopt.llvm.engines import make_engine
from smartopt.worker.plain_service import PlainService
from smartopt.worker.process import WorkerProcess
from smartopt.worker.protocol import AdoptBase, ListCallSites, Load, MakeBase, Survey, Trial
from tests.llvm.support import SOURCES, toolchain
from tests.worker.services import LIMITS

NAMES = ['a"b', "\x01_x", "with space", "café", "stray\udcff", "a,b", "-dash", "it's", "back\\slash", "new\nline"]
NAMES += ["(paren)", "#1"]
"""Quotes, escapes, spaces, bytes that are no UTF-8."""


@pytest.fixture(params=["opt", "llvmlite"])
def worker(request: pytest.FixtureRequest) -> Iterator[WorkerProcess]:
    def make(process: WorkerProcess) -> PlainService:
        return PlainService(process, lambda: make_engine(request.param, toolchain()))

    with closing(WorkerProcess(make, LIMITS)) as one:
        one.call(Load((SOURCES / "names.ll").read_bytes(), "names.ll"))
        yield one


def test_lists_find_their_functions(worker: WorkerProcess) -> None:
    assert sorted(worker.call(Survey()).instructions) == sorted(NAMES)
    base = worker.call(MakeBase("after", "default<O1>", None))
    assert sorted(base.hashes) == sorted(NAMES)
    worker.call(AdoptBase("base", base.bitcode))
    tried = worker.call(Trial("base", dict.fromkeys(NAMES, "reg2mem"), False))
    assert tried.invalid == ()
    assert sorted(tried.outcomes) == sorted(NAMES)


REPORTED = b"""
declare void @bad() #0
declare void @"worse one"() #1
define i32 @f(i32 %x) #2 {
  call void @bad() #3
  ret i32 %x
}
attributes #0 = { "dontcall-error"="never" }
attributes #1 = { nounwind "dontcall-warn"="rather not" }
attributes #2 = { "warn-stack-size"="100" }
attributes #3 = { nounwind }
"""


def test_what_the_back_end_would_say_is_seen(worker: WorkerProcess) -> None:
    worker.call(Load(REPORTED, "reported.ll"))
    facts = worker.call(Survey())
    assert facts.frame_limits
    calls = {name: found for name, found in facts.interface.items() if name.startswith("!calls")}
    assert calls == {"!calls to bad": ("remain",), "!calls to worse one": ("gone",)}
    worker.call(Load(REPORTED.replace(b"call void @bad() #3", b"").replace(b"warn-stack-size", b"other"), "gone.ll"))
    facts = worker.call(Survey())
    assert not facts.frame_limits
    assert facts.interface["!calls to bad"] == ("gone",)


def test_frame_pointers_find_their_functions() -> None:
    text = (SOURCES / "names.ll").read_text()
    assert with_frames(text, set(NAMES)).count('"frame-pointer"="all"') == len(NAMES)


def test_what_needs_inline_replay_is_refused(worker: WorkerProcess) -> None:
    with pytest.raises(EngineError, match="cannot replay inlining"):
        worker.call(MakeBase("replay", "default<Oz>", None))
    with pytest.raises(EngineError, match="ListCallSites"):
        worker.call(ListCallSites())
    assert worker.call(Survey()).instructions, "neither costs the child or what it has read"
    assert worker.starts == 1
