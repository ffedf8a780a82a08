"""LLVM IR and assembly as text: normalised functions, lines, hashes. Pure functions that need no LLVM."""
