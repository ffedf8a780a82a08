"""The small language model: it learns, it stops and goes on, and its answers are read and judged."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from smartopt.lab.paper.arithmetic import curriculum
from smartopt.lab.paper.arms import make_arm
from smartopt.lab.paper.compiler import Compiler
from smartopt.lab.paper.generated_code import bleu, error_class, judge, quality
from smartopt.lab.paper.prompts import Answer, answer_text, read_answer
from smartopt.llvm.toolchain import find_toolchain
from tests.support import ROOT

TRAIN = """
import sys
from pathlib import Path
from smartopt.lab.paper.language import train_language
from smartopt.lab.paper.scales import ModelSize, scale
from smartopt.lab.paper.study import OutOfTime, Study

out, stop = Path(sys.argv[1]), int(sys.argv[2])
size = ModelSize(2, 64, 2, 128, 512, 64, 120, 8, 4e-3, 30)
pairs = [(f"ret i32 %{n}", f"%{n} i32") for n in range(8)]
study = Study(out, out, scale("smoke"), out, say=lambda line: None)
asked = 0

def validate(language):
    global asked
    asked += 1
    if asked == stop:
        study.deadline = 0.0
    made = language.generate([prompt for prompt, _ in pairs], 16)
    return {"exact": sum(one == answer for one, (_, answer) in zip(made, pairs, strict=True)) / len(pairs)}

try:
    language, log = train_language(study, out / "model", size, pairs, validate, "exact")
except OutOfTime:
    print("stopped")
else:
    print(log[-1]["loss"], max(row["exact"] for row in log), language.generate(["ret i32 %5"], 16, first_line=True))
"""


def train(folder: Path, stop: int) -> str:
    """In a process of its own: what the libraries warn of is not ours."""
    command = [sys.executable, "-c", TRAIN, str(folder), str(stop)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def test_it_learns_and_goes_on_exactly(tmp_path: Path) -> None:
    whole = train(tmp_path / "whole", 0)
    assert whole.split(" ", 2)[1:] == ["1.0", "['%5 i32']"]
    assert train(tmp_path / "parts", 2) == "stopped"
    assert train(tmp_path / "parts", 0) == whole


def test_answers_are_read_as_they_are_written() -> None:
    arm = make_arm("paper", find_toolchain("22"))
    text = answer_text(("instcombine", "Oz"), 14, 7, "define i32 @f1() {\nret i32 0\n}")
    assert text.startswith("Run passes -instcombine -Oz to reduce instruction count from 14 to 7:\ndefine")
    assert read_answer(text, arm) == Answer(("instcombine", "Oz"), 14, 7, "define i32 @f1() {\nret i32 0\n}")
    assert read_answer("Run passes -no-such-pass to reduce instruction count from 1 to 1:", arm).passes == ()
    assert read_answer("Run passes -Oz -O1 -Oz to reduce instruction count from 3 to 2:", arm) == Answer((), 3, 2)
    assert read_answer("Run passes -sroa to reduce", arm) == Answer(("sroa",))
    assert read_answer("", arm) == Answer()


GOOD = "define i32 @f1(i32 %0) {\n%2 = add i32 %0, 1\nret i32 %2\n}"

WRONG = {
    "type error": "define i1 @f1(i32 %0) {\n%2 = add i32 %0, 1\nret i1 %2\n}",
    "instruction forward referenced": "define i32 @f1(i32 %0) {\n%2 = add i32 %3, 1\n%3 = add i32 %2, 1\nret i32 %3\n}",
    "undefined value": "define i32 @f1(i32 %0) {\nret i32 %2\n}",
    "undefined function": "define void @f1() {\ncall void @f2()\nret void\n}",
    "invalid redefinition": "define i32 @f1(i32 %a) {\n%b = add i32 %a, 1\n%b = add i32 %a, 2\nret i32 %b\n}",
    "syntax error": "define i32 @f1(i32 %0) {\n%2 = add i32 %0,\nret i32 %2\n}",
    "invalid value for constant": "define float @f1() {\nret float 0x3FF0000000000001\n}",
    "index error": "define ptr @f1(ptr %0) {\n%2 = getelementptr { i32 }, ptr %0, i32 0, i32 3\nret ptr %2\n}",
    "other": "",
}


def test_errors_are_classed_by_llvms_own_messages() -> None:
    with Compiler(find_toolchain("22")) as compiler:
        judged = judge(compiler, list(WRONG.values()), [GOOD] * len(WRONG))
        assert {name: error_class(one.message) for name, one in zip(WRONG, judged, strict=True)} == {
            **{name: name for name in WRONG},
            "other": "syntax error",
        }, [one.message for one in judged]
        (fine,) = judge(compiler, [GOOD], [GOOD])
        assert (fine.bleu, fine.exact, fine.compiles, fine.instructions) == (pytest.approx(1), True, True, 2)


def test_quality_counts_and_compares_with_copying() -> None:
    other = GOOD.replace("add i32 %0, 1", "sub i32 %0, 1")
    with Compiler(find_toolchain("22")) as compiler:
        made, wanted, given = [GOOD, other, WRONG["type error"]], [GOOD] * 3, [other] * 3
        found = quality(judge(compiler, made, wanted), made, wanted, given)
    assert (found["exact"], found["compiles"], found["exact_of_copying"]) == (33.33, 66.67, 0.0)
    assert 0 < found["bleu_of_copying"] < 1
    assert found["errors"] == {"type error": 1}
    assert bleu("", GOOD) == 0


def test_the_curriculum_agrees_with_llvms_constant_folder() -> None:
    questions = curriculum(60, seed=3)
    assert len({prompt for prompt, _ in questions}) == 60
    texts = []
    for prompt, _ in questions:
        _, _, rest = prompt.partition("= ")
        width = rest.split()[1]
        texts.append(f"define {width} @f1() {{\n  %1 = {rest}\n  ret {width} %1\n}}\n")
    with Compiler(find_toolchain("22")) as compiler:
        folded = compiler.run([(text, "instsimplify") for text in texts], give=True)
    for (prompt, answer), one in zip(questions, folded, strict=True):
        _, _, value = answer.partition(" ")
        assert f"ret {value}\n" in one.text, prompt
