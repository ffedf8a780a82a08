"""Being a process among others (CASES.md 64 to 71): signals, streams, environment, and trouble of every kind."""

from __future__ import annotations

import fcntl
import os
import pty
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from smartopt.driver.fallback import Interrupted
from smartopt.driver.processes import Clangs, SignalHandlers

from .conftest import C_SOURCE, ROOT, Pair

Fake = Callable[[str], Path]


def at(stage: str, what: str) -> str:
    """Shell that does ``what`` in the front end's or the back end's call only."""
    pattern = "*-emit-llvm*" if stage == "front" else "*'-x ir'*"
    return f'case "$*" in {pattern}) {what};; esac'


class TestCase64:
    """A child that dies by a signal."""

    def test_the_same_end_where_clang_itself_dies(self, pair: Pair, fake: Fake) -> None:
        fake("kill -SEGV $$")
        for args in (["-Oz", "-c", "a.c"], ["-O2", "-c", "a.c"], ["--version"]):
            assert pair.ours(*args).code == -signal.SIGSEGV

    @pytest.mark.parametrize("stage", ["front", "back"])
    @pytest.mark.parametrize("number", ["KILL", "SEGV", "TERM"])
    def test_the_original_where_only_our_way_dies(self, pair: Pair, fake: Fake, stage: str, number: str) -> None:
        fake(at(stage, f"kill -{number} $$"))
        pair.files = {"a.c": f"#warning once\n{C_SOURCE}"}
        assert pair.same("-Oz", "-c", "a.c") == {"driver-child-killed"}


@pytest.mark.parametrize("stage", ["front", "back"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_case_65_we_are_interrupted(pair: Pair, fake: Fake, stage: str, number: signal.Signals) -> None:
    log = fake(at(stage, "echo $$ >> pids; exec sleep 60"))
    pair.files = {"a.c": C_SOURCE, "a.o": "stale"}
    pair.fresh()
    process = subprocess.Popen(
        [pair.door(), "-Oz", "-c", "a.c"],
        cwd=pair.work,
        env=pair.env(),
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),  # nohup's children ignore SIGHUP
    )
    pids = pair.work / "pids"
    deadline = time.monotonic() + 30
    while not (pids.exists() and pids.read_text().strip()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert log.read_text()
    time.sleep(0.05)
    process.send_signal(number)
    assert process.wait(10) == -number
    child = int(pids.read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
    pids.unlink()
    assert sorted(path.name for path in pair.work.iterdir()) == ["a.c", "a.o"]


def test_case_66_many_at_once_in_one_folder(pair: Pair) -> None:
    count = 12
    pair.files = {f"f{n}.c": C_SOURCE.replace("9", str(n + 3)) for n in range(count)}
    pair.fresh()
    expected = {}
    for number in range(count):
        pair.run(pair.clang, "-Oz", "-c", f"f{number}.c", "-o", "x.o")
        expected[number] = (pair.work / "x.o").read_bytes()
    (pair.work / "x.o").unlink()
    with ThreadPoolExecutor(count) as pool:
        command = [pair.door(), "-Oz", "-c"]
        runs = pool.map(
            lambda n: subprocess.run([*command, f"f{n}.c"], cwd=pair.work, env=pair.env(), check=False), range(count)
        )
        assert [run.returncode for run in runs] == [0] * count
    assert {n: (pair.work / f"f{n}.o").read_bytes() for n in range(count)} == expected
    assert len(list(pair.work.iterdir())) == 2 * count
    assert pair.counted()["winner.oz"] == count


@pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
@pytest.mark.parametrize("flags", [[], ["-fno-color-diagnostics"], ["-fdiagnostics-color=always"]])
def test_case_67_colour_on_a_terminal(pair: Pair, term: str, flags: list[str]) -> None:
    pair.files = {"a.c": "#warning a rather long warning that a narrow terminal wants to have wrapped\nint f(int);\n"}

    def shown(program: str, columns: str) -> bytes:
        pair.fresh()
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [program, "-Oz", "-Wall", "-c", "a.c", *flags],
            cwd=pair.work,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=pair.env({"TERM": term, "COLUMNS": columns}),
        )
        os.close(theirs)
        text = b""
        while True:
            try:
                more = os.read(ours, 65536)
            except OSError:
                break
            if not more:
                break
            text += more
        os.close(ours)
        assert process.wait(30) == 0
        return text

    for columns in ("40", ""):
        text = shown(pair.door(), columns)
        assert text == shown(pair.clang, columns)
        assert (b"\x1b[" in text) == (flags[-1:] == ["-fdiagnostics-color=always"] or (term != "dumb" and not flags))
    assert pair.counted()["winner.oz"] == 2


@pytest.mark.parametrize("major", [22, 19])
@pytest.mark.parametrize("variables", [{}, {"COLUMNS": "30"}, {"COLUMNS": "x"}, {"NO_COLOR": "1"}, {"NO_COLOR": ""}])
@pytest.mark.parametrize("piped", [False, True])
def test_case_67_a_terminal_of_some_width(pair: Pair, major: int, variables: dict[str, str], piped: bool) -> None:
    """Newer clangs ask standard output, old ones do not."""
    pair.use(major)
    pair.files = {"a.c": "#warning a rather long warning that a narrow terminal wants to have wrapped\nint f(int);\n"}
    texts = []
    for program in (pair.clang, pair.door()):
        pair.fresh()
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", 40, 50, 0, 0))
        with subprocess.Popen(
            [program, "-Oz", "-c", "a.c"],
            cwd=pair.work,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if piped else theirs,
            stderr=theirs,
            env=pair.env({"TERM": "xterm", **variables}),
        ) as process:
            assert process.wait(30) == 0
        os.close(theirs)
        texts.append(os.read(ours, 65536))
        os.close(ours)
    assert texts[0] == texts[1]
    assert (b"\x1b[" in texts[0]) == (not variables.get("NO_COLOR"))
    assert pair.counted()["winner.oz"] == 1


def test_few_processes(pair: Pair) -> None:
    """Ours would take the places of make's. (root has no such limit, so the user is another one here.)"""
    limited = ("--user", "--map-user=1234", "prlimit")
    pair.fresh()
    if not shutil.which("unshare") or pair.run_blind("unshare", *limited, "--nproc=50", "true"):
        pytest.skip("nobody can be another user here")
    assert pair.run_blind("unshare", *limited, "--nproc=50", pair.door(), "-Oz", "-c", "a.c") == 0
    assert pair.counted() == {"runs": 1, "reason.driver-limits": 1}
    assert pair.run_blind("unshare", *limited, "--nproc=90000", pair.door(), "-Oz", "-c", "a.c") == 0
    assert pair.counted()["winner.oz"] == 1


def test_an_interrupt_while_we_start(pair: Pair, native_doors: Path) -> None:
    """Python is not heard, whenever it comes."""
    pair.doors = native_doors
    pair.fresh()
    ended = set()
    for milliseconds in range(0, 80, 4):
        with subprocess.Popen([pair.door(), "-Oz", "-c", "a.c"], cwd=pair.work, env=pair.env(), stderr=-1) as process:
            time.sleep(milliseconds / 1000)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=30)
            assert said == b""
            ended.add(process.returncode)
    assert ended <= {-signal.SIGINT, 0}
    assert -signal.SIGINT in ended


@pytest.mark.parametrize("args", [["-Oz", "-c", "a.c"], ["-O2", "-c", "a.c"]])
@pytest.mark.parametrize("locale", [{}, {"LC_ALL": "C"}, {"LC_CTYPE": "C.UTF-8"}, {"LANG": "de_DE.UTF-8"}])
def test_case_68_the_environment_is_passed_on_as_it_was(
    pair: Pair, fake: Fake, args: list[str], locale: dict[str, str]
) -> None:
    fake('env -u _ -u SMARTOPT_WITHIN -u PWD -u SHLVL -u OLDPWD | sort > "env.$(date +%N)"')
    pair.ours(*args, env=locale)
    seen = [path.read_text() for path in pair.work.glob("env.*")]
    expected = "".join(sorted(f"{name}={value}\n" for name, value in pair.env(locale).items()))
    assert len(seen) >= 1
    assert all(sorted(text.splitlines()) == sorted(expected.splitlines()) for text in seen)


class TestCase69:
    """Looking for clang, we never find ourselves."""

    def links(self, pair: Pair, doors: Path) -> Path:
        folder = pair.home / "links"
        folder.mkdir()
        (folder / "clang").symlink_to(doors / "smartopt-clang")
        os.link(doors / "smartopt-clang", folder / "clang-22")
        shutil.copy(doors / "smartopt-clang", folder / "clang-21")
        for name in ("SMARTOPT_CLANG", "SMARTOPT_CLANGXX"):
            del pair.environment[name]
        return folder

    def test_the_real_one_is_found_behind_us(self, pair: Pair, doors: Path) -> None:
        folder = self.links(pair, doors)
        path = f"{folder}{os.pathsep}{os.path.dirname(pair.clang)}"
        for program in (pair.door(), str(folder / "clang"), str(folder / "clang-22"), str(folder / "clang-21")):
            pair.fresh()
            done = pair.run(program, "--version", env={"PATH": path})
            assert (done.code, b"clang version" in done.stdout) == (0, True)
            done = pair.run(program, "-Oz", "-c", "a.c", env={"PATH": path})
            assert (done.code, done.stderr) == (0, b"")

    def test_one_line_where_there_is_no_other(self, pair: Pair, doors: Path) -> None:
        folder = self.links(pair, doors)
        pair.fresh()
        done = pair.run(pair.door(), "-c", "a.c", env={"PATH": str(folder), "SMARTOPT_CLANG": str(folder / "clang")})
        assert done.code == 127
        assert done.stderr.count(b"\n") == 1
        assert b"SMARTOPT_CLANG" in done.stderr

    def test_a_named_compiler_and_a_launcher(self, pair: Pair) -> None:
        pair.fresh()
        done = pair.run(pair.door(), pair.clang, "-Oz", "-c", "a.c", env={"SMARTOPT_CLANG": "/no/such/clang"})
        assert (done.code, "a.o" in done.tree) == (0, True)
        assert pair.counted()["winner.oz"] == 1


class TestCase70:
    """Trouble around us ends in a plain compile, or in the same failure as clang's."""

    def test_no_place_for_state(self, pair: Pair) -> None:
        pair.environment["SMARTOPT_DIR"] = "/proc/no/such/place"
        pair.same("-Oz", "-c", "a.c")
        pair.same("--version")
        del pair.environment["SMARTOPT_DIR"]
        pair.environment["HOME"] = "/proc"
        pair.same("-Oz", "-c", "a.c")

    @pytest.mark.skipif(os.geteuid() != 0, reason="root turns into nobody here")
    def test_a_read_only_home(self, pair: Pair) -> None:
        """Everything belongs to root, and we are nobody: outputs go to a folder of nobody's."""
        pair.fresh()
        doors = Path(pair.door()).parent
        for folder in {pair.home, *pair.home.parents, doors, *doors.parents}:
            if Path(tempfile.gettempdir()) in folder.parents:
                folder.chmod(folder.stat().st_mode | 0o055)
        pair.work.chmod(0o777)
        try:
            subprocess.run([pair.door(), "--version"], cwd=pair.work, user="nobody", check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("nobody cannot start this Python or read this checkout")
        done = subprocess.run(
            [pair.door(), "-Oz", "-c", "a.c"],
            cwd=pair.work,
            env=pair.env(),
            user="nobody",
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        ours = (pair.work / "a.o").read_bytes()
        assert pair.direct("-Oz", "-c", "a.c").tree["a.o"][2] == ours

    def test_a_deleted_working_directory(self, pair: Pair) -> None:
        outputs = []
        for program in (pair.clang, pair.door()):
            pair.fresh()
            gone = pair.home / "gone"
            gone.mkdir()
            script = 'rmdir "$PWD" && exec "$@"'
            words = [program, "-Oz", "-c", str(pair.work / "a.c"), "-o", str(pair.work / "a.o")]
            done = subprocess.run(
                ["/bin/sh", "-c", script, "sh", *words], cwd=gone, env=pair.env(), capture_output=True, check=False
            )
            outputs.append((done.returncode, done.stderr, (pair.work / "a.o").read_bytes()))
        assert outputs[0] == outputs[1]

    def test_no_folder_for_temporary_files(self, pair: Pair) -> None:
        for args in (["-Oz", "-c", "a.c"], ["--version"]):
            pair.same(*args, env={"TMPDIR": "/no/such", "TMP": "/no/such", "TEMP": "/no/such"})

    @pytest.mark.parametrize("limit", [0, 400, 1500])
    def test_files_may_not_grow(self, pair: Pair, limit: int) -> None:
        """RLIMIT_FSIZE stands in for a full disk: the same exit code as clang's, and never half an object."""
        ends = []
        for program in (pair.clang, pair.door()):
            pair.fresh()
            done = subprocess.run(
                [program, "-Oz", "-c", "a.c"],
                cwd=pair.work,
                env=pair.env(),
                capture_output=True,
                check=False,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
            )
            ends.append((done.returncode, (pair.work / "a.o").exists()))
        assert ends[0] == ends[1]

    @pytest.mark.parametrize("megabytes", [60, 150, 250, 400, 800])
    def test_little_memory(self, pair: Pair, megabytes: int) -> None:
        expected = pair.direct("-Oz", "-c", "a.c").tree["a.o"][2]
        limit = megabytes * 1024 * 1024
        ends = []
        for program in (pair.clang, pair.door()):
            pair.fresh()
            done = subprocess.run(
                [program, "-Oz", "-c", "a.c"],
                cwd=pair.work,
                env=pair.env(),
                capture_output=True,
                check=False,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
            )
            ends.append(done.returncode)
            if done.returncode == 0:
                assert (pair.work / "a.o").read_bytes() == expected
        assert ends[1] == ends[0]

    def test_a_back_end_that_fails_speaks_or_hangs(self, pair: Pair, fake: Fake) -> None:
        pair.files = {"a.c": f"#warning once\n{C_SOURCE}"}
        fake(at("back", "exit 3"))
        assert pair.same("-Oz", "-c", "a.c") == {"driver-back-failed"}
        fake(at("back", "echo odd >&2"))
        assert pair.same("-Oz", "-c", "a.c") == {"driver-back-spoke"}
        fake(at("front", "exit 3"))
        assert pair.same("-Oz", "-c", "a.c") == {"driver-front-failed"}
        fake(at("front", "exit 0"))
        assert pair.same("-Oz", "-c", "a.c") == {"driver-front-failed"}

    def test_closed_streams(self, pair: Pair) -> None:
        for redirection in ("2>&-", "1>&-", "0<&-", "0<&- 1>&- 2>&-"):
            pair.fresh()
            script = f'exec "$@" {redirection}'
            words = ["/bin/sh", "-c", script, "sh", pair.door(), "-Oz", "-c", "a.c"]
            assert subprocess.run(words, cwd=pair.work, env=pair.env(), check=False).returncode == 0
            assert (pair.work / "a.o").read_bytes().startswith(b"\x7fELF")


def test_one_front_end_run(pair: Pair, fake: Fake) -> None:
    log = fake(":")
    pair.ours("-Oz", "-MD", "-c", "a.c")
    calls = [line for line in log.read_text().splitlines() if "a.c" in line]
    assert len(calls) == 1
    assert "-emit-llvm" in calls[0]


def test_case_71_nothing_holds_the_streams(pair: Pair) -> None:
    """``make | tee`` must end: after our exit nobody has our pipes open."""
    for select in ("baseline", "auto"):
        pair.fresh()
        began = time.monotonic()
        script = f'"{pair.door()}" -Oz -c a.c 2>&1 | cat'
        done = subprocess.run(
            ["/bin/sh", "-c", script], cwd=pair.work, env=pair.env({"SMARTOPT_SELECT": select}), timeout=60, check=False
        )
        assert done.returncode == 0
        assert time.monotonic() - began < 50


def test_disabled(pair: Pair) -> None:
    pair.environment["SMARTOPT_DISABLE"] = "1"
    assert pair.same("-Oz", "-c", "a.c") == {"disabled"}


def test_unknown_settings_are_a_plain_compile(pair: Pair) -> None:
    for name, value in (("EFFORT", "enormous"), ("OBJECTIVE", "speed"), ("SELECT", "something")):
        assert pair.same("-Oz", "-c", "a.c", env={f"SMARTOPT_{name}": value}) == {"driver-optimiser-failed"}


@pytest.mark.parametrize("name", ["CCC_OVERRIDE_OPTIONS", "CC_PRINT_OPTIONS", "CC_LOG_DIAGNOSTICS"])
def test_variables_that_clang_obeys(pair: Pair, name: str) -> None:
    value = {"CCC_OVERRIDE_OPTIONS": "# O2"}.get(name, "1")
    assert pair.same("-Oz", "-c", "a.c", env={name: value}) == {"driver-environment"}


def test_a_second_signal_leaves_nobody_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of two back ends is ended, also when another signal comes while the first one is waited for."""
    clangs, wait, interrupted = Clangs("/bin/sleep"), os.waitpid, []
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it

    def waitpid(child: int, flags: int) -> tuple[int, int]:
        if not interrupted:
            interrupted.append(child)
            os.kill(os.getpid(), signal.SIGINT)
        return wait(child, flags)

    with SignalHandlers(clangs):
        children = [clangs.start(["60"], {}) for _ in range(2)]
        monkeypatch.setattr(os, "waitpid", waitpid)
        with pytest.raises(Interrupted):
            clangs.stop()
    signal.signal(signal.SIGINT, before)
    assert interrupted
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)


@pytest.mark.parametrize("name", ["smartopt-clang", "smartopt-clang++"])
@pytest.mark.parametrize("ignored", [False, True], ids=["heeded", "ignored"])
def test_ctrl_c_while_we_are_loaded(name: str, ignored: bool, tmp_path: Path) -> None:
    """The scripts themselves, with Ctrl-C coming while the first of our modules is read."""
    slow = tmp_path / "smartopt" / "driver" / "entry.py"
    slow.parent.mkdir(parents=True)
    for package in (slow.parent, slow.parent.parent):
        (package / "__init__.py").touch()  # or whatever is installed by a path would be found before
    slow.write_text(
        "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nrun_c = run_cxx = lambda: print('went on')\n"
    )
    act = signal.SIG_IGN if ignored else signal.SIG_DFL
    done = subprocess.run(
        [sys.executable, ROOT / "wrappers" / "bin" / name],
        env={"PYTHONPATH": str(tmp_path)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, act),
        capture_output=True,
        check=False,
    )
    wanted = (0, b"went on\n", b"") if ignored else (-signal.SIGINT, b"", b"")
    assert (done.returncode, done.stdout, done.stderr) == wanted
