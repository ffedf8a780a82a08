"""Which functions ought to have a frame pointer, by the sizes of two objects."""

from __future__ import annotations

import pytest

from smartopt.codegen.frame_pointers import frameable_target, smaller_with_frames, uses_stack
from smartopt.objfile.sizes import Sizes


def sizes(total: int, code: int, eh_frame: int = 100) -> Sizes:
    return Sizes(text=code, eh_frame=eh_frame, functions={"f": total}, code={"f": code})


@pytest.mark.parametrize(
    ("before", "after", "better"),
    [
        ((80, 50), (70, 50), True),  # the same code, a shorter unwind entry
        ((80, 50), (79, 45), True),
        ((80, 50), (80, 40), False),  # nothing saved
        ((80, 50), (78, 51), True),  # two bytes saved with one byte of code
        ((80, 50), (78, 52), False),  # two bytes saved with two: not worth fetching
        ((80, 50), (85, 45), False),
    ],
)
def test_code_that_grows_is_paid_for_twice(before: tuple[int, int], after: tuple[int, int], better: bool) -> None:
    found = smaller_with_frames(sizes(*before), sizes(*after))
    assert found == ({"f": after} if better else {})


def test_a_function_that_is_not_in_both_objects_is_left() -> None:
    assert smaller_with_frames(Sizes(), sizes(10, 5)) == {}


@pytest.mark.parametrize(("total", "eh_frame", "moves"), [(70, 100, False), (74, 100, True), (50, 0, True)])
def test_unwind_entries_tell_who_moves_the_stack_pointer(total: int, eh_frame: int, moves: bool) -> None:
    """20 bytes describe a function that does not; without unwind tables nothing is known."""
    assert uses_stack("f", sizes(total, 50, eh_frame)) is moves


@pytest.mark.parametrize(
    ("triple", "known"),
    [
        ("x86_64-pc-linux-gnu", True),
        ("x86_64-unknown-freebsd", True),
        ("x86_64-apple-macosx14", False),
        ("x86_64-pc-windows-msvc", False),
        ("i686-pc-linux-gnu", False),
        ("aarch64-linux-gnu", False),
    ],
)
def test_targets(triple: str, known: bool) -> None:
    assert frameable_target(triple) is known
