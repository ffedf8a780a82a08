/* Functions whose frames are of many kinds, under ordinary conventions. Build with -mavx. Prints one line a shape. */
#include <alloca.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#define NOT_INLINE __attribute__((noinline))
typedef float v4 __attribute__((vector_size(16)));
typedef float v8 __attribute__((vector_size(32)));
struct big { long a[40]; };

NOT_INLINE long nine(long *a, long b, long c, long d, long e, long f, long *g, long h, long i) {
  return *a + b * 2 + c * 3 + d + e + f + *g * 7 + h * 11 + i * 13;
}
NOT_INLINE long by_value(struct big b, long x, struct big c) { return b.a[3] * x + c.a[39] + nine(&x, 1, 2, 3, 4, 5, &b.a[1], 6, 7); }

#define CALLS(x, one, two)                                                                               \
  (nine(&(one), (x), 2, 3, 4, 5, &(two), 6, 7) ^ nine(&(two), 1, (x), 3, 4, 5, &(one), 8, 9)) +          \
      nine(&(one), 1, 2, 3, 4, 5, &(two), 4, (one))

NOT_INLINE long plain(long x) {
  long one = x * 3, two = x * 5;
  long r = CALLS(x, one, two);
  return r + CALLS(r, two, one) + one;
}
NOT_INLINE long aligned(long x) {
  _Alignas(64) long one = x * 3;
  long two = x * 5;
  return CALLS(x, one, two) + (((unsigned long)&one & 63) != 0);
}
NOT_INLINE long variable(long x) {
  long room[x + 2], one = x, two = x * 7;
  memset(room, (int)x, sizeof room);
  return CALLS(x, one, room[x]) + two + room[1];
}
NOT_INLINE long allocated(long x) {
  long one = x, two = 5, r = 0;
  for (long i = 1; i < x; i++) {
    long *more = alloca(i * 8);
    more[0] = i, more[i - 1] += 3;
    r += CALLS(i, one, more[0]) + two;
  }
  return r;
}
NOT_INLINE long large(long x) {
  volatile char room[3 << 20];
  long one = x, two = 9;
  room[x] = 5, room[(3 << 20) - 1] = 2;
  return CALLS(x, one, two) + room[x] + room[(3 << 20) - 1];
}
NOT_INLINE long structured(long x) {
  struct big b = {{x, 2, 3, 4}}, c = {{x}};
  c.a[39] = x * 3;
  return by_value(b, x, c) + by_value(c, x + 1, b);
}
NOT_INLINE long vectors(v4 *at, long x) {
  v4 v[20];
  long one = x, two = 3;
  for (int i = 0; i < 20; i++)
    v[i] = at[i % 4] * (float)(i + 1);
  long r = CALLS(x, one, two);
  v4 sum = v[0];
  for (int i = 1; i < 20; i++)
    sum += v[i] * v[19 - i];
  r += CALLS(r, two, one);
  at[0] = sum;
  return r + (long)sum[1];
}
NOT_INLINE long wide(v8 *at, long x) {
  v8 a = at[0], b = at[1], c = a * b;
  long one = x, two = 3;
  long r = CALLS(x, one, two);
  at[0] = a + c, at[1] = b - c;
  r += CALLS(r, two, one);
  at[2] = c;
  return r;
}
NOT_INLINE long assembled(long x) {
  long one = x, two = 4, r = CALLS(x, one, two);
  __asm__ volatile("pushf\n\tpop %0" : "=r"(two) : : "memory", "cc");
  __asm__("add %1, %0" : "+r"(r) : "r"(one) : "cc");
  return r + (two != 0);
}
NOT_INLINE long watching(long x) {
  long one = x, two = 4;
  return CALLS(x, one, two) + (__builtin_frame_address(0) > (void *)&one) + (__builtin_return_address(0) != 0);
}
static jmp_buf back;
NOT_INLINE void leap(long x, long *one) {
  if (*one != 6)
    __builtin_abort();
  if (x > 0)
    longjmp(back, (int)x);
}
NOT_INLINE long jumped(long x) {
  volatile long turns = 0;
  long one = x, two = 6, kept = x * 11, also = x ^ 99, r = CALLS(x, one, two);
  int from = setjmp(back);
  if (from < 3 && turns++ < 5)
    leap(from + 1, &two);
  return r + kept * also + turns * 1000 + from + CALLS(kept, two, one);
}
NOT_INLINE __attribute__((stack_protect)) long protected(long x) {
  char room[40];
  long one = x, two = 2;
  snprintf(room, sizeof room, "%ld-%ld", x, x * x);
  return CALLS(x, one, two) + (long)strlen(room) + room[1];
}
NOT_INLINE long formatted(const char *format, ...) {
  char room[100];
  __builtin_va_list list;
  __builtin_va_start(list, format);
  long one = vsnprintf(room, sizeof room, format, list), two = 1;
  __builtin_va_end(list);
  return CALLS(one, one, two) + room[2];
}

int main(void) {
  v4 at[4] = {{1, 2, 3, 4}, {5, 6, 7, 8}, {2, 3, 1, 1}, {4, 4, 2, 0}};
  v8 wider[3] = {{1, 2, 3, 4, 5, 6, 7, 8}, {3, 1, 4, 1, 5, 9, 2, 6}, {0}};
  printf("plain %ld\naligned %ld\nvariable %ld\n", plain(5), aligned(6), variable(7));
  printf("allocated %ld\nlarge %ld\nstructured %ld\n", allocated(6), large(1000), structured(4));
  printf("vectors %ld %f\n", vectors(at, 3), at[0][2]);
  printf("wide %ld", wide(wider, 4));
  for (int i = 0; i < 24; i++)
    printf(" %g", wider[i / 8][i % 8]);
  printf("\nassembled %ld\nwatching %ld\njumped %ld\n", assembled(3), watching(4), jumped(5));
  printf("protected %ld\nformatted %ld\n", protected(12), formatted("%d %s %g", 5, "text", 2.5));
  return 0;
}
