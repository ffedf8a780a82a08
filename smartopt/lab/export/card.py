"""The model card: what a person wants to know before using a model, made from the run's own records."""

from __future__ import annotations

from collections.abc import Mapping

from ...chooser.manifest import Manifest

__all__ = ["card"]


def card(manifest: Manifest, sizes: Mapping[str, int]) -> str:
    """README.md of a model's folder."""
    trained = manifest.trained
    recipe = trained.get("recipe", {})
    figures = trained.get("figures", {})
    reached, coreset = figures.get("reached", {}), figures.get("coreset", {})
    rows = [f"| {k} | {100 * reached[k]:.1f}% | {100 * coreset.get(k, 0):.1f}% |" for k in reached]
    return "\n".join(
        [
            f"# {manifest.name}",
            "",
            f"Ranks {len(manifest.lists)} pass lists of LLVM {manifest.llvm} for a function, by what they should save "
            f"over `-Oz`; all in one forward pass. Used by `smartopt --model`; format: {manifest.format}.",
            "",
            "- **Input**: one function's normalised LLVM IR with the types, globals and declarations it mentions, "
            f"{'and the machine code that `-Oz` makes of it, ' if manifest.code else ''}at "
            f"most {manifest.context} tokens ({trained.get('characters_a_token', '?')} characters a token on "
            f"validation); of functions up to {manifest.cut} times longer it sees beginning and end, still longer ones "
            "are left to the ranked coreset.",
            f"- **Output**: {manifest.places} lists, each the one that should add most to those before it, then all "
            "others; and whether any list is likely to beat `-Oz`. Nothing that comes out is trusted: every list is "
            "checked, tried, measured and verified before it counts.",
            f"- **Architecture**: Llama, {recipe.get('layers')} layers, width {recipe.get('width')}, "
            f"{trained.get('parameters', 0) / 1e6:.1f} M parameters, trained from scratch.",
            f"- **Data**: {trained.get('functions', '?')} distinct functions of Debian packages, with the outcome of "
            "every list measured on each; packages of validation and test are others than those of train.",
            f"- **Training**: {trained.get('steps', '?')} steps, {trained.get('tokens', 0) / 1e6:.1f} M tokens, "
            f"{trained.get('minutes', '?')} minutes: `{'`, `'.join(trained.get('commands', []))}`",
            "- **Limits**: it has seen C and C++ as clang emits them for x86-64 with size attributes. On other "
            "code it can only cost time, never size or meaning.",
            "",
            "Share of the best-of-all-lists saving that the first k lists reach (validation, `-Oz` as backup):",
            "",
            "| k | model | ranked coreset |",
            "|---|---|---|",
            *rows,
            "",
            "Files: " + ", ".join(f"`{name}` ({size:,} bytes)" for name, size in sorted(sizes.items())) + ".",
            "",
        ]
    )
