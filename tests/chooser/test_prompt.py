"""Words, tokenizer and prompt: exact round trips, no word out of text, one layout for training and serving."""

from __future__ import annotations

import json
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartopt.chooser.coreset import CoresetProposer
from smartopt.chooser.prompt import Prompter, spelled, unspelled
from smartopt.chooser.tokenizer import TextTokenizer
from smartopt.chooser.vocabulary import Words
from smartopt.errors import ModelError
from smartopt.ir.function_texts import function_texts
from smartopt.ir.machine_code import beside
from smartopt.lab.train.tokens import sample, train_tokenizer
from smartopt.options import OBJECTIVES
from smartopt.passes.passlist import PassList
from smartopt.passes.trusted import Trusted
from tests.support import EXAMPLES

LISTS = CoresetProposer.load(22).lists("size")


@cache
def texts() -> list[str]:
    return [text for path in sorted(EXAMPLES.glob("*.ll")) for text in function_texts(path.read_text()).values()]


@cache
def words() -> Words:
    return Words.of(LISTS, 8, Trusted.load(22))


@cache
def raw() -> bytes:
    return train_tokenizer(sample(texts(), 10**9, 0), words(), 1200)


@cache
def tokenizer() -> TextTokenizer:
    return TextTokenizer(raw(), words())


def test_words_are_distinct_and_lists_follow_each_other() -> None:
    names = words().names
    assert len(set(names)) == len(names) == len(words())
    assert (words().pad, words().bos, words().eos) == tuple(map(names.index, ("<pad>", "<bos>", "<eos>")))
    first = words().first_list
    assert names[first : first + len(LISTS)] == tuple(f"<list {number}>" for number in range(len(LISTS)))
    assert all(f"<pass {text}>" in names for text in Trusted.load(22).vocabulary())


def test_line_words_grow() -> None:
    found = [words().lines(count) for count in range(20_000)]
    assert found == sorted(found)
    assert len(set(found)) > 30
    assert words().lines(0) == words().lines(1)


def test_texts_come_back() -> None:
    for text, numbers in zip(texts(), tokenizer().encode(texts()), strict=True):
        assert tokenizer().decode(numbers) == text
        assert min(numbers) >= len(words())
        assert max(numbers) < tokenizer().size


@given(st.text())
def test_any_text_comes_back(text: str) -> None:
    (numbers,) = tokenizer().encode([text])
    assert tokenizer().decode(numbers) == text


@pytest.mark.parametrize("text", ["<eos>", "<list 3>", "define <pad> @f0(){\n<oz>\n<pass sroa>\n}"])
def test_text_never_becomes_a_word(text: str) -> None:
    (numbers,) = tokenizer().encode([text])
    assert min(numbers) >= len(words())
    assert tokenizer().decode(numbers) == text


def test_a_lone_surrogate_is_read_all_the_same() -> None:
    assert tokenizer().encode(["\udcff"])[0]


def test_training_the_tokenizer_again_gives_the_same() -> None:
    assert train_tokenizer(sample(texts(), 10**9, 0), words(), 1200) == raw()


def test_another_vocabulary_is_refused() -> None:
    for damaged in (b"", b"{", b"null", raw()[:-100], json.dumps({"model": {"vocab": {}}}).encode()):
        with pytest.raises(ModelError, match=r"tokenizer\.json"):
            TextTokenizer(damaged, words())
    with pytest.raises(ModelError, match="answer words"):
        TextTokenizer(raw(), Words.of(LISTS[:-1], 8, Trusted.load(22)))


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_layout(objective: str) -> None:
    prompter = Prompter(tokenizer(), 2048)
    (stem,) = prompter.stems(texts()[:1])
    assert stem is not None
    (function,) = tokenizer().encode(texts()[:1])
    prompt = prompter.ask(stem, objective)  # type: ignore[arg-type]
    names = [words().names[number] if number < len(words()) else "." for number in prompt]
    lines = words().names[words().lines(texts()[0].count("\n") + 1)]
    assert names[:2] == ["<bos>", "<target x86_64>"]
    assert names[2 : 2 + len(function)] == ["."] * len(function)
    after = [lines, "<answer>", f"<objective {objective}>", *(f"<next {place}>" for place in range(2, 9))]
    assert names[2 + len(function) :] == after
    assert len(prompt) == len(function) + prompter.overhead


def test_what_is_too_long_has_no_prompt() -> None:
    (function,) = tokenizer().encode(texts()[:1])
    fits = len(function) + Prompter(tokenizer(), 0).overhead
    assert Prompter(tokenizer(), fits).stems(texts()[:1]) != [None]
    assert Prompter(tokenizer(), fits - 1).stems(texts()[:1]) == [None]


def test_what_does_not_fit_is_shown_by_beginning_and_end() -> None:
    prompter = Prompter(tokenizer(), 32, 2)
    function = list(range(1000, 1000 + prompter.room + 5))
    stem = prompter.stem(function, 9)
    assert stem is not None
    assert len(prompter.ask(stem, "size")) == 32
    shown = stem[2:-2]
    bar = shown.index(words().numbers["<bar>"])
    assert shown[:bar] == function[:bar]
    assert shown[bar + 1 :] == function[-(len(shown) - bar - 1) :]
    assert abs(2 * bar + 1 - len(shown)) <= 1
    assert prompter.stem(list(range(2 * prompter.room)), 9) is not None
    assert prompter.stem(list(range(2 * prompter.room + 1)), 9) is None


def test_every_list_can_be_spelled_and_read() -> None:
    trusted = Trusted.load(22)
    for text in LISTS:
        numbers = spelled(text, words())
        assert numbers[-1] == words().eos
        read = PassList.parse(unspelled(numbers, words()))
        assert read.function_pipeline(trusted) == PassList.parse(text).function_pipeline(trusted)
    assert unspelled(spelled("", words()), words()) == ""
    with pytest.raises(ModelError, match="no word"):
        spelled("gvn<no-pre;no-load-pre>", words())
    for answer in ([], [words().eos], [words().pad, words().eos], [10**6]):
        with pytest.raises(ModelError):
            unspelled(answer, words())


def test_a_function_and_its_code_share_the_room() -> None:
    words = tokenizer().words
    prompter = Prompter(tokenizer(), 112, 4, True)
    room, code, bar = prompter.room, words.numbers["<code>"], words.numbers["<bar>"]
    long, short = list(range(500, 500 + room)), list(range(700, 710))

    def shown(function: list[int], machine: list[int]) -> tuple[list[int], list[int]]:
        stem = prompter.stem(function, 9, machine)
        assert stem is not None
        assert len(stem) + words.slots <= prompter.context
        between = stem[2:-2]
        return between[: between.index(code)], between[between.index(code) + 1 :]

    assert shown(short, short) == (short, short)
    function, machine = shown(short, long)
    assert function == short
    assert (len(machine), machine.count(bar)) == (room - 1 - len(short), 1)
    assert (machine[0], machine[-1]) == (long[0], long[-1])
    function, machine = shown(long, short)
    assert (len(function), function.count(bar), machine) == (room - 1 - len(short), 1, short)
    function, machine = shown(long, long)
    assert (len(function) + len(machine), function.count(bar), machine.count(bar)) == (room - 1, 1, 1)
    assert abs(len(function) - len(machine)) <= 1
    assert prompter.stem(list(range(4 * room + 1)), 9, short) is None


def test_texts_with_code_and_without() -> None:
    prompter = Prompter(tokenizer(), 2048, 1, True)
    text = texts()[0]
    plain, coded = prompter.stems([text, beside(text, "pushq %rbx\nretq")])
    assert plain is not None
    assert coded is not None
    at = coded.index(prompter.words.numbers["<code>"])
    assert coded[:at] + plain[-2:] == plain
    assert prompter.tokenizer.encode(["pushq %rbx\nretq"]) == [coded[at + 1 : -2]]
