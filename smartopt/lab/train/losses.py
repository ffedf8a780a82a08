"""What training minimises: four ways to score logits (functions x places x lists) against gains (functions x lists).

Choosing k lists is set selection: the answer is worth the best of them. All losses are means over functions, whose
weights are in the gains already (``targets.scaled``); each is divided by ``unit``, the mean best gain.

* ``best``: at each place, cross-entropy to the list that adds most to what the model's own earlier places reach, ties
  to the earlier list, weighted by what it adds. Learns greedy set selection; what is covered no longer counts.
* ``soft``: the same with softmax(added / (temperature x best gain)) as the target.
* ``draws``: minus the expected best of k draws from the first place's distribution, for k = 1, 2, 4, 8; exact, in
  closed form. With lists by falling gain g and P their cumulative probability, the best of k draws is at least g_i with
  probability 1 - (1 - P_i)^k, so E = sum over i of (g_i - g_(i+1)) (1 - (1 - P_i)^k).
* ``places``: minus the expected best of one draw from each of the first k places: the same with the product over places
  of (1 - P_i) in place of the power. Each place is rewarded for what the others miss.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["DRAWS", "best", "dense", "draws", "gate", "places", "soft", "value"]

DRAWS = (1, 2, 4, 8)


def best(logits: Tensor, gains: Tensor, unit: float) -> Tensor:
    """See the module."""
    import torch

    total = logits.new_zeros(())
    for place, added in enumerate(_added(logits, gains)):
        weight, target = added.max(dim=1)  # ties: checked by tests to be the first
        target = torch.where(weight > 0, (added >= weight[:, None]).to(torch.int8).argmax(dim=1), target)
        loss = torch.nn.functional.cross_entropy(logits[:, place], target, reduction="none")
        total = total + (loss * weight).mean()
    return total / unit


def soft(logits: Tensor, gains: Tensor, unit: float, temperature: float) -> Tensor:
    """See the module."""
    import torch

    total = logits.new_zeros(())
    scale = gains.amax(dim=1, keepdim=True).clamp_min(1e-6) * temperature
    for place, added in enumerate(_added(logits, gains)):
        target = torch.softmax(added / scale, dim=1)
        loss = -(target * torch.log_softmax(logits[:, place], dim=1)).sum(dim=1)
        total = total + (loss * added.amax(dim=1)).mean()
    return total / unit


def draws(logits: Tensor, gains: Tensor, unit: float) -> Tensor:
    """See the module."""
    import torch

    steps, order = _steps(gains)
    missed = 1 - torch.softmax(logits[:, 0], dim=1).gather(1, order).cumsum(dim=1)
    missed = missed.clamp(1e-6, 1)
    total = logits.new_zeros(())
    for k in DRAWS:
        total = total - (steps * (1 - missed**k)).sum(dim=1).mean()
    return total / (len(DRAWS) * unit)


def places(logits: Tensor, gains: Tensor, unit: float) -> Tensor:
    """See the module."""
    import torch

    steps, order = _steps(gains)
    index = order[:, None, :].expand(-1, logits.shape[1], -1)
    missed = 1 - torch.softmax(logits, dim=2).gather(2, index).cumsum(dim=2)
    none = missed.clamp(1e-6, 1).log().cumsum(dim=1).exp()  # none of the first places reached it
    counted = [k for k in DRAWS if k <= logits.shape[1]]
    total = logits.new_zeros(())
    for k in counted:
        total = total - (steps * (1 - none[:, k - 1])).sum(dim=1).mean()
    return total / (len(counted) * unit)


def gate(logits: Tensor, gains: Tensor) -> Tensor:
    """Cross-entropy of "some list beats -Oz here", one logit a function."""
    import torch

    wins = (gains.amax(dim=1) > 0).to(logits.dtype)
    return torch.nn.functional.binary_cross_entropy_with_logits(logits, wins)


def value(logarithms: Tensor, logits: Tensor, gains: Tensor, unit: float) -> Tensor:
    """Poisson regression of what the model's own list at each place adds to its lists before: the mean is learnt.

    ``gains`` and ``unit`` are plain here, not weighted.
    """
    import torch

    with torch.no_grad():
        reached = torch.stack([gains.gather(1, chosen)[:, 0] for chosen in _chosen(logits)], dim=1)
        covered = torch.cummax(reached, dim=1).values
        added = torch.diff(covered, dim=1, prepend=torch.zeros_like(covered[:, :1]))
    return ((logarithms.exp() - added * logarithms).sum(dim=1) / unit).mean()


def dense(told: Tensor, known: Tensor) -> Tensor:
    """Huber loss of what every list is predicted to do against what it does; NaN is not known and does not count."""
    import torch

    there = ~known.isnan()
    loss = torch.nn.functional.smooth_l1_loss(told, known.nan_to_num(), reduction="none")
    return (loss * there).sum() / there.sum().clamp_min(1)


def _chosen(logits: Tensor) -> list[Tensor]:
    """The list that the model itself puts at each place, as ``smartopt.chooser.ranking`` does."""
    import torch

    free = torch.ones_like(logits[:, 0], dtype=torch.bool)
    found = []
    for place in range(min(logits.shape[1], logits.shape[2])):
        found.append(logits[:, place].masked_fill(~free, -torch.inf).argmax(dim=1, keepdim=True))
        free.scatter_(1, found[-1], False)
    return found


def _steps(gains: Tensor) -> tuple[Tensor, Tensor]:
    """Lists by falling gain, and how far each is above the next (the last above nothing)."""
    import torch

    falling, order = gains.sort(dim=1, descending=True, stable=True)
    following = torch.cat([falling[:, 1:], falling.new_zeros(len(falling), 1)], dim=1)
    return falling - following, order


def _added(logits: Tensor, gains: Tensor) -> list[Tensor]:
    """For each place what every list adds to the lists that the model itself puts before it (no gradient)."""
    import torch

    with torch.no_grad():
        found = []
        covered = gains.new_zeros(len(gains), 1)
        for chosen in _chosen(logits):
            found.append((gains - covered).clamp_min(0))
            covered = torch.maximum(covered, gains.gather(1, chosen))
        return found
