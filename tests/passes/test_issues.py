"""Public LLVM faults in miniature: each is still there in the LLVM that we know it of, and the trusted set avoids it.

``tests/passes/issues/*.ll``, one a fault, begin with comment lines: ``; issue:`` its number, ``; pass:`` the pipeline
that goes wrong, ``; wrong:`` the major versions that do. A case is wrong if its ``main`` no longer returns 0, or, where
only undefined behaviour tells (``; shows:``), if that expression matches the output. A test that fails because a
version came out right means that LLVM was mended: take the version out here and in ``trust-records.json``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from smartopt.errors import UntrustedPassError
from smartopt.llvm.exclusions import divides, moves_divisions
from smartopt.passes.trust_records import read_records
from smartopt.passes.trusted import Trusted

CASES = sorted((Path(__file__).parent / "issues").glob("*.ll"))


def _head(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="ascii").split("\n")
    return dict(re.findall(r"^; (issue|pass|wrong|shows): (.*)$", "\n".join(lines[:6]), re.MULTILINE))


def _returned(lli: str, path: Path) -> int:
    """What main returns, or minus the signal that killed it."""
    return subprocess.run([lli, "-O0", str(path)], capture_output=True, timeout=60, check=False).returncode


def _interpreter(opt_path: str, major: int) -> str:
    beside = os.path.join(os.path.dirname(os.path.realpath(opt_path)), "lli")
    found = shutil.which(f"lli-{major}") or (beside if os.path.isfile(beside) else None)
    if found is None:
        pytest.skip(f"lli of LLVM {major} is not installed")
    return found


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_pass_alone_is_wrong(path: Path, major: int, opt_path: str, tmp_path: Path) -> None:
    head = _head(path)
    assert _goes_wrong(path, head["pass"], major, opt_path, tmp_path) == (str(major) in head["wrong"].split())


def _goes_wrong(path: Path, pipeline: str, major: int, opt_path: str, folder: Path) -> bool:
    """Whether what a pipeline makes of a case is wrong."""
    head, out = _head(path), folder / "out.ll"
    subprocess.run([opt_path, f"-passes={pipeline}", "-S", str(path), "-o", str(out)], timeout=60, check=True)
    if "shows" in head:
        text = "\n".join(line for line in out.read_text(encoding="ascii").split("\n") if not line.startswith(";"))
        return re.search(head["shows"], text) is not None
    lli = _interpreter(opt_path, major)
    assert _returned(lli, path) == 0, "the input itself is wrong"
    return _returned(lli, out) != 0


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_case_has_a_record_that_says_the_same(path: Path) -> None:
    head = _head(path)
    name = path.stem.rsplit("-", 1)[0]
    [issue] = [one for one in read_records()["pass", name].issues if one.number == int(head["issue"])]
    wrong = {version.split(".")[0] for version, result in issue.tried if result == "wrong"}
    assert wrong == set(head["wrong"].split())


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_is_banned_or_restricted_is_refused(path: Path, major: int, opt_path: str, tmp_path: Path) -> None:
    head = _head(path)
    record = read_records()["pass", path.stem.rsplit("-", 1)[0]]
    [issue] = [one for one in record.issues if one.number == int(head["issue"])]
    if issue.effect not in ("banned", "restricted"):
        pytest.skip("clang runs the pass at the same places; refusing it here alone would not help")
    trusted = Trusted.load(major)
    if issue.effect == "banned":
        with pytest.raises(UntrustedPassError):
            trusted.check(head["pass"], level="module")
        return
    if divides(path.read_bytes()):
        assert moves_divisions(trusted.runnable(head["pass"], level="module"))
        return
    assert not _goes_wrong(path, trusted.runnable(head["pass"], level="module"), major, opt_path, tmp_path)
