// Reaches smartopt: its server, which is started where none runs, or a process of our own.
#pragma once

namespace smartopt {

// A connection, or -1. HasServer: whether it leads to a server.
int connect(bool &HasServer);

} // namespace smartopt
