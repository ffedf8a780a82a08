#include "tally.h"

static int is_letter(int c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static int lower(int c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c; }

static void word(struct tally *t, const char *start, size_t size) {
    if (size == 0)
        return;
    t->words++;
    t->letters += size;
    t->by_letter[lower(start[0]) - 'a']++;
    if (size > t->longest)
        t->longest = size;
}

void tally_start(struct tally *t) {
    t->words = t->letters = 0;
    t->longest = 0;
    for (int i = 0; i < 26; i++)
        t->by_letter[i] = 0;
}

void tally_text(struct tally *t, const char *text, size_t size) {
    size_t start = 0;
    for (size_t i = 0; i < size; i++) {
        if (!is_letter(text[i])) {
            word(t, text + start, i - start);
            start = i + 1;
        }
    }
    word(t, text + start, size - start);
}

unsigned long tally_checksum(const struct tally *t) {
    unsigned long sum = t->words * 31 + t->letters;
    for (int i = 0; i < 26; i++)
        sum = sum * 33 + t->by_letter[i];
    return sum;
}

const char *tally_kind(const struct tally *t) {
    switch (t->words == 0 ? 0 : (int)(t->letters / t->words)) {
    case 0: return "empty";
    case 1: case 2: case 3: return "short";
    case 4: case 5: case 6: return "plain";
    default: return "long";
    }
}
