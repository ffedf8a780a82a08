/* smartopt-clang as a native program: calls that are plainly not for smartopt become clang without starting Python.
 *
 * It knows one rule only, a part of smartopt/driver/entry.py: a command line without -Os and -Oz and without response
 * files is left to clang, if the compiler is named in SMARTOPT_CLANG or SMARTOPT_CLANGXX or found as `clang` or
 * `clang-NN` in the PATH. Everything else, and everything unclear, such as a name that says more than `clang`
 * (aarch64-linux-gnu-clang), goes to the Python driver, which decides as it would without this program. The calls that
 * are left to clang here are counted under the same reasons, by one appended line (smartopt/state/statistics.py).
 *
 *   sh wrappers/build-launcher.sh FOLDER
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef PYTHON
#error "PYTHON is the interpreter that has smartopt, as a string"
#endif

static char found[PATH_MAX];

static int starts(const char *word, const char *with) { return strncmp(word, with, strlen(with)) == 0; }

/* Whether a program may be clang: a regular executable file that does not lead back to smartopt. */
static int usable(const char *path) {
    struct stat about, own;
    char real[PATH_MAX], head[2048];
    if (access(path, X_OK) != 0 || stat(path, &about) != 0 || !S_ISREG(about.st_mode) || !realpath(path, real))
        return 0;
    if (stat("/proc/self/exe", &own) != 0 || (own.st_dev == about.st_dev && own.st_ino == about.st_ino))
        return 0;
    const char *base = strrchr(real, '/');
    if (starts(base ? base + 1 : real, "smartopt"))
        return 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t size = read(fd, head, sizeof head);
    close(fd);
    return size > 0 && !(size > 2 && head[0] == '#' && head[1] == '!' && memmem(head, (size_t)size, "smartopt", 8));
}

static int in_path(const char *name) {
    const char *path = getenv("PATH");
    while (path && *path) {
        size_t size = strcspn(path, ":");
        int wrote = snprintf(found, sizeof found, "%.*s/%s", size ? (int)size : 1, size ? path : ".", name);
        if (wrote > 0 && (size_t)wrote < sizeof found && usable(found))
            return 1;
        path += size + (path[size] == ':');
    }
    return 0;
}

/* The clang that the Python driver would find, or NULL where the driver must search itself. */
static const char *clang(int cxx) {
    const char *name = cxx ? "clang++" : "clang";
    const char *own = getenv(cxx ? "SMARTOPT_CLANGXX" : "SMARTOPT_CLANG");
    if (own && *own)
        return strchr(own, '/') ? (usable(own) ? own : NULL) : (in_path(own) ? found : NULL);
    if ((cxx && getenv("SMARTOPT_CLANG")) || getenv("SMARTOPT_LLVM"))
        return NULL;
    if (in_path(name))
        return found;
    for (int version = 22; version >= 17; version--) {
        char versioned[16];
        snprintf(versioned, sizeof versioned, "%s-%d", name, version);
        if (in_path(versioned))
            return found;
    }
    return NULL;
}

/* The reason to leave the call to clang, or NULL where the Python driver must decide. */
static const char *reason(int argc, char **argv) {
    int compiles = 0, stage = 0, question = argc < 2;
    const char *disabled = getenv("SMARTOPT_DISABLE");
    if (disabled && *disabled && strcmp(disabled, "0") != 0)
        return "disabled";
    if (argc > 1 && starts(argv[1], "-cc1"))
        return "driver-internal";
    if (argc > 1 && argv[1][0] != '-')
        return NULL; /* perhaps a compiler's name: we may be its launcher */
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (word[0] == '@' || strcmp(word, "-Os") == 0 || strcmp(word, "-Oz") == 0)
            return NULL;
        compiles |= strcmp(word, "-c") == 0;
        stage |= !strcmp(word, "-E") || !strcmp(word, "-S") || !strcmp(word, "-M") || !strcmp(word, "-MM") ||
                 !strcmp(word, "-fsyntax-only") || !strcmp(word, "--analyze");
        question |= !strcmp(word, "--version") || !strcmp(word, "-v") || !strcmp(word, "-###") ||
                    !strcmp(word, "-V") || !strcmp(word, "-qversion") || !strcmp(word, "--help") ||
                    !strcmp(word, "-help") || starts(word, "-print-") || starts(word, "--print-") ||
                    starts(word, "-dump");
    }
    return question ? "driver-query" : stage ? "driver-stage" : compiles ? "driver-not-size" : "driver-no-compile";
}

/* Count the call as smartopt/state/statistics.py does, if the folder exists: only Python makes folders. */
static void count(const char *why) {
    char path[PATH_MAX], line[128];
    struct stat about;
    const char *own = getenv("SMARTOPT_DIR"), *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (own && *own)
        snprintf(path, sizeof path, "%s/stats", own);
    else if (cache && *cache == '/')
        snprintf(path, sizeof path, "%s/smartopt/stats", cache);
    else if (home && *home == '/')
        snprintf(path, sizeof path, "%s/.cache/smartopt/stats", home);
    else
        return;
    int fd = open(path, O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return;
    /* A file whose name is gone was just merged into another one: this call is not counted. */
    if (flock(fd, LOCK_SH | LOCK_NB) == 0 && fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_nlink == 1 &&
        about.st_uid == geteuid()) {
        int size = snprintf(line, sizeof line, "\nreason.%s=1 runs=1 .\n", why);
        if (write(fd, line, (size_t)size) < 0) { /* a full disk: not counted */
        }
    }
    close(fd);
}

int main(int argc, char **argv) {
    if (argc < 1)
        return 126;
    const char *base = strrchr(argv[0], '/');
    base = base ? base + 1 : argv[0];
    int cxx = strstr(base, "++") != NULL;
    const char *kind = starts(base, "smartopt-") ? base + strlen("smartopt-") : base;
    const char *why = strcmp(kind, cxx ? "clang++" : "clang") == 0 ? reason(argc, argv) : NULL;
    const char *real = why ? clang(cxx) : NULL;
    if (real) {
        count(why);
        argv[0] = (char *)real;
        execv(real, argv);
    }
    /* -I ignores the user's Python settings. The driver gets our path, so that it never takes us for clang, and our name. */
    char self[PATH_MAX], program[512];
    ssize_t size = readlink("/proc/self/exe", self, sizeof self - 1);
    self[size > 0 ? size : 0] = 0;
    snprintf(program, sizeof program,
             "import sys; sys.path.insert(0, sys.argv.pop(1)); sys.argv[0] = sys.argv.pop(1); name = sys.argv.pop(1); "
             "from smartopt.driver.entry import run_%s as run; run(name)",
             cxx ? "cxx" : "c");
    char *head[] = {PYTHON, "-I", "-c", program, PLACE, self, argv[0]};
    char **words = calloc((size_t)argc + sizeof head / sizeof *head, sizeof *words);
    if (!words)
        return 126;
    memcpy(words, head, sizeof head);
    memcpy(words + sizeof head / sizeof *head, argv + 1, (size_t)argc * sizeof *words);
    execv(PYTHON, words);
    fprintf(stderr, "smartopt-clang: cannot start %s: %s\n", PYTHON, strerror(errno));
    return 126;
}
