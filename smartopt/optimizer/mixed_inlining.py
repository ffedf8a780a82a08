"""Mixes the inlining of several strategies: for each group of functions, that of the strategy that made it smallest.

Strategies inline differently, and their bases differ only where their decisions do. A caller's decisions are its own
affair, except where they decide whether a callee remains (all callers share that prize) or where the callee's own body
differs between strategies and comes along when it is inlined; such callers and callees form a group. Each group then
takes the decisions of the strategy in which its functions' best lists sum to the least; what comes out is one
consistent set of decisions, replayed like any other. Sound like every replay: decisions steer LLVM's inliner, nothing
more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..records import dataclass

__all__ = ["StrategyView", "mix", "single_sites"]

CallSites = Sequence[tuple[str, str]]
"""For each numbered call: (caller, callee)."""


@dataclass(frozen=True)
class StrategyView:
    """One strategy: the calls it inlines, its functions' body hashes, and the least that each function costs."""

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


def mix(sites: CallSites, views: Sequence[StrategyView]) -> frozenset[int]:
    """The decisions of the best strategy, group by group; earlier strategies win ties."""
    groups = _group(sites, views)
    cost: list[dict[str, int]] = [{} for _ in views]
    names = {name for view in views for name in view.hashes}
    for name in names:
        root = groups.find(name)
        for total, view in zip(cost, views, strict=True):
            total[root] = total.get(root, 0) + view.costs.get(name, 0)
    chosen: set[int] = set()
    for number, (caller, _) in enumerate(sites):
        root = groups.find(caller)
        best = min(range(len(views)), key=lambda index: (cost[index].get(root, 0), index))
        if number in views[best].decisions:
            chosen.add(number)
    return frozenset(chosen)


def _group(sites: CallSites, views: Sequence[StrategyView]) -> _Groups:
    groups = _Groups()
    names = {name for view in views for name in view.hashes}
    changed = {name for name in names if len({view.hashes.get(name) for view in views}) > 1}
    comes_and_goes = {name for name in names if any(name not in view.hashes for view in views)}
    for number, (caller, callee) in enumerate(sites):
        inlined = any(number in view.decisions for view in views)
        # A callee that a strategy got rid of ties all its callers; one that is inlined brings its own changes along.
        if callee in comes_and_goes or (inlined and callee in changed):
            groups.join(caller, callee)
    return groups


def single_sites(sites: CallSites, local: Iterable[str]) -> frozenset[int]:
    """The calls of local functions that are called from one place only: inlining those removes the callee."""
    wanted = set(local)
    calls: dict[str, list[int]] = {}
    for number, (_, callee) in enumerate(sites):
        if callee in wanted:
            calls.setdefault(callee, []).append(number)
    return frozenset(numbers[0] for numbers in calls.values() if len(numbers) == 1)
