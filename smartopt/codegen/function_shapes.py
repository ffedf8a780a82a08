"""Decides which functions are ordinary enough to be compiled in another way than clang's own.

Frame pointers, attributes that only code generation heeds and settings of the back end are trusted because the code of
many people was compiled with them. That holds for ordinary functions. It does not hold for functions with rules of
their own about registers, frames, prologues or returns: few people have compiled such a function with, say, a frame
pointer at -Oz, and LLVM has been wrong there (``passes.trust_records`` names the reports). So this is a list of
what is allowed, and everything else is refused: attributes and calling conventions by name; and by their printed text
inline assembly, calls under other conventions, unusual intrinsics, functions that return twice, and frames that are not
static and small.

The same rule serves all engines: attributes come from the C API or from a printed group, bodies are always printed IR.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping

from ..annotations import TYPE_CHECKING
from ..ir.names import printed
from ..llvm.attributes import enum_attributes
from .targets import Target, target_of

if TYPE_CHECKING:
    from ..llvm.capi import Function, Module

__all__ = [
    "FRAME",
    "Shapes",
    "TypeSize",
    "names_of_twice",
    "plain_attributes",
    "plain_body",
    "plain_flags",
    "plain_header",
    "printed_attributes",
    "static_frame",
    "type_sizes",
    "wants_registers",
]

FRAME = "frame-pointer"
"""The key of the attribute that asks for a frame pointer."""

TypeSize = Callable[[bytes], "int | None"]
"""The most bytes that a named type takes, or None where that is not known."""

_CONVENTIONS = frozenset((0, 8, 9))
"""C, fast and cold (llvm/include/llvm/IR/CallingConv.h): other conventions have rules of their own about registers."""

_ATTRIBUTES = frozenset(
    "allockind allocsize alwaysinline builtin cold convergent flatten hot inlinehint memory minsize mustprogress "
    "nobuiltin nocallback nocreateundeforpoison noduplicate nofree noinline nomerge nonlazybind nooutline noprofile "
    "norecurse noreturn nosanitize_bounds nosanitize_coverage nosync nounwind null_pointer_is_valid optdebug optsize "
    "readnone readonly skipprofile speculatable ssp sspreq sspstrong uwtable willreturn".split()
)
"""Function attributes, by LLVM's names, that say nothing about frames and registers. The stack protector's do, but go
with frame pointers everywhere: both are on by default on macOS and in Android."""
_SETTINGS_ATTRIBUTES = _ATTRIBUTES | frozenset(
    "disable_sanitizer_instrumentation naked nocf_check noimplicitfloat optforfuzzing optnone returns_twice strictfp "
    "vscale_range".split()
)
"""Function attributes under which other settings of the back end are allowed: those leave frames as they are."""

_STRINGS = frozenset(
    "alloc-family approx-func-fp-math correctly-rounded-divide-sqrt-fp-math denormal-fp-math denormal-fp-math-f32 "
    "disable-tail-calls less-precise-fpmad llvm.assume min-legal-vector-width no-builtins no-infs-fp-math "
    "no-inline-line-tables no-jump-tables no-nans-fp-math no-signed-zeros-fp-math no-trapping-math nooutline "
    "prefer-vector-width reciprocal-estimates stack-protector-buffer-size strict-float-cast-overflow target-cpu "
    "target-features tune-cpu unsafe-fp-math use-soft-float".split()
)
"""String attributes that clang gives and that say nothing about prologues; any other one may say something."""
_SETTINGS_STRINGS = _STRINGS | frozenset((FRAME, "probe-stack", "warn-stack-size"))
_OFF = {"use-soft-float": "false"}
"""String attributes that are allowed with one value only, on x86-64."""

_FEATURES = re.compile(
    r"\+(?:64bit|3dnowa?|adx|aes|avx[\w.-]*|bmi2?|cldemote|clflushopt|clwb|clzero|cmov|cmpccxadd|crc32|cx16|cx8|enqcmd"
    r"|evex512|f16c|fma4?|fsgsbase|fxsr|gfni|hreset|invpcid|kl|lwp|lzcnt|mmx|movbe|movdir64b|movdiri|movrs|mwaitx|pclmul"
    r"|pconfig|pku|popcnt|prefetchi|prfchw|ptwrite|raoint|rdpid|rdpru|rdrnd|rdseed|rtm|sahf|serialize|sgx|sha|sha512"
    r"|shstk|sm3|sm4|sse[\w.]*|ssse3|tbm|tsxldtrk|uintr|usermsr|vaes|vpclmulqdq|vzeroupper|waitpkg|wbnoinvd|widekl|x87"
    r"|xop|xsave\w*)|-(?!sse2?$|x87$|64bit$|cx8$|fxsr$)[\w.-]+"
)
"""Instruction sets of x86-64 that change no prologue. Left out are APX (push2 and pop2 need another alignment), AMX,
retpolines, soft floating point and the like."""

_OTHER_FEATURES = re.compile(
    r"-[\w.-]+|\+(?!reserve|call-saved|harden|execute-only|long-calls|genexecute|shadow|sve|sme|tagged)[\w.-]+"
)
"""The features of other targets. Nearly all are instruction sets; left out are registers that are taken away, code that
may not be read or that calls far away, mitigations, and vectors whose size nobody knows."""

_FLAGS = frozenset(
    (
        "CG Profile", "Code Model", "DWARF64", "Debug Info Version", "Dwarf Version", "EnableSplitLTOUnit",
        "MaxTLSAlign", "PIC Level", "PIE Level", "ProfileSummary", "RtLibUseGOT", "SemanticInterposition",
        "SmallDataLimit", "StrictVTablePointers", "StrictVTablePointersRequirement", "ThinLTO", "UnifiedLTO",
        "Virtual Function Elim", "cf-protection-branch", "cf-protection-return", "debug-info-assignment-tracking",
        "direct-access-external-data", FRAME, "min_enum_size", "openmp", "openmp-device", "riscv-isa", "target-abi",
        "uwtable", "wchar_size",
    )
)  # fmt: skip
"""The module flags under which functions may be given frame pointers."""
_SMALL_CODE = (None, 0, 1)
"""Code models (llvm/include/llvm/Support/CodeGen.h) in which everything is within 2 GB: none given, tiny and small."""

_PERSONALITIES = frozenset(
    (b"__gxx_personality_v0", b"__gcc_personality_v0", b"__objc_personality_v0", b"rust_eh_personality")
)
"""Personality functions that unwind by tables to landing pads, not with funclets nor by setjmp."""
_PERSONALITY = re.compile(rb"\bpersonality ptr @([\w$.]+)")
_HEADER = (
    b" swiftself", b" swifterror", b" swiftasync", b" nest ", b" nest,", b" inalloca", b" preallocated", b" prefix ",
    b" prologue ", b' gc "',
)  # fmt: skip
"""Parts of a function's first line that have rules about registers, frames or what stands before the code."""

_CALLS = re.compile(
    rb'\basm (?:\w+ )*"|\b(?:call|invoke) (?:\w+ )*?(?:cc \d+|(?!fastcc|coldcc|ccc)\w+cc|preserve_\w+) '
)
_REFUSED_TEXT = (
    b"musttail call", b"callbr ", b"indirectbr ", b"blockaddress(", b"catchswitch ", b"cleanuppad ", b"catchpad ",
    b"inalloca", b"preallocated", b" swifterror", b" swiftself", b" swiftasync", b"x86_amx", b"<vscale", b' target("',
)  # fmt: skip
_INTRINSIC = re.compile(
    rb"@llvm\.(?!(?:abs|annotation|assume|bitreverse|bswap|canonicalize|ceil|copysign|cos|ctlz|ctpop|cttz|dbg|debugtrap"
    rb"|donothing|eh\.typeid\.for|exp|exp10|exp2|expect|experimental\.noalias\.scope\.decl|fabs|floor|fma|fmuladd|fptosi"
    rb"|fptoui|frexp|fshl|fshr|invariant|is\.constant|is\.fpclass|launder\.invariant\.group|ldexp|lifetime|llrint"
    rb"|llround|load\.relative|log|log10|log2|lrint|lround|maximum|maximumnum|maxnum|memcpy|memmove|memset|minimum"
    rb"|minimumnum|minnum|nearbyint|objectsize|pow|powi|prefetch|ptr\.annotation|ptrmask|readcyclecounter|rint|round"
    rb"|roundeven|sadd|scmp|sideeffect|sin|smax|smin|smul|sqrt|sshl|ssub|strip\.invariant\.group|tan|threadlocal\.address"
    rb"|trap|trunc|type\.test|uadd|ubsantrap|ucmp|umax|umin|umul|usub|ushl|va_copy|va_end|va_start|var\.annotation"
    rb"|vector\.reduce|x86\.(?:sse\d*|sse4[12a]|ssse3|bmi|aesni|pclmulqdq|sha256|rdtsc))[.(\w])"
)
"""Any intrinsic except these, which are ordinary instructions or calls."""
_BUNDLE = re.compile(rb'^(?![^\n]*@llvm\.assume\()[^\n]*\) \[ "', re.MULTILINE)
"""An operand bundle: garbage collectors, deoptimization and pointer signing give calls more than arguments."""
_VECTOR = re.compile(rb"<(\d+) x (\w+)>")
_HUGE = re.compile(rb'(?<![%@"\w.$-])i\d{4,}\b')
"""An integer type of a thousand bits or more, not a value or a symbol of such a name."""
_TWICE = re.compile(rb'@(?:"\\01)?(?:_?setjmp|(?:__)?sigsetjmp|v?fork|__vfork|getcontext|savectx)"?\(')
_ALLOCA = re.compile(rb"^ +%\S+ = alloca (.+)$", re.MULTILINE)
_BYVAL = re.compile(rb"\bbyval\(")
_ALIGNED = re.compile(rb"\) align (\d+)")

_STACK_ALIGNMENT = 16
"""Bytes. Larger alignments make code generation align the frame, which then has a frame pointer anyway."""
_LARGEST_FRAME = 1 << 20
"""Bytes of locals and arguments: LLVM's own limits are at 2 GiB, where 32-bit offsets end (llvm-project 213960)."""
_LARGEST_VECTOR = 512
"""Bits. Where registers are as wide, spilling one aligns the frame more than the stack, and clang itself then uses a
frame pointer; where they are not, such a vector takes several registers."""


def plain_attributes(names: Iterable[str], strings: Mapping[str, str], settings: bool = False) -> bool:
    """Whether a function's attributes are ordinary enough for a frame pointer or a code generation attribute.

    ``settings`` asks instead whether they allow other settings of the back end.
    """
    known, keys = (_SETTINGS_ATTRIBUTES, _SETTINGS_STRINGS) if settings else (_ATTRIBUTES, _STRINGS | {FRAME})
    return known.issuperset(names) and _plain_strings(strings, keys)


def _plain_strings(strings: Mapping[str, str], keys: Collection[str], target: Target | None = None) -> bool:
    if any(key not in keys and not key.startswith("no-builtin-") for key in strings):
        return False
    x86 = target is None or target.name == "x86_64"
    if x86 and any(strings.get(key, value) != value for key, value in _OFF.items()):
        return False
    known = _FEATURES if x86 else _OTHER_FEATURES
    features = strings.get("target-features", "")
    return all(known.fullmatch(feature) is not None for feature in features.split(",") if feature)


def printed_attributes(group: bytes) -> tuple[list[str], dict[str, str]]:
    """The attributes of a printed group: names, and string attributes with their values."""
    names, strings = [], {}
    for key, value, name in _PRINTED.findall(group.decode("utf-8", "replace")):
        if name:
            names.append(name)
        else:
            strings[key] = value
    return names, strings


_PRINTED = re.compile(r'"([^"]*)"(?:="([^"]*)")?|([a-z_]\w*)(?:\([^()]*\)|=[\w<>]+)?')


def plain_flags(flags: Iterable[str], code_model: int | None) -> bool:
    """Whether a module's flags and its code model (None where it has none) say nothing about frames."""
    return _FLAGS.issuperset(flags) and code_model in _SMALL_CODE


def plain_header(text: bytes) -> bool:
    """Whether the first line of a function's printed IR is ordinary; its calling convention is checked elsewhere."""
    header = text[: text.find(b"\n")]
    if any(word in header for word in _HEADER):
        return False
    if b" personality " not in header:
        return True
    personality = _PERSONALITY.search(header)
    return personality is not None and personality[1] in _PERSONALITIES


def wants_registers(text: bytes) -> bool:
    """Whether a function's printed IR holds inline assembly, or calls with rules of their own about registers."""
    # Most functions have none of these, which is seen faster without the pattern.
    ordinary = text.count(b"fastcc ") + text.count(b"coldcc ") + text.count(b" ccc ")
    unusual = b"asm " in text or b"preserve_" in text or b" cc " in text or text.count(b"cc ") > ordinary
    return unusual and _CALLS.search(text) is not None


def plain_body(text: bytes, twice: Collection[bytes] = ()) -> bool:
    """Whether a function's printed IR holds nothing that uses registers or frames by rules of its own.

    ``twice`` are the module's functions that return twice (:func:`names_of_twice`).
    """
    if wants_registers(text) or any(word in text for word in _REFUSED_TEXT):
        return False
    if b"@llvm." in text and _INTRINSIC.search(text) is not None:
        return False
    if b') [ "' in text and _BUNDLE.search(text) is not None:
        return False
    return _TWICE.search(text) is None and not any(b"@" + name in text for name in twice)


def names_of_twice(names: Iterable[str]) -> tuple[bytes, ...]:
    """The printed names of functions that return twice, as :func:`plain_body` looks for them."""
    return tuple(name.encode("utf-8", "surrogateescape") + b"(" for name in names)


def static_frame(text: bytes, size_of: TypeSize) -> bool:
    """Whether everything that a function keeps on its stack has a known small size and the stack's alignment."""
    if b"<" in text and any(_bits(*match.groups()) > _LARGEST_VECTOR for match in _VECTOR.finditer(text)):
        return False
    if _HUGE.search(text) is not None:
        return False
    total = 0
    if b" = alloca " in text:
        first_end = text.find(b"\n\n")
        for match in _ALLOCA.finditer(text):
            size = None if 0 <= first_end < match.start() else _static(match[1], size_of)
            if size is None:
                return False
            total += size
    for match in _BYVAL.finditer(text) if b"byval(" in text else ():
        size, end = _sized(text, match.end(), size_of)
        aligned = _ALIGNED.match(text, end)
        if size is None or (aligned is not None and int(aligned[1]) > _STACK_ALIGNMENT):
            return False
        total += size
    return total <= _LARGEST_FRAME


def _bits(count: bytes, element: bytes) -> int:
    size, _ = _sized(element, 0, lambda _: None)
    return int(count) * 8 * (size or _LARGEST_FRAME)


def _static(rest: bytes, size_of: TypeSize) -> int | None:
    """The bytes of an alloca, from the text after that keyword; None where they are not known or too much aligned."""
    size, end = _sized(rest, 0, size_of)
    plain = re.fullmatch(rb"(?:, align (\d+))?(?:, ![^\n]*)?", rest[end:])
    if size is None or plain is None or int(plain[1] or 1) > _STACK_ALIGNMENT:
        return None
    return size


_SCALAR = re.compile(rb"i(\d+)|(half|bfloat|float|double|x86_fp80|fp128)\b|ptr(?: addrspace\(\d+\))?")
_SIZES = {b"half": 2, b"bfloat": 2, b"float": 4, b"double": 8, b"x86_fp80": 16, b"fp128": 16}
_ARRAY = re.compile(rb"[\[<](\d+) x ")
_NAMED = re.compile(rb'%(?:"([^"\\]*)"|([-\w$.]+))')


def _sized(text: bytes, start: int, size_of: TypeSize) -> tuple[int | None, int]:
    """The most bytes that a printed type takes, and where it ends. Structures are padded to whole stack slots."""
    if (scalar := _SCALAR.match(text, start)) is not None:
        size = (int(scalar[1]) + 7) // 8 if scalar[1] else _SIZES.get(scalar[2], 8)
        return 1 << (size - 1).bit_length(), scalar.end()
    if (named := _NAMED.match(text, start)) is not None:
        return size_of(named[1] or named[2]), named.end()
    if (array := _ARRAY.match(text, start)) is not None:
        element, end = _sized(text, array.end(), size_of)
        return None if element is None else int(array[1]) * element, end + 1
    packed = text[start : start + 2] == b"<{"
    if not packed and text[start : start + 1] != b"{":
        return None, start
    total, end = 0, start + 1 + packed
    while text[end : end + 1] not in (b"}", b""):
        if text[end : end + 1] in (b" ", b","):
            end += 1
            continue
        member, end = _sized(text, end, size_of)
        if member is None:
            return None, end
        total += member if packed else _rounded(member)
    return total, end + 1 + packed


def _rounded(size: int) -> int:
    """Up to a multiple of eight bytes, the alignment that most members need."""
    return -(-size // 8) * 8


def type_sizes(module_text: bytes) -> TypeSize:
    """Looks up the most bytes that each named type of a printed module takes."""
    types = {quoted or plain: body for quoted, plain, body in _TYPE.findall(module_text)}
    known: dict[bytes, int | None] = {}

    def size_of(name: bytes) -> int | None:
        if name not in known:
            known[name] = None  # for a type that contains itself
            known[name] = _sized(types[name], 0, size_of)[0] if name in types else None
        return known[name]

    return size_of


_TYPE = re.compile(rb'^%(?:"([^"\\]*)"|([-\w$.]+)) = type ([^\n]*)$', re.MULTILINE)


class Shapes:
    """Judges one module's functions by the C API and their printed IR. Valid while the module is unchanged."""

    def __init__(self, module: Module) -> None:
        self._module = module
        library = module.library
        self._target = target_of(module.triple)
        self._kinds = _kinds(module, _ATTRIBUTES)
        self._settings_kinds = _kinds(module, _SETTINGS_ATTRIBUTES)
        self._known: dict[tuple[bool, tuple[int, ...]], bool] = {}
        twice = library.attribute_kind("returns_twice")
        self._twice = names_of_twice(printed(f.name) for f in module.functions() if f.has_attribute(twice))
        self._flagged = plain_flags(module.flags(), module.flag("Code Model"))

    def ordinary(self, function: Function, settings: bool = False) -> bool:
        """Whether a function's calling convention and attributes are ordinary.

        ``settings`` asks whether they are ordinary enough for other settings of the back end, which leave frames alone.
        """
        key = settings, function.attribute_set()
        if key not in self._known:
            kinds = self._settings_kinds if settings else self._kinds
            keys = _SETTINGS_STRINGS if settings else _STRINGS | {FRAME}
            plain = kinds.issuperset(enum_attributes(function))
            self._known[key] = plain and _plain_strings(function.string_attributes(), keys, self._target)
        return self._known[key] and function.library.LLVMGetFunctionCallConv(function.ref) in _CONVENTIONS

    def allows_attributes(self, function: Function, text: bytes) -> bool:
        """Whether a function may be given attributes that only code generation heeds; ``text`` is its printed IR."""
        return self._flagged and self.ordinary(function) and plain_header(text) and plain_body(text, self._twice)

    def allows_frame_pointer(self, function: Function, text: bytes) -> bool:
        """Whether a function may be given a frame pointer; ``text`` is its printed IR."""
        return self.allows_attributes(function, text) and static_frame(text, self._type_size)

    def _type_size(self, name: bytes) -> int | None:
        """The bytes of a named type; None where there is no such type or no target machine to ask."""
        library, machine = self._module.library, self._module.machine
        found = library.LLVMGetTypeByName2(self._module.context.ref, name)
        return machine.size_of(found) if machine is not None and found and library.LLVMTypeIsSized(found) else None

    def needs_default_settings(self) -> bool:
        """Whether the module has a function that only clang's own settings of the back end are safe for."""
        defined = (function for function in self._module.functions() if not function.is_declaration)
        return not all(self.ordinary(function, settings=True) for function in defined)


def _kinds(module: Module, names: Iterable[str]) -> frozenset[int]:
    return frozenset(kind for name in names if (kind := module.library.attribute_kind(name)))
