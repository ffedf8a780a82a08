"""Frame pointers in builds: remembered with the decision, and left where the environment or the build says so."""

from __future__ import annotations

import platform

import pytest

from smartopt.llvm.objfile import measure_object

from .conftest import Pair
from .test_slim import LOOPS

pytestmark = pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="frame pointers: x86-64 only")


@pytest.fixture
def loops(pair: Pair) -> Pair:
    pair.environment.update(SMARTOPT_SELECT="auto", SMARTOPT_EFFORT="fast", SMARTOPT_SLIM="0", SMARTOPT_OUTLINE="0")
    pair.files = {"a.c": LOOPS}
    return pair


def unwind(data: bytes) -> int:
    return measure_object(data).eh_frame


def test_objects_are_smaller_and_the_program_is_the_same(loops: Pair) -> None:
    ours, without = loops.object(), loops.object(SMARTOPT_FRAMES="0")
    clangs = loops.direct("-Oz", "-c", "a.c").tree["a.o"][2]
    assert measure_object(ours).total < measure_object(without).total <= measure_object(clangs).total
    assert unwind(ours) < unwind(without)
    assert loops.said(loops.door()) == loops.said(loops.clang)


def test_they_are_remembered(loops: Pair) -> None:
    cold = loops.object()
    assert loops.object() == cold
    assert loops.counted()["cache.hit"] == 1
    assert loops.object(SMARTOPT_FRAMES="0") != cold
    assert loops.object() == cold


def test_builds_that_look_at_code_themselves_get_none(loops: Pair) -> None:
    flags = ["-mno-red-zone"]
    assert loops.object(*flags) == loops.object(*flags, SMARTOPT_FRAMES="0")


def test_those_that_were_asked_for_stay(loops: Pair) -> None:
    flags = ["-fno-omit-frame-pointer"]
    assert loops.object(*flags) == loops.object(*flags, SMARTOPT_FRAMES="0")
