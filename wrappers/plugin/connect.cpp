// The socket lies in the state folder beside the plugins, in the folder "server", under the plugin's own name: a plugin
// belongs to one LLVM build and one installation of smartopt, and so does its server. It is reached through a descriptor
// of the folder, because a socket's path may have 107 bytes only.
//
// Whoever finds no server binds the socket itself, under a lock, and gives it to a new server as an open descriptor.
// So nobody waits for a server to start, and two cannot be started at once.
//
// Nothing here waits for long: each step that another process could hold up has a limit, after which clang goes on
// alone or with a process of its own.
#include "connect.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vector>

extern char **environ;

namespace smartopt {

namespace {

constexpr int Backlog = 1024;
constexpr int LockTries = 200; // of 10 milliseconds each
constexpr time_t SendLimit = 5; // seconds that one send, or the wait for a place in the queue, may take

// Variables that smartopt's process gets from ours. It may serve other users of its socket later, so what it does must
// depend on no setting of this build.
constexpr const char *Inherited[] = {"PATH=", "HOME=", "TMPDIR=", "USER=", "LOGNAME="};

struct Place {
    std::string State, Folder, Name;
};

bool findPlace(Place &Found) {
    Dl_info About;
    if (!dladdr(reinterpret_cast<void *>(&connect), &About) || !About.dli_fname)
        return false;
    std::string Path = About.dli_fname;
    size_t Slash = Path.rfind('/');
    if (Slash == std::string::npos || Slash == 0)
        return false;
    size_t Dot = Path.rfind('.');
    Found.Name = Path.substr(Slash + 1, Dot == std::string::npos || Dot < Slash ? std::string::npos : Dot - Slash - 1);
    size_t Parent = Path.rfind('/', Slash - 1);
    Found.State = Path.substr(0, Parent == std::string::npos ? Slash : Parent);
    Found.Folder = Found.State + "/server";
    return true;
}

// The folder, if it is this user's alone.
int openFolder(const std::string &Path) {
    mkdir(Path.c_str(), 0700);
    int Folder = open(Path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat About;
    if (Folder >= 0 && (fstat(Folder, &About) != 0 || About.st_uid != geteuid() || (About.st_mode & 077))) {
        close(Folder);
        return -1;
    }
    return Folder;
}

sockaddr_un addressIn(int Folder, const std::string &Name) {
    sockaddr_un Address{};
    Address.sun_family = AF_UNIX;
    snprintf(Address.sun_path, sizeof Address.sun_path, "/proc/self/fd/%d/%s", Folder, Name.c_str());
    return Address;
}

// Whether the process at the other end is this user's; then it is noted.
bool isOurs(Connection &Made) {
    ucred Peer{};
    socklen_t Size = sizeof Peer;
    if (getsockopt(Made.Socket, SOL_SOCKET, SO_PEERCRED, &Peer, &Size) != 0 || Peer.uid != geteuid())
        return false;
    Made.Process = Peer.pid;
    return true;
}

std::string socketName(const Place &Where) { return Where.Name + ".sock"; }

enum class Reached { Yes, Nobody, No };

// Connect to a server. Nobody: none listens there. No: there is one, but it cannot be used.
Reached tryConnect(int Folder, const Place &Where, Connection &Made) {
    std::string Name = socketName(Where);
    Made.Socket = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (Made.Socket < 0)
        return Reached::No;
    timeval Limit{SendLimit, 0}; // holds for connecting too
    sockaddr_un Address = addressIn(Folder, Name);
    setsockopt(Made.Socket, SOL_SOCKET, SO_SNDTIMEO, &Limit, sizeof Limit);
    int Failed = fstatat(Folder, Name.c_str(), &Made.Place, AT_SYMLINK_NOFOLLOW);
    while (!Failed && (Failed = ::connect(Made.Socket, reinterpret_cast<sockaddr *>(&Address), sizeof Address)) != 0 &&
           errno == EINTR)
        Failed = 0;
    if (!Failed && isOurs(Made))
        return Reached::Yes;
    bool Nobody = Failed && (errno == ENOENT || errno == ECONNREFUSED);
    close(Made.Socket);
    Made = Connection{};
    return Nobody ? Reached::Nobody : Reached::No;
}

// Whether this process has limits that a server must not inherit, because it would answer others differently.
bool isLimited() {
    for (auto Resource : {RLIMIT_AS, RLIMIT_DATA, RLIMIT_CPU}) {
        rlimit Limit;
        if (getrlimit(Resource, &Limit) == 0 && Limit.rlim_cur != RLIM_INFINITY)
            return true;
    }
    return false;
}

// In a child: leave nothing of clang's open from descriptor 4 on.
void closeOthers() {
    if (syscall(SYS_close_range, 4U, ~0U, 0U) == 0)
        return;
    rlimit Limit;
    int Most = 65536;
    if (getrlimit(RLIMIT_NOFILE, &Limit) == 0 && Limit.rlim_cur < static_cast<rlim_t>(Most))
        Most = static_cast<int>(Limit.rlim_cur);
    for (int File = 4; File < Most; ++File)
        close(File);
}

// In a child: become smartopt's Python, with one descriptor as number 3 and nothing of clang's.
[[noreturn]] void become(int Given, char *const *Words, char *const *Variables) {
    for (int Signal = 1; Signal < NSIG; ++Signal)
        signal(Signal, SIG_DFL);
    int Copy = fcntl(Given, F_DUPFD, 4);
    int Null = open("/dev/null", O_RDWR);
    if (Copy < 0 || Null < 0)
        _exit(127);
    for (int Number : {0, 1, 2})
        if (dup2(Null, Number) < 0)
            _exit(127);
    if (dup2(Copy, 3) < 0)
        _exit(127);
    closeOthers();
    sigset_t None;
    sigemptyset(&None);
    sigprocmask(SIG_SETMASK, &None, nullptr);
    execve(SMARTOPT_PYTHON, Words, Variables);
    _exit(127);
}

// Start smartopt's Python. A server is nobody's child; another one ends with this process, whose id is returned.
pid_t start(int Given, const char *How, const Place &Where, bool Stays) {
    std::string Program = "import sys; sys.path.insert(0, sys.argv[1]); "
                          "from smartopt.driver.plugin.serve import main; main()";
    std::vector<const char *> Words = {SMARTOPT_PYTHON, "-I", "-c", Program.c_str(), SMARTOPT_PLACE, How, SMARTOPT_CLANG,
                                       Where.Folder.c_str(), Where.Name.c_str(), nullptr};
    std::vector<const char *> Variables;
    for (char **Variable = environ; *Variable; ++Variable)
        for (const char *Name : Inherited)
            if (strncmp(*Variable, Name, strlen(Name)) == 0)
                Variables.push_back(*Variable);
    Variables.push_back(nullptr);
    // No handler of clang's may run in the child: it would remove the files that clang is writing.
    sigset_t All, Old;
    sigfillset(&All);
    pthread_sigmask(SIG_SETMASK, &All, &Old);
    pid_t Parent = getpid();
    pid_t Child = fork();
    if (Child == 0) {
        if (Stays) {
            setsid();
            if (fork() != 0)
                _exit(0);
            if (chdir("/") != 0)
                _exit(127);
            listen(Given, Backlog); // whoever asks who listens there is told of the process that did this last
        } else {
            setpgid(0, 0);
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (getppid() != Parent)
                _exit(127);
        }
        become(Given, const_cast<char **>(Words.data()), const_cast<char **>(Variables.data()));
    }
    pthread_sigmask(SIG_SETMASK, &Old, nullptr);
    if (Child > 0 && Stays)
        while (waitpid(Child, nullptr, 0) < 0 && errno == EINTR) {
        }
    return Child;
}

// A descriptor that holds the lock on a server's name; -1 where another process keeps it.
int lock(int Folder, const Place &Where) {
    int Lock = openat(Folder, (Where.Name + ".lock").c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    for (int Try = 0; Lock >= 0; ++Try) {
        if (flock(Lock, LOCK_EX | LOCK_NB) == 0)
            return Lock;
        if (Try == LockTries || (errno != EWOULDBLOCK && errno != EINTR)) {
            close(Lock);
            break;
        }
        timespec Wait{0, 10'000'000};
        nanosleep(&Wait, nullptr);
    }
    return -1;
}

// Bind the socket and start a server on it, unless another process has done so. False: there can be none.
bool startServer(int Folder, const Place &Where) {
    int Lock = lock(Folder, Where);
    if (Lock < 0)
        return false;
    bool Done = false;
    Connection Running;
    Reached Other = tryConnect(Folder, Where, Running);
    if (Other == Reached::Yes) {
        close(Running.Socket); // somebody was faster; its server sees a connection without a request
        Done = true;
    } else if (Other == Reached::Nobody) {
        std::string New = Where.Name + ".new";
        int Socket = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
        sockaddr_un Address = addressIn(Folder, New);
        unlinkat(Folder, New.c_str(), 0);
        // Nobody else can enter the folder. The mask of permissions would be that of all threads.
        bool Bound = Socket >= 0 && bind(Socket, reinterpret_cast<sockaddr *>(&Address), sizeof Address) == 0 &&
                     fchmodat(Folder, New.c_str(), 0600, 0) == 0;
        if (Bound && listen(Socket, Backlog) == 0 &&
            renameat(Folder, New.c_str(), Folder, socketName(Where).c_str()) == 0)
            Done = start(Socket, "server", Where, true) > 0;
        else if (Bound)
            unlinkat(Folder, New.c_str(), 0);
        if (Socket >= 0)
            close(Socket);
    }
    close(Lock);
    return Done;
}

} // namespace

Connection connect() {
    Connection Made;
    Place Where;
    if (!findPlace(Where))
        return Made;
    const char *Wanted = getenv("SMARTOPT_SERVER");
    int Folder = Wanted && strcmp(Wanted, "0") == 0 ? -1 : openFolder(Where.Folder);
    if (Folder >= 0) {
        Reached Found = tryConnect(Folder, Where, Made);
        if (Found == Reached::Nobody && !isLimited() && startServer(Folder, Where))
            Found = tryConnect(Folder, Where, Made);
        close(Folder);
        Made.Server = Found == Reached::Yes;
        if (Found != Reached::Nobody)
            return Made;
    }
    int Ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, Ends) != 0)
        return Made;
    timeval Limit{SendLimit, 0};
    setsockopt(Ends[0], SOL_SOCKET, SO_SNDTIMEO, &Limit, sizeof Limit);
    Made.Process = start(Ends[1], "once", Where, false);
    close(Ends[1]);
    Made.Socket = Ends[0];
    return Made;
}

void giveUpOnServer(const Connection &Silent) {
    Place Where;
    int Folder = findPlace(Where) ? openFolder(Where.Folder) : -1;
    if (Folder < 0)
        return;
    // Many give up at the same time, and the first of them may have started another server by now.
    int Lock = lock(Folder, Where);
    struct stat Now;
    const struct stat &Then = Silent.Place;
    if (Lock >= 0 && fstatat(Folder, socketName(Where).c_str(), &Now, AT_SYMLINK_NOFOLLOW) == 0 &&
        Now.st_dev == Then.st_dev && Now.st_ino == Then.st_ino && Now.st_mtim.tv_sec == Then.st_mtim.tv_sec &&
        Now.st_mtim.tv_nsec == Then.st_mtim.tv_nsec) {
        // Under the other name --stop-server still finds it.
        std::string Name = Where.Name + "-" + std::to_string(Silent.Process) + ".silent";
        renameat(Folder, socketName(Where).c_str(), Folder, Name.c_str());
    }
    if (Lock >= 0)
        close(Lock);
    close(Folder);
}

void count(const char *Reason) {
    Place Where;
    if (!findPlace(Where))
        return;
    int File = open((Where.State + "/stats").c_str(), O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (File < 0)
        return;
    struct stat About;
    // A file whose name is gone was just merged into another one: this module is not counted.
    if (flock(File, LOCK_SH | LOCK_NB) == 0 && fstat(File, &About) == 0 && S_ISREG(About.st_mode) &&
        About.st_nlink == 1 && About.st_uid == geteuid()) {
        std::string Line = std::string("\nreason.") + Reason + "=1 runs=1 .\n";
        if (write(File, Line.data(), Line.size()) < 0) { // a full disk: not counted
        }
    }
    close(File);
}

} // namespace smartopt
