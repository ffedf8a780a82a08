"""The two ways through smartopt-clang, for tests that must hold on both: clang run twice, and clang with the plugin.

A plugin takes seconds to build, so each clang's is built once a session, in a folder of its own, and copied into the
state folder of every test that asks for it. Nothing stays after a test: plugins are answered by a process for each
module, unless the test sets ``SMARTOPT_SERVER`` and ends the server itself (:func:`stop_servers`).
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from smartopt.driver.plugin import build, descriptor
from smartopt.server.messages import Message, send

__all__ = ["BOTH", "PLUGIN", "TWO_RUNS", "Plugins", "on", "stop_servers"]

TWO_RUNS, PLUGIN = "two runs", "plugin"
BOTH = (TWO_RUNS, PLUGIN)

Test = TypeVar("Test", bound=Callable[..., None])


def on(*ways: str) -> Callable[[Test], Test]:
    """Run a test that takes a ``pair`` on these ways; without it, those that its module names in ``PAIR_WAYS``."""

    def mark(test: Test) -> Test:
        test.pair_ways = ways  # type: ignore[attr-defined]
        return test

    return mark


class Plugins:
    """Builds each clang's plugin once, and gives out copies."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def give(self, clang: str, state: Path) -> Path:
        """Put a clang's plugin, and the descriptor that tells launchers of it, into a state folder; the plugin."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SMARTOPT_DIR", str(self._home))
            try:
                built = build.build(clang)
            except build.PluginError as error:
                pytest.skip(f"no plugin for {clang}: {error}")
            known = descriptor.find(clang)
            assert known is not None
            parts = build.find_parts(clang)
            patch.setenv("SMARTOPT_DIR", str(state))
            folder = state / "plugins"
            for path in (state, folder):
                path.mkdir(mode=0o700, exist_ok=True)
            plugin = folder / os.path.basename(built)
            if not plugin.exists():
                shutil.copyfile(built, plugin)
            lld = [known.lld] if known.lld else []
            files = [descriptor.stamp(path) for path in (parts.clang, *parts.libraries, *lld)]
            descriptor.write(clang, files, str(plugin), known.lld, known.triple)
        return plugin


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
