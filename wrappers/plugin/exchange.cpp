// One request is one connection: a Unix socket that keeps messages apart (SOCK_SEQPACKET). A message is a verb and lines
// "key=value", at most MessageLimit bytes; content travels as descriptors of files in memory. No path is sent for
// anybody to open. The messages, in smartopt/server/messages.py as well:
//
//   to smartopt    module    descriptors: details (words and settings, NUL-separated), bitcode, and folders or files
//                            that the user's environment names; the line "files" says which
//                  object    id, status; descriptors: the object, what was printed
//   from smartopt  tick      I am still here
//                  emit      id, module (own or plan), option lines; descriptor: the plan
//                  recipe    module, option lines, files; descriptors: the plan, the object as it was measured
//                  leave     go on as clang
//
// The plugin ends the connection when it has the answer, and smartopt's process waits for that: a socket that is closed
// with messages in it that nobody has read takes along what it has sent itself.
#include "exchange.h"

#include "connect.h"
#include "settings.h"
#include "words.h"

#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

using namespace llvm;

namespace smartopt {

namespace {

constexpr size_t MessageLimit = 32 * 1024;
constexpr int FilesLimit = 8;
// Milliseconds without a word after which smartopt counts as gone: the server says one every half second, for those who
// wait for their turn too. A process of our own says none, but cannot vanish or be stopped unnoticed.
constexpr int Patience = 5000;
// What a sound smartopt never needs; more ends the exchange.
constexpr time_t Longest = 5 * 3600; // seconds
constexpr size_t EmissionsLimit = 2048, RunningLimit = 64, SettingsLimit = 64;
// Bytes of memory that an exchange may take, in all and for each instruction of the module; generously.
constexpr size_t Room = 64 << 20, RoomEach = 1024;
// Processes that a build needs for each processor at most, its own compiles among them; generously.
constexpr long ProcessesEach = 16;

struct Message {
    std::string Verb;
    std::vector<std::pair<std::string, std::string>> Lines;
    std::vector<int> Files;

    StringRef line(StringRef Key) const {
        for (const auto &[Name, Value] : Lines)
            if (Name == Key)
                return Value;
        return "";
    }
    std::vector<std::string> all(StringRef Key) const {
        std::vector<std::string> Values;
        for (const auto &[Name, Value] : Lines)
            if (Name == Key)
                Values.push_back(Value);
        return Values;
    }
    void close() {
        for (int File : Files)
            ::close(File);
        Files.clear();
    }
};

bool send(int Socket, const std::string &Text, ArrayRef<int> Files) {
    iovec Part{const_cast<char *>(Text.data()), Text.size()};
    alignas(cmsghdr) char Control[CMSG_SPACE(sizeof(int) * FilesLimit)] = {};
    msghdr Header{};
    Header.msg_iov = &Part;
    Header.msg_iovlen = 1;
    if (!Files.empty()) {
        Header.msg_control = Control;
        Header.msg_controllen = CMSG_SPACE(sizeof(int) * Files.size());
        cmsghdr *Rights = CMSG_FIRSTHDR(&Header);
        Rights->cmsg_level = SOL_SOCKET;
        Rights->cmsg_type = SCM_RIGHTS;
        Rights->cmsg_len = CMSG_LEN(sizeof(int) * Files.size());
        std::memcpy(CMSG_DATA(Rights), Files.data(), sizeof(int) * Files.size());
    }
    ssize_t Sent;
    do {
        Sent = sendmsg(Socket, &Header, MSG_NOSIGNAL);
    } while (Sent < 0 && errno == EINTR);
    return Sent == static_cast<ssize_t>(Text.size());
}

// False at the end of the connection, and for what is no message of smartopt's.
bool receive(int Socket, Message &Got) {
    std::string Text(MessageLimit, 0);
    iovec Part{Text.data(), Text.size()};
    alignas(cmsghdr) char Control[CMSG_SPACE(sizeof(int) * FilesLimit)] = {};
    msghdr Header{};
    Header.msg_iov = &Part;
    Header.msg_iovlen = 1;
    Header.msg_control = Control;
    Header.msg_controllen = sizeof Control;
    ssize_t Size;
    do {
        Size = recvmsg(Socket, &Header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    } while (Size < 0 && errno == EINTR);
    if (Size <= 0)
        return false;
    for (cmsghdr *Rights = CMSG_FIRSTHDR(&Header); Rights; Rights = CMSG_NXTHDR(&Header, Rights))
        if (Rights->cmsg_level == SOL_SOCKET && Rights->cmsg_type == SCM_RIGHTS)
            for (size_t At = CMSG_LEN(0); At + sizeof(int) <= Rights->cmsg_len; At += sizeof(int)) {
                int File;
                std::memcpy(&File, reinterpret_cast<char *>(Rights) + At, sizeof File);
                Got.Files.push_back(File);
            }
    if (Header.msg_flags & (MSG_TRUNC | MSG_CTRUNC))
        return false;
    SmallVector<StringRef, 16> Lines;
    StringRef(Text.data(), static_cast<size_t>(Size)).split(Lines, '\n', -1, /*KeepEmpty=*/false);
    if (Lines.empty())
        return false;
    Got.Verb = Lines[0].str();
    for (StringRef Line : drop_begin(Lines)) {
        auto [Key, Value] = Line.split('=');
        Got.Lines.emplace_back(Key.str(), Value.str());
    }
    return true;
}

int bitcodeOf(const Module &M) {
    int File = memfd_create("smartopt-bitcode", MFD_CLOEXEC);
    if (File < 0)
        return -1;
    raw_fd_ostream Out(File, /*shouldClose=*/false);
    // With the order of uses, as clang itself writes bitcode: the same input as with two runs, and so the same decision.
    WriteBitcodeToFile(M, Out, /*ShouldPreserveUseListOrder=*/true);
    Out.flush();
    if (Out.has_error()) {
        Out.clear_error();
        close(File);
        return -1;
    }
    return File;
}

bool isUnlimited(decltype(RLIMIT_AS) Resource) {
    rlimit Limit;
    return getrlimit(Resource, &Limit) == 0 && Limit.rlim_cur == RLIM_INFINITY;
}

// Whether there may be as many processes as the server, its workers and the objects that are measured take: else make
// itself could find that it can start no more. As _may_start_processes in smartopt/driver/entry.py.
bool mayStartProcesses() {
    rlimit Limit;
    long Processors = sysconf(_SC_NPROCESSORS_ONLN);
    return geteuid() == 0 || getrlimit(RLIMIT_NPROC, &Limit) != 0 || Limit.rlim_cur == RLIM_INFINITY ||
           Limit.rlim_cur >= static_cast<rlim_t>(ProcessesEach * (std::max(Processors, 1L) + 4));
}

// Whether an exchange can be tried without harm to clang: descriptors 0 to 2 are open, so that none of ours gets such a
// number; no limit on the size of files, which would end clang when a file in memory meets it; and memory and processes
// enough, where those are limited.
bool isSafe(const Module &M) {
    for (int Number : {0, 1, 2})
        if (fcntl(Number, F_GETFD) < 0)
            return false;
    if (!isUnlimited(RLIMIT_FSIZE) || !mayStartProcesses())
        return false;
    if (isUnlimited(RLIMIT_AS) && isUnlimited(RLIMIT_DATA))
        return true;
    void *Probe = std::malloc(Room + RoomEach * M.getInstructionCount());
    std::free(Probe);
    return Probe;
}

// A definition that other objects may refer to, and that no optimisation may remove.
bool isNeeded(const GlobalValue &Value) {
    return !Value.isDeclaration() && !Value.getName().starts_with("llvm.") &&
           (Value.hasExternalLinkage() || Value.hasWeakLinkage() || Value.hasCommonLinkage());
}

// Whether what is needed of another module is defined in this one.
bool defines(const Module &M, const Module &Other) {
    return all_of(Other.global_values(), [&M](const GlobalValue &Value) {
        const GlobalValue *Same = isNeeded(Value) ? M.getNamedValue(Value.getName()) : nullptr;
        return !isNeeded(Value) || (Same && !Same->isDeclaration());
    });
}

// Whether a plan can stand in for a module: a sound module for the same target, with the same definitions.
bool canReplace(const Module &M, const Module &Plan) {
    bool BrokenDebugInfo = false;
    return Triple(Plan.getTargetTriple()) == Triple(M.getTargetTriple()) &&
           Plan.getDataLayoutStr() == M.getDataLayoutStr() && defines(Plan, M) && defines(M, Plan) &&
           !verifyModule(Plan, nullptr, &BrokenDebugInfo) && !BrokenDebugInfo;
}

// The exchange about one module.
class Exchange {
  public:
    Exchange(Module &M, ModuleAnalysisManager &Analyses, const Emitter &With, Phase Stage)
        : M(M), Analyses(Analyses), With(With), Stage(Stage) {}

    ~Exchange() {
        for (Emission &Running : Emissions)
            drop(Running);
        leave();
    }

    Answer run() {
        Answer Own, Given;
        std::string Details = detailsOf(M, With.Level, Stage);
        if (Details.empty())
            return Own;
        if (!isSafe(M)) {
            count("driver-limits");
            return Own;
        }
        for (int Try = 0; Try < 2; ++Try) { // a server that is just ending does not take the first one
            leave();
            To = connect();
            if (To.Socket >= 0 && request(Details) && converse(Given))
                return Given;
            if (Heard || Silent || !To.Server)
                break;
        }
        if (!Left)
            count("driver-no-answer");
        if (Silent && To.Server)
            giveUpOnServer(To);
        else if (Silent && To.Process > 0 && kill(To.Process, SIGKILL) == 0) // it may hold what clang's caller waits for
            waitpid(To.Process, nullptr, 0);
        return Own;
    }

  private:
    void leave() {
        if (To.Socket >= 0)
            close(To.Socket);
        To = Connection{};
    }

    bool request(const std::string &Details) {
        int File = memfd_create("smartopt-details", MFD_CLOEXEC);
        int Bitcode = bitcodeOf(M);
        bool Sent = false;
        if (File >= 0 && Bitcode >= 0 && write(File, Details.data(), Details.size()) == ssize_t(Details.size())) {
            std::string Names;
            std::vector<int> Files = {File, Bitcode};
            for (const auto &[Name, Place] : userFiles()) {
                Names += " " + Name;
                Files.push_back(Place);
            }
            Sent = send(To.Socket, "module\nfiles=details bitcode" + Names + "\n", Files);
            for (int Place : drop_begin(Files, 2))
                close(Place);
        }
        for (int One : {File, Bitcode})
            if (One >= 0)
                close(One);
        return Sent;
    }

    // Whether smartopt, from which nothing was heard, may still be at work.
    bool mayAnswer() {
        if (To.Server)
            return false;
        int Status = 0;
        return waitpid(To.Process, &Status, WNOHANG | WUNTRACED) <= 0 || !WIFSTOPPED(Status);
    }

    // Do what smartopt asks for until there is an answer.
    bool converse(Answer &Given) {
        timespec Now;
        clock_gettime(CLOCK_MONOTONIC, &Now);
        for (const time_t End = Now.tv_sec + Longest; Now.tv_sec < End; clock_gettime(CLOCK_MONOTONIC, &Now)) {
            std::vector<pollfd> Waiting = {{To.Socket, POLLIN, 0}};
            for (const Emission &Running : Emissions)
                Waiting.push_back({Running.Alive, POLLIN, 0});
            int Ready = poll(Waiting.data(), Waiting.size(), Patience);
            if ((Ready < 0 && errno == EINTR) || (Ready == 0 && mayAnswer()))
                continue;
            Silent = Ready == 0;
            if (Ready <= 0)
                return false;
            for (size_t At = Waiting.size() - 1; At > 0; --At)
                if (Waiting[At].revents && !report(At - 1))
                    return false;
            if (!Waiting[0].revents)
                continue;
            Message Got;
            bool Whole = receive(To.Socket, Got);
            Heard |= Whole && Got.Verb != "tick";
            Left = Whole && Got.Verb == "leave";
            bool Over = !Whole || !(Got.Verb == "tick" || Got.Verb == "emit");
            if (Whole && Got.Verb == "emit")
                Over = !begin(Got);
            bool Answered = Whole && Got.Verb == "recipe" && take(Got, Given);
            Got.close();
            if (Answered)
                return true;
            if (Over)
                return false;
        }
        return false;
    }

    bool begin(const Message &Order) {
        bool Plan = Order.line("module") == "plan";
        if ((Plan && Order.Files.empty()) || ++Begun > EmissionsLimit || Emissions.size() >= RunningLimit ||
            Order.all("option").size() > SettingsLimit)
            return false;
        if (Stage == Phase::Thin)
            return false;
        Emission Started = emit(Order.line("id").str(), M, Analyses, With, Stage, Plan ? Order.Files[0] : -1,
                                Order.all("option"));
        if (Started.Child < 0)
            return send(To.Socket, "object\nid=" + Order.line("id").str() + "\nstatus=failed\n", {});
        Emissions.push_back(Started);
        return true;
    }

    bool report(size_t At) {
        Emission &Done = Emissions[At];
        std::string Text = "object\nid=" + Done.Id + "\nstatus=" + finish(Done) + "\n";
        bool Sent = send(To.Socket, Text, {Done.Object, Done.Diagnostics});
        drop(Done);
        Emissions.erase(Emissions.begin() + static_cast<ptrdiff_t>(At));
        return Sent;
    }

    bool take(const Message &Recipe, Answer &Given) {
        Given.Settings = Recipe.all("option");
        SmallVector<StringRef, 2> Names;
        Recipe.line("files").split(Names, ' ', -1, /*KeepEmpty=*/false);
        if (Names.size() != Recipe.Files.size())
            return false;
        for (size_t At = 0; At < Names.size(); ++At) {
            if (Names[At] == "plan")
                Given.Plan = parse(Recipe.Files[At], M.getContext());
            else if (Names[At] == "object")
                Given.Object = contentOf(Recipe.Files[At]);
        }
        bool Plan = Recipe.line("module") == "plan";
        if (Stage == Phase::Thin && !Given.Settings.empty())
            return false;
        if (Plan != bool(Given.Plan) || (Plan && !canReplace(M, *Given.Plan)) || Given.Settings.size() > SettingsLimit)
            return false;
        return true;
    }

    Module &M;
    ModuleAnalysisManager &Analyses;
    const Emitter &With;
    Phase Stage;
    Connection To;
    bool Heard = false;  // smartopt has said more than that it is there
    bool Silent = false; // it has said nothing for too long
    bool Left = false;   // it has told clang to go on alone, and counts that itself
    size_t Begun = 0;    // emissions
    std::vector<Emission> Emissions;
};

} // namespace

bool isActive() {
    const char *Inside = std::getenv("SMARTOPT_INSIDE");
    return Inside && std::strcmp(Inside, "1") == 0;
}

Answer ask(Module &M, ModuleAnalysisManager &Analyses, const Emitter &With, Phase Stage) {
    if (isProbe(M, Stage)) {
        count("driver-probe");
        return {};
    }
    return Exchange(M, Analyses, With, Stage).run();
}

} // namespace smartopt
