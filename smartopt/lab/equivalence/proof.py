"""Proves pairs for all inputs: functions of integers without memory, loops and effects.

Both versions are turned into formulas over the same parameters: the result, whether it is poison, and whether the run
is undefined. Z3 then looks for an input on which the version before is defined and the version after is not as good.
None is a proof. The work that Z3 may do is bounded by a count, not by time, so that the same pairs are proved always.
Needs ``z3-solver`` (the extra ``lab``); without it nothing is proved.
"""

from __future__ import annotations

from typing import Any

from .calls import CallSite
from .ir import Function, Instruction, Module, Operand
from .types import Type

__all__ = ["available", "prove"]

_WORK = 1_000_000
"""What Z3 may spend on one pair, in its own units: well under a second."""
_WIDEST = 64
_LONGEST = 600
"""Instructions of both versions together."""


class _NotProvable(Exception):
    """The function is not of the kind that is proved here."""


def available() -> bool:
    try:
        import z3  # noqa: F401  # the lab's extra
    except ImportError:
        return False
    return True


def prove(module: Module, before: Function, after: Function, declared: Module) -> bool | None:
    """True if ``after`` refines ``before`` on every input, False if Z3 has an input on which it does not, None if
    neither was found. ``declared`` says what is promised of the functions that are called."""
    import z3

    if before.returns.kind != "int":
        return None
    try:
        if sum(len(block.instructions) for one in (before, after) for block in one.body()) > _LONGEST:
            return None
        context = z3.Context()
        parameters = []
        for index, (of, own, _) in enumerate(before.parameters):
            if "range" in own:
                return None
            poison = z3.BoolVal(False, context) if "noundef" in own else z3.Bool(f"poison{index}", context)
            # A parameter of another type is no hindrance if nobody uses it.
            parameters.append((z3.BitVec(f"p{index}", of.bits, context) if of.kind == "int" else None, poison))
        old = _Formula(z3, context, declared, before, parameters, strict=True).result()
        new = _Formula(z3, context, declared, after, parameters, strict=False).result()
        solver = z3.SolverFor("QF_UFBV", ctx=context)
        solver.set("rlimit", _WORK)
        worse = z3.Or(new.undefined, z3.And(z3.Not(old.poison), z3.Or(new.poison, new.value != old.value)))
        solver.add(z3.Not(old.undefined), worse)
        answer = solver.check()
    except (_NotProvable, RecursionError):
        return None
    except z3.Z3Exception:
        return None
    return True if answer == z3.unsat else False if answer == z3.sat else None


class _Result:
    def __init__(self, value: Any, poison: Any, undefined: Any) -> None:
        self.value = value
        self.poison = poison
        self.undefined = undefined


class _Formula:
    """One version as formulas. ``strict`` is the version before: what is undefined in it counts as poison."""

    def __init__(
        self, z3: Any, context: Any, module: Module, function: Function, parameters: list[Any], strict: bool
    ) -> None:
        self._z3 = z3
        self._context = context
        self._module = module
        self._function = function
        self._strict = strict
        self._values: dict[str, tuple[Any, Any]] = {}
        self._locals: dict[str, Type] = {}
        self._fresh = 0
        for (_, _, name), value in zip(function.parameters, parameters, strict=True):
            self._values[name] = value
        self._no, self._yes = z3.BoolVal(False, context), z3.BoolVal(True, context)
        self._undefined = self._no
        self._returns: list[tuple[Any, Any, Any]] = []

    def result(self) -> _Result:
        """Walks the blocks in an order in which every block comes after its predecessors."""
        z3 = self._z3
        blocks = {block.name: block for block in self._function.body()}
        order = _topological(self._function)
        edges: dict[tuple[str, str], Any] = {}
        ends: dict[str, dict[str, tuple[Any, Any]]] = {}
        entry = order[0]
        for name in order:
            incoming = {source: condition for (source, target), condition in edges.items() if target == name}
            reached = self._yes if name == entry else z3.Or(*incoming.values()) if incoming else self._no
            memory = self._merged([(condition, ends[source]) for source, condition in incoming.items()])
            ends[name] = memory
            for made in blocks[name].instructions:
                if made.opcode in ("alloca", "load", "store"):
                    self._access(made, memory)
                elif made.opcode == "phi":
                    self._values[made.result or ""] = self._phi(made, incoming)
                elif made.opcode in ("br", "switch", "ret", "unreachable"):
                    self._terminator(made, name, reached, edges)
                else:
                    found = self._instruction(made, reached)
                    if made.result is not None:
                        self._values[made.result] = found
        if not self._returns:
            raise _NotProvable
        value, poison = self._returns[-1][1:]
        for condition, one, bad in self._returns[:-1]:
            value, poison = z3.If(condition, one, value), z3.If(condition, bad, poison)
        attributes = self._function.return_attributes
        if "range" in attributes:
            raise _NotProvable
        undefined = z3.Or(self._undefined, poison) if "noundef" in attributes else self._undefined
        return _Result(value, poison, undefined)

    def _merged(self, incoming: list[tuple[Any, dict[str, tuple[Any, Any]]]]) -> dict[str, tuple[Any, Any]]:
        """What the local variables hold where control comes from several blocks."""
        if not incoming:
            return {}
        merged = dict(incoming[-1][1])
        for condition, held in incoming[:-1]:
            for name in merged.keys() & held.keys():
                (value, poison), (one, bad) = merged[name], held[name]
                if value is not one or poison is not bad:
                    choose = self._z3.If
                    merged[name] = choose(condition, one, value), choose(condition, bad, poison)
            merged = {name: merged[name] for name in merged.keys() & held.keys()}
        return merged

    def _access(self, made: Instruction, memory: dict[str, tuple[Any, Any]]) -> None:
        """Local variables that are only loaded and stored whole, as reg2mem makes them."""
        if made.opcode == "alloca":
            of = made.extra["of"]
            if of.kind != "int" or made.operands:
                raise _NotProvable
            self._locals[made.result or ""] = of
            memory[made.result or ""] = self._operand(of, ("undef",))
            return
        pointer = made.operands[-1][1]
        of = made.type if made.opcode == "load" else made.operands[0][0]
        if pointer[0] != "local" or self._locals.get(pointer[1]) != of or made.flags or made.metadata.keys() - {"tbaa"}:
            raise _NotProvable
        if made.opcode == "store":
            memory[pointer[1]] = self._operand(*made.operands[0])
        else:
            self._values[made.result or ""] = memory[pointer[1]]

    def _operand(self, of: Type, operand: Operand) -> tuple[Any, Any]:
        z3 = self._z3
        if of.kind != "int" or of.bits > _WIDEST:
            raise _NotProvable
        kind = operand[0]
        if kind == "local":
            return self._values[operand[1]]
        if kind in ("int", "zero"):
            return z3.BitVecVal(operand[1] if kind == "int" else 0, of.bits, self._context), self._no
        if kind == "poison" or (kind == "undef" and self._strict):
            return z3.BitVecVal(0, of.bits, self._context), self._yes
        if kind == "undef":
            return self._any(of.bits), self._no
        raise _NotProvable

    def _any(self, bits: int) -> Any:
        self._fresh += 1
        return self._z3.BitVec(f"any{self._fresh}", bits, self._context)

    def _phi(self, made: Instruction, incoming: dict[str, Any]) -> tuple[Any, Any]:
        z3 = self._z3
        values = []
        for (of, operand), label in zip(made.operands, made.extra["labels"], strict=True):
            if label in incoming:
                values.append((incoming[label], *self._operand(of, operand)))
        if not values:  # the block is never reached
            return self._operand(made.type, ("poison",))
        value, poison = values[-1][1:]
        for condition, one, bad in values[:-1]:
            value, poison = z3.If(condition, one, value), z3.If(condition, bad, poison)
        return value, poison

    def _terminator(self, made: Instruction, name: str, reached: Any, edges: dict[tuple[str, str], Any]) -> None:
        z3 = self._z3

        def edge(label: str, condition: Any) -> None:
            earlier = edges.get((name, label))
            edges[name, label] = condition if earlier is None else z3.Or(earlier, condition)

        if made.opcode == "unreachable":
            self._undefined = z3.Or(self._undefined, reached)
        elif made.opcode == "ret":
            value, poison = self._operand(*made.operands[0])
            self._returns.append((reached, value, poison))
        elif not made.operands:
            edge(made.extra["labels"][0], reached)
        else:
            value, poison = self._operand(*made.operands[0])
            self._undefined = z3.Or(self._undefined, z3.And(reached, poison))
            bits = made.operands[0][0].bits
            if made.opcode == "br":
                taken = value == z3.BitVecVal(1, 1, self._context)
                edge(made.extra["labels"][0], z3.And(reached, taken))
                edge(made.extra["labels"][1], z3.And(reached, z3.Not(taken)))
                return
            matches = [value == z3.BitVecVal(case, bits, self._context) for case, _ in made.extra["cases"]]
            for match, (_, label) in zip(matches, made.extra["cases"], strict=True):
                edge(label, z3.And(reached, match))
            rest = z3.Not(z3.Or(*matches)) if matches else self._yes
            edge(made.extra["labels"][0], z3.And(reached, rest))

    def _instruction(self, made: Instruction, reached: Any) -> tuple[Any, Any]:
        z3 = self._z3
        opcode = made.opcode
        if opcode == "call":
            return self._call(made, reached)
        if opcode not in _KNOWN:
            raise _NotProvable
        operands = [self._operand(of, operand) for of, operand in made.operands]
        if opcode == "select":
            (condition, bad), (yes, yes_bad), (no, no_bad) = operands
            taken = condition == z3.BitVecVal(1, 1, self._context)
            return z3.If(taken, yes, no), z3.Or(bad, z3.If(taken, yes_bad, no_bad))
        if opcode == "freeze":
            value, poison = operands[0]
            if z3.is_false(z3.simplify(poison)):
                return value, self._no
            if self._strict:
                raise _NotProvable  # any value would do: that is a question of another kind
            return z3.If(poison, self._any(made.type.bits), value), self._no
        poison = z3.Or(*(bad for _, bad in operands))
        x = operands[0][0]
        if opcode == "bitcast":
            return operands[0]
        if opcode in ("trunc", "zext", "sext"):
            return self._cast(made, x, poison)
        y = operands[1][0]
        if opcode == "icmp":
            if "samesign" in made.flags:
                poison = z3.Or(poison, (x < 0) != (y < 0))
            compared = _COMPARE[made.extra["predicate"]](z3, x, y)
            return z3.If(compared, z3.BitVecVal(1, 1, self._context), z3.BitVecVal(0, 1, self._context)), poison
        return self._binary(made, x, y, poison, operands[1][1], reached)

    def _cast(self, made: Instruction, x: Any, poison: Any) -> tuple[Any, Any]:
        z3 = self._z3
        before, after = made.operands[0][0].bits, made.type.bits
        if made.opcode == "trunc":
            value = z3.Extract(after - 1, 0, x)
            if "nuw" in made.flags:
                poison = z3.Or(poison, z3.ZeroExt(before - after, value) != x)
            if "nsw" in made.flags:
                poison = z3.Or(poison, z3.SignExt(before - after, value) != x)
            return value, poison
        if made.opcode == "sext":
            return z3.SignExt(after - before, x), poison
        if "nneg" in made.flags:
            poison = z3.Or(poison, x < 0)
        return z3.ZeroExt(after - before, x), poison

    def _binary(self, made: Instruction, x: Any, y: Any, poison: Any, by: Any, reached: Any) -> tuple[Any, Any]:
        z3, opcode, flags, bits = self._z3, made.opcode, made.flags, made.type.bits
        zero = z3.BitVecVal(0, bits, self._context)
        if opcode in ("udiv", "sdiv", "urem", "srem"):
            bad = z3.Or(by, y == 0)
            if opcode[0] == "s":
                low = z3.BitVecVal(1 << (bits - 1), bits, self._context)
                # Without poison only: a poison dividend may be the lowest number, which makes it undefined, too.
                bad = z3.Or(bad, z3.And(z3.Not(poison), x == low, y == -1))
            self._undefined = z3.Or(self._undefined, z3.And(reached, bad))
            value = {"udiv": z3.UDiv, "urem": z3.URem, "sdiv": lambda a, b: a / b, "srem": z3.SRem}[opcode](x, y)
            if "exact" in flags:
                rest = z3.URem(x, y) if opcode[0] == "u" else z3.SRem(x, y)
                poison = z3.Or(poison, rest != zero)
            return value, poison
        if opcode in ("shl", "lshr", "ashr"):
            poison = z3.Or(poison, z3.UGE(y, z3.BitVecVal(bits, bits, self._context)) if bits > 1 else y != 0)
            value = {"shl": lambda: x << y, "lshr": lambda: z3.LShR(x, y), "ashr": lambda: x >> y}[opcode]()
            if "nuw" in flags:
                poison = z3.Or(poison, z3.LShR(value, y) != x)
            if "nsw" in flags:
                poison = z3.Or(poison, (value >> y) != x)
            if "exact" in flags:
                poison = z3.Or(poison, (z3.LShR(x, y) << y) != x)
            return value, poison
        value = {"add": lambda: x + y, "sub": lambda: x - y, "mul": lambda: x * y, "and": lambda: x & y,
                 "or": lambda: x | y, "xor": lambda: x ^ y}[opcode]()  # fmt: skip
        if opcode == "or" and "disjoint" in flags:
            poison = z3.Or(poison, (x & y) != zero)
        if opcode in ("add", "sub", "mul"):
            wide = {"add": bits + 1, "sub": bits + 1, "mul": 2 * bits}[opcode] - bits
            for flag, extend in (("nuw", z3.ZeroExt), ("nsw", z3.SignExt)):
                if flag in flags:
                    a, b = extend(wide, x), extend(wide, y)
                    exact = {"add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b}[opcode](
                        a, b
                    )
                    poison = z3.Or(poison, exact != extend(wide, value))
        return value, poison

    def _call(self, made: Instruction, reached: Any) -> tuple[Any, Any]:
        """Minimum and maximum, and functions that only compute: the same unknown ones in both versions."""
        z3 = self._z3
        callee = made.extra["callee"]
        name = str(callee[1])
        if made.type.kind != "int" or callee[0] != "global":
            raise _NotProvable
        operands = [self._operand(of, operand) for of, operand in made.operands]
        poison = z3.Or(*(bad for _, bad in operands)) if operands else self._no
        if name.startswith("llvm."):
            kind = name.split(".")[1]
            if kind not in _CHOICES or len(operands) != 2:
                raise _NotProvable
            x, y = operands[0][0], operands[1][0]
            return z3.If(_COMPARE[_CHOICES[kind]](z3, x, y), x, y), poison
        site = CallSite(self._module, made, self._module.functions)
        pure = not site.writes and site.returns_always and set(site.effects.values()) == {"none"}
        if not pure or "range" in site.returned or site.library:
            raise _NotProvable
        for own, (_, bad) in zip(site.arguments, operands, strict=True):
            if "noundef" in own:
                self._undefined = z3.Or(self._undefined, z3.And(reached, bad))
        sorts = [z3.BitVecSort(of.bits, self._context) for of, _ in made.operands]
        unknown = z3.Function(name, *sorts, z3.BitVecSort(made.type.bits, self._context))
        return unknown(*(value for value, _ in operands)), poison


_KNOWN = frozenset(
    """add sub mul udiv sdiv urem srem shl lshr ashr and or xor trunc zext sext bitcast icmp select freeze""".split()
)
_CHOICES = {"smax": "sgt", "smin": "slt", "umax": "ugt", "umin": "ult"}
_COMPARE: dict[str, Any] = {
    "eq": lambda z3, x, y: x == y,
    "ne": lambda z3, x, y: x != y,
    "slt": lambda z3, x, y: x < y,
    "sle": lambda z3, x, y: x <= y,
    "sgt": lambda z3, x, y: x > y,
    "sge": lambda z3, x, y: x >= y,
    "ult": lambda z3, x, y: z3.ULT(x, y),
    "ule": lambda z3, x, y: z3.ULE(x, y),
    "ugt": lambda z3, x, y: z3.UGT(x, y),
    "uge": lambda z3, x, y: z3.UGE(x, y),
}


def _topological(function: Function) -> list[str]:
    """The blocks that can be reached, each after its predecessors. Raises _NotProvable for a loop."""
    following: dict[str, list[str]] = {}
    for block in function.body():
        last = block.instructions[-1]
        labels = [*last.extra.get("labels", ()), *(label for _, label in last.extra.get("cases", ()))]
        following[block.name] = list(dict.fromkeys(labels))
    entry = next(iter(following))
    state: dict[str, bool] = {}
    order: list[str] = []
    stack = [(entry, iter(following[entry]))]
    state[entry] = False
    while stack:
        name, rest = stack[-1]
        for label in rest:
            if label not in state:
                state[label] = False
                stack.append((label, iter(following[label])))
                break
            if not state[label]:
                raise _NotProvable
        else:
            state[name] = True
            order.append(name)
            stack.pop()
    return order[::-1]
