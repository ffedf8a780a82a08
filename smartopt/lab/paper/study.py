"""One run of the paper's evaluation: its folder, its settings, and the results that its parts leave there.

``OUT/results/PART.json`` holds the figures of a part, and the page is made of these alone. Larger data that parts hand
to each other lie in ``OUT/data``. Files are written whole or not at all, so a run can be stopped at any time and goes
on: a part whose result is there is passed over.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import InputError, UsageError
from ...llvm.toolchain import Toolchain, find_toolchain
from .scales import Scale

__all__ = ["OutOfTime", "Study", "read_json", "write_json"]


class OutOfTime(Exception):
    """The time limit was reached inside a part; the part goes on where it was, or begins again."""


@dataclass
class Study:
    """What every part knows.

    Attributes:
        corpus: the corpus folder (``smartopt-lab corpus``).
        out: the folder of this run.
        scale: how much is done.
        labels: the folder of the committed outcome labels.
        model: the folder of the committed language model; None leaves it out.
        llvm: a version or a folder.
        jobs: processes of searches, and threads of training.
        seed: of everything random.
        say: prints a line of progress.
        deadline: on the monotonic clock.
    """

    corpus: Path
    out: Path
    scale: Scale
    labels: Path
    model: Path | None = None
    llvm: str = "22"
    jobs: int = 1
    seed: int = 1
    say: Callable[[str], None] = print
    deadline: float = float("inf")

    @property
    def toolchain(self) -> Toolchain:
        return find_toolchain(self.llvm)

    def settings(self) -> dict[str, Any]:
        """What decides the results, for the page and to refuse results of another run."""
        return {"scale": self.scale.name, "llvm": self.toolchain.version, "seed": self.seed}

    def check_time(self) -> None:
        """Raise OutOfTime after the deadline. Parts call it between pieces of work that they keep."""
        if time.monotonic() > self.deadline:
            raise OutOfTime

    def result_path(self, part: str) -> Path:
        return self.out / "results" / f"{part}.json"

    def result(self, part: str) -> dict[str, Any] | None:
        """The result of a part, if it is there. Raises UsageError if it was made with other settings."""
        path = self.result_path(part)
        if not path.exists():
            return None
        found = read_json(path)
        if found.get("settings") != self.settings():
            raise UsageError(f"{path} was made with other settings; name another --out or delete it")
        return dict(found["result"])

    def keep_result(self, part: str, result: dict[str, Any], seconds: float) -> None:
        """Store what a part found, with its settings and wall-clock seconds."""
        about = {"part": part, "settings": self.settings(), "seconds": round(seconds, 1)}
        write_json(self.result_path(part), {**about, "result": result})

    def data_path(self, name: str) -> Path:
        return self.out / "data" / name


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object of a file. Raises InputError."""
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"{path} cannot be read: {error}; delete it, and the part that made it runs again") from error


def write_json(path: Path, data: object) -> None:
    """Write whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n", "utf-8")
    part.rename(path)
