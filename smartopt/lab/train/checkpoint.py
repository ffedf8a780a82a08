"""Checkpoints without pickle: weights and optimiser as safetensors, everything else as JSON.

A checkpoint is written beside the old one and then renamed over it, ``state.json`` last: there is always
a whole one.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ...errors import InputError
from .recipes import Recipe

__all__ = ["State", "load_optimizer", "load_weights", "read_state", "save"]


@dataclass
class State:
    """The state of a run."""

    recipe: Recipe
    lists: tuple[str, ...]
    made_of: dict[str, Any]
    """Digests of labels and tokenizer: a run goes on only with what it began with."""
    step: int = 0
    tokens: int = 0
    seconds: float = 0.0
    best: float = -1.0
    figures: dict[str, Any] = field(default_factory=dict)
    """Of the best validation so far."""
    prior: list[float] = field(default_factory=list)
    """See ``smartopt.chooser.manifest``."""
    commands: list[str] = field(default_factory=list)

    def described(self) -> dict[str, Any]:
        return {**asdict(self), "recipe": self.recipe.described()}


def read_state(folder: Path) -> State | None:
    """The state of a checkpoint; None if there is none. Raises InputError if it cannot be read."""
    try:
        values = json.loads((folder / "state.json").read_bytes())
        return State(**{**values, "recipe": Recipe.restored(values["recipe"]), "lists": tuple(values["lists"])})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InputError(f"the checkpoint in {folder} cannot be read ({error}); delete it to begin again") from error


def save(folder: Path, state: State, network: Any, optimizer: Any | None = None) -> None:
    """Write a checkpoint (weights alone where no optimiser is given)."""
    from safetensors.torch import save_file

    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    weights = {name: value.detach().cpu().contiguous() for name, value in network.named_parameters()}
    save_file(weights, fresh / "weights.safetensors")
    if optimizer is not None:
        save_file(_flat(network, optimizer), fresh / "optimizer.safetensors")
    with open(fresh / "state.json", "w") as file:
        json.dump(state.described(), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def load_weights(folder: Path, network: Any, part: str = "") -> None:
    """Weights from a checkpoint into a network of the same recipe, or into the part of one whose names begin so."""
    import torch
    from safetensors.torch import load_file

    try:
        stored = load_file(folder / "weights.safetensors")
        with torch.no_grad():
            for name, value in network.named_parameters():
                value.copy_(stored.pop(part + name))
        if stored and not part:
            raise ValueError(f"it has also {', '.join(stored)}")
    except Exception as error:
        raise InputError(f"the weights in {folder} do not fit ({type(error).__name__}: {error})") from error


def load_optimizer(folder: Path, network: Any, optimizer: Any) -> None:
    """The optimiser's state from a checkpoint."""
    from safetensors.torch import load_file

    try:
        stored = load_file(folder / "optimizer.safetensors")
        for name, value in network.named_parameters():
            kept = {key: stored[f"{name}|{key}"] for key in ("exp_avg", "exp_avg_sq", "step")}
            on_device = {key: tensor.to(value.device) for key, tensor in kept.items() if key != "step"}
            optimizer.state[value] = {**on_device, "step": kept["step"].to(value.device)}
    except Exception as error:
        raise InputError(f"the optimiser's state in {folder} does not fit ({type(error).__name__}: {error})") from error


def _flat(network: Any, optimizer: Any) -> dict[str, Any]:
    return {
        f"{name}|{key}": tensor.detach().cpu().contiguous()
        for name, value in network.named_parameters()
        for key, tensor in optimizer.state[value].items()
    }
