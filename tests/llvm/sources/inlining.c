/* Small programs around inlining: each function group is one situation of smartopt/llvm/inlining.py. */
int printf(const char *, ...);

static volatile int sink;

/* Too big to inline under -Oz, and called often. */
static int big(int x) {
  for (int i = 0; i < 5; i++) {
    sink += x * i;
    printf("%d %d\n", x, sink);
    x ^= sink >> 3;
    if (x & 1) printf("odd %d\n", x);
  }
  return x + sink;
}

/* plain: a trivial function is inlined, a big one is kept */
static int small(int x) { return x * 3; }
int plain(int x) { return small(x) + big(x) + small(x + 1) + big(x + 2); }

/* erased home: the wrapper is inlined into its only caller and erased; its call of big lives on there */
static int wrapper(int x) {
  sink = x;
  return big(x + 7) * 2 + small(x);
}
int erased(int x) { return wrapper(x + 1); }

/* merged calls: both arms of the branch call big; without numbers, -Oz makes one call of them */
int merged(int c, int x) {
  int r;
  if (c)
    r = big(x + 1);
  else
    r = big(x * 5);
  return r;
}

/* the user's own wishes, on functions */
static __attribute__((noinline)) int never(int x) { return x + 1; }
static __attribute__((always_inline)) int always(int x) {
  for (int i = 0; i < 3; i++) {
    sink += x;
    printf("always %d\n", sink);
  }
  return x - sink;
}
int wishes(int x) { return never(x) + always(x) + always(x + 1); }

/* recursion, a function pointer, a call of an external function */
static int deep(int n) { return n <= 1 ? n + big(n) : deep(n - 1) ^ deep(n - 2); }
static int (*const table[2])(int) = {small, big};
int others(int x) { return deep(x & 7) + table[x & 1](x) + printf("others\n"); }

int main(void) {
  int total = 0;
  for (int x = 0; x < 4; x++) {
    total += plain(x) + erased(x) + merged(x & 1, x) + wishes(x) + others(x);
    printf("total %d\n", total);
  }
  return total & 63;
}
