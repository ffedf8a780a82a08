"""One function over many items: on processes of this machine, on a Ray cluster, or on threads.

``run_map`` answers in the order of the items, whatever ran where, so that processes and clusters write the same files.
``run_threads`` answers as results come and heeds a time limit: for work that child processes do. This is the only place
that imports Ray.
"""

from __future__ import annotations

import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from multiprocessing import get_context
from typing import Any, TypeVar

from ..errors import SmartoptError

__all__ = ["ClusterError", "run_map", "run_threads"]

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class ClusterError(SmartoptError):
    """The cluster that was asked for cannot be used."""


def run_map(
    work: Callable[[Item], Answer], items: Iterable[Item], jobs: int = 1, ray: str | None = None
) -> Iterator[Answer]:
    """``map(work, items)``: in this process (``jobs`` 1), in ``jobs`` others, or on the Ray cluster at ``ray``.

    ``work`` is a function at the top of a module (or a partial of one); items and answers are plain data. At most a
    few items a worker are under way, so items may be made as they are needed. Files that ``work`` names must be there
    on every node of a cluster. Raises ClusterError.
    """
    if ray is not None:
        yield from _on_ray(work, items, ray)
    elif jobs == 1:
        yield from map(work, items)
    else:
        # Workers fork their own children for LLVM: they must be fresh processes without threads.
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
            waiting: deque[Future[Answer]] = deque()
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) >= 3 * jobs:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()


def run_threads(
    work: Callable[[Item], Answer],
    items: Iterable[Item],
    jobs: int,
    time_limit: float | None = None,
    last: Callable[[Answer], bool] = lambda answer: False,
) -> Iterator[tuple[Item, Answer]]:
    """Items and their answers as these come, on ``jobs`` threads.

    No item is begun after ``time_limit`` seconds, nor after an answer for which ``last`` is true.
    """
    deadline = None if time_limit is None else time.monotonic() + time_limit
    waiting = iter(items)
    running: dict[Future[Answer], Item] = {}
    stopped = False
    with ThreadPoolExecutor(jobs) as pool:
        while True:
            while not stopped and len(running) < jobs and (deadline is None or time.monotonic() < deadline):
                try:
                    item = next(waiting)
                except StopIteration:
                    break
                running[pool.submit(work, item)] = item
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                answer = future.result()
                stopped = stopped or last(answer)
                yield running.pop(future), answer


def _on_ray(work: Callable[[Item], Answer], items: Iterable[Item], address: str) -> Iterator[Answer]:
    ray: Any
    try:
        import ray
    except ImportError as error:
        raise ClusterError("Ray is not installed; install smartopt[ray], or leave --ray out") from error
    _reach(address)
    try:
        if not ray.is_initialized():
            ray.init(address=address, log_to_driver=False, runtime_env={"env_vars": {"PYTHONPATH": ":".join(sys.path)}})
    except Exception as error:
        raise ClusterError(
            f"no Ray cluster answers at {address} ({error}); start one with: ray start --head"
        ) from error
    except SystemExit as error:  # Ray's own way to say so
        raise ClusterError(f"Ray gave up on {address} ({error}); start a cluster with: ray start --head") from None
    remote: Any = ray.remote(max_retries=3)(_in_a_fresh_process)
    most = max(2, 3 * int(ray.cluster_resources().get("CPU", 1)))
    waiting: deque[Any] = deque()
    for item in items:
        waiting.append(remote.remote(work, item))
        if len(waiting) >= most:
            yield ray.get(waiting.popleft())
    while waiting:
        yield ray.get(waiting.popleft())


def _reach(address: str) -> None:
    """Raise ClusterError where nothing listens at HOST:PORT: Ray itself would try for six minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdigit():
        return  # "auto" and the like
    try:
        socket.create_connection((host, int(port)), timeout=10).close()
    except OSError as error:
        raise ClusterError(
            f"no Ray cluster answers at {address} ({error.strerror or error}); start one with: ray start --head"
        ) from error


_own: ProcessPoolExecutor | None = None
"""In a Ray worker: the process that does its work."""


def _in_a_fresh_process(work: Callable[[Item], Answer], item: Item) -> Answer:
    """Ray's workers are full of threads, and what we run forks: it gets a process without any."""
    global _own
    if _own is None:
        _own = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    return _own.submit(work, item).result()
