"""Whether the user's environment and command line allow code generation other than clang's own."""

from __future__ import annotations

import os

from ..annotations import TYPE_CHECKING
from ..codegen.configuration import Configuration
from ..codegen.outliner import asks_for_special_code
from ..records import dataclass

if TYPE_CHECKING:
    from .flags import Compile

__all__ = ["Allowed", "allowed_by", "may_add_frame_pointers"]

_OUTLINER_FLAGS = frozenset({"-moutline", "-mno-outline"})


@dataclass(frozen=True)
class Allowed:
    """What may be done to make one compile's object small.

    Attributes:
        configuration: the settings of the back end that may be used: slim ones (``SMARTOPT_SLIM``), and the outliner
            (``SMARTOPT_OUTLINE``), except where the user chose with clang's own flags.
        prefer_own: whether clang's own object is taken where it is no larger than the optimizer's
            (``SMARTOPT_SELECT=plan`` keeps the optimizer's).
    """

    configuration: Configuration
    prefer_own: bool = True


def allowed_by(command: Compile) -> Allowed:
    """What the environment and a command line allow.

    The modules of ThinLTO are emitted by threads of one process, in which settings of the back end hold for all.
    """
    alone = command.stage != "thin"
    free = alone and not _OUTLINER_FLAGS.intersection(command.back)
    return Allowed(
        Configuration(
            slim=alone and _may_change(command, "SMARTOPT_SLIM"),
            outlined=free and _may_change(command, "SMARTOPT_OUTLINE"),
        ),
        prefer_own=os.environ.get("SMARTOPT_SELECT") != "plan",
    )


def may_add_frame_pointers(command: Compile) -> bool:
    """Whether functions may be given frame pointers (``SMARTOPT_FRAMES``)."""
    return _may_change(command, "SMARTOPT_FRAMES")


def _may_change(command: Compile, variable: str) -> bool:
    """Whether code generation may change: ``variable`` is not 0, and nothing asks for clang's own code."""
    return (
        os.environ.get("SMARTOPT_SELECT", "auto") in ("", "auto")
        and os.environ.get(variable, "1") != "0"
        and not asks_for_special_code(command.back)
    )
