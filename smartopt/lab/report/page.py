"""One HTML page from a build's reports: no network, no file beside it, readable without scripts.

Every name comes from outside (files, symbols, pass lists) and is escaped. The page's own policy
(Content-Security-Policy) forbids whatever else might slip in: no loads, and no script but ours, by its hash.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape

from ...reasons import sentence
from .collect import SECTIONS, Build, File, Function, gains
from .figures import MINUS, Tile, bar, number, percent, shade, signed, treemap
from .style import CSS, SCRIPT

__all__ = ["page"]

_FILES, _FUNCTIONS, _LOSSES, _LISTS = 40, 30, 20, 20
"""Rows shown of each; a last row sums up the others."""
_TILES_PER_FILE, _FRAMES = 40, 60
"""Rectangles of the treemap; the smaller functions and files share one."""
_TABLE = 4000
"""Rows of the table of all functions."""
_KINDS = {"plan": "a plan, function by function", "module": "one list for the whole file", "oz": "-Oz itself"}
_SOURCES = {
    "model": "the language model",
    "coreset": "the ranked coreset",
    "search": "the search",
    "cache": "the decision cache",
    "oz": "-Oz's own passes",
}
_NAMES = {"text": "code", "rodata": "read-only data", "eh_frame": "unwind tables", "data": "data", "total": "all"}

Demangle = Callable[[str], str]


def page(build: Build, counters: Mapping[str, int] | None = None, demangle: Demangle = str) -> str:
    """The page. ``counters`` are a build's statistics (``smartopt --show-stats --json``), where there are any."""
    parts = [
        _head(build),
        _sections(build),
        _map(build, demangle),
        _files(build.files),
        _functions(build.functions, demangle),
        _losses(build.functions, demangle),
        _lists(build),
        _winners(build),
        _fallbacks(build.fallbacks(), counters),
        _cost(build),
        _all(build.functions, demangle),
    ]
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>smartopt: size report</title>\n<style>{CSS}</style></head>\n<body>\n"
        + "\n".join(part for part in parts if part)
        + f"\n<script>{SCRIPT}</script>\n</body></html>\n"
    )


# -- the parts, in the page's order --


def _head(build: Build) -> str:
    before, after = build.sizes("total")
    saved = before - after
    word = "saved" if saved >= 0 else "lost"
    count = len(build.files)
    lines = [
        "<header><h1>smartopt size report</h1>",
        f'<div class="big">{number(abs(saved))} bytes {word}</div>',
        f"<p>{number(before)} → {number(after)} bytes ({percent(before, after)} of -Oz) in"
        f" {_many(count, 'object file')}."
        f" smartopt {escape(build.about('smartopt'))}, LLVM {escape(build.about('llvm'))},"
        f" lists from {escape(build.about('model'))}, effort {escape(build.about('effort'))}.</p>",
        '<p class="soft">Allocated bytes of the objects (no .bss, no debug information) before linking: an inline'
        " function that several objects bring is counted in each.</p>",
    ]
    outlined = sum(file.outlined for file in build.files)
    if outlined:
        lines.append(
            f'<p class="soft">In {_many(outlined, "object file")} machine code that repeated itself became functions of'
            " its own, which stand in no list of functions here.</p>"
        )
    varied = sum(file.varied for file in build.files)
    if varied:
        lines.append(
            f'<p class="soft">{_many(varied, "object file")} came from a back end whose settings were chosen for that'
            " file.</p>"
        )
    unmeasured = sum(not file.oz["total"] for file in build.files)
    if unmeasured:
        lines.append(f'<p class="warn">{_many(unmeasured, "file")} could not be measured: they count as 0.</p>')
    larger = [file for file in build.files if file.saved < 0]
    if larger:
        lost = -sum(file.saved for file in larger)
        lines.append(f'<p class="warn">{_many(len(larger), "file")} became larger, by {number(lost)} bytes.</p>')
    if build.skipped:
        why = Counter(reason for _, reason in build.skipped)
        told = ", ".join(f"{n} {reason}" for reason, n in sorted(why.items()))
        names = ", ".join(name for name, _ in build.skipped[:3]) + (", …" if len(build.skipped) > 3 else "")
        lines.append(f'<p class="warn">{_many(len(build.skipped), "report")} skipped: {told} ({escape(names)}).</p>')
    return "\n".join([*lines, "</header>"])


def _sections(build: Build) -> str:
    sizes = {section: build.sizes(section) for section in SECTIONS}
    largest = max(abs(before - after) for name, (before, after) in sizes.items() if name != "total")
    rows = []
    for name, (before, after) in sizes.items():
        cells = [_td(_NAMES[name]), *_change(before, after)]
        cells.append("<td></td>" if name == "total" else _td(bar(before - after, largest), "wide"))
        rows.append(f"<tr{' class=sum' if name == 'total' else ''}>{''.join(cells)}</tr>")
    return _section("Saved by section", "", _table(("section", *_CHANGE, ""), rows))


def _map(build: Build, demangle: Demangle) -> str:
    groups = []
    files = sorted(build.files, key=lambda file: -sum(f.oz for f in file.functions))
    for file in files[:_FRAMES]:
        ranked = sorted(file.functions, key=lambda f: (-f.oz, f.name))
        tiles = [_tile(demangle(f.name), f.oz, f.output) for f in ranked[:_TILES_PER_FILE]]
        tiles += _rest(ranked[_TILES_PER_FILE:], "more functions")
        groups.append((file.name, tiles))
    others = [f for file in files[_FRAMES:] for f in file.functions]
    if others:
        groups.append((f"{len(files) - _FRAMES} more files", _rest(others, "functions")))
    if not any(tile.size for _, tiles in groups for tile in tiles):
        return ""
    key = [("g4", "over 10% smaller"), ("g3", "5 to 10%"), ("g2", "2 to 5%"), ("g1", "up to 2%"), ("g0", "as -Oz")]
    key += [("b1", "up to 5% larger"), ("b2", "more")]
    legend = "".join(f'<span><i class="{name}"></i>{text}</span>' for name, text in key)
    about = "Each rectangle is a function, framed by its file; the area is its size under -Oz, the colour what changed."
    figure = treemap(groups, "Treemap of functions by size under -Oz, coloured by what was saved")
    return _section("Where the code is, and where it shrank", about, f'{figure}<div class="key">{legend}</div>')


def _tile(label: str, before: int, after: int) -> Tile:
    share = percent(before, after)
    word = "" if share == "new" else " larger" if after > before else " saved"
    about = f"{label}, {number(before)} → {number(after)} bytes ({share.lstrip(MINUS)}{word})"
    return Tile(label, before, shade(before, after), about)


def _rest(functions: Sequence[Function], what: str) -> list[Tile]:
    if not functions:
        return []
    return [_tile(f"{len(functions)} {what}", sum(f.oz for f in functions), sum(f.output for f in functions))]


def _files(files: Sequence[File]) -> str:
    ranked = sorted(files, key=lambda file: (-file.saved, file.name))
    shown = [*ranked[:_FILES], *(file for file in ranked[_FILES:] if file.saved < 0)]
    rest = [file for file in ranked[_FILES:] if file.saved >= 0]
    largest = max((abs(file.saved) for file in files), default=0)
    rows = [_row(file.name, file.oz["total"], file.output["total"], largest) for file in shown]
    if rest:
        sums = sum(f.oz["total"] for f in rest), sum(f.output["total"] for f in rest)
        rows.append(_row(f"{_many(len(rest), 'more file')}", *sums, largest, plain=True))
    return _section("Saved by file", "", _table(("file", *_CHANGE, ""), rows))


def _functions(functions: Sequence[Function], demangle: Demangle) -> str:
    ranked = [f for f in sorted(functions, key=lambda f: (-f.saved, f.name, f.file)) if f.saved > 0]
    if not ranked:
        return _section("Saved by function", "No function became smaller.", "")
    rest = ranked[_FUNCTIONS:]
    rows = [_function_row(f, demangle, ranked[0].saved) for f in ranked[:_FUNCTIONS]]
    if rest:
        sums = sum(f.oz for f in rest), sum(f.output for f in rest)
        name = f"{_many(len(rest), 'more function')} that became smaller"
        rows.append(_row(name, *sums, ranked[0].saved, plain=True, extra=_td("")))
    about = "Code with its unwind entry, exception table and jump tables."
    return _section("Saved by function", about, _table(("function", "file", *_CHANGE, ""), rows))


def _losses(functions: Sequence[Function], demangle: Demangle) -> str:
    losses = sorted((f for f in functions if f.saved < 0), key=lambda f: (f.saved, f.name, f.file))
    if not losses:
        return _section("Functions that became larger", "None.", "")
    lost = -sum(f.saved for f in losses)
    about = (
        f"{_many(len(losses), 'function')}, {number(lost)} bytes in all. What counts is the file: another function may"
        " have been inlined here, or a change here may have freed more elsewhere."
    )
    rows = [_function_row(f, demangle, -losses[0].saved) for f in losses[:_LOSSES]]
    rest = losses[_LOSSES:]
    if rest:
        sums = sum(f.oz for f in rest), sum(f.output for f in rest)
        rows.append(_row(f"{_many(len(rest), 'more function')}", *sums, -losses[0].saved, plain=True, extra=_td("")))
    return _section("Functions that became larger", about, _table(("function", "file", *_CHANGE, ""), rows))


def _lists(build: Build) -> str:
    changed = [f for f in build.functions if f.saved]
    table = gains((f.passes, f.saved, f.source) for f in changed)
    largest = max((abs(gain.net) for _, gain in table), default=0)
    rows = []
    for passes, gain in table[:_LISTS]:
        who = ", ".join(_SOURCES.get(source, source) for source in sorted(gain.sources))
        cells = (
            _td(f"<code>{escape(_readable(passes))}</code>"),
            _td(escape(who)),
            _n(number(gain.count)),
            _n(number(gain.saved)),
            _n(number(gain.lost), "lostn" if gain.lost else ""),
            _td(bar(gain.net, largest), "wide"),
        )
        rows.append(f"<tr>{''.join(cells)}</tr>")
    rest = [gain for _, gain in table[_LISTS:]]
    if rest:
        sums = (sum(getattr(gain, key) for gain in rest) for key in ("count", "saved", "lost"))
        rows.append(
            f"<tr>{_td(_many(len(rest), 'more list'))}{_td('')}{''.join(_n(number(s)) for s in sums)}<td></td></tr>"
        )
    if not rows:
        return ""
    about = "Bytes by the pass list that each changed function got. Long options of passes are left out here."
    headings = ("list", "proposed by", "#functions", "#saved", "#lost", "")
    return _section("Which lists paid", about, _table(headings, rows))


def _winners(build: Build) -> str:
    kinds = gains((_KINDS[file.winner], file.saved, "") for file in build.files)
    names = gains((_candidate(file), file.saved, "") for file in build.files if file.winner != "oz")
    body = _table(("taken", "#files", "#bytes saved"), [_gain_row(name, gain.count, gain.net) for name, gain in kinds])
    if names:
        rows = [_gain_row(name, gain.count, gain.net) for name, gain in names[:_LISTS]]
        body += _table(("candidate", "#files", "#bytes saved"), rows)
    return _section("Which candidates won", "For each file the smallest of all candidates; -Oz is always one.", body)


def _gain_row(name: str, count: int, saved: int) -> str:
    return f"<tr>{_td(escape(name))}{_n(number(count))}{_n(signed(saved))}</tr>"


def _candidate(file: File) -> str:
    name = file.candidate or "not named in the report"
    return f"{file.winner}: {_readable(name) if len(name) < 200 else _readable(name)[:200] + '…'}"


def _fallbacks(inside: Counter[str], counters: Mapping[str, int] | None) -> str:
    body = ""
    if inside:
        body += _reasons("Within the files above", inside)
    if counters is not None:
        handed = {n[len("reason.") :]: v for n, v in counters.items() if n.startswith("reason.")}
        # The statistics count what the reports say, too.
        handed = {n: v - inside.get(n, 0) for n, v in handed.items() if v > inside.get(n, 0)}
        body += _reasons("Calls that clang ran alone, from the statistics", handed)
    if not body:
        body = "<p>None within these files.</p>"
    about = (
        ""
        if counters is not None
        else (
            "Files that clang compiled alone leave no report: <code>smartopt --show-stats</code> counts them with their"
            " reasons."
        )
    )
    return _section("What was left to -Oz, and why", about, body)


def _reasons(title: str, counts: Mapping[str, int]) -> str:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows = [
        f"<tr>{_n(number(n), 'first')}{_td(escape(sentence(name)))}{_td(f'<code>{escape(name)}</code>')}</tr>"
        for name, n in ranked
    ]
    return _table(("#times", title, "id"), rows) if rows else f"<p>{title}: none.</p>"


def _cost(build: Build) -> str:
    seconds = build.seconds()
    total = seconds.pop("total", sum(seconds.values()))
    stages = ", ".join(f"{escape(name)} {value:.1f}" for name, value in seconds.items())
    trials = sum(file.trials for file in build.files)
    text = f"{number(trials)} trials in {total:.1f} s of optimising, summed over the files ({stages})."
    return _section("What it cost", text, "")


def _all(functions: Sequence[Function], demangle: Demangle) -> str:
    ranked = sorted(functions, key=lambda f: (-abs(f.saved), f.name, f.file))
    rows = []
    for f in ranked[:_TABLE]:
        numbers = "".join(f'<td class="n" data-v="{v}">{signed(v)}</td>' for v in (f.oz, f.output, f.saved))
        text = f"{_td(escape(demangle(f.name)), 'name')}{_td(escape(f.file), 'name file')}"
        rows.append(f"<tr>{text}{numbers}{_td(escape(_readable(f.passes)), 'name')}</tr>")
    heads = "".join(
        f'<th data-sort="{kind}"{" class=n" if kind == "n" else ""}>{name}</th>'
        for name, kind in (
            ("function", "t"),
            ("file", "t"),
            ("-Oz", "n"),
            ("smartopt", "n"),
            ("saved", "n"),
            ("list", "t"),
        )
    )
    told = (
        f"All {_many(len(ranked), 'function')}"
        if len(rows) == len(ranked)
        else f"{len(rows)} of {len(ranked)} functions"
    )
    box = '<input class="script" id="filter" type="search" placeholder="filter" aria-label="filter">'
    table = f'<table id="all"><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    return f"<details><summary>{told}</summary>{box}{table}</details>"


# -- pieces --

_CHANGE = ("#-Oz", "#smartopt", "#saved", "#share")


def _section(title: str, about: str, body: str) -> str:
    return f"<section><h2>{title}</h2>{f'<p class=soft>{about}</p>' if about else ''}{body}</section>"


def _table(headings: Iterable[str], rows: Sequence[str]) -> str:
    """A table; a heading that begins with # stands over numbers."""
    cells = "".join(f'<th class="n">{h[1:]}</th>' if h.startswith("#") else f"<th>{h}</th>" for h in headings)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _row(name: str, before: int, after: int, largest: int, plain: bool = False, extra: str = "") -> str:
    cells = [_td(escape(name), "soft" if plain else "name"), extra, *_change(before, after)]
    # A sum over many would dwarf the bars of the single ones.
    cells.append("<td></td>" if plain else _td(bar(before - after, largest), "wide"))
    return f"<tr>{''.join(cells)}</tr>"


def _function_row(function: Function, demangle: Demangle, largest: int) -> str:
    return _row(
        demangle(function.name),
        function.oz,
        function.output,
        largest,
        extra=_td(escape(function.file), "name soft file"),
    )


def _change(before: int, after: int) -> list[str]:
    lost = "lostn" if after > before else ""
    return [
        _n(number(before)),
        _n(number(after)),
        _n(signed(before - after), lost),
        _n(percent(before, after), lost),
    ]


def _td(inner: str, kind: str = "") -> str:
    return f'<td class="{kind}">{inner}</td>' if kind else f"<td>{inner}</td>"


def _n(inner: str, kind: str = "") -> str:
    return _td(inner, f"n {kind}".strip())


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _readable(passes: str) -> str:
    """A pass list that a line can break, without the passes' long options."""
    return re.sub(r",(?=\S)", ", ", re.sub(r"<[^<>]{16,}>", "<…>", passes))
