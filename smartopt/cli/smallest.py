"""Which object a compile ends with: the plan's or clang's own, with repeated code outlined or not.

The optimiser's answer is bitcode; what counts is the object. The outliner comes first, since mostly it changes nothing
and the object is done. Where it did something and the object is larger than the optimiser promised without it, the back
end runs again; where the plan's object is larger than -Oz's after all, clang's own is taken. What was found is
remembered with the decision, so that a warm build writes each object once.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from ..llvm.outliner import OUTLINER_FLAGS, has_outlined, unfit_for_outlining
from .fallback import Fallback
from .flags import Command
from .outcome import as_baseline, content, lost_names, measure, with_sizes

__all__ = ["OWN", "PLAN", "Writer", "write_smallest"]

Report = dict[str, Any]
Writer = Callable[[bytes, tuple[str, ...]], None]
"""Has clang's back end write the object of some bitcode, with words of ours before the user's."""

OWN = ("-Qunused-arguments",)
"""Clang compiles the front end's bitcode with -Oz: its own object."""
PLAN = ("-Xclang", "-disable-llvm-passes", *OWN)
"""Clang's back end alone, for bitcode that is optimised."""


def write_smallest(
    command: Command, data: bytes, optimised: bytes, report: Report, known: str, write: Writer
) -> tuple[Report, str]:
    """Write the object; answers the report as it turned out, and what to remember: ``known`` of the next run.

    ``data`` is the front end's bitcode. Raises Fallback where the object lacks what clang's has.
    """
    if known in _OBJECTS and (not _OBJECTS[known][2] or _may_outline(command, report)):
        source, words, outlined = _OBJECTS[known]
        write(data if source == "own" else optimised, (*words, *(OUTLINER_FLAGS if outlined else ())))
        return _measured(report if source == "plan" else _own(report), command, outlined), known
    if report.get("winner") != "oz":
        found = _plan(command, data, optimised, report, write)
        if found is not None:
            return found
        report = as_baseline(report)
    # clang's own -Oz is at hand, and exact: writing bitcode loses the order of uses, which code generation follows
    # here and there (llvm-c/BitWriter.h has no way to keep it, unlike opt).
    promised = report.get("bytes", {}).get("oz", {}).get("total", 0)
    if _may_outline(command, report):
        write(data, (*OWN, *OUTLINER_FLAGS))
        made = measure(command.output)
        if not has_outlined(content(command.output)):
            return report, "own"
        if made is not None and made.total < promised:
            return _measured(report, command, True), "own outlined"
    write(data, OWN)
    return report, "own"


_OBJECTS = {
    "own": ("own", OWN, False),
    "own outlined": ("own", OWN, True),
    "plan": ("plan", PLAN, False),
    "plan outlined": ("plan", PLAN, True),
}


def _plan(command: Command, data: bytes, optimised: bytes, report: Report, write: Writer) -> tuple[Report, str] | None:
    """The plan's object, outlined where that is smaller; None where clang's own is smaller than both."""
    sizes = report.get("bytes", {})
    promised, most = (sizes.get(which, {}).get("total", 0) for which in ("output", "oz"))
    if _may_outline(command, report):
        write(optimised, (*PLAN, *OUTLINER_FLAGS))
        made = measure(command.output)
        outlined = has_outlined(content(command.output))
        if made is not None and (not outlined or made.total <= promised) and made.total <= most:
            _check(command, report)
            return _measured(report, command, outlined), "plan outlined" if outlined else "plan"
    write(optimised, PLAN)
    _check(command, report)
    made = measure(command.output)
    if made is None or not most or report.get("objective") != "size":
        return report, "plan"
    if made.total > most and os.environ.get("SMARTOPT_SELECT") != "plan":
        # Sums under flags that only the back end heeds are not the optimiser's: clang's own object tells.
        write(data, OWN)
        own = measure(command.output)
        if own is None or own.total <= made.total:
            return None
        write(optimised, PLAN)
    return with_sizes(report, made), "plan"


def _check(command: Command, report: Report) -> None:
    if lost := lost_names(command.output, report):
        raise Fallback("driver-assembly-needs", ", ".join(sorted(lost)))


def _may_outline(command: Command, report: Report) -> bool:
    return (
        report.get("outlinable") is True
        and report.get("objective") == "size"
        and os.environ.get("SMARTOPT_SELECT", "auto") in ("", "auto")
        and os.environ.get("SMARTOPT_OUTLINE", "1") != "0"
        and not unfit_for_outlining(command.back)
    )


def _measured(report: Report, command: Command, outlined: bool) -> Report:
    """The report with the object's own sizes, where they can be told."""
    made = measure(command.output)
    if made is None or report.get("objective") != "size":
        return report
    return {**with_sizes(report, made), "outlined": outlined}


def _own(report: Report) -> Report:
    return report if report.get("winner") == "oz" else as_baseline(report)
