"""Frame pointers in builds: remembered with the decision, and left where the environment or the build says so."""

from __future__ import annotations

import platform

import pytest

from smartopt.objfile.measure import measure_object

from .conftest import Pair
from .plugins import BOTH
from .test_back_end_settings import LOOPS

PAIR_WAYS = BOTH

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


PROFILED = """\
#include <execinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
int main(void);
static volatile long good, bad;
static void tick(int number) {
    void *frames[128];
    int depth = backtrace(frames, 128), found = 0;
    for (int i = 0; i < depth; i++)
        found |= (char *)frames[i] >= (char *)main && (char *)frames[i] < (char *)main + 600;
    if (found) good++; else bad++;
}
struct node { struct node *left, *right; long key; };
static struct node *insert(struct node *tree, long key) {
    if (!tree) {
        tree = calloc(1, sizeof *tree);
        tree->key = key;
    } else if (key < tree->key) {
        tree->left = insert(tree->left, key);
    } else if (key > tree->key) {
        tree->right = insert(tree->right, key);
    }
    return tree;
}
__attribute__((noinline)) long walk(struct node *tree, long a, long b, long c, long d, long e, long f, long g) {
    if (!tree)
        return a ^ b ^ c ^ d ^ e ^ f ^ g;
    long x = walk(tree->left, b, c, d, e, f, g, tree->key);
    long y = walk(tree->right, g, f, e, d, c, b, a + tree->key);
    char bytes[64];
    memset(bytes, (int)x, sizeof bytes);
    return x * 31 + y + bytes[(unsigned long)y % 64];
}
__attribute__((noinline)) long work(unsigned seed) {
    struct node *tree = 0;
    for (int i = 0; i < 300; i++) {
        seed = seed * 1103515245 + 12345;
        tree = insert(tree, seed >> 8 & 0xffff);
    }
    return walk(tree, 1, 2, 3, 4, 5, 6, 7);
}
int main(void) {
    void *first[4];
    struct itimerval timer = {{0, 200}, {0, 200}};
    long sum = 0;
    backtrace(first, 4); /* loads the unwinder, which a handler may not */
    signal(SIGPROF, tick);
    setitimer(ITIMER_PROF, &timer, 0);
    for (int i = 0; good + bad < 60 && i < 200000; i++)
        sum += work(i);
    memset(&timer, 0, sizeof timer);
    setitimer(ITIMER_PROF, &timer, 0);
    printf("%ld of %ld lost\\n", bad, good + bad);
    return sum == 42;
}
"""


def test_the_stack_can_be_walked_from_anywhere(loops: Pair) -> None:
    """What a profiler does: unwind tables hold at every instruction, also where frame pointers come and go."""
    loops.files = {"a.c": PROFILED}
    for slim in ("0", "1"):
        loops.environment.update(SMARTOPT_SLIM=slim, SMARTOPT_OUTLINE=slim)
        lost, _, seen, _ = loops.said(loops.door()).split()
        assert int(lost) == 0 < int(seen)
    assert unwind(loops.object()) < unwind(loops.object(SMARTOPT_FRAMES="0"))
