"""What runs in the child: every operation on modules that the optimizer needs, over libLLVM, with plain answers.

A workbench holds one source module and the bases of its arms. Whatever makes output starts from bytes in a context of
its own, and bases pass through bitcode before trials run on them: the outcome must not depend on what this child did
before (passes may follow the order of use lists, which bitcode resets, and counters that live in the context).
"""

from __future__ import annotations

from collections.abc import Collection

from ..annotations import Any
from ..codegen.frame_choice import fit_for_frames, give_frames
from ..errors import EngineError
from ..llvm import inlining
from ..llvm.capi import Module
from ..llvm.toolchain import Toolchain
from ..llvm.variables import data_bytes
from ..objfile.sizes import Sizes
from ..passes.stages import FINISH
from .baseline_sizes import Yardstick
from .fork import Aside
from .prepared_base import Look, Ready, Seen, look, seen
from .process import Worker
from .size_cache import Ledger
from .source_service import SourceBench
from .started_plan import Settled
from .trials import EMITTING, Trials

__all__ = ["EMITTING", "NOT", "PARTS", "WHOLE", "Workbench"]

WHOLE, PARTS, NOT = "whole", "parts", "not"
"""How a finished module is measured (:meth:`Workbench.compose`)."""


class Workbench(SourceBench):
    """The operations, by libLLVM. All arguments and answers are numbers, strings, bytes and containers of them."""

    def __init__(self, worker: Worker, toolchain: Toolchain, slim: bool = False) -> None:
        super().__init__(worker, toolchain, slim)
        self._bases: dict[str, Module] = {}
        self._ready = Ready()
        self._made: tuple[bytes, Look | None] = (b"", None)
        """The base that was made last, and what was seen of it."""
        self._looks: dict[str, Look | None] = {}
        self._settled = Settled()
        self._pending: tuple[Module, Yardstick | None] | None = None
        """-Oz's module while forks measure it."""
        self._plain_sizes: Aside | None = None
        """Measures -Oz's own module, if that was put off."""
        self._composed: Module | None = None
        """What :meth:`parts` is about."""
        self._ledger = Ledger(self.engine)
        self._trials = Trials(self.engine, worker, self._ledger, self._bodies, self._let_go)

    def baseline(
        self, pipeline: str, measure: bool = True, frames: bool = False, features: bool = False, late: bool = False
    ) -> dict[str, Any]:
        """-Oz, the yardstick and the backup; which calls it inlined is kept for the replay.

        The answer's bitcode names a kind of metadata that the module no longer has: :meth:`variant` gives -Oz's own.
        ``sizes`` are those of -Oz's object; ``alike`` is there if lists are measured under other settings: in those.
        ``framed`` are the functions that ought to have a frame pointer (if asked for), with their bytes and their
        code's as measured alike; ``unframed`` says that an object with frame pointers could not be made. ``code`` is
        what all functions' code comes to as measured alike, ``framed_code`` with frame pointers. With ``features``
        those of the base that is asked for next are taken while forks are at work.

        With ``late``, -Oz's own object is left to :meth:`own_sizes`: ``sizes`` are those measured alike then, and
        ``likely`` names functions that have a frame pointer there already (``codegen.frame_choice``); the module with
        all frame pointers is ``framed_bitcode``. While forks are at work all that has to do with sizes is left to
        :meth:`baseline_sizes`; the answer is ``pending`` then, with what a proposer wants to see if it is there.
        """
        copy = self._optimised(pipeline, None)
        self._forget_pending()
        self._pending = copy, None
        try:
            copy.verify()
            answer: dict[str, Any] = {**self._described(copy, False), "sizes": None}
            if not measure or copy.machine is None:
                self._forget_pending()
                return answer
            left = self._exclusions.function if frames else None
            yardstick = Yardstick(self.engine, self.codegen, self._worker, copy, self._bodies(copy), left, late)
            self._pending = copy, yardstick
            yardstick.begin()
            if frames and yardstick.large:
                self._get_ready(pipeline, features)
        except BaseException:
            self._forget_pending()
            raise
        if late and yardstick.large:
            return {**answer, "pending": True, "seen": self._ready.seen}
        return {**answer, **self._measured()}

    def baseline_sizes(self, *arguments: Any) -> dict[str, Any]:
        """What is missing in a pending answer of :meth:`baseline` to these arguments."""
        if self._pending is None:
            self.baseline(*arguments)
        return self._measured()

    def _measured(self) -> dict[str, Any]:
        try:
            module, yardstick = self._pending or (None, None)
            if module is None or yardstick is None:
                raise EngineError("-Oz's module cannot be measured")
            found = yardstick.sizes(self._bodies)
            if self._plain_sizes is not None:
                self._plain_sizes.drop()
            self._plain_sizes = yardstick.later()
            return {**found, "framed_bitcode": module.bitcode()} if found.get("likely") is not None else found
        finally:
            self._forget_pending()

    def _forget_pending(self) -> None:
        pending, self._pending = self._pending, None
        if pending is not None:
            if pending[1] is not None:
                pending[1].drop()
            pending[0].dispose()

    def own_sizes(self, bitcode: bytes) -> dict[str, Any]:
        """-Oz's own sizes, which :meth:`baseline` put off; ``bitcode`` is its answer's."""
        aside, self._plain_sizes = self._plain_sizes, None
        found = None if aside is None else aside.fetched()
        return self.sizes(bitcode) if found is None else Sizes(*found).packed()

    # -- arms -----------------------------------------------------------------------------------------------------

    def make_base(
        self,
        kind: str,
        pipeline: str,
        threshold: int | None,
        decided: list[int] | None = None,
        frames: Collection[str] = (),
    ) -> dict[str, Any]:
        """Make an arm's base from the source without debug information; ``decided`` replaces the twin's decisions.

        The functions named in ``frames`` get frame pointers, but for those that may not have one as they are here.
        Answers its bitcode, the decisions to replay on the source itself, whether the source has debug information,
        each function's base text hash, which functions are left to -Oz, and which have a frame pointer.
        """
        self._worker.whole_module()
        plain, has_debug = self._tagged()
        decisions: inlining.Decisions = frozenset()
        if decided is not None:
            decisions = frozenset(decided)
        elif kind == "replay":
            if (pipeline, threshold) not in self._decided:
                self._optimised(pipeline, threshold).dispose()
            decisions = self._decided[pipeline, threshold]
        arm = {"kind": kind, "pipeline": pipeline, "threshold": threshold, "frames": ()}
        ready = self._ready.take(kind, decisions)
        base = plain.clone() if ready is None else ready[0]
        if ready is None:
            self._to_base(base, arm, decisions)
        base.verify()
        looked = self._look(base, False) if ready is None else ready[1]
        printed = [(f, looked.printed[f.name]) for f in base.functions() if f.name in looked.printed] if frames else []
        framed = fit_for_frames(base, printed, frames)
        give_frames(base, framed)
        bitcode = base.bitcode()
        base.dispose()
        self._made = bitcode, looked
        return {
            "bitcode": bitcode,
            "decisions": sorted(decisions),
            "debug": has_debug,
            "hashes": looked.hashes,
            "excluded": looked.excluded,
            "dividing": looked.dividing,
            "framed": framed,
        }

    def _let_go(self) -> None:
        """From now on there is hardly anything else to do for other processors."""
        if self._plain_sizes is not None:
            self._plain_sizes.go()

    def _get_ready(self, pipeline: str, features: bool) -> None:
        """Make the base that is asked for next, while the forks work: where inlining is as in ``pipeline``."""
        decisions = self._decided[pipeline, None]
        base = self._tagged()[0].clone()
        try:
            self._to_base(base, {"kind": "replay", "frames": ()}, decisions)
        except EngineError:
            base.dispose()  # whoever asks for it will hear
        else:
            self._ready.put(decisions, base, self._look(base, features))

    def _look(self, base: Module, features: bool) -> Look:
        return look(self._bodies(base), self._exclusions.function, features)

    def adopt(self, name: str, bitcode: bytes) -> None:
        """Take an arm's base from bitcode, for trials and composition."""
        self._trials.drop()
        self._settled.drop()
        if name in self._bases:
            self._bases.pop(name).dispose()
        self._bases[name] = self.engine.parse_own(bitcode, name)
        self._measure_for(self._bases[name])
        self._looks = {name: self._made[1]} if bitcode == self._made[0] else {}

    def texts(self, base: str, own: str | None = None, framed: Collection[str] = ()) -> dict[str, tuple[str, int]]:
        """What proposers see of each function of a base: its normalised text, and how many instructions it has.

        With ``own``, the pipeline that does to a function what -Oz would, the text is also of the machine code that
        -Oz makes of it (``ir.machine_code``), without frame pointers though the base has them in ``framed``.
        """
        module = self._bases[base]
        found = self._texts(module)
        if not own or module.machine is None:
            return found
        from ..ir.machine_code import beside, machine_code

        self._worker.whole_module()
        copy = module.clone()
        self.codegen.use_slim(False)
        try:
            give_frames(copy, framed, give=False)
            self._run_lists(copy, dict.fromkeys(found, own))
            self._worker.whole_module()
            codes = machine_code(self.engine.assembly(copy), found)
        finally:
            copy.dispose()
            self._measure_for(module)
        return {name: (beside(text, codes.get(name)), count) for name, (text, count) in found.items()}

    def features(self, base: str) -> Seen:
        """The same in numbers (``smartopt.ir.features``), of what was printed when the base was made, if here."""
        looked = self._looks.pop(base, None) or self._look(self._bases[base], False)
        return looked.seen or seen(looked.printed.items())

    def know(self, sizes: dict[str, tuple[bytes, bytes, tuple[int, int]]]) -> None:
        """Take the sizes of bodies that were measured elsewhere (``Ledger.know``)."""
        self._ledger.know(sizes)

    def trial(self, base: str, lists: dict[str, str], measure: bool) -> dict[str, Any]:
        """Run each named function's list in place on a copy of a base and measure what comes out.

        Answers ``{"outcomes": {name: (instructions, bytes)}, "invalid": [names]}``; bytes are 0 without ``measure``.
        If any function is invalid nothing is measured: the parent tries again without it. Steps are the positions of
        the functions in ``lists``.
        """
        return self._trials.run(base, self._bases[base], lists, measure)

    def share(
        self, base: str, rounds: list[dict[str, str]], measure: bool, settled: dict[str, str] | None = None
    ) -> list[int]:
        """Trials that are going to be asked for may begin; answers the order in which to ask for them.

        ``settled`` are functions whose lists in the plan are known already. While forks are at work, those are run.
        """
        self._settled.drop()
        order = self._trials.share(base, self._bases[base], rounds, measure, settled or ())
        if settled and self._trials.shared:
            self._settled.begin(base, self._bases[base], settled, self._run_lists)
        return order

    def compose(
        self, base: str, lists: dict[str, str], measure: str = WHOLE, late: Collection[str] = ()
    ) -> dict[str, Any]:
        """The plan's output: each function's list in place on the base, then the finishing module stage.

        Functions that are ``late`` come after all others: those may have been run before (:meth:`share`).

        ``measure``: ``WHOLE`` emits the object; ``PARTS`` leaves that to :meth:`parts`; ``NOT`` to nobody, and
        instructions are not counted.
        """
        self._let_go()
        late = frozenset(late)
        copy = self._settled.take(base, {name: lists[name] for name in lists if name not in late})
        begun = copy is not None
        return self._finish(copy or self._bases[base].clone(), lists, measure, late, begun)

    def parts(self) -> dict[str, Any] | None:
        """What was put together last, by what its functions were measured to in trials; None where nothing was.

        That is nearly its size (never less but where functions share constants), and far cheaper. Debug information
        counts for nothing: with it the same plan comes to the same, or to other code.
        """
        module, self._composed = self._composed, None
        if module is None:
            return None
        self._worker.step(EMITTING)
        self._worker.whole_module()
        try:
            data = data_bytes(module)
            module.strip_debug()
            found = {function.name: body for function, body in self._bodies(module)}
            return {**self._ledger.sums(module, self._ledger.known_as(found)), "data_bytes": data}
        finally:
            module.dispose()

    def compose_source(self, plan: dict[str, Any], measure: str = WHOLE) -> dict[str, Any]:
        """As :meth:`compose`, from the source with its debug information.

        ``plan`` is a decision (``optimizer.memory``) with ``kind``, ``pipeline`` and ``threshold`` of the arm.
        """
        copy = self._with_debug()
        try:
            self._to_base(copy, plan, frozenset(plan["decisions"]))
            base = copy.bitcode()  # as without debug information: lists run on what bitcode keeps of a base
        finally:
            copy.dispose()
        return self._finish(self.engine.parse(base), plan["lists"], measure, frozenset(plan["late"]))

    def replay(self, plan: dict[str, Any]) -> dict[str, Any]:
        """A remembered plan, without searching or measuring; the same steps as when it was found."""
        if plan["debug"]:
            return self.compose_source(plan, NOT)
        base = self._marked(frozenset(plan["decisions"])) if plan["kind"] == "replay" else self._tagged()[0].clone()
        try:
            self._to_base(base, plan, None)
            self.adopt("replayed", base.bitcode())
        finally:
            base.dispose()
        return self.compose("replayed", plan["lists"], NOT, plan["late"])

    # -- inside ---------------------------------------------------------------------------------------------------

    def _texts(self, module: Module) -> dict[str, tuple[str, int]]:
        from ..ir.functions import function_texts  # its patterns take milliseconds to compile, and few runs need them

        counts = {f.name: f.instructions() for f in module.functions() if self.engine.emitted(f)}
        texts = function_texts(self.engine.text(module))
        return {name: (texts[name], count) for name, count in counts.items() if name in texts}

    def _run_lists(self, module: Module, lists: dict[str, str]) -> None:
        order = {name: index for index, name in enumerate(lists)}
        self.engine.run_lists(module, lists, lambda name: self._worker.step(order[name]))
        self._worker.step(EMITTING)

    def _finish(
        self, module: Module, lists: dict[str, str], measure: str, late: frozenset[str], begun: bool = False
    ) -> dict[str, Any]:
        kept, self._composed = self._composed, None
        if kept is not None:
            kept.dispose()
        try:
            if not begun:
                self._run_lists(module, {name: lists[name] for name in lists if name not in late})
            self._run_lists(module, {name: lists[name] for name in lists if name in late})
            self._worker.whole_module()
            module.run(FINISH, module.machine)
            module.verify()
            answer = self._described(module, measure == WHOLE, measure != NOT)
            if measure == PARTS:
                self._composed = module
            return answer
        finally:
            if self._composed is not module:
                module.dispose()
