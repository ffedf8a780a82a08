// C++: virtual calls, a template, exceptions with clean-up, a static constructor, inline functions.
#include <cstdio>

namespace {
int live = 0;
struct Guard {
  Guard() { ++live; }
  ~Guard() { --live; }
};
struct Start {
  int value;
  Start() : value(3) { std::printf("constructed\n"); }
} start;
}  // namespace

struct Shape {
  virtual ~Shape() {}
  virtual int area() const = 0;
  virtual const char *name() const { return "shape"; }
};
struct Square : Shape {
  int side;
  explicit Square(int s) : side(s) {}
  int area() const override { return side * side; }
};
struct Box : Shape {
  int a, b;
  Box(int x, int y) : a(x), b(y) {}
  int area() const override { return a * b; }
  const char *name() const override { return "box"; }
};

template <typename T>
inline T largest(const T *values, int count) {
  T best = values[0];
  for (int i = 1; i < count; i++)
    if (best < values[i]) best = values[i];
  return best;
}

int checked(int value) {
  Guard guard;
  if (value % 3 == 0) throw value;
  return value * 2;
}

int attempt(int value) {
  Guard guard;
  try {
    return checked(value) + checked(value + 1);
  } catch (int caught) {
    return -caught;
  }
}

int main() {
  Square square(4);
  Box box(3, 7);
  const Shape *shapes[] = {&square, &box, &square};
  int total = start.value;
  for (const Shape *shape : shapes) {
    std::printf("%s %d\n", shape->name(), shape->area());
    total += shape->area();
  }
  for (int i = 0; i < 6; i++) std::printf("%d ", attempt(i));
  const int numbers[] = {3, 9, 2};
  const double reals[] = {1.5, -2.0};
  std::printf("%d %.1f %d\n", largest(numbers, 3), largest(reals, 2), live);
  return total & 63;
}
