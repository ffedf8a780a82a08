// Emits objects in a fork of this process, so that smartopt sees what clang's back end would make.
#pragma once

#include "llvm/IR/Module.h"
#include "llvm/IR/PassManager.h"
#include "llvm/Passes/PassBuilder.h"

#include <string>
#include <vector>

namespace llvm {
class TargetMachine;
}

namespace smartopt {

// Where in a build the module is optimised: in clang, in a linker's full link-time optimisation, or in its ThinLTO. There
// other modules are at work in other threads, so that no fork can emit an object, and no setting holds for one module.
enum class Phase { Compile, Link, Thin };

// What this process would emit with.
struct Emitter {
    llvm::TargetMachine *Machine = nullptr;
    llvm::PipelineTuningOptions Tuning;
    llvm::OptimizationLevel Level;
};

// One emission: a child process that leaves its object in a file in memory.
struct Emission {
    std::string Id;
    pid_t Child = -1;
    int Alive = -1;       // the reading end of a pipe: the child writes one byte when its object is complete
    int Object = -1;      // the file in memory
    int Diagnostics = -1; // likewise what the child printed
};

// Start to emit an object of M (with clang's passes), or of the bitcode in a file in memory if that is not negative
// (without passes). Returns an emission without a child where none could be started.
Emission emit(const std::string &Id, llvm::Module &M, llvm::ModuleAnalysisManager &Analyses, const Emitter &With,
              Phase Stage, int Bitcode, const std::vector<std::string> &Settings);

// The end of an emission whose pipe has become readable: "ok", "refused" (settings), "spoke" (it printed something) or
// "failed". Object and Diagnostics stay open.
const char *finish(Emission &Done);

// Close the files of an emission, and end its child if it still runs.
void drop(Emission &Old);

// The whole content of a file in memory.
std::string contentOf(int File);

// A module of bitcode in a file in memory; null where it cannot be read.
std::unique_ptr<llvm::Module> parse(int Bitcode, llvm::LLVMContext &Context);

} // namespace smartopt
