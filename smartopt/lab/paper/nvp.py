"""Coreset-NVP ([20]): a graph network predicts which lists of a core set suit a function (section IV-B).

Paper's details:

* The core set has 50 lists (``coreset``), the graph is ProGraML's (``graphs``).
* Normalised value prediction: for each function the rewards of all lists of the core set become a distribution
  (softmax with a temperature), and the network's scores are trained towards it by cross-entropy, so that it learns
  which lists are better here, not how much there is to save.
* The network: embeddings of node texts, some rounds of messages along every kind of edge and against it, with an
  embedding of the edge's position, normalised by the receiver's degree; sum over nodes by attention; a hidden layer.
* At inference lists are tried in the order of their scores until they have 45 passes together (at least one list is
  tried); the best of what was tried is taken. Each list is a compilation.
* [20] trains with Adam at 1e-3 for its graph networks; the best weights by validation are kept, as is the temperature.
  Trained on our labels; the authors' weights are for LLVM 10.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .arms import ARMS, OZ, PassNames
from .compiler import Compiler
from .coreset import candidate_lists, chosen_on, greedy_coreset, rewards
from .counts import choices, table_rows
from .functions import Sample, arm_of, samples
from .graphs import KINDS, POSITIONS, Graph, Vocabulary, program_graph
from .kept import keep_choices
from .study import Study, write_json

__all__ = ["Batch", "budgeted", "train_and_test"]

PASSES: Final = 45
"""How many passes may be tried on a function, all lists together."""
ROUNDS: Final = 4
TEMPERATURES: Final = (0.03, 0.1)
"""Of the rewards' distribution; the better one by validation is kept."""
RATE: Final = 1e-3
BATCH: Final = 16
VALIDATIONS: Final = 10

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Batch:
    """Graphs side by side, as torch tensors: node numbers, edges (4 x edges), and each node's graph."""

    nodes: Any
    edges: Any
    owner: Any
    count: int


def train_and_test(study: Study) -> dict[str, Any]:
    """Core set, network and test figures of each arm."""
    return {name: _arm(study, name) for name in ARMS}


def budgeted(order: Sequence[int], lists: Sequence[PassNames]) -> list[int]:
    """The lists to try, best first, that have at most ``PASSES`` passes together; the first in any case."""
    chosen: list[int] = []
    left = PASSES
    for number in order:
        if chosen and len(lists[number]) > left:
            break
        chosen.append(number)
        left -= len(lists[number])
    return chosen


def _arm(study: Study, name: str) -> dict[str, Any]:
    import torch

    torch.set_num_threads(study.jobs)
    arm = arm_of(study, name)
    train, validation, test = (samples(study, name, split) for split in ("train", "validation", "test"))
    with Compiler(study.toolchain) as compiler:
        pool = candidate_lists(study, arm)
        study.say(f"{name}: {len(pool)} candidate lists")
        table = rewards(arm, compiler, chosen_on(train), pool, study, "candidates")
        lists = [pool[column] for column in greedy_coreset(table, study.scale.coreset)]
        write_json(study.data_path(f"coreset-{name}.json"), {"lists": [list(passes) for passes in lists]})
        values = rewards(arm, compiler, train, lists, study, "train")
        checked = rewards(arm, compiler, validation, lists, study, "validation")
        tested = rewards(arm, compiler, test, lists, study, "test")
        graphs = {split: [program_graph(sample.text) for sample in found] for split, found in
                  (("train", train), ("validation", validation), ("test", test))}  # fmt: skip
        vocabulary = Vocabulary([text for graph in graphs["train"] for text in graph.nodes])
        best: tuple[float, Any, dict[str, Any]] | None = None
        for temperature in TEMPERATURES:
            network = _network(len(vocabulary), len(lists), study.scale.nvp_width, study.seed)
            score, log = _train(study, network, vocabulary, graphs, values, checked, lists, temperature)
            study.say(f"{name}: temperature {temperature}, validation {score:+.2f}% of -Oz by function")
            if best is None or score > best[0]:
                best = score, network, {"temperature": temperature, "log": log}
        if best is None:
            raise AssertionError("no temperature was tried")
        orders = _orders(best[1], vocabulary, graphs["test"])
        tried = [budgeted(order, lists) for order in orders.tolist()]
        picked = [_best_of(tested[row], numbers) for row, numbers in enumerate(tried)]
        measured = compiler.run(
            [(sample.text, arm.spell(lists[number])) for sample, number in zip(test, picked, strict=True)], measure=True
        )
        deaths = dict(compiler.deaths)
    oz = lists.index((OZ,)) if (OZ,) in lists else -1
    are_oz = [oz in numbers and number == oz for numbers, number in zip(tried, picked, strict=True)]
    chosen = choices(test, measured, are_oz, [len(numbers) - 1 for numbers in tried])
    keep_choices(study, name, "nvp", test, chosen, [lists[number] for number in picked])
    ceiling = _gain(tested, test, [list(range(len(lists)))] * len(test))
    fixed = _gain(tested, test, [budgeted(range(len(lists)), lists)] * len(test))
    return {
        **table_rows(test, chosen, study.scale.draws, study.seed),
        "lists": [list(passes) for passes in lists],
        "candidates": len(pool),
        "tried_a_function": round(sum(map(len, tried)) / max(1, len(tried)), 2),
        "best_of_coreset": ceiling,
        "coreset_order_same_budget": fixed,
        "vocabulary": len(vocabulary),
        "training": best[2],
        "deaths": deaths,
    }


def _best_of(values: Floats, numbers: Sequence[int]) -> int:
    """The list with the best reward of those that were tried; of equals the first."""
    return numbers[int(values[list(numbers)].argmax())]


def _gain(table: Floats, functions: list[Sample], tried: list[list[int]]) -> float:
    """Per cent of -Oz's instructions that the best of the tried lists save, with -Oz as backup."""
    base = [sample.oz_instructions for sample in functions]
    saved = [
        max(0.0, float(table[row, numbers].max())) * base[row] for row, numbers in enumerate(tried) if len(numbers)
    ]
    return round(100 * sum(saved) / max(1, sum(base)), 4)


def _network(words: int, lists: int, width: int, seed: int) -> Any:
    """A torch module: a :class:`Batch` -> scores (graphs x lists)."""
    import torch
    from torch import Tensor, nn

    ways = 2 * len(KINDS)

    class Layer(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.sent = nn.ModuleList(nn.Linear(width, width, bias=False) for _ in range(ways))
            self.place = nn.Embedding(ways * POSITIONS, width)
            self.own = nn.Linear(width, width)
            self.norm = nn.LayerNorm(width)

        def forward(self, state: Tensor, edges: Tensor) -> Tensor:
            got = torch.zeros_like(state)
            degree = torch.ones(len(state), 1)
            for way in range(ways):
                rows = edges[:, edges[2] == way // 2]
                source, target = (rows[0], rows[1]) if way % 2 == 0 else (rows[1], rows[0])
                message = self.sent[way](state)[source] * self.place(way * POSITIONS + rows[3]).sigmoid()
                got = got.index_add(0, target, message)
                degree = degree.index_add(0, target, torch.ones(len(target), 1))
            made: Tensor = self.norm(state + torch.relu(self.own(state) + got / degree))
            return made

    class Network(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.words = nn.Embedding(words, width)
            self.layers = nn.ModuleList(Layer() for _ in range(ROUNDS))
            self.weight = nn.Linear(width, 1)
            self.head = nn.Sequential(nn.Linear(2 * width + 1, width), nn.ReLU(), nn.Linear(width, lists))

        def forward(self, batch: Batch) -> Tensor:
            state = self.words(batch.nodes)
            for layer in self.layers:
                state = layer(state, batch.edges)
            weight = self.weight(state).exp().clamp_max(1e4)
            total = torch.zeros(batch.count, 1).index_add(0, batch.owner, weight)
            pooled = torch.zeros(batch.count, width).index_add(0, batch.owner, weight * state) / total
            many = torch.zeros(batch.count, 1).index_add(0, batch.owner, torch.ones(len(state), 1))
            mean = torch.zeros(batch.count, width).index_add(0, batch.owner, state) / many
            scores: Tensor = self.head(torch.cat([pooled, mean, many.log()], 1))
            return scores

    torch.manual_seed(seed)
    return Network()


def _batch(graphs: Sequence[Graph], vocabulary: Vocabulary) -> Batch:
    import torch

    nodes, edges, owner, at = [], [], [], 0
    for number, graph in enumerate(graphs):
        own = graph.edges.copy()
        own[:, :2] += at
        nodes.append(vocabulary.of(graph))
        edges.append(own)
        owner.append(np.full(len(graph.nodes), number))
        at += len(graph.nodes)
    return Batch(
        torch.from_numpy(np.concatenate(nodes)),
        torch.from_numpy(np.concatenate(edges).T.copy()),
        torch.from_numpy(np.concatenate(owner)),
        len(graphs),
    )


def _train(
    study: Study,
    network: Any,
    vocabulary: Vocabulary,
    graphs: dict[str, list[Graph]],
    values: Floats,
    checked: Floats,
    lists: list[PassNames],
    temperature: float,
) -> tuple[float, list[dict[str, float]]]:
    """Train; the network ends with its best weights. Returns their validation score and the log."""
    import torch

    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
    wanted = torch.softmax(torch.from_numpy(values) / temperature, 1)
    steps = study.scale.nvp_steps
    every = max(1, steps // VALIDATIONS)
    best, kept, log = -float("inf"), None, []
    rng = random.Random(study.seed)
    for step in range(1, steps + 1):
        study.check_time()
        rows = rng.sample(range(len(values)), min(BATCH, len(values)))
        scores = network(_batch([graphs["train"][row] for row in rows], vocabulary))
        loss = -(wanted[rows] * torch.log_softmax(scores, 1)).sum(1).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        if step % every == 0 or step == steps:
            orders = _orders(network, vocabulary, graphs["validation"])
            gains = [checked[row, budgeted(order, lists)].max() for row, order in enumerate(orders.tolist())]
            score = 100 * float(np.maximum(gains, 0).mean()) if gains else 0.0
            log.append({"step": step, "loss": round(float(loss.detach()), 4), "validation": round(score, 4)})
            if score > best:
                best, kept = score, {key: value.clone() for key, value in network.state_dict().items()}
    if kept is not None:
        network.load_state_dict(kept)
    return best, log


def _orders(network: Any, vocabulary: Vocabulary, graphs: list[Graph], at_once: int = 64) -> npt.NDArray[np.int64]:
    """Lists by number, best score first, for each graph."""
    import torch

    found: list[Any] = []
    with torch.no_grad():
        for at in range(0, len(graphs), at_once):
            scores = network(_batch(graphs[at : at + at_once], vocabulary))
            found.append(scores.argsort(1, descending=True).numpy())
    return np.concatenate(found) if found else np.zeros((0, 0), dtype=np.int64)
