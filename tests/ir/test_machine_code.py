"""Machine code as a model reads it: of real assembly, the same whatever things are called."""

from __future__ import annotations

import subprocess

from hypothesis import given
from hypothesis import strategies as st

from smartopt.ir.machine_code import apart, beside, machine_code
from tests.support import tool

SOURCE = """
extern int helper(int, const char *);
static int table[16];
int first(int x, int *p) {
    for (int i = 0; i < x; i++)
        if (p[i] > 7) p[i] = helper(p[i], "seven"); else table[i & 15] ^= 3;
    return table[x & 15];
}
int second(int k) {
    switch (k) { case 1: return 10; case 2: return helper(k, "b"); case 3: return 7; case 4: return helper(9, "c");
    case 5: return 31; case 6: return helper(k, "d"); default: return k; }
}
"""


def assembly(source: str) -> str:
    command = [tool("clang-22"), "-Oz", "-S", "-x", "c", "-", "-o", "-"]
    return subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout


def test_names_labels_and_directives_go() -> None:
    made = machine_code(assembly(SOURCE), {"first", "second"})
    assert set(made) == {"first", "second"}
    lines = made["first"].split("\n")
    assert lines[-1] == "retq"
    assert "callq S@PLT" in lines or "callq S" in lines
    labels = {line[:-1] for line in lines if line.endswith(":")}
    assert labels
    assert all(any(line.startswith("j") and line.endswith(f" {label}") for line in lines) for label in labels)
    for word in (".L", "helper", "table", "\t", "#", ".cfi"):
        assert word not in made["first"] + made["second"]


def test_other_names_and_neighbours_make_the_same_text() -> None:
    other = SOURCE.replace("helper", "assist").replace("table", "grid").replace("second", "zweite")
    other = "int before(int x) { return x > 3 ? x * 7 : -x; }" + other
    first = machine_code(assembly(SOURCE), {"first"})
    assert machine_code(assembly(other), {"first"}) == first


def test_only_what_is_wanted() -> None:
    assert machine_code(assembly(SOURCE), ()) == {}
    assert machine_code("", {"first"}) == {}


def test_labels_that_are_no_functions_end_nothing() -> None:
    text = """
"a:b":
\tpushq\t%rbx
.Lfunc_end0:
a:
\tmovl\t$1, %eax
label3:
\tincl\t%eax
.LBB1_2:
\tretq
.Lfunc_end1:
other:
\tud2
"""
    assert machine_code(text, {"a", "a:b"}) == {"a": "movl $1, %eax\nincl %eax\nL0:\nretq", "a:b": "pushq %rbx"}


@given(st.text(st.characters(exclude_characters="\f")), st.none() | st.text(min_size=1))
def test_beside_and_apart(function: str, code: str | None) -> None:
    assert apart(beside(function, code)) == (function, code)
