"""The page: every table and figure of the paper with the paper's number beside ours, made of stored results alone.

``index.html``, ``index.md`` and ``figures/*.svg`` in the run's folder. Parts that have not run are named as missing.
Nothing is trained or compiled here, so the page can be made again at any time (``--page-only``).
"""

from __future__ import annotations

import shlex

from .document import Code, Results, Row, Section, Table, Text, to_html, to_markdown
from .figures import draw_figures
from .page_approaches import approaches_sections, functions_sections, labels_sections
from .page_discussion import discussion_sections, speed_sections
from .page_model import ablations_sections, breakdown_sections, model_sections, translation_sections
from .parts import PARTS
from .study import Study, read_json

__all__ = ["write_page"]

TITLE = "Large Language Models for Compiler Optimization, made again"


_NEEDS = (
    "The full scale trains a model of 7 billion parameters on 15.7 billion tokens for each of its variants: about 6e20 "
    "operations, or 17 days of one accelerator at 4e14 operations a second, with at least 140 GB of memory for "
    "weights, gradients and the optimiser. Its search makes two billion compilations, at about a millisecond each: a "
    "month of one processor, or hours of a cluster."
)


def write_page(study: Study, command: str) -> None:
    """Write the page of whatever results the run's folder holds."""
    stored = {name: read_json(study.result_path(name)) for name in PARTS if study.result_path(name).exists()}
    results = {name: one["result"] for name, one in stored.items()}
    figures = draw_figures(results, study.out / "figures")
    sections = [
        _about(study, command, stored),
        *functions_sections(results),
        *approaches_sections(results),
        *labels_sections(results),
        *model_sections(results, figures),
        *breakdown_sections(results, figures),
        *ablations_sections(results, figures),
        *translation_sections(results, figures),
        *discussion_sections(results, figures),
        *speed_sections(results),
        _differences(),
    ]
    study.out.mkdir(parents=True, exist_ok=True)
    for name, text in (("index.html", to_html(TITLE, sections)), ("index.md", to_markdown(TITLE, sections))):
        part = study.out / f".{name}.part"
        part.write_text(text, "utf-8")
        part.rename(study.out / name)


def _about(study: Study, command: str, stored: Results) -> Section:
    scale = study.scale
    made = Section("This run")
    made.blocks.append(
        Text(
            f"Scale {scale.name}: {scale.about}. LLVM {study.toolchain.version}, seed {study.seed}. "
            "Rows that begin with “paper:” are the paper's own numbers. Intervals are the middle 95% of bootstrap "
            "draws of packages, or of functions where there is only one package."
        )
    )
    if scale.name == "smoke":
        made.blocks.append(Text("This is the smoke scale: it shows that every part works. Its figures mean nothing."))
    if scale.name == "full":
        made.blocks.append(Text(_NEEDS))
    rows: list[Row] = []
    for part in PARTS.values():
        found = stored.get(part.name)
        words = ["smartopt-lab", "paper", part.name, "--scale", scale.name, "--seed", str(study.seed)]
        rows.append([part.name, part.about, shlex.join(words), found["seconds"] if found else "not run"])
    made.blocks.append(Table(("part", "what it makes", "its own command (and --folder, --out)", "seconds"), rows))
    made.blocks.append(Code(command, "The command that made this page:"))
    return made


def _differences() -> Section:
    made = Section("What differs from the paper")
    rows: list[Row] = [
        ["compiler", "LLVM 10, legacy pass manager, 122 passes", "LLVM 22; passes of each arm under Table II"],
        ["functions", "1,000,000 for training, of data sets and generators", "of Debian packages, and csmith: Table I"],
        ["unit", "modules of one function, no attributes", "the same; attributes and inlining in the trusted arm"],
        ["module passes", "may be chosen", "only within the meta-flags: a function stands alone"],
        ["search", "780 seconds a function", "a fixed number of lists; minimisation and broadcast as in the paper"],
        ["model", "7B parameters, Llama 2's tokenizer, 620 GPU days", "a small Llama, its own tokenizer: Figure 2"],
        ["AutoPhase", "legacy passes, 100,000 episodes", "passes of LLVM 22 in their place; steps in its figure"],
        ["Coreset-NVP", "authors' weights", "trained on our labels"],
        ["code that compiles", "clang accepts it", "LLVM's parser and verifier accept it"],
    ]  # fmt: skip
    made.blocks.append(Table(("what", "the paper", "here"), rows))
    return made
