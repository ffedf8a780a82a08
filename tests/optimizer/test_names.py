"""Functions of any name get their lists, in every engine: quotes, escapes, spaces, bytes that are no UTF-8."""

from __future__ import annotations

import pytest

from smartopt.codegen.frames_in_text import with_frames
from smartopt.llvm.engines import make_engine
from smartopt.worker.plain_service import PlainWorkbench
from smartopt.worker.process import Worker
from tests.llvm.support import SOURCES, toolchain
from tests.worker.bench import LIMITS

NAMES = ['a"b', "\x01_x", "with space", "café", "stray\udcff", "a,b", "-dash", "it's", "back\\slash", "new\nline"]
NAMES += ["(paren)", "#1"]


@pytest.mark.parametrize("name", ["opt", "llvmlite"])
def test_lists_find_their_functions(name: str) -> None:
    worker = Worker(lambda child: PlainWorkbench(child, lambda: make_engine(name, toolchain())), LIMITS)
    try:
        worker.call("load", (SOURCES / "names.ll").read_bytes(), "names.ll")
        assert sorted(worker.call("survey")["instructions"]) == sorted(NAMES)
        base = worker.call("make_base", "after", "default<O1>", None)
        assert sorted(base["hashes"]) == sorted(NAMES)
        worker.call("adopt", "base", base["bitcode"])
        tried = worker.call("trial", "base", dict.fromkeys(NAMES, "reg2mem"), False)
    finally:
        worker.close()
    assert tried["invalid"] == []
    assert sorted(tried["outcomes"]) == sorted(NAMES)


def test_frame_pointers_find_their_functions() -> None:
    text = (SOURCES / "names.ll").read_text()
    assert with_frames(text, set(NAMES)).count('"frame-pointer"="all"') == len(NAMES)
