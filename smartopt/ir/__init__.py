"""LLVM IR as text: normalisation, cutting into functions, features. Pure functions, no LLVM needed."""
