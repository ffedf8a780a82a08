"""What the product's choosers do by the paper's measures: the line model and the committed model (Tables III and IV).

Each answers one list a function, as the paper's model does; *alone* means without compiling -Oz to compare. The
product never does that: there, every list is measured and -Oz is always the backup. A chooser that tells what it
expects its list to save names -Oz where that is below a threshold, which is chosen on validation functions.

Two sets of functions: those of this run, standing alone in the trusted arm, beside all other approaches; and those of
the committed labels (``models/labels``), in place in their own modules, of real packages. For the latter the choosers
that read functions need the corpus of these labels; without it there are the ranked coreset and the oracle.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from ...chooser.line_model import LineProposer
from ...chooser.proposer import FunctionView, Proposer
from ...errors import InputError, ModelError, PipelineError
from ...ir.machine_code import apart, beside
from ...options import Objective
from ...passes.passlist import PassList
from ...passes.plan_stages import OZ_LIST
from ...passes.trusted import Trusted
from ...worker.pool import Pool
from ...worker.protocol import ReadLines, ReadTexts
from ...worker.service import LibLLVMService
from ..corpus.functions import STRATEGY
from ..evaluate.inputs import EvaluationInputs, make_chooser
from ..evaluate.measure import Draws, draw, measures, walk
from ..outcomes import load
from .compiler import Compiler, Outcome
from .counts import choices, table_rows
from .functions import Sample, samples
from .kept import keep_choices
from .study import Study

__all__ = ["measure_choosers"]

ARM = "trusted"
TRIED = 4
"""Lists of the product's usual effort, for a row of its own."""


def measure_choosers(study: Study) -> dict[str, Any]:
    """Rows of the choosers on this run's functions and on the committed labels."""
    return {"functions": _on_functions(study), "labels": _on_labels(study)}


def _on_functions(study: Study) -> dict[str, Any]:
    toolchain = study.toolchain
    validation, test = samples(study, ARM, "validation"), samples(study, ARM, "test")
    proposers: list[tuple[Proposer, Objective]] = []
    try:
        lines = LineProposer.load(toolchain.major)
        proposers += [(lines, objective) for objective in _OBJECTIVES if lines.knows(objective)]
    except ModelError as error:
        study.say(f"no line model: {error}")
    if study.model is not None:
        from ...chooser import load_model

        proposers.append((load_model(study.model), "size"))
    views = {split: [_view(study, sample) for sample in found] for split, found in
             (("validation", validation), ("test", test))}  # fmt: skip
    found = {}
    with Compiler(toolchain) as compiler:
        for proposer, objective in proposers:
            study.check_time()
            checked = _first_lists(compiler, toolchain.major, proposer, objective, validation, views["validation"])
            tested = _first_lists(compiler, toolchain.major, proposer, objective, test, views["test"])
            unit = "bytes" if objective == "size" else "instructions"
            least = _threshold(validation, *checked, unit)
            outcomes, saves = tested
            chosen = choices(test, outcomes, [one is not None and one < least for one in saves])
            row = table_rows(test, chosen, study.scale.draws, study.seed)
            keep_choices(study, ARM, f"{proposer.name}-{objective}", test, chosen)
            found[f"{proposer.name}, for {objective}"] = {**row, "threshold": least}
            study.say(f"{proposer.name} for {objective}: {row['backup'][unit]['overall']:+.2f}% of {unit} with backup")
    return found


_OBJECTIVES: tuple[Objective, ...] = ("instructions", "size")


def _view(study: Study, sample: Sample) -> FunctionView:
    """What a proposer may see of a function, read by the product's own worker."""
    data = sample.text.encode("utf-8", "surrogateescape")
    pool = Pool(partial(LibLLVMService, toolchain=study.toolchain), data, sample.hash, 1)
    try:
        pool.add_base(STRATEGY, data)
        lines = pool.ask(ReadLines(STRATEGY), base=STRATEGY)
        own = PassList.parse(OZ_LIST).function_pipeline(Trusted.load(study.toolchain.major))
        texts = pool.ask(ReadTexts(STRATEGY, own), base=STRATEGY)
    finally:
        pool.close()
    ((name, (read, instructions)),) = lines.items()
    text, code = apart(texts[name][0])
    return FunctionView(name, instructions, beside(text, code or None), read)


def _first_lists(
    compiler: Compiler,
    major: int,
    proposer: Proposer,
    objective: Objective,
    functions: Sequence[Sample],
    views: Sequence[FunctionView],
) -> tuple[list[Outcome], list[float | None]]:
    """What the first proposed list makes of each function, and what it was expected to save."""
    trusted = Trusted.load(major)
    answers = proposer.propose(list(views), objective, 1) if views else []
    jobs, saves = [], []
    for sample, (proposal,) in zip(functions, answers, strict=True):
        try:
            pipeline = f"function({PassList.parse(proposal.passes).function_pipeline(trusted)})"
        except PipelineError:
            pipeline = f"function({PassList.parse(OZ_LIST).function_pipeline(trusted)})"
        jobs.append((sample.text, pipeline))
        saves.append(proposal.saves)
    return compiler.run(jobs, measure=True), saves


def _threshold(
    functions: Sequence[Sample], outcomes: Sequence[Outcome], saves: Sequence[float | None], unit: str
) -> float:
    """The expected saving below which -Oz is named, best for what the lists save alone on these functions."""
    gains = np.array(
        [
            getattr(sample, f"oz_{unit}") - getattr(outcome, unit) if outcome.ok else 0
            for sample, outcome in zip(functions, outcomes, strict=True)
        ],
        dtype=np.float64,
    )
    expected = np.array([0.0 if one is None else one for one in saves])
    tried = [0.0, *(0.125 * 2.0**power for power in range(9))]
    return max(tried, key=lambda least: (float(gains[expected >= least].sum()), -least))


def _on_labels(study: Study) -> dict[str, Any]:
    """The committed labels: coreset and oracle, and the choosers that read functions where the corpus has them."""
    answer: dict[str, Any] = {}
    for split in ("validation", "test"):
        try:
            outcomes = load(split, study.labels, study.toolchain.major)
        except InputError as error:
            answer[split] = {"missing": str(error)}
            continue
        rows = {}
        for objective in _OBJECTIVES:
            inputs = EvaluationInputs(split, objective, study.labels, study.corpus, study.model, seed=study.seed)
            for name in ("coreset", "lines", "model", "oracle"):
                if name == "model" and (study.model is None or objective != "size"):
                    continue
                try:
                    chooser = make_chooser(name, inputs)
                    functions = inputs.functions if name in ("lines", "model") else _blind(inputs)
                    ranking = chooser.rank(functions, TRIED)
                except InputError:
                    continue  # the corpus is another one
                found = walk(outcomes, objective, ranking, TRIED)
                for count in (1,) if name == "oracle" else (1, TRIED):
                    row = measures(outcomes, objective, found, count)
                    weights = draw(outcomes.packages, study.scale.draws, study.seed, "package")
                    shares = (
                        weights.sums(found.backup[:, count - 1])[:, 0]
                        / weights.sums(outcomes.baseline(objective))[:, 0]
                    )
                    row["interval"] = Draws.interval(100 * shares)
                    rows[f"{name}, {count} list{'s' if count > 1 else ''}, for {objective}"] = row
        tuned = {objective: outcomes.autotuned(objective) for objective in _OBJECTIVES}
        answer[split] = {
            "functions": len(outcomes),
            "packages": sorted({str(one) for one in outcomes.packages}),
            "rows": rows,
            "autotuner": {
                objective: None
                if found is None
                else {
                    "functions": int((found >= 0).sum()),
                    "improved": int((found > 0).sum()),
                    "overall": round(
                        100 * float(found[found >= 0].sum()) / float(outcomes.baseline(objective)[found >= 0].sum()), 4
                    ),
                }
                for objective, found in tuned.items()
            },
        }
    return answer


def _blind(inputs: EvaluationInputs) -> Any:
    from ..evaluate.chooser import Functions

    return Functions(inputs.outcomes.lists, inputs.outcomes.instructions)
