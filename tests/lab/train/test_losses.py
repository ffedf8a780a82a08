"""Targets and losses: against brute force, and against what set selection should do."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from smartopt.lab.train import losses, targets

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


def test_what_answers_bring() -> None:
    gains = np.array([[5, 9, 0], [0, 0, 4]], dtype=np.float32)
    order = np.array([[0, 1, 2], [0, 1, 2]])
    assert targets.brought(order, gains, (1, 2, 16)).tolist() == [[5, 9, 9], [0, 0, 4]]
    assert targets.shares(order, gains, (1, 2, 3)) == pytest.approx({1: 5 / 13, 2: 9 / 13, 3: 1})
    assert targets.shares(np.array([[1, 0, 2], [2, 0, 1]]), gains, (1,)) == {1: 1.0}
    assert targets.shares(order, np.zeros((2, 3), np.float32), (1,)) == {1: 0.0}


def test_weights() -> None:
    gains = np.array([[4, 16], [0, 0], [1, 1]], dtype=np.float32)
    assert targets.scaled(gains, 1.0).tolist() == gains.tolist()
    assert targets.scaled(gains, 0.5).max(axis=1).tolist() == [4, 0, 1]
    assert targets.scaled(gains, 0.0).max(axis=1).tolist() == [1, 0, 1]


def test_what_the_own_order_adds_in_large_functions() -> None:
    gains = np.array([[2, 6, 6], [8, 0, 10], [99, 99, 99]], dtype=np.float32)
    assert targets.prior(gains, np.array([300, 700, 10], np.int32)) == [0.01, 0.004, 0.002]
    assert targets.prior(gains, np.array([1, 1, 1], np.int32))[0] == round(109 / 3, 6)


def _random(places: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(places)
    logits = rng.normal(size=(3, places, 4)).astype(np.float32)
    return logits, rng.integers(0, 4, size=(3, 4)).astype(np.float32)


def _softmax(values: np.ndarray) -> np.ndarray:
    shifted = np.exp(values - values.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def test_draws_is_the_expected_best_of_k() -> None:
    torch = pytest.importorskip("torch")
    logits, gains = _random(1)
    p = _softmax(logits[:, 0])
    wanted = 0.0
    for k in (1, 2, 4, 8):
        if k <= 4:  # enumerated
            for row in range(3):
                for drawn in itertools.product(range(4), repeat=k):
                    wanted += np.prod(p[row, list(drawn)]) * gains[row, list(drawn)].max()
        else:
            for row in range(3):
                values = np.sort(np.unique(gains[row]))
                below = [p[row, gains[row] <= value].sum() ** k for value in values]
                wanted += sum(v * (b - a) for v, a, b in zip(values, [0, *below], below, strict=False))
    found = losses.draws(torch.from_numpy(logits), torch.from_numpy(gains), 2.0)
    assert float(found) == pytest.approx(-wanted / 3 / 4 / 2, abs=1e-4)


def test_places_is_the_expected_best_of_one_draw_each() -> None:
    torch = pytest.importorskip("torch")
    logits, gains = _random(4)
    p = _softmax(logits)
    wanted = 0.0
    for k in (1, 2, 4):
        for row in range(3):
            for drawn in itertools.product(range(4), repeat=k):
                chance = np.prod([p[row, place, number] for place, number in enumerate(drawn)])
                wanted += chance * gains[row, list(drawn)].max()
    found = losses.places(torch.from_numpy(logits), torch.from_numpy(gains), 2.0)
    assert float(found) == pytest.approx(-wanted / 3 / 3 / 2, abs=1e-4)


@pytest.mark.parametrize("name", ["best", "soft", "draws", "places"])
def test_a_model_that_cannot_tell_functions_apart_learns_a_coreset(name: str) -> None:
    """Two kinds of functions in secret: one list alone is second best everywhere, two together are best."""
    torch = pytest.importorskip("torch")
    gains = torch.tensor([[6.0, 10, 0, 0]] * 5 + [[6.0, 0, 10, 0]] * 4 + [[0.0, 0, 0, 0]])
    torch.manual_seed(0)
    shared = torch.zeros(1, 2, 4, requires_grad=True)
    optimizer = torch.optim.Adam([shared], lr=0.05)
    for _ in range(400):
        optimizer.zero_grad()
        logits = shared.expand(10, -1, -1)
        extra = (0.1,) if name == "soft" else ()
        getattr(losses, name)(logits, gains, float(gains.amax(dim=1).mean()), *extra).backward()
        optimizer.step()
    first = shared.detach()[0, 0]
    if name == "draws":
        assert {int(n) for n in first.topk(2).indices} == {1, 2}
    elif name == "places":
        second = shared.detach()[0, 1]
        assert {int(first.argmax()), int(second.argmax())} == {1, 2} or int(first.argmax()) == 0
    else:
        assert int(first.argmax()) == 1
        assert int(shared.detach()[0, 1].argmax()) == 2


def test_value_learns_the_mean() -> None:
    torch = pytest.importorskip("torch")
    gains = torch.tensor([[8.0, 0], [2.0, 6.0]])
    logits = torch.tensor([[[5.0, 0], [0, 5]]]).expand(2, -1, -1)
    logarithms = torch.zeros(1, 2, requires_grad=True)
    optimizer = torch.optim.Adam([logarithms], lr=0.05)
    for _ in range(500):
        optimizer.zero_grad()
        losses.value(logarithms.expand(2, -1), logits, gains, 5.0).backward()
        optimizer.step()
    assert logarithms.detach().exp()[0].tolist() == pytest.approx([5.0, 2.0], rel=0.01)


def test_the_gate() -> None:
    torch = pytest.importorskip("torch")
    gains = torch.tensor([[0.0, 0], [0.0, 3]])
    right = losses.gate(torch.tensor([-9.0, 9.0]), gains)
    assert float(right) < 0.01 < float(losses.gate(torch.tensor([9.0, -9.0]), gains))


def test_what_is_not_known_does_not_count() -> None:
    torch = pytest.importorskip("torch")
    known = torch.tensor([[1.0, float("nan")], [0.0, -2.0]])
    told = torch.tensor([[1.0, 99.0], [0.5, -2.0]], requires_grad=True)
    loss = losses.dense(told, known)
    assert loss.item() == pytest.approx(0.5 * 0.5**2 / 3)
    loss.backward()
    assert told.grad is not None
    assert told.grad[0, 1] == 0
    assert torch.isfinite(told.grad).all()
    assert losses.dense(told, torch.full((2, 2), float("nan"))).item() == 0
