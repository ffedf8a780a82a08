"""A page of sections, written as HTML and as Markdown: tables, figures, text and code, nothing computed.

The HTML carries its style and no script; figures are SVG files beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

__all__ = [
    "PAPER",
    "Block",
    "Code",
    "Figure",
    "Results",
    "Row",
    "Section",
    "Table",
    "Text",
    "figure",
    "missing",
    "shown",
    "to_html",
    "to_markdown",
]

Results = dict[str, dict[str, Any]]
"""What parts found, by name."""
Row = list[object]
"""Cells of a table."""
PAPER = "paper: "
"""How the first cell of a row of the paper's own numbers begins."""


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Code:
    """Preformatted text."""

    text: str
    caption: str = ""


@dataclass(frozen=True)
class Table:
    """A table; rows whose first cell begins with ``paper:`` are the paper's own numbers and are marked."""

    headers: Sequence[str]
    rows: Sequence[Sequence[object]]
    caption: str = ""


@dataclass(frozen=True)
class Figure:
    """An SVG file, by its path from the page."""

    path: str
    caption: str


Block = Text | Code | Table | Figure


@dataclass
class Section:
    """A heading and what stands under it."""

    title: str
    blocks: list[Block] = field(default_factory=list)


_STYLE = """
:root { color-scheme: light dark; --line: #8884; --mark: #7a96c833; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.6em }
h2 { font-size: 1.25em; margin-top: 2.2em; border-top: 1px solid var(--line); padding-top: .8em }
.wide { overflow-x: auto }
table { border-collapse: collapse; margin: .6em 0 1.2em }
caption { text-align: left; padding: .3em 0; font-weight: 600 }
th, td { padding: .2em .8em; border-bottom: 1px solid var(--line); text-align: right;
  font-variant-numeric: tabular-nums }
th:first-child, td:first-child { text-align: left } tr.paper { background: var(--mark) }
figure { margin: 1em 0 }
figure img { max-width: 100%; background: #fff; border-radius: 4px } figcaption { font-size: .92em }
pre { overflow-x: auto; padding: .8em; border: 1px solid var(--line); font-size: 12px; max-height: 30em }
nav a { margin-right: 1em; white-space: nowrap }
"""


def shown(value: object) -> str:
    """A cell: thousands with commas, decimals as they are meant, nothing as a dash."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) < 1000 else f"{value:,.0f}"
    return str(value)


def to_html(title: str, sections: Sequence[Section]) -> str:
    """The whole page."""
    links = "".join(f'<a href="#s{number}">{escape(s.title)}</a>' for number, s in enumerate(sections))
    parts = [
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n',
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        f"<style>{_STYLE}</style>\n<h1>{escape(title)}</h1>\n<nav>{links}</nav>\n",
    ]
    for number, section in enumerate(sections):
        parts.append(f'<h2 id="s{number}">{escape(section.title)}</h2>\n')
        parts += [_html(block) for block in section.blocks]
    return "".join(parts)


def _html(block: Block) -> str:
    if isinstance(block, Text):
        return f"<p>{escape(block.text)}</p>\n"
    if isinstance(block, Code):
        caption = f"<p>{escape(block.caption)}</p>\n" if block.caption else ""
        return f"{caption}<pre>{escape(block.text)}</pre>\n"
    if isinstance(block, Figure):
        words = escape(block.caption)
        return f'<figure><img src="{escape(block.path)}" alt="{words}"><figcaption>{words}</figcaption></figure>\n'
    head = "".join(f"<th>{escape(name)}</th>" for name in block.headers)
    rows = []
    for row in block.rows:
        kind = ' class="paper"' if row and str(row[0]).startswith(PAPER) else ""
        cells = "".join(f"<td>{escape(shown(value))}</td>" for value in row)
        rows.append(f"<tr{kind}>{cells}</tr>\n")
    caption = f"<caption>{escape(block.caption)}</caption>" if block.caption else ""
    return f'<div class="wide"><table>{caption}<tr>{head}</tr>\n{"".join(rows)}</table></div>\n'


def to_markdown(title: str, sections: Sequence[Section]) -> str:
    """The same for readers of text."""
    parts = [f"# {title}\n"]
    for section in sections:
        parts.append(f"\n## {section.title}\n")
        parts += [_markdown(block) for block in section.blocks]
    return "".join(parts)


def _markdown(block: Block) -> str:
    if isinstance(block, Text):
        return f"\n{block.text}\n"
    if isinstance(block, Code):
        caption = f"\n{block.caption}\n" if block.caption else ""
        return f"{caption}\n```\n{block.text}\n```\n"
    if isinstance(block, Figure):
        return f"\n![{block.caption}]({block.path})\n\n{block.caption}\n"
    lines = [f"\n**{block.caption}**\n"] if block.caption else []
    lines.append("| " + " | ".join(_cell(name) for name in block.headers) + " |")
    lines.append("|" + "---|" * len(block.headers))
    lines += ["| " + " | ".join(_cell(shown(value)) for value in row) + " |" for row in block.rows]
    return "\n" + "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def figure(figures: dict[str, str], name: str, caption: str) -> list[Block]:
    """The figure, where it was drawn (``figures.draw_figures``)."""
    return [Figure(figures[name], caption)] if name in figures else []


def missing(title: str, part: str) -> Section:
    """A section of a part that has not run."""
    return Section(title, [Text(f"The part {part} has not run.")])
