"""The build's environment is not ours: the programs as pip installs them, under another Python's variables.

Foreign libraries, odd locales, ignored signals and tight limits, too: the compile goes on, and what we start sees all
of it unchanged.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from smartopt.driver.processes import WaitableChildren
from smartopt.errors import WorkerError
from smartopt.records import dataclass
from smartopt.worker.process import WorkerProcess
from smartopt.worker.protocol import Handlers, Request

from .conftest import ROOT, Pair

Fake = Callable[[str], Path]

SCRIPT = ROOT / "wrappers" / "bin" / "smartopt-clang"
PROGRAMS = ("smartopt", "smartopt-clang", "smartopt-clang++")


def install(folder: Path, native: Path | None = None) -> Path:
    """The programs as pip puts them into a folder, beside one of those that it makes itself; smartopt is in ``..``.

    ``native`` is a folder with the drivers as native programs, if they shall be that.
    """
    folder.mkdir(parents=True)
    for name in PROGRAMS:
        shutil.copy(native / name if native and name != "smartopt" else SCRIPT, folder / name)
    (folder / "smartopt-lab").write_text(f"#!{sys.executable}\n")
    (folder.parent / "smartopt").symlink_to(ROOT / "smartopt")
    return folder


@pytest.fixture(params=["script", "native"])
def installed(pair: Pair, request: pytest.FixtureRequest, native_doors: Path) -> Pair:
    pair.doors = install(pair.home / "with a space" / "bin", native_doors if request.param == "native" else None)
    return pair


PYTHONS = {
    "PYTHONHOME": "{home}",
    "PYTHONPATH": "{home}/lib",
    "PYTHONSTARTUP": "/no/such",
    "PYTHONMALLOC": "nonsense",
    "PYTHONUTF8": "nonsense",
    "PYTHONHASHSEED": "nonsense",
    "PYTHONOPTIMIZE": "2",
    "PYTHONWARNINGS": "error",
    "PYTHONINSPECT": "1",
    "PYTHONVERBOSE": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONPLATLIBDIR": "nowhere",
}


def another_python(pair: Pair) -> dict[str, str]:
    """The variables that emscripten's, say, would have; its library would end ours at the first import."""
    library = pair.home / "other" / "lib"
    library.mkdir(parents=True)
    for name in ("__future__", "os", "encodings", "_signal", "smartopt"):
        (library / f"{name}.py").write_text("all_feature_names = []\nraise SystemExit(9)\n")
    return {name: value.format(home=library.parent) for name, value in PYTHONS.items()}


@pytest.mark.parametrize("args", [["--version"], ["-O2", "-c", "a.c"], ["-Oz", "-c", "a.c"]])
def test_another_python(installed: Pair, args: list[str]) -> None:
    reasons = installed.same(*args, env=another_python(installed))
    assert ("winner.oz" in reasons) == ("-Oz" in args)


def test_smartopt_under_another_python(installed: Pair) -> None:
    installed.fresh()
    done = installed.run(str(installed.doors / "smartopt"), "--version", env=another_python(installed))
    assert (done.code, done.stdout[:9], done.stderr) == (0, b"smartopt ", b"")


def test_what_we_start_sees_it_all(installed: Pair, fake: Fake) -> None:
    fake('env -u _ -u SMARTOPT_WITHIN -u PWD -u SHLVL -u OLDPWD | sort > "env.$(date +%N)"')
    foreign = {**another_python(installed), "LD_LIBRARY_PATH": str(installed.home), "LC_ALL": "xx_YY.ISO-8859-1"}
    (installed.home / "libpython3.9.so").touch()
    for args in (["-Oz", "-c", "a.c"], ["-O2", "-c", "a.c"]):
        installed.ours(*args, env=foreign)
        seen = [path.read_text() for path in installed.work.glob("env.*")]
        assert seen
        assert all(text == "".join(sorted(f"{n}={v}\n" for n, v in installed.env(foreign).items())) for text in seen)


def test_a_python_library_that_ends_ours(installed: Pair, fake: Fake) -> None:
    """Where our Python does not start with LD_LIBRARY_PATH, it starts without; clang has it all the same."""
    python = installed.home / "python"
    python.write_text(f'#!/bin/sh\n[ -z "${{LD_LIBRARY_PATH-}}" ] || exit 1\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    (installed.doors / "smartopt-lab").write_text(f"#!{python}\n")
    (installed.home / "libpython3.11.so.1.0").touch()
    fake('echo "$LD_LIBRARY_PATH" > "seen.$(date +%N)"')
    for args in (["-Oz", "-c", "a.c"], ["-O2", "-c", "a.c"]):
        done = installed.ours(*args, env={"LD_LIBRARY_PATH": f"/nowhere:{installed.home}"})
        assert (done.code, done.stderr) == (0, b"")
        seen = [path.read_text() for path in installed.work.glob("seen.*")]
        assert seen
        assert set(seen) == {f"/nowhere:{installed.home}\n"}


class TestFound:
    """The script finds its Python wherever it is called from."""

    def compile(self, pair: Pair, program: str, **env: str) -> dict[str, int]:
        pair.fresh()
        done = pair.run(program, "-Oz", "-c", "a.c", env={"PYTHONHOME": "/no/such", **env})
        assert (done.code, done.stderr, "a.o" in done.tree) == (0, b"", True)
        return pair.counted()

    def test_by_links(self, installed: Pair) -> None:
        folder = installed.home / "links"
        folder.mkdir()
        (folder / "first").symlink_to(os.path.relpath(installed.doors / "smartopt-clang", folder))
        (folder / "clang").symlink_to("first")
        assert self.compile(installed, str(folder / "clang"))["winner.oz"] == 1

    def test_by_its_name_alone(self, installed: Pair) -> None:
        """Also where nothing else is in the PATH."""
        installed.fresh()
        for name in ("smartopt-clang", "clang"):
            if name == "clang":
                (installed.home / "only").mkdir()
                (installed.home / "only" / name).symlink_to(installed.doors / "smartopt-clang")
            path = str(installed.home / "only" if name == "clang" else installed.doors)
            script = f'PATH="{path}"; export PATH; {name} -Oz -c a.c'
            subprocess.run(["/bin/sh", "-c", script], cwd=installed.work, env=installed.env(), check=True)
        assert installed.counted()["winner.oz"] == 2

    def test_in_a_virtual_environment(self, pair: Pair) -> None:
        """Its own Python serves, whatever other programs say."""
        folder = install(pair.home / "venv" / "bin")
        (folder / "smartopt-lab").write_text("#!/bin/false\n")
        shutil.copy(Path(sys.prefix) / "pyvenv.cfg", folder.parent)
        (folder / "python3").symlink_to(os.path.realpath(sys.executable))
        libraries = folder.parent / "lib"
        libraries.mkdir()
        (libraries / f"python{sys.version_info[0]}.{sys.version_info[1]}").symlink_to(
            Path(sys.prefix) / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
        )
        assert self.compile(pair, str(folder / "smartopt-clang"))["winner.oz"] == 1

    @pytest.mark.parametrize(
        "form", ["#!/bin/sh\n'''exec' \"{}\" \"$0\" \"$@\"\n' '''\n", "#!/bin/sh\n'''exec' {} \"$0\" \"$@\"\n"]
    )
    def test_where_pip_wrote_it_into_the_second_line(self, installed: Pair, form: str) -> None:
        (installed.doors / "smartopt-lab").write_text(form.format(sys.executable))
        assert self.compile(installed, installed.door(), PATH="/nowhere")["winner.oz"] == 1

    def test_from_the_checkout(self, pair: Pair) -> None:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        assert self.compile(pair, str(SCRIPT), PATH=path)["winner.oz"] == 1


class TestDamaged:
    """Without smartopt a build goes on with clang."""

    def damaged(self, pair: Pair, what: str) -> None:
        if what == "package":
            (pair.doors.parent / "smartopt").unlink()
            package = pair.doors.parent / "smartopt"
            package.mkdir()
            (package / "__init__.py").write_text("raise ImportError('half of it is gone')\n")
            python = pair.home / "python"  # one that has no other smartopt
            python.write_text(f'#!/bin/sh\nshift\nexec {sys.executable} -I -S "$@"\n')
            python.chmod(0o755)
            (pair.doors / "smartopt-lab").write_text(f"#!{python}\n")
        else:
            (pair.doors / "smartopt-lab").unlink()
            pair.environment["PATH"] = str(
                Path(pair.clang).parent
            )  # hides nothing where a Python is installed there, too
            text = SCRIPT.read_text().replace("command -v python3", "false")
            for path in pair.doors.iterdir():
                if path.read_bytes().startswith(b"#!"):
                    path.write_text(text)

    @pytest.mark.parametrize("what", ["package", "python"])
    def test_clang_goes_on(self, installed: Pair, what: str) -> None:
        self.damaged(installed, what)
        for args in (["-Oz", "-c", "a.c"], ["--version"], ["-c", "missing.c"]):
            assert installed.same(*args) == set()

    def test_not_for_ever(self, installed: Pair) -> None:
        self.damaged(installed, "package")
        folder = installed.home / "links"
        folder.mkdir()
        (folder / "clang").symlink_to(installed.doors / "smartopt-clang")
        installed.fresh()
        done = installed.run(str(folder / "clang"), "-Oz", "-c", "a.c", env={"SMARTOPT_CLANG": str(folder / "clang")})
        assert (done.code, done.stderr.count(b"\n")) == (127, 1)


def test_the_three_programs_are_one_file() -> None:
    for name in PROGRAMS:
        assert (SCRIPT.parent / name).read_bytes() == SCRIPT.read_bytes()
        assert os.access(SCRIPT.parent / name, os.X_OK)
    setup = (ROOT / "pyproject.toml").read_text()
    assert all(f'"wrappers/bin/{name}"' in setup for name in PROGRAMS)
    assert re.search(r'^#!/bin/sh\n.*exec "\$python" -I ', SCRIPT.read_text(), re.DOTALL)


@dataclass(frozen=True)
class Work(Request["int"]):
    """Wait for a child's own child, or crash."""

    crash: bool


class Working:
    """A service that does."""

    def __init__(self, process: WorkerProcess) -> None:
        self.handlers: Handlers = {Work: self.work}

    def work(self, request: Work) -> int:
        if request.crash:
            os.kill(os.getpid(), signal.SIGSEGV)
        return os.system("exit 3") >> 8  # children can be waited for in it


class TestSignals:
    def ignoring(self, pair: Pair, *numbers: signal.Signals) -> Callable[..., subprocess.CompletedProcess[bytes]]:
        def ignore() -> None:
            for number in numbers:
                signal.signal(number, signal.SIG_IGN)

        def run(program: str, *args: str) -> subprocess.CompletedProcess[bytes]:
            command = [program, *args]
            return subprocess.run(
                command, cwd=pair.work, env=pair.env(), preexec_fn=ignore, capture_output=True, check=False, timeout=60
            )

        return run

    @pytest.mark.parametrize("select", ["baseline", "auto"])
    def test_the_ends_of_children_are_ignored(self, pair: Pair, select: str) -> None:
        """Python's multiprocessing pools and some daemons start builds so. (Some shells undo it: not by our script.)"""
        pair.environment["SMARTOPT_SELECT"] = select
        pair.fresh()
        done = self.ignoring(pair, signal.SIGCHLD)(pair.door(), "-Oz", "-c", "a.c")
        assert (done.returncode, done.stderr, (pair.work / "a.o").exists()) == (0, b"", True)
        counted = pair.counted()
        assert sum(counted.get(f"winner.{name}", 0) for name in ("oz", "plan", "module")) == 1
        assert not [name for name in counted if name.startswith(("reason.driver", "reason.trial"))]

    def test_they_are_again_for_the_clang_that_we_become(self) -> None:
        before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        try:
            with WaitableChildren():
                assert signal.getsignal(signal.SIGCHLD) == signal.SIG_DFL
            assert signal.getsignal(signal.SIGCHLD) == signal.SIG_IGN
        finally:
            signal.signal(signal.SIGCHLD, before)
        with WaitableChildren():
            assert signal.getsignal(signal.SIGCHLD) == before

    @pytest.mark.parametrize("crash", [False, True])
    def test_a_worker_outside_the_driver(self, crash: bool) -> None:
        """In a program of somebody else's, whose signals are not ours to set."""
        before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        worker = WorkerProcess(Working)
        try:
            if crash:
                with pytest.raises(WorkerError):
                    worker.call(Work(crash))
            else:
                assert worker.call(Work(crash)) == 3
        finally:
            worker.close()
            signal.signal(signal.SIGCHLD, before)

    def test_all_others(self, installed: Pair) -> None:
        numbers = [getattr(signal, f"SIG{name}") for name in "INT TERM HUP ALRM PIPE PROF XCPU USR1 QUIT".split()]
        installed.fresh()
        done = self.ignoring(installed, *numbers)(installed.door(), "-Oz", "-c", "a.c")
        assert (done.returncode, done.stderr) == (0, b"")
        assert installed.counted()["winner.oz"] == 1

    def test_smartopt(self, installed: Pair) -> None:
        (installed.fresh() / "in.ll").write_bytes(b"define i32 @f(i32 %x) minsize optsize {\n ret i32 %x\n}\n")
        run = self.ignoring(installed, signal.SIGCHLD)
        done = run(str(installed.doors / "smartopt"), "in.ll", "-S", "--engine", "opt")
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"@f" in done.stdout


LIMITS = [
    (resource.RLIMIT_STACK, 256 << 10),
    (resource.RLIMIT_NOFILE, 16),
    (resource.RLIMIT_NOFILE, 12),
    (resource.RLIMIT_FSIZE, 0),
    (resource.RLIMIT_AS, 100 << 20),
    (resource.RLIMIT_AS, 600 << 20),
]


@pytest.mark.parametrize(("limit", "value"), LIMITS)
def test_limits(installed: Pair, limit: int, value: int) -> None:
    """The same end as clang's."""
    ends = []
    for program in (installed.clang, installed.door()):
        installed.fresh()
        done = subprocess.run(
            [program, "-Oz", "-c", "a.c"],
            cwd=installed.work,
            env=installed.env(),
            preexec_fn=lambda: resource.setrlimit(limit, (value, value)),
            capture_output=True,
            check=False,
            timeout=60,
        )
        made = installed.work / "a.o"
        ends.append((done.returncode, made.read_bytes() if made.exists() else None))
    assert ends[0] == ends[1]


@pytest.mark.parametrize("args", [["-Oz", "-c", "a.c"], ["-O2", "-c", "a.c"]])
@pytest.mark.parametrize("closed", ["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_closed_streams(installed: Pair, args: list[str], closed: str) -> None:
    installed.fresh()
    words = ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", installed.door(), *args]
    assert subprocess.run(words, cwd=installed.work, env=installed.env(), check=False).returncode == 0
    assert (installed.work / "a.o").read_bytes().startswith(b"\x7fELF")


def test_any_umask(installed: Pair) -> None:
    """The object has the user's mode; what smartopt keeps for itself stays its own, and readable to it."""
    installed.environment.pop("SMARTOPT_DIR")
    installed.environment["XDG_CACHE_HOME"] = str(installed.home / "cache")
    for program in (installed.clang, installed.door()):
        installed.fresh()
        command = [program, "-Oz", "-c", "a.c"]
        subprocess.run(command, cwd=installed.work, env=installed.env(), umask=0o777, check=True)
        assert stat.S_IMODE((installed.work / "a.o").stat().st_mode) == 0
    kept = list((installed.home / "cache").rglob("*"))
    assert {path.name for path in kept} >= {"smartopt", "stats"}
    for path in (installed.home / "cache", *kept):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


@pytest.mark.parametrize("home", [None, "/proc", "relative", ""])
def test_no_home(installed: Pair, home: str | None) -> None:
    del installed.environment["SMARTOPT_DIR"]
    if home is None:
        del installed.environment["HOME"]
    else:
        installed.environment["HOME"] = home
    installed.fresh()
    done = installed.run(installed.door(), "-Oz", "-c", "a.c", env={"XDG_CACHE_HOME": "/proc/no/such"})
    assert (done.code, done.stderr, "a.o" in done.tree) == (0, b"", True)
