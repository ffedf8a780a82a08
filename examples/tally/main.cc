#include "tally.h"

#include <cstdio>

namespace {

class Reader {
public:
    explicit Reader(const char *path) : file_(std::fopen(path, "rb")) {}
    ~Reader() {
        if (file_)
            std::fclose(file_);
    }
    Reader(const Reader &) = delete;
    Reader &operator=(const Reader &) = delete;
    bool open() const { return file_ != nullptr; }
    std::size_t read(char *into, std::size_t size) { return std::fread(into, 1, size, file_); }

private:
    std::FILE *file_;
};

} // namespace

int main(int argc, char **argv) {
    static char text[1 << 16];
    tally counts;
    tally_start(&counts);
    for (int i = 1; i < argc; i++) {
        Reader reader(argv[i]);
        if (!reader.open()) {
            std::fprintf(stderr, "tally: cannot read %s\n", argv[i]);
            return 1;
        }
        tally_text(&counts, text, reader.read(text, sizeof text));
    }
    std::printf("%lu words, longest %zu, %s, %lx\n", counts.words, counts.longest, tally_kind(&counts),
                tally_checksum(&counts));
    return 0;
}
