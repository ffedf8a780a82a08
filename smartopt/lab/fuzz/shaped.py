"""Programs made of shapes, several bundled into one source file that prints a checksum for each piece of each.

A program is a few pieces; a piece is one shape with its own random parameters, under names that no other piece has. The
file's ``main`` calls each piece with some hundred argument tuples that it draws itself (small, negative, at powers of
two, any) and prints one line for it: ``SEED.NUMBER SHAPE CHECKSUM``. Its arguments are the seed of the tuples, the
first piece to run (after one that crashed), and ``1`` to print every single result.

What a piece is depends on its program's seed, its number, and the language and width of the file, and on nothing else.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from ..targets import HOST, TARGETS, Target
from .shapes import SHAPES, Draw, Language

__all__ = ["Piece", "SourceFile", "make_file"]

_PIECES = (1, 3)
_TUPLES = 240

_ARGUMENTS = "(u64 a, u64 b, u64 c)"
_PRELUDE = """
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
typedef uint8_t u8; typedef uint16_t u16; typedef uint32_t u32; typedef uint64_t u64;
typedef int8_t i8; typedef int16_t i16; typedef int32_t i32; typedef int64_t i64;
#define NOINLINE __attribute__((noinline))
static inline u32 rotate32(u32 v, u32 by) { return v << by | v >> (32 - by); }
static inline u64 rotate64(u64 v, u32 by) { return v << by | v >> (64 - by); }
static inline u64 mix(u64 h, u64 v) { h = (h ^ v) * 0x9e3779b97f4a7c15ull; return h ^ h >> 29; }
"""

_MAIN = """
static u64 drawn(u64 *s) {
  u64 v, k;
  *s = *s * 6364136223846793005ull + 1442695040888963407ull; k = *s >> 59;
  *s = *s * 6364136223846793005ull + 1442695040888963407ull; v = mix(*s, k);
  if (k < 8) return v & 63;
  if (k < 11) return 0 - (v & 63);
  if (k < 16) return (1ull << (v & 63)) + (v >> 8 & 3) - 1;
  if (k < 20) return v & 0xffff;
  if (k < 25) return v & 0xffffffffu;
  return v;
}
int main(int argc, char **argv) {
  u64 seed = argc > 1 ? strtoull(argv[1], 0, 10) : 1;
  size_t first = argc > 2 ? (size_t)atoi(argv[2]) : 0;
  for (size_t at = first; at < sizeof pieces / sizeof pieces[0]; at++) {
    u64 state = mix(seed, pieces[at].key), h = 1;
    printf("%s ", pieces[at].name); fflush(stdout);
    for (u32 k = 0; k < TUPLES; k++) {
      u64 a = drawn(&state), b = drawn(&state), c = drawn(&state), r = pieces[at].run(a, b, c);
      if (argc > 3) printf("\\n  %llu %llu %llu: %llu", (unsigned long long)a, (unsigned long long)b,
                           (unsigned long long)c, (unsigned long long)r);
      h = mix(h, r);
    }
    printf("%016llx\\n", (unsigned long long)h);
  }
  return 0;
}
"""


@dataclass(frozen=True)
class Piece:
    """One shape of one program, as text."""

    seed: int
    number: int
    shape: str
    function: str
    text: str
    includes: tuple[str, ...]

    @property
    def name(self) -> str:
        """How its line of output begins: two words."""
        return f"{self.seed}.{self.number} {self.shape}"


@dataclass(frozen=True)
class SourceFile:
    """Pieces that are compiled together."""

    language: Language
    pieces: tuple[Piece, ...]

    @property
    def seeds(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(piece.seed for piece in self.pieces))

    def only(self, names: Collection[str]) -> SourceFile:
        """The same file with some of its pieces alone."""
        return replace(self, pieces=tuple(piece for piece in self.pieces if piece.name in names))

    def text(self) -> str:
        """The file's source."""
        return "".join((self._unit(self.pieces), self._main([piece.function for piece in self.pieces])))

    def units(self, places: Sequence[int], count: int) -> tuple[str, ...]:
        """The file as ``count`` translation units; ``places`` has the unit of each piece. ``main`` is in the first."""
        units = []
        for number in range(count):
            here = [piece for piece, place in zip(self.pieces, places, strict=True) if place == number]
            calls = (f"u64 run_{one.function}{_ARGUMENTS} {{ return {one.function}(a, b, c); }}\n" for one in here)
            units.append("".join((self._unit(here), "\n", *calls)))
        declared = (f"u64 run_{piece.function}{_ARGUMENTS};\n" for piece in self.pieces)
        units[0] += "".join((*declared, self._main([f"run_{piece.function}" for piece in self.pieces])))
        return tuple(units)

    def _unit(self, pieces: Sequence[Piece]) -> str:
        """Some of the pieces, with what they need."""
        includes = sorted({name for piece in pieces for name in piece.includes})
        return "".join(
            (
                "#define _GNU_SOURCE 1\n" if self.language == "c" else "",
                *(f"#include <{name}>\n" for name in includes),
                _PRELUDE,
                *(f"\n/* {piece.name} */\n{piece.text}" for piece in pieces),
            )
        )

    def _main(self, functions: Sequence[str]) -> str:
        """The main program, which calls a function for each piece."""
        rows = zip(self.pieces, functions, strict=True)
        table = "".join(f'  {{"{one.name}", {one.seed * 16 + one.number}u, {function}}},\n' for one, function in rows)
        return "".join(
            (
                "\nstatic const struct { const char *name; u64 key; u64 (*run)(u64, u64, u64); } pieces[] = {\n",
                table,
                "};\n",
                _MAIN.replace("TUPLES", str(_TUPLES)),
            )
        )


def make_file(
    seeds: Sequence[int],
    language: Language,
    *,
    wide: bool = False,
    target: Target = TARGETS[HOST],
    shapes: Collection[str] = (),
) -> SourceFile:
    """The programs of some seeds as one file.

    Args:
        seeds: one program for each.
        language: of the file.
        wide: whether it will be compiled for AVX2.
        target: what it will be compiled for.
        shapes: names of the shapes to draw from; all where empty.
    """
    return SourceFile(
        language, tuple(piece for seed in seeds for piece in _program(seed, language, wide, target, shapes))
    )


def _program(seed: int, language: Language, wide: bool, target: Target, shapes: Collection[str]) -> list[Piece]:
    rng = random.Random(f"{seed}/{language}/{'+'.join(sorted(shapes))}")
    offered = [
        one
        for one in SHAPES.values()
        if language in one.languages
        and (target.x86 or not one.x86)
        and one.integer_bits <= target.integer_bits
        and (not shapes or one.name in shapes)
    ]
    chosen = rng.choices(offered, [one.weight for one in offered], k=rng.randint(*_PIECES))
    pieces = []
    for number, one in enumerate(chosen):
        name = f"p{seed}_{number}"
        draw = Draw(random.Random(f"{seed}/{number}/{language}/{wide}"), name, language, wide)
        text = one.write(draw)
        pieces.append(Piece(seed, number, one.name, name, text, tuple(sorted(draw.includes))))
    return pieces
