"""The packaged coresets: trusted, legal, accepted by the real LLVM, and refused in one line when damaged."""

from __future__ import annotations

import json
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from smartopt.chooser import coreset
from smartopt.chooser.coreset import CoresetProposer
from smartopt.chooser.proposer import FunctionView, Proposal
from smartopt.errors import ModelError
from smartopt.llvm.toolchain import find_toolchain
from smartopt.options import OBJECTIVES
from smartopt.passes.passlist import PassList
from smartopt.passes.trusted import Trusted
from smartopt.worker.process import WorkerProcess
from smartopt.worker.protocol import SupportedPipelines
from smartopt.worker.service import LibLLVMService

FILES = sorted(Path(coreset.DATA).glob("coreset-*.json"))


def test_there_is_one_for_the_newest_llvm() -> None:
    assert "coreset-22.json" in [path.name for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_file_says_how_it_was_made(path: Path) -> None:
    data = json.loads(path.read_bytes())
    assert data["llvm"] == int(path.stem.split("-")[1])
    assert data["made"]["command"].startswith("smartopt-lab tune")
    assert data["made"]["functions"] > 0
    if "restricted" in data["made"]:  # lists lost their trust since: smartopt-lab restrict
        adds = data["made"]["restricted"]["saved_on_train"]
        assert 0 < len(adds) <= len(data["lists"]["size"])
        assert adds == sorted(adds, reverse=True)
        return
    for objective in OBJECTIVES:
        values = data["made"]["saved_over_oz_list"][objective]
        assert len(values["saved"]) == len(data["lists"][objective])
        # greedy: the list of the greatest gain first
        assert values["saved"] == sorted(values["saved"], reverse=True)
        assert min(values["saved"]) > 0
        assert sum(values["saved"]) < values["baseline"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_every_list_is_trusted_canonical_and_different(path: Path, objective: str) -> None:
    lists = json.loads(path.read_bytes())["lists"][objective]
    trusted = Trusted.load(int(path.stem.split("-")[1]))
    assert len(lists) >= 16
    assert len(set(lists)) == len(lists)
    pipelines = [PassList.parse(text).function_pipeline(trusted) for text in lists]
    assert len(set(pipelines)) == len(pipelines), "two texts, one list"
    for text in lists:
        assert str(PassList.parse(text).canonical()) == text


@pytest.mark.parametrize("major", [22, 19])
def test_the_real_llvm_accepts_them(major: int) -> None:
    """Of its own version all; of another's, those that are left after what it lacks is dropped."""
    trusted = Trusted.load(major)
    proposer = CoresetProposer.load(major)
    own = any(path.stem == f"coreset-{major}" for path in FILES)
    with closing(WorkerProcess(partial(LibLLVMService, toolchain=find_toolchain(str(major))))) as worker:
        for objective in OBJECTIVES:
            lists = proposer.lists(objective)
            pipelines = [
                PassList.parse(text).function_pipeline(trusted) for text in lists if PassList.admitted(text, trusted)
            ]
            assert len(pipelines) == len(lists) or not own
            taken = sum(one is not None for one in worker.call(SupportedPipelines(pipelines)))
            assert taken == len(lists) if own else taken >= 0.8 * len(lists)


def test_proposals() -> None:
    proposer = CoresetProposer.load(22)
    views = [FunctionView("f", 3), FunctionView("g", 5000)]
    for objective in OBJECTIVES:
        lists = proposer.lists(objective)
        for count in (0, 1, 4, 10_000):
            both = proposer.propose(views, objective, count)
            assert both == [[Proposal(text, "coreset", rank) for rank, text in enumerate(lists[:count])]] * 2
        assert proposer.propose([], objective, 3) == []
    assert proposer.lists("size") != proposer.lists("instructions")
    assert not proposer.wants_text
    assert not proposer.wants_code
    assert proposer.name == "coreset-22"


@pytest.mark.parametrize("major", [17, 18, 19, 20, 21, 22])
def test_every_llvm_that_is_meant_to_work_has_one(major: int) -> None:
    proposer = CoresetProposer.load(major)
    assert f"{proposer.name}.json" in [path.name for path in FILES], "it goes by the name of the file that was taken"
    assert len(proposer.version) == 16
    assert proposer is CoresetProposer.load(major)


DAMAGED = {
    "empty": b"",
    "not JSON": b"{ lists",
    "cut off": FILES[-1].read_bytes()[:200],
    "no lists": b"{}",
    "an objective is missing": b'{"lists": {"size": ["sroa"]}}',
    "lists of another shape": b'{"lists": ["sroa"]}',
    "not UTF-8": b'{"lists": "\xff\xfe"}',
    "a list that is a number": b'{"lists": {"size": 3, "instructions": []}}',
    "a list that is a word": b'{"lists": {"size": "sroa", "instructions": "gvn"}}',
    "null": b"null",
}


@pytest.mark.parametrize("what", DAMAGED)
def test_a_damaged_file_is_one_line(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "coreset-22.json").write_bytes(DAMAGED[what])
    monkeypatch.setattr(coreset, "DATA", tmp_path)
    coreset._load.cache_clear()
    try:
        with pytest.raises(ModelError, match=r"coreset-22\.json is damaged") as caught:
            CoresetProposer.load(22)
        assert "\n" not in str(caught.value)
        assert "install smartopt again" in str(caught.value)
    finally:
        coreset._load.cache_clear()


def test_no_file_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coreset, "DATA", tmp_path)
    coreset._load.cache_clear()
    try:
        with pytest.raises(ModelError, match="missing"):
            CoresetProposer.load(22)
    finally:
        coreset._load.cache_clear()


def test_the_version_follows_the_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packaged = CoresetProposer.load(22)
    changed = json.loads((Path(coreset.DATA) / "coreset-22.json").read_bytes())
    changed["lists"]["size"].reverse()
    (tmp_path / "coreset-22.json").write_text(json.dumps(changed))
    monkeypatch.setattr(coreset, "DATA", tmp_path)
    coreset._load.cache_clear()
    try:
        other = CoresetProposer.load(22)
        assert other.version != packaged.version
        assert other.lists("size") == packaged.lists("size")[::-1]
    finally:
        coreset._load.cache_clear()
