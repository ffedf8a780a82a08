"""Result files of long campaigns: JSON lines that are added as work is done, so that a stopped campaign goes on.

The first line is ``{"schema": n, "campaign": {...}}``, the settings that decide what the other lines say.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..errors import InputError, OutputError, UsageError

__all__ = ["ResultFile", "read_results"]


def read_results(path: Path, kind: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The campaign and the lines of a result file. A last line that was cut short is left out.

    ``kind`` names what the file belongs to, for messages. Raises InputError if it is not a result file.
    """
    try:
        rows = path.read_text("utf-8").split("\n")
        parsed = [json.loads(row) for row in rows[:-1]]
        campaign = parsed[0]["campaign"]
    except (OSError, ValueError, IndexError, KeyError, TypeError) as error:
        raise InputError(f"{path} is not a result file of {kind}: {error}; name another file") from error
    return campaign, parsed[1:]


class ResultFile:
    """A result file that grows. Opened again, it holds the lines of before. Without a path it only remembers."""

    def __init__(self, path: Path | None, campaign: dict[str, Any], schema: int, kind: str) -> None:
        """Raises UsageError if the file belongs to a campaign with other settings, InputError if it is another file."""
        self.path = path
        self.lines: list[dict[str, Any]] = []
        if path is None:
            return
        header = json.dumps({"schema": schema, "campaign": campaign}) + "\n"
        if path.exists() and path.stat().st_size:
            found, self.lines = read_results(path, kind)
            if found != json.loads(json.dumps(campaign)):
                raise UsageError(f"{path} was written with other settings; name another file or delete it")
            # A line that was cut short by a crash is removed, else the next one would be glued to it.
            whole = header + "".join(json.dumps(line) + "\n" for line in self.lines)
            if path.stat().st_size != len(whole.encode()):
                path.write_text(whole, "utf-8")
        else:
            self._append(header)

    def values(self, key: str) -> frozenset[Any]:
        """The values of one field of all lines: what has been done already."""
        return frozenset(line[key] for line in self.lines)

    def add(self, lines: Iterable[dict[str, Any]]) -> None:
        """Add lines, in one write. Raises OutputError."""
        added = list(lines)
        self.lines.extend(added)
        self._append("".join(json.dumps(line) + "\n" for line in added))

    def _append(self, text: str) -> None:
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise OutputError(f"cannot write {self.path}: {error.strerror}") from error
