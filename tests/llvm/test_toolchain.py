"""The toolchain is found by version, folder and clang, cheaply, and never by way of a smartopt wrapper."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from smartopt.errors import ToolchainError
from smartopt.llvm import toolchain as module
from smartopt.llvm.toolchain import Toolchain, find_toolchain, toolchain_for_clang
from smartopt.ourselves import is_ourselves

from .support import toolchain

WRAPPER = "#!/usr/bin/env python3\nfrom smartopt.driver.entry import main_c\nmain_c()\n"


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("major", [22, 19])
def test_a_version_names_a_complete_toolchain(major: int) -> None:
    found = toolchain(major)
    assert found.major == major
    assert found.opt is not None
    told = subprocess.run([found.opt, "--version"], capture_output=True, text=True, check=True).stdout
    assert f"LLVM version {found.version}\n" in told
    assert found.root is not None
    assert find_toolchain(found.root).version == found.version
    assert find_toolchain(f"{found.root}/bin").libllvm == found.libllvm
    assert find_toolchain(found.version).version == found.version
    assert find_toolchain(found.version.rpartition(".")[0]).version == found.version
    size = found.tool("llvm-size")
    assert size is not None
    assert os.access(size, os.X_OK)
    assert found.tool("no-such-tool") is None


def test_the_newest_complete_one_is_the_default() -> None:
    newest = toolchain(22)
    assert find_toolchain() == newest
    assert find_toolchain("") == newest


@pytest.mark.parametrize("major", [22, 19])
def test_the_toolchain_of_a_clang(major: int, tmp_path: Path) -> None:
    found = toolchain(major)
    assert found.clang is not None
    link = tmp_path / "clang"
    link.symlink_to(found.clang)
    for path in (found.clang, str(link)):
        owned = toolchain_for_clang(path)
        assert (owned.version, owned.opt, owned.libllvm) == (found.version, found.opt, found.libllvm)
        assert owned.clang == path


def test_nothing_is_started_and_it_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    found = toolchain(22)
    assert found.clang is not None

    def never(program: str) -> str | None:
        raise AssertionError(program)

    monkeypatch.setattr(module, "_ask", never)
    best = 1.0
    for _ in range(5):
        start = time.perf_counter()
        find_toolchain()
        toolchain_for_clang(found.clang)
        best = min(best, time.perf_counter() - start)
    assert best < 0.01  # both together take about 1 ms; the bound leaves room for a loaded machine


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("18.9", ["no LLVM 18.9", "/usr/lib/llvm-18", "apt-get install clang-18 llvm-18", "--llvm DIR"]),
        ("/no/such/folder", ["neither a version nor a folder", "bin/clang"]),
        ("EMPTY", ["EMPTY/bin", "EMPTY/lib", "apt-get install", "--llvm DIR"]),
    ],
)
def test_an_error_says_what_where_and_what_next(spec: str, words: list[str], tmp_path: Path) -> None:
    empty = tmp_path / "EMPTY"
    empty.mkdir()
    with pytest.raises(ToolchainError) as caught:
        find_toolchain(str(empty) if spec == "EMPTY" else spec)
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message


def test_wrappers_are_never_taken_for_clang(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = toolchain(22)
    assert real.clang is not None
    bin_dir = tmp_path / "bin"
    by_content = script(bin_dir / "clang-22", WRAPPER)
    by_name = script(bin_dir / "smartopt-clang", "#!/bin/sh\n")
    (bin_dir / "opt-22").symlink_to(by_name)
    assert is_ourselves(str(by_content))
    assert is_ourselves(str(bin_dir / "opt-22"))
    assert not is_ourselves(real.clang)
    monkeypatch.setenv("PATH", f"{bin_dir}:{os.environ['PATH']}")
    assert find_toolchain("22") == real
    with pytest.raises(ToolchainError, match="smartopt wrapper"):
        toolchain_for_clang(str(by_content))
    with pytest.raises(ToolchainError, match="no clang, opt or libLLVM"):
        find_toolchain(str(tmp_path))


def test_a_version_is_asked_for_only_when_nothing_else_tells_it(tmp_path: Path) -> None:
    script(tmp_path / "bin" / "clang", "#!/bin/sh\necho 'clang version 21.1.4 (vendor)'\n")
    found = find_toolchain(str(tmp_path))
    assert found == Toolchain(
        "21.1.4", 21, str(tmp_path), str(tmp_path / "bin" / "clang"), None, None, None, f"--llvm {tmp_path}"
    )
    mute = script(tmp_path / "mute" / "bin" / "clang", "#!/bin/sh\nexit 1\n")
    with pytest.raises(ToolchainError, match="tells no LLVM version"):
        toolchain_for_clang(str(mute))
    with pytest.raises(ToolchainError, match="no clang is at"):
        toolchain_for_clang(str(tmp_path / "absent"))
