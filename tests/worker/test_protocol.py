"""Requests and replies between processes: each is answered, and whatever is damaged ends as one error, not more."""

from __future__ import annotations

import marshal
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from typing import Any

import pytest

from smartopt.encoding import EncodingError
from smartopt.errors import EngineError, InputError, SmartoptError, ToolchainError, UsageError, WorkerError
from smartopt.llvm.toolchain import find_toolchain
from smartopt.objfile.sizes import Sizes
from smartopt.passes.passlist import PassList
from smartopt.passes.plan_stages import OZ_LIST
from smartopt.passes.trusted import Trusted
from smartopt.records import replace
from smartopt.worker import baseline_measurement, protocol
from smartopt.worker.bases import PARTS, WHOLE
from smartopt.worker.process import Limits, WorkerProcess
from smartopt.worker.protocol import (
    AdoptBase,
    AnyRequest,
    Baseline,
    BaselineSizes,
    BaseMade,
    CallSites,
    ChooseAttributes,
    ChosenAttributes,
    Compose,
    ComposeFromSource,
    FinishBaseline,
    Finished,
    GiveAttributes,
    KeepFromOutliner,
    KnowSizes,
    ListCallSites,
    Load,
    MakeBase,
    MakeBaseline,
    MakeQuickBaseline,
    MeasureByItself,
    MeasureComposed,
    MeasureOz,
    ModuleFacts,
    PartSizes,
    Print,
    QuickBaseline,
    ReadLines,
    ReadTexts,
    Recipe,
    ReplayPlan,
    Request,
    RunPipeline,
    RunWholeModule,
    ShareTrials,
    SupportedPipelines,
    Survey,
    Trial,
    TrialReply,
)
from smartopt.worker.service import LibLLVMService
from smartopt.worker.wire import decode_reply, decode_request, encode_error, encode_reply, encode_request
from tests.optimizer.support import bitcode
from tests.support import ROOT
from tests.worker.services import (
    AnswerWrongly,
    AskPid,
    Echo,
    ScriptedService,
    TakeSteps,
    Unanswered,
    WriteFrame,
    alive,
    death,
)

REQUESTS: set[type[AnyRequest]] = {
    kind
    for kind in map(vars(protocol).get, protocol.__all__)
    if isinstance(kind, type) and issubclass(kind, Request) and hasattr(kind, "__record_fields__")
}


# -- every request is answered ----------------------------------------------------------------------------------------


class Conversation:
    """Sends requests, and notes of which kinds."""

    def __init__(self, worker: WorkerProcess) -> None:
        self.worker = worker
        self.sent: set[type[AnyRequest]] = set()

    def ask(self, request: AnyRequest, kind: type) -> Any:
        """The reply, which is of a kind."""
        self.sent.add(type(request))
        reply = self.worker.call(request)
        assert type(reply) is kind, request
        return reply


@pytest.fixture
def libllvm() -> Iterator[WorkerProcess]:
    with closing(WorkerProcess(partial(LibLLVMService, toolchain=find_toolchain("22")))) as worker:
        yield worker


@pytest.mark.parametrize("flags", [(), ("-g",)], ids=str)
def test_every_request_is_answered(
    libllvm: WorkerProcess, flags: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(baseline_measurement, "_WORTH_A_FORK", 0)  # or measuring so small a module would not be put off
    talk, data, none = Conversation(libllvm), bitcode("words.c", *flags), type(None)
    oz, nothing = "default<Oz>", ()
    talk.ask(Load(data, "words.c"), none)
    facts = talk.ask(Survey(), ModuleFacts)
    assert "main" in facts.instructions
    assert facts.version.startswith("22.")
    pipeline = PassList.parse(OZ_LIST).function_pipeline(Trusted.load(22))
    assert talk.ask(SupportedPipelines([pipeline, "no-such-pass"]), list) == [pipeline, None]

    assert talk.ask(RunPipeline(oz), bytes).startswith(b"BC")
    whole = talk.ask(RunWholeModule(oz, None, True, ("main",)), Finished)
    assert whole.sizes.total > 0
    quick = talk.ask(MakeQuickBaseline(oz, True), QuickBaseline)
    assert not quick.straight
    baseline = talk.ask(MakeBaseline(oz, True, True, True), Baseline)
    assert not baseline.pending
    assert baseline.measured.oz.total > 0
    request = MakeBaseline(oz, True, True, True, later=True)
    pending = talk.ask(request, Baseline)
    assert pending.pending
    assert pending.module == baseline.module
    again = talk.ask(FinishBaseline(request), BaselineSizes)
    assert again.alike.total > 0
    assert again.bodies
    assert talk.ask(MeasureOz(baseline.module.bitcode), Sizes) == baseline.measured.oz
    assert talk.ask(MeasureByItself(baseline.module.bitcode), Sizes) == baseline.measured.oz

    sites = talk.ask(ListCallSites(), CallSites)
    assert any(caller == "main" for caller, _ in sites.calls)
    base = talk.ask(MakeBase("replay", oz, None), BaseMade)
    assert base.debug == bool(flags)
    names = list(base.hashes)
    talk.ask(AdoptBase("base", base.bitcode), none)
    talk.ask(KnowSizes(again.bodies), none)
    texts = talk.ask(ReadTexts("base"), dict)
    lines = talk.ask(ReadLines("base"), dict)
    assert sorted(texts) == sorted(lines) == sorted(names)

    lists = dict.fromkeys(names, pipeline)
    rounds = [lists, dict.fromkeys(names, "sroa")]
    assert sorted(talk.ask(ShareTrials("base", rounds, True, {}), list)) == [0, 1]
    tried = talk.ask(Trial("base", lists, True), TrialReply)
    assert sorted(tried.outcomes) == sorted(names)
    composed = talk.ask(Compose("base", lists, PARTS), Finished)
    assert composed.sizes is None
    parts = talk.ask(MeasureComposed(), PartSizes)
    assert sorted(parts.functions) == sorted(names)
    talk.ask(MeasureComposed(), none)
    recipe = Recipe("replay", oz, None, base.decisions)
    plan = talk.ask(ComposeFromSource(recipe, lists, nothing, WHOLE), Finished)
    assert plan.sizes.total > 0
    replayed = talk.ask(ReplayPlan(recipe, lists, nothing, bool(flags)), Finished)
    first = plan if flags else composed
    assert replace(replayed, sizes=first.sizes, instructions=first.instructions) == first

    assert b"define" in talk.ask(Print(plan.bitcode), bytes)
    kept = talk.ask(KeepFromOutliner(plan.bitcode, ("main",)), bytes)
    assert b'"nooutline"' in talk.ask(Print(kept), bytes)
    chosen = talk.ask(ChooseAttributes(plan.bitcode, False), ChosenAttributes)
    assert (chosen.module is None) == (not chosen.attributes)
    given = talk.ask(GiveAttributes(plan.bitcode, {"main": "no-jump-tables"}), bytes)
    assert b'"no-jump-tables"="true"' in talk.ask(Print(given), bytes)
    assert talk.sent == REQUESTS
    assert libllvm.starts == 1


def test_what_was_not_prepared_is_an_error_and_no_more(libllvm: WorkerProcess) -> None:
    for request in (Survey(), Trial("base", {}, True), Compose("base", {}, WHOLE), ReadTexts("base")):
        with pytest.raises(EngineError) as caught:
            libllvm.call(request)
        assert not isinstance(caught.value, WorkerError)
    assert libllvm.call(MeasureComposed()) is None
    with pytest.raises(InputError):
        libllvm.call(Load(b"not IR", "x"))
    assert libllvm.starts == 1


# -- what cannot be understood ----------------------------------------------------------------------------------------


def test_a_request_that_nobody_answers(worker: WorkerProcess) -> None:
    pid = worker.call(AskPid())
    for _ in range(2):
        with pytest.raises(EngineError, match="answers no 'Unanswered'") as caught:
            worker.call(Unanswered())
        assert not isinstance(caught.value, WorkerError)
    assert worker.call(AskPid()) == pid


def test_a_reply_of_another_type_costs_the_child(worker: WorkerProcess) -> None:
    """Its memory is damaged: what it says after that cannot be believed."""
    pid = worker.call(AskPid())
    error = death(lambda: worker.call(AnswerWrongly(plain=True)))
    assert error.reason == "trial-crash"
    assert "str where int is wanted" in str(error)
    assert not alive(pid)
    assert worker.call(AskPid()) != pid
    assert worker.call(Echo(b"1")) == b"1"


DAMAGED = {
    "nothing": b"",
    "no such code": b"\xff\xff\xff",
    "cut short": encode_reply(AskPid(), 7)[:-2],
    "a number": marshal.dumps(7),
    "text of two letters": marshal.dumps("ab"),
    "one value": marshal.dumps(("reply",)),
    "three values": marshal.dumps(("reply", 7, 7)),
    "no name": marshal.dumps((1, 7)),
    "an unknown name": marshal.dumps(("answer", ("EngineError", "a", "b", ""))),
    "a reply of another type": marshal.dumps(("reply", "7")),
    "a truth for a number": marshal.dumps(("reply", True)),
    "a list of the reply": marshal.dumps(("reply", [7])),
    "an error without its parts": marshal.dumps(("error", ())),
    "an error that is a number": marshal.dumps(("error", 7)),
    "an error whose message is none": marshal.dumps(("error", ("EngineError", None, "", ""))),
    "a key that is a list": b"(\x02\x00\x00\x00u\x05\x00\x00\x00reply{[\x00\x00\x00\x00i\x00\x00\x00\x000",
}


@pytest.mark.parametrize("what", DAMAGED)
def test_a_damaged_frame_costs_the_child(worker: WorkerProcess, what: str) -> None:
    worker.call(TakeSteps([4]))
    pid, frame = worker.pid, DAMAGED[what]
    error = death(lambda: worker.call(WriteFrame(struct.pack("<Q", len(frame)) + frame)))
    assert error.reason == "trial-crash"
    assert "damaged reply" in str(error)
    assert "\n" not in str(error)
    assert not alive(pid)
    assert worker.call(Echo(b"still")) == b"still"
    assert worker.starts == 2


@pytest.mark.parametrize("size", [1 << 10, 1 << 62])
def test_a_frame_that_does_not_end_meets_the_deadline(size: int) -> None:
    with closing(WorkerProcess(ScriptedService, Limits(request_seconds=0.3))) as worker:
        worker.begin()
        error = death(lambda: worker.call(WriteFrame(struct.pack("<Q", size) + b"part")))
        assert error.reason == "trial-timeout"
        assert worker.call(Echo(b"1")) == b"1"


def test_lengths_beyond_all_memory_are_damage() -> None:
    """Whatever a message says of its size; in a process of its own, which may have little memory."""
    script = """
import resource
from smartopt.encoding import EncodingError
from smartopt.worker.protocol import Survey
from smartopt.worker.wire import decode_reply
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
for code in b"([>":
    try:
        decode_reply(bytes([code]) + b"\\xff\\xff\\xff\\x7f", Survey())
    except EncodingError:
        print(chr(code), end="")
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "([>"


HANDLERS = dict.fromkeys(REQUESTS, print)


@pytest.mark.parametrize("what", [what for what in DAMAGED if "reply" not in what and "truth" not in what])
def test_a_damaged_request_is_no_request(what: str) -> None:
    with pytest.raises(EncodingError):
        decode_request(DAMAGED[what], HANDLERS)


def test_only_requests_that_are_answered_are_decoded() -> None:
    frame = encode_request(Print(b"BC"))
    assert decode_request(frame, {Print: print}) == Print(b"BC")
    for handlers in ({}, {Survey: print, Load: print}):
        with pytest.raises(EncodingError, match="answers no 'Print'"):
            decode_request(frame, handlers)
    for name, values in (("Load", [b"BC"]), ("Load", [b"BC", None]), ("Survey", [1]), ("print", [b"BC"]), ("Print", 1)):
        with pytest.raises(EncodingError):
            decode_request(marshal.dumps((name, values)), HANDLERS)


@pytest.mark.parametrize(
    ("error", "arrives"),
    [
        (InputError("not IR"), InputError("not IR")),
        (EngineError("refused", "all"), EngineError("refused", "all")),
        (ToolchainError("too old"), ToolchainError("too old")),
        (UsageError("bad option"), EngineError("bad option")),
        (WorkerError("trial-memory", "ended", "words"), WorkerError("trial-memory", "ended", "words")),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("asked", [Survey(), Load(b"", ""), MeasureComposed()], ids=str)
def test_errors_arrive_whatever_was_asked(error: SmartoptError, arrives: SmartoptError, asked: AnyRequest) -> None:
    with pytest.raises(type(arrives)) as caught:
        decode_reply(encode_error(error), asked)
    found = caught.value
    assert type(found) is type(arrives)
    assert str(found) == str(arrives)
    for part in ("detail", "reason"):
        assert getattr(found, part, "") == getattr(arrives, part, "")


def test_a_request_with_values_of_another_type_costs_itself_alone(worker: WorkerProcess) -> None:
    pid = worker.call(AskPid())
    with pytest.raises(EngineError, match="NoneType where bytes is wanted"):
        worker.call(Echo(None))  # type: ignore[arg-type]
    assert worker.call(AskPid()) == pid
