"""Prints an evaluation as tables; everything is computed before."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

__all__ = ["show"]


def show(console: Console, data: dict[str, Any]) -> None:
    """Everything that fits a terminal; the JSON has the rest."""
    unit = "bytes" if data["objective"] == "size" else "instructions"
    head = f"{data['split']}: {data['functions']:,} functions, {len(data['packages'])} packages, {data['lists']} lists"
    if data["final_word"]:
        console.print("[bold]The test split: the final word. Nothing may be chosen by looking at it.[/bold]")
    best, tuned = data["best_of_lists"], data["autotuner"]
    console.print(f"{head}; -Oz: {data['oz'][unit]:,} {unit}; best of all lists {best['overall']:.2f}% fewer")
    if tuned is not None:
        ran = f"autotuner on {tuned['functions']:,} of them: {tuned['improved']:,} improved"
        saved = f"{tuned['saved']:,} {unit} saved ({tuned['overall']:.2f}%)"
        console.print(f"{ran}, {saved}, of which the lists reach {tuned['best_of_lists_share']:.1f}%")
    console.print(_shares(data))
    console.print(_plain(data, "Milliseconds a function at that work: choosing, reading, trials", "total_ms"))
    console.print(_times(data))
    if any("share_of_autotuner" in row for one in data["choosers"] for row in one["at"]):
        console.print(_plain(data, "Share of the autotuner's gain (its sample), %", "share_of_autotuner"))
    for one in data["choosers"]:
        if one["gate"] is not None:
            console.print(_gate(one["name"], one["gate"]))
    console.print(_paper(data, unit))
    console.print(_packages(data))


def _shares(data: dict[str, Any]) -> Table:
    """With intervals of one kind, and stars where the coreset is clearly behind."""
    title = (
        "Share of the best of all lists, %, -Oz as backup, at the work (in instructions) of so many lists a function"
    )
    if data["draws"]:
        title += "; 95% intervals by function within packages; *, **: clear of the coreset by function, also by package"
    table = Table(title=title)
    table.add_column("chooser")
    for row in data["choosers"][0]["at"]:
        table.add_column(f"@{row['k']}", justify="right")
    table.add_column("ms to choose", justify="right")
    for one in data["choosers"]:
        table.add_row(one["name"], *(_cell(row) for row in one["at"]), f"{one['choose_ms']:.3f}")
    return table


def _times(data: dict[str, Any]) -> Table:
    """At equal milliseconds; a dash where choosing alone takes longer."""
    cost = data["cost"]
    trial = f"a trial {cost['trial_ms']:g} ms and {cost['trial_ms_a_hundred']:g} ms a hundred instructions"
    title = f"Share of the best of all lists, %, at equal milliseconds a function ({trial}; choosing as measured)"
    table = Table(title=title)
    table.add_column("chooser")
    for row in data["choosers"][0]["at_ms"]:
        table.add_column(f"{row['ms']:g} ms", justify="right")
    for one in data["choosers"]:
        shares = (row["share"] for row in one["at_ms"])
        table.add_row(one["name"], *("-" if share is None else f"{share:.1f}" for share in shares))
    return table


def _cell(row: dict[str, Any]) -> str:
    cell = f"{row['share']:.1f}"
    if "function" in row["intervals"]:
        low, high = row["intervals"]["function"]["share"]
        cell += rf" \[{low:.1f}, {high:.1f}]"
    ahead = [row["intervals"].get(by, {}).get("share_beyond_coreset", [0.0])[0] > 0 for by in ("function", "package")]
    return cell + (" **" if all(ahead) else " *" if ahead[0] else "")


def _plain(data: dict[str, Any], title: str, key: str) -> Table:
    table = Table(title=title)
    table.add_column("chooser")
    for row in data["choosers"][0]["at"]:
        table.add_column(f"@{row['k']}", justify="right")
    for one in data["choosers"]:
        table.add_row(one["name"], *(f"{row[key]:.1f}" for row in one["at"]))
    return table


def _gate(name: str, gate: dict[str, Any]) -> Table:
    table = Table(
        title=f"Skipping by {name}: {gate['improved']:.1f}% of the functions can be improved; AUC {gate['auc']:.3f}"
    )
    for heading in (
        "functions skipped %",
        "probability below",
        "gain lost %",
        "rightly skipped %",
        "of the hopeless %",
    ):
        table.add_column(heading, justify="right")
    for row in gate["skip"]:
        values = (row["gain_lost"], row["precision"], row["recall"])
        table.add_row(str(row["skipped"]), f"{row['least_probability']:.3f}", *(f"{value:.1f}" for value in values))
    return table


def _paper(data: dict[str, Any], unit: str) -> Table:
    """The paper's Tables III and IV for the smallest and the largest k."""
    second = "instructions" if unit == "bytes" else "bytes"
    table = Table(
        title=f"As the paper's Tables III (alone) and IV (with -Oz backup: the last three columns); chosen by {unit}"
    )
    table.add_column("chooser")
    table.add_column("k", justify="right")
    for heading in ("more compilations", "improved", "regressed", "saved", "lost", "overall %"):
        table.add_column(heading, justify="right")
    for heading in ("with backup", f"{unit} %", f"{second} %"):
        table.add_column(heading, justify="right")
    for one in data["choosers"]:
        rows = one["at"] if len(one["at"]) < 2 else [one["at"][0], one["at"][-1]]
        for row in rows:
            alone, backup = row["alone"], row["backup"]
            table.add_row(
                one["name"],
                str(row["k"]),
                f"{alone['additional_compilations']:,}",
                *(f"{alone[unit][key]:,}" for key in ("improved", "regressed", "saved", "lost")),
                f"{alone[unit]['overall']:.2f}",
                f"{backup['additional_compilations']:,}",
                f"{backup[unit]['overall']:.2f}",
                f"{backup[second]['overall']:.2f}",
                end_section=row is rows[-1],
            )
    return table


def _packages(data: dict[str, Any]) -> Table:
    table = Table(title="By package: % saved over -Oz, work of the smallest and the largest k, -Oz as backup")
    table.add_column("chooser")
    for name, about in data["packages"].items():
        table.add_column(f"{name}\n{about['functions']:,}", justify="right")
    for one in data["choosers"]:
        cells = []
        for name in data["packages"]:
            values = list(one["packages"][name]["overall"].values())
            cells.append(f"{values[0]:.2f} … {values[-1]:.2f}")
        table.add_row(one["name"], *cells)
    return table
