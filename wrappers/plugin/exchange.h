// Asks smartopt about one module: what is sent, what is answered, and how smartopt is reached.
#pragma once

#include "emitter.h"

namespace smartopt {

struct Answer {
    std::unique_ptr<llvm::Module> Plan; // null: clang's own module, with its own passes
    std::vector<std::string> Settings;  // of the back end
    std::string Object;                 // what the back end would make of it, where that was made to be measured
};

// Whether smartopt's launcher started this process, or the compiler that started it.
bool isActive();

// Ask about a module. Where smartopt cannot be reached, or does not answer, the answer is clang's own module without
// settings.
Answer ask(llvm::Module &M, llvm::ModuleAnalysisManager &Analyses, const Emitter &With, Phase Stage);

} // namespace smartopt
