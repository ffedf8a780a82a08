#include "settings.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/raw_ostream.h"

#include <mutex>

using namespace llvm;

namespace smartopt {

namespace {

std::vector<cl::Option *> Given;
std::mutex Guard; // of what was given: lld has a thread for each module of ThinLTO

void reset() {
    for (cl::Option *Option : Given)
        Option->reset(); // LLVM's default again, and as if never given
    Given.clear();
}

} // namespace

void resetSettings() {
    std::lock_guard Lock(Guard);
    reset();
}

bool applySettings(const std::vector<std::string> &Settings) {
    std::lock_guard Lock(Guard);
    auto &Known = cl::getRegisteredOptions();
    for (const std::string &Setting : Settings) {
        auto [Name, Value] = StringRef(Setting).ltrim('-').split('=');
        auto Found = Known.find(Name);
        cl::Option *Option = Found == Known.end() ? nullptr : Found->second;
        if (!Option || Option->getNumOccurrences() || Option->addOccurrence(0, Name, Value)) {
            reset();
            return false;
        }
        Given.push_back(Option);
    }
    return true;
}

} // namespace smartopt
