// clang's driver writes the arguments of the crashed job into a script, the plugin's among them, and clang does not
// start where the plugin's file is missing. Where the job runs in the driver's own process, as it does for a single
// source, the process goes on after a crash, and ends as always. Then the plugin takes its own argument out. A process for
// one job of several is dead before its driver writes the script, which then names the plugin (tests/driver/CASES.md, 74).
#include "reproducer.h"

#include "emitter.h"
#include "words.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cstdlib>
#include <ctime>
#include <dlfcn.h>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

using namespace llvm;

namespace smartopt {

namespace {

constexpr char Heading[] = "# Crash reproducer for ";
constexpr off_t LongestScript = 1 << 20;

time_t Began = 0;
bool Crashed = false;

// Told of the end of the job, and so of a crash; clang owns it.
class Watch : public CrashRecoveryContextCleanup {
  public:
    explicit Watch(CrashRecoveryContext *Context) : CrashRecoveryContextCleanup(Context) {}
    void recoverResources() override { Crashed |= getContext()->RetCode != 0; }
};

std::string ownArgument() {
    Dl_info About;
    if (!dladdr(reinterpret_cast<void *>(&watchForCrash), &About) || !About.dli_fname)
        return "";
    std::string Argument = " \"-fpass-plugin=";
    for (const char *Sign = About.dli_fname; *Sign; ++Sign) { // quoted as clang does (llvm::sys::printArg)
        if (*Sign == '"' || *Sign == '\\' || *Sign == '$')
            Argument += '\\';
        Argument += *Sign;
    }
    return Argument + '"';
}

void cleanScript(const std::string &Path, const std::string &Argument) {
    int File = open(Path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    struct stat About;
    if (File < 0)
        return;
    if (fstat(File, &About) == 0 && S_ISREG(About.st_mode) && About.st_uid == geteuid() && About.st_mtime >= Began &&
        About.st_size <= LongestScript) {
        std::string Text = contentOf(File);
        size_t Before = Text.size();
        for (size_t At; StringRef(Text).starts_with(Heading) && (At = Text.find(Argument)) != std::string::npos;)
            Text.erase(At, Argument.size());
        if (Text.size() < Before && pwrite(File, Text.data(), Text.size(), 0) == ssize_t(Text.size()) &&
            ftruncate(File, static_cast<off_t>(Text.size())) != 0) { // the old end stays; nothing else can be done
        }
    }
    close(File);
}

// The folders that clang may have written to (clang/lib/Driver/Driver.cpp, GetTemporaryPath and the crash reports).
std::vector<std::string> folders() {
    std::vector<std::string> Found;
    if (std::string Named = valueOf("-fcrash-diagnostics-dir="); !Named.empty())
        Found.push_back(Named);
    if (const char *Named = std::getenv("CLANG_CRASH_DIAGNOSTICS_DIR"); Named && *Named)
        Found.push_back(Named);
    SmallString<128> Temporary;
    sys::path::system_temp_directory(/*erasedOnReboot=*/true, Temporary);
    Found.push_back(Temporary.str().str());
    return Found;
}

void cleanScripts() {
    if (!Crashed)
        return;
    std::string Argument = ownArgument();
    if (Argument.empty())
        return;
    for (const std::string &Folder : folders()) {
        std::error_code Error;
        for (sys::fs::directory_iterator Entry(Folder, Error), End; !Error && Entry != End; Entry.increment(Error))
            if (StringRef(Entry->path()).ends_with(".sh"))
                cleanScript(Entry->path(), Argument);
    }
}

} // namespace

void watchForCrash() {
    CrashRecoveryContext *Context = CrashRecoveryContext::GetCurrent();
    if (!Context)
        return; // a process for one job, which ends when it crashes
    if (!Began) {
        Began = time(nullptr);
        std::atexit(cleanScripts);
    }
    Context->registerCleanup(new Watch(Context));
}

} // namespace smartopt
