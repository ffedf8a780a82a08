/* Numbers: a switch over kinds, loops over arrays, floating point, 64-bit mixes, a state machine, calls by pointer. */
#include <stdint.h>
#include <stdio.h>

enum kind { ADD, SUB, MUL, DIV, SHIFT, MIX, NEG };

static int64_t apply(enum kind kind, int64_t a, int64_t b) {
  switch (kind) {
    case ADD: return a + b;
    case SUB: return a - b;
    case MUL: return a * (b & 0xff);
    case DIV: return b ? a / b : 0;
    case SHIFT: return (int64_t)((uint64_t)a << (b & 15));
    case MIX: return (a ^ b) + (a & b) * 3;
    case NEG: return -a;
  }
  return 0;
}

static double mean(const int *values, int count) {
  double sum = 0;
  for (int i = 0; i < count; i++) sum += values[i];
  return count ? sum / count : 0;
}

static void matrix(int out[4][4], const int a[4][4], const int b[4][4]) {
  for (int i = 0; i < 4; i++)
    for (int j = 0; j < 4; j++) {
      out[i][j] = 0;
      for (int k = 0; k < 4; k++) out[i][j] += a[i][k] * b[k][j];
    }
}

uint32_t crc(const unsigned char *data, int length) {
  uint32_t value = ~0u;
  for (int i = 0; i < length; i++) {
    value ^= data[i];
    for (int bit = 0; bit < 8; bit++) value = value >> 1 ^ (0xedb88320u & -(value & 1));
  }
  return ~value;
}

int machine(const char *text) {
  enum { START, SIGN, DIGITS, DOT, FRACTION, BAD } state = START;
  for (; *text; text++) {
    char c = *text;
    if (state == START && (c == '-' || c == '+')) state = SIGN;
    else if ((state == START || state == SIGN || state == DIGITS) && c >= '0' && c <= '9') state = DIGITS;
    else if (state == DIGITS && c == '.') state = DOT;
    else if ((state == DOT || state == FRACTION) && c >= '0' && c <= '9') state = FRACTION;
    else state = BAD;
  }
  return state == DIGITS ? 1 : state == FRACTION ? 2 : 0;
}

static int twice(int x) { return 2 * x; }
static int square(int x) { return x * x; }
static int (*const steps[])(int) = {twice, square, twice};

int main(void) {
  int64_t value = 12345;
  for (int i = 0; i < 40; i++) value = apply((enum kind)(i % 7), value, i * 31 + 7);
  int a[4][4], b[4][4], c[4][4], values[10];
  for (int i = 0; i < 16; i++) a[i / 4][i % 4] = i * 3 % 7, b[i / 4][i % 4] = i * 5 % 11;
  matrix(c, (const int (*)[4])a, (const int (*)[4])b);
  for (int i = 0; i < 10; i++) values[i] = c[i % 4][i / 4] * (i - 4);
  int chained = 3;
  for (int i = 0; i < 3; i++) chained = steps[i](chained);
  printf("%lld %.3f %08x %d\n", (long long)value, mean(values, 10), crc((unsigned char *)"smartopt", 8), chained);
  printf("%d %d %d %d\n", machine("-12.5"), machine("17"), machine("1.2.3"), machine("x"));
  return (int)(value & 63);
}
