"""What is measured is what is linked: with function sections no program that uses part of a library grows."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from smartopt.codegen.outliner import has_outlined
from smartopt.lab.bench.linked import measure_linked
from smartopt.objfile.measure import measure_object

from .conftest import Pair, tool
from .plugins import BOTH, first_on_both

PAIR_WAYS = BOTH

pytestmark = pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="outlining is for x86-64")

SECTIONS = ("-ffunction-sections", "-fdata-sections")

LIBRARY = """\
struct out { unsigned char *at, *end; unsigned sum, count; int error; };
extern void complain(struct out *o, const char *why, int what);
#define BYTE(o, v) do { if ((o)->at == (o)->end) { (o)->error = -5; complain((o), "no room", (v)); return -5; } \\
  *(o)->at++ = (unsigned char)(v); (o)->sum = ((o)->sum << 7 | (o)->sum >> 25) + (unsigned char)(v); (o)->count++; \\
  } while (0)
#define WORD(o, v) do { BYTE(o, v); BYTE(o, (v) >> 8); BYTE(o, (v) >> 16); BYTE(o, (v) >> 24); } while (0)
#define ENTRY(n, tag) int put_##n(struct out *o, unsigned a, unsigned b) \\
  { BYTE(o, tag); WORD(o, a + tag); WORD(o, a ^ b); return (int)o->count; }
ENTRY(0, 3) ENTRY(1, 5) ENTRY(2, 7) ENTRY(3, 9) ENTRY(4, 11) ENTRY(5, 13)
#ifdef LONG
#define MIX(s) ((s)->sum += (s)->count * 2654435761u, (s)->count ^= (s)->sum >> 13, (s)->sum -= (s)->error * 77u, \\
  (s)->error = (int)((s)->count << 9 | (s)->count >> 23) + 12345)
unsigned mix_all(struct out *s, unsigned n) {
  MIX(s); complain(s, "a", 1); MIX(s); complain(s, "b", n); MIX(s); if (n & 1) { MIX(s); complain(s, "c", 2); }
  MIX(s); complain(s, "d", 3); MIX(s); if (n & 6) { MIX(s); complain(s, "e", 4); } MIX(s); complain(s, "f", 5);
  MIX(s); complain(s, "g", 6); MIX(s); complain(s, "h", 7); MIX(s); return s->sum;
}
unsigned mix_once(struct out *s) { MIX(s); complain(s, "x", 9); MIX(s); return s->count; }
#endif
"""
"""Entry points with much in common; with LONG also one that repeats itself often enough to outline for itself alone."""

PROGRAM = """\
extern int printf(const char *, ...);
struct out { unsigned char *at, *end; unsigned sum, count; int error; };
void complain(struct out *o, const char *why, int what) { printf("%s %d %d\\n", why, what, o->error); }
int main(void) {
    unsigned char room[40];
    struct out o = {room, room + 40, 1, 0, 0};
    for (unsigned i = 0; i < 7; i++)
        printf("%d ", put_0(&o, i * 77777, i) + put_4(&o, i, i * 3));
    printf("%x %u\\n", o.sum, mix_all(&o, 7) + mix_once(&o));
    return 0;
}
"""

USES = [("put_0",), ("put_5",), ("put_1", "put_4"), tuple(f"put_{n}" for n in range(6))]


@pytest.fixture
def library(pair: Pair) -> Pair:
    pair.environment.update(SMARTOPT_SELECT="auto", SMARTOPT_EFFORT="fast")
    pair.files = {"a.c": LIBRARY}
    return pair


def linked(pair: Pair, made: bytes, linker: str, roots: tuple[str, ...], *flags: str) -> int:
    """The bytes of what a linker keeps of an object for some entry points."""
    (pair.work / "one.o").write_bytes(made)
    kept = [word for root in roots for word in ("-u", root)]
    words = ["--gc-sections", "--eh-frame-hdr", "--unresolved-symbols=ignore-all", "-e", "0", *flags, *kept]
    done = pair.run(tool(linker), *words, "-o", "linked", "one.o")
    assert done.code == 0, done.stderr
    return measure_linked((pair.work / "linked").read_bytes())["total"]


def no_root_larger(pair: Pair, clangs: bytes, ours: bytes, uses: list[tuple[str, ...]]) -> None:
    for linker, flags in (("ld.lld-22", ()), ("ld.lld-22", ("--icf=all",)), ("ld.bfd", ())):
        for roots in uses:
            sizes = [linked(pair, made, linker, roots, *flags) for made in (clangs, ours)]
            assert sizes[1] <= sizes[0], (linker, flags, roots)


@pytest.mark.parametrize(
    ("version", "effort"), first_on_both((22, "default"), (22, "fast"), (22, "max"), (19, "default"))
)
def test_no_part_of_a_library_grows(library: Pair, version: int, effort: str) -> None:
    library.use(version)
    library.environment["SMARTOPT_EFFORT"] = effort
    ours = library.object(*SECTIONS)
    clangs = library.direct("-Oz", *SECTIONS, "-c", "a.c").tree["a.o"][2]
    assert measure_object(ours).total <= measure_object(clangs).total
    no_root_larger(library, clangs, ours, USES)


def test_without_sections_the_common_code_is_shared(library: Pair) -> None:
    """All of it is linked, or nothing."""
    assert has_outlined(library.object())


def test_who_repeats_itself_is_outlined_though_others_are_not(library: Pair) -> None:
    library.environment["SMARTOPT_EFFORT"] = "default"
    ours = library.object("-DLONG", *SECTIONS)
    assert has_outlined(ours)
    without = library.object("-DLONG", *SECTIONS, SMARTOPT_OUTLINE="0")
    assert measure_object(ours).total < measure_object(without).total
    clangs = library.direct("-Oz", "-DLONG", *SECTIONS, "-c", "a.c").tree["a.o"][2]
    no_root_larger(library, clangs, ours, [("put_3",), ("mix_all",), ("mix_once",), ("mix_once", "put_2")])
    # A warm compile marks the same functions again; other words make another object.
    hits = library.counted().get("cache.hit", 0)
    assert library.object("-DLONG", *SECTIONS) == ours
    assert library.counted()["cache.hit"] == hits + 1
    together = library.object("-DLONG")
    assert together != ours
    assert library.object("-DLONG", *SECTIONS) == ours
    assert library.object("-DLONG") == together


def test_the_program_is_the_same(library: Pair) -> None:
    library.environment["SMARTOPT_EFFORT"] = "default"
    declared = "int put_0(), put_4(); unsigned mix_all(), mix_once();\n"
    library.files = {"a.c": LIBRARY, "main.c": declared + PROGRAM}
    said = []
    for compiler in (library.clang, library.door()):
        library.fresh()
        assert library.run(compiler, "-Oz", "-DLONG", *SECTIONS, "-c", "a.c").code == 0
        words = ("-std=gnu17", "-w", "-Wl,--gc-sections", "main.c", "a.o", "-o", "prog")
        assert library.run(library.clang, *words).code == 0
        said.append(library.run(str(Path(library.work) / "prog")).stdout)
    assert said[0] == said[1] != b""
