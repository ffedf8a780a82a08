"""Sets and lists attributes of functions (llvm-c/Core.h)."""

from __future__ import annotations

from ..annotations import TYPE_CHECKING
from .signatures import FUNCTION_INDEX

if TYPE_CHECKING:
    from .capi import Function

__all__ = ["NOT_OUTLINED", "enum_attributes", "set_string_attribute"]

NOT_OUTLINED = "nooutline"
"""The function attribute that keeps a function's code in place (llvm/lib/CodeGen/MachineOutliner.cpp)."""


def set_string_attribute(function: Function, key: str, value: str = "") -> None:
    """Give a function a string attribute; one with the same key is replaced."""
    lib, context = function.library, function.module.context.ref
    k, v = key.encode(), value.encode()
    attribute = lib.LLVMCreateStringAttribute(context, k, len(k), v, len(v))
    lib.LLVMAddAttributeAtIndex(function.ref, FUNCTION_INDEX, attribute)


def enum_attributes(function: Function) -> list[int]:
    """The kinds of a function's attributes except string ones; 0 for one that is neither enum nor string."""
    lib = function.library
    others = [one for one in function.attribute_set() if not lib.LLVMIsStringAttribute(one)]
    return [int(lib.LLVMGetEnumAttributeKind(one)) if lib.LLVMIsEnumAttribute(one) else 0 for one in others]
