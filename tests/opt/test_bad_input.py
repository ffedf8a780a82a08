"""Bad input, bad places, big input: one clear line or a correct module that is not larger; never half a file.

Modules with unusual features are cases of their own, one file each: ``tests/cases``.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.support import EXAMPLES, ROOT, SMARTOPT, TINY, one_line, opt, smartopt, tool

CALC = EXAMPLES / "calc.ll"


def _fails(*args: str | Path, says: str, output: Path, **how: Any) -> None:
    """One line that has ``says``, exit code 1, and whatever was at ``output`` before."""
    before = output.read_bytes() if output.is_file() else None
    beside = sorted(os.listdir(output.parent)) if output.parent.is_dir() else None
    done = smartopt(*args, "-o", output, **how)
    assert says in one_line(done)
    assert done.returncode == 1
    assert (output.read_bytes() if output.is_file() else None) == before
    assert (sorted(os.listdir(output.parent)) if output.parent.is_dir() else None) == beside


@pytest.fixture
def bitcode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("in") / "calc.bc"
    assert opt("-passes=verify", CALC, "-o", path).returncode == 0
    return path


# -- inputs --


def test_empty_file_is_an_empty_module_as_for_opt(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    done = smartopt(tmp_path / "empty", "-S", "-o", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, b"")
    # All that differs is the comment with the file's name.
    ours, theirs = (tmp_path / "out").read_bytes(), opt("-Oz", "-S", tmp_path / "empty").stdout
    assert ours.split(b"\n")[1:] == theirs.split(b"\n")[1:]
    assert smartopt("-S").returncode == opt("-S").returncode == 0


def test_directory(tmp_path: Path) -> None:
    _fails(tmp_path, says="Is a directory", output=tmp_path / "out")


def test_missing(tmp_path: Path) -> None:
    _fails(tmp_path / "none.ll", says="none.ll: No such file", output=tmp_path / "out")


@pytest.mark.parametrize("seed", range(5))
def test_binary_junk(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    (tmp_path / "junk").write_bytes(chance.randbytes(1 + 300 * seed))
    _fails(tmp_path / "junk", says="junk", output=tmp_path / "out")


def test_an_object_file_is_not_ir(tmp_path: Path) -> None:
    _fails(tool("opt-22"), says="opt-22", output=tmp_path / "out")


@pytest.mark.parametrize("share", [0.01, 0.3, 0.7, 0.99])
def test_truncated_bitcode(share: float, bitcode: Path, tmp_path: Path) -> None:
    whole = bitcode.read_bytes()
    (tmp_path / "torn.bc").write_bytes(whole[: int(len(whole) * share) // 4 * 4])
    _fails(tmp_path / "torn.bc", says="torn.bc", output=tmp_path / "out")


@pytest.mark.parametrize("seed", range(6))
def test_damaged_bitcode(seed: int, bitcode: Path, tmp_path: Path) -> None:
    """Flipped bits may go unnoticed or crash LLVM's reader: the answer is an output that verifies, or one line."""
    chance = random.Random(seed)
    data = bytearray(bitcode.read_bytes())
    for _ in range(1 + seed * 4):
        data[chance.randrange(16, len(data))] ^= 1 << chance.randrange(8)
    (tmp_path / "damaged.bc").write_bytes(data)
    done = smartopt("--effort", "fast", tmp_path / "damaged.bc", "-o", tmp_path / "out")
    if done.returncode == 0:
        assert opt("-passes=verify", "-disable-output", tmp_path / "out").returncode == 0
    else:
        assert "damaged.bc" in one_line(done) or "LLVM" in one_line(done)
        assert done.returncode == 1
        assert sorted(os.listdir(tmp_path)) == ["damaged.bc"]


def test_bitcode_of_a_newer_llvm(bitcode: Path, tmp_path: Path) -> None:
    """LLVM 19 must not guess at what 22 wrote: one line that names both sides."""
    _fails(bitcode, "--llvm", "19", says="calc.bc", output=tmp_path / "out")
    message = one_line(smartopt(bitcode, "--llvm", "19"))
    assert "22" in message
    assert "19" in message


def test_bitcode_of_an_older_llvm_is_read(tmp_path: Path) -> None:
    assert opt("-passes=verify", "-o", tmp_path / "old.bc", stdin=TINY, major=19).returncode == 0
    assert smartopt(tmp_path / "old.bc", "-o", tmp_path / "out").returncode == 0


# -- places --


def test_output_is_the_input(tmp_path: Path) -> None:
    both = tmp_path / "both.ll"
    shutil.copy(CALC, both)
    assert smartopt("--effort", "fast", both, "-S", "-o", both).returncode == 0
    assert opt("-passes=verify", "-disable-output", both).returncode == 0
    assert len(both.read_bytes()) < CALC.stat().st_size
    assert os.listdir(tmp_path) == ["both.ll"]


@pytest.mark.parametrize(
    ("output", "says"),
    [("no/such/out", "does not exist"), (".", "it is a directory"), ("file/out", "Not a directory")],
)
def test_output_in_no_place(output: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = smartopt(CALC, "-o", tmp_path / output)
    assert says in one_line(done)
    assert done.returncode == 1


_NO_PERMISSION = """
import os, sys
from smartopt.state import files
from smartopt.errors import SmartoptError
which, secret, new = sys.argv[1:]
if os.geteuid() == 0:  # root may do everything: be somebody else
    os.setuid(65534)
for attempt in {
    "input": [lambda: files.read_input(secret)],
    "output": [lambda: files.check_writable(secret), lambda: files.write_output(secret, b"x")],
    "folder": [lambda: files.check_writable(new), lambda: files.write_output(new, b"x")],
}[which]:
    try:
        attempt()
    except SmartoptError as error:
        print(error)
"""


@pytest.mark.parametrize(("which", "lines"), [("input", 1), ("output", 2), ("folder", 2)])
def test_no_permission(which: str, lines: int) -> None:
    place = Path(tempfile.mkdtemp())  # not pytest's own: another user cannot reach into that
    try:
        (place / "secret").write_bytes(b"before")
        (place / "secret").chmod(0o444 if which == "output" else 0)
        place.chmod(0o555)
        arguments = [which, str(place / "secret"), str(place / "new")]
        done = subprocess.run(
            [sys.executable, "-c", _NO_PERMISSION, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
        )
        said = done.stdout.lower().splitlines()
        assert len(said) == lines
        assert all("permission denied" in line or "is not writable" in line for line in said)
        assert os.listdir(place) == ["secret"]
        (place / "secret").chmod(0o600)
        assert (place / "secret").read_bytes() == b"before"
    finally:
        place.chmod(0o755)
        shutil.rmtree(place)


def test_a_full_disk(tmp_path: Path) -> None:
    """A file system of 64 kB if we may mount one, else a limit on file sizes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk], capture_output=True, check=False)
    try:
        old = disk / "out"
        old.write_bytes(b"before")
        if mounted.returncode == 0:
            (disk / "filler").write_bytes(b"x" * 50_000)
            _fails("--effort", "fast", EXAMPLES / "pack.ll", "-S", says="No space left", output=old)
        else:
            import resource
            import signal

            def little() -> None:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

            _fails("--effort", "fast", CALC, "-S", says="File too large", output=old, preexec_fn=little)
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize("args", [("-S",), ("--fingerprint",)])
def test_stdout_on_a_full_disk(args: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as full:
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run([*SMARTOPT, *args], input=TINY, stdout=full, stderr=subprocess.PIPE, env=env, check=False)
    assert done.returncode == 1
    assert re.fullmatch(r"smartopt: error: cannot write \S+.*: No space left on device\n", done.stderr.decode())


# -- sizes --


def _correct(module: str, tmp_path: Path, functions: int) -> dict[str, Any]:
    """Optimise generated IR; the output verifies, is not larger than -Oz's and defines as many functions."""
    (tmp_path / "in.ll").write_text(module)
    done = smartopt("--effort", "fast", tmp_path / "in.ll", "-o", tmp_path / "out", "--report", tmp_path / "report")
    assert (done.returncode, done.stderr) == (0, b"")
    assert opt("-passes=verify", "-disable-output", tmp_path / "out").returncode == 0
    report: dict[str, Any] = json.loads((tmp_path / "report").read_text())
    assert report["bytes"]["output"]["total"] <= report["bytes"]["oz"]["total"]
    assert len(report["functions"]) == functions
    return report


_X86 = 'target triple = "x86_64-pc-linux-gnu"\n'


def test_a_function_of_20_000_instructions(tmp_path: Path) -> None:
    chance = random.Random(1)
    lines, values = [], ["%a", "%b"]
    for number in range(20_000):
        left, right = chance.choice(values[-40:]), chance.choice(values[-40:])
        operation = chance.choice(["add", "xor", "mul", "and", "or", "sub"])
        lines.append(f"  %v{number} = {operation} i32 {left}, {right}")
        values.append(f"%v{number}")
    body = "\n".join(lines)
    report = _correct(
        f"{_X86}define i32 @long(i32 %a, i32 %b) minsize optsize {{\n{body}\n  ret i32 {values[-1]}\n}}\n", tmp_path, 1
    )
    assert report["instructions"]["input"] == 20_001


def test_2_000_tiny_functions(tmp_path: Path) -> None:
    body = "define i32 @f{0}(i32 %x) minsize optsize {{\n  %y = mul i32 %x, {0}\n  ret i32 %y\n}}\n"
    functions = [body.format(number) for number in range(2_000)]
    _correct(_X86 + "".join(functions), tmp_path, 2_000)
