"""Links in which lld does more than one full link-time optimisation, and what its code generation says."""

from __future__ import annotations

import subprocess

import pytest

from ..conftest import FRAMES_SOURCE, Pair
from ..plugins import PLUGIN

PAIR_WAYS = (PLUGIN,)

MAIN = """\
int first(int, int *); int second(int);
int main(int n, char **v) { int t[3] = {n, 2, 3}; return first(n, t) + second(n) - 4; }
"""
FIRST = """\
int second(int);
static int step(int x) { return x % 3 ? x * 3 + 1 : x / 3; }
int first(int n, int *p) {
    int s = 0;
    for (int i = 0; i < n; i++) { s ^= step(p[i]) + step(p[i] ^ 5) * second(i); if (s & 1) s += step(s); }
    return s;
}
"""
SECOND = "int second(int x) { int r = 0; while (x > 0) { r = r * 10 + x % 10; x /= 7; } return r; }\n"
LINK = ("-Oz", "-flto", "-fuse-ld=lld")


@pytest.fixture
def linking(pair: Pair) -> Pair:
    pair.files = {"main.c": MAIN, "first.c": FIRST, "second.c": SECOND}
    pair.environment.update(SMARTOPT_SELECT="auto", SMARTOPT_EFFORT="default")
    return pair


def compiled(pair: Pair, **flags: str) -> None:
    """Compile each source with clang, with full LTO unless flags say otherwise."""
    pair.fresh()
    for name in pair.files:
        stem = name.partition(".")[0]
        words = flags.get(stem, "-flto").split()
        subprocess.run([pair.clang, "-Oz", *words, "-c", name], cwd=pair.work, check=True)


def linked(pair: Pair, program: str, *words: str) -> tuple[int, bytes, bytes]:
    objects = [f"{name.partition('.')[0]}.o" for name in pair.files]
    done = pair.run(program, *LINK, *objects, "-o", "program", *words)
    return done.code, done.stdout, done.stderr


def test_settings_of_the_whole_program_hold_for_no_module_of_thin_lto(linking: Pair) -> None:
    """With LLVM 19, in which lld alone sees to those modules."""
    pair = linking
    pair.use(19)
    made = {}
    for program in (pair.clang, pair.door()):
        compiled(pair, main="-flto=thin", second="-flto=thin")
        assert linked(pair, program, "-Wl,--save-temps") == (0, b"", b"")
        made[program] = {path.name: path.read_bytes() for path in pair.work.glob("program.lto*.o")}
    theirs, ours = made.values()
    assert theirs.keys() == ours.keys() == {"program.lto.o", "program.lto.main.o", "program.lto.second.o"}
    assert {name for name in ours if ours[name] != theirs[name]} == {"program.lto.o"}
    assert pair.counted()["way.link"] == 1


CALLS = {
    "main.c": "int second(int); int main(int n, char **v) { return n < LIMIT ? second(n) : 0; }\n",
    "second.c": """\
void bad(void) __attribute__((KIND("never")));
int second(int n) { if (n > 8) bad(); return n * 3; }
""",
    "bad.c": "void bad(void) {}\n",
}
FRAMES = {
    "main.c": "int f(int); int main(int n, char **v) { return f(n); }\n",
    "f.c": FRAMES_SOURCE,
    "use.c": "void use(char *p) { *p = 1; }\nint test(int x) { return x & 1; }\n",
}


@pytest.mark.parametrize(("major", "lto"), [(22, "-flto"), (22, "-flto=thin"), (19, "-flto")])
@pytest.mark.parametrize(("kind", "limit"), [("error", 4), ("error", 400), ("warning", 4), ("warning", 400)])
def test_calls_that_the_linker_reports(linking: Pair, major: int, lto: str, kind: str, limit: int) -> None:
    """As lld does by itself: a call that its passes remove is no error, and one that they keep is."""
    pair = linking
    pair.use(major)
    pair.files = {name: text.replace("KIND", kind).replace("LIMIT", str(limit)) for name, text in CALLS.items()}
    said = []
    for program in (pair.clang, pair.door()):
        compiled(pair, main=lto, second=lto, bad="")
        said.append(linked(pair, program))
    assert said[0] == said[1]
    # ThinLTO keeps the function whose calls it has inlined, and so the call in it.
    assert (said[0][0], bool(said[0][2])) == (
        int(kind == "error" and (limit > 8 or "thin" in lto)),
        limit > 8 or "thin" in lto,
    )


@pytest.mark.parametrize("major", [22, 19])
def test_frames_that_the_linker_reports(linking: Pair, major: int) -> None:
    pair = linking
    pair.use(major)
    pair.files = FRAMES
    reported = set()
    for limit in (60, 110, 128, 4000):
        said = []
        for program in (pair.clang, pair.door()):
            limited = f"-flto -Wframe-larger-than={limit}"
            compiled(pair, main=limited, f=limited, use="")
            said.append(linked(pair, program))
        assert said[0] == said[1]
        reported.add(bool(said[0][2]))
    assert reported == {False, True}


@pytest.mark.parametrize(
    "word", ["-Wl,--lto-debug-pass-manager", "-Wl,-mllvm,-print-after-all", "-Wl,--reproduce=x.tar"]
)
def test_what_must_not_name_the_plugin(linking: Pair, word: str) -> None:
    pair = linking
    said = []
    for program in (pair.clang, pair.door()):
        compiled(pair)
        said.append((linked(pair, program, word), (pair.work / "program").read_bytes()))
        assert not any(b"smartopt" in path.read_bytes() for path in pair.work.glob("*.tar"))
    assert said[0] == said[1]
