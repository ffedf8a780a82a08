"""Attributes of functions, by name and by kind (llvm-c/Core.h)."""

from __future__ import annotations

from ..annotations import TYPE_CHECKING
from .signatures import FUNCTION_INDEX

if TYPE_CHECKING:
    from .capi import Function

__all__ = ["enum_attributes", "set_string_attribute"]


def set_string_attribute(function: Function, key: str, value: str) -> None:
    """Give a function a string attribute, in place of one of the same key."""
    lib, context = function.library, function.module.context.ref
    words = key.encode(), value.encode()
    attribute = lib.LLVMCreateStringAttribute(context, words[0], len(words[0]), words[1], len(words[1]))
    lib.LLVMAddAttributeAtIndex(function.ref, FUNCTION_INDEX, attribute)


def enum_attributes(function: Function) -> list[int]:
    """The kinds of a function's attributes that are no strings; 0 stands for one that has another form."""
    lib = function.library
    others = [one for one in function.attribute_set() if not lib.LLVMIsStringAttribute(one)]
    return [int(lib.LLVMGetEnumAttributeKind(one)) if lib.LLVMIsEnumAttribute(one) else 0 for one in others]
