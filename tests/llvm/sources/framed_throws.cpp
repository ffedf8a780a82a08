// Exceptions, destructors and rethrowing through frames of several kinds, with arguments on the stack.
#include <cstdio>
#include <stdexcept>
#include <string>

static long seen;
struct Guard {
  long weight;
  ~Guard() { seen = seen * 3 + weight; }
};
__attribute__((noinline)) long nine(long *a, long b, long c, long d, long e, long f, long *g, long h, long i) {
  if (*a > 40 && i == 9)
    throw std::runtime_error(std::to_string(*a + *g * h));
  return *a + b * 2 + c * 3 + d + e + f + *g * 7 + h * 11 + i * 13;
}
__attribute__((noinline)) long middle(long x, const std::string &name) {
  Guard outer{x};
  long one = x * 3, two = x * 5;
  long r = nine(&one, x, 2, 3, 4, 5, &two, 6, 7);
  try {
    Guard inner{r & 15};
    r += nine(&two, x, 2, 3, 4, 5, &one, 6, 9);
  } catch (const std::logic_error &) {
    r = -1;
  } catch (const std::runtime_error &error) {
    r ^= std::stol(error.what());
    if (x & 1)
      throw;
  }
  return r + static_cast<long>(name.size());
}
__attribute__((noinline)) long variable(long x) {
  long room[x + 1];
  room[x] = x;
  Guard guard{7};
  return middle(room[x], "variable") + room[x];
}
int main() {
  for (long x = 5; x < 15; x++) {
    try {
      std::printf("%ld: %ld\n", x, variable(x) + middle(x, "plain"));
    } catch (const std::exception &error) {
      std::printf("%ld: threw %s\n", x, error.what());
    }
  }
  std::printf("%ld\n", seen);
}
