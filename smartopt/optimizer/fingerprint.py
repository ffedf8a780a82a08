"""One line that changes whenever an output may: for cache keys, and part of what ccache is told
(``driver.fingerprint``).

It covers our own code and data, the LLVM that would do the work (its build id, so a rebuilt package of the
same version counts), the model's files, and every option that can change an output. It is made in
milliseconds and loads no LLVM.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from .. import __version__
from ..chooser.data_files import hash_file
from ..digest import sha256
from ..errors import ModelError, ToolchainError
from ..objfile.program import gnu_build_id
from ..options import Options
from ..state.cache import PREDICTIONS, Cache

__all__ = ["build_id", "fingerprint", "own_state"]

_PACKAGES = (
    "encoding.py", "environment.py", "errors.py", "options.py", "ourselves.py", "reasons.py", "chooser", "codegen",
    "driver", "ir", "llvm", "objfile", "opt", "optimizer", "passes", "server", "worker",
)  # fmt: skip
"""What an output depends on; for ``driver`` and ``opt`` this includes which command lines they pass on."""


def fingerprint(options: Options) -> str:
    """``smartopt VERSION llvm VERSION HASH`` for these options. Raises ToolchainError, ModelError."""
    version, llvm = _llvm(options)
    parts = [__version__, llvm, _own_files(), *_model_files(options.model)]
    # Where the LLVM and the model lie changes no output: what is there has been taken already.
    chosen = {k: v for k, v in options.outcome_fields().items() if k not in ("llvm", "model")}
    parts.append(repr(sorted(chosen.items())))
    parts.append("no model" if options.model == "none" else "")
    return f"smartopt {__version__} llvm {version} {sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"


def build_id(path: str) -> str:
    """What tells this build of a binary from others: its GNU build id, else its size and time.

    Raises OSError.
    """
    found = gnu_build_id(path)
    if found is not None:
        return found
    about = os.stat(path)
    return f"{about.st_size}-{about.st_mtime_ns}"


def _llvm(options: Options) -> tuple[str, str]:
    """The version, and a text that identifies the files which would do the work."""
    from ..llvm.toolchain import find_toolchain

    if options.engine != "llvmlite":
        try:
            found = find_toolchain(options.llvm)
        except ToolchainError:
            if options.engine != "auto" or options.llvm is not None:
                raise
        else:
            files = [path for path in (found.libllvm, found.opt) if path]
            return found.version, " ".join([found.version, *(build_id(path) for path in files)])
    from importlib.metadata import version

    # The wheel is exact: it brings its own LLVM, whose version its own number fixes.
    return f"llvmlite-{version('llvmlite')}", f"llvmlite {version('llvmlite')}"


def _own_files() -> str:
    """The hash of every file of ours that an output depends on, with its name.

    Reading and hashing them takes four milliseconds, so the hash is remembered under what the file system says of them.
    The time of a file's last change cannot be set, other than its date; one that was changed just now might be changed
    again within the same tick of the clock.
    """
    return _seen or _hash_of(*_own_stats())


def own_state() -> str:
    """A text that changes when a file of ours does that an output depends on. From now on their hash is that of now, in
    this process and in those that it forks.
    """
    global _seen
    found = _own_stats()
    _seen = _hash_of(*found)
    return found[3]


_seen = ""
"""The hash of our files when somebody last asked for :func:`own_state`."""
_known_hashes: dict[str, str] = {}
"""The hash of our files by their state, in this process and in those that it forks."""


def _hash_of(home: str, paths: list[str], about: list[os.stat_result], state: str) -> str:
    known = _known_hashes.get(state)
    if known is not None:
        return known
    key = f"own files {state}"
    cache = Cache(name=PREDICTIONS)
    value = cache.get(key)
    if value is not None:
        return _known_hashes.setdefault(state, value.decode("ascii", "replace"))
    digest = sha256()
    for path, a in zip(paths, about, strict=True):
        digest.update(f"{path[len(home) :]}\0{a.st_size}\0".encode())
        # A file with its hash beside it counts by that: making it again would take half of all the time here.
        beside = hash_file(path)
        digest.update(_content(beside if beside in paths else path))
    found = _known_hashes[state] = digest.hexdigest()
    if max(a.st_ctime for a in about) < time.time() - _SETTLED:
        cache.put(key, found.encode())
    return found


def _own_stats() -> tuple[str, list[str], list[os.stat_result], str]:
    """Our folder, our files, what the file system says of them, and a digest of that."""
    home = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    paths = list(_own_paths(home))
    about = [os.stat(path) for path in paths]
    rows = [
        (path, a.st_size, a.st_mtime_ns, a.st_ctime_ns, a.st_ino, a.st_dev)
        for path, a in zip(paths, about, strict=True)
    ]
    return home, paths, about, sha256(repr(rows).encode("utf-8", "surrogateescape")).hexdigest()


_SETTLED = 2.0
"""Seconds after a change until the file system's clock can tell another one from it."""


def _own_paths(home: str) -> Iterator[str]:
    for part in _PACKAGES:
        path = os.path.join(home, part)
        if os.path.isfile(path):
            yield path
        for folder, below, files in os.walk(path):
            below.sort()
            for name in sorted(files):
                if name.endswith((".py", ".json", ".safetensors", ".sha256", ".txt")):
                    yield os.path.join(folder, name)


def _model_files(model: str | None) -> Iterator[str]:
    """A line model's hash; of a folder the manifest's, and size and time of each file beside it (hashing weights would
    take too long).
    """
    if model is None or model == "none":
        return
    try:
        if os.path.isfile(model):
            yield _hashed(model, os.path.dirname(model))
            return
        names = sorted(os.listdir(model))
        for name in names:
            path = os.path.join(model, name)
            if name == "manifest.json":
                yield _hashed(path, model)
            elif os.path.isfile(path):
                about = os.stat(path)
                yield f"{name} {about.st_size} {about.st_mtime_ns}"
    except OSError as error:
        why = error.strerror or error
        raise ModelError(f"no model can be read at {model}: {why}; --model none does without") from None


def _hashed(path: str, home: str) -> str:
    return f"{os.path.relpath(path, home)} {sha256(_content(path)).hexdigest()}"


def _content(path: str) -> bytes:
    """A file's bytes, without what a Python file object costs."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        parts = []
        while part := os.read(descriptor, 1 << 20):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(descriptor)
