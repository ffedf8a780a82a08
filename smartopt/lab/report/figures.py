"""Figures of the page, as text: a treemap and bars. They carry no script and no style of their own, only classes.

The treemap is squarified (Bruls, Huizing, van Wijk 2000): areas are to scale, and tiles are near squares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

__all__ = ["Tile", "bar", "number", "percent", "shade", "signed", "treemap"]

MINUS = "\N{MINUS SIGN}"
WIDTH, HEIGHT = 1000.0, 460.0
_LETTER = 6.3
"""About the width of a letter at the labels' size."""


@dataclass(frozen=True)
class Tile:
    """A rectangle of the treemap: ``size`` is its area, ``shade`` a class of colour, ``about`` its tooltip."""

    label: str
    size: int
    shade: str
    about: str


@dataclass(frozen=True)
class _Box:
    x: float
    y: float
    w: float
    h: float


def number(value: int) -> str:
    return f"{value:,}"


def signed(saved: int) -> str:
    """Bytes saved; what was lost has a minus sign."""
    return f"{saved:,}".replace("-", MINUS)


def percent(before: int, after: int) -> str:
    """The share saved of what there was; ``new`` where there was nothing."""
    if not before:
        return "new" if after else "0%"
    return "0%" if before == after else f"{100 * (before - after) / before:.2f}%".replace("-", MINUS)


def shade(before: int, after: int) -> str:
    """The class of a change: g0 none, g1 to g4 smaller (by up to 2, 5, 10 and more percent), b1, b2 larger."""
    if before == after:
        return "g0"
    if after > before:
        return "b1" if before and after <= before * 1.05 else "b2"
    share = (before - after) / before
    return "g1" if share < 0.02 else "g2" if share < 0.05 else "g3" if share < 0.10 else "g4"


def bar(value: int, largest: int) -> str:
    """A bar as long as a share of the largest, coloured by whether bytes were saved or lost."""
    width = 100 * abs(value) / max(1, largest)
    kind = "saved" if value >= 0 else "lost"
    inner = f'<i class="{kind}" style="width:{width:.1f}%"></i>' if value else ""
    return f'<span class="bar">{inner}</span>'


def treemap(groups: Sequence[tuple[str, Sequence[Tile]]], label: str) -> str:
    """An SVG with one frame a group and one rectangle a tile; all areas to scale over the whole figure."""
    groups = [(name, [tile for tile in tiles if tile.size > 0]) for name, tiles in groups]
    groups = sorted((g for g in groups if g[1]), key=lambda g: -sum(tile.size for tile in g[1]))
    boxes = _squarify([sum(tile.size for tile in tiles) for _, tiles in groups], _Box(0, 0, WIDTH, HEIGHT))
    parts = [f'<svg class="map" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{escape(label)}">']
    for (name, tiles), box in zip(groups, boxes, strict=True):
        inner = box
        head = 15.0 if box.h > 45 and box.w > 60 else 0.0
        if head:
            inner = _Box(box.x, box.y + head, box.w, box.h - head)
        tiles = sorted(tiles, key=lambda tile: (-tile.size, tile.label))
        for tile, place in zip(tiles, _squarify([tile.size for tile in tiles], inner), strict=True):
            parts.append(_tile(tile, place, name))
        parts.append(f'<rect class="frame" {_at(box)}/>')
        if head:
            parts.append(f'<text class="head" x="{box.x + 4:.1f}" y="{box.y + 11:.1f}">{_fit(name, box.w)}</text>')
    return "".join([*parts, "</svg>"])


def _tile(tile: Tile, box: _Box, group: str) -> str:
    text = ""
    if box.w > 34 and box.h > 15:
        text = f'<text x="{box.x + 4:.1f}" y="{box.y + 12:.1f}">{_fit(tile.label, box.w)}</text>'
    about = escape(f"{group}: {tile.about}")
    return f'<g><title>{about}</title><rect class="{tile.shade}" {_at(box)}/>{text}</g>'


def _at(box: _Box) -> str:
    return f'x="{box.x:.1f}" y="{box.y:.1f}" width="{box.w:.1f}" height="{box.h:.1f}"'


def _fit(text: str, width: float) -> str:
    """As much of a label as its rectangle holds."""
    room = int((width - 8) / _LETTER)
    if len(text) > room:
        text = text[: room - 1] + "…" if room > 2 else ""
    return escape(text)


def _squarify(sizes: Sequence[float], box: _Box) -> list[_Box]:
    """A rectangle for each size (largest first), to scale, filling the box."""
    total = sum(sizes)
    if not total:
        return []
    areas = [size * box.w * box.h / total for size in sizes]
    placed: list[_Box] = []
    at = 0
    while at < len(areas):
        side = min(box.w, box.h)
        end = at + 1
        row = areas[at]
        worst = _worst(areas[at], areas[at], row, side)
        while end < len(areas):
            longer = row + areas[end]
            then = _worst(areas[at], areas[end], longer, side)
            if then > worst:
                break
            row, worst, end = longer, then, end + 1
        box = _lay(areas[at:end], row, box, placed)
        at = end
    return placed


def _worst(largest: float, smallest: float, row: float, side: float) -> float:
    """The worst ratio of sides in a row laid along ``side``."""
    if not (row and side and smallest):
        return float("inf")
    return max(side * side * largest / (row * row), row * row / (side * side * smallest))


def _lay(areas: Sequence[float], row: float, box: _Box, placed: list[_Box]) -> _Box:
    """Place a row along the shorter side; returns what is left of the box."""
    if box.w >= box.h:
        thick = row / box.h if box.h else 0.0
        y = box.y
        for area in areas:
            high = area / thick if thick else 0.0
            placed.append(_Box(box.x, y, thick, high))
            y += high
        return _Box(box.x + thick, box.y, max(0.0, box.w - thick), box.h)
    thick = row / box.w if box.w else 0.0
    x = box.x
    for area in areas:
        wide = area / thick if thick else 0.0
        placed.append(_Box(x, box.y, wide, thick))
        x += wide
    return _Box(box.x, box.y + thick, box.w, max(0.0, box.h - thick))
