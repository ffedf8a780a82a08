"""The network: transformers' Llama from scratch, and the head that reads list words at the places of a prompt.

Where prompts are padded, padding follows the prompt and attention is causal, so nothing that counts can see it and no
mask is needed: attention then runs in the fast kernel. Where they are packed, a mask keeps each to itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...chooser.vocabulary import Words
from .recipes import Recipe

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["build", "parameters"]


def build(recipe: Recipe, words: Words, vocabulary: int) -> Any:
    """A fresh torch module with ``.llama`` (a LlamaForCausalLM), called with ids and the fields of a ``prompts.Batch``.

    Where tokens are hidden in ``ids``, ``whole`` is what language modelling asks for.

    It gives logits over the lists (functions x places x lists), the gate's logits, the logarithms of what each place's
    list should add (functions x places), the loss of language modelling (zero where ``language`` is off), and what
    every list does (functions x numbers of ``Data.told``; none of them where ``dense`` is off).
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

    def dropped(module: nn.Module, _: Any, out: Tensor) -> Tensor:
        return nn.functional.dropout(out, recipe.dropout, module.training)

    class Ranker(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.llama = LlamaForCausalLM(config)
            if recipe.dropout > 0:
                for layer in self.llama.model.layers:
                    layer.self_attn.o_proj.register_forward_hook(dropped)
                    layer.mlp.down_proj.register_forward_hook(dropped)
            if recipe.dense > 0:  # only training reads it: it is not served
                self.told = nn.Linear(recipe.width, 2 * words.lists + 2)

        def forward(
            self,
            ids: Tensor,
            row: Tensor,
            answer: Tensor,
            whole: Tensor,
            texts: Tensor,
            document: Tensor | None = None,
            position: Tensor | None = None,
        ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
            seen = None
            if document is not None:
                seen = (document[:, None, :, None] == document[:, None, None, :]).tril()
            hidden = self.llama.model(
                input_ids=ids, attention_mask=seen, position_ids=position, use_cache=False
            ).last_hidden_state
            steps = torch.arange(recipe.places + 1, device=ids.device)
            at = answer[:, None] + steps  # the answer word itself, then the places
            read = hidden[row[:, None], at]
            head = self.llama.lm_head.weight[: len(words)]
            logits = nn.functional.linear(read, head).float()
            lists = logits[:, 1:, words.first_list : words.first_list + words.lists]
            oz = logits[:, 0, words.numbers["<oz>"]]
            language = logits.new_zeros(())
            if recipe.language > 0 and self.training:
                scores = nn.functional.linear(hidden.flatten(0, 1)[texts - 1], self.llama.lm_head.weight).float()
                language = nn.functional.cross_entropy(scores, whole.flatten()[texts])
            told = self.told(read[:, 0]).float() if recipe.dense > 0 else logits.new_zeros(len(row), 0)
            return lists, -oz, logits[:, 1:, words.numbers["<saves>"]], language, told

    torch.manual_seed(recipe.seed)
    return Ranker()


def parameters(network: Any) -> int:
    """How many numbers of the language model are trained."""
    return sum(weight.numel() for weight in network.llama.parameters())
