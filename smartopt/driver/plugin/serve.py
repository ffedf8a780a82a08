"""Entry point of the process that the plugin starts: the server, or (``SMARTOPT_SERVER=0``) one process for one module.

    serve HOW CLANG FOLDER NAME

``HOW`` is ``server`` or ``once``; descriptor 3 is the listening socket or the connection. ``FOLDER`` is the folder of
sockets in the state folder, ``NAME`` the plugin's name without its ending.
"""

from __future__ import annotations

import os
import socket
import sys

from ...server.messages import Gone, Message, receive
from .answer import answer

__all__ = ["main"]


def main() -> None:
    """Serve; ends the process."""
    how, clang, folder, name = sys.argv[2:6]
    state = os.path.dirname(folder)
    os.environ["SMARTOPT_DIR"] = state
    plugin = os.path.join(state, "plugins", f"{name}.so")
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, fileno=3)
    connection.set_inheritable(False)
    if how == "once":
        try:
            answer(connection, receive(connection), clang, plugin)
        except Gone:
            pass
    else:
        _preload(clang)
        _serve(connection, clang, plugin, os.path.join(folder, f"{name}.sock"))
    os._exit(0)


def _serve(listener: socket.socket, clang: str, plugin: str, path: str) -> None:
    from ...optimizer.fingerprint import own_state
    from ...server.process import Parent, Server

    began = own_state()
    try:
        place = os.lstat(path).st_ino
    except OSError:
        place = 0

    def leave() -> None:
        """Remove the socket's name, if it is still this server's."""
        try:
            if os.lstat(path).st_ino == place:
                os.unlink(path)
        except OSError:
            pass

    def handle(client: socket.socket, message: Message, parent: Parent) -> None:
        if own_state() != began:  # smartopt was installed anew: what is loaded here must answer nobody any more
            leave()
            parent.stop()
            return
        answer(client, message, clang, plugin, parent.answered)

    Server(listener, handle, leave).run()


def _preload(clang: str) -> None:
    """Load what every compile needs, once. Nothing that depends on a user's settings."""
    import gc

    from ...errors import SmartoptError
    from ...llvm import toolchain
    from ...llvm.libllvm import preload
    from ...optimizer import fingerprint, memory, report, run, search, start  # noqa: F401
    from ...passes.trusted import Trusted
    from ...state import artifacts, cache, statistics  # noqa: F401
    from ...worker import service  # noqa: F401
    from .. import compile, optimizer_session, remembered_choices, smallest_object  # noqa: F401
    from ..flags import load_table

    try:
        toolchain.keep(clang)
        found = toolchain.toolchain_for_clang(clang)
        preload(found)
        Trusted.load(found.major)
        load_table(found.major)
    except SmartoptError:
        pass  # the first compile says what is wrong
    gc.collect()
    gc.freeze()
