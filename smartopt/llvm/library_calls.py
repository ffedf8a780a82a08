"""Names of library functions to which LLVM's passes may introduce calls.

A sound pass may turn a loop into ``memset`` or ``printf`` into ``puts``, so an undefined symbol of this list may appear
in an output although neither the input nor -Oz's output names it. Source: the emit functions of
llvm/lib/Transforms/Utils/BuildLibCalls.cpp and LoopIdiomRecognize.cpp.
"""

from __future__ import annotations

__all__ = ["LIBRARY_CALLS", "USUAL_TYPES"]

LIBRARY_CALLS = frozenset(
    """
    memchr memcmp bcmp memcpy memmove mempcpy memset memset_pattern4 memset_pattern8 memset_pattern16 memccpy memrchr
    strchr strrchr strcmp strncmp strcpy stpcpy strncpy stpncpy strlen strnlen wcslen strdup strndup strlcpy strlcat
    strcat strncat strpbrk strspn strcspn strtol puts putchar putchar_unlocked fputc fputc_unlocked fputs fputs_unlocked
    fwrite fwrite_unlocked iprintf siprintf fiprintf snprintf sprintf vsnprintf malloc calloc free aligned_alloc
    __memcpy_chk __memset_chk __memmove_chk __strlen_chk
    sqrt sqrtf sqrtl exp2 exp2f exp2l exp10 exp10f exp10l ldexp ldexpf ldexpl pow powf powl cbrt cbrtf cbrtl
    fabs fabsf fabsl floor floorf floorl ceil ceilf ceill round roundf roundl trunc truncf truncl rint rintf rintl
    nearbyint nearbyintf nearbyintl fmin fminf fminl fmax fmaxf fmaxl log logf logl log2 log2f log2l log10 log10f log10l
    sin sinf sinl cos cosf cosl tan tanf tanl sincos sincosf __sincos_stret __sincosf_stret sinpi cospi
    __sincospi_stret __sincospif_stret exp expf expl copysign copysignf copysignl fmod fmodf fmodl
    """.split()
)

_USUAL = {
    "ptr(ptr, i32, i64)": "memchr memrchr memset",
    "i32(ptr, ptr, i64)": "memcmp bcmp strncmp",
    "ptr(ptr, ptr, i64)": "memcpy memmove mempcpy strncpy stpncpy strncat",
    "ptr(ptr, i32)": "strchr strrchr",
    "i32(ptr, ptr)": "strcmp fputs",
    "ptr(ptr, ptr)": "strcpy stpcpy strcat strpbrk",
    "i64(ptr)": "strlen wcslen",
    "i64(ptr, i64)": "strnlen",
    "i64(ptr, ptr)": "strspn strcspn",
    "i64(ptr, ptr, i64)": "strlcpy strlcat",
    "i64(ptr, ptr, i32)": "strtol",
    "ptr(ptr)": "strdup",
    "ptr(ptr, i64)": "strndup",
    "i32(ptr)": "puts",
    "i32(i32)": "putchar putchar_unlocked",
    "i32(i32, ptr)": "fputc fputc_unlocked",
    "i64(ptr, i64, i64, ptr)": "fwrite fwrite_unlocked",
    "i32(ptr, ptr, ...)": "sprintf siprintf fiprintf",
    "i32(ptr, i64, ptr, ...)": "snprintf",
    "i32(ptr, i64, ptr, ptr)": "vsnprintf",
    "ptr(i64)": "malloc",
    "ptr(i64, i64)": "calloc aligned_alloc",
    "void(ptr)": "free",
    "double(double)": """
        sqrt exp2 exp10 cbrt fabs floor ceil round trunc rint nearbyint log log2 log10 sin cos tan exp""",
    "float(float)": """
        sqrtf exp2f exp10f cbrtf fabsf floorf ceilf roundf truncf rintf nearbyintf logf log2f log10f sinf cosf tanf
        expf""",
    "double(double, double)": "pow fmin fmax copysign fmod",
    "float(float, float)": "powf fminf fmaxf copysignf fmodf",
    "double(double, i32)": "ldexp",
    "float(float, i32)": "ldexpf",
}
_TYPES = {name: usual for usual, names in _USUAL.items() for name in names.split()}

USUAL_TYPES = {name: _TYPES.get(name, "") for name in LIBRARY_CALLS}
"""Their types as C declares them where pointers and ``size_t`` have 64 bits; empty for those that are seldom used."""
