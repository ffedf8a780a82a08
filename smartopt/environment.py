"""Environment variables that smartopt reads and that are not for users.

README's table documents the others; ``tests/test_readme.py`` requires that each variable which the code reads stands in
one of the two places, and in one only.
"""

from __future__ import annotations

__all__ = ["INTERNAL"]

INTERNAL: dict[str, str] = {
    "SMARTOPT_ALONE": "set by the launcher script where Python is gone: the clang it runs, to notice a loop",
    "SMARTOPT_CALLED": "set by the native launcher for the script: the name by which it was called",
    "SMARTOPT_DEBUG": "raise errors of the search, which otherwise end as -Oz",
    "SMARTOPT_HELD": "set by the native launcher for the script: SIGINT is put off until the script can take it",
    "SMARTOPT_INSIDE": "set by the launchers for a clang that loads the plugin, which does nothing without it",
    "SMARTOPT_LAUNCHER": "set by the native launcher for the script: the launcher's own path",
    "SMARTOPT_LD_LIBRARY_PATH": "the user's LD_LIBRARY_PATH, kept from our Python and restored for the compiler",
    "SMARTOPT_LOST": "set where the package cannot be imported: the launcher script runs clang alone",
    "SMARTOPT_TEST_FAULT": "force a fault into trials (smartopt/worker/forced_faults.py)",
    "SMARTOPT_WITHIN": "set before another compiler, a launcher or the real opt runs, to notice a loop",
}
"""By name: what each is for."""
