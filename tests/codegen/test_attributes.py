"""Effort max gives functions what makes their code smaller, measured; what comes out is promised and made again."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

import pytest

from smartopt.codegen.attributes import ATTRIBUTES, best_beside_outliner, give_attribute, give_attributes
from smartopt.codegen.outliner import outlined_from, outliner_options
from smartopt.codegen.settings import CodeGeneration, slim_flags
from smartopt.codegen.targets import TARGETS
from smartopt.errors import EngineError, WorkerError
from smartopt.llvm.attributes import set_string_attribute
from smartopt.llvm.capi import Context, Function, Library
from smartopt.llvm.libllvm import LibLLVMEngine
from smartopt.llvm.toolchain import find_toolchain
from smartopt.objfile.measure import measure_object
from smartopt.optimizer import optimize
from smartopt.options import Options
from smartopt.worker.pool import Pool
from smartopt.worker.protocol import ChooseAttributes, Request
from tests.codegen.support import in_child
from tests.optimizer.support import BACK_END, bitcode, clang, object_of, run, text_of
from tests.optimizer.test_memory import Kept

pytestmark = pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="the attributes are for x86-64")

SWITCHES = """\
#include <stdio.h>
int e1, e2, e3, ea[8];
__attribute__((weak, noinline)) int h(int a, int b) { return a * 3 ^ b; }
__attribute__((weak, noinline)) int f(int a, int b, int *p, int n) { int r = 0;
if (h(ea[a & 7], e2)) r += ea[a & 7];
for (int i = 0; i < n; i++) r += p[(i + (b >> 3 & 31)) & 7] * e2;
if (h(e1, ea[a & 7])) r += e1;
if (h((b >> 3 & 31), (a * 12 + b))) r += (b >> 3 & 31);
return r; }
__attribute__((weak, noinline)) int g(int k) {
switch (k) { case 0: return h(1, k); case 1: return e1; case 2: return h(e2, 4); case 3: return e3 * 7;
case 4: return ea[3]; case 6: return h(k, k); default: return 9; } }
int main(void) { int r = 0, v[8] = {3, 1, 4, 1, 5, 9, 2, 6}; e1 = 5; e2 = 7; e3 = 11; ea[2] = 3;
for (int k = 0; k < 9; k++) { r = r * 31 + g(k); r ^= f(k, r, v, k); } printf("%d\\n", r); return 0; }
"""


STEP = "s->a += s->b * 2654435761u; s->b ^= s->c >> 13; s->c = s->d - s->a; s->d = (s->d << 7 | s->d >> 25) + 12345;"
REPEATED = "typedef struct { unsigned a, b, c, d; } state; unsigned next(state *, unsigned);\n" + "".join(
    f"void stir{n}(state *s) {{ next(s, {n}); {STEP} next(s, {n} + s->a); {STEP} next(s, 7); }}\n" for n in range(6)
)
"""The same code again and again: the outliner makes a function of it."""


@pytest.fixture(scope="module")
def source() -> bytes:
    return clang(22, "-", "-Oz", *BACK_END, "-x", "c", "-emit-llvm", "-c", "-o", "-", data=SWITCHES.encode())


OUTLINER = tuple(flag for option in outliner_options(TARGETS[0]) for flag in ("-mllvm", option))


def made(data: bytes, memory: Kept | None = None, **options: Any) -> Any:
    chosen = {"llvm": "22", "effort": "max", "slim": True, "outline": True, "stands_for": "clang", **options}
    return optimize(data, Options(**chosen), memory=memory)


def test_what_is_given_makes_the_object_smaller_and_is_promised(source: bytes, tmp_path: Path) -> None:
    memory = Kept()
    found = made(source, memory)
    assert found.report["touches"]
    assert set(found.report["touches"].values()) <= ATTRIBUTES.keys()
    without, touched = found.report["candidates"][-2:]
    assert touched["bytes"]["total"] < without["bytes"]["total"]
    assert touched["bytes"] == found.report["bytes"]["output"]
    sizes = [measure_object(object_of(data, *slim_flags(22))).total for data in (found.data, made_by_oz(source))]
    assert sizes[0] - sizes[1] == touched["bytes"]["total"] - found.report["bytes"]["oz"]["total"]
    assert run(found.data, tmp_path, *BACK_END) == run(source, tmp_path)
    again = made(source, memory)
    assert again.report["trials"] == 0
    assert again.data == found.data
    assert again.report["touches"] == found.report["touches"]


def made_by_oz(source: bytes) -> bytes:
    return bytes(made(source, select="baseline").data)


def test_what_is_outlined_stays_alike(source: bytes) -> None:
    in_child(lambda: outlined_stays_alike(source, LibLLVMEngine(find_toolchain("22"))))


def outlined_stays_alike(source: bytes, engine: LibLLVMEngine) -> None:
    """Of attributes that stand in the outliner's way only those are given that do not, or all, or none."""
    CodeGeneration(engine).use_slim(TARGETS[0])
    repeated = clang(22, "-", "-Oz", *BACK_END, "-x", "c", "-emit-llvm", "-c", "-o", "-", data=REPEATED.encode())
    oz = engine.parse(repeated)
    engine.run(oz, "default<Oz>")
    bitcode = oz.bitcode()
    defined = [function.name for function in oz.functions() if not function.is_declaration]
    asked = dict.fromkeys(defined[1::2], "tune-atom")
    steps = []

    def size(names: dict[str, str]) -> int:
        module = engine.parse(bitcode)
        give_attributes(module, names)
        return measure_object(object_of(module.bitcode(), *slim_flags(22), *OUTLINER)).total

    found = best_beside_outliner(engine, bitcode, asked, TARGETS[0], lambda: steps.append(1))
    assert size(found) <= min(size({}), size(asked))
    assert size(asked) > size({})  # or this would show nothing
    assert steps
    plain = measure_object(object_of(bitcode, *slim_flags(22))).total
    assert engine.measure(engine.parse(bitcode)).total == plain  # the outliner is off again
    assert best_beside_outliner(engine, source, {"f": "tune-atom"}, TARGETS[0], lambda: None) == {"f": "tune-atom"}


def test_where_nothing_is_outlined_all_are_given() -> None:
    repeated = clang(22, "-", "-Oz", *BACK_END, "-x", "c", "-emit-llvm", "-c", "-o", "-", data=REPEATED.encode())
    with_outliner, without = (made(repeated, outline=outline) for outline in (True, False))
    assert len(with_outliner.report["touches"]) < len(without.report["touches"])
    flags = slim_flags(22)
    assert (
        measure_object(object_of(without.data, *flags)).total
        < measure_object(object_of(with_outliner.data, *flags)).total
    )


def test_who_calls_outlined_code() -> None:
    text = (
        '\t.text\nfirst:\n.Lfunc_begin0:\n\tcall\tOUTLINED_FUNCTION_0\n"a b":\n\tjmp OUTLINED_FUNCTION_1\n'
        "third:                    # @third\n\tret\nOUTLINED_FUNCTION_0:\n\tjmp\tOUTLINED_FUNCTION_1\n"
    )
    assert outlined_from(text) == {"first", "a b"}


@pytest.mark.parametrize(
    "options", [{"effort": "default"}, {"slim": False}, {"objective": "instructions"}, {"engine": "opt"}], ids=str
)
def test_elsewhere_nothing_is_given(source: bytes, options: dict[str, Any]) -> None:
    assert made(source, **options).report["touches"] == {}


def test_what_the_user_tunes_for_stays(source: bytes) -> None:
    tuned = clang(
        22, "-", "-Oz", "-mtune=haswell", *BACK_END, "-x", "c", "-emit-llvm", "-c", "-o", "-", data=SWITCHES.encode()
    )
    found = made(tuned)
    assert not any(name.startswith("tune-") for name in found.report["touches"].values())
    assert text_of(found.data).count('"tune-cpu"') == text_of(found.data).count('"tune-cpu"="haswell"') > 0


def test_functions_left_to_oz_stay_as_they_are() -> None:
    found = made(bitcode("left_alone.c"))
    left = {row["name"] for row in found.report["functions"] if row["source"] == "oz"}
    assert left.isdisjoint(found.report["touches"])


@pytest.mark.parametrize(("reason", "winner"), [("trial-memory", "oz"), ("trial-crash", "plan")])
def test_where_choosing_attributes_ends_the_worker(
    source: bytes, reason: str, winner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What may not come again makes it -Oz's own, and is not remembered; what will come again is done without."""
    ask = Pool.ask

    def trouble(self: Pool, request: Request[Any], **options: Any) -> Any:
        if isinstance(request, ChooseAttributes):
            raise WorkerError(reason, "the LLVM worker ended")
        return ask(self, request, **options)

    monkeypatch.setattr(Pool, "ask", trouble)
    memory = Kept()
    report = made(source, memory).report
    assert report["winner"] == winner
    assert report["fallbacks"]["touch-failed"] == 1
    assert (memory.value is None) == (winner == "oz")


@pytest.fixture(scope="module")
def functions(source: bytes) -> dict[str, Function]:
    library = find_toolchain("22").libllvm
    assert library is not None
    module = Context(Library(str(library))).parse(source, "source")
    return {function.name: function for function in module.functions() if not function.is_declaration}


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_an_attribute_is_given_once(functions: dict[str, Function], name: str) -> None:
    function = functions["g"]
    before = function.string_attributes()
    assert give_attribute(function, name)
    assert not give_attribute(function, name)
    after = function.string_attributes()
    if name.startswith("tune-"):
        assert after == {**before, "tune-cpu": name.removeprefix("tune-")}
        set_string_attribute(function, "tune-cpu", "generic")
    elif name == "no-jump-tables":
        assert after == {**before, "no-jump-tables": "true"}
    else:
        assert after == before
        assert not function.has_attribute(function.library.attribute_kind("minsize"))
        assert function.has_attribute(function.library.attribute_kind("optsize"))


def test_unknown_attributes_are_refused(functions: dict[str, Function]) -> None:
    with pytest.raises(EngineError, match="optnone"):
        give_attribute(functions["f"], "optnone")
