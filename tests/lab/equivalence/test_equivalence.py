"""The equivalence check: its interpreter against the machine, its rules one by one, and wrong code that is known."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from smartopt.errors import UsageError
from smartopt.lab.app import make_app
from smartopt.lab.equivalence import Campaign, lists_of, record, run_campaign
from smartopt.lab.equivalence.check import Settings, Subject
from smartopt.lab.equivalence.machine import Program
from smartopt.lab.equivalence.proof import prove
from smartopt.lab.equivalence.reader import read_module
from smartopt.lab.equivalence.report import KIND
from smartopt.lab.equivalence.run import Run
from smartopt.lab.equivalence.shapes import shape_module
from smartopt.lab.equivalence.world import World
from smartopt.lab.results import read_results
from smartopt.passes.trusted import Trusted

needs_tools = pytest.mark.skipif(not all(map(shutil.which, ("clang-22", "opt-22"))), reason="LLVM 22 is not installed")
VERSIONS = [
    pytest.param(version, marks=pytest.mark.skipif(not shutil.which(f"clang-{version}"), reason=f"no LLVM {version}"))
    for version in ("22", "19")
]
SOURCES = Path(__file__).parent / "sources"


def compiled(source: Path, folder: Path, version: str, *flags: str) -> Path:
    """The IR of a C file, as text."""
    target = folder / f"{source.stem}.ll"
    command = [f"clang-{version}", *flags, "-w", "-S", "-emit-llvm", "-o", target, source]
    subprocess.run(command, check=True, timeout=60)
    return target


# -- the interpreter -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("level", ["-O0", "-O2"])
def test_the_interpreter_computes_what_the_machine_does(version: str, level: str, tmp_path: Path) -> None:
    source = SOURCES / "native.c"
    text = compiled(
        source, tmp_path, version, level, "-fwrapv", "-ffp-contract=off", "-fno-vectorize", "-fno-slp-vectorize"
    ).read_text()
    module = read_module(text)
    names = re.findall(r"^long (\w+)\(", source.read_text(), re.MULTILINE)
    rng = random.Random(1)
    special = (
        0,
        1,
        -1,
        2,
        3,
        7,
        100,
        127,
        128,
        255,
        -128,
        32767,
        65535,
        2**31 - 1,
        -(2**31),
        2**32,
        2**63 - 1,
        -(2**63),
    )
    pairs = [(rng.choice(special), rng.choice(special)) for _ in range(8)]
    pairs += [(rng.getrandbits(64) - 2**63, rng.getrandbits(64) - 2**63) for _ in range(8)]
    calls = "".join(
        f'  for (int i = 0; i < {len(pairs)}; i++) printf("{name} %d %ld\\n", i, {name}(in[i][0], in[i][1]));\n'
        for name in names
    )
    values = ", ".join(f"{{{a + 2**64 if a < 0 else a}u, {b + 2**64 if b < 0 else b}u}}" for a, b in pairs)
    main = tmp_path / "main.c"
    head = f'#include <stdio.h>\n#include "{source}"\nstatic unsigned long in[][2] = {{{values}}};\n'
    main.write_text(f"{head}int main(void) {{\n{calls}}}\n")
    subprocess.run(
        [f"clang-{version}", "-O1", "-fwrapv", "-ffp-contract=off", "-w", "-o", tmp_path / "main", main],
        check=True,
        timeout=60,
    )
    printed = subprocess.run([tmp_path / "main"], check=True, capture_output=True, text=True, timeout=60).stdout
    expected = {tuple(line.split()[:2]): int(line.split()[2]) for line in printed.splitlines()}
    assert len(expected) == len(names) * len(pairs)
    inner = {name: Program(module, module.functions[name]) for name in names}
    callee = module.functions.get("power")
    for name, program in inner.items():
        if name == "powers" and callee is not None and level == "-O0":
            continue  # calls another function, which the interpreter takes for unknown
        for number, (a, b) in enumerate(pairs):
            world = World(f"{name}/{number}", (), False)
            run = Run(module, world, random.Random(1), 100_000)
            outcome = program.run(run, [a % 2**64, b % 2**64])
            assert outcome.ending == "return", (name, a, b, outcome.detail)
            assert outcome.value == expected[name, str(number)] % 2**64, (name, a, b)


# -- the rules -------------------------------------------------------------------------------------------------------

HEAD = """
declare void @effect(i32)
declare i32 @ask(i32)
declare i32 @pure(i32) memory(none) nounwind willreturn
declare void @fill(ptr)
declare void @look(ptr captures(none) readonly)
@g = global i32 0
@k = constant i32 42
"""


def rules() -> list[Any]:
    """The rules of ``rules.txt``: before, after, outcome."""
    found = []
    for part in (SOURCES / "rules.txt").read_text().split("\n=== ")[1:]:
        head, _, bodies = part.partition("\n")
        name, _, outcome = head.rpartition(": ")
        before, _, after = bodies.partition("\n---\n")
        found.append(pytest.param(before, after, outcome, id=name))
    return found


def module_with(body: str) -> str:
    """A module as opt prints it: the printed form is what the reader reads."""
    head = "define i32 @f(i32 noundef %a, i32 noundef %b, ptr noundef %p, ptr noundef %q) {\n"
    text = f"{HEAD}{head}{body}\n}}\n"
    made = subprocess.run(
        ["opt-22", "-S", "-passes=no-op-function"], input=text, capture_output=True, text=True, timeout=60
    )
    assert not made.returncode, made.stderr
    return made.stdout


@needs_tools
@pytest.mark.parametrize(("before", "after", "outcome"), rules())
def test_rules_of_refinement(before: str, after: str, outcome: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartopt.lab.equivalence.check.PROVES", False)  # the interpreter alone
    module = read_module(module_with(before))
    verdict = Subject(module, module.functions["f"], Settings()).compare(read_module(module_with(after)))
    assert verdict.outcome == outcome, verdict


PROVABLE = [rule for rule in rules() if not re.search("store|load|call|ptr|alloca|br label %l", str(rule.values[:2]))]


@needs_tools
@pytest.mark.parametrize(("before", "after", "outcome"), PROVABLE)
def test_proofs_agree_with_the_rules(before: str, after: str, outcome: str) -> None:
    pytest.importorskip("z3")
    old, new = read_module(module_with(before)), read_module(module_with(after))
    proof = prove(new, old.functions["f"], new.functions["f"], old)
    # What is poison on every input may become anything, which inputs cannot tell and a proof can.
    assert proof is {"validated": True, "different": False, "undecided": True}[outcome] or "freeze" in before


# -- wrong code that is known ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("name", "flags", "before", "at_fault"),
    [
        # LLVM issue 207360: the bound of the first half is one step too far where the step is not 1.
        ("split.c", ("-O2", "-Xclang", "-disable-llvm-passes"), "light", "loop-bound-split"),
        # LLVM pull request 183402: an inbounds index that is computed in a narrow type may be negative.
        ("narrow.c", ("-Oz", "-fno-inline"), "front", "separate-const-offset-from-gep"),
    ],
)
def test_finds_what_is_known_to_be_wrong(
    version: str, name: str, flags: tuple[str, ...], before: str, at_fault: str, tmp_path: Path
) -> None:
    source = compiled(SOURCES / name, tmp_path, version, *flags)
    campaign = Campaign(
        lists={at_fault: at_fault, "gvn": "gvn"}, files=(source,), bases=(before,), llvm=version, allow_banned=True
    )
    summary = run_campaign(campaign, finds=tmp_path / "finds")
    assert {find["list"] for find in summary.finds} == {at_fault}
    assert summary.lists[at_fault].different == 1
    [kept] = (tmp_path / "finds").iterdir()
    assert "; before\ndefine" in kept.read_text()


OPERATORS = {"add": "sub", "sub": "xor", "and": "or", "or": "and", "xor": "or", "mul": "add"}
PREDICATES = {"eq": "ne", "ne": "eq", "slt": "sle", "sle": "slt", "ult": "ule", "sgt": "slt", "ugt": "uge"}


def mutated(text: str, rng: random.Random) -> str | None:
    """A function's text with one fault in it, as a wrong pass would leave it."""
    lines = text.split("\n")
    for at in rng.sample(range(len(lines)), len(lines)):
        line = lines[at]
        found = re.sub(r"= (add|sub|and|or|xor|mul) (i(?!1 )\d)", lambda m: f"= {OPERATORS[m[1]]} {m[2]}", line)
        found = re.sub(r"icmp (\w+)", lambda m: f"icmp {PREDICATES.get(m[1], m[1])}", found)
        found = re.sub(r"^    i(\d+) (\d+), label", lambda m: f"    i{m[1]} {int(m[2]) + 1}, label", found)
        found = re.sub(r"br i1 (\S+), label (\S+), label (\S+)$", r"br i1 \1, label \3, label \2", found)
        if found != line:
            lines[at] = found
            return "\n".join(lines)
    return None


@needs_tools
def test_faults_that_are_put_in_are_found() -> None:
    rng, outcomes = random.Random(7), Counter[str]()
    for seed in (3, 4):
        text = subprocess.run(
            ["opt-22", "-S", "-passes=sroa,simplifycfg,instcombine<no-verify-fixpoint>,adce"],
            input=shape_module(seed), capture_output=True, text=True, check=True, timeout=60,
        ).stdout  # fmt: skip
        module = read_module(text)
        for function in [function for function in module.functions.values() if function.defined]:
            wrong = mutated(function.text, rng)
            if wrong is not None:
                after = read_module(text)
                after.functions[function.name].text = wrong
                outcomes[Subject(module, function, Settings()).compare(after).outcome] += 1
    assert outcomes["different"] >= 12
    assert outcomes["different"] > 2 * outcomes["validated"], outcomes


# -- campaigns -------------------------------------------------------------------------------------------------------


@needs_tools
def test_a_campaign_counts_what_fires_and_goes_on_where_it_was(tmp_path: Path) -> None:
    lists = {name: name for name in ("sroa", "lower-switch", "reg2mem", "adce", "indvars", "loop-deletion")}
    campaign = Campaign(lists=lists, shapes=1, seed=11, bases=("ssa",), llvm="22", allow_banned=True, inputs=8)
    out = tmp_path / "out.jsonl"
    first = run_campaign(campaign, out=out)
    assert first.items == 1
    assert first.finds == []
    assert first.lists["reg2mem"].fired >= 10
    for count in first.lists.values():
        assert count.fired == count.validated + sum(count.undecided.values())
    assert first.lists["lower-switch"].validated >= 4
    # The loop adaptor's own work does not count as the pass's.
    assert first.lists["loop-deletion"].fired < first.lists["reg2mem"].fired
    text = out.read_text()
    out.write_text(text + '{"schema": 1, "item": "shapes/1')  # as a crash in the middle of a write leaves it
    seen: list[str] = []
    again = run_campaign(campaign, out=out, progress=lambda item, _: seen.append(item))
    assert (seen, again.items, out.read_text()) == ([], 1, text)
    assert run_campaign(campaign).lists == first.lists  # the same counts, whatever ran before
    with pytest.raises(UsageError, match="other settings"):
        run_campaign(Campaign(lists={"adce": "adce"}, shapes=1, llvm="22"), out=out)
    found = record(read_results(out, KIND)[0]["llvm"], again)
    assert found["passes"]["reg2mem"]["validated"] == first.lists["reg2mem"].validated
    assert found["llvm"].startswith("22")


@needs_tools
def test_the_command(tmp_path: Path) -> None:
    lists, target = tmp_path / "lists", tmp_path / "record.json"
    lists.write_text("# two\nsroa,early-cse,simplifycfg\nsimplifycfg<switch-to-lookup>\n")
    words = ["equivalence", "--shapes", "1", "--seed", "12", "--base", "ssa", "--lists", str(lists), "--llvm", "22"]
    result = CliRunner().invoke(make_app(words), [*words, "--inputs", "6", "--write-record", str(target)])
    assert result.exit_code == 0, result.output
    assert "sroa,early-cse,simplifycfg" in result.output
    assert list(json.loads(target.read_text())["passes"]) == [
        "simplifycfg"
    ]  # lists of several passes say little of one
    fired = json.loads(target.read_text())["passes"]["simplifycfg"]["fired"]
    twice = [*words, "--inputs", "6", "--out", str(tmp_path / "out"), "--write-record", str(target)]
    CliRunner().invoke(make_app(words), twice)
    CliRunner().invoke(make_app(words), [*twice, "--also", str(tmp_path / "out")])
    assert json.loads(target.read_text())["passes"]["simplifycfg"]["fired"] == 2 * fired > 0
    assert CliRunner().invoke(make_app(words), [*words[:1], "--lists", "nowhere"]).exit_code == 2


def test_lists_by_name() -> None:
    trusted = Trusted.load(22)
    assert set(lists_of("passes", trusted, 22)) == set(trusted.vocabulary("function"))
    assert lists_of("coreset", trusted, 22)
    with pytest.raises(UsageError):
        Campaign(lists={"adce": "adce"}, bases=("nowhere",))


@pytest.mark.parametrize("version", VERSIONS)
def test_shapes_are_well_formed_and_always_the_same(version: str) -> None:
    bodies = []
    for seed in range(12):
        body = shape_module(seed).partition("(ptr)\n")[2].partition("attributes")[0]
        bodies.append(re.sub(r"@f(\d)", rf"@s{seed}f\1", body))
    text = "".join(bodies)
    whole = shape_module(0).partition("define")[0] + text + "attributes #0 = { optsize }\n"
    command = [f"opt-{version}", "-passes=verify", "-disable-output"]
    checked = subprocess.run(command, input=whole, capture_output=True, text=True, timeout=60)
    assert checked.returncode == 0, checked.stderr[:500]
    assert shape_module(3) == shape_module(3) != shape_module(4)
    switches = Counter(re.findall(r"switch i(\d+)", text))
    assert {"8", "16", "32", "64"} <= set(switches)
    assert "invoke" in text
    assert "unreachable" in text
