/* The index is computed in signed char: the sums wrap, so that a constant cannot be taken out of them. */
int narrow(const int *values, signed char at) {
  return values[(signed char)(at + 90)] * 3 + values[(signed char)(at + 60)];
}
