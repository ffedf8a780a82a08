"""Finds the clang that we stand in for, and never ourselves.

Order: the compiler named before our arguments (as a compiler launcher is called), ``SMARTOPT_CLANG`` or
``SMARTOPT_CLANGXX``, the toolchain of ``SMARTOPT_LLVM``, then ``clang`` and ``clang-22`` to ``clang-17`` in
the PATH, then ``/usr/lib/llvm-NN``. Whatever leads back to us (the same file by real path or by device and
inode, or a script that names smartopt) is passed over. Runs on every call, so it looks at few files and
imports nothing.
"""

from __future__ import annotations

import os
import sys

__all__ = ["find_clang", "is_ourselves", "launched", "major_of"]

_VERSIONS = (22, 21, 20, 19, 18, 17)
_COMPILERS = ("clang", "clang++", "cc", "c++", "gcc", "g++")


def find_clang(cxx: bool) -> str | None:
    """The path of the real clang (clang++ where ``cxx``), or None where there is none."""
    name = "clang++" if cxx else "clang"
    named = _named(cxx)
    if named is not None:
        return named or None
    llvm = os.environ.get("SMARTOPT_LLVM")
    if llvm:
        return _of_llvm(llvm, name)
    return (
        _in_path(name)
        or next((p for v in _VERSIONS if (p := _in_path(f"{name}-{v}"))), None)
        or next((p for v in _VERSIONS if (p := _usable(f"/usr/lib/llvm-{v}/bin/{name}"))), None)
    )


def launched(word: str) -> str | None:
    """The compiler that ``word`` is, when we are called as a launcher (``smartopt-clang clang -c a.c``)."""
    if word.startswith(("-", "@")):
        return None
    base = os.path.basename(word)
    stem, _, version = base.rpartition("-")
    if stem and version.replace(".", "").isdigit():
        base = stem
    if base.rpartition("-")[2] not in _COMPILERS:
        return None
    return _usable(word) if "/" in word else _in_path(word)


def is_ourselves(path: str) -> bool:
    """Whether a program is this one under another name, or another smartopt's script."""
    try:
        own = os.stat(sys.argv[0])
        other = os.stat(path)
        if (own.st_dev, own.st_ino) == (other.st_dev, other.st_ino):
            return True
    except OSError:
        pass
    if os.path.basename(os.path.realpath(path)).startswith("smartopt"):
        return True
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        head = os.read(fd, 2048)
    except OSError:
        return False
    finally:
        os.close(fd)
    return head.startswith(b"#!") and b"smartopt" in head


def major_of(clang: str) -> int | None:
    """The LLVM major version of a clang, from its real path, its name or its resource folder."""
    real = os.path.realpath(clang)
    folder, base = os.path.split(real)
    if "clang" not in base:
        return None  # a launcher may be given gcc
    for word in (base, os.path.basename(clang), os.path.basename(os.path.dirname(folder))):
        digits = word.rpartition("-")[2].split(".")[0]
        if digits.isdigit() and word != digits:
            return int(digits)
    # An own build: PREFIX/bin/clang and PREFIX/lib/clang/22.
    try:
        versions = os.listdir(os.path.join(os.path.dirname(folder), "lib", "clang"))
    except OSError:
        return None
    numbers = {v.split(".")[0] for v in versions}
    only = numbers.pop() if len(numbers) == 1 else ""
    return int(only) if only.isdigit() else None


def _named(cxx: bool) -> str | None:
    """What SMARTOPT_CLANG(XX) names: a path, "" where it names nothing usable, None where it is not set."""
    own = os.environ.get("SMARTOPT_CLANGXX" if cxx else "SMARTOPT_CLANG")
    if own:
        return (_usable(own) if "/" in own else _in_path(own)) or ""
    other = os.environ.get("SMARTOPT_CLANG") if cxx else None
    if not other:
        return None
    # Only the C compiler was named: its C++ twin lies beside it (clang-22 and clang++-22).
    folder, slash, base = other.rpartition("/")
    twin = folder + slash + base.replace("clang", "clang++", 1)
    return (_usable(twin) if slash else _in_path(twin)) or ""


def _of_llvm(llvm: str, name: str) -> str | None:
    major = llvm.split(".")[0]
    if major.isdigit():
        return _in_path(f"{name}-{major}") or _usable(f"/usr/lib/llvm-{major}/bin/{name}")
    return _usable(os.path.join(llvm, "bin", name)) or _usable(os.path.join(llvm, name))


def _in_path(name: str) -> str | None:
    for folder in os.environ.get("PATH", os.defpath).split(":"):
        found = _usable(f"{folder or '.'}/{name}")
        if found:
            return found
    return None


def _usable(path: str) -> str | None:
    if os.access(path, os.X_OK) and os.path.isfile(path) and not is_ourselves(path):
        return path
    return None
