"""Finds the clang that we stand in for, and never ourselves.

Order: the compiler named before our arguments (as a compiler launcher is called), ``SMARTOPT_CLANG`` or
``SMARTOPT_CLANGXX``, the toolchain of ``SMARTOPT_LLVM``, then ``clang`` and ``clang-22`` to ``clang-17`` in
the PATH, then ``/usr/lib/llvm-NN``. Our own programs, and those by way of which we were called, are passed over
(``smartopt.ourselves``). This runs on every call, so it looks at few files and imports little.

A name that says more than ``clang`` (``driver.program_name``) means to us what it means to clang. Where no variable
names the clang, it is the one of the same name in the PATH, else the one of the name's version; and clang is given our
name.
"""

from __future__ import annotations

import os

from ..ourselves import file_head, is_ourselves, is_same_file, leads_back
from .program_name import PLAIN_MODES, Name, parse

__all__ = ["Compiler", "compiler_for", "find_clang", "launched", "major_of", "may_lead_back"]

_VERSIONS = (22, 21, 20, 19, 18, 17)
_OWN = "smartopt-clang"
_NO_PROGRAM = 8
"""ENOEXEC, which ``errno`` has; that is not loaded yet."""
_COMPILERS = ("clang", "clang++", "cc", "c++", "gcc", "g++")

_INPUTS = frozenset(
    "c i ii cc cp cxx cpp CPP c++ C CC CXX C++ m mi mm mii M MM cu cui hip cl clcpp h H hh hpp hxx H++ gch pch pcm "
    "c++m ccm cppm cxxm s S sx asm ll bc ast o obj O OBJ a so lib dylib f F f90 F90 ifs hlsl rs d txt lds ld".split()
)
"""File name endings of what clang takes as an input (clang/lib/Driver/Types.cpp) or hands to the linker."""


class Compiler:
    """A program that does the work, or is to do it for us.

    Attributes:
        path: where it lies.
        called: the name that it is given (``argv[0]``).
        words: what is said before the user's words, where the name cannot be handed on.
        reason: why all is left to it, whatever the words say; empty for a clang.
    """

    __slots__ = ("called", "path", "reason", "words")

    def __init__(self, path: str, called: str = "", words: tuple[str, ...] = (), reason: str = "") -> None:
        self.path, self.called, self.words, self.reason = path, called or path, words, reason

    def become(self, words: list[str]) -> None:
        """Replace this process by it. Raises OSError."""
        words = [self.called, *self.words, *words]
        try:
            os.execv(self.path, words)
        except OSError as error:
            if error.errno != _NO_PROGRAM:
                raise
            os.execv("/bin/sh", ["sh", self.path, *words[1:]])  # a script without a first line, as shells have it


def compiler_for(program: str, cxx: bool) -> Compiler | None:
    """The clang behind one of our programs, called by the name ``program``; None where there is none.

    ``cxx`` is what the program is for, where its name does not say it.
    """
    name = parse(program)
    if name is None:
        path = find_clang(cxx)
        return Compiler(path) if path else None
    cxx = name.mode == "g++"
    path = None
    if (name.target or name.version or name.mode not in PLAIN_MODES) and not _chosen(cxx):
        kind = "clang++" if cxx else "clang"
        path = (_in_path(name.text) if "clang" in name.text else None) or (
            _in_path(f"{kind}-{name.version}") if name.version else None
        )
    path = path or find_clang(cxx)
    return _by_name(path, name) if path else None


def _by_name(path: str, name: Name) -> Compiler:
    """A clang that is told the name by which we were called, if that says more than its own."""
    reason = "" if name.mode in PLAIN_MODES else "driver-mode"
    if not name.target and not reason:
        return Compiler(path)
    if not file_head(path).startswith(b"#!"):
        folder, slash, _ = path.rpartition("/")
        return Compiler(path, folder + slash + name.text, (), reason)
    # A script is not told its name. If it has the same it will know; else we say what clang would read in it.
    own = parse(path)
    if own is not None and (own.target, own.mode) == (name.target, name.mode):
        return Compiler(path, "", (), reason)
    target = ("-target", name.target) if name.is_target else ()
    return Compiler(path, "", (*((f"--driver-mode={name.mode}",) if reason else ()), *target), reason)


def _chosen(cxx: bool) -> bool:
    """Whether the environment says which clang it is."""
    names = ("SMARTOPT_CLANG", "SMARTOPT_LLVM", *(("SMARTOPT_CLANGXX",) if cxx else ()))
    return any(os.environ.get(name) for name in names)


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


def launched(words: list[str]) -> Compiler | None:
    """The compiler, or another launcher, that the first word is, when we are called as a launcher.

    It is a program and no input: not an option, no name with an ending that clang knows, no file in this folder (a
    compiler's name is one all the same). Only the first word may be: later ones may be values of options. One of our
    own programs stands for its clang.
    """
    word = words[0]
    if word.startswith(("-", "@")):
        return None
    base = os.path.basename(word)
    stem, _, version = base.rpartition("-")
    if stem and version.replace(".", "").isdigit():
        base = stem
    if base.rpartition("-")[2] in _COMPILERS or base.startswith(_OWN):
        path = _usable(word) if "/" in word else _in_path(word)
        if path is not None:
            return Compiler(path)
        return compiler_for(word, "++" in base) if _leads_to_us(word) else None
    _, dot, ending = base.rpartition(".")
    if len(words) == 1 or (dot and (ending in _INPUTS or ".so." in base)):
        return None
    path = _usable(word) if "/" in word else _in_path(word)
    if path is None or ("/" not in word and os.path.lexists(word) and not is_same_file(word, path)):
        return None
    real = parse(os.path.basename(os.path.realpath(path)))
    name = parse(word)
    if real is not None and "clang" in real.text and (name is None or name.mode in PLAIN_MODES):
        return Compiler(path)  # clang by another name, or another of its drivers
    return Compiler(path, word, (), "driver-launcher" if real is None or "clang" not in real.text else "driver-mode")


def _leads_to_us(word: str) -> bool:
    """Whether the shell would start us by that name."""
    folders = [""] if "/" in word else [f"{f or '.'}/" for f in os.environ.get("PATH", os.defpath).split(":")]
    found = (path for folder in folders if os.access(path := folder + word, os.X_OK) and os.path.isfile(path))
    return any(is_ourselves(path) for path in found)


def may_lead_back(path: str) -> bool:
    """Whether a program that is run as our clang may call us in turn: anything but clang itself."""
    return "clang" not in os.path.basename(os.path.realpath(path)) or file_head(path).startswith(b"#!")


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
    if not (os.access(path, os.X_OK) and os.path.isfile(path)) or is_ourselves(path) or leads_back(path):
        return None
    return path
