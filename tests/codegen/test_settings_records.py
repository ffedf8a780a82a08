"""Whatever makes code generation do what clang would not has a record that says why it is trusted."""

from __future__ import annotations

import pytest

from smartopt.codegen.attributes import ATTRIBUTES
from smartopt.codegen.frame_pointers import FRAME
from smartopt.codegen.outliner import OUTLINER_OPTIONS
from smartopt.codegen.settings import VARIATIONS, slim_options
from smartopt.codegen.settings_records import records

USED = [
    *(("slim", word.split("=")[0]) for word in slim_options(99)),
    *(("variation", name) for name in VARIATIONS),
    *(("touch", name) for name in ATTRIBUTES),
    ("frame", FRAME),
    ("outliner", OUTLINER_OPTIONS[0].split("=")[0]),
]


@pytest.mark.parametrize(("kind", "name"), USED, ids=str)
def test_each_has_a_record(kind: str, name: str) -> None:
    found = records().used[kind, name]
    assert all((found.what, found.where, found.default, found.because, found.searched))


def test_no_record_is_of_something_else() -> None:
    found = records()
    assert sorted(found.used) == sorted(USED)
    issues = [issue for one in (*found.used.values(), *found.dropped.values()) for issue in one.issues]
    assert all(issue.number and issue.title and issue.state for issue in issues)
    assert found.read >= "2026-11-29"
    assert found.tried


def test_what_was_dropped_is_not_used() -> None:
    words = {option for option, _, _ in VARIATIONS.values()} | {word.split("=")[0] for word in slim_options(99)}
    assert words.isdisjoint({"-regalloc", "-enable-subreg-liveness"})
    assert all(one.issues and one.because.startswith("Dropped: ") for one in records().dropped.values())
