// Counts words with a hash table and a heap of our own, sorts matrices' rows, and throws on bad input:
// a C++ example with templates, virtual calls and exceptions.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

struct Failure {
    const char *what;
    int code;
};

template <typename T> class Vector {
  public:
    Vector() = default;
    Vector(const Vector &) = delete;
    Vector &operator=(const Vector &) = delete;
    ~Vector() { std::free(items_); }

    void push(const T &item) {
        if (size_ == capacity_)
            grow();
        items_[size_++] = item;
    }
    T &operator[](std::size_t i) {
        if (i >= size_)
            throw Failure{"index out of range", 3};
        return items_[i];
    }
    std::size_t size() const { return size_; }

  private:
    void grow() {
        std::size_t wanted = capacity_ ? 2 * capacity_ : 8;
        void *bigger = std::realloc(items_, wanted * sizeof(T));
        if (!bigger)
            throw Failure{"out of memory", 1};
        items_ = static_cast<T *>(bigger);
        capacity_ = wanted;
    }
    T *items_ = nullptr;
    std::size_t size_ = 0, capacity_ = 0;
};

template <typename T, typename Less> void sort(Vector<T> &items, Less less) {
    // Heap sort: no recursion, no extra memory.
    auto sift = [&](std::size_t root, std::size_t end) {
        for (std::size_t child; (child = 2 * root + 1) < end; root = child) {
            if (child + 1 < end && less(items[child], items[child + 1]))
                child++;
            if (!less(items[root], items[child]))
                return;
            T held = items[root];
            items[root] = items[child];
            items[child] = held;
        }
    };
    for (std::size_t i = items.size() / 2; i-- > 0;)
        sift(i, items.size());
    for (std::size_t end = items.size(); end > 1; end--) {
        T held = items[0];
        items[0] = items[end - 1];
        items[end - 1] = held;
        sift(0, end - 1);
    }
}

struct Entry {
    char word[24];
    unsigned count;
    std::uint32_t hash;
};

std::uint32_t fnv(const char *text) {
    std::uint32_t hash = 2166136261u;
    for (; *text; text++)
        hash = (hash ^ static_cast<unsigned char>(*text)) * 16777619u;
    return hash;
}

class Table {
  public:
    Entry &at(const char *word) {
        std::uint32_t hash = fnv(word);
        std::size_t slot = hash % slots;
        for (std::size_t step = 0; step < slots; step++, slot = (slot + 1) % slots) {
            if (used_[slot] < 0) {
                Entry fresh = {};
                std::strncpy(fresh.word, word, sizeof fresh.word - 1);
                fresh.hash = hash;
                used_[slot] = static_cast<int>(entries.size());
                entries.push(fresh);
                return entries[entries.size() - 1];
            }
            Entry &found = entries[static_cast<std::size_t>(used_[slot])];
            if (found.hash == hash && std::strcmp(found.word, word) == 0)
                return found;
        }
        throw Failure{"table full", 2};
    }
    Table() {
        for (int &slot : used_)
            slot = -1;
    }
    Vector<Entry> entries;

  private:
    static constexpr std::size_t slots = 61;
    int used_[slots];
};

class Visitor {
  public:
    virtual ~Visitor() = default;
    virtual void visit(const Entry &entry) = 0;
};

class Printer final : public Visitor {
  public:
    void visit(const Entry &entry) override { std::printf("%-8s %u\n", entry.word, entry.count); }
};

class Hasher final : public Visitor {
  public:
    void visit(const Entry &entry) override { sum = (sum << 5 | sum >> 27) ^ (entry.hash + entry.count); }
    std::uint32_t sum = 0;
};

void count_words(Table &table, const char *text) {
    char word[24];
    std::size_t n = 0;
    for (;; text++) {
        bool letter = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z');
        if (letter && n + 1 < sizeof word) {
            word[n++] = static_cast<char>(*text | 0x20);
        } else if (n) {
            word[n] = '\0';
            table.at(word).count++;
            n = 0;
        }
        if (!*text)
            return;
    }
}

void multiply(const double (&a)[4][4], const double (&b)[4][4], double (&out)[4][4]) {
    for (int row = 0; row < 4; row++)
        for (int column = 0; column < 4; column++) {
            out[row][column] = 0;
            for (int i = 0; i < 4; i++)
                out[row][column] += a[row][i] * b[i][column];
        }
}

void visit_all(Vector<Entry> &entries, Visitor &visitor) {
    for (std::size_t i = 0; i < entries.size(); i++)
        visitor.visit(entries[i]);
}

int too_many_words() {
    try {
        Table table;
        for (int i = 0; i < 100; i++) {
            char word[16];
            std::snprintf(word, sizeof word, "w%d", i);
            table.at(word).count++;
        }
    } catch (const Failure &failure) {
        std::printf("as it should: %s\n", failure.what);
        return failure.code;
    }
    return 0;
}

} // namespace

int main() {
    Table table;
    count_words(table, "It was the best of times, it was the worst of times, it was the age of wisdom");
    count_words(table, "it was the age of foolishness; it was the epoch of belief. THE end of it");
    sort(table.entries, [](const Entry &a, const Entry &b) {
        return a.count != b.count ? a.count > b.count : std::strcmp(a.word, b.word) < 0;
    });
    Printer printer;
    Hasher hasher;
    visit_all(table.entries, printer);
    visit_all(table.entries, hasher);
    double turn[4][4] = {{0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}, {2, 0, 0, 0}}, power[4][4], next[4][4];
    std::memcpy(power, turn, sizeof power);
    for (int i = 0; i < 7; i++) {
        multiply(power, turn, next);
        std::memcpy(power, next, sizeof power);
    }
    std::printf("checksum %x, trace %.0f\n", static_cast<unsigned>(hasher.sum),
                power[0][0] + power[1][1] + power[2][2] + power[3][3]);
    return too_many_words() == 2 ? 0 : 1;
}
