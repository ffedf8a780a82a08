"""How single files of the benchmark packages are compiled: one row a package."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from ..packages import PackageError
from ..targets import Target

__all__ = ["CXX_RECIPES", "RECIPES", "Recipe", "prepare"]


@dataclass(frozen=True)
class Recipe:
    """How to compile the files of one package.

    ``steps`` are shell lines that run once in the tree before anything is compiled; ``files`` and ``without`` are
    patterns of the files to compile and of the names to leave out; ``flags`` are the compiler's, and ``bare`` takes
    their place where there is no operating system.
    """

    package: str
    files: tuple[str, ...]
    flags: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    bare: tuple[str, ...] | None = None

    def flags_for(self, target: Target) -> tuple[str, ...]:
        """The compiler's flags for a target, without the target's own."""
        return self.flags if target.hosted or self.bare is None else self.bare


RECIPES: dict[str, Recipe] = {
    recipe.package: recipe
    for recipe in (
        Recipe(
            "zlib",
            ("*.c",),
            ("-D_LARGEFILE64_SOURCE=1", "-DHAVE_HIDDEN", "-DHAVE_UNISTD_H"),
            steps=("./configure",),
        ),
        Recipe(
            "lua5.4",
            ("src/*.c",),
            ("-DLUA_USE_LINUX", "-DLUA_COMPAT_5_3", "-Isrc"),
            bare=("-DLUA_COMPAT_5_3", "-Isrc"),
            steps=("echo '#define DEB_HOST_MULTIARCH \"x86_64-linux-gnu\"' > src/lua5.4-deb-multiarch.h",),
        ),
        Recipe(
            "bzip2",
            ("*.c",),
            ("-D_FILE_OFFSET_BITS=64",),
            without=("spewG.c", "unzcrash.c", "dlltest.c", "mk251.c"),
        ),
        Recipe(
            "libzstd",
            ("lib/common/*.c", "lib/compress/*.c", "lib/decompress/*.c", "lib/dictBuilder/*.c"),
            ("-DXXH_NAMESPACE=ZSTD_", "-DDEBUGLEVEL=0", "-Ilib"),
        ),
        Recipe(
            "sqlite3",
            ("sqlite3.c",),
            ("-DSQLITE_THREADSAFE=1",),
            bare=("-DSQLITE_THREADSAFE=0", "-DSQLITE_OS_OTHER=1"),
            steps=("./configure", "make sqlite3.c"),
        ),
    )
}
"""C packages."""

_CMAKE = "cmake -S . -B configured -DCMAKE_BUILD_TYPE=None"
_TESTS = ("*_test.cc", "*_unittest.cc", "*-test.cc", "*test*.cc", "*_benchmark.cc", "*_fuzzer.cc")

CXX_RECIPES: dict[str, Recipe] = {
    recipe.package: recipe
    for recipe in (
        Recipe(
            "snappy",
            ("*.cc",),
            ("-std=c++17", "-DHAVE_CONFIG_H", "-Iconfigured", "-I."),
            steps=(f"{_CMAKE} -DSNAPPY_BUILD_TESTS=OFF -DSNAPPY_BUILD_BENCHMARKS=OFF",),
            without=_TESTS,
        ),
        Recipe(
            "leveldb",
            ("db/*.cc", "table/*.cc", "util/*.cc", "helpers/memenv/*.cc"),
            ("-std=c++17", "-DLEVELDB_PLATFORM_POSIX=1", "-Iconfigured/include", "-Iinclude", "-I."),
            steps=(f"{_CMAKE} -DLEVELDB_BUILD_TESTS=OFF -DLEVELDB_BUILD_BENCHMARKS=OFF",),
            without=(*_TESTS, "env_windows.cc"),
        ),
    )
}
"""C++ packages; their headers need cmake."""


def prepare(recipe: Recipe, tree: Path, clang: str) -> list[Path]:
    """Run the steps once and list the files to compile. Raises PackageError with the failing step's last line."""
    marker = tree / ".smartopt-prepared"
    if not marker.exists():
        for step in recipe.steps:
            done = subprocess.run(
                ["sh", "-c", step],
                cwd=tree,
                capture_output=True,
                text=True,
                errors="replace",
                env=dict(os.environ, CC=clang),
            )
            if done.returncode:
                last = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
                raise PackageError(f"{recipe.package}: the step {step!r} failed: {last}")
        marker.write_text("")
    found = sorted(path for pattern in recipe.files for path in tree.glob(pattern))
    return [path for path in found if not any(fnmatch(path.name, pattern) for pattern in recipe.without)]
