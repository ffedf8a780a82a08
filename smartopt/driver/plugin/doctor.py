"""``smartopt --doctor``: says in a few lines whether builds are optimised, how, and what to install for more.

Each line is a mark, a part and what was found. The marks: ``ok``; ``--`` for what could be better, with what to do;
``NO`` for what keeps builds from being optimised at all.
"""

from __future__ import annotations

import os
import shutil
import stat
import time

from ...annotations import TYPE_CHECKING
from ...errors import ToolchainError
from ...llvm.toolchain import NEWEST, OLDEST, toolchain_for_clang
from ...server.place import running
from ...state.paths import state_dir
from ..flags import load_table
from ..real_clang import find_clang
from . import descriptor
from .build import PluginError, build, failure, find_parts

if TYPE_CHECKING:
    from ...llvm.toolchain import Toolchain

__all__ = ["build_plugin", "examine", "servers_folder", "stop_servers"]

_OK, _BETTER, _NO = "ok", "--", "NO"
_LAUNCHER = "smartopt-clang"


class _Report:
    def __init__(self) -> None:
        self._lines: list[tuple[str, str, str]] = []

    def add(self, mark: str, part: str, text: str) -> None:
        self._lines.append((mark, part, text))

    @property
    def is_hopeless(self) -> bool:
        return any(mark == _NO for mark, _, _ in self._lines)

    def text(self, summary: str) -> str:
        width = max(len(part) for _, part, _ in self._lines)
        return "\n".join([*(f"{mark}  {part:<{width}}  {text}" for mark, part, text in self._lines), "", summary])


def examine() -> tuple[str, bool]:
    """What was found, as text, and whether builds are optimised at all."""
    report = _Report()
    if os.environ.get("SMARTOPT_DISABLE", "0") not in ("", "0"):
        report.add(_NO, "SMARTOPT_DISABLE", "is set: clang runs as if smartopt were not there; unset it")
    clang = find_clang(False)
    plugin = None
    if clang is None:
        named = os.environ.get("SMARTOPT_CLANG") or os.environ.get("SMARTOPT_LLVM")
        what = f"{named} is no clang that can be run" if named else "none was found"
        report.add(_NO, "clang", f"{what}; apt-get install clang-{NEWEST}, or set SMARTOPT_CLANG to the path of one")
    else:
        found = _clang(report, clang)
        if found is not None:
            plugin = _plugin(report, clang, found)
    _launcher(report)
    _servers(report)
    _state(report)
    _model(report)
    if report.is_hopeless:
        summary = f"Builds are NOT optimised: {_LAUNCHER} only runs clang."
    elif plugin is not None:
        summary = f"{_LAUNCHER} optimises builds; clang runs once, with the plugin."
    else:
        summary = f"{_LAUNCHER} optimises builds; clang runs twice, which takes longer than with the plugin."
    return report.text(summary), not report.is_hopeless


def build_plugin(llvm: str | None) -> str:
    """Build the plugin for the clang that smartopt-clang uses, or that of an LLVM; says what came of it.

    Raises PluginError.
    """
    if llvm and llvm != os.environ.get("SMARTOPT_LLVM"):
        os.environ["SMARTOPT_LLVM"] = llvm
        os.environ.pop("SMARTOPT_CLANG", None)
    clang = find_clang(False)
    if clang is None:
        raise PluginError("no clang was found; apt-get install clang-22, or set SMARTOPT_CLANG")
    known = descriptor.find(clang)
    plugin = build(clang, wait=True)
    done = "is there already" if known is not None and known.plugin == plugin else "was built and tried"
    return f"The plugin for {os.path.realpath(clang)} {done}: {plugin}"


def stop_servers() -> int:
    """Stop all servers of the state folder; how many there were. Raises OSError if there is no state folder."""
    from ...server.place import stop_all

    return stop_all(servers_folder())


def servers_folder() -> str:
    """The folder of servers' sockets (``wrappers/plugin/connect.cpp``). Raises OSError."""
    return os.path.join(state_dir(), "server")


def _clang(report: _Report, clang: str) -> Toolchain | None:
    try:
        found = toolchain_for_clang(clang)
    except ToolchainError as error:
        report.add(_NO, "clang", str(error))
        return None
    if load_table(found.major) is None:
        report.add(
            _NO,
            "clang",
            f"{found.version} at {clang} is not among {OLDEST} to 22; apt-get install clang-22, or set SMARTOPT_CLANG",
        )
        return None
    report.add(_OK, "clang", f"{found.version}, {clang}")
    if found.libllvm is not None:
        report.add(_OK, "libLLVM", found.libllvm)
    elif found.opt is not None:
        report.add(_BETTER, "libLLVM", f"missing, {found.opt} is used instead; apt-get install libllvm{found.major}")
    else:
        report.add(_NO, "libLLVM", f"missing, and opt too; apt-get install libllvm{found.major} or llvm-{found.major}")
    return found


def _plugin(report: _Report, clang: str, found: Toolchain) -> descriptor.Descriptor | None:
    """Says how the plugin is, and returns it if it is used."""
    try:
        parts = find_parts(clang)
    except PluginError as error:
        report.add(_BETTER, "plugin", str(error))
        return None
    report.add(_OK, "headers", parts.headers)
    if os.environ.get("SMARTOPT_PLUGIN", "1") == "0":
        report.add(_BETTER, "plugin", "not used, because SMARTOPT_PLUGIN is 0")
        return None
    known = descriptor.find(clang)
    if known is None:
        report.add(
            _BETTER,
            "plugin",
            failure(clang) or "not built yet; smartopt --build-plugin builds it, or the next build does",
        )
        return None
    report.add(_OK, "plugin", known.plugin)
    if known.lld:
        report.add(_OK, "LTO", f"{known.lld} loads the plugin: clang -flto -fuse-ld=lld")
    elif parts.lld:
        report.add(_BETTER, "LTO", f"{parts.lld} does not take the plugin; linked programs are clang's own")
    else:
        report.add(
            _BETTER, "LTO", f"no ld.lld of this LLVM; apt-get install lld-{found.major}, smartopt --build-plugin"
        )
    return known


def _launcher(report: _Report) -> None:
    path = shutil.which(_LAUNCHER)
    if path is None:
        report.add(_BETTER, "launcher", f"{_LAUNCHER} is not in the PATH; name it by its full path in builds")
        return
    try:
        with open(path, "rb") as file:
            native = file.read(4) == b"\x7fELF"
    except OSError as error:
        report.add(_BETTER, "launcher", f"{path}: {error.strerror}")
        return
    if native:
        report.add(_OK, "launcher", f"{path}, native")
    else:
        report.add(_BETTER, "launcher", f"{path}, a script; with a C compiler, pip installs a faster one")


def _servers(report: _Report) -> None:
    try:
        servers = running(servers_folder())
    except OSError:
        servers = []
    for server in servers:
        since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(server.since)) if server.since else "an unknown time"
        text = f"process {server.process}, running since {since}"
        if server.stopped or server.path.endswith(".silent"):
            report.add(_BETTER, "server", f"{text}, does not answer; smartopt --stop-server ends it")
        else:
            report.add(_OK, "server", text)
    if not servers:
        off = os.environ.get("SMARTOPT_SERVER") == "0"
        why = (
            "off, because SMARTOPT_SERVER is 0: each module starts a process"
            if off
            else "none runs; the next build starts one"
        )
        report.add(_BETTER if off else _OK, "server", why)


def _state(report: _Report) -> None:
    """The state folder holds what is remembered: a build does without it, and is slower."""
    try:
        path = state_dir()
    except OSError as error:
        report.add(_BETTER, "state", f"{error}")
        return
    at = path
    while not os.path.lexists(at) and os.path.dirname(at) != at:
        at = os.path.dirname(at)
    about = os.stat(at)
    if not os.access(at, os.W_OK):
        report.add(_BETTER, "state", f"{at} cannot be written; set SMARTOPT_DIR to a private folder")
    elif at != path:
        report.add(_OK, "state", f"{path}, will be made")
    elif os.path.islink(path) or about.st_uid != os.geteuid() or stat.S_IMODE(about.st_mode) & 0o022:
        report.add(_BETTER, "state", f"{path} is a link or not private; set SMARTOPT_DIR to a private folder")
    else:
        report.add(_OK, "state", f"{path}, private and writable")


def _model(report: _Report) -> None:
    model = os.environ.get("SMARTOPT_MODEL", "")
    if model in ("", "none"):
        report.add(_OK, "model", "the packaged one" if not model else "none; a fixed ranking proposes pass lists")
    elif os.path.exists(model):
        report.add(_OK, "model", model)
    else:
        report.add(_BETTER, "model", f"SMARTOPT_MODEL names nothing that exists: {model}")
