"""Keys of functions: equal where passes see the same in two modules, different for anything else."""

from __future__ import annotations

import re

import pytest

from smartopt.ir.body_hash import bodies
from smartopt.ir.function_keys import FunctionKeys, PortableBodies
from smartopt.llvm.library_calls import USUAL_TYPES
from tests.optimizer.support import PROGRAMS, bitcode, opt

MODULE = """\
target datalayout = "e-m:e-i64:64-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

%struct.pair = type { i32, %struct.inner }
%struct.inner = type { i64 }

$f = comdat any

@.str.4 = private unnamed_addr constant [4 x i8] c"a#0\\00", align 1
@table = internal constant [2 x ptr] [ptr @g, ptr @.str.4], align 8
@other = external global i32, align 4

define linkonce_odr dso_local i32 @f(ptr %p) #0 comdat {
  %q = getelementptr %struct.pair, ptr %p, i64 1
  %v = load i32, ptr %q, align 4, !tbaa !2
  %r = call i32 @g(ptr @.str.4, ptr @table) #1
  %s = add i32 %v, %r
  ret i32 %s
}

define void @h() #0 {
  store i32 1, ptr @other, align 4
  ret void
}

declare i32 @g(ptr, ptr) #1

declare i64 @strlen(ptr noundef captures(none)) local_unnamed_addr #1

attributes #0 = { minsize optsize }
attributes #1 = { nounwind }

!llvm.module.flags = !{!0}
!llvm.ident = !{!1}

!0 = !{i32 7, !"PIC Level", i32 2}
!1 = !{!"made by clang"}
!2 = !{!3, !3, i64 0}
!3 = !{!"int", !4}
!4 = !{!"root"}
"""


def keys_of(text: str) -> FunctionKeys:
    return FunctionKeys(text.encode(), USUAL_TYPES)


def key(text: str, name: str = "f", library: bool = False) -> bytes | None:
    return keys_of(text).key(name, library)


def changed(old: str, new: str) -> str:
    assert old in MODULE
    return MODULE.replace(old, new)


def test_what_is_called_otherwise_in_every_module_does_not_count() -> None:
    other = MODULE
    for old, new in (("#0", "#7"), ("#1", "#0"), ("!2", "!12"), ("!3", "!13"), ("!4", "!14")):
        other = re.sub(rf"{re.escape(old)}\b(?!\\)", new, other)
    other = other.replace("@.str.4", "@.str.71").replace("%struct.pair", "%struct.pair.9").replace("clang", "gcc")
    assert other != MODULE
    assert key(other) == key(MODULE)


def test_what_the_module_has_besides_does_not_count() -> None:
    assert key(MODULE.replace("store i32 1", "store i32 2")) == key(MODULE)
    assert key(MODULE.replace("declare i64 @strlen(ptr noundef captures(none)) local_unnamed_addr #1\n", "")) == key(
        MODULE
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("add i32 %v", "sub i32 %v"),  # the code itself
        ("minsize optsize", "optsize"),  # its attributes
        ("{ nounwind }", "{ nounwind memory(none) }"),  # those of a call
        ("declare i32 @g(ptr, ptr) #1", "declare i32 @g(ptr, ptr)"),  # those of what is called
        ("declare i32 @g", "declare hidden i32 @g"),
        ('c"a#0\\00"', 'c"a#1\\00"'),  # a string, though there is an attribute group #0 as well as #1
        ("[ptr @g, ptr @.str.4]", "[ptr @h, ptr @.str.4]"),  # what a constant table holds
        ("@table = internal", "@table = external hidden"),
        ("{ i64 }", "{ i32 }"),  # a type inside a type
        ('!"root"', '!"other root"'),
        ("i32 7, !", "i32 8, !"),  # a module flag
        ("x86_64", "aarch64"),
        ("i64:64", "i64:32"),
        ("$f = comdat any\n", '$f = comdat any\nmodule asm "nop"\n'),
        ("ptr @other, align 4\n", "ptr @table, align 4\n"),  # a variable is named once more
        ("declare i64 @strlen(ptr ", "declare i32 @strlen(ptr "),  # no longer the library's
        ("declare i64 @strlen(ptr noundef captures(none)) local_unnamed_addr #1", "@strlen = global i32 0"),
    ],
)
def test_everything_else_counts(old: str, new: str) -> None:
    assert key(changed(old, new)) != key(MODULE)


def test_attributes_of_library_functions_count_where_calls_of_them_are_introduced() -> None:
    other = changed("declare i64 @strlen(ptr noundef captures(none))", "declare i64 @strlen(ptr)")
    assert key(other) == key(MODULE)
    assert key(other, library=True) != key(MODULE, library=True)
    keys = keys_of(MODULE)
    body = MODULE[MODULE.index("define linkonce") : MODULE.index("\n}\n") + 2].encode()
    assert not keys.introduces_calls("f", body)
    assert keys.introduces_calls("f", body.replace(b"@g", b"@strlen"))
    assert not keys.introduces_calls("f", body.replace(b"@g", b"@not_of_the_library"))


def test_two_types_or_variables_that_change_places_count() -> None:
    text = """
@a = private constant i32 1
@b = private constant i32 2

define void @f(ptr %p) {
  call void @g(ptr @a, ptr @b)
  ret void
}

declare void @g(ptr, ptr)
"""
    assert key(text) != key(text.replace("ptr @a, ptr @b", "ptr @b, ptr @a"))
    assert key(text) != key(text.replace("ptr @a, ptr @b", "ptr @a, ptr @a"))
    exchanged = text.replace("i32 1", "i32 x").replace("i32 2", "i32 1").replace("i32 x", "i32 2")
    assert key(text) != key(exchanged)
    assert key(text) == key(exchanged.replace("ptr @a, ptr @b", "ptr @b, ptr @a"))


def test_cycles_end_and_count() -> None:
    text = """
@a = constant ptr @b
@b = constant ptr @a

define ptr @f() {
  ret ptr @a
}
"""
    assert key(text) is not None
    assert key(text) != key(text.replace("@b = constant ptr @a", "@b = constant ptr @b"))


@pytest.mark.parametrize("flag", ["cf-protection-branch", "branch-target-enforcement", "kcfi"])
def test_modules_whose_code_depends_on_who_takes_an_address_are_refused(flag: str) -> None:
    assert keys_of(MODULE).usable
    assert not keys_of(changed('!"PIC Level"', f'!"{flag}"')).usable
    assert keys_of(changed('!"PIC Level", i32 2', f'!"{flag}", i32 0')).usable


def test_every_function_of_real_modules_has_a_key_of_its_own() -> None:
    for source in PROGRAMS:
        text = opt(22, "no-op-module", bitcode(source), "-S").decode()
        names = re.findall(r'^define [^@]*@"?([-\w$.]+)"?\(', text, re.MULTILINE)
        found = [key(text, name) for name in names]
        assert None not in found
        assert len(set(found)) == len(names)
        assert key(text, "no such function") is None


def portable(text: str) -> bytes:
    (found,) = [body for body in bodies(text.encode()) if body is not None]
    return PortableBodies(text.encode()).key(found)


NAMED = """\
@.str.4 = private constant i32 1
@kept = global i32 1

define ptr @f(i1 %c, ptr %q) #0 {
  br i1 %c, label %then, label %out

then:                                             ; preds = %0
  %.str.4. = select i1 %c, ptr @.str.4, ptr %q
  store i32 1, ptr @kept, align 4
  br label %out

out:                                              ; preds = %then, %0
  %r = phi ptr [ %.str.4., %then ], [ null, %0 ]
  ret ptr %r
}

attributes #0 = { minsize }
"""


def test_a_portable_body_forgets_private_names_only() -> None:
    other = NAMED.replace(".str.4", ".str.123").replace("#0", "#4")
    assert portable(other) == portable(NAMED)
    for old, new in (
        ("@kept", "@kept2"),
        ("%then", "%later"),
        ("minsize", "optsize"),
        ("[ null, %0 ]", "[ %q, %0 ]"),
        ("ptr @.str.4, ptr %q", "ptr %q, ptr @.str.4"),
        ("label %then, label %out", "label %out, label %then"),
        ("preds = %then, %0", "preds = %0, %then"),
    ):
        assert portable(NAMED.replace(old, new)) != portable(NAMED), old
