"""``smartopt-lab report``: real reports in, one page out; damaged and hostile ones do no harm."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartopt.errors import UsageError
from smartopt.lab.report.cli import demangler
from smartopt.lab.report.collect import load
from smartopt.lab.report.figures import Tile, percent, shade, signed, treemap
from smartopt.lab.report.page import page
from tests.lab.unhurried import UNHURRIED
from tests.support import EXAMPLES, ROOT, smartopt

EVIL = '</script><script>alert(1)</script><img src=x onerror="alert(2)">&'


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a report that smartopt itself wrote."""
    folder = tmp_path_factory.mktemp("reports")
    env = {"SMARTOPT_REPORT_DIR": str(folder), "SMARTOPT_EFFORT": "fast"}
    done = smartopt(EXAMPLES / "pack.ll", "-o", folder / "pack.bc", env=env)
    assert done.returncode == 0, done.stderr
    return folder


def report(**changed: Any) -> dict[str, Any]:
    """A small valid report: 100 bytes under -Oz and 90 now; one function won 12, another lost 2."""
    sections = {"text": 70, "rodata": 10, "eh_frame": 20, "data": 0, "total": 100}
    smaller = {**sections, "text": 60, "total": 90}

    def function(name: str, oz: int, output: int, passes: str) -> dict[str, Any]:
        return {"name": name, "bytes": {"oz": oz, "output": output}, "passes": passes, "source": "coreset", "rank": 0}

    return {
        "schema": 1, "smartopt": "0.1.0", "llvm": "22.1.8", "engine": "libllvm", "model": "coreset-22",
        "objective": "size", "effort": "fast", "instructions": {"input": 30, "oz": 20, "output": 18},
        "bytes": {"oz": sections, "output": smaller}, "winner": "plan",
        "functions": [function("won", 60, 48, "sroa,gvn"), function("lost", 10, 12, "early-cse")],
        "candidates": [{"kind": "plan", "name": "replay", "instructions": 18, "bytes": smaller}],
        "trials": 7, "seconds": {"try": 0.5, "total": 1.0}, "fallbacks": {"trial-timeout": 2}, **changed,
    }  # fmt: skip


def put(folder: Path, name: str, content: dict[str, Any] | str) -> None:
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / f"{name}-0123456789ab.json").write_text(text)


def lab(*words: str | Path) -> subprocess.CompletedProcess[str]:
    script = "import sys; from smartopt.lab.app import main; sys.argv[0] = 'smartopt-lab'; main()"
    command = [sys.executable, "-c", script, "report", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=60)


class Seen(HTMLParser):
    """What a browser would make of the page: tags with their attributes, and that they nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "input", "rect", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_real_report(real: Path, tmp_path: Path) -> None:
    done = lab(real, "--out", tmp_path / "page.html")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "page.html").read_text()
    raw = json.loads(next(real.glob("*.json")).read_text())
    sizes = raw["bytes"]
    seen = Seen(text)
    assert not seen.open
    assert f"{sizes['oz']['total']:,} → {sizes['output']['total']:,} bytes" in seen.text
    assert all(function["name"] in seen.text for function in raw["functions"])
    assert "pack.bc" in seen.text


def test_nothing_is_loaded_from_anywhere(real: Path) -> None:
    text = page(load(real))
    assert "default-src 'none'" in text
    assert not re.search(r"https?://|url\(|@import|\bsrc=|<link", text)


def test_sums(tmp_path: Path) -> None:
    put(tmp_path, "a.o", report())
    put(tmp_path, "b.o", report())
    build = load(tmp_path)
    assert build.sizes("total") == (200, 180)
    assert build.sizes("text") == (140, 120)
    assert [file.name for file in build.files] == ["a.o", "b.o"]
    assert [file.candidate for file in build.files] == ["replay", "replay"]
    text = Seen(page(build)).text
    assert "20 bytes saved" in text
    assert "2 functions, 4 bytes in all" in text  # what was lost is not netted away
    assert "plan: replay220" in text  # two files, 20 bytes
    assert "a pass list ran past its CPU limit" in text
    assert "14 trials in 2.0 s" in text


def test_outlined_code_and_chosen_settings_are_told_of(tmp_path: Path) -> None:
    smaller = {**report()["bytes"]["output"], "text": 50, "total": 80}
    put(
        tmp_path, "a.o", report(bytes={"oz": report()["bytes"]["oz"], "output": smaller}, outlined=True, varied=["lsr"])
    )
    put(tmp_path, "b.o", report())
    build = load(tmp_path)
    text = Seen(page(build)).text
    assert "In 1 object file machine code that repeated itself" in text
    assert "1 object file came from a back end whose settings were chosen for that file" in text
    assert [file.candidate for file in build.files] == ["replay", "replay"], (
        "the plan is known though the object is not"
    )


def test_a_loss_is_said_first(tmp_path: Path) -> None:
    worse = {"text": 80, "rodata": 10, "eh_frame": 20, "data": 0, "total": 110}
    put(tmp_path, "a.o", report(bytes={"oz": report()["bytes"]["oz"], "output": worse}, candidates=[]))
    text = Seen(page(load(tmp_path))).text
    assert "10 bytes lost" in text
    assert "1 file became larger, by 10 bytes" in text


def test_statistics_name_what_clang_ran_alone(tmp_path: Path) -> None:
    put(tmp_path, "a.o", report())
    counters = {"runs": 5, "reason.driver-lto": 3, "reason.trial-timeout": 2}
    text = Seen(page(load(tmp_path), counters)).text
    alone = text.split("Calls that clang ran alone")[1].split("What it cost")[0]
    assert "3link-time optimisation" in alone
    assert "CPU limit" not in alone  # those are the file's own, named already


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('{"schema": 1,', "damaged"),
        ("[" * 100_000, "damaged"),
        ("\x00\xff", "damaged"),
        ("[]", "damaged"),
        ({"schema": 2}, "of another schema"),
        ({"schema": 1}, "damaged"),
        (report(trials=-1), "damaged"),
        (report(trials="7"), "damaged"),
        (report(winner="<b>"), "damaged"),
        (report(seconds={"total": float("nan")}), "damaged"),
        (report(functions=[{"name": 3}]), "damaged"),
        (report(fallbacks={"x": 1.5}), "damaged"),
    ],
)
def test_a_damaged_report_is_skipped_and_counted(tmp_path: Path, content: Any, why: str) -> None:
    put(tmp_path, "good.o", report())
    put(tmp_path, "bad.o", content)
    build = load(tmp_path)
    assert [file.name for file in build.files] == ["good.o"]
    assert [reason for _, reason in build.skipped] == [why]
    assert f"1 report skipped: 1 {why}" in Seen(page(build)).text


def test_only_damaged_ones_still_make_a_page(tmp_path: Path) -> None:
    put(tmp_path, "bad.o", "{")
    seen = Seen(page(load(tmp_path)))
    assert "1 report skipped" in seen.text
    assert not seen.open


def test_no_reports_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no reports"):
        load(tmp_path)
    done = lab(tmp_path / "nowhere", "--out", tmp_path / "page.html")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "page.html").exists()


def test_names_cannot_write_the_page(tmp_path: Path) -> None:
    """The same tags with hostile names as with plain ones: names are text everywhere."""

    def tags(name: str) -> list[str]:
        functions = [{**row, "name": name, "passes": name, "source": name} for row in report()["functions"]]
        changed = dict.fromkeys(("smartopt", "llvm", "engine", "model", "effort"), name)
        candidates = [{**report()["candidates"][0], "name": name}]
        row = report(functions=functions, candidates=candidates, fallbacks={name: 1}, **changed)
        put(tmp_path, "x.o", row)
        seen = Seen(page(load(tmp_path), {f"reason.other{name}": 2}, lambda text: text + name))
        assert not seen.open
        assert name in seen.text
        return [tag for tag, _ in seen.tags]

    assert tags(EVIL) == tags("plain")


def test_hostile_file_names(tmp_path: Path) -> None:
    put(tmp_path, "<img src=x>.o", report())
    (tmp_path / "fifo.json").mkdir()
    build = load(tmp_path)
    seen = Seen(page(build))
    assert "img" not in [tag for tag, _ in seen.tags]
    assert "<img src=x>.o" in seen.text
    assert build.skipped == (("fifo.json", "not a report"),)


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    rows = [{**report()["functions"][0], "name": "\ud800"}]
    put(tmp_path, "a.o", report(functions=rows))
    done = lab(tmp_path, "--out", tmp_path / "page.html")
    assert done.returncode == 0, done.stderr
    (tmp_path / "page.html").read_bytes().decode("utf-8")


def test_large_builds_stay_readable(tmp_path: Path) -> None:
    rows = [{**report()["functions"][0], "name": f"f{i}"} for i in range(3000)]
    for number in range(70):
        put(tmp_path, f"u{number}.o", report(functions=rows if number < 2 else report()["functions"]))
    text = page(load(tmp_path))
    assert len(text) < 3_000_000
    shown = Seen(text)
    assert "2,960 more functions" in shown.text or "2960 more functions" in shown.text
    assert "10 more files" in shown.text


def test_cxx_names_are_readable() -> None:
    name = demangler(["_ZN7leveldb2DB3PutEv", "main", "_Z\n"])
    assert name("_ZN7leveldb2DB3PutEv") == "leveldb::DB::Put()"
    assert name("main") == "main"
    assert name("_Z\n") == "_Z\n"


@UNHURRIED
@given(st.lists(st.lists(st.integers(1, 10**6), min_size=1, max_size=12), min_size=1, max_size=6))
def test_areas_are_to_scale(groups: list[list[int]]) -> None:
    tiles = [(f"g{i}", [Tile(f"t{i}-{j}", size, "g0", f"{size}!") for j, size in enumerate(g)]) for i, g in
             enumerate(groups)]  # fmt: skip
    text = treemap(tiles, "x")
    areas = {}
    for size, w, h in re.findall(r'<title>g\d+: (\d+)!</title>.*?width="([\d.]+)" height="([\d.]+)"', text):
        areas.setdefault(int(size), []).append(float(w) * float(h))
    assert sum(map(len, areas.values())) == sum(map(len, groups))
    assert all(float(w) <= 1000.1 for w in re.findall(r'width="([\d.]+)"', text))
    # A file's name takes a line off its frame, so the scale is exact within a file and near across them.
    for group in groups:
        if len(groups) == 1:
            scale = 1000 * (460 - 15) / sum(group)
            assert all(abs(a - size * scale) <= 0.06 * (1000 + 460) for size in group for a in areas[size])


def test_signs_and_shades() -> None:
    assert (signed(5), signed(0), signed(-1200)) == ("5", "0", "−1,200")
    assert (percent(200, 190), percent(0, 3), percent(0, 0), percent(100, 101)) == ("5.00%", "new", "0%", "−1.00%")
    pairs = [(100, 100), (100, 99), (100, 97), (100, 93), (100, 50), (100, 103), (100, 200), (0, 5)]
    assert [shade(*pair) for pair in pairs] == ["g0", "g1", "g2", "g3", "g4", "b1", "b2", "b2"]


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium")
def test_a_browser_shows_it(tmp_path: Path) -> None:
    put(tmp_path, "a.o", report(functions=[{**row, "name": EVIL} for row in report()["functions"]]))
    out = tmp_path / "page.html"
    # The script's last act proves that the policy lets it run, and that nothing hostile ran before it.
    out.write_text(page(load(tmp_path)))
    flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    command = ["chromium", *flags.split(), "--disable-component-update", "--disable-sync", "--dump-dom"]
    done = subprocess.run(
        [*command, f"--user-data-dir={tmp_path / 'profile'}", out.as_uri()],
        capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert 'class="js"' in done.stdout
    assert "<img" not in done.stdout
    assert "10 bytes saved" in done.stdout
