"""The committed data is what the generator makes of the real opt."""

from __future__ import annotations

from pathlib import Path

import pytest

from smartopt.errors import ToolchainError
from smartopt.passes.generate_trusted import BY_RECORD, CODE_GENERATION, generate, main
from smartopt.passes.pipeline import parse
from smartopt.passes.trusted import Trusted

# What the first fuzz campaign named by hand: the derived set must hold all of it.
TIER_A = """
    sroa mem2reg early-cse instcombine aggressive-instcombine instsimplify simplifycfg gvn reassociate
    sccp correlated-propagation constraint-elimination jump-threading adce bdce dse memcpyopt
    mldst-motion tailcallelim float2int div-rem-pairs vector-combine infer-alignment lower-expect
    lower-constant-intrinsics libcalls-shrinkwrap callsite-splitting
    loop-distribute loop-unroll indvars loop-idiom loop-deletion loop-unroll-full
    loop-rotate loop-instsimplify loop-simplifycfg licm simple-loop-unswitch globalopt ipsccp
    deadargelim called-value-propagation rpo-function-attrs inferattrs always-inline globaldce
    constmerge inline function-attrs argpromotion elim-avail-extern
"""


def test_the_derived_set_holds_what_was_found_by_hand(major: int) -> None:
    rows = Trusted.load(major).table.rows
    assert [name for name in TIER_A.split() if rows[name].tier != "A"] == []
    assert {rows[name].tier for name in CODE_GENERATION} == {"G"}
    assert {name for name, row in rows.items() if row.tier == "B"} == set(BY_RECORD)


def test_no_committed_bundle_holds_what_grows_code(major: int) -> None:
    for bundle in Trusted.load(major).table.bundles.values():
        names = {node.name for node in parse(bundle.text).walk()}
        assert not names & {"loop-vectorize", "slp-vectorizer", "chr", "coro-elide", "ee-instrument"}


def test_the_command_line(opt_path: str, major: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--opt", opt_path, "--check"]) == 0
    assert capsys.readouterr().out == f"trusted-{major}.json: as committed\n"
    assert main(["--opt", "no-such-opt"]) == 1
    assert "no-such-opt could not be run" in capsys.readouterr().err


def test_an_opt_that_is_none_is_refused(tmp_path: Path) -> None:
    fake = tmp_path / "opt"
    fake.write_text("#!/bin/sh\necho hello\n", encoding="ascii")
    fake.chmod(0o755)
    with pytest.raises(ToolchainError, match="does not print its LLVM version"):
        generate(str(fake))
