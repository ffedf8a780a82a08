"""A small quantized language model that reads a function line by line and ranks the coreset's lists, in plain Python.

Its words are lines of LLVM IR (``ir.lines``) and pairs of neighbouring lines. The vectors of all of them are added up,
so that a function of any length is read whole; two layers of int8 weights turn logarithms and means of those sums into
answers: for each of a few places the list that should add most to the lists before it, and what it should save. One
model answers for several targets; which one is an input beside the sums. It takes less than a millisecond a function
(models/LOG.md), needs no library, and gives the same answers on every machine, because all sums are of integers.

``smartopt-lab lines`` makes the data (``smartopt.lab.lines``): one safetensors file, and beside it a file with its
SHA-256. Choosing is set selection as in ``ranking``; sums of vectors of words are how fastText reads (Joulin et al.
2016).
"""

from __future__ import annotations

import json
import math
import os
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise

from ..annotations import Any
from ..digest import sha256
from ..errors import ModelError
from ..ir.lines import LINES_VERSION
from ..options import Objective
from ..passes.passlist import PassList
from ..passes.trusted import Trusted
from ..records import dataclass, replace
from .coreset import CoresetProposer
from .data_files import DATA, hash_file, nearest
from .packed_rows import PackedRows
from .proposer import FunctionView, Proposal

__all__ = ["LEAST", "SCHEMA", "SMALLEST", "STEPS", "Expected", "LineModel", "LineProposer", "inputs_of", "pair_of"]

SCHEMA = 2
STEPS = 64
"""Values between layers are whole numbers of 1/64."""
_MOST = 4095
"""The largest of them."""
SMALLEST = 4
"""Sums of shorter functions are divided by this length."""
LEAST = 0.02
"""Expected savings (in bytes or instructions) below which a list counts as useless."""
_LARGEST_HEADER = 1 << 20


@dataclass(frozen=True)
class Expected:
    """What the model expects of one function.

    Attributes:
        lists: numbers of lists, in the order in which they should be tried; empty where none should save enough.
        saves: what each is expected to save beyond -Oz and the lists before it, in units of the objective.
    """

    lists: tuple[int, ...]
    saves: tuple[float, ...]


class _Layer:
    """One layer: int8 weights by input, and by output a scale and a bias."""

    def __init__(self, file: _File, name: str) -> None:
        inputs, outputs = file.shape(f"{name}.weight")
        self.inputs = inputs
        self._rows = PackedRows(file.raw(f"{name}.weight"), outputs)
        scale, bias = file.floats(f"{name}.scale"), file.floats(f"{name}.bias")
        if not inputs or len(scale) != outputs or len(bias) != outputs:
            raise ValueError(f"the shapes of {name}")
        self._scaling = list(zip(scale, bias, strict=True))
        # The same in steps, and half of one for rounding.
        self._steps = [(STEPS * factor, STEPS * offset + 0.5) for factor, offset in self._scaling]

    def __call__(self, vector: Sequence[int]) -> list[float]:
        found = self._rows.product(vector)
        return [value * scale + bias for value, (scale, bias) in zip(found, self._scaling, strict=True)]

    def positive(self, vector: Sequence[int]) -> list[int]:
        """What is above zero, in steps; zero elsewhere."""
        found = self._rows.product(vector)
        made = [
            int(value) if (value := sum_ * scale + bias) > 0 else 0
            for sum_, (scale, bias) in zip(found, self._steps, strict=True)
        ]
        return made if max(made) <= _MOST else [min(value, _MOST) for value in made]


class LineModel:
    """The network. Raises ModelError if ``raw`` is no such file."""

    def __init__(self, raw: bytes, name: str = "line model") -> None:
        try:
            file = _File(raw)
            about = file.about
            if about["schema"] != SCHEMA or about["lines"] != LINES_VERSION:
                raise ModelError(f"{name} was trained on other lines than this smartopt reads; train it again")
            self.llvm = int(about["llvm"])
            self.lists = tuple(str(text) for text in about["lists"])
            self.places = int(about["places"])
            self.objectives = tuple(str(objective) for objective in about["objectives"])
            self.targets = tuple(str(target) for target in about["targets"])
            words = _split(file.raw("words"))
            self._numbers = {word: number for number, word in enumerate(words, 1)}
            starts = _split(file.raw("starts"))
            self._starts = {word: number for number, word in enumerate(starts, 1 + len(words))}
            self._lines = PackedRows(file.raw("lines"), file.shape("lines")[1])
            self._pairs = PackedRows(file.raw("pairs"), file.shape("pairs")[1])
            self._hidden = [_Layer(file, "first"), _Layer(file, "second")]
            self._list_layers = {name: _Layer(file, f"{name}.lists") for name in self.objectives}
            self._save_layers = {name: _Layer(file, f"{name}.saves") for name in self.objectives}
            read = len(inputs_of([0] * (file.shape("lines")[1] + file.shape("pairs")[1]), 0)) + len(self.targets)
            if (
                len(self._lines) != 1 + len(words) + len(starts)
                or not 1 <= self.places <= len(self.lists)
                or self._hidden[0].inputs != read
            ):
                raise ValueError("its sizes")
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise ModelError(f"{name} is damaged ({type(error).__name__}: {error}); train it again") from error

    def hidden(self, lines: bytes, target: str = "") -> list[int]:
        """What the model makes of a function's lines (``ir.lines``) before it answers anything, in steps.

        ``target`` is the lists' name of a target (``codegen.targets``); one that the model does not know is x86-64.
        """
        first, second = self._hidden
        known = target if target in self.targets else ""
        asked = [STEPS if name == known else 0 for name in self.targets]
        values = first.positive(self.inputs(lines) + asked)
        return [value + more for value, more in zip(values, second.positive(values), strict=True)]

    def inputs(self, lines: bytes) -> list[int]:
        """The sums of the vectors of lines and pairs, as the first layer reads them."""
        known, starts = self._numbers.get, self._starts.get
        text = lines.split(b"\n")
        words = [known(line) or starts(b" ".join(line.split(b" ", 2)[:2]), 0) for line in text]
        pairs = len(self._pairs)
        found = self._lines.sum(Counter(words).items())
        found += self._pairs.sum(Counter(pair_of(a, b, pairs) for a, b in pairwise(words)).items())
        return inputs_of(found, len(words))

    def saves(self, hidden: Sequence[int], objective: Objective) -> list[float]:
        """What the list at each place should save beyond those before it."""
        best, found = math.inf, []
        for value in self._save_layers[objective](hidden):
            best = min(best, math.exp(max(-20.0, min(12.0, value))))
            found.append(best)
        return found

    def order(self, hidden: Sequence[int], objective: Objective, places: int) -> list[int]:
        """The lists' numbers: at each of some places the best one that no earlier place has, then the others."""
        logits, count = self._list_layers[objective](hidden), len(self.lists)
        free, order = list(range(count)), []
        for place in range(min(places, self.places)):
            row = logits[place * count : (place + 1) * count]
            chosen = max(free, key=row.__getitem__)
            order.append(chosen)
            free.remove(chosen)
        whole = self.places * count
        rest = {number: max(logits[number:whole:count]) for number in free}
        return order + sorted(free, key=rest.__getitem__, reverse=True)

    def expect(self, lines: bytes, objective: Objective, count: int, least: float = 0.0, target: str = "") -> Expected:
        """What to expect of a function on a target. Lists that should save less than ``least`` are left out."""
        count = min(count, len(self.lists))
        hidden = self.hidden(lines, target)
        saves = self.saves(hidden, objective)
        saves += [saves[-1] / 2**more for more in range(1, count - len(saves) + 1)]
        saves = [value for value in saves[:count] if value >= max(least, LEAST)]
        if not saves:
            return Expected((), ())
        return Expected(tuple(self.order(hidden, objective, len(saves))[: len(saves)]), tuple(saves))


class LineProposer:
    """Ranks the lists of the coreset for each function, by the packaged model."""

    wants_text = wants_code = False
    wants_lines = True

    def __init__(self, model: LineModel, coreset: CoresetProposer, version: str, target: str = "") -> None:
        """``target`` is the lists' name of the target that is compiled for (``codegen.targets``)."""
        self.name = f"lines-{model.llvm}"
        self.version = f"{version}-{coreset.version}"
        self._target = target
        self._model, self._coreset = model, coreset
        trusted = Trusted.load(model.llvm)
        self._trusted = [PassList.admitted(text, trusted) for text in model.lists]

    @classmethod
    def load(cls, major: int, target: str = "") -> LineProposer:
        """The packaged model for an LLVM major version: its own or the nearest version's, whose name it has.

        ``target`` is the lists' name of a target (``codegen.targets``).

        Raises ModelError if none is packaged, or if it is damaged or made for other lines.
        """
        return _load(major, target)

    @classmethod
    def read(cls, path: str, major: int, target: str = "") -> LineProposer:
        """The proposer of a model's file for a target. Raises ModelError if it is no model for this LLVM version."""
        name = os.path.basename(path)
        try:
            with open(path, "rb") as file:
                raw = file.read()
        except OSError as error:
            raise ModelError(f"{path} cannot be read ({error.strerror})") from error
        model = LineModel(raw, name)
        if model.llvm != major:
            raise ModelError(f"the model {name} is for LLVM {model.llvm}, not {major}; pass --model none")
        return cls(model, CoresetProposer.load(major, target), sha256(raw).hexdigest()[:16], target)

    def knows(self, objective: Objective) -> bool:
        """Whether the model was trained for an objective."""
        return objective in self._model.objectives

    def propose(self, functions: Sequence[FunctionView], objective: Objective, count: int) -> list[list[Proposal]]:
        """Ranked lists. Those of which the model expects nothing are the coreset's others, in its order."""
        plain = self._coreset.propose(functions, objective, count)
        if not self.knows(objective):
            return plain
        rest = [replace(proposal, saves=0.0) for proposal in plain[0]] if plain else []
        return [self._ranked(view, objective, rest, count) for view in functions]

    def _ranked(self, view: FunctionView, objective: Objective, rest: list[Proposal], count: int) -> list[Proposal]:
        model = self._model
        found = Expected((), ())
        if view.lines:
            found = model.expect(view.lines, objective, count, view.least, self._target)
        ranked = [
            Proposal(model.lists[number], "model", rank, saves)
            for rank, (number, saves) in enumerate(zip(found.lists, found.saves, strict=True))
            if self._trusted[number]
        ]
        known = {proposal.passes for proposal in ranked}
        return (ranked + [proposal for proposal in rest if proposal.passes not in known])[:count]


def pair_of(first: int, second: int, pairs: int) -> int:
    """The number of the vector of two neighbouring lines, of which ``pairs`` share all there are."""
    return (first * 7919 + second * 104729) % pairs


def inputs_of(sums: Sequence[int], length: int) -> list[int]:
    """What the first layer reads, in steps: of each sum its logarithm and its mean, and the length in lines.

    A logarithm is linear between powers of two: the same on every machine, and as good.
    """
    near, divisor = _NEAR, max(length, SMALLEST)
    found = [near[value] if -_LIMIT < value < _LIMIT else _logarithm(value) for value in sums]
    found += [16 * value // divisor for value in sums]
    power = (1 + length).bit_length() - 1
    size = 256 * (power - 1) + ((256 * (1 + length)) >> power)
    return [*found, size >> 5, (size * size) >> 16]


def _logarithm(value: int) -> int:
    """The signed logarithm of 1 + |value|: 16 for a doubling."""
    size = 1 + abs(value)
    power = size.bit_length() - 1
    part = 16 * (power - 1) + ((16 * size) >> power)
    return part if value >= 0 else -part


_LIMIT = 2048
_NEAR = [_logarithm(value) for value in (*range(_LIMIT), *range(-_LIMIT, 0))]
"""The logarithms of small values; negative ones are found from the end."""


def _split(text: bytes) -> list[bytes]:
    return text.split(b"\n") if text else []


class _File:
    """A safetensors file: a header in JSON that says where each tensor lies in the bytes after it."""

    def __init__(self, raw: bytes) -> None:
        length = int.from_bytes(raw[:8], "little")
        if not 2 <= length <= min(_LARGEST_HEADER, len(raw) - 8):
            raise ValueError("its header")
        self._header: Mapping[str, Any] = json.loads(raw[8 : 8 + length])
        self._body = raw[8 + length :]
        self.about: dict[str, Any] = json.loads(self._header["__metadata__"]["about"])

    def shape(self, name: str) -> tuple[int, ...]:
        return tuple(int(size) for size in self._header[name]["shape"])

    def raw(self, name: str) -> bytes:
        begin, end = (int(place) for place in self._header[name]["data_offsets"])
        if not 0 <= begin <= end <= len(self._body):
            raise ValueError(f"the place of {name}")
        return self._body[begin:end]

    def floats(self, name: str) -> list[float]:
        values = array("f", self.raw(name))
        if _BIG_ENDIAN:
            values.byteswap()
        return values.tolist()


_BIG_ENDIAN = array("H", [1]).tobytes()[0] == 0


@cache
def _load(major: int, target: str) -> LineProposer:
    path = nearest("lines", major, DATA, target)
    if path is None:
        raise ModelError("no line model is packaged; train one, or use the coreset")
    name = os.path.basename(path)
    try:
        with open(path, "rb") as file, open(hash_file(path), encoding="ascii") as beside:
            raw, wanted = file.read(), beside.read().split()
    except (OSError, ValueError) as error:
        raise ModelError(f"{name} cannot be read ({error}); install smartopt again") from error
    digest = sha256(raw).hexdigest()
    if wanted[:1] != [digest]:
        raise ModelError(f"{name} is damaged (its SHA-256 is not that in the file beside it); install smartopt again")
    return LineProposer(LineModel(raw, name), CoresetProposer.load(major, target), digest[:16], target)
