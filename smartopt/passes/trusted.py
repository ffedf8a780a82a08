"""Decides which passes may be used with an LLVM version, and says why others may not.

``Trusted.load(22).check("sroa,licm", level="function")`` gives the legal, explicit tree, or raises an error of one line
that says what to do. The trusted set is data (see ``pass_table`` and ``generate_trusted``). A list from a model, a
cache or a user goes through ``check`` or ``runnable`` before any LLVM reads it. Trust is about soundness and
termination only; whether a list is of use is measured elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache, cached_property

from ..errors import UntrustedPassError
from ..records import dataclass, replace
from .nesting import Level, legalise, spell
from .pass_table import PassTable, Row, read_table
from .pipeline import Node, Pipeline, parse, shown

__all__ = ["Trusted"]

_ADAPTOR = re.compile(
    r"(module|cgscc|loop|loop-mssa)|function(<(eager-inv|no-rerun|eager-inv;no-rerun|no-rerun;eager-inv)>)?|devirt<[1-4]>"
)
_DEFAULT = re.compile(r"default<(\w+)>")
_NUMBER = re.compile(r"([A-Za-z-]+)=([0-9]{1,6})")
_REMOVE = "remove it from the list"
_OWN = ("function-simplification<Oz>",)
"""Bundles that LLVM runs by name, as clang -Oz does."""


@dataclass(frozen=True)
class Trusted:
    """The trusted passes of one LLVM version, made by :meth:`load`; immutable and shared."""

    table: PassTable

    @classmethod
    def load(cls, major: int) -> Trusted:
        """The trusted set for an LLVM major version (17 to 22).

        A version without data of its own uses another's (``pass_table``); LLVM refuses names that it lacks, which costs
        a candidate. Raises ToolchainError outside 17 to 22.
        """
        return _load(major)

    @property
    def version(self) -> str:
        """16 hexadecimal digits that change with the data; part of cache keys and manifests."""
        return self.table.version

    @property
    def metas(self) -> tuple[str, ...]:
        """The default pipelines that a list or a module may use, -Oz's first."""
        return self.table.metas

    @property
    def function_passes(self) -> tuple[Row, ...]:
        """The trusted function and loop passes, those of clang's own pipelines first, then by name."""
        return tuple(row for row in self.table.rows.values() if row.level not in ("module", "cgscc"))

    @property
    def module_passes(self) -> tuple[Row, ...]:
        """The trusted module and call graph passes."""
        return tuple(row for row in self.table.rows.values() if row.level in ("module", "cgscc"))

    @cached_property
    def pipelines(self) -> dict[str, str]:
        """The function-level pipelines of pass lists that were asked for, by their text (``passlist``)."""
        return {}

    @cached_property
    def bundles(self) -> tuple[str, ...]:
        """The names of the bundles, function-level pieces of default pipelines; of equal ones only the first."""
        first: dict[str, str] = {}
        for bundle in self.table.bundles.values():
            first.setdefault(bundle.name if bundle.native else bundle.text, bundle.name)
        return tuple(first.values())

    def vocabulary(self, level: Level = "function") -> list[str]:
        """Every spelling of a single pass that is worth trying, without adaptors, in a stable order.

        Passes of clang's own pipelines come first, then the others, by name; of each pass the plain spelling comes
        first; at function level the bundles come last. The texts are canonical: no two mean the same.
        """
        rows = self.function_passes if level == "function" else self.module_passes
        texts = [variant for row in rows for variant in row.variants]
        return texts + list(self.bundles) if level == "function" else texts

    def legalise(self, text_or_tree: str | Pipeline, level: Level) -> Pipeline:
        """:func:`nesting.legalise` with this version's data; does not check trust."""
        return legalise(text_or_tree, level, self.table)

    def check(self, text_or_tree: str | Pipeline, *, level: Level) -> Pipeline:
        """The legal, explicit tree of a pipeline whose every pass and option is trusted.

        Raises UntrustedPassError (one line, with the reason of a ban) or PipelineError (bad text or nesting).
        """
        tree = parse(text_or_tree) if isinstance(text_or_tree, str) else text_or_tree
        earlier: set[str] = set()
        for node in tree.walk():
            if node.children is None:
                self._admit(node, earlier)
                earlier.add(node.name)
            elif not _ADAPTOR.fullmatch(node.spelling):
                raise UntrustedPassError(
                    f"adaptor {shown(node.spelling)} is not in the trusted set; write its passes without it"
                )
        return self.legalise(tree, level)

    def expand(self, pipeline: Pipeline, kept: Collection[str] = _OWN) -> Pipeline:
        """Put the passes of each bundle in its place, but for the bundles ``kept``, which LLVM must know by name.

        The tree must be legal already, and stays so.
        """
        return Pipeline(tuple(self._expanded(pipeline.nodes, kept)))

    def runnable(self, text_or_tree: str | Pipeline, *, level: Level, allow_banned: bool = False) -> str:
        """The text for LLVM: checked, nested, with bundles expanded and passes separated that must not share a loop.

        Of the bundles that LLVM knows by name, only -Oz's own stays, and means what clang -Oz runs. ``allow_banned``
        skips the check of trust, not that of nesting, for the fuzzer's self-test.
        """
        if allow_banned:
            native = [bundle.name for bundle in self.table.bundles.values() if bundle.native]
            return str(self.expand(self.legalise(text_or_tree, level=level), native))
        return str(Pipeline(tuple(_apart(self.expand(self.check(text_or_tree, level=level))))))

    def meta_on_function(self, meta: str) -> Pipeline:
        """The function-level part of a default pipeline, which can run on one function alone.

        Raises UntrustedPassError if ``meta`` is not one of :attr:`metas`.
        """
        match = _DEFAULT.fullmatch(meta)
        if meta not in self.metas or match is None:
            raise UntrustedPassError(f"{shown(meta)} is not a trusted pipeline; use one of {', '.join(self.metas)}")
        return parse(",".join(f"{kind}<{match[1]}>" for kind in ("early", "function-simplification", "late")))

    def _expanded(self, nodes: Iterable[Node], kept: Collection[str]) -> Iterator[Node]:
        for node in nodes:
            bundle = self.table.bundles.get(node.spelling) if node.children is None else None
            if node.children is not None:
                yield replace(node, children=tuple(self._expanded(node.children, kept)))
            elif bundle is not None and bundle.name not in kept:
                yield from parse(bundle.text)
            else:
                yield node

    def _admit(self, node: Node, earlier: set[str]) -> None:
        """Raises UntrustedPassError unless a pass with its options may be used."""
        reason = self.table.ban(node)
        if reason is not None:
            raise UntrustedPassError(f"pass {shown(node.spelling)} is banned: {reason}; {_REMOVE}")
        if node.spelling in self.table.bundles or node.spelling in self.metas:
            return
        row = self.table.rows.get(node.name)
        if row is None:
            raise UntrustedPassError(self._stranger(node))
        fault = _bad_options(row, spell(node))
        if fault:
            raise UntrustedPassError(f"pass {shown(node.spelling)}: {fault}")
        if row.after and row.after not in earlier:
            raise UntrustedPassError(f"pass {shown(node.name)} is sound only after {row.after!r}; put that before it")

    def _stranger(self, node: Node) -> str:
        if node.name == "default":
            return f"{shown(node.spelling)} is not a trusted pipeline; use one of {', '.join(self.metas)}"
        kinds = [bundle for bundle in self.table.bundles if bundle.startswith(f"{node.name}<")]
        if kinds:
            return f"{shown(node.spelling)} is not a bundle; use one of {', '.join(kinds)}"
        if self.table.levels(node):
            return f"pass {shown(node.spelling)} is not in the trusted set of LLVM {self.table.major}; {_REMOVE}"
        import difflib  # which only misspellings need

        near = difflib.get_close_matches(node.name[:64], self.table.rows, n=1)
        hint = f"did you mean {near[0]!r}?" if near else _REMOVE
        return f"unknown pass {shown(node.spelling)} (LLVM {self.table.major} data); {hint}"


_ALONE = ("indvars", "loop-reduce")
"""Passes that must be alone in a loop adaptor: after ``indvars`` in the same one, ``loop-deletion`` takes an infinite
loop for finite (LLVM issue 197240), and ``loop-reduce`` leaves loops in a form that loop passes do not expect."""


def _apart(nodes: Iterable[Node]) -> Iterator[Node]:
    """The nodes, with every pass that must be alone in a loop adaptor of its own."""
    for node in nodes:
        if node.children is None or node.name not in ("loop", "loop-mssa"):
            yield node if node.children is None else replace(node, children=tuple(_apart(node.children)))
            continue
        group: list[Node] = []
        for child in node.children:
            if any(inner.name in _ALONE for inner in Pipeline((child,)).walk()):
                if group:
                    yield replace(node, children=tuple(group))
                yield replace(node, children=(child,))
                group = []
            else:
                group.append(child)
        if group:
            yield replace(node, children=tuple(group))


@cache
def _load(major: int) -> Trusted:
    return Trusted(read_table(major))


def _bad_options(row: Row, node: Node) -> str:
    """What is wrong with a pass's options; ``""`` if they are trusted."""
    if not node.params or node.params in (variant.removeprefix(row.name) for variant in row.variants):
        return ""
    if not (row.flags or row.numbers or row.exact):
        return "it takes no options here; write it plain"
    if node.params[1:-1] in row.exact:
        return ""
    for item in node.params[1:-1].split(";"):
        number = _NUMBER.fullmatch(item)
        if number and number[1] in row.numbers:
            low, high = row.numbers[number[1]]
            if low <= int(number[2]) <= high:
                continue
            return f"option {number[1]!r} must be {low} to {high}"
        if item not in row.flags:
            known = ", ".join([*row.exact, *sorted(row.flags), *(f"{name}=N" for name in row.numbers)])
            return f"option {shown(item)} is not trusted; it may have {known}"
    return ""
