"""What a caller may choose: one frozen object, which is passed from the entry point down to the last trial.

Every field that can change the output is part of the cache key and the fingerprint, which are made from the fields of
the class and never from a list kept by hand. Fields that cannot change it are marked ``outcome=False``.
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
    "STAGES",
    "Effort",
    "EngineName",
    "Level",
    "Objective",
    "Options",
    "Select",
    "Stage",
    "StandsFor",
]

Objective = Literal["size", "instructions"]
Effort = Literal["fast", "default", "max"]
EngineName = Literal["auto", "libllvm", "opt", "llvmlite"]
Select = Literal["auto", "baseline", "plan"]
Level = Literal["Oz", "Os"]
StandsFor = Literal["opt", "clang"]
Stage = Literal["compile", "link", "thin"]

OBJECTIVES: tuple[Objective, ...] = ("size", "instructions")
EFFORTS: tuple[Effort, ...] = ("fast", "default", "max")
ENGINES: tuple[EngineName, ...] = ("auto", "libllvm", "opt", "llvmlite")
LEVELS: tuple[Level, ...] = ("Oz", "Os")
TOOLS: tuple[StandsFor, ...] = ("opt", "clang")
STAGES: tuple[Stage, ...] = ("compile", "link", "thin")
SELECTS: tuple[Select, ...] = ("auto", "baseline", "plan")


@dataclass(frozen=True)
class Options:
    """Choices of one optimisation.

    Attributes:
        objective: ``size`` (allocated bytes of the object: text + rodata + eh_frame + data) or ``instructions`` (the
            number of IR instructions).
        effort: how many trials may be spent; budgets count steps, never seconds.
        engine: which LLVM does the work; ``auto`` takes libLLVM, then opt, then llvmlite.
        llvm: a version ("22") or the folder of a toolchain; None takes the newest that is found.
        model: a language model's folder, ``"none"`` for the ranked coreset, None for the default (``chooser.choose``).
        jobs: trial workers at a time; does not change the output.
        level: which default pipeline is the baseline and the fallback: what the user asked of the compiler.
        stands_for: whose pipeline of that level it is: opt's (``default<Oz>``) or clang's, which has more passes.
        stage: ``compile`` for the module of one source file, as a front end makes it; ``link`` for the merged,
            internalised module that a linker's full link-time optimisation starts with; ``thin`` for one of the modules
            of its ThinLTO, after what the module imports was added. At both links the baseline is the linker's own
            pipeline, whatever ``level`` is, and ``stands_for`` must be ``clang``.
        select: ``auto``; ``baseline`` does all the work and then takes -Oz; ``plan`` takes the plan even if it is
            larger (for tests and fuzzing only).
        slim: measure code as the compiler's back end will make it with smartopt's slim settings, which only the caller
            that runs the back end can know (``smartopt.codegen.settings``; has an effect on the targets of
            ``codegen.targets``, with libLLVM).
        outline: the compiler's back end will outline repeated code (``smartopt.codegen.outliner``), so effort max gives
            no function an attribute that would prevent that.
        frames: give functions a frame pointer if that makes them smaller (``smartopt.codegen.frame_pointers``; has an
            effect for objective ``size`` on x86-64 ELF).
        llvm_options: the user's own options of LLVM (``-mllvm``), which whoever asks has set in the process that does
            the work and in those that it forks; here they only tell apart what they make.
        search: random lists to try per function, besides those of the effort.
        forced_lists: pass lists forced on every function, for tests and fuzzing only.
        forced_fault: a fault forced into the trials, for tests only (see ``smartopt.worker.forced_faults``).
        allow_banned: lets ``forced_lists`` name banned passes; for the fuzzer's self-test only.
    """

    objective: Objective = "size"
    effort: Effort = "default"
    engine: EngineName = "auto"
    llvm: str | None = None
    model: str | None = None
    jobs: int = field(default=1, metadata={"outcome": False})
    level: Level = "Oz"
    stands_for: StandsFor = "opt"
    stage: Stage = "compile"
    select: Select = "auto"
    slim: bool = False
    outline: bool = False
    frames: bool = True
    llvm_options: tuple[str, ...] = ()
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
            ("stage", self.stage, STAGES),
            ("select", self.select, SELECTS),
        ):
            if value not in allowed:
                raise UsageError(f"{name} must be one of {', '.join(allowed)}; got {value!r}")
        if self.stage != "compile" and (self.stands_for != "clang" or self.engine not in ("auto", "libllvm")):
            raise UsageError(f"stage {self.stage} stands for clang and needs the engine libllvm")
        if self.jobs < 1:
            raise UsageError(f"jobs must be at least 1; got {self.jobs}")
        if self.search < 0:
            raise UsageError(f"search must be 0 or more trials; got {self.search}")

    def outcome_fields(self) -> dict[str, Any]:
        """The fields that can change the output, by name: what cache keys and fingerprints are made of."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.metadata.get("outcome", True)}
