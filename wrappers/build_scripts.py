"""Installs the two drivers as native programs where pip finds a C compiler, else as the script that does the same.

Commands of setuptools (pyproject.toml names them). The script is installed as ``smartopt`` in any case: the native
programs start it for what they do not do themselves. A wheel with native programs is for one platform.
"""

from __future__ import annotations

import runpy
import shutil
from pathlib import Path

from setuptools import Distribution
from setuptools.command.bdist_wheel import bdist_wheel

__all__ = ["BuildScripts", "Wheel"]

HERE = Path("wrappers")
build_scripts = Distribution().get_command_class("build_scripts")  # where setuptools keeps it, which is its own affair
NATIVE = ("smartopt-clang", "smartopt-clang++")


class BuildScripts(build_scripts):
    """Copies the scripts, then puts native programs in the place of two of them."""

    native = False

    def run(self) -> None:
        super().run()
        launcher = runpy.run_path(str(HERE / "build_launcher.py"))["build"](Path(self.build_temp()))
        self.native = launcher is not None
        for name in NATIVE if launcher else ():
            target = Path(self.build_dir, name)
            target.unlink()
            shutil.copy(launcher, target)

    def build_temp(self) -> str:
        """Where the launcher is built."""
        return str(self.get_finalized_command("build").build_temp)

    def get_source_files(self) -> list[str]:
        return [*super().get_source_files(), *(str(path) for path in sorted(HERE.glob("*.*")))]


class Wheel(bdist_wheel):
    """A wheel that names the platform if its programs are native, though its package is for all."""

    def get_tag(self) -> tuple[str, str, str]:
        tag: tuple[str, str, str] = super().get_tag()
        if not self.get_finalized_command("build_scripts").native:
            return tag
        self.root_is_pure = False
        try:
            return (*tag[:2], super().get_tag()[2])
        finally:
            self.root_is_pure = True
