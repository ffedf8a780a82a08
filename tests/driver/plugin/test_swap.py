"""What takes a module's place inside clang loses nothing: the object is what clang makes of the same module itself.

The tests answer the plugin themselves. They have clang's own pipeline run in the optimizer and hand the result over as
the plan, without an object, so that clang makes the object of the module that was put in place.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from smartopt.driver.plugin.objects import filled
from smartopt.driver.plugin.request import Request, read_request
from smartopt.optimizer import optimize
from smartopt.options import Options
from smartopt.server.messages import Gone, Message, receive, send

from ..conftest import ROOT, tool
from ..plugins import Plugins

CASES = """
    aliases asm_goto comdats computed_goto constructors coroutines debug_info empty exceptions ifuncs
    llvm_used module_asm optnone target_wasm32 tls windows_exceptions
""".split()
Answering = Callable[[Request], bytes]


class Compiler:
    """A clang whose plugin is answered by the test.

    Attributes:
        answer: gives the plan for a request; an empty one leaves the module to clang.
        requests: those that came.
    """

    def __init__(self, home: Path, plugins: Plugins, major: int) -> None:
        self.major, self.work, self.state = major, home / "work", home / "state"
        self.work.mkdir()
        self.clang = tool(f"clang-{major}")
        self.plugin = plugins.give(self.clang, self.state)
        self.answer: Answering = lambda _: b""
        self.requests: list[Request] = []
        self.troubles: list[Exception] = []
        folder = self.state / "server"
        folder.mkdir(mode=0o700)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._folder = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        self._listener.bind(f"/proc/self/fd/{self._folder}/{self.plugin.stem}.sock")
        self._listener.listen()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(20)
        self._listener.close()
        os.close(self._folder)
        assert self.troubles == []

    def run(self, *words: str, inside: bool) -> tuple[bytes, bytes]:
        """What clang writes to its standard output and prints, with or without the plugin."""
        command = [self.clang, *([f"-fpass-plugin={self.plugin}"] if inside else []), *words]
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.work), "SMARTOPT_INSIDE": "1"}
        done = subprocess.run(command, cwd=self.work, env=environment, capture_output=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout, done.stderr

    def swapped(self, *words: str) -> tuple[bytes, bytes]:
        """The same with one module put in the place of clang's."""
        before = len(self.requests)
        output = self.run(*words, inside=True)
        assert len(self.requests) == before + 1
        return output

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                try:
                    self._one(connection)
                except Gone:
                    pass
                except Exception as error:
                    self.troubles.append(error)

    def _one(self, connection: socket.socket) -> None:
        request = read_request(receive(connection))
        self.requests.append(request)
        plan = self.answer(request)
        if not plan:
            send(connection, Message("leave"))
            return
        file = filled(plan)
        send(connection, Message("recipe", [("module", "plan"), ("files", "plan")], [file]))
        os.close(file)
        with pytest.raises(Gone):
            receive(connection)  # the plugin has what it needs


@pytest.fixture(params=[22, 19])
def compiler(request: pytest.FixtureRequest, tmp_path: Path, plugins: Plugins) -> Iterator[Compiler]:
    compiler = Compiler(tmp_path, plugins, request.param)
    compiler.answer = lambda asked: optimized(asked, str(request.param))
    yield compiler
    compiler.close()


def optimized(request: Request, llvm: str) -> bytes:
    """What clang's own pipeline makes of the module."""
    level = "Oz" if request.level == "Oz" else "Os"
    options = Options(level=level, stands_for="clang", select="baseline", effort="fast", llvm=llvm)
    return optimize(request.bitcode, options).data


EVERYTHING = """\
target triple = "x86_64-unknown-linux-gnu"

module asm ".globl from_assembly"
module asm "from_assembly: ret"

$any = comdat any
$exact = comdat any
$largest = comdat any
$none = comdat nodeduplicate
$declared = comdat any

@z_first = global i32 1, comdat($any)
@a_second = internal global i32 2, section "named", align 32
@exact = global i32 3, comdat
@largest = global [4 x i8] c"abc\\00", comdat
@none = global i32 5, comdat
@thread = thread_local(initialexec) global i32 7
@weak_outside = extern_weak global i32
@outside = external hidden global i32
@common = common global i64 0
@text = private unnamed_addr constant [3 x i8] c"hi\\00"
@blocks = internal constant [2 x ptr] [ptr blockaddress(@jumps, %one), ptr blockaddress(@jumps, %two)]
@labelled = global i32 9, !associated !1
@llvm.used = appending global [2 x ptr] [ptr @a_second, ptr @only_used], section "llvm.metadata"
@llvm.compiler.used = appending global [1 x ptr] [ptr @kept], section "llvm.metadata"
@kept = internal global i32 10
@llvm.global_ctors = appending global [2 x { i32, ptr, ptr }] [
  { i32, ptr, ptr } { i32 101, ptr @starts, ptr null }, { i32, ptr, ptr } { i32 65535, ptr @in_group, ptr @exact }]
@llvm.global_dtors = appending global [1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 65535, ptr @ends, ptr null }]

@other_name = weak_odr alias i32, ptr @z_first
@inner = hidden alias i8, getelementptr (i8, ptr @largest, i64 2)
@called_otherwise = alias i32 (ptr), ptr @jumps
@resolved = ifunc i32 (i32), ptr @resolver

declare i32 @__gxx_personality_v0(...)
declare void @may_throw(ptr)
declare i32 @elsewhere(i32) nounwind

define internal void @starts() minsize optsize { call void @may_throw(ptr @text) ret void }
define internal void @ends() minsize optsize { call void @may_throw(ptr null) ret void }
define internal void @only_used() minsize optsize { ret void }
define linkonce_odr void @in_group() minsize optsize comdat($exact) { call void @may_throw(ptr @exact) ret void }
define linkonce_odr hidden i32 @declared(i32 %x) minsize optsize comdat { %y = mul i32 %x, 3 ret i32 %y }

define i32 @jumps(ptr %at) minsize optsize {
  %slot = load i64, ptr %at
  %place = getelementptr [2 x ptr], ptr @blocks, i64 0, i64 %slot
  %target = load ptr, ptr %place
  indirectbr ptr %target, [label %one, label %two]
one:
  %v = load i32, ptr @z_first
  ret i32 %v
two:
  %w = call i32 @declared(i32 4)
  ret i32 %w
}

define internal ptr @resolver() minsize optsize { ret ptr @elsewhere }

define i32 @prefixed(i32 %x) minsize optsize section ".text.prefixed" align 16 prefix i32 9 prologue i8 144 !type !2 {
  %y = call i32 @resolved(i32 %x)
  ret i32 %y
}

define void @throws(ptr %x) minsize optsize personality ptr @__gxx_personality_v0 {
  invoke void @may_throw(ptr %x) to label %fine unwind label %bad
fine:
  ret void
bad:
  %e = landingpad { ptr, i32 } cleanup
  call void @ends()
  resume { ptr, i32 } %e
}

define i32 @calls(ptr %f, i32 %x) minsize optsize gc "statepoint-example" {
  %y = call i32 %f(i32 %x), !callees !3
  %z = load i32, ptr @thread, !range !4
  %s = add i32 %y, %z
  ret i32 %s
}

define i32 @outlives(i32 %x) minsize optsize uwtable(sync) alignstack(16) "frame-pointer"="all" !kcfi_type !5 {
  %y = call i32 @elsewhere(i32 %x)
  %z = load i32, ptr @outside
  %w = load i32, ptr @weak_outside
  %s = add i32 %y, %z
  %t = add i32 %s, %w
  ret i32 %t
}

define void @unoptimised() noinline optnone { %x = alloca i32 store i32 3, ptr %x ret void }

!llvm.module.flags = !{!6, !7, !8}
!llvm.ident = !{!9}
!llvm.linker.options = !{!10}
!named.by.somebody = !{!11, !12}
!1 = !{ptr @exact}
!2 = !{i64 0, !"kind"}
!3 = !{ptr @elsewhere, ptr @declared}
!4 = !{i32 0, i32 9}
!5 = !{i32 4711}
!6 = !{i32 8, !"PIC Level", i32 2}
!7 = !{i32 7, !"uwtable", i32 2}
!8 = !{i32 1, !"wchar_size", i32 4}
!9 = !{!"a front end of its own"}
!10 = !{!"lib", !"m"}
!11 = !{ptr @calls, !"first"}
!12 = !{!"second", !11}
"""

WINDOWS = """\
target triple = "x86_64-pc-windows-msvc"

$any = comdat any
$exact = comdat exactmatch
$largest = comdat largest
$none = comdat nodeduplicate
$size = comdat samesize

@any = dllexport global i32 1, comdat
@exact = global i32 3, comdat
@largest = global [4 x i8] c"abc\\00", comdat
@none = global i32 5, comdat
@size = global i64 6, comdat
@beside = internal constant i32 7, comdat($any)
@imported = external dllimport global i32

define dllexport i32 @exported() minsize optsize {
  %x = load i32, ptr @imported
  %y = load i32, ptr @beside
  %z = add i32 %x, %y
  ret i32 %z
}

!llvm.linker.options = !{!0}
!0 = !{!"/DEFAULTLIB:none"}
"""

C = """\
#include <stdarg.h>
static const char *const words[] = {"one", "two", "three"};
static __thread int each; __attribute__((used, section("kept"))) static int used = 3;
__attribute__((constructor(200))) static void first(void) { each = 1; }
__attribute__((visibility("hidden"), weak)) int weak(int x) { return x * each; }
int other(int) __attribute__((alias("weak")));
static int resolved(int x) { return x + 5; }
static int (*choose(void))(int) { return resolved; }
int chosen(int) __attribute__((ifunc("choose")));
int sum(int n, ...) {
    va_list list; int s = 0;
    va_start(list, n);
    while (n--) s += va_arg(list, int);
    va_end(list);
    return s;
}
int jump(const unsigned char *code) {
    static const void *const table[] = {&&add, &&sub, &&end};
    int x = 0;
    goto *table[*code];
add: x += 3; goto *table[*++code];
sub: x -= other(x); goto *table[*++code];
end: return x;
}
const char *word(unsigned k) { return k < 3 ? words[k] : "many"; }
__attribute__((optnone, noinline)) int slow(int x) { int y = x * 4; return y; }
int unoptimised(int x);
#pragma clang optimize off
int unoptimised(int x) { int y = x + 3; return y * 1; }
#pragma clang optimize on
"""

CXX = """\
#include <new>
struct base { virtual ~base(); virtual int f(int) const; int state = 3; };
base::~base() {}
int base::f(int x) const { return x * state; }
template <class T> struct list { T *first; int n; T at(int k) const { if (k >= n) throw k; return first[k]; } };
template struct list<long>;
inline int counter() { static int n; return ++n; }
struct other : base { other() { state = counter(); } int f(int) const override; ~other() override { delete hidden; }
    base *hidden = nullptr; };
int other::f(int x) const { try { return list<int>{nullptr, x}.at(3); } catch (int e) { return e; } }
static other global;
base &get() { static other local; return local; }
thread_local other per_thread;
int use() { return per_thread.f(2) + global.f(1); }
"""

DEBUG = [[], ["-g"], ["-g", "-gz", "-fdebug-types-section"], ["-ffunction-sections", "-fdata-sections", "-fno-pic"]]


@pytest.mark.parametrize("compiler", [22], indirect=True)  # the modules are written for LLVM 22
@pytest.mark.parametrize("name", CASES)
def test_modules_of_many_kinds(compiler: Compiler, name: str) -> None:
    text = (ROOT / "tests" / "cases" / f"{name}.ll").read_text()
    (compiler.work / "a.ll").write_text(text)
    triple = re.search(r'^target triple = "(.*)"', text, re.MULTILINE)
    words = [f"--target={triple[1]}"] if triple else []
    if triple and "windows" in triple[1]:
        words.append("-mno-incremental-linker-compatible")  # else the object holds the time
    words += ["-Oz", "-w", "-x", "ir", "-c", "a.ll", "-o", "-"]
    assert compiler.swapped(*words) == compiler.run(*words, inside=False)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        pytest.param(EVERYTHING, ["--target=x86_64-linux-gnu"], id="elf"),
        # Without the second word the object holds the time.
        pytest.param(WINDOWS, ["--target=x86_64-pc-windows-msvc", "-mno-incremental-linker-compatible"], id="coff"),
    ],
)
def test_everything_that_a_module_may_hold(compiler: Compiler, source: str, target: list[str]) -> None:
    (compiler.work / "a.ll").write_text(source)
    for flags in ([], ["-ffunction-sections"], ["-S"]):
        words = [*target, "-Oz", "-w", *flags, "-x", "ir", "-c", "a.ll", "-o", "-"]
        if "-S" in flags:
            words.remove("-c")
        assert compiler.swapped(*words) == compiler.run(*words, inside=False)


@pytest.mark.parametrize("flags", DEBUG, ids=" ".join)
@pytest.mark.parametrize(("name", "source"), [("a.c", C), ("a.cc", CXX)], ids=["c", "c++"])
def test_what_the_front_end_makes(compiler: Compiler, name: str, source: str, flags: list[str]) -> None:
    (compiler.work / name).write_text(source)
    words = ["-Oz", "-w", *flags, "-c", name, "-o", "-"]
    assert compiler.swapped(*words) == compiler.run(*words, inside=False)


@pytest.mark.parametrize(
    "target",
    [["--target=aarch64-linux-gnu"], ["--target=riscv64-linux-gnu"], ["--target=thumbv7m-none-eabi"], ["-m32"]],
    ids=" ".join,
)
def test_other_targets(compiler: Compiler, target: list[str]) -> None:
    (compiler.work / "a.c").write_text(C.replace("#include <stdarg.h>", "#include <stdarg.h>\n#define CHOSEN 0"))
    words = ["-Oz", "-w", "-g", *target, "-c", "a.c", "-o", "-"]
    assert compiler.swapped(*words) == compiler.run(*words, inside=False)
