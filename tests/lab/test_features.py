"""Features of functions: right on counted examples, finite and named on real code."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from smartopt.lab.features import FEATURE_NAMES, features
from tests.ir.conftest import SOURCES, bodies_of, compile_ir, ir, source

__all__ = ["ir", "source"]
"""Fixtures of this file, too."""

Compile = Callable[..., str]


def named(text: str) -> dict[str, float]:
    return dict(zip(FEATURE_NAMES, features(text.encode()), strict=True))


def of(source: str, function: str) -> dict[str, float]:
    return named(bodies_of(compile_ir(next(s for s in SOURCES if s.name == source), 22))[function])


def test_names_are_distinct() -> None:
    assert len(set(FEATURE_NAMES)) == len(FEATURE_NAMES)


def test_counts_in_a_switch() -> None:
    found = of("control.c", "classify")
    assert found["op_switch"] == 1
    assert found["switch_cases"] == 9
    assert found["direct_calls"] == 1
    assert found["parameters"] == 1
    assert found["returns_value"] == 1
    assert found["back_edges"] == 0


def test_loops_are_back_edges() -> None:
    assert of("control.c", "nested")["back_edges"] == 4  # three loops, and a continue
    assert of("numbers.c", "scale")["back_edges"] == 1


def test_kinds_of_calls() -> None:
    push = of("data.c", "push")
    assert push["library_calls"] == 3
    assert push["memory_calls"] == 2
    assert push["lifetime_calls"] == 2
    assert of("data.c", "dispatch")["indirect_calls"] == 1
    assert of("control.c", "sum_many")["varargs"] == 1
    assert of("numbers.c", "stamp")["asm_calls"] == 1
    assert of("numbers.c", "barrier")["volatile_or_atomic"] == 3
    assert of("numbers.c", "blend")["vector_lines"] > 5
    assert of("classes.cpp", "_Z7carefuli")["op_landingpad"] >= 2


def test_every_instruction_is_counted_once(ir: Compile) -> None:
    for name, text in bodies_of(ir()).items():
        body = text.split("\n")[1:-1]
        # Lines of invoke, landingpad and switch that go on are indented further.
        lines = [line for line in body if re.match(r"  [^ \]]", line)]
        found = named(text)
        assert sum(v for k, v in found.items() if k.startswith("op_")) == len(lines), name
        assert found["blocks"] == 1 + body.count("")
        assert found["op_alloca"] == sum(" = alloca " in line for line in lines)
        assert all(math.isfinite(value) and value >= 0 for value in found.values())


def test_names_change_nothing(ir: Compile) -> None:
    named_values = ir("-fno-discard-value-names")
    unnamed = ir()
    for name, text in bodies_of(unnamed).items():
        assert features(text.encode()) == features(bodies_of(named_values)[name].encode()), name


@given(st.binary())
def test_junk_gives_zeros_or_numbers(text: bytes) -> None:
    assert all(math.isfinite(value) for value in features(text))
    assert all(math.isfinite(value) for value in features(b"define void @f() {\n" + text + b"\n}"))
