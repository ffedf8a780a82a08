"""Inference speed (section VI-C): batching and quantisation of the main model.

Batching: milliseconds a function for lists (first lines) at several batch sizes, on what this machine has.
Quantisation: every weight matrix rounded to int8 and int4 with one scale a row, as served weights are; what changes
is which lists are answered and what they save. Rounding is simulated (weights are multiplied out again), so it says
what quality is lost, not what speed is won; for the shipped model ``smartopt-lab quantization`` and ``serving``
measure both.
"""

from __future__ import annotations

import time
from typing import Any, Final

from .compiler import Compiler
from .functions import arm_of, samples
from .language import Language
from .main_model import ARM, LINE, ROOM, answer_lists, model_folder
from .study import Study

__all__ = ["measure_inference", "round_weights"]

BATCHES: Final = (1, 4, 16, 64)
ASKED: Final = 64
"""Functions of a batching measurement."""
BITS: Final = (8, 4)


def measure_inference(study: Study) -> dict[str, Any]:
    """Milliseconds by batch size, and quality by bits."""
    language = Language.load(model_folder(study, "main"))
    arm = arm_of(study, ARM)
    test = samples(study, ARM, "test")
    prompts = [sample.prompt for sample in test if language.fits(sample.prompt, ROOM)][:ASKED]
    batching = []
    for batch in BATCHES if prompts else ():
        study.check_time()
        begin = time.monotonic()
        language.generate(prompts, LINE, first_line=True, at_once=batch)
        batching.append({"batch": batch, "milliseconds": round(1000 * (time.monotonic() - begin) / len(prompts), 2)})
    with Compiler(study.toolchain) as compiler:
        whole = answer_lists(language, arm, compiler, test)
        base = max(1, sum(sample.oz_instructions for sample in test))
        quantised = []
        for bits in (32, *BITS):
            study.check_time()
            rounded = language if bits == 32 else Language.load(model_folder(study, "main"))
            size = _bytes(rounded) if bits == 32 else round_weights(rounded, bits)
            found = answer_lists(rounded, arm, compiler, test)
            saved = [max(0, s.oz_instructions - c.instructions) for s, c in zip(test, found.chosen, strict=True)]
            same = sum(one == two for one, two in zip(found.lists, whole.lists, strict=True))
            quantised.append(
                {
                    "bits": bits,
                    "bytes": size,
                    "same_lists": round(100 * same / max(1, len(test)), 2),
                    "with_backup": round(100 * sum(saved) / base, 4),
                }
            )
    return {
        "device": language.device.type,
        "threads": study.jobs,
        "asked": len(prompts),
        "batching": batching,
        "quantisation": quantised,
    }


def round_weights(language: Language, bits: int) -> int:
    """Round every weight matrix to ``bits`` with one scale a row; returns the bytes that the model would have."""
    import torch

    top = 2 ** (bits - 1) - 1
    size = 0.0
    with torch.no_grad():
        for weight in language.network.parameters():
            if weight.dim() < 2:
                size += 4 * weight.numel()
                continue
            scale = weight.abs().amax(dim=1, keepdim=True).clamp_min(1e-12) / top
            weight.copy_((weight / scale).round().clamp(-top, top) * scale)
            size += weight.numel() * bits / 8 + 4 * len(weight)
    return int(size)


def _bytes(language: Language) -> int:
    return 4 * language.parameters
