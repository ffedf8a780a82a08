"""The exceptions that smartopt raises on purpose.

    SmartoptError                 anything that a user can fix; str() is one line and says what to do next
    ├── UsageError                the command line or an option's value is wrong (exit code 2)
    ├── InputError                the input cannot be read as LLVM IR
    ├── OutputError               the output cannot be written
    ├── ToolchainError            no usable LLVM was found, or it does not match
    ├── PipelineError             the text of a pass pipeline cannot be parsed
    │   └── UntrustedPassError    it names a pass that is banned or unknown
    ├── ModelError                a model or its libraries are missing, damaged or for another version
    └── EngineError               LLVM refused or failed an operation (foreign messages are kept in .detail)
        └── WorkerError           the disposable child died; .reason is an id of ``smartopt.reasons``

Other exceptions are turned into these where they arise: LLVM's in ``llvm``, those of files in ``state.files``.
"""

from __future__ import annotations

__all__ = [
    "EngineError",
    "InputError",
    "ModelError",
    "OutputError",
    "PipelineError",
    "SmartoptError",
    "ToolchainError",
    "UntrustedPassError",
    "UsageError",
    "WorkerError",
]


class SmartoptError(Exception):
    """The base of every error that smartopt raises on purpose; ``str()`` is one line for people."""

    exit_code = 1


class UsageError(SmartoptError):
    """The command line, or the value of an option or an environment variable, is wrong."""

    exit_code = 2


class InputError(SmartoptError):
    """The input is not LLVM IR that this LLVM can read."""


class OutputError(SmartoptError):
    """The output could not be written; no part of it was left behind."""


class ToolchainError(SmartoptError):
    """No usable LLVM toolchain was found, or its version does not fit."""


class PipelineError(SmartoptError):
    """The text of a pass pipeline cannot be parsed."""


class UntrustedPassError(PipelineError):
    """A pipeline names a pass that is banned or not trusted."""


class ModelError(SmartoptError):
    """A model, its manifest or the libraries that run it are missing, damaged, or made for another version."""


class EngineError(SmartoptError):
    """LLVM refused or failed an operation."""

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


class WorkerError(EngineError):
    """The child process that ran LLVM died or was stopped.

    ``reason`` is an id of :mod:`smartopt.reasons`.
    """

    def __init__(self, reason: str, message: str, detail: str = "") -> None:
        super().__init__(message, detail)
        self.reason = reason
