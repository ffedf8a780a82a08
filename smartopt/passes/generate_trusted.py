"""Makes ``data/trusted-<major>.json`` with a real ``opt``.

    python -m smartopt.passes.generate_trusted --opt opt-22          write the data of that LLVM version
    python -m smartopt.passes.generate_trusted --opt opt-22 --check  compare it with the committed data

Trust comes from exposure. Tier A are the passes of the default pipelines O1, O2, O3, Os and Oz
(``-print-pipeline-passes``) that are not banned. Tier G are the IR passes that clang's own code generation runs for
every program on x86-64, AArch64, Arm or RISC-V (``data/exposure-<major>.json``). Tier B are passes outside both that a
record admits (``data/trust-records.json``). ``data/banned.json`` bans passes of every tier.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..errors import SmartoptError, ToolchainError
from .nesting import legalise, spell
from .pass_table import DATA, PassTable, Row, read_banned
from .pipeline import Node, Pipeline, parse

__all__ = ["generate", "main", "render"]

LEVELS = ("Oz", "Os", "O1", "O2", "O3")

# IR passes that clang's code generation adds at its levels (``llc -debug-pass=Structure`` lists them).
CODE_GENERATION = (
    "canon-freeze", "consthoist", "lcssa", "loop-reduce", "loop-simplify", "mergeicmps", "partially-inline-libcalls",
)  # fmt: skip
# Run by none of clang's pipelines, but admitted by a record: simple rewriting without value-range reasoning.
BY_RECORD = ("break-crit-edges", "lower-switch", "reg2mem")

# Options that may be combined, each of which clang uses at some level; "all" takes every one that a level prints.
FLAGS: dict[str, str | tuple[str, ...]] = {
    "simplifycfg": "all",
    "instcombine": ("no-verify-fixpoint", "no-use-loop-info"),
    "licm": ("allowspeculation", "no-allowspeculation"),
    "loop-rotate": ("header-duplication", "no-header-duplication", "no-prepare-for-lto"),
    "mldst-motion": ("no-split-footer-bb",),
}
# Numeric options and their range: the value that every level has, which a list may spell out.
NUMBERS = {"simplifycfg": {"bonus-inst-threshold": (1, 1)}, "instcombine": {"max-iterations": (1, 1)}}
EXACT: dict[str, tuple[str, ...]] = {
    "early-cse": ("memssa",),
    "sroa": ("modify-cfg", "preserve-cfg"),
    "simple-loop-unswitch": ("no-nontrivial;trivial",),
    "loop-unroll": ("O1", "O2", "O3"),
    "function-attrs": ("skip-non-recursive-function-attrs",),
    "inline": ("only-mandatory",),
    "ipsccp": ("no-func-spec",),
}
# Tried besides the variants in the default pipelines.
EXTRA_VARIANTS = {
    "simplifycfg": (
        "no-keep-loops",
        "hoist-common-insts",
        "sink-common-insts",
        "hoist-common-insts;sink-common-insts",
        "no-keep-loops;hoist-common-insts;sink-common-insts",
        "switch-range-to-icmp;no-keep-loops;hoist-common-insts;sink-common-insts",
        "switch-to-lookup",
        "forward-switch-cond",
    ),
    "early-cse": ("memssa",),
    "inline": ("only-mandatory",),
    "ipsccp": ("no-func-spec",),
}
# Legal but not worth trying: a function that is unrolled as another level would do it only grows.
UNTRIED = {"loop-unroll<O1>", "loop-unroll<O3>"}
AFTER = {"elim-avail-extern": "always-inline"}
_SECTIONS = {
    "Module passes": "module",
    "CGSCC passes": "cgscc",
    "Function passes": "function",
    "LoopNest passes": "loop",
    "Loop passes": "loop",
    "Machine module passes (WIP)": "machine",
    "Machine function passes (WIP)": "machine",
}
_EMPTY_MODULE = "define void @f() { ret void }\n"


class _Opt:
    """Runs the real opt to ask about passes."""

    def __init__(self, command: str) -> None:
        self._command = command

    def ask(self, *arguments: str) -> str:
        try:
            done = subprocess.run([self._command, *arguments], capture_output=True, text=True, timeout=60, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ToolchainError(f"{self._command} could not be run: {error}") from error
        if done.returncode != 0:
            message = done.stderr.strip().splitlines() or [f"status {done.returncode}"]
            raise ToolchainError(f"{self._command} refused {arguments[0][:200]!r}: {message[0]}")
        return done.stdout

    def expand(self, pipeline: str) -> Pipeline:
        """A pipeline as opt prints it, without the verifier that opt adds."""
        with tempfile.TemporaryDirectory() as folder:
            module = Path(folder) / "empty.ll"
            module.write_text(_EMPTY_MODULE, encoding="ascii")
            printed = self.ask(f"-passes={pipeline}", "-print-pipeline-passes", "-disable-output", str(module))
        nodes = parse(printed.strip()).nodes
        return Pipeline(nodes[:-1] if nodes[-1].name == "verify" else nodes)

    def version(self) -> str:
        match = re.search(r"LLVM version (\d+\.\d+\.\d+)", self.ask("--version"))
        if match is None:
            raise ToolchainError(f"{self._command} does not print its LLVM version")
        return match.group(1)


@dataclass
class _Known:
    """The output of ``opt --print-passes``: names by level, and the documented options by name."""

    names: dict[str, list[str]] = field(default_factory=dict)
    documented: dict[str, list[str]] = field(default_factory=dict)


def _known(opt: _Opt) -> _Known:
    known = _Known()
    level = ""
    with_params = False
    for line in opt.ask("--print-passes").splitlines():
        if not line.startswith(" "):
            title = line.rstrip(":")
            with_params = title.endswith(" with params")
            level = _SECTIONS.get(title.removesuffix(" with params"), "")
            continue
        name = line.strip()
        if with_params:
            name, options = _split_last_group(name)
            known.documented[name] = [item for item in options.split(";") if item]
        if level and name not in known.names.setdefault(level, []):
            known.names[level].append(name)
    return known


def _split_last_group(text: str) -> tuple[str, str]:
    """``a<b><c;d=<e>>`` is ``a<b>`` and ``c;d=<e>``."""
    depth = 0
    for position in range(len(text) - 1, -1, -1):
        depth += (text[position] == ">") - (text[position] == "<")
        if depth == 0 and text[position] == "<":
            return text[:position], text[position + 1 : -1]
    return text, ""


def _passes(pipeline: Pipeline) -> Iterator[Node]:
    return (node for node in pipeline.walk() if node.children is None)


def _bare_options(opt: _Opt, table: PassTable, nodes: Iterable[Node]) -> dict[str, tuple[str, ...]]:
    """The options that each pass has if none are given, as opt prints them; () if it takes none."""
    names = sorted({node.name for node in nodes})
    # All in one run of opt, which takes longer to start than to print; each nested by itself.
    plain = [str(node) for name in names for node in legalise(name, "module", table) if name != "instcombine"]
    printed = opt.expand(",".join([*plain, "instcombine"]))
    out: dict[str, tuple[str, ...]] = {}
    for node in _passes(printed):
        out.setdefault(node.name, node.options)
    return out


def _compact(node: Node, bare: dict[str, tuple[str, ...]]) -> Node:
    """The shortest safe spelling of a node that opt printed in full."""
    kept = [item for item in node.options if item not in bare.get(node.name, ())]
    return spell(replace(node, params=f"<{';'.join(kept)}>" if kept else ""))


def _row(name: str, tier: str, table: PassTable, known: _Known, seen: set[str], variants: list[str]) -> dict[str, Any]:
    levels = table.levels(Node(name))
    row: dict[str, Any] = {"name": name, "level": levels[0], "tier": tier}
    flags = FLAGS.get(name, ())
    if flags == "all":
        row["flags"] = sorted(item for item in seen if "=" not in item)
    elif flags:
        documented = known.documented.get(name, [])
        row["flags"] = sorted(item for item in flags if item in {*documented, *seen})
    if name in NUMBERS:
        row["numbers"] = {option: list(bounds) for option, bounds in NUMBERS[name].items()}
    if name in EXACT:
        row["exact"] = list(EXACT[name])
    if name in AFTER:
        row["after"] = AFTER[name]
    allowed = {*row.get("flags", ()), *row.get("numbers", ())}
    extra = [
        str(spell(Node(name, f"<{options}>")))
        for options in EXTRA_VARIANTS.get(name, ())
        if name not in FLAGS or all(item.split("=")[0] in allowed for item in options.split(";"))
    ]
    first = str(spell(Node(name)))
    row["variants"] = [v for v in dict.fromkeys([first, *variants, *extra]) if v not in UNTRIED]
    return row


def _trusted_only(
    nodes: Iterable[Node], rows: dict[str, dict[str, Any]], bare: dict[str, tuple[str, ...]]
) -> list[Node]:
    """The trusted nodes of a default pipeline, in short spelling, without the adaptors that this leaves empty."""
    out: list[Node] = []
    for node in nodes:
        if node.children is not None:
            inside = _trusted_only(node.children, rows, bare)
            if inside:
                out.append(replace(node, children=tuple(inside)))
            continue
        row = rows.get(node.name)
        if row is None:
            continue
        short = _compact(node, bare)
        if node.name in EXACT and short.params and short.params[1:-1] not in EXACT[node.name]:
            continue
        out.append(short)
    return out


def _bundles(
    opt: _Opt,
    table: PassTable,
    defaults: dict[str, Pipeline],
    rows: dict[str, dict[str, Any]],
    bare: dict[str, tuple[str, ...]],
) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    for level, pipeline in defaults.items():
        functions = [node for node in pipeline if node.name == "function" and node.params == "<eager-inv>"]
        main = opt.expand(f"function(function-simplification<{level}>)").nodes
        pieces = {
            "early": [child for node in functions[:-1] for child in node.children or ()],
            "function-simplification": [child for node in main for child in node.children or ()],
            "late": list(functions[-1].children or ()),
        }
        for kind, nodes in pieces.items():
            kept = Pipeline(tuple(_trusted_only(nodes, rows, bare)))
            text = str(legalise(kept, "function", table))
            out.append({"name": f"{kind}<{level}>", "native": kind == "function-simplification", "text": text})
    return out


def generate(opt_command: str) -> dict[str, Any]:
    """The data of one LLVM version. Raises ToolchainError if opt cannot be run or refuses what it printed."""
    opt = _Opt(opt_command)
    version = opt.version()
    known = _known(opt)
    names = {level: tuple(found) for level, found in known.names.items()}
    banned = read_banned()
    table = PassTable(int(version.split(".")[0]), version, "", {}, {}, (), names, banned)
    defaults = {level: opt.expand(f"default<{level}>") for level in LEVELS}
    seen = [node for pipeline in defaults.values() for node in _passes(pipeline)]
    tier = {node.name: "A" for node in seen if table.ban(Node(node.name)) is None}
    for letter, names_of_tier in (("G", CODE_GENERATION), ("B", BY_RECORD)):
        for name in names_of_tier:
            if table.levels(Node(name)) and table.ban(Node(name)) is None:
                tier.setdefault(name, letter)
    bare = _bare_options(opt, table, [Node(name) for name in tier])
    rows: dict[str, dict[str, Any]] = {}
    for name in sorted(tier, key=lambda item: ("AGB".index(tier[item]), item)):
        here = [node for node in seen if node.name == name and table.ban(node) is None]
        options = {item for node in here for item in node.options} | set(bare[name])
        short = list(dict.fromkeys(str(_compact(node, bare)) for node in here))
        rows[name] = _row(name, tier[name], table, known, options, short)
    trusted = replace(table, rows={name: _as_row(row) for name, row in rows.items()})
    return {
        "schema": 1,
        "llvm": version,
        "major": table.major,
        "passes": list(rows.values()),
        "bundles": _bundles(opt, trusted, defaults, rows, bare),
        "metas": [f"default<{level}>" for level in LEVELS],
        "names": {level: " ".join(found) for level, found in sorted(names.items())},
    }


def _as_row(row: dict[str, Any]) -> Row:
    return Row(row["name"], row["level"], row["tier"], variants=tuple(row["variants"]))


def render(data: dict[str, Any]) -> str:
    """The file's text: one line per pass and bundle, so that diffs are easy to read."""
    lines = ["{"]
    for position, (key, value) in enumerate(data.items()):
        end = "," if position + 1 < len(data) else ""
        if isinstance(value, list) and value and isinstance(value[0], dict):
            body = ",\n".join("    " + json.dumps(item) for item in value)
            lines.append(f"  {json.dumps(key)}: [\n{body}\n  ]{end}")
        elif isinstance(value, dict):
            body = ",\n".join(f"    {json.dumps(name)}: {json.dumps(item)}" for name, item in value.items())
            lines.append(f"  {json.dumps(key)}: {{\n{body}\n  }}{end}")
        else:
            lines.append(f"  {json.dumps(key)}: {json.dumps(value)}{end}")
    return "\n".join([*lines, "}", ""])


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns the exit code (1: ``--check`` found a difference)."""
    parser = argparse.ArgumentParser(
        prog="python -m smartopt.passes.generate_trusted", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--opt", required=True, help="the opt to ask, such as opt-22")
    parser.add_argument("--check", action="store_true", help="compare with the committed data and write nothing")
    chosen = parser.parse_args(arguments)
    try:
        data = generate(chosen.opt)
    except SmartoptError as error:
        print(f"generate_trusted: {error}", file=sys.stderr)
        return error.exit_code
    path = Path(DATA) / f"trusted-{data['major']}.json"
    text = render(data)
    if chosen.check:
        same = path.is_file() and path.read_text(encoding="utf-8") == text
        print(f"{path.name}: {'as committed' if same else 'differs from the committed data'}")
        return 0 if same else 1
    path.write_text(text, encoding="utf-8")
    print(f"{path.name}: {len(data['passes'])} passes, {len(data['bundles'])} bundles")
    return 0


if __name__ == "__main__":
    sys.exit(main())
