"""Keys of function bodies: equal where the code is equal, different wherever code generation may differ."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartopt.ir.body_hash import bare, bodies, similar_key
from tests.optimizer.support import PROGRAMS, bitcode, opt

HINTED = """
define void @f(ptr %p, i32 %n) #0 {
entry:
  br label %loop

loop:
  %i = phi i32 [ 0, %entry ], [ %j, %loop ]
  %j = add i32 %i, 1
  store i32 %i, ptr %p, align 4, !tbaa !0
  %more = icmp ult i32 %j, %n
  br i1 %more, label %loop, label %out, !llvm.loop !3

out:
  ret void
}

attributes #0 = { minsize optsize }

!0 = !{!1, !1, i64 0}
!1 = !{!"int", !2, i64 0}
!2 = !{!"root"}
!3 = distinct !{!3, !4}
!4 = !{!"llvm.loop.unroll.disable"}
"""


def key(text: str) -> bytes:
    (found,) = bodies(text.encode())
    return found[0]


def printed(data: bytes) -> bytes:
    return opt(22, "no-op-module", data, "-S")


def test_one_body_a_definition_in_order() -> None:
    for source in PROGRAMS:
        text = printed(bitcode(source))
        found = bodies(text)
        assert len(found) == len(re.findall(rb"^define ", text, re.MULTILINE))
        assert [body for _, body in found] == sorted((body for _, body in found), key=text.index)
        assert all(body.startswith(b"define ") and body.endswith(b"\n}") for _, body in found)
        assert len({number for number, _ in found}) == len(found)


def test_numbers_do_not_count_only_what_they_stand_for() -> None:
    other = HINTED
    for old, new in (("!0", "!70"), ("!1", "!71"), ("!2", "!72"), ("!3", "!73"), ("!4", "!74"), ("#0", "#9")):
        other = re.sub(rf"{re.escape(old)}\b", new, other)
    assert other != HINTED
    assert key(other) == key(HINTED)


def test_what_they_stand_for_counts() -> None:
    keys = {key(HINTED)}
    for old, new in (
        ("unroll.disable", "unroll.full"),  # a loop hint
        ("minsize optsize", "optsize"),  # what code generation listens to
        ('!"int"', '!"float"'),  # two levels down
        ('!"root"', '!"other root"'),  # three
        ("add i32 %i, 1", "add i32 %i, 2"),  # the code itself
        (", !tbaa !0", ""),
    ):
        assert old in HINTED
        keys.add(key(HINTED.replace(old, new)))
    assert len(keys) == 7


def test_a_swapped_reference_counts() -> None:
    """Two references that change places leave the text without numbers as it was."""
    text = """
define void @f(ptr %p, ptr %q) {
  store i32 1, ptr %p, align 4, !tbaa !0
  store i32 2, ptr %q, align 4, !tbaa !1
  ret void
}

!0 = !{!"a"}
!1 = !{!"b"}
"""
    swapped = text.replace("!tbaa !0", "!tbaa !x").replace("!tbaa !1", "!tbaa !0").replace("!tbaa !x", "!tbaa !1")
    assert key(swapped) != key(text)


def test_company_does_not_count() -> None:
    """A body's key is its own, whatever else the module defines before or after it."""
    for source in PROGRAMS:
        text = printed(bitcode(source))
        alone = {}
        found = bodies(text)
        for _, body in found:
            rest = text
            for _, other in found:
                if other != body:
                    rest = rest.replace(other, b"")
            ((number, kept),) = bodies(rest)
            assert kept == body
            alone[body] = number
        assert {body: number for number, body in found} == alone


@given(st.lists(st.sampled_from([b"a", b"b", b"c"]), min_size=1, max_size=6))
def test_equal_lists_of_nodes_have_equal_keys(names: list[bytes]) -> None:
    """Metadata numbered forwards or backwards is the same metadata."""

    def module(order: list[int]) -> str:
        stores = "".join(f"  store i32 {i}, ptr %p, align 4, !tbaa !{order[i]}\n" for i in range(len(names)))
        nodes = "".join(f'!{order[i]} = !{{!"{name.decode()}"}}\n' for i, name in enumerate(names))
        return f"define void @f(ptr %p) {{\n{stores}  ret void\n}}\n\n{nodes}"

    forwards = list(range(len(names)))
    assert key(module(forwards)) == key(module(forwards[::-1])) == key(module([n + 10 for n in forwards]))


def body(text: str) -> tuple[bytes, bytes]:
    (found,) = bodies(text.encode())
    assert found is not None
    return found


JOINED = """
define i32 @f(i1 %c, i32 %n) {
  br i1 %c, label %then.12, label %out

then.12:                                          ; preds = %0
  %value7 = add i32 %n, 7
  br label %out

out:                                              ; preds = %then.12, %0
  %r = phi i32 [ %value7, %then.12 ], [ 0, %0 ]
  ret i32 %r
}
"""


def alike(one: str, other: str) -> bool:
    first, second = body(one), body(other)
    return similar_key(first[0], bare(first[1])) == similar_key(second[0], bare(second[1]))


def test_kin_is_what_differs_only_in_numbers_of_local_names_and_the_order_of_uses() -> None:
    renamed = JOINED.replace("then.12", "then.3").replace("value7", "value21")
    for other in (renamed, JOINED.replace("preds = %then.12, %0", "preds = %0, %then.12")):
        assert body(other)[0] != body(JOINED)[0]
        assert alike(JOINED, other)
    for old, new in ("%n, 7", "%n, 8"), ("[ 0, %0 ]", "[ 1, %0 ]"), ("add i32", "sub i32"), ("i1 %c", "i1 %b"):
        assert not alike(JOINED, JOINED.replace(old, new))


@pytest.mark.parametrize(("old", "new"), [("i32", "i64"), ("@f", "@f1"), ("@g1", "@g2"), ("float 0x41", "float 0x42")])
def test_types_numbers_and_what_has_linkage_are_never_kin(old: str, new: str) -> None:
    text = JOINED.replace("  ret i32", "  call void @g1(float 0x41)\n  ret i32")
    assert not alike(text, text.replace(old, new))


def test_what_numbers_stand_for_is_never_overlooked() -> None:
    for old, new in (("unroll.disable", "unroll.full"), ("minsize", "nounwind"), ('"int"', '"float"')):
        assert not alike(HINTED, HINTED.replace(old, new))
    assert alike(HINTED, HINTED.replace("!3", "!73"))
