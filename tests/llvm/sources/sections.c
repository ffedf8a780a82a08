extern int ext(int); extern void sink(const char *);
static const int table[16] = {1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7};
int counter = 5; static long long hidden[4] = {1,2,3,4}; char zeros[4096];
const char *const names[] = {"alpha", "beta", "gamma"};
int plain(int x) { return x * 3 + table[x & 15]; }
static int helper(int x) { sink(names[x % 3]); return (int)hidden[x & 3] + ext(x); }
int choose(int x, int y) {
  switch (x) {
  case 0: return ext(y); case 1: sink("one"); return y; case 2: return y * y + ext(3); case 3: counter += y; return 4;
  case 4: return helper(y); case 5: sink("five"); return ext(y + 1); case 6: return ext(counter); case 7: return helper(y + 2);
  }
  return -1;
}
int again(int x, int y) {
  switch (x) {
  case 10: return ext(y - 1); case 11: sink("11"); return y; case 12: return y * y + ext(5); case 13: counter -= y; return 4;
  case 14: return helper(y + 9); case 15: sink("fifteen"); return ext(y + 7); case 16: return ext(counter + 1); case 17: return helper(y + 3);
  }
  zeros[x] = 1;
  return plain(y);
}
__attribute__((weak)) int weak(void) { return counter; }
