"""The ranked coreset: a short, fixed sequence of pass lists, each the best next one for functions in general.

It proposes where there is no model, and every model is compared with it. The lists come from a search on the train
packages, chosen greedily by the bytes (or instructions) that each saves beyond those before it; the data file says how
it was made. Source: the core sets of Liang et al. (ICML 2023), which the paper's baseline Coreset-NVP uses; here they
are put in order. On 7,297 functions of 12 C projects the first 1, 4 and 16 lists reached 52%, 74% and 94% of what the
best of 48 lists saves for each function.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import cache

from ..digest import sha256
from ..errors import ModelError
from ..options import Objective
from .data_files import DATA, nearest
from .proposer import FunctionView, Proposal

__all__ = ["CoresetProposer"]


class CoresetProposer:
    """Proposes the same lists, in the same order, for every function."""

    wants_text = wants_code = False
    wants_lines = False

    def __init__(self, major: int, lists: dict[str, tuple[str, ...]], version: str) -> None:
        self.name = f"coreset-{major}"
        self.version = version
        self._lists = lists

    @classmethod
    def load(cls, major: int, target: str = "") -> CoresetProposer:
        """The packaged coreset for an LLVM major version: its own or the nearest version's, whose name it has.

        ``target`` is the lists' name of a target (``codegen.targets``).

        Lists of another version may name passes that this LLVM lacks; they are dropped when they are checked.
        Raises ModelError if no data is packaged or if the data cannot be read.
        """
        return _load(major, target)

    def propose(self, functions: Sequence[FunctionView], objective: Objective, count: int) -> list[list[Proposal]]:
        ranked = [Proposal(text, "coreset", rank) for rank, text in enumerate(self._lists[objective][:count])]
        return [list(ranked) for _ in functions]

    def lists(self, objective: Objective) -> tuple[str, ...]:
        return self._lists[objective]


@cache
def _load(major: int, target: str) -> CoresetProposer:
    path = nearest("coreset", major, DATA, target)
    if path is None:
        raise ModelError("the packaged coreset is missing; install smartopt again")
    try:
        with open(path, "rb") as file:
            raw = file.read()
        data = json.loads(raw)
        lists = data["lists"]
        parsed = {objective: tuple(lists[objective]) for objective in ("size", "instructions")}
        if not all(isinstance(kind, list) and all(isinstance(t, str) for t in kind) for kind in lists.values()):
            raise TypeError("not lists of texts")
        return CoresetProposer(int(data["llvm"]), parsed, sha256(raw).hexdigest()[:16])
    except (OSError, ValueError, KeyError, TypeError) as error:
        name = os.path.basename(path)
        raise ModelError(f"the packaged coreset {name} is damaged ({error}); install smartopt again") from error
