"""Benchmarks as commands: sizes and build times of real packages, their test suites, and two smartopts compared."""
