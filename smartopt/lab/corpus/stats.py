"""What a corpus holds, split by split (the paper's Tables I and II), and whether the labels' splits share anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from .build import manifest

__all__ = ["SplitRow", "shared", "statistics"]


@dataclass(frozen=True)
class SplitRow:
    """One split: what was built, and its distinct functions as the proposer sees them.

    ``functions`` are distinct within the split; ``alone`` are those that no other split has.
    """

    split: str
    packages: int
    files: int
    bitcode: int
    functions: int
    alone: int
    instructions: int
    characters: int


def statistics(folder: Path) -> list[SplitRow]:
    """One row a split. Needs pyarrow."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    built = [row for row in manifest(folder).values() if row.status != "failed"]
    seen: dict[str, dict[str, tuple[int, int]]] = {}
    for path in sorted((folder / "functions").glob("*.parquet")):
        table = pq.read_table(path, columns=["hash", "split", "view", "instructions", "text"])
        table = table.filter(pc.equal(table["view"], "base"))
        lengths = pc.utf8_length(table["text"]).to_pylist()
        rows = zip(
            table["hash"].to_pylist(),
            table["split"].to_pylist(),
            table["instructions"].to_pylist(),
            lengths,
            strict=True,
        )
        for key, split, instructions, characters in rows:
            seen.setdefault(split, {}).setdefault(key, (instructions, characters))
    found = []
    for split, functions in seen.items():
        others = set().union(*(other.keys() for name, other in seen.items() if name != split))
        mine = [row for row in built if row.split == split]
        found.append(
            SplitRow(
                split,
                len(mine),
                sum(row.files for row in mine),
                sum(row.bytes for row in mine),
                len(functions),
                len(functions.keys() - others),
                sum(instructions for instructions, _ in functions.values()),
                sum(characters for _, characters in functions.values()),
            )
        )
    return found


def shared(hashes: Mapping[str, Iterable[str]]) -> dict[tuple[str, str], int]:
    """How many hashes each pair of splits has in common."""
    sets = {split: set(found) for split, found in hashes.items()}
    return {(a, b): len(sets[a] & sets[b]) for a, b in combinations(sets, 2)}
