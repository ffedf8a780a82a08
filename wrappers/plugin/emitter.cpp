#include "emitter.h"

#include "settings.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;

namespace smartopt {

namespace {

constexpr char Complete = 'c', Refused = 'r';
constexpr rlim_t TimeLimit = 900;        // seconds of processor time for one object
constexpr off_t Largest = off_t(2) << 30; // bytes of a file that is read

// Whether memory for a file's content is to be had; a string that finds none would end clang.
bool hasRoom(off_t Size) {
    if (Size > Largest)
        return false;
    void *Probe = malloc(static_cast<size_t>(Size));
    free(Probe);
    return Probe;
}

[[noreturn]] void end(int Pipe, char Word) {
    if (write(Pipe, &Word, 1) < 0) { // nobody waits any more
    }
    _exit(0);
}

// Ends the child where LLVM would end the process: clang's own handler would remove the files that clang is writing.
void onFatalError(void *, const char *Message, bool) {
    errs() << Message << '\n';
    errs().flush();
    _exit(1);
}

void onDiagnostic(const DiagnosticInfo *Info, void *) {
    if (Info->getSeverity() == DS_Remark || Info->getSeverity() == DS_Note)
        return;
    DiagnosticPrinterRawOStream Printer(errs());
    Info->print(Printer);
    errs() << '\n';
    errs().flush();
    if (Info->getSeverity() == DS_Error)
        _exit(1);
}

// In the child: nothing of clang's own may run, such as removing the files that it writes when a signal comes.
void becomeChild(pid_t Parent, int Diagnostics) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != Parent)
        _exit(1);
    for (int Signal = 1; Signal < NSIG; ++Signal)
        signal(Signal, SIG_DFL);
    sigset_t None;
    sigemptyset(&None);
    sigprocmask(SIG_SETMASK, &None, nullptr);
    rlimit NoCore{0, 0}; // what crashes here is tried once more by clang, or not at all
    setrlimit(RLIMIT_CORE, &NoCore);
    rlimit Time; // only stops hangs, as in two runs of clang
    if (getrlimit(RLIMIT_CPU, &Time) == 0 && Time.rlim_cur > TimeLimit && Time.rlim_max >= TimeLimit) {
        Time.rlim_cur = TimeLimit;
        setrlimit(RLIMIT_CPU, &Time);
    }
    int Null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(Null, 0);
    dup2(Null, 1);
    dup2(Diagnostics, 2);
    remove_fatal_error_handler();
    install_fatal_error_handler(onFatalError);
}

// Objects that are only measured leave no files beside them.
void keepNoSideOutputs(TargetMachine &Machine) { Machine.Options.StackUsageOutput.clear(); }

bool emitObject(Module &M, TargetMachine &Machine, int File) {
    raw_fd_ostream Out(File, /*shouldClose=*/false);
    legacy::PassManager Passes;
    Passes.add(createTargetTransformInfoWrapperPass(Machine.getTargetIRAnalysis()));
    Passes.add(new TargetLibraryInfoWrapperPass(TargetLibraryInfoImpl(Triple(M.getTargetTriple()))));
    SmallVector<char, 0> Bytes;
    raw_svector_ostream Memory(Bytes);
    if (Machine.addPassesToEmitFile(Passes, Memory, nullptr, CodeGenFileType::ObjectFile))
        return false;
    Passes.run(M);
    Out.write(Bytes.data(), Bytes.size());
    Out.flush();
    return !Out.has_error();
}

bool runOwnPasses(Module &M, ModuleAnalysisManager &Analyses, const Emitter &With, Phase Stage) {
    PassBuilder Builder(With.Machine, With.Tuning);
    ModulePassManager Passes = Stage == Phase::Link ? Builder.buildLTODefaultPipeline(With.Level, nullptr)
                                                    : Builder.buildPerModuleDefaultPipeline(With.Level);
    Passes.run(M, Analyses);
    return true;
}

} // namespace

std::string contentOf(int File) {
    std::string Content;
    struct stat About;
    if (fstat(File, &About) == 0 && S_ISREG(About.st_mode) && About.st_size > 0 && hasRoom(About.st_size)) {
        Content.resize(static_cast<size_t>(About.st_size));
        size_t At = 0;
        while (At < Content.size()) {
            ssize_t Got = pread(File, &Content[At], Content.size() - At, static_cast<off_t>(At));
            if (Got <= 0) {
                if (Got < 0 && errno == EINTR)
                    continue;
                Content.resize(At);
            } else {
                At += static_cast<size_t>(Got);
            }
        }
    }
    return Content;
}

std::unique_ptr<Module> parse(int Bitcode, LLVMContext &Context) {
    std::string Content = contentOf(Bitcode);
    // As clang reads bitcode: types of one name become one, also where the optimizer made two of them.
    bool Before = Context.isODRUniquingDebugTypes();
    if (!Before)
        Context.enableDebugTypeODRUniquing();
    auto Parsed = parseBitcodeFile(MemoryBufferRef(Content, "smartopt"), Context);
    if (!Before)
        Context.disableDebugTypeODRUniquing();
    if (!Parsed) {
        consumeError(Parsed.takeError());
        return nullptr;
    }
    return std::move(*Parsed);
}

Emission emit(const std::string &Id, Module &M, ModuleAnalysisManager &Analyses, const Emitter &With, Phase Stage,
              int Bitcode, const std::vector<std::string> &Settings) {
    Emission Begun;
    Begun.Id = Id;
    int Ends[2];
    if (pipe2(Ends, O_CLOEXEC) != 0)
        return Begun;
    Begun.Alive = Ends[0];
    Begun.Object = memfd_create("smartopt-object", MFD_CLOEXEC);
    Begun.Diagnostics = memfd_create("smartopt-diagnostics", MFD_CLOEXEC);
    pid_t Parent = getpid();
    // Until the child has other handlers than clang's, which remove the files that clang is writing, no signal may come.
    sigset_t All, Old;
    sigfillset(&All);
    pthread_sigmask(SIG_SETMASK, &All, &Old);
    if (Begun.Object >= 0 && Begun.Diagnostics >= 0)
        Begun.Child = fork();
    if (Begun.Child == 0) {
        becomeChild(Parent, Begun.Diagnostics);
        keepNoSideOutputs(*With.Machine);
        if (!applySettings(Settings))
            end(Ends[1], Refused);
        bool Emitted = false;
        if (Bitcode < 0) {
            Emitted = runOwnPasses(M, Analyses, With, Stage) && emitObject(M, *With.Machine, Begun.Object);
        } else {
            LLVMContext Context;
            Context.setDiscardValueNames(M.getContext().shouldDiscardValueNames());
            Context.setDiagnosticHandlerCallBack(onDiagnostic);
            if (auto Plan = parse(Bitcode, Context))
                Emitted = emitObject(*Plan, *With.Machine, Begun.Object);
        }
        if (Emitted)
            end(Ends[1], Complete);
        _exit(1);
    }
    pthread_sigmask(SIG_SETMASK, &Old, nullptr);
    close(Ends[1]);
    if (Begun.Child < 0)
        drop(Begun);
    return Begun;
}

const char *finish(Emission &Done) {
    char Word = 0;
    while (read(Done.Alive, &Word, 1) < 0 && errno == EINTR) {
    }
    while (waitpid(Done.Child, nullptr, 0) < 0 && errno == EINTR) {
    }
    Done.Child = -1;
    if (Word == Refused)
        return "refused";
    if (Word != Complete)
        return "failed";
    return lseek(Done.Diagnostics, 0, SEEK_END) > 0 ? "spoke" : "ok";
}

void drop(Emission &Old) {
    if (Old.Child > 0) {
        kill(Old.Child, SIGKILL);
        while (waitpid(Old.Child, nullptr, 0) < 0 && errno == EINTR) {
        }
    }
    for (int File : {Old.Alive, Old.Object, Old.Diagnostics})
        if (File >= 0)
            close(File);
    Old = Emission{};
}

} // namespace smartopt
