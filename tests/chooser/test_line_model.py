"""The line model: the answers of the network that was trained, in whole numbers; nothing damaged is believed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from smartopt.chooser import line_model
from smartopt.chooser.coreset import CoresetProposer
from smartopt.chooser.line_model import SCHEMA, LineModel, LineProposer, inputs_of, pair_of
from smartopt.chooser.proposer import FunctionView
from smartopt.chooser.ranking import orders
from smartopt.errors import ModelError
from smartopt.ir.lines import LINES_VERSION

torch = pytest.importorskip("torch")
torch.set_num_threads(1)  # other tests fork this process, and a pool of threads does not survive that

LISTS = ("sroa", "gvn", "dse", "bdce")
TEXT = b"load i32, ptr %\nadd i32 %, 1\nstore i32 %, ptr %\n<block>\nret void"


def network(seed: int = 0) -> tuple[Any, Any, Any]:
    """A network with random weights, large enough that rounding changes little; its words and shape."""
    from smartopt.lab.lines.network import Shape, build
    from smartopt.lab.lines.words import Words

    words = Words((b"load i32, ptr %", b"store i32 %, ptr %", b"ret void"), (b"add i32", b"<block>"))
    shape = Shape(lines=12, pairs=8, hashed=64, hidden=24, places=3, targets=2)
    made = build(shape, len(words), len(LISTS), ("size",), 0.0, seed)
    with torch.no_grad():
        made.lines.weight.mul_(5)
        made.pairs.weight.mul_(5)
        made.saves["size"].weight.normal_(0, 0.3)
        made.first.weight[:, -2:].mul_(10)  # the targets
    return made.eval(), words, shape


def raw(seed: int = 0, **changes: Any) -> bytes:
    from smartopt.lab.lines.export import exported

    made, words, shape = network(seed)
    content = exported(made, words, shape, {"llvm": 22, "lists": LISTS, "targets": ["", "arm"], "trained": {}})
    if changes:
        length = int.from_bytes(content[:8], "little")
        header = json.loads(content[8 : 8 + length])
        about = json.loads(header["__metadata__"]["about"]) | changes
        header["__metadata__"]["about"] = json.dumps(about)
        text = json.dumps(header).encode()
        content = len(text).to_bytes(8, "little") + text + content[8 + length :]
    return content


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("times", [1, 3, 50])
@pytest.mark.parametrize("target", ["", "arm"])
def test_the_answers_are_the_networks(seed: int, times: int, target: str) -> None:
    from smartopt.lab.lines.network import batch_of

    made, words, shape = network(seed)
    text = b"\n".join([TEXT] * times)
    asked = batch_of(words.encode([text]), np.array([int(target == "arm")]), shape)
    logits, saves, _ = (value.detach().numpy() for value in made(*asked)["size"])
    model = LineModel(raw(seed))
    hidden = model.hidden(text, target)
    found = np.array(model._list_layers["size"](hidden)).reshape(logits.shape)
    spread = float(logits.max() - logits.min())
    np.testing.assert_allclose(found, logits, atol=0.05 * spread)
    np.testing.assert_allclose(
        model.saves(hidden, "size"), np.minimum.accumulate(np.exp(saves), axis=1)[0], rtol=0.15, atol=0.05
    )
    assert model.order(hidden, "size", shape.places)[: shape.places] == orders(found)[0, : shape.places].tolist()


def test_a_target_changes_the_answers_and_an_unknown_one_is_x86_64() -> None:
    model = LineModel(raw())
    of = {target: model.hidden(TEXT, target) for target in ("", "arm", "mips")}
    assert of[""] != of["arm"]
    assert of[""] == of["mips"]
    proposers = [LineProposer(model, CoresetProposer.load(22), "v", target) for target in ("", "arm", "mips")]
    view = FunctionView("f", 5, b"", lines=TEXT)
    x86, arm, mips = (proposer.propose([view], "size", 4) for proposer in proposers)
    assert x86 == mips != arm


def test_inputs_by_hand() -> None:
    found = inputs_of([0, 1, -3, 5000], 7)
    # log2(1 + |v|) in sixteenths (linear between powers), then 16 v / length, then the length's logarithm and square
    assert found == [0, 16, -32, 16 * 12 + 16 * 5001 // 4096 - 16, 0, 2, -7, 11428, 24, 9]
    assert inputs_of([2], 1)[1] == 16 * 2 // 4, "short functions are divided by four"


def test_what_it_expects() -> None:
    model = LineModel(raw())
    whole = model.expect(TEXT, "size", 4)
    assert set(whole.lists) <= set(range(4))
    assert len(whole.lists) == len(set(whole.lists)) == len(whole.saves)
    assert all(more >= less for more, less in zip(whole.saves, whole.saves[1:], strict=False))
    first = whole.saves[0]
    assert model.expect(TEXT, "size", 4, least=first * 1.01).lists == ()
    assert model.expect(TEXT, "size", 4, least=first * 0.999).lists[0] == whole.lists[0]
    assert model.expect(TEXT, "size", 1).lists == whole.lists[:1]


def test_as_a_proposer() -> None:
    proposer = LineProposer(LineModel(raw()), CoresetProposer.load(22), "v")
    assert proposer.wants_lines
    assert proposer.name == "lines-22"
    known, unknown = proposer.propose(
        [FunctionView("f", 5, lines=TEXT), FunctionView("g", 5, lines=TEXT, least=1e6)], "size", 6
    )
    assert [one.source for one in known] == ["model"] * 4 + ["coreset"] * 2
    assert {one.passes for one in known[:4]} == set(LISTS)
    assert [one.saves for one in known[4:]] == [0.0, 0.0]
    assert unknown == proposer.propose([FunctionView("h", 5)], "size", 6)[0]
    assert {one.source for one in unknown} == {"coreset"}
    plain = proposer.propose([FunctionView("f", 5, lines=TEXT)], "instructions", 2)[0]
    assert [(one.source, one.saves) for one in plain] == [("coreset", None)] * 2


def test_a_list_that_is_not_trusted_is_left_out() -> None:
    proposer = LineProposer(LineModel(raw(lists=["sroa", "mergereturn", "dse", "bdce"])), CoresetProposer.load(22), "v")
    (found,) = proposer.propose([FunctionView("f", 5, lines=TEXT)], "size", 6)
    assert "mergereturn" not in {one.passes for one in found}
    assert [one.source for one in found].count("model") == 3


def test_pairs_are_spread() -> None:
    numbers = {pair_of(first, second, 64) for first in range(20) for second in range(20)}
    assert len(numbers) == 64
    assert pair_of(1, 2, 64) != pair_of(2, 1, 64)


DAMAGED: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "cut off": lambda: raw()[:-200],
    "a header without end": lambda: b"\xff" * 40,
    "no header": lambda: (2).to_bytes(8, "little") + b"{}",
    "no lists": lambda: raw(lists=None),
    "too many places": lambda: raw(places=9),
    "another objective": lambda: raw(objectives=["size", "instructions"]),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damage_is_refused(name: str) -> None:
    with pytest.raises(ModelError, match=r"lines-22 is damaged .* train it again"):
        LineModel(DAMAGED[name](), "lines-22")


@pytest.mark.parametrize("changes", [{"schema": SCHEMA + 1}, {"lines": LINES_VERSION + 1}], ids=str)
def test_other_lines_are_refused(changes: dict[str, int]) -> None:
    with pytest.raises(ModelError, match="other lines"):
        LineModel(raw(**changes))


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of data files in place of the packaged one."""
    monkeypatch.setattr(line_model, "DATA", tmp_path)
    line_model._load.cache_clear()
    yield tmp_path
    line_model._load.cache_clear()


def install(folder: Path, content: bytes) -> None:
    (folder / "lines-22.safetensors").write_bytes(content)
    (folder / "lines-22.sha256").write_text(f"{hashlib.sha256(content).hexdigest()}  lines-22.safetensors\n")


def test_the_nearest_is_loaded(data: Path) -> None:
    with pytest.raises(ModelError, match="no line model is packaged"):
        LineProposer.load(22)
    install(data, raw())
    assert LineProposer.load(19).name == "lines-22"
    version = LineProposer.load(22).version
    line_model._load.cache_clear()
    install(data, raw(1))
    assert LineProposer.load(22).version != version


CHANGES: dict[str, Callable[[Path], object]] = {
    "a number": lambda folder: (folder / "lines-22.safetensors").write_bytes(raw()[:-1] + b"\1"),
    "the hash": lambda folder: (folder / "lines-22.sha256").write_text("0" * 64),
    "an empty hash": lambda folder: (folder / "lines-22.sha256").write_text(""),
    "no text as hash": lambda folder: (folder / "lines-22.sha256").write_bytes(b"\xff\xfe"),
    "no hash": lambda folder: (folder / "lines-22.sha256").unlink(),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_file_of_another_hash_is_refused(what: str, data: Path) -> None:
    install(data, raw())
    CHANGES[what](data)
    with pytest.raises(ModelError, match=r"lines-22\.safetensors .* install smartopt again"):
        LineProposer.load(22)


def test_the_packaged_model_is_whole() -> None:
    proposer = LineProposer.load(22)
    assert proposer.knows("size")
    assert proposer.knows("instructions")
    text = b"\n".join([b"getelementptr inbounds nuw i8, ptr %, i64 8", b"load ptr, ptr %", b"icmp eq ptr %, null"] * 30)
    (found,) = proposer.propose([FunctionView("f", 90, lines=text)], "size", 8)
    assert found[0].source == "model"
