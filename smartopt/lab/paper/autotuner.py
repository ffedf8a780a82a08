"""The paper's autotuner (section III-B): random search, minimisation, all-to-all broadcast, with what it costs.

Paper's details:

* A random search of a fixed time for each function (780 seconds). Ours is a fixed number of lists (``Scale.trials``),
  so that the same seed finds the same on every machine; what that takes in processor time is counted.
* -Oz is the starting point, and meta-flags may stand in a list once each; lists have up to 9 passes in practice.
* "Minimize the best pass list by iteratively removing individual randomly chosen passes to see if they contribute to
  the instruction count. If not, they are discarded."
* "Aggregate the set of unique best pass lists and broadcast them across all other functions." Ours takes all
  (``full``), or those that were best for most functions (``Scale.broadcast``), of train for every split: test
  functions are tuned by their own search and the lists of train.
* Of equal lists the shorter is better, then -Oz. Bytes are measured for the best lists only: the search is for
  instructions, as the paper's.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ..parallel import run_map
from ..results import ResultFile
from .arms import ARMS, OZ, Arm, PassNames, random_passes
from .compiler import Compiler, Outcome
from .counts import choices, table_rows
from .functions import SPLITS, Sample, arm_of, samples
from .kept import keep_choices
from .study import Study, read_json, write_json

__all__ = ["autotune", "best_lists", "minimised"]

_CHUNK = 8
"""Functions that are searched between two writes."""

Found = dict[str, Any]


def autotune(study: Study) -> dict[str, Any]:
    """Tune every function of every split, in both arms; returns the autotuner's rows and costs."""
    return {name: _tune_arm(study, name) for name in ARMS}


def best_lists(study: Study, arm: str, split: str) -> dict[str, PassNames]:
    """The best list of each function by hash, (``Oz``,) where nothing beats it. Raises InputError before the search."""
    found = read_json(study.data_path(f"autotuned-{arm}.json"))
    hashes = {sample.hash for sample in samples(study, arm, split)}
    return {key: tuple(row["passes"]) for key, row in found.items() if key in hashes}


def minimised(rng: random.Random, passes: PassNames, count: Any) -> tuple[PassNames, int]:
    """The list without passes that do not contribute, and how many lists were tried for that.

    ``count(passes)`` gives the instruction count of a list, None where it fails. Passes are taken in random order, and
    again after each one that was discarded.
    """
    best = count(passes)
    tried = 1
    again = True
    while again and len(passes) > 1:
        again = False
        for at in rng.sample(range(len(passes)), len(passes)):
            shorter = passes[:at] + passes[at + 1 :]
            found = count(shorter)
            tried += 1
            if found is not None and found <= best:
                passes, best, again = shorter, found, True
                break
    return passes, tried


def _tune_arm(study: Study, name: str) -> dict[str, Any]:
    arm = arm_of(study, name)
    everything = {split: samples(study, name, split) for split in SPLITS}
    searched = _search(study, arm, [sample for split in SPLITS for sample in everything[split]])
    unique = Counter(
        tuple(searched[sample.hash]["passes"]) for sample in everything["train"] if searched[sample.hash]["improved"]
    )
    lists = [passes for passes, _ in unique.most_common(study.scale.broadcast or None)]
    final = _broadcast(study, arm, lists, searched, everything)
    write_json(study.data_path(f"autotuned-{name}.json"), final)
    return {
        "lists_found": len(unique),
        "lists_broadcast": len(lists),
        "splits": {split: _summary(study, name, split, everything[split], final) for split in SPLITS},
        "deaths": _deaths(study, name),
    }


def _search(study: Study, arm: Arm, wanted: Sequence[Sample]) -> dict[str, Found]:
    """Random search and minimisation of each function that has none yet."""
    settings = {**study.settings(), "arm": arm.name, "trials": study.scale.trials, "longest": study.scale.longest}
    file = ResultFile(study.data_path(f"searched-{arm.name}.jsonl"), settings, 1, "the paper's autotuner")
    done = file.values("hash")
    todo = [sample for sample in wanted if sample.hash not in done]
    chunks = [todo[at : at + _CHUNK] for at in range(0, len(todo), _CHUNK)]

    def until() -> Iterator[list[Sample]]:
        for chunk in chunks:
            study.check_time()
            yield chunk

    work = partial(_search_chunk, arm=arm.name, out=str(study.out), corpus=str(study.corpus), settings=_plain(study))
    begin, count = time.monotonic(), 0
    for rows in run_map(work, until(), study.jobs):
        file.add(rows)
        count += len(rows)
        if count % 200 < _CHUNK or count == len(todo):
            study.say(f"{arm.name}: searched {count} of {len(todo)} functions, {time.monotonic() - begin:.0f} s")
    return {row["hash"]: row for row in file.lines}


def _plain(study: Study) -> dict[str, Any]:
    """What a process of its own needs of a study."""
    return {"scale": study.scale, "labels": study.labels, "llvm": study.llvm, "seed": study.seed}


def _search_chunk(chunk: list[Sample], *, arm: str, out: str, corpus: str, settings: dict[str, Any]) -> list[Found]:
    study = Study(Path(corpus), Path(out), **settings)
    with Compiler(study.toolchain) as compiler:
        of = arm_of(study, arm)
        rows = []
        for sample in chunk:
            begin = compiler.processor_seconds()
            rows.append(_search_one(study, of, compiler, sample))
            rows[-1]["seconds"] = round(compiler.processor_seconds() - begin, 4)
        rows[0]["deaths"], rows[0]["culprits"] = dict(compiler.deaths), dict(compiler.culprits)
    return rows


def _search_one(study: Study, arm: Arm, compiler: Compiler, sample: Sample) -> Found:
    rng = random.Random(f"{study.seed} {arm.name} {sample.hash}")
    before = compiler.compilations
    lists = [(OZ,), *(random_passes(rng, arm, study.scale.longest) for _ in range(study.scale.trials))]
    outcomes = compiler.run([(sample.text, arm.spell(passes)) for passes in lists])
    best = min(
        (outcome.instructions, len(passes), number)
        for number, (passes, outcome) in enumerate(zip(lists, outcomes, strict=True))
        if outcome.ok
    )
    passes, least = lists[best[2]], best[0]
    improved = least < sample.oz_instructions
    if improved:

        def count(candidate: PassNames) -> int | None:
            (outcome,) = compiler.run([(sample.text, arm.spell(candidate))])
            return outcome.instructions if outcome.ok else None

        passes, _ = minimised(rng, passes, count)
    else:
        passes, least = (OZ,), sample.oz_instructions
    return {
        "hash": sample.hash,
        "passes": list(passes),
        "instructions": least,
        "improved": improved,
        "compilations": compiler.compilations - before,
    }


def _broadcast(
    study: Study,
    arm: Arm,
    lists: list[PassNames],
    searched: dict[str, Found],
    everything: dict[str, list[Sample]],
) -> dict[str, Found]:
    """Try the lists on every function; keeps what is better than its own."""
    wanted = [(sample, searched[sample.hash]) for split in SPLITS for sample in everything[split]]
    chunks = [wanted[at : at + 8 * _CHUNK] for at in range(0, len(wanted), 8 * _CHUNK)]

    def until() -> Iterator[list[tuple[Sample, Found]]]:
        for chunk in chunks:
            study.check_time()
            yield chunk

    work = partial(
        _broadcast_chunk,
        lists=lists,
        arm=arm.name,
        out=str(study.out),
        corpus=str(study.corpus),
        settings=_plain(study),
    )
    final: dict[str, Found] = {}
    for rows in run_map(work, until(), study.jobs):
        final.update(rows)
    return final


def _broadcast_chunk(
    chunk: list[tuple[Sample, Found]],
    *,
    lists: list[PassNames],
    arm: str,
    out: str,
    corpus: str,
    settings: dict[str, Any],
) -> dict[str, Found]:
    study = Study(Path(corpus), Path(out), **settings)
    of = arm_of(study, arm)
    pipelines = [of.spell(passes) for passes in lists]
    rows = {}
    with Compiler(study.toolchain) as compiler:
        for sample, own in chunk:
            begin, before = compiler.processor_seconds(), compiler.compilations
            passes, least = tuple(own["passes"]), own["instructions"]
            outcomes = compiler.run([(sample.text, pipeline) for pipeline in pipelines])
            for candidate, outcome in zip(lists, outcomes, strict=True):
                better = outcome.ok and (outcome.instructions, len(candidate)) < (least, len(passes))
                if better and outcome.instructions < sample.oz_instructions:
                    passes, least = candidate, outcome.instructions
            (measured,) = compiler.run([(sample.text, of.spell(passes))], measure=True)
            rows[sample.hash] = {
                "passes": list(passes),
                "instructions": least,
                "bytes": measured.bytes if measured.ok else sample.oz_bytes,
                "compilations": own["compilations"] + compiler.compilations - before,
                "seconds": own["seconds"] + compiler.processor_seconds() - begin,
            }
    return rows


def _summary(study: Study, arm: str, split: str, found: list[Sample], final: dict[str, Found]) -> dict[str, Any]:
    rows = [final[sample.hash] for sample in found]
    outcomes = [Outcome("", row["instructions"], row["bytes"]) for row in rows]
    are_oz = [row["passes"] == [OZ] for row in rows]
    chosen = choices(found, outcomes, are_oz, [row["compilations"] for row in rows])
    if split == "test":
        keep_choices(study, arm, "autotuner", found, chosen, [tuple(row["passes"]) for row in rows])
    return {
        **table_rows(found, chosen, study.scale.draws, study.seed),
        "processor_days": round(sum(row["seconds"] for row in rows) / 86400, 6),
    }


def _deaths(study: Study, arm: str) -> dict[str, Any]:
    """What crashed or was refused in the search, by reason, and the passes that did so most."""
    reasons: Counter[str] = Counter()
    culprits: Counter[str] = Counter()
    for line in study.data_path(f"searched-{arm}.jsonl").read_text("utf-8").splitlines()[1:]:
        row = json.loads(line)
        reasons.update(row.get("deaths", {}))
        culprits.update(row.get("culprits", {}))
    return {"reasons": dict(reasons), "pipelines": len(culprits), "most": culprits.most_common(10)}
