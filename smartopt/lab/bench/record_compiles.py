"""``python record_compiles.py FILE COMPILER [arguments]``: note a compile in FILE, then become the compiler.

A build system is given this as its compiler, to learn how it compiles each file. It runs as a file and imports nothing
of smartopt. FILE gets a JSON line for each command with ``-c``: ``{"folder": ..., "words": [...]}``.
"""

from __future__ import annotations

import json
import os
import sys

__all__ = ["main"]


def main() -> None:
    record, *words = sys.argv[1:]
    if "-c" in words:
        line = json.dumps({"folder": os.getcwd(), "words": words}) + "\n"
        with open(record, "a", encoding="utf-8") as file:  # one write of a short line: commands in parallel do not mix
            file.write(line)
    os.execvp(words[0], words)


if __name__ == "__main__":
    main()
