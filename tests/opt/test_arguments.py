"""The sorting of opt's command line: every row of the table, every spelling, and what is the real opt's."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartopt.errors import UsageError
from smartopt.opt.arguments import OPTIONS, HandOver, Ours, classify, without_ours
from smartopt.reasons import REASONS
from tests.support import opt


@pytest.mark.parametrize(
    ("argv", "declared"),
    [
        ([], []),
        (["in.bc"], ["--", "in.bc"]),
        (["-Oz", "in.bc", "-o", "out.bc"], ["--output=out.bc", "--", "in.bc"]),
        (["--Oz", "-o=out.bc", "-"], ["--output=out.bc", "--", "-"]),
        (["-passes=default<Oz>", "-S"], ["-S"]),
        (["--passes", "default<Oz>", "--S"], ["-S"]),
        (["-passes", " default< Oz > "], []),
        (["-p=default<Oz>"], []),
        (["-S=true", "-f=0"], ["-S"]),
        (["-disable-verify", "-Oz", "-verify-each"], []),
        (["--effort", "max", "--objective=instructions"], ["--effort=max", "--objective=instructions"]),
        (["-j", "2", "-v"], ["--jobs=2", "--table"]),
        (["-o", "-", "x"], ["--output=-", "--", "x"]),
        (["--", "-Oz"], ["--", "-Oz"]),
        (["-O2=false"], []),
    ],
)
def test_ours(argv: list[str], declared: list[str]) -> None:
    assert classify(argv) == Ours(tuple(declared))


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        (["-O2", "in.bc"], "opt-not-size"),
        (["-Os"], "opt-not-size"),
        (["-passes=gvn"], "opt-not-size"),
        (["-passes=default<Oz>,gvn"], "opt-not-size"),
        (["--passes", "default<O3>"], "opt-not-size"),
        (["-passes="], "opt-not-size"),
        (["-Oz", "-mcpu=native"], "opt-unknown-option"),
        (["-Oz", "-load-pass-plugin=x.so", "in.bc"], "opt-unknown-option"),
        (["-time-passes", "-Oz"], "opt-unknown-option"),
        (["-S=maybe"], "opt-unknown-option"),
        (["-Ozz"], "opt-unknown-option"),
    ],
)
def test_the_real_opts(argv: list[str], reason: str) -> None:
    verdict = classify(argv)
    assert isinstance(verdict, HandOver)
    assert verdict.reason == reason
    assert reason in REASONS
    assert verdict.argument.split()[0] in argv


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["-o"], "-o needs a value"),
        (["a.bc", "b.bc"], "one input at a time"),
        (["-O2", "--effort", "max"], "--effort is an option of smartopt, but -O2"),
        (["--effrt", "max"], "did you mean --effort"),
        (["--show-stat"], "did you mean --show-stats"),
    ],
)
def test_neither_could_make_sense_of_it(argv: list[str], says: str) -> None:
    with pytest.raises(UsageError, match=re.escape(says)):
        classify(argv)


def test_a_response_file_is_the_real_opts(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(str(tmp_path))
    assert classify(["@args"]) == Ours(("--", "@args"))
    with open("args", "w") as file:
        file.write("-O2")
    assert classify(["@args"]) == HandOver("opt-unknown-option", "@args")


@pytest.mark.parametrize(
    ("argv", "real"),
    [
        (["--effort", "max", "in.bc"], ["-Oz", "in.bc"]),
        (["-Oz", "-j=2", "in.bc", "-o", "x"], ["-Oz", "in.bc", "-o", "x"]),
        (["-O2", "in.bc"], ["-O2", "in.bc"]),
        (["-mcpu=native", "-passes=gvn"], ["-mcpu=native", "-passes=gvn"]),
    ],
)
def test_switched_off(argv: list[str], real: list[str]) -> None:
    assert without_ours(argv) == real


def test_our_names_are_not_opts_and_opts_names_are() -> None:
    known = set(re.findall(r"^ +--?([\w-]+)", opt("--help-hidden").stdout.decode(), re.MULTILINE))
    for row in OPTIONS:
        if row.policy != "ours":
            assert row.name in known | {"f", "o", "S", "p"}, row
        elif row.name not in ("help", "h", "version"):
            assert row.name not in known, row


def test_each_option_has_one_row() -> None:
    names = [row.name for row in OPTIONS]
    assert len(names) == len(set(names))


_word = st.one_of(
    st.sampled_from(
        [f"-{row.name}" for row in OPTIONS] + [f"--{row.name}=max" for row in OPTIONS] + ["-", "--", "in.bc", "x=y"]
    ),
    st.text(string.printable, max_size=8),
)


@given(st.lists(_word, max_size=6))
def test_never_anything_but_a_verdict(argv: list[str]) -> None:
    try:
        verdict = classify(argv)
    except UsageError:
        return
    if isinstance(verdict, Ours):
        # What classify returns is in the declared form, so classifying it again changes nothing.
        words = verdict.argv
        options = words[: words.index("--")] if "--" in words else words
        declared = {row.declared for row in OPTIONS}
        assert all(word.partition("=")[0] in declared for word in options)
