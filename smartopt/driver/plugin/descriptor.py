"""Says which plugin a clang may load: one small text file for each clang, written once and read by every launcher.

A plugin that does not fit its clang stops the compile, so a launcher gives clang a plugin only if the descriptor of
that clang is complete and every file that it lists (clang, its libraries, the plugin, the interpreter, one of this
package's) is the same as when the plugin was built and tried: same device, inode, size and time of change. That takes a
few ``stat`` calls and no other process. ``wrappers/launcher.c`` reads the same file by the same rules
(``tests/driver/plugin`` compares them).

The file is ``plugins/NAME.txt`` in the state folder. NAME is the base name of clang's real path, a hyphen, and 16
hexadecimal digits: FNV-1a with 64 bits over the bytes of that path. Fields are separated by one tab::

    smartopt-plugin  1
    installation  VERSION  PYTHON  PLACE
    file  DEV  INO  SIZE  MTIME_NS  PATH       (several)
    plugin  PATH
    lld  PATH  TRIPLE                          (only where an ld.lld may load the plugin, too)
    end

PYTHON names the interpreter as :func:`interpreter` does; PLACE is the folder that holds the package, whose
``__init__.py`` stands for all of it: a package that was installed anew may need another plugin; TRIPLE is the
target that clang has by default, because clang prefers a linker whose name begins with it. Folders and file
must belong to this user, not be writable by others, and not be reached by a link. The file is replaced by a rename, so
a reader sees the old one, the new one or none.
"""

from __future__ import annotations

import os
import stat
import sys
import time

from ... import __version__
from ...state.paths import Private, state_dir

__all__ = [
    "Descriptor",
    "Stamp",
    "begin_attempt",
    "find",
    "forget",
    "interpreter",
    "package",
    "path_of",
    "stamp",
    "write",
]

_FOLDER = "plugins"
_FIRST = "smartopt-plugin\t1"
_LONGEST = 64 * 1024
"""Bytes of a descriptor; a longer file is not one."""
_AGAIN = 24 * 3600.0
"""Seconds after which a build that led to nothing is tried again: somebody may have installed headers."""
_OFFSET, _PRIME, _MASK = 0xCBF29CE484222325, 0x100000001B3, (1 << 64) - 1
"""FNV-1a, 64 bits (draft-eastlake-fnv)."""


class Descriptor:
    """What a launcher needs to know of a plugin.

    Attributes:
        plugin: the plugin's file.
        lld: the ``ld.lld`` that may load it; empty if there is none.
        triple: the target of clang without ``--target``; empty if there is no ``lld``.
    """

    __slots__ = ("lld", "plugin", "triple")

    def __init__(self, plugin: str, lld: str, triple: str) -> None:
        self.plugin, self.lld, self.triple = plugin, lld, triple


class Stamp:
    """A file as it was when somebody looked: enough to see that it was replaced or changed since."""

    __slots__ = ("path", "state")

    def __init__(self, path: str, state: tuple[int, int, int, int]) -> None:
        self.path, self.state = path, state

    @property
    def unchanged(self) -> bool:
        """Whether the file is still the same."""
        try:
            return stamp(self.path).state == self.state
        except OSError:
            return False


def stamp(path: str) -> Stamp:
    """The file at ``path`` as it is now; links are followed. Raises OSError."""
    about = os.stat(path)
    return Stamp(path, (about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns))


def path_of(clang: str) -> str:
    """The path of the descriptor for a clang. Raises OSError if there is no state folder."""
    real = os.path.realpath(clang)
    number = _OFFSET
    for byte in os.fsencode(real):
        number = ((number ^ byte) * _PRIME) & _MASK
    return os.path.join(state_dir(), _FOLDER, f"{os.path.basename(real)}-{number:016x}.txt")


def interpreter() -> str:
    """This installation's interpreter under one name, however it was started.

    In a virtual environment that is ``bin/python3`` below the environment's real path, elsewhere the interpreter's
    real path.
    """
    folder = os.path.realpath(os.path.dirname(sys.executable))
    if os.path.exists(os.path.join(folder, "..", "pyvenv.cfg")):
        return os.path.join(folder, "python3")
    return os.path.realpath(sys.executable)


def package() -> Stamp:
    """This installation of smartopt as it is now. Raises OSError."""
    return stamp(os.path.join(_folder(), "__init__.py"))


def write(clang: str, files: list[Stamp], plugin: str, lld: str = "", triple: str = "") -> str:
    """Write the descriptor for a clang; returns its path.

    ``files`` are clang (by its real path), its libraries, ``lld`` and :func:`package`, stamped **before** the plugin
    was built and tried, so that one which changes meanwhile is noticed. The plugin and the interpreter are stamped
    here. ``triple`` is what ``clang -print-target-triple`` prints, and must be given with ``lld``. Raises OSError, and
    ValueError if a path holds a tab or a line's end, or if clang or ``lld`` was not stamped.
    """
    if not {os.path.realpath(clang), *([lld] if lld else ())} <= {one.path for one in files}:
        raise ValueError("a descriptor must list its clang and its lld")
    if bool(lld) != bool(triple):
        raise ValueError("a descriptor must name lld and target together")
    python = interpreter()
    lines = [_FIRST, "\t".join(("installation", *_installation()))]
    for one in (*files, stamp(plugin), stamp(python)):
        lines.append("\t".join(("file", *map(str, one.state), one.path)))
    lines.append(f"plugin\t{plugin}")
    if lld:
        lines.append(f"lld\t{lld}\t{triple}")
    lines.append("end")
    for path in (plugin, lld, triple, *_installation(), *(one.path for one in files)):
        if any(sign in path for sign in "\t\n\r"):
            raise ValueError(f"a descriptor cannot hold the path {path!r}")
    data = os.fsencode("\n".join(lines) + "\n")
    if len(data) > _LONGEST:
        raise ValueError("a descriptor would be too long")
    path = path_of(clang)
    _replace(path, data)
    return path


def begin_attempt(clang: str) -> bool:
    """Whether to try now to build a plugin for a clang that has none; notes that it is being tried.

    True once a day, and whenever clang or smartopt is another: whoever calls this in each compile must not look for
    headers each time. False if nothing can be noted.
    """
    try:
        now = "\t".join((*_installation(), *map(str, (*stamp(clang).state, *package().state)))) + "\n"
        path = f"{path_of(clang).removesuffix('txt')}tried"
        try:
            if _read(path) == now and time.time() - os.stat(path).st_mtime < _AGAIN:
                return False
        except OSError:
            pass  # never tried, or by nobody we trust
        _replace(path, os.fsencode(now))
    except (OSError, ValueError):
        return False
    return True


def _replace(path: str, data: bytes) -> None:
    """Put a file into our folder, whole or not at all. Raises OSError."""
    folder, base = os.path.split(path)
    temporary = os.path.join(folder, f".{base[:100]}.{os.getpid()}")
    with Private():
        os.makedirs(folder, mode=0o700, exist_ok=True)
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            try:
                if os.write(fd, data) != len(data):
                    raise OSError(f"cannot write {path}: the disk is full")
            finally:
                os.close(fd)
            os.rename(temporary, path)
        except OSError:
            try:
                os.unlink(temporary)
            except OSError:
                pass
            raise


def find(clang: str) -> Descriptor | None:
    """The plugin that a clang may load; None if there is none, or if anything is not as it was."""
    try:
        path = path_of(clang)
        lines = _read(path).split("\n")
    except (OSError, ValueError):
        return None
    if lines[:1] != [_FIRST] or lines[-2:] != ["end", ""]:
        return None
    found = {"plugin": "", "lld": "", "installation": ""}
    listed = {}
    for line in lines[1:-2]:
        kind, _, rest = line.partition("\t")
        if kind == "file":
            *state, name = rest.split("\t", 4)
            try:
                if [str(number) for number in stamp(name).state] != state:
                    return None
            except (OSError, ValueError):
                return None
            listed[name] = True
        elif kind in found and not found[kind]:
            found[kind] = rest
        else:
            return None
    if tuple(found["installation"].split("\t")) != _installation() or found["plugin"] not in listed:
        return None
    lld, _, triple = found["lld"].partition("\t")
    if os.path.realpath(clang) not in listed or (lld and not (lld in listed and triple)):
        return None
    return Descriptor(found["plugin"], lld, triple)


def forget(clang: str) -> None:
    """Remove the descriptor for a clang, if there is one. Raises OSError."""
    try:
        os.unlink(path_of(clang))
    except FileNotFoundError:
        pass


def _installation() -> tuple[str, str, str]:
    """Version, interpreter and place of the smartopt that runs."""
    return __version__, interpreter(), os.path.realpath(os.path.dirname(_folder()))


def _folder() -> str:
    """The package's folder."""
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def _read(path: str) -> str:
    """The text of a descriptor. Raises OSError, also if somebody else may have written it."""
    folder = os.path.dirname(path)
    for one in (os.path.dirname(folder), folder):
        about = os.lstat(one)
        if not (stat.S_ISDIR(about.st_mode) and _private(about)):
            raise PermissionError(f"{one} is not a private folder")
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        about = os.fstat(fd)
        if not (stat.S_ISREG(about.st_mode) and _private(about) and about.st_size <= _LONGEST):
            raise PermissionError(f"{path} is not a private file")
        return os.fsdecode(os.read(fd, _LONGEST))
    finally:
        os.close(fd)


def _private(about: os.stat_result) -> bool:
    return about.st_uid == os.geteuid() and not stat.S_IMODE(about.st_mode) & 0o022
