"""The commands for builds (--build-plugin, --doctor, --stop-server), and the plugin that builds itself once."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from smartopt.driver.plugin import build, descriptor
from smartopt.server.place import running
from tests.support import SMARTOPT, one_line, smartopt

from ..conftest import C_SOURCE, Pair, tool
from ..plugins import Plugins

Value = TypeVar("Value")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"SMARTOPT_DIR": str(tmp_path / "state"), "SMARTOPT_CLANG": tool("clang-22"), "SMARTOPT_PLUGIN": "1"}


def lines_of(done: subprocess.CompletedProcess[bytes]) -> dict[str, tuple[str, str]]:
    """The lines of --doctor: mark and text by part."""
    found = {}
    for line in done.stdout.decode().split("\n\n")[0].splitlines():
        mark, part, text = line.split(None, 2)
        found[part] = (mark, text)
    return found


def test_doctor_where_all_is_well(environment: dict[str, str], plugins: Plugins) -> None:
    plugin = plugins.give(environment["SMARTOPT_CLANG"], Path(environment["SMARTOPT_DIR"]))
    done = smartopt("--doctor", env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    found = lines_of(done)
    assert found["plugin"] == ("ok", str(plugin))
    assert {mark for part, (mark, _) in found.items() if part != "launcher"} == {"ok"}
    assert {"clang", "libLLVM", "headers", "launcher", "server", "state", "model"} <= found.keys()


def test_doctor_without_a_plugin(environment: dict[str, str]) -> None:
    done = smartopt("--doctor", env=environment)
    assert done.returncode == 0
    mark, text = lines_of(done)["plugin"]
    assert mark == "--"
    assert "--build-plugin" in text
    assert not Path(environment["SMARTOPT_DIR"]).exists()


@pytest.mark.parametrize("wrong", [{"SMARTOPT_CLANG": "/no/clang"}, {"SMARTOPT_DISABLE": "1"}])
def test_doctor_where_nothing_is_optimised(environment: dict[str, str], wrong: dict[str, str]) -> None:
    done = smartopt("--doctor", env={**environment, **wrong})
    assert done.returncode == 1
    assert "NO" in {mark for mark, _ in lines_of(done).values()}


def test_doctor_sees_a_folder_that_is_not_private(environment: dict[str, str]) -> None:
    state = Path(environment["SMARTOPT_DIR"])
    state.mkdir()
    state.chmod(0o777)
    assert lines_of(smartopt("--doctor", env=environment))["state"][0] == "--"


def test_build_plugin_where_it_is_there(environment: dict[str, str], plugins: Plugins) -> None:
    plugin = plugins.give(environment["SMARTOPT_CLANG"], Path(environment["SMARTOPT_DIR"]))
    done = smartopt("--build-plugin", env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().rstrip().endswith(str(plugin))


def test_a_build_that_is_killed_leaves_no_compiler_running(environment: dict[str, str], tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    command = [*SMARTOPT, "--build-plugin"]
    with subprocess.Popen(command, env={**os.environ, **environment, "TMPDIR": str(scratch)}) as building:
        compilers = waited(lambda: mentioning(str(scratch)))
        building.kill()
    assert compilers
    assert waited(lambda: not mentioning(str(scratch)))


def mentioning(text: str) -> list[int]:
    """The processes whose command line names something."""
    found = []
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            if text in Path("/proc", process, "cmdline").read_text(errors="replace"):
                found.append(int(process))
        except OSError:
            continue
    return found


def waited(what: Callable[[], Value], seconds: float = 60) -> Value:
    """What comes out of a question as soon as it is true, or in the end."""
    end = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < end:
        time.sleep(0.02)
    return found


def test_build_plugin_where_it_cannot_be(environment: dict[str, str], tmp_path: Path) -> None:
    done = smartopt("--build-plugin", env={**environment, "SMARTOPT_CLANG": "/no/clang"})
    assert done.returncode == 1
    assert "no clang" in one_line(done)
    state = tmp_path / "file"
    state.write_text("")
    done = smartopt("--build-plugin", env={**environment, "SMARTOPT_DIR": str(state)})
    assert done.returncode == 1
    assert str(state) in one_line(done)


def test_headers_that_are_missing(environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what to install."""
    clang = os.path.realpath(environment["SMARTOPT_CLANG"])
    exists = os.path.exists
    monkeypatch.setattr(os.path, "exists", lambda path: "PassBuilder.h" not in str(path) and exists(path))
    with pytest.raises(build.PluginError, match=r"apt-get install llvm-\d+-dev"):
        build.find_parts(clang)


def test_a_build_that_failed_is_told_and_not_repeated_by_itself(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMARTOPT_DIR", environment["SMARTOPT_DIR"])
    clang = environment["SMARTOPT_CLANG"]

    def refuse(*_: object) -> None:
        raise build.PluginError("the plugin does not compile: no reason")

    with monkeypatch.context() as patch:
        patch.setattr(build, "_compile", refuse)
        with pytest.raises(build.PluginError, match="no reason"):
            build.build(clang)
    assert build.failure(clang) == "the plugin does not compile: no reason"
    assert descriptor.find(clang) is None
    assert lines_of(smartopt("--doctor", env=environment))["plugin"] == ("--", build.failure(clang))
    command = [descriptor.interpreter(), "-c", f"from smartopt.driver.plugin.build import main; main({clang!r})"]
    place = os.path.realpath(Path(build.__file__).parents[3])
    began = time.monotonic()
    subprocess.run(command, env={**os.environ, **environment, "PYTHONPATH": place}, check=True, timeout=60)
    assert time.monotonic() - began < 5
    assert descriptor.find(clang) is None


def test_a_build_that_was_overtaken_is_not_announced(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """smartopt was installed anew meanwhile, and may have a plugin already."""
    monkeypatch.setenv("SMARTOPT_DIR", environment["SMARTOPT_DIR"])
    clang = environment["SMARTOPT_CLANG"]
    installed = tmp_path / "__init__.py"
    installed.write_text("one")
    monkeypatch.setattr(descriptor, "package", lambda: descriptor.stamp(str(installed)))

    def compile(_: object, plugin: str, __: object) -> None:
        Path(plugin).write_text("a plugin")
        installed.write_text("another")

    for name, does in (("_compile", compile), ("_try", lambda *_: None), ("_works_in_lld", lambda *_: False)):
        monkeypatch.setattr(build, name, does)
    with pytest.raises(build.PluginError, match="try again"):
        build.build(clang)
    assert descriptor.find(clang) is None
    assert build.failure(clang) == ""
    monkeypatch.setattr(build, "_compile", lambda _, plugin, __: Path(plugin).write_text("a plugin"))
    assert os.path.basename(build.build(clang)).startswith("smartopt-22-")
    assert descriptor.find(clang) is not None


def test_the_first_compile_builds_it_and_waits_for_nothing(pair: Pair) -> None:
    """Whoever waits for the end of the compile's pipes (ninja, tee) does not wait for the build."""
    pair.files = {"a.c": C_SOURCE, "conftest.c": C_SOURCE}
    pair.fresh()
    pair.environment["SMARTOPT_PLUGIN"] = "1"
    probe = pair.run(pair.door(), "-Oz", "-c", "conftest.c")
    assert probe.code == 0
    assert not (pair.state / "plugins").exists()
    assert pair.counted()["reason.driver-probe"] == 1
    began = time.monotonic()
    command = ["sh", "-c", f'"{pair.door()}" -Oz -c a.c | cat']
    jobserver = os.pipe()
    pipes = {f"pipe:[{os.fstat(end).st_ino}]" for end in jobserver}
    subprocess.run(command, cwd=pair.work, env=pair.env(), check=True, timeout=60, pass_fds=jobserver)
    for end in jobserver:
        os.close(end)
    took = time.monotonic() - began
    (builder,) = builders(pair.state)
    try:
        assert {os.readlink(f"/proc/{builder}/fd/{number}") for number in (0, 1, 2)} == {"/dev/null"}
        assert pipes.isdisjoint(held_by(builder))
        assert not [name for name in held_by(builder) if name.startswith(str(pair.work))]
        assert os.getpriority(os.PRIO_PROCESS, builder) >= min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)
        assert os.getsid(builder) != os.getsid(0)
        assert took < 30
        assert pair.run(pair.door(), "-Oz", "-c", "a.c").code == 0
        assert builders(pair.state) == [builder]  # one at a time, once
    finally:
        os.killpg(os.getpgid(builder), signal.SIGKILL)
    assert pair.counted()["way.two-runs"] == 2


def builders(state: Path) -> list[int]:
    """The processes that build a plugin for a state folder, and have begun to."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        found: dict[int, int] = {}
        for path in Path("/proc").glob("[0-9]*"):
            try:
                ours = f"SMARTOPT_DIR={state}\0".encode() in (path / "environ").read_bytes() + b"\0"
                if ours and b"plugin.build" in (path / "cmdline").read_bytes():
                    found[int(path.name)] = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
        # A child that is about to become a compiler still looks like its parent.
        first = [process for process, parent in found.items() if parent not in found]
        if first and list((state / "plugins").glob("*.lock")):
            return first
        time.sleep(0.05)
    return []


def held_by(process: int) -> list[str]:
    """What a process has open besides the standard streams."""
    names = []
    for number in os.listdir(f"/proc/{process}/fd"):
        try:
            names.append(os.readlink(f"/proc/{process}/fd/{number}") if int(number) > 2 else "")
        except OSError:
            pass
    return names


def test_stop_server_and_statistics(pair: Pair, plugins: Plugins) -> None:
    plugins.give(pair.clang, pair.state)
    pair.environment["SMARTOPT_PLUGIN"] = "1"
    pair.fresh()
    assert pair.run(pair.door(), "-Oz", "-c", "a.c").code == 0
    (server,) = running(str(pair.state / "server"))
    env = {"SMARTOPT_DIR": str(pair.state)}
    doctor = lines_of(smartopt("--doctor", env={**pair.environment, **env}))
    assert doctor["server"][0] == "ok"
    assert str(server.process) in doctor["server"][1]
    assert smartopt("--stop-server", env=env).stdout == b"Servers stopped: 1\n"
    assert smartopt("--stop-server", env=env).stdout == b"Servers stopped: 0\n"
    assert running(str(pair.state / "server")) == []
    shown = smartopt("--show-stats", env=env).stdout.decode()
    assert "one run of clang" in shown
    assert "server starts" in shown
    plugin = next((pair.state / "plugins").glob("*.so"))
    assert smartopt("--clear-cache", env=env).returncode == 0
    assert plugin.exists()
