"""Makes ``data/flags-NN.txt`` from clang's own option data and ``flag_policy``.

    python -m smartopt.driver.generate_flags --clang clang-22 [--options-inc FILE] [--out DIR]

The option data is the ``Options.inc`` that clang's own build makes from ``Options.td``; Debian ships it in
``libclang-NN-dev`` (beside the clang, ``include/clang/Options`` or ``include/clang/Driver``). Every option that clang's
gcc-like driver accepts becomes one row: its name, how it takes its value, and what smartopt-clang does with it. The
first line names the clang; the rows come in clang's own order, and ``tests/driver/test_flag_table.py`` compares them
with the installed clang.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..llvm.toolchain import toolchain_for_clang
from .flag_policy import FEATURE_GROUPS, IGNORED_GROUPS, RULES
from .flags import DATA

__all__ = ["Option", "action_of", "main", "options_in"]

_ROW = re.compile(
    r'^OPTION\((\w+)[^,]*, (?:\d+ /\* (?P<new>.*?) \*/|"(?P<old>(?:[^"\\]|\\.)*)"), (?P<id>\w+), '
    r"(?P<kind>\w+), "
    r'(?P<group>\w+), (?P<alias>\w+), (?:nullptr|"(?:[^"\\]|\\.)*"(?: "[^"]*")*), (?P<flags>[^,]*), '
    r"(?P<visibility>[^,]*), (?P<param>\d+),",
    re.MULTILINE,
)
_PREFIX_LIST = re.compile(r"^PREFIX\((\w+), \{(.*?)\}\)", re.MULTILINE)
_PREFIX_TABLE = re.compile(r"OptionPrefixesTable\[\] = \{(.*?)\};", re.DOTALL)

KINDS = {
    "Flag": "flag",
    "Joined": "joined",
    "Separate": "separate",
    "JoinedOrSeparate": "joined-or-separate",
    "JoinedAndSeparate": "joined-and-separate",
    "CommaJoined": "joined",
    "MultiArg": "multi",
    "RemainingArgs": "rest",
    "RemainingArgsJoined": "rest",
    "Values": "joined",
}
"""clang's option classes (llvm/Option/OptParser.td) by how they take values, which is all that we need of them."""


@dataclass(frozen=True)
class Option:
    """One spelling of one of clang's options."""

    name: str
    kind: str
    values: int
    group: str


def options_in(text: str) -> Iterator[Option]:
    """The options of the gcc-like driver in an ``Options.inc``, each spelling once, in its order."""
    prefixes = _prefixes(text)
    start = text.index("#ifdef OPTION\n")
    rows = re.sub(r"\n(?!OPTION\()", " ", text[start : text.index("#endif // OPTION\n", start)])
    for row in _ROW.finditer(rows):
        kind = KINDS.get(row["kind"])
        if kind is None or "DefaultVis" not in row["visibility"]:
            continue
        full = (row["new"] or row["old"]).replace('\\"', '"')
        spelled = sorted(prefixes.get(row[1], ()), key=len, reverse=True)
        stem = next((full[len(p) :] for p in spelled if full.startswith(p)), full)
        for prefix in spelled or [""]:
            yield Option(prefix + stem, kind, int(row["param"]), row["group"])


def action_of(option: Option) -> str:
    """What the rules say of an option."""
    if option.group in IGNORED_GROUPS:
        return "front"
    for action, patterns in RULES:
        if any(re.fullmatch(pattern, option.name) for pattern in patterns.split()):
            return action
    return "keep" if option.group in FEATURE_GROUPS else "driver-flag-unlisted"


def _prefixes(text: str) -> dict[str, list[str]]:
    """Prefix sets by the key that rows use: an offset into a table (LLVM >= 20) or a name."""
    table = _PREFIX_TABLE.search(text)
    found: dict[str, list[str]] = {}
    if table is None:
        for name, members in _PREFIX_LIST.findall(text):
            found[name] = [p for p in re.findall(r'StringLiteral\("(.*?)"\)', members) if p.startswith("-")]
        return found
    at = 0
    for line in table[1].strip().splitlines():
        found[str(at)] = [p for p in re.findall(r"/\* '(.*?)' \*/", line) if p.startswith("-")]
        at += 1 + len(re.findall(r"/\* '", line))
    return found


def _options_inc(root: str) -> str:
    for folder in ("Options", "Driver"):
        path = os.path.join(root, "include", "clang", folder, "Options.inc")
        if os.path.exists(path):
            return path
    raise SystemExit(f"no Options.inc is in {root}/include/clang; get libclang-NN-dev or give --options-inc")


def _table(text: str, version: str) -> str:
    rows: dict[str, list[list[str]]] = {}
    for option in options_in(text):
        row = [option.kind, action_of(option)]
        if option.kind == "multi":
            row.append(str(option.values))
        if row not in rows.setdefault(option.name, []):
            rows[option.name].append(row)
    # An exact flag is tried before the option of the same name that takes a joined value, as clang does.
    for same in rows.values():
        same.sort(key=lambda row: row[0] != "flag")
    body = "\n".join(f"{name}: {'; '.join(' '.join(row) for row in same)}" for name, same in rows.items())
    return f"# clang {version}\n{body}\n"


def main(argv: Sequence[str] | None = None) -> int:
    """Write the table of one clang; returns the exit code."""
    parser = argparse.ArgumentParser(prog="generate_flags", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--clang", required=True, help="the clang whose options are wanted")
    parser.add_argument("--options-inc", help="its Options.inc, where that is not beside it")
    parser.add_argument("--out", default=DATA)
    args = parser.parse_args(argv)
    import shutil

    toolchain = toolchain_for_clang(shutil.which(args.clang) or args.clang)
    path = args.options_inc or _options_inc(toolchain.root or "")
    with open(path, encoding="utf-8") as file:
        table = _table(file.read(), toolchain.version)
    target = os.path.join(args.out, f"flags-{toolchain.major}.txt")
    with open(target, "w", encoding="utf-8") as file:
        file.write(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
