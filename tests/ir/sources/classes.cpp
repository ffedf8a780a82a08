// classes, templates, exceptions, lambdas, virtual calls, static initialisers, RTTI
struct Error { int code; };
int risky(int);

template <class T, int N> class Ring {
    T items[N];
    int head = 0;
public:
    void push(const T &value) { items[head++ % N] = value; }
    T sum() const { T s{}; for (const T &i : items) s += i; return s; }
};

class Shape {
public:
    virtual ~Shape();
    virtual double area() const = 0;
    virtual const char *name() const { return "shape"; }
};
class Square final : public Shape {
    double side;
public:
    explicit Square(double s) : side(s) {}
    double area() const override { return side * side; }
    const char *name() const override { return "square"; }
};
Shape::~Shape() {}

namespace { struct Guard { int &n; explicit Guard(int &m) : n(m) { ++n; } ~Guard() { --n; } }; int depth; }

int careful(int v) noexcept(false)
{
    Guard guard(depth);
    try {
        return risky(v);
    } catch (const Error &e) {
        if (e.code > 3) throw;
        return e.code;
    } catch (...) {
        return -1;
    }
}

double total(Shape **shapes, int n)
{
    double t = 0;
    auto add = [&t](const Shape &s) { t += s.area(); };
    for (int i = 0; i < n; i++) if (shapes[i]) add(*shapes[i]);
    return t;
}

Shape *make(double s) { return s > 0 ? new Square(s) : nullptr; }
const Square *as_square(const Shape *s) { return dynamic_cast<const Square *>(s); }
long ring(int n) { Ring<long, 8> r; for (int i = 0; i < n; i++) r.push(i * i); return r.sum(); }
int lazily() { static const int once = risky(4); return once; }
int global_value = risky(2);
