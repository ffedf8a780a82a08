; case: atomics and volatile accesses stay
; flags: --effort fast
; expect: not-larger
source_filename = "atomics.c"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

@n = internal global i32 0, align 4
@port = internal global i32 0, align 4
@.str = private unnamed_addr constant [10 x i8] c"%d %d %d\0A\00", align 1

define dso_local i32 @bump(i32 noundef %0) #0 {
  %2 = alloca i32, align 4
  %3 = alloca i32, align 4
  %4 = alloca i32, align 4
  %5 = alloca i32, align 4
  %6 = alloca i32, align 4
  %7 = alloca i8, align 1
  store i32 %0, ptr %2, align 4, !tbaa !4
  %8 = load i32, ptr %2, align 4, !tbaa !4
  store i32 %8, ptr %3, align 4, !tbaa !4
  %9 = load i32, ptr %3, align 4
  %10 = atomicrmw add ptr @n, i32 %9 seq_cst, align 4
  store i32 %10, ptr %4, align 4
  %11 = load i32, ptr %4, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %5) #3
  store i32 5, ptr %5, align 4, !tbaa !4
  store i32 50, ptr %6, align 4, !tbaa !4
  %12 = load i32, ptr %5, align 4
  %13 = load i32, ptr %6, align 4
  %14 = cmpxchg ptr @n, i32 %12, i32 %13 acq_rel acquire, align 4
  %15 = extractvalue { i32, i1 } %14, 0
  %16 = extractvalue { i32, i1 } %14, 1
  br i1 %16, label %18, label %17

17:                                               ; preds = %1
  store i32 %15, ptr %5, align 4
  br label %18

18:                                               ; preds = %17, %1
  %19 = zext i1 %16 to i8
  store i8 %19, ptr %7, align 1, !tbaa !8
  %20 = load i8, ptr %7, align 1, !tbaa !8, !range !10, !noundef !11
  %21 = trunc i8 %20 to i1
  %22 = load i32, ptr %2, align 4, !tbaa !4
  store volatile i32 %22, ptr @port, align 4, !tbaa !4
  %23 = load volatile i32, ptr @port, align 4, !tbaa !4
  %24 = add nsw i32 %23, 1
  store volatile i32 %24, ptr @port, align 4, !tbaa !4
  %25 = load volatile i32, ptr @port, align 4, !tbaa !4
  call void @llvm.lifetime.end.p0(ptr %5) #3
  ret i32 %25
}

declare void @llvm.lifetime.start.p0(ptr captures(none)) #1

declare void @llvm.lifetime.end.p0(ptr captures(none)) #1

define dso_local i32 @main() #0 {
  %1 = alloca i32, align 4
  %2 = alloca i32, align 4
  %3 = alloca i32, align 4
  store i32 0, ptr %1, align 4
  call void @llvm.lifetime.start.p0(ptr %2) #3
  %4 = call i32 @bump(i32 noundef 2) #4
  store i32 %4, ptr %2, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %3) #3
  %5 = call i32 @bump(i32 noundef 3) #4
  store i32 %5, ptr %3, align 4, !tbaa !4
  %6 = load i32, ptr %2, align 4, !tbaa !4
  %7 = load i32, ptr %3, align 4, !tbaa !4
  %8 = load atomic i32, ptr @n seq_cst, align 4, !tbaa !12
  %9 = call i32 (ptr, ...) @printf(ptr noundef @.str, i32 noundef %6, i32 noundef %7, i32 noundef %8) #4
  call void @llvm.lifetime.end.p0(ptr %3) #3
  call void @llvm.lifetime.end.p0(ptr %2) #3
  ret i32 0
}

declare i32 @printf(ptr noundef, ...) #2

attributes #0 = { minsize nounwind optsize uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #1 = { nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #2 = { minsize optsize "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #3 = { nounwind }
attributes #4 = { minsize optsize }

!llvm.module.flags = !{!0, !1, !2, !3}
!llvm.errno.tbaa = !{!4}

!0 = !{i32 1, !"wchar_size", i32 4}
!1 = !{i32 8, !"PIC Level", i32 2}
!2 = !{i32 7, !"PIE Level", i32 2}
!3 = !{i32 7, !"uwtable", i32 2}
!4 = !{!5, !5, i64 0}
!5 = !{!"int", !6, i64 0}
!6 = !{!"omnipotent char", !7, i64 0}
!7 = !{!"Simple C/C++ TBAA"}
!8 = !{!9, !9, i64 0}
!9 = !{!"_Bool", !6, i64 0}
!10 = !{i8 0, i8 2}
!11 = !{}
!12 = !{!6, !6, i64 0}
