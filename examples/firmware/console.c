#include "console.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "crc.h"
#include "format.h"
#include "ring.h"
#include "semihosting.h"

enum { LINE = 128, WORDS = 16 };

typedef struct {
  const char *name, *arguments, *about;
  int least, most; /* arguments */
  bool (*run)(int count, char **words);
} Command;

static Ring ring;
static bool done;
static int failures;

static bool parse(const char *word, int32_t *value) {
  char *end;
  errno = 0;
  long number = strtol(word, &end, 0);
  *value = (int32_t)number;
  if (end != word && *end == '\0' && errno == 0) return true;
  print("not a number: %s\n", word);
  return false;
}

static bool run_put(int count, char **words) {
  for (int at = 1; at < count; at++) {
    int32_t value;
    if (!parse(words[at], &value)) return false;
    ring_put(&ring, value);
  }
  return true;
}

static bool run_take(int count, char **words) {
  int32_t wanted = 1, sample;
  if (count > 1 && !parse(words[1], &wanted)) return false;
  while (wanted-- > 0) {
    if (!ring_take(&ring, &sample)) {
      print("empty\n");
      return false;
    }
    print("%d\n", (int)sample);
  }
  return true;
}

static bool run_list(int count, char **words) {
  (void)count, (void)words;
  for (uint32_t at = 0; at < ring.count; at++) {
    print("%8d%c", (int)ring_at(&ring, at), (at & 7) == 7 || at + 1 == ring.count ? '\n' : ' ');
  }
  return true;
}

static int compare(const void *one, const void *other) {
  int32_t a = *(const int32_t *)one, b = *(const int32_t *)other;
  return (a > b) - (a < b);
}

static bool run_stats(int count, char **words) {
  (void)count, (void)words;
  if (ring.count == 0) {
    print("empty\n");
    return false;
  }
  int32_t sorted[RING_SIZE];
  uint32_t sum = 0;
  for (uint32_t at = 0; at < ring.count; at++) {
    sorted[at] = ring_at(&ring, at);
    sum += (uint32_t)sorted[at];
  }
  qsort(sorted, ring.count, sizeof sorted[0], compare);
  print("count %u lost %u min %d max %d median %d mean %d\n", (unsigned)ring.count, (unsigned)ring.lost,
        (int)sorted[0], (int)sorted[ring.count - 1], (int)sorted[ring.count / 2],
        (int)((int32_t)sum / (int32_t)ring.count));
  return true;
}

/* The mean of each sample and its neighbours; the first and last have one neighbour alone. */
static bool run_smooth(int count, char **words) {
  (void)count, (void)words;
  Ring smooth = {0};
  for (uint32_t at = 0; at < ring.count; at++) {
    int32_t sum = ring_at(&ring, at), terms = 1;
    if (at > 0) sum += ring_at(&ring, at - 1), terms++;
    if (at + 1 < ring.count) sum += ring_at(&ring, at + 1), terms++;
    ring_put(&smooth, sum / terms);
  }
  smooth.lost = ring.lost;
  ring = smooth;
  return true;
}

static bool run_clear(int count, char **words) {
  (void)count, (void)words;
  ring_clear(&ring);
  return true;
}

static bool run_crc(int count, char **words) {
  for (int at = 1; at < count; at++) {
    size_t size = strlen(words[at]);
    print("%08x %04x %s\n", (unsigned)crc32(words[at], size), (unsigned)crc16_ccitt(words[at], size), words[at]);
  }
  return true;
}

static bool run_dump(int count, char **words) {
  (void)count, (void)words;
  const uint8_t *bytes = (const uint8_t *)ring.samples;
  for (uint32_t at = 0; at < ring.count * sizeof ring.samples[0]; at += 16) {
    print("%04x:", (unsigned)at);
    for (uint32_t next = 0; next < 16; next++) print(" %02x", bytes[at + next]);
    print("  ");
    for (uint32_t next = 0; next < 16; next++) {
      uint8_t byte = bytes[at + next];
      print("%c", byte >= ' ' && byte < 127 ? byte : '.');
    }
    print("\n");
  }
  return true;
}

/* Arithmetic from left to right, as on a pocket calculator. */
static bool run_calculate(int count, char **words) {
  int32_t result, value;
  if (!parse(words[1], &result)) return false;
  for (int at = 2; at + 1 < count; at += 2) {
    if (!parse(words[at + 1], &value)) return false;
    uint32_t a = (uint32_t)result, b = (uint32_t)value;
    switch (words[at][0]) {
      case '+': result = (int32_t)(a + b); break;
      case '-': result = (int32_t)(a - b); break;
      case '*': result = (int32_t)(a * b); break;
      case '&': result = (int32_t)(a & b); break;
      case '|': result = (int32_t)(a | b); break;
      case '^': result = (int32_t)(a ^ b); break;
      case '/':
      case '%':
        if (value == 0 || (result == INT32_MIN && value == -1)) {
          print("no quotient\n");
          return false;
        }
        result = words[at][0] == '/' ? result / value : result % value;
        break;
      default:
        print("unknown operator: %s\n", words[at]);
        return false;
    }
  }
  print("%d 0x%x\n", (int)result, (unsigned)result);
  return true;
}

static bool run_quit(int count, char **words) {
  (void)count, (void)words;
  done = true;
  return true;
}

static bool run_help(int count, char **words);

static const Command commands[] = {
    {"put", "NUMBER...", "add samples", 1, WORDS - 1, run_put},
    {"take", "[COUNT]", "remove the oldest samples", 0, 1, run_take},
    {"list", "", "show all samples", 0, 0, run_list},
    {"stats", "", "describe the samples", 0, 0, run_stats},
    {"smooth", "", "average neighbours", 0, 0, run_smooth},
    {"clear", "", "forget all samples", 0, 0, run_clear},
    {"dump", "", "show the ring's memory", 0, 0, run_dump},
    {"crc", "TEXT...", "CRC-32 and CRC-16", 1, WORDS - 1, run_crc},
    {"calculate", "A + B...", "arithmetic, from left to right", 1, WORDS - 1, run_calculate},
    {"help", "", "list the commands", 0, 0, run_help},
    {"quit", "", "end the program", 0, 0, run_quit},
};

static bool run_help(int count, char **words) {
  (void)count, (void)words;
  for (const Command *command = commands; command < commands + sizeof commands / sizeof commands[0]; command++) {
    print("%-9s %-10s %s\n", command->name, command->arguments, command->about);
  }
  return true;
}

static bool execute(int count, char **words) {
  for (const Command *command = commands; command < commands + sizeof commands / sizeof commands[0]; command++) {
    if (strcmp(command->name, words[0]) != 0) continue;
    if (count - 1 >= command->least && count - 1 <= command->most) return command->run(count, words);
    print("usage: %s %s\n", command->name, command->arguments);
    return false;
  }
  print("unknown command: %s; try help\n", words[0]);
  return false;
}

/* Read a line without its end, of which what does not fit is dropped; false at the end of the input. */
static bool read_line(char *line) {
  size_t size = 0;
  int c;
  for (c = read_char(); c != '\n' && c >= 0; c = read_char()) {
    if (c != '\r' && size < LINE - 1) line[size++] = (char)c;
  }
  line[size] = '\0';
  return c >= 0 || size > 0;
}

static int split(char *line, char **words) {
  int count = 0;
  for (char *at = line; *at;) {
    while (*at == ' ') *at++ = '\0';
    if (*at == '\0' || count == WORDS) break;
    words[count++] = at;
    while (*at && *at != ' ') at++;
  }
  return count;
}

void console_run(void) {
  char line[LINE], *words[WORDS];
  while (!done && read_line(line)) {
    int count = split(line, words);
    if (count > 0 && words[0][0] != '#' && !execute(count, words)) failures++;
  }
  print("%d failures\n", failures);
}
