"""Names that the normaliser knows: attributes that say little to a pass, and library functions that say much.

Sources: LLVM LangRef ("Parameter Attributes", "Function Attributes", "Global Variables"), the C standard's
and the Itanium C++ ABI's names. Changing a set changes normalised text, so raise ``NORMALISER_VERSION`` with it.
"""

from __future__ import annotations

__all__ = ["DROPPED", "DROPPED_WITH_ARGUMENT", "KEPT_FROM_GROUPS", "LIBRARY"]

DROPPED = frozenset(
    """
    dso_local dso_preemptable local_unnamed_addr unnamed_addr hidden protected default dllimport dllexport
    externally_initialized comdat
    noundef nonnull nocapture nofree returned signext zeroext noext inreg readonly readnone writeonly immarg
    allocalign allocptr writable dead_on_unwind dead_on_return
    builtin cold hot disable_sanitizer_instrumentation fn_ret_thunk_extern hybrid_patchable inlinehint
    jumptable minsize mustprogress nocallback nocf_check nocreateundeforpoison nodivergencesource
    noimplicitfloat nomerge nonlazybind noprofile noredzone norecurse nosanitize_bounds nosanitize_coverage
    nosync nounwind optdebug optforfuzzing optsize safestack sanitize_address sanitize_alloc_token
    sanitize_hwaddress sanitize_memory sanitize_memtag sanitize_numerical_stability sanitize_realtime
    sanitize_realtime_blocking sanitize_thread sanitize_type sanitize_address_dyninit no_sanitize_address
    no_sanitize_hwaddress shadowcallstack skipprofile speculatable speculative_load_hardening ssp sspreq
    sspstrong uwtable willreturn
    """.split()
)
"""Attributes and symbol properties without an argument, which are dropped everywhere."""

DROPPED_WITH_ARGUMENT = frozenset(
    """
    alignstack allockind allocsize captures code_model comdat dereferenceable dereferenceable_or_null
    initializes nofpclass partition range section uwtable vscale_range dead_on_return denormal_fpenv
    """.split()
)
"""The same with an argument: ``name(...)`` or ``name "string"``. ``align`` has a rule of its own."""

KEPT_FROM_GROUPS = ("noreturn", "noinline", "alwaysinline", "optnone", "returns_twice", "convergent")
"""Attributes worth their length: they are moved from a function's attribute group to its line, and so is
``memory(...)``. All others of a group are dropped: under -Oz every function has the same ones."""

LIBRARY = frozenset(
    """
    malloc calloc realloc reallocarray free aligned_alloc posix_memalign alloca abort exit _exit atexit
    qsort bsearch rand srand random abs labs llabs div atoi atol atoll atof strtol strtoul strtoll strtoull
    strtod strtof getenv setenv system
    memcpy memmove memset memcmp memchr memrchr mempcpy bcmp bcopy bzero ffs ffsl ffsll
    strlen strnlen strcpy strncpy stpcpy stpncpy strcat strncat strcmp strncmp strcasecmp strncasecmp strcoll
    strchr strrchr strstr strcasestr strpbrk strspn strcspn strtok strtok_r strdup strndup strerror strsep
    __memcpy_chk __memmove_chk __memset_chk __strcpy_chk __strncpy_chk __strcat_chk __sprintf_chk
    __snprintf_chk __printf_chk __fprintf_chk __vsnprintf_chk
    printf fprintf sprintf snprintf vprintf vfprintf vsprintf vsnprintf puts putchar putc fputc fputs fwrite
    fread fopen fdopen freopen fclose fflush fseek ftell rewind fgets fgetc getc getchar ungetc feof ferror
    clearerr perror scanf fscanf sscanf remove rename tmpfile fileno setvbuf asprintf vasprintf
    stdin stdout stderr __errno_location errno environ
    isalpha isdigit isalnum isspace isupper islower isprint ispunct iscntrl isxdigit toupper tolower isascii
    __ctype_b_loc __ctype_tolower_loc __ctype_toupper_loc
    sqrt sqrtf sqrtl pow powf powl exp expf expl exp2 exp2f log logf logl log2 log2f log10 log10f log1p
    sin sinf sinl cos cosf cosl tan tanf asin asinf acos acosf atan atanf atan2 atan2f sinh cosh tanh
    floor floorf floorl ceil ceilf ceill trunc truncf round roundf lround rint rintf nearbyint
    fabs fabsf fabsl fmod fmodf fmin fminf fmax fmaxf ldexp ldexpf frexp modf hypot cbrt copysign fma
    open close read write lseek stat fstat lstat access unlink mkdir rmdir opendir readdir closedir
    fork execv execve waitpid kill signal sigaction pipe dup dup2 mmap munmap ioctl fcntl select poll
    socket bind listen accept connect send recv time clock gettimeofday clock_gettime localtime gmtime
    mktime strftime setjmp _setjmp longjmp siglongjmp __sigsetjmp
    pthread_mutex_lock pthread_mutex_unlock pthread_mutex_init pthread_create pthread_join pthread_once
    __assert_fail __stack_chk_fail __tls_get_addr
    _Znwm _Znam _ZdlPv _ZdlPvm _ZdaPv _ZdaPvm _ZnwmRKSt9nothrow_t _ZSt9terminatev
    __cxa_begin_catch __cxa_end_catch __cxa_rethrow __cxa_throw __cxa_allocate_exception
    __cxa_free_exception __cxa_atexit __cxa_guard_acquire __cxa_guard_release __cxa_guard_abort
    __cxa_pure_virtual __cxa_bad_cast __cxa_throw_bad_array_new_length __dynamic_cast __dso_handle
    __gxx_personality_v0 __clang_call_terminate _Unwind_Resume main
    _ZSt17__throw_bad_allocv _ZSt20__throw_length_errorPKc _ZSt24__throw_out_of_range_fmtPKcz
    _ZTVN10__cxxabiv117__class_type_infoE _ZTVN10__cxxabiv120__si_class_type_infoE
    """.split()
)
"""Names kept because they mean the same everywhere; LLVM knows many of them (TargetLibraryInfo)."""
