"""A campaign: every list on every function of every item; what a list changed is checked against what was there.

What a line says depends on its item and the settings alone, not on jobs or order.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ...chooser.coreset import CoresetProposer
from ...errors import EngineError, InputError, SmartoptError, UsageError, WorkerError
from ...llvm.toolchain import find_toolchain
from ...passes.passlist import PassList
from ...passes.trusted import Trusted
from ...worker.process import WorkerProcess
from ..parallel import run_map
from ..results import ResultFile
from .check import PROVES, Settings, Subject, Verdict
from .ir import Function, Module
from .lists_service import ApplyAlone, ApplyList, MakeModule, start
from .reader import read_module
from .report import KIND, NUMBERS, SCHEMA, Summary, summarise
from .sources import BASES, Item, items, module_of
from .types import Unsupported

__all__ = ["Campaign", "lists_of", "run_campaign"]

_LONGEST = 400
"""Lines of a function; longer ones are undecided, for their runs rarely end within the steps."""

Line = dict[str, Any]


@dataclass(frozen=True)
class Campaign:
    """What a campaign does.

    Attributes:
        lists: pass lists by the name under which they are counted.
        files: bitcode or text modules.
        csmith: so many csmith programs, from ``seed`` on.
        shapes: so many modules of the generator of shapes, from ``seed`` on.
        seed: of programs, shapes and inputs.
        bases: which of BASES functions are taken to before lists run.
        inputs: drawn for each function.
        llvm: a version or a folder; None for the newest.
        jobs: items at a time.
        time_limit: seconds after which no further item is begun.
        allow_banned: let lists have passes that are not trusted.
    """

    lists: dict[str, str]
    files: tuple[Path, ...] = ()
    csmith: int = 0
    shapes: int = 0
    seed: int = 1
    bases: tuple[str, ...] = ("light", "ssa", "inlined", "front")
    inputs: int = 20
    llvm: str | None = None
    jobs: int = 1
    time_limit: float | None = None
    allow_banned: bool = False

    def __post_init__(self) -> None:
        unknown = [base for base in self.bases if base not in BASES]
        if unknown or not self.bases:
            raise UsageError(f"bases must be among {', '.join(BASES)}; got {', '.join(unknown) or 'none'}")
        if self.inputs < 4 or self.jobs < 1:
            raise UsageError(f"inputs must be at least 4 and jobs 1; got {self.inputs} and {self.jobs}")
        if not self.lists:
            raise UsageError("no pass list to check")


def lists_of(text: str, trusted: Trusted, major: int) -> dict[str, str]:
    """The lists that ``passes``, ``coreset`` or a file of lists (one a line) stands for, by name."""
    if text in ("passes", "all-passes"):
        return {spelling: spelling for spelling in trusted.vocabulary("function")}
    if text == "coreset":
        proposer = CoresetProposer.load(major)
        return {one: one for objective in ("size", "instructions") for one in proposer.lists(objective)}
    path = Path(text)
    if not path.is_file():
        raise UsageError(f"lists must be passes, coreset or a file; {text!r} is none of them")
    lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
    return {line: line for line in lines if line and not line.startswith("#")}


def run_campaign(
    campaign: Campaign,
    *,
    out: Path | None = None,
    finds: Path | None = None,
    progress: Callable[[str, Summary], None] | None = None,
) -> Summary:
    """Run a campaign, or go on with one: items whose line is in ``out`` are not done again.

    ``finds`` is a folder that gets both versions of every difference. Raises ToolchainError, UsageError, InputError.
    """
    toolchain = find_toolchain(campaign.llvm)
    trusted = Trusted.load(toolchain.major)
    pipelines = {
        name: PassList.parse(text).function_pipeline(trusted, allow_banned=campaign.allow_banned)
        for name, text in campaign.lists.items()
    }
    identity = {
        "llvm": toolchain.version,
        "inputs": campaign.inputs,
        "lists": sorted(pipelines.values()),
        "proofs": PROVES,
    }
    results = ResultFile(out, identity, SCHEMA, KIND)
    wanted = items(list(campaign.files), campaign.csmith, campaign.shapes, campaign.seed, list(campaign.bases))
    work = partial(
        _one_item, pipelines=pipelines, llvm=campaign.llvm, settings=asdict(Settings(inputs=campaign.inputs))
    )
    for line in run_map(work, _until(wanted, results.values("item"), campaign.time_limit), campaign.jobs):
        results.add([line])
        if finds is not None:
            _keep(line, finds)
        if progress is not None:
            progress(line["item"], summarise(results.lines))
    return summarise(results.lines)


def _until(wanted: Iterator[Item], done: frozenset[str], limit: float | None) -> Iterator[Item]:
    deadline = None if limit is None else time.monotonic() + limit
    for item in wanted:
        if deadline is not None and time.monotonic() >= deadline:
            return
        if item.id not in done:
            yield item


def _one_item(item: Item, *, pipelines: dict[str, str], llvm: str | None, settings: dict[str, int]) -> Line:
    """The line of one item."""
    begin = time.monotonic()
    line: Line = {"schema": SCHEMA, "item": item.id, "problem": "", "functions": 0, "lists": {}, "finds": []}
    toolchain = find_toolchain(llvm)
    worker = start(toolchain)
    try:
        data = module_of(item, toolchain)
        if data is None:
            line["problem"] = "no module"
        else:
            bitcode, text = worker.call(MakeModule(data, BASES[item.base]))
            checker = _Checker(text, Settings(**settings))
            line["functions"] = len(checker.functions)
            for name, pipeline in pipelines.items():
                line["lists"][name] = checker.check(worker, bitcode, name, pipeline, line["finds"])
    except (InputError, EngineError, Unsupported) as error:
        line["problem"] = f"{type(error).__name__}: {error}"
    finally:
        worker.close()
    line["seconds"] = round(time.monotonic() - begin, 3)
    return line


class _Checker:
    """The functions of one module, and what was found of versions that several lists made alike."""

    def __init__(self, text: str, settings: Settings) -> None:
        self.module = read_module(text)
        self.functions = {name: function for name, function in self.module.functions.items() if function.defined}
        self._settings = settings
        self._subjects: dict[str, Subject] = {}
        self._known: dict[tuple[str, str], Verdict] = {}
        self._idle: Module | None = None

    def check(self, worker: WorkerProcess, bitcode: bytes, name: str, pipeline: str, finds: list[Line]) -> Line:
        """The counts of one list."""
        row: Line = {"ran": len(self.functions), **dict.fromkeys(NUMBERS[1:], 0), "undecided": {}}
        try:
            text = worker.call(ApplyList(bitcode, pipeline))
        except (WorkerError, EngineError) as error:
            row["failed"] = str(error)[:200]
            return row
        try:
            after = read_module(text, self.module)
        except Unsupported as error:
            row["failed"] = str(error)
            return row
        reasons: Counter[str] = Counter()
        idle = self._adaptor(worker, bitcode) if _ONE_LOOP_PASS.fullmatch(pipeline) else None
        for function in self.functions.values():
            changed = after.functions.get(function.name)
            if changed is None or not fired(function, changed):
                continue
            if idle is not None and not fired(idle.functions[function.name], changed):
                continue
            row["fired"] += 1
            verdict = self._verdict(function, changed, after)
            if verdict.outcome == "different":
                # A list may use what it has learned of the other functions meanwhile: see what it does to this one.
                verdict, changed = self._alone(worker, bitcode, pipeline, function)
            if verdict.outcome == "undecided":
                reasons[verdict.detail] += 1
            else:
                row[verdict.outcome] += 1
                row["inputs"] += verdict.inputs
                row["taken"] += verdict.taken
                row["proved"] += verdict.proved
                row["edges"] += verdict.edges
            if verdict.outcome == "different":
                find = {"list": name, "function": function.name, "detail": verdict.detail}
                finds.append({**find, "before": whole(function), "after": whole(changed)})
        row["undecided"] = dict(sorted(reasons.items()))
        return row

    def _alone(
        self, worker: WorkerProcess, bitcode: bytes, pipeline: str, function: Function
    ) -> tuple[Verdict, Function]:
        """The verdict where the list runs on this function and on no other."""
        try:
            after = read_module(worker.call(ApplyAlone(bitcode, pipeline, function.name)), self.module)
        except (WorkerError, EngineError, Unsupported) as error:
            return Verdict("undecided", f"alone: {type(error).__name__}"), function
        changed = after.functions[function.name]
        if not fired(function, changed):
            return Verdict("undecided", "not fired alone"), changed
        return self._verdict(function, changed, after, alone=True), changed

    def _adaptor(self, worker: WorkerProcess, bitcode: bytes) -> Module | None:
        """What LLVM does to every function before it shows its loops to a pass: that alone is no firing."""
        if self._idle is None:
            self._idle = read_module(worker.call(ApplyList(bitcode, "loop-simplify,lcssa")), self.module)
        return self._idle

    def _verdict(self, function: Function, changed: Function, after: Module, alone: bool = False) -> Verdict:
        key = (function.name, changed.text + ("; alone" if alone else ""))
        if key not in self._known:
            if function.text.count("\n") > _LONGEST:
                self._known[key] = Verdict("undecided", "long")
            else:
                subject = self._subjects.setdefault(function.name, Subject(self.module, function, self._settings))
                try:
                    self._known[key] = subject.compare(after)
                except (SmartoptError, RecursionError) as error:
                    self._known[key] = Verdict("undecided", type(error).__name__)
        return self._known[key]


_ONE_LOOP_PASS = re.compile(r"loop(-mssa)?\([^,()]*(<[^()]*>)?\)")
_NUMBERED = re.compile(r"[!#]\d+")


def fired(before: Function, after: Function) -> bool:
    """Whether a list changed a function's code; the numbers of metadata and attribute groups do not count."""
    return before.text != after.text and _NUMBERED.sub("", before.text) != _NUMBERED.sub("", after.text)


def whole(function: Function) -> str:
    """A function's text with its head, for a find."""
    return f"{function.head}\n{function.text}\n}}\n"


def _keep(line: Line, folder: Path) -> None:
    for number, find in enumerate(line["finds"]):
        folder.mkdir(parents=True, exist_ok=True)
        stem = re.sub(r"[^\w.-]", "_", f"{line['item']}-{number}-{find['list'][:40]}")[-120:]
        head = f"; {find['list']} on {find['function']}: {find['detail']}\n"
        text = f"{head}; before\n{find['before']}; after\n{find['after']}"
        (folder / f"{stem}.txt").write_text(text, "utf-8")
