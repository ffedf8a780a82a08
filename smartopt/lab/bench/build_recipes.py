"""How whole packages are built and tested by their own build systems: one row a package.

The lines are shell, run in the tree with these in the environment: ``CC``, ``CXX``, ``CFLAGS``, ``CXXFLAGS``,
``LDFLAGS``, ``JOBS``, and ``SEPARATELY``, a command that takes "cc a.c b.c -o x" apart into compiles and a link.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

__all__ = ["BUILD_RECIPES", "LTO_RECIPES", "SMALL_RECIPES", "VARIANTS", "BuildRecipe", "Variant", "lto_variants"]


@dataclass(frozen=True)
class BuildRecipe:
    """How to build and test one package.

    ``linked`` are patterns of the linked files to measure. ``results`` is a regular expression that matches the result
    lines of the tests without times and paths, since the lines of two builds are compared. If the suite names its
    tests, the groups ``test`` and ``result`` match a test's name and its result.
    """

    package: str
    build: tuple[str, ...]
    test: tuple[str, ...]
    linked: tuple[str, ...]
    results: str
    configure: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    """Programs beside make and a shell."""
    packages: tuple[str, ...] = ()
    """Debian packages that building or testing needs beside a compiler and make."""


@dataclass(frozen=True)
class Variant:
    """One way to build.

    ``like`` names the variant to compare sizes, times and tests with. ``again`` names a variant that is built a second
    time in its own folder, with the decisions that it remembered, and not tested.

    All variants of a package share remembered decisions. Flags for the back end alone (function sections) do not change
    the optimiser's input, so such a variant finds remembered decisions if the package names its sources relative to
    their folder (make), and none if it names them by absolute path (CMake): each variant has a folder of its own.
    """

    name: str
    smartopt: bool
    like: str = ""
    again: str = ""
    flags: str = "-Oz"
    link: str = ""
    environment: tuple[tuple[str, str], ...] = ()
    timed: bool = True
    """Whether it is built again for times (``Settings.pairs``)."""


_SECTIONS = "-Oz -ffunction-sections -fdata-sections"
# zlib's and lua's version scripts name symbols that are not there: GNU ld minds that as little as this option.
_LINK = "-fuse-ld=lld -Wl,--gc-sections -Wl,--icf=safe -Wl,--undefined-version"

VARIANTS = (
    Variant("clang", smartopt=False),
    Variant("smartopt", smartopt=True, like="clang"),
    Variant("smartopt warm", smartopt=True, like="clang", again="smartopt"),
    Variant("clang gc+icf", smartopt=False, flags=_SECTIONS, link=_LINK, timed=False),
    Variant("smartopt gc+icf", smartopt=True, like="clang gc+icf", flags=_SECTIONS, link=_LINK, timed=False),
)


def lto_variants(thin: bool = False) -> tuple[Variant, ...]:
    """Whole programs: full or thin link-time optimisation, with what the linker itself drops and folds."""
    flags = "-Oz -flto=thin" if thin else "-Oz -flto"
    link, name = f"{flags} {_LINK}", "thin" if thin else "lto"
    clang, ours = f"clang {name}", f"smartopt {name}"
    return (
        Variant(clang, smartopt=False, flags=flags, link=link),
        Variant(ours, smartopt=True, like=clang, flags=flags, link=link),
        Variant(f"{ours} warm", smartopt=True, like=clang, again=ours, flags=flags, link=link),
    )


_CTEST = r"(\d+% tests passed, \d+ tests failed out of \d+|Test +#\d+: (?P<test>\S+) \.+ *(?P<result>[*A-Za-z]+))"
_GOOGLETEST = ("libgtest-dev", "libgmock-dev")
_LUA_TEST = (
    "local t = {} for i = 1, 999 do t[i] = (i * 7919) % 1009 end table.sort(t) "
    "local s = table.concat(t, ','):gsub('%d+', function(x) return string.format('%x', x) end) "
    "local co = coroutine.wrap(function(a) while true do a = coroutine.yield(a * 2) end end) "
    "assert(co(4) == 8 and co(5) == 10 and not pcall(error, 'x') and load('return 1 << 40')() == 1 << 40) "
    "assert(utf8.char(8364) == '€' and string.unpack('<i4', string.pack('<i4', -5)) == -5) "
    "local h = 0 for c in s:gmatch('.') do h = (h * 31 + c:byte()) % 1000003 end print('lua says', h, #s)"
)
_BZIP2 = 'make -j$JOBS CC="$CC" CFLAGS="$CFLAGS -D_FILE_OFFSET_BITS=64" LDFLAGS="$LDFLAGS"'
_LUA = 'make -j$JOBS -C src V=5.4 CC="$CC" CXX="$CXX" MYCFLAGS="$CFLAGS" MYLDFLAGS="$LDFLAGS" LIBTOOL=libtool'
# From the dates of unpacked files make would conclude that it must run other versions of autotools.
_FRESH = "make -j$JOBS ACLOCAL=: AUTOCONF=: AUTOMAKE=: AUTOHEADER=: MAKEINFO=:"
# Both packages ask for -Werror, and this clang knows more warnings than they do.
_CMAKE = 'CXXFLAGS="$CXXFLAGS -w" cmake -S . -B out -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_STANDARD=17'

BUILD_RECIPES: dict[str, BuildRecipe] = {
    recipe.package: recipe
    for recipe in (
        BuildRecipe(
            "zlib",
            configure=("./configure",),
            build=("make -j$JOBS",),
            test=("make test",),
            linked=("libz.so.*",),
            results=r"\*\*\* zlib .*\*\*\*",
        ),
        BuildRecipe(
            # Debian ships none of Lua's own test suite: its "make test" prints the version, and a program of ours
            # tries the rest.
            "lua5.4",
            configure=("echo '#define DEB_HOST_MULTIARCH \"x86_64-linux-gnu\"' > src/lua5.4-deb-multiarch.h",),
            # Its makefile links the libraries once for each of their names, at the same time where it may.
            build=(f"{_LUA} SYSCFLAGS=-DLUA_USE_LINUX o", f"{_LUA} -j1 linux"),
            test=(f"{_LUA} test", f'./src/lua5.4 -e "{_LUA_TEST}"'),
            needs=("libtool",),
            packages=("libtool-bin",),
            linked=("src/lua5.4", "src/luac5.4", "src/.libs/liblua5.4.so.*"),
            results=r"(Lua 5\.4\.\d+|lua says.*)",
        ),
        BuildRecipe(
            "bzip2",
            build=(f"{_BZIP2} libbz2.a bzip2 bzip2recover",),
            test=(f"{_BZIP2} check",),
            linked=("bzip2", "bzip2recover", "libbz2.so.*"),
            results=r"(cmp sample.*|you're in business)",
        ),
        BuildRecipe(
            "libzstd",
            build=("make -j$JOBS -C lib libzstd", "make -j$JOBS -C programs zstd"),
            test=("make -j$JOBS -C tests shortest",),
            needs=("file",),
            packages=("file",),
            linked=("lib/libzstd.so.*", "programs/zstd"),
            results=r"(===> .*|Error .*)",
        ),
        BuildRecipe(
            # testfixture is compiled and linked by one command, which no wrapper works on: it is taken apart, so
            # that the suite tests what smartopt made.
            "sqlite3",
            configure=("./configure --disable-static", "make sqlite3.c"),
            build=("make -j$JOBS libsqlite3.la",),
            test=(
                "SEPARATE_ONLY=sqlite3.c make testfixture LTLINK='$(SEPARATELY) $(TCC) $(LTCOMPILE_EXTRAS)'",
                "./testfixture test/extraquick.test",
            ),
            linked=(".libs/libsqlite3.so.*",),
            needs=("tclsh",),
            packages=("tcl", "tcl-dev"),
            results=r"(\d+ errors out of \d+ tests|!Failures on these tests.*)",
        ),
        BuildRecipe(
            "snappy",
            configure=(f"{_CMAKE} -DBUILD_SHARED_LIBS=ON -DSNAPPY_BUILD_BENCHMARKS=OFF",),
            build=("cmake --build out -j $JOBS",),
            test=("cd out && ctest --output-on-failure",),
            linked=("out/libsnappy.so.*", "out/snappy_unittest"),
            results=_CTEST,
            needs=("cmake", "ctest"),
            packages=_GOOGLETEST,
        ),
        BuildRecipe(
            # Static: the tests of its inner parts are left out of a shared build.
            "leveldb",
            configure=(f"{_CMAKE} -DLEVELDB_BUILD_BENCHMARKS=OFF",),
            build=("cmake --build out -j $JOBS",),
            # On a busy machine a compaction may come between two lines of this test: it fails under clang, too.
            test=("cd out && GTEST_FILTER=-DBTest.HiddenValuesAreRemoved ctest --output-on-failure",),
            linked=("out/leveldbutil", "out/c_test", "out/db_test"),
            results=_CTEST,
            needs=("cmake", "ctest"),
            packages=_GOOGLETEST,
        ),
    )
}

SMALL_RECIPES: dict[str, BuildRecipe] = {
    recipe.package: recipe
    for recipe in (
        # What they need of one another is left out, so that each is built from its own sources alone.
        BuildRecipe(
            "nettle",
            configure=("./configure --disable-documentation --disable-openssl --enable-mini-gmp --disable-assembler",),
            build=("make -j$JOBS",),
            test=("make -j$JOBS check",),
            linked=(".lib/libnettle.so.*", ".lib/libhogweed.so.*", "tools/nettle-hash"),
            results=r"(?P<result>PASS|FAIL|SKIP): (?P<test>\S+)",
            needs=("m4",),
        ),
        BuildRecipe(
            "gmp",
            configure=("mkdir -p doc && : > doc/Makefile.in", "./configure --disable-assembly"),
            build=(f"{_FRESH}",),
            test=(f"{_FRESH} check",),
            linked=(".libs/libgmp.so.*",),
            results=r"(?P<result>PASS|FAIL|SKIP|XFAIL): (?P<test>\S+)",
            needs=("m4",),
        ),
    )
}
"""Packages of more than a hundred small C files; both are train packages."""

LTO_RECIPES: dict[str, BuildRecipe] = {
    "libzstd": BUILD_RECIPES["libzstd"],
    "lua5.4": BUILD_RECIPES["lua5.4"],
    "bzip2": BUILD_RECIPES["bzip2"],
    # The shell is made of two sources by one command that compiles and links. Its libtool keeps no flag that says which
    # linker links a library, unless it stands in CC.
    "sqlite3": replace(
        BUILD_RECIPES["sqlite3"],
        configure=('CC="$CC $CFLAGS -fuse-ld=lld" ./configure --disable-static', "make sqlite3.c"),
        build=("make -j$JOBS libsqlite3.la sqlite3",),
        test=(
            "echo \"select 'shell says', sum(x * x), group_concat(x % 7, '') from (with recursive t(x) as (select 1"
            ' union all select x + 1 from t where x < 500) select x from t)" | ./sqlite3',
            *BUILD_RECIPES["sqlite3"].test,
        ),
        linked=("sqlite3", ".libs/sqlite3", ".libs/libsqlite3.so.*"),
        results=r"(shell says.*|\d+ errors out of \d+ tests|!Failures on these tests.*)",
    ),
}
"""Packages with programs that are linked with link-time optimisation."""
