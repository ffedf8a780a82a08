"""Answers the plugin for one module: what to emit, and with which settings of the back end.

This runs in a process of its own (``server``), forked from one in which LLVM is loaded. It opens no path of the user's:
the plugin hands over what the environment names. The module is counted, and reports and logs are written, before the
answer goes out, so that they are there when the compile ends.
"""

from __future__ import annotations

import os
import socket
import time

from ...annotations import TYPE_CHECKING
from ...codegen.configuration import OWN, ObjectChoice
from ...server.messages import Gone, Message, receive, send
from ..back_end import unwrapped
from ..fallback import Fallback
from ..flags import NotEligible, load_table
from .eligibility import InsideCommand, check_environment, read_command
from .link import read_link
from .objects import RemoteObjects, filled
from .request import Request, read_request

if TYPE_CHECKING:
    from ...annotations import Any
    from ...optimizer.outcome import Outcome
    from ...optimizer.run import Here
    from ...server.process import Parent
    from ..optimizer_session import OptimizerSession

__all__ = ["answer"]

_ENVIRONMENT_FILES = {"reports": "SMARTOPT_REPORT_DIR", "collected": "SMARTOPT_COLLECT_DIR", "log": "SMARTOPT_LOGFILE"}
_END = 10.0
"""Seconds that the plugin may take to end the connection when it has an answer."""


def answer(connection: socket.socket, message: Message, clang: str, plugin: str, parent: Parent | None = None) -> None:
    """Answer one request of the ``plugin`` in a process of ``clang``, forked by ``parent``, the server, or None."""
    began = time.monotonic()
    try:
        request = read_request(message)
    except Gone:
        return
    _adopt_environment(request)
    try:
        _Module(connection, request, clang, plugin, began, parent).run()
    except (NotEligible, Fallback) as why:
        _leave(connection, request, why.reason, str(why), parent)
    except MemoryError:
        if parent is not None and not parent.careful:
            os._exit(70)
        _leave(connection, request, "driver-memory", "", parent)
    except Gone:
        pass  # the compile was ended; nobody waits
    except Exception as error:
        if os.environ.get("SMARTOPT_DEBUG"):
            raise
        _leave(connection, request, "driver-internal-error", repr(error), parent)


class _Module:
    """The work on one module."""

    def __init__(
        self,
        connection: socket.socket,
        request: Request,
        clang: str,
        plugin: str,
        began: float,
        parent: Parent | None,
    ) -> None:
        self._connection, self._request, self._clang, self._plugin = connection, request, clang, plugin
        self._began, self._parent = began, parent
        self._here: Here = "recall" if parent is None else "never" if parent.careful else "always"

    def run(self) -> None:
        """Answer. Raises NotEligible, Fallback or Gone where clang goes on alone."""
        request = self._request
        command = self._command()
        data = unwrapped(request.bitcode)
        from ..compile import LOOP_PRAGMAS

        if any(mark in data for mark in LOOP_PRAGMAS):
            raise Fallback("driver-loop-pragma")
        if os.environ.get("SMARTOPT_SELECT") == "collect":
            from ...state.artifacts import collect

            collect(data)
            self._deliver(OWN, {}, 0)
            return
        from ..optimizer_session import OptimizerSession
        from ..smallest_object import clearly_smaller

        if command.llvm_options:
            _adopt_llvm_options(self._clang, command.llvm_options)
        session = OptimizerSession(self._clang, command, start=False, here=self._here)
        try:
            session.load()
            outcome, optimized = session.run(data)
            if command.stage == "thin":
                outcome, choice = clearly_smaller(outcome, session.allowed)
                files = {"plan": optimized}
            else:
                outcome, choice, files = self._choose(session, data, optimized, outcome)
                session.remember(choice, outcome)
            self._account(command, data, outcome, session.counters)
            self._deliver(choice, files, outcome.emission.llvm)
        finally:
            session.close()

    def _command(self) -> InsideCommand:
        request = self._request
        if request.unread:
            raise Fallback("driver-response-file")
        check_environment(list(request.environment))
        if request.phase != "compile":
            return read_link(request.words, self._plugin, request.phase, request.source)
        table = load_table(int(request.llvm.partition(".")[0] or 0))
        if table is None:
            raise Fallback("driver-clang-version")
        return read_command(request.words, request.source, request.level, self._plugin, table)

    def _choose(
        self, session: OptimizerSession, data: bytes, optimized: bytes, outcome: Outcome
    ) -> tuple[Outcome, ObjectChoice, dict[str, bytes]]:
        """The outcome, the object to emit, and what the plugin needs for it: the plan, the object."""
        from ..smallest_object import Modules, choose_object, recall_object

        known = session.known_object
        recalled = recall_object(outcome, session.allowed, known)
        if recalled is not None and known is not None:
            names = known.choice.configuration.in_place
            return recalled, known.choice, {"plan": session.keep_in_place(optimized, names) if names else optimized}
        if self._parent is not None:
            self._parent.begun()
        maker = RemoteObjects(self._connection, outcome.emission.llvm)
        modules = Modules(data, optimized, session.keep_in_place)
        outcome, choice = choose_object(maker, modules, outcome, session.allowed, session.known_choice)
        return outcome, choice, {"plan": unwrapped(maker.bitcode), "object": maker.object}

    def _deliver(self, choice: ObjectChoice, files: dict[str, bytes], llvm: int) -> None:
        """Tell the plugin what to emit. Raises Gone."""
        lines: list[tuple[str, str]] = [("module", choice.source)]
        lines += [("option", option) for option in choice.configuration.options(llvm)]
        wanted = {name: content for name, content in files.items() if content and choice.source == "plan"}
        lines.append(("files", " ".join(wanted)))
        descriptors = [filled(content) for content in wanted.values()]
        if self._parent is not None:
            self._parent.answered()
        send(self._connection, Message("leave") if choice == OWN else Message("recipe", lines, descriptors))
        _wait_for_end(self._connection)

    def _account(self, command: InsideCommand, data: bytes, outcome: Outcome, cache: dict[str, int]) -> None:
        """Count the module, and keep the files that the environment asks for."""
        try:
            from ...state.statistics import record

            event: dict[str, Any] = {
                "runs": 1,
                "milliseconds": int((time.monotonic() - self._began) * 1000),
                "winner": {outcome.winner: 1},
                "reason": outcome.fallbacks,
                "cache": cache,
                "functions": {"hit": outcome.remembered, "miss": outcome.trials},
                "bytes": {"oz": outcome.oz.total, "output": outcome.output.total},
                "way": {"plugin" if command.stage == "compile" else command.stage: 1},
            }
            record(event)
            if not any(os.environ.get(variable) for variable in _ENVIRONMENT_FILES.values()):
                return
            from ...optimizer.report import make_report
            from ...state.artifacts import collect, log, report_for

            collect(data)
            report_for(os.path.join(self._request.folder, command.output), data, make_report(outcome))
            log(f"{outcome.winner} in {event['milliseconds']} ms", self._request.words[1:])
        except Exception:
            pass  # a report that cannot be kept is no reason to lose the object


def _adopt_environment(request: Request) -> None:
    """Make the user's settings this process's own; what they name is reached through the descriptors that came."""
    own = os.environ.get("SMARTOPT_DIR")
    for name in [name for name in os.environ if name.startswith("SMARTOPT_")]:
        del os.environ[name]
    for name, value in request.environment.items():
        if name.startswith("SMARTOPT_") and name not in _ENVIRONMENT_FILES.values():
            os.environ[name] = value
    if own is not None:
        os.environ["SMARTOPT_DIR"] = own
    for name, variable in _ENVIRONMENT_FILES.items():
        if name in request.files:
            os.environ[variable] = f"/proc/self/fd/{request.files[name]}"


def _adopt_llvm_options(clang: str, options: tuple[str, ...]) -> None:
    """Set the user's own options of LLVM in this process, and so in its workers. Raises NotEligible.

    LLVM ends the process where it does not like one, so a fork tries them first.
    """
    from ...errors import SmartoptError
    from ...llvm.libllvm import LibLLVMEngine, preload
    from ...llvm.toolchain import toolchain_for_clang

    try:
        toolchain = toolchain_for_clang(clang)
        preload(toolchain)
        engine = LibLLVMEngine(toolchain)
    except SmartoptError as error:
        raise Fallback("driver-optimiser-failed", str(error)) from error
    child = os.fork()
    if child == 0:
        status = 1
        try:
            engine.set_options(options)
            status = 0
        finally:
            os._exit(status)
    if os.waitpid(child, 0)[1]:
        raise NotEligible("driver-internal", f"-mllvm {' '.join(options)}")
    engine.set_options(options)


def _leave(connection: socket.socket, request: Request, reason: str, why: str, parent: Parent | None) -> None:
    """Count why, and let clang go on alone."""
    from ...state.artifacts import log
    from ...state.statistics import record

    record({"runs": 1, "reason": {reason: 1}})
    if why:
        log(f"clang itself: {why}", request.words[1:])
    if parent is not None:
        parent.answered()
    try:
        send(connection, Message("leave"))
    except Gone:
        return
    _wait_for_end(connection)


def _wait_for_end(connection: socket.socket) -> None:
    """Wait until the plugin ends the connection, and read what it still sends.

    Where a Unix socket is closed with something in it that was not read (the object of an emission that nobody waits
    for any more), the other end sees an error instead of what was sent to it last.
    """
    connection.settimeout(_END)
    try:
        while True:
            receive(connection).close()
    except (Gone, TimeoutError):
        pass
