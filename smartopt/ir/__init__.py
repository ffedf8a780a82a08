"""LLVM IR and assembly as text: normalised functions, features, hashes. Pure functions that need no LLVM."""
