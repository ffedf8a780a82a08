#include "settings.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace smartopt {

namespace {
std::vector<cl::Option *> Given;
}

void resetSettings() {
    for (cl::Option *Option : Given)
        Option->reset(); // LLVM's default again, and as if never given
    Given.clear();
}

bool applySettings(const std::vector<std::string> &Settings) {
    auto &Known = cl::getRegisteredOptions();
    for (const std::string &Setting : Settings) {
        auto [Name, Value] = StringRef(Setting).ltrim('-').split('=');
        auto Found = Known.find(Name);
        cl::Option *Option = Found == Known.end() ? nullptr : Found->second;
        if (!Option || Option->getNumOccurrences() || Option->addOccurrence(0, Name, Value)) {
            resetSettings();
            return false;
        }
        Given.push_back(Option);
    }
    return true;
}

} // namespace smartopt
