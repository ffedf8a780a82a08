"""Every engine finds functions by name, whatever bytes a name holds, to run their lists and to measure them."""

from __future__ import annotations

import re

import pytest

from smartopt.llvm.engines import make_engine

from .support import SOURCES, toolchain

NAMES = ['a"b', "\x01_x", "with space", "café", "stray\udcff", "a,b", "-dash", "it's", "back\\slash", "new\nline"]
NAMES += ["(paren)", "#1"]
ENGINES = ["libllvm", "opt", "llvmlite"]
TARGETS = ["x86_64-pc-linux-gnu", "x86_64-apple-macosx13", "i686-pc-windows-msvc"]


@pytest.mark.parametrize("engine_name", ENGINES)
@pytest.mark.parametrize("name", NAMES)
def test_a_list_runs_on_its_function_alone(engine_name: str, name: str) -> None:
    engine = make_engine(engine_name, toolchain())  # type: ignore[arg-type]
    module = engine.parse((SOURCES / "names.ll").read_bytes())
    assert engine.instructions(module) == dict.fromkeys(NAMES, 5)
    engine.run_on(module, name, "sroa")
    assert engine.instructions(module) == {other: 2 if other == name else 5 for other in NAMES}


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_pipeline_runs_on_all_functions(engine_name: str) -> None:
    engine = make_engine(engine_name, toolchain())  # type: ignore[arg-type]
    module = engine.parse((SOURCES / "names.ll").read_bytes())
    engine.run(module, "function(sroa)")
    assert engine.instructions(module) == dict.fromkeys(NAMES, 2)


@pytest.mark.parametrize("engine_name", ENGINES)
@pytest.mark.parametrize("target", TARGETS)
def test_sizes_bear_the_names_of_the_ir(engine_name: str, target: str) -> None:
    text = (SOURCES / "names.ll").read_text().replace("x86_64-pc-linux-gnu", target)
    if "linux" not in target:  # their assemblers refuse no byte, but a symbol table cannot hold these as they are
        text = re.sub(r"define i32 @\"new[^}]*\}\n", "", text)
    engine = make_engine(engine_name, toolchain())  # type: ignore[arg-type]
    module = engine.parse(text.encode())
    sizes = engine.measure(module)
    assert sorted(sizes.functions) == sorted(engine.instructions(module))
    assert all(size > 0 for size in sizes.functions.values())
    clone = engine.clone(module)
    assert engine.measure(clone) == sizes
