#include "words.h"

#include "probes.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/StringSaver.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

using namespace llvm;

namespace smartopt {

namespace {

// How variables begin that change what clang is told where we do not see it; smartopt then leaves the module alone.
constexpr char Special[] = "CCC_";

std::string wordsOf(pid_t Process) {
    std::string Words;
    std::string Path = "/proc/" + std::to_string(Process) + "/cmdline";
    int File = open(Path.c_str(), O_RDONLY | O_CLOEXEC);
    if (File < 0)
        return Words;
    char Part[4096];
    ssize_t Got;
    while ((Got = read(File, Part, sizeof Part)) > 0 || (Got < 0 && errno == EINTR))
        if (Got > 0)
            Words.append(Part, static_cast<size_t>(Got));
    close(File);
    return Got == 0 ? Words : std::string();
}

// Whether a process runs the same program as this one: a driver that has ended is nobody's parent any more.
bool runsThisProgram(pid_t Process) {
    struct stat Own, Other;
    std::string Path = "/proc/" + std::to_string(Process) + "/exe";
    return stat("/proc/self/exe", &Own) == 0 && stat(Path.c_str(), &Other) == 0 && Own.st_dev == Other.st_dev &&
           Own.st_ino == Other.st_ino;
}

// The user's own words: where clang's driver started this process for one job (-cc1), the driver's.
std::string userWords() {
    std::string Words = wordsOf(getpid());
    StringRef Second = StringRef(Words).split('\0').second.split('\0').first;
    if (Second != "-cc1")
        return Words;
    pid_t Driver = getppid();
    return runsThisProgram(Driver) ? wordsOf(Driver) : std::string();
}

std::string currentFolder() {
    SmallString<256> Folder;
    return sys::fs::current_path(Folder) ? std::string() : std::string(Folder);
}

void add(std::string &Details, StringRef Key, StringRef Value) {
    Details += Key;
    Details += '=';
    Details += Value;
    Details += '\0';
}

} // namespace

std::string detailsOf(const Module &M, OptimizationLevel Level, Phase Stage) {
    std::string Details;
    add(Details, "phase", Stage == Phase::Compile ? "compile" : Stage == Phase::Link ? "link" : "thin");
    add(Details, "level", Level == OptimizationLevel::Oz ? "Oz" : "Os");
    add(Details, "llvm", LLVM_VERSION_STRING);
    add(Details, "source", M.getSourceFileName());
    if (std::string Folder = currentFolder(); !Folder.empty())
        add(Details, "folder", Folder);
    std::string Words = userWords();
    if (Words.empty())
        return "";
    SmallVector<const char *, 64> Pointers;
    for (size_t At = 0; At < Words.size(); At += std::strlen(&Words[At]) + 1)
        Pointers.push_back(&Words[At]);
    BumpPtrAllocator Memory;
    StringSaver Saver(Memory);
    if (!cl::ExpandResponseFiles(Saver, cl::TokenizeGNUCommandLine, Pointers))
        add(Details, "unread", "response file");
    for (const char *Word : Pointers)
        add(Details, "word", Word);
    for (char **Variable = environ; *Variable; ++Variable) {
        StringRef Entry(*Variable);
        if (Entry.starts_with("SMARTOPT_") || Entry.starts_with(Special))
            add(Details, "env", Entry);
    }
    return Details;
}

std::string valueOf(StringRef Option) {
    std::string Words = wordsOf(getpid()), Found;
    SmallVector<StringRef, 64> Arguments;
    StringRef(Words).split(Arguments, '\0');
    for (StringRef Argument : Arguments)
        if (Argument.consume_front(Option))
            Found = Argument.str();
    return Found;
}

bool isProbe(const Module &M, Phase Stage) {
    std::string Source = M.getSourceFileName();
    if (Stage != Phase::Compile) { // names of the program and of objects tell: a merged module has no source of its own
        std::string Words = userWords();
        for (size_t At = 0; At < Words.size(); At += std::strlen(&Words[At]) + 1) {
            StringRef Word(&Words[At]);
            if (Word == "-o" && At + 3 < Words.size())
                Source = &Words[At + 3];
            StringRef Name = sys::path::filename(Word);
            if (Name.consume_back(".o") && isProbe(Name.substr(0, Name.rfind('-')), "")) // clang's own: conftest-12ab34.o
                return true;
        }
    }
    return isProbe(Source, currentFolder());
}

std::vector<std::pair<std::string, int>> userFiles() {
    std::vector<std::pair<std::string, int>> Files;
    auto Keep = [&Files](const char *Name, int File) {
        if (File >= 0)
            Files.emplace_back(Name, File);
    };
    for (auto [Variable, Name] : {std::pair("SMARTOPT_REPORT_DIR", "reports"), std::pair("SMARTOPT_COLLECT_DIR", "collected")})
        if (const char *Folder = std::getenv(Variable); Folder && *Folder) {
            (void)sys::fs::create_directories(Folder);
            Keep(Name, open(Folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        }
    if (const char *Log = std::getenv("SMARTOPT_LOGFILE"); Log && *Log)
        Keep("log", open(Log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666));
    return Files;
}

} // namespace smartopt
