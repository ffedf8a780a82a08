"""The flag table against the installed clangs: order, coverage, kinds, and that what it calls safe is safe."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartopt.driver.flag_policy import ELIGIBLE
from smartopt.driver.flags import NotEligible, Table, classify, load_table, match, rows
from smartopt.driver.generate_flags import Option, action_of, options_in
from smartopt.reasons import REASONS

from .conftest import Pair, tool

VERSIONS = [22, 19]


@cache
def table(version: int) -> Table:
    found = load_table(version)
    assert found is not None
    return found


@cache
def asked(version: int, *args: str) -> str:
    """What the installed clang says."""
    command = [tool(f"clang-{version}"), *args]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.mark.parametrize("version", VERSIONS)
def test_every_row_has_a_known_kind_and_action(version: int) -> None:
    kinds = {"flag", "joined", "separate", "joined-or-separate", "joined-and-separate", "multi", "rest"}
    for name, text in table(version).items():
        assert name.startswith("-")
        assert rows(text)
        for kind, action, *words in rows(text):
            assert kind in kinds
            assert action in ELIGIBLE or action in REASONS, name
            assert bool(words) == (kind == "multi"), name


@pytest.mark.parametrize("version", VERSIONS)
def test_the_file_is_what_the_rules_say(version: int) -> None:
    """A rule that was changed without making the tables again is noticed."""
    for name, text in table(version).items():
        for kind, action, *_ in rows(text):
            if action in ("driver-flag-unlisted", "keep", "front"):
                continue  # their groups, which only clang's option data has, may decide
            assert action_of(Option(name, kind, 0, "")) == action


@pytest.mark.parametrize("version", VERSIONS)
def test_the_order_is_clangs(version: int) -> None:
    """clang's own order (llvm/lib/Option/OptTable.cpp): by name without dashes, a longer one before its beginning."""
    names = [name.lstrip("-") for name in table(version)]
    keys = [re.sub(r"(.)", lambda m: m[1].lower(), name) + "\x7f\x7f" for name in names]
    out_of_order = sum(a > b for a, b in pairwise(keys))
    assert out_of_order < len(names) // 100  # ties of case and of two spellings


@pytest.mark.parametrize("version", VERSIONS)
def test_every_option_that_clang_completes_is_covered(version: int) -> None:
    missing = set()
    for line in asked(version, "--autocomplete=-").splitlines():
        name = line.split("\t")[0]
        if not name.startswith("-"):
            continue  # the second line of a help text
        action = match([name, "value", "value", "value"], 0, table(version))[1]
        if action == "driver-flag-unlisted" and name not in table(version):
            missing.add(name)
    # -cc1-only and other drivers' options are completed as well; they are left to clang as unlisted.
    known = {name for name in missing if name in asked(version, "--help-hidden")}
    assert known == set()


@pytest.mark.parametrize("version", VERSIONS)
def test_every_option_that_clang_helps_with_is_a_row(version: int) -> None:
    text = asked(version, "--help-hidden")
    known = table(version)
    lacking = []
    for line in text.splitlines():
        found = re.match(r"  (--?[^\s=<,\[]+(?:=(?=<|\[|\s|$)|=)?)", line)
        if found and not line.startswith("   "):
            name = found[1]
            candidates = {name, name.rstrip("="), f"{name}=", name + ","}
            if not candidates & known.keys() and match([name, "v", "v"], 0, known)[0] == "":
                lacking.append(name)
    assert lacking == []
    assert len(text.splitlines()) > 1000


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["-DNAME=1"], ("-D", "keep", 1, "NAME=1")),
        (["-D", "NAME"], ("-D", "keep", 2, "NAME")),
        (["-include", "x.h"], ("-include", "keep", 2, "x.h")),
        (["-include-pch", "x.pch"], ("-include-pch", "driver-pch", 2, "x.pch")),
        (["-ox.o"], ("-o", "output", 1, "x.o")),
        (["-object-file-name", "x"], ("-object-file-name", "driver-flag-unlisted", 2, "x")),
        (["-O"], ("-O", "level", 1, "")),
        (["-Oz"], ("-O", "level", 1, "z")),
        (["-Ofast"], ("-Ofast", "level", 1, "")),
        (["-Wl,-O1,x"], ("-Wl,", "front", 1, "-O1,x")),
        (["-Wall"], ("-Wall", "keep", 1, "")),
        (["-Wno-anything"], ("-W", "keep", 1, "no-anything")),
        (["-Xclang", "-load"], ("-Xclang", "driver-internal", 2, "-load")),
        (["-Xarch_host", "-g"], ("-Xarch_host", "driver-arch", 2, "-g")),
        (["-Xarch_x86_64", "-g"], ("-Xarch_", "driver-arch", 2, "x86_64")),
        (["-fno-builtin-memcpy"], ("-fno-builtin-", "keep", 1, "memcpy")),
        (["-fno-builtin"], ("-fno-builtin", "keep", 1, "")),
        (["-funknown"], ("", "driver-flag-unlisted", 1, "")),
        (["-o"], ("-o", "driver-bad-command", 1, "")),
        (["--", "a", "b"], ("--", "end", 3, "")),
        (["-MD"], ("-MD", "dep", 1, "")),
        (["-M"], ("-M", "driver-stage", 1, "")),
        (["-save-temps=obj"], ("-save-temps=", "driver-side-output", 1, "obj")),
        (["-gdwarf-5"], ("-gdwarf-5", "keep", 1, "")),
        (["-Wa,--noexecstack"], ("-Wa,", "wa", 1, "--noexecstack")),
        (["-Xassembler", "-al"], ("-Xassembler", "wa", 2, "-al")),
        (["-fno-fat-lto-objects"], ("-fno-fat-lto-objects", "keep", 1, "")),
        (["-fno-tree-vectorize"], ("-fno-tree-vectorize", "oz-only", 1, "")),
        (["-gsplit-dwarf"], ("-gsplit-dwarf", "driver-side-output", 1, "")),
    ],
)
def test_words_are_matched_as_clang_does(version: int, words: list[str], expected: tuple[str, str, int, str]) -> None:
    assert match(words, 0, table(version)) == expected


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12), max_size=8))
def test_no_words_make_it_fail(words: list[str]) -> None:
    with pytest.raises(NotEligible) as no:
        classify([*words, "-c"], table(22))
    assert no.value.reason in REASONS


def test_versions_without_a_table_use_the_next_newer_one() -> None:
    assert load_table(16) is None
    assert load_table(17) == load_table(18) == load_table(19)
    assert load_table(20) == load_table(21) == load_table(22)
    assert load_table(23) is None


def test_option_data_is_read(tmp_path: Path) -> None:
    """Both shapes of Options.inc, before and after LLVM 20."""
    new = (
        "OptionPrefixesTable[] = {\n  0 /* prefixes */,\n  1 /* prefixes */, 1 /* '-' */,\n"
        "  2 /* prefixes */, 1 /* '-' */, 3 /* '--' */\n};\n#ifdef OPTION\n"
        "OPTION(3, 20 /* -both */, both, Flag, x_Group, INVALID, nullptr, 0, DefaultVis | CLOption, 0,\n"
        '       "Help, (a)", x)\n'
        "OPTION(1, 9 /* -two */, two, MultiArg, INVALID, INVALID, nullptr, 0, DefaultVis, 2, nullptr, x)\n"
        "OPTION(1, 9 /* -cc1only */, c, Flag, INVALID, INVALID, nullptr, 0, CC1Option, 0, nullptr, x)\n"
        "#endif // OPTION\n"
    )
    both = [Option("--both", "flag", 0, "x_Group"), Option("-both", "flag", 0, "x_Group")]
    assert list(options_in(new)) == [*both, Option("-two", "multi", 2, "INVALID")]
    old = (
        'PREFIX(prefix_1, {llvm::StringLiteral("-") COMMA llvm::StringLiteral("")})\n#ifdef OPTION\n'
        'OPTION(prefix_1, "-one=", one_EQ, Joined, x_Group, INVALID, nullptr, 0, DefaultVis, 0, nullptr, x)\n'
        "#endif // OPTION\n"
    )
    assert list(options_in(old)) == [Option("-one=", "joined", 0, "x_Group")]


SAFE_FLAGS = """
-ffreestanding -fwrapv -fno-strict-aliasing -fno-common -fPIC
-fno-builtin -ftrapv -fno-delete-null-pointer-checks -fno-pic
-fPIE -fno-plt -fvisibility=hidden -fno-jump-tables -fno-inline -mcmodel=large
-fno-semantic-interposition -fno-optimize-sibling-calls -fomit-frame-pointer -fstack-protector-strong
-fno-omit-frame-pointer -fstack-protector-all -fcf-protection -fstack-clash-protection
-ftrivial-auto-var-init=zero -fzero-call-used-regs=used -fno-asynchronous-unwind-tables -funwind-tables -fexceptions
-ffast-math -funroll-loops -fmerge-all-constants -fshort-enums -funsigned-char -fpack-struct=4
-ffp-contract=fast -fno-math-errno -mavx2 -march=x86-64-v3 -malign-double
-frounding-math
-fno-zero-initialized-in-bss -fno-ident -fno-addrsig -fno-use-init-array -fpatchable-function-entry=2
-finstrument-functions -fno-discard-value-names -femulated-tls -fdata-sections -ffunction-sections
-ftls-model=initial-exec -fno-unique-section-names -ffunction-sections -mno-red-zone -mstackrealign -shared
-mretpoline -mno-implicit-float -mharden-sls=all -static
-mgeneral-regs-only -mfunction-return=thunk-extern
-m32 -pie
-mtls-dialect=gnu2 -fPIC -g -gz
-falign-functions=1 -falign-jumps=1 -falign-labels=1 -falign-loops=1 -msse4 -mno-3dnow
-fno-tree-vectorize -fno-vectorize -fno-openmp -fno-profile-generate -fno-test-coverage -fno-fat-lto-objects
-D_FORTIFY_SOURCE=2 -Wp,-D_GLIBCXX_ASSERTIONS -pipe -pthread -ffile-prefix-map=/build=. --std=gnu17 -fno-check-new
-isystem . -include stddef.h -fmacro-prefix-map=/build=. -fdebug-prefix-map=/build=. -Wa,--noexecstack
-g -gdwarf-4 -fdebug-types-section
"""
FLAGS_SOURCE = """
extern int counter; static int zero = 0; enum kind { A, B } last; char text[] = "text", *other = "text";
struct s { char c; long l; } held; __thread int local;
int add(int a, int b) { return a + b + zero++ + counter + local; }
int walk(struct s *p, int *v, int n) { int t = 0; for (int i = 0; i < n; i++) t += v[i] * p->l; return t; }
int pick(int k) {
    switch (k) { case 1: return add(k, 4); case 2: return 7; case 3: return 9; case 4: return -1; case 5: return 3; }
    return 0;
}
void fill(char *p, unsigned long n) { for (unsigned long i = 0; i < n; i++) p[i] = 0; }
"""


@pytest.mark.parametrize("line", SAFE_FLAGS.strip().splitlines())
def test_safe_flags_give_the_object_of_a_direct_compile(pair: Pair, line: str) -> None:
    """Code generation flags reach front end, optimiser and back end as in one run of clang."""
    flags = line.split()
    pair.files = {"a.c": FLAGS_SOURCE}
    done = pair.direct("-Oz", *flags, "-c", "a.c")
    if done.code:
        pytest.skip("this clang's default target has no such flags")
    pair.eligible("-Oz", *flags, "-c", "a.c")


@pytest.mark.parametrize(("option", "safe"), [("-Oz", {"keep", "oz-only"}), ("-Os", {"keep"})])
def test_no_safe_flag_changes_clangs_pipeline(option: str, safe: set[str]) -> None:
    """The optimiser runs clang's plain pipeline: a flag that changes it must not be called safe."""
    level = [option, "-c", "-x", "c", "/dev/null", "-o", "/dev/null", "-mllvm", "-print-pipeline-passes"]
    plain = asked(22, *level)
    changed = []
    rows = {name: rows[0] for name, rows in table(22).items() if name.startswith("-f")}
    flags = [name for name, row in rows.items() if row[0] == "flag" and row[1] in safe]
    # In one go first: only where that differs, each on its own.
    for start in range(0, len(flags), 40):
        some = flags[start : start + 40]
        for flag in some if _pipeline(some, level) != plain else ():
            text = _pipeline([flag], level)
            if text not in (plain, ""):
                changed.append(flag)
    assert changed == []


def _pipeline(flags: list[str], level: list[str]) -> str:
    command = [tool("clang-22"), "-w", "-Qunused-arguments", *flags, *level]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60).stdout
