"""Small projects under real build systems, with the plugin in clang: configured, built and run.

Every test ends with three questions: does the program say what clang's own says, did the plugin make every object (or
the whole program, where lld optimises it), and was nothing left to clang that should not be? The counters answer the
last two. One plugin and one server serve the whole module. Each test's commands are those of ``wrappers/README.md``.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from ..conftest import ROOT, Pair, make_pair, output_of, tool
from ..plugins import Plugins, stop_servers

WRAPPERS = ROOT / "wrappers"
EXPECTED = {"driver-query", "driver-stage", "driver-no-compile", "driver-grew"}
"""Reasons that say that there was nothing to optimise, or that clang's own object is as small."""

HEADER = """\
#ifdef __cplusplus
extern "C" {
#endif
struct box { int width, height; };
int area(const struct box *boxes, int count);
unsigned mix(const char *text);
int longest(const char *text);
int printf(const char *, ...);
#ifdef __cplusplus
}
#endif
#ifndef CONFIG_ROUNDS
#define CONFIG_ROUNDS 2
#endif
"""
AREA = """\
#include "area.h"
static int side(int length) { return length < 0 ? 0 : length; }
int area(const struct box *boxes, int count) {
    int sum = 0;
    for (int i = 0; i < count; i++) sum += side(boxes[i].width) * side(boxes[i].height);
    return sum;
}
unsigned mix(const char *text) {
    unsigned sum = 2166136261u;
    for (int round = 0; round < CONFIG_ROUNDS; round++)
        for (const char *at = text; *at; at++) sum = (sum ^ (unsigned char)*at) * 16777619u;
    return sum;
}
"""
LONGEST = """\
#include "area.h"
struct too_long { int length; };
static int measured(const char *text) {
    int length = 0;
    for (; *text && *text != ' '; ++text) if (++length > 5) throw too_long{length};
    return length;
}
extern "C" int longest(const char *text) {
    int most = 0;
    for (; *text; ++text) {
        try { int one = measured(text); most = one > most ? one : most; }
        catch (const too_long &long_one) { return long_one.length; }
    }
    return most;
}
"""
C_MAIN = """\
#include "area.h"
int main(int argc, char **argv) {
    const struct box boxes[] = {{3, 4}, {-1, 9}, {5, argc}};
    printf("%d %u\\n", area(boxes, 3), mix("smaller"));
    for (int i = 1; i < argc; i++) printf("%s %u\\n", argv[i], mix(argv[i]));
    return 0;
}
"""
MIXED_MAIN = C_MAIN.replace('printf("%d %u', 'printf("%d ", longest("a few words of text")); printf("%d %u')
C_PROJECT = {"area.h": HEADER, "area.c": AREA, "main.c": C_MAIN}
MIXED_PROJECT = {"area.h": HEADER, "area.c": AREA, "longest.cc": LONGEST, "main.c": MIXED_MAIN}

MAKE = """\
prog: main.o libarea.a
	$(CXX) $(CFLAGS) $(LDFLAGS) -o $@ main.o libarea.a
libarea.a: area.o longest.o
	$(AR) rcs $@ $^
%.o: %.c
	$(CC) $(CFLAGS) -MMD -c -o $@ $<
%.o: %.cc
	$(CXX) $(CXXFLAGS) -MMD -c -o $@ $<
"""
CMAKE = """\
cmake_minimum_required(VERSION 3.16)
project(area C CXX)
add_library(area STATIC area.c longest.cc)
add_executable(prog main.c)
target_link_libraries(prog area)
"""
FULL_LTO = "set(CMAKE_C_COMPILE_OPTIONS_IPO -flto)\nset(CMAKE_CXX_COMPILE_OPTIONS_IPO -flto)\n"
MESON = """\
project('area', 'c', 'cpp')
area = static_library('area', 'area.c', 'longest.cc')
executable('prog', 'main.c', link_with: area, link_language: 'cpp')
"""
CONFIGURE = """\
AC_INIT([area], [1])
AC_CONFIG_SRCDIR([main.c])
AM_INIT_AUTOMAKE([foreign])
AM_PROG_AR
AC_PROG_CC
LT_INIT
AC_CHECK_FUNCS([fopen no_such_function])
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
"""
AUTOMAKE = """\
lib_LTLIBRARIES = libarea.la
libarea_la_SOURCES = area.c area.h
bin_PROGRAMS = prog
prog_SOURCES = main.c
prog_LDADD = libarea.la
check_PROGRAMS = tried
tried_SOURCES = main.c
tried_LDADD = libarea.la
TESTS = tried
"""
KBUILD = {
    "include/area.h": HEADER,
    "include/generated/autoconf.h": "#define CONFIG_ROUNDS 3\n",
    "lib/area.c": AREA,
    "lib/Makefile": "obj-y := area.o\n",
    "app/main.c": C_MAIN,
    "app/Makefile": "obj-y := main.o\n",
    "Makefile": """\
export CC := clang
export LD := ld
dirs := lib app
try-run = $(shell set -e; TMP=.tmp_$$$$/tmp; mkdir -p .tmp_$$$$; trap "rm -rf .tmp_$$$$" EXIT; \\
	if ($(1)) >/dev/null 2>&1; then echo "$(2)"; else echo "$(3)"; fi)
cc-option = $(call try-run,$(CC) -Werror $(KBUILD_CFLAGS) $(1) -c -x c /dev/null -o "$$TMP",$(1),$(2))

KBUILD_CFLAGS := -std=gnu11 -Os -Wall -fno-strict-aliasing -fno-common -fno-PIE -nostdinc
KBUILD_CFLAGS += -isystem $(shell $(CC) -print-file-name=include)
KBUILD_CFLAGS += $(call cc-option,-mno-red-zone) $(call cc-option,-fno-such-flag,-fno-stack-protector)
KBUILD_CFLAGS += -Iinclude -include include/generated/autoconf.h
export KBUILD_CFLAGS

prog: $(dirs:%=%/built-in.o)
	$(CC) -no-pie -o $@ $^
$(dirs:%=%/built-in.o): FORCE
	$(MAKE) -f scripts/Makefile.build obj=$(@D)
flags:
	@echo $(KBUILD_CFLAGS)
.PHONY: FORCE flags
""",
    "scripts/Makefile.build": """\
include $(obj)/Makefile
real-obj-y := $(obj-y:%=$(obj)/%)
$(obj)/built-in.o: $(real-obj-y)
	$(LD) -m elf_x86_64 -r -o $@ $^
$(obj)/%.o: $(obj)/%.c
	$(CC) -Wp,-MMD,$(@D)/.$(@F).d $(KBUILD_CFLAGS) -DKBUILD_MODFILE='"$(obj)/$*"' -c -o $@ $<
-include $(wildcard $(obj)/.*.d)
""",
}


def left_to_clang(counted: Counter[str]) -> set[str]:
    """Why clang did anything alone."""
    return {name.removeprefix("reason.") for name in counted if name.startswith("reason.driver-")}


class Build:
    """A project in a folder of its own, what it shall say, and what was counted since somebody last looked."""

    def __init__(self, machine: Pair, folder: Path, expected: str) -> None:
        self.machine, self.folder, self.expected = machine, folder, expected
        self._before = Counter(machine.counted())

    def run(self, *command: str | Path, env: Mapping[str, str] | None = None) -> str:
        """What a command prints, which must succeed."""
        return output_of(command, self.folder, self.machine.env(env))

    def counted(self) -> Counter[str]:
        """The counters that rose since the last call."""
        after = Counter(self.machine.counted())
        risen = after - self._before
        self._before = after
        return risen

    def made(self, *, modules: int = 0, links: int = 0, thin: int = 0, besides: frozenset[str] = frozenset()) -> None:
        """The plugin made so many modules in clang, whole programs in lld and modules of ThinLTO, which are smaller
        than clang's; nothing else was compiled."""
        counted = self.counted()
        assert left_to_clang(counted) <= EXPECTED | besides
        assert (counted["way.plugin"], counted["way.link"], counted["way.thin"]) == (modules, links, thin)
        assert counted["bytes.output"] < counted["bytes.oz"] or not modules + links + thin

    def says(self, program: Path) -> None:
        """A program says what clang's says."""
        assert self.run(program, "x", "words") == self.expected


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory, native_doors: Path, plugins: Plugins) -> Iterator[Pair]:
    """smartopt as pip installs it, with its programs first in the PATH, the plugin built, and a server."""
    pair = make_pair(tmp_path_factory.mktemp("machine"), native_doors)
    path = f"{native_doors}{os.pathsep}{os.environ['PATH']}"
    pair.environment.update(SMARTOPT_PLUGIN="1", SMARTOPT_SELECT="auto", PATH=path)
    pair.plugins = plugins
    pair.use(22)
    yield pair
    stop_servers(pair.state)


def written(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def by_clang(machine: Pair, folder: Path, files: Mapping[str, str]) -> str:
    """What clang's own program says."""
    written(folder, files)
    command = [machine.clangxx, "-Oz", "-x", "c", *(name for name in files if name.endswith(".c"))]
    command += ["-x", "c++", *(name for name in files if name.endswith(".cc"))]
    subprocess.run([*command, "-o", "prog"], cwd=folder, check=True)
    return subprocess.run([folder / "prog", "x", "words"], capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def mixed_words(machine: Pair, tmp_path_factory: pytest.TempPathFactory) -> str:
    return by_clang(machine, tmp_path_factory.mktemp("mixed"), MIXED_PROJECT)


@pytest.fixture(scope="module")
def c_words(machine: Pair, tmp_path_factory: pytest.TempPathFactory) -> str:
    return by_clang(machine, tmp_path_factory.mktemp("c"), C_PROJECT)


@pytest.fixture
def mixed(machine: Pair, tmp_path: Path, mixed_words: str) -> Build:
    return Build(machine, written(tmp_path, MIXED_PROJECT), mixed_words)


@pytest.fixture
def plain(machine: Pair, tmp_path: Path, c_words: str) -> Build:
    return Build(machine, written(tmp_path, C_PROJECT), c_words)


@pytest.mark.parametrize("lto", [False, True], ids=["plain", "lto"])
def test_make(mixed: Build, lto: bool) -> None:
    written(mixed.folder, {"Makefile": MAKE})
    words = ["CC=smartopt-clang", "CXX=smartopt-clang++", "CFLAGS=-Oz", "CXXFLAGS=-Oz"]
    if lto:
        archiver = mixed.run("smartopt-clang", "-print-prog-name=llvm-ar").strip()
        words = [*words[:2], "CFLAGS=-Oz -flto", "CXXFLAGS=-Oz -flto", "LDFLAGS=-flto -fuse-ld=lld", f"AR={archiver}"]
    mixed.run("make", "-j4", *words)
    mixed.made(modules=0 if lto else 3, links=1 if lto else 0)
    mixed.says(mixed.folder / "prog")


TOOLCHAIN = ("--toolchain", str(WRAPPERS / "smartopt-toolchain.cmake"))
LAUNCHERS = tuple(
    f"-DCMAKE_{language}_{kind}_LAUNCHER=smartopt-{compiler}"
    for language, compiler in (("C", "clang"), ("CXX", "clang++"))
    for kind in ("COMPILER", "LINKER")
)


@pytest.mark.parametrize(
    ("way", "lto"),
    [("toolchain file", "none"), ("toolchain file", "thin"), ("toolchain file", "full"), ("launcher", "full")],
)
def test_cmake(mixed: Build, way: str, lto: str) -> None:
    """CMake asks clang for ThinLTO; a project may ask for full LTO instead."""
    for program in ("cmake", "ninja"):
        tool(program)
    written(mixed.folder, {"CMakeLists.txt": CMAKE, "full-lto.cmake": FULL_LTO})
    words: tuple[str, ...] = TOOLCHAIN
    if way == "launcher":
        clang, clangxx = mixed.machine.clang, mixed.machine.clangxx
        words = (f"-DCMAKE_C_COMPILER={clang}", f"-DCMAKE_CXX_COMPILER={clangxx}", *LAUNCHERS)
    if lto != "none":
        words += ("-DCMAKE_INTERPROCEDURAL_OPTIMIZATION=ON", "-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=lld")
    if lto == "full":
        words += (f"-DCMAKE_PROJECT_INCLUDE={mixed.folder}/full-lto.cmake",)
    mixed.run("cmake", "-G", "Ninja", "-S", ".", "-B", "build", "-DCMAKE_BUILD_TYPE=MinSizeRel", *words)
    mixed.made(besides=frozenset({"driver-not-size"} if way == "launcher" else ()))  # CMake tries out the compilers
    mixed.run("cmake", "--build", "build")
    mixed.made(modules=3 if lto == "none" else 0, links=1 if lto == "full" else 0, thin=3 if lto == "thin" else 0)
    mixed.says(mixed.folder / "build" / "prog")


@pytest.mark.parametrize("lto", [False, True], ids=["plain", "lto"])
def test_meson(mixed: Build, lto: bool) -> None:
    if not (shutil.which("meson") and shutil.which("ninja")):
        pytest.skip("meson and ninja are not installed")
    written(mixed.folder, {"meson.build": MESON})
    environment, words = {}, []
    if lto:
        archiver = mixed.run("smartopt-clang", "-print-prog-name=llvm-ar").strip()
        environment, words = {"AR": archiver, "CC_LD": "lld", "CXX_LD": "lld"}, ["-Db_lto=true"]
    native = str(WRAPPERS / "smartopt-meson.ini")
    mixed.run(
        "meson", "setup", "build", "--native-file", native, "--buildtype", "minsize", *words, env=environment
    )  # fmt: skip
    mixed.made(besides=frozenset({"driver-probe"}))
    mixed.run("ninja", "-C", "build")
    mixed.made(modules=0 if lto else 3, links=1 if lto else 0)
    mixed.says(mixed.folder / "build" / "prog")


def test_autotools_and_libtool(plain: Build) -> None:
    """What configure tries is clang's alone; libtool compiles the library twice, for both of its kinds."""
    for program in ("autoreconf", "automake", "libtoolize"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    written(plain.folder, {"configure.ac": CONFIGURE, "Makefile.am": AUTOMAKE})
    plain.run("autoreconf", "-i")
    plain.run("./configure", "CC=smartopt-clang", "CFLAGS=-Oz")
    configured = plain.counted()
    assert not {name for name in configured if name.startswith("way.")}
    assert configured["reason.driver-probe"] > 10
    plain.run("make")
    plain.made(modules=3)
    assert "# PASS:  1\n" in plain.run("make", "check")
    plain.made()
    plain.says(plain.folder / "prog")
    assert (plain.folder / ".libs" / "libarea.so").exists()
    assert (plain.folder / ".libs" / "libarea.a").exists()


@pytest.mark.parametrize("linker", ["ld", "ld.lld-22"])
def test_kbuild(machine: Pair, tmp_path: Path, linker: str) -> None:
    """Recursion, probes, dependency files from the preprocessor, a header on the command line, relocatable links."""
    built: dict[str, Build] = {}
    outcomes = []
    for compiler in (machine.clang, "smartopt-clang"):
        folder = tmp_path / Path(compiler).name
        build = built[compiler] = Build(machine, written(folder, KBUILD), "")
        flags = build.run("make", "-s", f"CC={compiler}", "flags")
        assert "-mno-red-zone -fno-stack-protector" in flags
        build.made(besides=frozenset({"driver-probe"}))
        build.run("make", "-s", "-j2", f"CC={compiler}", f"LD={linker}")
        dependencies = {path.name: path.read_text() for path in folder.glob("*/.*.d")}
        outcomes.append((flags, dependencies, build.run("./prog", "x", "words")))
    assert outcomes[0] == outcomes[1]
    assert outcomes[1][1].keys() == {".area.o.d", ".main.o.d"}
    ours = built["smartopt-clang"]
    ours.made(modules=2, besides=frozenset({"driver-probe"}))
    written(ours.folder, {"include/generated/autoconf.h": "#define CONFIG_ROUNDS 4\n"})
    ours.run("make", "-s", "CC=smartopt-clang", f"LD={linker}")
    ours.made(modules=2, besides=frozenset({"driver-probe"}))  # make found what the dependency files say
    assert ours.run("./prog", "x", "words") != outcomes[1][2]


class TestCcache:
    """A hit runs no compiler; what may be another object is a miss."""

    @pytest.fixture
    def cached(self, plain: Build) -> Build:
        if not shutil.which("ccache"):
            pytest.skip("ccache is not installed")
        return plain

    def compile(self, cached: Build, **environment: str) -> tuple[int, int]:
        """Compile as README has it: ccache's hits, and the modules that the plugin made."""
        line = cached.run("smartopt", "--fingerprint", env=environment).strip()
        environment |= {
            "CCACHE_COMPILERCHECK": f"string:{line}",
            "CCACHE_COMPILERTYPE": "clang",
            "CCACHE_DIR": str(cached.folder / "ccache"),
        }
        cached.run("ccache", "--zero-stats", env=environment)
        cached.run("ccache", "smartopt-clang", "-Oz", "-c", "area.c", env=environment)
        rows = (row.split("\t") for row in cached.run("ccache", "--print-stats", env=environment).splitlines())
        stats = {name: int(value) for name, value in rows}
        hits = stats["direct_cache_hit"] + stats["preprocessed_cache_hit"]
        assert hits + stats["cache_miss"] == 1
        return hits, cached.counted()["way.plugin"]

    def test_a_hit_is_the_same_object(self, cached: Build) -> None:
        cached.run("smartopt-clang", "-Oz", "-c", "area.c")
        cached.made(modules=1)
        expected = (cached.folder / "area.o").read_bytes()
        for outcome in ((0, 1), (1, 0)):
            (cached.folder / "area.o").unlink()
            assert self.compile(cached) == outcome
            assert (cached.folder / "area.o").read_bytes() == expected

    def test_other_objects_are_misses(self, cached: Build) -> None:
        """Two of many reasons: test_fingerprint.py has all that the plugin and the compilers bring."""
        assert self.compile(cached) == (0, 1)
        assert self.compile(cached, SMARTOPT_DISABLE="1") == (0, 0)
        assert self.compile(cached, SMARTOPT_EFFORT="default") == (0, 1)
        assert self.compile(cached) == (1, 0)


# -- distcc -----------------------------------------------------------------------------------------------------------

AS_USER = ("unshare", "--user", "--map-user=1000")
"""distccd refuses to be root; in a user namespace it is not."""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def distccd(far: Pair, before: tuple[str, ...]) -> Iterator[str]:
    """A daemon on the loopback address, with its own state, as on another machine: its ``HOST:PORT``."""
    assert far.plugins is not None
    far.home.mkdir()
    far.plugins.give(far.clang, far.state)
    allowed, log = far.home / "allowed", far.home / "log"
    allowed.write_text(f"{far.door()}\n{far.door(cxx=True)}\n")
    port = free_port()
    command = [*before, "distccd", "--daemon", "--no-detach", "--listen", "127.0.0.1", "--allow", "127.0.0.1"]
    command += ["--port", str(port), "--jobs", "2", "--log-file", str(log)]
    environment = far.env({"DISTCC_CMDLIST": str(allowed), "TMPDIR": str(far.home)})
    daemon = subprocess.Popen(command, env=environment, start_new_session=True, cwd=far.home)
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and daemon.poll() is None:
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        assert daemon.poll() is None, log.read_text()
        yield f"127.0.0.1:{port}"
    finally:
        os.killpg(daemon.pid, signal.SIGTERM)
        daemon.wait(20)
        stop_servers(far.state)


def test_distcc(plain: Build) -> None:
    """Two daemons compile what is preprocessed at home, and make the objects that are made at home."""
    for program in ("distcc", "distccd"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    before = AS_USER if os.geteuid() == 0 else ()
    if before and subprocess.run([*before, "true"], capture_output=True, check=False).returncode:
        pytest.skip("distccd refuses to be root, and here root may not make a user namespace")
    written(plain.folder, {"Makefile": "CFLAGS = -Oz\nprog: area.o main.o\n\t$(CC) -o $@ $^\n"})

    def objects() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in plain.folder.glob("*.o")}

    plain.run("make", "CC=smartopt-clang")
    plain.made(modules=2)
    expected = objects()
    machine = plain.machine
    far = []
    for name in ("one", "two"):
        home = plain.folder / name
        environment = {**machine.environment, "SMARTOPT_DIR": str(home / "state"), "HOME": str(home)}
        far.append(replace(machine, home=home, environment=environment))
    with distccd(far[0], before) as one, distccd(far[1], before) as two:

        def distributed(hosts: str, compiler: str) -> list[int]:
            """How many modules the plugin made on each machine, for a build without objects at home."""
            for name in (*expected, "prog"):
                (plain.folder / name).unlink()
            settings = {"DISTCC_DIR": str(plain.folder / "distcc"), "DISTCC_FALLBACK": "0", "DISTCC_HOSTS": hosts}
            (plain.folder / "distcc").mkdir(exist_ok=True)
            before = [pair.counted().get("way.plugin", 0) for pair in far]
            plain.run("make", "-j2", f"CC=distcc {compiler}", env=settings)
            assert objects() == expected
            plain.made()  # at home nothing is compiled
            plain.says(plain.folder / "prog")
            return [pair.counted()["way.plugin"] - number for pair, number in zip(far, before, strict=True)]

        assert sum(distributed(f"{one}/1 {two}/1", "smartopt-clang")) == 2
        assert distributed(one, "smartopt-clang") == [2, 0]
        assert distributed(two, machine.door()) == [0, 2]  # a path, as CMake gives it
