"""Threads, atomics and signals: joined before anything is printed, raised synchronously, so that results are fixed."""

# ruff: noqa: E501 - templates of C are kept as they are
from __future__ import annotations

from .shape import Draw, shape

__all__ = ["SHAPES"]


@shape("threads", weight=0.5)
def threads(draw: Draw) -> str:
    """Two threads that add to atomics and to their own slots; sums do not depend on their order."""
    draw.includes.add("pthread.h")
    order = draw.pick("__ATOMIC_RELAXED", "__ATOMIC_SEQ_CST", "__ATOMIC_ACQ_REL")
    return draw.fill(
        """struct ${name}_job { u64 seed, out; @maybe[u32 pad;] };
static u64 ${name}_sum; static u32 ${name}_lock; static u64 ${name}_plain;
static void *${name}_run(void *given) {
  struct ${name}_job *job = (struct ${name}_job *)given; u64 v = job->seed;
  for (u32 k = 0; k < @n[1 20]; k++) {
    v = @u64[v k:u32:0:20];
    __atomic_fetch_@pick[add | xor](&${name}_sum, v, $order);
    @maybe[while (__atomic_exchange_n(&${name}_lock, 1u, __ATOMIC_ACQUIRE)) { } ${name}_plain += v & 7; __atomic_store_n(&${name}_lock, 0u, __ATOMIC_RELEASE);]
  }
  job->out = v; return 0;
}
$head {
  struct ${name}_job jobs[2]; pthread_t ids[2]; u64 r = c;
  ${name}_sum = ${name}_plain = 0;
  jobs[0].seed = a; jobs[1].seed = b;
  if ((a & 7) != 3) { ${name}_run(&jobs[0]); ${name}_run(&jobs[1]); }
  else {
    for (u32 k = 0; k < 2; k++) if (pthread_create(&ids[k], 0, ${name}_run, &jobs[k])) abort();
    for (u32 k = 0; k < 2; k++) pthread_join(ids[k], 0);
  }
  return r * 31 + ${name}_sum + ${name}_plain * 3 + jobs[0].out + jobs[1].out * 7;
}
""",
        order=order,
    )


@shape("atomics")
def atomics(draw: Draw) -> str:
    """Atomic operations of all sizes and orders by one thread, with ordinary accesses between them."""
    kind = draw.pick("u8", "u16", "u32", "u64", "i32", "i64")
    orders = ("__ATOMIC_RELAXED", "__ATOMIC_SEQ_CST", "__ATOMIC_ACQ_REL")
    steps = draw.some(
        3,
        8,
        (
            "r += (u64)__atomic_fetch_@pick[add | sub | and | or | xor | nand](&g, (K)r, ORDER);",
            "r ^= (u64)__atomic_@pick[add | sub | xor]_fetch(&g, (K)@n[1 99], ORDER);",
            "r = r * 3 + (u64)__atomic_exchange_n(&g, (K)r, ORDER);",
            "{ K e = (K)r; r += __atomic_compare_exchange_n(&g, &e, (K)(r + 1), 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED); r ^= (u64)e; }",
            "{ K e = __atomic_load_n(&g, __ATOMIC_RELAXED); while (!__atomic_compare_exchange_n(&g, &e, (K)((u64)e * 3), 1, ORDER, __ATOMIC_RELAXED)) { } }",
            "__atomic_store_n(&g, (K)r, @pick[__ATOMIC_RELAXED | __ATOMIC_RELEASE | __ATOMIC_SEQ_CST]);",
            "r += (u64)__atomic_load_n(&g, @pick[__ATOMIC_RELAXED | __ATOMIC_ACQUIRE]);",
            "__atomic_thread_fence(@pick[__ATOMIC_SEQ_CST | __ATOMIC_ACQUIRE]);",
            "__atomic_signal_fence(__ATOMIC_SEQ_CST);",
            "if (__atomic_fetch_or(&g, (K)4, ORDER) & 4) r += 5;",
            "if (__atomic_sub_fetch(&g, (K)1, ORDER) == 0) r += 9;",
            "p = p * 3 + (u32)r;",
        ),
    ).replace("ORDER", draw.pick(*orders))
    return draw.fill(
        """static $kind ${name}_a; static volatile u32 ${name}_v;
#define K $kind
#define g ${name}_a
#define p ${name}_v
$head {
  u64 r = a; g = (K)b; p = (u32)c;
  for (u32 k = 0; k < (u32)(c & 3) + 1; k++) {
  $steps
  }
  return r * 31 + (u64)g + p;
}
#undef K
#undef g
#undef p
""",
        kind=kind,
        steps=steps,
    )


@shape("signals", weight=1.0)
def signals(draw: Draw) -> str:
    """A signal raised in the middle of a function with a frame of its own; the handler walks the stack.

    What the handler sees is asked only where there are unwind tables: whether the walk meets the place from which the
    piece was called.
    """
    draw.includes.update(("signal.h", "unwind.h"))
    raised = draw.pick("raise(SIGUSR1);", f"{draw.name}_trap;", "raise(SIGUSR1);")
    live = draw.number(1, 8)
    declared = " ".join(f"u64 k{number} = @u64[a b c];" for number in range(live))
    used = " ".join(f"r = r * 31 + k{number};" for number in range(live))
    return draw.fill(
        """#ifdef __x86_64__
#define ${name}_trap __asm__ volatile ("int3" ::: "memory")
#else
#define ${name}_trap raise(SIGUSR1)
#endif
static void *volatile ${name}_caller; static volatile u32 ${name}_met, ${name}_hits;
static _Unwind_Reason_Code ${name}_step(struct _Unwind_Context *at, void *count) {
  if ((void *)_Unwind_GetIP(at) == ${name}_caller) ${name}_met = 1;
  return ++*(u32 *)count > 60 ? _URC_END_OF_STACK : _URC_NO_REASON;
}
static void ${name}_handler(int number) {
  u32 count = 0;
  ${name}_hits = ${name}_hits + 1;
#ifdef __GCC_HAVE_DWARF2_CFI_ASM
  _Unwind_Backtrace(${name}_step, &count);
#else
  ${name}_met = 1;
#endif
  (void)number; (void)count;
}
static NOINLINE u64 ${name}_inner(u64 a, u64 b, u64 c) {
  u64 r = c; $declared @maybe[u32 t[@n[1 60]]; t[0] = (u32)a;] @maybe[u32 *v = (u32 *)__builtin_alloca((a & 31) * 4 + 4); v[a & 31] = (u32)b; r += v[a & 31];]
  if (@cond[a b]) { $raised r += ${name}_met; }
  $used
  return r;
}
$head {
  struct sigaction one, before, trap; u64 r = c;
  if ((b & 15) > 3) return ${name}_inner(0, c, a) ^ @u64[a b];
  memset(&one, 0, sizeof one); one.sa_handler = ${name}_handler;
  sigaction(SIGUSR1, &one, &before); sigaction(SIGTRAP, &one, &trap);
  ${name}_caller = __builtin_extract_return_addr(__builtin_return_address(0)); ${name}_met = ${name}_hits = 0;
  r += ${name}_inner(a, b, c) * 3 + ${name}_hits;
  sigaction(SIGUSR1, &before, 0); sigaction(SIGTRAP, &trap, 0);
  return r * 5 + ${name}_met;
}
""".replace("return ${name}_inner(0, c, a) ^", "return "),
        raised=raised,
        declared=declared,
        used=used,
    ).replace(f"static u64 {draw.name}(", f"static NOINLINE u64 {draw.name}(")


SHAPES = (threads, atomics, signals)
