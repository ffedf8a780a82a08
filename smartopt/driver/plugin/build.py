"""Builds the pass plugin for one clang, tries it, and writes the descriptor that lets launchers use it.

A plugin is compiled with the clang's own ``clang++`` and the headers of the same LLVM, because C++ has no stable
interface between builds. It is named by the build ids of clang and its libraries, lies in the private state folder, and
is tried on a small program before any launcher may use it. A build takes seconds; it happens when a person asks for it
(``smartopt --build-plugin``), or in the background when a compile first finds none (``driver.plugin.first_build``). One
that failed is not begun again by itself until clang or smartopt changes.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile

from ...errors import SmartoptError, ToolchainError
from ...llvm.capi import die_with_parent
from ...llvm.toolchain import Toolchain, toolchain_for_clang
from ...objfile.program import gnu_build_id, needed_libraries
from ...records import dataclass
from ...state.paths import Private, state_dir
from .. import configure_probes
from . import descriptor
from .first_build import KEPT

__all__ = [
    "Parts",
    "PluginError",
    "build",
    "failure",
    "find_parts",
    "hash_of_sources",
    "libraries_of",
    "main",
    "name_for",
    "sources",
]

_UNITS = ("settings", "module", "emitter", "probes", "words", "connect", "exchange", "reproducer", "smartopt")
"""Files of the plugin, in the order in which they are compiled as one: LLVM's headers take most of the time."""
_TIMEOUT = 600
"""Seconds that one run of a compiler may take."""
_OLDEST, _NEWEST = 19, 22
"""LLVM versions whose headers the plugin was compiled with."""


class PluginError(SmartoptError):
    """No plugin can be built or used; the message says why, and what to do."""


class _Replaced(PluginError):
    """What the plugin was built from is there no more: another one may be announced by now, and nothing failed."""


@dataclass(frozen=True)
class Parts:
    """What a plugin is built from, and what it must fit.

    Attributes:
        clang: the real path of the compiler.
        clangxx: its C++ driver.
        headers: the folder of LLVM's headers.
        library: the libLLVM that clang loads.
        libraries: that and libclang-cpp, where clang loads one.
        lld: the ``ld.lld`` beside clang, if that loads the same libLLVM; else empty.
        version: LLVM's full version.
    """

    clang: str
    clangxx: str
    headers: str
    library: str
    libraries: tuple[str, ...]
    lld: str
    version: str


def find_parts(clang: str) -> Parts:
    """What a plugin for a clang would be built from. Raises PluginError."""
    if sys.platform != "linux":
        raise PluginError("the plugin is for Linux; clang is run twice here, which makes the same objects")
    real = os.path.realpath(clang)
    try:
        toolchain = toolchain_for_clang(real)
    except ToolchainError as error:
        raise PluginError(str(error)) from error
    major, library = toolchain.major, toolchain.libllvm
    if not _OLDEST <= major <= _NEWEST:
        raise PluginError(f"the plugin is for clang {_OLDEST} to {_NEWEST}, this one is {toolchain.version}")
    names, _ = needed_libraries(real)
    if library is None or not any(name.startswith("libLLVM") for name in names):
        raise PluginError(f"{real} has LLVM built in, and shares no libLLVM that a plugin could use")
    headers = _headers(real, toolchain)
    clangxx = os.path.join(os.path.dirname(real), "clang++")
    if not os.access(clangxx, os.X_OK):
        raise PluginError(f"{clangxx} is missing; apt-get install clang-{major}")
    return Parts(
        real, clangxx, headers, library, libraries_of(real, library), _lld_of(real, library), toolchain.version
    )


def libraries_of(clang: str, library: str) -> tuple[str, ...]:
    """The libLLVM that a clang loads, which is ``library``, and its libclang-cpp, if it loads one."""
    names, _ = needed_libraries(os.path.realpath(clang))
    cpp = [os.path.join(os.path.dirname(library), name) for name in names if name.startswith("libclang-cpp")]
    return (library, *(path for path in cpp if os.path.exists(path)))


def build(clang: str, wait: bool = False) -> str:
    """Build, try and announce the plugin for a clang, unless there is one that fits; its path.

    Raises PluginError, also if another process is building it, unless the caller wants to ``wait`` for that.
    """
    parts = find_parts(clang)
    name = _name(parts)
    try:
        return _fitting(parts, name) or _build(parts, name, wait)
    except OSError as error:
        raise PluginError(f"the plugin cannot be kept in {state_dir()}: {error.strerror}") from error
    except ValueError as error:
        raise PluginError(str(error)) from error


def _fitting(parts: Parts, name: str) -> str | None:
    """The plugin of this name, if it is announced and fits."""
    known = descriptor.find(parts.clang)
    return known.plugin if known is not None and os.path.basename(known.plugin) == f"{name}.so" else None


def failure(clang: str) -> str:
    """Why the last build failed, with this very clang and smartopt; empty if it did not. Raises PluginError."""
    path = os.path.join(state_dir(), "plugins", f"{name_for(clang)}.failed")
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readline().strip()
    except OSError:
        return ""


def main(clang: str) -> None:
    """The process that builds in the background; ends it. What failed before is not tried again."""
    os.nice(10)
    try:
        if not failure(clang):
            build(clang)
    except (OSError, SmartoptError):
        pass  # --doctor and --build-plugin say why
    os._exit(0)


def sources() -> str:
    """The folder of the plugin's sources: in the package, or in the checkout. Raises PluginError."""
    here = os.path.dirname(os.path.abspath(__file__))
    for folder in (os.path.join(here, "source"), os.path.join(here, "..", "..", "..", "wrappers", "plugin")):
        if os.path.exists(os.path.join(folder, "smartopt.cpp")):
            return os.path.normpath(folder)
    raise PluginError("the plugin's sources are missing from this installation; install smartopt again")


def hash_of_sources() -> str:
    """A text that changes with the plugin's sources. Raises PluginError if there are none."""
    from hashlib import sha256

    digest = sha256(tables().encode())
    folder = sources()
    for name in sorted(os.listdir(folder)):
        if name.endswith((".cpp", ".h")):
            with open(os.path.join(folder, name), "rb") as file:
                digest.update(file.read())
    return digest.hexdigest()


def name_for(clang: str) -> str:
    """The name that a plugin built now for a clang would have, without its ending. Raises PluginError."""
    return _name(find_parts(clang))


def tables() -> str:
    """C++ definitions of the tables that Python and the plugin share."""
    lines = []
    for name, values in (
        ("ProbeNames", configure_probes.NAMES),
        ("ProbeFolders", configure_probes.FOLDERS),
        ("ProbeFolderStarts", configure_probes.FOLDER_STARTS),
        ("ProbePaths", configure_probes.PATHS),
    ):
        lines.append(f"constexpr std::string_view {name}[] = {{{', '.join(map(_quoted, values))}}};\n")
    return f"#include <string_view>\nnamespace smartopt {{\n{''.join(lines)}}}\n"


def _build(parts: Parts, name: str, wait: bool) -> str:
    with Private():
        folder = os.path.join(state_dir(), "plugins")
        os.makedirs(folder, mode=0o700, exist_ok=True)
    os.close(os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW))
    plugin, failed = (os.path.join(folder, f"{name}.{ending}") for ending in ("so", "failed"))
    lock = _lock(os.path.join(folder, f"{name}.lock"), wait)
    if lock is None:
        raise PluginError("another process is building the plugin; try again in a moment")
    try:
        if made := _fitting(parts, name):
            return made  # by another process, which we waited for
        paths = (parts.clang, *parts.libraries, *([parts.lld] if parts.lld else []))
        files = [descriptor.package(), *map(descriptor.stamp, paths)]
        with Private(), tempfile.TemporaryDirectory(prefix="smartopt-") as scratch:
            # A state folder of its own, so that the trial leaves no trace in the user's.
            candidate = os.path.join(scratch, "plugins", f"{name}.so")
            os.mkdir(os.path.dirname(candidate))
            _compile(parts, candidate, scratch)
            _try(parts, candidate, scratch)
            lld = parts.lld if parts.lld and _works_in_lld(parts, candidate, scratch) else ""
            _put(candidate, plugin)
        if not all(one.unchanged for one in files):
            raise _Replaced("clang or smartopt was replaced while its plugin was built; try again")
        descriptor.write(parts.clang, files, plugin, lld, _target(parts) if lld else "")
        if os.path.exists(failed):
            os.unlink(failed)
    except _Replaced:
        raise
    except (PluginError, ValueError) as error:
        with Private(), open(failed, "w", encoding="utf-8") as file:
            file.write(f"{error}\n")
        raise
    finally:
        os.close(lock)
    return plugin


def _compile(parts: Parts, plugin: str, scratch: str) -> None:
    folder = sources()
    unit = os.path.join(scratch, "unit.cpp")
    with open(unit, "w", encoding="utf-8") as file:
        file.write(tables())
        file.writelines(f'#include "{os.path.join(folder, name)}.cpp"\n' for name in _UNITS)
    strings = {
        "VERSION": _version(),
        "PYTHON": descriptor.interpreter(),
        "PLACE": _place(),
        "CLANG": parts.clang,
    }
    made = os.path.join(scratch, "unit.o")
    compiling = [
        parts.clangxx, "-std=c++20", "-O1", "-fPIC", "-c", "-fvisibility=hidden", "-fno-rtti", "-fno-exceptions",
        "-w", "-D_GNU_SOURCE", "-isystem", parts.headers,
        *(f"-DSMARTOPT_{name}={_quoted(value)}" for name, value in strings.items()), unit, "-o", made,
    ]  # fmt: skip
    # With one thing to do, clang does it in its own process, which ends with this one.
    for command in (compiling, [parts.clangxx, "-shared", made, "-o", plugin]):
        done = _run(command)
        if done.returncode:
            raise PluginError(f"the plugin does not compile: {_first_line(done.stderr)}")


_PROBE = "static int g(int x){return x*7+x/3;} int f(int a,int b){int s=0; for(int i=0;i<a;i++) s+=g(i^b); return s;}\n"


def _try(parts: Parts, plugin: str, scratch: str) -> None:
    """Compile a small program through the plugin, without a server. Raises PluginError unless smartopt did it."""
    source, made, reports = (os.path.join(scratch, name) for name in ("probe.c", "probe.o", "reports"))
    with open(source, "w", encoding="utf-8") as file:
        file.write(_PROBE)
    command = [parts.clang, f"-fpass-plugin={plugin}", "-Oz", "-c", source, "-o", made]
    done = _run(command, {"SMARTOPT_INSIDE": "1", "SMARTOPT_SERVER": "0", "SMARTOPT_REPORT_DIR": reports})
    if done.returncode or done.stderr:
        raise PluginError(f"this clang does not take the plugin: {_first_line(done.stderr)}")
    if not os.path.exists(made) or not os.listdir(reports):
        raise PluginError(
            "clang takes the plugin, but smartopt did not answer it; report this, and set SMARTOPT_PLUGIN=0"
        )


def _works_in_lld(parts: Parts, plugin: str, scratch: str) -> bool:
    source, made = os.path.join(scratch, "probe.c"), os.path.join(scratch, "probe.so")
    command = [
        parts.clang, "-Oz", "-flto", "-fPIC", "-shared", "-nostdlib", f"--ld-path={parts.lld}",
        f"-Wl,--load-pass-plugin={plugin}", source, "-o", made,
    ]  # fmt: skip
    done = _run(command)
    return done.returncode == 0 and not done.stderr


def _target(parts: Parts) -> str:
    """The target that clang has by default, by which it names tools. Raises PluginError."""
    target = _run([parts.clang, "-print-target-triple"]).stdout.strip()
    if not target:
        raise PluginError(f"{parts.clang} does not print its target")
    return target


def _put(candidate: str, plugin: str) -> None:
    """Copy the plugin into the state folder, whole or not at all. Raises OSError."""
    temporary = f"{plugin}.{os.getpid()}.tmp"
    try:
        shutil.copyfile(candidate, temporary)
        os.rename(temporary, plugin)
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)


def _headers(clang: str, toolchain: Toolchain) -> str:
    """The folder of the headers of this very version. Raises PluginError."""
    root = os.path.dirname(os.path.dirname(clang))
    for folder in (os.path.join(root, "include"), f"/usr/lib/llvm-{toolchain.major}/include", "/usr/include"):
        try:
            with open(os.path.join(folder, "llvm", "Config", "llvm-config.h"), encoding="utf-8") as file:
                text = file.read()
        except OSError:
            continue
        if f'"{toolchain.version}' in text and os.path.exists(os.path.join(folder, "llvm", "Passes", "PassBuilder.h")):
            return folder
    raise PluginError(
        f"the headers of LLVM {toolchain.version} are missing; apt-get install llvm-{toolchain.major}-dev"
    )


def _lld_of(clang: str, library: str) -> str:
    """The ``ld.lld`` beside clang, if it loads the same libLLVM; else empty."""
    path = os.path.join(os.path.dirname(clang), "ld.lld")
    real = os.path.realpath(path)
    names, _ = needed_libraries(real)
    return path if os.access(path, os.X_OK) and os.path.basename(library) in names else ""


def _name(parts: Parts) -> str:
    """The plugin's name: its LLVM's major version, and a hash of all that it depends on."""
    from hashlib import sha256

    digest = sha256()
    for path in (parts.clang, *parts.libraries):
        digest.update(f"{gnu_build_id(path) or os.stat(path).st_mtime_ns}\0".encode())
    for text in (hash_of_sources(), _version(), descriptor.interpreter(), _place(), parts.clang, parts.version):
        digest.update(f"{text}\0".encode("utf-8", "surrogateescape"))
    return f"smartopt-{parts.version.partition('.')[0]}-{digest.hexdigest()[:16]}"


def _version() -> str:
    from ... import __version__

    return __version__


def _place() -> str:
    return os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _first_line(text: str) -> str:
    lines = [line for line in text.splitlines() if "error:" in line] or text.splitlines()
    return lines[0].strip() if lines else "no message"


def _run(command: list[str], variables: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    # Variables of the user's build (CPATH, CCC_OVERRIDE_OPTIONS, DEPENDENCIES_OUTPUT ...) have no part in this one.
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {"LC_ALL": "C", **(variables or {})}
    try:
        return subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=_TIMEOUT, env=environment,
            stdin=subprocess.DEVNULL, check=False, preexec_fn=die_with_parent,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PluginError(f"{command[0]} could not be run: {error}") from error


def _lock(path: str, wait: bool = False) -> int | None:
    """An exclusive lock on a file; None where another process holds it and we do not ``wait``. Raises OSError."""
    with Private():
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(fd)
        return None
    return fd
