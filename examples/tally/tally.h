/* Counts words by first letter: a library small enough to read and large enough to have choices in it. */
#ifndef TALLY_H
#define TALLY_H
#include <stddef.h>
#ifdef __cplusplus
extern "C" {
#endif

struct tally {
    unsigned long words, letters, by_letter[26];
    size_t longest;
};

void tally_start(struct tally *t);
void tally_text(struct tally *t, const char *text, size_t size);
unsigned long tally_checksum(const struct tally *t);
const char *tally_kind(const struct tally *t);

#ifdef __cplusplus
}
#endif
#endif
