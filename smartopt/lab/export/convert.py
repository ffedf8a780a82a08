"""A run's weights in the formats of the runtimes.

Only the answer words can come out of a model, and they are the first numbers of its vocabulary; so the exported output
layer is the first rows of the (tied) embedding. A CTranslate2 model then pays for a hundred or two logits a token
instead of thousands.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...chooser.vocabulary import Words
from ..train.checkpoint import State, load_weights
from ..train.network import build

__all__ = ["restored", "write_ctranslate2", "write_transformers"]


def restored(folder: Path, state: State, words: Words, vocabulary: int) -> Any:
    """The network of a checkpoint, on the CPU in float32."""
    network = build(state.recipe, words, vocabulary)
    load_weights(folder, network)
    return network.eval()


def write_ctranslate2(
    network: Any, words: Words, tokens: Sequence[str], folder: Path, quantization: str | None
) -> None:
    """``model.bin``, ``config.json`` and ``vocabulary.json``; ``quantization`` as CTranslate2 names it (int8, None)."""
    import torch
    from ctranslate2.converters.transformers import LlamaLoader

    llama = copy.deepcopy(network.llama)  # the loader takes it apart
    rows = llama.lm_head.weight[: len(words)].detach().clone()
    llama.lm_head = torch.nn.Linear(rows.shape[1], rows.shape[0], bias=False)
    llama.lm_head.weight.data = rows
    llama.config.tie_word_embeddings = False
    spec = LlamaLoader().get_model_spec(llama)
    spec.register_vocabulary(list(tokens))
    spec.config.bos_token = tokens[words.bos]
    spec.config.eos_token = tokens[words.eos]
    spec.config.unk_token = tokens[words.pad]
    spec.config.layer_norm_epsilon = llama.config.rms_norm_eps
    spec.validate()
    spec.optimize(quantization=quantization)
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))


def write_transformers(network: Any, folder: Path) -> None:
    """``config.json`` and ``model.safetensors`` in bfloat16, as any server of Llama models reads them."""
    import torch

    llama = copy.deepcopy(network.llama).to(torch.bfloat16)
    llama.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
