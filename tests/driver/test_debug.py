"""Debug builds: ``-g`` changes no code, and a debugger finds its way in what smartopt made."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from .conftest import Pair, tool

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


@pytest.mark.parametrize("debug", ["-g", "-g3", "-gline-tables-only", "-ggdb"])
def test_debug_information_changes_no_code(debugged: Pair, debug: str) -> None:
    plain = code_of(debugged)
    assert plain
    assert code_of(debugged, debug) == plain


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
