"""Lists measured as the back end's slim settings will make their code, and compared with -Oz's own under the same."""

from __future__ import annotations

import platform
from contextlib import closing
from typing import Any

import pytest

from smartopt.codegen.settings import CodeGeneration, slim_flags
from smartopt.llvm.libllvm import LibLLVMEngine
from smartopt.llvm.toolchain import find_toolchain
from smartopt.objfile.measure import measure_object
from smartopt.records import dataclass
from smartopt.worker.process import WorkerProcess
from smartopt.worker.protocol import Handlers, Request
from tests.optimizer.support import PROGRAMS, baseline, bitcode, case, clang, object_of, optimised

pytestmark = pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="slim code is for x86-64")


def slim_total(module: bytes, major: int = 22) -> int:
    return measure_object(object_of(module, *slim_flags(major), major=major)).total


@pytest.mark.parametrize("major", [22, 19])
@pytest.mark.parametrize("program", PROGRAMS)
def test_promises_hold_for_slim_objects(program: str, major: int) -> None:
    """Measured whole (effort max), a plan's difference to -Oz is that of the objects which clang makes."""
    data = bitcode(program, major=major)
    report = (found := optimised(data, slim=True, effort="max", stands_for="clang", llvm=str(major))).report
    own = measure_object(clang(major, "-", "-Oz", *slim_flags(major), "-x", "ir", "-c", "-o", "-", data=data)).total
    assert report["oz_slim"] == own
    promised = report["bytes"]["output"]["total"] - report["bytes"]["oz"]["total"]
    assert slim_total(found.data, major) - own == promised <= 0


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_choice_for_slim_code_is_no_worse_there(program: str) -> None:
    data = bitcode(program)
    plain, slim = (optimised(data, slim=slim, effort="max") for slim in (False, True))
    assert slim_total(slim.data) <= slim_total(plain.data)


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_worker_measures_slim_code(program: str) -> None:
    """Only the first worker reads the source; the others, and a child that takes a dead one's place, see bases."""
    one, two = (optimised(bitcode(program), slim=True, effort="max", jobs=jobs) for jobs in (1, 2))
    assert one.data == two.data
    assert one.report["functions"] == two.report["functions"]
    assert one.report["candidates"] == two.report["candidates"]


@pytest.mark.parametrize("options", [{"objective": "instructions"}, {"engine": "opt"}], ids=str)
def test_elsewhere_it_changes_nothing(options: dict[str, Any]) -> None:
    data = bitcode("words.c")
    assert optimised(data, slim=True, **options).data == optimised(data, **options).data


def test_another_target_is_measured_as_ever() -> None:
    data = case("target_aarch64")
    assert "oz_slim" not in optimised(data, slim=True).report
    assert optimised(data, slim=True).data == optimised(data).data


@dataclass(frozen=True)
class Emit(Request["list[bytes]"]):
    """Objects of one program: as ever, slim, as ever again, and slim again."""

    data: bytes


class Emitter:
    """A service that emits objects."""

    def __init__(self, process: WorkerProcess) -> None:
        self.engine = LibLLVMEngine(find_toolchain("22"))
        self.handlers: Handlers = {Emit: lambda request: self.objects(request.data)}

    def objects(self, data: bytes) -> list[bytes]:
        made = []
        codegen = CodeGeneration(self.engine)
        for slim in (False, True, False, True):
            codegen.use_slim(slim)
            made.append(self.engine.emit(self.engine.parse(data)))
        return made


def test_the_settings_go_on_and_off() -> None:
    module = baseline(bitcode("numbers.c"))
    with closing(WorkerProcess(Emitter)) as worker:
        plain, slim, plain_again, slim_again = worker.call(Emit(module))
    assert plain == plain_again != slim == slim_again
