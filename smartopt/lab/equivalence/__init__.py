"""Checks equivalence: runs both versions of a function on an interpreter of LLVM's semantics.

The fuzzer compiles programs and runs them. Here a function before and after a pass list is run on inputs drawn at
random, by code that shares nothing with LLVM but the text that LLVM prints. The version after must refine the version
before: the same result, calls and memory, wherever the version before is defined and is not poison. Unknown functions
may do whatever their attributes allow, arguments may alias, alone or not: one function at a time, all callers.

Where a function is only integers without loops and effects, Z3 (the extra ``lab``) proves the pair for all inputs.

Limits: for all others inputs are a sample, no proof. Functions with atomics, inline assembly, varargs, fast-math flags,
vectors of pointers, floats other than float and double, coroutines, and other exceptions than landing pads are
undecided, and counted as such. So are differences that hang on addresses of local objects, on the bits of a NaN, on
what ``freeze`` of poison gives, or on library functions that LLVM replaces. Undefined values of the version before
count as poison, so that anything refines them. Type-based alias metadata is believed. Metadata and attributes that a
list adds are not checked, nor are time, stack use, and termination beyond a bound of steps.
"""

from .campaign import Campaign, lists_of, run_campaign
from .report import Summary, record, summarise

__all__ = ["Campaign", "Summary", "lists_of", "record", "run_campaign", "summarise"]
