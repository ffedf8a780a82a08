"""The compilers' half of ``smartopt --fingerprint``: all that the drivers' objects depend on besides the optimizer.

That is the clang and the clang++ that smartopt-clang and smartopt-clang++ would become, with the libraries that they
load, whether either would load the plugin, the plugin's sources, and the variables that decide what the drivers give to
the optimizer at all. Where anything lies changes nothing, so two machines with the same packages have the same line.
"""

from __future__ import annotations

import os

from ..digest import sha256
from ..errors import ToolchainError
from ..llvm.toolchain import toolchain_for_clang
from ..optimizer.fingerprint import build_id
from .plugin import build, descriptor
from .real_clang import find_clang

__all__ = ["compilers"]

_VARIABLES = ("SMARTOPT_FRAMES", "SMARTOPT_LEVEL", "SMARTOPT_OUTLINE", "SMARTOPT_SLIM")
"""Environment variables of the drivers that are no options of ``smartopt``."""


def compilers() -> str:
    """``clang VERSION HASH``; the version is that of the C compiler, or ``none``."""
    parts = [os.environ.get("SMARTOPT_DISABLE", "") or "0", *(os.environ.get(name, "") for name in _VARIABLES)]
    versions = []
    for cxx in (False, True):
        clang = find_clang(cxx)
        version, *more = _described(clang) if clang is not None else ["none"]
        versions.append(version)
        parts += [version, *more, ""]
    return f"clang {versions[0]} {sha256(chr(0).join(parts).encode('utf-8', 'surrogateescape')).hexdigest()[:32]}"


def _described(clang: str) -> list[str]:
    """A compiler's version, the build ids of its files, and what identifies the plugin that it would load."""
    real = os.path.realpath(clang)
    try:
        toolchain = toolchain_for_clang(real)
    except ToolchainError:
        return ["unknown", build_id(real)]  # clang alone compiles
    files = [real, *(build.libraries_of(real, toolchain.libllvm) if toolchain.libllvm else ())]
    return [toolchain.version, *map(build_id, files), *_plugin(real)]


def _plugin(clang: str) -> list[str]:
    """What identifies the plugin that a clang would load: its sources, or its name if it was not built from them."""
    known = None if os.environ.get("SMARTOPT_PLUGIN", "1") == "0" else descriptor.find(clang)
    if known is None:
        return []
    name = os.path.basename(known.plugin)
    try:
        current = build.name_for(clang) == name.removesuffix(".so")
        return ["plugin", build.hash_of_sources() if current else name]
    except build.PluginError:
        return ["plugin", name]  # for example because the headers were removed
