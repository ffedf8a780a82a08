"""Entry points of ``smartopt-clang`` and ``smartopt-clang++``, which stand in for ``clang`` and ``clang++``.

Most calls are left to clang (probes, links, other levels): they become the real clang at once, with the arguments
untouched, and are counted by their reason. Modules are therefore imported only when needed: no typer, no rich, no
numpy, no subprocess, and no flag table where no argument says -Os or -Oz. smartopt itself writes nothing to stdout or
stderr, except where there is no clang to hand over to.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # typing takes four milliseconds to import
if TYPE_CHECKING:
    from .launch_rule import Decision
    from .real_clang import Compiler

__all__ = ["main_c", "main_cxx", "run_c", "run_cxx"]

_SPECIAL = ("DEPENDENCIES_OUTPUT", "SUNPRO_DEPENDENCIES", "CCC_", "CC_PRINT_", "CC_LOG_", "CLANG_SPAWN_CC1")
"""Environment variables that make clang print or write more than an object (some by their beginning)."""
_PROCESSES_EACH = 16
"""Processes that a build needs for each processor at most, its own compiles among them; generously."""
_ARGUMENTS_LIMIT = 1 << 20
"""Bytes of arguments beyond which only a response file would do (Linux: 2 MiB with the environment)."""


def main_c(program: str | None = None) -> int:
    """Stand in for ``clang``; returns the exit code, unless this process becomes clang.

    ``program`` is the name by which we were called; None takes it from ``sys.argv[0]``.
    """
    return _guarded(False, program, sys.argv[1:])


def main_cxx(program: str | None = None) -> int:
    """Stand in for ``clang++``; arguments and result as for :func:`main_c`."""
    return _guarded(True, program, sys.argv[1:])


def run_c(program: str | None = None) -> None:
    """The program ``smartopt-clang``.

    It exits with ``os._exit``, because Python's normal shutdown takes milliseconds.
    """
    os._exit(main_c(program))


def run_cxx(program: str | None = None) -> None:
    """The program ``smartopt-clang++``; ends as :func:`run_c`."""
    os._exit(main_cxx(program))


def _guarded(cxx: bool, program: str | None, arguments: list[str]) -> int:
    try:
        return _main(cxx, program or sys.argv[0], arguments)
    except KeyboardInterrupt:  # Ctrl-C before our own handlers are set, or after
        from .processes import die_by

        die_by(2)
        return 130


def _main(cxx: bool, program: str, arguments: list[str]) -> int:
    from ..ourselves import note_detour
    from .launch_rule import INSIDE, BadLevel
    from .real_clang import compiler_for, launched, may_lead_back

    _restore_locale()
    compiler = launched(arguments) if arguments else None
    if compiler is not None:
        arguments = arguments[1:]
    else:
        compiler = compiler_for(program, cxx)
        if compiler is not None and may_lead_back(compiler.path):
            note_detour(compiler.path)
    if compiler is None:
        name = "clang++" if cxx else "clang"
        line = f"smartopt-{name}: no {name} was found; install clang-22, or name one in SMARTOPT_CLANG\n"
        os.write(2, line.encode())
        return 127
    try:
        decision = _decide(compiler, arguments)
    except BadLevel as error:
        os.write(2, os.fsencode(f"smartopt-{'clang++' if cxx else 'clang'}: {error}\n"))
        return 2
    reason = decision.reason
    if decision.plugin:
        os.environ[INSIDE] = "1"
    elif compiler.reason and reason != "disabled":
        reason = compiler.reason
    elif not reason:
        try:
            done = _compile(compiler, decision.arguments)
        except Exception:
            done = "driver-internal-error"  # for example because smartopt was removed or replaced meanwhile
        if isinstance(done, int):
            if done == 0 and decision.lacks_plugin:
                _build_plugin(compiler.path)
            return done
        reason = done
    return _become(compiler, decision.arguments, reason)


def _decide(compiler: Compiler, arguments: list[str]) -> Decision:
    """What to start. Raises BadLevel."""
    from .launch_rule import decide
    from .program_name import parse

    name = parse(compiler.called)
    is_clang = not compiler.reason and "clang" in os.path.basename(os.path.realpath(compiler.path))
    return decide(arguments, compiler.path, name.target if name else "", is_clang)


def _compile(compiler: Compiler, arguments: list[str]) -> int | str:
    """Compile if the command line is eligible; clang's exit code, or the reason to run the original command."""
    if not _may_start_processes():
        return "driver-limits"
    from .configure_probes import is_probe
    from .flags import NotEligible, classify, load_table
    from .real_clang import major_of
    from .response_files import ResponseFileError, expand

    if any(name.startswith(_SPECIAL) for name in os.environ):
        return "driver-environment"
    clang = compiler.path
    major = major_of(clang)
    try:
        table = None if major is None else load_table(major)
    except OSError:
        return "driver-internal-error"  # for example because smartopt was removed meanwhile
    if table is None:
        return "driver-clang-version"
    try:
        expanded = expand([*compiler.arguments, *arguments])
        if sum(map(len, expanded)) > _ARGUMENTS_LIMIT:
            return "driver-response-file"
        command = classify(expanded, table)
        if _has_config(clang):
            return "driver-mode"
    except NotEligible as no:
        _log(no, arguments)
        return no.reason
    except (ResponseFileError, OSError):
        return "driver-response-file"
    try:
        for number in (0, 1, 2):
            os.fstat(number)
    except OSError:
        return "driver-closed-stream"
    try:
        folder = os.getcwd()
    except OSError:
        folder = ""
    if is_probe(command.source, folder):
        return "driver-probe"
    from .compile import compile_one
    from .fallback import Fallback, Interrupted
    from .processes import die_by

    try:
        return compile_one(clang, command, compiler.called)
    except Fallback as fallback:
        _log(fallback, arguments)
        return fallback.reason
    except Interrupted as signal:
        die_by(signal.number)
        return 128 + signal.number


def _may_start_processes() -> bool:
    """Whether there may be as many processes as ours and our clangs: else make itself could find that it can start no
    more. As mayStartProcesses in wrappers/plugin/exchange.cpp.
    """
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_NPROC)
    enough = _PROCESSES_EACH * ((os.cpu_count() or 1) + 4)
    return limit == resource.RLIM_INFINITY or limit >= enough or os.geteuid() == 0


def _build_plugin(clang: str) -> None:
    """Have the plugin for a clang built in the background, if that was not tried today. Nothing may go wrong here."""
    try:
        from .plugin.descriptor import begin_attempt

        if begin_attempt(clang):
            from .plugin.first_build import begin

            begin(clang)
    except Exception:
        pass  # the compile is done; the next one begins again


def _has_config(clang: str) -> bool:
    """Whether a configuration file beside clang may add flags unseen (clang's manual, "Configuration files")."""
    for folder in {os.path.dirname(os.path.realpath(clang)), os.path.dirname(clang)}:
        try:
            names = "/".join(os.listdir(folder))  # of a thousand programs: one search is faster than a thousand
        except OSError:
            continue
        if ".cfg/" in f"{names}/":
            return True
    return False


def _become(compiler: Compiler, arguments: list[str], reason: str) -> int:
    """Become the real compiler; returns exit code 126 if it cannot be started.

    ``reason`` is why smartopt has no part in it, which is counted; empty if it has.
    """
    # The module signal takes longer to import than everything else here, because of its enums.
    import _signal  # type: ignore[import-not-found]

    if reason:
        try:
            from ..state.statistics import record

            record({"runs": 1, "reason": {reason: 1}})
        except Exception:
            pass  # perhaps no descriptor is left, or smartopt was removed meanwhile; clang can still run
    for number in (_signal.SIGPIPE, _signal.SIGXFSZ):
        _signal.signal(number, _signal.SIG_DFL)  # Python ignores them, and exec would pass that on
    try:
        compiler.become(arguments)
    except OSError as error:
        os.write(2, os.fsencode(f"smartopt: cannot run {compiler.path}: {error.strerror}\n"))
    return 126


def _restore_locale() -> None:
    """Remove the locale that Python may have put into the environment (PEP 538)."""
    if os.environ.get("LC_CTYPE") in ("C.UTF-8", "C.utf8", "UTF-8") and "LC_ALL" not in os.environ:
        try:
            with open("/proc/self/environ", "rb") as file:
                if not any(entry.startswith(b"LC_CTYPE=") for entry in file.read().split(b"\0")):
                    del os.environ["LC_CTYPE"]
        except OSError:
            pass


def _log(why: Exception, arguments: list[str]) -> None:
    if os.environ.get("SMARTOPT_LOGFILE"):
        try:
            from ..state.artifacts import log

            log(f"clang itself: {why}", arguments)
        except Exception:
            pass  # a log that cannot be written is no reason to fail
