"""One smartopt among several: the folder of its commands, found in a virtual environment or made from a checkout."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from compileall import compile_dir
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ...errors import UsageError

__all__ = ["COMMANDS", "Installation", "find_installation"]

COMMANDS = ("smartopt", "smartopt-clang", "smartopt-clang++")
_DEPENDENCIES = ("ctranslate2", "llvmlite", "numpy", "rich", "tokenizers", "typer")
_WHERE = "import os, smartopt; print(os.path.dirname(smartopt.__file__))"


@dataclass(frozen=True)
class Installation:
    """One smartopt.

    Attributes:
        commands: the folder that holds the three commands.
        digest: of the package that they run.
        python: its interpreter.
        place: the folder that holds the package.
    """

    commands: Path
    digest: str
    python: Path
    place: Path


def find_installation(place: Path, folder: Path) -> Installation:
    """The smartopt of ``place``: a folder with the three commands, or a checkout, which is installed into ``folder``.

    Raises UsageError if it is neither, or if its Python does not find smartopt.
    """
    place = place.resolve()
    if all((place / name).is_file() for name in COMMANDS):
        commands = place
    elif (place / "smartopt" / "__init__.py").is_file():
        commands = _install(place, folder.resolve())
    else:
        raise UsageError(
            f"{place} holds neither {', '.join(COMMANDS)} nor a checkout of smartopt; name the bin folder of a virtual"
            " environment or a checkout"
        )
    python, package = _package(commands)
    return Installation(commands, _digest(package), python, package.parent)


def _install(checkout: Path, folder: Path) -> Path:
    """Copy a checkout into a virtual environment of its own; returns its bin folder.

    What smartopt needs comes from the environment of this process: nothing is downloaded. The package is copied, so
    that edits in the checkout do not reach a comparison that runs.
    """
    launchers = checkout / "wrappers" / "bin"
    if not all((launchers / name).is_file() for name in COMMANDS):
        raise UsageError(
            f"{launchers} holds no launchers: install {checkout} into a virtual environment, and name its bin folder"
        )
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, symlinks=os.name != "nt")
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    shutil.copytree(checkout / "smartopt", packages / "smartopt", ignore=shutil.ignore_patterns("__pycache__", "lab"))
    # Plain folders, searched after the copy: another smartopt in them is not seen.
    specs = [find_spec(name) for name in _DEPENDENCIES]
    folders = dict.fromkeys(str(Path(spec.origin).parents[1]) for spec in specs if spec and spec.origin)
    (packages / "dependencies.pth").write_text("".join(f"{path}\n" for path in folders))
    compile_dir(packages / "smartopt", quiet=2)
    for name in COMMANDS:
        shutil.copy(launchers / name, folder / "bin" / name)
    return folder / "bin"


def _package(commands: Path) -> tuple[Path, Path]:
    """An environment's Python, and the folder of the package that it imports."""
    python = next((path for name in ("python3", "python") if (path := commands / name).exists()), None)
    if python is None:
        python = Path(sys.executable)
    done = subprocess.run([python, "-I", "-c", _WHERE], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise UsageError(f"{python} finds no smartopt; install it into the virtual environment of {commands}")
    return python, Path(done.stdout.strip())


def _digest(package: Path) -> str:
    """A digest of all that decides what a build makes: the package's files but for the lab."""
    whole = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        parts = path.relative_to(package).parts
        if path.is_file() and parts[0] != "lab" and "__pycache__" not in parts:
            whole.update(f"{'/'.join(parts)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()[:32]
