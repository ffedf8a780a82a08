"""Calls: of unknown functions, of the function itself, and of intrinsics."""

from __future__ import annotations

import re
from typing import Any

from .accesses import MEMORY_INTRINSICS, promised_range
from .calls import CallSite, Stopped, call_unknown, has_poison
from .events import Event
from .intrinsics import IMMEDIATE, reduction, scalar_intrinsic
from .ir import Instruction
from .memory import UB
from .run import Run
from .scope import Scope, Slots, Step, lift_many
from .types import PTR, Unsupported
from .world import Pointer

__all__ = ["compile_call"]

_IGNORED = frozenset(
    """dbg.declare dbg.value dbg.label dbg.assign experimental.noalias.scope.decl donothing prefetch sideeffect
    invariant.end pseudoprobe var.annotation fake.use""".split()
)


def compile_call(scope: Scope, made: Instruction) -> Step | None:
    callee = made.extra["callee"]
    if callee[0] == "global" and callee[1].startswith("llvm."):
        return _intrinsic(scope, made, callee[1])
    site = CallSite(scope.module, made, scope.declared.functions)
    target = scope.local(made.result) if made.result is not None else None
    through = scope.operand(PTR, callee)
    slots_of = [scope.typed(typed) for typed in made.operands]
    own_name = scope.function.name
    values = promised_range(scope, made)
    if any(of.kind == "metadata" for of, _ in made.operands):
        raise Unsupported("metadata argument")

    def step(slots: Slots, run: Run) -> None:
        arguments = [slots[slot] for slot in slots_of]
        if site.name == own_name:
            value = _recurse(scope, run, site, arguments)
        else:
            called = slots[through]
            if called is None or not called.address:
                raise UB("call through null or poison")
            value = call_unknown(run, site, called, arguments)
        if values is not None and value is not None and not values[0] <= value < values[1]:
            value = values[0] + value % (values[1] - values[0])
        if target is not None:
            slots[target] = value

    return step


def _recurse(scope: Scope, run: Run, site: CallSite, arguments: list[Any]) -> Any:
    """The function calls itself: the same version is run."""
    if len(arguments) != len(scope.parameters):
        raise Unsupported("variadic")
    given = []
    for (_, own, _), value in zip(scope.function.parameters, arguments, strict=True):
        if "noundef" in own and has_poison(value):
            raise UB("poison passed as noundef")
        if isinstance(own.get("byval"), str):
            raise Unsupported("recursion by value")
        given.append(value)
    value = scope.recurse(run, given)
    if "noundef" in site.returned and has_poison(value):
        raise UB("poison returned as noundef")
    return value


def _intrinsic(scope: Scope, made: Instruction, name: str) -> Step | None:
    base = name.removeprefix("llvm.")
    while True:
        head, _, last = base.rpartition(".")
        if head and re.fullmatch(r"v?\d*(i\d+|f\d+|p\d+|bf16)|s_.*", last):
            base = head
        else:
            break
    target = scope.local(made.result) if made.result is not None else -1
    slots_of = [scope.typed(typed) for typed in made.operands]
    if base in _IGNORED:
        return None
    if base in MEMORY_INTRINSICS:
        touching: Step = MEMORY_INTRINSICS[base](scope, made, slots_of, target)
        return touching
    if made.flags:
        raise Unsupported("fast-math flag")
    if base in (
        "launder.invariant.group",
        "strip.invariant.group",
        "expect",
        "expect.with.probability",
        "threadlocal.address",
        "ssa.copy",
    ):
        source = slots_of[0]

        def copy(slots: Slots, run: Run) -> None:
            slots[target] = slots[source]

        return copy
    if base.startswith("vector.reduce."):
        function = reduction(base, made.operands[0][0])

        def reduce(slots: Slots, run: Run) -> None:
            slots[target] = function(slots[slots_of[0]])

        return reduce
    if base == "trap" or base == "ubsantrap":

        def trap(slots: Slots, run: Run) -> None:
            run.events.append(Event(("trap",), []))
            raise Stopped

        return trap
    if base == "eh.typeid.for":
        key = repr(made.operands[0][1])

        def typeid(slots: Slots, run: Run) -> None:
            slots[target] = run.world.random("typeid", key).randrange(1, 4)

        return typeid
    if base == "ptrmask":

        def ptrmask(slots: Slots, run: Run) -> None:
            pointer, mask = slots[slots_of[0]], slots[slots_of[1]]
            if pointer is None or mask is None:
                slots[target] = None
            else:
                slots[target] = Pointer(pointer.address & mask, pointer.object)

        return ptrmask
    of = made.operands[0][0] if made.operands else PTR
    found = scalar_intrinsic(base, of.scalar, made.type)
    if found is None:
        raise Unsupported(f"intrinsic {base}")
    return lift_many(found, target, slots_of, of, IMMEDIATE.get(base))
