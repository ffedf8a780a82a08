"""Makes the user's object file with runs of clang: the ``driver.object_maker`` of the driver that runs clang twice.

Clang writes the file itself, as in a direct compile, unless the object was made in memory before it was chosen.
"""

from __future__ import annotations

import os

from ..annotations import TYPE_CHECKING
from .back_end import NO_TEMPORARY_FILE, replace_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..codegen.configuration import ObjectChoice
    from .back_end import BackEnd
    from .flags import Command

__all__ = ["ObjectFile"]


class ObjectFile:
    """The object file of one command line; see :class:`ObjectMaker` for the methods."""

    clang_goes_on = False

    def __init__(self, back_end: BackEnd, command: Command, llvm: int) -> None:
        """``llvm`` is the major version of the clang that ``back_end`` runs."""
        self._back_end, self._llvm = back_end, llvm
        self._path = command.output
        self._replaceable = NO_TEMPORARY_FILE not in command.back

    def make(self, choice: ObjectChoice, bitcode: bytes) -> bytes:
        """Have clang write the file, and return its bytes."""
        self._back_end(bitcode, choice.flags(self._llvm))
        with open(self._path, "rb") as file:
            return file.read()

    def begin(self, choice: ObjectChoice, bitcode: bytes) -> Callable[[], bytes]:
        """Start a clang that makes the object in memory."""
        return self._back_end.begin(bitcode, choice.flags(self._llvm))

    def take(self, choice: ObjectChoice, bitcode: bytes, made: bytes) -> None:
        """Replace the file, or have clang write it again where the user forbids temporary files."""
        if self._replaceable:
            replace_file(self._path, made)
        else:
            self.make(choice, bitcode)

    def withdraw(self) -> bool:
        """Remove the file; False if that fails, or if the user forbids the temporary file that replaces it later."""
        if not self._replaceable:
            return False
        try:
            os.unlink(self._path)
        except OSError:
            return False
        return True
