"""Searches settings of LLVM's back end for one target: one by one, then together, on -Oz's finished modules.

Every module is optimised once, by clang's own -Oz pipeline, and its object is emitted under each setting in a fork of
that process, so that no setting has to be taken back. What clang does by itself at -Oz stays on, the outliner too:
compared are the objects that a build would get.

Together: settings are added one after another, each time the one that saves most beside those that are taken, until
none saves a share of ``worth`` of all bytes.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from ...errors import SmartoptError
from ...llvm.capi import Module
from ...llvm.libllvm import LibLLVMEngine
from ...llvm.toolchain import find_toolchain
from ...passes.clang_pipelines import clang_pipeline
from ...passes.plan_stages import level_pipeline
from ..parallel import run_map
from ..results import ResultFile
from .back_end_options import Setting

__all__ = ["BackEndSearch", "spread"]

_NUMBER = struct.Struct("<q")
_WORTH_SEEING = 8
"""Settings that are tried beside those taken, of those that did most alone."""


def spread(files: Iterable[Path], most: int) -> list[Path]:
    """At most so many files, one of each package in turn; a package is a folder."""
    packages: dict[Path, list[Path]] = {}
    for path in sorted(files):
        packages.setdefault(path.parent, []).append(path)
    chosen: list[Path] = []
    while packages and len(chosen) < most:
        for package in list(packages):
            if len(chosen) < most:
                chosen.append(packages[package].pop(0))
            if not packages[package]:
                del packages[package]
    return sorted(chosen)


class BackEndSearch:
    """The search on one set of modules. ``store`` keeps each size, so that a stopped search goes on."""

    def __init__(
        self, llvm: str, files: Sequence[Path], store: ResultFile, jobs: int, say: Callable[[str], None]
    ) -> None:
        self._llvm, self._files, self._store, self._jobs, self._say = llvm, files, store, jobs, say
        self._sizes: dict[tuple[str, str], int] = {(row["file"], row["settings"]): row["bytes"] for row in store.lines}

    @property
    def major(self) -> int:
        """LLVM's version."""
        return find_toolchain(self._llvm).major

    @property
    def bytes(self) -> int:
        """Of all objects as clang makes them."""
        return sum(self._sizes.get((str(path), ""), 0) for path in self._files)

    def saves(self, settings: Sequence[Setting]) -> int:
        """Bytes that settings save on all modules that were emitted under them."""
        text = _text(settings)
        return sum(
            self._sizes[str(path), ""] - self._sizes[str(path), text]
            for path in self._files
            if self._sizes.get((str(path), text), 0) and self._sizes.get((str(path), ""), 0)
        )

    def measure(self, choices: Iterable[Sequence[Setting]], until: Callable[[], bool]) -> None:
        """Emit every module under each of the choices; ``until`` says when to stop. A size of 0 is an object that
        cannot be had; an option that this LLVM does not have changes nothing.
        """
        wanted = {_text(choice): tuple(choice) for choice in ((), *choices)}
        items = []
        for path in self._files:
            missing = [text for text in wanted if (str(path), text) not in self._sizes]
            if missing:
                items.append((str(path), [(text, wanted[text]) for text in missing]))
        work = partial(_emitted, self._llvm)
        for number, (file, sizes) in enumerate(run_map(work, items, self._jobs)):
            self._store.add({"file": file, "settings": text, "bytes": size} for text, size in sizes)
            self._sizes.update(((file, text), size) for text, size in sizes)
            self._say(f"{number + 1}/{len(items)} modules, {len(sizes)} objects each: {Path(file).name}")
            if until():
                raise SmartoptError("the time is up; the same command goes on from here")

    def together(
        self, singles: Sequence[Setting], worth: float, until: Callable[[], bool]
    ) -> list[tuple[Setting, int]]:
        """Settings that save most together, with what is saved when each is added."""
        taken: list[tuple[Setting, int]] = []
        while True:
            chosen = [setting for setting, _ in taken]
            options = {option for option, _ in chosen}
            left = [one for one in singles if one[0] not in options and self.saves([one]) > 0]
            left = sorted(left, key=lambda one: -self.saves([one]))[:_WORTH_SEEING]
            self.measure([[*chosen, one] for one in left], until)
            best = max(left, key=lambda one: self.saves([*chosen, one]), default=None)
            saved = 0 if best is None else self.saves([*chosen, best]) - (taken[-1][1] if taken else 0)
            if best is None or saved < worth * self.bytes:
                return taken
            taken.append((best, self.saves([*chosen, best])))
            self._say(f"taken: {_text([best])}, {100 * taken[-1][1] / self.bytes:.3f}% together")


def _text(settings: Sequence[Setting]) -> str:
    return " ".join(f"{option}={value}" for option, value in settings)


def _emitted(llvm: str, item: tuple[str, list[tuple[str, tuple[Setting, ...]]]]) -> tuple[str, list[tuple[str, int]]]:
    """A module's objects under each choice of settings: the choice and its bytes, 0 where there is no object."""
    file, choices = item
    found = _in_fork(partial(_sizes, llvm, file, choices))
    found += [0] * (len(choices) - len(found))
    return file, [(text, size) for (text, _), size in zip(choices, found, strict=True)]


def _sizes(llvm: str, file: str, choices: list[tuple[str, tuple[Setting, ...]]]) -> Iterator[int]:
    """In a fork: -Oz once, and each object in a fork of its own."""
    engine = LibLLVMEngine(find_toolchain(llvm))
    with open(os.devnull, "wb") as null:
        os.dup2(null.fileno(), 2)  # what LLVM says of options that it does not have
    module = engine.parse(Path(file).read_bytes())
    module.run(clang_pipeline(engine.major, "Oz") or level_pipeline(engine.major, "Oz"), module.machine)
    for _, settings in choices:
        yield from _in_fork(partial(_size, engine, module, settings)) or [0]


def _size(engine: LibLLVMEngine, module: Module, settings: tuple[Setting, ...]) -> Iterator[int]:
    """In a fork: the object's bytes under settings, which change the process for good."""
    if settings:
        engine.set_options(f"{option}={value}" for option, value in settings)
    yield engine.measure(module).total


def _in_fork(work: Callable[[], Iterable[int]]) -> list[int]:
    """The numbers that work yields in a fork, as far as it comes."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            for number in work():
                os.write(writer, _NUMBER.pack(number))
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        data = pipe.read()
    os.waitpid(child, 0)
    return [number for (number,) in _NUMBER.iter_unpack(data[: len(data) // _NUMBER.size * _NUMBER.size])]
