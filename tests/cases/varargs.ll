; case: variable arguments, setjmp and structures by value
; flags: --effort fast
; expect: not-larger
source_filename = "varargs.c"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

%struct.__va_list_tag = type { i32, i32, ptr, ptr }
%struct.big = type { [12 x i32] }

@back.buffer = internal global [64 x i64] zeroinitializer, align 16
@.str = private unnamed_addr constant [10 x i8] c"%d %d %d\0A\00", align 1

define dso_local i32 @total(i32 noundef %0, ...) #0 {
  %2 = alloca i32, align 4
  %3 = alloca [1 x %struct.__va_list_tag], align 16
  %4 = alloca i32, align 4
  store i32 %0, ptr %2, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %3) #7
  call void @llvm.lifetime.start.p0(ptr %4) #7
  store i32 0, ptr %4, align 4, !tbaa !4
  %5 = getelementptr inbounds [1 x %struct.__va_list_tag], ptr %3, i64 0, i64 0
  call void @llvm.va_start.p0(ptr %5)
  br label %6

6:                                                ; preds = %24, %1
  %7 = load i32, ptr %2, align 4, !tbaa !4
  %8 = add nsw i32 %7, -1
  store i32 %8, ptr %2, align 4, !tbaa !4
  %9 = icmp sgt i32 %7, 0
  br i1 %9, label %10, label %29

10:                                               ; preds = %6
  %11 = getelementptr inbounds [1 x %struct.__va_list_tag], ptr %3, i64 0, i64 0
  %12 = getelementptr inbounds nuw %struct.__va_list_tag, ptr %11, i32 0, i32 0
  %13 = load i32, ptr %12, align 16
  %14 = icmp ule i32 %13, 40
  br i1 %14, label %15, label %20

15:                                               ; preds = %10
  %16 = getelementptr inbounds nuw %struct.__va_list_tag, ptr %11, i32 0, i32 3
  %17 = load ptr, ptr %16, align 16
  %18 = getelementptr i8, ptr %17, i32 %13
  %19 = add i32 %13, 8
  store i32 %19, ptr %12, align 16
  br label %24

20:                                               ; preds = %10
  %21 = getelementptr inbounds nuw %struct.__va_list_tag, ptr %11, i32 0, i32 2
  %22 = load ptr, ptr %21, align 8
  %23 = getelementptr i8, ptr %22, i32 8
  store ptr %23, ptr %21, align 8
  br label %24

24:                                               ; preds = %20, %15
  %25 = phi ptr [ %18, %15 ], [ %22, %20 ]
  %26 = load i32, ptr %25, align 4, !tbaa !4
  %27 = load i32, ptr %4, align 4, !tbaa !4
  %28 = add nsw i32 %27, %26
  store i32 %28, ptr %4, align 4, !tbaa !4
  br label %6, !llvm.loop !8

29:                                               ; preds = %6
  %30 = getelementptr inbounds [1 x %struct.__va_list_tag], ptr %3, i64 0, i64 0
  call void @llvm.va_end.p0(ptr %30)
  %31 = load i32, ptr %4, align 4, !tbaa !4
  call void @llvm.lifetime.end.p0(ptr %4) #7
  call void @llvm.lifetime.end.p0(ptr %3) #7
  ret i32 %31
}

declare void @llvm.lifetime.start.p0(ptr captures(none)) #1

declare void @llvm.va_start.p0(ptr) #2

declare void @llvm.va_end.p0(ptr) #2

declare void @llvm.lifetime.end.p0(ptr captures(none)) #1

define dso_local i32 @taken(ptr noundef byval(%struct.big) align 8 %0, i32 noundef %1) #0 {
  %3 = alloca i32, align 4
  store i32 %1, ptr %3, align 4, !tbaa !4
  %4 = getelementptr inbounds nuw %struct.big, ptr %0, i32 0, i32 0
  %5 = load i32, ptr %3, align 4, !tbaa !4
  %6 = sext i32 %5 to i64
  %7 = getelementptr inbounds [12 x i32], ptr %4, i64 0, i64 %6
  %8 = load i32, ptr %7, align 4, !tbaa !4
  %9 = add nsw i32 %8, 5
  store i32 %9, ptr %7, align 4, !tbaa !4
  %10 = getelementptr inbounds nuw %struct.big, ptr %0, i32 0, i32 0
  %11 = load i32, ptr %3, align 4, !tbaa !4
  %12 = sext i32 %11 to i64
  %13 = getelementptr inbounds [12 x i32], ptr %10, i64 0, i64 %12
  %14 = load i32, ptr %13, align 4, !tbaa !4
  %15 = getelementptr inbounds nuw %struct.big, ptr %0, i32 0, i32 0
  %16 = getelementptr inbounds [12 x i32], ptr %15, i64 0, i64 11
  %17 = load i32, ptr %16, align 4, !tbaa !4
  %18 = add nsw i32 %14, %17
  ret i32 %18
}

define dso_local i32 @back() #0 {
  %1 = alloca i32, align 4
  call void @llvm.lifetime.start.p0(ptr %1) #7
  store volatile i32 0, ptr %1, align 4, !tbaa !4
  %2 = call i32 @setjmp(ptr noundef @back.buffer) #8
  %3 = icmp slt i32 %2, 3
  br i1 %3, label %4, label %8

4:                                                ; preds = %0
  %5 = load volatile i32, ptr %1, align 4, !tbaa !4
  %6 = add nsw i32 %5, 1
  store volatile i32 %6, ptr %1, align 4, !tbaa !4
  %7 = load volatile i32, ptr %1, align 4, !tbaa !4
  call void @longjmp(ptr noundef @back.buffer, i32 noundef %7) #9
  unreachable

8:                                                ; preds = %0
  %9 = load volatile i32, ptr %1, align 4, !tbaa !4
  call void @llvm.lifetime.end.p0(ptr %1) #7
  ret i32 %9
}

declare i32 @setjmp(ptr noundef) #3

declare void @longjmp(ptr noundef, i32 noundef) #4

define dso_local i32 @main() #0 {
  %1 = alloca i32, align 4
  %2 = alloca %struct.big, align 8
  store i32 0, ptr %1, align 4
  call void @llvm.lifetime.start.p0(ptr %2) #7
  call void @llvm.memset.p0.i64(ptr align 4 %2, i8 0, i64 48, i1 false)
  %3 = getelementptr inbounds { <{ i32, i32, i32, [9 x i32] }> }, ptr %2, i32 0, i32 0
  %4 = getelementptr inbounds <{ i32, i32, i32, [9 x i32] }>, ptr %3, i32 0, i32 0
  store i32 1, ptr %4, align 4
  %5 = getelementptr inbounds <{ i32, i32, i32, [9 x i32] }>, ptr %3, i32 0, i32 1
  store i32 2, ptr %5, align 4
  %6 = getelementptr inbounds <{ i32, i32, i32, [9 x i32] }>, ptr %3, i32 0, i32 2
  store i32 3, ptr %6, align 4
  %7 = call i32 (i32, ...) @total(i32 noundef 4, i32 noundef 1, i32 noundef 2, i32 noundef 3, i32 noundef 4) #10
  %8 = call i32 @taken(ptr noundef byval(%struct.big) align 8 %2, i32 noundef 2) #10
  %9 = call i32 @back() #10
  %10 = call i32 (ptr, ...) @printf(ptr noundef @.str, i32 noundef %7, i32 noundef %8, i32 noundef %9) #10
  call void @llvm.lifetime.end.p0(ptr %2) #7
  ret i32 0
}

declare void @llvm.memset.p0.i64(ptr writeonly captures(none), i8, i64, i1 immarg) #5

declare i32 @printf(ptr noundef, ...) #6

attributes #0 = { minsize nounwind optsize uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #1 = { nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #2 = { nocallback nofree nosync nounwind willreturn }
attributes #3 = { minsize optsize returns_twice "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #4 = { minsize noreturn optsize "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #5 = { nocallback nofree nounwind willreturn memory(argmem: write) }
attributes #6 = { minsize optsize "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #7 = { nounwind }
attributes #8 = { minsize optsize returns_twice }
attributes #9 = { minsize noreturn optsize }
attributes #10 = { minsize optsize }

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
!8 = distinct !{!8, !9}
!9 = !{!"llvm.loop.mustprogress"}
