"""Code generation (CASES.md 53 to 63): what may be cut in two, and that nothing is lost on the way."""

from __future__ import annotations

import json
import platform
import time

import pytest

from smartopt.objfile.measure import measure_object

from .conftest import FRAMES_SOURCE, Pair
from .plugins import BOTH, first_on_both

PAIR_WAYS = BOTH

JUMPS = """\
int call(int);
static int twice(int x) { return call(x) * 2 + call(x + 1) - call(x / 3); }
int f(int k, int x) {
    switch (k) {
    case 0: return twice(x); case 1: return call(x); case 2: return call(x - 9); case 3: return twice(x + 7);
    case 4: return call(3); case 7: return call(x * 5); case 9: return call(x ^ 2); case 12: return x;
    }
    return twice(k);
}
int g(int k) {
    switch (k) { case 1: return call(2); case 2: return call(9); case 3: call(1); return call(4); }
    return 3;
}
"""
X86 = platform.machine() in ("x86_64", "AMD64")


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        pytest.param(["-flto"], "driver-lto", id="53 LTO"),
        pytest.param(["-flto=thin"], "driver-lto", id="53 ThinLTO"),
        pytest.param(["-flto", "-ffat-lto-objects"], "driver-lto", id="53 fat LTO"),
        pytest.param(["-fembed-bitcode"], "driver-lto", id="53 embedded bitcode"),
        pytest.param(["-fsanitize=address"], "driver-sanitizer", id="54 address sanitizer"),
        pytest.param(["-fsanitize=undefined"], "driver-sanitizer", id="54 undefined sanitizer"),
        pytest.param(["-fprofile-generate"], "driver-profile", id="54 -fprofile-generate"),
        pytest.param(["-fprofile-instr-use=no.profdata"], "driver-profile", id="54 missing profile"),
        pytest.param(["-fplugin=missing.so"], "driver-plugin", id="54 -fplugin"),
        pytest.param(["-fpass-plugin=missing.so"], "driver-plugin", id="54 -fpass-plugin"),
        pytest.param(["-mllvm", "-stats"], "driver-internal", id="59 -mllvm that prints"),
        pytest.param(["-Xclang", "-mllvm", "-Xclang", "-inline-threshold=5"], "driver-internal", id="59 both"),
        pytest.param(["-O2"], "driver-not-size", id="62 another level last"),
        pytest.param(["-O"], "driver-not-size", id="62 a bare -O last"),
        pytest.param(["-Ofast"], "driver-not-size", id="62 -Ofast last"),
        pytest.param(["-fno-slp-vectorize"], "driver-pipeline", id="clang's own pipeline changes"),
        pytest.param(["-fno-unroll-loops"], "driver-pipeline", id="clang's own pipeline changes too"),
        pytest.param(["-Os", "-fno-tree-vectorize"], "driver-pipeline", id="clang's own pipeline changes at -Os"),
    ],
)
def test_cases_53_to_62_left_to_clang(pair: Pair, args: list[str], reason: str) -> None:
    """The plugin is not asked, and nobody counts, where clang's pipeline is none of ours."""
    assert pair.same("-Oz", "-c", "a.c", *args) in ({reason}, pair.either({reason}, set()))


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        pytest.param(["-Xarch_host", "-g"], "driver-arch", id="58 -Xarch"),
        pytest.param(["-Xclang", "-Oz"], "driver-internal", id="59 -Xclang takes a word"),
        pytest.param(["-Xclang", "-fno-pch-timestamp"], "driver-internal", id="59 -Xclang"),
        pytest.param(["-mllvm", "-inline-threshold=5"], "driver-internal", id="59 -mllvm takes a word"),
        pytest.param(["-mllvm", "-x86-asm-syntax=intel"], "driver-internal", id="59 -mllvm of the back end"),
        pytest.param(["-mllvm=-enable-gvn-hoist", "-g"], "driver-internal", id="59 -mllvm joined"),
        pytest.param(["-Wa,-I."], "driver-assembler", id="60 -Wa, where files are found"),
        pytest.param(["-fno-integrated-as"], "driver-assembler", id="60 another assembler"),
    ],
)
def test_cases_58_to_60_where_clang_runs_once(pair: Pair, args: list[str], reason: str) -> None:
    pair.inside(reason, "-Oz", "-c", "a.c", *args)


@pytest.mark.parametrize(
    "args",
    [
        pytest.param(["-arch", "x86_64"], id="58 -arch, which is for Apple's targets"),
        pytest.param(["-Xclang", "-disable-llvm-passes"], id="59 no passes"),
        pytest.param(["-mllvm"], id="59 -mllvm lacks its word"),
        pytest.param(["-mllvm", "-no-such-option"], id="59 -mllvm that LLVM does not know"),
        pytest.param(["-Wa,-als"], id="60 -Wa,-a"),
        pytest.param(["-Wa,--noexecstack,-al"], id="60 -Wa, a list among the harmless"),
        pytest.param(["-Xassembler", "-al"], id="60 -Xassembler takes a word"),
    ],
)
def test_cases_58_to_60_left_to_clang(pair: Pair, args: list[str]) -> None:
    reasons = pair.same("-Oz", "-c", "a.c", *args)
    assert "winner.oz" not in reasons


@pytest.mark.parametrize("major", [22, 19])
@pytest.mark.parametrize("option", ["-inline-threshold=1000", "-min-jump-table-entries=2"])
def test_case_59_options_of_llvm_hold_in_the_optimizer(pair: Pair, major: int, option: str) -> None:
    """Its baseline is what clang makes with the option, so that a decision is made on the right sizes."""
    if pair.plugins is None:
        pytest.skip("two runs leave such commands to clang")
    pair.use(major)
    pair.files = {"a.c": JUMPS}
    pair.environment.update(SMARTOPT_SELECT="auto", SMARTOPT_REPORT_DIR=str(pair.home / "reports"))
    sizes = set()
    for words in ([], ["-mllvm", option]):
        clangs = measure_object(pair.direct("-Oz", *words, "-c", "a.c").tree["a.o"][2]).total
        for _ in ("first", "remembered"):
            ours = measure_object(pair.ours("-Oz", *words, "-c", "a.c").tree["a.o"][2]).total
            (path,) = (pair.home / "reports").glob("*.json")
            report = json.loads(path.read_text())
            path.unlink()
            assert ours <= clangs
            assert report["bytes"]["oz"]["total"] == clangs
            assert not words or not (report.get("slim") or report.get("outlined"))
        sizes.add(clangs)
    assert len(sizes) == 2


@pytest.mark.parametrize(
    "args",
    first_on_both(
        ["-Wa,--noexecstack"],
        ["-Wa,--noexecstack,--fatal-warnings"],
        ["-Xassembler", "--noexecstack", "-Qunused-arguments"],
        ["-Wa,-mrelax-relocations=no", "-fPIC"],
        ["-Wa,-W", "-Wa,--no-warn", "-Wa,-L"],
        ["-Wa,--compress-debug-sections", "-g"],
    ),
)
def test_case_60_harmless_words_for_the_assembler(pair: Pair, args: list[str]) -> None:
    """All of zstd, OpenSSL and others are compiled with the first."""
    assembly = '__asm__(".section .note, \\"\\", @progbits\\n.previous");\n'
    pair.files = {"a.c": f"{assembly}extern int far;\nint *f(void) {{ return &far; }}\n"}
    pair.eligible("-Oz", *args, "-c", "a.c")


def test_case_60_fatal_warnings_of_the_assembler(pair: Pair) -> None:
    pair.files = {"a.c": 'void f(void) { __asm__(".warning \\"odd\\""); }\n'}
    assert pair.same("-Oz", "-c", "a.c", "-Wa,--fatal-warnings") >= pair.either({"driver-back-failed"}, set())
    assert pair.same("-Oz", "-c", "a.c", "-Wa,--noexecstack") >= pair.either({"driver-back-spoke"}, set())
    pair.eligible("-Oz", "-c", "a.c", "-Wa,--no-warn")


def test_case_55_sections(pair: Pair) -> None:
    pair.eligible("-Oz", "-ffunction-sections", "-fdata-sections", "-c", "a.c")
    pair.eligible("-Oz", "-ffunction-sections", "-fdata-sections", "-fvisibility=hidden", "-c", "a.cc", cxx=True)


@pytest.mark.parametrize(
    "args",
    first_on_both(
        ["--target=aarch64-linux-gnu"],
        ["-target", "aarch64-linux-gnu", "-mcpu=cortex-a53"],
        ["--target=thumbv7m-none-eabi"],
    ),
)
def test_case_56_other_targets(pair: Pair, args: list[str]) -> None:
    pair.files = {"a.c": "int f(int *v, int n) { int s = 0; for (int i = 0; i < n; i++) s += v[i]; return s; }\n"}
    pair.eligible("-Oz", *args, "-c", "a.c")


@pytest.mark.skipif(not X86, reason="flags of x86-64")
def test_cases_56_and_57_x86(pair: Pair) -> None:
    pair.files = {"a.c": "long f(long *v, int n) { long s = 0; for (int i = 0; i < n; i++) s += v[i]; return s; }\n"}
    for flags in (["-m32"], ["-march=native"], ["-march=x86-64-v3", "-mtune=native"], ["-mno-sse"]):
        pair.eligible("-Oz", *flags, "-c", "a.c")


@pytest.mark.parametrize(
    "source",
    [
        pytest.param('__attribute__((error("never"))) void no(void);\nvoid f(void) { no(); }\n', id="error"),
        pytest.param('__attribute__((warning("rather not"))) void no(void);\nvoid f(void) { no(); }\n', id="warning"),
        pytest.param('__attribute__((error("never"))) void no(void);\nvoid f(void) { if (0) no(); }\n', id="dead"),
        pytest.param('void f(void) { __asm__("no such instruction"); }\n', id="asm"),
        pytest.param('#warning first\nvoid f(void) { __asm__("no such instruction"); }\n', id="both ends speak"),
        pytest.param(
            "void f(int *v, int n) {\n#pragma clang loop vectorize(enable)\n"
            "for (int i = 1; i < n; i++) v[i] += v[i - 1]; }\n",
            id="pass failed",
        ),
    ],
)
def test_case_61_diagnostics_of_the_back_end(pair: Pair, source: str) -> None:
    pair.files = {"a.c": source, "a.o": "stale"}
    pair.same("-Oz", "-c", "a.c", "-Wall")
    pair.same("-Oz", "-c", "a.c", "-Werror", "-g")


def test_case_61_frame_size(pair: Pair) -> None:
    pair.files = {"a.c": "void g(char *); \n#warning said once\nvoid f(void) { char c[5000]; g(c); }\n"}
    assert pair.same("-Oz", "-c", "a.c", "-Wframe-larger-than=100") >= pair.either({"driver-back-spoke"}, set())


@pytest.mark.parametrize("major", [22, 19])
def test_case_61_frames_that_only_clang_makes(pair: Pair, major: int) -> None:
    """Clang's own code is asked for its warnings, too: what it says does not depend on the plan."""
    pair.use(major)
    pair.files = {"a.c": FRAMES_SOURCE}
    pair.environment.update(SMARTOPT_SELECT="auto", SMARTOPT_EFFORT="default")
    said = {}
    for limit in (60, 110, 128, 130, 200):
        words = ("-Oz", "-c", "a.c", f"-Wframe-larger-than={limit}")
        expected, done = pair.direct(*words), pair.ours(*words)
        assert (done.code, done.stderr) == (expected.code, expected.stderr)
        said[limit] = bool(expected.stderr)
    assert set(said.values()) == {False, True}
    if X86:  # of the frames, one is smaller than clang's
        pair.fresh()
        assert pair.run(pair.door(), "-Oz", "-fstack-usage", "-c", "a.c", env={"SMARTOPT_PLUGIN": "1"}).code == 0
        sizes = [int(line.split()[1]) for line in (pair.work / "a.su").read_text().splitlines()]
        assert pair.plugins is None or max(sizes) < 128 < 200
        assert said[128]


@pytest.mark.parametrize("major", [22, 19])
def test_case_61_diagnostics_as_one_text_at_the_end(pair: Pair, major: int) -> None:
    pair.use(major)
    pair.files = {"a.c": FRAMES_SOURCE}
    pair.environment.update(SMARTOPT_SELECT="auto", SMARTOPT_EFFORT="default")
    words = ("-Oz", "-Wframe-larger-than=128", "-fdiagnostics-format=sarif", "-Wno-sarif-format-unstable", "-c", "a.c")
    assert pair.same(*words) == {"driver-diagnostics"}


def test_case_59_a_process_for_each_job(pair: Pair) -> None:
    pair.eligible("-Oz", "-fno-integrated-cc1", "-c", "a.c")
    pair.eligible("-Oz", "-fintegrated-cc1", "-c", "a.c")


def test_case_62_the_last_level_decides(pair: Pair) -> None:
    pair.eligible("-O2", "-Oz", "-c", "a.c")
    pair.eligible("-Oz", "-O0", "-Os", "-c", "a.c")


def test_case_63_the_time_is_that_of_this_compile(pair: Pair) -> None:
    pair.files = {"a.c": 'const char when[] = "at " __DATE__ " " __TIME__;\n'}
    before = time.time()
    first = pair.ours("-Oz", "-c", "a.c").tree["a.o"][2]
    moments = {time.strftime("%H:%M:%S", time.localtime(before + more)).encode() for more in range(60)}
    assert any(moment in first for moment in moments)
    time.sleep(1.1)
    assert pair.ours("-Oz", "-c", "a.c").tree["a.o"][2] != first


def test_unused_words_for_the_linker_are_named_once(pair: Pair) -> None:
    words = ["-lm", "-L/no/such", "-Wl,-O1", "-shared", "-rdynamic", "-s", "-nostdlib", "-fuse-ld=lld"]
    pair.eligible("-Oz", "-c", "a.c", *words)
    pair.same("-Oz", "-c", "a.c", "-Werror", *words)


def test_ignored_flags_are_named_once(pair: Pair) -> None:
    pair.eligible("-Oz", "-c", "a.c", "-finline-limit=10", "-falign-jumps", "-fno-tree-vrp")


@pytest.mark.parametrize("debug", first_on_both("-g", "-g1", "-gdwarf-4", "-ggdb3", "-gline-tables-only"))
def test_debug_information_is_clangs(pair: Pair, debug: str) -> None:
    pair.eligible("-Oz", debug, "-c", "a.c")


def test_os_is_not_oz(pair: Pair) -> None:
    pair.files = {"a.c": "int f(int *v, int n) { int s = 1; for (int i = 0; i < n; i++) s *= v[i] / 7; return s; }\n"}
    pair.eligible("-Os", "-c", "a.c")
    assert pair.last.tree["a.o"] != pair.ours("-Oz", "-c", "a.c").tree["a.o"]
