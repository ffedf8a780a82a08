"""Fuzzing: csmith programs through smartopt with random pass lists, outputs compared with three compilers.

What it promises: a program counts as compared only if ``clang -O0``, ``clang -Oz`` and ``gcc -O1`` ran it
to the same output, so that a difference is the fault of the lists, of LLVM, or of smartopt's composition, and
not of the program. Every child process has a time limit. Results are JSON lines; a later call goes on from
where they end.

Limits: csmith's programs are C without library calls, exceptions or threads; one output line is compared.
"""

from .campaign import FuzzSettings, run_fuzz
from .report import Summary, summarise

__all__ = ["FuzzSettings", "Summary", "run_fuzz", "summarise"]
