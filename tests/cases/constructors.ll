; case: constructors and destructors run in their order
; flags: --effort fast
; expect: not-larger
source_filename = "constructors.c"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

@order = internal global i32 0, align 4
@.str = private unnamed_addr constant [9 x i8] c"last %d\0A\00", align 1
@__const.main.a = private unnamed_addr constant [9 x i32] [i32 1, i32 5, i32 2, i32 9, i32 4, i32 4, i32 0, i32 7, i32 3], align 16
@.str.1 = private unnamed_addr constant [7 x i8] c"%d %d\0A\00", align 1
@llvm.global_ctors = appending global [2 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 200, ptr @second, ptr null }, { i32, ptr, ptr } { i32 150, ptr @first, ptr null }]
@llvm.global_dtors = appending global [1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 65535, ptr @last, ptr null }]

define dso_local i32 @work(ptr noundef %0, i32 noundef %1) #0 {
  %3 = alloca ptr, align 8
  %4 = alloca i32, align 4
  %5 = alloca i32, align 4
  %6 = alloca i32, align 4
  store ptr %0, ptr %3, align 8, !tbaa !8
  store i32 %1, ptr %4, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %5) #4
  store i32 0, ptr %5, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %6) #4
  store i32 0, ptr %6, align 4, !tbaa !4
  br label %7

7:                                                ; preds = %38, %2
  %8 = load i32, ptr %6, align 4, !tbaa !4
  %9 = load i32, ptr %4, align 4, !tbaa !4
  %10 = icmp slt i32 %8, %9
  br i1 %10, label %12, label %11

11:                                               ; preds = %7
  call void @llvm.lifetime.end.p0(ptr %6) #4
  br label %41

12:                                               ; preds = %7
  %13 = load ptr, ptr %3, align 8, !tbaa !8
  %14 = load i32, ptr %6, align 4, !tbaa !4
  %15 = sext i32 %14 to i64
  %16 = getelementptr inbounds i32, ptr %13, i64 %15
  %17 = load i32, ptr %16, align 4, !tbaa !4
  %18 = icmp sgt i32 %17, 3
  br i1 %18, label %19, label %28

19:                                               ; preds = %12
  %20 = load ptr, ptr %3, align 8, !tbaa !8
  %21 = load i32, ptr %6, align 4, !tbaa !4
  %22 = sext i32 %21 to i64
  %23 = getelementptr inbounds i32, ptr %20, i64 %22
  %24 = load i32, ptr %23, align 4, !tbaa !4
  %25 = mul nsw i32 %24, 7
  %26 = load i32, ptr %5, align 4, !tbaa !4
  %27 = add nsw i32 %26, %25
  store i32 %27, ptr %5, align 4, !tbaa !4
  br label %37

28:                                               ; preds = %12
  %29 = load ptr, ptr %3, align 8, !tbaa !8
  %30 = load i32, ptr %6, align 4, !tbaa !4
  %31 = sext i32 %30 to i64
  %32 = getelementptr inbounds i32, ptr %29, i64 %31
  %33 = load i32, ptr %32, align 4, !tbaa !4
  %34 = sdiv i32 %33, 3
  %35 = load i32, ptr %5, align 4, !tbaa !4
  %36 = sub nsw i32 %35, %34
  store i32 %36, ptr %5, align 4, !tbaa !4
  br label %37

37:                                               ; preds = %28, %19
  br label %38

38:                                               ; preds = %37
  %39 = load i32, ptr %6, align 4, !tbaa !4
  %40 = add nsw i32 %39, 1
  store i32 %40, ptr %6, align 4, !tbaa !4
  br label %7, !llvm.loop !11

41:                                               ; preds = %11
  %42 = load i32, ptr %5, align 4, !tbaa !4
  call void @llvm.lifetime.end.p0(ptr %5) #4
  ret i32 %42
}

declare void @llvm.lifetime.start.p0(ptr captures(none)) #1

declare void @llvm.lifetime.end.p0(ptr captures(none)) #1

define dso_local i32 @pick(i32 noundef %0) #0 {
  %2 = alloca i32, align 4
  %3 = alloca i32, align 4
  store i32 %0, ptr %3, align 4, !tbaa !4
  %4 = load i32, ptr %3, align 4, !tbaa !4
  %5 = urem i32 %4, 5
  switch i32 %5, label %10 [
    i32 0, label %6
    i32 1, label %7
    i32 2, label %8
    i32 3, label %9
  ]

6:                                                ; preds = %1
  store i32 11, ptr %2, align 4
  br label %11

7:                                                ; preds = %1
  store i32 23, ptr %2, align 4
  br label %11

8:                                                ; preds = %1
  store i32 5, ptr %2, align 4
  br label %11

9:                                                ; preds = %1
  store i32 8, ptr %2, align 4
  br label %11

10:                                               ; preds = %1
  store i32 99, ptr %2, align 4
  br label %11

11:                                               ; preds = %10, %9, %8, %7, %6
  %12 = load i32, ptr %2, align 4
  ret i32 %12
}

define dso_local i32 @both(ptr noundef %0, i32 noundef %1, i32 noundef %2) #0 {
  %4 = alloca ptr, align 8
  %5 = alloca i32, align 4
  %6 = alloca i32, align 4
  %7 = alloca i32, align 4
  store ptr %0, ptr %4, align 8, !tbaa !8
  store i32 %1, ptr %5, align 4, !tbaa !4
  store i32 %2, ptr %6, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %7) #4
  %8 = load ptr, ptr %4, align 8, !tbaa !8
  %9 = load i32, ptr %5, align 4, !tbaa !4
  %10 = call i32 @work(ptr noundef %8, i32 noundef %9) #5
  store i32 %10, ptr %7, align 4, !tbaa !4
  %11 = load i32, ptr %6, align 4, !tbaa !4
  %12 = call i32 @pick(i32 noundef %11) #5
  %13 = load i32, ptr %7, align 4, !tbaa !4
  %14 = add nsw i32 %12, %13
  call void @llvm.lifetime.end.p0(ptr %7) #4
  ret i32 %14
}

define internal void @second() #0 {
  %1 = load i32, ptr @order, align 4, !tbaa !4
  %2 = mul nsw i32 %1, 10
  %3 = add nsw i32 %2, 2
  store i32 %3, ptr @order, align 4, !tbaa !4
  ret void
}

define internal void @first() #0 {
  %1 = load i32, ptr @order, align 4, !tbaa !4
  %2 = mul nsw i32 %1, 10
  %3 = add nsw i32 %2, 1
  store i32 %3, ptr @order, align 4, !tbaa !4
  ret void
}

define internal void @last() #0 {
  %1 = load i32, ptr @order, align 4, !tbaa !4
  %2 = call i32 (ptr, ...) @printf(ptr noundef @.str, i32 noundef %1) #5
  ret void
}

declare i32 @printf(ptr noundef, ...) #2

define dso_local i32 @main() #0 {
  %1 = alloca i32, align 4
  %2 = alloca [9 x i32], align 16
  store i32 0, ptr %1, align 4
  call void @llvm.lifetime.start.p0(ptr %2) #4
  call void @llvm.memcpy.p0.p0.i64(ptr align 16 %2, ptr align 16 @__const.main.a, i64 36, i1 false)
  %3 = getelementptr inbounds [9 x i32], ptr %2, i64 0, i64 0
  %4 = call i32 @both(ptr noundef %3, i32 noundef 9, i32 noundef 7) #5
  %5 = load i32, ptr @order, align 4, !tbaa !4
  %6 = call i32 (ptr, ...) @printf(ptr noundef @.str.1, i32 noundef %4, i32 noundef %5) #5
  call void @llvm.lifetime.end.p0(ptr %2) #4
  ret i32 0
}

declare void @llvm.memcpy.p0.p0.i64(ptr noalias writeonly captures(none), ptr noalias readonly captures(none), i64, i1 immarg) #3

attributes #0 = { minsize nounwind optsize uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #1 = { nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #2 = { minsize optsize "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #3 = { nocallback nofree nounwind willreturn memory(argmem: readwrite) }
attributes #4 = { nounwind }
attributes #5 = { minsize optsize }

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
!9 = !{!"p1 int", !10, i64 0}
!10 = !{!"any pointer", !6, i64 0}
!11 = distinct !{!11, !12}
!12 = !{!"llvm.loop.mustprogress"}
