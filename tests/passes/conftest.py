"""What the pass tests share: the real opts, the real module, and a strategy for trees."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from smartopt.passes.passlist import PassList
from smartopt.passes.pipeline import Pipeline
from smartopt.passes.random_lists import random_list
from smartopt.passes.trusted import Trusted

MODULE = Path(__file__).parent / "small.ll"
"""Loops, a switch, a memcpy, recursion and calls, as clang 19 -Oz emits them before any pass."""


def random_list_with_meta(rng: random.Random, trusted: Trusted, **lengths: int) -> PassList:
    """A random list; two in five have a default pipeline at a random place, and one item less beside it."""
    made = random_list(rng, trusted, **lengths)
    if rng.random() < 0.6:
        return made
    nodes = made.prefix.nodes[1:]
    at = rng.randint(0, len(nodes))
    return PassList(Pipeline(nodes[:at]), rng.choice(trusted.metas), Pipeline(nodes[at:]))


@pytest.fixture(scope="session", params=[19, 22])
def major(request: pytest.FixtureRequest) -> int:
    found: int = request.param
    return found


@pytest.fixture(scope="session")
def opt_path(major: int) -> str:
    path = shutil.which(f"opt-{major}")
    if path is None:
        pytest.skip(f"opt-{major} is not installed")
    return path


@pytest.fixture(scope="session")
def opt(opt_path: str) -> Callable[..., str]:
    """Run the real opt on the module; returns its standard output, fails the test with opt's own message."""

    def run(pipeline: str, *more: str) -> str:
        command = [opt_path, f"-passes={pipeline}", str(MODULE), *(more or ("-disable-output",))]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, f"{pipeline}\n{done.stderr[:2000]}"
        return done.stdout

    return run
