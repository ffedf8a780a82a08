"""Which proposer an optimisation gets, and what a user hears who named a model that cannot run."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from smartopt.chooser import data_files, line_model
from smartopt.chooser.choose import choose_proposer
from smartopt.errors import ModelError
from smartopt.options import Options
from tests.support import EXAMPLES, ROOT, one_line

MODEL = ROOT / "models" / "tiny-22"


@pytest.mark.parametrize(
    ("options", "engine", "name"),
    [
        (Options(), "libllvm", "lines-22"),
        (Options(effort="max"), "libllvm", "lines-22"),
        (Options(effort="fast"), "libllvm", "coreset-22"),
        (Options(model="none"), "libllvm", "coreset-22"),
        (Options(), "opt", "coreset-22"),
        (Options(), "llvmlite", "coreset-22"),
        (Options(model=str(MODEL)), "libllvm", "tiny-22"),
    ],
    ids=str,
)
def test_the_options_decide(options: Options, engine: str, name: str) -> None:
    fallbacks: Counter[str] = Counter()
    assert choose_proposer(options, 22, fallbacks, engine).name == name
    assert not fallbacks


def test_a_damaged_model_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in Path(data_files.DATA).glob("lines-22.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes() + b" ")
    (tmp_path / "lines-22.sha256").write_bytes(Path(data_files.DATA, "lines-22.sha256").read_bytes())
    monkeypatch.setattr(line_model, "DATA", tmp_path)
    line_model._load.cache_clear()
    fallbacks: Counter[str] = Counter()
    try:
        assert choose_proposer(Options(), 22, fallbacks).name == "coreset-22"
    finally:
        line_model._load.cache_clear()
    assert fallbacks == {"model-refused": 1}


def test_a_line_model_of_ones_own(tmp_path: Path) -> None:
    packaged, own = Path(data_files.DATA, "lines-22.safetensors"), tmp_path / "own.safetensors"
    own.write_bytes(packaged.read_bytes())
    assert choose_proposer(Options(model=str(own)), 22, Counter()).name == "lines-22"
    with pytest.raises(ModelError, match="for LLVM 22, not 19"):
        choose_proposer(Options(model=str(own)), 19, Counter())
    own.write_bytes(packaged.read_bytes()[:1000])
    with pytest.raises(ModelError, match=r"own\.safetensors is damaged"):
        choose_proposer(Options(model=str(own)), 22, Counter())


def test_a_model_for_another_llvm_is_counted() -> None:
    fallbacks: Counter[str] = Counter()
    assert choose_proposer(Options(model=str(MODEL)), 19, fallbacks).name == "coreset-22"
    assert fallbacks == {"model-refused": 1}


def test_no_model_in_the_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model is at"):
        choose_proposer(Options(model=str(tmp_path)), 22, Counter())


_WITHOUT = """
import importlib.util, sys

real = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name in {missing!r} else real(name, *more)
from smartopt.opt.main import main

sys.argv = ["smartopt", *sys.argv[1:]]
main()
"""


@pytest.mark.parametrize("missing", [("ctranslate2",), ("ctranslate2", "numpy", "tokenizers")], ids=len)
def test_a_model_without_its_libraries_says_what_to_install(missing: tuple[str, ...], tmp_path: Path) -> None:
    out = tmp_path / "out.bc"
    code = _WITHOUT.format(missing=missing)
    command = [sys.executable, "-c", code, str(EXAMPLES / "calc.ll"), "-o", str(out), "--model", str(MODEL)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120, check=False)
    assert done.returncode == 1
    line = one_line(done)
    assert f"needs {', '.join(missing)};" in line
    assert "pip install 'smartopt[model]'" in line
    assert not out.exists()
