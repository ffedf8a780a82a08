"""Programs in several units: the split changes nothing; links with smartopt are judged, planted faults found."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from smartopt.errors import UsageError
from smartopt.lab.fuzz.builds import CampaignTools
from smartopt.lab.fuzz.cli import fuzz
from smartopt.lab.fuzz.link_campaign import LinkSettings, draw_link, run_links
from smartopt.lab.fuzz.linked_programs import LinkedProgram, csmith_program, shape_program
from smartopt.lab.fuzz.programs import Tools, generate
from smartopt.lab.fuzz.shaped import Piece, SourceFile, make_file
from smartopt.lab.fuzz.shapes import Language
from smartopt.llvm.toolchain import find_toolchain
from tests.support import tool

needs_csmith = pytest.mark.skipif(shutil.which("csmith") is None, reason="csmith is not installed")


def output(program: LinkedProgram, folder: Path, *flags: str) -> bytes:
    """What a program prints, its units compiled one by one."""
    ending, compiler = ("cpp", "clang++-22") if program.language == "c++" else ("c", "clang-22")
    objects = []
    for number, text in enumerate(program.units):
        source = folder / f"unit{number}.{ending}"
        source.write_text(text)
        objects.append(folder / f"unit{number}.o")
        words = [tool(compiler), "-w", "-O0", "-pthread", "-ffp-contract=off", *flags]
        subprocess.run([*words, "-c", source, "-o", objects[-1]], check=True)
    subprocess.run([tool(compiler), "-pthread", *objects, "-o", folder / "program", "-lm"], check=True)
    return subprocess.run([folder / "program", *program.arguments], capture_output=True, check=True).stdout


@needs_csmith
def test_csmith_programs_in_units_print_the_same(tmp_path: Path) -> None:
    tools = Tools.find(find_toolchain("22"))
    source = generate(tools, 4, tmp_path)
    assert source is not None
    whole, flags = source.read_text(), tools.c_flags()
    expected = output(LinkedProgram("c", (whole,)), tmp_path, *flags)
    for count in (2, 3, 4):
        program = csmith_program(whole, count, random.Random(count))
        assert program is not None
        assert len(program.units) == count
        assert all("\nstatic" not in unit.partition("GLOBAL")[2] for unit in program.units)
        assert output(program, tmp_path, *flags) == expected
    assert csmith_program("int main(void) { return 0; }", 2, random.Random(1)) is None


@pytest.mark.parametrize("language", ["c", "c++"])
def test_shapes_in_units_print_the_same(language: Language, tmp_path: Path) -> None:
    file = make_file(range(1, 9), language)
    expected = output(LinkedProgram(language, (file.text(),), ("3", "0")), tmp_path)
    assert expected.count(b"\n") == len(file.pieces)
    program = shape_program(file, 3, random.Random(1), 3)
    assert len(program.units) == 3
    assert output(program, tmp_path) == expected


def test_options_depend_on_the_seed_and_vary() -> None:
    drawn = [draw_link(seed, "c") for seed in range(1, 200)]
    assert drawn == [draw_link(seed, "c") for seed in range(1, 200)]
    assert {one.form for one in drawn} == {"objects", "archive", "shared", "relocatable", "mixed"}
    assert {one.icf for one in drawn} == {"none", "safe", "all"}
    assert {one.units for one in drawn} == {2, 3, 4}
    assert {one.gc for one in drawn} == {True, False}


@pytest.mark.usefixtures("own_plugins")
def test_links_with_smartopt_do_what_clangs_do(tmp_path: Path) -> None:
    out, settings = tmp_path / "results.jsonl", LinkSettings("shapes", programs=6, per_file=3, llvm="22")
    summary = run_links(settings, out=out)
    assert (summary.programs, summary.compared, summary.finds) == (2, 2, [])
    assert summary.ours >= 1, "smartopt had a part in the links"
    assert summary.calls["way.link"] >= 2
    assert summary.bytes["default"] < summary.bytes["clang"]
    seen: list[int] = []
    longer = LinkSettings("shapes", programs=9, per_file=3, llvm="22")
    assert run_links(longer, out=out, progress=lambda seed, _: seen.append(seed)).programs == 3
    assert seen == [7], "a campaign goes on where it was"
    with pytest.raises(UsageError, match="other settings"):
        run_links(LinkSettings("shapes", programs=6, per_file=2, llvm="22"), out=out)


@pytest.mark.usefixtures("own_plugins")
def test_planted_faults_are_found_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A smartopt-clang that defines PLANTED makes one piece of three print another value."""

    def file(seeds: Any, language: Language, **_: Any) -> SourceFile:
        texts = (
            f"static u64 p{seed}(u64 a, u64 b, u64 c) {{\n#ifdef PLANTED\n  {'if (b == 3) return 1;' * (seed == 2)}\n"
            f"#endif\n  return a * b + c;\n}}\n"
            for seed in seeds
        )
        return SourceFile(
            language, tuple(Piece(s, 0, "planted", f"p{s}", t, ()) for s, t in zip(seeds, texts, strict=True))
        )

    for name in ("smartopt-clang", "smartopt-clang++"):
        clang = tool(f"{name.removeprefix('smartopt-')}-22")
        (tmp_path / name).write_text(f'#!/bin/sh\nexec {clang} -DPLANTED -Wno-unused-command-line-argument "$@"\n')
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr("smartopt.lab.fuzz.link_campaign.make_file", file)
    monkeypatch.setattr(CampaignTools, "smartopt", lambda self, name: str(tmp_path / name))
    monkeypatch.setattr(CampaignTools, "check_way", lambda self: None)
    finds = tmp_path / "finds"
    summary = run_links(LinkSettings("shapes", programs=3, per_file=3, llvm="22"), finds=finds)
    assert [(one["outcome"], one["build"]) for one in summary.finds] == [("wrong-output", "fast")]
    assert summary.finds[0]["detail"].startswith("2.0 planted: expected ")
    kept = finds / "1-fast"
    assert subprocess.run(["sh", "commands.sh"], cwd=kept, capture_output=True, check=False).returncode == 1
    assert (kept / "clang.txt").read_text().splitlines()[0] == (kept / "fast.txt").read_text().splitlines()[0]


def test_settings_that_make_no_sense_are_refused() -> None:
    for wrong in ({"source": "nowhere"}, {"per_file": 0}, {"seed": 0}, {"jobs": 0}):
        with pytest.raises(UsageError):
            LinkSettings(**wrong)  # type: ignore[arg-type]
    app = typer.Typer()
    app.command()(fuzz)
    assert CliRunner().invoke(app, ["--way", "both"]).exit_code == 2
