/* Functions that are left to -Oz beside one that is not. */
int printf(const char *, ...);

__attribute__((optnone, noinline)) int not_optimised(int x) {
  int y = x * 2;
  return y + x;
}

__attribute__((naked)) void bare(void) { __asm__("ret"); }

int computed(int op, int x) {
  static void *const labels[] = {&&add, &&sub, &&mul};
  goto *labels[op % 3];
add:
  return x + 3;
sub:
  return x - 3;
mul:
  return x * 3;
}

int tail(int x);
int jumped(int x) {
  if (x & 1) __attribute__((musttail)) return tail(x + 1);
  return x;
}

__attribute__((no_sanitize("all"))) int ordinary(const int *a, int n) {
  int s = 0;
  for (int i = 0; i < n; i++) {
    if (a[i] > 3) s += a[i];
    else s -= 2 * a[i];
  }
  return s;
}
