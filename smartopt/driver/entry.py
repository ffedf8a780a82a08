"""The clang door: ``smartopt-clang`` and ``smartopt-clang++`` stand in for ``clang`` and ``clang++``.

Most calls are none of our business (probes, links, other levels): they become the real clang at once, with
the arguments untouched, and are counted by their reason. So nothing is imported here before it is needed: no
typer, no rich, no numpy, no subprocess, and no flag table where no word says -Os or -Oz.
smartopt itself writes nothing to stdout or stderr, except where there is no clang to hand over to.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # as in the driver
if TYPE_CHECKING:
    from .real_clang import Compiler

__all__ = ["main_c", "main_cxx", "run_c", "run_cxx"]

_QUERIES = ("--version", "-v", "-###", "-V", "-qversion", "--help", "-help")
_STAGES = ("-E", "-S", "-M", "-MM", "-fsyntax-only", "--analyze")
_SPECIAL = ("DEPENDENCIES_OUTPUT", "SUNPRO_DEPENDENCIES", "CCC_", "CC_PRINT_", "CC_LOG_", "CLANG_SPAWN_CC1")
"""Environment variables that make clang print or write more than an object (some by their beginning)."""
_ARGUMENTS_LIMIT = 1 << 20
"""Bytes of arguments beyond which only a response file would do (Linux: 2 MiB with the environment)."""


def main_c(program: str | None = None) -> int:
    """Stand in for ``clang``; returns the exit code, where it does not become clang.

    ``program`` is the name by which we were called, where ``sys.argv[0]`` is not.
    """
    return _guarded(False, program, sys.argv[1:])


def main_cxx(program: str | None = None) -> int:
    """Stand in for ``clang++``; returns the exit code, where it does not become clang."""
    return _guarded(True, program, sys.argv[1:])


def run_c(program: str | None = None) -> None:
    """The program ``smartopt-clang``. It ends at once: Python's tidying up takes milliseconds and is of no use here."""
    os._exit(main_c(program))


def run_cxx(program: str | None = None) -> None:
    """The program ``smartopt-clang++``."""
    os._exit(main_cxx(program))


def _guarded(cxx: bool, program: str | None, words: list[str]) -> int:
    try:
        return _main(cxx, program or sys.argv[0], words)
    except KeyboardInterrupt:  # Ctrl-C before our own handlers stand, or after
        from .compile import die_by

        die_by(2)
        return 130


def _main(cxx: bool, program: str, words: list[str]) -> int:
    from ..ourselves import note_detour
    from .real_clang import compiler_for, launched, may_lead_back

    _restore_locale()
    compiler = launched(words) if words else None
    if compiler is not None:
        words = words[1:]
    else:
        compiler = compiler_for(program, cxx)
        if compiler is not None and may_lead_back(compiler.path):
            note_detour(compiler.path)
    if compiler is None:
        name = "clang++" if cxx else "clang"
        line = f"smartopt-{name}: no {name} was found; install clang-22, or name one in SMARTOPT_CLANG\n"
        os.write(2, line.encode())
        return 127
    reason = _plainly_not_ours(words)
    if compiler.reason and reason != "disabled":
        reason = compiler.reason
    if reason is None:
        try:
            done = _compile(compiler, words)
        except Exception:
            done = "driver-internal-error"  # smartopt was removed or replaced meanwhile, say
        if isinstance(done, int):
            return done
        reason = done
    return _become(compiler, words, reason)


def _plainly_not_ours(words: list[str]) -> str | None:
    """The reason why clang should run this, where a look at the words tells; None where it does not."""
    if os.environ.get("SMARTOPT_DISABLE", "0") not in ("", "0"):
        return "disabled"
    if words and words[0].startswith("-cc1"):
        return "driver-internal"
    if any(word.startswith("@") for word in words):
        return None
    if "-Os" in words or "-Oz" in words:
        return None if "-c" in words or "--compile" in words else _other(words, "driver-no-compile")
    return _other(words, "driver-not-size" if "-c" in words else "driver-no-compile")


def _other(words: list[str], otherwise: str) -> str:
    """A more telling reason than ``otherwise``, where some word gives one."""
    for word in words:
        if word in _QUERIES or word.startswith(("-print-", "--print-", "-dump")):
            return "driver-query"
        if word in _STAGES:
            return "driver-stage"
    return otherwise if words else "driver-query"


def _compile(compiler: Compiler, words: list[str]) -> int | str:
    """Compile if the command line is eligible: clang's exit code, or the reason to run the original."""
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
        return "driver-internal-error"  # smartopt was removed meanwhile, say
    if table is None:
        return "driver-clang-version"
    try:
        expanded = expand([*compiler.words, *words])
        if sum(map(len, expanded)) > _ARGUMENTS_LIMIT:
            return "driver-response-file"
        command = classify(expanded, table)
        if _has_config(clang):
            return "driver-mode"
        for number in (0, 1, 2):
            os.fstat(number)
    except NotEligible as no:
        _log(no, words)
        return no.reason
    except ResponseFileError:
        return "driver-response-file"
    except OSError:
        return "driver-closed-stream"
    from .compile import compile_one, die_by
    from .fallback import Fallback, Interrupted

    try:
        return compile_one(clang, command, compiler.called)
    except Fallback as fallback:
        _log(fallback, words)
        return fallback.reason
    except Interrupted as signal:
        die_by(signal.number)
        return 128 + signal.number


def _has_config(clang: str) -> bool:
    """Whether a configuration file may add flags unseen (clang's manual, "Configuration files")."""
    for folder in {os.path.dirname(os.path.realpath(clang)), os.path.dirname(clang)}:
        try:
            names = "/".join(os.listdir(folder))  # a thousand programs: one search is quicker than a thousand
        except OSError:
            continue
        if ".cfg/" in f"{names}/":
            return True
    return False


def _become(compiler: Compiler, words: list[str], reason: str) -> int:
    """Become the real compiler, as if we had never been there; returns only if it cannot be started."""
    # Not signal: its enums cost more than all the rest here.
    import _signal  # type: ignore[import-not-found]

    try:
        from ..state.statistics import record

        record({"runs": 1, "reason": {reason: 1}})
    except Exception:
        pass  # no descriptor is left, say, or smartopt was removed meanwhile: clang may well do without
    for number in (_signal.SIGPIPE, _signal.SIGXFSZ):
        _signal.signal(number, _signal.SIG_DFL)  # Python ignores them, and exec would hand that on
    try:
        compiler.become(words)
    except OSError as error:
        os.write(2, os.fsencode(f"smartopt: cannot run {compiler.path}: {error.strerror}\n"))
    return 126


def _restore_locale() -> None:
    """Take out of the environment the locale that Python may have put into it (PEP 538)."""
    if os.environ.get("LC_CTYPE") in ("C.UTF-8", "C.utf8", "UTF-8") and "LC_ALL" not in os.environ:
        try:
            with open("/proc/self/environ", "rb") as file:
                if not any(entry.startswith(b"LC_CTYPE=") for entry in file.read().split(b"\0")):
                    del os.environ["LC_CTYPE"]
        except OSError:
            pass


def _log(why: Exception, words: list[str]) -> None:
    if os.environ.get("SMARTOPT_LOGFILE"):
        try:
            from ..state.artifacts import log

            log(f"clang itself: {why}", words)
        except Exception:
            pass  # as above
