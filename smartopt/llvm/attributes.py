"""Attributes that are given to functions by name (llvm-c/Core.h)."""

from __future__ import annotations

from ..annotations import TYPE_CHECKING
from .signatures import FUNCTION_INDEX

if TYPE_CHECKING:
    from .capi import Function

__all__ = ["set_string_attribute"]


def set_string_attribute(function: Function, key: str, value: str) -> None:
    """Give a function a string attribute, in place of one of the same key."""
    lib, context = function.library, function.module.context.ref
    words = key.encode(), value.encode()
    attribute = lib.LLVMCreateStringAttribute(context, words[0], len(words[0]), words[1], len(words[1]))
    lib.LLVMAddAttributeAtIndex(function.ref, FUNCTION_INDEX, attribute)
