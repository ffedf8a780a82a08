/* A program of three files: what the linker must keep for others, and enough code to make smaller. */
#include <stdio.h>
#include <string.h>

int weigh(const char *text, unsigned length);
int sorted(int *values, int count);
int by_alias(int value);
int by_clone(int value);
int by_resolver(int value);
int from_native(int value);
int counted(void);
int steps;

struct shape {
    const char *name;
    int (*area)(int, int);
};
static int box(int a, int b) { return a * b; }
static int triangle(int a, int b) { return a * b / 2; }
static int frame(int a, int b) { return a * b - (a - 2) * (b - 2); }
static const struct shape shapes[] = {{"box", box}, {"triangle", triangle}, {"frame", frame}};

__attribute__((weak)) int overridable(int value) { return value + 1; }
__attribute__((used)) static int kept_by_attribute(int value) { return value * 3; }
static int named_in_assembly(int value) __asm__("named_in_assembly");
__attribute__((used)) static int named_in_assembly(int value) { return value * 5; }
__asm__(".globl reached\nreached: jmp named_in_assembly\n");
int reached(int value);

static int parse(const char *text, int *at) {
    int sign = 1, value = 0;
    while (text[*at] == ' ') ++*at;
    if (text[*at] == '-') {
        sign = -1;
        ++*at;
    }
    for (; text[*at] >= '0' && text[*at] <= '9'; ++*at) value = value * 10 + (text[*at] - '0');
    return sign * value;
}

static int calculate(const char *text) {
    int at = 0, value = parse(text, &at);
    while (text[at]) {
        char operation = text[at];
        if (operation == ' ') {
            ++at;
            continue;
        }
        ++at;
        int right = parse(text, &at);
        switch (operation) {
            case '+': value += right; break;
            case '-': value -= right; break;
            case '*': value *= right; break;
            case '/': value = right ? value / right : 0; break;
            case '%': value = right ? value % right : 0; break;
            case '^': {
                int power = 1;
                for (int i = 0; i < right; ++i) power *= value;
                value = power;
                break;
            }
            default: printf("unknown %c\n", operation); return -1;
        }
        ++steps;
    }
    return value;
}

int main(int count, char **arguments) {
    int values[40];
    char copy[64];
    for (int i = 0; i < 40; ++i) values[i] = (i * 7919 + count) % 101;
    printf("sorted %d", sorted(values, 40));
    for (int i = 0; i < 40; i += 7) printf(" %d", values[i]);
    memcpy(copy, "the quick brown fox jumps over the lazy dog", 44);
    printf("\nweighs %d\n", weigh(copy, (unsigned)strlen(copy)));
    for (unsigned i = 0; i < sizeof shapes / sizeof *shapes; ++i)
        printf("%s %d\n", shapes[i].name, shapes[i].area(count + 4, count + 6));
    printf("%d %d %d\n", calculate("3 + 4 * 5 - 6 / 2"), calculate("2 ^ 10 % 1000"), calculate("-7 * -6"));
    printf("%d %d %d\n", by_alias(count), by_clone(count), by_resolver(count));
    printf("%d %d %d\n", overridable(count), from_native(count), reached(count));
    printf("%d steps, %d counted\n", steps, counted());
    return steps == 0 || arguments == 0;
}
