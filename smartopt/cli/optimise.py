"""The clang door's one call of the optimiser: bitcode in, bitcode and report out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..errors import SmartoptError
from ..options import Options
from .driver import Fallback

if TYPE_CHECKING:
    from typing import Any

    from .flags import Command

__all__ = ["optimise", "options_from_environment"]


def options_from_environment(llvm: str | None, level: str) -> Options:
    """Options as ``SMARTOPT_OBJECTIVE`` and its siblings set them. Raises UsageError.

    ``llvm`` is the folder of the toolchain, ``level`` what the user asked of clang: ``Os`` or ``Oz``.
    """
    chosen: dict[str, Any] = {"llvm": llvm, "level": level}
    for field, variable in (
        ("objective", "SMARTOPT_OBJECTIVE"),
        ("effort", "SMARTOPT_EFFORT"),
        ("model", "SMARTOPT_MODEL"),
        ("select", "SMARTOPT_SELECT"),
    ):
        value = os.environ.get(variable)
        if value:
            chosen[field] = value
    return Options(**chosen)


def optimise(clang: str, data: bytes, command: Command) -> tuple[dict[str, Any], bytes]:
    """Optimise unoptimised bitcode with the LLVM of ``clang``. Raises Fallback."""
    from ..llvm.toolchain import toolchain_for_clang
    from ..optimize import optimize

    try:
        root = toolchain_for_clang(clang).root
        options = options_from_environment(None if root is None else str(root), command.level)
        result = optimize(data, options, name=os.fsencode(command.source).decode("utf-8", "replace"))
    except SmartoptError as error:
        raise Fallback("driver-optimiser-failed", str(error)) from error
    return result.report, result.data
