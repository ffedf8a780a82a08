/* smartopt-clang and smartopt-clang++ as a native program: becomes clang, or clang with the plugin, without starting
 * Python, and leaves everything else to the script `smartopt` beside itself.
 *
 * The rule is that of smartopt/driver/launch_rule.py, whose docstring has it, and whose tables are in launch_options.h
 * (wrappers/build_launcher.py makes it). A test compares both on thousands of command lines. This program leaves to
 * Python what it does not read itself: names that say more than `clang`, launchers and scripts in clang's place,
 * response files, a faulty SMARTOPT_LEVEL, and the compiles that need the driver. Calls that are left to clang are
 * counted under the same reasons as there, by one appended line (smartopt/state/statistics.py).
 *
 * It finds Python and smartopt as the script does: nothing of the machine on which it was built is burnt in.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launch_options.h"

#ifndef __linux__
#error "only Linux says where a running program lies"
#endif

extern char **environ;

static char self[PATH_MAX];     /* this program's file */
static char bin[PATH_MAX];      /* its folder */
static char compiler[PATH_MAX]; /* clang as it was found */
static char real[PATH_MAX];     /* its real path */

/* -- strings -- */

static int same(const char *one, const char *other) { return strcmp(one, other) == 0; }
static int starts(const char *text, const char *with) { return strncmp(text, with, strlen(with)) == 0; }

static const char *base_of(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static int among(const char *argument, const char *const *list) {
    for (; *list; list++)
        if (same(argument, *list))
            return 1;
    return 0;
}

static int starts_among(const char *argument, const char *const *list) {
    for (; *list; list++)
        if (starts(argument, *list))
            return 1;
    return 0;
}

static const char *variable(const char *name) {
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

__attribute__((format(printf, 2, 3))) static int put(char *path, const char *format, ...) {
    va_list values;
    va_start(values, format);
    int size = vsnprintf(path, PATH_MAX, format, values);
    va_end(values);
    return size > 0 && size < PATH_MAX;
}

/* -- clang -- */

enum answer { NO, YES, UNCLEAR };

/* Whether a file is a clang that is no script and does not lead back to smartopt; for UNCLEAR Python must look. */
static enum answer is_clang(const char *path) {
    struct stat about, own;
    char head[2];
    if (access(path, X_OK) != 0 || stat(path, &about) != 0 || !S_ISREG(about.st_mode))
        return NO;
    if (stat(self, &own) != 0 || !realpath(path, real))
        return UNCLEAR;
    if (own.st_dev == about.st_dev && own.st_ino == about.st_ino)
        return NO;
    if (strstr(base_of(path), "smartopt") || strstr(base_of(real), "smartopt"))
        return NO;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : read(fd, head, sizeof head);
    if (fd >= 0)
        close(fd);
    return size == 2 && memcmp(head, "#!", 2) != 0 && strstr(base_of(real), "clang") ? YES : UNCLEAR;
}

static enum answer in_path(const char *name) {
    const char *path = getenv("PATH");
    if (!path)
        return UNCLEAR;
    for (;;) {
        size_t size = strcspn(path, ":");
        if (!put(compiler, "%.*s/%s", size ? (int)size : 1, size ? path : ".", name))
            return UNCLEAR;
        enum answer found = is_clang(compiler);
        if (found != NO)
            return found;
        if (!path[size])
            return NO;
        path += size + 1;
    }
}

static enum answer named(const char *name) {
    if (!strchr(name, '/'))
        return in_path(name);
    return put(compiler, "%s", name) ? is_clang(name) : UNCLEAR;
}

/* Finds the clang that the Python driver would find. */
static enum answer find_clang(int cxx) {
    const char *name = cxx ? "clang++" : "clang", *c = variable("SMARTOPT_CLANG");
    const char *own = cxx ? variable("SMARTOPT_CLANGXX") : c;
    char twin[PATH_MAX], versioned[PATH_MAX];
    if (own)
        return named(own);
    if (c) { /* its C++ counterpart lies beside it: clang-22 and clang++-22 */
        const char *at = strstr(base_of(c), "clang");
        if (!at || !put(twin, "%.*sclang++%s", (int)(at - c), c, at + strlen("clang")))
            return UNCLEAR;
        return named(twin);
    }
    if (variable("SMARTOPT_LLVM"))
        return UNCLEAR;
    enum answer found = in_path(name);
    for (int version = 22; found == NO && version >= 17; version--)
        found = put(versioned, "%s-%d", name, version) ? in_path(versioned) : UNCLEAR;
    return found == YES ? YES : UNCLEAR;
}

/* Whether a name is `clang` or `clang++`, with a version or without. */
static int plain_name(const char *base) {
    if (!starts(base, "clang"))
        return 0;
    base += strlen("clang");
    if (starts(base, "++"))
        base += 2;
    if (*base == '-')
        return base[1] && strspn(base + 1, "0123456789") == strlen(base + 1);
    return !*base;
}

/* Whether the first argument can be no compiler that we are called before: an option or a file to compile or link. */
static int plain_input(const char *argument) {
    static const char *const endings[] = {"c", "cc", "cpp", "cxx", "C", "c++", "i", "ii", "s", "S", "o", "a", NULL};
    const char *base = base_of(argument), *dot = strrchr(base, '.');
    return argument[0] == '-' || (dot && among(dot + 1, endings) && !starts(base, "smartopt"));
}

/* -- the command line -- */

static struct {
    int size, compiles, links, probe, asks, stage, makes_no_code, hidden_linker, inputs, sources, records, level_at;
    const char *level, *lto, *linker, *target, *refusal;
} found;

static const char *refusal(const char *argument) {
    for (const char *const *row = REFUSED; *row; row += 2)
        if (same(argument, row[0]))
            return row[1];
    for (const char *const *row = REFUSED_PARTS; *row; row += 2)
        if (strstr(argument, row[0]))
            return row[1];
    for (const char *const *row = REFUSED_STARTS; *row; row += 2)
        if (starts(argument, row[0]))
            return row[1];
    return NULL;
}

static void refuse(const char *reason) {
    if (!found.refusal)
        found.refusal = reason;
}

static void read_input(const char *path, const char *language) {
    const char *base = base_of(path), *dot = strrchr(base, '.'), *ending = dot ? dot + 1 : "";
    found.inputs = 1;
    if (!*language && among(ending, LANGUAGES))
        refuse("driver-input-language");
    if (*language || same(path, "-") || !(among(ending, LINKABLE) || !*ending || strstr(base, ".so.")))
        found.sources = 1;
}

static void read_option(const char *argument, const char *value, int place) {
    found.size |= same(argument, "-Os") || same(argument, "-Oz");
    if (starts(argument, "-O") && !starts(argument, "-Ob")) { /* -ObjC is a language */
        found.level = argument;
        found.level_at = place;
    } else if (starts(argument, "--optimize"))
        found.level = argument;
    else if (same(argument, "-flto") || same(argument, "-fno-lto") || starts(argument, "-flto="))
        found.lto = same(argument, "-fno-lto") ? "" : argument;
    else if (starts(argument, "-fuse-ld=") || starts(argument, "--ld-path=")) {
        if (!starts(found.linker, "--ld-path=") || starts(argument, "--ld-path="))
            found.linker = argument; /* --ld-path decides wherever it stands */
    } else if (starts(argument, "--target="))
        found.target = argument + strlen("--target=");
    else if (same(argument, "-target"))
        found.target = value;
    found.compiles |= same(argument, "-c") || same(argument, "--compile");
    if (among(argument, PROBES) || starts_among(argument, PROBE_STARTS)) {
        found.probe = 1;
        found.asks |= !same(argument, "-v") && !same(argument, "-###");
    }
    if (among(argument, STAGES)) {
        found.stage = 1;
        found.makes_no_code |= !same(argument, "-S");
    }
    found.records |= among(argument, RECORDING);
    if (among(argument, NOT_LINKING))
        found.links = 0;
    found.hidden_linker |= starts_among(argument, HIDDEN_LINKERS);
}

/* How many arguments an option takes, itself included. */
static int taken(const char *argument) {
    for (const char *const *row = MULTI_VALUED; *row; row += 2)
        if (same(argument, row[0]))
            return 1 + atoi(row[1]);
    return among(argument, VALUED) || starts_among(argument, VALUED_STARTS) ? 2 : 1;
}

static void read_arguments(char **arguments) {
    const char *language = "";
    found.links = 1;
    found.level = found.lto = found.linker = found.target = "";
    found.level_at = -1;
    found.probe = !arguments[0];
    for (int at = 0; arguments[at]; at++) {
        const char *why = refusal(arguments[at]);
        if (why)
            refuse(why);
    }
    for (int at = 0; arguments[at];) {
        const char *argument = arguments[at], *value = "";
        if (argument[0] != '-' || !argument[1]) {
            read_input(argument, language);
            at++;
            continue;
        }
        if (same(argument, "--")) {
            while (arguments[++at])
                read_input(arguments[at], language);
            break;
        }
        int count = taken(argument), last = at;
        while (last < at + count - 1 && arguments[last + 1])
            last++;
        if (last > at)
            value = arguments[last];
        if (starts(argument, "-x")) {
            language = *value ? value : argument + 2;
            if (among(language, LANGUAGES))
                refuse("driver-input-language");
            if (same(language, "none"))
                language = "";
        }
        read_option(argument, value, at);
        at = last + 1;
    }
}

static int links_with_lto(void) {
    static const char *const known[] = {"-flto", "-flto=full", "-flto=thin", "-flto=auto", "-flto=jobserver", NULL};
    return among(found.lto, known) && found.links && found.inputs && !found.asks;
}

static int makes_code_for_size(void) { return found.size && found.sources && !found.asks && !found.makes_no_code; }

static int is_recorded(void) {
    for (const char *const *part = RECORDING_TARGETS; *part; part++)
        if (strstr(found.target, *part))
            return 1;
    return found.records;
}

/* Why clang runs alone where there is no plugin, or NULL where the driver must look closer. */
static const char *reason(void) {
    if (found.size && found.compiles)
        return NULL;
    if (found.probe)
        return "driver-query";
    if (found.stage)
        return "driver-stage";
    if (found.compiles)
        return "driver-not-size";
    return *found.lto && found.links && found.inputs ? "driver-lto" : "driver-no-compile";
}

/* -- Python -- */

/* The interpreter that the script would start, or NULL. */
static const char *find_python(void) {
    static char python[PATH_MAX];
    char path[PATH_MAX], lines[2 * PATH_MAX];
    struct stat about;
    if (put(path, "%s/../pyvenv.cfg", bin) && stat(path, &about) == 0 && put(python, "%s/python3", bin) &&
        access(python, X_OK) == 0)
        return python;
    /* Elsewhere pip wrote its name into the first lines of what it made by itself. */
    int fd = put(path, "%s/smartopt-lab", bin) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t size = fd < 0 ? 0 : read(fd, lines, sizeof lines - 1);
    if (fd >= 0)
        close(fd);
    lines[size > 0 ? size : 0] = 0;
    char *name = lines, *end = strchr(lines, '\n');
    if (end)
        *end = 0;
    if (same(name, "#!/bin/sh") && end) {
        name = end + 1;
        name[strcspn(name, "\n")] = 0;
        char *at = strstr(name, "exec' ");
        name = at ? at + strlen("exec' ") : name;
        if (*name == '"')
            name[1 + strcspn(name + 1, "\"")] = 0, name++;
        else
            name[strcspn(name, "\"")] = 0;
        size_t length = strlen(name);
        if (length && name[length - 1] == ' ')
            name[length - 1] = 0;
    } else if (*name)
        name += strlen(name) > 1 ? 2 : 1;
    if (*name && access(name, X_OK) == 0 && put(python, "%s", name))
        return python;
    return put(python, "%s/python3", bin) && access(python, X_OK) == 0 ? python : NULL;
}

/* The interpreter as descriptors name it (smartopt/driver/plugin/descriptor.py, interpreter). */
static const char *interpreter(void) {
    static char name[PATH_MAX];
    char folder[PATH_MAX], path[PATH_MAX];
    const char *python = find_python();
    if (!python || !put(path, "%.*s", (int)(base_of(python) - python), python) || !realpath(path, folder))
        return NULL;
    if (put(path, "%s/../pyvenv.cfg", folder) && access(path, F_OK) == 0)
        return put(name, "%s/python3", folder) ? name : NULL;
    return realpath(python, name);
}

/* -- the descriptor of the plugin -- */

static const char *plugin, *lld, *triple;

static int state_folder(char *path) {
    const char *own = variable("SMARTOPT_DIR"), *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (own)
        return put(path, "%s", own);
    if (cache && *cache == '/')
        return put(path, "%s/smartopt", cache);
    return home && *home == '/' && put(path, "%s/.cache/smartopt", home);
}

static int private(const struct stat *about) { return about->st_uid == geteuid() && !(about->st_mode & 022); }

/* Opens a file or folder that nobody else can have written, without following a link; -1 if it is not one. */
static int open_private(int folder, const char *name, int flags, mode_t kind) {
    struct stat about;
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | flags);
    if (fd >= 0 && fstat(fd, &about) == 0 && (about.st_mode & S_IFMT) == kind && private(&about))
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Whether a `file` line tells what the file is now. `line` follows `file` and a tab; `path` becomes its path. */
static int unchanged(const char *line, const char **path) {
    struct stat about;
    char state[128];
    const char *at = line;
    for (int field = 0; field < 4; field++)
        if ((at = strchr(at, '\t')) == NULL)
            return 0;
        else
            at++;
    if (stat(at, &about) != 0)
        return 0;
    int size = snprintf(state, sizeof state, "%llu\t%llu\t%lld\t%lld\t", (unsigned long long)about.st_dev,
                        (unsigned long long)about.st_ino, (long long)about.st_size,
                        (long long)about.st_mtim.tv_sec * 1000000000 + about.st_mtim.tv_nsec);
    *path = at;
    return size == at - line && memcmp(line, state, (size_t)size) == 0;
}

/* Reads the descriptor for the clang in `real`; whether there is a plugin that it may load. */
static int find_plugin(void) {
    enum { LONGEST = 64 * 1024 };
    static char text[LONGEST + 2];
    char folder[PATH_MAX], name[PATH_MAX];
    unsigned long long number = 0xcbf29ce484222325;
    for (const char *at = real; *at; at++)
        number = (number ^ (unsigned char)*at) * 0x100000001b3;
    if (!state_folder(folder) || !put(name, "%s-%016llx.txt", base_of(real), number))
        return 0;
    int state = open_private(AT_FDCWD, folder, O_DIRECTORY, S_IFDIR), plugins = -1, fd = -1;
    if (state >= 0)
        plugins = open_private(state, "plugins", O_DIRECTORY, S_IFDIR);
    if (plugins >= 0)
        fd = open_private(plugins, name, 0, S_IFREG);
    ssize_t size = fd < 0 ? -1 : read(fd, text, LONGEST + 1);
    close(state), close(plugins), close(fd);
    static const char first[] = "smartopt-plugin\t1\n", last[] = "\nend\n";
    const ssize_t head = sizeof first - 1, tail = sizeof last - 1;
    if (size < head + tail || size > LONGEST || memchr(text, 0, (size_t)size))
        return 0;
    if (memcmp(text, first, (size_t)head) != 0 || memcmp(text + size - tail, last, (size_t)tail) != 0)
        return 0;
    text[size - tail + 1] = 0; /* the line's end before "end" stays */

    const char *version = NULL, *python = interpreter();
    int has_clang = 0, has_plugin = 0, has_lld = 0;
    plugin = lld = triple = NULL;
    for (int pass = 0; pass < 2; pass++) { /* names first, then the files */
        char *next;
        if (pass && !(version && python && plugin))
            return 0;
        for (char *line = text + head; *line || (pass && line < text + size - tail); line = next) {
            char *end = pass ? line + strlen(line) : strchr(line, '\n');
            if (!end)
                return 0;
            *end = 0;
            next = end + 1;
            const char *path;
            if (starts(line, "file\t")) {
                if (!pass)
                    continue;
                if (!unchanged(line + strlen("file\t"), &path))
                    return 0;
                has_clang |= same(path, real);
                has_plugin |= same(path, plugin);
                has_lld |= lld && same(path, lld);
            } else if (pass)
                continue;
            else if (starts(line, "installation\t") && !version)
                version = line + strlen("installation\t");
            else if (starts(line, "plugin\t") && !plugin)
                plugin = line + strlen("plugin\t");
            else if (starts(line, "lld\t") && !lld) {
                char *tab = strchr(line + strlen("lld\t"), '\t');
                if (!tab || !tab[1])
                    return 0;
                *tab = 0;
                lld = line + strlen("lld\t");
                triple = tab + 1;
            } else
                return 0;
        }
    }
    if (!has_plugin || !has_clang || (lld && !has_lld))
        return 0;
    char expected[2 * PATH_MAX];
    snprintf(expected, sizeof expected, "%s\t%s\t", VERSION, python);
    /* Python also compares the place of the package, which only it knows without a search. That what lies in the place
     * is what the plugin was built from is seen here, too: a file of the package is among those that must be unchanged. */
    return starts(version, expected);
}

static int is_linker(void) {
    struct stat one, other;
    char path[PATH_MAX], own[PATH_MAX];
    for (const char *const *name = LINKER_VARIABLES; *name; name++)
        if (getenv(*name))
            return 0;
    if (found.hidden_linker || !lld)
        return 0;
    if (*found.target && !strstr(found.target, "linux"))
        return 0;
    const char *linker = strchr(found.linker, '='), *folders = getenv("PATH");
    if (!linker)
        return 0;
    linker++;
    if (!folders)
        folders = "/bin:/usr/bin";
    if (same(linker, "lld")) {
        const char *target = *found.target ? found.target : triple;
        int length = (int)(base_of(real) - real) - 1;
        if (!put(own, "%.*s", length, real) || !put(path, "%s/%s-ld.lld", own, target) || lstat(path, &one) == 0)
            return 0;
        for (const char *at = folders;; at++) {
            size_t size = strcspn(at, ":");
            if (!put(path, "%.*s/%s-ld.lld", size ? (int)size : 1, size ? at : ".", target) || lstat(path, &one) == 0)
                return 0;
            at += size;
            if (!*at)
                break;
        }
        if (!put(path, "%s/ld.lld", own))
            return 0;
    } else if (!strchr(linker, '/') || !put(path, "%s", linker))
        return 0;
    return stat(path, &one) == 0 && stat(lld, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/* -- what is started -- */

/* Counts the call as smartopt/state/statistics.py does, if its file exists: only Python makes files. */
static void count(const char *why) {
    char path[PATH_MAX], line[128];
    struct stat about;
    if (!state_folder(path) || strlen(path) + strlen("/stats") >= sizeof path)
        return;
    strcat(path, "/stats");
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

/* Becomes clang, if this program can tell what to start; returns otherwise. `arguments` are the user's, then NULL. */
static void become_clang(char **arguments) {
    int number = 0, disabled, at = 0;
    const char *value = variable("SMARTOPT_DISABLE"), *level = variable("SMARTOPT_LEVEL"), *why = NULL;
    char load[PATH_MAX + 32], load_lto[PATH_MAX + 32];
    while (arguments[number])
        number++;
    char **all = calloc((size_t)number + 8, sizeof *all);
    if (!all)
        return;
    disabled = value && !same(value, "0");
    char **ours = all + 1, **theirs = all + 4; /* ours: up to three arguments, directly before theirs */
    if (disabled)
        why = "disabled";
    else if (number && starts(arguments[0], "-cc1"))
        why = "driver-internal";
    else {
        for (int each = 0; each < number; each++)
            if (arguments[each][0] == '@')
                return;
        if (level && !same(level, "Oz") && !same(level, "Os"))
            return;
        read_arguments(arguments);
        if (level && among(found.level, LAST_LEVELS) && !(found.refusal && same(found.refusal, "driver-mode"))) {
            at = found.level_at + 1;
            found.size = 1;
        }
        why = found.refusal;
    }
    /* Theirs, with the level behind the last one. */
    memcpy(theirs, arguments, (size_t)at * sizeof *all);
    if (at)
        theirs[at] = same(level, "Oz") ? "-Oz" : "-Os";
    memcpy(theirs + at + !!at, arguments + at, (size_t)(number - at) * sizeof *all);
    if (!why) {
        value = getenv("SMARTOPT_PLUGIN");
        int for_size = makes_code_for_size(), lto = links_with_lto(), count_ours = 0;
        if ((for_size || lto) && !is_recorded() && !(value && same(value, "0")) && find_plugin()) {
            lto = lto && is_linker();
            snprintf(load, sizeof load, "-fpass-plugin=%s", plugin);
            snprintf(load_lto, sizeof load_lto, "--load-pass-plugin=%s", plugin);
            char *list[3];
            if (for_size)
                list[count_ours++] = load;
            if (lto) {
                list[count_ours++] = "-Xlinker";
                list[count_ours++] = load_lto;
            }
            ours = theirs - count_ours;
            memcpy(ours, list, (size_t)count_ours * sizeof *all);
        }
        if (count_ours) {
            ours[-1] = compiler;
            setenv("SMARTOPT_INSIDE", "1", 1);
            execv(compiler, ours - 1);
            unsetenv("SMARTOPT_INSIDE");
            if (errno == E2BIG) { /* the limit leaves no room for ours */
                theirs[-1] = compiler;
                execv(compiler, theirs - 1);
            }
            return;
        }
        why = reason();
    }
    if (why) {
        count(why);
        theirs[-1] = compiler;
        execv(compiler, theirs - 1);
    }
}

/* Starts the script `smartopt`, which does all that this program does not, under the name by which we were called. */
static int become_script(char **argv, int argc, char **alone) {
    char script[PATH_MAX];
    const char *python = find_python();
    if (!put(script, "%s/smartopt", bin) || access(script, R_OK) != 0) {
        if (alone) { /* without smartopt a build goes on with clang alone */
            alone[-1] = compiler;
            execv(compiler, alone - 1);
        }
        fprintf(stderr, "%s: smartopt is damaged or its Python is gone; install it again\n", base_of(argv[0]));
        return 127;
    }
    char **arguments = calloc((size_t)argc + 4, sizeof *arguments);
    const char *name = argv[0][0] ? argv[0] : self;
    if (!arguments || setenv("SMARTOPT_CALLED", name, 1) != 0 || setenv("SMARTOPT_LAUNCHER", self, 1) != 0)
        return 126;
    memcpy(arguments + 3, argv + 1, (size_t)argc * sizeof *arguments);
    arguments[0] = (char *)python, arguments[1] = "-I", arguments[2] = script;
    /* The shell sees to the rest: a libpython in LD_LIBRARY_PATH, a Python that is gone. */
    if (python && !variable("LD_LIBRARY_PATH") && !variable("SMARTOPT_LOST")) {
        /* Ctrl-C must not reach Python before the script can keep it from printing a traceback. */
        sigset_t interrupt, old;
        sigemptyset(&interrupt);
        sigaddset(&interrupt, SIGINT);
        int held = sigprocmask(SIG_BLOCK, &interrupt, &old) == 0 && !sigismember(&old, SIGINT);
        if (held)
            held = setenv("SMARTOPT_HELD", "1", 1) == 0;
        if (!held)
            sigprocmask(SIG_SETMASK, &old, NULL);
        execv(python, arguments);
        unsetenv("SMARTOPT_HELD");
        sigprocmask(SIG_SETMASK, &old, NULL);
    }
    arguments[1] = "sh";
    execv("/bin/sh", arguments + 1);
    fprintf(stderr, "%s: cannot start /bin/sh: %s\n", base_of(argv[0]), strerror(errno));
    return 126;
}

int main(int argc, char **argv) {
    if (argc < 1)
        return 126;
    ssize_t size = readlink("/proc/self/exe", self, sizeof self - 1);
    self[size > 0 ? size : 0] = 0;
    if (size <= 0 && !realpath((const char *)getauxval(AT_EXECFN), self))
        self[0] = 0;
    put(bin, "%.*s", (int)(base_of(self) - self) - 1, self);

    const char *base = base_of(argv[0][0] ? argv[0] : self);
    char **known = NULL;
    int cxx = strstr(base, "++") != NULL;
    if (starts(base, "smartopt-"))
        base += strlen("smartopt-");
    if (same(base, cxx ? "clang++" : "clang") && !variable("SMARTOPT_WITHIN")) {
        char **arguments = argv + 1;
        enum answer found_clang = NO;
        if (argc == 1 || plain_input(arguments[0]))
            found_clang = find_clang(cxx);
        else if (plain_name(base_of(arguments[0])))
            found_clang = named(*arguments++);
        if (found_clang == YES) {
            become_clang(arguments);
            known = arguments;
        }
    }
    return become_script(argv, argc, known);
}
