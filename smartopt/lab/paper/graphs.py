"""Program graphs after ProGraML ([21]): instructions, values and constants, joined by control, data and calls.

A node of an instruction is its opcode and type, of a value or constant its type, as ProGraML has it; what a constant is
worth is not in the graph. Edges have a kind and a position: the order of operands, and of the targets of a branch. A
call is an edge to the callee's node, which stands for code that is elsewhere, and one back.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .body import Block, Instruction, read_body

__all__ = ["KINDS", "POSITIONS", "Graph", "Vocabulary", "program_graph"]

KINDS: Final = ("control", "data", "call")
POSITIONS: Final = 8
"""Positions that are told apart; the last stands for all later ones."""

Longs = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Graph:
    """One function's graph: texts of its nodes, and edges as (source, target, kind, position)."""

    nodes: tuple[str, ...]
    edges: Longs


class Vocabulary:
    """Numbers of node texts; 0 for a text that train functions do not have."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.numbers = {text: number for number, text in enumerate(dict.fromkeys(texts), 1)}

    def __len__(self) -> int:
        return len(self.numbers) + 1

    def of(self, graph: Graph) -> Longs:
        return np.array([self.numbers.get(text, 0) for text in graph.nodes], dtype=np.int64)


def program_graph(module_text: str) -> Graph:
    """The graph of the function that a module defines."""
    parameters, blocks = read_body(module_text)
    builder = _Builder()
    for name in parameters:
        builder.value(name, "parameter")
    numbered = [(block, [builder.instruction(one) for one in block.instructions]) for block in blocks]
    first = {block.label: numbers[0] for block, numbers in numbered if numbers}
    for block, numbers in numbered:
        builder.control(block, numbers, first)
        for number, instruction in zip(numbers, block.instructions, strict=True):
            builder.data(number, instruction)
    edges = np.array(builder.edges, dtype=np.int64).reshape(-1, 4)
    return Graph(tuple(builder.nodes), edges)


class _Builder:
    def __init__(self) -> None:
        self.nodes: list[str] = []
        self.edges: list[tuple[int, int, int, int]] = []
        self.values: dict[str, int] = {}
        self.callees: dict[str, int] = {}

    def _node(self, text: str) -> int:
        self.nodes.append(text)
        return len(self.nodes) - 1

    def _edge(self, source: int, target: int, kind: str, position: int = 0) -> None:
        self.edges.append((source, target, KINDS.index(kind), min(position, POSITIONS - 1)))

    def value(self, name: str, kind: str) -> int:
        if name not in self.values:
            self.values[name] = self._node(f"value {kind}")
        return self.values[name]

    def instruction(self, one: Instruction) -> int:
        return self._node(f"{one.opcode} {one.type}" if not one.type.startswith(("[", "{", "%", "<")) else one.opcode)

    def control(self, block: Block, numbers: list[int], first: dict[str, int]) -> None:
        for before, after in itertools.pairwise(numbers):
            self._edge(before, after, "control")
        for position, label in enumerate(block.successors):
            if numbers and label in first:
                self._edge(numbers[-1], first[label], "control", position)

    def data(self, number: int, one: Instruction) -> None:
        for position, name in enumerate(one.operands):
            self._edge(self.value(name, "local"), number, "data", position)
        for position, (kind, _) in enumerate(one.constants, len(one.operands)):
            self._edge(self._node(f"constant {kind}"), number, "data", position)
        if one.result:
            self._edge(number, self.value(one.result, "local"), "data")
        if one.callee:
            if one.callee not in self.callees:
                known = one.callee if one.callee.startswith("@llvm.") else "function"
                self.callees[one.callee] = self._node(f"callee {known}")
            self._edge(number, self.callees[one.callee], "call")
            self._edge(self.callees[one.callee], number, "call")
