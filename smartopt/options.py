"""What a caller may choose: one frozen object, from the door down to the last trial.

Every field that can change the output takes part in the cache key and the fingerprint (they are made from
``dataclasses.fields``, never from a list kept by hand); the few that cannot are marked ``outcome=False``.
"""

from __future__ import annotations

from .annotations import Any, Literal
from .errors import UsageError
from .records import dataclass, field, fields

__all__ = [
    "EFFORTS",
    "ENGINES",
    "LEVELS",
    "OBJECTIVES",
    "SELECTS",
    "Effort",
    "EngineName",
    "Level",
    "Objective",
    "Options",
    "Select",
    "StandsFor",
]

Objective = Literal["size", "instructions"]
Effort = Literal["fast", "default", "max"]
EngineName = Literal["auto", "libllvm", "opt", "llvmlite"]
Select = Literal["auto", "baseline", "plan"]
Level = Literal["Oz", "Os"]
StandsFor = Literal["opt", "clang"]

OBJECTIVES: tuple[Objective, ...] = ("size", "instructions")
EFFORTS: tuple[Effort, ...] = ("fast", "default", "max")
ENGINES: tuple[EngineName, ...] = ("auto", "libllvm", "opt", "llvmlite")
LEVELS: tuple[Level, ...] = ("Oz", "Os")
TOOLS: tuple[StandsFor, ...] = ("opt", "clang")
SELECTS: tuple[Select, ...] = ("auto", "baseline", "plan")


@dataclass(frozen=True)
class Options:
    """Choices of one optimisation.

    Attributes:
        objective: ``size`` is allocated bytes of the object (text + rodata + eh_frame + data);
            ``instructions`` is the number of IR instructions.
        effort: how many trials may be spent; the budgets count steps, never seconds.
        engine: which LLVM does the work; ``auto`` takes libLLVM, then opt, then llvmlite.
        llvm: a version ("22") or the folder of a toolchain; None takes the newest found.
        model: a folder with weights, ``"none"`` for the ranked coreset, None for the packaged default.
        jobs: trial workers at a time. Changes no byte of the output.
        level: which default pipeline is the baseline and the backup: what the user asked of the compiler.
        stands_for: whose pipeline of that level it is: ``opt`` (``default<Oz>``) or ``clang``, which adds passes.
        select: ``auto``; ``baseline`` goes the whole way and then takes -Oz; ``plan`` takes the plan even when
            it is larger (tests and fuzzing only).
        slim: measure code as the compiler's back end will make it with smartopt's slim settings, which only who runs
            that back end can promise (``smartopt.codegen.settings``; x86-64 ELF and libLLVM, elsewhere it changes
            nothing).
        outline: the compiler's back end will outline repeated code where it can (``smartopt.codegen.outliner``): effort
            max touches no function that keeps it from that.
        frames: give functions a frame pointer where that makes them smaller (``smartopt.codegen.frame_pointers``; by
            size and on x86-64 ELF, elsewhere it changes nothing).
        search: extra random-search trials per function (0 is none).
        forced_lists: pass lists forced on every function, for tests and fuzzing only.
        forced_fault: a fault forced into the trials, for tests only (see ``smartopt.worker.forced_faults``).
        allow_banned: lets ``forced_lists`` name banned passes, for the fuzzer's self-test only.
    """

    objective: Objective = "size"
    effort: Effort = "default"
    engine: EngineName = "auto"
    llvm: str | None = None
    model: str | None = None
    jobs: int = field(default=1, metadata={"outcome": False})
    level: Level = "Oz"
    stands_for: StandsFor = "opt"
    select: Select = "auto"
    slim: bool = False
    outline: bool = False
    frames: bool = True
    search: int = 0
    forced_lists: tuple[str, ...] = ()
    forced_fault: str | None = None
    allow_banned: bool = False

    def __post_init__(self) -> None:
        for name, value, allowed in (
            ("objective", self.objective, OBJECTIVES),
            ("effort", self.effort, EFFORTS),
            ("engine", self.engine, ENGINES),
            ("level", self.level, LEVELS),
            ("stands_for", self.stands_for, TOOLS),
            ("select", self.select, SELECTS),
        ):
            if value not in allowed:
                raise UsageError(f"{name} must be one of {', '.join(allowed)}; got {value!r}")
        if self.jobs < 1:
            raise UsageError(f"jobs must be at least 1; got {self.jobs}")
        if self.search < 0:
            raise UsageError(f"search must be 0 or more trials; got {self.search}")

    def outcome_fields(self) -> dict[str, Any]:
        """The fields that can change the output, by name: what cache keys and fingerprints are made of."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.metadata.get("outcome", True)}
