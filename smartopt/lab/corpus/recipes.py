"""The packages of each split, and how those are built that the general recipes do not fit.

Splits are by package, so that no project is on two sides; a package that is not listed is not used.
The lines of a recipe are shell, run in the source tree with ``CC``, ``CXX``, ``CFLAGS``, ``CXXFLAGS`` and ``JOBS``
set. ``configure`` runs without collecting: what configure scripts try is not what users compile.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["OWN_PACKAGES", "SPLITS", "Recipe", "recipe_for", "split_of"]

SPLITS: dict[str, tuple[str, ...]] = {
    "train": tuple(
        """
        coreutils bash grep sed gawk tar gzip xz-utils diffutils findutils make-dfsg less nano tmux screen dash busybox
        openssl gnutls28 nettle gmp libgcrypt20 libsodium curl wget rsync openssh nginx lighttpd haproxy memcached
        libevent libuv1 glib2.0 libxml2 libpng1.6 libjpeg-turbo tiff libwebp freetype flac opus libvorbis libsdl2 perl
        python3.11 ruby3.1 php8.2 tcl8.6 postgresql-15 git util-linux e2fsprogs iproute2 tcpdump libpcap iptables
        strace htop vim patch bc bison flex m4 gettext ncurses readline pcre2 libffi mpg123 speex libogg libtheora cairo
        pixman snappy leveldb protobuf poppler ninja-build harfbuzz double-conversion libjsoncpp tinyxml2 yaml-cpp
        simdjson capnproto libzip brotli libdeflate squashfs-tools sox lynx w3m irssi zsh tcsh libgd2
        """.split()
    ),
    "validation": ("c-ares", "popt", "libssh2", "libyaml", "fmtlib"),
    "test": ("libarchive", "gsl", "mpfr4", "file", "nasm", "openjpeg2", "pugixml", "lame", "re2"),
}

OWN_PACKAGES = {"csmith": "train", "examples": "train", "examples-validation": "validation"}
"""Packages that are not fetched but made here (``csmith``, ``examples``), and their splits."""


@dataclass(frozen=True)
class Recipe:
    """How one package is built."""

    configure: tuple[str, ...]
    build: tuple[str, ...] = ("make -k -j$JOBS",)
    strict: bool = False
    """Whether to leave out the flags for old C code, which the package's configure script cannot stand."""


_BUILD = "make -k -j$JOBS ACLOCAL=: AUTOCONF=: AUTOMAKE=: AUTOHEADER=:"
"""From the dates of unpacked and patched files make would conclude that it must run other versions of autotools."""

_AUTOTOOLS = Recipe(("./configure",), (_BUILD,))
_CMAKE = Recipe(
    ("cmake -S . -B smartopt-out -DCMAKE_BUILD_TYPE=None -DCMAKE_POLICY_VERSION_MINIMUM=3.5",),
    ("cmake --build smartopt-out -j $JOBS -- -k",),
)
_MESON = Recipe(("meson setup smartopt-out --buildtype plain",), ("ninja -k 0 -j $JOBS -C smartopt-out",))
_MAKE = Recipe((), ('make -k -j$JOBS CC="$CC" CXX="$CXX" CFLAGS="$CFLAGS" CXXFLAGS="$CXXFLAGS"',))


def _below(folder: str, recipe: Recipe) -> Recipe:
    """A recipe that works in a folder of the tree."""
    return Recipe(
        tuple(f"cd {folder} && {line}" for line in recipe.configure),
        tuple(f"cd {folder} && {line}" for line in recipe.build),
    )


_OWN: dict[str, Recipe] = {
    "openssl": Recipe(("./Configure linux-x86_64 no-tests",)),
    "nginx": Recipe(
        (
            './configure --with-cc="$CC" --with-cc-opt="$CFLAGS" --with-http_ssl_module --with-http_v2_module '
            "--with-mail --with-stream --with-http_dav_module --with-http_flv_module --with-http_mp4_module",
        )
    ),
    "perl": Recipe(('sh Configure -des -Dcc="$CC" -Doptimize="$CFLAGS"',)),
    "busybox": Recipe(("make defconfig CC=$CC HOSTCC=gcc",), ('make -k -j$JOBS CC="$CC" HOSTCC=gcc',)),
    "haproxy": Recipe((), ('make -k -j$JOBS TARGET=linux-glibc CC="$CC" CPU_CFLAGS="$CFLAGS"',)),
    "git": Recipe((), ('make -k -j$JOBS CC="$CC" CFLAGS="$CFLAGS" NO_GETTEXT=1 NO_TCLTK=1 NO_PERL=1 NO_PYTHON=1',)),
    "iproute2": Recipe(("./configure",), ('make -k -j$JOBS CC="$CC" CCOPTS="$CFLAGS"',)),
    "tcl8.6": _below("unix", _AUTOTOOLS),
    "php8.2": Recipe(
        (
            "./buildconf --force",
            "./configure --disable-all --disable-cgi --disable-phpdbg "
            "--enable-mbstring --disable-mbregex --enable-bcmath --enable-calendar --enable-ctype "
            "--enable-exif --enable-fileinfo --enable-filter --enable-ftp --enable-pcntl --enable-phar "
            "--enable-posix --enable-session --enable-sockets --enable-tokenizer",
        )
    ),
    "postgresql-15": Recipe(("./configure --without-readline --without-icu",), strict=True),
    "python3.11": Recipe(("./configure",), ("make -k -j$JOBS",)),
    "vim": Recipe(("./configure --enable-gui=no --without-x --with-features=huge",)),
    "squashfs-tools": _below("squashfs-tools", Recipe((), ('make -k -j$JOBS CC="$CC" EXTRA_CFLAGS="$CFLAGS"',))),
    "zsh": Recipe(("sh Util/preconfig", "./configure --with-tcsetpgrp")),
    "openssh": Recipe(("autoreconf -fi", "./configure")),
    "curl": Recipe(("autoreconf -fi", "./configure --with-openssl")),
    "gmp": Recipe(("mkdir -p doc && : > doc/Makefile.in", "./configure --disable-assembly"), (_BUILD,)),
    "ncurses": Recipe(("./configure --with-shared --enable-widec",)),
    "libsdl2": Recipe(("./configure",)),
    "gettext": Recipe(("./configure --disable-java --disable-csharp",)),
    "libgcrypt20": Recipe(("autoreconf -fi", "./configure --disable-doc")),
    "bc": Recipe(("./configure", "sed -i 's/^SUBDIRS = .*/SUBDIRS = lib bc dc/' Makefile")),
    "protobuf": Recipe(("autoreconf -fi", "./configure")),
    "e2fsprogs": Recipe(("./configure",), ("make -k -j$JOBS V=1",)),
    "popt": Recipe(("autoreconf -fi", "./configure")),
    "libxml2": Recipe(
        (
            "autoreconf -fi",
            "./configure --without-python",
        )
    ),
    "re2": Recipe((), ('make -k -j$JOBS CXX="$CXX" CXXFLAGS="$CXXFLAGS -std=c++17"',)),
    "lighttpd": Recipe(
        (
            "autoreconf -fi",
            "./configure --without-bzip2",
        )
    ),
    "xz-utils": Recipe(
        (
            "autoreconf -fi",
            "./configure --disable-doc",
        )
    ),
    "harfbuzz": Recipe(("meson setup smartopt-out --buildtype plain -Dtests=disabled -Ddocs=disabled",), _MESON.build),
    "glib2.0": Recipe(("meson setup smartopt-out --buildtype plain -Dtests=false",), _MESON.build),
    "poppler": Recipe(
        (
            "cmake -S . -B smartopt-out -DCMAKE_BUILD_TYPE=release -DCMAKE_C_FLAGS_RELEASE= "
            "-DCMAKE_CXX_FLAGS_RELEASE= -DBUILD_QT5_TESTS=OFF -DENABLE_QT5=OFF "
            "-DENABLE_QT6=OFF -DBUILD_GTK_TESTS=OFF -DENABLE_GLIB=OFF",
        ),
        _CMAKE.build,
    ),
    "libjpeg-turbo": _CMAKE,
    "brotli": _CMAKE,
    "libjsoncpp": _CMAKE,
    "less": _AUTOTOOLS,
}


def split_of(package: str) -> str | None:
    """The split that a package belongs to; None for one that must not be used."""
    return next((split for split, names in SPLITS.items() if package in names), None)


def recipe_for(package: str, tree: Path) -> Recipe | None:
    """The package's own recipe, else the general one for the build system of its tree."""
    if package in _OWN:
        return _OWN[package]
    if (tree / "configure").is_file():
        return _AUTOTOOLS
    if (tree / "CMakeLists.txt").is_file():
        return _CMAKE
    if (tree / "meson.build").is_file():
        return _MESON
    if (tree / "configure.ac").is_file() or (tree / "configure.in").is_file():
        return Recipe(("autoreconf -fi", "./configure"))
    if any((tree / name).is_file() for name in ("Makefile", "GNUmakefile", "makefile")):
        return _MAKE
    return None
