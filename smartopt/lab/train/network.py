"""The network: transformers' Llama from scratch, and the head that reads list words at the places of a prompt.

Padding follows the prompt and attention is causal, so nothing that counts can see it and no mask is needed: attention
then runs in the fast kernel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...model.vocabulary import Words
from .recipes import Recipe

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["build", "parameters"]


def build(recipe: Recipe, words: Words, vocabulary: int) -> Any:
    """A fresh torch module with ``.llama`` (a LlamaForCausalLM), called with ids and the answers' positions.

    It gives logits over the lists (functions x places x lists), the gate's logits, the logarithms of what each place's
    list should add (functions x places), and the loss of language modelling (zero where ``language`` is off).
    """
    import torch
    from torch import nn
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=recipe.width,
        intermediate_size=recipe.inner,
        num_hidden_layers=recipe.layers,
        num_attention_heads=recipe.heads,
        num_key_value_heads=recipe.heads,
        max_position_embeddings=recipe.context,
        rms_norm_eps=1e-5,
        tie_word_embeddings=True,
        bos_token_id=words.bos,
        eos_token_id=words.eos,
        pad_token_id=None,
        attn_implementation="sdpa",
    )

    class Ranker(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.llama = LlamaForCausalLM(config)

        def forward(self, ids: Tensor, answer: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
            hidden = self.llama.model(input_ids=ids, use_cache=False).last_hidden_state
            steps = torch.arange(recipe.places + 1, device=ids.device)
            at = answer[:, None] + steps  # the answer word itself, then the places
            read = hidden.gather(1, at[:, :, None].expand(-1, -1, hidden.shape[2]))
            head = self.llama.lm_head.weight[: len(words)]
            logits = nn.functional.linear(read, head).float()
            lists = logits[:, 1:, words.first_list : words.first_list + words.lists]
            oz = logits[:, 0, words.numbers["<oz>"]]
            language = logits.new_zeros(())
            if recipe.language > 0:
                inside = torch.arange(ids.shape[1], device=ids.device)[None, 1:] < answer[:, None] - 1
                scores = nn.functional.linear(hidden[:, :-1][inside], self.llama.lm_head.weight).float()
                language = nn.functional.cross_entropy(scores, ids[:, 1:][inside])
            return lists, -oz, logits[:, 1:, words.numbers["<saves>"]], language

    torch.manual_seed(recipe.seed)
    return Ranker()


def parameters(network: Any) -> int:
    """How many numbers are trained."""
    return sum(weight.numel() for weight in network.parameters())
