"""Workers that every test file of theirs uses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from smartopt.worker.process import Limits, WorkerProcess
from tests.worker.services import LIMITS, LLVMService, ScriptedService


@pytest.fixture
def worker() -> Iterator[WorkerProcess]:
    with closing(WorkerProcess(ScriptedService, LIMITS)) as one:
        yield one


@pytest.fixture
def llvm() -> Iterator[WorkerProcess]:
    limits = Limits(cpu_seconds=5.0, request_seconds=30.0, memory_bytes=1 << 30)
    with closing(WorkerProcess(LLVMService, limits)) as one:
        yield one
