"""What runs in the child: every operation on modules that ``optimize`` needs, over libLLVM, with plain answers.

A workbench holds one source module and the bases of its arms. Whatever makes output starts from bytes in a context of
its own, and bases pass through bitcode before trials run on them: the outcome must not depend on what this child did
before (passes may follow the order of use lists, which bitcode resets, and counters that live in the context).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ..errors import EngineError
from ..llvm import inlining
from ..llvm.capi import Function, Module
from ..llvm.engine import Sizes
from ..llvm.interface import describe
from ..llvm.libllvm import LibLLVMEngine
from ..llvm.outliner import outlinable_target
from ..llvm.signatures import LOCAL_LINKAGES
from ..llvm.toolchain import Toolchain
from ..llvm.variables import data_bytes
from ..llvm.worker import Worker
from .bodies import Body, bodies
from .exclusions import Exclusions
from .framing import give_frames, known_bodies, likely_frames
from .ledger import Ledger
from .plans import FINISH, REPLAY
from .ready import Ready, Seen, seen
from .settled import Settled
from .trials import EMITTING, Trials
from .yardstick import Yardstick

__all__ = ["EMITTING", "NOT", "PARTS", "WHOLE", "Workbench"]

WHOLE, PARTS, NOT = "whole", "parts", "not"
"""How a finished module is measured (:meth:`Workbench.compose`)."""


class Workbench:
    """The operations, by libLLVM. All arguments and answers are numbers, strings, bytes and containers of them."""

    def __init__(self, worker: Worker, toolchain: Toolchain, slim: bool = False) -> None:
        self._worker = worker
        self._wants_slim = slim
        """Whether lists are measured as the back end's slim settings will make them (``llvm.slim``)."""
        self.engine = LibLLVMEngine(toolchain)
        self._data, self._name = b"", ""
        self._numbered = b""
        self._had_debug = False
        self._source: Module | None = None
        self._plain: Module | None = None
        self._homes: dict[int, tuple[str, str]] = {}
        self._decided: dict[tuple[str, int | None], inlining.Decisions] = {}
        self._bases: dict[str, Module] = {}
        self._ready = Ready()
        self._made: tuple[bytes, dict[str, bytes], Seen | None] = (b"", {}, None)
        """The base that was made last, its functions as they were printed for it, and what was seen of them."""
        self._printed: dict[str, tuple[dict[str, bytes], Seen | None]] = {}
        self._settled = Settled()
        self._ledger = Ledger(self.engine)
        self._trials = Trials(self.engine, worker, self._ledger, self._bodies)
        self._exclusions = Exclusions(self.engine.library)

    # -- the source -----------------------------------------------------------------------------------------------

    def load(self, data: bytes, name: str) -> None:
        """Read the input."""
        self._worker.whole_module()
        self._source = self.engine.parse(data, name)
        self._data, self._name = data, name
        self._measure_for(self._source)

    def survey(self) -> dict[str, Any]:
        """What a search needs to know of the input."""
        self._worker.whole_module()
        source = self._loaded()
        target = outlinable_target(source.triple)
        return {
            "version": self.engine.version,
            "interface": describe(source),
            "instructions": self.engine.instructions(source),
            "excluded": self._exclusions.module(source),
            "measurable": source.machine is not None,
            "triple": source.triple,
            "slimmable": target,
            "outlinable": target and not any(map(self._exclusions.stays_put, source.functions())),
        }

    def baseline(
        self, pipeline: str, measure: bool = True, frames: bool = False, features: bool = False
    ) -> dict[str, Any]:
        """-Oz, the yardstick and the backup; which calls it inlined is kept for the replay.

        The answer's bitcode names a kind of metadata that the module no longer has: :meth:`variant` gives -Oz's own.
        ``sizes`` are those of -Oz's object; ``alike`` is there if lists are measured under other settings: in those.
        ``framed`` are the functions that ought to have a frame pointer (if asked for), with their bytes and their
        code's as measured alike; ``unframed`` says that an object with frame pointers could not be made. ``code`` is
        what all functions' code comes to as measured alike, ``framed_code`` with frame pointers. With ``features``
        those of the base that is asked for next are taken while forks are at work.
        """
        copy = self._optimised(pipeline, None)
        yardstick = None
        try:
            copy.verify()
            found = self._bodies(copy)
            if measure and copy.machine is not None:
                left = self._exclusions.function if frames else None
                yardstick = Yardstick(self.engine, self._worker, copy, found, left)
            sizes = None if yardstick is None else yardstick.plain()
            answer = {**self._described(copy, False), "sizes": sizes and sizes.packed()}
            if yardstick is not None and sizes is not None:
                if frames and yardstick.large:
                    self._get_ready(pipeline, features)
                alike = answer["sizes"]
                if yardstick.slim:
                    sizes = yardstick.alike()
                    alike = answer["alike"] = sizes.packed()
                alike["data_bytes"] = data_bytes(copy)
                with_frames = yardstick.framed()
                answer["unframed"] = with_frames is None
                answer.update(known_bodies(copy, self._bodies, found, sizes, with_frames))
            return answer
        finally:
            if yardstick is not None:
                yardstick.drop()
            copy.dispose()

    def outright(self, pipeline: str, frames: bool) -> dict[str, Any]:
        """-Oz's own module, not measured; the bitcode is that of :meth:`variant` with the answer's ``frames``.

        Those are the functions that most likely ought to have a frame pointer, if asked for; ``plain`` is the module
        without (:meth:`sizes`).
        """
        self._worker.whole_module()
        copy = self.engine.parse(self._data, self._name)
        try:
            copy.run(pipeline, copy.machine, None)
            plain = copy.bitcode()
            chosen = likely_frames(copy, self._bodies(copy), self._exclusions.function) if frames else []
            give_frames(copy, chosen)
            copy.verify()
            return {**self._described(copy, False), "frames": chosen, "plain": plain}
        finally:
            copy.dispose()

    def sizes(self, bitcode: bytes) -> dict[str, Any]:
        """What clang's back end makes of a module by itself."""
        self._worker.whole_module()
        module = self.engine.parse(bitcode)
        slim = self.engine.slimmed
        self.engine.slim(False)
        try:
            return self.engine.measure(module).packed()
        finally:
            self.engine.slim(slim)
            module.dispose()

    def variant(
        self, pipeline: str, threshold: int | None, measure: bool = True, frames: Collection[str] = ()
    ) -> dict[str, Any]:
        """Run a whole-module pipeline on a copy of the source; the functions named in ``frames`` get frame pointers."""
        self._worker.whole_module()
        copy = self.engine.parse(self._data, self._name)
        try:
            copy.run(pipeline, copy.machine, threshold)
            give_frames(copy, frames)
            copy.verify()
            return self._described(copy, measure)
        finally:
            copy.dispose()

    def fit(self, pipeline: str) -> str | None:
        """A function-level pipeline as this LLVM can run it: whole, or None (tried on an empty function)."""
        module = self.engine.parse(b"define void @f() {\n  ret void\n}\n", "probe")
        try:
            self.engine.run_on(module, "f", pipeline)
        except EngineError:
            return None
        finally:
            module.dispose()
        return pipeline

    def render(self, bitcode: bytes) -> bytes:
        """Bitcode as text (for ``-S``)."""
        module = self.engine.parse(bitcode)
        try:
            return module.text()
        finally:
            module.dispose()

    # -- arms -----------------------------------------------------------------------------------------------------

    def homes(self) -> dict[str, Any]:
        """The numbered calls, (caller, callee) each, and the names of the local functions that are defined."""
        plain, _ = self._tagged()
        local = [f.name for f in plain.functions() if f.linkage in LOCAL_LINKAGES and not f.is_declaration]
        return {"calls": [self._homes[number] for number in range(len(self._homes))], "local": local}

    def make_base(
        self,
        kind: str,
        pipeline: str,
        threshold: int | None,
        decided: list[int] | None = None,
        frames: Collection[str] = (),
    ) -> dict[str, Any]:
        """Make an arm's base from the source without debug information; ``decided`` replaces the twin's decisions.

        The functions named in ``frames`` get frame pointers. Answers its bitcode, the decisions to replay on the source
        itself, whether the source has debug information, each function's base text hash, and which functions are left
        to -Oz.
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
        arm = {"kind": kind, "pipeline": pipeline, "threshold": threshold, "frames": frames}
        ready = self._ready.take(kind, decisions)
        base, seen_before = ready or (plain.clone(), None)
        if ready is None:
            self._to_base(base, arm, decisions)
        else:
            give_frames(base, frames)
        base.verify()
        hashes: dict[str, str] = {}
        excluded: list[str] = []
        printed: dict[str, bytes] = {}
        for function, (key, text) in self._bodies(base):
            hashes[function.name] = key.hex()
            printed[function.name] = text
            if self._exclusions.function(function, text):
                excluded.append(function.name)
        bitcode = base.bitcode()
        answer = {
            "bitcode": bitcode,
            "decisions": sorted(decisions),
            "debug": has_debug,
            "hashes": hashes,
            "excluded": excluded,
        }
        base.dispose()
        self._made = bitcode, printed, seen_before
        return answer

    def _get_ready(self, pipeline: str, features: bool) -> None:
        """Make the base that is asked for next, while the forks work: where inlining is as in ``pipeline``."""
        decisions = self._decided[pipeline, None]
        base = self._tagged()[0].clone()
        try:
            self._to_base(base, {"kind": "replay", "frames": ()}, decisions)
        except EngineError:
            base.dispose()  # whoever asks for it will hear
        else:
            self._ready.put(decisions, base, self._seen(base) if features else None)

    def _seen(self, base: Module) -> Seen:
        return seen((function.name, text) for function, (_, text) in self._bodies(base))

    def adopt(self, name: str, bitcode: bytes) -> None:
        """Take an arm's base from bitcode, for trials and composition."""
        self._trials.drop()
        self._settled.drop()
        if name in self._bases:
            self._bases.pop(name).dispose()
        self._bases[name] = self.engine.parse(bitcode, name)
        self._measure_for(self._bases[name])
        self._printed = {name: self._made[1:]} if bitcode == self._made[0] else {}

    def texts(self, base: str) -> dict[str, tuple[str, int]]:
        """What proposers see of each function of a base: its normalised text, and how many instructions it has."""
        return self._texts(self._bases[base])

    def features(self, base: str) -> Seen:
        """The same in numbers (``smartopt.ir.features``), of what was printed when the base was made, if here."""
        printed, before = self._printed.pop(base, (None, None))
        if before is not None:
            return before
        return self._seen(self._bases[base]) if printed is None else seen(printed.items())

    def know(self, sizes: dict[str, tuple[bytes, tuple[int, int]]]) -> None:
        """Take the sizes of bodies that were measured elsewhere: function -> (the body's key, bytes and code)."""
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

        ``measure``: ``WHOLE`` emits the object; ``PARTS`` adds up what its functions were measured to in trials, which
        is nearly the same (never less but where functions share constants) and far cheaper; ``NOT`` does neither.
        """
        late = frozenset(late)
        copy = self._settled.take(base, {name: lists[name] for name in lists if name not in late})
        begun = copy is not None
        copy = copy or self._bases[base].clone()
        try:
            return self._finish(copy, lists, measure, late, begun)
        finally:
            copy.dispose()

    def compose_source(self, plan: dict[str, Any], measure: str = WHOLE) -> dict[str, Any]:
        """As :meth:`compose`, from the source with its debug information.

        ``plan`` is a decision (``optimize.memory``) with ``kind``, ``pipeline`` and ``threshold`` of the arm.
        """
        self._tagged()
        copy = self.engine.parse(self._numbered)
        try:
            self._to_base(copy, plan, frozenset(plan["decisions"]))
            base = copy.bitcode()  # as without debug information: lists run on what bitcode keeps of a base
        finally:
            copy.dispose()
        copy = self.engine.parse(base)
        try:
            return self._finish(copy, plan["lists"], measure, frozenset(plan["late"]))
        finally:
            copy.dispose()

    def replay(self, plan: dict[str, Any]) -> dict[str, Any]:
        """A remembered plan, without searching or measuring; the same steps as when it was found."""
        if plan["debug"]:
            return self.compose_source(plan, NOT)
        base = self._tagged()[0].clone()
        try:
            self._to_base(base, plan, frozenset(plan["decisions"]))
            self.adopt("replayed", base.bitcode())
        finally:
            base.dispose()
        return self.compose("replayed", plan["lists"], NOT, plan["late"])

    # -- inside ---------------------------------------------------------------------------------------------------

    def _measure_for(self, module: Module) -> None:
        """Set how code is measured: a worker may see bases only, never the source."""
        self.engine.slim(self._wants_slim and outlinable_target(module.triple))

    def _loaded(self) -> Module:
        if self._source is None:
            raise EngineError("no module is loaded")
        return self._source

    def _tagged(self) -> tuple[Module, bool]:
        """The source, numbered, without debug information; and whether it had any."""
        if self._plain is None:
            source = self._loaded()
            self._homes = inlining.tag(source)
            self._numbered = source.bitcode()
            self._plain = source
            self._had_debug = self._plain.strip_debug()
        return self._plain, self._had_debug

    def _optimised(self, pipeline: str, threshold: int | None) -> Module:
        """A copy of the source after a whole pipeline; notes which calls that inlined."""
        self._worker.whole_module()
        copy = self.engine.parse(self._data, self._name)
        homes = inlining.tag(copy)
        copy.run(pipeline, copy.machine, threshold)
        self._decided[pipeline, threshold] = inlining.read(copy, homes)
        inlining.unmark(copy)
        return copy

    def _to_base(self, module: Module, arm: dict[str, Any], decisions: inlining.Decisions) -> None:
        """Take a numbered module to an arm's base."""
        self._worker.whole_module()
        if arm["kind"] == "replay":
            inlining.mark(module, decisions)
            module.run(REPLAY, module.machine)
        else:
            module.run(arm["pipeline"], module.machine, arm["threshold"])
        inlining.unmark(module)
        give_frames(module, arm["frames"])

    def _bodies(self, module: Module, names: Collection[str] | None = None) -> list[tuple[Function, Body]]:
        """The functions whose code lands in the object (of ``names``, or all), each with its body's key and text."""
        defined = [function for function in module.functions() if not function.is_declaration]
        wanted = [(names is None or function.name in names) and self.engine.emitted(function) for function in defined]
        paired = zip(defined, bodies(module.text(), wanted), strict=True)
        return [(function, body) for function, body in paired if body is not None]

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
        if not begun:
            self._run_lists(module, {name: lists[name] for name in lists if name not in late})
        self._run_lists(module, {name: lists[name] for name in lists if name in late})
        self._worker.whole_module()
        module.run(FINISH, module.machine)
        module.verify()
        answer = self._described(module, measure == WHOLE, measure != NOT)
        if measure == PARTS and module.machine is not None:
            data = data_bytes(module)
            keys = {function.name: body for function, (body, _) in self._bodies(module)}
            answer["sizes"] = {**self._ledger.sums(module, keys), "data_bytes": data}
        return answer

    def _described(self, module: Module, measure: bool = True, counted: bool = True) -> dict[str, Any]:
        self._worker.step(EMITTING)
        self._worker.whole_module()
        sizes = self._sizes(module, measure)
        return {
            "bitcode": module.bitcode(),
            "instructions": self.engine.instructions(module) if counted else {},
            "interface": describe(module),
            "sizes": sizes and sizes.packed(),
        }

    def _sizes(self, module: Module, measure: bool = True) -> Sizes | None:
        return self.engine.measure(module) if measure and module.machine is not None else None
