"""Where clang runs each pass: the committed data is what the real clang prints, and says what is relied on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from smartopt.errors import ToolchainError
from smartopt.passes.exposure import LEVELS, TARGETS, exposure, generate, main


@pytest.fixture(scope="session")
def clang(major: int) -> str:
    path = shutil.which(f"clang-{major}")
    if path is None:
        pytest.skip(f"clang-{major} is not installed")
    return path


def test_the_committed_data_is_what_clang_prints(clang: str, major: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--clang", clang, "--check"]) == 0
    assert capsys.readouterr().out == f"exposure-{major}.json: as committed\n"


def test_what_is_relied_on(major: int) -> None:
    known = exposure(major)
    for name in ("sroa", "instcombine", "simplifycfg", "licm"):
        assert tuple(sorted(known[name].middle)) == tuple(sorted(LEVELS))
    for name in ("loop-reduce", "canon-freeze", "consthoist", "mergeicmps", "partially-inline-libcalls"):
        assert known[name].codegen == dict.fromkeys(TARGETS, LEVELS)
        assert not known[name].middle
    for name in ("separate-const-offset-from-gep", "slsr", "sink", "loop-bound-split", "structurizecfg"):
        assert name not in known
    assert known["speculative-execution"].options == {"only-if-divergent-target"}
    assert "no-speculate-blocks" not in known["simplifycfg"].options
    assert {"switch-to-lookup", "hoist-common-insts", "no-keep-loops"} <= known["simplifycfg"].options
    assert set(known["argpromotion"].middle) == set(known["callsite-splitting"].middle) == {"O3"}


def test_what_clang_never_runs_is_listed(clang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--clang", clang, "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "loop-reduce: run by code generation only (x86_64, aarch64, arm, thumb, riscv32, riscv64)" in lines
    assert "argpromotion: run at -O3 only" in lines
    assert "lower-switch: run by no target at any level" in lines
    assert not [line for line in lines if "options that no level prints" in line]


def test_something_else_than_clang_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fake = tmp_path / "clang"
    fake.write_text("#!/bin/sh\necho hello >&2\nexit 3\n", encoding="ascii")
    fake.chmod(0o755)
    with pytest.raises(ToolchainError, match="at -O1: hello"):
        generate(str(fake))
    assert main(["--clang", str(tmp_path / "none")]) == 1
    assert "could not be run" in capsys.readouterr().err
