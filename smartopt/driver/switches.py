"""The user's switches of the ways in which the back end is run, and the command lines that leave none open."""

from __future__ import annotations

import os

from ..codegen.outliner import unfit_for_outlining

TYPE_CHECKING = False  # as in the driver: a worker begins when this is imported
if TYPE_CHECKING:
    from .flags import Command

__all__ = ["FRAMES", "OUTLINE", "SLIM", "way_open"]

OUTLINE = "SMARTOPT_OUTLINE"
SLIM = "SMARTOPT_SLIM"
FRAMES = "SMARTOPT_FRAMES"
"""Variables of the environment."""

_OWN_OUTLINER = frozenset({"-moutline", "-mno-outline"})
"""Who says one of these has made up his mind."""


def way_open(command: Command, switch: str) -> bool:
    """Whether the user's environment and the command line allow a way, whatever the module is."""
    return (
        os.environ.get("SMARTOPT_SELECT", "auto") in ("", "auto")
        and os.environ.get(switch, "1") != "0"
        and not unfit_for_outlining(command.back)
        and not (switch == OUTLINE and _OWN_OUTLINER.intersection(command.back))
    )
