; case: a function names labels of a later one, at which LLVM 22 crashes when it copies the module
; flags: 
; expect: not-larger, function-excluded
source_filename = "labels_ahead.ll"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

@table = internal constant [3 x ptr] [ptr blockaddress(@last, %one), ptr blockaddress(@last, %two), ptr blockaddress(@last, %three)]
@format = private unnamed_addr constant [13 x i8] c"%d %d %d %d\0A\00"

define ptr @early(i32 %k) minsize optsize noinline {
  %two = icmp eq i32 %k, 2
  %to = select i1 %two, ptr blockaddress(@last, %two), ptr blockaddress(@last, %three)
  ret ptr %to
}

define i32 @last(ptr %to) minsize optsize noinline {
entry:
  %none = icmp eq ptr %to, null
  %first = load ptr, ptr @table
  %where = select i1 %none, ptr %first, ptr %to
  indirectbr ptr %where, [label %one, label %two, label %three]
one:
  ret i32 11
two:
  ret i32 22
three:
  ret i32 33
}

define i32 @work(i32 %x) minsize optsize noinline {
  %slot = alloca i32
  store i32 %x, ptr %slot
  %big = icmp sgt i32 %x, 3
  br i1 %big, label %then, label %end
then:
  %v = load i32, ptr %slot
  %w = mul i32 %v, 7
  store i32 %w, ptr %slot
  br label %end
end:
  %r = load i32, ptr %slot
  ret i32 %r
}

define i32 @main() minsize optsize {
  %p = call ptr @early(i32 2)
  %q = call ptr @early(i32 3)
  %a = call i32 @last(ptr null)
  %b = call i32 @last(ptr %p)
  %c = call i32 @last(ptr %q)
  %d = call i32 @work(i32 5)
  %e = call i32 (ptr, ...) @printf(ptr @format, i32 %a, i32 %b, i32 %c, i32 %d)
  ret i32 0
}

declare i32 @printf(ptr, ...)
