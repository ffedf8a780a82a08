"""Names of library functions to which LLVM's passes may introduce calls.

A sound pass may turn a loop into ``memset`` or ``printf`` into ``puts``, so an undefined symbol of this list may appear
in an output although neither the input nor -Oz's output names it. Source: the emit functions of
llvm/lib/Transforms/Utils/BuildLibCalls.cpp and LoopIdiomRecognize.cpp.
"""

from __future__ import annotations

__all__ = ["LIBRARY_CALLS"]

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
