"""Runs a function as LLVM's language reference defines it: poison, undefined behaviour, memory, calls, exceptions.

A function is compiled once into closures over a list of slots (one for each value and constant) and run on many
inputs. The version that must be refined treats what is undefined as poison; for the other it is drawn at random, since
each choice must be right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .accesses import ACCESSES
from .calls import Stopped, Unwind, has_poison, parse_range
from .invoking import compile_call
from .ir import Function, Instruction, Module
from .memory import UB
from .run import Budget, Outcome, Run
from .scope import Scope, Slots, Step
from .types import Unsupported
from .values import VALUES, compute

__all__ = ["Program"]

_COMPILERS: dict[str, Callable[[Scope, Instruction, int], Step]] = {**VALUES, **ACCESSES}
_FAST = frozenset("fast nnan ninf nsz arcp contract afn reassoc".split())


class Program:
    """A function, compiled. Raises Unsupported.

    What is promised of the functions that it calls is taken from ``declared``: the module as it was, even if a list
    has learned more of them since. Both versions must meet the same unknown functions.
    """

    def __init__(self, module: Module, function: Function, declared: Module | None = None) -> None:
        self._scope = Scope(module, function, declared or module)
        self._scope.recurse = self.call
        body = function.body()
        self._index = {block.name: index for index, block in enumerate(body)}
        self._blocks = []
        self.edges = 0
        """How many control-flow edges there are, those out of the function among them."""
        for block in body:
            last = block.instructions[-1]
            labels = {*last.extra.get("labels", ()), *(label for _, label in last.extra.get("cases", ()))}
            self.edges += len(labels) or last.opcode == "ret"
            rest = [made for made in block.instructions if made.opcode != "phi"]
            moves: dict[int, list[tuple[int, int]]] = {}
            for phi in [made for made in block.instructions if made.opcode == "phi"]:
                target = self._scope.local(phi.result or "")
                for (of, operand), label in zip(phi.operands, phi.extra["labels"], strict=True):
                    moves.setdefault(self._index[label], []).append((target, self._scope.operand(of, operand)))
            steps = [step for made in rest[:-1] if (step := self._step(made)) is not None]
            self._blocks.append((moves, steps, self._terminator(rest[-1]), len(rest)))

    @property
    def numbers(self) -> set[int]:
        """Integer constants of the function: what it compares with."""
        return self._scope.numbers

    # -- running ------------------------------------------------------------------------------------------------

    def run(self, run: Run, arguments: list[Any]) -> Outcome:
        """Run to the end."""
        try:
            value = self.call(run, arguments)
        except UB as error:
            return Outcome("ub", None, str(error), run)
        except Unwind as error:
            return Outcome("unwind", error.value, "", run)
        except Stopped:
            return Outcome("stopped", None, "", run)
        except (Budget, RecursionError):
            return Outcome("budget", None, "", run)
        return Outcome("return", value, "", run)

    def call(self, run: Run, arguments: list[Any]) -> Any:
        """One activation. Raises UB, Unwind, Stopped or Budget."""
        slots = self._scope.template[:]
        for slot, of, operand in self._scope.dynamic:
            slots[slot] = run.constant(of, operand)
        for slot, value in zip(self._scope.parameters, arguments, strict=True):
            slots[slot] = value
        run.depth += 1
        if run.depth > 60:
            raise Budget
        before = set(run.memory.blocks)
        at, previous = 0, -1
        blocks = self._blocks
        while True:
            moves, steps, terminator, length = blocks[at]
            run.budget -= length
            if run.budget < 0:
                raise Budget
            if moves:
                pairs = moves[previous]
                values = [slots[source] for _, source in pairs]
                for (target, _), value in zip(pairs, values, strict=True):
                    slots[target] = value
            for step in steps:
                step(slots, run)
            previous = at
            at = terminator(slots, run)
            run.visited.add((previous, at))
            if at < 0:
                break
        run.depth -= 1
        # What this activation allocated is gone.
        for number in run.memory.blocks.keys() - before:
            if number < 0:
                run.memory.blocks[number].alive = False
        return run.value

    # -- compiling ----------------------------------------------------------------------------------------------

    def _step(self, made: Instruction) -> Step | None:
        if made.flags & _FAST:
            raise Unsupported("fast-math flag")
        if made.opcode in ("call", "invoke"):
            return compile_call(self._scope, made)
        target = self._scope.local(made.result) if made.result is not None else -1
        return _COMPILERS.get(made.opcode, compute)(self._scope, made, target)

    def _terminator(self, made: Instruction) -> Callable[[Slots, Run], int]:
        opcode = made.opcode
        labels = [self._index[label] for label in made.extra.get("labels", ())]
        if opcode == "br":
            if not made.operands:
                only = labels[0]
                return lambda slots, run: only
            condition = self._scope.typed(made.operands[0])
            yes, no = labels

            def branch(slots: Slots, run: Run) -> int:
                c = slots[condition]
                if c is None:
                    raise UB("branch on poison")
                return yes if c else no

            return branch
        if opcode == "switch":
            return self._switch(made, labels[0])
        if opcode == "ret":
            return self._return(made)
        if opcode == "invoke":
            step = compile_call(self._scope, made)
            normal, unwind = labels

            def invoke(slots: Slots, run: Run) -> int:
                depth = run.depth
                try:
                    if step is not None:
                        step(slots, run)
                except Unwind as error:
                    run.depth = depth
                    run.exception = error.value
                    return unwind
                return normal

            return invoke
        if opcode == "resume":
            source = self._scope.typed(made.operands[0])

            def resume(slots: Slots, run: Run) -> int:
                raise Unwind(slots[source])

            return resume
        if opcode == "unreachable":

            def unreachable(slots: Slots, run: Run) -> int:
                raise UB("unreachable")

            return unreachable
        raise Unsupported(f"terminator {opcode}")

    def _switch(self, made: Instruction, default: int) -> Callable[[Slots, Run], int]:
        source = self._scope.typed(made.operands[0])
        bits = made.operands[0][0].bits
        mask = (1 << bits) - 1
        table: dict[int, int] = {}
        for value, label in made.extra["cases"]:
            table[value & mask] = self._index[label]
            self._scope.numbers.add(value)

        near = {value + step & mask for value in table for step in (-1, 0, 1)}
        self._scope.points += 1
        point = self._scope.points

        def switch(slots: Slots, run: Run) -> int:
            value = slots[source]
            if value is None:
                raise UB("switch on poison")
            if value in near:
                run.covered.add((point, value))
            return table.get(value, default)

        return switch

    def _return(self, made: Instruction) -> Callable[[Slots, Run], int]:
        noundef = "noundef" in self._scope.function.return_attributes
        source = self._scope.typed(made.operands[0]) if made.operands else None
        limits = self._scope.function.return_attributes.get("range")
        bounds = parse_range(limits, made.type.bits) if isinstance(limits, str) and made.type.kind == "int" else None

        def give_back(slots: Slots, run: Run) -> int:
            value: Any = slots[source] if source is not None else ()
            if bounds is not None and value is not None:
                low, high = bounds
                span = (high - low) % (1 << made.type.bits)
                if span and (value - low) % (1 << made.type.bits) >= span:
                    value = None
            if noundef and has_poison(value):
                raise UB("poison returned as noundef")
            run.value = value
            return -1

        return give_back
