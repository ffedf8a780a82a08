"""The choice of an object, from objects of known sizes that nothing but this test makes: no command line, no file."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from smartopt.codegen.configuration import OWN, PLAN, Configuration, ObjectChoice
from smartopt.codegen.settings import variations
from smartopt.driver.back_end import NO_TEMPORARY_FILE
from smartopt.driver.fallback import Fallback, Refused
from smartopt.driver.flags import Command
from smartopt.driver.object_file import ObjectFile
from smartopt.driver.smallest_object import Modules, choose_object, likely_choices
from smartopt.driver.switches import Allowed
from smartopt.objfile.measure import measure_object
from smartopt.objfile.sizes import Sizes
from smartopt.optimizer.outcome import FunctionOutcome, Outcome
from smartopt.records import replace
from tests.optimizer.support import clang

SLIM = ObjectChoice("plan", Configuration(slim=True))
BOTH = ObjectChoice("plan", Configuration(slim=True, outlined=True))
OWN_BOTH = ObjectChoice("own", BOTH.configuration)
EVERYTHING = Allowed(BOTH.configuration)
NOTHING = Allowed(Configuration())
FIRST, SECOND, *_ = variations(22)
OUTCOME = Outcome(
    llvm="22.1.8",
    engine="libllvm",
    chooser="coreset-22",
    objective="size",
    effort="default",
    winner="plan",
    target="x86_64",
    instructions=(200, 120, 80),
    oz=Sizes(text=1000),
    output=Sizes(text=900),
    functions=(
        FunctionOutcome("f", 12, 7, 5, 4, 4, "sroa", "coreset", 2),
        FunctionOutcome("gone", 5, 5, 0, 40, 0, "replay", "oz", 0),
    ),
    candidates=(),
    trials=9,
    seconds={},
    fallbacks={},
    agreement={},
    slimmable=True,
    outlinable=True,
    attributes={},
    frames=(),
    as_made=True,
)
ON_MAX = replace(OUTCOME, effort="max")

CODE = ".text\n .type {0},@function\n{0}:\n ret\n .size {0},1\n"


@functools.cache
def elf(total: int, outlined: bool = False, larger: bool = False, needs: str = "") -> bytes:
    """An object of ``total`` bytes.

    Args:
        total: its size.
        outlined: it holds an outlined function.
        larger: and a function "f", in a section of its own, that must keep the outlined one.
        needs: a function of another object that it refers to.
    """
    text = CODE.format("OUTLINED_FUNCTION_0") if outlined else ""
    if larger:
        call = " .type f,@function\nf:\n jmp OUTLINED_FUNCTION_0@PLT\n .size f,5\n"
        text += f' .section .text.f,"ax",@progbits\n{call}'
    if needs:
        text += f" .data\n .quad {needs}\n"
    rest = total - outlined - 5 * larger - 8 * bool(needs)
    made = clang(
        22,
        "-",
        "--target=x86_64-linux-gnu",
        *("-x", "assembler", "-c", "-o", "-"),
        data=f'{text} .section .rodata,"a",@progbits\n .zero {rest}\n'.encode(),
    )
    assert measure_object(made).total == total
    return made


def marked(bitcode: bytes, names: tuple[str, ...]) -> bytes:
    """Stands in for the worker that marks functions: the bitcode of a choice is text in this file."""
    return bitcode + " ".join(names).encode()


class Memory:
    """Makes the objects that it was given; any other is an error of the test."""

    def __init__(self, objects: dict[ObjectChoice, bytes], withdraws: bool = True, clang_goes_on: bool = False) -> None:
        self.objects, self.withdraws, self.clang_goes_on = objects, withdraws, clang_goes_on
        self.calls: list[tuple[str, ObjectChoice | None]] = []
        self.result: tuple[ObjectChoice, bytes] | None = None

    def make(self, choice: ObjectChoice, bitcode: bytes) -> bytes:
        made = self._made("make", choice, bitcode)
        self.result = choice, made
        return made

    def begin(self, choice: ObjectChoice, bitcode: bytes) -> Callable[[], bytes]:
        made = self._made("begin", choice, bitcode)
        return lambda: made or _refuse()

    def take(self, choice: ObjectChoice, bitcode: bytes, made: bytes) -> None:
        assert self._made("take", choice, bitcode) == made
        self.result = choice, made

    def withdraw(self) -> bool:
        self.calls.append(("withdraw", None))
        if self.withdraws:
            self.result = None
        return self.withdraws

    def _made(self, call: str, choice: ObjectChoice, bitcode: bytes) -> bytes:
        assert bitcode == marked(choice.source.encode(), choice.configuration.in_place)
        self.calls.append((call, choice))
        return self.objects[choice]


def _refuse() -> bytes:
    raise Refused("driver-back-failed")


def chosen(
    maker: Memory, outcome: Outcome = OUTCOME, allowed: Allowed = EVERYTHING, known: ObjectChoice | None = None
) -> tuple[Outcome, ObjectChoice]:
    """The choice, after checking that the maker's result is the object that was chosen."""
    after, choice = choose_object(maker, Modules(b"own", b"plan", marked), outcome, allowed, known)
    if maker.clang_goes_on and choice == OWN:
        return after, choice  # whatever the result is, nobody takes it
    assert maker.result is not None
    assert maker.result[0].source == choice.source
    assert maker.result[1] == maker.objects[choice]
    return after, choice


def test_the_first_object_is_usually_final() -> None:
    maker = Memory({BOTH: elf(800, outlined=True)})
    after, choice = chosen(maker)
    assert choice == BOTH
    assert maker.calls == [("make", BOTH)]
    assert (after.winner, after.output.total, after.back_end) == ("plan", 800, BOTH.configuration)
    assert likely_choices(OUTCOME.emission, EVERYTHING, None) == [BOTH]


def test_an_outliner_that_finds_nothing_is_forgotten() -> None:
    objects = dict.fromkeys((BOTH, SLIM), elf(800))
    maker = Memory(objects)
    assert chosen(maker)[1] == SLIM
    assert maker.calls == [("make", BOTH)]
    assert chosen(again := Memory(objects), known=SLIM)[1] == SLIM
    assert again.calls == [("make", SLIM)]


def test_the_larger_of_two_is_not_made_again() -> None:
    """Outlined, the object is close to its limit; without the outliner it is larger, and the first comes back."""
    maker = Memory({BOTH: elf(900, outlined=True), SLIM: elf(950)})
    assert chosen(maker)[1] == BOTH
    assert maker.calls == [("make", BOTH), ("make", SLIM), ("take", BOTH)]
    maker = Memory({BOTH: elf(900, outlined=True), SLIM: elf(850)})
    assert chosen(maker)[1] == SLIM
    assert maker.calls == [("make", BOTH), ("make", SLIM)]


def test_functions_that_outlining_makes_larger_are_kept_in_place() -> None:
    in_place = ObjectChoice("plan", replace(BOTH.configuration, in_place=("f",)))
    maker = Memory({BOTH: elf(700, outlined=True, larger=True), in_place: elf(800, outlined=True)})
    assert chosen(maker)[1] == in_place
    assert maker.calls == [("make", BOTH), ("make", in_place)]
    hasty = Memory({BOTH: elf(700, outlined=True, larger=True), SLIM: elf(800)})
    assert chosen(hasty, replace(OUTCOME, effort="fast"))[1] == SLIM
    assert hasty.calls == [("make", BOTH), ("make", SLIM)]


def test_an_object_that_grew_gives_way_to_clangs_own() -> None:
    maker = Memory({BOTH: elf(1100), PLAN: elf(1050), OWN_BOTH: elf(1020), OWN: elf(1000)})
    after, choice = chosen(maker)
    assert choice == OWN
    # Clang's own object was made in memory to compare, and is not made again.
    assert maker.calls == [
        *[("make", BOTH), ("make", PLAN), ("begin", OWN)],
        *[("make", OWN_BOTH), ("take", OWN)],
    ]
    assert (after.winner, after.fallbacks, after.back_end) == ("oz", {"driver-grew": 1}, None)


@pytest.mark.parametrize(("target", "compared"), [("x86_64", False), ("aarch64", True), ("", True)])
def test_elsewhere_an_object_must_be_smaller_by_more_to_be_believed(target: str, compared: bool) -> None:
    maker = Memory({PLAN: elf(980), OWN: elf(975)})
    _, choice = chosen(maker, replace(OUTCOME, target=target), allowed=NOTHING)
    assert choice == (OWN if compared else PLAN)
    assert (("begin", OWN) in maker.calls) is compared


def test_clangs_own_object_is_left_to_a_clang_that_goes_on() -> None:
    maker = Memory({BOTH: elf(1100), PLAN: elf(1050), OWN_BOTH: elf(1020), OWN: elf(1000)}, clang_goes_on=True)
    after, choice = chosen(maker)
    assert (choice, after.winner) == (OWN, "oz")
    assert ("take", OWN) not in maker.calls
    assert ("make", OWN) not in maker.calls


def test_a_close_object_is_compared_with_clangs_own() -> None:
    objects = {PLAN: elf(995), OWN: elf(994)}
    maker = Memory(objects)
    assert chosen(maker, allowed=NOTHING)[1] == OWN
    assert maker.calls == [("make", PLAN), ("begin", OWN), ("take", OWN)]
    kept = Memory(objects)
    after, choice = chosen(kept, allowed=replace(NOTHING, prefer_own=False))
    assert (choice, after.output.total) == (PLAN, 995)
    assert kept.calls == [("make", PLAN)]
    smaller = Memory({PLAN: elf(993), OWN: elf(994)})
    assert chosen(smaller, allowed=NOTHING)[1] == PLAN
    assert smaller.calls == [("make", PLAN), ("begin", OWN)]


def test_what_is_known_is_made_and_nothing_else() -> None:
    maker = Memory({OWN: elf(1000)})
    after, choice = chosen(maker, known=OWN)
    assert (choice, after.winner, after.output.total) == (OWN, "oz", 1000)
    assert maker.calls == [("make", OWN)]
    assert likely_choices(OUTCOME.emission, EVERYTHING, OWN) == [OWN]
    forbidden = Memory({PLAN: elf(700)})
    assert chosen(forbidden, allowed=NOTHING, known=SLIM)[1] == PLAN
    assert likely_choices(OUTCOME.emission, NOTHING, SLIM) == []


def test_an_object_that_lacks_a_function_of_clangs_is_none() -> None:
    maker = Memory({BOTH: elf(800, needs="gone")})
    with pytest.raises(Fallback, match="driver-assembly-needs: gone"):
        chosen(maker)
    assert chosen(Memory({SLIM: elf(800, needs="other"), BOTH: elf(800, needs="other")}))[1] == SLIM


def varied(*names: str) -> ObjectChoice:
    return ObjectChoice("plan", replace(SLIM.configuration, variations=names))


def tried(objects: dict[ObjectChoice, bytes]) -> dict[ObjectChoice, bytes]:
    """What effort max asks for, where no combination is named: each variation makes nothing smaller."""
    return {BOTH: elf(800), SLIM: elf(800), PLAN: elf(850), **{varied(n): elf(800) for n in variations(22)}, **objects}


def test_variations_are_tried_while_there_is_no_result() -> None:
    best = varied(SECOND, FIRST)
    maker = Memory(tried({varied(FIRST): elf(790), varied(SECOND): elf(780), best: elf(770)}))
    after, choice = chosen(maker, ON_MAX)
    assert (choice, after.output.total, after.back_end) == (best, 770, best.configuration)
    assert maker.calls == [
        *[("make", BOTH), ("withdraw", None)],
        *[("begin", varied(name)) for name in variations(22)],
        *[("begin", best), ("begin", PLAN), ("take", best)],
    ]
    assert likely_choices(ON_MAX.emission, EVERYTHING, None) == [
        BOTH,
        ObjectChoice("plan", replace(BOTH.configuration, variations=(FIRST,))),
    ]


def test_variations_may_all_be_refused_or_in_vain() -> None:
    in_vain = Memory(tried({varied(FIRST): b""}))
    assert chosen(in_vain, ON_MAX)[1] == SLIM
    assert in_vain.calls[-1] == ("take", SLIM)
    plain = Memory(tried({PLAN: elf(700)}))
    assert plain.objects[SLIM] != plain.objects[PLAN]
    assert chosen(plain, ON_MAX)[1] == PLAN


def test_no_variations_where_the_result_cannot_be_withdrawn() -> None:
    maker = Memory({BOTH: elf(800), SLIM: elf(800)}, withdraws=False)
    assert chosen(maker, ON_MAX)[1] == SLIM
    assert maker.calls == [("make", BOTH), ("withdraw", None)]


class FakeBackEnd:
    """Writes its bitcode and flags in the place of an object."""

    def __init__(self, path: Path) -> None:
        self.path, self.runs = path, 0

    def __call__(self, bitcode: bytes, flags: tuple[str, ...]) -> None:
        self.path.write_bytes(self.begin(bitcode, flags)())

    def begin(self, bitcode: bytes, flags: tuple[str, ...]) -> Callable[[], bytes]:
        self.runs += 1
        return lambda: bitcode + " ".join(flags).encode()


@pytest.mark.parametrize("in_place", [False, True], ids=["replaced", "written in place"])
def test_an_object_file(tmp_path: Path, in_place: bool) -> None:
    """With -fno-temp-file the user asks for a file that clang itself writes, and that is never another file."""
    command = Command()
    command.output = str(tmp_path / "a.o")
    command.back = ["-Oz", *([NO_TEMPORARY_FILE] if in_place else [])]
    back_end = FakeBackEnd(tmp_path / "a.o")
    maker = ObjectFile(back_end, command, 22)
    made = maker.make(SLIM, b"first")
    assert made == (tmp_path / "a.o").read_bytes()
    other = maker.begin(OWN, b"second")()
    assert made == (tmp_path / "a.o").read_bytes()
    assert other != made
    number = (tmp_path / "a.o").stat().st_ino
    maker.take(OWN, b"second", other)
    assert (tmp_path / "a.o").read_bytes() == other
    assert back_end.runs == (3 if in_place else 2)
    assert ((tmp_path / "a.o").stat().st_ino == number) == in_place
    assert maker.withdraw() != in_place
    assert (tmp_path / "a.o").exists() == in_place
    if not in_place:
        assert not maker.withdraw()  # there is nothing to remove
        maker.take(SLIM, b"first", made)
        assert (tmp_path / "a.o").read_bytes() == made
    assert [path.name for path in tmp_path.iterdir()] == ["a.o"]
