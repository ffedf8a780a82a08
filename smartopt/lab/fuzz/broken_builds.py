"""Builds that are wrong on purpose: each brings back a fault that was mended, to show that the fuzzer finds it.

Each takes the front end's bitcode, does one thing to it and hands it to clang's back end. ``broken=False`` does the
same without that thing and must show no difference.

- :class:`ForcedPasses`: a pass list, passes that are not trusted any more included;
- :class:`CopiedModule`: a copy of the module by ``LLVMCloneModule``, which loses label addresses on LLVM 19;
- :class:`FramedFunctions`: a frame pointer for every function, those that save vector registers included.

Run as a module, this is the child that changes the bitcode::

    python -m smartopt.lab.fuzz.broken_builds copy|frames LIBRARY IN OUT
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from ...passes.passlist import PassList
from ...passes.trusted import Trusted
from .builds import CampaignTools, Step
from .compile_options import CompileOptions

__all__ = ["CopiedModule", "ForcedPasses", "FramedFunctions", "main"]


@dataclass(frozen=True)
class _BrokenBuild:
    """From source to object by way of bitcode that :meth:`change` changes."""

    broken: bool = True
    level: str = "-Oz"
    label: ClassVar[str] = ""
    product: ClassVar[bool] = False
    early: ClassVar[bool] = False
    """Whether the bitcode is taken before any pass."""

    @property
    def name(self) -> str:
        return f"{self.label}{'' if self.broken else ', mended'}"

    def change(self, tools: CampaignTools, source: Path, target: Path) -> Step:
        raise NotImplementedError

    def commands(self, tools: CampaignTools, options: CompileOptions, source: Path, target: Path) -> list[Step]:
        front, changed = target.with_suffix(".in.bc"), target.with_suffix(".out.bc")
        clang, flags = tools.clang(options), [*options.target, self.level]
        bare = ["-Xclang", "-disable-llvm-passes"]
        front_end = [clang, *flags, *(bare if self.early else []), "-emit-llvm", "-c", str(source), "-o", str(front)]
        back_end = [clang, *flags, *bare, "-c", "-x", "ir", str(changed), "-o", str(target)]
        return [front_end, self.change(tools, front, changed), back_end]

    def environment(self, options: CompileOptions) -> dict[str, str]:
        return {}


@dataclass(frozen=True)
class ForcedPasses(_BrokenBuild):
    """Opt with a list of passes on every function; without ``lifted``, the last of them, where it is not broken."""

    before: str = ""
    lifted: str = ""
    label = "forced passes"
    early = True

    def change(self, tools: CampaignTools, source: Path, target: Path) -> Step:
        trusted = Trusted.load(tools.toolchain.major)
        text = f"{self.before},{self.lifted}" if self.broken else self.before
        pipeline = PassList.parse(text).module_pipeline(trusted, allow_banned=self.broken)
        return [tools.toolchain.opt or "opt", f"-passes={pipeline}", "-o", str(target), str(source)]


@dataclass(frozen=True)
class CopiedModule(_BrokenBuild):
    """The module copied by the C interface, or written and parsed."""

    label = "copied module"

    def change(self, tools: CampaignTools, source: Path, target: Path) -> Step:
        return _child("copy" if self.broken else "nothing", tools, source, target)


@dataclass(frozen=True)
class FramedFunctions(_BrokenBuild):
    """Frame pointers everywhere."""

    label = "framed functions"

    def change(self, tools: CampaignTools, source: Path, target: Path) -> Step:
        return _child("frames" if self.broken else "nothing", tools, source, target)


def _child(what: str, tools: CampaignTools, source: Path, target: Path) -> Step:
    return [sys.executable, "-m", __name__, what, str(tools.toolchain.libllvm), str(source), str(target)]


def main() -> None:
    """Change one bitcode file."""
    from ...llvm.capi import Context, Library, Module

    what, library, source, target = sys.argv[1:]
    module = Context(Library(library)).parse(Path(source).read_bytes(), source)
    if what == "copy":
        original, module = module, Module(module.context, module.library.LLVMCloneModule(module.ref))
        original.dispose()  # the copy's label addresses are still those of its blocks
    elif what == "frames":
        from ...codegen.frame_pointers import FRAME
        from ...llvm.attributes import set_string_attribute

        for function in module.functions():
            if not function.is_declaration:
                set_string_attribute(function, FRAME, "all")
    Path(target).write_bytes(module.bitcode())


if __name__ == "__main__":
    main()
