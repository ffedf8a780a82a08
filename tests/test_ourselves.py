"""smartopt never takes one of its own commands, or a wrapper around one, for the tool that it stands in for."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from smartopt.ourselves import is_ourselves, leads_back, note_detour


def script(path: Path, text: str) -> str:
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


def test_a_file_is_ours_by_its_name_its_text_or_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = script(tmp_path / "smartopt-clang", "#!/bin/sh\n")
    (tmp_path / "clang").symlink_to(named)
    wrapper = script(tmp_path / "cc", '#!/bin/sh\nexec smartopt-clang "$@"\n')
    long = script(tmp_path / "c99", "#!/bin/sh\n" + "# a line of a licence\n" * 200 + 'exec smartopt-clang "$@"\n')
    assert all(map(is_ourselves, (named, str(tmp_path / "clang"), wrapper, long)))
    running = script(tmp_path / "tool", "#!/bin/sh\n")
    os.link(running, tmp_path / "clang-22")
    assert not is_ourselves(str(tmp_path / "clang-22"))
    monkeypatch.setattr(sys, "argv", [running])
    assert is_ourselves(str(tmp_path / "clang-22"))


def test_what_is_not_ours(tmp_path: Path) -> None:
    assert not is_ourselves(script(tmp_path / "clang", "#!/bin/sh\nexec /usr/bin/clang\n"))
    assert not is_ourselves(script(tmp_path / "data", "\x7fELF smartopt"))  # any program may hold the word
    assert not is_ourselves(str(tmp_path / "absent"))
    assert not is_ourselves("/bin/sh")
    assert not is_ourselves(str(tmp_path))


def test_programs_that_lead_back_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMARTOPT_WITHIN", "")
    assert not leads_back("/usr/lib/ccache/clang")
    note_detour("/usr/lib/ccache/clang")
    note_detour("/usr/lib/distcc/clang")
    assert leads_back("/usr/lib/ccache/clang")
    assert leads_back("/usr/lib/distcc/clang")
    assert not leads_back("/usr/bin/clang")
