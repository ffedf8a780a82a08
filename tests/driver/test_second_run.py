"""The back end is a second run of clang: what it says again is no news, what it says anew is, and it leaves nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from smartopt.driver.back_end import BITCODE, unwrapped

from .conftest import C_SOURCE, Pair, tool

Fake = Callable[[str], Path]

UNKNOWN = ["-Wlogical-op", "-Wno-maybe-uninitialized", "-Wno-error=stringop-overflow", "-Wformat-truncation=2"]
"""gcc's, which builds pass to clang, too."""


@pytest.mark.parametrize("version", [22, 19])
def test_flags_that_clang_warns_about_in_both_runs(pair: Pair, version: int) -> None:
    pair.environment["SMARTOPT_CLANG"] = pair.clang = tool(f"clang-{version}")
    pair.files = {"a.c": f"#warning once\n{C_SOURCE}"}
    pair.eligible("-Oz", *UNKNOWN, "-c", "a.c")
    pair.eligible("-Oz", "-w", *UNKNOWN, "-c", "a.c")


@pytest.mark.parametrize("werror", ["-Werror", "-Werror=unknown-warning-option"])
def test_as_errors_they_keep_the_exit_code(pair: Pair, werror: str) -> None:
    assert pair.same("-Oz", werror, "-Wlogical-op", "-c", "a.c") == {"driver-compile-error"}


def test_other_warnings_of_the_driver(pair: Pair) -> None:
    """The target has no outliner; this clang says so in every run."""
    pair.eligible("-Oz", "-moutline", "-mno-outline", "-c", "a.c")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("clang: warning: the same", "winner.oz"),
        ("1 warning generated.", "winner.oz"),
        ("clang: warning: another", "driver-back-spoke"),
        ("clang: warning: the same thing", "driver-back-spoke"),
    ],
)
def test_only_whole_lines_that_were_heard_are_dropped(pair: Pair, fake: Fake, said: str, reason: str) -> None:
    fake(
        f"""case "$*" in
        *-emit-llvm*) echo "clang: warning: the same" >&2 ;;
        *'-x ir'*) echo "{said}" >&2 ;;
        *) echo "clang: warning: the same" >&2; [ "{reason}" = winner.oz ] || echo "{said}" >&2 ;;
        esac"""
    )
    pair.clang = pair.environment["SMARTOPT_CLANG"]
    assert reason in pair.same("-Oz", "-c", "a.c")


@pytest.mark.parametrize("version", [22, 19])
@pytest.mark.parametrize("flag", ["-Wframe-larger-than=100", "-Werror"])
def test_what_only_the_back_end_warns_about_comes_through(pair: Pair, version: int, flag: str) -> None:
    pair.environment["SMARTOPT_CLANG"] = pair.clang = tool(f"clang-{version}")
    pair.files = {"a.c": "void g(char *); void f(void) { char a[4000]; g(a); }\n"}
    # The last of them decides; with -Werror it ends with exit code 1.
    words = [
        "-Oz",
        flag,
        "-Wframe-larger-than=100",
        "-Wno-stringop-overflow",
        "-Wno-unknown-warning-option",
        "-c",
        "a.c",
    ]
    assert b"stack frame size" in pair.direct(*words).stderr
    pair.same(*words)
    pair.same("-Oz", "-Wlogical-op", "-Wframe-larger-than=100", "-c", "a.c")


@pytest.mark.parametrize("text", ['asm("nonsense");', 'void f(void) { asm("nonsense"); }'])
def test_errors_in_assembly(pair: Pair, text: str) -> None:
    pair.files = {"a.c": f"{text}\nint g(int x) {{ return x; }}\n"}
    assert pair.direct("-Oz", "-c", "a.c").code == 1
    pair.same("-Oz", "-Wlogical-op", "-c", "a.c")


CRASH = """case "$*" in {stage})
    before=
    for word in "$@"; do
        shift
        case "$before $word" in *' a.c' | 'ir -') word={home}/crash.c ;; *' ir') before=ir word=c ;; esac
        [ "$before" = ir ] || before=$word
        set -- "$@" "$word"
    done ;;
esac"""
"""Gives clang's front end, or its back end, a source that makes it crash."""


@pytest.mark.parametrize("stage", ["*-emit-llvm*", "*'-x ir'*"], ids=["front", "back"])
def test_a_crash_of_ours_leaves_no_reproducer(pair: Pair, fake: Fake, stage: str) -> None:
    """The original command does not crash then, and leaves none; so must we."""
    fake(CRASH.format(stage=stage, home=pair.home))
    (pair.home / "crash.c").write_text("#pragma clang __debug crash\n")
    scratch = pair.home / "scratch"
    scratch.mkdir()
    pair.fresh()
    done = pair.run(pair.door(), "-Oz", "-c", "a.c", env={"TMPDIR": str(scratch)})
    assert (done.code, done.stderr, sorted(done.tree)) == (0, b"", ["a.c", "a.cc", "a.o"])
    assert list(scratch.iterdir()) == []
    counted = pair.counted()
    assert any(f"reason.driver-{why}" in counted for why in ("child-killed", "front-failed", "back-failed"))


def test_the_wrapper_of_apples_bitcode() -> None:
    raw = BITCODE + b"module"
    header = b"".join(n.to_bytes(4, "little") for n in (0x0B17C0DE, 0, 20, len(raw), 7))
    assert unwrapped(header + raw + b"\0\0") == raw
    assert unwrapped(raw) == raw
    assert unwrapped(header[:12]) == header[:12]
    assert unwrapped(b"") == b""
