; case: LLVM itself dies of -Oz: one line, no output
; flags: --effort fast
; expect: error: LLVM itself fails at default<Oz> on this input: the LLVM worker ended with SIGABRT (LLVM ERROR: llvm.coro.id.retcon.* prototype not a Function)
source_filename = "fatal.ll"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare token @llvm.coro.id.retcon(i32, i32, ptr, ptr, ptr, ptr)
declare ptr @llvm.coro.begin(token, ptr)

define ptr @f(ptr %b) presplitcoroutine {
entry:
  %id = call token @llvm.coro.id.retcon(i32 8, i32 4, ptr %b, ptr null, ptr null, ptr null)
  %h = call ptr @llvm.coro.begin(token %id, ptr null)
  ret ptr %h
}
