; case: vector types and saturating arithmetic
; flags: --effort fast
; expect: not-larger
source_filename = "vectors.c"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

@.str = private unnamed_addr constant [7 x i8] c"%d %d\0A\00", align 1

define dso_local <4 x i32> @mix(<4 x i32> noundef %0, <4 x i32> noundef %1) #0 {
  %3 = alloca <4 x i32>, align 16
  %4 = alloca <4 x i32>, align 16
  store <4 x i32> %0, ptr %3, align 16, !tbaa !8
  store <4 x i32> %1, ptr %4, align 16, !tbaa !8
  %5 = load <4 x i32>, ptr %3, align 16, !tbaa !8
  %6 = load <4 x i32>, ptr %4, align 16, !tbaa !8
  %7 = mul <4 x i32> %5, %6
  %8 = load <4 x i32>, ptr %3, align 16, !tbaa !8
  %9 = ashr <4 x i32> %8, splat (i32 2)
  %10 = xor <4 x i32> %7, %9
  ret <4 x i32> %10
}

define dso_local i32 @sum(<4 x i32> noundef %0) #0 {
  %2 = alloca <4 x i32>, align 16
  %3 = alloca i32, align 4
  %4 = alloca i32, align 4
  store <4 x i32> %0, ptr %2, align 16, !tbaa !8
  call void @llvm.lifetime.start.p0(ptr %3) #4
  store i32 0, ptr %3, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %4) #4
  store i32 0, ptr %4, align 4, !tbaa !4
  br label %5

5:                                                ; preds = %15, %1
  %6 = load i32, ptr %4, align 4, !tbaa !4
  %7 = icmp slt i32 %6, 4
  br i1 %7, label %9, label %8

8:                                                ; preds = %5
  call void @llvm.lifetime.end.p0(ptr %4) #4
  br label %18

9:                                                ; preds = %5
  %10 = load <4 x i32>, ptr %2, align 16, !tbaa !8
  %11 = load i32, ptr %4, align 4, !tbaa !4
  %12 = extractelement <4 x i32> %10, i32 %11
  %13 = load i32, ptr %3, align 4, !tbaa !4
  %14 = add nsw i32 %13, %12
  store i32 %14, ptr %3, align 4, !tbaa !4
  br label %15

15:                                               ; preds = %9
  %16 = load i32, ptr %4, align 4, !tbaa !4
  %17 = add nsw i32 %16, 1
  store i32 %17, ptr %4, align 4, !tbaa !4
  br label %5, !llvm.loop !9

18:                                               ; preds = %8
  %19 = load i32, ptr %3, align 4, !tbaa !4
  call void @llvm.lifetime.end.p0(ptr %3) #4
  ret i32 %19
}

declare void @llvm.lifetime.start.p0(ptr captures(none)) #1

declare void @llvm.lifetime.end.p0(ptr captures(none)) #1

define dso_local zeroext i8 @add(i8 noundef zeroext %0, i8 noundef zeroext %1) #2 {
  %3 = alloca i8, align 1
  %4 = alloca i8, align 1
  %5 = alloca i32, align 4
  store i8 %0, ptr %3, align 1, !tbaa !8
  store i8 %1, ptr %4, align 1, !tbaa !8
  call void @llvm.lifetime.start.p0(ptr %5) #4
  %6 = load i8, ptr %3, align 1, !tbaa !8
  %7 = zext i8 %6 to i32
  %8 = load i8, ptr %4, align 1, !tbaa !8
  %9 = zext i8 %8 to i32
  %10 = add nsw i32 %7, %9
  store i32 %10, ptr %5, align 4, !tbaa !4
  %11 = load i32, ptr %5, align 4, !tbaa !4
  %12 = icmp ugt i32 %11, 255
  br i1 %12, label %13, label %14

13:                                               ; preds = %2
  br label %18

14:                                               ; preds = %2
  %15 = load i32, ptr %5, align 4, !tbaa !4
  %16 = trunc i32 %15 to i8
  %17 = zext i8 %16 to i32
  br label %18

18:                                               ; preds = %14, %13
  %19 = phi i32 [ 255, %13 ], [ %17, %14 ]
  %20 = trunc i32 %19 to i8
  call void @llvm.lifetime.end.p0(ptr %5) #4
  ret i8 %20
}

define dso_local i32 @main() #0 {
  %1 = alloca i32, align 4
  %2 = alloca <4 x i32>, align 16
  %3 = alloca <4 x i32>, align 16
  store i32 0, ptr %1, align 4
  call void @llvm.lifetime.start.p0(ptr %2) #4
  store <4 x i32> <i32 1, i32 2, i32 3, i32 4>, ptr %2, align 16, !tbaa !8
  call void @llvm.lifetime.start.p0(ptr %3) #4
  store <4 x i32> <i32 9, i32 -8, i32 7, i32 6>, ptr %3, align 16, !tbaa !8
  %4 = load <4 x i32>, ptr %2, align 16, !tbaa !8
  %5 = load <4 x i32>, ptr %3, align 16, !tbaa !8
  %6 = call <4 x i32> @mix(<4 x i32> noundef %4, <4 x i32> noundef %5) #5
  %7 = call i32 @sum(<4 x i32> noundef %6) #5
  %8 = call zeroext i8 @add(i8 noundef zeroext -56, i8 noundef zeroext 100) #5
  %9 = zext i8 %8 to i32
  %10 = call i32 (ptr, ...) @printf(ptr noundef @.str, i32 noundef %7, i32 noundef %9) #5
  call void @llvm.lifetime.end.p0(ptr %3) #4
  call void @llvm.lifetime.end.p0(ptr %2) #4
  ret i32 0
}

declare i32 @printf(ptr noundef, ...) #3

attributes #0 = { minsize nounwind optsize uwtable "min-legal-vector-width"="128" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #1 = { nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #2 = { minsize nounwind optsize uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #3 = { minsize optsize "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
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
!8 = !{!6, !6, i64 0}
!9 = distinct !{!9, !10}
!10 = !{!"llvm.loop.mustprogress"}
