// Moves a whole module's content into another module of the same context.
#pragma once

#include "llvm/IR/Module.h"

#include <memory>

namespace smartopt {

// Take everything out of a module but its name, target and data layout.
void clear(llvm::Module &M);

// Put another module's content in the place of a cleared one's, in the same order. Both are in one context.
void replace(llvm::Module &M, std::unique_ptr<llvm::Module> With);

} // namespace smartopt
