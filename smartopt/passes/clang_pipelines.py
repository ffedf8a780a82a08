"""The pass pipelines that clang itself runs at -Os and -Oz, as text: the baseline that smartopt must beat.

``default<Oz>`` is not what ``clang -Oz`` runs: clang adds ``declare-to-assign`` (which acts if there is debug
information) and, at -Oz, ``slp-vectorizer``, which pipelines from text always leave out
(llvm/lib/Passes/PassBuilder.cpp, setupOptionsForPipelineAlias). The texts are data, printed by each clang:

    python -m smartopt.passes.clang_pipelines --clang clang-22

Run over what the front end emits, with the relocation model that the module asks for, they give clang's own
objects byte for byte (``tests/driver/test_fidelity.py``).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence

from ..errors import ToolchainError

__all__ = ["LEVELS", "clang_pipeline", "clang_version", "main"]

LEVELS = ("Os", "Oz")


def clang_pipeline(major: int, level: str) -> str | None:
    """The pipeline that clang ``major`` runs at ``level`` (``Os`` or ``Oz``); None for a version without data."""
    if major not in _pipelines:
        try:
            with open(_path(major), encoding="utf-8") as file:
                _pipelines[major] = json.load(file)["pipelines"]
        except FileNotFoundError:
            _pipelines[major] = {}
    return _pipelines[major].get(level)


_pipelines: dict[int, dict[str, str]] = {}
"""Those that were read, by clang's version."""


def clang_version(clang: str) -> str:
    """The full version that a clang prints, such as ``22.1.8``. Raises ToolchainError."""
    import re
    import subprocess

    try:
        told = subprocess.run([clang, "--version"], capture_output=True, text=True, timeout=60, check=False).stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolchainError(f"{clang} could not be run: {error}") from error
    match = re.search(r"version (\d+\.\d+\.\d+)", told)
    if match is None:
        raise ToolchainError(f"{clang} does not say its LLVM version")
    return match[1]


def main(argv: Sequence[str] | None = None) -> int:
    """Writes the data of one clang; returns the exit code."""
    import argparse
    import shutil
    import subprocess

    parser = argparse.ArgumentParser(prog="clang_pipelines", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--clang", required=True)
    args = parser.parse_args(argv)
    clang = shutil.which(args.clang) or args.clang
    version = clang_version(clang)
    pipelines = {}
    for level in LEVELS:
        command = [clang, f"-{level}", "-c", "-x", "c", os.devnull, "-o", os.devnull]
        done = subprocess.run(
            [*command, "-mllvm", "-print-pipeline-passes"], capture_output=True, text=True, check=True
        )
        pipelines[level] = done.stdout.strip().removesuffix(",verify")
    document = {"schema": 1, "llvm": version, "pipelines": pipelines}
    with open(_path(int(version.split(".")[0])), "w", encoding="utf-8") as file:
        file.write(json.dumps(document, indent=1) + "\n")
    return 0


def _path(major: int) -> str:
    return os.path.join(os.path.dirname(__file__), "data", f"clang-pipelines-{major}.json")


if __name__ == "__main__":
    sys.exit(main())
