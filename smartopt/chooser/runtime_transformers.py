"""Runs a model through transformers, for accelerators and larger models; int8 and nf4 through bitsandbytes.

It takes ten seconds longer to start than CTranslate2, so the build path uses it only if a model's manifest says so
(format ``transformers``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from ..errors import ModelError
from ..options import Objective
from .backend import Answer
from .manifest import Manifest
from .prompt import Prompter
from .ranking import orders, savings
from .tokenizer import TextTokenizer

__all__ = ["PRECISIONS", "TransformersSession"]

PRECISIONS: Final = ("float32", "bfloat16", "int8", "nf4")
BATCH: Final = 32


class TransformersSession:
    """A loaded model. ``precision`` is by default the manifest's, ``device`` (torch's name) a GPU if there is one."""

    def __init__(self, manifest: Manifest, precision: str = "", device: str = "") -> None:
        self.manifest = manifest
        for name in manifest.files:
            manifest.content(name)  # raises where a file is not what was exported
        tokenizer = TextTokenizer(manifest.content("tokenizer.json"), manifest.words)
        self.prompter = Prompter(tokenizer, manifest.context, manifest.cut, manifest.code)
        self.precision = precision or manifest.endpoint.get("precision", "bfloat16")
        if self.precision not in PRECISIONS:
            raise ModelError(f"precision {self.precision!r} is not one of {', '.join(PRECISIONS)}")
        try:
            import torch

            self.device = device or ("cuda" if torch.cuda.is_available() else "cpu")
            self._network = _loaded(manifest, self.precision, self.device)
        except ImportError as error:
            raise ModelError(f"this model needs torch and transformers ({error}); install smartopt[lab]") from error
        except (OSError, RuntimeError, ValueError) as error:
            raise ModelError(f"transformers refuses the model ({error}); export it again") from error

    def close(self) -> None:
        self._network = None

    def rank(self, texts: Sequence[str], objective: Objective) -> list[Answer | None]:
        """See :class:`smartopt.chooser.backend.Backend`."""
        answers: list[Answer | None] = [None] * len(texts)
        stems = [(number, stem) for number, stem in enumerate(self.prompter.stems(texts)) if stem is not None]
        stems.sort(key=lambda item: len(item[1]))
        for at in range(0, len(stems), BATCH):
            part = stems[at : at + BATCH]
            wins, lists, adds = self.logits([stem for _, stem in part], objective)
            found = zip(part, orders(lists), savings(adds, lists.shape[2]), wins, strict=True)
            for (number, _), order, saves, win in found:
                answers[number] = order.tolist(), saves.tolist(), float(win)
        return answers

    def logits(self, stems: Sequence[list[int]], objective: Objective) -> tuple[Any, Any, Any]:
        """The logits of the gate, of the lists (functions x places x lists) and of what places add, for one batch."""
        import torch

        words = self.prompter.words
        prompts = [self.prompter.ask(stem, objective) for stem in stems]
        ids = torch.full((len(prompts), max(map(len, prompts))), words.pad)
        for row, prompt in enumerate(prompts):
            ids[row, : len(prompt)] = torch.tensor(prompt)
        with torch.inference_mode():
            hidden = self._network.model(input_ids=ids.to(self.device), use_cache=False).last_hidden_state
            at = torch.tensor([len(stem) - 1 for stem in stems])[:, None] + torch.arange(words.slots + 1)[None]
            read = hidden.gather(1, at.to(self.device)[:, :, None].expand(-1, -1, hidden.shape[2]))
            scores = self._network.lm_head(read)[:, :, : len(words)].float().cpu().numpy()
        lists = scores[:, 1:, words.first_list : words.first_list + words.lists]
        return -scores[:, 0, words.numbers["<oz>"]], lists, scores[:, 1:, words.numbers["<saves>"]]


def _loaded(manifest: Manifest, precision: str, device: str) -> Any:
    import torch
    from transformers import BitsAndBytesConfig, LlamaForCausalLM

    options: dict[str, Any] = {"dtype": torch.float32 if precision == "float32" else torch.bfloat16}
    if precision == "int8":
        options["quantization_config"] = BitsAndBytesConfig(load_in_8bit=True)
    elif precision == "nf4":
        options["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16
        )
    if precision in ("int8", "nf4"):
        options["device_map"] = {"": device}
    network = LlamaForCausalLM.from_pretrained(
        manifest.folder, local_files_only=True, use_safetensors=True, attn_implementation="sdpa", **options
    )
    return (network if precision in ("int8", "nf4") else network.to(device)).eval()
