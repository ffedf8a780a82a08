"""The paper's page: one command from nothing to the page, stopped, gone on with, and drawn again.

pytest tests/lab/paper/test_paper.py --whole-paper     all parts at scale smoke; else only those that train nothing
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from smartopt.lab.paper.parts import PARTS
from tests.support import ROOT


def paper(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    places = ["--folder", str(folder / "corpus"), "--out", str(folder / "out"), "--model", "models/tiny-22"]
    command = [sys.executable, "-m", "smartopt.lab.app", "paper", *more, *places]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, timeout=4500, cwd=ROOT, env=environment)


def test_without_training(tmp_path: Path) -> None:
    out = tmp_path / "out"
    early = paper(tmp_path, "nvp")
    assert early.returncode == 2
    assert "run smartopt-lab paper autotuner first" in early.stderr
    done = paper(tmp_path, "functions", "autotuner")
    assert done.returncode == 0, done.stdout + done.stderr
    functions, tuned = (
        json.loads((out / "results" / f"{name}.json").read_text())["result"] for name in ("functions", "autotuner")
    )
    for arm, data in functions.items():
        assert data["leaks"] == 0
        found = tuned[arm]["splits"]["test"]
        assert found["alone"]["instructions"]["regressed"] == 0
        assert found["functions"] == data["tables"]["test"][-1]["functions"] > 0
    page = (out / "index.html").read_text()
    assert "Table I:" in page
    assert "has not run" in page
    for path in (out / "figures").glob("*.svg"):
        assert ElementTree.parse(path).getroot().tag.endswith("svg")


def test_smoke(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("--whole-paper"):
        pytest.skip("takes many minutes; --whole-paper runs it")
    out = tmp_path / "out"
    early = paper(tmp_path, "nvp")
    assert early.returncode == 2
    assert "run smartopt-lab paper autotuner first" in early.stderr

    stopped = paper(tmp_path, "--time-limit", "0")
    assert stopped.returncode == 3
    assert not (out / "results").exists()
    assert "has not run" in (out / "index.md").read_text()

    done = paper(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    results = {name: json.loads((out / "results" / f"{name}.json").read_text()) for name in PARTS}
    assert {found["settings"]["scale"] for found in results.values()} == {"smoke"}

    for arm, data in results["functions"]["result"].items():
        assert data["leaks"] == 0
        tuned = results["autotuner"]["result"][arm]["splits"]["test"]
        assert tuned["alone"]["instructions"]["regressed"] == 0
        assert tuned["functions"] == data["tables"]["test"][-1]["functions"] > 0

    page = (out / "index.html").read_text()
    markdown = (out / "index.md").read_text()
    assert "has not run" not in markdown
    for title in ("Table I:", "Table II", "Table III", "Table IV", "Table V", "Table VI", "Section VI", "Listings"):
        assert title in page
        assert title in markdown
    for number in (2, 3, 4, 5, 6, 7, 8):
        assert f"Figure {number}" in page or f"Figures {number}" in page or f"and {number}" in page
    for path in (out / "figures").glob("*.svg"):
        assert ElementTree.parse(path).getroot().tag.endswith("svg")
        assert f"figures/{path.name}" in page
    for theirs in ("5.03%", "3.52%", "0.95", "73.70", "5,777"):
        assert theirs in markdown

    drawn = {path: path.read_bytes() for path in out.glob("figures/*.svg")}
    again = paper(tmp_path)
    assert again.stdout.count("done before") == len(PARTS)
    only = paper(tmp_path, "--page-only")
    assert only.returncode == 0
    assert {path: path.read_bytes() for path in out.glob("figures/*.svg")} == drawn

    other = paper(tmp_path, "--seed", "2")
    assert other.returncode == 2
    assert "other settings" in other.stderr
