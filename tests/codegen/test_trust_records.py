"""Whatever makes code generation do what clang would not has a record that says why it is trusted."""

from __future__ import annotations

from smartopt.codegen.attributes import ATTRIBUTES
from smartopt.codegen.frame_pointers import FRAME
from smartopt.codegen.outliner import outliner_options
from smartopt.codegen.settings import VARIATIONS, slim_settings
from smartopt.codegen.targets import TARGETS
from smartopt.passes.trust_records import read_records

SLIM = {option for target in TARGETS for option, *_ in slim_settings(target.name)}
USED = [
    *(("slim", option) for option in SLIM),
    *(("variation", name) for name in VARIATIONS),
    *(("attribute", name) for name in ATTRIBUTES),
    ("frame-pointer", FRAME),
    ("outliner", outliner_options(TARGETS[0])[0].split("=")[0]),
]


def test_each_has_a_record_and_no_record_is_of_something_else() -> None:
    records = {key: one for key, one in read_records().items() if one.kind != "pass"}
    assert sorted(key for key, one in records.items() if not one.dropped) == sorted(USED)


def test_what_was_dropped_is_not_used() -> None:
    words = {option for option, _, _ in VARIATIONS.values()} | SLIM
    assert words.isdisjoint({"-regalloc", "-enable-subreg-liveness"})
    dropped = [one for one in read_records().values() if one.dropped]
    assert dropped
    assert all(one.because.startswith("Dropped: ") for one in dropped)
