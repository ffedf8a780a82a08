"""What the opt engine says when its tools fail, by an injected runner; its work itself is in the conformance suite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from smartopt.errors import EngineError, InputError, ToolchainError, WorkerError
from smartopt.llvm.opt_engine import BitcodeModule, Completed, OptEngine, run_process

from .support import bitcode, toolchain

TWO = "define void @f() {\n  ret void\n}\n\ndefine void @g() {\n  ret void\n}\n"


class Script:
    """A runner that answers from a list and keeps what it was asked."""

    def __init__(self, *answers: Completed | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[Sequence[str]] = []

    def __call__(self, arguments: Sequence[str], data: bytes, seconds: float) -> Completed:
        self.asked.append(arguments)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def engine(script: Script) -> OptEngine:
    return OptEngine(toolchain(22), runner=script, seconds=3)


def test_a_signal_is_a_crash() -> None:
    with pytest.raises(WorkerError, match="SIGSEGV") as caught:
        engine(Script(Completed(-11, b"", "stack dump"))).parse(b"x")
    assert caught.value.reason == "trial-crash"
    assert caught.value.detail == "stack dump"


def test_a_late_opt_is_a_timeout() -> None:
    with pytest.raises(WorkerError, match="longer than 3 s") as caught:
        engine(Script(TimeoutError())).verify(BitcodeModule(b"x"))
    assert caught.value.reason == "trial-timeout"


def test_a_missing_opt_is_a_toolchain_error() -> None:
    broken = OptEngine(replace(toolchain(22), opt="/no/such/opt"))
    with pytest.raises(ToolchainError, match="cannot start"):
        broken.parse(b"x")
    with pytest.raises(ToolchainError, match="has no opt"):
        OptEngine(replace(toolchain(22), opt=None))


def test_a_refusal_keeps_llvms_message() -> None:
    answer = Completed(1, b"", "warning: x\n/usr/bin/opt-22: <stdin>:1:2: error: expected type\nmore\n")
    with pytest.raises(InputError) as caught:
        engine(Script(answer)).parse(b"x", "a.ll")
    assert str(caught.value) == "a.ll:1:2: error: expected type"


def test_lists_are_grouped_by_pipeline_and_unmasked_once() -> None:
    script = Script(*[Completed(0, b"bitcode", "")] * 3)
    three = TWO + TWO.replace("@f", "@h").replace("@g", "@i")
    module = BitcodeModule(b"in", text=three, pic=False)
    engine(script).run_lists(module, {"f": "sroa", "g": "dce", "h": "sroa"}, lambda _: None)
    sroa, dce, unmask = script.asked
    assert "-passes=forceattrs,function(sroa)" in sroa
    assert {"-force-attribute=g:optnone", "-force-attribute=i:optnone"} <= set(sroa)
    assert {"-force-remove-attribute=f:optnone", "-force-remove-attribute=h:optnone"} <= set(sroa)
    assert "-passes=forceattrs,function(dce)" in dce
    assert "-passes=forceattrs" in unmask
    assert sum(a.startswith("-force-remove-attribute=") for a in unmask) == 4
    assert not any(a.startswith("-force-attribute=") for a in unmask)


def test_a_name_with_a_colon_is_refused_and_not_mistaken() -> None:
    script = Script()
    module = BitcodeModule(b"in", text=TWO.replace("@g", '@"-[A b:]"'), pic=False)
    with pytest.raises(EngineError, match="colon"):
        engine(script).run_on(module, "f", "sroa")
    assert script.asked == []


def test_thousands_of_names_go_through_a_response_file() -> None:
    found = toolchain(22)
    names = [f"a_long_name_of_a_function_{'x' * 30}_{i}" for i in range(2500)] + ["it's \\ odd"]
    text = "".join(f'define i32 @"{n}"(i32 %x) {{\n  %y = add i32 %x, 0\n  ret i32 %y\n}}\n' for n in names[:-1])
    text += 'define i32 @"it\'s \\5C odd"(i32 %x) {\n  %y = add i32 %x, 0\n  ret i32 %y\n}\n'
    real = OptEngine(found)
    module = real.parse(text.encode())
    real.run_on(module, names[7], "instcombine<no-verify-fixpoint>")
    counts = real.instructions(module)
    assert counts[names[7]] == 1
    assert sum(counts.values()) == 2 * 2501 - 1
    assert "optnone" not in real.text(module)


def test_measuring_without_clang_uses_llc() -> None:
    found = toolchain(22)
    data = bitcode(22, "loops.c")
    real, bare = OptEngine(found), OptEngine(replace(found, clang=None))
    module = real.parse(data)
    real.run(module, "default<Oz>")
    assert bare.measure(module).text == real.measure(module).text


def test_a_process_that_hangs_is_stopped() -> None:
    with pytest.raises(TimeoutError):
        run_process(["sleep", "30"], b"", 0.2)
