"""Measures a module's global variables in bytes, through the C API."""

from __future__ import annotations

from .capi import Machine, Module
from .signatures import LINKAGE_AVAILABLE_EXTERNALLY

__all__ = ["added_bytes", "data_bytes", "last_variable"]

_NOT_EMITTED = frozenset({LINKAGE_AVAILABLE_EXTERNALLY, 7})
"""With LLVMAppendingLinkage of llvm-c/Core.h: constructors, llvm.used and the like, which no plan changes."""


def last_variable(module: Module) -> int | None:
    """The module's last global variable, after which later ones are appended."""
    ref: int | None = module.library.LLVMGetLastGlobal(module.ref)
    return ref


def added_bytes(module: Module, since: int | None, machine: Machine) -> int:
    """ABI bytes of the variables that were appended after ``since``."""
    lib = module.library
    total = 0
    ref = lib.LLVMGetLastGlobal(module.ref)
    while ref and ref != since:
        total += machine.size_of(lib.LLVMGlobalGetValueType(ref))
        ref = lib.LLVMGetPreviousGlobal(ref)
    return total


def data_bytes(module: Module) -> int:
    """ABI bytes of the variables that are emitted and are not all zero; alignment is not counted.

    0 if there is no code generator for the module's target.
    """
    lib, machine = module.library, module.machine
    if machine is None:
        return 0
    total = 0
    ref = lib.LLVMGetFirstGlobal(module.ref)
    while ref:
        initial = None if lib.LLVMIsDeclaration(ref) else lib.LLVMGetInitializer(ref)
        kept = initial and lib.LLVMGetLinkage(ref) not in _NOT_EMITTED
        if kept and (lib.LLVMIsGlobalConstant(ref) or not lib.LLVMIsNull(initial)):
            total += machine.size_of(lib.LLVMGlobalGetValueType(ref))
        ref = lib.LLVMGetNextGlobal(ref)
    return total
