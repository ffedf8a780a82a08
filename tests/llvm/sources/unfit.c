/* Calls that LLVM does not inline for a reason other than size; alwaysinline at the call would override each. */
int ext(int);

/* the callee's address matters to the program */
static __attribute__((noinline)) void *here(void) { return __builtin_return_address(0); }
void *asks(void) {
  ext(1);
  return here();
}

/* another definition may take its place at link time */
__attribute__((weak)) int replaced(int x) { return x + 1; }
int uses_replaced(int x) { return replaced(x) + replaced(x + 1); }

/* compiled for a processor that the caller must not assume */
static __attribute__((target("avx2"))) int wide(int *p) {
  int sum = 0;
  for (int i = 0; i < 100; i++) sum += ext(p[i]) * p[i + 1];
  return sum;
}
int dispatches(int *p, int has_avx2) { return has_avx2 ? wide(p) : 0; }

/* the caller is to stay as it was written */
static int once(int x) { return ext(x) * ext(x + 1) + 3; }
__attribute__((optnone, noinline)) int debugged(int x) { return once(x); }

/* and one that may be inlined */
static int fits(int x) { return ext(x) * ext(x + 2) + ext(x + 5); }
int calls_fits(int x) { return fits(x); }
