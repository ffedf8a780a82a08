/* What the interpreter must compute as the machine does: test_equivalence.py runs both. Each function takes two longs
   and gives one; with -fwrapv none has undefined behaviour. */
#include <string.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

long widths(long a, long b) {
  u8 x = a; signed char y = b; u16 z = a * 7; short w = b - a; int v = (int)a ^ (int)b;
  return (u32)(x * 3 + y * 5 + z - w) + ((long)v << 3) + (x > y) + (w < y);
}
long divisions(long a, long b) {
  long d = b | 1; u64 u = (u64)a, e = (u64)b | 1; int i = (int)a, j = (int)b | 1;
  if (d == -1) d = 3;
  if (j == -1) j = 7;
  return a / d + a % d * 3 + (long)(u / e) + (long)(u % e) + i / j - i % j + a / 10 + a % 7 + (long)(u / 1000) + i / -6;
}
long shifts(long a, long b) {
  int s = b & 63; int t = b & 31;
  return (long)((u64)a << s) ^ (a >> s) ^ (long)((u64)a >> s) ^ ((u32)a << t) ^ ((int)a >> t) ^ (((u64)a << s) | ((u64)a >> (-s & 63)));
}
long bits(long a, long b) {
  return __builtin_popcountl(a) + __builtin_clzl(a | 1) * 3 + __builtin_ctzl(b | 256) * 5 + __builtin_bswap32(a) +
         (long)__builtin_bswap64(b) + __builtin_bitreverse16(a) + (long)__builtin_bitreverse64(a ^ b);
}
long overflows(long a, long b) {
  long r, s; int i; u32 u; unsigned char c;
  int o = __builtin_add_overflow(a, b, &r) + 2 * __builtin_mul_overflow(a, b, &s) + 4 * __builtin_sub_overflow((int)a, (int)b, &i);
  o += 8 * __builtin_add_overflow((u32)a, (u32)b, &u) + 16 * __builtin_sub_overflow((u8)a, (u8)b, &c);
  return r ^ s ^ i ^ u ^ c ^ o;
}
long choices(long a, long b) {
  long m = a > b ? a : b; u32 n = (u32)a < (u32)b ? a : b; int k = (int)a < 0 ? -(unsigned)a : a;
  long c = a > 100 ? 100 : a < -100 ? -100 : a;
  return m + n + k + c;
}
long switches(long a, long b) {
  long r = 0;
  switch ((int)a) { case 0: r = 5; break; case 1: r = 9; break; case 2: case 3: r = b; break; case -7: r = 11;
                    case 100: r += 3; break; case 0x7fffffff: r = -1; break; default: r = a ^ 3; }
  switch ((u8)b & 7) { case 0: return r + 1; case 1: return r * 3; case 2: return r - b; case 3: return ~r; case 5: return 77; }
  switch (a) { case -1: return 1; case 4294967296: return 2; case -4294967296: return 3; }
  return r;
}
long loops(long a, long b) {
  long r = 0; int n = a & 63; u8 m = b;
  for (int i = 0; i < n; i++) { r = r * 31 + i; if (r % 7 == 3) continue; if (r % 11 == 5) r ^= b; }
  while (m > 3) { m -= 3; r += m; }
  do { r ^= n; } while (n-- > 5);
  return r;
}
long arrays(long a, long b) {
  int t[16]; u8 c[40]; struct { short x; long y; u8 z[3]; } s = {(short)a, b, {1, 2, (u8)b}}, q;
  for (int i = 0; i < 16; i++) t[i] = a * i - b;
  memset(c, a, sizeof c); memcpy(c + 5, t, 16); memmove(c + 2, c + 4, 20); q = s; q.z[a & 1] += 9;
  long r = 0;
  for (int i = 0; i < 40; i++) r = r * 17 + c[i];
  return r + t[a & 15] + q.x + q.y + q.z[0] + q.z[1] + q.z[2] + s.z[1];
}
static const int table[8] = {3, 1, 4, 1, 5, 9, 2, 6};
static const struct { const char *name; int value; } rows[3] = {{"one", 1}, {"three", 3}, {"eleven", 11}};
long tables(long a, long b) { return table[a & 7] * 100 + rows[(u64)b % 3].value + rows[(u64)b % 3].name[a & 1]; }
long unions(long a, long b) {
  union { long l; int i[2]; short s[4]; u8 c[8]; double d; } u; u.l = a; u.s[b & 3] ^= 0x55; u.c[a & 7] += 3; u.i[1] -= b;
  return u.l;
}
long pointers(long a, long b) {
  long x = a, y = b, *p = a < b ? &x : &y, **q = &p; **q += 5; if (b & 1) p = &y; *p -= 7;
  int t[8] = {1, 2, 3, 4, 5, 6, 7, 8}, *e = t + 8, *f = t + (a & 7);
  return x * 3 + y + (e - f) + (f < t + 4) + *f;
}
struct bits { u32 a : 3; int b : 7; u64 c : 33; int d : 1; };
long fields(long a, long b) {
  struct bits s = {0, 0, 0, 0}; s.a = a; s.b = b; s.c = a * b; s.d = a; s.b += 3; s.a ^= s.c;
  return s.a + s.b * 10 + s.c * 3 + s.d;
}
long floats(long a, long b) {
  double x = (double)(a % 100000), y = (double)(b % 1000) + 0.5; float f = (float)(int)a, g = (float)b; float h = f * 0.1f + g / 3.0f;
  double r = x * y - x / y + (x < y) + (x != x) + __builtin_fabs(x - y) + __builtin_copysign(3.25, y);
  u64 u; memcpy(&u, &r, 8); u32 v; memcpy(&v, &h, 4);
  return (long)u ^ (long)v ^ (long)(int)(y * 3.7) ^ (long)(x / 7) ^ (f > g) ^ (long)(h < (float)x);
}
long conversions(long a, long b) {
  float f = (float)a, g = (float)(u64)b, h = (float)(u32)a; double d = (double)(u64)a, e = (double)b; float n = (float)d;
  u32 w[4]; memcpy(w, &f, 4); memcpy(w + 1, &g, 4); memcpy(w + 2, &h, 4); memcpy(w + 3, &n, 4);
  u64 v[2]; memcpy(v, &d, 8); memcpy(v + 1, &e, 8);
  return (long)(w[0] ^ ((u64)w[1] << 9) ^ ((u64)w[2] << 21) ^ ((u64)w[3] << 30) ^ v[0] ^ (v[1] >> 3));
}
static long power(long a, int n) { return n == 0 ? 1 : n & 1 ? (long)((u64)a * (u64)power(a, n - 1)) : power((long)((u64)a * (u64)a), n / 2); }
long powers(long a, long b) { return power(a, b & 15); }
long recursion(long a, long b) { return a <= 0 ? b : a > 60 ? recursion(a % 60, b + 1) : (long)((u64)a + (u64)recursion(a - 3, b ^ a) * 3); }
long wide(long a, long b) {
  unsigned __int128 x = (unsigned __int128)(u64)a * (u64)b; __int128 y = ((__int128)a << 40) - b; x += (u64)a; y >>= (b & 63);
  return (long)(u64)x ^ (long)(u64)(x >> 64) ^ (long)y ^ (long)(y >> 64) ^ (x < (unsigned __int128)y);
}
typedef int v4 __attribute__((vector_size(16)));
long vectors(long a, long b) {
  v4 x = {(int)a, (int)b, (int)(a >> 32), 7}, y = {1, (int)a, -3, (int)(b >> 16)}; v4 z = (v4)((v4)((x > y) & x) | (v4)(~(x > y) & y)); x = x ^ (y << 3); z -= x;
  return z[0] * 3 + z[1] + (long)z[a & 3] + x[b & 3] + __builtin_reduce_xor(y);
}
typedef _BitInt(37) odd;
long odds(long a, long b) { unsigned _BitInt(21) x = (unsigned _BitInt(21))a; odd y = (odd)b; x += 77; y = y / 3; return (long)x + (long)y + (long)(x > 1000) ; }
