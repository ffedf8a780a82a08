"""Makes nesting legal and explicit: puts every pass under the adaptors that it needs, in a spelling that is safe.

LLVM nests by the first pass of a text and accepts texts that abort later: ``function(licm)`` parses, but licm needs
MemorySSA; a plain ``instcombine`` aborts if it reaches no fixpoint. Here each pass goes where the data says it belongs:
``licm,sroa`` becomes ``loop-mssa(licm),sroa`` at function level and ``function(loop-mssa(licm),sroa)`` at module level.
Neighbours of one level share an adaptor. Adaptors that the text already has are kept if they are legal, so that legal
text comes back unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..annotations import Literal
from ..errors import PipelineError
from ..records import replace
from .pass_table import PassTable, read_table
from .pipeline import MAX_DEPTH, Node, Pipeline, parse, shown

__all__ = ["Level", "legalise", "spell"]

Level = Literal["module", "function"]

_ORDER = {"module": 3, "cgscc": 2, "function": 1, "loop": 0, "loop-mssa": 0}
# Adaptor -> (the level at which it may appear, the level inside). ``repeat`` and ``coro-cond`` may appear anywhere.
_ADAPTORS = {
    "module": ("module", "module"),
    "cgscc": ("module", "cgscc"),
    "devirt": ("cgscc", "cgscc"),
    "function": ("cgscc", "function"),
    "loop": ("function", "loop"),
    "loop-mssa": ("function", "loop-mssa"),
}
_LOOPS = ("loop", "loop-mssa")


def legalise(text_or_tree: str | Pipeline, level: Level, table: PassTable | None = None) -> Pipeline:
    """Makes nesting and spelling legal and explicit; idempotent.

    ``level`` is ``module`` for ``opt -passes=`` and ``function`` for ``LLVMRunPassesOnFunction``. ``table`` is the LLVM
    version's data, by default that of LLVM 22. Trust is not checked here: banned passes are nested, too. Raises
    PipelineError for a pass that this LLVM does not know or that cannot run at this level.
    """
    tree = parse(text_or_tree) if isinstance(text_or_tree, str) else text_or_tree
    nest = _Nest(table or read_table(22))
    return Pipeline(tuple(nest.at(level, tree.nodes, 0)))


def spell(node: Node) -> Node:
    """The safe and canonical spelling of one pass, without an empty ``<>``."""
    if node.name == "instcombine":
        kept = [item for item in node.options if item not in ("verify-fixpoint", "no-verify-fixpoint")]
        return replace(node, params=f"<{';'.join([*dict.fromkeys(kept), 'no-verify-fixpoint'])}>")
    if node.name == "simple-loop-unswitch" and node.options in (
        (),
        ("trivial",),
        ("trivial", "no-nontrivial"),
    ):
        return replace(node, params="<no-nontrivial;trivial>")
    if node.name == "loop-unroll" and not node.options:
        return replace(node, params="<O2>")
    if node.params == "<>":
        return replace(node, params="")
    return node


class _Nest:
    def __init__(self, table: PassTable) -> None:
        self._table = table

    def at(self, level: str, nodes: Iterable[Node], depth: int) -> list[Node]:
        """The nodes, nested so that they may appear inside ``level``."""
        if depth > MAX_DEPTH:
            raise PipelineError(f"bad pass pipeline: more than {MAX_DEPTH} nested adaptors")
        if level in _LOOPS:
            return self._loop_body(level, nodes, depth)
        out: list[Node] = []
        run: list[Node] = []
        run_level = level
        for node in nodes:
            home = self._home(node, level)
            if home != run_level and run:
                out.extend(self._wrapped(level, run_level, run, depth))
                run = []
            run_level = home
            if home == level:
                out.extend(self._inside(level, node, depth))
            else:
                run.append(node)
        if run:
            out.extend(self._wrapped(level, run_level, run, depth))
        return out

    def _home(self, node: Node, level: str) -> str:
        """The level at which a node can appear inside ``level``: that level itself or the next one down."""
        standing = self._standing(node, level)
        for candidate in standing:
            if candidate == level:
                return level
        allowed = [candidate for candidate in standing if _ORDER[candidate] < _ORDER[level]]
        if not allowed:
            place = "a loop" if level in _LOOPS else f"{level} level"
            raise PipelineError(
                f"{shown(node.spelling)} is a {standing[0]} pass and cannot run at {place}; move it out"
            )
        best = max(allowed, key=lambda candidate: _ORDER[candidate])
        if _ORDER[best] == 0 and _ORDER[level] > 1:
            return "function"
        return best if best != "loop-mssa" else "loop"

    def _standing(self, node: Node, level: str) -> tuple[str, ...]:
        if node.children is not None:
            if node.name in ("repeat", "coro-cond"):
                return (level,)
            if node.name not in _ADAPTORS:
                raise PipelineError(f"{shown(node.name)} is not an adaptor; nothing can be nested in it")
            stands, inner = _ADAPTORS[node.name]
            if inner == level or (node.name == "function" and level == "module"):
                return (level,)
            return (stands,)
        found = self._table.levels(node)
        if not found:
            raise PipelineError(f"unknown pass {shown(node.spelling)}: LLVM {self._table.llvm} has none of that name")
        return found

    def _inside(self, level: str, node: Node, depth: int) -> list[Node]:
        """A node that may appear at ``level``, with what is nested in it made legal."""
        if node.children is None:
            return [spell(node)]
        if node.name in ("repeat", "coro-cond"):
            return [replace(node, children=tuple(self.at(level, node.children, depth + 1)))]
        inner = _ADAPTORS[node.name][1]
        if inner == level and node.name != "devirt":
            return self.at(level, node.children, depth + 1)
        if inner in _LOOPS:
            return self._grouped(inner, node.children, depth, node)
        return [replace(node, children=tuple(self.at(inner, node.children, depth + 1)))]

    def _wrapped(self, level: str, run_level: str, run: list[Node], depth: int) -> list[Node]:
        if run_level == "loop":
            return self._grouped("loop", run, depth, Node("loop", "", (run[0],)))
        return [Node(run_level, "", tuple(self.at(run_level, run, depth + 1)))]

    def _loop_body(self, level: str, nodes: Iterable[Node], depth: int) -> list[Node]:
        """The body of a loop adaptor: passes, passes under a ``repeat``, and loop adaptors, which are dissolved."""
        out: list[Node] = []
        for node in nodes:
            self._loop_modes(node, depth)
            if node.children is not None and node.name in _LOOPS:
                out.extend(self._loop_body(level, node.children, depth + 1))
            elif node.children is not None:
                out.append(replace(node, children=tuple(self._loop_body(level, node.children, depth + 1))))
            else:
                out.append(spell(node))
        return out

    def _loop_modes(self, node: Node, depth: int) -> frozenset[str]:
        """In which of ``loop`` and ``loop-mssa`` a node may appear."""
        if depth > MAX_DEPTH:
            raise PipelineError(f"bad pass pipeline: more than {MAX_DEPTH} nested adaptors")
        if node.children is None:
            modes = frozenset(self._standing(node, "loop")) & frozenset(_LOOPS)
            if not modes:
                self._home(node, "loop")
            return modes
        if node.name not in (*_LOOPS, "repeat"):
            raise PipelineError(f"{shown(node.spelling)}(...) cannot appear inside a loop adaptor; move it out")
        modes = frozenset(_LOOPS)
        for child in node.children:
            modes &= self._loop_modes(child, depth + 1)
        if not modes:
            raise PipelineError(f"{shown(str(node))} mixes passes that need MemorySSA with passes that lose it")
        return modes

    def _grouped(self, wanted: str, nodes: Iterable[Node], depth: int, adaptor: Node) -> list[Node]:
        """Loop passes in order, under as few adaptors as they need; ``wanted`` is the adaptor if they allow both."""
        flat: list[Node] = []
        for node in nodes:
            if node.children is not None and node.name in _LOOPS:
                flat.extend(node.children)
            else:
                flat.append(node)
        out: list[Node] = []
        group: list[Node] = []
        modes = frozenset(_LOOPS)

        def flush() -> None:
            if group:
                name = wanted if wanted in modes else next(iter(modes))
                body = self._loop_body(name, group, depth + 1)
                out.append(Node(name, adaptor.params, tuple(body)))

        for node in flat:
            possible = self._loop_modes(node, depth + 1)
            if not modes & possible:
                flush()
                group, modes = [], frozenset(_LOOPS)
            group.append(node)
            modes &= possible
        flush()
        return out
