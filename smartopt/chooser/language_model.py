"""Proposes the pass lists that a language model ranks, whatever runtime runs the model.

A backend turns texts into answers, and :class:`ModelProposer` turns answers into proposals. The ranked coreset proposes
instead, and that is counted, where the model has no answer: for a function longer than its context, for an objective
that it was not trained for, if its weights are damaged or of another version, and once its process has died.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from ..errors import EngineError, ModelError, WorkerError
from ..options import Objective
from ..passes.passlist import PassList
from ..passes.trusted import Trusted
from ..records import replace
from .backend import Answer, Backend
from .coreset import CoresetProposer
from .manifest import Manifest
from .proposer import FunctionView, Proposal, Source

__all__ = ["ModelProposer", "open_backend"]

_LIBRARIES = {
    "ctranslate2": (("ctranslate2", "numpy", "tokenizers"), "model"),
    "openai": (("numpy", "tokenizers"), "model"),
    "transformers": (("numpy", "tokenizers", "torch", "transformers"), "lab"),
}
"""Format of a model -> what its runtime imports, and the extra of our package that brings it."""


class ModelProposer:
    """Proposes the lists that a language model ranks for each function."""

    wants_text = True
    wants_lines = False

    def __init__(
        self,
        manifest: Manifest,
        coreset: CoresetProposer,
        fallbacks: Counter[str] | None = None,
        opened: Callable[[Manifest], Backend] | None = None,
    ) -> None:
        self.name = manifest.name
        self.version = f"{manifest.version}-{coreset.version}"
        self.wants_code = manifest.code
        self.fault = ""
        """Why the model was given up, in one line; empty while it is in use."""
        self._manifest = manifest
        self._coreset = coreset
        self._fallbacks: Counter[str] = Counter() if fallbacks is None else fallbacks
        self._open = opened or open_backend
        self._backend: Backend | None = None
        self._lost = ""
        self._trusted = _admitted(manifest)

    @classmethod
    def load(cls, folder: str | Path, major: int, fallbacks: Counter[str] | None = None) -> ModelProposer:
        """The proposer of a model's folder. Raises ModelError if its manifest cannot be used with this LLVM."""
        manifest = Manifest.read(Path(folder))
        if manifest.llvm != major:
            raise ModelError(f"the model {manifest.name} is for LLVM {manifest.llvm}, not {major}; pass --model none")
        return cls(manifest, CoresetProposer.load(major), fallbacks)

    def require_libraries(self) -> None:
        """Raises ModelError, which says what to install, if the libraries that run the model are not installed."""
        from importlib.util import find_spec

        names, extra = _LIBRARIES[self._manifest.format]
        missing = [name for name in names if find_spec(name) is None]
        if missing:
            raise ModelError(
                f"the model {self.name} needs {', '.join(missing)}; "
                f"install smartopt with its extra [{extra}] (pip install 'smartopt[{extra}]'), or pass --model none"
            )

    def close(self) -> None:
        if self._backend is not None:
            self._backend.close()
            self._backend = None

    def propose(self, functions: Sequence[FunctionView], objective: Objective, count: int) -> list[list[Proposal]]:
        plain = self._coreset.propose(functions, objective, count)
        asked = [number for number, view in enumerate(functions) if view.text]
        if not asked or not count:
            return plain
        if objective not in self._manifest.objectives:
            self._fallbacks["model-objective"] += 1
            return plain
        answers = self._ask([functions[number].text for number in asked], objective)
        for number, answer in zip(asked, answers or [], strict=False):
            if answer is None:
                self._fallbacks["context-exceeded"] += 1
                plain[number] = self._from_prior(functions[number], plain[number], count)
            else:
                plain[number] = self._mixed(answer, plain[number], count)
        return plain

    def _mixed(self, answer: Answer, plain: list[Proposal], count: int, source: Source = "model") -> list[Proposal]:
        """The model's lists in its order, without those that are no longer trusted, then the coreset's other lists.

        Those are expected to save nothing.
        """
        lists = self._manifest.lists
        order, saves, _ = answer
        admitted = [(rank, number) for rank, number in enumerate(order) if number in self._trusted]
        ranked = [Proposal(lists[number], source, rank, saves[rank] if saves else None) for rank, number in admitted]
        known = {proposal.passes for proposal in ranked}
        nothing = 0.0 if saves else None
        return (ranked + [replace(item, saves=nothing) for item in plain if item.passes not in known])[:count]

    def _from_prior(self, view: FunctionView, plain: list[Proposal], count: int) -> list[Proposal]:
        """The model's lists in the coreset's order, with what each saves in large functions on average.

        For a function that is longer than the model's context.
        """
        if not self._manifest.prior:
            return plain
        lists, prior = self._manifest.lists, self._manifest.prior
        saves = [share * view.instructions for share in prior[: len(lists)]]
        saves += [0.0] * (len(lists) - len(saves))
        return self._mixed((list(range(len(lists))), saves, 0.0), plain, count, "coreset")

    def _ask(self, texts: list[str], objective: Objective) -> list[Answer | None] | None:
        """The backend's answers; None once the model has been given up."""
        if self._lost:
            self._fallbacks[self._lost] += 1
            return None
        try:
            if self._backend is None:
                self._backend = self._open(self._manifest)
            answers = self._backend.rank(texts, objective)
            if len(answers) != len(texts):
                raise ModelError("the model's answers are not as many as the functions that it was asked about")
            for answer in answers:
                if answer is not None and sorted(answer[0]) != list(range(len(self._manifest.lists))):
                    raise ModelError("the model's answer is not an order of its lists")
        except (ModelError, EngineError) as error:
            self._lost = "model-failed" if isinstance(error, WorkerError) else "model-refused"
            self._fallbacks[self._lost] += 1
            self.fault = str(error)
            self.close()
            return None
        return answers


def _admitted(manifest: Manifest) -> frozenset[int]:
    """The numbers of those of a model's lists that are trusted."""
    trusted = Trusted.load(manifest.llvm)
    return frozenset(number for number, text in enumerate(manifest.lists) if PassList.admitted(text, trusted))


def open_backend(manifest: Manifest) -> Backend:
    """The backend for a model's format. Raises ModelError if it cannot be started."""
    if manifest.format == "ctranslate2":
        from .runtime_ctranslate2 import Isolated

        return Isolated(manifest.folder)
    if manifest.format == "transformers":
        from .runtime_transformers import TransformersSession

        return TransformersSession(manifest)
    from .runtime_openai import EndpointSession

    return EndpointSession(manifest)
