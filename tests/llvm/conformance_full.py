"""libllvm against opt at full size: ``python -m tests.llvm.conformance_full [FUNCTIONS] [LISTS]``.

Every function of enough csmith programs, under random trusted lists: the IR must be the same, byte for byte.
Prints one line, and every list that differed; exit status 1 if any did. About five minutes for the default.
"""

from __future__ import annotations

import sys
import time

from tests.llvm.support import UNOPTIMISED, Comparison, compare_lists, csmith_bitcode, toolchain, trusted_lists


def main(functions: int = 500, lists: int = 20) -> int:
    found = toolchain(22)
    result = Comparison()
    started = time.monotonic()
    seed = 0
    while result.cases < functions * lists:
        seed += 1
        level = UNOPTIMISED if seed % 2 else ("-O1", "-Xclang", "-disable-llvm-passes", "-w")
        data = csmith_bitcode(found, seed, *level)
        earlier = len(result.differences)
        compare_lists(found, data, trusted_lists(22, lists, seed), result)
        for pipeline in result.differences[earlier:]:
            print(f"seed {seed}: {pipeline}", flush=True)
    print(
        f"{result.cases} cases (functions x lists) of {seed} programs, {len(result.differences)} module runs "
        f"differed, {result.changed} of {seed * lists} module runs changed the IR, "
        f"{time.monotonic() - started:.0f} s"
    )
    return 1 if result.differences else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
