"""The lab's map: in this process, in others, on a Ray cluster of two nodes: the same answers in the same order."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartopt.lab.parallel import ClusterError, run_map, run_threads
from smartopt.lab.tune.search import Search
from smartopt.passes.plan_stages import OZ_LIST
from smartopt.passes.trusted import Trusted
from tests.optimizer.support import bitcode

ITEMS = list(range(20))


def square(item: int) -> tuple[int, int]:
    time.sleep(0.002 * (item % 3))  # later items are often done first
    return item, item * item


def fork(_: int) -> tuple[int, int]:
    """Forks, as trial workers do; answers its process and the child's exit code."""
    child = os.fork()
    if not child:
        os._exit(7)
    return os.getpid(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_no_cluster_is_said_in_one_line() -> None:
    pytest.importorskip("ray")
    with pytest.raises(ClusterError, match="no Ray cluster answers"):
        list(run_map(square, ITEMS, ray="127.0.0.1:1"))


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """A Ray cluster with two nodes' worth of processes on this machine."""
    pytest.importorskip("ray", reason="Ray is an extra: pip install 'smartopt[ray]'")
    import ray
    from ray.cluster_utils import Cluster

    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    try:
        made.add_node(num_cpus=1)
        made.wait_for_nodes()
        yield made.address
    finally:
        ray.shutdown()
        made.shutdown()


@pytest.mark.parametrize("jobs", [1, 2])
def test_processes(jobs: int) -> None:
    assert list(run_map(square, iter(ITEMS), jobs)) == [square(item) for item in ITEMS]


def test_two_nodes_give_the_same(cluster: str) -> None:
    assert list(run_map(square, iter(ITEMS), ray=cluster)) == [square(item) for item in ITEMS]
    forked = list(run_map(fork, ITEMS, ray=cluster))
    assert {code for _, code in forked} == {7}
    assert len({process for process, _ in forked}) <= 2


def test_the_search_for_lists_is_the_same_on_two_nodes(cluster: str, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for source in ("one.c", "two.c"):
        (corpus / source).with_suffix(".bc").write_bytes(bitcode(source))
    stores = []
    for ray in (None, cluster):
        store = tmp_path / f"store-{bool(ray)}"
        made = Search("22", Trusted.load(22), sorted(corpus.iterdir()), store, time.monotonic() + 100, print, 1, ray)
        made.broadcast([OZ_LIST, "sroa,jump-threading", "function-simplification<O1>"])
        stores.append(store.read_bytes())
    assert stores[0] == stores[1]
    assert len(made.table) == 4


def test_threads_answer_as_results_come_and_heed_the_limits() -> None:
    assert sorted(run_threads(square, ITEMS, 3)) == [(item, square(item)) for item in ITEMS]
    assert list(run_threads(square, ITEMS, 3, time_limit=0)) == []
    begun = [item for item, _ in run_threads(square, ITEMS, 1, last=lambda answer: answer[0] == 4)]
    assert begun == [0, 1, 2, 3, 4]
