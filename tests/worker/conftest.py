"""Workers that every test file of theirs uses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from smartopt.worker.process import Limits, Worker
from tests.worker.bench import LIMITS, Bench, LLVMBench


@pytest.fixture
def worker() -> Iterator[Worker]:
    with closing(Worker(Bench, LIMITS)) as one:
        yield one


@pytest.fixture
def llvm() -> Iterator[Worker]:
    with closing(Worker(LLVMBench, Limits(cpu_seconds=5.0, request_seconds=30.0, memory_bytes=1 << 30))) as one:
        yield one
