"""Samples the memory of a build: all its processes, and smartopt's servers and workers.

Counted is the proportional set size (PSS): a page that several processes share counts in parts, so that sums are what
the machine really holds. Files in memory that no process maps are in none of the sums.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

from ..plugin import server_processes

__all__ = ["MemorySampler"]

_PAUSE = 0.1
"""Seconds between samples; a sample itself takes some milliseconds for each process."""
_COMPILERS = ("clang", "ld.lld", "lld")


class MemorySampler:
    """Samples from :meth:`start` to :meth:`stop`."""

    def __init__(self, session: int, state: Path | None) -> None:
        """``session`` is the build's; ``state`` is the folder of the servers that belong to it, if there are any."""
        self._session, self._state = session, state
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._peaks: dict[str, int] = {}

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> dict[str, int]:
        """Peaks, each by itself.

        ``total``, ``compilers`` (clang and lld), ``smartopt`` (servers, workers, launchers) and ``others`` in bytes;
        ``compiling`` and ``serving`` in processes; ``samples``.
        """
        self._over.set()
        self._thread.join()
        return dict(self._peaks)

    def _run(self) -> None:
        while True:
            self._sample()
            if self._over.wait(_PAUSE):
                return

    def _sample(self) -> None:
        serving = set() if self._state is None else set(server_processes(self._state))
        now = dict.fromkeys(("total", "compilers", "smartopt", "others", "compiling", "serving"), 0)
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            process = int(entry)
            try:
                head, _, rest = Path("/proc", entry, "stat").read_text("utf-8", "replace").rpartition(")")
                if process not in serving and int(rest.split()[3]) != self._session:
                    continue
                size = _proportional(entry)
            except (OSError, ValueError, IndexError):
                continue  # it has ended
            name = head.partition("(")[2]
            kind = "others"
            if process in serving or name.startswith(("smartopt", "python")):
                kind = "smartopt"
            elif name.startswith(_COMPILERS):
                kind = "compilers"
            now["total"] += size
            now[kind] += size
            now["compiling"] += kind == "compilers"
            now["serving"] += process in serving
        for key, value in now.items():
            self._peaks[key] = max(value, self._peaks.get(key, 0))
        self._peaks["samples"] = self._peaks.get("samples", 0) + 1


def _proportional(process: str) -> int:
    """Bytes of a process by PSS. Raises OSError and ValueError."""
    for line in Path("/proc", process, "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0
