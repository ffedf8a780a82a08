// Recognises the small programs that a configuration tool compiles to learn what the compiler can do.
#pragma once

#include <string_view>

namespace smartopt {

// As is_probe in smartopt/driver/configure_probes.py.
bool isProbe(std::string_view Source, std::string_view Folder);

} // namespace smartopt
