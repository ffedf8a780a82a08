"""Reads a clang command line: it is a :class:`Command` that smartopt may compile, or is left to clang for a reason.

The rule is an allow-list. Each option is looked up in the table of its clang's version (``data/flags-NN.txt``, made by
``generate_flags``); the first one that is not marked safe leaves the command line to clang, with its reason. Arguments
are matched to options as in LLVM's option parser: the longest name that fits decides.
"""

from __future__ import annotations

import os
import stat

from ..annotations import TYPE_CHECKING, Protocol
from .response_files import is_plain

if TYPE_CHECKING:
    from ..options import Stage

__all__ = ["Command", "Compile", "NotEligible", "Table", "classify", "load_table", "match", "rows"]

Table = dict[str, str]
"""Rows by option name: kind, action and, for ``multi``, the number of values; see :func:`rows`."""

LANGUAGES = {"c": "c", "c++": "c++", "cpp-output": "c", "c++-cpp-output": "c++", "none": ""}
"""Eligible values of ``-x``, each with the language that a file has then; empty where its name tells."""

SUFFIXES = frozenset({"c", "i", "ii", "cc", "cp", "cxx", "cpp", "CPP", "c++", "C", "CC", "CXX", "C++"})
"""File name endings of C and C++ sources (clang/lib/Driver/Types.cpp, lookupTypeForExtension)."""

DATA = os.path.join(os.path.dirname(__file__), "data")

OLDEST = 17
TABLES = (19, 22)
"""The clang versions that have a flag table, and the oldest version that may use the first table."""

ASSEMBLER = frozenset(
    {
        *("--noexecstack", "--fatal-warnings", "--no-warn", "-W", "-L"),
        *("-mrelax-relocations=no", "-mrelax-relocations=yes"),
        *("--compress-debug-sections", "--compress-debug-sections=none", "--compress-debug-sections=zlib"),
    }
)
"""What ``-Wa,`` may ask of clang's own assembler: marks of sections and relocations, and strictness with inline
assembly. ``-I`` is not among them, because we do not see what ``.include`` and ``.incbin`` find."""

PREPROCESSED = frozenset({"i", "ii"})

ACCELERATORS = ("spirv", "dxil", "amdgcn", "nvptx", "r600")
"""Beginnings of targets whose objects are device code: clang looks for device libraries in the second run, or writes
other SPIR-V from bitcode than from source."""

READ_FILES = ("-include", "-imacros")
"""Eligible options whose value is a file that clang reads besides the source."""

_LONGEST = 64
_SIZE = {"s": "Os", "z": "Oz"}


class Compile(Protocol):
    """What the optimizer's side needs to know of a compile.

    Attributes:
        source: the input file as the user wrote it.
        level: ``Os`` or ``Oz``.
        back: the arguments that the back end heeds, in the user's order.
        stage: whether a source file is compiled or a program is linked.
        llvm_options: LLVM's own options among them (``-mllvm``).
    """

    source: str
    level: str
    back: list[str]
    stage: Stage
    llvm_options: tuple[str, ...]


class NotEligible(Exception):
    """The command line is left to clang: ``reason`` is an id of ``smartopt.reasons``, ``what`` what is to blame."""

    def __init__(self, reason: str, what: str = "") -> None:
        super().__init__(f"{reason}: {what}" if what else reason)
        self.reason = reason
        self.what = what


class Command:
    """One eligible compile.

    Attributes:
        source: the input file as the user wrote it.
        output: where the object goes.
        level: ``Os`` or ``Oz``.
        front: the front end's arguments: the user's own without ``-o``.
        back: the back end's arguments: the user's own without inputs, dependencies, language and ``-o``.
        dep_file: the dependency file that clang would choose, where the user asked for one and named none.
        dep_target: its target, likewise.
        terminal: arguments for both that say what clang would find out about the terminal.
        stage: always ``compile``.
        llvm_options: LLVM's own options: none, because they would have to hold in two runs of clang and in ours.
    """

    __slots__ = (
        *("back", "dep_file", "dep_target", "front", "level", "llvm_options", "output", "source", "stage", "terminal"),
    )

    def __init__(self) -> None:
        self.source = ""
        self.output = ""
        self.level = ""
        self.front: list[str] = []
        self.back: list[str] = []
        self.dep_file: str | None = None
        self.dep_target: str | None = None
        self.terminal: tuple[str, ...] = ()
        self.stage: Stage = "compile"
        self.llvm_options: tuple[str, ...] = ()


def load_table(major: int) -> Table | None:
    """The flag table for a clang version: its own, or the next newer one; None where there is none. Raises OSError.

    A newer table is safe: clang itself refuses an option that it lacks.
    """
    if major < OLDEST or major > TABLES[-1]:
        return None
    if major in _tables:
        return _tables[major]
    name = f"flags-{TABLES[0] if major <= TABLES[0] else TABLES[-1]}.txt"
    with open(os.path.join(DATA, name), "rb") as file:
        text = file.read().decode("ascii")
    _, _, body = text.partition("\n")  # the first line names the clang
    parts = body.replace("\n", ": ").split(": ")  # the fastest way: option names have no spaces
    table = _tables[major] = dict(zip(parts[::2], parts[1::2], strict=False))
    return table


_tables: dict[int, Table] = {}
"""Those that were loaded, by clang's version."""


def rows(text: str) -> list[list[str]]:
    """The rows in the text that a table holds for one option name."""
    return [row.split(" ") for row in text.split("; ")] if text else []


def match(arguments: list[str], at: int, table: Table) -> tuple[str, str, int, str]:
    """The option at ``arguments[at]``: its name, its action, how many arguments it takes, and its value ("" if none).

    An unknown option comes back as ``("", "driver-flag-unlisted", 1, "")``; one that lacks its value as
    ``driver-bad-command``.
    """
    argument = arguments[at]
    for length in range(min(len(argument), _LONGEST), 0, -1):
        for row in rows(table.get(argument[:length], "")):
            kind, action = row[0], row[1]
            rest = argument[length:]
            if kind == "joined" or (kind == "joined-or-separate" and rest):
                return argument[:length], action, 1, rest
            if kind == "joined-and-separate":
                return argument[:length], action, 2, rest
            if rest:
                continue  # a flag or a separate option must be the whole argument: try a shorter name
            if kind == "flag":
                return argument, action, 1, ""
            if kind == "rest":
                return argument, action, len(arguments) - at, ""
            taken = 1 + (int(row[2]) if kind == "multi" else 1)
            if at + taken > len(arguments):
                return argument, "driver-bad-command", 1, ""
            return argument, action, taken, arguments[at + 1]
    return "", "driver-flag-unlisted", 1, ""


def classify(arguments: list[str], table: Table) -> Command:
    """Read a command line, without its program's name and with response files expanded. Raises NotEligible.

    Looks at the input and the output on disk: the input must be a regular file, the output one or nothing.
    """
    reader = _Reader(table)
    at = 0
    while at < len(arguments):
        at += reader.take(arguments, at)
    return reader.finish()


class _Reader:
    """The state of one reading of a command line."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.command = Command()
        self.sources: list[tuple[str, str]] = []
        self.language = ""
        self.compile = False
        self.output: str | None = None
        self.wants_dep = self.names_dep_file = self.names_dep_target = False
        self.oz_only = ""

    def take(self, arguments: list[str], at: int) -> int:
        argument = arguments[at]
        if not argument.startswith("-") or argument == "-":
            self._input(argument)
            return 1
        name, action, taken, value = match(arguments, at, self.table)
        own = arguments[at : at + taken]
        if action == "end":
            self.command.front.append(argument)
            for path in arguments[at + 1 :]:
                self._input(path)
            return taken
        if action == "output":
            self.output = value
            return taken
        if action == "wp":
            action = self._preprocessor(value)
        if action == "wa":
            action = "keep" if ASSEMBLER.issuperset(value.split(",")) else "driver-assembler"
        self._note(action, name, value)
        self.command.front += own
        if action in ("keep", "oz-only", "compile", "level"):
            self.command.back += own
        return taken

    def _note(self, action: str, name: str, value: str) -> None:
        """Note what an option says. Raises NotEligible for one that is not eligible."""
        if action in ("keep", "front"):
            if name in ("-target", "--target=") and value.startswith(ACCELERATORS):
                raise NotEligible("driver-offload", value)
            if name in READ_FILES and not _plain(value, missing=True):
                raise NotEligible("driver-input-special", f"{name} {value}")
            return
        if action == "compile":
            self.compile = True
        elif action == "oz-only":
            self.oz_only = name
        elif action == "level":
            self.command.level = _SIZE.get(value, "") if name == "-O" else ""
        elif action == "language":
            if value not in LANGUAGES:
                raise NotEligible("driver-input-language", value)
            self.language = value
        elif action == "dep":
            self.wants_dep = True
        elif action == "dep-file":
            self._writes_dep_file(value)
        elif action == "dep-target":
            self.names_dep_target = True
        else:
            raise NotEligible(action, name)

    def _preprocessor(self, value: str) -> str:
        """The action of ``-Wp,...``; clang rewrites ``-Wp,-MD,FILE`` to ``-MD -MF FILE``."""
        parts = value.split(",")
        if len(parts) == 2 and parts[0] in ("-MD", "-MMD"):
            self._writes_dep_file(parts[1])
            return "dep"
        if all(part.startswith(("-D", "-U")) and len(part) > 2 for part in parts):
            return "front"
        return "driver-internal"

    def _writes_dep_file(self, path: str) -> None:
        """Check a dependency file: not our front end's standard output, nor a pipe, which can be written only once."""
        if not _can_become(path):
            raise NotEligible("driver-output-special", path)
        self.names_dep_file = True

    def _input(self, path: str) -> None:
        self.sources.append((path, self.language))
        self.command.front.append(path)

    def finish(self) -> Command:
        command = self.command
        if not self.compile:
            raise NotEligible("driver-no-compile")
        if not command.level:
            raise NotEligible("driver-not-size")
        if self.oz_only and command.level != "Oz":
            raise NotEligible("driver-pipeline", self.oz_only)
        if len(self.sources) != 1:
            raise NotEligible("driver-inputs")
        source, language = self.sources[0]
        command.source = source
        name = os.path.basename(source)
        stem, dot, suffix = name.rpartition(".")
        if source == "-" or (not LANGUAGES.get(language, "") and not (dot and suffix in SUFFIXES)):
            raise NotEligible("driver-input-language", source)
        if not _plain(source):
            raise NotEligible("driver-input-special", source)
        # clang names the output after the part before the *last* dot, in the working directory.
        command.output = f"{stem if dot else name}.o" if self.output is None else self.output
        if not _can_become(command.output):
            raise NotEligible("driver-output-special", command.output)
        preprocessed = "cpp-output" in language or (not language and suffix in PREPROCESSED)
        if self.wants_dep and not preprocessed:  # clang ignores -MD there, and would complain about ours
            self._dependencies(stem if dot else name)
        return command

    def _dependencies(self, stem: str) -> None:
        """The file and target that clang derives from ``-o`` (clang/lib/Driver/ToolChains/Clang.cpp)."""
        if not self.names_dep_file:
            folder, slash, base = (self.output or "").rpartition("/")
            chosen = f"{folder}{slash}{base.rpartition('.')[0] if '.' in base else base}.d"
            self.command.dep_file = f"{stem}.d" if self.output is None else chosen
            self._writes_dep_file(self.command.dep_file)
        if not self.names_dep_target:
            self.command.dep_target = f"{stem}.o" if self.output is None else self.output


def _plain(path: str, missing: bool = False) -> bool:
    """Whether an input is a regular file, which can be read several times; ``missing`` is the answer for no file."""
    try:
        return is_plain(path)
    except OSError:
        return missing


def _can_become(path: str) -> bool:
    """Whether an output is a regular file, or can become one, in a folder that we may write to."""
    if path in ("", "-"):
        return False
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return False
    except FileNotFoundError:
        if os.path.islink(path):
            return False
    except (OSError, ValueError):
        return False
    return os.access(os.path.dirname(path) or ".", os.W_OK | os.X_OK)
