"""Tables I to IV: functions, and what each approach saves; the product's choosers on the committed labels."""

from __future__ import annotations

from typing import Any

from .arms import ARM_NAMES
from .document import PAPER, Block, Results, Row, Section, Table, Text, missing
from .figures import NAMES
from .published import TABLE_I, TABLE_II, TABLE_III, TABLE_IV

__all__ = ["approaches_sections", "functions_sections", "labels_sections"]


def functions_sections(results: Results) -> list[Section]:
    found = results.get("functions")
    if found is None:
        return [missing("Tables I and II", "functions")]
    ratio = results.get("context", {}).get("characters_a_token")
    one = Section("Table I: training data")
    rows: list[Row] = [
        [PAPER + name, functions, before, size, tokens] for name, functions, before, size, tokens in TABLE_I
    ]
    for arm, data in found.items():
        for row in data["tables"]["train"]:
            tokens = None if ratio is None else round(row["characters"] / ratio)
            rows.append(
                [
                    f"{ARM_NAMES[arm]}: {row['source']}",
                    row["functions"],
                    row["instructions"],
                    row["characters"] / 1e6,
                    tokens,
                ]
            )
    one.blocks.append(Table(("source", "functions", "unoptimised instructions", "MB as text", "tokens"), rows))
    if ratio is not None:
        one.blocks.append(Text(f"Tokens of ours are estimated from {ratio} characters a token (the paper: 2.02)."))
    two = Section("Table II: test data")
    rows = [[PAPER + name, functions, before, after, None, None] for name, functions, before, after in TABLE_II]
    for arm, data in found.items():
        for row in data["tables"]["test"]:
            numbers = [row[key] for key in ("functions", "instructions", "oz_instructions", "bytes", "oz_bytes")]
            rows.append([f"{ARM_NAMES[arm]}: {row['source']}", *numbers])
    headers = ("source", "functions", "unoptimised instructions", "-Oz instructions", "unoptimised bytes", "-Oz bytes")
    two.blocks.append(Table(headers, rows))
    for arm, data in found.items():
        left = ", ".join(f"{count} {why}" for why, count in data["left_out"].items() if count)
        note = f"{ARM_NAMES[arm]}: {data['about']}; {data['passes']} passes and {len(data['metas'])} meta-flags. "
        note += f"Left out: {left or 'nothing'}. Functions in two splits: {data['leaks']}."
        if data["test_is_half_of_validation"]:
            note += " This corpus has no test package: half of its validation functions are the test functions."
        two.blocks.append(Text(note))
    return [one, two]


def _approach_rows(results: Results, arm: str) -> list[tuple[str, str, dict[str, Any]]]:
    """(key, name, figures) of every approach in an arm."""
    rows: list[tuple[str, str, dict[str, Any]]] = []
    if "autotuner" in results:
        rows.append(("autotuner", "autotuner", results["autotuner"][arm]["splits"]["test"]))
    for part in ("autophase", "nvp"):
        if part in results:
            rows.append((part, NAMES[part], results[part][arm]))
    if arm == "paper" and "model" in results:
        rows.append(("model", NAMES["model"], results["model"]))
    if arm == "trusted" and "choosers" in results:
        rows += [("model", name, row) for name, row in results["choosers"]["functions"].items()]
    return rows


def _overall(row: dict[str, Any]) -> str:
    low_high = "" if row["interval"] is None else f" [{row['interval'][0]:+.2f}, {row['interval'][1]:+.2f}]"
    return f"{row['overall']:+.2f}%{low_high}"


def approaches_sections(results: Results) -> list[Section]:
    sections = []
    for title, kind in (("Table III: approaches alone", "alone"), ("Table IV: with -Oz as backup", "backup")):
        made = Section(title)
        for unit in ("instructions", "bytes"):
            rows: list[Row] = []
            if unit == "instructions":
                for key, name in NAMES.items():
                    if kind == "alone":
                        extra, better, worse, saved, lost, overall = TABLE_III[key]
                        rows.append([PAPER + name, extra, better, worse, saved, lost, f"{overall:+.2f}%"])
                    elif key in TABLE_IV:
                        extra, overall = TABLE_IV[key]
                        rows.append([PAPER + name, extra, None, None, None, None, f"{overall:+.2f}%"])
            for arm in ("paper", "trusted"):
                for _, name, found in _approach_rows(results, arm):
                    row, extra = found[kind][unit], found[kind]["additional_compilations"]
                    counts = [row[key] for key in ("improved", "regressed", "saved", "lost")]
                    rows.append([f"{ARM_NAMES[arm]}: {name}", extra, *counts, _overall(row)])
            headers = (
                "approach",
                "additional compilations",
                "improved",
                "regressed",
                f"{unit} saved",
                f"{unit} lost",
                "overall",
            )
            caption = "in instructions, the paper's measure" if unit == "instructions" else "in bytes"
            made.blocks.append(Table(headers, rows, caption))
        if kind == "backup":
            made.blocks += _relative(results)
        sections.append(made)
    return sections


def _relative(results: Results) -> list[Block]:
    """What AutoPhase and Coreset-NVP reach of the model, the head room of the arms, and what crashed."""
    rows: list[Row] = []
    for key in ("autophase", "nvp", "model"):
        theirs = 100 * TABLE_IV[key][1]
        rows.append([PAPER + NAMES[key], theirs / TABLE_IV["model"][1], theirs / TABLE_III["autotuner"][5]])
    for arm in ("paper", "trusted"):
        approaches = _approach_rows(results, arm)
        gains = [(key, name, found["backup"]["instructions"]["overall"]) for key, name, found in approaches]
        best = max((gain for key, _, gain in gains if key == "model"), default=0.0)
        tuned = max((gain for key, _, gain in gains if key == "autotuner"), default=0.0)
        for key, name, gain in gains:
            if key != "autotuner":
                of_model = 100 * gain / best if best > 0 else None
                rows.append([f"{ARM_NAMES[arm]}: {name}", of_model, 100 * gain / tuned if tuned > 0 else None])
    blocks: list[Block] = [
        Table(
            ("approach", "per cent of the best model's", "per cent of the autotuner's"),
            rows,
            "Against the model and the autotuner, with backup, in instructions",
        )
    ]
    tuner = results.get("autotuner")
    if tuner is not None:
        head: list[Row] = [[PAPER + "LLVM 10, 2.5 billion compilations", TABLE_III["autotuner"][5], None, 949.0, None]]
        for arm in ("paper", "trusted"):
            found = tuner[arm]["splits"]["test"]
            tried = found["alone"]["additional_compilations"]
            overall = found["backup"]["instructions"]["overall"]
            head.append(
                [ARM_NAMES[arm], overall, tried, f"{found['processor_days']:.3g}", tuner[arm]["lists_broadcast"]]
            )
        headers = ("setting", "autotuner's gain (%)", "compilations", "processor days", "lists broadcast")
        blocks.append(Table(headers, head, "Head room: what the autotuner finds on the test functions (section III-B)"))
        crashes: list[Row] = []
        for arm in ("paper", "trusted"):
            deaths = tuner[arm]["deaths"]
            reasons = ", ".join(f"{count} {why}" for why, count in deaths["reasons"].items()) or "none"
            example = deaths["most"][0][0] if deaths["most"] else None
            crashes.append([ARM_NAMES[arm], reasons, deaths["pipelines"], example])
        names = ("setting", "outcomes lost", "different lists", "for example")
        blocks.append(Table(names, crashes, "Lists that crashed, hung or were refused, in the search"))
    return blocks


def labels_sections(results: Results) -> list[Section]:
    found = results.get("choosers")
    if found is None:
        return [missing("The product's choosers", "choosers")]
    made = Section("The product's choosers on the committed labels")
    made.blocks.append(
        Text(
            "Functions of real packages in their own modules, every list measured as the product measures it. The "
            "product always has -Oz as backup; “alone” is shown because the paper shows it."
        )
    )
    for split, data in found["labels"].items():
        if "rows" not in data:
            made.blocks.append(Text(f"{split}: {data['missing']}"))
            continue
        rows: list[Row] = []
        for name, row in data["rows"].items():
            unit = "instructions" if name.endswith("instructions") else "bytes"
            interval = row["interval"]
            with_backup = f"{row['backup'][unit]['overall']:+.2f}% [{interval[0]:+.2f}, {interval[1]:+.2f}]"
            counts = [
                row["backup"]["additional_compilations"],
                row["alone"][unit]["improved"],
                row["alone"][unit]["regressed"],
            ]
            rows.append([name, unit, *counts, f"{row['alone'][unit]['overall']:+.2f}%", with_backup])
        for objective, tuned in data["autotuner"].items():
            if tuned is not None:
                about = f"autotuner, {tuned['functions']} of the functions, for {objective}"
                unit = "bytes" if objective == "size" else "instructions"
                rows.append([about, unit, None, tuned["improved"], 0, f"{tuned['overall']:+.2f}%", None])
        headers = ("chooser", "unit", "compilations with backup", "improved", "regressed", "alone", "with backup")
        made.blocks.append(
            Table(headers, rows, f"{split}: {data['functions']:,} functions of {', '.join(data['packages'])}")
        )
    return [made]
