"""Answers questions about functions and modules through the C API: length, ends, labels, targets of aliases."""

from __future__ import annotations

from ..annotations import TYPE_CHECKING, Any
from .signatures import LOCAL_LINKAGES, OPCODE_INDIRECTBR, OPCODE_RET, OPCODE_UNREACHABLE

if TYPE_CHECKING:
    from .signatures import CFunctions

__all__ = [
    "fate",
    "global_names",
    "has_labels",
    "has_named_metadata",
    "ifunc_resolvers",
    "instructions",
    "jumps",
    "pinned",
]


def instructions(lib: CFunctions, function: int) -> int:
    """The number of a function's instructions."""
    following = lib.LLVMGetNextInstruction
    total = 0
    block = lib.LLVMGetFirstBasicBlock(function)
    while block:
        instruction = lib.LLVMGetFirstInstruction(block)
        while instruction:
            total += 1
            instruction = following(instruction)
        block = lib.LLVMGetNextBasicBlock(block)
    return total


def has_labels(lib: CFunctions, function: int) -> bool:
    """Whether the address of one of a function's blocks is taken (``blockaddress``)."""
    as_value, user_of, is_address = lib.LLVMBasicBlockAsValue, lib.LLVMGetUser, lib.LLVMIsABlockAddress
    first, following, following_block = lib.LLVMGetFirstUse, lib.LLVMGetNextUse, lib.LLVMGetNextBasicBlock
    block = lib.LLVMGetFirstBasicBlock(function)
    while block:
        use = first(as_value(block))
        while use:
            if is_address(user_of(use)):
                return True
            use = following(use)
        block = following_block(block)
    return False


def fate(lib: CFunctions, function: int) -> str:
    """How a call of a defined function may end.

    ``returns``, ``stays`` (the function has no ``ret``) or ``nothing`` (its body begins with ``unreachable``).
    """
    opcode, terminator = lib.LLVMGetInstructionOpcode, lib.LLVMGetBasicBlockTerminator
    block = lib.LLVMGetLastBasicBlock(function)  # most functions return in their last block
    while block:
        if opcode(terminator(block)) == OPCODE_RET:
            return "returns"
        block = lib.LLVMGetPreviousBasicBlock(block)
    first = lib.LLVMGetFirstInstruction(lib.LLVMGetFirstBasicBlock(function))
    return "nothing" if opcode(first) == OPCODE_UNREACHABLE else "stays"


def jumps(lib: CFunctions, function: int) -> int:
    """The number of a function's blocks that end with ``indirectbr``."""
    block, count = lib.LLVMGetFirstBasicBlock(function), 0
    while block:
        count += lib.LLVMGetInstructionOpcode(lib.LLVMGetBasicBlockTerminator(block)) == OPCODE_INDIRECTBR
        block = lib.LLVMGetNextBasicBlock(block)
    return count


def global_names(lib: CFunctions, module: int) -> list[str]:
    """The names of a module's variables."""
    names, value = [], lib.LLVMGetFirstGlobal(module)
    while value:
        names.append(lib.value_name(value))
        value = lib.LLVMGetNextGlobal(value)
    return names


def local_variable_names(lib: CFunctions, module: int) -> list[str]:
    """The names of the variables that other modules do not see."""
    names, value = [], lib.LLVMGetFirstGlobal(module)
    while value:
        if lib.LLVMGetLinkage(value) in LOCAL_LINKAGES:
            names.append(lib.value_name(value))
        value = lib.LLVMGetNextGlobal(value)
    return names


def has_named_metadata(lib: CFunctions, module: int, name: str) -> bool:
    """Whether a module has metadata of this name."""
    raw = name.encode()
    return bool(lib.LLVMGetNamedMetadata(module, raw, len(raw)))


def ifunc_resolvers(lib: CFunctions, module: int) -> set[int]:
    """The functions that resolve a module's ifuncs."""
    return _targets(
        lib, lib.LLVMGetFirstGlobalIFunc(module), lib.LLVMGetNextGlobalIFunc, lib.LLVMGetGlobalIFuncResolver
    )


def pinned(lib: CFunctions, module: int) -> set[int]:
    """The values to which a module's aliases and ifuncs refer; they must stay defined as long as those exist."""
    first, following, target = lib.LLVMGetFirstGlobalAlias, lib.LLVMGetNextGlobalAlias, lib.LLVMAliasGetAliasee
    return _targets(lib, first(module), following, target) | ifunc_resolvers(lib, module)


def _targets(lib: CFunctions, first: int | None, following: Any, target: Any) -> set[int]:
    """What a chain of aliases or ifuncs refers to."""
    found, value = set(), first
    while value:
        found.add(target(value))
        value = following(value)
    return found
