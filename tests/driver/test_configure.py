"""What configure scripts try (CASES.md 14 to 20)."""

from __future__ import annotations

import os
import stat

import pytest

from .conftest import Pair
from .plugins import BOTH, first_on_both

PAIR_WAYS = BOTH

WARNS = "int unused_result(void);\nint main() { int x; static int never; return 0 }\n"


@pytest.mark.parametrize("source", [WARNS, WARNS.replace("0 }", "0; }"), '#include "missing.h"\n', "", "#error no\n"])
@pytest.mark.parametrize("flags", first_on_both(["-Wall", "-Wextra", "-g"], [], ["-Wall", "-Werror"]))
def test_cases_14_and_15_diagnostics_and_files_of_conftest(pair: Pair, source: str, flags: list[str]) -> None:
    pair.files = {"conftest.c": source, "check.c": source}
    assert pair.same("-Oz", *flags, "-c", "conftest.c") <= {"driver-probe"}
    reasons = pair.same("-Oz", *flags, "-c", "check.c")
    if pair.plugins is None:
        assert len(reasons & {"driver-compile-error", "winner.oz"}) == 1
    assert reasons <= pair.either({"driver-compile-error"}, set()) | {"winner.oz", "no-functions"}


@pytest.mark.parametrize("flag", ["-fX", "-Wbogus-warning", "-mbogus", "--bogus"])
@pytest.mark.parametrize("werror", first_on_both([], ["-Werror=unknown-warning-option"], ["-Werror"]))
def test_case_16_unknown_flags_keep_their_exit_code(pair: Pair, flag: str, werror: list[str]) -> None:
    pair.same("-Oz", *werror, flag, "-c", "a.c")


def test_case_17_an_empty_device_as_source(pair: Pair) -> None:
    reasons = pair.same("-Oz", "-c", "-x", "c", "/dev/null", "-o", "tmp")
    assert reasons == pair.either({"driver-input-special"}, set())


def test_case_18_dev_null_as_output_stays_a_device(pair: Pair) -> None:
    pair.inside("driver-output-special", "-Oz", "-c", "a.c", "-o", "/dev/null")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_case_19_assembly_on_stdin(pair: Pair) -> None:
    args = ["-Oz", "-c", "-x", "assembler", "-", "-o", "x.o"]
    assert pair.same(*args, stdin=b".text\nnop\n") == pair.either({"driver-input-language"}, set())


def test_case_20_output_in_another_folder(pair: Pair) -> None:
    pair.prepare = lambda work: (work / "deep" / "er").mkdir(parents=True)
    pair.eligible("-Oz", "-c", "a.c", "-o", "deep/er/x.o")
    pair.eligible("-Oz", "-MD", "-c", "a.c", "-o", "deep/er/x.o")
