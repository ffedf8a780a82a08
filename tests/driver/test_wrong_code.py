"""C on which some LLVM pass or setting computes wrong values: compiled by smartopt-clang, run, and compared.

Each program came from a public report; what made it wrong is out of the trusted set, or kept from such code.
"""

from __future__ import annotations

import pytest

from .conftest import Pair
from .plugins import BOTH, first_on_both

PAIR_WAYS = BOTH

NARROW_INDEX = """\
#include <stdio.h>
/* LLVM PR 183402: an index computed in a narrow type wraps and is negative; an inbounds access allows that. */
static int table[2048];
#define WALK(name, type, step) \\
    __attribute__((noinline)) long name(const int *middle, type at, int n) { \\
        long sum = 0; \\
        do { \\
            sum = sum * 5 + middle[(type)(at + 60)]; \\
            if (sum & 2) sum ^= middle[(type)(at + 90)]; \\
            at += step; \\
        } while (--n > 0); \\
        return sum; \\
    }
WALK(by_bytes, signed char, 7)
WALK(by_shorts, short, 9001)
int main(void) {
    for (int i = 0; i < 2048; i++) table[i] = i * i - 7 * i;
    for (int start = -120; start < 128; start += 31)
        for (int n = 1; n < 4; n++) printf("%ld ", by_bytes(table + 1024, (signed char)start, n));
    printf("%ld\\n", by_shorts((const int *)table + 100, -60, 1));
    return 0;
}
"""


@pytest.mark.parametrize("major", [22, 19])
@pytest.mark.parametrize("effort", first_on_both("default", "fast", "max"))
def test_an_index_that_wraps_in_a_narrow_type(pair: Pair, major: int, effort: str) -> None:
    pair.files = {"a.c": NARROW_INDEX}
    pair.use(major)
    pair.environment.update(SMARTOPT_SELECT="auto", SMARTOPT_EFFORT=effort)
    expected = pair.said(pair.clang, "-O0")
    assert pair.said(pair.door()) == expected
    assert pair.said(pair.door(), "-Os") == expected
