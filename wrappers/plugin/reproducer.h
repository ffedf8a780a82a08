// The script that clang writes when it crashes: it must run where smartopt is not.
#pragma once

namespace smartopt {

// Have the plugin's argument taken out of the script, should this process crash from here on and write one.
void watchForCrash();

} // namespace smartopt
