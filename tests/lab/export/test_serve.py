"""From a run to proposals: every runtime says what the trained network says, and every fault ends at the coreset."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from smartopt.chooser import load_model
from smartopt.chooser.choose import choose_proposer
from smartopt.chooser.coreset import CoresetProposer
from smartopt.chooser.grammar import Grammar
from smartopt.chooser.language_model import ModelProposer
from smartopt.chooser.manifest import Manifest
from smartopt.chooser.proposer import FunctionView
from smartopt.chooser.ranking import orders
from smartopt.chooser.runtime_ctranslate2 import Session
from smartopt.chooser.runtime_openai import EndpointSession
from smartopt.chooser.runtime_transformers import TransformersSession
from smartopt.errors import ModelError, UsageError
from smartopt.lab import outcomes
from smartopt.lab.export.cli import write
from smartopt.lab.export.convert import restored
from smartopt.lab.export.quantization import SESSIONS, quantization
from smartopt.lab.export.serving import serving
from smartopt.lab.train.checkpoint import read_state
from smartopt.lab.train.cli import prompter_of
from smartopt.lab.train.dataset import texts_of
from smartopt.options import Options
from smartopt.passes.passlist import PassList
from smartopt.passes.trusted import Trusted
from smartopt.records import replace
from tests.lab.training import LISTS
from tests.support import EXAMPLES, ROOT, smartopt

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


@pytest.fixture(scope="session")
def texts(labelled_corpus: tuple[Path, Path]) -> list[str]:
    return [text for _, text in texts_of(labelled_corpus[0], outcomes.load("validation", labelled_corpus[1]))][:48]


@pytest.fixture(scope="session")
def truth(run: Path, texts: list[str]) -> Any:
    """The network's logits over answer words at every token of every prompt, one function at a time."""
    import torch

    state = read_state(run / "best")
    assert state is not None
    prompter = prompter_of(state.recipe, state.lists, (run / "tokenizer.json").read_bytes())
    network = restored(run / "best", state, prompter.words, prompter.tokenizer.size)
    found = []
    with torch.inference_mode():
        for stem in prompter.stems(texts):
            assert stem is not None
            ids = torch.tensor([prompter.ask(stem, "size")])
            found.append((prompter, stem, network.llama(input_ids=ids).logits[0].numpy()))
    return found


@pytest.fixture(scope="session")
def lists(truth: Any) -> Any:
    """The lists' logits at the places."""
    rows = []
    for prompter, stem, scores in truth:
        words = prompter.words
        rows.append(scores[len(stem) :, words.first_list : words.first_list + words.lists])
    return np.stack(rows)


def test_the_folder(model: Path, run: Path) -> None:
    manifest = Manifest.read(model)
    names = {path.name for path in model.iterdir()}
    assert names == {*manifest.files, "manifest.json", "README.md"}
    assert {"model.bin", "tokenizer.json", "config.json", "vocabulary.json"} == set(manifest.files)
    assert manifest.lists == LISTS
    assert manifest.objectives == ("size",)
    assert manifest.name == "small-22"
    assert all(manifest.content(name) for name in manifest.files)
    described = json.loads((model / "manifest.json").read_bytes())
    assert described["trained"]["figures"]["reached"]["1"] > 0
    assert str(ROOT) not in json.dumps(described)
    card = (model / "README.md").read_text()
    assert card.startswith("# small-22\n")
    assert "| 8 | 100.0% | 100.0% |" in card


def test_a_folder_of_somebody_elses_is_not_overwritten(run: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(UsageError, match="not a model's folder"):
        write(run, tmp_path, "ctranslate2", "int8", "best", {})
    assert (tmp_path / "thesis.tex").exists()


def test_float32_says_what_the_network_says(run: Path, texts: list[str], lists: Any, tmp_path: Path) -> None:
    write(run, tmp_path / "exact", "ctranslate2", "float32", "best", {})
    session = Session(Manifest.read(tmp_path / "exact"), threads=1, compute_type="float32")
    stems = [stem for stem in session.prompter.stems(texts) if stem is not None]
    made = session.logits(stems, "size")
    assert made is not None
    np.testing.assert_allclose(made[1], lists, atol=2e-3)
    answers = session.rank(texts, "size")
    agreed = [answer[0] == order for answer, order in zip(answers, orders(lists).tolist(), strict=True) if answer]
    assert np.mean(agreed) > 0.95
    for answer in answers:
        assert answer is not None
        assert answer[1] == sorted(answer[1], reverse=True)
        assert min(answer[1]) >= 0


def test_int8_nearly_does_and_alone_or_in_a_batch_alike(model: Path, texts: list[str], lists: Any) -> None:
    session = Session(Manifest.read(model), threads=1)
    answers = session.rank(texts, "size")
    firsts = [answer[0][0] for answer in answers if answer is not None]
    assert np.mean(np.array(firsts) == orders(lists)[:, 0]) > 0.85
    alone = [session.rank([text], "size")[0] for text in texts[:6]]
    for one, other in zip(alone, answers, strict=False):
        assert one is not None
        assert other is not None
        assert one[0] == other[0]
    assert session.rank([], "size") == []
    assert session.rank(["x\n" * 5000], "size") == [None]


def test_the_parent_stays_light(model: Path) -> None:
    script = f"""
import sys, threading
from smartopt.chooser import load_model
from smartopt.chooser.proposer import FunctionView
proposer = load_model({str(model)!r})
found = proposer.propose([FunctionView("f", 3, "define void @f0(){{\\nret void\\n}}")], "size", 4)
assert [p.source for p in found[0]] == ["model"] * 4, found
assert threading.active_count() == 1
print(*sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    heavy = {"torch", "transformers", "ctranslate2", "numpy", "tokenizers", "accelerate"}
    assert not heavy & set(done.stdout.split())


def test_no_torch_in_the_child(model: Path) -> None:
    script = f"""
import sys
from pathlib import Path
from smartopt.chooser.manifest import Manifest
from smartopt.chooser.runtime_ctranslate2 import Session
Session(Manifest.read(Path({str(model)!r}))).rank(["define void @f0(){{\\nret void\\n}}"], "size")
print(*sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"torch", "transformers", "huggingface_hub"} & set(done.stdout.split())


def _views(texts: list[str]) -> list[FunctionView]:
    return [FunctionView(f"f{at}", text.count("\n"), text) for at, text in enumerate(texts)]


def test_proposals(model: Path, texts: list[str]) -> None:
    fallbacks: Counter[str] = Counter()
    proposer = ModelProposer.load(model, 22, fallbacks)
    assert proposer.name == "small-22"
    coreset = CoresetProposer.load(22).lists("size")
    long = "define void @f0(){\n" + "call void @f1()\n" * 600 + "}"
    views = [*_views(texts[:3]), FunctionView("long", 600, "\n".join(f"x{n}" for n in range(3000)) + long)]
    found = proposer.propose(views, "size", 40)
    for proposals in found[:3]:
        assert {p.passes for p in proposals[: len(LISTS)]} == set(LISTS)
        assert [p.source for p in proposals[: len(LISTS)]] == ["model"] * len(LISTS)
        assert [p.rank for p in proposals[: len(LISTS)]] == list(range(len(LISTS)))
        assert len(proposals) == min(40, len(LISTS) + len(set(coreset) - set(LISTS)))
        assert len({p.passes for p in proposals}) == len(proposals)
        assert all(p.saves is not None for p in proposals)
    assert {p.source for p in found[3]} == {"coreset"}
    assert tuple(p.passes for p in found[3][: len(LISTS)]) == LISTS
    assert all(p.saves is not None for p in found[3])
    assert fallbacks == {"context-exceeded": 1}
    assert proposer.propose(views, "size", 0) == [[], [], [], []]
    assert proposer.propose([], "size", 3) == []
    assert proposer.propose(views[:1], "instructions", 3)[0][0].source == "coreset"
    assert fallbacks["model-objective"] == 1
    assert proposer.propose([FunctionView("unseen", 3)], "size", 2)[0][0].source == "coreset"
    assert proposer.propose(views[:1], "size", 2) == [found[0][:2]]
    proposer.close()
    proposer.close()


DAMAGES = {
    "weights changed": ("model.bin", lambda raw: raw[:-1] + bytes([raw[-1] ^ 1])),
    "weights cut": ("model.bin", lambda raw: raw[:1000]),
    "weights gone": ("model.bin", None),
    "tokenizer changed": ("tokenizer.json", lambda raw: raw.replace(b"BPE", b"WPE")),
    "settings gone": ("config.json", None),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_damaged_files_are_refused_and_the_coreset_takes_over(model: Path, tmp_path: Path, what: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model, folder)
    name, change = DAMAGES[what]
    if change is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(change((folder / name).read_bytes()))
    fallbacks: Counter[str] = Counter()
    proposer = choose_proposer(Options(model=str(folder)), 22, fallbacks)
    assert isinstance(proposer, ModelProposer)
    found = proposer.propose(_views(["define void @f0(){\nret void\n}"]), "size", 3)
    assert [p.source for p in found[0]] == ["coreset"] * 3
    assert fallbacks == {"model-refused": 1}
    assert name in proposer.fault
    assert "\n" not in proposer.fault


MANIFESTS = {
    "damaged": lambda values: {**values, "lists": 3},
    "of another normaliser": lambda values: {**values, "versions": {**values["versions"], "normaliser": 99}},
    "of another LLVM": lambda values: {**values, "llvm": 19},
    "of another format": lambda values: {**values, "format": "onnx"},
    "reaching outside": lambda values: {**values, "files": {"../x": ""}},
}


@pytest.mark.parametrize("what", MANIFESTS)
def test_a_manifest_that_does_not_fit(model: Path, tmp_path: Path, what: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model, folder)
    values = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_text(json.dumps(MANIFESTS[what](values)))
    fallbacks: Counter[str] = Counter()
    proposer = choose_proposer(Options(model=str(folder)), 22, fallbacks)
    assert isinstance(proposer, CoresetProposer)
    assert fallbacks == {"model-refused": 1}
    with pytest.raises(ModelError) as caught:
        ModelProposer.load(folder, 22)
    assert "\n" not in str(caught.value)


def test_no_folder_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model is at"):
        choose_proposer(Options(model=str(tmp_path)), 22, Counter())


def test_a_dying_process_costs_nothing(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Session, "rank", lambda *_: os.kill(os.getpid(), signal.SIGKILL))  # in the child
    fallbacks: Counter[str] = Counter()
    proposer = ModelProposer.load(model, 22, fallbacks)
    for _ in range(2):
        found = proposer.propose(_views(["define void @f0(){\nret void\n}"]), "size", 2)
        assert [one.source for one in found[0]] == ["coreset"] * 2
    assert fallbacks == {"model-failed": 2}
    assert "\n" not in proposer.fault


def test_answers_are_not_trusted(model: Path) -> None:
    class Liar:
        def rank(self, texts: Any, objective: Any) -> Any:
            return [([0, 0, 1], [], 0.0) for _ in texts]

        def close(self) -> None:
            pass

    proposer = ModelProposer(Manifest.read(model), CoresetProposer.load(22), opened=lambda m: Liar())
    assert proposer.propose(_views(["x"]), "size", 2)[0][0].source == "coreset"
    assert "not an order" in proposer.fault


def test_lists_that_lost_their_trust_are_not_proposed(model: Path) -> None:
    class Orderly:
        def rank(self, texts: Any, objective: Any) -> Any:
            return [(list(range(count)), [float(count - n) for n in range(count)], 0.0) for _ in texts]

        def close(self) -> None:
            pass

    manifest = Manifest.read(model)
    lists = (manifest.lists[0], "slsr", *manifest.lists[2:])
    count = len(lists)
    proposer = ModelProposer(replace(manifest, lists=lists), CoresetProposer.load(22), opened=lambda m: Orderly())
    (found,) = proposer.propose(_views(["x"]), "size", 3)
    ours = [one for one in found if one.source == "model"]
    assert [(one.passes, one.rank) for one in ours] == [(text, n) for n, text in enumerate(lists) if n != 1][:3]
    assert ours[1].saves == count - 2


def test_spelled_answers_are_lists(model: Path, texts: list[str]) -> None:
    session = Session(Manifest.read(model), threads=1)
    trusted = Trusted.load(22)
    spelt = session.spell([*texts[:2], "x\n" * 5000], "size", Grammar(session.prompter.words, trusted))
    assert spelt[2] is None
    for text in spelt[:2]:
        assert text is not None
        if text:
            PassList.parse(text).function_pipeline(trusted)


@pytest.mark.parametrize(("precision", "least"), [("float32", 0.95), ("bfloat16", 0.85), ("int8", 0.8), ("nf4", 0.4)])
def test_transformers_and_bitsandbytes(
    run: Path, texts: list[str], lists: Any, tmp_path: Path, precision: str, least: float
) -> None:
    if precision in ("int8", "nf4"):
        pytest.importorskip("bitsandbytes")
    write(run, tmp_path / "big", "transformers", "int8", "best", {})
    session = TransformersSession(Manifest.read(tmp_path / "big"), precision, "cpu")
    answers = session.rank([*texts, "x\n" * 5000], "size")
    assert answers[-1] is None
    firsts = [answer[0][0] for answer in answers if answer is not None]
    assert np.mean(np.array(firsts) == orders(lists)[:, 0]) >= least
    session.close()


class _Server(BaseHTTPRequestHandler):
    """Completions as vLLM gives them, from what the network said."""

    truth: Any = None
    speaks = "logprobs"
    seen: list[dict[str, Any]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append(body | {"path": self.path, "key": self.headers.get("Authorization")})
        reply = b"<html>" if self.speaks == "nonsense" else json.dumps(self._answer(body)).encode()

        self.send_response(500 if self.speaks == "fault" else 200)
        self.end_headers()
        self.wfile.write(reply)

    def _answer(self, body: dict[str, Any]) -> dict[str, Any]:
        prompter, stem, scores = next(t for t in self.truth if body["prompt"][: len(t[1])] == t[1])
        words = prompter.words
        if "n" in body:
            best = int(scores[len(stem), words.first_list : words.first_list + words.lists].argmax())
            return {"choices": [{"text": f"<list {best}>"}] * body["n"]}
        if self.speaks == "samples":
            return {"choices": [{"text": "<list 0>", "logprobs": None}]}
        top: list[Any] = [None]
        for row in scores:
            probable = row[: len(words)] - np.log(np.exp(row).sum())
            top.append({words.names[n]: float(probable[n]) for n in range(words.first_list, len(words))})
        return {"choices": [{"text": "", "logprobs": {"top_logprobs": top}}]}

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server(truth: Any) -> Iterator[tuple[str, type[_Server]]]:
    handler = type("Handler", (_Server,), {"truth": truth, "seen": []})
    served = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}/v1", handler
    served.shutdown()
    served.server_close()
    thread.join()


def test_an_endpoint(
    server: tuple[str, type[_Server]], run: Path, texts: list[str], lists: Any, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    url, handler = server
    monkeypatch.setenv("SMARTOPT_API_KEY", "sesame")
    write(run, tmp_path / "far", "openai", "int8", "best", {"url": url, "model": "remote"})
    session = EndpointSession(Manifest.read(tmp_path / "far"))
    wanted = orders(lists)
    answers = session.rank([*texts[:8], "x\n" * 5000], "size")
    assert answers[8] is None
    assert [answer[0] for answer in answers[:8] if answer] == wanted[:8].tolist()
    assert handler.seen[0]["path"] == "/v1/completions"
    assert handler.seen[0]["model"] == "remote"
    assert handler.seen[0]["key"] == "Bearer sesame"
    handler.speaks = "samples"
    sampled = session.rank(texts[:4], "size")
    assert [answer[0][0] for answer in sampled if answer] == wanted[:4, 0].tolist()
    assert all(sorted(answer[0]) == list(range(len(LISTS))) for answer in sampled if answer)
    for fault in ("nonsense", "fault"):
        handler.speaks = fault
        fallbacks: Counter[str] = Counter()
        proposer = ModelProposer.load(tmp_path / "far", 22, fallbacks)
        assert proposer.propose(_views(texts[:1]), "size", 2)[0][0].source == "coreset"
        assert fallbacks == {"model-refused": 1}
        assert "did not answer" in proposer.fault


def test_an_endpoint_that_is_not_there(run: Path, texts: list[str], tmp_path: Path) -> None:
    write(run, tmp_path / "far", "openai", "int8", "best", {"url": "http://127.0.0.1:9/v1", "model": "x"})
    with pytest.raises(ModelError, match="did not answer"):
        EndpointSession(Manifest.read(tmp_path / "far"), timeout=2).rank(texts[:1], "size")
    values = json.loads((tmp_path / "far" / "manifest.json").read_bytes())
    (tmp_path / "far" / "manifest.json").write_text(json.dumps({**values, "endpoint": {"url": "file:///etc/passwd"}}))
    with pytest.raises(ModelError, match="no endpoint url"):
        EndpointSession(Manifest.read(tmp_path / "far"))


def test_the_product(model: Path, tmp_path: Path) -> None:
    """The model is asked about what fits its (small) context, and the report names it."""
    report = tmp_path / "report.json"
    done = smartopt(EXAMPLES / "words.ll", "-o", tmp_path / "out.bc", "--model", model, "--report", report)
    assert done.returncode == 0, done.stderr
    found = json.loads(report.read_bytes())
    assert found["model"] == "small-22"
    assert "model-refused" not in found["fallbacks"]
    assert "model-failed" not in found["fallbacks"]
    assert found["fallbacks"].get("context-exceeded", 0) < 8 < len(found["functions"])


def test_load_model(model: Path) -> None:
    assert load_model(model).name == "small-22"


def test_what_precisions_lose(run: Path, labelled_corpus: tuple[Path, Path], tmp_path: Path) -> None:
    """Against float32 on the same functions; what cannot be loaded is a row that says so."""
    command = typer.Typer()
    command.command()(quantization)
    out = tmp_path / "losses.json"
    words = [
        str(run),
        "--corpus",
        str(labelled_corpus[0]),
        "--labels",
        str(labelled_corpus[1]),
        "--functions",
        "40",
        "--out",
        str(out),
    ]
    result = CliRunner().invoke(command, words, catch_exceptions=False)
    assert result.exit_code == 0
    described = json.loads(out.read_text())
    assert described["functions"] == 40
    found = {(loss["runtime"], loss["precision"]): loss for loss in described["losses"]}
    assert list(found) == list(SESSIONS)
    exact, twin = found["ctranslate2", "float32"], found["transformers", "float32"]
    assert (exact["first"], exact["within"], exact["correlation"]) == (1, 1, 1)
    assert twin["first"] > 0.95
    assert twin["correlation"] > 0.98
    assert found["ctranslate2", "int8"]["correlation"] > 0.8
    for loss in found.values():
        assert loss["error"] or list(loss["reached"].values()) == sorted(loss["reached"].values())


def test_what_serving_costs(model: Path, labelled_corpus: tuple[Path, Path], tmp_path: Path) -> None:
    command = typer.Typer()
    command.command()(serving)
    out = tmp_path / "serving.json"
    common = [str(model), "--corpus", str(labelled_corpus[0]), "--labels", str(labelled_corpus[1])]
    words = [*common, "--batch", "8", "--batches", "3", "--threads", "1", "--out", str(out)]
    result = CliRunner().invoke(command, words, catch_exceptions=False)
    assert result.exit_code == 0
    found = json.loads(out.read_text())
    assert (found["model"], found["batch"], found["batches"], found["threads"]) == ("small-22", 8, 3, 1)
    assert found["median_ms"] > found["tokenise_ms"] > 0 < found["load_ms"]
    assert f"median {found['median_ms']}" in result.output
    with pytest.raises(UsageError, match="a batch takes 100000"):
        CliRunner().invoke(command, [*common, "--batch", "100000"], catch_exceptions=False)
