"""Running the commands as a user does: a process of their own, with what it printed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from smartopt.driver.plugin import build
from smartopt.lab.plugin import PluginStore

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
PLUGINS = ROOT / "build" / "test-plugins" / hashlib.sha256(Path(build.__file__).read_bytes()).hexdigest()[:16]
"""Plugins stay there: to build one takes longer than most test files, and it is built anew when its sources change.

Both halves of ``tests/run`` take them from there. The folder's name holds what a plugin's does not: how it is built.
"""
SMARTOPT = (sys.executable, "-m", "smartopt.opt.main")

TINY = b"define i32 @twice(i32 %x) minsize optsize { %r = add i32 %x, %x\n ret i32 %r }\n"


def smartopt(
    *args: str | Path,
    stdin: bytes | None = None,
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
    timeout: float = 120,
    **how: Any,
) -> subprocess.CompletedProcess[bytes]:
    """Run ``smartopt``; ``env`` is added to the environment. ``stdin`` None is an empty one."""
    return subprocess.run(
        [*SMARTOPT, *map(str, args)],
        input=stdin if stdin is not None else b"",
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        cwd=cwd,
        timeout=timeout,
        check=False,
        **how,
    )


def tool(name: str) -> str:
    """The path of a compiler that ``tests/run`` installs; its absence is an error, not a skip."""
    path = shutil.which(name)
    assert path is not None, f"{name} is not installed: run the tests with 'bash tests/run'"
    return path


def opt(*args: str | Path, stdin: bytes = b"", major: int = 22) -> subprocess.CompletedProcess[bytes]:
    """Run the real opt."""
    command = [tool(f"opt-{major}"), *map(str, args)]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=120, check=False)


def one_line(done: subprocess.CompletedProcess[bytes]) -> str:
    """The error of a failed run: exactly one line on stderr, nothing on stdout, no traceback."""
    text = done.stderr.decode()
    assert text.startswith("smartopt: error: "), text
    assert text.count("\n") == 1, text
    assert done.stdout == b""
    return text.removeprefix("smartopt: error: ").rstrip("\n")


def plugin_store(clang: str) -> PluginStore:
    """The plugin for a clang, from :data:`PLUGINS`; it is built when first needed."""
    return PluginStore(clang, PLUGINS, python=Path(sys.executable).with_name("python3"))
