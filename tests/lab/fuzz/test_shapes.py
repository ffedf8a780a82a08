"""The generator of programs by shapes, its judge, and canaries: faults mended once must be found when they are back."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from smartopt.errors import UsageError
from smartopt.lab.fuzz.broken_builds import CopiedModule, ForcedPasses, FramedFunctions
from smartopt.lab.fuzz.builds import Build, CampaignTools, ClangBuild, Step
from smartopt.lab.fuzz.campaign import FuzzSettings
from smartopt.lab.fuzz.cli import fuzz
from smartopt.lab.fuzz.compile_options import CompileOptions, draw_options
from smartopt.lab.fuzz.judge import judge
from smartopt.lab.fuzz.shape_campaign import ShapeSettings, run_shapes
from smartopt.lab.fuzz.shaped import Piece, SourceFile, make_file
from smartopt.lab.fuzz.shapes import SHAPES, Language
from smartopt.lab.targets import TARGETS
from smartopt.llvm.toolchain import find_toolchain

needs_clang = pytest.mark.skipif(shutil.which("clang-22") is None, reason="clang-22 is not installed")
needs_19 = pytest.mark.skipif(shutil.which("clang-19") is None, reason="clang-19 is not installed")

SANITIZERS = Path("/usr/lib/llvm-22/lib/clang/22/lib/linux/libclang_rt.asan-x86_64.a")
needs_sanitizers = pytest.mark.skipif(not SANITIZERS.exists(), reason="the sanitizers' libraries are not installed")


def one_of_each(language: Language) -> SourceFile:
    pieces: list[Piece] = []
    for seed, one in enumerate(SHAPES.values(), 1):
        if language in one.languages:
            pieces.extend(make_file([seed], language, shapes=[one.name]).pieces[:1])
    return SourceFile(language, tuple(pieces))


@needs_clang
@needs_sanitizers
@pytest.mark.parametrize("language", ["c", "c++"])
def test_every_shape_runs_clean_under_the_sanitizers(language: Language, tmp_path: Path) -> None:
    file = one_of_each(language)
    assert {piece.shape for piece in file.pieces} == {name for name, one in SHAPES.items() if language in one.languages}
    source = tmp_path / f"all.{'cpp' if language == 'c++' else 'c'}"
    source.write_text(file.text())
    clang = "clang++-22" if language == "c++" else "clang-22"
    flags = ["-w", "-pthread", "-O0", "-fsanitize=undefined,address", "-fno-sanitize-recover=all"]
    subprocess.run([clang, *flags, source, "-o", tmp_path / "all", "-lm"], check=True)
    done = subprocess.run([tmp_path / "all", "5"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line.rsplit(" ", 1)[0] for line in lines] == [piece.name for piece in file.pieces]
    assert len({line.split()[-1] for line in lines}) == len(lines)
    again = subprocess.run([tmp_path / "all", "5"], capture_output=True, text=True)
    assert again.stdout == done.stdout
    other = subprocess.run([tmp_path / "all", "6"], capture_output=True, text=True).stdout.splitlines()
    assert len(set(other) & set(lines)) <= 3  # some piece may come to a constant


def test_programs_depend_on_their_seed_alone() -> None:
    together = make_file(range(1, 41), "c")
    assert together == make_file(range(1, 41), "c")
    assert make_file([7], "c").pieces == tuple(piece for piece in together.pieces if piece.seed == 7)
    assert len({piece.text for piece in together.pieces}) == len(together.pieces)
    assert len({piece.shape for piece in together.pieces}) > 25
    assert draw_options(9, ("c", "c++")) == draw_options(9, ("c", "c++"))
    assert len({draw_options(seed, ("c", "c++")) for seed in range(60)}) > 30


@dataclass(frozen=True)
class Planted:
    """Clang, with a fault planted by a macro."""

    name = "planted"
    product = False

    def commands(self, tools: CampaignTools, options: CompileOptions, source: Path, target: Path) -> list[Step]:
        [step] = ClangBuild().commands(tools, options, source, target)
        return [[*step, "-DPLANTED"]]

    def environment(self, options: CompileOptions) -> dict[str, str]:
        return {}


def planted(seed: int, when: str, then: str) -> Piece:
    text = f"static u64 p{seed}(u64 a, u64 b, u64 c) {{\n#ifdef {when}\n  {then}\n#endif\n  return a * b + c;\n}}\n"
    return Piece(seed, 0, "planted", f"p{seed}", text, ())


@needs_clang
def test_the_judge_tells_planted_faults_apart(tmp_path: Path) -> None:
    pieces = (
        planted(1, "NEVER", ""),
        planted(2, "PLANTED", "if (b == 3) return 1;"),
        planted(3, "PLANTED", "__builtin_trap();"),
        planted(4, "__OPTIMIZE__", "return a;"),
        planted(5, "NEVER", ""),
    )
    tools = CampaignTools(find_toolchain("22"), tmp_path)
    found = judge(SourceFile("c", pieces), CompileOptions(), [Planted()], tools, tuples=1)
    assert {name: one.outcome for name, one in found.left_out.items()} == {"4.0 planted": "clang-differs"}
    assert {name: one.outcome for name, one in found.verdicts["planted"].items()} == {
        "1.0 planted": "same",
        "2.0 planted": "wrong-output",
        "3.0 planted": "program-crash",
        "5.0 planted": "same",
    }


@needs_clang
def test_a_campaign_keeps_and_reduces_finds_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def file(seeds: Any, language: Language, **_: Any) -> SourceFile:
        faulty = {2: "if (b == 3) return 1;"}
        return SourceFile(language, tuple(planted(seed, "PLANTED", faulty.get(seed, "")) for seed in seeds))

    monkeypatch.setattr("smartopt.lab.fuzz.shape_campaign.make_file", file)
    out, finds = tmp_path / "results.jsonl", tmp_path / "finds"
    settings = ShapeSettings(programs=3, per_file=3, language="c", llvm="22")
    summary = run_shapes(settings, out=out, finds=finds, builds=lambda _: [Planted()])
    assert dict(summary.outcomes) == {"same": 2, "wrong-output": 1}
    assert [(one["seed"], one["piece"]) for one in summary.finds] == [(2, "2.0 planted")]
    kept = finds / "2-planted"
    assert {path.name for path in kept.iterdir()} == {"whole.c", "reduced.c", "commands.sh", "line.json"}
    assert "p2(" in (kept / "reduced.c").read_text()
    assert "p1(" not in (kept / "reduced.c").read_text()
    assert subprocess.run(["sh", "commands.sh"], cwd=kept, capture_output=True).returncode == 1
    seen: list[int] = []
    longer = ShapeSettings(programs=6, per_file=3, language="c", llvm="22")
    both = run_shapes(longer, out=out, builds=lambda _: [Planted()], progress=lambda seed, _: seen.append(seed))
    assert (both.programs, seen) == (6, [6])
    with pytest.raises(UsageError, match="other settings"):
        run_shapes(ShapeSettings(programs=6, per_file=2, language="c", llvm="22"), out=out)


@needs_clang
def test_shapes_for_another_target_are_run_by_its_emulator(own_plugins: None) -> None:
    target = TARGETS["aarch64"]
    if shutil.which(target.emulator) is None or not Path(target.root, "lib", "libc.a").exists():
        pytest.skip("qemu-user, libc6-dev-arm64-cross or libgcc-12-dev-arm64-cross is missing")
    settings = ShapeSettings(programs=3, per_file=3, language="c", llvm="22", target="aarch64")
    summary = run_shapes(settings)
    assert dict(summary.outcomes) == {"same": 3}
    assert summary.optimised["default"] == 1
    # A build for this machine cannot be linked into a program for that one: the run is really emulated.
    options = draw_options(1, ("c",), target)
    tools = CampaignTools(find_toolchain("22"), Path("/nonexistent"), target=target)
    assert tools.link(options, ["a.o"], Path("a"))[2:4] == [*target.flags, "-static"]
    for wrong in ({"language": "c++"}, {"language": "both"}, {"chaos": True, "way": "plugin"}):
        with pytest.raises(UsageError, match="programs for other targets are C"):
            replace(settings, **wrong)
    with pytest.raises(UsageError, match="driver's"):
        FuzzSettings(target="aarch64")


def test_options_for_other_targets_have_no_switch_of_x86() -> None:
    drawn = [draw_options(seed, ("c",), TARGETS["riscv64"]) for seed in range(200)]
    assert not any(one.wide for one in drawn)
    assert not {"-fcf-protection", "-mno-red-zone"} & {switch for one in drawn for switch in one.switches}
    assert all(one.machine == TARGETS["riscv64"].flags for one in drawn)
    assert any(one.switches for one in drawn)


CANARIES = {
    "separate-const-offset-from-gep": (
        lambda broken: ForcedPasses(broken, "-O1", "sroa,simplifycfg,instcombine", "separate-const-offset-from-gep"),
        ShapeSettings(seed=1, programs=2, shapes=("narrow-index",), language="c", llvm="22", reduce=False),
    ),
    "loop-bound-split": (
        lambda broken: ForcedPasses(
            broken, "-O1", "sroa,simplifycfg,instcombine,loop-rotate,indvars", "loop-bound-split"
        ),
        ShapeSettings(seed=1, programs=4, shapes=("loop-split",), language="c", llvm="22", reduce=False),
    ),
    "frames of functions that save vector registers": (
        lambda broken: FramedFunctions(broken),
        ShapeSettings(seed=1, programs=4, shapes=("saved-registers",), language="c", llvm="22", reduce=False),
    ),
    "label addresses in a copied module": (
        lambda broken: CopiedModule(broken),
        ShapeSettings(
            seed=1, programs=2, shapes=("label-tables", "computed-goto"), language="c", llvm="19", reduce=False
        ),
    ),
}


@needs_clang
@needs_19
@pytest.mark.parametrize("canary", CANARIES)
def test_what_was_mended_is_found_when_it_is_back(canary: str) -> None:
    build, settings = CANARIES[canary]

    def builds(broken: bool) -> list[Build]:
        return [build(broken)]

    broken = run_shapes(settings, builds=lambda _: builds(True))
    assert broken.finds
    assert {find["outcome"] for find in broken.finds} <= {"wrong-output", "program-crash", "program-timeout"}
    mended = run_shapes(settings, builds=lambda _: builds(False))
    assert mended.finds == []
    assert mended.compared == settings.programs


@needs_clang
def test_the_product_does_what_clang_does(tmp_path: Path) -> None:
    out = tmp_path / "results.jsonl"
    app = typer.Typer()
    app.command()(fuzz)
    words = ["--programs-from", "shapes", "--programs", "3", "--seed", "5", "--way", "two-run", "--llvm", "22"]
    words += ["--out", str(out)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in out.read_text().splitlines()[1:]]
    assert [line["seed"] for line in lines] == [5, 6, 7]
    assert all({"fast", "default"} <= set(line["builds"]) for line in lines)


def test_settings_that_make_no_sense_are_refused() -> None:
    for wrong in ({"language": "ada"}, {"per_file": 0}, {"shapes": ("circle",)}, {"seed": 0}):
        with pytest.raises(UsageError):
            ShapeSettings(**wrong)
    with pytest.raises(UsageError, match="every language"):
        ShapeSettings(shapes=("exceptions",), language="both")
    app = typer.Typer()
    app.command()(fuzz)
    assert CliRunner().invoke(app, ["--programs-from", "nowhere"]).exit_code == 2
