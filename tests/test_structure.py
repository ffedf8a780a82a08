"""Rules of the code that ruff, mypy and import-linter cannot check; smartopt/ARCHITECTURE.md lists the invariants."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import smartopt
from tests.support import ROOT

PACKAGE = ROOT / "smartopt"
SOURCES = sorted(PACKAGE.rglob("*.py"))

# The only file that may load a shared library.
CTYPES = {"llvm/capi.py"}
LEARNING = ("torch", "transformers", "accelerate", "bitsandbytes", "ctranslate2", "ray")
"""Never imported when a module is imported, only when a function needs them."""
HEAVY = (*LEARNING, "numpy", "sklearn", "pyarrow", "pandas")


def _imports(tree: ast.AST, *, at_import_time: bool) -> Iterator[str]:
    """Names of imported modules, also through importlib with a constant name."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in ("import_module", "__import__"):
                yield str(node.args[0].value)
        is_function = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        is_typing = isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        if not (at_import_time and (is_function or is_typing)):
            yield from _imports(node, at_import_time=at_import_time)


def _roots(path: Path, *, at_import_time: bool) -> set[str]:
    tree = ast.parse(path.read_text())
    return {name.partition(".")[0] for name in _imports(tree, at_import_time=at_import_time)}


def _id(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def test_ctypes_in_one_file() -> None:
    assert {_id(p) for p in SOURCES if "ctypes" in _roots(p, at_import_time=False)} <= CTYPES


def test_no_pickle() -> None:
    unsafe = {"pickle", "cPickle", "dill", "shelve"}
    assert [_id(p) for p in SOURCES if unsafe & _roots(p, at_import_time=False)] == []


def test_nothing_heavy_when_imported() -> None:
    for path in SOURCES:
        heavy = LEARNING if _id(path).startswith("lab/") else HEAVY
        assert set(heavy).isdisjoint(_roots(path, at_import_time=True)), path


def test_only_the_command_line_imports_terminal_libraries() -> None:
    users = {_id(p) for p in SOURCES if {"typer", "rich"} & _roots(p, at_import_time=True)}
    assert {name for name in users if not name.startswith("lab/")} == {"opt/entry.py", "opt/table.py"}


def test_every_module_has_a_docstring() -> None:
    for path in SOURCES:
        source = path.read_text()
        assert not source.strip() or ast.get_docstring(ast.parse(source)), path


def test_every_module_has_one_all() -> None:
    for path in (p for p in SOURCES if p.name != "__init__.py"):
        tree = ast.parse(path.read_text())
        named = [
            ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        ]
        assert len(named) == 1, f"{path} has no __all__"
        assert len(named[0]) == len(set(named[0])), path


def test_the_public_names_are_those_of_all() -> None:
    assert sorted(smartopt.__all__) == list(smartopt.__all__)
    for name in smartopt.__all__:
        assert getattr(smartopt, name) is not None
    assert dir(smartopt) == sorted(smartopt.__all__)
    with pytest.raises(AttributeError):
        smartopt.nothing_of_the_kind  # noqa: B018
    from smartopt import errors

    assert set(errors.__all__) <= set(smartopt.__all__)


def _modules_after(statement: str) -> set[str]:
    script = f"import sys; sys.argv = ['smartopt']; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_help_loads_no_llvm() -> None:
    script = """
import sys
from smartopt.opt.main import main
sys.argv = ["smartopt", "--help"]
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert "typer" in loaded
    assert loaded.isdisjoint({"ctypes", "llvmlite", "smartopt.optimizer", "smartopt.llvm.capi", *HEAVY})


def test_handing_over_loads_no_typer() -> None:
    loaded = _modules_after("import smartopt.opt.main, smartopt.opt.real_opt, smartopt.state.statistics")
    assert loaded.isdisjoint({"typer", "rich", "ctypes", "json", *HEAVY})


def test_the_package_itself_imports_nothing() -> None:
    extra = _modules_after("import smartopt") - _modules_after("pass")
    assert extra <= {"smartopt", "__future__"}


REPORT_MAKERS = {"driver/compile.py", "driver/plugin/answer.py", "optimizer/result.py"}
"""The driver's edge, and what library users call. The command line shows the second."""


def test_no_report_is_read_by_the_code_that_writes_it() -> None:
    """Reports are made last, from outcomes, and handed out: nothing else outside the lab knows the module."""
    users = set()
    for path in SOURCES:
        names = [
            node.module or ""
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("report")
        ]
        if names and not _id(path).startswith("lab/"):
            users.add(_id(path))
    assert users == REPORT_MAKERS


def test_who_only_decides_loads_no_llvm() -> None:
    """The optimizer's side of a compile starts while a worker loads LLVM; it must not load any of that itself."""
    loaded = _modules_after("import smartopt.optimizer.start, smartopt.driver.optimizer_session")
    assert loaded.isdisjoint({"ctypes", "llvmlite", "smartopt.llvm.capi", "smartopt.worker.service", *HEAVY})


def _package_imports(path: Path) -> set[str]:
    """The modules of ours that a file imports, for type checkers only or not."""
    package = [PACKAGE.name, *path.relative_to(PACKAGE).parts[:-1]]
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            module = ".".join([*base, *([node.module] if node.module else [])])
            found.update((module, *(f"{module}.{alias.name}" for alias in node.names)))
    return found


def test_no_import_circle() -> None:
    """Not even between two files of one folder, and not for type checkers only."""
    names = {
        ".".join([PACKAGE.name, *path.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(".__init__"): path
        for path in SOURCES
    }
    below = {name: _package_imports(path) & names.keys() - {name} for name, path in names.items()}
    below = {name: {one for one in ones if not name.startswith(f"{one}.")} for name, ones in below.items()}
    while free := {name for name, ones in below.items() if not ones}:
        below = {name: ones - free for name, ones in below.items() if name not in free}
    assert below == {}
