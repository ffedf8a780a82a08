"""What smartopt-clang may do with each of clang's options: the hand-written half of its flag table.

``generate_flags`` joins these rules with clang's own option data into ``data/flags-NN.txt``; nothing here is imported
by a compile. A rule is an action and patterns of option names (with their dashes, without a value); the first rule that
matches a whole name decides, and a command line with an option that no rule knows is left to clang.

Actions of eligible options:

    keep       harmless, or code generation: given to the front end and to the back end
    front      only the front end is given it (dependency files, linker inputs, flags that clang warns about)
    oz-only    kept at -Oz, where clang's pipeline is the same without it; at -Os it is not
    compile, output, language, level, dep, dep-file, dep-target, wp, wa, end
               read by ``flags.classify`` itself

Any other action is a reason id of ``smartopt.reasons``: the command line goes to clang unchanged.
"""

from __future__ import annotations

__all__ = ["ELIGIBLE", "FEATURE_GROUPS", "IGNORED_GROUPS", "RULES"]

ELIGIBLE = frozenset(
    {
        *("keep", "front", "oz-only", "compile", "output", "language", "level"),
        *("dep", "dep-file", "dep-target", "wp", "wa", "end"),
    }
)

RULES: tuple[tuple[str, str], ...] = (
    # -- read by classify --
    ("compile", r"-c"),
    ("output", r"-o"),
    ("language", r"-x"),
    ("level", r"-O -O0 -O4 -Ofast"),
    ("dep", r"-MD -MMD"),
    ("dep-file", r"-MF"),
    ("dep-target", r"-MT -MQ"),
    ("front", r"-MP -MG -MV"),
    ("wp", r"-Wp,"),
    ("wa", r"-Wa, -Xassembler"),
    ("end", r"--"),
    ("front", r"-Wl, -L -l -Xlinker -z -T -rpath -e -u --?specs=?"),
    # -- another stage, another output --
    (
        "driver-stage",
        r"""
        -E -S -M -MM -P -dM -dD -dI -d -C -CC -H -fsyntax-only --analyze -emit-llvm -emit-ast -emit-cir
        -verify-pch -rewrite-.* -extract-api --(assemble|preprocess|dependencies|user-dependencies) -emit-.*
        -fdriver-only
        """,
    ),
    (
        "driver-query",
        r"""
        -v --verbose -### -V --version --help -help --help-hidden -dump(machine|version|specs) -print-.*
        --print-.* -ccc-print-.* --autocomplete= --target-help -m(cpu|tune)=help
        """,
    ),
    (
        "driver-side-output",
        r"""
        -MJ -gen-.* -gsplit-dwarf=? -save-temps=? -save-stats=? -ftime-trace.* -fsave-optimization-record=?
        -foptimization-record-.* --?serialize-diagnostics -fstack-usage -dumpdir -dependency-.*
        -fcrash-diagnostics=?
        """,
    ),
    (
        "driver-record",
        r"""
        -g?record-command-line -frecord-command-line -[fg]record-gcc-switches -grecord-.*
        """,
    ),
    # -- what must not be cut in two --
    (
        "driver-lto",
        r"""
        -flto.* -fembed-bitcode.* -fthin.* -fsplit-lto-unit -funified-lto
        -fwhole-program-vtables -fvirtual-function-elimination -ffat-lto-objects
        """,
    ),
    # Options that only take back another one leave everything as it is by default.
    (
        "keep",
        r"""
        -fno-lto -fno-fat-lto-objects -fno-sanitize= -fno-openmp -fno-test-coverage -fno-coverage-mapping
        -fno-profile-(arcs|generate|instr-generate|instr-use|use) -fno-(implicit-)?modules -gno-modules
        -fno-save-optimization-record -fno-split-stack -fno-stack-size-section -fno-split-machine-functions
        """,
    ),
    (
        "driver-sanitizer",
        r"""
        -fsanitize.* -fno-sanitize.* -fexperimental-sanitize.* -shared-libsan -static-libsan
        """,
    ),
    (
        "driver-profile",
        r"""
        -fxray.* -fprofile.* -fcs-profile.* -fcoverage.* -ftest-coverage --?coverage -pg? -fauto-profile.*
        -fpseudo-probe.* -fdebug-info-for-profiling -fmemory-profile.* -fcodegen-data.*
        """,
    ),
    ("driver-plugin", r"-fplugin.* -fpass-plugin.* -load"),
    (
        "driver-modules",
        r"""
        -fmodule.* -fcxx-modules -fbuiltin-module-map -fprebuilt.* -fimplicit-module.* --precompile
        -gmodules -fbuild-session.* -fapinotes.* -iapinotes-modules
        """,
    ),
    ("driver-pch", r"-include-pch -relocatable-pch -fpch.*"),
    (
        "driver-offload",
        r"""
        --?offload.* --cuda.* -fcuda.* -fgpu.* --hip.* -fsycl.* -fopenmp-target.* -Xopenmp-target.*
        """,
    ),
    ("driver-arch", r"-arch -Xarch_.*"),
    ("driver-assembler", r"-f?no-integrated-as -via-file-asm"),
    ("driver-internal", r"-Xclang=? -Xclangas=? -mllvm=? -mmlir -Xpreprocessor -cc1.*"),
    (
        "driver-mode",
        r"""
        --config.* --driver-mode= --rsp-quoting= --no-default-config -working-directory=? -ccc-.*
        """,
    ),
    ("oz-only", r"-fno-(tree-)?vectorize"),
    # ROPI and RWPI: LLVM's passes ask the target machine whether tables may hold addresses, and bitcode does not say.
    (
        "driver-pipeline",
        r"""
        -f(no-)?(tree-)?(slp-)?vectorize -fno-unroll-loops -f(no-)?merge-functions -fveclib=
        -f(no-)?(loop-interchange|experimental-loop-fusion|devirtualize-speculatively|lifetime-dse)
        -f(no-)?(global|experimental)-isel -R -Rpass.*
        -fropi -frwpi
        """,
    ),
    # SARIF is one text at the end of a run: what the back end adds to it is not seen before.
    ("driver-diagnostics", r"-fdiagnostics-format="),
    # -- language, warnings, search paths: they end with the front end, and clang ignores them on IR --
    (
        "keep",
        r"""
        -W.*=? -w -pedantic -pedantic-errors -no-pedantic --all-warnings --extra-warnings --no-warnings
        -ansi -std= --std=? -stdlib= -undef -nostdinc(\+\+)? -nostdlibinc -nobuiltininc -trigraphs -[IDUBF]
        -iquote -isystem -isystem-after -idirafter -include -imacros -isysroot -iprefix
        -iwithprefix(before)? -iwithsysroot -cxx-isystem -stdlib\+\+-isystem --sysroot=? -resource-dir=?
        --gcc-(toolchain|install-dir|triple)= -target --target= -pipe -pthreads? -no-pthread -Qn -Qy
        -Qunused-arguments --(start|end)-no-unused-arguments --param=? -(no-)?canonical-prefixes
        -f(no-)?(signed-char|unsigned-char|short-enums|short-wchar|char8_t|ms-extensions|ms-compatibility)
        -f(no-)?(gnu-keywords|gnu89-inline|gnu-inline-asm|asm|blocks|declspec|digraphs|trigraphs)
        -f(no-)?(dollars-in-identifiers|knr-functions|operator-names|access-control|coroutines|concepts)
        -f(no-)?check-new -fsigned-bitfields
        -f(no-)?(sized-deallocation|aligned-allocation|aligned-new|relaxed-template-template-args)
        -f(no-)?(delayed-template-parsing|elide-constructors|elide-type|fixed-point|lax-vector-conversions)
        -f(no-)?(rtti|rtti-data|exceptions|cxx-exceptions|threadsafe-statics|c\+\+-static-destructors)
        -faligned-new= -fnew-alignment=? -flax-vector-conversions= -fms-compatibility-version= -ftemplate-.*
        -fconstexpr-.* -fbracket-depth= -foperator-arrow-depth= -ferror-limit=
        -f(no-)?(caret-diagnostics|color-diagnostics|ansi-escape-codes|show-column|show-source-location)
        -f(no-)?(spell-checking|absolute-paths|diagnostics-.*) -fdiagnostics-.*= -fmessage-length=
        -fmacro-backtrace-limit= -fcaret-diagnostics-max-lines= -fspell-checking-limit= -ftabstop=
        -fno-crash-diagnostics -fcrash-diagnostics-dir= -f(no-)?temp-file -f(no-)?integrated-cc1 -finput-charset=
        -fexec-charset= -f(no-)?verbose-asm
        """,
    ),
    # -- code generation --
    (
        "keep",
        r"""
        -f(no-)?(pic|PIC|pie|PIE) -f(no-)?(plt|semantic-interposition|common|ident|addrsig)
        -f(no-)?(builtin|hosted|freestanding) -ffreestanding -fhosted -fno-builtin- -fbuiltin-
        -f(no-)?(strict-aliasing|strict-overflow|strict-enums|strict-vtable-pointers|strict-return)
        -f(no-)?(wrapv|wrapv-pointer|trapv|strict-float-cast-overflow) -fstrict-flex-arrays= -fpack-struct=?
        -f(no-)?(delete-null-pointer-checks|finite-loops|assume-sane-operator-new|assume-unique-vtables)
        -f(no-)?(force-emit-vtables|pointer-tbaa|force-enable-int128) -fmax-type-align= -fclang-abi-compat=
        -f(no-)?omit-frame-pointer -m(no-)?omit-leaf-frame-pointer -f(no-)?optimize-sibling-calls
        -f(no-)?(asynchronous-)?unwind-tables -f(no-)?jump-tables -f(no-)?zero-initialized-in-bss
        -f(no-)?stack-protector(-all|-strong)? -f(no-)?stack-clash-protection -fcf-protection=?
        -m(no-)?stack-protector-guard.*= -ftrivial-auto-var-init.*= -fzero-call-used-regs= -fvisibility=
        -fvisibility-(inlines-hidden|ms-compat) -fno-visibility-inlines-hidden
        -f(no-)?visibility-inlines-hidden-static-local-var -f(no-)?(function|data)-sections
        -f(no-)?unique-section-names -ftls-model= -f(no-)?emulated-tls -f(no-)?use-cxa-atexit
        -f(no-)?use-init-array -f(no-)?merge-all-constants -fno-inline
        -f(no-)?(inline-functions|inline-hint-functions) -funroll-loops -f(no-)?align-functions
        -falign-(functions|loops)=
        -f(no-)?(fast-math|math-errno|finite-math-only|associative-math|reciprocal-math|signed-zeros)
        -f(no-)?(trapping-math|rounding-math|unsafe-math-optimizations|honor-nans|honor-infinities)
        -f(no-)?(approx-func|protect-parens|cx-limited-range) -ffp-contract= -ffp-model= -fdenormal-fp-math=
        -ffp-eval-method= -fexcess-precision= -fpatchable-function-entry= -ffixed-x18 -fcomplex-arithmetic=
        -f(no-)?keep-static-consts -f(no-)?openmp-simd -f(no-)?discard-value-names
        -f(no-)?instrument-functions -f?integrated-as -f(no-)?dwarf2-cfi-asm -f(no-)?dwarf-directory-asm
        -f(no-)?register-.*
        """,
    ),
    # -- debug information --
    (
        "keep",
        r"""
        -g -g[0-3] -ggdb[0-3]? -glldb -gdwarf(-[2345])? -gdwarf(32|64) -gline-.* -gmlt -gz=?
        -g(no-)?(column-info|strict-dwarf|pubnames|gnu-pubnames|simple-template-names|inline-line-tables)
        -gno-(split-dwarf|record-command-line|record-gcc-switches) -fno-record-(command-line|gcc-switches)
        -gdwarf-aranges -f(no-)?debug-types-section -f(no-)?standalone-debug -f(no-)?limit-debug-info
        -f(no-)?eliminate-unused-debug-(types|symbols) -f(debug|file|macro)-prefix-map=
        -f(debug|file)-compilation-dir=? -fdebug-default-version= -f(no-)?debug-macro
        """,
    ),
    # -- machine --
    (
        "keep",
        r"""
        -m(16|32|64|x32) -m(no-)?(sse4|80387) -mno-fp-ret-in-387 -mno-3dnowa?
        -march= -mcpu= -mtune= -mabi= -mcmodel= -mfpmath= -mfloat-abi= -mfpu= -m(arm|thumb)
        -m(no-)?(red-zone|implicit-float|soft-float|strict-align|unaligned-access|stackrealign)
        -m(hard-float|general-regs-only|stack-alignment=|regparm=|rtd|no-rtd|ms-bitfields|no-ms-bitfields)
        -m(no-)?(retpoline|lvi-cfi|lvi-hardening|seses|outline-atomics|speculative-load-hardening)
        -mharden-sls= -mfunction-return= -mindirect-branch-cs-prefix -mbranch-protection= -mtp=
        -m(no-)?(tls-direct-seg-refs|relax|movt|long-calls|skip-rax-setup) -mtls-dialect= -mtls-size=
        -mprefer-vector-width= -mlong-double-.* -m(little|big)-endian -malign-double -masm= -mrecip=?
        -mbranches-within-32B-boundaries -msign-return-address= -mstack-probe-size=
        -msmall-data-(limit|threshold)= -G=? -mmcu= -mhwmult= -m(no-)?outline -m(no-)?global-merge -ffixed-.*
        -mexec-model= -f(no-)?direct-access-external-data -fno-ropi -fno-rwpi -mthreads -mwindows -mconsole
        -m(macos|macosx|ios|iphoneos|tvos|appletvos|watchos)-version-min= -m(no-)?constant-cfstrings
        """,
    ),
    # -- for linking, but some change code generation too --
    (
        "keep",
        r"""
        -shared -static -static-pie -pie -no-pie -nopie -rdynamic -s -nostdlib -nostartfiles -nodefaultlibs
        -nolibc -nostdlib\+\+ -static-lib(gcc|stdc\+\+) -shared-libgcc -rtlib= --rtlib -unwindlib= -fuse-ld=
        --ld-path=
        """,
    ),
)
"""Actions, each with the patterns of option names that it is for (``re.fullmatch``; separated by spaces)."""

IGNORED_GROUPS = frozenset(
    {
        "clang_ignored_f_Group",
        "clang_ignored_gcc_optimization_f_Group",
        "clang_ignored_m_Group",
        "clang_ignored_legacy_options_Group",
    }
)
"""Groups of clang's option data that clang reads, warns about and forgets: the back end must not warn
again."""

FEATURE_GROUPS = frozenset(
    f"m_{target}_Features_Group"
    for target in ("x86", "arm", "aarch64", "riscv", "loongarch", "hexagon", "m68k", "ppc", "sparc", "ve", "wasm")
)
"""Groups of processor features: kept, unless a rule names one of them."""
