"""``corpus cross``: packages' C files, cross-compiled one by one to the bitcode that clang's front end makes for -Oz.

A package is built once for this machine, by its own recipe, while its compile commands are recorded
(``bench/larger.py``). Each command is then given a target's flags instead of this machine's. What does not compile for
the target, to bitcode and to an object, is left out and counted: many packages have files for one processor, and
without an operating system most of some packages. Configured headers are those of this machine.

Each target gets a corpus folder of its own, ``FOLDER/TARGET``, which ``corpus functions`` and ``label`` take, with
``sources.jsonl`` beside: a line for each module, ``{"package", "source", "bitcode", "folder", "words", "bytes"}``;
``words`` are clang's flags and the source, ``bytes`` the allocated bytes of clang's object at -Oz.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ...errors import SmartoptError
from ...llvm.toolchain import Toolchain
from ...objfile.measure import measure_object
from ..bench.larger import Compile, recorded
from ..bench.same import spread
from ..child import run_child
from ..packages import PackageError
from ..parallel import run_threads
from ..targets import Target
from .build import FLAGS, LENIENT, Built, keep_bitcode, manifest, record_package
from .recipes import split_of

__all__ = ["Source", "cross_compile", "cross_package", "cross_words", "is_done"]

_TIMEOUT = 300.0
_THIS_MACHINE = re.compile(r"-m(?!llvm$)|-I.*/x86_64-linux-gnu|-isystem.*/x86_64-linux-gnu")
"""Words that name this machine's processor or its headers."""
_PIC = ("-fPIC", "-fpic", "-DPIC")
"""Firmware is linked to one address."""
_OTHER_HEADERS = ("-idirafter", "/usr/include")
"""Of other libraries, such as zlib.h, for targets whose search path is their C library alone. glibc's own headers do
not get through: they include some that are elsewhere."""


@dataclass(frozen=True)
class Source:
    """One module of a cross-compiled corpus: a line of ``sources.jsonl``."""

    package: str
    source: str
    bitcode: str
    folder: str
    words: tuple[str, ...]
    bytes: int


def cross_words(words: Sequence[str], target: Target) -> tuple[str, ...]:
    """A compile's words for a target: its flags first, without those that name this machine's processor."""
    if not target.flags:
        return tuple(words)
    kept: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "-mllvm":  # an option of LLVM, perhaps of one code generator
            next(rest, "")
        elif word in ("-isystem", "-idirafter", "-I"):
            value = next(rest, "")
            if not _THIS_MACHINE.match(f"-I{value}"):
                kept += (word, value)
        elif not _THIS_MACHINE.match(word) and (target.hosted or word not in _PIC):
            kept.append(word)
    return (*target.flags, *kept, *(() if target.hosted else _OTHER_HEADERS))


def cross_package(
    package: str,
    target: Target,
    folder: Path,
    toolchain: Toolchain,
    jobs: int,
    files: int | None,
    report: Callable[[str], None],
) -> Built:
    """Cross-compile ``files`` of a package's C files (all by default), spread over it; record it in the manifest.

    Raises PackageError if the package is in no split, or cannot be fetched or built.
    """
    begin = time.monotonic()
    split = split_of(package)
    if split is None:
        raise PackageError(f"{package} is in no split of the corpus and is used for nothing; name one that is")
    compiles = [one for one in recorded(package, folder / "work", toolchain, jobs) if not one.cxx]
    chosen = compiles if files is None else spread(compiles, files)
    home = folder / target.name
    bitcode = home / "bitcode" / package
    shutil.rmtree(bitcode, ignore_errors=True)
    bitcode.mkdir(parents=True)
    names = f"-ffile-prefix-map={folder.resolve() / 'work' / package / 'tree'}=/smartopt/corpora/{package}/tree"
    flags = (*FLAGS.split(), *LENIENT.split(), names)
    found: dict[str, Source] = {}
    failed = 0
    for _, source in run_threads(lambda one: cross_compile(one, target, toolchain, flags, bitcode), chosen, jobs):
        if source is None:
            failed += 1
        else:
            found[source.bitcode] = source
    rows = [row for row in _sources(home) if row["package"] != package]
    rows += [asdict(found[name]) for name in sorted(found)]
    part = home / ".sources.jsonl.part"
    part.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    part.rename(home / "sources.jsonl")
    why = f"{failed} of {len(chosen)} files do not compile for {target.name}" if failed else ""
    done = record_package(home, package, split, toolchain.version, why, begin)
    report(f"{target.name}: {package}: {done.files} files in {done.seconds:.0f} s {why}".rstrip())
    return done


def cross_compile(
    one: Compile, target: Target, toolchain: Toolchain, flags: Sequence[str], folder: Path
) -> Source | None:
    """Compile one file for a target and put its bitcode into ``folder``; None if it does not compile."""
    clang = toolchain.clang or "clang"
    words = cross_words(one.words, target)
    with tempfile.TemporaryDirectory(prefix="smartopt-cross-") as scratch:
        bitcode, target_object = Path(scratch, "in.bc"), Path(scratch, "oz.o")
        front = ("-Xclang", "-disable-llvm-passes", "-emit-llvm")
        for extra, out in (((), target_object), (front, bitcode)):
            command = [clang, *words, *flags, "-Oz", *extra, "-c", "-o", out]
            if not run_child(command, _TIMEOUT, folder=Path(one.folder)).ok:
                return None
        try:
            size = measure_object(target_object.read_bytes()).total
        except SmartoptError:
            return None
        data = bitcode.read_bytes()
    keep_bitcode(data, folder)
    name = f"{hashlib.sha256(data).hexdigest()[:32]}.bc"
    return Source(one.package, one.name, name, one.folder, (*words, *flags), size)


def is_done(package: str, target: Target, folder: Path) -> bool:
    """Whether a package has been cross-compiled for a target."""
    return package in manifest(folder / target.name)


def _sources(home: Path) -> Iterator[dict[str, object]]:
    path = home / "sources.jsonl"
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        yield json.loads(line)
