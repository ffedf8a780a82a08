source_filename = "zoo.c"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

module asm ".globl from_asm"
module asm "from_asm: ret"

$any_c = comdat any
$exact_c = comdat exactmatch
$largest_c = comdat largest
$nodup_c = comdat nodeduplicate
$same_c = comdat samesize

%struct.S = type { i32, ptr }
%opaque = type opaque

@table = internal constant [3 x ptr] [ptr blockaddress(@dispatch, %one), ptr blockaddress(@dispatch, %two), ptr blockaddress(@dispatch, %three)], align 16
@offsets = internal constant [2 x i32] [i32 trunc (i64 sub (i64 ptrtoint (ptr blockaddress(@dispatch, %two) to i64), i64 ptrtoint (ptr blockaddress(@dispatch, %one) to i64)) to i32), i32 0], align 4
@nested = internal constant { i32, { ptr, [2 x ptr] } } { i32 7, { ptr, [2 x ptr] } { ptr @callee, [2 x ptr] [ptr blockaddress(@later, %b), ptr null] } }
@llvm.used = appending global [2 x ptr] [ptr @used_var, ptr @used_fn], section "llvm.metadata"
@llvm.compiler.used = appending global [1 x ptr] [ptr @table], section "llvm.metadata"
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 65535, ptr @ctor, ptr @any_c }]
@llvm.global_dtors = appending global [1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 101, ptr @dtor, ptr null }]
@used_var = internal global i32 5, align 4
@any_c = linkonce_odr global i32 1, comdat, align 4
@exact_c = weak_odr constant i32 2, comdat, align 4
@in_nodup = internal global i32 4, comdat($nodup_c), align 4
@tls_gd = thread_local global i32 1, align 4
@tls_ld = internal thread_local(localdynamic) global i32 1, align 4
@tls_ie = external thread_local(initialexec) global i32, align 4
@tls_le = hidden thread_local(localexec) global i32 1, align 4
@ext_init = internal externally_initialized global i32 3, align 4
@un = internal unnamed_addr constant i32 9, align 4
@lun = local_unnamed_addr global i32 9, align 4
@prot = protected global i32 1, align 4
@sect = global i32 1, section ".mysection", align 4, !associated !3
@part = global i32 1, partition "part1", align 4
@large_model = internal global i32 1, code_model "large", align 4
@noasan = internal global i32 1, no_sanitize_address, no_sanitize_hwaddress, sanitize_address_dyninit, align 4
@memtag = internal global i32 1, sanitize_memtag, align 16
@vtable = internal constant { [2 x ptr] } { [2 x ptr] [ptr @callee, ptr @used_fn] }, align 8, !type !4, !vcall_visibility !5
@rel = internal constant [1 x i32] [i32 trunc (i64 sub (i64 ptrtoint (ptr dso_local_equivalent @external_fn to i64), i64 ptrtoint (ptr @rel to i64)) to i32)]
@nocfi = internal constant ptr no_cfi @callee
@asp = addrspace(1) global i32 0
@com = common global i32 0, align 4
@extw = extern_weak global i32
@str = private unnamed_addr constant [3 x i8] c"hi\00", align 1
@attrs = global i32 0 #7

@al = alias i32, ptr @lun
@al_fn = weak alias void (), ptr @used_fn
@al_inner = internal alias i32, getelementptr (i8, ptr @nested, i64 8)
@al_tls = thread_local alias i32, ptr @tls_gd
@al_part = alias i32, ptr @part, partition "part1"
@"quoted \22 name" = dso_local global i32 3
@ifn = ifunc i32 (i32), ptr @resolver
@ifn_part = internal ifunc i32 (i32), ptr @resolver

declare void @external_fn()
declare extern_weak void @weak_fn()
declare i32 @__gxx_personality_v0(...)
declare token @llvm.experimental.gc.statepoint.p0(i64 immarg, i32 immarg, ptr, i32 immarg, i32 immarg, ...)
declare void @llvm.dbg.value(metadata, metadata, metadata)
declare !callback !6 void @broker(ptr, ptr)

define i32 @dispatch(i32 %k) #0 {
entry:
  %i = sext i32 %k to i64
  %p = getelementptr [3 x ptr], ptr @table, i64 0, i64 %i
  %t = load ptr, ptr %p, align 8
  indirectbr ptr %t, [label %one, label %two, label %three]
one:
  ret i32 11
two:
  ret i32 22
three:
  ret i32 33
}

define ptr @early() {
  ret ptr blockaddress(@later, %a)
}

define void @later(ptr %q) {
entry:
  indirectbr ptr %q, [label %a, label %b]
a:
  store ptr blockaddress(@later, %b), ptr %q
  ret void
b:
  ret void
}

define internal void @callee() unnamed_addr #1 !type !4 {
  ret void
}

define internal void @used_fn() section ".init.x" align 32 {
  ret void
}

define internal void @ctor() section ".text.startup" {
  call void @callee()
  ret void
}

define internal void @dtor() {
  ret void
}

define weak_odr i32 @largest_c() comdat {
  ret i32 5
}

define linkonce_odr hidden i32 @same_c() comdat {
  ret i32 6
}

define available_externally i32 @avail() {
  ret i32 6
}

define i32 @prefixed() prefix i32 123 prologue i8 -112 {
  ret i32 1
}

define i32 @prefixed_fn() prefix ptr @callee {
  ret i32 1
}

define i32 @throws(i32 %x) personality ptr @__gxx_personality_v0 {
entry:
  %r = invoke i32 @dispatch(i32 %x) to label %ok unwind label %bad
ok:
  ret i32 %r
bad:
  %l = landingpad { ptr, i32 } cleanup catch ptr @str
  resume { ptr, i32 } %l
}

define ptr addrspace(1) @gc_fn(ptr addrspace(1) %o) gc "statepoint-example" {
  ret ptr addrspace(1) %o
}

define internal ptr @resolver() {
  ret ptr @impl
}

define internal i32 @impl(i32 %x) {
  ret i32 %x
}

define void @prof(i32 %x, ptr %f) partition "part1" !prof !7 !section_prefix !8 !kcfi_type !9 {
  %c = icmp eq i32 %x, 3
  br i1 %c, label %a, label %b, !prof !10
a:
  call void %f(), !callees !11
  call void @broker(ptr @callee, ptr null)
  br label %b
b:
  %v = load i32, ptr @lun, align 4, !range !12, !tbaa !13, !annotation !14
  %w = load i32, ptr @lun, align 4, !nontemporal !15, !invariant.load !16
  ret void
}

define swiftcc void @swift(ptr swiftself %s, ptr swifterror %e) {
  store ptr null, ptr %e
  ret void
}

define i32 @asmgoto(i32 %x) {
entry:
  callbr void asm sideeffect "cmpl $$0, $0; je ${1:l}", "r,!i,~{cc}"(i32 %x) to label %ft [label %tgt]
ft:
  ret i32 0
tgt:
  ret i32 1
}

define preserve_mostcc void @pm() uwtable nounwind {
  %a = call i32 asm inteldialect "mov $0, 3", "=r"()
  ret void
}

define void @uses(i32 %a) {
  %x = add i32 %a, 1
  %y = add i32 %x, 2
  %z = add i32 %x, 3
  %w = add i32 %x, %z
  call void @broker(ptr @callee, ptr @callee)
  ret void
}

define i32 @"odd \22 name"(i32 %x) #0 {
  ret i32 %x
}

define void @debugged(i32 %v) !dbg !20 {
  call void @llvm.dbg.value(metadata i32 %v, metadata !22, metadata !DIExpression()), !dbg !23
  ret void, !dbg !23
}

define void @withdistinct() {
  call void @broker(ptr @callee, ptr null) [ "deopt"(i32 3) ], !srcloc !30
  ret void
}

attributes #0 = { minsize optsize noinline "target-cpu"="x86-64" "target-features"="+sse2" }
attributes #1 = { nounwind "frame-pointer"="all" memory(none) }
attributes #7 = { "bss-section"=".mybss" }

!llvm.module.flags = !{!0, !1, !2, !41, !42}
!llvm.ident = !{!31}
!llvm.dbg.cu = !{!21}
!cfi.functions = !{!32}
!my.functions = !{!33}
!llvm.embedded = !{!34}
!llvm.linker.options = !{!35}
!llvm.dependent-libraries = !{!36}
!0 = !{i32 2, !"Debug Info Version", i32 3}
!1 = !{i32 8, !"PIC Level", i32 2}
!2 = !{i32 1, !"cf-protection-branch", i32 1}
!41 = !{i32 6, !"list", !43}
!42 = !{i32 5, !"CG Profile", !44}
!43 = !{!"a", !"b"}
!44 = !{!45}
!45 = !{ptr @ctor, ptr @callee, i64 5}
!3 = !{ptr @used_fn}
!4 = !{i64 0, !"_ZTS1A"}
!5 = !{i64 1}
!6 = !{!61}
!61 = !{i64 0, i64 1, i1 false}
!7 = !{!"function_entry_count", i64 100}
!8 = !{!"function_section_prefix", !"hot"}
!9 = !{i32 12345}
!10 = !{!"branch_weights", i32 1, i32 99}
!11 = !{ptr @callee, ptr @used_fn}
!12 = !{i32 0, i32 10}
!13 = !{!62, !62, i64 0}
!62 = !{!"int", !63}
!63 = !{!"root"}
!14 = !{!"auto-init"}
!15 = !{i32 1}
!16 = !{}
!20 = distinct !DISubprogram(name: "debugged", scope: !24, file: !24, line: 1, type: !25, unit: !21, retainedNodes: !26, spFlags: DISPFlagDefinition)
!21 = distinct !DICompileUnit(language: DW_LANG_C99, file: !24, producer: "x", isOptimized: true, emissionKind: FullDebug)
!22 = !DILocalVariable(name: "v", scope: !20, file: !24, line: 1, type: !27)
!23 = !DILocation(line: 2, column: 3, scope: !20)
!24 = !DIFile(filename: "zoo.c", directory: "/")
!25 = !DISubroutineType(types: !16)
!26 = !{!22}
!27 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
!30 = !{i64 77}
!31 = !{!"me"}
!32 = !{!"callee", i8 0, !64}
!64 = !{i64 0, !"_ZTS1A"}
!33 = !{ptr @used_fn, !70, ptr @early}
!70 = distinct !{}
!34 = !{ptr @str, !".llvmcmd"}
!35 = !{!"lib", !"foo"}
!36 = !{!"bar"}
