// The tables (ProbeNames, ProbeFolders, ProbeFolderStarts, ProbePaths) are made of smartopt/driver/configure_probes.py
// when the plugin is built (smartopt/driver/plugin/build.py).
#include "probes.h"

namespace smartopt {

namespace {

template <typename Table> bool isAmong(std::string_view Name, const Table &Names) {
    for (std::string_view Each : Names)
        if (Each == Name)
            return true;
    return false;
}

bool isProbeFolder(std::string_view Name) {
    for (std::string_view Start : ProbeFolderStarts)
        if (Name.substr(0, Start.size()) == Start)
            return true;
    return isAmong(Name, ProbeFolders);
}

// Whether a folder in a path, up to its last slash, is one of a configuration tool.
bool hasProbeFolder(std::string_view Path) {
    for (size_t Slash; (Slash = Path.find('/')) != Path.npos; Path.remove_prefix(Slash + 1))
        if (isProbeFolder(Path.substr(0, Slash)))
            return true;
    return false;
}

} // namespace

bool isProbe(std::string_view Source, std::string_view Folder) {
    if (isAmong(Source, ProbePaths))
        return true;
    size_t Slash = Source.rfind('/');
    std::string_view Name = Source.substr(Slash == Source.npos ? 0 : Slash + 1);
    Name = Name.substr(0, Name.find('.'));
    size_t End = Name.find_last_not_of("0123456789_");
    Name = Name.substr(0, End == Name.npos ? 0 : End + 1);
    if (isAmong(Name, ProbeNames))
        return true;
    size_t Last = Folder.rfind('/');
    return hasProbeFolder(Source) || hasProbeFolder(Folder) ||
           isProbeFolder(Folder.substr(Last == Folder.npos ? 0 : Last + 1));
}

} // namespace smartopt
