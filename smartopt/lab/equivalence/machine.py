"""Runs a function as LLVM's language reference defines it: poison, undefined behaviour, memory, calls, exceptions.

A function is compiled once into closures over a list of slots (one for each value and constant) and run on many
inputs. The version that must be refined treats what is undefined as poison; for the other it is drawn at random, since
each choice must be right.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .arithmetic import binary, cast, float_compare, fneg, integer_compare, signed
from .calls import CallSite, Event, Stopped, Unwind, call_unknown, has_poison, parse_range
from .intrinsics import IMMEDIATE, reduction, scalar_intrinsic
from .memory import UB, Block, Memory
from .reader import Function, Instruction, Module, Operand
from .types import FLOATS, PTR, Type, Unsupported, field_offsets, int_type, size_of, store_size
from .world import LARGE, MASK64, NULL, Pointer, World, float_bytes

__all__ = ["Budget", "Outcome", "Program", "Run"]

Step = Callable[[list[Any], "Run"], None]
Slots = list[Any]


class Budget(Exception):
    """The run took more steps than it may."""


@dataclass
class Outcome:
    """How a run ended: ``return``, ``unwind``, ``stopped``, ``ub`` (``detail`` says how) or ``budget``."""

    ending: str
    value: Any = None
    detail: str = ""
    run: Run | None = None


@dataclass
class Run:
    """One run in a world. ``fill`` draws what is undefined; None for the version that is to be refined."""

    module: Module
    world: World
    fill: random.Random | None
    budget: int
    budget_events: int = 400
    events: list[Event] = field(default_factory=list)
    doubts: set[str] = field(default_factory=set)
    """What makes a difference that is found later undecided."""
    depth: int = 0
    visited: set[Any] = field(default_factory=set)
    """Control-flow edges that were taken."""
    covered: set[Any] = field(default_factory=set)
    """Which sides and edges of comparisons and switches were met."""
    memory: Memory = field(init=False)
    exception: Any = None
    value: Any = None
    programs: dict[str, Program] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.memory = Memory(self.world, self.fill, self._load_global)

    def undefined(self, of: Type) -> Any:
        """An undefined value: poison for the version to be refined."""
        if self.fill is None:
            return None
        return self._drawn(of, self.fill)

    def frozen(self, of: Type) -> Any:
        """What ``freeze poison`` gives: any value; which one is not for us to say."""
        self.doubts.add("freeze of poison")
        return self._drawn(of, self.fill or self.world.random("freeze"))

    def _drawn(self, of: Type, rng: random.Random) -> Any:
        if of.kind == "int":
            return rng.getrandbits(of.bits)
        if of.kind in FLOATS:
            return float(rng.randint(-1000, 1000))
        if of.kind == "ptr":
            return Pointer(rng.getrandbits(40), 0)
        if of.kind in ("array", "vector"):
            return tuple(self._drawn(of.element, rng) for _ in range(of.count))
        if of.kind == "struct":
            return tuple(self._drawn(part, rng) for part in of.parts)
        if of.kind == "void":
            return None
        raise Unsupported(f"undefined {of.kind}")

    def constant(self, of: Type, operand: Operand) -> Any:
        """The value of a constant."""
        kind = operand[0]
        if kind == "int":
            return operand[1] & ((1 << of.bits) - 1)
        if kind == "float":
            return operand[1]
        if kind == "null":
            return NULL
        if kind == "poison":
            return None
        if kind == "undef":
            return self.undefined(of)
        if kind == "zero":
            return zero(of)
        if kind == "global":
            return self.symbol(operand[1])
        if kind == "bytes":
            return tuple(operand[1])
        if kind == "many":
            return tuple(self.constant(part, one) for part, one in operand[1])
        if kind == "expr":
            return self._expression(of, operand)
        if kind == "metadata":
            return None
        raise Unsupported(f"constant {kind}")

    def symbol(self, name: str) -> Pointer:
        """The address of a global or a function."""
        found = self.module.globals.get(name)
        if found is None:
            if name not in self.module.functions:
                raise Unsupported("alias")
            return self.world.pointer(("function", name), 16)
        size = LARGE
        if found.type.kind != "opaque":
            size = size_of(found.type) or LARGE
        return self.world.pointer(("global", name), size)

    def _load_global(self, name: str, block: Block) -> None:
        """Fill a constant global when it is first looked at."""
        found = self.module.globals[name]
        if found.constant:
            if not found.external:
                value = self.constant(found.type, self.module.initialiser(name))
                self.memory.store(Pointer(block.base, self.world.object(("global", name))), found.type, value, 1)
                block.frozen = None
            block.constant = True

    def _expression(self, of: Type, operand: Operand) -> Any:
        _, opcode, flags, source, parts = operand
        values = [self.constant(part, one) for part, one in parts]
        if opcode == "getelementptr":
            if values[0] is None:
                return None
            return moved(values[0], constant_offset(source, parts[1:]), flags, self)
        if opcode == "ptrtoint":
            return pointer_number(values[0], of.bits, self)
        if opcode == "inttoptr":
            return number_pointer(values[0], parts[0][0].bits, self)
        if opcode in ("add", "sub", "xor", "mul", "shl"):
            return None if None in values else binary(opcode, of, flags)(*values)
        if opcode in ("trunc", "zext", "sext"):
            return None if None in values else cast(opcode, parts[0][0], of, flags)(*values)
        raise Unsupported(f"constant {opcode}")


def zero(of: Type) -> Any:
    if of.kind == "int":
        return 0
    if of.kind in FLOATS:
        return 0.0
    if of.kind == "ptr":
        return NULL
    if of.kind in ("array", "vector"):
        return (zero(of.element),) * of.count
    if of.kind == "struct":
        return tuple(map(zero, of.parts))
    raise Unsupported(f"zero of {of.kind}")


def constant_offset(source: Type, indices: Sequence[tuple[Type, Operand]]) -> int:
    """The bytes that constant indices come to."""
    total, of = 0, source
    for number, (kind, operand) in enumerate(indices):
        if operand[0] not in ("int", "zero"):
            raise Unsupported("constant getelementptr")
        index = 0 if operand[0] == "zero" else signed(operand[1] & ((1 << kind.bits) - 1), kind.bits)
        if number == 0:
            total += index * size_of(source)
        elif of.kind == "struct":
            total += field_offsets(of)[0][index]
            of = of.parts[index]
        else:
            of = of.element
            total += index * size_of(of)
    return total


def address(base: Any, indices: list[Any], steps: list[Any], flags: Any, run: Run, constant: int = 0) -> Any:
    """Pointer arithmetic."""
    if base is None:
        return None
    total = constant
    for value, (stride, bits) in zip(indices, steps, strict=True):
        if value is None:
            return None
        total += signed(value, bits) * stride
    return moved(base, total, flags, run)


def moved(base: Pointer, total: int, flags: Any, run: Run) -> Any:
    exact = base.address + total
    if flags:
        if "inbounds" in flags:
            if base.object:
                low, high = run.memory.bounds(base.object)
                if not low <= base.address <= high or not low <= exact <= high:
                    return None
            elif total:
                return None
        if not -(1 << 63) <= total < 1 << 63 and ("inbounds" in flags or "nusw" in flags):
            return None
        if "nuw" in flags and (total < 0 or exact > MASK64):
            return None
    return Pointer(exact & MASK64, base.object)


def pointer_number(value: Any, bits: int, run: Run) -> Any:
    if value is None:
        return None
    if value.object < 0:
        run.doubts.add("address of a local object")
    return value.address & ((1 << bits) - 1)


def number_pointer(value: Any, bits: int, run: Run) -> Any:
    if value is None:
        return None
    return run.memory.find(value & MASK64) if value else NULL


class Program:
    """A function, compiled. Raises Unsupported.

    What is promised of the functions that it calls is taken from ``declared``: the module as it was, even if a list
    has learned more of them since. Both versions must meet the same unknown functions.
    """

    def __init__(self, module: Module, function: Function, declared: Module | None = None) -> None:
        self.module = module
        self._declared = declared or module
        self.function = function
        self._slots: dict[str, int] = {}
        self._constants: dict[Any, int] = {}
        self._dynamic: list[tuple[int, Type, Operand]] = []
        self._template: list[Any] = []
        self.parameters = [self._local(name) for _, _, name in function.parameters]
        self.points = 0
        """Comparisons compiled so far: names for what inputs cover."""
        self.numbers: set[int] = set()
        """Integer constants of the function: what it compares with."""
        body = function.body()
        self._index = {block.name: index for index, block in enumerate(body)}
        self._marked = {
            operand[1]
            for block in body
            for made in block.instructions
            if made.opcode == "call" and str(made.extra["callee"][1]).startswith("llvm.lifetime.start")
            for _, operand in made.operands
            if operand[0] == "local"
        }
        self._blocks = []
        self.edges = 0
        """How many control-flow edges there are, those out of the function among them."""
        for block in body:
            last = block.instructions[-1]
            labels = {*last.extra.get("labels", ()), *(label for _, label in last.extra.get("cases", ()))}
            self.edges += len(labels) or last.opcode == "ret"
            phis = [made for made in block.instructions if made.opcode == "phi"]
            rest = [made for made in block.instructions if made.opcode != "phi"]
            moves: dict[int, list[tuple[int, int]]] = {}
            for phi in phis:
                target = self._local(phi.result or "")
                for (of, operand), label in zip(phi.operands, phi.extra["labels"], strict=True):
                    moves.setdefault(self._index[label], []).append((target, self._operand(of, operand)))
            steps = [step for made in rest[:-1] if (step := self._step(made)) is not None]
            self._blocks.append((moves, steps, self._terminator(rest[-1]), len(rest)))

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
        slots = self._template[:]
        for slot, of, operand in self._dynamic:
            slots[slot] = run.constant(of, operand)
        for slot, value in zip(self.parameters, arguments, strict=True):
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

    # -- operands -----------------------------------------------------------------------------------------------

    def _local(self, name: str) -> int:
        slot = self._slots.get(name)
        if slot is None:
            slot = self._slots[name] = len(self._template)
            self._template.append(None)
        return slot

    def _operand(self, of: Type, operand: Operand) -> int:
        kind = operand[0]
        if kind == "local":
            return self._local(operand[1])
        key = (of, operand)
        if kind != "undef" and key in self._constants:
            return self._constants[key]
        slot = self._constants[key] = len(self._template)
        self._template.append(None)
        if kind == "int":
            value = operand[1] & ((1 << of.bits) - 1)
            self._template[slot] = value
            self.numbers.add(signed(value, of.bits) if of.bits > 1 else value)
        elif kind in ("float", "null", "zero"):
            self._template[slot] = operand[1] if kind == "float" else zero(of)
        elif kind != "poison":
            self._dynamic.append((slot, of, operand))
        return slot

    def _typed(self, typed: tuple[Type, Operand]) -> int:
        return self._operand(*typed)

    # -- instructions -------------------------------------------------------------------------------------------

    def _step(self, made: Instruction) -> Step | None:
        if made.flags & {"fast", "nnan", "ninf", "nsz", "arcp", "contract", "afn", "reassoc"}:
            raise Unsupported("fast-math flag")
        if made.opcode in ("call", "invoke"):
            return self._call(made)
        target = self._local(made.result) if made.result is not None else -1
        compile_one = getattr(self, f"_compile_{made.opcode}", None)
        if compile_one is not None:
            found: Step = compile_one(made, target)
            return found
        of = made.operands[0][0]
        if len(made.operands) == 2:
            left, right = map(self._typed, made.operands)
            if made.opcode in ("udiv", "sdiv", "urem", "srem"):
                self.numbers |= {0, -1}
            return _lift2(binary(made.opcode, of.scalar, made.flags), target, left, right, of)
        source = self._typed(made.operands[0])
        return _lift1(cast(made.opcode, of.scalar, made.type.scalar, made.flags), target, source, of)

    def _compile_fneg(self, made: Instruction, target: int) -> Step:
        return _lift1(fneg, target, self._typed(made.operands[0]), made.type)

    def _compile_freeze(self, made: Instruction, target: int) -> Step:
        source, of = self._typed(made.operands[0]), made.type

        def step(slots: Slots, run: Run) -> None:
            value = slots[source]
            slots[target] = _freeze(value, of, run) if has_poison(value) else value

        return step

    def _compile_icmp(self, made: Instruction, target: int) -> Step:
        left, right = map(self._typed, made.operands)
        of = made.operands[0][0]
        predicate = made.extra["predicate"]
        if of.kind == "ptr":
            compare = integer_compare(predicate, 64, made.flags)
            ordered = predicate not in ("eq", "ne")

            def step(slots: Slots, run: Run) -> None:
                x, y = slots[left], slots[right]
                if x is None or y is None:
                    slots[target] = None
                    return
                if x.object != y.object and (x.object < 0 or y.object < 0) and (ordered or x.address == y.address):
                    run.doubts.add("address of a local object")
                slots[target] = compare(x.address, y.address)

            return step
        if of.scalar.kind != "int":
            raise Unsupported("icmp of vectors of pointers")
        function = integer_compare(predicate, of.scalar.bits, made.flags)
        if of.kind == "vector":
            return _lift2(function, target, left, right, of)
        self.points += 1
        point = self.points

        def compare_integers(slots: Slots, run: Run) -> None:
            x, y = slots[left], slots[right]
            if x is None or y is None:
                slots[target] = None
                return
            if -2 < x - y < 2:
                run.covered.add((point, x - y))
            found = slots[target] = function(x, y)
            run.covered.add((point, None, found))

        return compare_integers

    def _compile_fcmp(self, made: Instruction, target: int) -> Step:
        left, right = map(self._typed, made.operands)
        return _lift2(float_compare(made.extra["predicate"]), target, left, right, made.operands[0][0])

    def _compile_select(self, made: Instruction, target: int) -> Step:
        condition, yes, no = map(self._typed, made.operands)
        if made.operands[0][0].kind == "vector":
            count = made.type.count

            def step(slots: Slots, run: Run) -> None:
                whether, left, right = (_elements(slots[slot], count) for slot in (condition, yes, no))
                slots[target] = tuple(
                    None if c is None else x if c else y for c, x, y in zip(whether, left, right, strict=True)
                )

            return step

        def choose(slots: Slots, run: Run) -> None:
            c = slots[condition]
            slots[target] = None if c is None else slots[yes] if c else slots[no]

        return choose

    def _compile_ptrtoint(self, made: Instruction, target: int) -> Step:
        source, bits = self._typed(made.operands[0]), made.type.bits
        if made.type.kind != "int":
            raise Unsupported("vector of pointers")

        def step(slots: Slots, run: Run) -> None:
            slots[target] = pointer_number(slots[source], bits, run)

        return step

    _compile_ptrtoaddr = _compile_ptrtoint

    def _compile_inttoptr(self, made: Instruction, target: int) -> Step:
        source, bits = self._typed(made.operands[0]), made.operands[0][0].bits
        if made.type.kind != "ptr":
            raise Unsupported("vector of pointers")

        def step(slots: Slots, run: Run) -> None:
            slots[target] = number_pointer(slots[source], bits, run)

        return step

    def _compile_bitcast(self, made: Instruction, target: int) -> Step:
        source = self._typed(made.operands[0])
        before, after = made.operands[0][0], made.type

        def step(slots: Slots, run: Run) -> None:
            slots[target] = bit_cast(slots[source], before, after, run)

        return step

    def _compile_alloca(self, made: Instruction, target: int) -> Step:
        size, align = size_of(made.extra["of"]), made.extra["align"]
        count = self._typed(made.operands[0]) if made.operands else None
        alive = made.result not in self._marked

        def step(slots: Slots, run: Run) -> None:
            times = 1 if count is None else slots[count]
            if times is None:
                raise UB("alloca of poison size")
            if times * size > LARGE:
                raise Budget
            slots[target] = run.memory.local(times * size, align, alive)

        return step

    def _compile_load(self, made: Instruction, target: int) -> Step:
        pointer, of = self._typed(made.operands[0]), made.type
        align = made.extra.get("align", 1)
        store_size(of)
        if "volatile" in made.flags:

            def volatile(slots: Slots, run: Run) -> None:
                run.events.append(_volatile("load", of, slots[pointer], None, run))
                number = len(run.events)
                run.memory.access(slots[pointer], store_size(of), align, False)
                slots[target] = run.world.answer(("volatile", number), of)

            return volatile
        values = self._range(made)
        noundef, nonnull = "noundef" in made.metadata, "nonnull" in made.metadata

        def step(slots: Slots, run: Run) -> None:
            value = run.memory.load(slots[pointer], of, align, values)
            if values is not None and value is not None and not values[0] <= value < values[1]:
                value = None
            if nonnull and value is not None and not value.address:
                value = None
            if noundef and value is None:
                raise UB("load of poison as noundef")
            slots[target] = value

        return step

    def _range(self, made: Instruction) -> tuple[int, int] | None:
        """The numbers that a load or a call promises, where they do not wrap."""
        if "range" not in made.metadata or made.type.kind != "int":
            return None
        bits = made.type.bits
        numbers = [
            int(n) & ((1 << bits) - 1)
            for n in re.findall(r"i\d+ (-?\d+)", self.module.metadata[made.metadata["range"]])
        ]
        if len(numbers) != 2 or (numbers[1] or 1 << bits) <= numbers[0]:
            raise Unsupported("range metadata")
        return numbers[0], numbers[1] or 1 << bits

    def _compile_store(self, made: Instruction, target: int) -> Step:
        value, pointer = map(self._typed, made.operands)
        of, align = made.operands[0][0], made.extra.get("align", 1)
        store_size(of)
        if "volatile" in made.flags:

            def volatile(slots: Slots, run: Run) -> None:
                run.memory.access(slots[pointer], store_size(of), align, True)
                run.events.append(_volatile("store", of, slots[pointer], slots[value], run))
                run.memory.store(slots[pointer], of, slots[value], align)

            return volatile

        def step(slots: Slots, run: Run) -> None:
            run.memory.store(slots[pointer], of, slots[value], align)

        return step

    def _compile_getelementptr(self, made: Instruction, target: int) -> Step:
        base = self._typed(made.operands[0])
        constant, variable = self._walk(made.extra["source"], made.operands[1:])
        flags = made.flags
        if not variable:

            def step(slots: Slots, run: Run) -> None:
                value = slots[base]
                slots[target] = None if value is None else moved(value, constant, flags, run)

            return step
        steps = [(stride, bits) for _, stride, bits in variable]
        indices = [slot for slot, _, _ in variable]

        def walk(slots: Slots, run: Run) -> None:
            slots[target] = address(slots[base], [slots[slot] for slot in indices], steps, flags, run, constant)

        return walk

    def _walk(self, source: Type, indices: list[tuple[Type, Operand]]) -> tuple[int, list[tuple[int, int, int]]]:
        """A constant offset, and (slot, stride, width) of what is added to it."""
        constant, variable = 0, []
        of: Type | None = None
        for kind, operand in indices:
            if of is None:
                stride = size_of(source)
                of = source
            elif of.kind == "struct":
                field_number = 0 if operand[0] == "zero" else operand[1]
                constant += field_offsets(of)[0][field_number]
                of = of.parts[field_number]
                continue
            else:
                of = of.element
                stride = size_of(of)
            if operand[0] == "int":
                constant += signed(operand[1] & ((1 << kind.bits) - 1), kind.bits) * stride
            else:
                variable.append((self._operand(kind, operand), stride, kind.bits))
        return constant, variable

    def _compile_extractvalue(self, made: Instruction, target: int) -> Step:
        source, indices = self._typed(made.operands[0]), made.extra["indices"]

        def step(slots: Slots, run: Run) -> None:
            value = slots[source]
            for index in indices:
                if value is None:
                    break
                value = value[index]
            slots[target] = value

        return step

    def _compile_insertvalue(self, made: Instruction, target: int) -> Step:
        source, part = map(self._typed, made.operands)
        of, indices = made.type, made.extra["indices"]

        def step(slots: Slots, run: Run) -> None:
            slots[target] = _inserted(slots[source], of, indices, slots[part])

        return step

    def _compile_extractelement(self, made: Instruction, target: int) -> Step:
        source, index = map(self._typed, made.operands)

        def step(slots: Slots, run: Run) -> None:
            value, at = slots[source], slots[index]
            slots[target] = None if value is None or at is None or at >= len(value) else value[at]

        return step

    def _compile_insertelement(self, made: Instruction, target: int) -> Step:
        source, part, index = map(self._typed, made.operands)
        count = made.type.count

        def step(slots: Slots, run: Run) -> None:
            at = slots[index]
            if at is None or at >= count:
                slots[target] = None
            else:
                values = _elements(slots[source], count)
                slots[target] = (*values[:at], slots[part], *values[at + 1 :])

        return step

    def _compile_shufflevector(self, made: Instruction, target: int) -> Step:
        left, right = map(self._typed, made.operands[:2])
        count = made.operands[0][0].count
        mask = made.operands[2][1]
        if mask[0] == "zero":
            chosen: list[int | None] = [0] * made.type.count
        elif mask[0] == "many":
            chosen = [one[1] if one[0] == "int" else None for _, one in mask[1]]
        else:
            chosen = [None] * made.type.count

        def step(slots: Slots, run: Run) -> None:
            both = (*_elements(slots[left], count), *_elements(slots[right], count))
            slots[target] = tuple(None if index is None else both[index] for index in chosen)

        return step

    def _compile_landingpad(self, made: Instruction, target: int) -> Step:
        def step(slots: Slots, run: Run) -> None:
            slots[target] = run.exception

        return step

    # -- calls --------------------------------------------------------------------------------------------------

    def _call(self, made: Instruction) -> Step | None:
        callee = made.extra["callee"]
        if callee[0] == "global" and callee[1].startswith("llvm."):
            return self._intrinsic(made, callee[1])
        site = CallSite(self.module, made, self._declared.functions)
        target = self._local(made.result) if made.result is not None else None
        through = self._operand(PTR, callee)
        slots_of = [self._typed(typed) for typed in made.operands]
        own_name = self.function.name
        values = self._range(made)
        if any(of.kind == "metadata" for of, _ in made.operands):
            raise Unsupported("metadata argument")

        def step(slots: Slots, run: Run) -> None:
            arguments = [slots[slot] for slot in slots_of]
            if site.name == own_name:
                value = self._recurse(run, site, arguments)
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

    def _recurse(self, run: Run, site: CallSite, arguments: list[Any]) -> Any:
        """The function calls itself: the same version is run."""
        if len(arguments) != len(self.parameters):
            raise Unsupported("variadic")
        given = []
        for (_, own, _), value in zip(self.function.parameters, arguments, strict=True):
            if "noundef" in own and has_poison(value):
                raise UB("poison passed as noundef")
            if isinstance(own.get("byval"), str):
                raise Unsupported("recursion by value")
            given.append(value)
        value = self.call(run, given)
        if "noundef" in site.returned and has_poison(value):
            raise UB("poison returned as noundef")
        return value

    def _intrinsic(self, made: Instruction, name: str) -> Step | None:
        base = name.removeprefix("llvm.")
        while True:
            head, _, last = base.rpartition(".")
            if head and re.fullmatch(r"v?\d*(i\d+|f\d+|p\d+|bf16)|s_.*", last):
                base = head
            else:
                break
        target = self._local(made.result) if made.result is not None else -1
        slots_of = [self._typed(typed) for typed in made.operands]
        if base in _IGNORED:
            return None
        if base in _MEMORY_INTRINSICS:
            touching: Step = _MEMORY_INTRINSICS[base](self, made, slots_of, target)
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
        return _lift_many(found, target, slots_of, of, IMMEDIATE.get(base))

    # -- terminators --------------------------------------------------------------------------------------------

    def _terminator(self, made: Instruction) -> Callable[[Slots, Run], int]:
        opcode = made.opcode
        labels = [self._index[label] for label in made.extra.get("labels", ())]
        if opcode == "br":
            if not made.operands:
                only = labels[0]
                return lambda slots, run: only
            condition = self._typed(made.operands[0])
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
            step = self._call(made)
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
            source = self._typed(made.operands[0])

            def resume(slots: Slots, run: Run) -> int:
                raise Unwind(slots[source])

            return resume
        if opcode == "unreachable":

            def unreachable(slots: Slots, run: Run) -> int:
                raise UB("unreachable")

            return unreachable
        raise Unsupported(f"terminator {opcode}")

    def _switch(self, made: Instruction, default: int) -> Callable[[Slots, Run], int]:
        source = self._typed(made.operands[0])
        bits = made.operands[0][0].bits
        mask = (1 << bits) - 1
        table: dict[int, int] = {}
        for value, label in made.extra["cases"]:
            table[value & mask] = self._index[label]
            self.numbers.add(value)

        near = {value + step & mask for value in table for step in (-1, 0, 1)}
        self.points += 1
        point = self.points

        def switch(slots: Slots, run: Run) -> int:
            value = slots[source]
            if value is None:
                raise UB("switch on poison")
            if value in near:
                run.covered.add((point, value))
            return table.get(value, default)

        return switch

    def _return(self, made: Instruction) -> Callable[[Slots, Run], int]:
        noundef = "noundef" in self.function.return_attributes
        source = self._typed(made.operands[0]) if made.operands else None
        limits = self.function.return_attributes.get("range")
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


def _volatile(what: str, of: Type, pointer: Any, value: Any, run: Run) -> Event:
    if pointer is not None and pointer.object < 0:
        run.doubts.add("volatile local object")
    arguments = [(PTR, pointer)]
    if what == "store":
        arguments.append((of, value))
    return Event(("volatile", what, of), arguments)


def _elements(value: Any, count: int) -> tuple[Any, ...]:
    return (None,) * count if value is None else value


def _inserted(value: Any, of: Type, indices: list[int], part: Any) -> Any:
    if not indices:
        return part
    count = of.count if of.kind == "array" else len(of.parts)
    values = list(_elements(value, count))
    inner = of.element if of.kind == "array" else of.parts[indices[0]]
    values[indices[0]] = _inserted(values[indices[0]], inner, indices[1:], part)
    return tuple(values)


def _freeze(value: Any, of: Type, run: Run) -> Any:
    if value is None:
        return run.frozen(of)
    if isinstance(value, tuple):
        parts = of.parts if of.kind == "struct" else of.parts * of.count
        return tuple(_freeze(one, part, run) for one, part in zip(value, parts, strict=True))
    return value


def _lift1(function: Callable[[Any], Any], target: int, source: int, of: Type) -> Step:
    if of.kind == "vector":
        count = of.count

        def vector(slots: Slots, run: Run) -> None:
            values = _elements(slots[source], count)
            slots[target] = tuple(None if x is None else function(x) for x in values)

        return vector

    def scalar(slots: Slots, run: Run) -> None:
        x = slots[source]
        slots[target] = None if x is None else function(x)

    return scalar


def _lift2(function: Callable[[Any, Any], Any], target: int, left: int, right: int, of: Type) -> Step:
    if of.kind == "vector":
        return _lift_many(function, target, [left, right], of, None)
    divides = getattr(function, "__name__", "") in ("udiv", "sdiv", "urem", "srem")

    def scalar(slots: Slots, run: Run) -> None:
        x, y = slots[left], slots[right]
        if x is None or y is None:
            if divides and y is None:
                raise UB("division by poison")
            slots[target] = None
        else:
            slots[target] = function(x, y)

    return scalar


def _lift_many(function: Callable[..., Any], target: int, sources: list[int], of: Type, immediate: int | None) -> Step:
    if of.kind == "vector":
        count = of.count

        def vector(slots: Slots, run: Run) -> None:
            columns = [
                (slots[slot],) * count if index == immediate else _elements(slots[slot], count)
                for index, slot in enumerate(sources)
            ]
            found = tuple(None if None in row else function(*row) for row in zip(*columns, strict=True))
            if found and isinstance(found[0], tuple):  # with.overflow: a pair of vectors
                found = tuple(zip(*found, strict=True))
            slots[target] = found

        return vector

    def scalar(slots: Slots, run: Run) -> None:
        values = [slots[slot] for slot in sources]
        slots[target] = None if None in values else function(*values)

    return scalar


def bit_cast(value: Any, before: Type, after: Type, run: Run) -> Any:
    """The same bits as another type."""
    if before == after:
        return value
    parts = _elements(value, before.count) if before.kind == "vector" else (value,)
    width_before, width_after = _bits(before.scalar), _bits(after.scalar)
    count = after.count if after.kind == "vector" else 1
    bits: list[int | None] = []
    for part in parts:
        if part is None:
            bits += [None] * width_before
            continue
        if before.scalar.kind in FLOATS:
            if part != part:
                run.doubts.add("bits of a NaN")
            part = int.from_bytes(float_bytes(part, before.scalar.kind), "little")
        bits += [part >> at & 1 for at in range(width_before)]
    found: list[Any] = []
    for index in range(count):
        own = bits[index * width_after : (index + 1) * width_after]
        if None in own:
            found.append(None)
            continue
        number = sum(bit << at for at, bit in enumerate(own) if bit)
        if after.scalar.kind in FLOATS:
            found.append(_as_float(number, after.scalar.kind))
        else:
            found.append(number)
    return tuple(found) if after.kind == "vector" else found[0]


def _as_float(number: int, kind: str) -> float:
    import struct

    size = FLOATS[kind] // 8
    return float(struct.unpack("<f" if size == 4 else "<d", number.to_bytes(size, "little"))[0])


def _bits(of: Type) -> int:
    if of.kind == "int":
        return of.bits
    if of.kind in FLOATS:
        return FLOATS[of.kind]
    raise Unsupported(f"bitcast of {of.kind}")


# -- intrinsics that touch memory or the run ---------------------------------------------------------------------

_IGNORED = frozenset(
    """dbg.declare dbg.value dbg.label dbg.assign experimental.noalias.scope.decl donothing prefetch sideeffect
    invariant.end pseudoprobe var.annotation fake.use""".split()
)


def _lifetime(alive: bool) -> Any:
    def make(program: Program, made: Instruction, slots_of: list[int], target: int) -> Step:
        pointer = slots_of[-1]

        def step(slots: Slots, run: Run) -> None:
            where = slots[pointer]
            if where is None or where.object >= 0:
                return
            block = run.memory.blocks[where.object]
            block.alive = alive
            block.cells = {}
            block.frozen = None
            block.epoch = -1
            if block.escaped is not None or not isinstance(block.key, tuple) or block.key[0] != "local":
                block.key = ("local", where.object)

        return step

    return make


def _assume(program: Program, made: Instruction, slots_of: list[int], target: int) -> Step:
    condition = slots_of[0]
    checks = []
    for tag, inside in made.extra["bundles"]:
        if tag in ("nonnull", "align"):
            checks.append((tag, [program._typed(typed) for typed in inside]))
        elif tag not in ("ignore", "cold", "dereferenceable"):
            raise Unsupported("assume with a bundle")

    def step(slots: Slots, run: Run) -> None:
        if not slots[condition]:
            raise UB("assume of false or poison")
        for tag, values in checks:
            pointer = slots[values[0]]
            if pointer is None or (tag == "nonnull" and not pointer.address):
                raise UB("assume of nonnull")
            if tag == "align" and (pointer.address - (slots[values[2]] if len(values) > 2 else 0)) % slots[values[1]]:
                raise UB("assume of alignment")

    return step


def _aligns(made: Instruction, index: int) -> int:
    found = made.extra["arguments"][index].get("align", 1)
    return found if isinstance(found, int) else 1


def _memory_copy(program: Program, made: Instruction, slots_of: list[int], target: int) -> Step:
    to, source, size = slots_of[:3]
    volatile = made.operands[3][1] != ("int", 0)
    overlapping = "memmove" in str(made.extra["callee"][1])
    to_align, source_align = _aligns(made, 0), _aligns(made, 1)

    def step(slots: Slots, run: Run) -> None:
        length, where, origin = slots[size], slots[to], slots[source]
        if length is None:
            raise UB("memcpy of poison length")
        if length > LARGE:
            raise UB("memcpy out of bounds")
        if length and not overlapping and where is not None and origin is not None:
            apart = abs(where.address - origin.address)
            if where.object == origin.object and 0 < apart < length:
                raise UB("memcpy of overlapping memory")
        run.budget -= length // 8
        if volatile:
            run.events.append(Event(("volatile", "copy"), [(PTR, where), (PTR, origin), (int_type(64), length)]))
            run.doubts |= {"volatile local object"} if where.object < 0 or origin.object < 0 else set()
        run.memory.copy(where, origin, length, to_align, source_align)

    return step


def _memory_set(program: Program, made: Instruction, slots_of: list[int], target: int) -> Step:
    to, byte, size = slots_of[:3]
    if made.operands[3][1] != ("int", 0):
        raise Unsupported("volatile memset")
    align = _aligns(made, 0)

    def step(slots: Slots, run: Run) -> None:
        length = slots[size]
        if length is None:
            raise UB("memset of poison length")
        if length > LARGE:
            raise UB("memset out of bounds")
        run.budget -= length // 8
        run.memory.set(slots[to], slots[byte], length, align)

    return step


def _stack_save(program: Program, made: Instruction, slots_of: list[int], target: int) -> Step:
    def step(slots: Slots, run: Run) -> None:
        slots[target] = Pointer(1, 0)

    return step


def _nothing(program: Program, made: Instruction, slots_of: list[int], target: int) -> Step:
    def step(slots: Slots, run: Run) -> None:
        if target >= 0:
            slots[target] = NULL

    return step


_MEMORY_INTRINSICS: dict[str, Any] = {
    "lifetime.start": _lifetime(True),
    "lifetime.end": _lifetime(False),
    "assume": _assume,
    "memcpy": _memory_copy,
    "memcpy.inline": _memory_copy,
    "memmove": _memory_copy,
    "memset": _memory_set,
    "memset.inline": _memory_set,
    "stacksave": _stack_save,
    "stackrestore": _nothing,
    "invariant.start": _nothing,
}
