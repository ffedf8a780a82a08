"""The two ways through smartopt-clang, for tests that must hold on both: clang run twice, and clang with the plugin.

A plugin takes seconds to build, so each clang's is built once for all tests (``tests/support.py``), and copied into the
state folder of every test that asks for it. Nothing stays after a test: plugins are answered by a process for each
module, unless the test sets ``SMARTOPT_SERVER`` and ends the server itself (:func:`stop_servers`).
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from smartopt.errors import UsageError
from smartopt.lab.plugin import PluginStore
from smartopt.server.messages import Message, send
from tests.support import plugin_store

__all__ = ["BOTH", "PLUGIN", "TWO_RUNS", "Plugins", "first_on_both", "on", "stop_servers"]

TWO_RUNS, PLUGIN = "two runs", "plugin"
BOTH = (TWO_RUNS, PLUGIN)

Test = TypeVar("Test", bound=Callable[..., None])


def on(*ways: str) -> Callable[[Test], Test]:
    """Run a test that takes a ``pair`` on these ways; without it, those that its module names in ``PAIR_WAYS``."""

    def mark(test: Test) -> Test:
        test.pair_ways = ways  # type: ignore[attr-defined]
        return test

    return mark


def first_on_both(*cases: Any) -> list[Any]:
    """Cases for ``parametrize`` of which the plugin's way takes the first alone.

    For words that decide how clang is run twice: with the plugin, clang reads them itself, and ``driver/launch_rule``
    decides which commands load it (``test_launch_rule.py``). And for what the optimizer decides, which is the same for
    both: objects are, too (``plugin/test_cases.py``).
    """
    first, *others = (
        case if isinstance(case, type(pytest.param())) else pytest.param(*(case if isinstance(case, tuple) else [case]))
        for case in cases
    )
    return [first, *(case._replace(marks=(*case.marks, pytest.mark.two_runs)) for case in others)]


class Plugins:
    """Gives out copies of each clang's plugin, with the descriptor that tells launchers of it."""

    def __init__(self) -> None:
        self._stores: dict[str, PluginStore] = {}

    def give(self, clang: str, state: Path) -> Path:
        """Put a clang's plugin into a state folder; the plugin."""
        try:
            if clang not in self._stores:
                self._stores[clang] = plugin_store(clang)
            return self._stores[clang].install(state)
        except UsageError as error:
            pytest.skip(str(error))


def stop_servers(state: Path) -> None:
    """Tell the servers of a state folder to end."""
    folder = state / "server"
    for path in folder.glob("*.sock"):
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)  # a socket's whole path may be too long
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
                connection.connect(f"/proc/self/fd/{fd}/{path.name}")
                send(connection, Message("stop"))
        except OSError:
            pass  # it has ended
        finally:
            os.close(fd)
