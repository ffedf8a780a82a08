"""Choose inlining by neighbourhood: of several arms, for each group of functions the arm that made it smallest.

Arms inline differently, and their bases differ only where their decisions do. A caller's decisions are its own affair,
except where they decide whether a callee remains (all callers share that prize) or where the callee's own body differs
between arms and comes along when it is inlined; such callers and callees form a group. Each group then takes the
decisions of the arm in which its functions' best lists sum to the least; what comes out is one consistent set of
decisions, replayed like any other. Sound like every replay: decisions steer LLVM's inliner, nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..records import dataclass

__all__ = ["ArmView", "mix", "single_sites"]

Homes = Sequence[tuple[str, str]]
"""For each numbered call: (caller, callee)."""


@dataclass(frozen=True)
class ArmView:
    """One arm: the calls it inlines, its functions' body hashes, and the least that each function costs."""

    decisions: frozenset[int]
    hashes: Mapping[str, str]
    costs: Mapping[str, int]


class _Groups:
    """Union-find over names."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def find(self, name: str) -> str:
        root = name
        while self._parent.setdefault(root, root) != root:
            root = self._parent[root]
        while self._parent[name] != root:
            self._parent[name], name = root, self._parent[name]
        return root

    def join(self, one: str, other: str) -> None:
        self._parent[self.find(one)] = self.find(other)


def mix(homes: Homes, arms: Sequence[ArmView]) -> frozenset[int]:
    """The decisions of the best arm, group by group; earlier arms win ties."""
    groups = _group(homes, arms)
    cost: list[dict[str, int]] = [{} for _ in arms]
    names = {name for arm in arms for name in arm.hashes}
    for name in names:
        root = groups.find(name)
        for total, arm in zip(cost, arms, strict=True):
            total[root] = total.get(root, 0) + arm.costs.get(name, 0)
    chosen: set[int] = set()
    for number, (caller, _) in enumerate(homes):
        root = groups.find(caller)
        best = min(range(len(arms)), key=lambda index: (cost[index].get(root, 0), index))
        if number in arms[best].decisions:
            chosen.add(number)
    return frozenset(chosen)


def _group(homes: Homes, arms: Sequence[ArmView]) -> _Groups:
    groups = _Groups()
    names = {name for arm in arms for name in arm.hashes}
    changed = {name for name in names if len({arm.hashes.get(name) for arm in arms}) > 1}
    comes_and_goes = {name for name in names if any(name not in arm.hashes for arm in arms)}
    for number, (caller, callee) in enumerate(homes):
        inlined = any(number in arm.decisions for arm in arms)
        # A callee that an arm got rid of ties all its callers; one that is inlined brings its own changes along.
        if callee in comes_and_goes or (inlined and callee in changed):
            groups.join(caller, callee)
    return groups


def single_sites(homes: Homes, local: Iterable[str]) -> frozenset[int]:
    """The calls of local functions that are called from one place only: inlining those removes the callee."""
    wanted = set(local)
    sites: dict[str, list[int]] = {}
    for number, (_, callee) in enumerate(homes):
        if callee in wanted:
            sites.setdefault(callee, []).append(number)
    return frozenset(numbers[0] for numbers in sites.values() if len(numbers) == 1)
