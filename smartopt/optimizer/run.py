"""One optimisation from input to result: baseline, propose, try, compose, select (DESIGN section 1).

All LLVM work happens in workers (``crew``); the search decides what to try, this file what to believe. Whatever goes
wrong after the baseline costs candidates and is counted; the baseline itself is always a candidate, so the output is
never larger than -Oz's by the chosen measure.
"""

from __future__ import annotations

import json
import os
import time
from functools import partial

from ..annotations import Any
from ..errors import EngineError, PipelineError, WorkerError
from ..llvm.messages import fault
from ..records import dataclass
from .context import Context
from .memory import DISTURBANCES, Decision, Question, recalled_report, view_digest
from .report import make_report
from .result import Candidate, Result
from .search import Search, engine_kind
from .strategies import ARMS, EFFORTS, VARIANTS

__all__ = ["Flow"]

_LOST = frozenset({"compose-crash", "replay-failed", "frames-failed", "internal-error"})
"""Reasons for which a candidate is missing that may be there the next time: somebody may have killed a worker."""


@dataclass
class Flow:
    """One optimisation, with or without a memory of earlier ones."""

    context: Context

    def close(self) -> None:
        """End the workers."""
        self.context.crew.close()

    def run(self, data: bytes, name: str, text: bool, asked: Question | None) -> Result:
        """``asked``: a memory that was asked about ``data``; it is told what is found."""
        start = time.perf_counter()
        self.context.crew.take(data, name)
        remembered = None if asked is None or asked.entry is None else self._recall(asked.entry)
        if remembered is None:
            winner, report = self._work(start)
            made = winner.answer.get("bitcode") or self._again(winner.decision)
            if winner.kind == "oz" and self.context.options.stands_for == "opt" and "unseen" not in winner.answer:
                made = self._again(winner.decision)
            if asked is not None:
                self._remember(asked, winner, report)
        else:
            made, report = remembered
        if text:
            made = self.context.crew.ask("render", made)
        report["seconds"]["total"] = round(time.perf_counter() - start, 4)
        return Result(made, report)

    def _work(self, start: float) -> tuple[Candidate, dict[str, Any]]:
        """The five steps; answers the winner and the report."""
        info = self.context.info = self._survey()
        self.context.by_size = self.context.options.objective == "size" and info["measurable"]
        if self.context.options.objective == "size" and not info["measurable"] and "unseen" not in info:
            self.context.fallbacks["target-missing"] += 1
        decision: Decision = {"kind": "oz", "pipeline": self.context.baseline, "threshold": None, "frames": []}
        outright = self.context.outright
        answer = self._outright() if outright else self._baseline()
        oz = Candidate("oz", f"default<{self.context.options.level}>", answer, {}, decision)
        self.context.candidates.append(oz)
        if "frames" in answer:
            # Not measured, and not to lose against -Oz: the object will show what it came to.
            decision = {**decision, "kind": "module", "frames": answer["frames"]}
            text = f"{oz.text} with frame pointers" if answer["frames"] else oz.text
            self.context.candidates.append(Candidate("module", text, answer, {}, decision))
        if self.context.lean and self.context.by_size:
            self.context.crew.known = answer.get("bodies", {})
        if oz.answer.get("framed"):
            try:
                self.context.admit(self._framed(oz))
            except EngineError as error:
                self.context.lose("frames-failed", error)
        self.context.spent("baseline", start)
        self.context.refuse("settings-refused", int(info.get("settled", False) and not info["excluded"]))
        if "unseen" in info or "unseen" in answer:
            pass  # counted where it was found out
        elif not info["instructions"]:
            self.context.fallbacks["no-functions"] += 1
        elif info["excluded"]:
            self.context.fallbacks["module-excluded"] += 1
        elif answer.get("straight"):
            self.context.ways_closed = True
        elif self.context.by_size and answer["sizes"] is None:
            self.context.fallbacks["measure-failed"] += 1
        elif not outright:
            self._search()
        if "likely" in answer:
            self._compare(answer)
        winner = self._touched(self._select())
        return winner, make_report(
            options=self.context.options,
            engine=self.context.engine,
            llvm=info["version"],
            model=self.context.proposer.name,
            source_instructions=info["instructions"],
            oz=oz,
            winner=winner,
            candidates=self.context.candidates,
            trials=self.context.crew.trials,
            seconds=self.context.seconds,
            fallbacks=self.context.fallbacks + self.context.crew.fallbacks,
            extra={
                "agreement": dict(self.context.agreed),
                **self.context.ways,
                "touches": {
                    name: touch
                    for name, touch in winner.decision.get("touches", {}).items()
                    if name in winner.answer["instructions"]
                },
                "frames": [name for name in winner.decision["frames"] if name in winner.answer["instructions"]],
                **({"as_made": True} if "likely" in answer else {}),
                **({"oz_slim": oz.answer["alike"]["total"]} if oz.answer.get("alike") else {}),
                **({"fault": self.context.fault} if self.context.fault else {}),
            },
        )

    def _again(self, decision: Decision) -> bytes:
        """The module that a whole-module decision makes."""
        arguments = decision["pipeline"], decision["threshold"], False, decision["frames"]
        bitcode: bytes = self.context.crew.ask("variant", *arguments, source=True)["bitcode"]
        return self._touch_again(bitcode, decision)

    def _touch_again(self, bitcode: bytes, decision: Decision) -> bytes:
        """A module as it was made, with the touches that were decided on."""
        touches = decision.get("touches")
        touched: bytes = self.context.crew.ask("touched", bitcode, touches, source=True) if touches else bitcode
        return touched

    def _framed(self, oz: Candidate) -> Candidate:
        """-Oz's own module with frame pointers: what is left where no list pays."""
        decision = {**oz.decision, "kind": "module", "frames": self.context.frames}
        if self.context.by_parts:
            expected = self.context.expected
            functions = {name: expected[name] for name in oz.answer["instructions"] if name in expected}
            data = self.context.alike["data_bytes"]
            parts = {"functions": functions, "code": oz.answer["framed_code"], "data_bytes": data}
            answer = {**oz.answer, "sizes": parts, "bitcode": oz.answer.get("framed_bitcode", b"")}
        else:
            arguments = decision["pipeline"], None, True, decision["frames"]
            answer = self.context.crew.ask("variant", *arguments, source=True)
        answer = self.context.comparable(answer)
        return Candidate("module", f"{oz.text} with frame pointers", answer, {}, decision)

    def _outright(self) -> dict[str, Any]:
        """-Oz's module as the fast effort takes it in a compiler; where that cannot be had, -Oz's own, not measured."""
        ask, pipeline = self.context.crew.ask, self.context.baseline
        self.context.foretell()
        try:
            answer: dict[str, Any] = ask("outright", pipeline, self.context.options.frames, source=True)
            if answer.get("straight"):
                self.context.fallbacks["code-straight"] += 1
                return answer
            self.context.refuse("frame-refused", answer.pop("refused"))
            self.context.foretell(answer["bitcode"])  # the object is made while -Oz's is measured
            answer["sizes"] = ask("sizes", answer.pop("plain"))
        except EngineError as error:
            self.context.lose("frames-failed", error)
            answer = self._plain_baseline()
        return answer

    def _baseline(self) -> dict[str, Any]:
        """-Oz's module; without sizes where no object of it can be emitted (inline assembly for another assembler)."""
        options, alone = self.context.options, self.context.info["excluded"] or self.context.options.forced_fault
        frames = options.frames and self.context.by_size and not alone
        ask, pipeline = self.context.crew.ask, self.context.baseline
        arguments = pipeline, True, frames, self.context.will_see, self.context.by_parts
        try:
            # The proposer is loaded and asked meanwhile: that takes milliseconds, and the worker longer.
            answer: dict[str, Any] = ask("baseline", *arguments, source=True, meanwhile=self._get_ready)
            if answer.pop("pending", False):
                think = partial(self.context.think, answer.pop("seen"))
                answer.update(ask("baseline_sizes", *arguments, source=True, meanwhile=think))
        except EngineError as error:
            # It may have been they that killed the worker; whoever else did makes this a run that took -Oz's own.
            ended = error.reason if isinstance(error, WorkerError) else ""
            framed = frames and bool(ended) and ended not in DISTURBANCES
            self.context.fallbacks.update([ended] if ended in DISTURBANCES else ["frames-failed"] if framed else [])
            answer = self._plain_baseline(framed)
        self.context.fallbacks.update(["frames-failed"] if answer.get("unframed") else [])
        self.context.refuse("frame-refused", answer.pop("refused", 0))
        return answer

    def _plain_baseline(self, framed: bool = False) -> dict[str, Any]:
        """-Oz's module, not measured; where LLVM fails even at that, not looked at either."""
        try:
            answer: dict[str, Any] = self.context.crew.ask(
                "baseline", self.context.baseline, framed, False, source=True
            )
        except EngineError as error:
            answer = self._bare(error)
        return answer

    def _survey(self) -> dict[str, Any]:
        """What there is to know of the input; where LLVM dies of being asked, next to nothing, and -Oz's is taken."""
        try:
            return self.context.crew.load()
        except WorkerError as error:
            self.context.lose("measure-failed", error)
            nothing: dict[str, Any] = {"interface": {}, "instructions": {}, "triple": "", "unseen": True}
            return {**nothing, "version": str(self.context.trusted.table.major), "excluded": True, "measurable": False}

    def _bare(self, cause: EngineError) -> dict[str, Any]:
        """-Oz's module without looking at it, where LLVM failed at more than that; ``cause`` says how."""
        try:
            bitcode = self.context.crew.ask("bare", self.context.baseline, source=True)
        except WorkerError as error:
            words = fault(error.detail)
            line = f"LLVM itself fails at {self.context.baseline} on this input: {error}"
            raise WorkerError(error.reason, f"{line} ({words})" if words else line, error.detail) from error
        self.context.lose("measure-failed", cause)
        return {"bitcode": bitcode, "instructions": {}, "interface": {}, "sizes": None, "unseen": True}

    def _get_ready(self) -> None:
        """While nothing is known yet: start a back end, which takes as long as making a small file's code; and load."""
        if self.context.by_parts and self.context.options.select == "auto" and not self.context.info["excluded"]:
            self.context.foretell()
        self.context.proposer  # noqa: B018 - kept there

    def _compare(self, answer: dict[str, Any]) -> None:
        """Have -Oz's own object measured, which was put off; what all others come to is known as they will be made.

        A plan must come to less than -Oz's module does as it was measured: that can be had without lists.
        """
        try:
            plain = self.context.crew.ask("own_sizes", answer["bitcode"])
        except EngineError as error:
            self.context.lose("measure-failed", error)
            plain = None
            del self.context.candidates[1:]
        self.context.oz.answer = {**answer, "sizes": plain}
        # Where that has no frame pointers, it is what -Oz's own code comes to as others were measured.
        if not answer["likely"] and plain is not None:
            self.context.oz.answer["alike"] = answer["sizes"]
        if self.context.options.select == "auto":
            least, others = answer["sizes"]["total"], self.context.candidates[1:]
            self.context.candidates[1:] = [c for c in others if c.kind != "plan" or c.total < least]

    def _search(self) -> None:
        """Search; a fault of our own there costs what had not been found yet, never the output."""
        try:
            Search(self.context).run()
        except Exception as error:
            if os.environ.get("SMARTOPT_DEBUG"):
                raise
            self.context.fallbacks["internal-error"] += 1
            self.context.fault = f"{type(error).__name__}: {error}"

    def _select(self) -> Candidate:
        if self.context.options.select == "baseline":
            return self.context.oz
        if self.context.options.select == "plan":
            plans = [c for c in self.context.candidates if c.kind == "plan"]
            return min(plans, key=lambda c: c.score(self.context.by_size), default=self.context.oz)
        # What comes out must not depend on what else happens on the machine: either the best of all, or -Oz's own.
        lost = not _LOST.isdisjoint(self.context.fallbacks)
        among = [c for c in self.context.candidates if c.kind != "module" or not lost]
        if "frames" in self.context.oz.answer and self.context.info["instructions"]:
            return among[-1]
        # min() keeps the first of equals, and -Oz stands first.
        return min(among, key=lambda c: c.score(self.context.by_size))

    def _touched(self, winner: Candidate) -> Candidate:
        """The winner with its functions touched, where the effort affords that and it makes them smaller."""
        context, options = self.context, self.context.options
        asked = EFFORTS[options.effort].touch and options.select == "auto" and not options.forced_fault
        wanted = options.slim or options.stands_for == "opt"  # no driver speaks of slim code there
        able = context.by_size and context.ways["slimmable"] and context.engine == "libllvm"
        if not (asked and wanted and able) or winner.kind == "oz":
            return winner
        start = time.perf_counter()
        try:
            outlining = options.outline and context.ways["outlinable"]
            answer = context.crew.ask("touch", winner.answer["bitcode"], outlining, source=True)
        except EngineError as error:
            context.lose("touch-failed", error)
            # Under what may not come again, either the best of all is taken or -Oz's own: as in _select.
            return context.oz if not DISTURBANCES.isdisjoint(context.fallbacks) else winner
        context.spent("compose", start)
        context.refuse("touch-refused", answer.pop("refused"))
        touches = answer.pop("touches")
        if not touches:
            return winner
        answer = {**context.comparable(answer), "interface": winner.answer["interface"]}
        decision = {**winner.decision, "touches": touches}
        touched = Candidate(winner.kind, winner.text, answer, winner.lists, decision)
        context.candidates.append(touched)
        return touched

    # -- memory ---------------------------------------------------------------------------------------------------

    def _remember(self, asked: Question, winner: Candidate, report: dict[str, Any]) -> None:
        disturbed = any(reason in DISTURBANCES for reason in report["fallbacks"])
        if not disturbed:
            entry = {"decision": winner.decision, "view": view_digest(winner.answer["interface"]), "report": report}
            asked.memory.put(asked.key, json.dumps(entry, separators=(",", ":")).encode())

    def _runnable(self, lists: dict[str, str]) -> dict[str, str]:
        """Remembered lists as they may be run: what must not share a loop adaptor does not, whoever wrote the entry.

        Raises PipelineError, as for whatever is not trusted.
        """
        texts = set(lists.values()) - {""}
        runnable = {text: self.context.trusted.runnable(text, level="function") for text in texts}
        return {name: runnable.get(text, "") for name, text in lists.items()}

    def _recall(self, entry: dict[str, Any]) -> tuple[bytes, dict[str, Any]] | None:
        """The output and report of a remembered decision, made again; None where it does not hold."""
        plan = entry["decision"]
        try:
            if plan["kind"] == "plan":
                arm = ARMS[plan["arm"]]
                plan = {
                    **plan,
                    "lists": self._runnable(plan["lists"]),
                    "kind": engine_kind(arm),
                    "pipeline": self.context.arm_pipeline(arm),
                    "threshold": arm.threshold,
                }
                if self.context.foreseen is not None:
                    self.context.foreseen(entry["report"], b"")
                answer = self.context.crew.ask("replay", plan, source=True)
            else:
                known = {self.context.baseline, *(variant.pipeline for variant in VARIANTS)}
                if plan["pipeline"] not in known:
                    return None
                if self.context.foreseen is not None:
                    self.context.foreseen(entry["report"], b"")
                arguments = plan["pipeline"], plan["threshold"], False, plan["frames"]
                answer = self.context.crew.ask("variant", *arguments, source=True)
        except (EngineError, PipelineError, KeyError, TypeError, AttributeError, ValueError):
            return None
        if view_digest(answer["interface"]) != entry["view"]:
            return None
        try:
            return self._touch_again(answer["bitcode"], plan), recalled_report(entry["report"])
        except (EngineError, KeyError, TypeError, AttributeError):
            return None
