"""A small generator of LLVM IR with what csmith's programs lack: switches of every kind, run-time loops, odd widths.

Each function is structured code over local variables (allocas), so that any module is well formed; the light stage
before the lists turns the variables into phis. Switches are dense, sparse, in ranges, around the wrap of their type,
with defaults that cannot be reached; loops have bounds that are only known when they run; calls may throw where an
invoke catches them. The module of a seed is always the same.
"""

from __future__ import annotations

import random

__all__ = ["shape_module"]

_WIDTHS = (1, 8, 8, 16, 32, 32, 32, 64, 64, 7, 24, 33)
_HEAD = """target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

@table = external global [64 x i32]
@__gxx_personality_v0 = external global i8
declare void @effect(i32)
declare i32 @ask(i32)
declare i64 @compute(i64) memory(none) nounwind willreturn
declare void @through(ptr)
"""


def shape_module(seed: int, functions: int = 12) -> str:
    """The text of the module of a seed."""
    rng = random.Random(f"shapes/{seed}")
    parts = [_HEAD]
    for number in range(functions):
        parts.append(_Function(rng, number).text())
    attributes = rng.choice(("minsize optsize", "optsize", "uwtable", "minsize optsize uwtable"))
    parts.append(f"attributes #0 = {{ {attributes} }}\n")
    return "\n".join(parts)


class _Function:
    def __init__(self, rng: random.Random, number: int) -> None:
        self.rng = rng
        self.name = f"f{number}"
        self.lines: list[str] = []
        self.fresh = 0
        self.left = rng.randint(6, 26)
        """Statements that may still be written."""
        self.variables = [(f"v{index}", rng.choice(_WIDTHS)) for index in range(rng.randint(2, 6))]
        self.loops = 0
        self.personality = False

    def text(self) -> str:
        rng = self.rng
        parameters = [(f"p{index}", rng.choice(_WIDTHS)) for index in range(rng.randint(1, 3))]
        pointer = rng.random() < 0.6
        result = rng.choice(_WIDTHS)
        for name, width in self.variables:
            self.line(f"%{name} = alloca i{width}")
        for name, width in self.variables:
            source, of = rng.choice(parameters)
            self.store(name, width, self.resized(f"%{source}", of, width))
        self.pointer = pointer
        if rng.random() < 0.4:
            self.table(parameters)
        else:
            self.statements(0)
        # Every variable has a part in the result.
        total = self.value(result, 1)
        for name, width in self.variables:
            part = self.resized(self.result(f"load i{width}, ptr %{name}"), width, result)
            total = self.result(f"{rng.choice(('add', 'xor', 'sub'))} i{result} {total}, {part}")
        self.line(f"ret i{result} {total}")
        noundef = rng.choice(("noundef ", "noundef ", ""))
        given = [f"i{width} {noundef}%{name}" for name, width in parameters]
        if pointer:
            given.append(rng.choice(("ptr %q", "ptr noundef nonnull %q", "ptr noalias %q")))
        personality = " personality ptr @__gxx_personality_v0" if self.personality else ""
        head = f"define i{result} @{self.name}({', '.join(given)}) #0{personality} {{"
        return "\n".join([head, "entry:", *self.lines, "}\n"])

    # -- writing ------------------------------------------------------------------------------------------------

    def line(self, text: str) -> None:
        self.lines.append(f"  {text}")

    def label(self, name: str) -> None:
        self.lines.append(f"{name}:")

    def new(self, stem: str = "t") -> str:
        self.fresh += 1
        return f"{stem}{self.fresh}"

    def result(self, text: str) -> str:
        name = self.new()
        self.line(f"%{name} = {text}")
        return f"%{name}"

    def store(self, name: str, width: int, value: str) -> None:
        self.line(f"store i{width} {value}, ptr %{name}")

    def resized(self, value: str, before: int, after: int) -> str:
        if before == after:
            return value
        opcode = "trunc" if after < before else self.rng.choice(("zext", "sext"))
        return self.result(f"{opcode} i{before} {value} to i{after}")

    # -- values -------------------------------------------------------------------------------------------------

    def number(self, width: int) -> int:
        rng = self.rng
        mask = (1 << width) - 1
        found = rng.choice(
            (
                rng.randint(0, 9),
                rng.randint(-5, 100),
                1 << rng.randrange(width),
                (1 << rng.randrange(width)) - 1,
                rng.getrandbits(width),
            )
        )
        found &= mask
        return found - (1 << width) if found >> (width - 1) and width > 1 else found

    def value(self, width: int, depth: int) -> str:
        rng = self.rng
        draw = rng.random()
        if depth == 0 or draw < 0.25:
            if rng.random() < 0.3:
                return str(self.number(width)) if width > 1 else rng.choice(("true", "false"))
            name, of = rng.choice(self.variables)
            return self.resized(self.result(f"load i{of}, ptr %{name}"), of, width)
        if draw < 0.75:
            opcode = rng.choice(("add", "sub", "mul", "and", "or", "xor", "add nsw", "sub nsw", "mul nsw", "add nuw"))
            left, right = self.value(width, depth - 1), self.value(width, depth - 1)
            return self.result(f"{opcode} i{width} {left}, {right}")
        if draw < 0.85 and width > 1:
            opcode = rng.choice(("shl", "lshr", "ashr", "udiv", "sdiv", "urem", "srem"))
            by = (
                rng.randint(1, min(width - 1, 40))
                if opcode in ("shl", "lshr", "ashr")
                else rng.randint(1, 1 << min(width - 2, 9))
            )
            return self.result(f"{opcode} i{width} {self.value(width, depth - 1)}, {by}")
        if draw < 0.93:
            condition = self.condition(depth - 1)
            left, right = self.value(width, depth - 1), self.value(width, depth - 1)
            return self.result(f"select i1 {condition}, i{width} {left}, i{width} {right}")
        found = self.result(f"call i64 @compute(i64 {self.value(64, depth - 1)})")
        return self.resized(found, 64, width)

    def condition(self, depth: int) -> str:
        rng = self.rng
        width = rng.choice(self.variables)[1]
        predicate = rng.choice("eq ne slt sle sgt sge ult ule ugt uge".split())
        return self.result(
            f"icmp {predicate} i{width} {self.value(width, depth)}, {self.value(width, max(0, depth - 1))}"
        )

    # -- statements ---------------------------------------------------------------------------------------------

    def statements(self, depth: int) -> None:
        for _ in range(self.rng.randint(1, 4)):
            if self.left <= 0:
                return
            self.left -= 1
            draw = self.rng.random()
            if draw < 0.30 or depth > 3:
                name, width = self.rng.choice(self.variables)
                self.store(name, width, self.value(width, 2))
            elif draw < 0.40:
                self.memory()
            elif draw < 0.50:
                self.call()
            elif draw < 0.62:
                self.branch(depth)
            elif draw < 0.85:
                self.switch(depth)
            else:
                self.loop(depth)

    def memory(self) -> None:
        rng = self.rng
        name, width = rng.choice(self.variables)
        base = "%q" if self.pointer and rng.random() < 0.7 else "@table"
        index = self.result(f"and i64 {self.value(64, 1)}, {rng.choice((3, 7, 15))}")
        of = rng.choice((8, 16, 32, 64))
        where = self.result(f"getelementptr inbounds i{of}, ptr {base}, i64 {index}")
        if rng.random() < 0.5:
            found = self.result(f"load i{of}, ptr {where}, align 1")
            self.store(name, width, self.resized(found, of, width))
        else:
            self.line(f"store i{of} {self.value(of, 1)}, ptr {where}, align 1")

    def call(self) -> None:
        rng = self.rng
        name, width = rng.choice(self.variables)
        argument = self.value(32, 1)
        draw = rng.random()
        if draw < 0.3:
            self.line(f"call void @effect(i32 {argument})")
        elif draw < 0.55:
            found = self.result(f"call i32 @ask(i32 {argument})")
            self.store(name, width, self.resized(found, 32, width))
        elif draw < 0.65:
            self.line(f"call void @through(ptr %{name})")
        else:
            self.personality = True
            normal, unwind, after = self.new("ok"), self.new("pad"), self.new("after")
            found = self.new()
            self.line(f"%{found} = invoke i32 @ask(i32 {argument})")
            self.line(f"        to label %{normal} unwind label %{unwind}")
            self.label(unwind)
            pad = self.result("landingpad { ptr, i32 }")
            self.line("        cleanup" if rng.random() < 0.5 else "        catch ptr null")
            selector = self.result(f"extractvalue {{ ptr, i32 }} {pad}, 1")
            self.store(name, width, self.resized(selector, 32, width))
            if rng.random() < 0.4:
                self.line(f"resume {{ ptr, i32 }} {pad}")
            else:
                self.line(f"br label %{after}")
            self.label(normal)
            self.store(name, width, self.resized(f"%{found}", 32, width))
            self.line(f"br label %{after}")
            self.label(after)

    def branch(self, depth: int) -> None:
        yes, no, after = self.new("yes"), self.new("no"), self.new("after")
        self.line(f"br i1 {self.condition(1)}, label %{yes}, label %{no}")
        for name in (yes, no):
            self.label(name)
            if name == yes or self.rng.random() < 0.6:
                self.statements(depth + 1)
            self.line(f"br label %{after}")
        self.label(after)

    def cases(self, width: int) -> list[int]:
        """Case values of one of several kinds, as unsigned numbers."""
        rng = self.rng
        space = 1 << width
        count = min(rng.choice((1, 2, 3, 4, 5, 8, 12, 20, 33)), space)
        kind = rng.randrange(6)
        if kind == 0:  # dense, from anywhere, wrapping around zero too
            start = rng.choice((0, 1, -1, -count // 2, space // 2 - count // 2, self.number(width)))
            found = [start + at for at in range(count)]
        elif kind == 1:  # with holes
            start = rng.choice((0, -count, self.number(width)))
            found = [start + at for at in range(2 * count) if rng.random() < 0.6]
        elif kind == 2:  # sparse
            found = [rng.getrandbits(width) for _ in range(count)]
        elif kind == 3:  # several ranges
            found = []
            for _ in range(rng.randint(2, 5)):
                start = rng.choice((rng.getrandbits(width), rng.randint(-20, 200), space // 2 - 2, -3))
                found += [start + at for at in range(rng.randint(1, 6))]
        elif kind == 4:  # every value
            found = list(range(min(space, 40)))
        else:  # steps
            step = rng.choice((2, 3, 4, 8, 10))
            found = [self.number(width) // 2 + step * at for at in range(count)]
        return list(dict.fromkeys(value % space for value in found)) or [0]

    def switch(self, depth: int) -> None:
        rng = self.rng
        width = rng.choice((8, 8, 16, 32, 32, 64, 3, 1, 33))
        cases = self.cases(width)
        targets = [self.new("case") for _ in range(rng.randint(1, min(6, len(cases))))]
        after, default = self.new("after"), self.new("default")
        value = self.value(width, 0 if rng.random() < 0.7 else 1)
        dead = rng.random() < 0.25
        if dead and width > 3:
            # A default that is never reached: the value is made one of a few cases.
            cases = list(range(rng.choice((4, 8))))
            value = self.result(f"and i{width} {value}, {len(cases) - 1}")
        self.line(f"switch i{width} {value}, label %{default} [")
        rng.shuffle(cases)
        straight = rng.random() < 0.3
        runs = rng.random() < 0.5
        ordered = sorted(cases)
        for case in cases:
            # Neighbours often share a target, so that they make ranges.
            at = ordered.index(case) * len(targets) // len(ordered) if runs else rng.randrange(len(targets))
            target = after if straight and rng.random() < 0.3 else targets[at]
            shown = case - (1 << width) if case >> (width - 1) and width > 1 else case
            self.line(f"  i{width} {shown if width > 1 else ('true' if case else 'false')}, label %{target}")
        self.line("]")
        for name in (*targets, default):
            self.label(name)
            if name == default and dead:
                self.line("unreachable")
                continue
            variable, of = rng.choice(self.variables)
            self.store(variable, of, self.value(of, 1))
            if rng.random() < 0.3:
                self.statements(depth + 1)
            index = targets.index(name) if name != default else len(targets)
            following = (*targets, default)[index + 1 : index + 2]
            falls = following and rng.random() < 0.15 and not (dead and following[0] == default)
            self.line(f"br label %{following[0] if falls else after}")
        self.label(after)

    def table(self, parameters: list[tuple[str, int]]) -> None:
        """Nothing but switches on the parameters, each case with a result of its own: no case hides behind another."""
        rng = self.rng
        effects = rng.random() < 0.25
        for parameter, width in parameters:
            cases = self.cases(width)
            rng.shuffle(cases)
            after, default = self.new("after"), self.new("default")
            targets = {case: self.new("case") for case in cases}
            if rng.random() < 0.5:  # ranges
                ordered = sorted(cases)
                step = rng.randint(2, 7)
                targets = {case: targets[ordered[at // step * step]] for at, case in enumerate(ordered)}
            self.line(f"switch i{width} %{parameter}, label %{default} [")
            for case in cases:
                shown = case - (1 << width) if case >> (width - 1) and width > 1 else case
                self.line(f"  i{width} {shown if width > 1 else ('true' if case else 'false')}, label %{targets[case]}")
            self.line("]")
            for name in (*dict.fromkeys(targets.values()), default):
                self.label(name)
                variable, of = self.variables[rng.randrange(len(self.variables))]
                now = self.result(f"load i{of}, ptr %{variable}")
                changed = self.result(f"xor i{of} {now}, {self.number(of) if of > 1 else 'true'}")
                self.store(variable, of, changed)
                if effects and rng.random() < 0.2:
                    self.line(f"call void @effect(i32 {rng.randrange(99)})")
                self.line(f"br label %{after}")
            self.label(after)

    def loop(self, depth: int) -> None:
        rng = self.rng
        self.loops += 1
        counter = self.new("i")
        width = rng.choice((8, 16, 32, 32, 64))
        # The alloca goes to the entry block, as clang writes it.
        self.lines.insert(0, f"  %{counter} = alloca i{width}")
        bound = self.result(f"and i{width} {self.value(width, 1)}, {rng.choice((3, 7, 15))}")
        step = rng.choice((1, 1, 1, 2, 3))
        down = rng.random() < 0.3
        head, body, after = self.new("head"), self.new("body"), self.new("after")
        self.store(counter, width, bound if down else "0")
        self.line(f"br label %{head}")
        self.label(head)
        now = self.result(f"load i{width}, ptr %{counter}")
        limit = "0" if down else bound
        self.line(f"%{head}c = icmp {'sgt' if down else 'slt'} i{width} {now}, {limit}")
        self.line(f"br i1 %{head}c, label %{body}, label %{after}")
        self.label(body)
        self.variables.append((counter, width))
        count = len(self.variables)
        saved = self.variables
        self.statements(depth + 1)
        self.variables = [entry for entry in saved[:count] if entry[0] != counter]
        more = self.result(f"load i{width}, ptr %{counter}")
        less = self.result(f"{'sub' if down else 'add'} nsw i{width} {more}, {step}")
        self.store(counter, width, less)
        if rng.random() < 0.25:
            again = self.new("again")
            self.line(f"br i1 {self.condition(1)}, label %{again}, label %{after}")
            self.label(again)
        self.line(f"br label %{head}")
        self.label(after)
