"""A function's pass list: passes before and after at most one default pipeline.

The text form, also in reports and labels, is ``reg2mem,instcombine | default<Oz> | sroa``; an empty side keeps its bar
(``| default<Oz> |``). A list without a default pipeline has no bars: ``sroa,licm``. The parser also accepts other
spacing around bars, and ``sroa,default<O1>`` without bars; printing is canonical, and ``PassList.parse(str(x)) == x``.
"""

from __future__ import annotations

import re

from ..errors import PipelineError
from ..records import dataclass, replace
from .nesting import spell
from .pipeline import EMPTY, Node, Pipeline, parse, shown
from .trusted import Trusted

__all__ = ["PassList", "function_pipeline"]

_META = re.compile(r"default<\w+>")


@dataclass(frozen=True)
class PassList:
    """``prefix | meta | suffix``.

    ``meta`` is a default pipeline. Without one all passes are in ``prefix``; those of a given suffix move there. Raises
    PipelineError for an empty list, for a meta that is not ``default<..>``, and for another one in prefix or suffix.
    """

    prefix: Pipeline = EMPTY
    meta: str = ""
    suffix: Pipeline = EMPTY

    def __post_init__(self) -> None:
        if self.meta and not _META.fullmatch(self.meta):
            raise PipelineError(f"bad pass list: {shown(self.meta)} is not a default pipeline such as default<Oz>")
        if not self.meta and self.suffix:
            object.__setattr__(self, "prefix", self.prefix + self.suffix)
            object.__setattr__(self, "suffix", EMPTY)
        if not (self.prefix or self.meta):
            raise PipelineError("bad pass list: it is empty; name at least one pass")
        if any(node.name == "default" for side in (self.prefix, self.suffix) for node in side.walk()):
            raise PipelineError("bad pass list: only one default pipeline is allowed, between the bars")

    @classmethod
    def parse(cls, text: str) -> PassList:
        """Parses a list's text. Raises PipelineError."""
        parts = [part.strip() for part in text.split("|", 3)]
        if len(parts) == 3:
            sides = [parse(part) if part else EMPTY for part in (parts[0], parts[2])]
            if not parts[1] and sides[1]:
                raise PipelineError("bad pass list: nothing is between the bars; remove them")
            return cls(sides[0], parts[1], sides[1])
        if len(parts) != 1:
            raise PipelineError("bad pass list: write it as 'prefix | default<Oz> | suffix' or without bars")
        nodes = parse(parts[0]).nodes
        metas = [position for position, node in enumerate(nodes) if node.name == "default"]
        if not metas:
            return cls(Pipeline(nodes))
        at = metas[0]
        return cls(Pipeline(nodes[:at]), str(nodes[at]), Pipeline(nodes[at + 1 :]))

    def __str__(self) -> str:
        if not self.meta:
            return str(self.prefix)
        return f"{self.prefix} | {self.meta} | {self.suffix}".strip()

    def __len__(self) -> int:
        """The number of top-level items: passes, bundles and adaptors, and the meta."""
        return len(self.prefix) + bool(self.meta) + len(self.suffix)

    def canonical(self) -> PassList:
        """The same list with every pass in its safe spelling, so that equal lists have equal text."""
        return PassList(_spelt(self.prefix), self.meta, _spelt(self.suffix))

    def function_pipeline(self, trusted: Trusted, *, allow_banned: bool = False) -> str:
        """The text for ``LLVMRunPassesOnFunction``, with the function-level part of the meta in its place.

        Raises PipelineError or UntrustedPassError as :meth:`Trusted.check` does.
        """
        middle = trusted.meta_on_function(self.meta) if self.meta else EMPTY
        tree = self.prefix + middle + self.suffix
        return trusted.runnable(tree, level="function", allow_banned=allow_banned)

    @classmethod
    def admitted(cls, text: str, trusted: Trusted) -> bool:
        """Whether a text is a well-formed list of trusted passes and options, so that it may be tried on functions."""
        try:
            cls.parse(text).function_pipeline(trusted)
        except PipelineError:
            return False
        return True

    def module_pipeline(self, trusted: Trusted, *, allow_banned: bool = False) -> str:
        """The text for a whole module: ``function(prefix),default<..>,function(suffix)``. Raises the same errors."""
        middle = parse(self.meta) if self.meta else EMPTY
        tree = self.prefix + middle + self.suffix
        return trusted.runnable(tree, level="module", allow_banned=allow_banned)


def function_pipeline(text: str, trusted: Trusted) -> str:
    """What :meth:`PassList.function_pipeline` says of a list's text; kept, as the same lists are tried everywhere."""
    known = trusted.pipelines
    if text not in known:
        known[text] = PassList.parse(text).function_pipeline(trusted)
    return known[text]


def _spelt(pipeline: Pipeline) -> Pipeline:
    return Pipeline(tuple(_spelt_node(node) for node in pipeline))


def _spelt_node(node: Node) -> Node:
    if node.children is None:
        return spell(node)
    return replace(node, children=tuple(_spelt_node(child) for child in node.children))
