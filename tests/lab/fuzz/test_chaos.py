"""Trouble for builds through the plugin: it is really made, every build is right, and nothing is left behind."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from smartopt.errors import UsageError
from smartopt.lab.fuzz.builds import CampaignTools
from smartopt.lab.fuzz.chaos import TROUBLES, Chaos, TroubledBuild
from smartopt.lab.fuzz.compile_options import CompileOptions
from smartopt.lab.fuzz.shape_campaign import ShapeSettings, run_shapes
from smartopt.lab.plugin import PluginStore, server_processes
from smartopt.llvm.toolchain import find_toolchain

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts the full file systems")


@pytest.fixture
def mounts(store: PluginStore) -> None:
    """Skip where root may not mount either, as in some containers."""
    try:
        with Chaos(store):
            pass
    except UsageError as error:
        pytest.skip(str(error))


@pytest.mark.usefixtures("mounts")
def test_the_trouble_is_there_and_goes(store: PluginStore) -> None:
    with Chaos(store) as chaos:
        builds = {build.trouble: build for build in chaos.builds(CompileOptions()) if isinstance(build, TroubledBuild)}
        assert list(builds) == list(TROUBLES)
        for trouble in ("full", "no inodes"):
            with pytest.raises(OSError, match="No space left"):
                (builds[trouble].state / "file").write_text("more")
        state = builds["killed"].state
        CampaignTools(find_toolchain("22"), state, way="plugin").check_way()
        until = time.monotonic() + 20
        while server_processes(state) and time.monotonic() < until:
            time.sleep(0.05)
        assert chaos.kills >= 1
        assert not server_processes(state), "nobody stopped it, so it was killed"
    assert not state.exists()
    assert not [line for line in Path("/proc/mounts").read_text().splitlines() if str(state.parent) in line]


@pytest.mark.usefixtures("mounts", "own_plugins")
def test_every_build_in_trouble_is_right() -> None:
    settings = ShapeSettings(programs=2, per_file=2, language="c", llvm="22", way="plugin", chaos=True, reduce=False)
    summary = run_shapes(settings)
    assert (summary.compared, summary.finds) == (2, [])
    assert {name.partition(" ")[2] for name in summary.builds} == set(TROUBLES)
    assert summary.optimised, "not everything was left to clang"


def test_chaos_is_for_the_plugin() -> None:
    with pytest.raises(UsageError, match="plugin's way"):
        ShapeSettings(chaos=True)
