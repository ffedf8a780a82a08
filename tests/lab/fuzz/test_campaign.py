"""The fuzzer for real: csmith, two LLVM tools, gcc. Few programs here; campaigns are the command's."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from smartopt.codegen.settings import variations
from smartopt.errors import UsageError
from smartopt.lab.fuzz import FuzzSettings, Summary, run_fuzz, summarise
from smartopt.lab.fuzz.campaign import plan_lists, plan_variations
from smartopt.lab.fuzz.cli import exit_code, fuzz
from smartopt.lab.fuzz.report import FINDS, OUTCOMES
from smartopt.lab.fuzz.subject import Subject, items
from smartopt.llvm.toolchain import find_toolchain
from smartopt.passes.passlist import PassList
from smartopt.passes.trusted import Trusted

needs_tools = pytest.mark.skipif(
    not all(map(shutil.which, ("csmith", "clang-22", "opt-22", "gcc"))),
    reason="csmith, LLVM 22 or gcc is not installed",
)

ENDLESS = 2000
"""A csmith seed whose program does not end."""

BROKEN_BY_STRUCTURIZECFG = {"opt": (17, 20, 25), "smartopt": (56, 106)}
"""Csmith seeds whose programs print something else after ``structurizecfg`` on LLVM 22.1.8: bare, and after the
stages that smartopt runs before a list. ``smartopt-lab fuzz --lift-ban structurizecfg`` finds others (about one
program in fifty) should smartopt's stages change so that none of these shows it."""


@needs_tools
def test_trusted_lists_change_no_output(tmp_path: Path) -> None:
    out = tmp_path / "results.jsonl"
    summary = run_fuzz(FuzzSettings(programs=2, plans=1, seed=101, llvm="22", subject="smartopt"), out=out)
    check_no_finds(summary, 2, out)


def check_no_finds(summary: Summary, programs: int, out: Path) -> None:
    """Every program was compared under the list that was forced on it, and printed the same."""
    assert summary.finds == []
    assert summary.compared == programs
    assert summary.not_forced == 0
    assert len(out.read_text().splitlines()) == 1 + sum(summary.outcomes.values())


@needs_tools
def test_what_users_get_prints_the_same() -> None:
    summary = run_fuzz(FuzzSettings(programs=1, plans=1, seed=101, llvm="22", subject="product"))
    assert (summary.finds, summary.compared, summary.not_forced) == ([], 1, 0)


@needs_tools
@pytest.mark.parametrize("subject", ["opt", "smartopt"])
def test_catches_structurizecfg_when_its_ban_is_lifted(subject: Any, tmp_path: Path) -> None:
    for seed in BROKEN_BY_STRUCTURIZECFG[subject]:
        settings = FuzzSettings(programs=1, plans=1, seed=seed, llvm="22", subject=subject, lift_ban="structurizecfg")
        summary = run_fuzz(settings, finds=tmp_path / "finds")
        if summary.finds:
            break
    assert [find["outcome"] for find in summary.finds] == ["wrong-output"]
    assert summary.finds[0]["minimal"] == ["structurizecfg"]
    assert exit_code(summary, self_test=True) == 0
    assert exit_code(summary, self_test=False) == 1
    kept = tmp_path / "finds" / f"{seed}-0"
    assert {path.name for path in kept.iterdir()} == {"program.c", "program.bc", "optimised.bc"}


@needs_tools
def test_minimises_to_the_pass_at_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    lists = ["dce", "instsimplify,structurizecfg,adce"]
    monkeypatch.setattr("smartopt.lab.fuzz.campaign.plan_lists", lambda *_: list(lists))
    settings = FuzzSettings(programs=1, plans=1, seed=17, llvm="22", subject="opt", lift_ban="structurizecfg")
    [find] = run_fuzz(settings).finds
    assert find["lists"] == lists
    assert find["minimal"] == ["structurizecfg"]


@needs_tools
def test_a_banned_pass_is_refused_while_its_ban_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    from smartopt.errors import UntrustedPassError

    monkeypatch.setattr("smartopt.lab.fuzz.campaign.plan_lists", lambda *_: ["structurizecfg"])
    with pytest.raises(UntrustedPassError):
        run_fuzz(FuzzSettings(programs=1, plans=1, seed=17, llvm="22", subject="opt"))


@needs_tools
def test_goes_on_where_it_was_stopped_and_bare_lists_change_no_output(tmp_path: Path) -> None:
    out = tmp_path / "results.jsonl"
    first = run_fuzz(FuzzSettings(programs=1, plans=1, seed=101, subject="opt", llvm="22"), out=out)
    text = out.read_text()
    out.write_text(text + '{"schema": 2, "seed": 102, "pl')  # as a crash in the middle of a write leaves it
    seen: list[int] = []
    settings = FuzzSettings(programs=2, plans=1, seed=101, subject="opt", llvm="22")
    both = run_fuzz(settings, out=out, progress=lambda seed, _: seen.append(seed))
    assert seen == [102]
    assert out.read_text().startswith(text)
    assert (first.programs, both.programs) == (1, 2)
    check_no_finds(both, 2, out)
    with pytest.raises(UsageError, match="other settings"):
        run_fuzz(FuzzSettings(programs=2, plans=2, seed=101, subject="opt", llvm="22"), out=out)


@needs_tools
def test_a_time_limit_begins_nothing_when_it_has_passed() -> None:
    summary = run_fuzz(FuzzSettings(programs=5, llvm="22", subject="opt", time_limit=0))
    assert summary.programs == 0
    assert exit_code(summary, self_test=False) == exit_code(summary, self_test=True) == 3


@needs_tools
def test_an_endless_program_is_skipped_and_counted() -> None:
    settings = FuzzSettings(programs=1, plans=1, seed=ENDLESS, llvm="22", subject="opt", run_timeout=0.5)
    summary = run_fuzz(settings)
    assert summary.outcomes == Counter(endless=1)
    assert (summary.skipped, summary.compared) == (1, 0)


@pytest.mark.parametrize(("seed", "programs"), [(0, 1), (999_999, 2), (5_000_000, 1), (1, 0)])
def test_seeds_of_the_evaluation_are_refused(seed: int, programs: int) -> None:
    with pytest.raises(UsageError):
        FuzzSettings(seed=seed, programs=programs)


def test_lists_depend_on_seed_and_plan_alone() -> None:
    trusted = Trusted.load(22)
    lists = {(seed, plan): plan_lists(seed, plan, trusted) for seed in range(20) for plan in range(3)}
    assert lists == {key: plan_lists(*key, trusted) for key in lists}
    assert len({tuple(value) for value in lists.values()}) > 50
    for value in lists.values():
        for text in value:
            PassList.parse(text).function_pipeline(trusted)  # raises were it not trusted
            assert str(PassList.parse(",".join(items(text)))) == text
    assert plan_lists(1, 0, trusted, "newgvn") == ["newgvn"]
    assert all(text.endswith(",newgvn") for text in plan_lists(1, 1, trusted, "newgvn"))


def test_variations_depend_on_seed_and_plan_alone() -> None:
    chosen = {(seed, plan): plan_variations(seed, plan, 22) for seed in range(40) for plan in range(2)}
    assert chosen == {key: plan_variations(*key, 22) for key in chosen}
    assert len({tuple(names) for names in chosen.values()}) > 60
    assert {name for names in chosen.values() for name in names} == set(variations(22))
    assert 4 < sum(map(len, chosen.values())) / len(chosen) < 8


def line(seed: int, outcome: str, winner: str = "plan") -> dict[str, Any]:
    return {
        "seed": seed,
        "outcome": outcome,
        "lists": ["adce"],
        "winner": winner,
        "fallbacks": {"trial-crash": 1},
        "outlined": outcome == "same",
        "seconds": 1.0,
    }


def test_summary_counts() -> None:
    summary = summarise([line(1, "same"), line(1, "wrong-output"), line(2, "endless", ""), line(3, "same", "oz")])
    assert (summary.programs, summary.skipped, summary.compared, summary.not_forced) == (3, 1, 3, 1)
    assert summary.outlined == 2
    assert summary.fallbacks["trial-crash"] == 4
    assert [find["seed"] for find in summary.finds] == [1]
    assert set(OUTCOMES) >= FINDS


def test_exit_codes() -> None:
    clean, found = Summary(compared=1), Summary(compared=1, finds=[line(1, "wrong-output")])
    assert (exit_code(clean, self_test=False), exit_code(found, self_test=False)) == (0, 1)
    assert (exit_code(clean, self_test=True), exit_code(found, self_test=True)) == (1, 0)


@needs_tools
@pytest.mark.parametrize("subject", ["opt", "smartopt"])
def test_a_failing_optimiser_is_a_result(subject: Any, tmp_path: Path) -> None:
    broken = tmp_path / "broken.bc"
    broken.write_bytes(b"BC\xc0\xde and nothing more")
    found = Subject(subject, find_toolchain("22"), 60).optimise(broken, tmp_path / "out.bc", ["adce"])
    assert found.fault.startswith("exit 1: ")
    assert not (tmp_path / "out.bc").exists()


def test_the_command_tells_usage_errors_and_empty_campaigns_apart() -> None:
    app = typer.Typer()
    app.command()(fuzz)
    refused = CliRunner().invoke(app, ["--seed", "5000000"])
    assert refused.exit_code == 2
    assert "1 to 999,999" in " ".join(refused.output.split())
    assert CliRunner().invoke(app, ["--subject", "gcc"]).exit_code == 2
    assert CliRunner().invoke(app, ["--subject", "product", "--lift-ban", "newgvn"]).exit_code == 2
    if all(map(shutil.which, ("csmith", "clang-22", "gcc"))):
        empty = CliRunner().invoke(app, ["--time-limit", "0", "--llvm", "22"])
        assert empty.exit_code == 3
        assert "0 programs" in empty.output
