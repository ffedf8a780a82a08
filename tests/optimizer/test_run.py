"""The optimizer as a whole, on real programs and with the real compilers: never larger, the same behaviour, honest."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from smartopt.errors import InputError, ModelError, ToolchainError, UsageError
from smartopt.objfile.measure import measure_object
from smartopt.optimizer import PreparedOptimizer, optimize
from smartopt.options import EFFORTS, Options
from tests.optimizer.support import (
    BACK_END,
    OTHERS,
    PROGRAMS,
    baseline,
    bitcode,
    case,
    clang,
    measure,
    object_of,
    opt,
    optimised,
    run,
    text_of,
    total,
)
from tests.support import tool
from tests.worker.services import children

MAJORS = (22, 19)
ENGINES = ("libllvm", "opt", "llvmlite")


# -- smaller, and the same program ------------------------------------------------------------------------------------


@pytest.mark.parametrize("effort", EFFORTS)
@pytest.mark.parametrize("source", PROGRAMS)
def test_never_larger_by_clangs_own_object(source: str, effort: str) -> None:
    """The figures of the report are those of the object that the compiler makes of the output, to the byte."""
    result = optimised(bitcode(source), effort=effort)
    before, after = measure(result.report)
    assert after <= before
    assert total(result.data) == after
    assert total(baseline(bitcode(source), effort="fast")) == before


def test_programs_get_smaller() -> None:
    sums = [measure(optimised(bitcode(source)).report) for source in PROGRAMS]
    before, after = (sum(column) for column in zip(*sums, strict=True))
    assert after < 0.99 * before


@pytest.mark.parametrize("source", PROGRAMS)
def test_more_effort_is_never_worse(source: str) -> None:
    sizes = [measure(optimised(bitcode(source), effort=effort).report)[1] for effort in EFFORTS]
    assert sizes == sorted(sizes, reverse=True)
    trials = [optimised(bitcode(source), effort=effort).report["trials"] for effort in EFFORTS]
    assert trials[-1] > max(trials[:-1])  # default goes where it pays, and may try less than one list for each


@pytest.mark.parametrize("major", MAJORS)
@pytest.mark.parametrize("source", PROGRAMS)
def test_programs_run_the_same(source: str, major: int, tmp_path: Path) -> None:
    data = bitcode(source, major=major)
    expected = run(data, tmp_path, major=major)
    assert len(expected[1]) > 40
    result = optimised(data, llvm=str(major), effort="max" if major == 22 else "fast")
    assert run(result.data, tmp_path, *BACK_END, major=major) == expected
    # also every plan that did not win
    plan = optimised(data, llvm=str(major), select="plan")
    assert run(plan.data, tmp_path, *BACK_END, major=major) == expected


@pytest.mark.parametrize(("engine", "source"), OTHERS)
def test_the_other_engines(source: str, engine: str, tmp_path: Path) -> None:
    data = bitcode(source)
    result = optimised(data, engine=engine, select="plan")
    report = result.report
    assert report["engine"] == engine
    assert report["winner"] == "plan", "a plan can be made with this engine at all"
    assert "compose-invalid" not in report["fallbacks"]
    assert run(result.data, tmp_path, *BACK_END) == run(data, tmp_path)
    chosen = optimised(data, engine=engine)
    before, after = measure(chosen.report)
    assert after <= before
    assert total(chosen.data) == after


def test_the_other_engines_gain_something() -> None:
    for engine in ("opt", "llvmlite"):
        before, after = measure(optimised(bitcode("numbers.c"), engine=engine).report)
        assert after < before, engine


@pytest.mark.parametrize(("engine", "source"), [*(("libllvm", source) for source in PROGRAMS), ("opt", "one.c")])
def test_the_baseline_is_opts_own(engine: str, source: str) -> None:
    data = bitcode(source)
    result = optimised(data, engine=engine, select="baseline")
    assert result.report["winner"] == "oz"
    assert result.report["trials"] > 0, "it goes the whole way"
    assert text_of(result.data) == text_of(opt(22, "default<Oz>", data))


@pytest.mark.parametrize("source", PROGRAMS)
def test_the_embedded_baseline_is_as_small(source: str) -> None:
    """llvmlite's LLVM is another point release, so some attributes differ; the code does not."""
    assert total(baseline(bitcode(source), engine="llvmlite")) == total(baseline(bitcode(source)))


@pytest.mark.parametrize("major", MAJORS)
def test_the_baseline_is_what_clang_does(major: int) -> None:
    for source in PROGRAMS:
        from tests.optimizer.support import SOURCES

        direct = clang(major, SOURCES / source, "-Oz", "-c", "-o", "-")
        ours = object_of(baseline(bitcode(source, major=major), llvm=str(major)), major=major)
        assert measure_object(ours) == measure_object(direct)


def test_os_is_its_own_baseline() -> None:
    data = bitcode("words.c")
    result = optimised(data, level="Os", select="baseline")
    assert text_of(result.data) == text_of(opt(22, "default<Os>", data))


# -- what outsiders see -----------------------------------------------------------------------------------------------


def _symbols(module: bytes, folder: Path) -> set[str]:
    file = folder / "module.bc"
    file.write_bytes(module)
    nm = [tool("llvm-nm-22"), "--extern-only", "--format=posix", str(file)]
    listed = subprocess.run(nm, capture_output=True, text=True, check=True).stdout
    return {" ".join(line.split()[:2]) for line in listed.splitlines()}


LINKED = ("aliases", "comdats", "constructors", "ifuncs", "llvm_used", "module_asm", "tls", "exceptions", "varargs")


@pytest.mark.parametrize("name", LINKED)
def test_symbols_stay_and_plans_pass_the_checks(name: str, tmp_path: Path) -> None:
    """Plans of modules with unusual symbols are as believable as others: no check refuses what is sound."""
    result = optimised(case(name), select="plan")
    assert result.report["winner"] == "plan", result.report["fallbacks"]
    assert "check-failed" not in result.report["fallbacks"]
    definitions = {line for line in _symbols(baseline(case(name)), tmp_path) if not line.endswith((" U", " W", " w"))}
    assert definitions <= _symbols(result.data, tmp_path)


def test_default_effort_has_no_failed_checks() -> None:
    for name in LINKED:
        assert "check-failed" not in optimised(case(name), effort="default").report["fallbacks"], name


# -- debug information ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", PROGRAMS)
def test_debug_information_changes_no_code(source: str) -> None:
    plain = optimised(bitcode(source), effort="default")
    debug = optimised(bitcode(source, "-g"), effort="default")
    assert plain.report["winner"] == debug.report["winner"] == "plan"
    assert "debug-differs" not in debug.report["fallbacks"]
    assert _text(plain.data) == _text(debug.data)


def _text(module: bytes) -> bytes:
    """The code sections of the object, through the compiler's own objcopy."""
    done = subprocess.run(
        [tool("llvm-objcopy-22"), "-O", "binary", "--only-section=.text*", "-", "-"],
        input=object_of(module),
        capture_output=True,
        check=True,
    )
    assert done.stdout
    return done.stdout


@pytest.mark.parametrize("major", MAJORS)
def test_debug_information_stays_and_is_sound(major: int, tmp_path: Path) -> None:
    result = optimised(bitcode("words.c", "-g", major=major), llvm=str(major))
    assert result.report["winner"] == "plan"
    text = text_of(result.data, major)
    assert "DICompileUnit" in text
    assert len(re.findall(r"!DILocation\(", text)) > 20
    assert "smartopt-" not in text
    assert all("!dbg" in line for line in text.splitlines() if line.startswith("define") and "@llvm." not in line)
    file = tmp_path / "debug.o"
    file.write_bytes(object_of(result.data, "-g", major=major))
    checked = subprocess.run(
        [tool(f"llvm-dwarfdump-{major}"), "--verify", str(file)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    assert "No errors." in checked.stdout


# -- what cannot be searched ------------------------------------------------------------------------------------------


def test_an_unknown_target_counts_instructions() -> None:
    result = optimised(case("target_unknown"), effort="default")
    report = result.report
    assert report["fallbacks"]["target-missing"] == 1
    assert report["objective"] == "size"
    assert report["bytes"] == {
        which: dict.fromkeys(("text", "rodata", "eh_frame", "data", "total"), 0) for which in ("oz", "output")
    }
    assert report["instructions"]["output"] <= report["instructions"]["oz"]
    assert report["trials"] > 0


def test_a_module_without_a_triple_counts_instructions() -> None:
    data = b"define i32 @f(i32 %x) minsize optsize {\n  %y = mul i32 %x, 2\n  %z = add i32 %y, %x\n  ret i32 %z\n}\n"
    report = optimised(data).report
    assert report["fallbacks"]["target-missing"] == 1
    assert report["instructions"]["output"] <= report["instructions"]["oz"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_module_without_functions(engine: str) -> None:
    result = optimised(case("no_functions"), engine=engine)
    assert result.report["winner"] == "oz"
    assert result.report["fallbacks"]["no-functions"] == 1
    assert result.report["functions"] == []
    assert result.report["trials"] == 0
    assert text_of(result.data) == text_of(opt(22, "default<Oz>", case("no_functions")))


def test_coroutines_are_left_to_oz() -> None:
    result = optimised(case("coroutines"))
    assert result.report["winner"] == "oz"
    assert result.report["fallbacks"]["module-excluded"] == 1
    assert result.report["trials"] == 0
    assert text_of(result.data) == text_of(opt(22, "default<Oz>", case("coroutines")))


BAD = {
    "junk": bytes(range(256)) * 4,
    "truncated": bitcode("one.c")[: len(bitcode("one.c")) // 2],
    "text with a slip": b"define i32 @f( {\n",
    "a verifier's case": b"define i32 @f() {\n  %x = add i32 %y, 1\n  %y = add i32 1, 1\n  ret i32 %x\n}\n",
    "NUL in text": b"; \0\ndefine void @f() {\n  ret void\n}\nnot ir\n",
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_an_input_error_of_one_line(what: str, engine: str) -> None:
    with pytest.raises(InputError) as caught:
        optimize(BAD[what], Options(engine=engine, llvm="22"), name="a file.ll")  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) > 5


def test_empty_text_is_an_empty_module() -> None:
    """As for opt."""
    assert optimised(b"").report["fallbacks"] == {"no-functions": 1, "target-missing": 1}


def test_newer_bitcode_is_refused_in_one_line() -> None:
    # a newer LLVM's bitcode that this one cannot read: what it says is not IR is told as such
    newer = opt(22, "no-op-module", b"define void @f(ptr captures(none) %p) {\n  ret void\n}\n")
    with pytest.raises(InputError) as caught:
        optimize(newer, Options(llvm="19"))
    assert "\n" not in str(caught.value)


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(ToolchainError):
        optimize(bitcode("one.c"), Options(llvm="/nonexistent"))
    with pytest.raises(ModelError, match="name a model's folder"):
        optimize(bitcode("one.c"), Options(llvm="22", model="/nonexistent"))


# -- how it is called --------------------------------------------------------------------------------------------------


def test_progress_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    optimize(bitcode("one.c"), Options(llvm="22"), progress=lambda *what: told.append(what))
    assert told
    assert all(0 <= done <= whole for _, done, whole in told)
    assert {stage.split(" (")[0] for stage, _, _ in told} >= {"trying pass lists", "composing"}


class Forgetful:
    """A memory that keeps nothing."""

    fingerprint = ""
    functions = False

    def get(self, key: str) -> bytes | None:
        return None

    def put(self, key: str, value: bytes) -> None:
        pass


@pytest.mark.parametrize("begin", [True, False])
def test_what_was_prepared_before_its_input_was_there_ends_the_same(begin: bool) -> None:
    data, others = bitcode("words.c"), children()
    prepared = PreparedOptimizer(Options(llvm="22", effort="fast"), begin)
    assert len(children() - others) == (1 if begin else 0)
    result = prepared.run(data, "<stdin>", Forgetful())
    assert result.data == optimised(data).data
    assert {**result.report, "seconds": 0} == {**optimised(data).report, "seconds": 0}
    kept = prepared.keep_in_place(result.data, {"main", "of nobody"})
    assert [text_of(one).count('"nooutline"') for one in (result.data, kept)] == [0, 1]
    prepared.close()
    assert children() == others
    prepared.close()


def test_preparing_without_input_leaves_no_process() -> None:
    others = children()
    prepared = PreparedOptimizer(Options(llvm="22"))
    assert children() - others
    prepared.dismiss()
    prepared.close()
    assert children() == others


def test_what_cannot_be_prepared_leaves_no_process() -> None:
    others = children()
    with pytest.raises(ToolchainError):
        PreparedOptimizer(Options(llvm="/nonexistent"))
    with pytest.raises(UsageError):
        PreparedOptimizer(Options(llvm="22", forced_fault="nonsense"))
    assert children() == others
