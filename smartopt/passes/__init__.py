"""Pass pipelines as text and trees, legal nesting, the trusted passes of each LLVM version, pass lists."""
