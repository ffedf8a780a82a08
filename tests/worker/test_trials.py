"""How trials are divided among the worker and its forks; what they come to is tested in ``test_pool``."""

from __future__ import annotations

import pytest

from smartopt.worker.trials import divided


@pytest.mark.parametrize("parts", [1, 2, 3, 9])
def test_work_is_divided(parts: int) -> None:
    work = [5, 40, 10, 10, 3, 30]
    shares = divided(work, parts)
    assert sorted(index for share in shares for index in share) == list(range(len(work)))
    sums = [sum(work[index] for index in share) for share in shares]
    assert sums == sorted(sums, reverse=True)
    assert sums[0] <= max(40, sum(work) / parts + 10)
    spared = divided(work, parts, busy=1000)
    assert (spared[0] == []) == (parts > 1)
    assert sorted(index for share in spared for index in share) == list(range(len(work)))
