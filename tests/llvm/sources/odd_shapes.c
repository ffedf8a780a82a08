/* Functions with rules of their own about registers, frames, prologues or returns, each called by ordinary ones.
   Build with -mavx. Prints one line a shape. */
#include <stdio.h>
#include <string.h>

#define NOT_INLINE __attribute__((noinline))

NOT_INLINE long nine(long *a, long b, long c, long d, long e, long f, long *g, long h, long i) {
  return *a + b * 2 + c * 3 + d + e + f + *g * 7 + h * 11 + i * 13;
}
NOT_INLINE long seven(long *a, long b, long c, long d, long e, long f, long *g) {
  return *a + b * 2 + c * 3 + d + e + f + *g * 7;
}

/* Two locals whose addresses are passed while arguments lie on the stack: what is wrong where pushes are not counted. */
#define BODY(x, out)                                             \
  long one = (x) * 3, two = (x) * 5;                             \
  long r = nine(&one, (x), 2, 3, 4, 5, &two, 6, 7);              \
  r += nine(&two, 1, (x), 3, 4, 5, &one, 8, 9);                  \
  r ^= nine(&two, 1, (x), 3, 4, 5, &one, 1, 2);                  \
  r += nine(&one, 1, 2, 3, 4, 5, &two, 4, 5) * 3;                \
  r ^= seven(&two, 1, (x), 3, 4, 5, &one) + one;                 \
  r += seven(&one, 1, 2, 3, 4, 5, &two) * 5;                     \
  *(out) = r + one * 100 + two * 10000;

NOT_INLINE __attribute__((no_caller_saved_registers)) void keeps_all(long x, long *out) { BODY(x, out) }
NOT_INLINE __attribute__((preserve_all)) void preserves_all(long x, long *out) { BODY(x, out) }
NOT_INLINE __attribute__((preserve_most)) void preserves_most(long x, long *out) { BODY(x, out) }
NOT_INLINE __attribute__((ms_abi)) void of_windows(long x, long *out) { BODY(x, out) }
NOT_INLINE __attribute__((patchable_function_entry(5))) void patchable(long x, long *out) { BODY(x, out) }
NOT_INLINE __attribute__((zero_call_used_regs("all"))) void zeroing(long x, long *out) { BODY(x, out) }
NOT_INLINE __attribute__((force_align_arg_pointer)) void realigned(long x, long *out) { BODY(x, out) }
NOT_INLINE void ordinary(long x, long *out) { BODY(x, out) }

int main(void) {
  static void (*const shapes[])(long, long *) = {patchable, zeroing, realigned, ordinary};
  long out = 0;
  keeps_all(10, &out), printf("keeps_all %ld\n", out);
  preserves_all(11, &out), printf("preserves_all %ld\n", out);
  preserves_most(12, &out), printf("preserves_most %ld\n", out);
  of_windows(13, &out), printf("of_windows %ld\n", out);
  for (int i = 0; i < 4; i++)
    shapes[i](14 + i, &out), printf("%d %ld\n", i, out);
  return 0;
}
