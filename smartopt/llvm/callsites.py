"""Numbers and attributes on call instructions, through the C API.

Numbers identify the same call in two copies of a module; attributes force or forbid its inlining.
"""

from __future__ import annotations

from ..annotations import TYPE_CHECKING
from .signatures import FUNCTION_INDEX

if TYPE_CHECKING:
    from .signatures import CFunctions

__all__ = ["CallSites"]


_NUMBER = b"smartopt-call"


class CallSites:
    """Call instructions of one context: their numbers (metadata) and their attributes."""

    def __init__(self, library: CFunctions, context_ref: int) -> None:
        self._lib = library
        self._context_ref = context_ref
        self.always_inline = self._lib.attribute_kind("alwaysinline")
        self.no_inline = self._lib.attribute_kind("noinline")
        self._number_kind = self._lib.LLVMGetMDKindIDInContext(context_ref, _NUMBER, len(_NUMBER))
        self._numbers: dict[int, int] = {}
        """Number by metadata node: a context holds each node once and keeps it to its end."""
        self._attributes: dict[int | tuple[str, str], int] = {}
        """Attribute by kind, or by key and value: a context holds each of them once, too."""

    def set_number(self, call: int, number: int | None) -> None:
        """Give a call a number; None removes it.

        Numbers are metadata of a kind that LLVM does not know: passes copy it with a call, drop it when they merge
        calls, and never decide by it (LangRef, "Metadata": dropping it is always correct).
        """
        node = None if number is None else self._lib.metadata_text(self._context_ref, str(number))
        if node is not None and number is not None:
            self._numbers[node] = number
        self._lib.LLVMSetMetadata(call, self._number_kind, node)

    def get_number(self, call: int) -> int | None:
        """A call's number, or None if it has none."""
        node = self._lib.LLVMGetMetadata(call, self._number_kind)
        if not node:
            return None
        number = self._numbers.get(node)
        if number is None:
            number = self._numbers[node] = int(self._lib.text_of_metadata(node))
        return number

    def set_string(self, call: int, key: str, value: str) -> None:
        """Give a call a string attribute."""
        attribute = self._attributes.get((key, value))
        if attribute is None:
            k, v = key.encode(), value.encode()
            attribute = self._lib.LLVMCreateStringAttribute(self._context_ref, k, len(k), v, len(v))
            self._attributes[key, value] = attribute
        self._lib.LLVMAddCallSiteAttribute(call, FUNCTION_INDEX, attribute)

    def has_string(self, call: int, key: str) -> bool:
        k = key.encode()
        return bool(self._lib.LLVMGetCallSiteStringAttribute(call, FUNCTION_INDEX, k, len(k)))

    def remove_string(self, call: int, key: str) -> None:
        k = key.encode()
        self._lib.LLVMRemoveCallSiteStringAttribute(call, FUNCTION_INDEX, k, len(k))

    def has(self, call: int, kind: int) -> bool:
        """Whether a call has an enum attribute of this kind."""
        return bool(self._lib.LLVMGetCallSiteEnumAttribute(call, FUNCTION_INDEX, kind))

    def add(self, call: int, kind: int) -> None:
        """Give a call an enum attribute."""
        attribute = self._attributes.get(kind)
        if attribute is None:
            attribute = self._attributes[kind] = self._lib.LLVMCreateEnumAttribute(self._context_ref, kind, 0)
        self._lib.LLVMAddCallSiteAttribute(call, FUNCTION_INDEX, attribute)

    def remove(self, call: int, kind: int) -> None:
        self._lib.LLVMRemoveCallSiteEnumAttribute(call, FUNCTION_INDEX, kind)
