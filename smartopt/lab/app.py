"""``smartopt-lab``: benchmarks, checks, and what makes models, as sub-commands.

One table names them. A sub-command's module is imported only when it is called.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

from ..errors import SmartoptError

__all__ = ["main", "make_app"]


@dataclass(frozen=True)
class Sub:
    """A sub-command: ``target`` of ``module`` is a function with typer's annotations, or a Typer of its
    own."""

    name: str
    module: str
    target: str
    help: str

    def exists(self) -> bool:
        # Asking importlib would import the package around the module.
        return Path(__file__).parents[1].joinpath(*self.module.split(".")[1:]).with_suffix(".py").is_file()


_SUBS = (
    Sub("autotune", "smartopt.lab.label.tune_cli", "main", "Search the best lists for single functions."),
    Sub("bench", "smartopt.lab.bench.cli", "app", "Measure sizes and speed against -Oz, and compare two smartopts."),
    Sub(
        "corpus",
        "smartopt.lab.corpus.cli",
        "app",
        "Make the corpus: build packages, extract their functions.",
    ),
    Sub(
        "equivalence",
        "smartopt.lab.equivalence.cli",
        "equivalence",
        "Compare functions before and after pass lists with an interpreter and an SMT solver.",
    ),
    Sub("eval", "smartopt.lab.evaluate.cli", "evaluate", "Measure choosers of lists on unseen functions."),
    Sub(
        "everything",
        "smartopt.lab.everything",
        "everything",
        "Run the whole lab, from sources to a model.",
    ),
    Sub("export", "smartopt.lab.export.cli", "export", "Export a trained run as a model folder for smartopt."),
    Sub("fuzz", "smartopt.lab.fuzz.cli", "fuzz", "Compile and run random programs, compare the output."),
    Sub("label", "smartopt.lab.label.cli", "main", "Label functions: try every list on every one."),
    Sub("lines", "smartopt.lab.lines.cli", "lines", "Train the line model, which chooses pass lists by default."),
    Sub("paper", "smartopt.lab.paper.cli", "main", "Make every table and figure of the paper on our data."),
    Sub("pilot", "smartopt.lab.label.pilot", "main", "Compare what labels promise with what whole modules gain."),
    Sub(
        "quantization",
        "smartopt.lab.export.quantization",
        "quantization",
        "Measure what a trained run loses at int8 and nf4.",
    ),
    Sub("report", "smartopt.lab.report.cli", "report", "Make one HTML page of a build's reports."),
    Sub("restrict", "smartopt.lab.label.restrict", "main", "Remove refused lists from labels and coreset."),
    Sub(
        "serving",
        "smartopt.lab.export.serving",
        "serving",
        "Measure how long an exported model takes to answer.",
    ),
    Sub("train", "smartopt.lab.train.cli", "train", "Train the language model that chooses pass lists."),
    Sub("trust", "smartopt.lab.trust.cli", "main", "Show why each pass and setting is trusted, or no longer is."),
    Sub("tune-backend", "smartopt.lab.tune.back_end_cli", "main", "Search settings of the back end for a target."),
    Sub("tune", "smartopt.lab.tune.cli", "tune", "Search pass lists on real functions; write the ranked coreset."),
)


def main() -> None:
    """The console script: runs with ``sys.argv`` and exits."""
    arguments = sys.argv[1:]
    try:
        make_app(arguments)(args=arguments, prog_name="smartopt-lab")
    except SmartoptError as error:
        print(f"smartopt-lab: error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)


def make_app(arguments: Sequence[str]) -> typer.Typer:
    """The command line, with only the sub-command that ``arguments`` name imported."""
    app = typer.Typer(
        name="smartopt-lab",
        help="The lab of smartopt. Each sub-command has its own --help.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_nothing)
    wanted = next((word for word in arguments if not word.startswith("-")), None)
    for sub in _SUBS:
        if not sub.exists():
            continue
        target: Any = getattr(import_module(sub.module), sub.target) if sub.name == wanted else None
        if isinstance(target, typer.Typer):
            app.add_typer(target, name=sub.name, help=sub.help)
        else:
            function: Callable[..., Any] = target or _nothing
            app.command(sub.name, help=sub.help if target is None else None)(function)
    return app


def _nothing() -> None:
    """Stands for a sub-command that is only listed, and keeps typer in sub-command mode."""


if __name__ == "__main__":
    main()
