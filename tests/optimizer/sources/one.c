/* One function with a loop: whatever is forced on it is the only thing that can happen. */
unsigned mix(const unsigned char *data, int length) {
  unsigned value = 0;
  for (int i = 0; i < length; i++) {
    value = value * 31 + data[i];
    if (value & 64) value ^= 0x5bd1e995u;
  }
  return value;
}
