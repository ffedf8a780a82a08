"""The compilers' half of the fingerprint changes with what objects depend on, and with nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from smartopt.driver.fingerprint import compilers
from smartopt.driver.plugin import build, descriptor
from smartopt.objfile.program import gnu_build_id

from ..conftest import tool
from ..plugins import Plugins

CLANG = tool("clang-22")


@pytest.fixture(autouse=True)
def _clang(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SMARTOPT_CLANG", CLANG)
    monkeypatch.setenv("SMARTOPT_DIR", str(tmp_path / "state"))
    monkeypatch.delenv("SMARTOPT_PLUGIN")


def test_settings_and_compilers(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [compilers()]
    assert re.fullmatch(r"clang 22\.\S+ [0-9a-f]{32}", lines[0])
    for name, value in (
        ("SMARTOPT_DISABLE", "1"),
        ("SMARTOPT_CLANG", tool("clang-19")),
        ("SMARTOPT_CLANGXX", tool("clang++-19")),
        ("SMARTOPT_CLANG", "/no/clang"),
    ):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            lines.append(compilers())
    assert len(set(lines)) == len(lines)
    assert lines[-1].startswith("clang none ")
    assert compilers() == lines[0]


def test_the_plugin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, plugins: Plugins) -> None:
    without = compilers()
    plugin = plugins.give(CLANG, tmp_path / "state")
    line = compilers()
    assert line != without
    with monkeypatch.context() as patch:
        patch.setenv("SMARTOPT_PLUGIN", "0")
        assert compilers() == without
    with monkeypatch.context() as patch:
        plugins.give(CLANG, tmp_path / "elsewhere")
        patch.setenv("SMARTOPT_DIR", str(tmp_path / "elsewhere"))
        assert compilers() == line

    # Other sources than those from which the plugin was built: its name tells which they were.
    sources = tmp_path / "sources"
    shutil.copytree(build.sources(), sources)
    (sources / "words.h").write_text("// changed\n")
    monkeypatch.setattr(build, "sources", lambda: str(sources))
    old = compilers()
    newer = plugin.with_name(f"{build.name_for(CLANG)}.so")
    plugin.rename(newer)
    parts = build.find_parts(CLANG)
    descriptor.write(CLANG, [descriptor.stamp(path) for path in (parts.clang, *parts.libraries)], str(newer))
    new = compilers()
    assert len({line, without, old, new}) == 4


def test_a_rebuilt_clang_or_library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Of the same version: its build id tells. Where they lie does not matter."""
    real = Path(CLANG).resolve()
    root = tmp_path / "llvm"
    for folder in ("bin", "lib"):
        (root / folder).mkdir(parents=True)
    parts = build.find_parts(CLANG)
    for library in parts.libraries:
        (root / "lib" / os.path.basename(library)).symlink_to(os.path.realpath(library))
    for name in ("clang", "clang++"):
        shutil.copy(real, root / "bin" / name)
    before = compilers()
    monkeypatch.setenv("SMARTOPT_CLANG", str(root / "bin" / "clang"))
    assert compilers() == before
    identity = bytes.fromhex(gnu_build_id(str(real)) or "")
    assert identity
    program = (root / "bin" / "clang").read_bytes()
    (root / "bin" / "clang").write_bytes(program.replace(identity, identity[::-1]))
    rebuilt = compilers()
    (library,) = (path for path in (root / "lib").iterdir() if path.name.startswith("libclang-cpp"))
    library.unlink()
    subprocess.run([tool("gcc"), "-shared", "-x", "c", "/dev/null", "-Wl,--build-id", "-o", library], check=True)
    assert len({before, rebuilt, compilers()}) == 3
