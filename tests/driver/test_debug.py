"""Debug builds: ``-g`` changes no code, and a debugger finds its way in what smartopt made."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from .conftest import Pair, tool
from .plugins import BOTH

PAIR_WAYS = BOTH

PROGRAM = """\
#include <stdio.h>
#include <stdlib.h>
struct node { int value; struct node *next; };
static struct node *push(struct node *list, int value) {
    struct node *fresh = malloc(sizeof *fresh);
    fresh->value = value;
    fresh->next = list;
    return fresh;
}
__attribute__((noinline)) int total(const struct node *list, int scale) {
    int sum = 0;
    for (; list; list = list->next) {
        sum += list->value * scale;
        if (sum > 1000)
            puts("large");
    }
    return sum;
}
int main(int argc, char **argv) {
    struct node *list = 0;
    for (int i = 0; i < 5; i++)
        list = push(list, i * argc);
    printf("%d\\n", total(list, 7));
    return argv == 0;
}
"""


@pytest.fixture
def debugged(pair: Pair) -> Pair:
    pair.environment.update(SMARTOPT_SELECT="auto", SMARTOPT_EFFORT="default")
    pair.files = {"a.c": PROGRAM}
    return pair


def code_of(pair: Pair, *flags: str) -> bytes:
    pair.ours("-Oz", *flags, "-c", "a.c")
    subprocess.run(
        [tool("llvm-objcopy-22"), "-O", "binary", "--only-section=.text", "a.o", "text"], cwd=pair.work, check=True
    )
    return (pair.work / "text").read_bytes()


def test_debug_information_changes_no_code(debugged: Pair) -> None:
    plain = code_of(debugged)
    assert plain
    for debug in ("-g", "-g3", "-gline-tables-only", "-ggdb"):
        assert code_of(debugged, debug) == plain, debug


WRAPPERS = """\
struct file { int fd, mode; char name[40]; };
static int open_any(const char *path, int fd, const char *mode, int kind) {
    static struct file files[8];
    int free = -1, flags = 0;
    for (int i = 0; i < 8; i++)
        if (!files[i].fd) { free = i; break; }
    while (mode && *mode) {
        switch (*mode++) { case 'r': flags |= 1; break; case 'w': flags |= 2; break; case 'a': flags |= 8; break; }
        if (flags > 8 && kind) flags -= 8;
    }
    if (free < 0) return -1;
    files[free].fd = fd + kind; files[free].mode = flags;
    for (int i = 0; path && path[i] && i < 39; i++) files[free].name[i] = path[i];
    return free;
}
int open_path(const char *path, const char *mode) { return open_any(path, -1, mode, 0); }
int open_number(int fd, const char *mode) { return open_any(0, fd, mode, 1); }
int open_both(const char *path, int fd) { return open_any(path, fd, "r", 1); }
"""
"""Tail calls to a neighbour: short in an object of all, long where each function is measured for itself."""


def test_a_plan_is_not_lost_to_the_lengths_of_jumps(debugged: Pair) -> None:
    debugged.files = {"a.c": WRAPPERS}
    plain = code_of(debugged)
    assert code_of(debugged, "-g") == plain
    counted = debugged.counted()
    assert counted["winner.plan"] == 2
    assert "reason.debug-differs" not in counted


def test_gdb_breaks_at_a_line_and_prints_a_variable(debugged: Pair) -> None:
    if shutil.which("gdb") is None:
        pytest.skip("gdb is not installed")
    done = debugged.ours("-Oz", "-g", "-c", "a.c")
    assert done.code == 0
    debugged.run(debugged.clang, "a.o", "-o", "prog")
    line = PROGRAM.splitlines().index("        sum += list->value * scale;") + 1
    script = ["-ex", f"break a.c:{line}", "-ex", "run", "-ex", "print list->value", "-ex", "print scale", "-ex", "bt 1"]
    text = debugged.run("gdb", "-q", "-batch", "-nx", *script, "./prog").stdout.decode()
    if "Couldn't get" in text or "ptrace" in text:
        pytest.skip("this container allows no debugger")
    assert f"a.c:{line}" in text, text
    assert "$1 = 4" in text, text
    assert "$2 = 7" in text, text
    assert "total (" in text


def test_the_debug_information_is_sound(debugged: Pair) -> None:
    debugged.ours("-Oz", "-g", "-c", "a.c")
    done = debugged.run(tool("llvm-dwarfdump-22"), "--verify", "a.o")
    assert done.code == 0, done.stdout.decode()
