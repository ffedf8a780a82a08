"""Outputs appear whole or not at all, whatever is in their place."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from smartopt.errors import InputError, OutputError
from smartopt.state.files import check_writable, read_input, write_output
from tests.support import ROOT


def test_new_file_has_the_umasks_mode(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_output(str(tmp_path / "new"), b"data")
    finally:
        os.umask(before)
    assert (tmp_path / "new").read_bytes() == b"data"
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["new"]


def test_existing_file_keeps_its_mode(tmp_path: Path) -> None:
    target = tmp_path / "old"
    target.write_bytes(b"before")
    target.chmod(0o604)
    write_output(str(target), b"after")
    assert target.read_bytes() == b"after"
    assert stat.S_IMODE(target.stat().st_mode) == 0o604


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link, dangling = tmp_path / "link", tmp_path / "dangling"
    (tmp_path / "real" / "file").write_bytes(b"before")
    link.symlink_to("real/file")
    dangling.symlink_to("real/none-yet")
    write_output(str(link), b"after")
    write_output(str(dangling), b"new")
    assert link.is_symlink()
    assert dangling.is_symlink()
    assert (tmp_path / "real" / "file").read_bytes() == b"after"
    assert (tmp_path / "real" / "none-yet").read_bytes() == b"new"


def test_pipes_and_devices_are_written_directly(tmp_path: Path) -> None:
    write_output("/dev/null", b"data")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(fifo.read_bytes()))
    reader.start()
    write_output(str(fifo), b"x" * 100_000)
    reader.join()
    assert got == [b"x" * 100_000]
    assert stat.S_ISFIFO(fifo.stat().st_mode)


def test_dev_stdout_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "out"
    script = "from smartopt.state.files import write_output; write_output('/dev/stdout', b'b')"
    with open(target, "ab") as file:
        subprocess.run([sys.executable, "-c", script], stdout=file, check=True, cwd=ROOT)
    assert target.read_bytes().endswith(b"b")
    assert os.listdir(tmp_path) == ["out"]


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_bytes(b"before")
    script = f"""
import resource, signal
from smartopt.state.files import write_output
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
write_output({str(target)!r}, b"x" * 5000)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=ROOT, check=False)
    assert b"OutputError: cannot write" in done.stderr
    assert target.read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["out"]


def test_an_interrupt_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out"
    target.write_bytes(b"before")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_output(str(target), b"after")
    monkeypatch.undo()
    assert target.read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.parametrize("name", ["", "no/such/folder/x", "folder", "folder/", "file/x", "new/", "loop"])
def test_what_cannot_be_written_is_told_before_the_work(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    for attempt in (lambda: check_writable(name), lambda: write_output(name, b"data")):
        with pytest.raises(OutputError, match="cannot write"):
            attempt()
    assert sorted(os.listdir(tmp_path)) == ["file", "folder", "loop"]


@pytest.mark.parametrize(("name", "why"), [("none", "No such file"), (".", "Is a directory")])
def test_what_cannot_be_read(name: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=why):
        read_input(str(tmp_path / name))


def test_long_names(tmp_path: Path) -> None:
    name = "ä" * 120  # 240 bytes: the temporary file's own name must still fit
    write_output(str(tmp_path / name), b"data")
    assert os.listdir(tmp_path) == [name]
