"""Section VI's wishes and the second objective."""

from __future__ import annotations

from .document import Results, Row, Section, Table, Text, figure, missing

__all__ = ["discussion_sections", "speed_sections"]


def discussion_sections(results: Results, figures: dict[str, str]) -> list[Section]:
    made = Section("Section VI: what became of its wishes")
    if "context" in results:
        found = results["context"]
        made.blocks += figure(
            figures, "context", "Longer contexts: what fits, and how much of the autotuner's savings."
        )
        rows: list[Row] = [[row["context"], row["pairs"], row["prompts"], row["savings"]] for row in found["rows"]]
        headers = ("context (tokens)", "pairs that fit (%)", "functions that fit (%)", "savings in them (%)")
        made.blocks.append(
            Table(headers, rows, f"Longer context; the model was trained with {found['trained_context']}")
        )
    if "arithmetic" in results:
        found = results["arithmetic"]
        rows = [[name, value] for name, value in found["by_operation"].items()]
        caption = (
            f"Arithmetic: exact answers to {found['held_out']} unseen questions after {found['questions']:,} examples"
        )
        made.blocks.append(Table(("instruction", "exact (%)"), rows, caption))
        keys = ("improvement", "with_backup", "mape_before", "mape_after", "bleu", "compiles", "exact")
        rows = [[about, *(found[name].get(key) for key in keys)] for about, name in
                (("main model", "main"), ("after the curriculum", "after_curriculum"))]  # fmt: skip
        made.blocks.append(Table(("model", *keys), rows, "The main task with and without the curriculum before it"))
        tool = found["tool"]
        made.blocks.append(
            Text(
                f"Tools instead of arithmetic: the compiler gives both counts without error in "
                f"{tool['milliseconds']} ms a function."
            )
        )
    if "inference" in results:
        found = results["inference"]
        rows = [[row["batch"], row["milliseconds"]] for row in found["batching"]]
        caption = f"Batching: {found['asked']} functions on {found['device']}, {found['threads']} thread(s)"
        made.blocks.append(Table(("batch", "ms a function"), rows, caption))
        rows = [[row["bits"], row["bytes"], row["same_lists"], row["with_backup"]] for row in found["quantisation"]]
        headers = ("bits of a weight", "bytes", "same lists (%)", "improvement with backup (%)")
        made.blocks.append(Table(headers, rows, "Quantisation: weights rounded, one scale a row"))
    if "sequences" in results:
        for arm, found in results["sequences"].items():
            rows = [["as text, by the model's tokenizer", found["tokens_as_text"]]]
            rows += [[f"passes as tokens, {row['merges']} merges", row["tokens"]] for row in found["rows"]]
            caption = f"Sub-sequences of passes as tokens, {arm} arm: tokens a list ({found['test_lists']} test lists)"
            made.blocks.append(Table(("vocabulary", "tokens"), rows, caption))
    if "active" in results:
        found = results["active"]
        rows = [[row["name"], row["exact"], row["exact_on_hard"]] for row in found["rows"]]
        caption = f"Active learning: {found['steps']} more steps on {found['examples']:,} new examples"
        made.blocks.append(Table(("examples drawn", "exact (%)", "exact on the hardest quarter (%)"), rows, caption))
    if "autophase" in results:
        made.blocks += figure(figures, "autophase", "AutoPhase during training, on validation functions.")
    for part in ("context", "arithmetic", "inference", "sequences", "active"):
        if part not in results:
            made.blocks.append(Text(f"The part {part} has not run."))
    return [made]


def speed_sections(results: Results) -> list[Section]:
    found = results.get("speed")
    if found is None:
        return [missing("A second objective: speed", "speed")]
    made = Section("A second objective: speed")
    rows: list[Row] = [
        [
            row["program"],
            row["o0"],
            row["oz"],
            row["o3"],
            row["best"],
            row["saved"],
            " ".join(row["passes"]),
            row["failed"],
        ]
        for row in found["programs"]
    ]
    rows.append(["all", None, None, None, None, found["saved"], None, None])
    headers = ("program", "-O0", "-Oz", "-O3", "best list", "fewer than -O3 (%)", "the list", "failed")
    made.blocks.append(Table(headers, rows, f"{found['measure']}; {found['runs']} runs"))
    return [made]
