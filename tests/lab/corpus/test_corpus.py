"""The corpus and its labels, small but real: a package of our own goes the whole way; splits stay apart."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import typer
from typer.testing import CliRunner

from smartopt.errors import InputError, UsageError
from smartopt.lab import outcomes as tables
from smartopt.lab.corpus import build
from smartopt.lab.corpus.cli import app
from smartopt.lab.corpus.functions import extract, hash_of
from smartopt.lab.corpus.recipes import SPLITS, recipe_for, split_of
from smartopt.lab.label.autotune import Tuning, autotune, neighbours, plans_for
from smartopt.lab.label.cli import main as label_main
from smartopt.lab.label.label import choose, label, read_outcomes
from smartopt.lab.label.pilot import LabelProposer, deliver
from smartopt.lab.label.pilot import main as pilot_main
from smartopt.lab.label.tables import write_table
from smartopt.lab.label.tune_cli import main as autotune_main
from smartopt.lab.packages import PackageError
from smartopt.passes.passlist import PassList
from smartopt.passes.plan_stages import OZ_LIST
from smartopt.passes.trusted import Trusted

ROOT = Path(__file__).parents[3]
LISTS = [OZ_LIST, "sroa,jump-threading", "function-simplification<O1>"]


def test_no_package_is_in_two_splits() -> None:
    names = [name for split in SPLITS.values() for name in split]
    assert len(names) == len(set(names))
    assert not {"zlib", "lua5.4", "bzip2", "libzstd", "sqlite3"} & set(names), "bench packages are never trained on"


def test_recipes_follow_what_lies_in_the_tree(tmp_path: Path) -> None:
    assert recipe_for("none", tmp_path) is None
    (tmp_path / "Makefile").touch()
    assert 'CC="$CC"' in recipe_for("none", tmp_path).build[0]  # type: ignore[union-attr]
    (tmp_path / "CMakeLists.txt").touch()
    assert "cmake" in recipe_for("none", tmp_path).configure[0]  # type: ignore[union-attr]
    (tmp_path / "configure").touch()
    assert recipe_for("none", tmp_path).configure == ("./configure",)  # type: ignore[union-attr]


def test_csmiths_programs_are_a_train_package(tmp_path: Path) -> None:
    if shutil.which("csmith") is None:
        pytest.skip("csmith is not installed")
    from smartopt.lab.corpus.csmith import build_csmith

    said: list[str] = []
    made = build_csmith(tmp_path, 2, 7, "22", 1, said.append)
    assert (made.package, made.split, made.status) == ("csmith", "train", "built")
    assert made.files == len(list((tmp_path / "bitcode" / "csmith").glob("*.bc"))) == 2
    assert build_csmith(tmp_path, 2, 7, "22", 1, said.append).sha256 == made.sha256, "the same seeds, the same bitcode"
    assert build.manifest(tmp_path)["csmith"].files == 2
    assert extract(tmp_path, "csmith", "22", 1, ("base",), said.append) > 0
    with pytest.raises(UsageError, match="evaluation"):
        build_csmith(tmp_path, 1, 5_000_000, "22", 1, said.append)


def test_a_package_outside_the_splits_is_refused(tmp_path: Path) -> None:
    assert split_of("zlib") is None
    with pytest.raises(PackageError, match="used for nothing"):
        build.build_package("zlib", tmp_path, "22", 1, 1.0, print)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two packages of one program each, built as real ones are, but from sources of our own."""
    sources = tmp_path_factory.mktemp("sources")
    for package, source in (("c-ares", "pack.c"), ("nano", "calc.c")):
        tree = sources / package / "tree"
        tree.mkdir(parents=True)
        (tree / "main.c").write_text((ROOT / "examples" / "src" / source).read_text())
        (tree / "Makefile").write_text("all:\n\t$(CC) $(CFLAGS) -c main.c -o main.o\n\t$(CC) main.o -o program -lm\n")
    folder = tmp_path_factory.mktemp("built") / "corpus"
    (folder / "logs").mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "fetch", lambda name, folder: sources / name / "tree")
        patch.setattr(build, "install_dependencies", lambda tree, folder: None)
        patch.setenv("SMARTOPT_LLVM", "22")
        for package in ("c-ares", "nano"):
            made = build.build_package(package, folder, "22", 1, 2.0, lambda _: None)
            assert (made.status, made.files, made.split) == ("built", 1, split_of(package)), made
            assert extract(folder, package, "22", 1, ("base",), lambda _: None) >= 5
    return folder


@pytest.fixture
def corpus(built: Path, tmp_path: Path) -> Path:
    """A copy of them, built and taken apart into functions."""
    return Path(shutil.copytree(built, tmp_path / "corpus"))


def test_the_whole_way(corpus: Path) -> None:
    """Built, taken apart, labelled, written, loaded; going on and starting again give the same."""
    assert set(build.manifest(corpus)) == {"c-ares", "nano"}
    for package in ("c-ares", "nano"):
        codes = pq.read_table(corpus / "functions" / f"{package}.parquet")["code"].to_pylist()
        assert all("ret" in code and "main" not in code for code in codes)
    plans = choose(corpus, ["nano"], frozenset(), 1000)
    count = sum(len(plan.functions) for plan in plans)
    assert label(corpus, plans, LISTS, "22", 1, 5.0, lambda _: None) == count
    assert label(corpus, plans, LISTS, "22", 1, 5.0, lambda _: None) == 0
    rows = list(read_outcomes(corpus, plans, LISTS))
    assert len(rows) == count
    assert all(len(outcome) == len(LISTS) and all(outcome) for _, _, outcome in rows)
    out = corpus / "out" / "outcomes-22-train.parquet"
    assert write_table(out, rows, LISTS[1:], {"llvm": "22"}, {}) == count
    loaded = tables.load("train", out.parent)
    assert loaded.lists == tuple(LISTS[1:])
    assert len(loaded) == count
    assert (loaded.oz_bytes > 0).all()
    _beside(corpus)
    [module] = (corpus / "bitcode" / "nano").glob("*.bc")
    sums = deliver(module.read_bytes(), "nano", LabelProposer(loaded), "22")
    assert sums.labelled == count
    assert sums.there == sums.promised == np.maximum(loaded.saved("size").max(axis=1), 0).sum() > 0
    assert 0 < sums.whole <= sums.oz
    said = CliRunner().invoke(_pilot(), ["--folder", str(corpus), "--labels", str(out.parent), "--split", "train"])
    assert [line.split()[:3] for line in said.output.splitlines()[1:]] == [
        [n, "1", str(count)] for n in ("nano", "all")
    ]
    for path in (corpus / "labels").rglob("*.json"):
        before = json.loads(path.read_text())
        path.unlink()
        label(corpus, plans, LISTS, "22", 1, 5.0, lambda _: None)
        assert json.loads(path.read_text()) == before


def test_labels_as_the_driver_measures(corpus: Path) -> None:
    """What -Oz comes to is its slim size with the frame pointers that it ought to have: at most its plain one."""
    plans = choose(corpus, ["nano"], frozenset(), 1000)
    count = label(corpus, plans, LISTS, "22", 1, 5.0, lambda _: None)
    assert label(corpus, plans, LISTS, "22", 1, 5.0, lambda _: None, driver=True) == count, "kept apart from the others"
    plain = {key: outcomes for _, key, outcomes in read_outcomes(corpus, plans, LISTS)}
    slim = {key: outcomes for _, key, outcomes in read_outcomes(corpus, plans, LISTS, driver=True)}
    assert set(slim) == set(plain)
    assert all(len(outcomes) == len(LISTS) and all(outcomes) for outcomes in slim.values())
    sizes = [(slim[key][0][1], plain[key][0][1]) for key in plain]  # type: ignore[index]
    assert sum(own for own, _ in sizes) < sum(other for _, other in sizes)
    assert all(slim[key][0][0] == plain[key][0][0] for key in plain), "the instructions are the same"  # type: ignore[index]


def test_the_autotuner_beats_the_lists_that_it_starts_from(corpus: Path) -> None:
    """On the same functions, at least as good by either measure; interrupted or not, the answer is the same."""
    plans = choose(corpus, ["nano"], frozenset(), 1000)
    label(corpus, plans, LISTS, "22", 1, 5.0, lambda _: None)
    out = corpus / "out" / "outcomes-22-train.parquet"
    write_table(out, read_outcomes(corpus, plans, LISTS), LISTS[1:], {"llvm": "22"}, {})
    before = tables.load("train", out.parent)
    command = typer.Typer()
    command.command()(autotune_main)
    words = ["--folder", str(corpus), "--labels", str(out.parent), "--split", "train", "--jobs", "1"]
    said = CliRunner().invoke(command, [*words, "--lists", "4", "--rounds", "2", "--width", "4", "--functions", "4"])
    assert said.exit_code == 0, said.output
    after = tables.load("train", out.parent)
    assert after.lists == before.lists
    assert (after.bytes == before.bytes).all()
    assert after.best_bytes is not None
    assert sum(after.best_bytes >= 0) == 4
    for objective in ("size", "instructions"):
        tuned = after.autotuned(objective)
        assert tuned is not None
        ran = tuned >= 0
        assert (tuned[ran] >= np.maximum(after.saved(objective).max(axis=1), 0)[ran]).all()
        assert tuned.max() > 0
    known = frozenset(key.decode() for key in before.hashes.tolist())
    chosen = plans_for(corpus, ["nano"], known, 4, 1)
    assert chosen == plans_for(corpus, ["nano"], known, 4, 1)
    tuning = Tuning((LISTS[0], LISTS[1]), rounds=1, width=4)
    found = [autotune(corpus, chosen, tuning, "22", 1, minutes, lambda _: None) for minutes in (0.0, 5.0, 5.0)]
    assert found[0] == {}
    assert found[1] == found[2] != {}
    assert all(row["trials"] <= tuning.trials for row in found[1].values())


@pytest.mark.parametrize("best", [["sroa,gvn,dse", "sroa,adce"], ["sroa"]])
def test_neighbours_are_near_and_repeatable(best: list[str]) -> None:
    trusted = Trusted.load(22)
    one, two = (neighbours(best, random.Random(3), trusted, 40) for _ in range(2))
    assert one == two
    for text in one:
        assert PassList.parse(text).function_pipeline(trusted)
    passes = best[0].split(",")
    dropped = {",".join(passes[:at] + passes[at + 1 :]) for at in range(len(passes))} - {""}
    assert dropped < set(one)
    assert neighbours([], random.Random(3), trusted, 40) == []


def _pilot() -> typer.Typer:
    command = typer.Typer()
    command.command()(pilot_main)
    return command


def test_what_another_split_has_is_left_out(corpus: Path) -> None:
    hashes = pq.read_table(corpus / "functions" / "nano.parquet")["hash"].to_pylist()
    plans = choose(corpus, ["nano"], frozenset(hashes[:2]), 1000)
    kept = [key for plan in plans for key in plan.functions.values()]
    assert sorted(kept) == sorted(hashes[2:])


def _one_source(package: str, work: Path) -> Path:
    """A package whose build names its source from the root."""
    tree = work / package / "tree"
    tree.mkdir(parents=True)
    (tree / "main.c").write_text("extern void f(const char *);\nvoid g(int x) { if (x) f(__FILE__); }\n")
    (tree / "Makefile").write_text("all:\n\t$(CC) $(CFLAGS) -c $(CURDIR)/main.c -o main.o\n")
    return tree


def test_the_folder_changes_no_function(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Build systems name sources from the root, and __FILE__ with them: its length must not be the folder's."""
    monkeypatch.setattr(build, "install_dependencies", lambda tree, folder: None)
    monkeypatch.setenv("SMARTOPT_LLVM", "22")
    monkeypatch.setattr(build, "fetch", _one_source)
    found = []
    for name in ("corpus", "another/and/a/longer/one"):
        folder = tmp_path / name
        (folder / "logs").mkdir(parents=True)
        assert build.build_package("nano", folder, "22", 1, 2.0, lambda _: None).status == "built"
        extract(folder, "nano", "22", 1, ("base",), lambda _: None)
        found.append({key for plan in choose(folder, ["nano"], frozenset(), 99) for key in plan.functions.values()})
    assert len(found[0]) == 1
    assert found[0] == found[1]


def test_long_functions_are_left_out(corpus: Path) -> None:
    assert sum(len(p.functions) for p in choose(corpus, ["nano"], frozenset(), 30)) < sum(
        len(p.functions) for p in choose(corpus, ["nano"], frozenset(), 1000)
    )


def test_collecting_keeps_the_flags_and_the_object_runs(tmp_path: Path) -> None:
    folder = tmp_path / "built"
    launchers = build.write_launchers(tmp_path / "launchers")
    source = tmp_path / "a.c"
    source.write_text("int main(void) { return 42; }\n")
    environment = {**os.environ, "SMARTOPT_SELECT": "collect", "SMARTOPT_COLLECT_DIR": str(folder)}
    environment |= {"SMARTOPT_LLVM": "22", "SMARTOPT_DIR": str(tmp_path / "state")}
    door = str(launchers / "smartopt-clang")
    subprocess.run([door, "-Oz", "-c", str(source), "-o", str(tmp_path / "a.o")], env=environment, check=True)
    subprocess.run(["clang-22", str(tmp_path / "a.o"), "-o", str(tmp_path / "a")], check=True)
    assert subprocess.run([str(tmp_path / "a")], check=False).returncode == 42
    (kept,) = folder.glob("*.bc")
    assert b"minsize" in subprocess.run(["opt-22", "-S", str(kept)], capture_output=True, check=True).stdout


def _beside(corpus: Path) -> None:
    """A table grows by functions that are not in it, and only by those of the wanted lengths."""
    command = typer.Typer()
    command.command()(label_main)
    lists = corpus / "lists"
    lists.write_text("\n".join(LISTS[1:]))

    def made(name: str, *words: str) -> tables.Outcomes:
        fixed = ["--folder", str(corpus), "--lists", str(lists), "--jobs", "1", "--out", str(corpus / name)]
        result = CliRunner().invoke(command, [*fixed, *words], catch_exceptions=False)
        assert result.exit_code == 0
        return tables.load("train", corpus / name)

    everything = made("all")
    least = int(np.median(everything.instructions))
    larger = made("larger", "--least", str(least))
    assert 0 < len(larger) < len(everything)
    assert (larger.instructions >= least).all()
    whole = made("whole", "--beside", str(corpus / "larger"))
    assert whole.hashes.tolist() == everything.hashes.tolist()
    assert (whole.bytes == everything.bytes).all()
    assert len(made("no more", "--beside", str(corpus / "larger"), "--least", str(least))) == len(larger)
    lists.write_text(LISTS[1])
    with pytest.raises(InputError, match="other lists"):
        made("whole", "--beside", str(corpus / "larger"))


def test_bad_words(tmp_path: Path) -> None:
    runner = CliRunner()
    result = runner.invoke(app, ["build", "--folder", str(tmp_path), "--split", "nothing"])
    assert isinstance(result.exception, UsageError)
    command = typer.Typer()
    command.command()(label_main)
    result = runner.invoke(command, ["--folder", str(tmp_path)])
    assert isinstance(result.exception, UsageError)
    assert "corpus functions" in str(result.exception)


def test_hashes_are_of_the_text() -> None:
    assert hash_of("define void @f0() {\nret void\n}") != hash_of("define void @f0() {\nunreachable\n}")
    assert len(hash_of("x")) == 32
