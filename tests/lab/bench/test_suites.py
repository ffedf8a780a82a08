"""``smartopt-lab bench suites``: a package of ours, built and tested for real; verdicts; going on where it was."""

from __future__ import annotations

import fcntl
import io
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from smartopt.errors import InputError, UsageError
from smartopt.lab.app import main
from smartopt.lab.bench.build import write_launchers
from smartopt.lab.bench.build_recipes import BuildRecipe
from smartopt.lab.bench.recipes import RECIPES as BENCH
from smartopt.lab.bench.suite_recipes import SUITE_RECIPES
from smartopt.lab.bench.suites import Compiler, ResultLines, Run, SuiteSettings, Verdict, judge, run_suites
from smartopt.lab.bench.suites_cli import exit_code, show
from smartopt.lab.corpus.recipes import SPLITS
from smartopt.lab.packages import PackageError, install
from smartopt.lab.targets import TARGETS
from smartopt.llvm.toolchain import find_toolchain

SOURCES = {
    "sum.c": "long sum(const int *v, int n) { long s = 0; for (int i = 0; i < n; i++) s += v[i] * (i + 1); return s; }",
    "check.c": """\
#include <stdio.h>
#include <string.h>
long sum(const int *, int);
int main(int argc, char **argv) {
    static const int v[] = {5, -3, 8, 1};
    int right = sum(v, 4) == 27, plain = argc < 2 || !strstr(argv[1], "smartopt");
    printf("%s: weighted\\n%s: order\\n", right ? "PASS" : "FAIL", plain ? "PASS" : "FAIL");
    printf("%d tests\\n", 2);
    return right && plain ? 0 : 3;
}
""",
    "Makefile": "check: sum.o check.o\n\t$(CC) $(LDFLAGS) sum.o check.o -o $@\n",
}
MADE_UP = BuildRecipe(
    "made-up",
    build=("make -j$JOBS",),
    test=("./check",),
    linked=("check",),
    results=r"(?m)^(?:(?P<result>PASS|FAIL): (?P<test>.+)|\d+ tests)$",
)
UNDER_SMARTOPT = "case $CC in *smartopt-clang) %s;; esac"


class Campaign:
    """A folder, the made-up sources in it, and the lines of progress."""

    def __init__(self, folder: Path, launchers: Path) -> None:
        self.folder, self.launchers = folder, launchers
        self.file = folder / "results.jsonl"
        self.progress: list[str] = []
        self.tree = folder / "tree"
        self.tree.mkdir()
        for name, text in SOURCES.items():
            (self.tree / name).write_text(text)

    def settings(self, **changed: object) -> SuiteSettings:
        usual = SuiteSettings(self.folder / "work", (find_toolchain("22"),), "fast", driver=self.launchers)
        return replace(usual, **changed)  # type: ignore[arg-type]

    def run(self, recipe: BuildRecipe, **changed: object) -> Verdict:
        self.progress.clear()
        results, settings = ResultLines(self.file), self.settings(**changed)
        (verdict,) = run_suites([recipe], settings, results, self.progress.append, lambda recipe: self.tree)
        return verdict

    def begun(self) -> list[str]:
        """What was built in the last run, in order."""
        return [line.split(": ", 1)[1].removesuffix(" ...") for line in self.progress if line.endswith(" ...")]

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.file.read_text().splitlines()]


@pytest.fixture(scope="module")
def launchers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_launchers(tmp_path_factory.mktemp("launchers"))


@pytest.fixture
def campaign(tmp_path: Path, launchers: Path) -> Campaign:
    return Campaign(tmp_path, launchers)


def test_same_results_and_going_on(campaign: Campaign) -> None:
    verdict = campaign.run(MADE_UP)
    assert (verdict.status, verdict.why, verdict.tests) == ("same", (), 2)
    assert campaign.begun() == ["clang", "smartopt"]
    theirs, ours = campaign.lines()
    assert theirs["tests"] == ours["tests"] == {"weighted": "PASS", "order": "PASS"}
    assert theirs["lines"] == ours["lines"] == {"2 tests": 1}
    assert (theirs["code"], ours["code"]) == (0, 0)
    assert (theirs["ours"], ours["ours"]) == (0, 2)
    assert ours["alone"].pop("driver-grew", 0) <= 1  # the file is tiny: clang's own object may be as small
    assert ours["alone"] == {"driver-no-compile": 1}  # the link
    assert ours["within"] == {}
    logs = sorted(path.name for path in (campaign.folder / "work" / "logs").iterdir())
    assert [re.sub(r"-22[\d.]+-", "-22-", name) for name in logs] == [
        "made-up-22-clang-1.log", "made-up-22-smartopt-1.log",
    ]  # fmt: skip
    assert not list((campaign.folder / "work" / "builds").glob("*/made-up"))  # nothing differs: nothing is kept

    assert campaign.run(MADE_UP).status == "same"
    assert campaign.begun() == []
    whole = campaign.file.read_text()
    campaign.file.write_text(whole[:-20])  # killed while the last line was written
    assert campaign.run(MADE_UP).status == "same"
    assert campaign.begun() == ["smartopt"]
    assert len(campaign.lines()) == 2
    # Another recipe is another package; clang's build does not depend on smartopt's effort.
    assert campaign.run(MADE_UP, effort="default", time_limit=0.0).status == "not compared"
    assert campaign.begun() == ["smartopt"]
    assert campaign.run(replace(MADE_UP, test=("true",)), time_limit=0.0).status == "not compared"
    assert campaign.begun() == ["clang"]
    assert len(campaign.lines()) == 2


def test_another_targets_suite_is_run_by_its_emulator(campaign: Campaign) -> None:
    target = TARGETS["aarch64"]
    if shutil.which(target.emulator) is None or not Path(target.root, "lib", "libc.a").exists():
        pytest.skip("qemu-user, libc6-dev-arm64-cross or libgcc-12-dev-arm64-cross is missing")
    # The compilers of both sides are called cc; their folders differ.
    recipe = replace(MADE_UP, test=("file=.check.program; od -An -tu2 -j18 -N2 $file; ./check $(dirname $CC)",))
    verdict = campaign.run(recipe, target=target, repeats=0)
    assert verdict.status == "different", "the program under smartopt was told so"
    assert verdict.why[1] == "test order: PASS under clang, FAIL under smartopt-clang"
    assert [run.ours for run in verdict.runs] == [0, 2]
    for log in (campaign.folder / "work" / "logs").iterdir():
        assert log.name.endswith("-aarch64-1.log")
        assert "\n   183\n" in log.read_text(), "it is a program for AArch64"
    assert campaign.run(MADE_UP, target=target).status == "same"


def test_a_test_that_fails_under_smartopt_alone(campaign: Campaign) -> None:
    verdict = campaign.run(replace(MADE_UP, test=("./check $CC",)))
    assert verdict.status == "different"
    assert verdict.why == (
        "exit code: 0 under clang, 3 under smartopt-clang",
        "test order: PASS under clang, FAIL under smartopt-clang",
    )
    assert campaign.begun() == ["clang", "smartopt", "clang, once more", "smartopt, once more"]
    assert len(list((campaign.folder / "work" / "logs").iterdir())) == 4
    assert len(list((campaign.folder / "work" / "builds").glob("*/made-up/*/check"))) == 2  # kept to be looked at
    shown = io.StringIO()
    show(Console(file=shown, width=200), [verdict], campaign.settings())
    assert "0 of 1 suites have the same results" in shown.getvalue()
    assert "made-up, LLVM 22" in shown.getvalue()
    assert "different: test order: PASS under clang, FAIL under smartopt-clang" in shown.getvalue()
    assert exit_code([verdict]) == 1


def test_a_build_that_fails_under_one_compiler(campaign: Campaign) -> None:
    fails = replace(MADE_UP, configure=(UNDER_SMARTOPT % "echo error: no; exit 7",))
    verdict = campaign.run(fails, repeats=0)
    assert verdict.status == "different"
    assert verdict.why == ("configure: error: no (exit code 7; smartopt.log has more)",)
    assert exit_code([verdict]) == 1

    both = replace(MADE_UP, configure=("echo error: no; exit 7",))
    verdict = campaign.run(both)
    assert verdict.status == "not compared"
    assert verdict.why == ("clang's own: configure: error: no (exit code 7; clang.log has more)",)
    assert campaign.begun() == ["clang"]  # with nothing to compare with, smartopt's turn does not come
    assert exit_code([verdict]) == 3


def test_a_suite_that_proves_nothing(campaign: Campaign) -> None:
    """A suite that says nothing, and one of a program that smartopt did not compile."""
    verdict = campaign.run(replace(MADE_UP, results="no such line"))
    assert verdict.status == "not compared"
    assert verdict.why[0].startswith("clang's own: the recipe matches no line of the suite's output (exit code 0)")
    verdict = campaign.run(replace(MADE_UP, build=("make CC=clang-22",)), repeats=0)
    assert verdict.status == "different"
    assert verdict.why == ("smartopt compiled nothing; the suite does not test it",)


def test_the_time_limit_stops_what_runs_and_leaves_no_line(campaign: Campaign) -> None:
    verdict = campaign.run(replace(MADE_UP, configure=("sleep 60",)), time_limit=0.5)
    assert verdict.status == "not compared"
    assert "the same command goes on from here" in verdict.why[0]
    assert not campaign.file.exists()


def test_sources_that_cannot_be_had(campaign: Campaign) -> None:
    def missing(recipe: BuildRecipe) -> Path:
        raise PackageError("no network")

    results = ResultLines(campaign.file)
    (verdict,) = run_suites([MADE_UP], campaign.settings(), results, campaign.progress.append, missing)
    assert (verdict.status, verdict.why) == ("not compared", ("no network",))
    install(())
    install(("dpkg",))  # it is here: nothing is done


def test_two_campaigns_do_not_share_a_folder(campaign: Campaign) -> None:
    work = campaign.settings().folder
    work.mkdir()
    with (work / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(UsageError, match="another campaign works in"):
            campaign.run(MADE_UP)
    assert campaign.run(MADE_UP, time_limit=0.0).status == "not compared"


def test_another_file_is_not_written_to(tmp_path: Path) -> None:
    other = tmp_path / "notes"
    other.write_text("dear diary\n")
    with pytest.raises(InputError, match="not a result file"):
        ResultLines(other)
    assert other.read_text() == "dear diary\n"


def _run(compiler: Compiler, code: int | None = 0, error: str = "", line: str = "", **tests: str) -> Run:
    return Run("p", "22", compiler, "", "", 1, code, error, tests, {line: 1} if line else {})


@pytest.mark.parametrize(
    ("clang", "smartopt", "status"),
    [
        ([_run("clang", a="PASS")], [_run("smartopt", a="PASS")], "same"),
        ([_run("clang", 1, a="FAIL")], [_run("smartopt", 1, a="FAIL")], "same"),
        ([_run("clang", a="PASS")], [_run("smartopt", a="FAIL")], "different"),
        ([_run("clang", 1, a="FAIL")], [_run("smartopt", 1, a="PASS")], "different"),
        ([_run("clang", a="PASS")], [_run("smartopt")], "different"),  # the test is gone
        ([_run("clang", a="PASS")], [_run("smartopt", a="PASS", b="PASS")], "different"),
        ([_run("clang", 0, line="5 passed")], [_run("smartopt", 1, line="5 passed")], "different"),
        ([_run("clang", line="5 passed")], [_run("smartopt", line="4 passed")], "different"),
        ([_run("clang", a="PASS")], [_run("smartopt", None, "test: stopped")], "different"),
        ([_run("clang", None, "build: no")], [_run("smartopt", a="PASS")], "not compared"),
        # A test that fails now and then under clang, too, may do so under smartopt.
        ([_run("clang", a="PASS"), _run("clang", a="FAIL")], [_run("smartopt", a="FAIL")] * 2, "same"),
        # One that does so under smartopt alone wants to be looked at.
        ([_run("clang", a="PASS")] * 2, [_run("smartopt", a="FAIL"), _run("smartopt", a="PASS")], "unstable"),
        ([_run("clang", a="PASS")], [], "not compared"),
    ],
)
def test_verdicts(clang: list[Run], smartopt: list[Run], status: str) -> None:
    verdict = judge("p", "22", clang, smartopt)
    assert verdict.status == status
    assert bool(verdict.why) == (status != "same")
    assert exit_code([verdict]) == {"same": 0, "not compared": 3}.get(status, 1)
    assert exit_code([verdict, judge("q", "22", [_run("clang")], [_run("smartopt")])]) == (
        0 if status in ("same", "not compared") else 1
    )


@pytest.mark.parametrize(
    ("package", "text", "tests", "others"),
    [
        ("sed", "PASS: a/b.sh\nXFAIL: c\n# FAIL: 3\nFAIL: d (exit status: 1)\n",
         {"a/b.sh": "PASS", "c": "XFAIL", "d": "FAIL"}, 0),
        ("yaml-cpp", "[ RUN      ] A.b\n[       OK ] A.b (1 ms)\n[  FAILED  ] A.c/2, where T = int (3 ms)\n"
         "[  FAILED  ] A.c/2, where T = int\n", {"A.b": "OK", "A.c/2": "FAILED"}, 0),
        ("brotli", " 1/9 Test  #1: a/0 .....   Passed    0.01 sec\n 2/9 Test #12: b .***Failed    9 sec\n"
         "50% tests passed, 1 tests failed out of 2\n", {"a/0": "Passed", "b": "***Failed"}, 1),
        ("libjsoncpp", "Testing Value/a: OK\nTesting Value/b: FAILED\n", {"Value/a": "OK", "Value/b": "FAILED"}, 0),
        ("tinyxml2", "[pass] Example [1][1]\n[fail] Other\nPass 1, Fail 1\n",
         {"Example [1][1]": "pass", "Other": "fail"}, 1),
        ("gawk", "addcomma\nanchgsub\n============== _anchgsub =============\n1 TESTS FAILED\n", {}, 2),
    ],
)  # fmt: skip
def test_what_suites_say_is_understood(package: str, text: str, tests: dict[str, str], others: int) -> None:
    found = [match.groupdict() for match in re.finditer(SUITE_RECIPES[package].results, text)]
    named = {groups["test"]: groups["result"] for groups in found if groups.get("test")}
    assert named == tests
    assert len(found) - len(named) == others


def test_the_packages_are_on_sides_that_may_be_looked_at() -> None:
    assert set(SUITE_RECIPES) <= {*SPLITS["train"], *BENCH}
    suites = set(SUITE_RECIPES) - {"lua5.4"}  # Debian ships none of its tests
    assert len(suites) >= 12
    assert {"yaml-cpp", "tinyxml2", "libjsoncpp", "double-conversion", "snappy", "leveldb"} <= suites  # C++
    assert all(recipe.package == name and recipe.test for name, recipe in SUITE_RECIPES.items())


def test_the_command_refuses_what_it_does_not_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (["--packages", "expat"], ["--effort", "most"]):
        monkeypatch.setattr("sys.argv", ["smartopt-lab", "bench", "suites", "--folder", str(tmp_path), *words])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 2
        assert not list(tmp_path.iterdir())
    assert "unknown package 'expat'" in capsys.readouterr().err
