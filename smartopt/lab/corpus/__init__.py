"""The corpus: bitcode and functions of real packages, collected by building them with ``smartopt-clang``."""
