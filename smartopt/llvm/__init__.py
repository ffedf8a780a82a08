"""Everything that talks to LLVM: its C API, three engines, the toolchain, inlining replay, and checks of modules."""
