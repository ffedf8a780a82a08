/* Wishes about inlining at single calls. */
int printf(const char *, ...);
static int small(int x) { return x * 3; }
static int big(int x) {
  for (int i = 0; i < 4; i++) x += printf("big %d\n", x ^ i) * printf("again\n");
  return x;
}
int kept(int x) {
  int r;
  [[clang::noinline]] r = small(x);
  return r + small(x + 1) + big(x) + big(x + 3);
}
int forced(int x) {
  int r;
  [[clang::always_inline]] r = big(x);
  return r;
}
int main(void) { return (kept(1) + forced(2)) & 63; }
