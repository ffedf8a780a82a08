"""Finds the LLVM to work with: its clang, opt and libLLVM, and their exact version.

This runs at the start of every compile, so it reads only file names, links and one small text file; it starts a
tool (``--version``) only if nothing on disk tells the version. smartopt's own commands and wrappers around them are
never taken for clang or opt. Nothing is loaded, and nothing is remembered between calls unless a process asks for it
(:func:`keep`).
"""

from __future__ import annotations

import mmap
import os
import re
import sys
from collections.abc import Iterator

from ..errors import ToolchainError
from ..objfile.program import needed_libraries
from ..ourselves import is_ourselves
from ..records import dataclass

__all__ = ["NEWEST", "OLDEST", "Toolchain", "find_toolchain", "keep", "toolchain_for_clang"]

OLDEST, NEWEST = 17, 22
"""The LLVM versions that smartopt is meant to work with."""

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_SPEC = re.compile(r"\d+(?:\.\d+){0,2}\Z")
_WINDOWS = os.name == "nt"


@dataclass(frozen=True)
class Toolchain:
    """One installed LLVM.

    Attributes:
        version: full version such as ``22.1.8``.
        major: its first number.
        root: the folder with ``bin`` and ``lib``; None if the parts lie apart.
        clang, clangxx, opt, libllvm: paths, or None if that part is not installed.
        source: how it was found, for messages ("/usr/lib/llvm-22", "PATH: opt-22", "--llvm 22").
    """

    version: str
    major: int
    root: str | None
    clang: str | None
    clangxx: str | None
    opt: str | None
    libllvm: str | None
    source: str

    def tool(self, name: str) -> str | None:
        """The path of another LLVM tool (``llvm-size``, ``llc``) beside these, or None."""
        for known in (self.opt, self.clang):
            if known is None:
                continue
            folder, base = os.path.split(known)
            suffix = f"-{self.major}" if base.endswith(f"-{self.major}") else ""
            for candidate in (name + suffix, f"{name}-{self.major}", name):
                path = os.path.join(folder, candidate)
                if os.access(path, os.X_OK):
                    return path
        return None


def find_toolchain(spec: str | None = None) -> Toolchain:
    """The toolchain that ``spec`` names: None for the newest, a version ("22", "22.1") or a folder.

    A complete one (clang, and opt or libLLVM) is preferred. Raises ToolchainError with one line that says what was
    looked for, where, and what to do next.
    """
    if spec in _kept:
        return _kept[spec]
    if spec is None or spec == "":
        return _newest()
    if _SPEC.match(spec):
        return _by_version(spec)
    return _by_folder(spec)


def toolchain_for_clang(clang: str) -> Toolchain:
    """The toolchain that a clang binary belongs to: the libLLVM it loads, and the opt beside it.

    Raises ToolchainError if the file is missing, is a smartopt wrapper, or tells no LLVM version.
    """
    if clang in _kept:
        return _kept[clang]
    real = os.path.realpath(clang)
    if not os.path.isfile(real):
        raise ToolchainError(f"no clang is at {clang!r}; install clang-{NEWEST} or set SMARTOPT_CLANG")
    if is_ourselves(clang):
        raise ToolchainError(f"{clang!r} is a smartopt wrapper; name the real clang in SMARTOPT_CLANG")
    bin_dir = os.path.dirname(real)
    root = os.path.dirname(bin_dir)
    library = _library_of(real)
    found = _from_root(root, f"clang {clang}", library=library, clang=clang)
    if found is None:
        version = _ask(clang)
        if version is None:
            raise ToolchainError(f"{clang!r} tells no LLVM version; is it clang {OLDEST} to {NEWEST}?")
        clangxx = _first_file(bin_dir, ("clang++",))
        found = Toolchain(version, _major(version), None, clang, clangxx, None, library, f"clang {clang}")
    return found


_kept: dict[str, Toolchain] = {}
"""Toolchains by the clang or the folder that names them."""


def keep(clang: str) -> None:
    """Remember the toolchain of a clang in this process and in those forked from it. Raises ToolchainError.

    Only for a process that ends when the toolchain changes.
    """
    found = toolchain_for_clang(clang)
    if found.root is not None:
        _kept[found.root] = find_toolchain(found.root)
    _kept[clang] = found


# -- the three kinds of spec -------------------------------------------------------------------------------


def _newest() -> Toolchain:
    best: Toolchain | None = None
    unversioned: list[Toolchain] | None = None
    for major in range(NEWEST, OLDEST - 1, -1):
        for found in _versioned(major):
            if _complete(found):
                return found
            best = best or found
        if unversioned is None:
            unversioned = list(_unversioned())
        for found in unversioned:
            if found.major == major:
                if _complete(found):
                    return found
                best = best or found
    if best is None:
        raise ToolchainError(
            f"no LLVM {OLDEST} to {NEWEST} (clang, opt or libLLVM) was found in PATH, /usr/lib/llvm-NN, "
            f"/usr/local, /opt or Homebrew; apt-get install clang-{NEWEST} llvm-{NEWEST}, or pass --llvm DIR"
        )
    return best


def _by_version(spec: str) -> Toolchain:
    major = _major(spec)
    best: Toolchain | None = None
    for places in (_versioned(major), _unversioned()):
        for found in places:
            if found.version == spec or found.version.startswith(spec + "."):
                if _complete(found):
                    return found
                best = best or found
    if best is None:
        raise ToolchainError(
            f"no LLVM {spec} (clang-{major}, opt-{major} or libLLVM) was found in PATH, "
            f"/usr/lib/llvm-{major}, /usr/local, /opt or Homebrew; "
            f"apt-get install clang-{major} llvm-{major}, or pass --llvm DIR"
        )
    return best


def _by_folder(spec: str) -> Toolchain:
    folder = os.path.abspath(os.path.expanduser(spec))
    if not os.path.isdir(folder):
        raise ToolchainError(
            f"--llvm names neither a version nor a folder: {spec!r}; pass a version such as {NEWEST}, or the "
            f"folder that has bin/clang and lib/"
        )
    if os.path.basename(folder) == "bin" and not os.path.isdir(os.path.join(folder, "bin")):
        folder = os.path.dirname(folder)
    found = _from_root(folder, f"--llvm {spec}")
    if found is None:
        raise ToolchainError(
            f"no clang, opt or libLLVM was found in {folder}/bin and {folder}/lib; "
            f"apt-get install clang-{NEWEST} llvm-{NEWEST}, or pass --llvm DIR of another"
        )
    return found


def _complete(found: Toolchain) -> bool:
    return found.clang is not None and (found.libllvm is not None or found.opt is not None)


# -- places ------------------------------------------------------------------------------------------------


def _versioned(major: int) -> Iterator[Toolchain]:
    """The toolchains of places whose names tell the version; those of the PATH come first."""
    seen: set[str] = set()
    for tool in (f"opt-{major}", f"clang-{major}", f"llvm-config-{major}"):
        path = _in_path(tool)
        if path is not None:
            root = os.path.dirname(os.path.dirname(os.path.realpath(path)))
            if root not in seen:
                seen.add(root)
                found = _from_root(root, f"PATH: {tool}", suffix_first=f"-{major}")
                if found is not None and found.major == major:
                    yield found
    brews = ("/opt/homebrew/opt", "/usr/local/opt", "/home/linuxbrew/.linuxbrew/opt")
    for root in (
        f"/usr/lib/llvm-{major}",
        f"/usr/lib/llvm{major}",
        f"/usr/lib64/llvm{major}",
        f"/usr/lib/llvm/{major}",
        f"/usr/local/llvm-{major}",
        f"/usr/local/llvm{major}",
        f"/opt/llvm-{major}",
        *(f"{brew}/llvm@{major}" for brew in brews),
    ):
        if root not in seen and os.path.isdir(root):
            seen.add(root)
            found = _from_root(root, root)
            if found is not None and found.major == major:
                yield found
    library = _library_in(_system_library_folders(), major)
    if library is not None:
        version = _version_of("", library, None)
        if version is not None:
            yield Toolchain(version, major, None, None, None, None, library, library)


def _unversioned() -> Iterator[Toolchain]:
    """The toolchains of ``clang`` and ``opt`` in the PATH, and those of the usual prefixes."""
    seen: set[str] = set()
    for tool in ("clang", "opt", "llvm-config"):
        path = _in_path(tool)
        if path is not None:
            root = os.path.dirname(os.path.dirname(os.path.realpath(path)))
            if root not in seen:
                seen.add(root)
                found = _from_root(root, f"PATH: {tool}")
                if found is not None:
                    yield found
    for root in (
        "/usr/local",
        "/usr",
        "/usr/local/llvm",
        "/opt/llvm",
        "/opt/homebrew/opt/llvm",
        "/usr/local/opt/llvm",
        "/home/linuxbrew/.linuxbrew/opt/llvm",
    ):
        if root not in seen and os.path.isdir(os.path.join(root, "bin")):
            found = _from_root(root, root)
            if found is not None:
                yield found


def _in_path(name: str) -> str | None:
    """The first program of this name in the PATH that is not our own."""
    name += ".exe" if _WINDOWS else ""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = os.path.join(folder or os.curdir, name)
        if os.access(path, os.X_OK) and os.path.isfile(path) and not is_ourselves(path):
            return path
    return None


def _system_library_folders() -> list[str]:
    machine = os.uname().machine if hasattr(os, "uname") else ""
    triple = {"armv7l": "arm-linux-gnueabihf", "i686": "i386-linux-gnu"}.get(machine, f"{machine}-linux-gnu")
    return [f"/usr/lib/{triple}", "/usr/lib64", "/usr/lib"]


# -- one place ---------------------------------------------------------------------------------------------


def _from_root(
    root: str, source: str, *, library: str | None = None, clang: str | None = None, suffix_first: str = ""
) -> Toolchain | None:
    """The toolchain of a folder with bin/ and lib/; None if it holds nothing of LLVM, or nothing tells the version."""
    bin_dir = os.path.join(root, "bin")
    suffixes = [suffix_first] if suffix_first else []
    suffixes += ["", *(f"-{major}" for major in range(NEWEST, OLDEST - 1, -1))]
    if os.path.basename(root).startswith("llvm"):
        suffixes = [""]
    opt = clangxx = None
    for suffix in suffixes:
        opt = opt or _first_file(bin_dir, ("opt" + suffix,))
        clang = clang or _first_file(bin_dir, ("clang" + suffix,))
        clangxx = clangxx or _first_file(bin_dir, ("clang++" + suffix,))
        if opt and clang:
            break
    if library is None and (clang or opt):
        library = _library_of(os.path.realpath(opt or clang or ""))
    if library is None:
        own = [os.path.join(root, "lib"), os.path.join(root, "lib64"), bin_dir]
        library = _library_in(own, None)
    if not (opt or clang or library):
        return None
    version = _version_of(root, library, opt or clang)
    if version is None:
        return None
    return Toolchain(version, _major(version), root, clang, clangxx, opt, library, source)


def _first_file(folder: str, names: tuple[str, ...]) -> str | None:
    for name in names:
        path = os.path.join(folder, name + (".exe" if _WINDOWS else ""))
        if os.access(path, os.X_OK) and not is_ourselves(path):
            return path
    return None


def _library_names(major: int) -> tuple[str, ...]:
    if sys.platform == "darwin":
        return (f"libLLVM-{major}.dylib", f"libLLVM.{major}.1.dylib", "libLLVM.dylib")
    if _WINDOWS:
        return ("LLVM-C.dll",)
    return (f"libLLVM.so.{major}.1", f"libLLVM-{major}.so.1", f"libLLVM-{major}.so", f"libLLVM.so.{major}.0")


def _library_in(folders: list[str], major: int | None) -> str | None:
    majors = range(NEWEST, OLDEST - 1, -1) if major is None else (major,)
    for folder in folders:
        for number in majors:
            for name in _library_names(number):
                path = os.path.join(folder, name)
                if os.path.exists(path):
                    return path
    return None


def _library_of(program: str) -> str | None:
    """The libLLVM that an ELF program loads, found as the loader does: runpath, then system folders."""
    names, folders = needed_libraries(program)
    wanted = [name for name in names if name.startswith("libLLVM")]
    if not wanted:
        return None
    bin_dir = os.path.dirname(program)
    for folder in (*folders, os.path.join(os.path.dirname(bin_dir), "lib"), *_system_library_folders()):
        path = os.path.normpath(os.path.join(folder, wanted[0]))
        if os.path.exists(path):
            return path
    return None


# -- versions ----------------------------------------------------------------------------------------------


def _major(version: str) -> int:
    return int(version.split(".", 1)[0])


def _version_of(root: str, library: str | None, program: str | None) -> str | None:
    """The full version, from the cheapest source that tells it."""
    hint = _hint(library)
    if root:
        for name in ("include/llvm/Config/llvm-config.h", "lib/cmake/llvm/LLVMConfigVersion.cmake"):
            match = _VERSION.search(_read(os.path.join(root, name)))
            if match and match.group().startswith(hint):
                return match.group()
        for suffix in ("", f"-{hint.split('.')[0]}"):
            config = os.path.realpath(os.path.join(root, "bin", "llvm-config" + suffix))
            version = _scan(config, b"", hint)
            if version is not None:
                return version
    if library is not None:
        version = _scan(library, b"LLVM version ", hint)
        if version is not None:
            return version
    return _ask(program) if program is not None else None


def _hint(library: str | None) -> str:
    """The version in a library's file name: libLLVM.so.22.1 gives ``22.1.``, libLLVM-17.so.1 ``17.``."""
    if library is None:
        return ""
    name = os.path.basename(os.path.realpath(library))
    match = re.search(r"\.so\.(\d+\.\d+)", name) or re.match(r"libLLVM-(\d+)", name)
    return match.group(1) + "." if match else ""


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(8192)
    except OSError:
        return ""


def _scan(path: str, before: bytes, hint: str) -> str | None:
    """The version inside a binary: what follows ``before`` and begins with ``hint``."""
    if not hint:
        return None
    try:
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
            needle = before + hint.encode()
            at = view.find(needle)
            while at >= 0:
                match = re.match(rb"\d+\.\d+\.\d+", view[at + len(before) : at + len(before) + 16])
                if match:
                    return match.group().decode()
                at = view.find(needle, at + 1)
    except (OSError, ValueError):
        pass
    return None


def _ask(program: str) -> str | None:
    """The version that ``program --version`` prints; None if it prints none."""
    import subprocess

    environment = {**os.environ, "SMARTOPT_DISABLE": "1"}
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=20, env=environment, check=False
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    match = re.search(r"version (\d+\.\d+\.\d+)", done.stdout)
    return match.group(1) if match else None
