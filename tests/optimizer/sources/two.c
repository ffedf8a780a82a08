/* Two functions with loops, for faults that hit one of several. */
int printf(const char *, ...);
int first(const int *a, int n) {
  int s = 0;
  for (int i = 0; i < n; i++) s += a[i] > 3 ? a[i] : -a[i];
  return s;
}
int second(int n) {
  int r = 1;
  while (n > 1) {
    if (n & 1) r += n * 3, n--;
    else n /= 2, r ^= 5;
  }
  return r;
}
int main(void) {
  int a[6];
  for (int i = 0; i < 6; i++) a[i] = i * i % 7;
  for (int i = 0; i < 3; i++) printf("%d %d\n", first(a, 6 - i), second(40 + i));
  return 0;
}
