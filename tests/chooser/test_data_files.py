"""Which packaged data file an LLVM version gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from smartopt.chooser.data_files import DATA, nearest


def test_there_is_data_for_every_llvm() -> None:
    assert nearest("coreset", 22) == str(Path(DATA, "coreset-22.json"))
    assert nearest("lines", 17) is not None
    assert nearest("no-such-kind", 22) is None


@pytest.mark.parametrize(("major", "name"), [(22, "a-22"), (19, "a-19"), (20, "a-19"), (21, "a-22"), (40, "a-22")])
def test_its_own_or_the_nearest(tmp_path: Path, major: int, name: str) -> None:
    for file in ("a-19.json", "a-22.json", "b-21.json", "a-21.txt", "a-x.json"):
        (tmp_path / file).touch()
    assert nearest("a", major, tmp_path) == str(tmp_path / f"{name}.json")


def test_a_target_has_its_own_files_or_those_of_x86(tmp_path: Path) -> None:
    for name in ("a-19", "a-22", "a-22-arm"):
        (tmp_path / f"{name}.json").touch()
    assert nearest("a", 19, tmp_path, "arm") == str(tmp_path / "a-22-arm.json")
    assert nearest("a", 19, tmp_path, "riscv") == str(tmp_path / "a-19.json")
    assert nearest("a", 22, tmp_path) == str(tmp_path / "a-22.json")
