"""Whether what lld hands out at a link-time optimisation may be optimised: the whole program, or a module of ThinLTO.

lld's command line says how code is generated (clang passes it on as ``-plugin-opt=``) and whether passes other than
lld's own run. What is a library, an archive, a version script or a section to collect is the linker's business: the
module that it hands out is merged, or has what it imports, and is internalised already.
"""

from __future__ import annotations

import os

from ...options import Stage
from ..flags import NotEligible
from .eligibility import InsideCommand

__all__ = ["read_link"]

_VALUED = frozenset({"-o", "--output", "-m", "-z", "-L", "-l", "-T", "-e", "-u", "-h", "-soname", "-rpath", "-mllvm"})
"""Options whose value may be the next word; others that have one take words that no rule here knows."""
_REFUSED = {
    "lto-aa-pipeline": "driver-pipeline",
    "lto-newpm-passes": "driver-pipeline",
    "lto-cs-profile": "driver-profile",
    "cs-profile": "driver-profile",
    "lto-sample-profile": "driver-profile",
    "sample-profile": "driver-profile",
    "lto-basic-block-sections": "driver-pipeline",
    "lto-known-safe-vtables": "driver-pipeline",
    "lto-validate-all-vtables": "driver-pipeline",
    "lto-whole-program-visibility": "driver-pipeline",
    "lto-emit-llvm": "driver-stage",
    "emit-llvm": "driver-stage",
    "lto-partitions": "driver-lto",
    "lto-debug-pass-manager": "driver-side-output",
    "debug-pass-manager": "driver-side-output",
    "opt-remarks": "driver-side-output",
    "stats-file": "driver-side-output",
    "thinlto-index-only": "driver-lto",
    # What is kept from one link to the next is named by lld's own settings, which do not tell ours from its own.
    "thinlto-cache-dir": "driver-lto",
    "cache-dir": "driver-lto",
    "mllvm": "driver-internal",
    "load-pass-plugin": "driver-plugin",
}
"""Beginnings of lld's options, without dashes and without ``plugin-opt=``, and the reason that they give."""
_CODE_GENERATION = (
    *("-function-sections", "-data-sections", "-unique-section-names", "-debugger-tune", "-generate-arange-section"),
    *("-stack-size-section", "-relax-elf-relocations", "-enable-tlsdesc", "-crel", "-target-abi", "-dwarf-version"),
)
"""LLVM's options that clang itself passes on to the linker and that do not change what lists do to code."""
_LEVELS = ("lto-O", "O")


def read_link(words: list[str], plugin: str, stage: Stage, source: str) -> InsideCommand:
    """Read lld's command line. Raises NotEligible.

    Args:
        words: with the program's name, response files expanded.
        plugin: our own plugin's file.
        stage: ``link`` or ``thin``.
        source: the module's name; the output's stands for the whole program's.
    """
    command = InsideCommand("", "Oz")
    command.stage = stage
    command.output = "a.out"
    if "-cc1" in words[1:2]:
        raise NotEligible("driver-lto", "ThinLTO in a process of clang's own")
    arguments = words[1:]
    at = 0
    while at < len(arguments):
        argument = arguments[at]
        at += 1
        if not argument.startswith("-"):
            continue
        if argument in ("-o", "--output") and at < len(arguments):
            command.output = arguments[at]
        elif argument.startswith("-o") and not argument.startswith(("-omagic", "-opt-remarks", "-oformat")):
            command.output = argument[2:]
        elif argument.startswith("--output="):
            command.output = argument.partition("=")[2]
        name = argument.lstrip("-")
        if name in ("plugin-opt", "mllvm", "load-pass-plugin") and at < len(arguments):
            name = f"{name}={arguments[at]}"
            at += 1
        elif argument in _VALUED:
            at += 1
        if name == f"load-pass-plugin={plugin}":
            continue
        if name.startswith("plugin-opt="):
            name = name.partition("=")[2]
            if name.startswith("-"):
                _code_generation(command, name)
                continue
        _refuse(argument, name)
    command.source = command.output
    if stage == "thin":
        command.source = source
        command.output += f"-{os.path.basename(source)}"
    return command


def _code_generation(command: InsideCommand, option: str) -> None:
    if not option.lstrip("-").startswith(tuple(one.lstrip("-") for one in _CODE_GENERATION)):
        raise NotEligible("driver-internal", option)
    command.back.append(option)


def _refuse(argument: str, name: str) -> None:
    """Raises NotEligible for an option that changes what lld does with the module."""
    for start, reason in _REFUSED.items():
        if name.startswith(start) and not (start == "lto-partitions" and name == "lto-partitions=1"):
            raise NotEligible(reason, argument)
    for start in _LEVELS:
        # -O of lld itself is about merging strings and compressing sections.
        levels = start == "lto-O" or "plugin-opt" in argument
        if levels and name.startswith(start) and name[len(start) :].isdigit() and name != f"{start}2":
            raise NotEligible("driver-not-size", argument)
