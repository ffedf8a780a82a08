"""LLVM itself: its C API, three engines, the toolchain, and questions about modules."""
