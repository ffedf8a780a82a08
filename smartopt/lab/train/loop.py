"""The training loop on accelerate: one process or many, CPU or accelerator, in pieces of any length.

A step takes the same functions in the same order whatever was before it, the learning rate is a function of the step,
and everything random has a seed made of step and recipe, so a stopped run goes on exactly (bit by bit on one
machine). Validation is by what the answers would bring, beside the ranked coreset's own order on the same functions.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ...chooser.prompt import Prompter
from ...chooser.ranking import orders
from ...errors import InputError, UsageError
from . import losses as formulas
from .checkpoint import State, load_optimizer, load_weights, read_state, save
from .dataset import Data
from .network import build, parameters
from .prompts import Batch, Prompts
from .recipes import Recipe
from .targets import KS, prior, scaled, shares

__all__ = ["Job", "rank_all", "run"]

WAIT_BEFORE_SPEED = 3
"""Steps that are not counted in the speed: the first ones compile and allocate."""


@dataclass(frozen=True, eq=False)
class Job:
    """What a run needs."""

    folder: Path
    recipe: Recipe
    train: Data
    validation: Data
    prompter: Prompter
    made_of: dict[str, Any]
    command: str
    minutes: float = math.inf
    start: Path | None = None
    """A checkpoint of the same architecture and tokenizer whose weights a fresh run begins with."""
    compiled: bool = False
    say: Callable[[str], None] = print


def run(job: Job, accelerator: Any) -> State:
    """Train until the recipe's last step or until the time is up; returns the state of the run then."""
    import torch

    recipe = job.recipe
    if recipe.functions % accelerator.num_processes:
        raise UsageError(f"{recipe.functions} functions do not divide among {accelerator.num_processes} processes")
    network = build(recipe, job.prompter.words, job.prompter.tokenizer.size)
    decayed = [weight for weight in network.parameters() if weight.dim() > 1]
    others = [weight for weight in network.parameters() if weight.dim() <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": recipe.decay}, {"params": others, "weight_decay": 0.0}],
        lr=recipe.rate,
        betas=recipe.betas,
        fused=True,
    )
    if job.compiled:
        for layer in network.llama.model.layers:  # one by one: all are the same code, so only one is compiled
            layer.compile(dynamic=True)  # in place: the weights keep their names
    network, optimizer = accelerator.prepare(network, optimizer)
    state = _begin(job, accelerator, network, optimizer)
    return _Run(job, accelerator, network, optimizer, state).go()


def _begin(job: Job, accelerator: Any, network: Any, optimizer: Any) -> State:
    """A fresh state, or the checkpoint's, with weights and optimiser put back."""
    place = job.folder / "checkpoint"
    lists = job.train.outcomes.lists
    state = read_state(place)
    if state is None:
        outcomes = job.train.outcomes
        gains = np.maximum(outcomes.saved(job.recipe.objective), 0).astype(np.float32)
        known = prior(gains, outcomes.instructions)
        if job.start is not None:
            load_weights(job.start, accelerator.unwrap_model(network).llama, "llama.")
        return State(job.recipe, lists, job.made_of, prior=known, commands=[job.command])
    if state.recipe != job.recipe or state.made_of != job.made_of or state.lists != lists:
        raise UsageError(f"{job.folder} holds a run of another recipe, corpus or labels; give another --out")
    plain = accelerator.unwrap_model(network)
    load_weights(place, plain)
    load_optimizer(place, plain, optimizer.optimizer)
    if job.command not in state.commands:
        state.commands.append(job.command)
    return state


class _Run:
    def __init__(self, job: Job, accelerator: Any, network: Any, optimizer: Any, state: State) -> None:
        self.job = job
        self.recipe = job.recipe
        self.accelerator = accelerator
        self.network = network
        self.optimizer = optimizer
        self.state = state
        self.plain = accelerator.unwrap_model(network)
        count = len(job.train)
        if count < self.recipe.functions:
            raise InputError(f"only {count} train functions fit; a step takes {self.recipe.functions}")
        gains = job.train.gains(np.arange(count), self.recipe.objective)
        self.unit = max(float(scaled(gains, self.recipe.power).max(axis=1).mean()), 1e-6)
        self.mean = max(float(np.minimum(gains.max(axis=1), self.recipe.capped).mean()), 1e-6)
        self.prompts = Prompts.of(job.train, job.prompter, self.recipe.objective)
        self.asked = Prompts.of(job.validation, job.prompter, self.recipe.objective)
        self.epoch = -1
        self.order: npt.NDArray[np.int64] = np.empty(0, dtype=np.int64)
        rng = np.random.default_rng(self.recipe.seed)
        self.checked = np.sort(rng.permutation(len(job.validation))[: self.recipe.checked])

    def go(self) -> State:
        job, state, recipe = self.job, self.state, self.recipe
        start = time.monotonic()
        before = state.seconds
        measured, measured_tokens, first, began = 0.0, 0, state.step, start
        if self.accelerator.is_main_process:
            self._trim_log()
            job.say(
                f"{recipe.name}: {parameters(self.plain) / 1e6:.1f} M parameters, {len(job.train)} train functions, "
                f"{len(self.checked)} checked, step {state.step} of {recipe.steps}"
            )
        while state.step < recipe.steps:
            loss, tokens = self._step(state.step)
            state.step += 1
            state.tokens += tokens
            state.seconds = before + time.monotonic() - start
            if state.step - first == WAIT_BEFORE_SPEED:
                began, measured, measured_tokens = time.monotonic(), 0.0, 0
            else:
                measured_tokens += tokens
            last = state.step == recipe.steps
            over = self._agreed((time.monotonic() - start) / 60 >= job.minutes)
            if state.step % recipe.every == 0 or last:
                loss = float(loss)  # an accelerator has done all steps then
                measured += time.monotonic() - began
                self._validate(loss, measured_tokens / measured if state.step - first > WAIT_BEFORE_SPEED else 0.0)
            if state.step % recipe.every == 0 or last or over:
                state.seconds = before + time.monotonic() - start
                self._save()
                began = time.monotonic()
            if over:
                break
        return state

    # -- one step -----------------------------------------------------------------------------------------------------

    def _step(self, step: int) -> tuple[Any, int]:
        """Forward, backward and update over one step's functions; the mean loss, and tokens of all processes."""
        import torch

        recipe, accelerator = self.recipe, self.accelerator
        torch.manual_seed(recipe.seed * 1_000_003 + step)
        for group in self.optimizer.param_groups:
            group["lr"] = _rate(recipe, step)
        mine = self._functions(step)[accelerator.process_index :: accelerator.num_processes]
        parts = self.prompts.batches(mine, recipe.tokens, bool(recipe.packed))
        losses = []
        for number, batch in enumerate(parts):
            share = len(batch.numbers) / len(mine)
            if number < len(parts) - 1:
                with accelerator.no_sync(self.network):
                    loss = self._loss(batch, step) * share
                    accelerator.backward(loss)
            else:
                loss = self._loss(batch, step) * share
                accelerator.backward(loss)
            losses.append(loss.detach())  # not read before it is wanted: an accelerator would wait
        accelerator.clip_grad_norm_(self.network.parameters(), recipe.clip)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return torch.stack(losses).sum(), self.prompts.tokens(mine) * accelerator.num_processes

    def _functions(self, step: int) -> npt.NDArray[np.int64]:
        """The functions of a step: epochs are permutations; what is left at an end is not used."""
        a_step = self.recipe.functions
        an_epoch = len(self.job.train) // a_step
        epoch, at = divmod(step, an_epoch)
        if epoch != self.epoch:
            self.epoch = epoch
            self.order = np.random.default_rng([self.recipe.seed, epoch]).permutation(len(self.job.train))
        return self.order[at * a_step : (at + 1) * a_step]

    def _loss(self, batch: Batch, step: int) -> Any:
        import torch

        recipe = self.recipe
        device = self.accelerator.device
        gains = self.job.train.gains(batch.numbers, recipe.objective)
        weighted = torch.from_numpy(scaled(gains, recipe.power)).to(device)
        ids = torch.from_numpy(_dropped(batch, recipe, self.job.prompter, step)).to(device)
        lists, wins, adds, language, told = self.network(ids=ids, **_tensors(batch, device))
        lists, wins, adds = lists.float(), wins.float(), adds.float()
        plain = torch.from_numpy(gains).to(device).clamp_max(recipe.capped)
        loss = recipe.language * language
        if recipe.gate:
            loss = loss + recipe.gate * formulas.gate(wins, weighted)
        if recipe.value:
            loss = loss + recipe.value * formulas.value(adds, lists, plain, self.mean)
        if recipe.dense:
            known = torch.from_numpy(self.job.train.told(batch.numbers)).to(device)
            loss = loss + recipe.dense * formulas.dense(told.float(), known)
        for name, weight in recipe.losses:
            if name == "soft":
                loss = loss + weight * formulas.soft(lists, weighted, self.unit, recipe.temperature)
            else:
                loss = loss + weight * getattr(formulas, name)(lists, weighted, self.unit)
        return loss

    def _agreed(self, mine: bool) -> bool:
        """Whether any process says so."""
        import torch

        if self.accelerator.num_processes == 1:
            return mine
        flag = torch.tensor([float(mine)], device=self.accelerator.device)
        return bool(self.accelerator.reduce(flag, "sum").item() > 0)

    # -- validation and files -----------------------------------------------------------------------------------------

    def _validate(self, loss: float, speed: float) -> None:
        if self.accelerator.is_main_process:
            job, state = self.job, self.state
            logits, wins = rank_all(self.plain, self.asked, self.checked, self.recipe, self.accelerator)
            gains = job.validation.gains(self.checked, self.recipe.objective)
            reached = shares(orders(logits), gains)
            own = np.broadcast_to(np.arange(gains.shape[1]), gains.shape)
            mean = sum(reached[k] for k in (1, 2, 4, 8)) / 4
            entry = {
                "step": state.step,
                "loss": round(loss, 4),
                "reached": {str(k): round(v, 4) for k, v in reached.items()},
                "coreset": {str(k): round(v, 4) for k, v in shares(own, gains).items()},
                "gate_right": round(float(((wins > 0) == (gains.max(axis=1) > 0)).mean()), 4),
                "tokens_a_second": round(speed),
                "gflops": round(6 * parameters(self.plain) * speed / 1e9, 1),
                "minutes": round(state.seconds / 60, 2),
                "epoch": round(state.step * self.recipe.functions / len(job.train), 2),
            }
            with open(job.folder / "log.jsonl", "a") as file:
                file.write(json.dumps(entry) + "\n")
            job.say(
                f"step {state.step}: loss {loss:.4f}, share of the best at {'/'.join(map(str, KS))}: "
                f"{' '.join(f'{100 * reached[k]:.1f}' for k in KS)}% (coreset "
                f"{' '.join(f'{100 * v:.1f}' for v in shares(own, gains).values())}%), {speed:.0f} tokens/s"
            )
            if mean > state.best:
                state.best, state.figures = mean, entry
                save(job.folder / "best", state, self.plain)
        self.accelerator.wait_for_everyone()

    def _save(self) -> None:
        if self.accelerator.is_main_process:
            save(self.job.folder / "checkpoint", self.state, self.plain, self.optimizer.optimizer)
        self.accelerator.wait_for_everyone()

    def _trim_log(self) -> None:
        """Drop entries of steps that the checkpoint does not have."""
        path = self.job.folder / "log.jsonl"
        if path.exists():
            lines = [line for line in path.read_text().splitlines() if json.loads(line)["step"] <= self.state.step]
            path.write_text("".join(line + "\n" for line in lines))


def rank_all(
    network: Any, prompts: Prompts, numbers: npt.NDArray[np.int64], recipe: Recipe, accelerator: Any
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Logits of functions over places and lists, and of the gate, in the order of ``numbers``."""
    import torch

    rows, logits, wins = [], [], []
    network.eval()
    with torch.inference_mode(), accelerator.autocast():
        for batch in prompts.batches(numbers, recipe.tokens, bool(recipe.packed)):
            there = _tensors(batch, accelerator.device)
            found, won, *_ = network(ids=there["whole"], **there)
            rows.append(batch.numbers)
            logits.append(found.float().cpu().numpy())
            wins.append(won.float().cpu().numpy())
    network.train()
    where = np.argsort(np.concatenate(rows))[np.argsort(np.argsort(numbers))]
    return np.concatenate(logits)[where], np.concatenate(wins)[where]


def _rate(recipe: Recipe, step: int) -> float:
    """Linear warm-up, then a cosine to a hundredth."""
    if step < recipe.warmup:
        return recipe.rate * (step + 1) / recipe.warmup
    done = (step - recipe.warmup) / max(recipe.steps - recipe.warmup, 1)
    return recipe.rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))


def _tensors(batch: Batch, device: Any) -> dict[str, Any]:
    """What the network is asked besides the (perhaps hidden) ids."""
    import torch

    arrays = {
        "row": batch.row,
        "answer": batch.answer,
        "whole": batch.ids,
        "texts": batch.texts,
        "document": batch.document,
        "position": batch.position,
    }
    return {name: torch.from_numpy(array).to(device) for name, array in arrays.items() if array is not None}


def _dropped(batch: Batch, recipe: Recipe, prompter: Prompter, step: int) -> npt.NDArray[np.int64]:
    """The batch's ids, with a share of the function's tokens hidden where the recipe says so."""
    if not recipe.dropout_tokens:
        return batch.ids
    rng = np.random.default_rng([recipe.seed, step, int(batch.numbers[0])])
    text = batch.ids >= len(prompter.words)
    hidden = text & (rng.random(batch.ids.shape) < recipe.dropout_tokens)
    return np.where(hidden, prompter.words.pad, batch.ids)
