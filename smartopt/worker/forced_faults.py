"""Faults forced into trials, to prove that none of them can reach an output. For tests only.

``Options.forced_fault`` (``SMARTOPT_TEST_FAULT`` on the command line) names one row of :data:`FAULTS`. The fault is
then the only candidate there is, so the output must be -Oz's, whole and correct, with the fault counted.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import os
from collections.abc import Callable

from ..annotations import cast
from ..errors import UsageError
from .process import Service, WorkerProcess
from .protocol import Trial, TrialReply

__all__ = ["FAULTS", "fault_list", "faulty"]

FAULTS: dict[str, str] = {
    "crash-module": "trigger-crash-module",
    "crash-function": "trigger-crash-function",
    "verifier-error": "trigger-verifier-error",
    "licm-without-mssa": "loop(licm)",
    "endless": "!endless",
    "sigkill": "!sigkill",
    "memory": "!memory",
}
"""Fault -> the pass list that causes it; with a ``!`` the child itself misbehaves as an LLVM pass could."""


def fault_list(fault: str) -> str:
    """The list that a named fault forces. Raises UsageError for an unknown name."""
    try:
        return FAULTS[fault]
    except KeyError:
        raise UsageError(f"unknown fault {fault!r}; known are {', '.join(FAULTS)}") from None


def _endless() -> None:
    while True:
        pass


def _sigkill() -> None:
    os.kill(os.getpid(), _signal.SIGKILL)


def _memory() -> None:
    held = []
    while True:
        held.append(bytes(64 << 20))  # never touched: the limit is on address space, and must come before that on CPU


_MISBEHAVIOURS: dict[str, Callable[[], None]] = {
    "!endless": _endless,
    "!sigkill": _sigkill,
    "!memory": _memory,
}


def faulty(factory: Callable[[WorkerProcess], Service]) -> Callable[[WorkerProcess], Service]:
    """A factory of services whose trials misbehave at the lists that begin with ``!``."""

    def make(process: WorkerProcess) -> Service:
        service = factory(process)
        answer = service.handlers[Trial]

        def trial(request: Trial) -> TrialReply:
            for index, pipeline in enumerate(request.lists.values()):
                if pipeline in _MISBEHAVIOURS:
                    process.step(index)
                    _MISBEHAVIOURS[pipeline]()
            return cast("TrialReply", answer(request))

        service.handlers = {**service.handlers, Trial: trial}
        return service

    return make
