"""Why something was left to plain -Oz or handed to the real tool: every reason has an id and a sentence.

Reports and statistics count ids; people read the sentences. An id, once released, keeps its meaning.
"""

from __future__ import annotations

__all__ = ["REASONS", "sentence"]

REASONS: dict[str, str] = {
    # -- one candidate or stage was given up (the others go on) --
    "trial-crash": "a pass list made LLVM crash or abort on a function; that list was dropped there",
    "trial-timeout": "a pass list ran past its CPU limit on a function; that list was dropped there",
    "trial-memory": "a pass list ran past the memory limit on a function; that list was dropped there",
    "trial-killed": "a trial worker was killed from outside; its work was done again without that list",
    "trial-invalid": "a pass list left IR that LLVM's verifier refuses; that list was dropped there",
    "list-refused": "LLVM refused a pass list; it was dropped",
    "list-untrusted": "a pass list named a banned or unknown pass; it was dropped",
    "function-excluded": "a function has a feature that is left to -Oz alone",
    "compose-crash": "LLVM crashed while the plan was put together",
    "compose-invalid": "the composed module failed LLVM's verifier",
    "check-failed": "the composed module failed an interface check against -Oz's",
    "module-variant-crash": "LLVM crashed on a whole-module candidate",
    "replay-failed": "-Oz's inlining decisions could not be replayed",
    "debug-differs": "with debug information the code came out differently; -Oz was taken",
    "measure-failed": "an object could not be emitted for measuring",
    # -- the whole module was left to -Oz --
    "engine-limited": "this engine cannot run per-function plans; only whole-module candidates were tried",
    "module-excluded": "the module has a feature that is left to -Oz alone",
    "no-functions": "the module defines no functions",
    "target-missing": "this LLVM has no code generator for the module's target; instructions were counted instead",
    # -- model --
    "model-missing": "no model for this LLVM version; the ranked coreset proposed instead",
    "model-refused": "the model's files are damaged or of another version; the ranked coreset proposed instead",
    "context-exceeded": "a function is longer than the model's context; the ranked coreset proposed for it",
    # -- the whole run was handed to the real opt --
    "opt-not-size": "the command line does not ask for a size optimisation; the real opt ran it",
    "opt-unknown-option": "the command line has an option that only the real opt knows; the real opt ran it",
    "disabled": "SMARTOPT_DISABLE was set; the real tool ran",
}


def sentence(reason: str) -> str:
    """The sentence for a reason id; unknown ids (from a newer version's statistics) are shown as they are."""
    return REASONS.get(reason, reason)
