// Constructors and destructors of one class come as two symbols, one an alias of the other.
extern "C" int puts(const char *);

struct Base {
    explicit Base(int n);
    virtual ~Base();
    virtual int area(int scale) const;
    int side;
};

struct Square : Base {
    explicit Square(int n);
    ~Square() override;
    int area(int scale) const override;
    int extra[4];
};

Base::Base(int n) : side(n > 0 ? n : -n) {
    if (side > 100)
        puts("large");
}
Base::~Base() {
    if (side > 10)
        puts("base gone");
}
int Base::area(int scale) const { return side * scale; }

Square::Square(int n) : Base(n) {
    for (int i = 0; i < 4; i++)
        extra[i] = side * i;
}
Square::~Square() {
    if (extra[3] > 30)
        puts("square gone");
}
int Square::area(int scale) const {
    int sum = 0;
    for (int value : extra)
        sum += value * scale;
    return sum + Base::area(scale);
}

int main(int argc, char **) {
    Square square(argc * 12);
    const Base &base = square;
    return base.area(argc) == 0;
}
