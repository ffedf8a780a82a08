"""``smartopt-lab``: offers what is there, and imports only the sub-command that is called."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support import ROOT

_SCRIPT = """
import sys
from smartopt.lab.app import main
sys.argv[0] = "smartopt-lab"
try:
    main()
finally:
    print("LOADED", *(name for name in sys.modules if name.startswith("smartopt.")))
"""


def _lab(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _SCRIPT, *args],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )


def test_help_lists_without_importing() -> None:
    done = _lab("--help")
    shown, loaded = done.stdout.split("LOADED")
    for name in ("bench", "fuzz", "tune"):
        assert f" {name} " in shown
    assert set(loaded.split()) == {"smartopt.lab", "smartopt.lab.app", "smartopt.errors"}


def test_only_the_called_one_is_imported() -> None:
    done = _lab("bench", "--help")
    assert done.returncode == 0, done.stderr
    assert "smartopt.lab.bench.cli" in done.stdout
    assert "smartopt.lab.fuzz.cli" not in done.stdout


def test_unknown_sub_command() -> None:
    done = _lab("fly")
    assert done.returncode == 2
    assert "fly" in done.stderr
