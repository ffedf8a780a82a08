"""The public programs whose own tests are run: one row a package, its own build system, its own suite.

They add to the recipes of ``bench build``. Only packages of the train and benchmark sides are used: those of
validation and test are left alone. Every suite that can goes on after a failed test, so that all results are known.
Debian ships no tests of Lua; a program of ours runs instead.
"""

from __future__ import annotations

from dataclasses import replace

from .build_recipes import BUILD_RECIPES, BuildRecipe

__all__ = ["SUITE_RECIPES", "TARGET_SUITES"]

_DATES = "find . -type f -exec touch -h -d @1000000000 {} +"
"""From the dates of unpacked and patched files make concludes that configure scripts are out of date, again and again:
with one date for all, nothing is."""
_NO_MANUALS = "MANS= INFO_DEPS="
"""Manuals need programs that may not be installed."""
_MAKE = f"make -j$JOBS {_NO_MANUALS}"
_AUTOMAKE = r"(?m)^(?P<result>PASS|FAIL|XFAIL|XPASS|SKIP|ERROR): (?P<test>.+?)(?: \(exit status: \d+\))?$"
_GTEST = r"\[ +(?P<result>OK|FAILED) +\] (?P<test>\S+?)(?=,? [^\n]*\(\d+ ms\))"
_GOOGLETEST = BUILD_RECIPES["leveldb"].packages
_CTEST = BUILD_RECIPES["leveldb"].results
_CMAKE = "cmake -S . -B out -DCMAKE_BUILD_TYPE=None -DCMAKE_POLICY_VERSION_MINIMUM=3.5"


def _autotools(
    package: str,
    *linked: str,
    options: str = "",
    only: str = "",
    check: str = "make -k check",
    results: str = _AUTOMAKE,
    packages: tuple[str, ...] = (),
) -> BuildRecipe:
    """configure, make (in the folders ``only``), make check. What a configure script tries is left to clang."""
    return BuildRecipe(
        package,
        configure=(_DATES, f"SMARTOPT_DISABLE=1 ./configure --disable-dependency-tracking {options}".rstrip()),
        build=(f'{_MAKE} SUBDIRS="{only}"' if only else _MAKE,),
        test=(f"{check} {_NO_MANUALS}",),
        linked=linked,
        results=results,
        packages=packages,
    )


def _cmake(
    package: str,
    *linked: str,
    options: str = "",
    test: str = "cd out && ctest --output-on-failure",
    results: str = _CTEST,
    packages: tuple[str, ...] = (),
) -> BuildRecipe:
    return BuildRecipe(
        package,
        configure=(f"{_CMAKE} {options}".rstrip(),),
        build=("cmake --build out -j $JOBS",),
        test=(test,),
        linked=linked,
        results=results,
        needs=("cmake", "ctest"),
        packages=packages,
    )


_OWN = (
    # C
    BuildRecipe(
        "libdeflate",
        # Compiled and linked by one command each: smartopt works on the library, clang on the test programs.
        build=(f'{_MAKE} CC="$CC" CFLAGS="$CFLAGS" LDFLAGS="$LDFLAGS" all test_programs',),
        # scripts/check.sh stops at the first failure.
        test=(
            "export LD_LIBRARY_PATH=. && cat lib/*.c | ./benchmark > /dev/null && cat lib/*.c | ./benchmark -C libz > "
            "/dev/null && cat lib/*.c | ./benchmark -D libz > /dev/null && echo PASS: round trips || echo FAIL: round "
            "trips; for prog in ./test_*; do $prog > /dev/null && echo PASS: $prog || echo FAIL: $prog; done",
        ),
        linked=("libdeflate.so.*", "gzip", "test_*"),
        results=_AUTOMAKE,
        packages=("zlib1g-dev",),
    ),
    _cmake("brotli", "out/libbrotli*.so.*", "out/brotli"),
    _autotools("xz-utils", "src/xz/.libs/xz", "src/liblzma/.libs/liblzma.so.*", options="--disable-static"),
    _autotools("nettle", "libnettle.so*", "libhogweed.so*", options="--disable-static --disable-documentation",
               packages=("libgmp-dev", "m4")),
    _autotools("libpng1.6", ".libs/libpng16.so.*", options="--disable-static", packages=("zlib1g-dev",)),
    _autotools("pcre2", ".libs/libpcre2-8.so.*", ".libs/pcre2test", options="--disable-static"),
    _autotools("libogg", "src/.libs/libogg.so.*", "src/test_*", options="--disable-static",
               results=r"(testing [\w .,-]+\.\.\.|ok\.)"),
    _autotools("sed", "sed/sed", check='make -k check SUBDIRS="po ."'),
    _autotools("gawk", "gawk", options="--disable-mpfr --without-readline --disable-extensions",
               only="support .", check="make -k -C test check",
               results=r"(?m)^(ALL TESTS PASSED|\d+ TESTS FAILED|=+ _\S+ =+)$"),
    _autotools("m4", "src/m4", only=". lib src", check="make -k -C checks check",
               results=r"(?m)^(Checking .*|All checks successful|Failed checks were:|Skipped checks were:|  \./.*)$"),
    _autotools("gzip", "gzip", check="make -k -C tests check"),
    _autotools("diffutils", "src/diff", "src/cmp", "src/diff3", "src/sdiff", only="lib src",
               check="make -k -C tests check"),
    # C++
    _cmake("yaml-cpp", "out/test/yaml-cpp-tests", "out/libyaml-cpp.so.*", options="-DYAML_BUILD_SHARED_LIBS=ON",
           test="./out/test/yaml-cpp-tests", results=_GTEST, packages=_GOOGLETEST),
    _cmake("tinyxml2", "out/libtinyxml2.so.*", "out/xmltest", options="-DBUILD_SHARED_LIBS=ON",
           test="./out/xmltest", results=r"(?m)^(?:Pass \d+, Fail \d+|\[(?P<result>pass|fail)\] (?P<test>.*))$"),
    _cmake("libjsoncpp", "out/bin/jsoncpp_test", "out/lib/libjsoncpp.so.*",
           options="-DBUILD_SHARED_LIBS=ON -DBUILD_STATIC_LIBS=OFF -DBUILD_OBJECT_LIBS=OFF "
           "-DJSONCPP_WITH_POST_BUILD_UNITTEST=OFF",
           test="./out/bin/jsoncpp_test; code=$?; cd out && ctest --output-on-failure && exit $code",
           results=r"Testing (?P<test>\S+): (?P<result>OK|FAILED)|\d+% tests passed, \d+ tests failed out of \d+"),
    _cmake("double-conversion", "out/libdouble-conversion.so.*", "out/test/cctest/cctest",
           options="-DBUILD_TESTING=ON -DBUILD_SHARED_LIBS=ON"),
)  # fmt: skip

SUITE_RECIPES: dict[str, BuildRecipe] = {
    **{name: BUILD_RECIPES[name] for name in ("zlib", "lua5.4", "bzip2", "libzstd", "sqlite3")},
    # By the names of its tests, of which ctest runs many as one.
    "snappy": replace(BUILD_RECIPES["snappy"], test=("./out/snappy_unittest",), results=_GTEST),
    "leveldb": BUILD_RECIPES["leveldb"],
    **{recipe.package: recipe for recipe in _OWN},
}

TARGET_SUITES: dict[str, BuildRecipe] = {
    **{name: SUITE_RECIPES[name] for name in ("zlib", "bzip2", "libzstd")},
    # Without this machine's libtool, which links with this machine's compiler.
    "lua5.4": replace(
        BUILD_RECIPES["lua5.4"],
        build=(
            "cd src && for file in l*.c; do $CC $CFLAGS -DLUA_COMPAT_5_3 -DLUA_USE_LINUX -c $file || exit; done",
            "cd src && ar rcs liblua.a $(ls l*.o | grep -vxE 'luac?\\.o') && "
            "$CC $LDFLAGS -Wl,-E lua.o liblua.a -lm -ldl -o lua5.4 && $CC $LDFLAGS luac.o liblua.a -lm -o luac5.4",
        ),
        test=("./src/lua5.4 -v", BUILD_RECIPES["lua5.4"].test[-1]),
        needs=(),
        packages=(),
        linked=("src/lua5.4", "src/luac5.4"),
    ),
}
"""Packages in C that need no library of another package: these can be built and tested for another target."""
