"""The trusted set: what it admits runs in the real LLVM, what it refuses says why."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartopt.errors import PipelineError, ToolchainError, UntrustedPassError
from smartopt.passes.nesting import spell
from smartopt.passes.pass_table import DATA, SUPPORTED, _matches, read_banned
from smartopt.passes.pipeline import Node, Pipeline, parse
from smartopt.passes.trusted import Trusted

from .conftest import random_list_with_meta

CHUNK = 12


@pytest.fixture(scope="module")
def trusted(major: int) -> Trusted:
    return Trusted.load(major)


def _chunks(texts: list[str]) -> list[list[str]]:
    return [texts[start : start + CHUNK] for start in range(0, len(texts), CHUNK)]


def test_every_function_text_runs_at_both_levels(trusted: Trusted, opt: Callable[..., str]) -> None:
    for chunk in _chunks(trusted.vocabulary()):
        # reg2mem between them, so that each finds work that the ones before have not done.
        texts = [f"function({trusted.runnable(text, level='function')})" for text in chunk]
        opt(",function(reg2mem),".join(texts), "-verify-each", "-disable-output")
        nested = ",".join(trusted.runnable(text, level="module") for text in chunk)
        opt(nested, "-verify-each", "-disable-output")


def test_every_module_text_and_meta_runs(trusted: Trusted, opt: Callable[..., str]) -> None:
    texts = ["always-inline", *trusted.vocabulary("module"), *trusted.metas]
    opt(trusted.runnable(",".join(texts), level="module"), "-verify-each", "-disable-output")


def test_every_expanded_bundle_runs(trusted: Trusted, opt: Callable[..., str]) -> None:
    for name in trusted.table.bundles:
        text = str(trusted.expand(parse(name), kept=()))
        assert trusted.check(text, level="function") == parse(text)
        opt(f"function({text})", "-verify-each", "-disable-output")


def test_texts_are_canonical_and_distinct(trusted: Trusted) -> None:
    for level in ("function", "module"):
        texts = trusted.vocabulary(level)
        assert len(set(texts)) == len(texts)
        for text in texts:
            (node,) = parse(text).nodes
            assert str(spell(node)) == text
    assert trusted.vocabulary() == Trusted.load(trusted.table.major).vocabulary()


def test_short_spellings_mean_what_llvm_means(trusted: Trusted, opt: Callable[..., str]) -> None:
    """The expansion of a bundle, printed in full, is what opt prints for its name, less the untrusted."""

    def printed(text: str) -> list[str]:
        full = parse(opt(f"function({text})", "-print-pipeline-passes", "-disable-output").strip())
        return [node.spelling for node in full.walk() if node.children is None and node.name != "verify"]

    for name in ("function-simplification<Oz>", "function-simplification<O1>"):
        theirs = [s for s in printed(name) if s.partition("<")[0] in trusted.table.rows]
        ours = printed(trusted.table.bundles[name].text)
        assert ours == theirs
        assert len(ours) > 15


def _banned_names(trusted: Trusted) -> list[str]:
    """Every pass of this LLVM that the table bans, and the ban table's own examples."""
    names = [name for found in trusted.table.names.values() for name in found]
    written = [p.replace("*", "") for p, _ in read_banned() if "<" not in p and not p.startswith("*")]
    banned = [n for n in (*names, *written) if n and trusted.table.ban(parse(n).nodes[0]) is not None]
    return sorted(set(banned))


def test_every_banned_name_is_refused_wherever_it_nests(trusted: Trusted) -> None:
    banned = _banned_names(trusted)
    assert len(banned) > 150
    assert {"structurizecfg", "newgvn", "mergefunc", "print<loops>", "coro-split"} <= set(banned)
    for name in banned:
        for text in (
            name,
            f"sroa,{name}",
            f"function({name})",
            f"function(loop({name}),dce)",
            f"cgscc(devirt<4>(inline,function<eager-inv>(loop-mssa({name}))))",
            f"{name},default<Oz>",
        ):
            with pytest.raises(UntrustedPassError, match=r"is banned: .*; remove it from the list$"):
                trusted.check(text, level="module")
        with pytest.raises(UntrustedPassError, match="is banned"):
            trusted.runnable(f"sroa,{name}", level="function")


def _refusal(trusted: Trusted, text: str) -> str:
    try:
        trusted.check(text, level="module")
    except UntrustedPassError as error:
        return str(error)
    return ""


def test_nothing_trusted_is_banned(trusted: Trusted) -> None:
    for text in (*trusted.vocabulary(), *trusted.vocabulary("module"), *trusted.metas):
        assert trusted.table.ban(parse(text).nodes[0]) is None


def test_every_pass_of_this_llvm_is_trusted_or_refused_with_a_reason(trusted: Trusted) -> None:
    admitted = set()
    for name in sorted({name for found in trusted.table.names.values() for name in found}):
        refusal = _refusal(trusted, f"always-inline,{name}")
        if not refusal:
            admitted.add(name)
        assert refusal.isprintable()
        assert not refusal or any(word in refusal for word in ("banned", "trusted", "bundle"))
    assert admitted == set(trusted.table.rows)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "structurizecfg",
            "pass 'structurizecfg' is banned: wrong output alone, also in LLVM 22.1.8; remove it",
        ),
        ("foo", "unknown pass 'foo' (LLVM 22 data); remove it from the list"),
        ("sroaa", "unknown pass 'sroaa' (LLVM 22 data); did you mean 'sroa'?"),
        ("infer-address-spaces", "not in the trusted set of LLVM 22"),
        ("simple-loop-unswitch<nontrivial>", "is banned: grows code"),
        ("simple-loop-unswitch<trivial;nontrivial>", "is banned: grows code"),
        ("licm<fast>", "option 'fast' is not trusted; it may have allowspeculation, no-allowspeculation"),
        ("adce<x>", "it takes no options here"),
        ("simplifycfg<bonus-inst-threshold=17>", "option 'bonus-inst-threshold' must be 1 to 1"),
        ("simplifycfg<bonus-inst-threshold=9999999>", "is not trusted"),
        ("simplifycfg<keep-loops;;no-such>", "is not trusted"),
        ("instcombine<max-iterations=1000>", "must be 1 to 1"),
        ("gvn<memoryssa>", "it takes no options here"),
        ("sroa<modify-cfg><x>", "is not trusted"),
        ("default<O0>", "'default<O0>' is not a trusted pipeline; use one of default<Oz>"),
        ("default", "is not a trusted pipeline"),
        ("thinlto<Oz>", "is banned: part of the link-time"),
        ("late<O9>", "is not a bundle; use one of late<Oz>"),
        ("function-simplification<O0>", "is not a bundle"),
        ("elim-avail-extern", "sound only after 'always-inline'"),
        ("repeat<1000>(sroa)", "adaptor 'repeat<1000>' is not in the trusted set"),
        ("cgscc(devirt<50>(inline))", "adaptor 'devirt<50>'"),
        ("structurizecfg(sroa)", "adaptor 'structurizecfg'"),
        ("x" * 5000, "unknown pass 'xxx"),
    ],
)
def test_a_refusal_says_why_in_one_line(text: str, says: str) -> None:
    with pytest.raises(UntrustedPassError) as caught:
        Trusted.load(22).check(text, level="module")
    assert says in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 900


@pytest.mark.parametrize(
    ("text", "legal"),
    [
        (
            "instcombine<max-iterations=1>,licm",
            "instcombine<max-iterations=1;no-verify-fixpoint>,loop-mssa(licm)",
        ),
        ("instcombine<verify-fixpoint>", "instcombine<no-verify-fixpoint>"),
        (
            "simplifycfg<no-keep-loops;bonus-inst-threshold=1>",
            "simplifycfg<no-keep-loops;bonus-inst-threshold=1>",
        ),
        ("loop-unroll", "loop-unroll<O2>"),
        ("early-cse<>,gvn<>", "early-cse,gvn"),
        ("late<Oz>", "late<Oz>"),
    ],
)
def test_what_is_admitted_comes_back_legal(text: str, legal: str) -> None:
    assert str(Trusted.load(22).check(text, level="function")) == legal


def test_a_misplaced_trusted_pass_is_a_pipeline_error() -> None:
    with pytest.raises(PipelineError, match="cannot run at function level"):
        Trusted.load(22).check("sroa,globaldce", level="function")


def test_bundles_expand_in_place() -> None:
    trusted = Trusted.load(22)
    legal = trusted.check("late<Oz>,function-simplification<Oz>", level="module")
    ours = str(trusted.expand(legal))
    assert "late<" not in ours
    assert ours.endswith(",function-simplification<Oz>)")
    everything = trusted.expand(legal, kept=())
    assert not any(node.spelling in trusted.table.bundles for node in everything.walk())
    assert trusted.legalise(everything, "module") == everything
    with pytest.raises(UntrustedPassError, match="not a trusted pipeline"):
        trusted.meta_on_function("default<O0>")


def test_versions_without_data_use_the_nearest() -> None:
    majors = {major: Trusted.load(major).table.major for major in SUPPORTED}
    assert majors == {17: 19, 18: 19, 19: 19, 20: 19, 21: 19, 22: 22}
    assert Trusted.load(19).version != Trusted.load(22).version
    for unknown in (16, 23):
        with pytest.raises(ToolchainError, match="--llvm"):
            Trusted.load(unknown)


@given(st.text("ab*", min_size=1, max_size=6).filter(lambda text: "*" in text), st.text("ab", max_size=8))
def test_globs_match_as_fnmatch_does(pattern: str, text: str) -> None:
    assert _matches(pattern, text) == fnmatchcase(text, pattern)


def test_the_ban_table_is_well_formed() -> None:
    rows = json.loads(Path(DATA, "banned.json").read_text(encoding="utf-8"))
    patterns = [pattern for row in rows for pattern in row["passes"]]
    assert len(set(patterns)) == len(patterns)
    for row in rows:
        assert set(row) == {"passes", "why"}
        assert row["why"].isprintable()
        assert not row["why"].endswith(".")


def test_loading_and_a_first_check_are_fast() -> None:
    script = (
        "import time; from smartopt.passes.trusted import Trusted\n"
        "t = time.process_time(); trusted = Trusted.load(22); trusted.vocabulary()\n"
        "trusted.check('sroa,licm', level='function'); print(time.process_time() - t)"
    )
    times = [
        float(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout)
        for _ in range(3)
    ]
    assert min(times) < 0.005


def test_checking_a_hostile_pipeline_is_bounded() -> None:
    trusted = Trusted.load(22)
    started = time.process_time()
    trusted.check(",".join(["licm"] * 13_000), level="module")
    deep = Node("licm")
    for _ in range(20):
        deep = Node("loop", "", (deep,))
    assert str(trusted.check(Pipeline((deep,)), level="function")) == "loop-mssa(licm)"
    assert time.process_time() - started < 3


# LLVM may abort, so the C API is asked in a child process.
_IN_CHILD = """
import json, sys
from smartopt.llvm.capi import Context, Library
library, texts, path = Library(sys.argv[1]), json.load(sys.stdin), sys.argv[2]
context = Context(library)
module = context.parse(open(path, "rb").read(), "small")
names = [f.name for f in module.functions() if not f.is_declaration]
for text in texts:
    copy = module.clone()
    for name in names:
        copy.function(name).run(text, None)
    copy.verify()
    copy.dispose()
print(len(texts))
"""


def test_function_level_texts_run_through_the_c_api() -> None:
    """LLVMRunPassesOnFunction (LLVM 20 on) takes ``sroa,loop-mssa(licm)``, without ``function(...)``."""
    from smartopt.llvm.toolchain import find_toolchain

    try:
        library = find_toolchain("22").libllvm
    except ToolchainError as error:
        pytest.skip(f"LLVM 22 is not installed: {error}")
    if library is None:
        pytest.skip("LLVM 22 is installed without a shared libLLVM")
    trusted = Trusted.load(22)
    rng = random.Random(0)
    lists = [random_list_with_meta(rng, trusted, max_len=9) for _ in range(60)]
    texts = [trusted.runnable(text, level="function") for text in trusted.vocabulary()]
    texts += [made.function_pipeline(trusted) for made in lists]
    module = str(Path(DATA).parents[2] / "tests" / "passes" / "small.ll")
    done = subprocess.run(
        [sys.executable, "-c", _IN_CHILD, library, module],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=Path(DATA).parents[2],
    )
    assert done.returncode == 0, done.stderr[-1500:]
    assert int(done.stdout) == len(texts)


def test_passes_that_must_be_alone_get_a_loop_adaptor_of_their_own(trusted: Trusted) -> None:
    text = trusted.runnable("loop-rotate,indvars,loop-deletion,loop-reduce,loop-idiom", level="function")
    assert text == "loop(loop-rotate),loop(indvars),loop(loop-deletion),loop(loop-reduce),loop(loop-idiom)"
    for name in ("function-simplification<O2>", "function-simplification<O1>,late<O1>"):
        assert "loop(indvars)" in trusted.runnable(name, level="function")
    nested = trusted.runnable("function(loop(indvars,loop-deletion))", level="module")
    assert nested == "function(loop(indvars),loop(loop-deletion))"
    assert trusted.runnable("function-simplification<Oz>", level="function") == "function-simplification<Oz>"
