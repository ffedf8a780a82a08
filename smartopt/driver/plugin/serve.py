"""Entry point of the process that the plugin starts: the server, or (``SMARTOPT_SERVER=0``) one process for one module.

    serve HOW CLANG FOLDER NAME [IDLE]

``HOW`` is ``server`` or ``once``; descriptor 3 is the listening socket or the connection. ``FOLDER`` is the folder of
sockets in the state folder, ``NAME`` the plugin's name without its ending; the server ends after ``IDLE`` seconds
without a client.
"""

from __future__ import annotations

import os
import resource
import socket
import sys

from ...server.messages import Gone, Message, receive
from .answer import answer

__all__ = ["main"]


def main() -> None:
    """Serve; ends the process."""
    how, clang, folder, name, *rest = sys.argv[2:]
    state = os.path.dirname(folder)
    os.environ["SMARTOPT_DIR"] = state
    plugin = os.path.join(state, "plugins", f"{name}.so")
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, fileno=3)
    connection.set_inheritable(False)
    if how == "once":
        _answer_once(connection, clang, plugin)
    else:
        from ...server.process import IDLE

        _serve(connection, clang, plugin, os.path.join(folder, f"{name}.sock"), float(rest[0]) if rest else IDLE)
    os._exit(0)


def _answer_once(connection: socket.socket, clang: str, plugin: str) -> None:
    from ...server.process import limit_memory

    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        limit_memory()
        answer(connection, receive(connection), clang, plugin)
    except (Gone, OSError):
        pass


def _serve(listener: socket.socket, clang: str, plugin: str, path: str, idle: float) -> None:
    from ...optimizer.fingerprint import own_state
    from ...server.place import Place
    from ...server.process import Parent, Server
    from ...state.statistics import record

    began = own_state()  # before what is loaded now: it may be replaced meanwhile
    place = Place(path)
    _preload(clang)
    record({"server": {"starts": 1}})

    def is_current() -> bool:
        try:
            return own_state() == began
        except OSError:
            return False  # it was removed

    def handle(client: socket.socket, message: Message, parent: Parent) -> None:
        answer(client, message, clang, plugin, parent)

    Server(listener, handle, is_current, place, idle).run()


_LISTS = 64
"""More than a proposer has."""


def _preload(clang: str) -> None:
    """Load what every compile needs, once. Nothing that depends on a user's settings."""
    import gc
    from collections import Counter

    from ...chooser.choose import choose_proposer
    from ...chooser.proposer import FunctionView
    from ...errors import SmartoptError
    from ...llvm import toolchain
    from ...llvm.libllvm import preload
    from ...optimizer import fingerprint, memory, report, run, search, start  # noqa: F401
    from ...options import Options
    from ...passes.clang_pipelines import clang_pipeline
    from ...passes.passlist import function_pipeline
    from ...passes.trusted import Trusted
    from ...state import artifacts, cache, statistics  # noqa: F401
    from ...worker import service  # noqa: F401
    from ...worker.wire import read_protocol
    from .. import compile, optimizer_session, remembered_choices, smallest_object  # noqa: F401
    from ..flags import load_table

    read_protocol()
    try:
        toolchain.keep(clang)
        found = toolchain.toolchain_for_clang(clang)
        preload(found)
        load_table(found.major)
        clang_pipeline(found.major, "Oz")
        for options in (Options(stands_for="clang"), Options(stands_for="clang", effort="fast")):
            proposer = choose_proposer(options, found.major, Counter())
            for proposal in proposer.propose([FunctionView("", 1, lines=b"ret void")], "size", _LISTS)[0]:
                function_pipeline(proposal.passes, Trusted.load(found.major))
    except SmartoptError:
        pass  # the first compile says what is wrong
    gc.collect()
    gc.freeze()
