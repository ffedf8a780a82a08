"""The model's figures: training, errors, listings (Figures 2, 3 to 6, 8, Tables V and VI), translation (Figure 7)."""

from __future__ import annotations

from .arms import ARM_NAMES
from .document import PAPER, Code, Results, Row, Section, Table, Text, figure, missing, shown
from .figures import NAMES
from .published import FIGURE_2, FIGURE_3, FIGURE_7, TABLE_V, TABLE_VI

__all__ = ["ablations_sections", "breakdown_sections", "model_sections", "translation_sections"]


def model_sections(results: Results, figures: dict[str, str]) -> list[Section]:
    found = results.get("model")
    if found is None:
        return [missing("Figure 2, Table V, Figure 6 and listings", "model")]
    two = Section("Figure 2: the model during training")
    two.blocks += figure(figures, "figure-2", "On validation functions. Dashed: the paper at its peak.")
    best = max(found["training"], key=lambda point: point["improvement"])
    rows: list[Row] = [
        [
            PAPER + "at its peak", 10_900.0, FIGURE_2["list_improvement"], FIGURE_2["mape_after"], FIGURE_2["bleu"],
            FIGURE_2["bleu_of_copying"], FIGURE_2["compiles"], FIGURE_2["exact"],
        ],
        [
            "ours at its best", best["tokens"] / 1e6,
            *(best.get(key) for key in ("improvement", "mape_after", "bleu", "bleu_of_copying", "compiles", "exact")),
        ],
    ]  # fmt: skip
    headers = (
        "model",
        "million tokens",
        "improvement alone (%)",
        "MAPE after (%)",
        "BLEU",
        "BLEU of copying",
        "compiles (%)",
        "exact (%)",
    )
    two.blocks.append(Table(headers, rows))
    two.blocks.append(
        Text(
            f"{found['parameters']:,} parameters, context {found['context']}; on test functions {found['unfit']} did "
            f"not fit and got -Oz, {found['unread']} answers were no list, "
            f"{found['better_than_autotuner']} lists beat the "
            f"autotuner's (the paper: 710 of 100,000), {found['lists_not_in_training']} different lists are not in the "
            f"training data (the paper: 105). MAPE of the count before {shown(found['mape_before'])}%, "
            f"after {shown(found['mape_after'])}%. "
            f"{found['milliseconds_a_function']} ms a function."
        )
    )
    five = Section("Table V: errors of the model's code")
    errors, ours = found["code"]["errors"], max(1, sum(found["code"]["errors"].values()))
    paper = sum(TABLE_V.values())
    rows = [
        [name, count, 100 * count / paper, errors.get(name, 0), 100 * errors.get(name, 0) / ours]
        for name, count in TABLE_V.items()
    ]
    rows.append(["total", paper, 100.0, sum(errors.values()), 100.0 if errors else 0.0])
    five.blocks.append(Table(("error category", "paper", "paper, %", "ours", "ours, %"), rows))
    code = found["code"]
    five.blocks.append(
        Text(
            f"Of {code['functions']} functions {code['compiles']}% of the generated code compiles (the paper: 90.3%), "
            f"{code['exact']}% is exact (68.4%), BLEU {code['bleu']} (copying the input: {code['bleu_of_copying']})."
        )
    )
    means = found["meaning"]
    five.blocks.append(
        Text(
            f"Of {means['functions']} that compile and are not exact, {means['validated']} mean what the function "
            f"means as far as the lab's interpreter finds ({means['proved']} proved by Z3), "
            f"{means['different']} do not, {means['undecided']} are undecided. The paper could "
            "not tell (21.9% of its functions)."
        )
    )
    six = Section("Figure 6: code against list")
    six.blocks += figure(figures, "figure-6", "Quality of generated code where the list is worse or better than -Oz.")
    rows = [
        [
            row["bin"],
            row["functions"],
            *(
                None if row[key] is None else f"{row[key][0]:.2f} ± {row[key][1]:.2f}"
                for key in ("bleu", "compiles", "mape_after")
            ),
        ]
        for row in found["by_list_quality"]
    ]
    six.blocks.append(Table(("list", "functions", "BLEU", "compiles (%)", "MAPE after (%)"), rows))
    listings = Section("Listings")
    for row in found["listings"]:
        listings.blocks.append(Text(f"After Listing {row['listing']}: {row['about']}. Found {row['found']} times."))
        if "reason" in row:
            listings.blocks.append(
                Text(f"Chosen because: {row['reason']}; the shortest of its kind ({row['package']}).")
            )
            listings.blocks.append(Code(row["input"], "Input:"))
            listings.blocks.append(
                Code(row["compiler"], f"Compiler, with the model's list ({' '.join(row['passes'])}):")
            )
            listings.blocks.append(Code(row["model"], "Model:"))
            if row["listing"] in ("1", "4"):
                listings.blocks.append(Code(row["autotuner"], f"Autotuner ({' '.join(row['tuned'])}):"))
    return [two, five, six, listings]


def breakdown_sections(results: Results, figures: dict[str, str]) -> list[Section]:
    found = results.get("breakdown")
    if found is None:
        return [missing("Figures 3 to 5", "breakdown")]
    made = Section("Figures 3, 4 and 5: passes, sources, sizes")
    for arm in ("paper", "trusted"):
        made.blocks += figure(figures, f"figure-3-{arm}", f"Figure 3: passes and lengths of lists, {ARM_NAMES[arm]}.")
    rows: list[Row] = [
        [
            PAPER + who,
            100_000,
            FIGURE_3[f"oz_share_{who}"],
            FIGURE_3[f"mean_length_{who}"],
            int(FIGURE_3[f"longest_{who}"]),
        ]
        for who in ("autotuner", "model")
    ]
    for arm, data in found.items():
        for name, lists in data["lists"].items():
            about = f"{ARM_NAMES[arm]}: {NAMES.get(name, name)}"
            rows.append([about, lists["functions"], lists["oz_share"], lists["mean_length"], lists["longest"]])
    headers = ("lists", "functions", "-Oz alone (%)", "mean length of others", "longest")
    made.blocks.append(Table(headers, rows))
    made.blocks += figure(figures, "figure-4", "Figure 4: gain by source of the functions.")
    made.blocks += figure(figures, "figure-5", "Figure 5: gain by unoptimised instructions of the function.")
    return [made]


def ablations_sections(results: Results, figures: dict[str, str]) -> list[Section]:
    found = results.get("ablations")
    if found is None:
        return [missing("Table VI and Figure 8", "ablations")]
    made = Section("Table VI and Figure 8: ablations")
    best = TABLE_VI[0][2]
    rows: list[Row] = [
        [f"{PAPER}{count:,} examples", code, overall, f"{100 * (overall - best) / best:+.0f}%", None]
        for count, code, overall in TABLE_VI
    ]
    own = found["variants"][0]["best_with_backup"]
    for variant in found["variants"]:
        change = f"{100 * (variant['best_with_backup'] - own) / own:+.0f}%" if own > 0 else None
        rows.append(
            [
                f"{variant['fraction']:.0%} of the data",
                variant["with_code"],
                variant["best"],
                change,
                variant["best_with_backup"],
            ]
        )
    headers = (
        "training data",
        "generates code",
        "improvement alone (%)",
        "change (ours: with backup)",
        "with backup (%)",
    )
    made.blocks.append(Table(headers, rows, "Best checkpoint on validation functions"))
    made.blocks += figure(figures, "figure-8", "Figure 8: improvement over -Oz on validation functions, alone.")
    return [made]


def translation_sections(results: Results, figures: dict[str, str]) -> list[Section]:
    found = results.get("translation")
    if found is None:
        return [missing("Figure 7", "translation")]
    made = Section("Figure 7: single passes by the model")
    mean = found["mean"]
    rows: list[Row] = [
        [PAPER + "mean of 60 passes", FIGURE_7["bleu"], FIGURE_7["exact"], FIGURE_7["compiles"], None],
        [
            f"mean of {len(found['passes'])} passes",
            *(mean[key] for key in ("bleu", "exact", "compiles", "bleu_of_copying")),
        ],
    ]
    made.blocks.append(Table(("passes", "BLEU", "exact (%)", "compiles (%)", "BLEU of copying"), rows))
    made.blocks.append(
        Text(
            f"{found['examples']:,} examples ({found['fitting']:,} fit), {found['parameters']:,} parameters. "
            f"{found['above_half_exact_on_simple']} passes are exact on more than half of the held-out functions of at "
            "most 60 instructions that they change."
        )
    )
    means = found["meaning"]
    made.blocks.append(
        Text(
            f"Of {means['functions']} answers that compile and are not exact, {means['validated']} mean what their "
            f"input means as far as the interpreter finds, {means['different']} do not, "
            f"{means['undecided']} are undecided."
        )
    )
    made.blocks += figure(
        figures, "figure-7", "Above: quality by pass. Below: lists of the main model that hold the pass."
    )
    keys = (
        "bleu",
        "exact",
        "compiles",
        "bleu_of_copying",
        "exact_of_copying",
        "exact_simple_changed",
        "simple_changed",
    )
    rows = [
        [row["pass"], row["functions"], row["changed"], *(row[key] for key in keys), row["better"], row["worse"]]
        for row in found["passes"]
    ]
    headers = (
        "pass", "examples", "changed", "BLEU", "exact (%)", "compiles (%)", "BLEU of copying", "exact of copying (%)",
        "exact where changed, at most 60 instructions (%)", "of", "in better lists", "in worse lists",
    )  # fmt: skip
    made.blocks.append(Table(headers, rows, "Held-out functions, pass by pass"))
    for row in found["failures"]:
        made.blocks.append(Text(f"After Listing 6: -{row['pass']}; compiles, BLEU {row['bleu']}, and is wrong."))
        for name in ("input", "compiler", "model"):
            made.blocks.append(Code(row[name], f"{name.capitalize()}:"))
    return [made]
