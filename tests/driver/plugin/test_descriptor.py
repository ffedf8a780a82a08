"""A launcher believes a descriptor only as long as nothing that it lists has changed."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from smartopt.driver.plugin import descriptor


class Files:
    """A clang, a library, a linker and a plugin, which are only files here."""

    def __init__(self, home: Path) -> None:
        self.clang, self.library, self.lld, self.plugin = (
            home / name for name in ("clang-22", "libLLVM.so", "ld.lld", "p.so")
        )
        for path in (self.clang, self.library, self.lld, self.plugin):
            path.write_text(path.name)
        self.state = home / "state"
        self.state.mkdir(mode=0o700)

    def write(self) -> Path:
        stamps = [descriptor.stamp(str(path)) for path in (self.clang, self.library, self.lld)]
        return Path(descriptor.write(str(self.clang), stamps, str(self.plugin), str(self.lld), "x86_64-linux"))

    @property
    def found(self) -> bool:
        return descriptor.find(str(self.clang)) is not None


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    files = Files(tmp_path)
    monkeypatch.setenv("SMARTOPT_DIR", str(files.state))
    return files


def test_what_was_written_is_found(files: Files) -> None:
    assert not files.found
    path = files.write()
    found = descriptor.find(str(files.clang))
    assert found is not None
    assert (found.plugin, found.lld, found.triple) == (str(files.plugin), str(files.lld), "x86_64-linux")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert os.listdir(path.parent) == [path.name]
    descriptor.forget(str(files.clang))
    assert not files.found
    descriptor.forget(str(files.clang))


def test_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """FNV-1a of the path; from the definition, whose vector for "a" is af63dc4c8601ec8c."""
    monkeypatch.setenv("SMARTOPT_DIR", "/state")
    assert descriptor.path_of("/no/such/clang-22") == "/state/plugins/clang-22-56b37b7592c84a9a.txt"


def test_a_link_to_clang_is_that_clang(files: Files, tmp_path: Path) -> None:
    files.write()
    (tmp_path / "clang++").symlink_to(files.clang)
    assert descriptor.find(str(tmp_path / "clang++")) is not None


CHANGES: list[Callable[[Files, Path], object]] = [
    lambda files, _: files.clang.write_text("another"),
    lambda files, _: os.utime(files.library, ns=(1, 1)),
    lambda files, _: files.plugin.unlink(),
    lambda files, _: (files.lld.rename(files.lld.parent / "old"), files.lld.write_text("ld.lld")),
    lambda _, path: path.write_bytes(path.read_bytes()[:-1]),
    lambda _, path: path.write_bytes(path.read_bytes().removesuffix(b"end\n")),
    lambda _, path: path.write_bytes(path.read_bytes() + b"more\n"),
    lambda _, path: path.write_bytes(b""),
    lambda _, path: path.write_bytes(path.read_bytes().replace(b"smartopt-plugin\t1", b"smartopt-plugin\t2")),
    lambda _, path: path.write_bytes(path.read_bytes().replace(b"installation\t", b"installation\t9")),
    lambda _, path: path.write_bytes(path.read_bytes().replace(b"file\t", b"file\t9", 1)),
    lambda _, path: path.write_bytes(path.read_bytes().replace(b"file\t", b"file\tx", 1)),
    lambda _, path: path.write_bytes(path.read_bytes().replace(b"plugin\t/", b"plugin\t/other/", 1)),
    lambda _, path: path.write_bytes(path.read_bytes().replace(b"lld\t/", b"lld\t/other/", 1)),
    lambda _, path: path.write_bytes(path.read_bytes().replace(b"end\n", b"unknown\t1\nend\n")),
    lambda _, path: path.write_bytes(path.read_bytes().replace(b"end\n", b"x" * 70_000 + b"\nend\n")),
    lambda _, path: path.chmod(0o622),
    lambda _, path: path.parent.chmod(0o777),
    lambda _, path: path.parent.parent.chmod(0o777),
    lambda _, path: (path.rename(path.parent / "x"), path.symlink_to(path.parent / "x")),
    lambda _, path: (path.unlink(), os.mkfifo(path, 0o600)),
    lambda _, path: (path.parent.rename(path.parent.parent / "x"), path.parent.symlink_to(path.parent.parent / "x")),
]


@pytest.mark.parametrize("change", CHANGES, ids=range(len(CHANGES)))
def test_any_change_ends_it(files: Files, change: Callable[[Files, Path], object]) -> None:
    path = files.write()
    assert files.found
    change(files, path)
    assert not files.found


def test_what_changes_while_the_plugin_is_built(files: Files) -> None:
    before = [descriptor.stamp(str(files.clang)), descriptor.stamp(str(files.library))]
    files.library.write_text("a new library")
    descriptor.write(str(files.clang), before, str(files.plugin))
    assert not files.found


def test_paths_that_it_cannot_hold(files: Files, tmp_path: Path) -> None:
    odd = tmp_path / "a\tb"
    odd.write_text("")
    with pytest.raises(ValueError, match="cannot hold"):
        descriptor.write(str(files.clang), [descriptor.stamp(str(files.clang))], str(odd))
    assert not files.found


def test_a_failed_write_leaves_what_was_there(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    path = files.write()

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space"):
        files.write()
    monkeypatch.undo()
    monkeypatch.setenv("SMARTOPT_DIR", str(files.state))
    assert os.listdir(path.parent) == [path.name]
    assert files.found


def test_a_build_is_tried_once(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until clang or smartopt is another, or a day has passed."""
    clang = str(files.clang)
    assert [descriptor.begin_attempt(clang) for _ in range(3)] == [True, False, False]
    files.clang.write_text("another clang")
    assert [descriptor.begin_attempt(clang) for _ in range(2)] == [True, False]
    monkeypatch.setattr(descriptor, "__version__", "9")
    assert [descriptor.begin_attempt(clang) for _ in range(2)] == [True, False]
    (noted,) = (files.state / "plugins").iterdir()
    os.utime(noted, (1, 1))
    assert [descriptor.begin_attempt(clang) for _ in range(2)] == [True, False]
    noted.chmod(0o666)
    assert descriptor.begin_attempt(clang)


def test_smartopt_that_is_installed_anew_is_another(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with the same version in the same place."""
    home = files.state.parent / "smartopt"
    home.mkdir()
    (home / "__init__.py").write_text("one")
    monkeypatch.setattr(descriptor, "_folder", lambda: str(home))
    clang = str(files.clang)
    assert [descriptor.begin_attempt(clang) for _ in range(2)] == [True, False]
    descriptor.write(clang, [descriptor.stamp(clang), descriptor.package()], str(files.plugin))
    assert files.found
    (home / "__init__.py").write_text("another")
    assert not files.found
    assert [descriptor.begin_attempt(clang) for _ in range(2)] == [True, False]


def test_a_build_that_cannot_be_noted_is_not_tried(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be tried in every compile."""
    monkeypatch.setenv("SMARTOPT_DIR", "/proc/no/such")
    assert not descriptor.begin_attempt(str(files.clang))
    assert not descriptor.begin_attempt("/no/such/clang")
