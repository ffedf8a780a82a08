/* The second file: common symbols, an alias, a weak definition, clones, a resolver, and a function of the C library. */
#include <stddef.h>

int steps;
static int calls;

void *memcpy(void *to, const void *from, size_t count) {
    ++calls;
    for (size_t i = 0; i < count; ++i) ((volatile char *)to)[i] = ((const char *)from)[i];
    return to;
}

int counted(void) { return calls > 0; }

int weigh(const char *text, unsigned length) {
    unsigned sum = 0, vowels = 0;
    for (unsigned i = 0; i < length; ++i) {
        switch (text[i]) {
            case 'a': case 'e': case 'i': case 'o': case 'u': ++vowels; break;
            case ' ': sum = sum * 3 + 1; break;
            default: sum = sum * 31 + (unsigned char)text[i];
        }
    }
    return (int)(sum % 10007 + vowels);
}

static void swap(int *one, int *other) {
    int kept = *one;
    *one = *other;
    *other = kept;
    ++steps;
}

static int partition(int *values, int low, int high) {
    int pivot = values[high], place = low;
    for (int i = low; i < high; ++i)
        if (values[i] < pivot) swap(&values[i], &values[place++]);
    swap(&values[place], &values[high]);
    return place;
}

static void quicksort(int *values, int low, int high) {
    if (low < high) {
        int place = partition(values, low, high);
        quicksort(values, low, place - 1);
        quicksort(values, place + 1, high);
    }
}

int sorted(int *values, int count) {
    quicksort(values, 0, count - 1);
    for (int i = 1; i < count; ++i)
        if (values[i - 1] > values[i]) return 0;
    return 1;
}

int behind_alias(int value) { return value * 11; }
int by_alias(int value) __attribute__((alias("behind_alias")));
__attribute__((target_clones("popcnt", "default"))) int by_clone(int value) { return __builtin_popcount((unsigned)value) + 100; }
static int resolved(int value) { return value + 1000; }
static int (*resolve(void))(int) { return resolved; }
int by_resolver(int value) __attribute__((ifunc("resolve")));
int seen_by_native(int value) { return value * 13; }
__attribute__((optnone, noinline)) int unoptimised(int value) { return value - value + 17; }
