"""The sources of functions: bitcode files, csmith's programs and the generator of shapes, each an item with a name.

Every item is one module. csmith's programs and shapes are taken to one of several bases, so that the lists meet code
as the front end writes it, code in SSA form, and code into which other functions were inlined.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ...errors import ToolchainError
from ...llvm.toolchain import Toolchain
from ..child import run_child
from ..fuzz.programs import FRONT_END, Tools, check_seeds, generate
from .shapes import shape_module

__all__ = ["BASES", "Item", "items", "module_of"]

_LIGHT = "function(mem2reg,sroa,early-cse,simplifycfg)"
BASES = {
    "front": "",
    "ssa": "function(mem2reg,sroa,early-cse)",
    "light": f"{_LIGHT},function(instcombine<no-verify-fixpoint>,simplifycfg,loop-simplify,lcssa)",
    "inlined": f"{_LIGHT},cgscc(inline),function(sroa,early-cse,instcombine<no-verify-fixpoint>,simplifycfg)",
}
"""Module pipelines that run before the lists; the version before a list is what they leave."""
_COMPILE_TIMEOUT = 60.0


@dataclass(frozen=True)
class Item:
    """One module: ``kind`` is file, csmith or shapes; ``name`` a path or a seed; ``base`` a key of BASES."""

    kind: str
    name: str
    base: str

    @property
    def id(self) -> str:
        return f"{self.kind}/{self.name}/{self.base}"


def items(files: list[Path], csmith: int, shapes: int, seed: int, bases: list[str]) -> Iterator[Item]:
    """The items of a campaign in their order: files at every base, generated modules at one each, in turn."""
    if csmith:
        check_seeds(seed, csmith)
    for path in files:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for base in bases:
            yield Item("file", f"{path}:{digest}", base)
    for number in range(max(csmith, shapes)):
        if number < shapes:
            yield Item("shapes", str(seed + number), bases[(seed + number) % len(bases)])
        if number < csmith:
            yield Item("csmith", str(seed + number), bases[(seed + number) % len(bases)])


def module_of(item: Item, toolchain: Toolchain) -> bytes | None:
    """The module of an item as text or bitcode; None if a generator has none for that seed."""
    if item.kind == "file":
        return Path(item.name.rpartition(":")[0]).read_bytes()
    if item.kind == "shapes":
        return shape_module(int(item.name)).encode()
    with TemporaryDirectory(prefix="smartopt-equivalence-") as name:
        folder = Path(name)
        tools = Tools.find(toolchain)
        source = generate(tools, int(item.name), folder)
        if source is None:
            return None
        target = folder / "program.bc"
        # Without type-based alias metadata more inputs can let pointers alias.
        alias = ("-fno-strict-aliasing",) if int(item.name) % 2 else ()
        command = [tools.clang, *FRONT_END, *alias, *tools.c_flags(), "-emit-llvm", "-c", "-o", target, source.name]
        built = run_child(command, _COMPILE_TIMEOUT, folder=folder)
        if built.status == 127:
            raise ToolchainError(f"{tools.clang} does not run: {built.errors}")
        return target.read_bytes() if built.ok else None
