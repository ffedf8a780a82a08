"""Whether a module that clang hands out may be optimised: the same flag table as for two clang runs, read otherwise.

Clang itself does everything but the optimising here, so much of what cannot be cut in two is no obstacle: other stages,
side outputs, several inputs, precompiled headers, modules, standard input. What changes clang's own pipeline, or what
is in the object besides code, still is.
"""

from __future__ import annotations

import os

from ...options import Stage
from ..flags import LANGUAGES, SUFFIXES, NotEligible, Table, match

__all__ = ["InsideCommand", "read_command"]

_BY_CLANG = frozenset(
    {
        *("output", "dep", "dep-file", "dep-target", "wp", "wa", "front", "end"),
        *("driver-side-output", "driver-modules", "driver-pch", "driver-assembler", "driver-query", "driver-arch"),
    }
)
"""Actions of the flag table (``driver.flag_policy``) that clang sees to when it runs only once."""
_ELIGIBLE = _BY_CLANG | {"keep", "oz-only", "compile", "level", "language"}
_STAGES = frozenset({"-S", "-M", "-MM", "-H", "-C", "-CC", "-P", "--assemble"})
_REMARKS = ("-fsave-optimization-record", "-foptimization-record", "-save-stats", "--save-stats")
"""Outputs of clang's own passes, which would not run."""
_PLUGIN = "-fpass-plugin="
_SPECIAL = ("CCC_",)
"""Variables that change the command's words where we do not see it (some by their beginning)."""
_OTHER_LANGUAGES = frozenset("m mi mm mii M MM cu cui hip cl clcpp ll bc f F f90 F90 hlsl".split())
"""File name endings of inputs whose modules are left to clang."""
_LANGUAGES = frozenset({"assembler", "assembler-with-cpp", "c-header", "c++-header", "c++-module", *LANGUAGES})
_CC1 = (
    *("san", "profile", "coverage", "instrument", "plugin", "xray", "cfi"),
    *("opt-record", "linked", "link-bitcode", "passes"),
)
"""Parts of options of clang's front end proper (-Xclang) that change its pipeline."""
_LLVM = tuple(
    """
    print debug stats time- remark view dump dot- help version trace track bisect load output file path
    -dir profile pgo instr counter crash verify passes reg-
    """.split()
)
"""Parts of LLVM's options (-mllvm) that print or write something, or read what we do not see: clang alone does it."""


class InsideCommand:
    """What is known of the command whose clang asks; like :class:`..flags.Command`.

    Attributes:
        source: the module's source.
        output: the object's name, where the command says it.
        level: ``Os`` or ``Oz``.
        back: the words that the back end heeds, in the user's order.
        llvm_options: LLVM's options among them (``-mllvm``).
        stage: whether a source file is compiled or a program is linked.
    """

    __slots__ = ("back", "level", "llvm_options", "output", "source", "stage")

    def __init__(self, source: str, level: str) -> None:
        self.source, self.level = source, level
        self.output = ""
        self.stage: Stage = "compile"
        self.back: list[str] = []
        self.llvm_options: tuple[str, ...] = ()


def read_command(words: list[str], source: str, level: str, plugin: str, table: Table) -> InsideCommand:
    """Read the words of a compile.

    Args:
        words: the command, with its program's name and our plugin's word.
        source: the module's source file, as clang names it.
        level: at which clang compiles the module.
        plugin: the plugin's file.
        table: of that clang (``flags.load_table``).

    Raises NotEligible.
    """
    command = InsideCommand(source, level)
    arguments = words[1:]
    at, objects = 0, False
    while at < len(arguments):
        argument = arguments[at]
        if not argument.startswith("-") or argument == "-":
            _check_input(argument)
            at += 1
            continue
        if argument == _PLUGIN + plugin:
            at += 1
            continue
        name, action, taken, value = match(arguments, at, table)
        if action == "end":
            for path in arguments[at + 1 :]:
                _check_input(path)
            break
        if action == "output":
            command.output = value
        elif action == "language" and value not in _LANGUAGES:
            raise NotEligible("driver-input-language", value)
        elif action == "oz-only" and level != "Oz":
            raise NotEligible("driver-pipeline", name)
        elif action == "driver-internal":
            _internal(command, name, value)
        elif name.startswith(_REMARKS) or not (action in _ELIGIBLE or name in _STAGES):
            raise NotEligible(action, name)
        objects = objects or action == "compile"
        if action in ("keep", "oz-only", "compile", "level"):
            command.back += arguments[at : at + taken]
        at += taken
    if not command.output or not objects:
        stem = os.path.basename(source).rpartition(".")[0] or os.path.basename(source)
        command.output = f"{stem}.o" if objects or not command.output else f"{command.output}-{stem}.o"
    return command


def check_environment(names: list[str]) -> None:
    """Raises NotEligible where a variable changes what clang is told."""
    if any(name.startswith(_SPECIAL) for name in names):
        raise NotEligible("driver-environment")


def _check_input(path: str) -> None:
    _, dot, ending = os.path.basename(path).rpartition(".")
    if dot and ending in _OTHER_LANGUAGES and ending not in SUFFIXES:
        raise NotEligible("driver-input-language", path)


def _internal(command: InsideCommand, name: str, value: str) -> None:
    """Options that go past clang's driver. Raises NotEligible."""
    if name == "-Xpreprocessor":
        return
    if name in ("-mllvm", "-mllvm=") and not any(part in value for part in _LLVM):
        command.llvm_options += (value,)
        command.back += ["-mllvm", value]  # which also keeps our own settings of the back end away
        return
    if name.startswith("-Xclang") and not any(part in value for part in _CC1) and value not in ("-mllvm", "-O0"):
        command.back += [name, value]
        return
    raise NotEligible("driver-internal", f"{name} {value}")
