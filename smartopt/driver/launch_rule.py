"""Decides what a launcher starts: clang alone, clang with the plugin, or the driver that runs clang twice.

``wrappers/launcher.c`` applies the same rule, and leaves to this one whatever it does not read itself; a test compares
both on thousands of command lines. The rule looks at arguments, environment and the descriptor of the plugin
(``driver.plugin.descriptor``), never at inputs:

1. ``SMARTOPT_DISABLE`` and ``-cc1``: clang, with nothing added.
2. ``SMARTOPT_LEVEL`` puts ``-Oz`` or ``-Os`` behind the last level if that is ``-O``, ``-O1`` to ``-O4`` or ``-Ofast``.
   An argument that stands behind a response file is put behind the file.
3. An option that asks for another plugin, an accelerator or another driver, that records the command line in the
   object or in an archive of the linker's, or that prints the passes which run: clang.
4. Clang with the plugin, where a plugin fits the clang and ``SMARTOPT_PLUGIN`` is not 0, if clang will make code at
   ``-Os`` or ``-Oz``, or links with LTO and the linker that may load the plugin. Which modules are optimised is
   decided later, when clang has made them.
5. Clang, if the arguments ask for no compile at ``-Os`` or ``-Oz`` to an object; else the driver.

Every answer of clang alone has a reason (``smartopt.reasons``), which the launcher counts.
"""

from __future__ import annotations

import os

from .launch_options import (
    HIDDEN_LINKERS,
    LANGUAGES,
    LAST_LEVELS,
    LINKABLE,
    LINKER_VARIABLES,
    MULTI_VALUED,
    NOT_LINKING,
    PROBE_STARTS,
    PROBES,
    RECORDING,
    RECORDING_TARGETS,
    REFUSED,
    REFUSED_PARTS,
    REFUSED_STARTS,
    STAGES,
    VALUED,
    VALUED_STARTS,
)

TYPE_CHECKING = False  # typing takes four milliseconds to import
if TYPE_CHECKING:
    from .plugin.descriptor import Descriptor

__all__ = ["INSIDE", "BadLevel", "Decision", "decide"]

INSIDE = "SMARTOPT_INSIDE"
"""The environment variable without which the plugin does nothing."""
_SIZES = ("-Os", "-Oz")
_LTO = ("-flto", "-flto=full", "-flto=thin", "-flto=auto", "-flto=jobserver")


class BadLevel(Exception):
    """``SMARTOPT_LEVEL`` is neither Oz nor Os. The message is one line for the user."""


class Decision:
    """What to start.

    Attributes:
        arguments: clang's arguments, with the plugin's and SMARTOPT_LEVEL's.
        reason: why clang does it alone; empty if it does not.
        plugin: whether the arguments load the plugin.
        lacks_plugin: whether they would, if there were one for this clang.
    """

    __slots__ = ("arguments", "lacks_plugin", "plugin", "reason")

    def __init__(
        self, arguments: list[str], reason: str = "", plugin: bool = False, lacks_plugin: bool = False
    ) -> None:
        self.arguments, self.reason, self.plugin, self.lacks_plugin = arguments, reason, plugin, lacks_plugin


def decide(arguments: list[str], clang: str, target: str = "", is_clang: bool = True) -> Decision:
    """What to start for a command line, without its program's name. Raises BadLevel.

    Args:
        arguments: as the user gave them.
        clang: the path of the compiler.
        target: the target in the name by which clang is called.
        is_clang: whether that is a clang for C or C++; otherwise nothing is added.
    """
    environment = os.environ
    if environment.get("SMARTOPT_DISABLE", "0") not in ("", "0"):
        return Decision(arguments, "disabled")
    if arguments and arguments[0].startswith("-cc1"):
        return Decision(arguments, "driver-internal")
    wanted = environment.get("SMARTOPT_LEVEL", "")
    if wanted not in ("", "Oz", "Os"):
        raise BadLevel(f"SMARTOPT_LEVEL is {wanted!r}; it may be Oz or Os (unset it to keep the build's own levels)")
    found = _read(arguments)
    if wanted and is_clang and found.replaces_level:
        after = found.level_at + 1
        arguments = [*arguments[:after], f"-{wanted}", *arguments[after:]]
        found.size = True
    if found.refusal:
        return Decision(arguments, found.refusal)
    useful = (found.makes_code_for_size or found.links_with_lto) and not found.is_recorded(target)
    if is_clang and useful and environment.get("SMARTOPT_PLUGIN", "1") != "0":
        from .plugin.descriptor import find

        plugin = find(clang)
        if plugin is None:
            return Decision(arguments, found.reason, lacks_plugin=True)
        ours = _plugin_arguments(found, plugin, clang, target)
        if ours:
            return Decision([*ours, *arguments], plugin=True)
    return Decision(arguments, found.reason)


class _Found:
    """What a command line says.

    Attributes:
        size: ``-Os`` or ``-Oz`` is among the arguments.
        level: the last level, and ``level_at`` the place among the user's arguments at which it, or its file, stands.
        response: there are response files; ``unread`` is whether they leave anything unclear.
        compiles: ``-c`` is there; ``links`` is whether clang will link, if it has inputs.
        probe: clang is asked something; ``asks`` is whether that is all it does.
        stage: clang ends before an object; ``makes_no_code`` is whether it ends before any code.
        lto, linker, target: the values of the last ``-flto``, ``-fuse-ld`` (or ``--ld-path``) and ``--target``.
        hidden_linker: an option may make clang find another linker than the one beside itself.
        records: an option may put clang's arguments into the object.
        sources: whether an input is more than something to link.
        refusal: why clang is left alone whatever else there is.
    """

    __slots__ = (
        *("asks", "compiles", "hidden_linker", "inputs", "level", "level_at", "linker", "links", "lto"),
        *("makes_no_code", "probe", "records", "refusal", "response", "size", "sources", "stage", "target", "unread"),
    )

    def __init__(self) -> None:
        self.size = self.response = self.unread = self.compiles = self.probe = self.asks = False
        self.stage = self.makes_no_code = self.hidden_linker = self.inputs = self.sources = self.records = False
        self.links = True
        self.level = self.lto = self.linker = self.target = self.refusal = ""
        self.level_at = -1

    @property
    def replaces_level(self) -> bool:
        return self.level in LAST_LEVELS and not self.unread and self.refusal != "driver-mode"

    def is_recorded(self, target: str) -> bool:
        """Whether the object may hold clang's arguments; ``target`` is that of the name by which clang is called."""
        named = self.target or target
        return self.records or any(part in named for part in RECORDING_TARGETS)

    @property
    def makes_code_for_size(self) -> bool:
        return self.size and self.sources and not (self.asks or self.makes_no_code or self.unread)

    @property
    def links_with_lto(self) -> bool:
        return self.lto in _LTO and self.links and self.inputs and not (self.asks or self.unread)

    @property
    def reason(self) -> str:
        """Why clang runs alone where there is no plugin; empty if the driver must look closer."""
        if self.response or (self.size and self.compiles):
            return ""
        if self.probe:
            return "driver-query"
        if self.stage:
            return "driver-stage"
        if self.compiles:
            return "driver-not-size"
        return "driver-lto" if self.lto and self.links and self.inputs else "driver-no-compile"


def _read(arguments: list[str]) -> _Found:
    found = _Found()
    found.probe = not arguments
    expanded, places = _expanded(arguments, found)
    language, at, count = "", 0, len(expanded)
    for argument in expanded:
        if not found.refusal:
            found.refusal = _refusal(argument)
    while at < count:
        argument = expanded[at]
        if not argument.startswith("-") or argument == "-":
            _read_input(found, argument, language)
            at += 1
            continue
        if argument == "--":
            for path in expanded[at + 1 :]:
                _read_input(found, path, language)
            break
        taken = 2 if argument in VALUED or argument.startswith(VALUED_STARTS) else 1 + MULTI_VALUED.get(argument, 0)
        last = min(at + taken, count) - 1
        found.unread |= places[at] != places[last] and expanded[at] != arguments[places[at]]
        value = expanded[last] if taken > 1 and last > at else ""
        if argument.startswith("-x"):
            language = value or argument[2:]
            if language in LANGUAGES:
                found.refusal = found.refusal or "driver-input-language"
            language = "" if language == "none" else language
        _read_option(found, argument, value, places[at])
        at += taken
    return found


def _expanded(arguments: list[str], found: _Found) -> tuple[list[str], list[int]]:
    """The arguments with response files read, and the place of each, or of its file, among the arguments."""
    if not any(argument.startswith("@") for argument in arguments):
        return arguments, list(range(len(arguments)))
    from .response_files import ResponseFileError, expand

    found.response = True
    expanded: list[str] = []
    places: list[int] = []
    for place, argument in enumerate(arguments):
        try:
            more = expand([argument])
        except (ResponseFileError, OSError):
            more = [argument]
        found.unread |= any(argument.startswith("@") for argument in more)
        expanded += more
        places += [place] * len(more)
    return expanded, places


def _refusal(argument: str) -> str:
    """The reason to leave clang alone that an argument gives, wherever it stands; empty if it gives none."""
    if argument in REFUSED:
        return REFUSED[argument]
    for part, reason in REFUSED_PARTS.items():
        if part in argument:
            return reason
    return next((reason for start, reason in REFUSED_STARTS.items() if argument.startswith(start)), "")


def _read_input(found: _Found, path: str, language: str) -> None:
    found.inputs = True
    base = path.rpartition("/")[2]
    ending = base.rpartition(".")[2] if "." in base else ""
    if ending in LANGUAGES and not language:
        found.refusal = found.refusal or "driver-input-language"
    if language or path == "-" or not (ending in LINKABLE or not ending or ".so." in base):
        found.sources = True


def _read_option(found: _Found, argument: str, value: str, place: int) -> None:
    if argument in _SIZES:
        found.size = True
    if argument.startswith("-O") and not argument.startswith("-Ob"):  # -ObjC is a language
        found.level, found.level_at = argument, place
    elif argument.startswith("--optimize"):
        found.level = argument
    elif argument in ("-flto", "-fno-lto") or argument.startswith("-flto="):
        found.lto = "" if argument == "-fno-lto" else argument
    elif argument.startswith(("-fuse-ld=", "--ld-path=")):
        # --ld-path decides wherever it stands.
        if not found.linker.startswith("--ld-path=") or argument.startswith("--ld-path="):
            found.linker = argument
    elif argument.startswith("--target="):
        found.target = argument[len("--target=") :]
    elif argument == "-target":
        found.target = value
    found.compiles |= argument in ("-c", "--compile")
    if argument in PROBES or argument.startswith(PROBE_STARTS):
        found.probe = True
        found.asks |= argument not in ("-v", "-###")
    if argument in STAGES:
        found.stage = True
        found.makes_no_code |= argument != "-S"
    if argument in RECORDING:
        found.records = True
    if argument in NOT_LINKING:
        found.links = False
    if argument.startswith(HIDDEN_LINKERS):
        found.hidden_linker = True


def _plugin_arguments(found: _Found, plugin: Descriptor, clang: str, target: str) -> list[str]:
    """The arguments that make clang, and its linker, load the plugin; none where neither would use it."""
    ours = [f"-fpass-plugin={plugin.plugin}"] if found.makes_code_for_size else []
    if found.links_with_lto and plugin.lld and _is_linker(found, plugin, clang, target):
        ours += ["-Xlinker", f"--load-pass-plugin={plugin.plugin}"]
    return ours


def _is_linker(found: _Found, plugin: Descriptor, clang: str, target: str) -> bool:
    """Whether clang will link with the linker that may load the plugin; in doubt it will not.

    For ``-fuse-ld=lld`` clang looks for ``TARGET-ld.lld`` beside itself and in the PATH, then for ``ld.lld``, first
    beside itself (clang/lib/Driver/Driver.cpp, GetProgramPath).
    """
    if found.hidden_linker or any(variable in os.environ for variable in LINKER_VARIABLES):
        return False
    named = found.target or target
    if named and "linux" not in named:
        return False
    path = found.linker.partition("=")[2]
    if path == "lld":
        own = os.path.dirname(os.path.realpath(clang))
        for folder in (own, *os.environ.get("PATH", os.defpath).split(":")):
            if os.path.lexists(f"{folder or '.'}/{named or plugin.triple}-ld.lld"):
                return False
        path = f"{own}/ld.lld"
    elif "/" not in path:
        return False
    from ..ourselves import is_same_file

    return is_same_file(path, plugin.lld)
