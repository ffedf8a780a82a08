"""Numbers and marks on call instructions, through the C API: what tells -Oz's calls apart and steers the inliner."""

from __future__ import annotations

from ..annotations import TYPE_CHECKING
from .signatures import FUNCTION_INDEX

if TYPE_CHECKING:
    from .capi import Library

__all__ = ["CallSites"]


_NUMBER = b"smartopt-call"


class CallSites:
    """Call instructions of one context: numbers (metadata) and marks for the inliner (attributes)."""

    def __init__(self, library: Library, context_ref: int) -> None:
        self._lib = library
        self._context_ref = context_ref
        self.always_inline = self._lib.attribute_kind("alwaysinline")
        self.no_inline = self._lib.attribute_kind("noinline")
        self._number_kind = self._lib.LLVMGetMDKindIDInContext(context_ref, _NUMBER, len(_NUMBER))
        self._numbers: dict[int, int] = {}
        """By node: a context keeps each node once, to its end."""
        self._marks: dict[int | tuple[str, str], int] = {}
        """Attributes, of which the same holds."""

    def set_number(self, call: int, number: int | None) -> None:
        """Give a call a number, or take it away.

        Numbers are metadata of a kind that LLVM does not know: passes carry it along where they copy a call, drop it
        where they merge calls, and decide nothing by it (LangRef, "Metadata": dropping it is always correct).
        """
        node = None if number is None else self._lib.metadata_text(self._context_ref, str(number))
        if node is not None and number is not None:
            self._numbers[node] = number
        self._lib.LLVMSetMetadata(call, self._number_kind, node)

    def get_number(self, call: int) -> int | None:
        node = self._lib.LLVMGetMetadata(call, self._number_kind)
        if not node:
            return None
        number = self._numbers.get(node)
        if number is None:
            number = self._numbers[node] = int(self._lib.text_of_metadata(node))
        return number

    def set_string(self, call: int, key: str, value: str) -> None:
        attribute = self._marks.get((key, value))
        if attribute is None:
            k, v = key.encode(), value.encode()
            attribute = self._lib.LLVMCreateStringAttribute(self._context_ref, k, len(k), v, len(v))
            self._marks[key, value] = attribute
        self._lib.LLVMAddCallSiteAttribute(call, FUNCTION_INDEX, attribute)

    def has_string(self, call: int, key: str) -> bool:
        k = key.encode()
        return bool(self._lib.LLVMGetCallSiteStringAttribute(call, FUNCTION_INDEX, k, len(k)))

    def remove_string(self, call: int, key: str) -> None:
        k = key.encode()
        self._lib.LLVMRemoveCallSiteStringAttribute(call, FUNCTION_INDEX, k, len(k))

    def has(self, call: int, kind: int) -> bool:
        return bool(self._lib.LLVMGetCallSiteEnumAttribute(call, FUNCTION_INDEX, kind))

    def add(self, call: int, kind: int) -> None:
        attribute = self._marks.get(kind)
        if attribute is None:
            attribute = self._marks[kind] = self._lib.LLVMCreateEnumAttribute(self._context_ref, kind, 0)
        self._lib.LLVMAddCallSiteAttribute(call, FUNCTION_INDEX, attribute)

    def remove(self, call: int, kind: int) -> None:
        self._lib.LLVMRemoveCallSiteEnumAttribute(call, FUNCTION_INDEX, kind)
