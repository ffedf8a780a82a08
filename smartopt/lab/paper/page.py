"""The page: every table and figure of the paper with the paper's number beside ours, made of stored results alone.

``index.html``, ``index.md`` and ``figures/*.svg`` in the run's folder. Parts that have not run are named as missing.
Nothing is trained or compiled here, so the page can be made again at any time (``--page-only``).
"""

from __future__ import annotations

import shlex
from typing import Any

from .document import PAPER, Code, Figure, Section, Table, Text, to_html, to_markdown
from .figures import NAMES, draw_figures
from .parts import PARTS
from .published import FIGURE_2, FIGURE_3, FIGURE_7, TABLE_I, TABLE_II, TABLE_III, TABLE_IV, TABLE_V, TABLE_VI
from .study import Study, read_json

__all__ = ["write_page"]

TITLE = "Large Language Models for Compiler Optimization, made again"

_ARM = {"paper": "the paper's arm", "trusted": "trusted arm"}

_NEEDS = (
    "The full scale trains a model of 7 billion parameters on 15.7 billion tokens for each of its variants: about 6e20 "
    "operations, or 17 days of one accelerator at 4e14 operations a second, with at least 140 GB of memory for "
    "weights, gradients and the optimiser. Its search makes two billion compilations, at about a millisecond each: a "
    "month of one processor, or hours of a cluster."
)

Results = dict[str, dict[str, Any]]
Row = list[object]


def write_page(study: Study, command: str) -> None:
    """Write the page of whatever results the run's folder holds."""
    stored = {name: read_json(study.result_path(name)) for name in PARTS if study.result_path(name).exists()}
    results = {name: one["result"] for name, one in stored.items()}
    figures = draw_figures(results, study.out / "figures")
    sections = [
        _about(study, command, stored),
        *_functions(results),
        *_approaches(results),
        *_labels(results),
        *_model(results, figures),
        *_breakdown(results, figures),
        *_ablations(results, figures),
        *_translation(results, figures),
        *_discussion(results, figures),
        *_speed(results),
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


def _functions(results: Results) -> list[Section]:
    found = results.get("functions")
    if found is None:
        return [_missing("Tables I and II", "functions")]
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
                    f"{_ARM[arm]}: {row['source']}",
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
            rows.append([f"{_ARM[arm]}: {row['source']}", *numbers])
    headers = ("source", "functions", "unoptimised instructions", "-Oz instructions", "unoptimised bytes", "-Oz bytes")
    two.blocks.append(Table(headers, rows))
    for arm, data in found.items():
        left = ", ".join(f"{count} {why}" for why, count in data["left_out"].items() if count)
        note = f"{_ARM[arm]}: {data['about']}; {data['passes']} passes and {len(data['metas'])} meta-flags. "
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


def _approaches(results: Results) -> list[Section]:
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
                    rows.append([f"{_ARM[arm]}: {name}", extra, *counts, _overall(row)])
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


def _relative(results: Results) -> list[Text | Code | Table | Figure]:
    """What AutoPhase and Coreset-NVP reach of the model, the head room of the arms, and what crashed."""
    rows: list[Row] = [
        [PAPER + NAMES[key], round(100 * TABLE_IV[key][1] / TABLE_IV["model"][1], 1)] for key in ("autophase", "nvp")
    ]
    for arm in ("paper", "trusted"):
        approaches = _approach_rows(results, arm)
        models = [found["backup"]["instructions"]["overall"] for key, _, found in approaches if key == "model"]
        best = max(models, default=0.0)
        for key, name, found in approaches:
            if key in ("autophase", "nvp") and best > 0:
                rows.append([f"{_ARM[arm]}: {name}", round(100 * found["backup"]["instructions"]["overall"] / best, 1)])
    blocks: list[Text | Code | Table | Figure] = [
        Table(("approach", "per cent of the best model's"), rows, "Against the model, with backup, in instructions")
    ]
    tuner = results.get("autotuner")
    if tuner is not None:
        head: list[Row] = [[PAPER + "LLVM 10, 2.5 billion compilations", TABLE_III["autotuner"][5], None, 949.0, None]]
        for arm in ("paper", "trusted"):
            found = tuner[arm]["splits"]["test"]
            tried = found["alone"]["additional_compilations"]
            overall = found["backup"]["instructions"]["overall"]
            head.append([_ARM[arm], overall, tried, found["processor_days"], tuner[arm]["lists_broadcast"]])
        headers = ("setting", "autotuner's gain (%)", "compilations", "processor days", "lists broadcast")
        blocks.append(Table(headers, head, "Head room: what the autotuner finds on the test functions (section III-B)"))
        crashes: list[Row] = []
        for arm in ("paper", "trusted"):
            deaths = tuner[arm]["deaths"]
            reasons = ", ".join(f"{count} {why}" for why, count in deaths["reasons"].items()) or "none"
            example = deaths["most"][0][0] if deaths["most"] else None
            crashes.append([_ARM[arm], reasons, deaths["pipelines"], example])
        names = ("setting", "outcomes lost", "different lists", "for example")
        blocks.append(Table(names, crashes, "Lists that crashed, hung or were refused, in the search"))
    return blocks


def _labels(results: Results) -> list[Section]:
    found = results.get("choosers")
    if found is None:
        return [_missing("The product's choosers", "choosers")]
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


def _model(results: Results, figures: dict[str, str]) -> list[Section]:
    found = results.get("model")
    if found is None:
        return [_missing("Figure 2, Table V, Figure 6 and listings", "model")]
    two = Section("Figure 2: the model during training")
    two.blocks += _figure(figures, "figure-2", "On validation functions. Dashed: the paper at its peak.")
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
            f"training data (the paper: 105). MAPE of the count before {found['mape_before']}%, "
            f"after {found['mape_after']}%. "
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
            f"means as far as the lab's interpreter finds ({means['proved']} proved by Z3), {means['different']} do not, "
            f"{means['undecided']} are undecided. The paper could not tell (21.9% of its functions)."
        )
    )
    six = Section("Figure 6: code against list")
    six.blocks += _figure(figures, "figure-6", "Quality of generated code where the list is worse or better than -Oz.")
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


def _breakdown(results: Results, figures: dict[str, str]) -> list[Section]:
    found = results.get("breakdown")
    if found is None:
        return [_missing("Figures 3 to 5", "breakdown")]
    made = Section("Figures 3, 4 and 5: passes, sources, sizes")
    for arm in ("paper", "trusted"):
        made.blocks += _figure(figures, f"figure-3-{arm}", f"Figure 3: passes and lengths of lists, {arm} arm.")
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
            about = f"{_ARM[arm]}: {NAMES.get(name, name)}"
            rows.append([about, lists["functions"], lists["oz_share"], lists["mean_length"], lists["longest"]])
    headers = ("lists", "functions", "-Oz alone (%)", "mean length of others", "longest")
    made.blocks.append(Table(headers, rows))
    made.blocks += _figure(figures, "figure-4", "Figure 4: gain by source of the functions.")
    made.blocks += _figure(figures, "figure-5", "Figure 5: gain by unoptimised instructions of the function.")
    return [made]


def _ablations(results: Results, figures: dict[str, str]) -> list[Section]:
    found = results.get("ablations")
    if found is None:
        return [_missing("Table VI and Figure 8", "ablations")]
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
    made.blocks += _figure(figures, "figure-8", "Figure 8: improvement over -Oz on validation functions, alone.")
    return [made]


def _translation(results: Results, figures: dict[str, str]) -> list[Section]:
    found = results.get("translation")
    if found is None:
        return [_missing("Figure 7", "translation")]
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
            f"input means as far as the interpreter finds, {means['different']} do not, {means['undecided']} are undecided."
        )
    )
    made.blocks += _figure(
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


def _discussion(results: Results, figures: dict[str, str]) -> list[Section]:
    made = Section("Section VI: what became of its wishes")
    if "context" in results:
        found = results["context"]
        made.blocks += _figure(
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
        made.blocks += _figure(figures, "autophase", "AutoPhase during training, on validation functions.")
    for part in ("context", "arithmetic", "inference", "sequences", "active"):
        if part not in results:
            made.blocks.append(Text(f"The part {part} has not run."))
    return [made]


def _speed(results: Results) -> list[Section]:
    found = results.get("speed")
    if found is None:
        return [_missing("A second objective: speed", "speed")]
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


def _figure(figures: dict[str, str], name: str, caption: str) -> list[Text | Code | Table | Figure]:
    return [Figure(figures[name], caption)] if name in figures else []


def _missing(title: str, part: str) -> Section:
    return Section(title, [Text(f"The part {part} has not run.")])
