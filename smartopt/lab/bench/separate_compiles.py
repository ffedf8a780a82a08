"""``python separate_compiles.py cc [flags] a.c b.c [-lx] -o out``: compile each source by itself, then link.

For build systems that compile and link in one command, which smartopt-clang leaves to clang. It runs as a file and
imports nothing of smartopt. ``SEPARATE_ONLY=b.c`` compiles the other sources with smartopt disabled.
"""

from __future__ import annotations

import os
import subprocess
import sys

__all__ = ["separate_commands"]

_SOURCES = (".c", ".cc", ".cpp", ".cxx")
_LINK = ("-l", "-L", "-Wl,", "-rdynamic", "-shared")
_VALUES = ("-I", "-D", "-U", "-include", "-isystem", "-x", "-idirafter")


def separate_commands(words: list[str]) -> list[list[str]]:
    """The equivalent commands: one compile for each source, then the link."""
    flags: list[str] = []
    link: list[str] = []
    sources: list[str] = []
    out = "a.out"
    rest = iter(words)
    compiler = next(rest)
    for word in rest:
        if word == "-o":
            out = next(rest)
        elif word in _VALUES:
            flags += [word, next(rest)]
        elif word.endswith(_SOURCES) and not word.startswith("-"):
            sources.append(word)
        elif word.startswith(_LINK) or not word.startswith("-"):
            link.append(word)
        else:
            flags.append(word)
    objects = [f"{out}.{number}.o" for number in range(len(sources))]
    commands = [
        [compiler, *flags, "-c", source, "-o", object_] for source, object_ in zip(sources, objects, strict=True)
    ]
    return [*commands, [compiler, *flags, *objects, *link, "-o", out]]


def main() -> int:
    only = os.environ.get("SEPARATE_ONLY")
    for command in separate_commands(sys.argv[1:]):
        other = only is not None and not any(os.path.basename(word) == only for word in command)
        code = subprocess.call(command, env={**os.environ, "SMARTOPT_DISABLE": "1"} if other else None)
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
