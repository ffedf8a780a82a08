"""Clang's options as far as launchers must know them: plain tables, from which the native launcher is built, too.

``wrappers/launcher.c`` includes a header that ``wrappers/build_scripts.py`` makes of these tables, so this file imports
nothing. What the tables mean is in ``driver.launch_rule``.
"""

from __future__ import annotations

__all__ = [
    "HIDDEN_LINKERS",
    "LANGUAGES",
    "LAST_LEVELS",
    "LINKABLE",
    "LINKER_VARIABLES",
    "MULTI_VALUED",
    "NOT_LINKING",
    "PROBES",
    "PROBE_STARTS",
    "RECORDING",
    "RECORDING_TARGETS",
    "REFUSED",
    "REFUSED_PARTS",
    "REFUSED_STARTS",
    "STAGES",
    "VALUED",
    "VALUED_STARTS",
]

PROBES = ("--version", "-v", "-###", "-V", "-qversion", "--help", "-help")
"""Options that ask clang something; ``-v`` and ``-###`` may also stand in a compile."""
PROBE_STARTS = ("-print-", "--print-", "-dump")
STAGES = ("-E", "-S", "-M", "-MM", "-fsyntax-only", "--analyze")
"""Options that end before an object; only ``-S`` still makes code."""

NOT_LINKING = (
    *("-c", "--compile", "-S", "--assemble", "-E", "--preprocess", "-M", "--dependencies", "-MM"),
    *("--user-dependencies", "-fsyntax-only", "--analyze", "-emit-ast", "-emit-llvm", "--precompile", "-extract-api"),
    *("-verify-pch", "-rewrite-objc", "-rewrite-legacy-objc", "-module-file-info", "-emit-interface-stubs"),
    *("-fdriver-only", "--emit-static-lib", "-dynamiclib", "-arch", "--autocomplete"),
)
"""Options with which clang runs no linker, or another one than for an ELF program."""
HIDDEN_LINKERS = ("-B", "--prefix", "--prefix=", "-no-canonical-prefixes", "-ccc-", "--config", "-gcc-toolchain")
"""Beginnings of options by which clang may find another ``ld.lld`` than the one beside itself."""
LINKABLE = ("o", "a", "so", "lo", "obj", "lib", "dylib")
"""File name endings of inputs that clang only hands to the linker."""

LAST_LEVELS = ("-O", "-O1", "-O2", "-O3", "-O4", "-Ofast")
"""Levels that ``SMARTOPT_LEVEL`` replaces."""

LANGUAGES = ("cuda", "cuda-cpp-output", "hip", "hip-cpp-output", "cu", "cui", "hipi")
"""Values of ``-x``, and file name endings, that make code for an accelerator."""
REFUSED = {
    "-load": "driver-plugin",
    "-frecord-command-line": "driver-record",
    "-grecord-command-line": "driver-record",
    "-frecord-gcc-switches": "driver-record",
    "-grecord-gcc-switches": "driver-record",
}
"""Options with which clang is left alone, with the reason: the plugin's own option must not end up in the object."""
REFUSED_STARTS = {
    "-fpass-plugin": "driver-plugin",
    "-fplugin": "driver-plugin",
    "-load=": "driver-plugin",
    "--cuda": "driver-offload",
    "--hip": "driver-offload",
    "--offload": "driver-offload",
    "-offload": "driver-offload",
    "-fsycl": "driver-offload",
    "-fopenmp-targets": "driver-offload",
    "--driver-mode": "driver-mode",
    "-ccc-": "driver-mode",
    # What these print names the plugin's passes among clang's.
    "-print-after": "driver-internal",
    "-print-before": "driver-internal",
    "-print-changed": "driver-internal",
    "-print-pipeline-passes": "driver-internal",
    "-debug-pass": "driver-internal",
    "-time-passes": "driver-internal",
    "-fdebug-pass": "driver-internal",
    "-mllvm=-print-": "driver-internal",
    "-mllvm=-debug-pass": "driver-internal",
    "-mllvm=-time-passes": "driver-internal",
    "-ftime-report": "driver-side-output",
}
"""The same for beginnings of options, and of the values of -mllvm and -Xclang."""
REFUSED_PARTS = {
    "load-pass-plugin": "driver-plugin",
    # The archive that lld writes must be of use where the plugin is not.
    "--reproduce": "driver-record",
    "debug-pass-manager": "driver-internal",
    "mllvm,-print-": "driver-internal",
    "mllvm,-debug-pass": "driver-internal",
    "mllvm,-time-passes": "driver-internal",
    "opt=-print-": "driver-internal",
    "opt=-debug-pass": "driver-internal",
    "opt=-time-passes": "driver-internal",
}
"""The same for what is said to the linker: parts of arguments."""
LINKER_VARIABLES = ("COMPILER_PATH", "CCC_OVERRIDE_OPTIONS", "LLD_REPRODUCE")
"""Environment variables with which the plugin is not loaded into a linker: clang may find another one, or it writes an
archive that must be of use where the plugin is not."""

RECORDING = ("-gcodeview", "-gcodeview-command-line")
RECORDING_TARGETS = ("windows", "win32", "msvc", "uefi")
"""Options, and parts of targets, with which debug information may hold clang's own arguments: no plugin."""

VALUED = frozenset(
    """
    -/validator-version -A -alias_list -allowable_client --analyzer-output -arch -arch_only
    -arcmt-migrate-report-output --assert -B -b --bootclasspath -bundle_loader -ccc-arcmt-migrate -ccc-gcc-name
    -ccc-install-dir -ccc-objcmt-migrate --CLASSPATH --classpath -client_name -compatibility_version --config
    -current_version -cxx-isystem -D -darwin-target-variant -darwin-target-variant-triple --define-macro
    -dependency-dot -dependency-file -dsym-dir -dumpdir --dyld-prefix -dylib_file -dylinker_install_name -e --encoding
    -exported_symbols_list --extdirs -F -fdebug-compilation-dir -fexperimental-openacc-macro-override -filelist
    -fmodule-implementation-of -fmodules-user-build-path -fnew-alignment --for-linker --force-link -force_load
    -framework -ftrapv-handler -G -gen-cdb-fragment-path -hlsl-entry -I -iapinotes-modules -idirafter -iframework
    -iframeworkwithsysroot --imacros -imacros -image_base -imultilib --include -include --include-directory
    --include-directory-after -include-pch --include-prefix --include-with-prefix --include-with-prefix-after
    --include-with-prefix-before -init -install_name -interface-stub-version= -iprefix -iquote -isysroot -isystem
    -isystem-after -ivfsoverlay -iwithprefix -iwithprefixbefore -iwithsysroot -L -l --language -lazy_framework
    -lazy_library --library-directory -meabi -MF --mhwdiv -MJ -mllvm -mmlir -module-dependency-dir -MQ -MT
    -mthread-model -multiply_defined -multiply_defined_unused --no-system-header-prefix -o -object-file-name --output
    --output-class-directory -pagezero_size --param --prefix --print-file-name --print-prog-name -read_only_relocs
    -reexport_framework -reexport_library --resource -resource-dir -rpath --rtlib -seg1addr -seg_addr_table
    -seg_addr_table_filename -segs_read_only_addr -segs_read_write_addr --serialize-diagnostics -serialize-diagnostics
    --specs -specs --std --stdlib -stdlib++-isystem -sub_library -sub_umbrella --sysroot --system-header-prefix -T
    -target -U -u -umbrella --undefine-macro -undefined -unexported_symbols_list -V --vfsoverlay -vfsoverlay
    -weak_framework -weak_library -weak_reference_mismatches -working-directory -x -Xanalyzer -Xarch_device -Xarch_host
    -Xassembler -Xclang -Xclangas -Xcuda-fatbinary -Xcuda-ptxas -Xlinker -Xmicrosoft-visualc-tools-root
    -Xmicrosoft-visualc-tools-version -Xmicrosoft-windows-sdk-root -Xmicrosoft-windows-sdk-version
    -Xmicrosoft-windows-sys-root -Xopenmp-target -Xpreprocessor -z -Zlinker-input
    """.split()
)
"""Options, as whole arguments, whose value is the next argument."""
VALUED_STARTS = ("-Xarch_", "-Xoffload-linker", "-Xopenmp-target=")
"""Beginnings of options that hold one value and take another from the next argument."""
MULTI_VALUED = {
    "-sectalign": 3,
    "-sectcreate": 3,
    "-sectobjectsymbols": 2,
    "-sectorder": 3,
    "-segaddr": 2,
    "-segcreate": 3,
    "-segprot": 3,
}
"""Options that take several arguments, and how many."""
