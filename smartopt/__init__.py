"""smartopt: -Oz, but smaller.

One public door: ``smartopt.optimize.optimize`` takes LLVM IR and :class:`Options` and returns a
:class:`Result`; every error that it raises on purpose is a :class:`SmartoptError`. Importing this package
imports nothing else: the names below are fetched when they are first asked for, so that the compiler drivers
start fast.
"""

from __future__ import annotations

TYPE_CHECKING = False  # what type checkers take for True; importing ``typing`` would cost every driver 10 ms
if TYPE_CHECKING:
    from typing import Any

    from . import optimize
    from .errors import (
        EngineError,
        InputError,
        ModelError,
        OutputError,
        PipelineError,
        SmartoptError,
        ToolchainError,
        UntrustedPassError,
        UsageError,
        WorkerError,
    )
    from .optimize.result import Result
    from .options import Options

__version__ = "0.1.0"

__all__ = [
    "EngineError",
    "InputError",
    "ModelError",
    "Options",
    "OutputError",
    "PipelineError",
    "Result",
    "SmartoptError",
    "ToolchainError",
    "UntrustedPassError",
    "UsageError",
    "WorkerError",
    "__version__",
    "optimize",
]

_HOME = {"Options": "options", "Result": "optimize.result"}
"""The module of each public name; the rest live in ``errors``. ``optimize`` is the package of that name, because
importing it would put it in the place of a function of that name."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    if name == "optimize":
        return import_module(".optimize", __name__)
    value = getattr(import_module(f".{_HOME.get(name, 'errors')}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
