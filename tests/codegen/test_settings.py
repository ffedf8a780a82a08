"""Lists measured as the back end's slim settings will make their code, and compared with -Oz's own under the same."""

from __future__ import annotations

import platform
from typing import Any

import pytest

from smartopt.codegen.configuration import Configuration
from smartopt.codegen.settings import CodeGeneration, slim_flags, variation_settings, variations
from smartopt.codegen.targets import TARGETS, target_of
from smartopt.llvm.libllvm import LibLLVMEngine
from smartopt.llvm.toolchain import find_toolchain
from smartopt.objfile.measure import measure_object
from tests.codegen.support import in_child
from tests.optimizer.support import PROGRAMS, baseline, bitcode, case, clang, object_of, optimised

pytestmark = pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="slim code is for x86-64")


def slim_total(module: bytes, major: int = 22) -> int:
    return measure_object(object_of(module, *slim_flags(major), major=major)).total


@pytest.mark.parametrize("major", [22, 19])
@pytest.mark.parametrize("program", PROGRAMS)
def test_promises_hold_for_slim_objects(program: str, major: int) -> None:
    """Measured whole (effort max), a plan's difference to -Oz is that of the objects which clang makes."""
    data = bitcode(program, major=major)
    report = (found := optimised(data, slim=True, effort="max", stands_for="clang", llvm=str(major))).report
    own = measure_object(clang(major, "-", "-Oz", *slim_flags(major), "-x", "ir", "-c", "-o", "-", data=data)).total
    assert report["oz_slim"] == own
    promised = report["bytes"]["output"]["total"] - report["bytes"]["oz"]["total"]
    assert slim_total(found.data, major) - own == promised <= 0


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_choice_for_slim_code_is_no_worse_there(program: str) -> None:
    data = bitcode(program)
    plain, slim = (optimised(data, slim=slim, effort="max") for slim in (False, True))
    assert slim_total(slim.data) <= slim_total(plain.data)


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_worker_measures_slim_code(program: str) -> None:
    """Only the first worker reads the source; the others, and a child that takes a dead one's place, see bases."""
    one, two = (optimised(bitcode(program), slim=True, effort="max", jobs=jobs) for jobs in (1, 2))
    assert one.data == two.data
    assert one.report["functions"] == two.report["functions"]
    assert one.report["candidates"] == two.report["candidates"]


@pytest.mark.parametrize("options", [{"objective": "instructions"}, {"engine": "opt"}], ids=str)
def test_elsewhere_it_changes_nothing(options: dict[str, Any]) -> None:
    data = bitcode("words.c")
    assert optimised(data, slim=True, **options).data == optimised(data, **options).data


def test_a_target_without_settings_is_measured_as_ever() -> None:
    data = case("target_aarch64").replace(b"aarch64-unknown-linux-gnu", b"aarch64_be-unknown-linux-gnu")
    assert b"aarch64_be" in data
    assert optimised(data, slim=True).report["slimmable"] is False


ALL_OF_THEM = [
    "x86_64-linux-gnu",
    "aarch64-linux-gnu",
    "thumbv7em-none-eabi",
    "armv7-linux-gnueabihf",
    "riscv32",
    "riscv64",
]


@pytest.mark.parametrize("major", [22, 19])
@pytest.mark.parametrize("triple", ALL_OF_THEM)
def test_each_setting_is_an_option_of_clangs(triple: str, major: int) -> None:
    target = target_of(f"{triple}-unknown-elf" if triple.startswith("riscv") else triple)
    assert target is not None
    source = b"int g(int); int f(int *p, int n) { int s = 0; while (n--) s += g(p[n]) * g(n); return s; }"
    arguments = ["-", f"--target={triple}", "-Oz", "-x", "c", "-c", "-o", "-"]
    for flags in (Configuration(slim=True, outlined=True, target=target.name).flags(major), ()):
        assert clang(major, *arguments, *flags, data=source).startswith(b"\x7fELF")


def test_where_clang_outlines_itself_slim_code_is_measured_without() -> None:
    calls = b"".join(b"int f%d(int a) { return g(a + 1, 2, 3, 4, 5, 6, %d); }\n" % (n, n) for n in range(8))
    data = clang(22, "-", *MINIMAL, "-Oz", data=b"int g(int, int, int, int, int, int, int);\n" + calls)

    def outlined() -> list[bool]:
        engine = LibLLVMEngine(find_toolchain("22"))
        codegen, made = CodeGeneration(engine), []
        for target in (None, target_of("aarch64-linux-gnu"), None):
            codegen.use_slim(target)
            made.append(b"OUTLINED_FUNCTION_" in engine.emit(engine.parse(data)))
        return made

    assert in_child(outlined) == [True, False, True]


MINIMAL = ("--target=aarch64-linux-gnu", "-x", "c", "-c", "-emit-llvm", "-o", "-")


def test_the_settings_go_on_and_off() -> None:
    data = baseline(bitcode("numbers.c"))

    def objects() -> list[bytes]:
        engine = LibLLVMEngine(find_toolchain("22"))
        made, codegen = [], CodeGeneration(engine)
        for target in (None, TARGETS[0], None, TARGETS[0]):
            codegen.use_slim(target)
            made.append(engine.emit(engine.parse(data)))
        return made

    plain, slim, plain_again, slim_again = in_child(objects)
    assert plain == plain_again != slim == slim_again


def test_each_variation_is_an_option_of_clangs() -> None:
    for major in (19, 22):
        assert len(variations(major)) >= 18
        for name in variations(major):
            flags = slim_flags(major, variation_settings([name]))
            assert clang(major, "-", "-Oz", *flags, "-x", "c", "-c", "-o", "-", data=b"int f(int a) { return a * 7; }")


def test_of_two_variations_of_one_option_the_later_counts() -> None:
    flags = slim_flags(22, variation_settings(("burr-schedule", "ilp-schedule", "lsr")))
    assert flags.count("-pre-RA-sched=list-ilp") == 1
    assert "-pre-RA-sched=list-burr" not in flags
    assert [flag for flag in flags if flag.startswith("-disable-lsr")] == ["-disable-lsr=0"]
