// The pass plugin that sits in clang and in lld: it hands a module to smartopt and takes the answer.
//
// At the start of clang's pipeline at -Os and -Oz, and of lld's full and thin link-time optimisation, the module is sent
// to smartopt as bitcode (exchange.cpp). The answer names the module to emit (clang's own, or a plan in bitcode) and
// settings of the back end. A plan takes the module's place at the end of the pipeline, and passes between are kept
// from running. Whatever goes wrong leaves the module as it was, and the process goes on as clang.
//
// The plugin decides nothing: which modules are optimised, and how, is decided in smartopt/driver/plugin.
#include "exchange.h"
#include "module.h"
#include "reproducer.h"
#include "settings.h"

#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/PassManager.h"
#include "llvm/Passes/PassBuilder.h"
#if LLVM_VERSION_MAJOR >= 22
#include "llvm/Plugins/PassPlugin.h"
#else
#include "llvm/Passes/PassPlugin.h"
#endif

#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"

#include <map>
#include <memory>
#include <mutex>

using namespace llvm;

namespace {

using smartopt::Phase;

// PassBuilder keeps its target machine and its tuning options private, and a plugin needs both to emit an object as
// clang will; and what clang itself runs first (assignment tracking for debug information) is for the passes of the
// answer to do, so our callback must stand before clang's own. An explicit instantiation may name private members (C++20, [temp.spec.general]).
template <auto Member, typename Tag> struct Expose {
    friend auto exposed(Tag) { return Member; }
};
struct MachineTag {
    friend auto exposed(MachineTag);
};
struct TuningTag {
    friend auto exposed(TuningTag);
};
struct StartTag {
    friend auto exposed(StartTag);
};
template struct Expose<&PassBuilder::TM, MachineTag>;
template struct Expose<&PassBuilder::PTO, TuningTag>;
template struct Expose<&PassBuilder::PipelineStartEPCallbacks, StartTag>;

// What is known of one pipeline: clang builds it once, before any pass runs.
struct Pipeline {
    smartopt::Emitter Emit;
    Phase Stage = Phase::Compile;
    bool PreLink = false;           // this pipeline ends before a link-time optimisation
    bool Replaced = false;          // a plan stands in for the module: no optional pass may run
    std::unique_ptr<Module> Plan;   // what takes the module's place at the end
};

// Objects that were made to be measured, by the module that they belong to: LLVM 22 lets a plugin give clang the object
// instead of making it once more.
std::map<const Module *, std::string> Objects;

std::mutex Guard; // ThinLTO has a thread for each module

// Before a module is asked about: nothing that an earlier one was given may hold for it.
void begin(const Module &M) {
    std::lock_guard Lock(Guard);
    smartopt::resetSettings();
    Objects.erase(&M);
}

// Whether clang compiles for a link-time optimisation (clang/lib/CodeGen/BackendUtil.cpp adds these flags only then).
// From LLVM 20 on, the pipeline says so itself.
bool isPreLink(const Module &M) { return M.getModuleFlag("ThinLTO") || M.getModuleFlag("EnableSplitLTOUnit"); }

class Ask : public PassInfoMixin<Ask> {
  public:
    explicit Ask(std::shared_ptr<Pipeline> Shared) : Shared(std::move(Shared)) {}

    PreservedAnalyses run(Module &M, ModuleAnalysisManager &Analyses) {
        begin(M);
        if (Shared->PreLink || (Shared->Stage == Phase::Compile && isPreLink(M)))
            return PreservedAnalyses::all();
        smartopt::Answer Answer = smartopt::ask(M, Analyses, Shared->Emit, Shared->Stage);
        if (!Answer.Plan) {
            smartopt::applySettings(Answer.Settings);
            return PreservedAnalyses::all();
        }
        if (!smartopt::applySettings(Answer.Settings))
            return PreservedAnalyses::all();
        if (!Answer.Object.empty())
            Objects[&M] = std::move(Answer.Object);
        smartopt::clear(M);
        Shared->Plan = std::move(Answer.Plan);
        Shared->Replaced = true;
        return PreservedAnalyses::none();
    }
    static bool isRequired() { return true; }

  private:
    std::shared_ptr<Pipeline> Shared;
};

class Take : public PassInfoMixin<Take> {
  public:
    explicit Take(std::shared_ptr<Pipeline> Shared) : Shared(std::move(Shared)) {}

    PreservedAnalyses run(Module &M, ModuleAnalysisManager &) {
        if (!Shared->Plan)
            return PreservedAnalyses::all();
        smartopt::replace(M, std::move(Shared->Plan));
        return PreservedAnalyses::none();
    }
    static bool isRequired() { return true; }

  private:
    std::shared_ptr<Pipeline> Shared;
};

#if LLVM_VERSION_MAJOR >= 22
bool giveObject(Module &M, TargetMachine &Machine, CodeGenFileType Type, raw_pwrite_stream &Out) {
    std::lock_guard Lock(Guard);
    auto Found = Objects.find(&M);
    bool WritesMore = !Machine.Options.MCOptions.SplitDwarfFile.empty() || !Machine.Options.StackUsageOutput.empty();
    if (Found == Objects.end() || Type != CodeGenFileType::ObjectFile || WritesMore)
        return false;
    Out << Found->second;
    Objects.erase(Found);
    return true;
}
#endif

void registerCallbacks(PassBuilder &Builder) {
    if (!smartopt::isActive())
        return;
    // lld emits the program of full LTO before it begins with the modules of ThinLTO that are in the same link, and nobody
    // asks for those: here begins the pipeline of each.
    smartopt::resetSettings();
    smartopt::watchForCrash();
    auto Shared = std::make_shared<Pipeline>();
    Shared->Emit.Machine = Builder.*exposed(MachineTag());
    Shared->Emit.Tuning = Builder.*exposed(TuningTag());
    PassInstrumentationCallbacks *Callbacks = Builder.getPassInstrumentationCallbacks();
    if (!Shared->Emit.Machine || !Callbacks)
        return;
    Callbacks->registerShouldRunOptionalPassCallback(
        [Shared](StringRef, Any) { return !Shared->Replaced; });
    auto &Start = Builder.*exposed(StartTag());
    Start.insert(Start.begin(), [Shared](ModulePassManager &Passes, OptimizationLevel Level) {
        if (Level != OptimizationLevel::Oz && Level != OptimizationLevel::Os)
            return;
        Shared->Emit.Level = Level;
        Passes.addPass(Ask(Shared));
    });
#if LLVM_VERSION_MAJOR >= 20
    // Called while the pipeline is built, thus before the first pass runs.
    Builder.registerPipelineEarlySimplificationEPCallback(
        [Shared](ModulePassManager &Passes, OptimizationLevel Level, ThinOrFullLTOPhase Stage) {
            if (Stage != ThinOrFullLTOPhase::ThinLTOPostLink) {
                Shared->PreLink = Stage != ThinOrFullLTOPhase::None;
                return;
            }
            // Nothing has run yet but what every module needs (llvm/lib/Passes/PassBuilderPipelines.cpp,
            // buildThinLTODefaultPipeline and buildModuleSimplificationPipeline).
            Shared->Stage = Phase::Thin;
            Shared->Emit.Level = Level;
            Passes.addPass(Ask(Shared));
        });
    Builder.registerOptimizerLastEPCallback(
        [Shared](ModulePassManager &Passes, OptimizationLevel, ThinOrFullLTOPhase) { Passes.addPass(Take(Shared)); });
#else
    Builder.registerOptimizerLastEPCallback(
        [Shared](ModulePassManager &Passes, OptimizationLevel) { Passes.addPass(Take(Shared)); });
#endif
    Builder.registerFullLinkTimeOptimizationEarlyEPCallback(
        [Shared](ModulePassManager &Passes, OptimizationLevel Level) {
            Shared->Stage = Phase::Link;
            Shared->Emit.Level = Level;
            Passes.addPass(Ask(Shared));
        });
    Builder.registerFullLinkTimeOptimizationLastEPCallback(
        [Shared](ModulePassManager &Passes, OptimizationLevel) { Passes.addPass(Take(Shared)); });
}

} // namespace

extern "C" __attribute__((visibility("default"))) PassPluginLibraryInfo llvmGetPassPluginInfo() {
    PassPluginLibraryInfo Info{};
    Info.APIVersion = LLVM_PLUGIN_API_VERSION;
    Info.PluginName = "smartopt";
    Info.PluginVersion = SMARTOPT_VERSION;
    Info.RegisterPassBuilderCallbacks = registerCallbacks;
#if LLVM_VERSION_MAJOR >= 22
    Info.PreCodeGenCallback = giveObject;
#endif
    return Info;
}
