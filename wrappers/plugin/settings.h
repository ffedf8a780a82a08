// Settings of LLVM's back end in this process: options of llvm::cl, as -mllvm gives them.
#pragma once

#include <string>
#include <vector>

namespace smartopt {

// Give options such as "-disable-lsr=1". False, with none of them given, where one is unknown, has another form, or was
// given by the user already.
bool applySettings(const std::vector<std::string> &Settings);

// Take back what applySettings gave: a process may compile several modules, and each gets its own settings. Any thread may
// call this while no module is emitted under such settings.
void resetSettings();

} // namespace smartopt
