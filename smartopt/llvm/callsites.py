"""Attributes on call instructions, through the C API: what tells -Oz's calls apart and steers the inliner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .signatures import FUNCTION_INDEX

if TYPE_CHECKING:
    from .capi import Library

__all__ = ["CallSites"]


class CallSites:
    """Attributes on call instructions of one context: string tags and inlining marks."""

    def __init__(self, library: Library, context_ref: int) -> None:
        self._lib = library
        self._context_ref = context_ref
        self.always_inline = self._lib.attribute_kind("alwaysinline")
        self.no_inline = self._lib.attribute_kind("noinline")

    def set_string(self, call: int, key: str, value: str) -> None:
        k, v = key.encode(), value.encode()
        attribute = self._lib.LLVMCreateStringAttribute(self._context_ref, k, len(k), v, len(v))
        self._lib.LLVMAddCallSiteAttribute(call, FUNCTION_INDEX, attribute)

    def get_string(self, call: int, key: str) -> str | None:
        k = key.encode()
        return self._lib.string_value(self._lib.LLVMGetCallSiteStringAttribute(call, FUNCTION_INDEX, k, len(k)))

    def remove_string(self, call: int, key: str) -> None:
        k = key.encode()
        self._lib.LLVMRemoveCallSiteStringAttribute(call, FUNCTION_INDEX, k, len(k))

    def has(self, call: int, kind: int) -> bool:
        return bool(self._lib.LLVMGetCallSiteEnumAttribute(call, FUNCTION_INDEX, kind))

    def add(self, call: int, kind: int) -> None:
        attribute = self._lib.LLVMCreateEnumAttribute(self._context_ref, kind, 0)
        self._lib.LLVMAddCallSiteAttribute(call, FUNCTION_INDEX, attribute)

    def remove(self, call: int, kind: int) -> None:
        self._lib.LLVMRemoveCallSiteEnumAttribute(call, FUNCTION_INDEX, kind)
