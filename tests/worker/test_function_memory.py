"""Trials remembered from another module do not run, and leave behind exactly what running them would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from smartopt.llvm.toolchain import find_toolchain
from smartopt.worker.process import WorkerProcess
from smartopt.worker.protocol import AdoptBase, Compose, MeasureComposed, ShareTrials, Trial, TrialReply
from smartopt.worker.service import LibLLVMService

LISTS = {"inlined": "sroa,instcombine<no-verify-fixpoint>,simplifycfg", "own": "sroa,early-cse"}
REWRITES = {"inlined": "instcombine<no-verify-fixpoint>"}


def module(number: int, *, triple: str = "x86_64-unknown-linux-gnu", inlined: str = "add i32 %y, 7") -> bytes:
    """A file that includes a header: ``inlined`` comes in every one, under other numbers; ``own`` is the file's."""
    return f"""
target triple = "{triple}"
%struct.pair.{number} = type {{ i32, i32 }}
@.str.{number} = private unnamed_addr constant [3 x i8] c"%d\\00"
@.str.{number + 1} = private unnamed_addr constant [3 x i8] c"%u\\00"

define i32 @own(i32 %x) {{
  %p = alloca %struct.pair.{number}
  store i32 %x, ptr %p
  %y = load i32, ptr %p
  %z = mul i32 %y, {number + 1000}
  ret i32 %z
}}

define linkonce_odr i32 @inlined(i32 %x) {{
  %p = alloca %struct.pair.{number}
  store i32 %x, ptr %p
  %y = load i32, ptr %p
  %sum = {inlined}
  %r = call i32 (ptr, ...) @printf(ptr @.str.{number}, i32 %sum)
  ret i32 %r
}}

declare i32 @printf(ptr, ...)
""".encode()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SMARTOPT_DIR", str(tmp_path / "own"))
    return tmp_path / "own"


@pytest.fixture
def worker() -> Iterator[WorkerProcess]:
    with closing(WorkerProcess(partial(LibLLVMService, toolchain=find_toolchain("22")))) as one:
        yield one


def tried(
    worker: WorkerProcess,
    data: bytes,
    lists: dict[str, str] = LISTS,
    *,
    memory: str = "fingerprint",
    measure: bool = True,
) -> TrialReply:
    worker.call(AdoptBase("base", data, memory))
    return worker.call(Trial("base", lists, measure))


def test_what_another_module_has_too_is_not_tried_again(worker: WorkerProcess) -> None:
    first, second = tried(worker, module(3)), tried(worker, module(40))
    assert (first.remembered, second.remembered) == (0, 1)
    assert tried(worker, module(40)).remembered == 2
    assert tried(worker, module(40), memory="").remembered == 0
    assert second.outcomes == tried(worker, module(40), memory="").outcomes
    assert first.outcomes["inlined"] == second.outcomes["inlined"]


@pytest.mark.parametrize(
    ("data", "lists", "memory", "measure"),
    [
        (module(3, inlined="sub i32 %y, 7"), {}, "fingerprint", True),
        (module(3, triple="x86_64-unknown-freebsd"), {}, "fingerprint", True),
        (module(3).replace(b"%d", b"%i"), {}, "fingerprint", True),
        (module(3).replace(b"declare i32", b"declare hidden i32"), {}, "fingerprint", True),
        (module(3), {"inlined": "sroa"}, "fingerprint", True),
        (module(3), {}, "another fingerprint", True),
        (module(3), {}, "fingerprint", False),
    ],
    ids=["body", "target", "string", "callee", "list", "settings", "unmeasured"],
)
def test_anything_that_differs_is_tried(
    worker: WorkerProcess, data: bytes, lists: dict[str, str], memory: str, measure: bool
) -> None:
    tried(worker, module(3))
    lists = {"inlined": LISTS["inlined"], **lists}
    assert tried(worker, data, lists, memory=memory, measure=measure).remembered == 0


@pytest.mark.parametrize(
    "triple", ["x86_64-apple-macosx", "x86_64-pc-windows-msvc", "x86_64-linux-gnux32", "riscv64-unknown-linux-gnu", ""]
)
def test_targets_that_were_not_looked_at_remember_nothing(worker: WorkerProcess, triple: str) -> None:
    for _ in range(2):
        assert tried(worker, module(3, triple=triple), measure=bool(triple)).remembered == 0


def test_a_plan_of_remembered_trials_measures_the_same(worker: WorkerProcess) -> None:
    def composed(memory: str) -> object:
        tried(worker, module(3), memory=memory)
        worker.call(Compose("base", LISTS, "parts"))
        return worker.call(MeasureComposed())

    plain = composed("")
    assert plain is not None
    assert [composed("fingerprint"), composed("fingerprint")] == [plain, plain]


def test_forks_share_the_memory(worker: WorkerProcess) -> None:
    rounds = [{"inlined": text, "own": text} for text in ("sroa", "sroa,early-cse", "sroa,gvn", "sroa,simplifycfg")]
    replies = []
    for _ in range(2):
        worker.call(AdoptBase("base", module(3), "fingerprint"))
        order = worker.call(ShareTrials("base", rounds, True, {}))
        found = {index: worker.call(Trial("base", rounds[index], True)) for index in order}
        replies.append([found[index] for index in range(4)])
    assert [reply.remembered for reply in replies[0]] == [0] * 4
    assert [reply.remembered for reply in replies[1]] == [2] * 4
    assert [reply.outcomes for reply in replies[0]] == [reply.outcomes for reply in replies[1]]


def test_a_call_that_a_list_introduces_is_remembered_with_the_declarations_that_it_finds(worker: WorkerProcess) -> None:
    """``printf`` becomes ``putchar``, whose declaration may be there already."""
    data = module(3).replace(b"%d", b"%c").replace(b"ret i32 %r", b"ret i32 0")
    assert tried(worker, data, REWRITES).remembered == 0
    assert tried(worker, data, REWRITES).remembered == 1
    declared = data + b"declare i32 @putchar(i32 noundef)\n"
    assert tried(worker, declared, REWRITES).remembered == 0
    unrelated = data + b"declare i32 @unrelated(i32 noundef)\n"
    assert tried(worker, unrelated, REWRITES).remembered == 1


def test_a_function_that_breaks_or_is_refused_is_not_remembered(worker: WorkerProcess, home: Path) -> None:
    from smartopt.errors import EngineError

    for _ in range(2):
        with pytest.raises(EngineError):
            tried(worker, module(3), {"inlined": "no-such-pass"})
    assert tried(worker, module(3)).remembered == 0


def test_without_a_place_everything_is_tried(worker: WorkerProcess, home: Path) -> None:
    home.write_text("in the way")
    first = tried(worker, module(3))
    assert tried(worker, module(3)) == first
    assert first.remembered == 0
