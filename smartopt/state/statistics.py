"""What smartopt did so far: runs, sizes saved, time, and why something was left to -Oz or to the real tool.

Counters are flat (``bytes.oz``, ``reason.opt-not-size``) and only ever added up. Every run appends one short
line to one file; the lines are folded into one when they have become many. The promises:

* recording never raises, never waits for long and never writes to stdout or stderr: at worst a run is not
  counted;
* a line is counted once or not at all, also under parallel writers and kill -9: one ``write`` appends it, and
  folding replaces the whole file by ``rename`` under an exclusive lock that dies with its holder;
* a line torn by a full disk is skipped; the next one starts on a line of its own.

Plain text and not SQLite, and no ``json``: recording is on every driver's path. Measured on two loaded x86-64
cores: each further event 0.02 ms against SQLite's 0.4 ms; importing costs the same 5 to 6 ms either way.
"""

from __future__ import annotations

import fcntl
import os
import time

from ..reasons import sentence
from .paths import open_private, state_dir

__all__ = ["read", "record", "show", "zero"]

_FILE = "stats"
_FOLD_AT = 256 * 1024
"""Bytes of lines after which they are folded: about 2,000 runs."""
_TRIES = 20
"""How often a lock is asked for, a millisecond apart, before the event is let go."""

TYPE_CHECKING = False  # as in the package's __init__: ``typing`` and ``collections`` would cost 10 ms
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    Event: TypeAlias = Mapping[str, "int | dict[str, int]"]


def record(event: Event) -> None:
    """Add an event's counters to the statistics; whatever goes wrong, the caller does not notice.

    ``event`` maps a counter to a whole number, or a group to such a map: ``{"runs": 1, "reason": {id: n}}``
    counts ``runs`` and ``reason.<id>``.
    """
    try:
        line = _line(_flat(event))
        if line:
            _append(line)
    except (OSError, ValueError):
        pass


def read() -> dict[str, int]:
    """All counters so far. Raises OSError only where a file that is there cannot be read."""
    try:
        fd = open_private(_FILE, os.O_RDONLY, create=False)
    except FileNotFoundError:
        return {}
    with open(fd, "rb") as file:
        return _sum(file.read())


def zero() -> None:
    """Start counting anew. Raises OSError."""
    try:
        fd = open_private(_FILE, os.O_WRONLY, create=False)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        os.ftruncate(fd, 0)
    finally:
        os.close(fd)


def show(json: bool = False) -> str:
    """The statistics as text for people, or as one JSON object of counters. Raises OSError."""
    counters = read()
    if json:
        from json import dumps

        return dumps(dict(sorted(counters.items())), indent=1)
    return _text(counters)


# -- the file --


def _append(line: bytes) -> None:
    fd = _locked()
    if fd is None:
        return
    try:
        # A leading newline ends whatever a full disk may have torn off before us.
        os.write(fd, b"\n" + line)
        size = os.fstat(fd).st_size
        if size > _FOLD_AT:
            _fold(fd)
    finally:
        os.close(fd)


def _locked() -> int | None:
    """The file, open for appending under a shared lock, or None if no lock could be had in time."""
    for _ in range(_TRIES):
        fd = open_private(_FILE, os.O_RDWR | os.O_APPEND | os.O_CREAT)
        try:
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
            # Folding replaces the file: what we hold may have lost its name while we opened it.
            if os.fstat(fd).st_nlink:
                return fd
        except BlockingIOError:
            time.sleep(0.001)
        os.close(fd)
    return None


def _fold(fd: int) -> None:
    """Replace all lines by their sum. Does nothing if someone else is writing: a later run will do it."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    if not os.fstat(fd).st_nlink:  # changing the lock let someone else fold first
        return
    total = _sum(os.pread(fd, os.fstat(fd).st_size, 0))
    folder = state_dir()
    temporary = f"{_FILE}.{os.getpid()}"
    out = open_private(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    line = _line(total)
    try:
        whole = os.write(out, line) == len(line)
    except OSError:
        whole = False
    os.close(out)
    if whole:
        os.rename(os.path.join(folder, temporary), os.path.join(folder, _FILE))
    else:
        os.unlink(os.path.join(folder, temporary))


# -- the lines: ``name=number name=number .`` where the full stop says that the line is whole --


def _flat(event: Event) -> dict[str, int]:
    flat: dict[str, int] = {}
    for name, value in event.items():
        if isinstance(value, dict):
            flat.update((f"{name}.{part}", int(number)) for part, number in value.items())
        else:
            flat[name] = int(value)
    return flat


def _line(counters: Mapping[str, int]) -> bytes:
    words = [f"{name}={number}" for name, number in sorted(counters.items()) if number]
    if any(len(word.split()) != 1 or word.count("=") != 1 for word in words):
        raise ValueError("a counter's name has a space or an equals sign")
    return (" ".join(words) + " .\n").encode() if words else b""


def _sum(data: bytes) -> dict[str, int]:
    total: dict[str, int] = {}
    for line in data.decode("utf-8", "replace").split("\n"):
        if not line.endswith(" ."):
            continue
        try:
            pairs = [(name, int(number)) for name, _, number in (w.partition("=") for w in line[:-2].split())]
        except ValueError:
            continue
        for name, number in pairs:
            total[name] = total.get(name, 0) + number
    return total


# -- for people --

_TAKEN = (
    ("plan", "made by a list for each function"),
    ("module", "made by one other list"),
    ("oz", "left as -Oz made it"),
)
_HANDED = ("driver-", "opt-", "disabled")
"""What the reasons begin with that are about a whole call (``reasons``)."""


def _text(counters: Mapping[str, int]) -> str:
    if not counters:
        return "Nothing counted so far."
    rows = [("runs", f"{counters.get('runs', 0):,}")]
    winners = dict(_group(counters, "winner"))
    own = sum(winners.values())
    for name, label in _TAKEN:
        if winners.get(name):
            rows.append((label, f"{winners[name]:,}"))
    reasons = _group(counters, "reason")
    handed = [(name, n) for name, n in reasons if name.startswith(_HANDED)]
    within = [(name, n) for name, n in reasons if not name.startswith(_HANDED)]
    for what in ("bytes", "instructions"):
        before, after = counters.get(f"{what}.oz", 0), counters.get(f"{what}.output", 0)
        if before:
            percent = 100 * (before - after) / before
            rows.append((f"{what} saved", f"{before - after:,} of -Oz's {before:,} ({percent:.2f}%)"))
    if "milliseconds" in counters:
        seconds = counters["milliseconds"] / 1000
        rows.append(("seconds spent", f"{seconds:,.1f}" + (f" ({seconds / own:,.2f} a module)" if own else "")))
    if any(name.startswith("cache.") for name in counters):
        known, searched = counters.get("cache.hit", 0), counters.get("cache.miss", 0)
        rows.append(("decisions", f"{known:,} remembered, {searched:,} searched"))
    width = max(len(label) for label, _ in rows)
    lines = [f"{label:<{width}}  {value}" for label, value in rows]
    for title, some in (
        ("Calls that were not smartopt's, and why:", handed),
        ("Within what smartopt made:", within),
    ):
        if some:
            lines += ["", title, *(f"{n:>9,}  {sentence(name)} [{name}]" for name, n in some)]
    return "\n".join(lines)


def _group(counters: Mapping[str, int], group: str) -> list[tuple[str, int]]:
    """The members of a group, most frequent first."""
    found = [(n[len(group) + 1 :], v) for n, v in counters.items() if n.startswith(group + ".")]
    return sorted(found, key=lambda item: (-item[1], item[0]))
