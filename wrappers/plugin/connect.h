// Reaches smartopt: its server, which is started where none runs, or a process of our own.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

namespace smartopt {

struct Connection {
    int Socket = -1;       // -1: smartopt cannot be reached
    bool Server = false;   // it leads to the server; otherwise to a process of our own
    pid_t Process = -1;    // that process, or the server
    struct stat Place = {}; // the server's socket as it was found
};

Connection connect();

// A server has been silent for too long: let the next process start another one, unless somebody else has done so. The
// silent one ends by itself if it ever goes on.
void giveUpOnServer(const Connection &Silent);

// Count why clang goes on alone, as smartopt/state/statistics.py does. Only if the file of the counters is there.
void count(const char *Reason);

} // namespace smartopt
