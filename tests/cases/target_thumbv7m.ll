; case: code for another target, thumbv7m-none-eabi
; flags: --effort fast
; expect: not-larger
source_filename = "target_thumbv7m.c"
target datalayout = "e-m:e-p:32:32-Fi8-i64:64-v128:64:128-a:0:32-n32-S64"
target triple = "thumbv7m-unknown-none-eabi"

define dso_local i32 @work(ptr noundef %0, i32 noundef %1) #0 {
  %3 = alloca ptr, align 4
  %4 = alloca i32, align 4
  %5 = alloca i32, align 4
  %6 = alloca i32, align 4
  store ptr %0, ptr %3, align 4, !tbaa !6
  store i32 %1, ptr %4, align 4, !tbaa !2
  call void @llvm.lifetime.start.p0(ptr %5) #2
  store i32 0, ptr %5, align 4, !tbaa !2
  call void @llvm.lifetime.start.p0(ptr %6) #2
  store i32 0, ptr %6, align 4, !tbaa !2
  br label %7

7:                                                ; preds = %35, %2
  %8 = load i32, ptr %6, align 4, !tbaa !2
  %9 = load i32, ptr %4, align 4, !tbaa !2
  %10 = icmp slt i32 %8, %9
  br i1 %10, label %12, label %11

11:                                               ; preds = %7
  call void @llvm.lifetime.end.p0(ptr %6) #2
  br label %38

12:                                               ; preds = %7
  %13 = load ptr, ptr %3, align 4, !tbaa !6
  %14 = load i32, ptr %6, align 4, !tbaa !2
  %15 = getelementptr inbounds i32, ptr %13, i32 %14
  %16 = load i32, ptr %15, align 4, !tbaa !2
  %17 = icmp sgt i32 %16, 3
  br i1 %17, label %18, label %26

18:                                               ; preds = %12
  %19 = load ptr, ptr %3, align 4, !tbaa !6
  %20 = load i32, ptr %6, align 4, !tbaa !2
  %21 = getelementptr inbounds i32, ptr %19, i32 %20
  %22 = load i32, ptr %21, align 4, !tbaa !2
  %23 = mul nsw i32 %22, 7
  %24 = load i32, ptr %5, align 4, !tbaa !2
  %25 = add nsw i32 %24, %23
  store i32 %25, ptr %5, align 4, !tbaa !2
  br label %34

26:                                               ; preds = %12
  %27 = load ptr, ptr %3, align 4, !tbaa !6
  %28 = load i32, ptr %6, align 4, !tbaa !2
  %29 = getelementptr inbounds i32, ptr %27, i32 %28
  %30 = load i32, ptr %29, align 4, !tbaa !2
  %31 = sdiv i32 %30, 3
  %32 = load i32, ptr %5, align 4, !tbaa !2
  %33 = sub nsw i32 %32, %31
  store i32 %33, ptr %5, align 4, !tbaa !2
  br label %34

34:                                               ; preds = %26, %18
  br label %35

35:                                               ; preds = %34
  %36 = load i32, ptr %6, align 4, !tbaa !2
  %37 = add nsw i32 %36, 1
  store i32 %37, ptr %6, align 4, !tbaa !2
  br label %7, !llvm.loop !9

38:                                               ; preds = %11
  %39 = load i32, ptr %5, align 4, !tbaa !2
  call void @llvm.lifetime.end.p0(ptr %5) #2
  ret i32 %39
}

declare void @llvm.lifetime.start.p0(ptr captures(none)) #1

declare void @llvm.lifetime.end.p0(ptr captures(none)) #1

define dso_local i32 @pick(i32 noundef %0) #0 {
  %2 = alloca i32, align 4
  %3 = alloca i32, align 4
  store i32 %0, ptr %3, align 4, !tbaa !2
  %4 = load i32, ptr %3, align 4, !tbaa !2
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
  %4 = alloca ptr, align 4
  %5 = alloca i32, align 4
  %6 = alloca i32, align 4
  %7 = alloca i32, align 4
  store ptr %0, ptr %4, align 4, !tbaa !6
  store i32 %1, ptr %5, align 4, !tbaa !2
  store i32 %2, ptr %6, align 4, !tbaa !2
  call void @llvm.lifetime.start.p0(ptr %7) #2
  %8 = load ptr, ptr %4, align 4, !tbaa !6
  %9 = load i32, ptr %5, align 4, !tbaa !2
  %10 = call i32 @work(ptr noundef %8, i32 noundef %9) #3
  store i32 %10, ptr %7, align 4, !tbaa !2
  %11 = load i32, ptr %6, align 4, !tbaa !2
  %12 = call i32 @pick(i32 noundef %11) #3
  %13 = load i32, ptr %7, align 4, !tbaa !2
  %14 = add nsw i32 %12, %13
  call void @llvm.lifetime.end.p0(ptr %7) #2
  ret i32 %14
}

attributes #0 = { minsize nounwind optsize "no-builtins" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="cortex-m3" "target-features"="+armv7-m,+hwdiv,+soft-float,+thumb-mode,-aes,-bf16,-d32,-dotprod,-fp-armv8,-fp-armv8d16,-fp-armv8d16sp,-fp-armv8sp,-fp16,-fp16fml,-fp64,-fpregs,-fullfp16,-mve,-mve.fp,-neon,-sha2,-vfp2,-vfp2sp,-vfp3,-vfp3d16,-vfp3d16sp,-vfp3sp,-vfp4,-vfp4d16,-vfp4d16sp,-vfp4sp" "use-soft-float"="true" }
attributes #1 = { nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #2 = { nounwind }
attributes #3 = { minsize nobuiltin optsize "no-builtins" }

!llvm.module.flags = !{!0, !1}
!llvm.errno.tbaa = !{!2}

!0 = !{i32 1, !"wchar_size", i32 4}
!1 = !{i32 1, !"min_enum_size", i32 4}
!2 = !{!3, !3, i64 0}
!3 = !{!"int", !4, i64 0}
!4 = !{!"omnipotent char", !5, i64 0}
!5 = !{!"Simple C/C++ TBAA"}
!6 = !{!7, !7, i64 0}
!7 = !{!"p1 int", !8, i64 0}
!8 = !{!"any pointer", !4, i64 0}
!9 = distinct !{!9, !10}
!10 = !{!"llvm.loop.mustprogress"}
