"""Features of functions: right on counted examples, finite and named on real code."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from smartopt.ir import FEATURE_NAMES, features, function_text, function_texts

from .conftest import SOURCES, compile_ir

Compile = Callable[..., str]


def named(text: str) -> dict[str, float]:
    return dict(zip(FEATURE_NAMES, features(text), strict=True))


def of(source: str, function: str) -> dict[str, float]:
    return named(function_text(compile_ir(next(s for s in SOURCES if s.name == source), 22), function))


def test_names_are_distinct() -> None:
    assert len(set(FEATURE_NAMES)) == len(FEATURE_NAMES)


def test_counts_in_a_switch() -> None:
    found = of("control.c", "classify")
    assert found["op_switch"] == 1
    assert found["switch_cases"] == 9
    assert found["direct_calls"] == 1
    assert found["constants_in_context"] == 1
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
    for name, text in function_texts(ir()).items():
        body = text[text.index("define") :]
        # Continuation lines of invoke, landingpad and switch are part of their instruction.
        other = r"(?:define|\}|\]|[^\n]*:$|to label|catch|filter|cleanup|i\d+ -?\d+,label)"
        lines = [line for line in body.split("\n") if not re.match(other, line)]
        found = named(text)
        assert sum(v for k, v in found.items() if k.startswith("op_")) == len(lines), name
        assert found["blocks"] == 1 + len(re.findall(r"^b\d+:$", body, re.MULTILINE))
        assert all(math.isfinite(value) and value >= 0 for value in found.values())


@given(st.text())
def test_junk_gives_zeros_or_numbers(text: str) -> None:
    assert all(math.isfinite(value) for value in features(text))
    assert all(math.isfinite(value) for value in features("define void @f(){\n" + text + "\n}"))
