// What smartopt is told of the command besides the module, and the files that the user's environment names.
#pragma once

#include "emitter.h"

namespace smartopt {

// NUL-separated entries "key=value": phase, level, llvm, source, then each word of the command ("word="), with response
// files expanded, and each variable of the environment that smartopt heeds ("env=NAME=value").
// Empty where the command cannot be read (/proc is not mounted, say).
std::string detailsOf(const llvm::Module &M, llvm::OptimizationLevel Level, Phase Stage);

// The value of the last argument of this process that begins with an option's name; empty where there is none.
std::string valueOf(llvm::StringRef Option);

// Whether a configuration tool compiles or links this only to learn what the compiler can do.
bool isProbe(const llvm::Module &M, Phase Stage);

// Descriptors of what SMARTOPT_REPORT_DIR, SMARTOPT_COLLECT_DIR and SMARTOPT_LOGFILE name, by "reports", "collected" and
// "log"; what cannot be opened is left out.
std::vector<std::pair<std::string, int>> userFiles();

} // namespace smartopt
