"""Result files: they grow, go on where they were left, and refuse what is not theirs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smartopt.errors import InputError, OutputError, UsageError
from smartopt.lab.results import ResultFile, read_results


@pytest.mark.parametrize("content", ["hello\n", "[]\n", '{"a": 1}\n'])
def test_other_files_are_refused(content: str, tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text(content)
    with pytest.raises(InputError, match="result file of the fuzzer"):
        read_results(other, "the fuzzer")
    with pytest.raises(InputError):
        ResultFile(other, {}, 1, "the fuzzer")
    assert other.read_text() == content


def test_a_file_goes_on_where_it_was_left(tmp_path: Path) -> None:
    path = tmp_path / "new" / "results.jsonl"
    first = ResultFile(path, {"plans": 2}, 3, "the fuzzer")
    first.add([{"seed": 1}, {"seed": 2}])
    first.add([{"seed": 3}])
    whole = path.read_text()
    path.write_text(whole[:-4])  # the last line was cut short
    again = ResultFile(path, {"plans": 2}, 3, "the fuzzer")
    assert again.values("seed") == {1, 2}
    again.add([{"seed": 3}])
    assert path.read_text() == whole
    assert json.loads(whole.splitlines()[0]) == {"schema": 3, "campaign": {"plans": 2}}
    assert read_results(path, "the fuzzer") == ({"plans": 2}, [{"seed": 1}, {"seed": 2}, {"seed": 3}])
    with pytest.raises(UsageError, match="other settings"):
        ResultFile(path, {"plans": 3}, 3, "the fuzzer")


def test_without_a_path_it_only_remembers() -> None:
    results = ResultFile(None, {}, 1, "the fuzzer")
    results.add([{"seed": 7}])
    assert results.values("seed") == {7}


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write"):
        ResultFile(tmp_path / "file" / "results.jsonl", {}, 1, "the fuzzer")
