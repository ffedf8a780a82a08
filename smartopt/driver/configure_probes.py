"""Recognises the small programs that a configuration tool compiles to learn what the compiler can do.

Their objects are thrown away, so they are left to clang, with and without the plugin: that is faster, and no process is
started for them. The plugin applies the same rule (``wrappers/plugin/probes.cpp``) to the same tables, which
``driver.plugin.build`` compiles into it.
"""

from __future__ import annotations

__all__ = ["FOLDERS", "FOLDER_STARTS", "NAMES", "PATHS", "is_probe"]

NAMES = (
    *("conftest", "_configtest"),  # autoconf and SCons; Python's distutils
    *("CMakeCCompilerId", "CMakeCXXCompilerId", "CMakeCCompilerABI", "CMakeCXXCompilerABI"),
)
"""File names up to the first dot, without digits and underscores at their end."""
FOLDERS = ("CMakeTmp", "CMakeScratch", "meson-private", ".sconf_temp")
"""Folders anywhere in the source's path or the working directory."""
FOLDER_STARTS = ("TryCompile-", ".conf_check_", "ffconf.")
"""Beginnings of such folders' names: CMake, waf, FFmpeg."""
PATHS = ("/dev/null",)
"""Whole paths: Kbuild."""


def is_probe(source: str, folder: str) -> bool:
    """Whether a source, named from a working directory, is such a program. Looks at names only."""
    if source in PATHS:
        return True
    *folders, base = source.split("/")
    if base.partition(".")[0].rstrip("0123456789_") in NAMES:
        return True
    return any(name in FOLDERS or name.startswith(FOLDER_STARTS) for name in (*folders, *folder.split("/")))
