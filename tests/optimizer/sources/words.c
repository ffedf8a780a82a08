/* Counts words: strings, a hash table, a sort. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
  char word[16];
  int count;
  struct entry *next;
};

static struct entry *table[31];
static struct entry pool[64];
static int used;

static unsigned hash(const char *text) {
  unsigned value = 5381;
  while (*text) value = value * 33 + (unsigned char)*text++;
  return value % 31;
}

static struct entry *lookup(const char *word) {
  unsigned slot = hash(word);
  for (struct entry *e = table[slot]; e; e = e->next)
    if (strcmp(e->word, word) == 0) return e;
  if (used == 64) return 0;
  struct entry *fresh = &pool[used++];
  strncpy(fresh->word, word, sizeof fresh->word - 1);
  fresh->next = table[slot];
  table[slot] = fresh;
  return fresh;
}

static int by_count(const void *a, const void *b) {
  const struct entry *x = a, *y = b;
  return x->count != y->count ? y->count - x->count : strcmp(x->word, y->word);
}

int count_words(const char *text) {
  char word[16];
  int length = 0, words = 0;
  for (;; text++) {
    if (isalpha((unsigned char)*text) && length < 15) {
      word[length++] = (char)tolower((unsigned char)*text);
    } else if (length) {
      word[length] = 0;
      struct entry *e = lookup(word);
      if (e) e->count++;
      words++;
      length = 0;
    }
    if (!*text) return words;
  }
}

int main(void) {
  int words = count_words("The quick brown fox jumps over the lazy dog. The dog sleeps; the fox does not. Quick!");
  qsort(pool, (size_t)used, sizeof *pool, by_count);
  for (int i = 0; i < used; i++) printf("%s %d\n", pool[i].word, pool[i].count);
  printf("%d words\n", words);
  return used;
}
