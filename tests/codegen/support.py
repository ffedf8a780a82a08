"""What several tests of code generation need."""

from __future__ import annotations

import marshal
import os
import traceback
from collections.abc import Callable
from typing import Any

__all__ = ["in_child"]


def in_child(work: Callable[[], object]) -> Any:
    """What ``work`` returns in a forked child (plain data): settings of LLVM are those of a whole process."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        code = 1
        try:
            os.close(reader)
            with os.fdopen(writer, "wb") as file:
                file.write(marshal.dumps(work()))
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        data = file.read()
    assert os.waitpid(child, 0)[1] == 0
    return marshal.loads(data)
