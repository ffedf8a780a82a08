"""The ``smartopt`` command as a user or a build system meets it."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import stat
import subprocess
import time
from pathlib import Path

import pytest

from smartopt.errors import UsageError
from smartopt.reasons import REASONS
from tests.support import EXAMPLES, ROOT, SMARTOPT, TINY, one_line, opt, smartopt, tool

CALC = EXAMPLES / "calc.ll"
FAST = ("--effort", "fast")


def _body(text: bytes) -> bytes:
    """A module's text without its first line, a comment with the name of the file it was read from."""
    first, _, rest = text.partition(b"\n")
    assert first.startswith(b"; ModuleID")
    return rest


def _nameless(message: bytes) -> bytes:
    """A message of opt's without the name it was called by."""
    return re.sub(rb"\S*\bopt(-22)?(?=[: ])", b"opt", message)


# -- opt's habits --


def test_stdin_to_stdout_is_bitcode_without_s() -> None:
    done = smartopt(stdin=TINY)
    assert done.stdout.startswith(b"BC\xc0\xde")
    assert done.stderr == b""
    text = smartopt("-S", stdin=TINY).stdout
    assert b" @twice(" in text
    assert opt("-S", "-passes=verify", stdin=done.stdout).returncode == 0


@pytest.mark.parametrize(
    "spelling",
    [
        ("-Oz",),
        ("--Oz",),
        ("-passes=default<Oz>",),
        ("--passes", "default<Oz>"),
        ("-p", "default<Oz>"),
        ("-disable-verify",),
        ("--", "-"),
    ],
)
def test_spellings_of_size(spelling: tuple[str, ...]) -> None:
    assert smartopt("-S", *spelling, stdin=TINY).stdout == smartopt("-S", "-", stdin=TINY).stdout


def test_text_and_bitcode_in_and_out(tmp_path: Path) -> None:
    bitcode = tmp_path / "in.bc"
    assert opt("-passes=verify", CALC, "-o", bitcode).returncode == 0
    assert smartopt(*FAST, bitcode, "-o", tmp_path / "a").returncode == 0
    assert smartopt(*FAST, "-o", tmp_path / "b.ll", "-S", bitcode).returncode == 0
    assert (tmp_path / "b.ll").read_bytes().startswith(b"; ModuleID")
    assert _body(opt("-S", tmp_path / "a").stdout) == _body(opt("-S", tmp_path / "b.ll").stdout)


def test_the_same_bytes_twice_and_with_two_jobs(tmp_path: Path) -> None:
    runs = [smartopt(*FAST, CALC, "-j", str(jobs)).stdout for jobs in (1, 1, 2)]
    assert runs[0] == runs[1] == runs[2] != b""


def test_search_tries_random_lists_too(tmp_path: Path) -> None:
    trials = []
    for number in ("0", "3"):
        done = smartopt(*FAST, f"--search={number}", CALC, "-o", tmp_path / number, "--report", tmp_path / "report")
        assert done.returncode == 0
        report = json.loads((tmp_path / "report").read_text())
        assert report["bytes"]["output"]["total"] <= report["bytes"]["oz"]["total"]
        trials.append(report["trials"])
    assert trials[1] > trials[0] > 0
    again = smartopt(*FAST, "--search", "3", CALC)
    assert (again.returncode, again.stdout) == (0, (tmp_path / "3").read_bytes())
    for wrong in ("-1", "many"):
        done = smartopt("--search", wrong, CALC)
        assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
        assert b"search" in done.stderr


def test_smaller_than_oz_on_an_example(tmp_path: Path) -> None:
    smartopt(CALC, "-o", tmp_path / "out", "--report", tmp_path / "report")
    report = json.loads((tmp_path / "report").read_text())
    assert report["winner"] in ("plan", "module")
    assert report["bytes"]["output"]["total"] < report["bytes"]["oz"]["total"]


# -- the report is a contract --


def test_the_reports_fields(tmp_path: Path) -> None:
    assert smartopt(*FAST, CALC, "-o", tmp_path / "out", "--report", tmp_path / "report").returncode == 0
    report = json.loads((tmp_path / "report").read_text())
    wanted = {
        "schema", "smartopt", "llvm", "engine", "model", "objective", "effort", "instructions", "bytes", "winner",
        "functions", "trials", "seconds", "fallbacks",
    }  # fmt: skip
    assert wanted <= set(report)
    assert report["schema"] == 1
    assert report["effort"] == "fast"
    assert set(report["instructions"]) == {"input", "oz", "output"}
    for which in ("oz", "output"):
        sections = report["bytes"][which]
        assert set(sections) == {"text", "rodata", "eh_frame", "data", "total"}
        assert sections["total"] == sum(value for key, value in sections.items() if key != "total")
    assert report["winner"] in ("plan", "module", "oz")
    for function in report["functions"]:
        assert set(function) >= {"name", "instructions", "bytes", "passes", "source", "rank"}
        assert set(function["instructions"]) == {"input", "oz", "output"}
        assert set(function["bytes"]) == {"oz", "output"}
        assert function["source"] in ("model", "coreset", "search", "oz", "cache")
    assert {"baseline", "propose", "try", "compose", "total"} <= set(report["seconds"])
    assert set(report["fallbacks"]) <= set(REASONS)


def test_a_report_per_output_a_collection_and_a_log(tmp_path: Path) -> None:
    env = {
        "SMARTOPT_REPORT_DIR": str(tmp_path / "reports"),
        "SMARTOPT_COLLECT_DIR": str(tmp_path / "collected"),
        "SMARTOPT_LOGFILE": str(tmp_path / "log"),
    }
    (tmp_path / "sub").mkdir()
    for output in ("out.bc", "sub/out.bc", "out.bc"):
        assert smartopt("-o", output, stdin=TINY, env=env, cwd=tmp_path).returncode == 0
    assert len(list((tmp_path / "reports").glob("out.bc-*.json"))) == 2
    (collected,) = (tmp_path / "collected").iterdir()
    assert collected.read_bytes() == TINY
    lines = (tmp_path / "log").read_text().splitlines()
    assert len(lines) == 3
    assert "smartopt -o sub/out.bc: " in lines[1]


def test_side_files_that_cannot_be_written_stop_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    below = str(tmp_path / "file" / "below")
    env = dict.fromkeys(("SMARTOPT_REPORT_DIR", "SMARTOPT_COLLECT_DIR", "SMARTOPT_LOGFILE", "SMARTOPT_DIR"), below)
    done = smartopt("-S", stdin=TINY, env=env)
    assert (done.returncode, done.stderr) == (0, b"")


# -- what people see --


def test_the_table_says_what_and_why() -> None:
    done = smartopt(CALC, "-o", "/dev/null", "--table")
    text = done.stderr.decode()
    assert "parse_primary" in text
    assert "choice 1" in text or "choice 2" in text  # the line breaks where the terminal's width wants it
    assert "-Oz → smartopt: " in text
    assert "taken: " in text
    assert smartopt(*FAST, CALC, "-o", "/dev/null", "-v").stderr


def test_the_table_names_touches(tmp_path: Path) -> None:
    report = tmp_path / "why.json"
    done = smartopt(CALC, "-o", "/dev/null", "--table", "--effort", "max", "--report", str(report))
    touches = set(json.loads(report.read_text())["touches"].values())
    assert touches
    shown = done.stderr.decode().replace("\n", " ")
    assert any(f"+ {touch}" in shown for touch in touches)


def test_a_module_without_gain_has_a_table_too() -> None:
    text = smartopt("-o", "/dev/null", "--table", stdin=TINY).stderr.decode()
    assert "1 of 1 functions stay as -Oz made them" in text
    text = smartopt("-o", "/dev/null", "--table", stdin=b"declare void @f()").stderr.decode()
    assert REASONS["no-functions"] in " ".join(text.split())


def _in_terminal(command: list[str], stdin: bytes) -> tuple[int, str]:
    """Run with stdout and stderr on a terminal; returns the exit code and what the terminal showed."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=theirs, stderr=theirs, env=env)
    os.close(theirs)
    assert child.stdin is not None
    child.stdin.write(stdin)
    child.stdin.close()
    shown = b""
    while True:
        try:
            block = os.read(ours, 4096)
        except OSError:  # EIO: the other end is closed
            break
        if not block:
            break
        shown += block
    os.close(ours)
    return child.wait(timeout=60), shown.decode(errors="replace").replace("\r\n", "\n")


def test_bitcode_is_not_poured_on_a_terminal() -> None:
    code, shown = _in_terminal([*SMARTOPT, "--no-table"], TINY)
    assert code == 0
    assert "BC\N{LATIN CAPITAL LETTER A WITH GRAVE}" not in shown
    real = _in_terminal([tool("opt-22"), "-Oz"], TINY)
    assert (code, shown.strip()) == (real[0], real[1].strip())
    assert " @twice(" in _in_terminal([*SMARTOPT, "-S"], TINY)[1]
    assert "WARNING" not in _in_terminal([*SMARTOPT, "-f"], TINY)[1]


def test_a_terminal_gets_the_table_and_a_pipe_nothing() -> None:
    assert "taken: " in _in_terminal([*SMARTOPT, "-o", "/dev/null"], TINY)[1]
    assert "taken: " not in _in_terminal([*SMARTOPT, "-o", "/dev/null", "--no-table"], TINY)[1]
    assert smartopt("-o", "/dev/null", stdin=TINY).stderr == b""


@pytest.mark.parametrize("spelling", ["--help", "-help", "-h"])
def test_help_teaches(spelling: str) -> None:
    done = smartopt(spelling)
    text = done.stdout.decode()
    assert done.returncode == 0
    for word in ("Examples", "Effort", "--objective", "SMARTOPT_DISABLE", "README.md", "-disable-llvm-passes"):
        assert word in text


def test_version() -> None:
    text = smartopt("--version").stdout.decode()
    assert text.startswith("smartopt 0.")
    assert "LLVM version 22." in text


# -- usage --


@pytest.mark.parametrize(
    ("args", "env", "says"),
    [
        (["--effort", "huge"], {}, "'huge' is not one of 'fast', 'default', 'max'"),
        ([], {"SMARTOPT_EFFORT": "huge"}, "SMARTOPT_EFFORT"),
        ([], {"SMARTOPT_SELECT": "huge"}, "SMARTOPT_SELECT"),
        (["--jobs", "0"], {}, "jobs must be at least 1"),
        (["--jobs", "many"], {}, "--jobs"),
        (["--json"], {}, "--show-stats"),
        (["--report=-"], {}, "both go to stdout"),
        (["a.ll", "b.ll"], {}, "one input at a time"),
        (["-O2", "--table"], {}, "leave out one of them"),
    ],
)
def test_usage_errors(args: list[str], env: dict[str, str], says: str) -> None:
    done = smartopt(*args, env=env, stdin=TINY)
    assert done.returncode == UsageError.exit_code == 2
    assert says in one_line(done)


def test_no_such_llvm() -> None:
    done = smartopt("--llvm", "5", stdin=TINY)
    assert done.returncode == 1
    assert "LLVM 5" in one_line(done)


# -- the real opt --


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (("-O2", "-S"), "opt-not-size"),
        (("-passes=instcombine", "-S"), "opt-not-size"),
        (("-Oz", "-S", "-strip-debug"), "opt-unknown-option"),
        (("-S", "--no-such-option"), "opt-unknown-option"),
        (("-Oz", "nofile.ll", "-time-passes"), "opt-unknown-option"),
    ],
)
def test_handed_over_unchanged_and_counted(args: tuple[str, ...], reason: str, tmp_path: Path) -> None:
    env = {"SMARTOPT_DIR": str(tmp_path / "state")}
    done, real = smartopt(*args, stdin=TINY, env=env), opt(*args, stdin=TINY)
    assert done.returncode == real.returncode
    assert done.stdout == real.stdout
    if b"Pass execution" not in real.stderr:  # which is full of times
        assert _nameless(done.stderr) == _nameless(real.stderr)
    counted = json.loads(smartopt("--show-stats", "--json", env=env).stdout)
    assert counted == {"runs": 1, f"reason.{reason}": 1}
    assert REASONS[reason] in smartopt("--show-stats", env=env).stdout.decode()


def test_switched_off(tmp_path: Path) -> None:
    env = {"SMARTOPT_DISABLE": "1", "SMARTOPT_DIR": str(tmp_path / "state")}
    done = smartopt("--effort", "max", "-S", CALC, env=env)
    assert done.stdout == opt("-Oz", "-S", CALC).stdout
    assert json.loads(smartopt("--show-stats", "--json", env=env).stdout) == {"runs": 1, "reason.disabled": 1}
    disabled = smartopt("--fingerprint", env=env).stdout
    env["SMARTOPT_DISABLE"] = "0"
    assert disabled.startswith(b"smartopt ")
    assert disabled != smartopt("--fingerprint", env=env).stdout


def test_baseline_goes_the_whole_way_and_takes_oz(tmp_path: Path) -> None:
    ours, real = tmp_path / "ours.bc", tmp_path / "real.bc"
    assert smartopt(*FAST, CALC, "-o", ours, env={"SMARTOPT_SELECT": "baseline"}).returncode == 0
    assert opt("-Oz", CALC, "-o", real).returncode == 0
    # Predecessors stand in a comment, in the order of use lists, which bitcode does not keep.
    bodies = [re.sub(rb" *; preds = .*", b"", _body(opt("-S", path).stdout)) for path in (ours, real)]
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (f'exec {" ".join(SMARTOPT)} "$@"', b"no clang, opt or libLLVM"),
        ('exec $TOOL "$@"', b"calls smartopt again"),
        ('$TOOL "$@"', b"calls smartopt again"),
    ],
)
def test_an_opt_that_is_smartopt_again_is_noticed(script: str, told: bytes, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin" / "opt"
    fake.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo LLVM version 22.1.0 && exit\n{script}\n')
    fake.chmod(0o755)
    env = {"SMARTOPT_LLVM": str(tmp_path), "TOOL": " ".join(SMARTOPT)}
    done = smartopt("-O2", stdin=TINY, env=env, timeout=20)
    assert done.returncode == 1
    assert one_line(done)
    assert told in done.stderr


def test_llvm_19_too(tmp_path: Path) -> None:
    output = tmp_path / "out.bc"
    done = smartopt(*FAST, "--llvm", "19", "-o", output, stdin=TINY)
    assert (done.returncode, done.stderr) == (0, b"")
    assert opt("-passes=verify", "-disable-output", output, major=19).returncode == 0


# -- statistics --


def test_statistics_of_runs(tmp_path: Path) -> None:
    env = {"SMARTOPT_DIR": str(tmp_path / "state")}
    assert smartopt("--show-stats", env=env).stdout == b"Nothing has been counted yet.\n"
    smartopt(*FAST, CALC, "-o", "/dev/null", env=env)
    counted = json.loads(smartopt("--show-stats", "--json", env=env).stdout)
    assert counted["runs"] == 1
    assert counted["bytes.oz"] >= counted["bytes.output"] > 0
    assert counted["milliseconds"] > 0
    assert smartopt("--zero-stats", env=env).returncode == 0
    assert smartopt("--show-stats", env=env).stdout == b"Nothing has been counted yet.\n"


def test_clear_cache_leaves_statistics(tmp_path: Path) -> None:
    state = tmp_path / "state"
    env = {"SMARTOPT_DIR": str(state)}
    smartopt("-o", "/dev/null", stdin=TINY, env=env)
    for name, size in (("cache", 1000), ("predictions", 234)):
        (state / name).mkdir(exist_ok=True)
        for path in (state / name).rglob("*"):
            path.unlink() if path.is_file() else None
        (state / name / "entry").write_bytes(b"x" * size)
    assert b"1,234 bytes" in smartopt("--clear-cache", env=env).stderr
    assert os.listdir(state) == ["stats"]


# -- signals and pipes --


def default_signals() -> None:
    """A job that a shell put into the background ignores SIGINT, and so would its children."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def test_interrupted(tmp_path: Path) -> None:
    output = tmp_path / "out"
    output.write_bytes(b"before")
    for number in (signal.SIGINT, signal.SIGTERM):
        command = [*SMARTOPT, "--effort", "max", str(EXAMPLES / "pack.ll"), "-o", str(output)]
        child = subprocess.Popen(
            command,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            preexec_fn=default_signals,
        )
        time.sleep(1.0)
        child.send_signal(number)
        _, shown = child.communicate(timeout=20)
        assert child.returncode == 128 + number
        assert shown == b""
        assert output.read_bytes() == b"before"
        assert os.listdir(tmp_path) == ["out"]


def test_a_reader_that_leaves_is_no_error_to_talk_about() -> None:
    command = [*SMARTOPT, *FAST, "-S", str(CALC)]
    child = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.close()
    with child.stderr:
        assert child.stderr.read() == b""
    assert child.wait(timeout=60) == os.EX_IOERR


def test_mode_of_a_new_output(tmp_path: Path) -> None:
    output = tmp_path / "out"
    smartopt("-o", output, stdin=TINY, umask=0o077)
    assert stat.S_IMODE(output.stat().st_mode) == 0o600


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_closed_streams_are_not_used(closed: str, tmp_path: Path) -> None:
    """Neither a traceback, nor a pipe of ours in the place of a closed stream."""
    (tmp_path / "in.ll").write_bytes(TINY)
    done = subprocess.run(
        ["sh", "-c", f'"$@" {closed}', "sh", *SMARTOPT, "in.ll", "-o", "out"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert (tmp_path / "out").read_bytes() == smartopt("in.ll", cwd=tmp_path).stdout


def test_a_closed_output_is_an_error_of_one_line() -> None:
    done = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *SMARTOPT, str(CALC), *FAST],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=60,
    )
    assert one_line(done) == "cannot write -: Bad file descriptor"
    assert done.returncode == 1
