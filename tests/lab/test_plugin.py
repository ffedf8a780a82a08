"""Plugins in private state folders: found by launchers, answered by servers that are counted, killed and stopped."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from smartopt.errors import UsageError
from smartopt.lab.fuzz.builds import CampaignTools
from smartopt.lab.plugin import (
    PluginStore,
    checked_way,
    counters,
    kill_servers,
    private_state,
    processor_seconds,
    server_processes,
    stop_servers,
    wait_for_workers,
)
from smartopt.llvm.toolchain import find_toolchain


@pytest.mark.parametrize("way", ["plugin", "two-run"])
def test_a_campaign_takes_its_way(way: str, store: PluginStore, tmp_path: Path) -> None:
    chosen = checked_way(way)
    with private_state(tmp_path / "state", chosen, store) as state:
        tools = CampaignTools(find_toolchain("22"), state, way=chosen)
        tools.check_way()
        assert ("way.plugin" in counters(state)) == (way == "plugin")
        assert bool(server_processes(state)) == (way == "plugin")
        assert (processor_seconds(state) > 0) == (way == "plugin")
    assert not server_processes(state)


def test_another_way_is_noticed(store: PluginStore, tmp_path: Path) -> None:
    """A state folder without a plugin, and one with a plugin for a run that is to measure the other way."""
    (tmp_path / "bare").mkdir(mode=0o700)
    with pytest.raises(UsageError, match="--way plugin was asked for"):
        CampaignTools(find_toolchain("22"), tmp_path / "bare", way="plugin").check_way()
    with pytest.raises(UsageError, match="plugin or two-run"):
        checked_way("both")
    with pytest.raises(UsageError, match="needs a plugin"), private_state(tmp_path / "none", "plugin", None):
        pass


def test_killed_servers_are_gone_and_start_again(store: PluginStore, tmp_path: Path) -> None:
    with (
        private_state(tmp_path / "a", "plugin", store) as state,
        private_state(tmp_path / "b", "plugin", store) as other,
    ):
        for folder in (state, other):
            CampaignTools(find_toolchain("22"), folder, way="plugin").check_way()
        wait_for_workers(state)
        before = set(server_processes(state))
        assert kill_servers(state) == len(before) >= 1
        until = time.monotonic() + 10
        while server_processes(state) and time.monotonic() < until:
            time.sleep(0.01)
        assert not server_processes(state)
        assert server_processes(other), "another folder's server is not touched"
        CampaignTools(find_toolchain("22"), state, way="plugin").check_way()
        assert set(server_processes(state)).isdisjoint(before)
    stop_servers(state)  # nothing to do


def test_without_headers_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="measure --way two-run instead"):
        PluginStore("/bin/true", tmp_path / "plugins").ready()
