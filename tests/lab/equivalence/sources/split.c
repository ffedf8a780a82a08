/* The bound that splits the loop is not reached exactly: the counter goes in steps of two. */
unsigned split(int n, int m) {
  unsigned below = 0, above = 0, first = 0, second = 0, both = 0;
  int i = 0;
  if (m > 0) {
    do {
      if (i < m) {
        below += 3;
        first += 7;
        both += 9;
      } else {
        above += 11;
        second += 13;
        both += 1;
      }
      i += 2;
    } while (i < n);
  }
  return below + above * 5 + first * 29 + second * 101 + both;
}
