"""Fetch Debian source packages with the system's own client, for corpora and benchmarks.

Sources are fetched at run time and never committed. The system's package lists are left alone: a private folder gets
the source entries that belong to the binary entries of this system.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..errors import SmartoptError

__all__ = ["CACHE", "PackageError", "fetch", "install"]

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "smartopt-lab"
"""Where commands keep fetched sources and builds unless told otherwise."""


class PackageError(SmartoptError):
    """A package could not be fetched or unpacked."""


def fetch(name: str, folder: Path) -> Path:
    """The unpacked source tree of a Debian source package, fetched if it is not there yet.

    A security update without a fetchable source falls back to the release version. Raises PackageError.
    """
    home = folder / name
    marker = home / ".complete"
    if marker.exists():
        return home / marker.read_text().strip()
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    options = _private_lists(folder / ".apt")
    release = _release()
    for wanted in (name, f"{name}/{release}"):
        done = _quiet(["apt-get", *options, "-qq", "source", "--download-only", wanted], home)
        if done is None:
            break
    else:
        raise PackageError(f"cannot fetch the source of {name}: {done}; check the network and try again")
    descriptions = sorted(home.glob("*.dsc"))
    if not descriptions:
        raise PackageError(f"the source of {name} came without a .dsc file; try again")
    problem = _quiet(["dpkg-source", "--no-check", "-x", descriptions[0].name, "tree"], home)
    if problem is not None:
        raise PackageError(f"cannot unpack {name}: {problem}; install dpkg-dev")
    marker.write_text("tree")
    return home / "tree"


def install(packages: Sequence[str]) -> None:
    """Install the binary packages that are missing. Raises PackageError, also if this process is not root."""
    missing = [name for name in packages if not _installed(name)]
    if not missing:
        return
    if os.geteuid() != 0:
        raise PackageError(f"{' '.join(missing)} is needed; run apt-get install {' '.join(missing)} as root")
    options = ["-y", "-qq", "-o", "DPkg::Lock::Timeout=600", "--no-install-recommends"]
    problem = _quiet(["apt-get", *options, "install", *missing], Path.cwd())
    if problem is not None:
        raise PackageError(f"cannot install {' '.join(missing)}: {problem}; check the network and try again")


def _installed(name: str) -> bool:
    command = ["dpkg-query", "-W", "-f", "${db:Status-Status}", name]
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout == "installed"
    except OSError:
        return False


def _private_lists(folder: Path) -> list[str]:
    """apt options that read source entries from a private folder; updates the lists once."""
    lists = folder / "lists"
    (lists / "partial").mkdir(parents=True, exist_ok=True)
    sources = folder / "sources.list"
    options = [
        f"-oDir::Etc::sourcelist={sources}",
        "-oDir::Etc::sourceparts=-",
        f"-oDir::State::lists={lists}",
        "-oAPT::Sandbox::User=root",
    ]
    if not (folder / "updated").exists():
        entries = sorted(set(_source_entries()))
        if not entries:
            raise PackageError("this system has no Debian package sources; source packages cannot be fetched here")
        sources.write_text("\n".join(entries) + "\n")
        problem = _quiet(["apt-get", *options, "-qq", "update"], folder)
        if problem is not None:
            raise PackageError(f"cannot read the package lists: {problem}; check the network and try again")
        (folder / "updated").write_text("")
    return options


def _source_entries() -> Iterable[str]:
    """deb-src lines for every Debian archive that this system takes binary packages from."""
    files = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    for path in files:
        text = path.read_text(errors="replace") if path.is_file() else ""
        if path.suffix == ".sources":
            for block in re.split(r"\n\s*\n", text):
                fields = dict(re.findall(r"^([\w-]+):\s*(.*)$", block, re.MULTILINE))
                if "deb" in fields.get("Types", "").split():
                    signed = f"[signed-by={fields['Signed-By']}] " if "Signed-By" in fields else ""
                    for uri in fields.get("URIs", "").split():
                        for suite in fields.get("Suites", "").split():
                            yield f"deb-src {signed}{uri} {suite} {fields.get('Components', '')}"
        else:
            for line in text.splitlines():
                if line.startswith("deb "):
                    yield "deb-src " + line[4:]


def _release() -> str:
    text = Path("/etc/os-release").read_text() if Path("/etc/os-release").exists() else ""
    found = re.search(r"^VERSION_CODENAME=(\w+)", text, re.MULTILINE)
    return found.group(1) if found else "bookworm"


def _quiet(command: list[str], folder: Path) -> str | None:
    """Run a command; None if it succeeded, else its last line."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=900,
            env=dict(os.environ, DEBIAN_FRONTEND="noninteractive", LC_ALL="C"),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    lines = (done.stderr or done.stdout).strip().splitlines()
    return None if done.returncode == 0 else (lines[-1] if lines else f"exit status {done.returncode}")
