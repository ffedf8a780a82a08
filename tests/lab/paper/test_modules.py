"""Functions as modules of their own: what is kept, what is taken off, and that LLVM takes the result."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartopt.lab.paper.compiler import Compiler
from smartopt.lab.paper.modules import alone, model_text
from smartopt.llvm.toolchain import find_toolchain
from tests.support import ROOT

MODULE = """\
target triple = "x86_64-pc-linux-gnu"

%struct.pair = type { i32, %struct.inner }
%struct.inner = type { i64 }

@.str = private unnamed_addr constant [15 x i8] c"no memory nocap\\00", align 1
@count = internal global i32 7, align 4
@table = internal constant [1 x ptr] [ptr @callee]

; Function Attrs: minsize nounwind
define internal void @callee(ptr noundef nonnull align 8 dereferenceable(8) %0) unnamed_addr #0 section "x" {
  ret void
}

define linkonce_odr i32 @caller(ptr noundef %0) local_unnamed_addr #0 !srcloc !3 {
  %2 = getelementptr inbounds %struct.pair, ptr %0, i32 0, i32 1 ; a comment
  %3 = load i32, ptr @count, align 4, !tbaa !1
  call void @callee(ptr noundef nonnull align 8 dereferenceable(8) %2) #1
  %4 = call i64 @strlen(ptr @.str)
  %5 = load ptr, ptr @table, align 8
  ret i32 %3
}

declare i64 @strlen(ptr captures(none)) #0

attributes #0 = { minsize nounwind }
attributes #1 = { nounwind }

!1 = !{!2, !2, i64 0}
!2 = !{!"int"}
!3 = !{i64 12}
"""


def test_the_papers_arm_has_no_attributes() -> None:
    texts = dict(alone(MODULE, attributes=False))
    assert set(texts) == {"callee", "caller"}
    assert "define void @f1(ptr %0) unnamed_addr {" in texts["callee"]
    caller = texts["caller"]
    assert "define i32 @f1(ptr %0) local_unnamed_addr {" in caller
    assert 'c"no memory nocap\\00"' in caller  # words within strings are no attributes
    assert "@strlen" in caller  # passes know it by name
    assert "external global i32, align 4" in caller  # nothing may be concluded from its value
    assert "external constant [1 x ptr]" in caller  # its value mentions a function
    for gone in ("#0", "#1", "!", "minsize", "noundef", "nonnull", "dereferenceable", "callee", "struct.pair"):
        assert gone not in caller.replace("target triple", ""), gone


def test_the_trusted_arm_keeps_attributes_and_metadata() -> None:
    caller = dict(alone(MODULE, attributes=True))["caller"]
    assert "attributes #0 = { minsize nounwind }" in caller
    assert "!tbaa !1" in caller
    assert '!2 = !{!"int"}' in caller


def test_what_a_model_reads() -> None:
    text = model_text(dict(alone(MODULE, attributes=False))["caller"])
    assert not any(line.startswith((" ", "target")) or not line for line in text.splitlines())
    assert "a comment" not in text
    assert model_text(text) == text


@pytest.fixture(scope="module")
def compiler() -> Iterator[Compiler]:
    with Compiler(find_toolchain("22")) as made:
        yield made


@pytest.mark.parametrize("name", ["src/calc.c", "src/words.cpp", "src/pack.c"])
@pytest.mark.parametrize("attributes", [False, True])
def test_every_function_of_the_examples_stands_alone(
    name: str, attributes: bool, compiler: Compiler, tmp_path: Path
) -> None:
    toolchain = find_toolchain("22")
    clang = toolchain.clang if name.endswith(".c") else toolchain.clangxx
    bitcode = tmp_path / "x.bc"
    flags = ["-Oz", "-Xclang", "-disable-llvm-passes", "-w", "-emit-llvm", "-c", "-o", str(bitcode)]
    subprocess.run([str(clang), *flags, str(ROOT / "examples" / name)], check=True)
    cut = compiler.cut(bitcode.read_bytes(), attributes)
    assert len(cut) > 5
    before = compiler.parse([text for _, text in cut])
    assert [found.message for found in before] == [""] * len(cut)
    after = compiler.run([(text, "default<Oz>") for _, text in cut], measure=True, give=True)
    assert all(found.ok and found.bytes for found in after)
    assert sum(found.instructions for found in after) < sum(found.instructions for found in before)
    # What a model reads is IR itself.
    assert not any(found.message for found in compiler.parse([model_text(found.text) for found in after]))


def test_a_model_reads_no_attributes_that_passes_added() -> None:
    text = "define void @f1(ptr readonly captures(none) %0) #0 {\n  ret void\n}\n\nattributes #0 = { nounwind }\n"
    assert model_text(text) == "define void @f1(ptr %0) {\nret void\n}"
