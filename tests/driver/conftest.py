"""The drivers beside the real clang: the same command in the same folder, and everything that came of it.

``pair.same(...)`` runs a command line under clang and under smartopt-clang, each in a fresh copy of the files at
the same path, and requires equal exit codes, stdout, stderr and trees (names, modes, contents); it returns the
reasons that smartopt counted. Under ``SMARTOPT_SELECT=baseline``, the default here, objects are compared too.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from smartopt.codegen.configuration import ObjectChoice

from .plugins import PLUGIN, TWO_RUNS, Plugins, stop_servers

ROOT = Path(__file__).resolve().parent.parent.parent

FRAMES_SOURCE = """\
void use(void *);
int test(int);
static int g(int x) { char c[100]; use(c); return c[x]; }
int f(int x) {
    int r = 0;
    if (test(x)) { char d[64]; use(d); r += d[1]; }
    if (test(x + 1)) { char e[96]; use(e); r += e[2]; }
    return r + g(x);
}
"""
"""Stack frames of other sizes where its function is inlined or optimised in another way."""

C_SOURCE = """\
#include <stddef.h>
struct point { int x, y, z, w; };
static int clamp(int v, int lo, int hi) { return v < lo ? lo : v > hi ? hi : v; }
int dot(const struct point *p, const struct point *q) { return p->x * q->x + p->y * q->y + clamp(p->z, 0, q->w); }
int sum(const int *v, size_t n) { int s = 0; for (size_t i = 0; i < n; i++) s += clamp(v[i], -9, 9); return s; }
const char *name(int k) {
    static const char *const names[] = {"zero", "one", "two", "three"};
    return k >= 0 && k < 4 ? names[k] : "many";
}
"""
CXX_SOURCE = """\
struct shape { virtual ~shape() {} virtual int area() const = 0; };
struct square : shape { int side; explicit square(int s) : side(s) {} int area() const override; };
int square::area() const { return side * side; }
int guarded(int (*f)(int), int x) { try { return f(x); } catch (int e) { return e; } }
"""

DOOR = """\
#!{python}
import sys
sys.path.insert(0, {root!r})
from smartopt.driver.entry import {main}
{main}()
"""

Tree = dict[str, tuple[str, int, bytes]]


@dataclass
class Done:
    """What a command did."""

    code: int
    stdout: bytes
    stderr: bytes
    tree: Tree = field(default_factory=dict)


def tool(name: str) -> str:
    path = shutil.which(name)
    assert path is not None, f"{name} is not installed: run the tests with 'bash tests/run'"
    return path


def output_of(command: Sequence[str | Path], folder: Path, environment: Mapping[str, str]) -> str:
    """What a command of a build prints, which must succeed."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def tree_of(folder: Path) -> Tree:
    """Everything below a folder: kind, mode and content by name."""
    found: Tree = {}
    for path in sorted(folder.rglob("*")):
        about = path.lstat()
        kind = "dir" if stat.S_ISDIR(about.st_mode) else "file" if stat.S_ISREG(about.st_mode) else "other"
        content = path.read_bytes() if kind == "file" else b""
        found[os.fsdecode(os.fsencode(path.relative_to(folder)))] = (kind, stat.S_IMODE(about.st_mode), content)
    return found


@dataclass
class Pair:
    """clang and smartopt-clang, a folder that both work in, and smartopt's state."""

    home: Path
    doors: Path
    clang: str
    clangxx: str
    environment: dict[str, str]
    files: Mapping[str, str | bytes] = field(default_factory=lambda: {"a.c": C_SOURCE, "a.cc": CXX_SOURCE})
    prepare: Callable[[Path], object] | None = None
    plugins: Plugins | None = None
    """On the way through clang's own process; None where clang is run twice."""
    last: Done = field(default_factory=lambda: Done(0, b"", b""))
    """What both did when they last did the same (:meth:`same`)."""

    @property
    def work(self) -> Path:
        return self.home / "work"

    @property
    def state(self) -> Path:
        return self.home / "state"

    def fresh(self) -> Path:
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir()
        for name, content in self.files.items():
            path = self.work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            os.utime(path, (1_700_000_000, 1_700_000_000))  # precompiled headers hold their source's time
        if self.prepare is not None:
            self.prepare(self.work)
        return self.work

    def env(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        return {**self.environment, **(extra or {})}

    def run(self, program: str, *args: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Done:
        """Run a program in the folder as it is."""
        done = subprocess.run(
            [program, *args],
            cwd=self.work,
            input=stdin,
            capture_output=True,
            env=self.env(env),
            timeout=120,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr, tree_of(self.work))

    def run_blind(self, program: str, *args: str) -> int:
        """Run a program in the folder as it is, without a look at what is there afterwards: its exit code."""
        return subprocess.run([program, *args], cwd=self.work, env=self.env(), timeout=60, check=False).returncode

    def direct(self, *args: str, cxx: bool = False, **how: object) -> Done:
        """The real clang, in a fresh folder."""
        self.fresh()
        return self.run(self.clangxx if cxx else self.clang, *args, **how)  # type: ignore[arg-type]

    def ours(self, *args: str, cxx: bool = False, **how: object) -> Done:
        """smartopt-clang, in a fresh folder."""
        self.fresh()
        return self.run(self.door(cxx), *args, **how)  # type: ignore[arg-type]

    def use(self, major: int) -> None:
        """Take another version of clang, on the same way."""
        self.clang, self.clangxx = tool(f"clang-{major}"), tool(f"clang++-{major}")
        self.environment.update(SMARTOPT_CLANG=self.clang, SMARTOPT_CLANGXX=self.clangxx)
        if self.plugins is not None:
            self.plugins.give(self.clang, self.state)

    def door(self, cxx: bool = False) -> str:
        return str(self.doors / ("smartopt-clang++" if cxx else "smartopt-clang"))

    def object(self, *flags: str, **environment: str) -> bytes:
        """The object that smartopt-clang -Oz makes of a.c, without a word."""
        done = self.ours("-Oz", *flags, "-c", "a.c", env=environment)
        assert (done.code, done.stderr) == (0, b"")
        return done.tree["a.o"][2]

    def said(self, compiler: str, *flags: str) -> bytes:
        """What the program prints whose only object a compiler made."""
        self.fresh()
        assert self.run(compiler, "-Oz", *flags, "-c", "a.c").code == 0
        assert self.run(self.clang, "a.o", "-o", "prog").code == 0
        return subprocess.run([self.work / "prog"], capture_output=True, check=True, timeout=20).stdout

    def text(self) -> bytes:
        """The .text of the object that was made last."""
        command = [tool("llvm-objcopy-22"), "-O", "binary", "--only-section=.text", "a.o", "text"]
        subprocess.run(command, cwd=self.work, check=True)
        return (self.work / "text").read_bytes()

    def same(self, *args: str, cxx: bool = False, **how: object) -> set[str]:
        """Both in turn; everything must be equal. Returns the reasons that smartopt counted."""
        expected = self.direct(*args, cxx=cxx, **how)
        before = self.counted()
        actual = self.ours(*args, cxx=cxx, **how)
        assert actual.stderr.decode("utf-8", "replace") == expected.stderr.decode("utf-8", "replace")
        assert actual.code == expected.code
        assert actual.stdout == expected.stdout
        assert actual.tree.keys() == expected.tree.keys()
        differing = [name for name in expected.tree if actual.tree[name] != expected.tree[name]]
        assert differing == []
        self.last = actual
        after = self.counted()
        news = {name for name in after if after[name] != before.get(name, 0)}
        return {n.removeprefix("reason.") for n in news if n.startswith(("reason.", "winner"))}

    def eligible(self, *args: str, **how: object) -> None:
        """Both in turn, equal, and smartopt went its own way to the end (the optimiser may have its reasons)."""
        reasons = self.same(*args, **how)  # type: ignore[arg-type]
        assert "winner.oz" in reasons
        assert not [reason for reason in reasons if reason.startswith("driver-")]

    def inside(self, reason: str, *args: str, **how: object) -> None:
        """Both in turn, equal; two runs leave it to clang for a reason, and the plugin goes its way to the end."""
        if self.plugins is None:
            assert self.same(*args, **how) == {reason}  # type: ignore[arg-type]
        else:
            self.eligible(*args, **how)

    def either(self, two_runs: set[str], plugin: set[str]) -> set[str]:
        """What is expected on this pair's way."""
        return two_runs if self.plugins is None else plugin

    def cached(self) -> dict[Path, Any]:
        """The entries of smartopt's cache that can be read, by file: plain data behind a line and a checksum.

        The sizes that follow an object's choice are left out.
        """
        found = {}
        for path in sorted(path for path in (self.state / "cache").rglob("*") if path.is_file()):
            packed = path.read_bytes().partition(b"\n")[2][32:]
            try:
                found[path] = json.loads(zlib.decompress(packed).partition(b"\n")[0])
            except (zlib.error, ValueError):
                found[path] = None
        return found

    def choices(self) -> set[ObjectChoice]:
        """The objects that are remembered."""
        return {choice for data in self.cached().values() if (choice := ObjectChoice.from_data(data)) is not None}

    def decisions(self) -> list[Path]:
        """The cache entries of all else: the optimizer's decisions."""
        return [path for path, data in self.cached().items() if ObjectChoice.from_data(data) is None]

    def counted(self) -> dict[str, int]:
        """smartopt's counters, read from its state by its own reader."""
        before = os.environ.get("SMARTOPT_DIR")
        os.environ["SMARTOPT_DIR"] = str(self.state)
        try:
            from smartopt.state import statistics

            return statistics.read()
        finally:
            if before is None:
                del os.environ["SMARTOPT_DIR"]
            else:
                os.environ["SMARTOPT_DIR"] = before


@pytest.fixture(scope="session")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both drivers as pip would install them, but from this checkout."""
    folder = tmp_path_factory.mktemp("bin")
    for name, main in (("smartopt-clang", "run_c"), ("smartopt-clang++", "run_cxx")):
        path = folder / name
        path.write_text(DOOR.format(python=sys.executable, root=str(ROOT), main=main))
        path.chmod(0o755)
    return folder


def native_launcher(folder: Path) -> None:
    """Put both drivers as native programs into a folder, as pip does where there is a compiler."""
    build = [sys.executable, str(ROOT / "wrappers" / "build_launcher.py"), str(folder)]
    subprocess.run(build, env={**os.environ, "CC": tool("clang-22")}, check=True)


@pytest.fixture(scope="session")
def native_doors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all programs as pip installs them where there is a compiler; smartopt lies in ``..``."""
    folder = tmp_path_factory.mktemp("native") / "bin"
    folder.mkdir()
    native_launcher(folder)
    shutil.copy(ROOT / "wrappers" / "bin" / "smartopt-clang", folder / "smartopt")
    (folder / "smartopt-lab").write_text(f"#!{sys.executable}\n")
    (folder.parent / "smartopt").symlink_to(ROOT / "smartopt")
    return folder


def make_pair(home: Path, doors: Path) -> Pair:
    """A pair of compilers with state of its own; one's own environment is not let in."""
    clang, clangxx = tool("clang-22"), tool("clang++-22")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TERM": "dumb",
        "SMARTOPT_DIR": str(home / "state"),
        "SMARTOPT_CLANG": clang,
        "SMARTOPT_CLANGXX": clangxx,
        "SMARTOPT_SELECT": "baseline",
        "SMARTOPT_EFFORT": "fast",
        "SMARTOPT_PLUGIN": "0",
    }
    return Pair(home, doors, clang, clangxx, environment)


@pytest.fixture(scope="session")
def plugins() -> Plugins:
    return Plugins()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests that take a pair run clang twice, unless they or their module name the ways that they run on."""
    if "pair" in metafunc.fixturenames:
        ways = getattr(metafunc.function, "pair_ways", getattr(metafunc.module, "PAIR_WAYS", (TWO_RUNS,)))
        if ways != (TWO_RUNS,):
            metafunc.parametrize("pair", ways, indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what ``first_on_both`` leaves to two runs of clang."""
    items[:] = [
        item
        for item in items
        if not (item.get_closest_marker("two_runs") and item.callspec.params.get("pair") == PLUGIN)
    ]


@pytest.fixture
def pair(request: pytest.FixtureRequest, tmp_path: Path, doors: Path) -> Iterator[Pair]:
    """The compilers, on the way that ``tests/driver/plugins.py`` has chosen."""
    pair = make_pair(tmp_path, doors)
    if getattr(request, "param", TWO_RUNS) == PLUGIN:
        pair.plugins = request.getfixturevalue("plugins")
        pair.environment.update(SMARTOPT_PLUGIN="1", SMARTOPT_SERVER="0")
        pair.use(22)
    yield pair
    stop_servers(pair.state)


FAKE = """\
#!/bin/sh
printf '%s\\n' "$*" >> "{log}"
{trouble}
exec {real} "$@"
"""


@pytest.fixture
def fake(pair: Pair) -> Callable[[str], Path]:
    """Makes a clang that logs its calls and runs ``trouble`` (shell) first; returns the log.

    ``$*`` has ``-emit-llvm`` in the front end's call and ``-x ir`` in the back end's.
    """

    def make(trouble: str = ":") -> Path:
        root = pair.home / "llvm"
        (root / "bin").mkdir(parents=True, exist_ok=True)
        real = Path(pair.clang).resolve().parent.parent
        log = pair.home / "calls"
        log.write_text("")
        for name in ("clang", "clang++"):
            path = root / "bin" / name
            path.write_text(FAKE.format(log=log, trouble=trouble, real=real / "bin" / name))
            path.chmod(0o755)
        for name in ("lib", "include", "bin/opt", "bin/llvm-config"):
            link = root / name
            if not link.is_symlink():
                link.symlink_to(real / name)
        pair.environment["SMARTOPT_CLANG"] = str(root / "bin" / "clang")
        pair.environment["SMARTOPT_CLANGXX"] = str(root / "bin" / "clang++")
        return log

    return make
