/* switch, loops, varargs, recursion, computed goto, short circuit */
#include <stdarg.h>
extern void report(const char *text, int value);

static int classify(int c)
{
    switch (c) {
    case 'a': case 'e': case 'i': case 'o': case 'u': return 1;
    case '0': case '1': case '2': return 2;
    case 1000: report("thousand", c); return 3;
    default: return c > 127 ? -1 : 0;
    }
}

int sum_many(int count, ...)
{
    va_list list;
    int total = 0;
    va_start(list, count);
    for (int i = 0; i < count; i++)
        total += va_arg(list, int);
    va_end(list);
    return total;
}

int nested(int rows, int columns, int table[rows][columns])
{
    int best = 0;
    for (int i = 0; i < rows; i++) {
        int j = 0;
        while (j < columns) {
            if (table[i][j] < 0)
                break;
            if (table[i][j] == 7 && classify(j) != 2) {
                j += 2;
                continue;
            }
            best = table[i][j] > best ? table[i][j] : best;
            j++;
        }
        do { best ^= i; } while (best & 64);
    }
    return best;
}

int interpret(const unsigned char *code, int accumulator)
{
    static const void *const table[] = {&&stop, &&add, &&twice};
    goto *table[*code++ % 3];
add:
    accumulator += *code++;
    goto *table[*code++ % 3];
twice:
    accumulator *= 2;
    goto *table[*code++ % 3];
stop:
    return accumulator;
}

unsigned factorial(unsigned n) { return n < 2 ? 1 : n * factorial(n - 1); }
