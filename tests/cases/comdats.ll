; case: comdats of inline functions and templates
; flags: --effort fast
; expect: not-larger
source_filename = "comdats.cpp"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

$_Z7counterv = comdat any

$_Z4mostIiET_PKS0_i = comdat any

$_Z4mostIdET_PKS0_i = comdat any

$_ZZ7countervE1n = comdat any

@__const.main.a = private unnamed_addr constant [4 x i32] [i32 3, i32 9, i32 2, i32 4], align 16
@__const.main.d = private unnamed_addr constant [3 x double] [double 1.500000e+00, double 5.000000e-01, double 2.500000e+00], align 16
@.str = private unnamed_addr constant [10 x i8] c"%d %g %d\0A\00", align 1
@_ZZ7countervE1n = linkonce_odr dso_local global i32 0, comdat, align 4

define dso_local noundef i32 @main() #0 {
  %1 = alloca i32, align 4
  %2 = alloca [4 x i32], align 16
  %3 = alloca [3 x double], align 16
  store i32 0, ptr %1, align 4
  call void @llvm.lifetime.start.p0(ptr %2) #5
  call void @llvm.memcpy.p0.p0.i64(ptr align 16 %2, ptr align 16 @__const.main.a, i64 16, i1 false)
  call void @llvm.lifetime.start.p0(ptr %3) #5
  call void @llvm.memcpy.p0.p0.i64(ptr align 16 %3, ptr align 16 @__const.main.d, i64 24, i1 false)
  %4 = call noundef i32 @_Z7counterv() #6
  %5 = getelementptr inbounds [4 x i32], ptr %2, i64 0, i64 0
  %6 = call noundef i32 @_Z4mostIiET_PKS0_i(ptr noundef %5, i32 noundef 4) #6
  %7 = getelementptr inbounds [3 x double], ptr %3, i64 0, i64 0
  %8 = call noundef double @_Z4mostIdET_PKS0_i(ptr noundef %7, i32 noundef 3) #6
  %9 = call noundef i32 @_Z7counterv() #6
  %10 = call i32 (ptr, ...) @printf(ptr noundef @.str, i32 noundef %6, double noundef %8, i32 noundef %9) #6
  call void @llvm.lifetime.end.p0(ptr %3) #5
  call void @llvm.lifetime.end.p0(ptr %2) #5
  ret i32 0
}

declare void @llvm.lifetime.start.p0(ptr captures(none)) #1

declare void @llvm.memcpy.p0.p0.i64(ptr noalias writeonly captures(none), ptr noalias readonly captures(none), i64, i1 immarg) #2

define linkonce_odr dso_local noundef i32 @_Z7counterv() #3 comdat {
  %1 = load i32, ptr @_ZZ7countervE1n, align 4, !tbaa !4
  %2 = add nsw i32 %1, 1
  store i32 %2, ptr @_ZZ7countervE1n, align 4, !tbaa !4
  ret i32 %2
}

declare i32 @printf(ptr noundef, ...) #4

define linkonce_odr dso_local noundef i32 @_Z4mostIiET_PKS0_i(ptr noundef %0, i32 noundef %1) #3 comdat {
  %3 = alloca ptr, align 8
  %4 = alloca i32, align 4
  %5 = alloca i32, align 4
  %6 = alloca i32, align 4
  store ptr %0, ptr %3, align 8, !tbaa !8
  store i32 %1, ptr %4, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %5) #5
  %7 = load ptr, ptr %3, align 8, !tbaa !8
  %8 = getelementptr inbounds i32, ptr %7, i64 0
  %9 = load i32, ptr %8, align 4, !tbaa !4
  store i32 %9, ptr %5, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %6) #5
  store i32 1, ptr %6, align 4, !tbaa !4
  br label %10

10:                                               ; preds = %30, %2
  %11 = load i32, ptr %6, align 4, !tbaa !4
  %12 = load i32, ptr %4, align 4, !tbaa !4
  %13 = icmp slt i32 %11, %12
  br i1 %13, label %15, label %14

14:                                               ; preds = %10
  call void @llvm.lifetime.end.p0(ptr %6) #5
  br label %33

15:                                               ; preds = %10
  %16 = load ptr, ptr %3, align 8, !tbaa !8
  %17 = load i32, ptr %6, align 4, !tbaa !4
  %18 = sext i32 %17 to i64
  %19 = getelementptr inbounds i32, ptr %16, i64 %18
  %20 = load i32, ptr %19, align 4, !tbaa !4
  %21 = load i32, ptr %5, align 4, !tbaa !4
  %22 = icmp sgt i32 %20, %21
  br i1 %22, label %23, label %29

23:                                               ; preds = %15
  %24 = load ptr, ptr %3, align 8, !tbaa !8
  %25 = load i32, ptr %6, align 4, !tbaa !4
  %26 = sext i32 %25 to i64
  %27 = getelementptr inbounds i32, ptr %24, i64 %26
  %28 = load i32, ptr %27, align 4, !tbaa !4
  store i32 %28, ptr %5, align 4, !tbaa !4
  br label %29

29:                                               ; preds = %23, %15
  br label %30

30:                                               ; preds = %29
  %31 = load i32, ptr %6, align 4, !tbaa !4
  %32 = add nsw i32 %31, 1
  store i32 %32, ptr %6, align 4, !tbaa !4
  br label %10, !llvm.loop !11

33:                                               ; preds = %14
  %34 = load i32, ptr %5, align 4, !tbaa !4
  call void @llvm.lifetime.end.p0(ptr %5) #5
  ret i32 %34
}

define linkonce_odr dso_local noundef double @_Z4mostIdET_PKS0_i(ptr noundef %0, i32 noundef %1) #3 comdat {
  %3 = alloca ptr, align 8
  %4 = alloca i32, align 4
  %5 = alloca double, align 8
  %6 = alloca i32, align 4
  store ptr %0, ptr %3, align 8, !tbaa !13
  store i32 %1, ptr %4, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %5) #5
  %7 = load ptr, ptr %3, align 8, !tbaa !13
  %8 = getelementptr inbounds double, ptr %7, i64 0
  %9 = load double, ptr %8, align 8, !tbaa !15
  store double %9, ptr %5, align 8, !tbaa !15
  call void @llvm.lifetime.start.p0(ptr %6) #5
  store i32 1, ptr %6, align 4, !tbaa !4
  br label %10

10:                                               ; preds = %30, %2
  %11 = load i32, ptr %6, align 4, !tbaa !4
  %12 = load i32, ptr %4, align 4, !tbaa !4
  %13 = icmp slt i32 %11, %12
  br i1 %13, label %15, label %14

14:                                               ; preds = %10
  call void @llvm.lifetime.end.p0(ptr %6) #5
  br label %33

15:                                               ; preds = %10
  %16 = load ptr, ptr %3, align 8, !tbaa !13
  %17 = load i32, ptr %6, align 4, !tbaa !4
  %18 = sext i32 %17 to i64
  %19 = getelementptr inbounds double, ptr %16, i64 %18
  %20 = load double, ptr %19, align 8, !tbaa !15
  %21 = load double, ptr %5, align 8, !tbaa !15
  %22 = fcmp ogt double %20, %21
  br i1 %22, label %23, label %29

23:                                               ; preds = %15
  %24 = load ptr, ptr %3, align 8, !tbaa !13
  %25 = load i32, ptr %6, align 4, !tbaa !4
  %26 = sext i32 %25 to i64
  %27 = getelementptr inbounds double, ptr %24, i64 %26
  %28 = load double, ptr %27, align 8, !tbaa !15
  store double %28, ptr %5, align 8, !tbaa !15
  br label %29

29:                                               ; preds = %23, %15
  br label %30

30:                                               ; preds = %29
  %31 = load i32, ptr %6, align 4, !tbaa !4
  %32 = add nsw i32 %31, 1
  store i32 %32, ptr %6, align 4, !tbaa !4
  br label %10, !llvm.loop !17

33:                                               ; preds = %14
  %34 = load double, ptr %5, align 8, !tbaa !15
  call void @llvm.lifetime.end.p0(ptr %5) #5
  ret double %34
}

declare void @llvm.lifetime.end.p0(ptr captures(none)) #1

attributes #0 = { minsize mustprogress norecurse optsize uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #1 = { nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #2 = { nocallback nofree nounwind willreturn memory(argmem: readwrite) }
attributes #3 = { inlinehint minsize mustprogress nounwind optsize uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #4 = { minsize optsize "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #5 = { nounwind }
attributes #6 = { minsize optsize }

!llvm.module.flags = !{!0, !1, !2, !3}
!llvm.errno.tbaa = !{!4}

!0 = !{i32 1, !"wchar_size", i32 4}
!1 = !{i32 8, !"PIC Level", i32 2}
!2 = !{i32 7, !"PIE Level", i32 2}
!3 = !{i32 7, !"uwtable", i32 2}
!4 = !{!5, !5, i64 0}
!5 = !{!"int", !6, i64 0}
!6 = !{!"omnipotent char", !7, i64 0}
!7 = !{!"Simple C++ TBAA"}
!8 = !{!9, !9, i64 0}
!9 = !{!"p1 int", !10, i64 0}
!10 = !{!"any pointer", !6, i64 0}
!11 = distinct !{!11, !12}
!12 = !{!"llvm.loop.mustprogress"}
!13 = !{!14, !14, i64 0}
!14 = !{!"p1 double", !10, i64 0}
!15 = !{!16, !16, i64 0}
!16 = !{!"double", !6, i64 0}
!17 = distinct !{!17, !12}
