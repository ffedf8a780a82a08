"""Trouble while smartopt-clang compiles through the plugin: every build must end, and be as right as without it.

- ``killed``: servers and workers are killed every second, all of them or one;
- ``once``: the same for the processes of one module (``SMARTOPT_SERVER=0``);
- ``full``: state folder and temporary files lie on a file system without a free byte;
- ``no inodes``: on one that takes no new file, so that no server can be reached;
- ``memory``: address space is limited (``ulimit -v``), for the server too if this compile starts it. A compile may fail
  only if clang alone fails with six tenths of that.

Needs root, to mount the file systems.
"""

from __future__ import annotations

import os
import random
import shlex
import shutil
import signal
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from ...errors import UsageError
from ..plugin import PluginStore, server_processes, stop_servers
from .builds import Build, CampaignTools, ClangBuild, Step
from .compile_options import CompileOptions

__all__ = ["TROUBLES", "Chaos", "TroubledBuild"]

TROUBLES = ("killed", "once", "full", "no inodes", "memory")
_PAUSES = 0.5, 1.5
"""Seconds between two kills."""
_BYTES = 4 << 20
"""Of the file systems, before they are filled."""
_INODES = 64
_LEAST, _MOST = 250 << 10, 3 << 20
"""KiB of address space. clang's own libraries take 200 MiB; a small file needs 250 to 300 in all."""
_LIMITED = """\
limit=$1 clang=$2; shift 2
(ulimit -v "$limit"; exec "$@") && exit
(ulimit -v $((limit * 6 / 10)); exec sh -c "$clang") >/dev/null 2>&1 && exit 1
exec "$@"
"""
"""Compiles under a limit; without one if clang alone cannot do it with six tenths of the limit either."""


@dataclass(frozen=True)
class TroubledBuild:
    """``smartopt-clang`` at an effort, in one of the :data:`TROUBLES`; ``state`` is where that is made."""

    effort: str
    trouble: str
    state: Path
    limit: int = 0
    product = True

    @property
    def name(self) -> str:
        return f"{self.effort} {self.trouble}"

    def commands(self, tools: CampaignTools, options: CompileOptions, source: Path, target: Path) -> list[Step]:
        driver = tools.smartopt("smartopt-clang++" if options.language == "c++" else "smartopt-clang")
        step = [driver, *options.flags, "-c", str(source), "-o", str(target)]
        if self.trouble != "memory":
            return [step]
        [clang] = ClangBuild().commands(tools, options, source, target.with_suffix(".clang"))
        return [["sh", "-c", _LIMITED, "sh", str(self.limit), shlex.join(clang), *step]]

    def environment(self, options: CompileOptions) -> dict[str, str]:
        given = {"SMARTOPT_EFFORT": self.effort, **dict(options.environment), "SMARTOPT_DIR": str(self.state)}
        if self.trouble in ("full", "no inodes"):
            given["TMPDIR"] = str(self.state)
        if self.trouble == "once":
            given["SMARTOPT_SERVER"] = "0"
        return given


class Chaos:
    """The troubles of one campaign, as a context.

    Attributes:
        kills: how many servers and workers were killed so far.
    """

    def __init__(self, store: PluginStore) -> None:
        self._store = store
        self._mounted: list[Path] = []
        self._states: dict[str, Path] = {}
        self._over = threading.Event()
        self._killer = threading.Thread(target=self._kill, daemon=True)
        self.kills = 0

    def __enter__(self) -> Chaos:
        """Raises UsageError where a file system cannot be mounted, or there is no plugin."""
        self._folder = Path(tempfile.mkdtemp(prefix="smartopt-chaos-"))
        try:
            for trouble in TROUBLES:
                place = self._folder / trouble.replace(" ", "-")
                place.mkdir(mode=0o700)
                if trouble in ("full", "no inodes"):
                    self._mount(place)
                self._store.install(place)
                if trouble == "full":
                    _fill(place / "rest")
                elif trouble == "no inodes":
                    _fill_inodes(place)
                self._states[trouble] = place
        except BaseException:
            self._clean()
            raise
        self._killer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._killer.join()
        self._clean()

    def builds(self, options: CompileOptions) -> list[Build]:
        """The builds that a file is judged by: each trouble once, at fast and default efforts in turn."""
        rng = random.Random(repr(options))
        limit = int(_LEAST * (_MOST / _LEAST) ** rng.random())
        efforts = ["fast", "default"] * len(TROUBLES)
        if rng.random() < 0.5:
            efforts = efforts[1:]
        pairs = zip(TROUBLES, efforts, strict=False)
        return [TroubledBuild(effort, trouble, self._states[trouble], limit) for trouble, effort in pairs]

    def _kill(self) -> None:
        rng = random.Random()
        while not self._over.wait(rng.uniform(*_PAUSES)):
            for trouble, state in self._states.items():
                if trouble not in ("killed", "once"):
                    continue
                chosen = list(server_processes(state))
                if chosen and rng.random() < 0.5:
                    chosen = [rng.choice(chosen)]
                for process in chosen:
                    try:
                        os.kill(process, signal.SIGKILL)
                        self.kills += 1
                    except ProcessLookupError:
                        pass

    def _mount(self, place: Path) -> None:
        options = f"size={_BYTES},nr_inodes={_INODES},mode=700"
        try:
            done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "smartopt", place], capture_output=True)
            if done.returncode == 0:
                self._mounted.append(place)
                return
        except OSError:
            pass
        raise UsageError("a full file system is part of the chaos, and this process may not mount one; run it as root")

    def _clean(self) -> None:
        for state in self._states.values():
            stop_servers(state)
        for place in self._mounted:
            subprocess.run(["umount", place], check=False)
        shutil.rmtree(self._folder, ignore_errors=True)


def _fill(path: Path) -> None:
    """Write a file until there is no space left."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 16, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                pass


def _fill_inodes(folder: Path) -> None:
    """Make files until there can be no more."""
    try:
        for number in range(_INODES):
            (folder / f"file{number}").touch()
    except OSError:
        pass
