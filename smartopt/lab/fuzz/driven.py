"""Judges a csmith program that smartopt-clang compiled from source: what it prints, and the size of its object.

Level, switches and smartopt's settings are drawn by the program's seed, as for programs of shapes.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from ...objfile.measure import measure_object
from ..child import run_child
from .builds import CampaignTools, ClangBuild, DriverBuild, make
from .compile_options import draw_options

__all__ = ["judge_driven"]


def judge_driven(
    tools: CampaignTools, source: Path, seed: int, effort: str, includes: tuple[str, ...], expected: bytes, limit: float
) -> dict[str, Any]:
    """The outcome of one program at one effort, with what smartopt reports.

    Args:
        tools: tools.
        source: the program.
        seed: the program's seed.
        effort: smartopt's.
        includes: flags that the program needs.
        expected: what it prints.
        limit: seconds that it may run.
    """
    options = draw_options(seed, ("c",), tools.target)
    options = replace(options, switches=(*options.switches, *includes))
    ours, clangs = source.with_name(f"{effort}.o"), source.with_name("clang.o")
    theirs = make(ClangBuild(), tools, options, source, clangs)
    if theirs.fault:
        return {"outcome": "reference-failed", "detail": theirs.fault}
    made = make(DriverBuild(effort), tools, options, source, ours)
    if made.fault:
        return {"outcome": "optimiser-failed", "detail": made.fault}
    facts = {"winner": made.report.get("winner", ""), "fallbacks": made.report.get("fallbacks", {})}
    binary = source.with_name(effort)
    linked = tools.run(tools.link(options, [ours], binary), source.parent)
    if not linked.ok:
        return {**facts, "outcome": "back-end-failed", "detail": linked.errors[-500:]}
    ran = run_child(tools.target.command(str(binary)), limit, folder=source.parent)
    if ran.status is None:
        return {**facts, "outcome": "program-timeout"}
    if not ran.ok:
        return {**facts, "outcome": "program-crash", "detail": ran.ending}
    if ran.output != expected:
        ends = [text.decode("utf-8", "replace").strip()[-80:] for text in (expected, ran.output)]
        return {**facts, "outcome": "wrong-output", "detail": f"expected {ends[0]}; got {ends[1]}"}
    sizes = [measure_object(path.read_bytes()).total for path in (ours, clangs)]
    if sizes[0] > sizes[1]:
        return {**facts, "outcome": "larger", "detail": f"{sizes[0]} bytes, by clang {sizes[1]}"}
    return {**facts, "outcome": "same"}
