"""Benchmarks as commands: sizes on real packages, and the engine's speed. Figures go to JSON; tables show them."""
