"""Cutting modules into functions: every function, the right context, nothing of its neighbours."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartopt.ir.function_texts import function_hash, function_texts
from smartopt.ir.normalise import normalise

from .conftest import SOURCES, bodies_of, compile_ir

Compile = Callable[..., str]


@pytest.mark.parametrize("version", [22, 19])
def test_finds_every_function_that_llvm_finds(ir: Compile, version: int) -> None:
    text = ir(version=version)
    nm = shutil.which(f"llvm-nm-{version}")
    llvm_as = shutil.which(f"llvm-as-{version}")
    if nm is None or llvm_as is None:
        pytest.skip(f"LLVM {version} is not installed")
    bitcode = subprocess.run([llvm_as, "-o", "-"], input=text.encode(), check=True, capture_output=True).stdout
    command = [nm, "--defined-only", "--format=just-symbols", "--no-sort", "-"]
    symbols = set(subprocess.run(command, input=bitcode, check=True, capture_output=True).stdout.decode().split())
    functions = function_texts(text)
    assert set(functions) <= symbols
    assert len(functions) == len(re.findall(r"^define ", text, re.MULTILINE))
    for body in functions.values():
        assert len(re.findall(r"^define\b", body, re.MULTILINE)) == 1
        assert body.endswith("\n}")


def test_texts_are_normalised_and_whole(ir: Compile) -> None:
    texts = function_texts(ir())
    assert list(texts) == list(bodies_of(ir()))
    for name, text in texts.items():
        assert normalise(text) == text
        assert len(re.findall(r"^define\b", text, re.MULTILINE)) == 1
        assert re.search(r"^define\b[^\n@]*@(?:f0|main)\b|@__clang_call_terminate", text, re.MULTILINE), name
        defined = set(re.findall(r"^(%t\d+)=type", text, re.MULTILINE))
        assert set(re.findall(r"%t\d+\b", text)) <= defined, f"{name} uses a type that is not shown"


def test_context_is_what_the_body_mentions() -> None:
    text = compile_ir(next(s for s in SOURCES if s.name == "data.c"), 22)
    push = function_texts(text)["push"]
    assert "type{ptr,%t" in push  # struct node, and struct point within it
    assert re.search(r"^@g\d+=constant\[4 x ptr\]\[ptr @g\d+", push, re.MULTILINE)  # greetings and what it holds
    assert "thread_local" in push
    assert "i64 1,i64 2,i64 3" not in push  # hidden_table belongs to others
    assert "@malloc(" in push
    assert "@strncpy(" in push


def test_what_else_is_in_the_module_makes_no_difference() -> None:
    text = compile_ir(next(s for s in SOURCES if s.name == "data.c"), 22)
    more = text.replace(
        "define weak dso_local i32 @weak_symbol()",
        "define i32 @stranger() {\n  ret i32 1\n}\n\ndefine weak dso_local i32 @weak_symbol()",
    ).replace("%struct.point = type", "%struct.alien = type { i8 }\n%struct.point = type")
    assert more != text
    before, after = function_texts(text), function_texts(more)
    del after["stranger"]
    assert after == before


def test_attributes_of_callees_are_resolved() -> None:
    text = (
        "declare void @die(i32 noundef) #1\n"
        "define void @f() #0 {\n  call void @die(i32 noundef 1) #2\n  unreachable\n}\n"
        "define i32 @pure(i32 %0) #3 {\n  ret i32 %0\n}\n"
        "define i32 @g() {\n  %1 = call i32 @pure(i32 4)\n  ret i32 %1\n}\n"
        "attributes #0 = { nounwind }\nattributes #1 = { cold noreturn }\nattributes #2 = { nounwind }\n"
        "attributes #3 = { noinline memory(none) }\n"
    )
    assert function_texts(text)["f"].startswith("declare void @f1(i32)noreturn\ndefine void @f0(){\n")
    assert function_texts(text)["g"].startswith("declare i32 @f1(i32)noinline memory(none)\n")


def test_symbols_are_unescaped() -> None:
    text = 'define void @"\\01odd \\22name\\22"() {\n  ret void\n}\n'
    assert function_texts(text) == {'\x01odd "name"': "define void @f0(){\nret void\n}"}


def test_hash_tells_texts_apart() -> None:
    assert function_hash("a") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    texts = [t for s in SOURCES for t in function_texts(compile_ir(s, 22)).values()]
    assert len({function_hash(t) for t in texts}) == len(set(texts)) > 40


@given(st.text())
def test_never_raises(text: str) -> None:
    function_texts(text)
    function_hash(text)
