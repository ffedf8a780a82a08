"""The messages between the optimizer and its worker processes: every request is a class, and so is its reply.

A request names its reply type as the parameter of its base class, so the sender gets that type back. Requests and
replies are frozen records, encoded in ``worker.wire`` alone. Both sides check what arrives against the declared types,
so that data damaged by a crash in LLVM is very likely rejected.

Two services answer them: ``worker.service`` (libLLVM: all requests) and ``worker.plain_service`` (the real ``opt`` and
llvmlite: those that need neither inline replay nor code generation settings).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..annotations import TYPE_CHECKING, Any, Literal, TypeVar
from ..llvm.interface import Interface
from ..objfile.sizes import Sizes
from ..records import dataclass, field

Reply = TypeVar("Reply", covariant=True)

if TYPE_CHECKING:
    from typing import Generic

    class Request(Generic[Reply]):
        """A request to a worker; ``Reply`` is its reply type."""

        reply: str

else:

    class Request:
        """A request to a worker; the parameter is its reply type, as text."""

        reply = "None"

        def __class_getitem__(cls, reply):
            return type("Request", (cls,), {"reply": reply})


__all__ = [
    "NOT",
    "PARTS",
    "WHOLE",
    "AdoptBase",
    "AnyRequest",
    "BaseMade",
    "Baseline",
    "BaselineSizes",
    "CallSites",
    "ChooseAttributes",
    "ChosenAttributes",
    "Compose",
    "ComposeFromSource",
    "FinishBaseline",
    "Finished",
    "FunctionLines",
    "GiveAttributes",
    "Handlers",
    "KeepFromOutliner",
    "KnowSizes",
    "KnownBody",
    "ListCallSites",
    "Load",
    "MakeBase",
    "MakeBaseline",
    "MakeQuickBaseline",
    "MeasureByItself",
    "MeasureComposed",
    "MeasureOz",
    "ModuleFacts",
    "PartSizes",
    "Print",
    "QuickBaseline",
    "ReadLines",
    "ReadTexts",
    "Recipe",
    "ReplayPlan",
    "Request",
    "RunPipeline",
    "RunWholeModule",
    "ShareTrials",
    "SupportedPipelines",
    "Survey",
    "Trial",
    "TrialOutcome",
    "TrialReply",
]

Measure = Literal["whole", "parts", "not"]
WHOLE: Measure = "whole"
PARTS: Measure = "parts"
NOT: Measure = "not"
"""How a composed module is measured: by its object, by :class:`MeasureComposed` afterwards, or not at all."""

TrialOutcome = tuple[int, int]
"""IR instructions and bytes of a function after a list; bytes are 0 where nothing was measured."""
FunctionLines = dict[str, tuple[bytes, int]]
"""By function: its lines (``ir.lines``) and instruction count."""
KnownBody = tuple[bytes, bytes, tuple[int, int]]
"""A function body's hash, the hash of its text without numbers (empty if not needed), and its total and code bytes."""


# -- what is made ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finished:
    """A finished module.

    Attributes:
        bitcode: the module.
        instructions: IR instructions by function.
        interface: what other object files can see of it (``llvm.interface``).
        sizes: of its object; None where it was not measured.
        frames: functions that were given a frame pointer.
    """

    bitcode: bytes
    instructions: dict[str, int]
    interface: Interface
    sizes: Sizes | None = None
    frames: tuple[str, ...] = ()


@dataclass(frozen=True)
class ModuleFacts:
    """What a search needs to know of the input.

    Attributes:
        version: of the LLVM that reads it.
        interface: what other object files can see of it.
        instructions: IR instructions by function.
        excluded: the whole module is left to -Oz (``llvm.exclusions``).
        not_for_size: a merged module is left to the linker because a function of it was not compiled for size.
        measurable: this LLVM generates code for its target.
        triple: its target.
        target: the name of its settings of the back end (``codegen.targets``); empty where there are none.
        own_settings: the target supports slim settings, but the module has its own code generation flags.
        slimmable: the back end may be run with slim settings (``codegen.settings``).
        outlinable: the back end may outline repeated code (``codegen.outliner``).
        frame_limits: clang's back end warns of the functions whose stack frames are larger than a limit.
    """

    version: str
    interface: Interface
    instructions: dict[str, int]
    excluded: bool
    measurable: bool
    triple: str
    own_settings: bool = False
    target: str = ""
    slimmable: bool = False
    outlinable: bool = False
    not_for_size: bool = False
    frame_limits: bool = False


@dataclass(frozen=True)
class BaselineSizes:
    """-Oz's sizes, and those of its functions with frame pointers.

    Attributes:
        oz: -Oz's object as clang's back end makes it; None if deferred (:class:`MeasureOz`) or not measured.
        alike: the object under the settings with which lists are measured; None where those are clang's own.
        framed: functions that a frame pointer makes smaller, with their total and code bytes.
        likely: where measuring -Oz's object is put off: functions that have a frame pointer in ``alike`` already.
        frames_failed: an object with frame pointers could not be made.
        refused: number of functions refused a frame pointer although their attributes allow one.
        data_bytes: of the module's variables.
        code: total code bytes, measured under the trial settings.
        framed_code: the same with frame pointers.
        bodies: bodies whose sizes are now known.
        framed_bitcode: the module with all frame pointers, where measuring -Oz's object is put off.
    """

    oz: Sizes | None
    alike: Sizes | None = None
    framed: dict[str, tuple[int, int]] = field(default_factory=dict)
    likely: tuple[str, ...] | None = None
    frames_failed: bool = False
    refused: int = 0
    data_bytes: int = 0
    code: int = 0
    framed_code: int = 0
    bodies: dict[str, KnownBody] = field(default_factory=dict)
    framed_bitcode: bytes = b""


@dataclass(frozen=True)
class Baseline:
    """-Oz's module.

    Attributes:
        module: the module; its ``sizes`` are not filled in.
        measured: its sizes; None if not measured (yet).
        pending: its sizes are still being measured (:class:`FinishBaseline` waits for them).
        lines: the lines of the next base's functions; None if not requested.
    """

    module: Finished
    measured: BaselineSizes | None = None
    pending: bool = False
    lines: FunctionLines | None = None


@dataclass(frozen=True)
class QuickBaseline:
    """-Oz's module with the frame pointers that most likely pay, not measured.

    Attributes:
        module: the module, with ``frames``; the input itself where it is ``straight``.
        plain: bitcode of -Oz's module without frame pointers.
        straight: the input is long straight-line code, which lists do not improve (``ir.straight_line``).
        refused: number of functions refused a frame pointer although their attributes allow one.
    """

    module: Finished
    plain: bytes = b""
    straight: bool = False
    refused: int = 0


@dataclass(frozen=True)
class Recipe:
    """How a base is made from the source: the state of the module on which functions' own lists run.

    Attributes:
        kind: ``replay`` inlines as decided, and simplifies little; ``after`` runs a whole pipeline.
        pipeline: the pipeline that is run, or whose inlining is replayed.
        threshold: the inliner's threshold in that pipeline; None for LLVM's own.
        decisions: the numbered calls that are inlined, for ``replay``.
        frames: functions that are given a frame pointer.
    """

    kind: str
    pipeline: str
    threshold: int | None
    decisions: tuple[int, ...] = ()
    frames: tuple[str, ...] = ()


@dataclass(frozen=True)
class BaseMade:
    """A base.

    Attributes:
        bitcode: the module.
        decisions: the numbered calls that were inlined.
        debug: whether the source has debug information (the base has none).
        hashes: functions by the hash of their bodies (``ir.body_hash``).
        excluded: functions that are left to -Oz.
        dividing: functions that may get no list which moves divisions (``llvm.exclusions``).
        frames: functions that have a frame pointer in it.
    """

    bitcode: bytes
    decisions: tuple[int, ...]
    debug: bool
    hashes: dict[str, str]
    excluded: tuple[str, ...]
    dividing: tuple[str, ...]
    frames: tuple[str, ...]


@dataclass(frozen=True)
class CallSites:
    """The source's calls by number, each as (caller, callee), and its local functions that have a body."""

    calls: tuple[tuple[str, str], ...]
    local: tuple[str, ...]


@dataclass(frozen=True)
class TrialReply:
    """Outcomes by function. If any function came out ``invalid``, nothing was measured and there are none.

    ``remembered`` is how many of the outcomes were known from earlier runs.
    """

    outcomes: dict[str, TrialOutcome]
    invalid: tuple[str, ...] = ()
    remembered: int = 0


@dataclass(frozen=True)
class PartSizes:
    """A plan measured by its parts: bytes by function as measured in trials, total code bytes, and data bytes."""

    functions: dict[str, int]
    code: int
    data_bytes: int


@dataclass(frozen=True)
class ChosenAttributes:
    """A module whose functions were given attributes; None if it gets no smaller."""

    refused: int
    attributes: dict[str, str] = field(default_factory=dict)
    module: Finished | None = None


# -- requests about the source ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Load(Request["None"]):
    """Read the input; ``name`` is what LLVM's messages call it. Raises InputError."""

    data: bytes
    name: str


@dataclass(frozen=True)
class Survey(Request["ModuleFacts"]):
    """Describe the input."""


@dataclass(frozen=True)
class RunPipeline(Request["bytes"]):
    """Run a whole-module pipeline on the input; return the bitcode without analysing it."""

    pipeline: str


@dataclass(frozen=True)
class MakeQuickBaseline(Request["QuickBaseline"]):
    """Run -Oz's pipeline and give frame pointers where they most likely pay, without measuring."""

    pipeline: str
    frames: bool


@dataclass(frozen=True)
class MakeBaseline(Request["Baseline"]):
    """Run -Oz's pipeline, note which calls it inlines, and measure its object.

    The reply's bitcode still declares a metadata kind that we added; use :class:`RunWholeModule` for exactly -Oz's
    module.

    Attributes:
        measure: measure the object.
        frames: find functions that a frame pointer makes smaller.
        lines: also read the lines of the next base's functions while forks measure.
        later: defer measuring -Oz's own object, and reply early if measuring takes long.
    """

    pipeline: str
    measure: bool = True
    frames: bool = False
    lines: bool = False
    later: bool = False


@dataclass(frozen=True)
class FinishBaseline(Request["BaselineSizes"]):
    """Wait for the sizes of a pending :class:`Baseline`; a new worker redoes it from ``request``."""

    request: MakeBaseline


@dataclass(frozen=True)
class MeasureOz(Request["Sizes"]):
    """Measure -Oz's own object, which was deferred; ``bitcode`` is the baseline's."""

    bitcode: bytes


@dataclass(frozen=True)
class RunWholeModule(Request["Finished"]):
    """Run a whole-module pipeline on the input.

    Attributes:
        threshold: LLVM's inline cost threshold; None for LLVM's own.
        measure: measure the object; then only functions that may have one get a frame pointer.
        frames: functions that are given a frame pointer.
    """

    pipeline: str
    threshold: int | None = None
    measure: bool = True
    frames: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListCallSites(Request["CallSites"]):
    """The input's calls, which inlining decisions name by number."""


@dataclass(frozen=True)
class MakeBase(Request["BaseMade"]):
    """Make a base from the input without its debug information.

    ``decisions`` of None stands for those of the recipe's pipeline and threshold. Functions that may not have a frame
    pointer there get none.
    """

    kind: str
    pipeline: str
    threshold: int | None
    decisions: tuple[int, ...] | None = None
    frames: tuple[str, ...] = ()


@dataclass(frozen=True)
class ComposeFromSource(Request["Finished"]):
    """:class:`Compose` from the input with its debug information."""

    recipe: Recipe
    lists: dict[str, str]
    last: tuple[str, ...]
    measure: Measure


@dataclass(frozen=True)
class ReplayPlan(Request["Finished"]):
    """Make a remembered plan again, without searching or measuring; with debug information where ``debug`` says so."""

    recipe: Recipe
    lists: dict[str, str]
    last: tuple[str, ...]
    debug: bool


# -- requests about a base --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AdoptBase(Request["None"]):
    """Take a base from bitcode, for trials and composition.

    ``memory`` is the fingerprint under which trials are remembered (``worker.function_memory``); empty for none.
    """

    base: str
    bitcode: bytes
    memory: str = ""


@dataclass(frozen=True)
class KnowSizes(Request["None"]):
    """Add known body sizes to the worker's cache."""

    bodies: dict[str, KnownBody]


@dataclass(frozen=True)
class ReadTexts(Request["dict[str, tuple[str, int]]"]):
    """The normalised text and instruction count of each function of a base. With ``own`` (a pipeline equivalent to
    -Oz), the text includes -Oz's machine code, compiled without the frame pointers of ``frames``.
    """

    base: str
    own: str | None = None
    frames: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadLines(Request["FunctionLines"]):
    """The lines of a base's functions."""

    base: str


@dataclass(frozen=True)
class Trial(Request["TrialReply"]):
    """Run each named function's list on a copy of a base and measure what comes out.

    Steps (``WorkerProcess.last_step``) are the positions of the functions in ``lists``.
    """

    base: str
    lists: dict[str, str]
    measure: bool


@dataclass(frozen=True)
class ShareTrials(Request["list[int]"]):
    """Start trials in forks. Reply: round indices in the order to request them.

    ``decided`` are functions whose lists in the plan are known already: those are run while the forks are at work.
    """

    base: str
    rounds: list[dict[str, str]]
    measure: bool
    decided: dict[str, str]


@dataclass(frozen=True)
class Compose(Request["Finished"]):
    """Run each function's list in place on a base, then the finishing stage.

    Attributes:
        last: functions that come after all others, whose lists may have been run before (:class:`ShareTrials`).
        measure: ``WHOLE`` measures the object; ``PARTS`` leaves that to :class:`MeasureComposed`; ``NOT`` does neither,
            and does not count instructions.
    """

    base: str
    lists: dict[str, str]
    measure: Measure
    last: tuple[str, ...] = ()


@dataclass(frozen=True)
class MeasureComposed(Request["PartSizes | None"]):
    """Size the last composed module from trial measurements; None if there is none."""


# -- requests about a module that is handed over ----------------------------------------------------------------------


@dataclass(frozen=True)
class MeasureByItself(Request["Sizes"]):
    """Measure a module's object under clang's own settings."""

    bitcode: bytes


@dataclass(frozen=True)
class SupportedPipelines(Request["list[str | None]"]):
    """Check which function-level pipelines this LLVM accepts; None for the others."""

    pipelines: list[str]


@dataclass(frozen=True)
class Print(Request["bytes"]):
    """A module as text."""

    bitcode: bytes


@dataclass(frozen=True)
class ChooseAttributes(Request["ChosenAttributes"]):
    """Give a finished module's functions the attributes that make them smaller (``codegen.attributes``).

    ``outlining``: the code will be outlined, so skip attributes that cost more in outlining than they save.
    """

    bitcode: bytes
    outlining: bool


@dataclass(frozen=True)
class GiveAttributes(Request["bytes"]):
    """A finished module with the attributes that were chosen for its functions."""

    bitcode: bytes
    attributes: dict[str, str]


@dataclass(frozen=True)
class KeepFromOutliner(Request["bytes"]):
    """Mark functions of a finished module as not outlinable."""

    bitcode: bytes
    names: tuple[str, ...]


# -- any request -----------------------------------------------------------------------------------------------------

AnyRequest = Request["object"]
"""A request of any kind."""
Handlers = Mapping[type[AnyRequest], Callable[[Any], object]]
"""Maps each request class to its handler."""
