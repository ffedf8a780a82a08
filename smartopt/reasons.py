"""The reasons for leaving something to plain -Oz or to the real tool: each has an id and a sentence.

Reports and statistics count ids; people read the sentences. A released id keeps its meaning.
"""

from __future__ import annotations

__all__ = ["REASONS", "sentence"]

REASONS: dict[str, str] = {
    # -- one candidate or stage was abandoned; the others went on --
    "trial-crash": "a pass list made LLVM crash or abort on a function; that list was dropped there",
    "trial-timeout": "a pass list ran past its CPU limit on a function; that list was dropped there",
    "trial-memory": "a pass list ran past the memory limit on a function; that list was dropped there",
    "trial-killed": "a trial worker was killed from outside; its work was done again without that list",
    "trial-invalid": "a pass list left IR that LLVM's verifier refuses; that list was dropped there",
    "list-refused": "LLVM refused a pass list; it was dropped",
    "list-untrusted": "a pass list named a banned or unknown pass; it was dropped",
    "function-excluded": "a function has a feature that is left to -Oz alone",
    "frames-failed": "code with frame pointers could not be generated; no function got one",
    "frame-refused": "a function got no frame pointer, because its shape is not known to be safe",
    "touch-refused": "a function kept its attributes, because its shape is not known to be safe",
    "settings-refused": "a function has rules of its own about registers; the back end kept clang's settings",
    "touch-failed": "functions could not be measured with other code generation attributes; they kept theirs",
    "compose-crash": "LLVM crashed while the plan was composed",
    "compose-invalid": "the composed module failed LLVM's verifier",
    "check-failed": "the composed module failed an interface check against -Oz's",
    "module-variant-crash": "LLVM crashed on a whole-module candidate",
    "replay-failed": "-Oz's inlining decisions could not be replayed",
    "debug-differs": "the code was different with debug information; -Oz was taken",
    "measure-failed": "an object could not be emitted for measuring",
    # -- the whole module was left to -Oz --
    "internal-error": "the search ended with an internal error; the best result until then was taken",
    "engine-limited": "this engine cannot replay inlining; pass lists ran after -Oz",
    "code-straight": "the code is long stretches without branches or calls, in which effort fast finds nothing",
    "lto-not-size": "a function of the merged module was not compiled for size; the linker optimised the module alone",
    "module-excluded": "the module has a feature that is left to -Oz alone",
    "no-functions": "the module defines no functions",
    "target-missing": "this LLVM has no code generator for the module's target; instructions were counted instead",
    # -- model --
    "model-refused": "the model's files are damaged or of another version; the ranked coreset proposed instead",
    "model-failed": "the model's process ended; the ranked coreset proposed instead",
    "model-objective": "the model was not trained for this objective; the ranked coreset proposed instead",
    "context-exceeded": "a function is longer than the model's context; the ranked coreset proposed for it",
    # -- the whole run was handed to the real opt --
    "opt-not-size": "the command line does not ask for a size optimisation; the real opt ran it",
    "opt-unknown-option": "the command line has an option that only the real opt knows; the real opt ran it",
    "disabled": "SMARTOPT_DISABLE was set; the real tool ran",
    # -- clang driver: the command line was handed to the real clang --
    "driver-arch": "several architectures (-arch, -Xarch) make several objects",
    "driver-assembler": "an option for the assembler, or another assembler than clang's own",
    "driver-bad-command": "an option lacks its value; clang says so",
    "driver-clang-version": "no flag table for this clang (17 to 22 have one); SMARTOPT_CLANG can name another",
    "driver-closed-stream": "standard input, output or error is closed",
    "driver-diagnostics": "diagnostics in a form that is complete only when clang ends (SARIF)",
    "driver-environment": "an environment variable makes clang write more than an object",
    "driver-flag-unlisted": "an option that is not on the list of safe ones",
    "driver-input-language": "the input is not a C or C++ source file",
    "driver-input-special": "the input is not a regular file, or is missing",
    "driver-inputs": "not exactly one input file",
    "driver-internal": "an option that goes past clang's driver (-cc1, -Xclang, -mllvm, -Xpreprocessor)",
    "driver-launcher": "the compiler is called through another launcher, or is not clang; that one ran it",
    "driver-lto": "link-time optimisation, or bitcode in the object",
    "driver-mode": "a configuration file or another driver mode",
    "driver-modules": "C++ or Clang modules",
    "driver-no-compile": "no -c: clang links",
    "driver-not-size": "the last -O is neither -Os nor -Oz",
    "driver-offload": "code for an accelerator (CUDA, HIP, SYCL, OpenMP offload)",
    "driver-output-special": "the output is not a regular file, or its folder cannot be written",
    "driver-pch": "precompiled headers",
    "driver-pipeline": "an option that changes clang's own optimisation pipeline",
    "driver-plugin": "a compiler plugin",
    "driver-probe": "a program that a configuration tool compiles to learn what the compiler can do",
    "driver-profile": "profiling, coverage or XRay instrumentation",
    "driver-query": "a question to clang, not a compile",
    "driver-record": "the command line is recorded in the object",
    "driver-response-file": "a response file that smartopt does not read",
    "driver-sanitizer": "sanitizers",
    "driver-side-output": "an output beside the object (-save-temps, -gsplit-dwarf, -MJ, ...)",
    "driver-stage": "another stage than compiling to an object (-E, -S, -fsyntax-only, ...)",
    # -- clang driver: the compile was started, then clang did it alone --
    "driver-assembly-needs": "inline assembly names a function that would be removed; clang compiled the file alone",
    "driver-back-failed": "the back end refused the optimised code; clang compiled the file alone",
    "driver-back-spoke": "the back end printed a diagnostic; clang compiled the file alone, to print it in full",
    "driver-child-killed": "a compiler process was killed; clang compiled the file alone",
    "driver-front-failed": "the front end failed in an unusual way; clang ran alone",
    "driver-grew": "clang's own object turned out no larger, which was not predicted, and was taken",
    "driver-internal-error": "an internal error; clang compiled the file alone",
    "driver-limits": "a limit on processes, memory or files leaves no room for smartopt; clang compiled the file alone",
    "driver-loop-pragma": "loop pragmas need the warnings of clang's own optimiser",
    "driver-memory": "memory ran out; clang compiled the file alone",
    "driver-no-answer": "smartopt's process could not be reached, or did not answer; clang went on alone",
    "driver-no-start": "a compiler process could not be started; clang was run alone",
    "driver-optimiser-failed": "the optimiser failed; clang compiled the file alone",
    "driver-timeout": "a step ran past its time limit; clang compiled the file alone",
    # -- clang driver: counted, nothing was lost --
    "driver-compile-error": "the source has errors; their diagnostics are clang's own",
}


def sentence(reason: str) -> str:
    """The sentence for a reason id; an unknown id (from a newer version's statistics) is returned as it is."""
    return REASONS.get(reason, reason)
