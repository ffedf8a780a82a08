"""smartopt: -Oz, but smaller.

The public interface: :func:`optimize` takes LLVM IR and :class:`Options` and returns a
:class:`Result`; every error that it raises on purpose is a :class:`SmartoptError`. Importing this package
imports nothing else: the names below are fetched when they are first asked for, so that the compiler drivers
start fast.
"""

from __future__ import annotations

TYPE_CHECKING = False  # what type checkers take for True; importing ``typing`` would cost every driver 10 ms
if TYPE_CHECKING:
    from typing import Any

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
    from .optimizer import optimize
    from .optimizer.result import Result
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

_HOME = {"Options": "options", "Result": "optimizer.result", "optimize": "optimizer"}
"""The module of each public name; the rest live in ``errors``."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f".{_HOME.get(name, 'errors')}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
