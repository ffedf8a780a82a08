"""Finds the clang that we stand in for, and never ourselves.

Order: the compiler named before our arguments (as a compiler launcher is called), ``SMARTOPT_CLANG`` or
``SMARTOPT_CLANGXX``, the toolchain of ``SMARTOPT_LLVM``, then ``clang`` and ``clang-22`` to ``clang-17`` in the PATH,
then ``/usr/lib/llvm-NN``. Our own programs, and those through which we were called, are passed over
(``smartopt.ourselves``). This runs on every call, so it looks at few files and imports little.

A name that says more than ``clang`` (``driver.program_name``) means to us what it means to clang. If no variable names
the clang, it is the one of the same name in the PATH, or the one of the name's version; and clang is given our name.
"""

from __future__ import annotations

import os

from ..ourselves import file_head, is_ourselves, is_same_file, leads_back
from .program_name import PLAIN_MODES, Name, parse

__all__ = ["Compiler", "compiler_for", "find_clang", "launched", "major_of", "may_lead_back"]

_VERSIONS = (22, 21, 20, 19, 18, 17)
_OWN = "smartopt-clang"
_NO_PROGRAM = 8
"""The value of ENOEXEC; the module ``errno`` is not loaded yet."""
_COMPILERS = ("clang", "clang++", "cc", "c++", "gcc", "g++")

_INPUTS = frozenset(
    "c i ii cc cp cxx cpp CPP c++ C CC CXX C++ m mi mm mii M MM cu cui hip cl clcpp h H hh hpp hxx H++ gch pch pcm "
    "c++m ccm cppm cxxm s S sx asm ll bc ast o obj O OBJ a so lib dylib f F f90 F90 ifs hlsl rs d txt lds ld".split()
)
"""File name endings of clang's inputs (clang/lib/Driver/Types.cpp) and of what it hands to the linker."""


class Compiler:
    """A program that compiles: a clang, or a launcher that runs one.

    Attributes:
        path: its file.
        called: the name that it is given as ``argv[0]``.
        arguments: arguments that stand before the user's, where the name cannot be passed on.
        reason: why everything is left to it, whatever the arguments are; empty for a clang.
    """

    __slots__ = ("arguments", "called", "path", "reason")

    def __init__(self, path: str, called: str = "", arguments: tuple[str, ...] = (), reason: str = "") -> None:
        self.path, self.called, self.arguments, self.reason = path, called or path, arguments, reason

    def become(self, arguments: list[str]) -> None:
        """Replace this process by the program. Raises OSError."""
        arguments = [self.called, *self.arguments, *arguments]
        try:
            os.execv(self.path, arguments)
        except OSError as error:
            if error.errno != _NO_PROGRAM:
                raise
            # A script without an interpreter line, which shells run so.
            os.execv("/bin/sh", ["sh", self.path, *arguments[1:]])


def compiler_for(program: str, cxx: bool) -> Compiler | None:
    """The clang behind one of our programs, called by the name ``program``; None if there is none.

    ``cxx`` is whether the program compiles C++, where its name does not say it.
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
    """A clang that gets the name by which we were called, if that says more than its own."""
    reason = "" if name.mode in PLAIN_MODES else "driver-mode"
    if not name.target and not reason:
        return Compiler(path)
    if not file_head(path).startswith(b"#!"):
        folder, slash, _ = path.rpartition("/")
        return Compiler(path, folder + slash + name.text, (), reason)
    # A script does not see argv[0]. Its own name may say the same; else flags say what clang would read in the name.
    own = parse(path)
    if own is not None and (own.target, own.mode) == (name.target, name.mode):
        return Compiler(path, "", (), reason)
    target = ("-target", name.target) if name.is_target else ()
    return Compiler(path, "", (*((f"--driver-mode={name.mode}",) if reason else ()), *target), reason)


def _chosen(cxx: bool) -> bool:
    """Whether the environment names the clang."""
    names = ("SMARTOPT_CLANG", "SMARTOPT_LLVM", *(("SMARTOPT_CLANGXX",) if cxx else ()))
    return any(os.environ.get(name) for name in names)


def find_clang(cxx: bool) -> str | None:
    """The path of the real clang (clang++ if ``cxx``); None if there is none."""
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


def launched(arguments: list[str]) -> Compiler | None:
    """The compiler or other launcher that the first argument names when we are called as a compiler launcher, or None.

    The first argument is a program, not an input, if it is not an option, has no ending that clang knows, and is no
    file in this folder; a compiler's name is a program in any case. Later arguments may be values of options. One of
    our own programs stands for its clang.
    """
    argument = arguments[0]
    if argument.startswith(("-", "@")):
        return None
    base = os.path.basename(argument)
    stem, _, version = base.rpartition("-")
    if stem and version.replace(".", "").isdigit():
        base = stem
    if base.rpartition("-")[2] in _COMPILERS or base.startswith(_OWN):
        path = _usable(argument) if "/" in argument else _in_path(argument)
        if path is not None:
            return Compiler(path)
        return compiler_for(argument, "++" in base) if _leads_to_us(argument) else None
    _, dot, ending = base.rpartition(".")
    if len(arguments) == 1 or (dot and (ending in _INPUTS or ".so." in base)):
        return None
    path = _usable(argument) if "/" in argument else _in_path(argument)
    if path is None or ("/" not in argument and os.path.lexists(argument) and not is_same_file(argument, path)):
        return None
    real = parse(os.path.basename(os.path.realpath(path)))
    name = parse(argument)
    if real is not None and "clang" in real.text and (name is None or name.mode in PLAIN_MODES):
        return Compiler(path)  # clang by another name, or another of its drivers
    reason = "driver-launcher" if real is None or "clang" not in real.text else "driver-mode"
    return Compiler(path, argument, (), reason)


def _leads_to_us(argument: str) -> bool:
    """Whether a shell would start us by that name."""
    folders = [""] if "/" in argument else [f"{f or '.'}/" for f in os.environ.get("PATH", os.defpath).split(":")]
    found = (path for folder in folders if os.access(path := folder + argument, os.X_OK) and os.path.isfile(path))
    return any(is_ourselves(path) for path in found)


def may_lead_back(path: str) -> bool:
    """Whether a program that is run as our clang may call us in turn: anything but clang itself."""
    return "clang" not in os.path.basename(os.path.realpath(path)) or file_head(path).startswith(b"#!")


def major_of(clang: str) -> int | None:
    """The LLVM major version of a clang, from its real path, its name or its resource folder."""
    real = os.path.realpath(clang)
    folder, base = os.path.split(real)
    if "clang" not in base:
        return None  # a launcher may run gcc
    for argument in (base, os.path.basename(clang), os.path.basename(os.path.dirname(folder))):
        digits = argument.rpartition("-")[2].split(".")[0]
        if digits.isdigit() and argument != digits:
            return int(digits)
    # Clang that the user built: PREFIX/bin/clang and PREFIX/lib/clang/22.
    try:
        versions = os.listdir(os.path.join(os.path.dirname(folder), "lib", "clang"))
    except OSError:
        return None
    numbers = {v.split(".")[0] for v in versions}
    only = numbers.pop() if len(numbers) == 1 else ""
    return int(only) if only.isdigit() else None


def _named(cxx: bool) -> str | None:
    """What SMARTOPT_CLANG(XX) names: a path, "" if that is not usable, None if it is not set."""
    own = os.environ.get("SMARTOPT_CLANGXX" if cxx else "SMARTOPT_CLANG")
    if own:
        return (_usable(own) if "/" in own else _in_path(own)) or ""
    other = os.environ.get("SMARTOPT_CLANG") if cxx else None
    if not other:
        return None
    # Only the C compiler is named: its C++ counterpart lies beside it (clang-22 and clang++-22).
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
