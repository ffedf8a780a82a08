"""Functions with rules of their own about registers, and frames of many kinds: builds print what clang's print."""

from __future__ import annotations

import json
import platform
from pathlib import Path
from typing import Any

import pytest

from .conftest import ROOT, Pair
from .plugins import BOTH, first_on_both

PAIR_WAYS = BOTH

SOURCES = ROOT / "tests" / "llvm" / "sources"
CPU = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""

pytestmark = pytest.mark.skipif(
    platform.machine() not in ("x86_64", "AMD64") or " avx " not in CPU, reason="these programs run on x86-64 with AVX"
)

SAVED = """\
#include <stdio.h>
__attribute__((noinline)) long eight(long *a, long b, long c, long d, long e, long f, long g, long *h) {
    return *a * 3 + b + c * 2 + d + e * 5 + f + g + *h * 7;
}
HOOKED __attribute__((noinline)) void hook(long x, long *out) {
    long low = x - 4, high = x * 9;
    long r = eight(&low, x, 1, 2, 3, 4, 5, &high) + eight(&high, x, 5, 4, 3, 2, 1, &low) * 3;
    r ^= eight(&low, r, 1, 2, 3, 4, 5, &high) - eight(&high, r, 7, 2, 3, 2, 1, &low);
    *out = r + low * 100 + high;
}
int main(void) {
    long out = 0;
    hook(21, &out);
    printf("%ld\\n", out);
    return 0;
}
"""
WAYS: tuple[dict[str, str], ...] = (
    {"SMARTOPT_EFFORT": "fast", "SMARTOPT_SLIM": "0"},
    {"SMARTOPT_EFFORT": "default", "SMARTOPT_SLIM": "0"},
    {"SMARTOPT_EFFORT": "default"},
    {"SMARTOPT_EFFORT": "max"},
)


@pytest.fixture(params=["22", "19"])
def shapes(pair: Pair, request: pytest.FixtureRequest) -> Pair:
    pair.use(int(request.param))
    pair.environment.update(SMARTOPT_SELECT="auto", SMARTOPT_REPORT_DIR=str(pair.home))
    return pair


def built(pair: Pair, *flags: str, **environment: str) -> dict[str, Any]:
    """Build and run a.c; what it says is what it says when clang builds it. The report."""
    expected = pair.said(pair.clang, *flags)
    pair.environment.update(environment)
    assert pair.said(pair.door(), *flags) == expected
    (path,) = pair.home.glob("*.json")
    report: dict[str, Any] = json.loads(path.read_text())
    path.unlink()
    return report


@pytest.mark.parametrize("attribute", first_on_both("no_caller_saved_registers", "preserve_all"))
def test_saved_vector_registers_and_pushed_arguments(shapes: Pair, attribute: str) -> None:
    """With a frame pointer that function computes nonsense (llvm-project issue 210756)."""
    shapes.files = {"a.c": SAVED}
    flags = ("-mavx", f"-DHOOKED=__attribute__(({attribute}))")
    for way in WAYS if attribute.startswith("no") else WAYS[1::2]:
        shapes.environment.pop("SMARTOPT_SLIM", None)
        report = built(shapes, *flags, **way)
        assert "hook" not in report["frames"]
        assert report["fallbacks"]["settings-refused"] == 1
        assert report["fallbacks"]["frame-refused"] >= 1
        assert not report.get("slim")
        assert not report.get("outlined")


def test_an_ordinary_function_gets_all_of_it(shapes: Pair) -> None:
    shapes.files = {"a.c": SAVED}
    report = built(shapes, "-mavx", "-DHOOKED=", SMARTOPT_EFFORT="default")
    assert "hook" in report["frames"]
    assert report["slim"]
    assert not {"settings-refused", "frame-refused"} & report["fallbacks"].keys()


@pytest.mark.parametrize(
    ("shapes", "source", "way"),
    first_on_both(
        ("22", "frame_shapes.c", WAYS[1]),
        ("19", "frame_shapes.c", WAYS[1]),
        ("22", "frame_shapes.c", WAYS[3]),
        ("22", "odd_shapes.c", WAYS[3]),
        ("19", "odd_shapes.c", WAYS[3]),
    ),
    indirect=["shapes"],
    ids=str,
)
def test_frames_of_all_kinds(shapes: Pair, source: str, way: dict[str, str]) -> None:
    """At effort max the back end is varied, too."""
    shapes.files = {"a.c": (SOURCES / source).read_text()}
    report = built(shapes, "-mavx", "-w", **way)
    assert report["fallbacks"]["frame-refused"] >= 5
    assert report["frames"]
