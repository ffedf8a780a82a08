"""The search for lists: tiny, but with the real LLVM; and its greedy choice against trying every choice."""

from __future__ import annotations

import itertools
import json
import time
from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from smartopt.chooser import coreset
from smartopt.chooser.coreset import CoresetProposer
from smartopt.lab.tune.cli import tune
from smartopt.lab.tune.search import Search, greedy
from smartopt.lab.tune.templates import candidates
from smartopt.passes.passlist import PassList
from smartopt.passes.plan_stages import OZ_LIST
from smartopt.passes.trusted import Trusted
from tests.lab.unhurried import UNHURRIED
from tests.optimizer.support import bitcode

LISTS = [OZ_LIST, "sroa,jump-threading", "function-simplification<O1>", "sroa,gvn,dse", "sroa,simplifycfg"]
Table = dict[str, dict[str, tuple[int, int]]]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    for name, source in (("a/one.bc", "one.c"), ("b/two.bc", "two.c")):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes(bitcode(source))
    return folder


def search(corpus: Path, store: Path, seconds: float = 60.0) -> Search:
    files = sorted(corpus.rglob("*.bc"))
    made = Search("22", Trusted.load(22), files, store, time.monotonic() + seconds, lambda _: None)
    made.resume()
    return made


# -- the search -------------------------------------------------------------------------------------------------------


def test_every_list_on_every_function(corpus: Path, tmp_path: Path) -> None:
    made = search(corpus, tmp_path / "store")
    made.broadcast(LISTS)
    assert {name.split(":")[-1] for name in made.table} == {"mix", "first", "second", "main"}
    for outcomes in made.table.values():
        assert set(outcomes) == set(LISTS)
        assert all(instructions > 0 and size > 0 for instructions, size in outcomes.values())


def test_resuming_gives_the_same_table_and_tries_nothing_again(corpus: Path, tmp_path: Path) -> None:
    whole = search(corpus, tmp_path / "whole")
    whole.broadcast(LISTS)

    first = search(corpus, tmp_path / "parts")
    first.broadcast(LISTS[:2])
    lines = (tmp_path / "parts").read_text().splitlines()
    with (tmp_path / "parts").open("a") as out:
        out.write('{"file":"two.bc","list":"sr')  # the crash came while a row was written
    second = search(corpus, tmp_path / "parts")
    assert second.table == first.table
    second.broadcast(LISTS)
    assert second.table == whole.table
    assert greedy(second.table, 1, 5) == greedy(whole.table, 1, 5)
    assert (tmp_path / "parts").read_text().splitlines()[: len(lines)] == lines

    before = (tmp_path / "whole").read_bytes()
    third = search(corpus, tmp_path / "whole")
    third.broadcast(LISTS)
    assert (tmp_path / "whole").read_bytes() == before
    assert third.table == whole.table


def test_two_processes_find_the_same(corpus: Path, tmp_path: Path) -> None:
    made = [search(corpus, tmp_path / f"store{jobs}") for jobs in (1, 2)]
    for jobs, one in enumerate(made, 1):
        one.jobs = jobs
        one.broadcast(LISTS)
    assert (tmp_path / "store1").read_bytes() == (tmp_path / "store2").read_bytes()
    assert made[0].table == made[1].table


def test_equal_functions_are_kept_once_also_after_resuming(corpus: Path, tmp_path: Path) -> None:
    (corpus / "c").mkdir()
    (corpus / "c" / "again.bc").write_bytes(bitcode("two.c"))
    whole = search(corpus, tmp_path / "whole")
    whole.broadcast(LISTS)
    assert len(whole.table) == 4

    first = search(corpus, tmp_path / "parts")
    first.files = first.files[:2]
    first.broadcast(LISTS)
    rest = search(corpus, tmp_path / "parts")
    rest.broadcast(LISTS)
    assert rest.table == whole.table


def test_files_of_one_name_are_two_files(tmp_path: Path) -> None:
    """Two packages may well both have a util.bc."""
    for folder, source in (("a", "one.c"), ("b", "two.c")):
        (tmp_path / "corpus" / folder).mkdir(parents=True)
        (tmp_path / "corpus" / folder / "util.bc").write_bytes(bitcode(source))
    made = search(tmp_path / "corpus", tmp_path / "store")
    made.broadcast(LISTS[:2])
    assert len(made.table) == 4


def test_what_is_not_ir_is_skipped_and_said(corpus: Path, tmp_path: Path) -> None:
    (corpus / "broken.bc").write_bytes(b"not IR")
    said: list[str] = []
    made = search(corpus, tmp_path / "store")
    made.report = said.append
    made.broadcast([*LISTS[:1], "structurizecfg", "no-such-pass"])
    assert len(made.table) == 4
    assert any(line.startswith("broken.bc: skipped") for line in said)
    assert sum(line.startswith("dropped ") for line in said) == 2


def test_the_deadline_ends_it(corpus: Path, tmp_path: Path) -> None:
    made = search(corpus, tmp_path / "store", seconds=-1.0)
    made.broadcast(LISTS)
    assert made.table == {}


def test_minimising_drops_one_pass_at_a_time_of_winners(corpus: Path, tmp_path: Path) -> None:
    made = search(corpus, tmp_path / "store")
    long = "sroa,sink,jump-threading,reassociate"
    made.broadcast([OZ_LIST, long])
    # whichever functions it wins by bytes or instructions, only lists with one item less come out
    shorter = set(made.minimise(True, 10)) | set(made.minimise(False, 10))
    parts = long.split(",")
    assert shorter <= {",".join(parts[:i] + parts[i + 1 :]) for i in range(4)}
    made.table = {"f": {OZ_LIST: (10, 100), long: (9, 90)}, "g": {OZ_LIST: (5, 50), long: (5, 60)}}
    assert set(made.minimise(True, 10)) == {",".join(parts[:i] + parts[i + 1 :]) for i in range(4)}
    made.table["f"]["sink,jump-threading,reassociate"] = (9, 91)
    assert "sink,jump-threading,reassociate" not in made.minimise(True, 10), "it is known already"
    made.table = {"f": {OZ_LIST: (10, 80), long: (9, 90)}}
    assert made.minimise(True, 10) == [], "-Oz wins"


def test_the_digest_is_of_the_contents(corpus: Path, tmp_path: Path) -> None:
    one = search(corpus, tmp_path / "store").digest()
    assert one == search(corpus, tmp_path / "other").digest()
    (corpus / "a" / "one.bc").write_bytes(bitcode("two.c"))
    assert search(corpus, tmp_path / "store").digest() != one


def test_the_command_writes_a_coreset_that_can_be_used(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = typer.Typer()
    app.command()(tune)
    out = tmp_path / "made" / "coreset-22.json"
    out.parent.mkdir()
    arguments = [str(corpus), "--out", str(out), "--store", str(tmp_path / "store"), "--lists", "12"]
    # Each round of minimising goes on from the winners so far, so a resumed run would do one more.
    arguments += ["--minimise", "0", "--size", "4"]
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    data = json.loads(out.read_bytes())
    assert data["llvm"] == 22
    assert data["made"]["functions"] == 4
    assert data["made"]["files"] == 2
    with monkeypatch.context() as patched:
        patched.setattr(coreset, "DATA", out.parent)
        coreset._load.cache_clear()
        try:
            proposer = CoresetProposer.load(22)
            assert 0 < len(proposer.lists("size")) <= 4
            for text in proposer.lists("size"):
                PassList.parse(text).function_pipeline(Trusted.load(22))
        finally:
            coreset._load.cache_clear()
    first = out.read_bytes()
    assert CliRunner().invoke(app, arguments, catch_exceptions=False).exit_code == 0
    assert out.read_bytes() == first, "a resumed run comes to the same"


# -- candidates -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("major", [22, 19])
def test_candidates_are_different_legal_and_fixed_by_the_seed(major: int) -> None:
    trusted = Trusted.load(major)
    lists = candidates(3, 120, trusted)
    assert len(lists) == len(set(lists)) == 120
    assert lists == candidates(3, 120, trusted)
    assert lists != candidates(4, 120, trusted)
    assert lists[:60] == candidates(3, 60, trusted)
    for text in lists:
        PassList.parse(text).function_pipeline(trusted)


# -- the greedy choice ------------------------------------------------------------------------------------------------

TEXTS = ("a", "a,b", "c", "c,d,e")
tables = st.dictionaries(
    st.sampled_from(["f", "g", "h", "i"]),
    st.dictionaries(st.sampled_from([OZ_LIST, *TEXTS]), st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=5),
    max_size=4,
)


def cost(table: Table, column: int, chosen: tuple[str, ...]) -> int:
    """What all functions come to when each takes the best of -Oz's list and the chosen ones."""
    return sum(
        min(row[text][column] for text in (OZ_LIST, *chosen) if text in row) for row in table.values() if OZ_LIST in row
    )


@UNHURRIED
@given(tables, st.integers(0, 1), st.integers(0, 5))
def test_greedy(table: Table, column: int, size: int) -> None:
    ranked = greedy(table, column, size)
    texts = tuple(text for text, _ in ranked)
    saved = [value for _, value in ranked]
    assert len(texts) <= size
    assert len(set(texts)) == len(texts), "never twice the same"
    assert OZ_LIST not in texts
    assert all(value > 0 for value in saved), "no list that saves nothing"
    assert saved == sorted(saved, reverse=True), "each saves no more than the one before it"
    for rank in range(len(texts)):
        before, after = cost(table, column, texts[:rank]), cost(table, column, texts[: rank + 1])
        assert before - after == saved[rank]
        # no other list would have saved more
        assert after == min(cost(table, column, (*texts[:rank], other)) for other in TEXTS)
    if len(texts) < size:
        assert cost(table, column, texts) == cost(table, column, TEXTS), "nothing is left to gain"


@UNHURRIED
@given(tables, st.integers(0, 1), st.integers(1, 4))
def test_greedy_against_every_choice(table: Table, column: int, size: int) -> None:
    """Savings are submodular, so greedy has at least 1 - 1/e of the best choice of that size (Nemhauser 1978)."""
    start = cost(table, column, ())
    best = max(start - cost(table, column, choice) for choice in itertools.combinations(TEXTS, size))
    got = sum(value for _, value in greedy(table, column, size))
    assert got <= best
    assert got >= (1 - 1 / 2.718281829) * best
    if size == 1:
        assert got == best


def test_ties_go_to_the_shorter_then_the_first_list() -> None:
    table = {"f": {OZ_LIST: (9, 9), "b,c": (1, 1), "z": (1, 1), "y": (1, 1)}}
    assert greedy(table, 0, 9) == [("y", 8)]
