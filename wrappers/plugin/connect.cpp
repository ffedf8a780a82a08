// The socket lies in the state folder beside the plugins, in the folder "server", under the plugin's own name: a plugin
// belongs to one LLVM build and one installation of smartopt, and so does its server. It is reached through a descriptor
// of the folder, because a socket's path may have 107 bytes only.
//
// Whoever finds no server binds the socket itself, under a lock, and gives it to a new server as an open descriptor.
// So nobody waits for a server to start, and two cannot be started at once.
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
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

extern char **environ;

namespace smartopt {

namespace {

constexpr int Backlog = 1024;

struct Place {
    std::string Folder, Name, Plugin;
};

bool findPlace(Place &Found) {
    Dl_info About;
    if (!dladdr(reinterpret_cast<void *>(&connect), &About) || !About.dli_fname)
        return false;
    std::string Path = About.dli_fname;
    size_t Slash = Path.rfind('/');
    if (Slash == std::string::npos)
        return false;
    size_t Dot = Path.rfind('.');
    Found.Plugin = Path;
    Found.Name = Path.substr(Slash + 1, Dot == std::string::npos || Dot < Slash ? std::string::npos : Dot - Slash - 1);
    size_t Parent = Path.rfind('/', Slash - 1);
    Found.Folder = Path.substr(0, Parent == std::string::npos ? Slash : Parent) + "/server";
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

bool isOurs(int Socket) {
    ucred Peer{};
    socklen_t Size = sizeof Peer;
    return getsockopt(Socket, SOL_SOCKET, SO_PEERCRED, &Peer, &Size) == 0 && Peer.uid == geteuid();
}

int tryConnect(int Folder, const std::string &Name) {
    int Socket = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    sockaddr_un Address = addressIn(Folder, Name);
    if (Socket >= 0 && (::connect(Socket, reinterpret_cast<sockaddr *>(&Address), sizeof Address) != 0 || !isOurs(Socket))) {
        close(Socket);
        Socket = -1;
    }
    return Socket;
}

// Start smartopt's Python with one descriptor of ours as its number 3. It is nobody's child and holds nothing of ours.
void start(int Given, const char *How, const Place &Where, bool Stays) {
    std::string Program = "import sys; sys.path.insert(0, sys.argv[1]); "
                          "from smartopt.driver.plugin.serve import main; main()";
    std::vector<const char *> Words = {SMARTOPT_PYTHON, "-I", "-c", Program.c_str(), SMARTOPT_PLACE, How, SMARTOPT_CLANG,
                                       Where.Folder.c_str(), Where.Name.c_str(), nullptr};
    std::vector<const char *> Variables;
    for (char **Variable = environ; *Variable; ++Variable) {
        bool Ours = strncmp(*Variable, "SMARTOPT_", 9) == 0 && strncmp(*Variable, "SMARTOPT_DIR=", 13) != 0;
        if (!Ours && strncmp(*Variable, "MAKE", 4) != 0 && strncmp(*Variable, "LD_", 3) != 0)
            Variables.push_back(*Variable);
    }
    Variables.push_back(nullptr);
    pid_t Parent = getpid();
    pid_t Child = fork();
    if (Child == 0) {
        if (Stays) {
            setsid();
            if (fork() != 0)
                _exit(0);
            if (chdir("/") != 0)
                _exit(1);
        } else {
            setpgid(0, 0);
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (getppid() != Parent)
                _exit(1);
        }
        for (int Signal = 1; Signal < NSIG; ++Signal)
            signal(Signal, SIG_DFL);
        sigset_t None;
        sigemptyset(&None);
        sigprocmask(SIG_SETMASK, &None, nullptr);
        int Copy = fcntl(Given, F_DUPFD, 10);
        int Null = open("/dev/null", O_RDWR);
        for (int Number : {0, 1, 2})
            dup2(Null, Number);
        dup2(Copy, 3);
        syscall(SYS_close_range, 4U, ~0U, 0U);
        execve(SMARTOPT_PYTHON, const_cast<char **>(Words.data()), const_cast<char **>(Variables.data()));
        _exit(127);
    }
    if (Child > 0 && Stays)
        while (waitpid(Child, nullptr, 0) < 0 && errno == EINTR) {
        }
}

// Bind the socket and start a server on it, unless another process is doing so or has done so.
void startServer(int Folder, const Place &Where) {
    int Lock = openat(Folder, (Where.Name + ".lock").c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (Lock < 0)
        return;
    if (flock(Lock, LOCK_EX) == 0) {
        int Running = tryConnect(Folder, Where.Name + ".sock");
        if (Running >= 0) {
            close(Running); // somebody was faster; its server sees a connection without a request
        } else {
            std::string New = Where.Name + ".new";
            int Socket = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
            sockaddr_un Address = addressIn(Folder, New);
            unlinkat(Folder, New.c_str(), 0);
            mode_t Old = umask(0177);
            bool Bound = Socket >= 0 && bind(Socket, reinterpret_cast<sockaddr *>(&Address), sizeof Address) == 0;
            umask(Old);
            if (Bound && listen(Socket, Backlog) == 0 &&
                renameat(Folder, New.c_str(), Folder, (Where.Name + ".sock").c_str()) == 0)
                start(Socket, "server", Where, true);
            if (Socket >= 0)
                close(Socket);
        }
    }
    close(Lock);
}

} // namespace

int connect(bool &HasServer) {
    Place Where;
    if (!findPlace(Where))
        return -1;
    const char *Wanted = getenv("SMARTOPT_SERVER");
    HasServer = !(Wanted && strcmp(Wanted, "0") == 0);
    if (HasServer) {
        int Folder = openFolder(Where.Folder);
        int Socket = -1;
        if (Folder >= 0) {
            Socket = tryConnect(Folder, Where.Name + ".sock");
            if (Socket < 0) {
                startServer(Folder, Where);
                Socket = tryConnect(Folder, Where.Name + ".sock");
            }
            close(Folder);
        }
        if (Socket >= 0)
            return Socket;
        HasServer = false; // the folder is read-only, say
    }
    int Ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, Ends) != 0)
        return -1;
    start(Ends[1], "once", Where, false);
    close(Ends[1]);
    return Ends[0];
}

} // namespace smartopt
