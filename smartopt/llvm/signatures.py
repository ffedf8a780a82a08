"""The functions and constants of LLVM's C API that smartopt uses, as data.

A row is ``name result arguments``. The letters stand for C types: ``p`` a pointer, ``s`` a ``const char *`` that
LLVM reads, ``u`` unsigned, ``i`` int, ``z`` size_t, ``q`` unsigned long long, ``*x`` a pointer to an ``x`` that
LLVM fills, ``-`` nothing. Some versions lack the functions whose rows begin with ``?``. Source: the headers of
llvm-c/ in LLVM 17 to 22.
"""

from __future__ import annotations

from ..annotations import Any, Protocol

__all__ = [
    "FUNCTION_INDEX",
    "LINKAGE_AVAILABLE_EXTERNALLY",
    "LOCAL_LINKAGES",
    "OPCODE_INDIRECTBR",
    "OPCODE_RET",
    "OPCODE_UNREACHABLE",
    "ROWS",
    "TARGETS",
    "CFunctions",
]


class CFunctions(Protocol):
    """Something that has these functions by name, and a few helpers for text: ``capi.Library``."""

    def __getattr__(self, name: str) -> Any: ...


FUNCTION_INDEX = 0xFFFFFFFF
"""LLVMAttributeFunctionIndex of llvm-c/Core.h."""
LINKAGE_AVAILABLE_EXTERNALLY = 1
"""LLVMAvailableExternallyLinkage of llvm-c/Core.h."""
LOCAL_LINKAGES = frozenset({8, 9})
"""LLVMInternalLinkage and LLVMPrivateLinkage of llvm-c/Core.h."""
OPCODE_RET, OPCODE_INDIRECTBR, OPCODE_UNREACHABLE = 1, 4, 7
"""LLVMRet, LLVMIndirectBr and LLVMUnreachable of llvm-c/Core.h."""

ROWS = """
LLVMGetVersion - *u *u *u
LLVMParseCommandLineOptions - i *s s
LLVMContextCreate p -
LLVMContextDispose - p
LLVMContextSetDiagnosticHandler - p p p
LLVMGetDiagInfoDescription p p
LLVMGetDiagInfoSeverity i p
LLVMCreateMemoryBufferWithMemoryRangeCopy p s z s
LLVMGetBufferStart p p
LLVMGetBufferSize z p
LLVMDisposeMemoryBuffer - p
LLVMParseIRInContext i p p *p *p
LLVMDisposeMessage - p
LLVMDisposeModule - p
LLVMCloneModule p p
LLVMVerifyModule i p i *p
LLVMVerifyFunction i p i
LLVMWriteBitcodeToMemoryBuffer p p
LLVMPrintModuleToString p p
LLVMPrintValueToString p p
LLVMPrintTypeToString p p
LLVMStripModuleDebugInfo i p
LLVMGetModuleIdentifier p p *z
LLVMGetTarget s p
LLVMGetDataLayoutStr s p
LLVMGetModuleInlineAsm p p *z
LLVMGetModuleFlag p p s z
LLVMGetNamedMetadata p p s z
LLVMMetadataAsValue p p p
LLVMGetMDKindIDInContext u p s u
LLVMMDStringInContext2 p p s z
LLVMMDNodeInContext2 p p *p z
LLVMSetMetadata - p u p
LLVMGetMetadata p p u
LLVMGetMDNodeNumOperands u p
LLVMGetMDNodeOperands - p *p
LLVMGetMDString p p *u
LLVMCopyModuleFlagsMetadata p p *z
LLVMDisposeModuleFlagsMetadata - p
LLVMModuleFlagEntriesGetFlagBehavior i p u
LLVMModuleFlagEntriesGetKey p p u *z
LLVMModuleFlagEntriesGetMetadata p p u
LLVMConstIntGetZExtValue q p
LLVMGetOperand p p u
LLVMIsAConstantInt p p
LLVMGetFirstFunction p p
LLVMGetNextFunction p p
LLVMGetNamedFunction p p s
LLVMGetFirstGlobal p p
LLVMGetNextGlobal p p
LLVMGetLastGlobal p p
LLVMGetPreviousGlobal p p
LLVMGetFirstGlobalAlias p p
LLVMGetNextGlobalAlias p p
LLVMGetFirstGlobalIFunc p p
LLVMGetNextGlobalIFunc p p
LLVMAliasGetAliasee p p
LLVMGetGlobalIFuncResolver p p
LLVMGetNamedGlobal p p s
LLVMGetInitializer p p
LLVMIsNull i p
LLVMIsThreadLocal i p
LLVMIsGlobalConstant i p
LLVMGlobalGetValueType p p
LLVMIsDeclaration i p
LLVMGetValueName2 p p *z
LLVMGetLinkage i p
LLVMSetLinkage - p i
LLVMGetVisibility i p
LLVMGetSection s p
LLVMSetSection - p s
LLVMGetComdat p p
LLVMSetComdat - p p
LLVMGetComdatSelectionKind i p
LLVMGetFunctionCallConv u p
LLVMHasPersonalityFn i p
LLVMGetPersonalityFn p p
LLVMGetFirstUse p p
LLVMGetNextUse p p
LLVMGetUser p p
LLVMIsACallInst p p
LLVMIsAInvokeInst p p
LLVMGetCalledValue p p
LLVMGetInstructionParent p p
LLVMGetBasicBlockParent p p
LLVMGetFirstBasicBlock p p
LLVMGetNextBasicBlock p p
LLVMGetLastBasicBlock p p
LLVMGetPreviousBasicBlock p p
LLVMBasicBlockAsValue p p
LLVMGetBasicBlockTerminator p p
LLVMGetInstructionOpcode i p
LLVMIsABlockAddress p p
LLVMGetFirstInstruction p p
LLVMGetNextInstruction p p
LLVMGetEnumAttributeKindForName u s z
LLVMCreateEnumAttribute p p u q
LLVMCreateStringAttribute p p s u s u
LLVMGetStringAttributeValue p p *u
LLVMAddCallSiteAttribute - p u p
LLVMGetCallSiteStringAttribute p p u s u
LLVMGetCallSiteEnumAttribute p p u u
LLVMRemoveCallSiteEnumAttribute - p u u
LLVMRemoveCallSiteStringAttribute - p u s u
LLVMGetEnumAttributeAtIndex p p u u
LLVMGetStringAttributeAtIndex p p u s u
LLVMAddAttributeAtIndex - p u p
LLVMGetAttributeCountAtIndex u p u
LLVMGetAttributesAtIndex - p u *p
LLVMIsStringAttribute i p
LLVMIsEnumAttribute i p
LLVMGetEnumAttributeKind u p
LLVMGetStringAttributeKind p p *u
LLVMRemoveEnumAttributeAtIndex - p u u
LLVMGetTargetFromTriple i s *p *p
LLVMCreateTargetMachine p p s s s i i i
LLVMDisposeTargetMachine - p
LLVMCreateTargetDataLayout p p
LLVMDisposeTargetData - p
LLVMABISizeOfType q p p
LLVMGetTypeByName2 p p s
LLVMTypeIsSized i p
LLVMTargetMachineEmitToMemoryBuffer i p p i *p *p
LLVMCreatePassBuilderOptions p -
LLVMDisposePassBuilderOptions - p
LLVMRunPasses p p s p p
LLVMGetErrorMessage p p
LLVMDisposeErrorMessage - p
?LLVMRunPassesOnFunction p p s p p
?LLVMPassBuilderOptionsSetInlinerThreshold - p i
"""

TARGETS = (
    "AArch64 AMDGPU ARM AVR BPF Hexagon Lanai LoongArch M68k Mips MSP430 NVPTX PowerPC RISCV Sparc SPIRV "
    "SystemZ VE WebAssembly X86 XCore Xtensa"
).split()
"""Every code generator that a distribution may have built in; those that are not are ignored."""
