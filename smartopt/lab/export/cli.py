"""``smartopt-lab export``: a run's best checkpoint as a folder that ``smartopt --model`` serves from.

smartopt-lab export RUN models/tiny-22                              int8 for CTranslate2
smartopt-lab export RUN big --format transformers                   bf16 for transformers, bitsandbytes, vLLM
smartopt-lab export RUN far --format openai --url http://host:8000/v1 --served tiny-22
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Annotated, Any

import typer

from ... import __version__
from ...chooser.manifest import FORMATS, MANIFEST, VERSIONS, Manifest
from ...errors import InputError, UsageError
from ..train.checkpoint import read_state
from ..train.cli import prompter_of
from .card import card
from .convert import restored, write_ctranslate2, write_transformers

__all__ = ["export", "write"]


def export(
    run: Annotated[Path, typer.Argument(help="The folder of a training run (smartopt-lab train --out).")],
    out: Annotated[Path, typer.Argument(help="The model's folder, such as models/tiny-22; its name is the model's.")],
    kind: Annotated[str, typer.Option("--format", help="ctranslate2, transformers or openai.")] = "ctranslate2",
    quantization: Annotated[str, typer.Option(help="int8 or float32 (ctranslate2 only).")] = "int8",
    checkpoint: Annotated[str, typer.Option(help="best (by validation) or checkpoint (the latest).")] = "best",
    url: Annotated[str, typer.Option(help="The server's address up to /v1 (openai only).")] = "",
    served: Annotated[str, typer.Option(help="What the server calls the model (openai only).")] = "",
) -> None:
    """Make a model's folder with weights, tokenizer, manifest and model card."""
    if kind not in FORMATS or quantization not in ("int8", "float32") or checkpoint not in ("best", "checkpoint"):
        raise UsageError("--format is ctranslate2, transformers or openai; --quantization int8 or float32")
    if kind == "openai" and not url:
        raise UsageError("--format openai wants --url, such as http://localhost:8000/v1")
    endpoint = {"url": url, "model": served or out.name} if kind == "openai" else {}
    manifest, sizes = write(run, out, kind, quantization, checkpoint, endpoint)
    typer.echo(f"{out}: {manifest.name}, {len(manifest.lists)} lists, {sum(sizes.values()):,} bytes")


def write(
    run: Path, out: Path, kind: str, quantization: str, checkpoint: str, endpoint: dict[str, str]
) -> tuple[Manifest, dict[str, int]]:
    """The folder, whole or not at all; the manifest read back from it, and the sizes of its files."""
    state = read_state(run / checkpoint)
    if state is None:
        raise InputError(f"{run} has no {checkpoint} checkpoint; smartopt-lab train makes one at its first validation")
    try:
        raw = (run / "tokenizer.json").read_bytes()
        about = {
            split: json.loads((run / "data" / split / "about.json").read_bytes()) for split in ("train", "validation")
        }
    except (OSError, ValueError) as error:
        raise InputError(f"{run} is not a whole run ({error}); train it again") from error
    if hashlib.sha256(raw).hexdigest() != state.made_of["tokenizer"]:
        raise InputError(f"{run / 'tokenizer.json'} is not the one that the checkpoint was trained with")
    prompter = prompter_of(state.recipe, state.lists, raw)
    words, tokenizer = prompter.words, prompter.tokenizer
    network = restored(run / checkpoint, state, words, tokenizer.size)
    if out.exists() and not (out / MANIFEST).is_file():
        raise UsageError(f"{out} is there and is not a model's folder; name another")
    fresh = out.with_name(out.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    (fresh / "tokenizer.json").write_bytes(raw)
    if kind == "ctranslate2":
        wanted = None if quantization == "float32" else quantization
        write_ctranslate2(network, words, tokenizer.names(), fresh, wanted)
    elif kind == "transformers":
        write_transformers(network, fresh)
    files = sorted(path for path in fresh.iterdir())
    described: dict[str, Any] = {
        "schema": 1,
        "smartopt": __version__,
        "name": out.name,
        "format": kind,
        "llvm": 22,
        "versions": VERSIONS,
        "objectives": [state.recipe.objective],
        "places": state.recipe.places,
        "context": state.recipe.context,
        "cut": state.recipe.cut,
        "code": bool(state.recipe.code),
        "files": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
        "endpoint": endpoint,
        "trained": {
            "commands": state.commands,
            "recipe": state.recipe.described(),
            "parameters": sum(weight.numel() for weight in network.parameters()),
            "functions": about["train"]["found"] - about["train"]["too_long"],
            "steps": state.step,
            "tokens": state.tokens,
            "minutes": round(state.seconds / 60, 1),
            "characters_a_token": about["validation"]["characters_a_token"],
            "made_of": state.made_of,
            "figures": state.figures,
        },
        "prior": state.prior,
        "lists": list(state.lists),
        "passes": list(words.passes),
    }
    (fresh / MANIFEST).write_text(json.dumps(described, indent=1) + "\n")
    manifest = Manifest.read(fresh)
    sizes = {path.name: path.stat().st_size for path in sorted(fresh.iterdir())}
    (fresh / "README.md").write_text(card(manifest, sizes))
    shutil.rmtree(out, ignore_errors=True)
    fresh.rename(out)
    return Manifest.read(out), sizes
