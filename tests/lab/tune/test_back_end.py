"""The search for settings of the back end, on one small module for another target."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from smartopt.codegen.slim_data import SLIM_FILE, slim_data
from smartopt.lab.app import make_app
from smartopt.lab.tune.back_end import spread
from smartopt.lab.tune.back_end_cli import formatted
from smartopt.lab.tune.back_end_options import settings_for
from tests.optimizer.support import clang

SOURCE = b"""
int g(int); extern int table[64];
int f(const unsigned char *s, int n) {
  int sum = 0;
  for (int i = 0; i < n; i++) { switch (s[i]) { case 1: sum += g(i); break; case 7: sum -= 3; break;
    case 9: sum ^= table[i & 63]; break; case 12: sum *= 5; break; case 30: g(sum); break; default: sum += s[i]; } }
  return sum;
}
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    flags = ("--target=aarch64-linux-gnu", "-Oz", "-Xclang", "-disable-llvm-passes", "-x", "c", "-c", "-emit-llvm")
    for number in range(3):
        path = tmp_path / "bitcode" / f"package{number % 2}" / f"{number}.bc"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(clang(22, "-", *flags, "-o", "-", data=SOURCE.replace(b"12", b"%d" % (12 + number))))
    return tmp_path


def test_the_command(corpus: Path) -> None:
    arguments = ["tune-backend", str(corpus / "bitcode"), "--target", "aarch64", "--out", str(corpus / "sizes.jsonl")]
    arguments += ["--files", "2", "--jobs", "1", "--worth", "0"]
    arguments += ["--options", "disable-lsr,optsize-jump-table-density,apply-ext-tsp-for-size,t2-reduce-limit"]
    done = CliRunner().invoke(make_app(["tune-backend"]), arguments)
    assert done.exit_code == 0, done.output
    rows = [json.loads(line) for line in (corpus / "sizes.jsonl").read_text().splitlines()[1:]]
    assert "those in use, together" in done.output
    assert {"", "-disable-lsr=1", "-optsize-jump-table-density=80"} <= {row["settings"] for row in rows}
    assert all(row["bytes"] > 100 for row in rows)
    before = (corpus / "sizes.jsonl").read_bytes()
    again = CliRunner().invoke(make_app(["tune-backend"]), arguments)
    assert again.output.splitlines()[-3:] == done.output.splitlines()[-3:]
    assert (corpus / "sizes.jsonl").read_bytes() == before


def test_an_option_that_llvm_does_not_have_is_passed_over(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartopt.lab.tune.back_end_cli.settings_for", lambda _: [("-no-such-option", "1")])
    arguments = ["tune-backend", str(corpus / "bitcode"), "--target", "aarch64", "--out", str(corpus / "sizes.jsonl")]
    done = CliRunner().invoke(make_app(["tune-backend"]), [*arguments, "--files", "1", "--jobs", "1"])
    assert done.exit_code == 0, done.output
    rows = [json.loads(line) for line in (corpus / "sizes.jsonl").read_text().splitlines()[1:]]
    assert len({row["bytes"] for row in rows if row["settings"] in ("", "-no-such-option=1")}) == 1
    assert "no-such-option" not in done.output


def test_files_of_all_packages(tmp_path: Path) -> None:
    paths = [tmp_path / package / f"{number}.bc" for package in ("a", "b") for number in range(5)]
    assert [path.parent.name for path in spread(paths, 4)] == ["a", "a", "b", "b"]
    assert len(spread(paths, 100)) == 10


def test_the_products_table_is_as_the_command_writes_it() -> None:
    assert Path(SLIM_FILE).read_text() == formatted(slim_data())


def test_what_the_product_uses_is_tried() -> None:
    for target, data in slim_data().items():
        tried = {option for option, _ in settings_for(target)}
        assert {row[0] for row in data["settings"]} <= tried
