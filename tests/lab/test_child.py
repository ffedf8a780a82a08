"""Child processes of the lab: limits on time and output, and no survivors."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from smartopt.lab.child import run_child


def test_children_are_stopped_with_their_children(tmp_path: Path) -> None:
    marker = tmp_path / "alive"
    code = f"import time\ntime.sleep(1.5)\nopen({str(marker)!r}, 'w').close()"
    script = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {code!r}])"
    child = run_child([sys.executable, "-c", script], 0.7, folder=tmp_path)
    assert (child.status, child.ending, child.ok) == (None, "timeout", False)
    time.sleep(1.3)
    assert not marker.exists()


def test_endless_output_is_cut(tmp_path: Path) -> None:
    """At the limit on files, whatever the time limit; the first 64 KiB are kept."""
    child = run_child([sys.executable, "-c", "while True: print('x' * 65536)"], 60, folder=tmp_path)
    assert not child.ok
    assert child.status is not None
    assert len(child.output) == 1 << 16


def test_endings_and_input(tmp_path: Path) -> None:
    child = run_child([sys.executable, "-c", "import os; os.abort()"], 60, folder=tmp_path)
    assert child.ending == "signal 6"
    child = run_child([sys.executable, "-c", "import sys; sys.exit(3)"], 60, folder=tmp_path)
    assert child.ending == "exit 3"
    assert run_child([sys.executable, "-c", "print(input())"], 60, folder=tmp_path, text="hi\n").output == b"hi\n"
