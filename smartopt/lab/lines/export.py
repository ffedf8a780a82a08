"""Writes a trained line model as ``chooser.line_model`` reads it: int8 weights, in one safetensors file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ...chooser.data_files import hash_file
from ...chooser.line_model import SCHEMA, STEPS
from ...ir.lines import LINES_VERSION
from .network import Shape
from .words import Words

__all__ = ["exported", "write"]

_FULL = 127


def exported(network: Any, words: Words, shape: Shape, about: Mapping[str, Any]) -> bytes:
    """The file's bytes. ``about`` is plain data: ``llvm``, ``lists``, ``targets``, ``trained`` (how it was trained)."""
    from safetensors.numpy import save

    tensors: dict[str, npt.NDArray[Any]] = {
        "words": np.frombuffer(b"\n".join(words.lines), dtype=np.uint8),
        "starts": np.frombuffer(b"\n".join(words.starts), dtype=np.uint8),
        "lines": _steps(network.lines.weight),
        "pairs": _steps(network.pairs.weight),
    }
    layers = {"first": network.first, "second": network.second}
    for objective in network.lists:
        layers |= {f"{objective}.lists": network.lists[objective], f"{objective}.saves": network.saves[objective]}
    for name, layer in layers.items():
        weight = layer.weight.detach().numpy().T.astype(np.float64)
        scale = np.maximum(np.abs(weight).max(axis=0), 1e-9) / _FULL
        tensors[f"{name}.weight"] = np.round(weight / scale).astype(np.int8)
        tensors[f"{name}.scale"] = (scale / STEPS).astype(np.float32)
        tensors[f"{name}.bias"] = layer.bias.detach().numpy().astype(np.float32)
    whole = {
        **about,
        "schema": SCHEMA,
        "lines": LINES_VERSION,
        "places": shape.places,
        "objectives": list(network.lists),
    }
    made: bytes = save(
        {name: np.ascontiguousarray(value) for name, value in tensors.items()}, {"about": json.dumps(whole)}
    )
    return made


def write(path: Path, raw: bytes) -> None:
    """Write a model's file, and beside it its SHA-256, which whoever loads the model compares."""
    digest = f"{hashlib.sha256(raw).hexdigest()}  {path.name}\n"
    for name, content in ((path.name, raw), (Path(hash_file(path)).name, digest.encode())):
        half = path.with_name(f".{name}.half")
        half.write_bytes(content)
        half.rename(path.with_name(name))


def _steps(weight: Any) -> npt.NDArray[np.int8]:
    """Vectors as whole numbers of a step."""
    values: npt.NDArray[np.int8] = np.clip(np.round(weight.detach().numpy() * STEPS), -_FULL, _FULL).astype(np.int8)
    return values
