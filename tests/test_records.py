"""Records behave as the standard dataclasses do, and answer to the standard functions."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from typing import ClassVar

import pytest

from smartopt.options import Options
from smartopt.records import dataclass, field, fields, replace


@dataclass(frozen=True)
class Point:
    """Two numbers and a note."""

    x: int
    y: int = 2
    note: str = field(default="", repr=False, metadata={"outcome": False})
    kind: ClassVar[str] = "point"

    def __post_init__(self) -> None:
        if self.x < 0:
            raise ValueError("x")


@dataclass
class Bag:
    """Something that changes."""

    name: str
    items: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Named(Point):
    """One more field."""

    name: str = "n"


def test_making() -> None:
    assert (Point(1).x, Point(1).y, Point(1, 5).y, Point(x=3, note="a").note) == (1, 2, 5, "a")
    assert Bag("a").items == []
    assert Bag("a").items is not Bag("a").items
    assert Named(1, name="m") == Named(1, 2, "", "m")
    assert Point.y == 2
    with pytest.raises(ValueError, match="x"):
        Point(-1)


@pytest.mark.parametrize(
    ("values", "named"), [((), {}), ((1, 2, "", 4), {}), ((1,), {"x": 2}), ((1,), {"z": 2})], ids=str
)
def test_what_is_missing_or_too_much(values: tuple[object, ...], named: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="Point"):
        Point(*values, **named)  # type: ignore[arg-type]


def test_equality_hash_and_text() -> None:
    assert Point(1) == Point(1, 2)
    assert Point(1) != Point(2)
    assert Point(1) != Named(1)
    assert len({Point(1), Point(1, 2), Point(3)}) == 2
    assert Bag("a", [1]) == Bag("a", [1])
    assert repr(Point(1, note="hidden")) == "Point(x=1, y=2)"
    with pytest.raises(TypeError, match="unhashable"):
        hash(Bag("a"))


def test_frozen_ones_do_not_change() -> None:
    point = Point(1)
    with pytest.raises(AttributeError):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(AttributeError):
        del point.x  # type: ignore[misc]
    bag = Bag("a")
    bag.name = "b"
    assert bag == Bag("b")


def test_changing_a_copy() -> None:
    assert replace(Point(1, 7), x=5) == Point(5, 7)
    assert replace(Bag("a", [1]), name="b") == Bag("b", [1])
    with pytest.raises(ValueError, match="x"):
        replace(Point(1), x=-1)


def test_the_standard_functions_know_them() -> None:
    assert [one.name for one in fields(Point)] == [one.name for one in dataclasses.fields(Point)] == ["x", "y", "note"]
    assert dataclasses.fields(Point)[2].metadata["outcome"] is False
    assert dataclasses.replace(Point(1), y=9) == Point(1, 9)
    assert dataclasses.asdict(Bag("a", [1])) == {"name": "a", "items": [1]}
    assert dataclasses.is_dataclass(Options)


def test_they_are_there_for_a_reason() -> None:
    """The build path does not import what they replace."""
    code = "import sys, smartopt.driver.optimizer_session, smartopt.worker.service; print('dataclasses' in sys.modules)"
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "False\n"
