/* floats, vectors, complex, 128-bit, atomics, inline asm, builtins, shifts, overflow checks */
#include <math.h>
#include <stdatomic.h>
#include <stdint.h>

typedef float v4 __attribute__((vector_size(16)));
typedef int i8 __attribute__((vector_size(32)));

v4 blend(v4 a, v4 b, float k) { return a * k + b * (1.0f - k) + (v4){1, 2.5f, -3e10f, 0}; }
int horizontal(i8 a) { i8 s = __builtin_shufflevector(a, a, 7, 6, 5, 4, 3, 2, 1, 0) + a; return s[0] + s[3]; }
double polynomial(double x) { return ((x * 0.1 + 3.0) * x - 1e-300) * sqrt(x) + (double)(float)x; }
long double wide(long double x) { return x * 1.5L + 0.1L; }
_Complex double rotate(_Complex double z) { return z * (0.0 + 1.0i); }
__int128 multiply(int64_t a, int64_t b) { return (__int128)a * b + 12345678901234567LL; }
_Float16 half(_Float16 h) { return h * (_Float16)3.1; }

atomic_int ticket;
int take(void) { return atomic_fetch_add_explicit(&ticket, 1, memory_order_acq_rel); }
_Bool claim(_Atomic long *slot, long old, long fresh)
{
    return atomic_compare_exchange_strong(slot, &old, fresh);
}
void barrier(volatile int *p) { *p = 1; atomic_thread_fence(memory_order_seq_cst); (void)*p; }

int checked(int a, int b)
{
    int r;
    if (__builtin_add_overflow(a, b, &r) || __builtin_mul_overflow(r, 3, &r))
        return -1;
    return __builtin_expect(r > 5, 1) ? __builtin_popcount(r) : __builtin_clz(r | 1);
}

unsigned long stamp(void)
{
    unsigned low, high;
    __asm__ __volatile__("rdtsc # a, comment; here\n\tnop" : "=a"(low), "=d"(high) : : "memory");
    return ((unsigned long)high << 32) | low;
}

unsigned bits(unsigned x, int n) { return (x << (n & 31)) | (x >> (-n & 31)); }
float table(int i) { static const float t[] = {0.5f, 1.5f, 1e30f, -0.0f}; return t[i & 3]; }
void scale(float *restrict out, const float *restrict in, int n)
{
    for (int i = 0; i < n; i++)
        out[i] = in[i] * 2.0f + out[i];
}
