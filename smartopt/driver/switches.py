"""Whether the user's environment and command line allow code generation other than clang's own."""

from __future__ import annotations

import os

from ..codegen.outliner import asks_for_special_code

TYPE_CHECKING = False  # typing takes milliseconds to import, and a worker is started as soon as this is imported
if TYPE_CHECKING:
    from .flags import Command

__all__ = ["may_add_frame_pointers", "may_outline", "may_use_slim"]

_OUTLINER_FLAGS = frozenset({"-moutline", "-mno-outline"})


def may_use_slim(command: Command) -> bool:
    """Whether the back end may use slim settings (``SMARTOPT_SLIM``)."""
    return _may_change(command, "SMARTOPT_SLIM")


def may_add_frame_pointers(command: Command) -> bool:
    """Whether functions may be given frame pointers (``SMARTOPT_FRAMES``)."""
    return _may_change(command, "SMARTOPT_FRAMES")


def may_outline(command: Command) -> bool:
    """Whether repeated code may be outlined (``SMARTOPT_OUTLINE``): not where the user chose with clang's own flags."""
    return _may_change(command, "SMARTOPT_OUTLINE") and not _OUTLINER_FLAGS.intersection(command.back)


def _may_change(command: Command, variable: str) -> bool:
    """Whether code generation may change: ``variable`` is not 0, and nothing asks for clang's own code."""
    return (
        os.environ.get("SMARTOPT_SELECT", "auto") in ("", "auto")
        and os.environ.get(variable, "1") != "0"
        and not asks_for_special_code(command.back)
    )
