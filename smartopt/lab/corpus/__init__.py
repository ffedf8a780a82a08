"""The corpus: what users really compile, collected by building packages with ``smartopt-clang``."""
