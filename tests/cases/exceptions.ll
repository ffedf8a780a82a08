; case: C++ exceptions through two frames, with clean-up
; flags: --effort fast
; expect: not-larger
source_filename = "exceptions.cpp"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

%struct.Guard = type { ptr }
%struct.Bad = type { i32 }

$_ZN5GuardD2Ev = comdat any

$_ZTI3Bad = comdat any

$_ZTS3Bad = comdat any

@cleaned = dso_local global i32 0, align 4
@_ZTI3Bad = linkonce_odr dso_local constant { ptr, ptr } { ptr getelementptr inbounds (ptr, ptr @_ZTVN10__cxxabiv117__class_type_infoE, i64 2), ptr @_ZTS3Bad }, comdat, align 8
@_ZTVN10__cxxabiv117__class_type_infoE = external global [0 x ptr]
@_ZTS3Bad = linkonce_odr dso_local constant [5 x i8] c"3Bad\00", comdat, align 1
@_ZTIi = external constant ptr
@.str = private unnamed_addr constant [13 x i8] c"%d %d %d %d\0A\00", align 1

define dso_local noundef i32 @_Z5riskyi(i32 noundef %0) #0 personality ptr @__gxx_personality_v0 {
  %2 = alloca i32, align 4
  %3 = alloca %struct.Guard, align 8
  %4 = alloca ptr, align 8
  %5 = alloca i32, align 4
  store i32 %0, ptr %2, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %3) #6
  %6 = getelementptr inbounds nuw %struct.Guard, ptr %3, i32 0, i32 0
  store ptr @cleaned, ptr %6, align 8, !tbaa !8
  %7 = load i32, ptr %2, align 4, !tbaa !4
  %8 = icmp sgt i32 %7, 2
  br i1 %8, label %9, label %18

9:                                                ; preds = %1
  %10 = call ptr @__cxa_allocate_exception(i64 4) #6
  %11 = getelementptr inbounds nuw %struct.Bad, ptr %10, i32 0, i32 0
  %12 = load i32, ptr %2, align 4, !tbaa !4
  %13 = mul nsw i32 %12, 10
  store i32 %13, ptr %11, align 16, !tbaa !12
  invoke void @__cxa_throw(ptr %10, ptr @_ZTI3Bad, ptr null) #7
          to label %30 unwind label %14

14:                                               ; preds = %21, %9
  %15 = landingpad { ptr, i32 }
          cleanup
  %16 = extractvalue { ptr, i32 } %15, 0
  store ptr %16, ptr %4, align 8
  %17 = extractvalue { ptr, i32 } %15, 1
  store i32 %17, ptr %5, align 4
  call void @_ZN5GuardD2Ev(ptr noundef nonnull align 8 dereferenceable(8) %3) #8
  call void @llvm.lifetime.end.p0(ptr %3) #6
  br label %25

18:                                               ; preds = %1
  %19 = load i32, ptr %2, align 4, !tbaa !4
  %20 = icmp slt i32 %19, 0
  br i1 %20, label %21, label %23

21:                                               ; preds = %18
  %22 = call ptr @__cxa_allocate_exception(i64 4) #6
  store i32 5, ptr %22, align 16, !tbaa !4
  invoke void @__cxa_throw(ptr %22, ptr @_ZTIi, ptr null) #7
          to label %30 unwind label %14

23:                                               ; preds = %18
  %24 = load i32, ptr %2, align 4, !tbaa !4
  call void @_ZN5GuardD2Ev(ptr noundef nonnull align 8 dereferenceable(8) %3) #8
  call void @llvm.lifetime.end.p0(ptr %3) #6
  ret i32 %24

25:                                               ; preds = %14
  %26 = load ptr, ptr %4, align 8
  %27 = load i32, ptr %5, align 4
  %28 = insertvalue { ptr, i32 } poison, ptr %26, 0
  %29 = insertvalue { ptr, i32 } %28, i32 %27, 1
  resume { ptr, i32 } %29

30:                                               ; preds = %21, %9
  unreachable
}

declare void @llvm.lifetime.start.p0(ptr captures(none)) #1

declare ptr @__cxa_allocate_exception(i64)

declare void @__cxa_throw(ptr, ptr, ptr)

declare i32 @__gxx_personality_v0(...)

define linkonce_odr dso_local void @_ZN5GuardD2Ev(ptr noundef nonnull align 8 dereferenceable(8) %0) unnamed_addr #2 comdat align 2 {
  %2 = alloca ptr, align 8
  store ptr %0, ptr %2, align 8, !tbaa !14
  %3 = load ptr, ptr %2, align 8
  %4 = getelementptr inbounds nuw %struct.Guard, ptr %3, i32 0, i32 0
  %5 = load ptr, ptr %4, align 8, !tbaa !8
  %6 = load i32, ptr %5, align 4, !tbaa !4
  %7 = add nsw i32 %6, 1
  store i32 %7, ptr %5, align 4, !tbaa !4
  ret void
}

declare void @llvm.lifetime.end.p0(ptr captures(none)) #1

define dso_local noundef i32 @_Z6middlei(i32 noundef %0) #0 personality ptr @__gxx_personality_v0 {
  %2 = alloca i32, align 4
  %3 = alloca %struct.Guard, align 8
  %4 = alloca ptr, align 8
  %5 = alloca i32, align 4
  store i32 %0, ptr %2, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %3) #6
  %6 = getelementptr inbounds nuw %struct.Guard, ptr %3, i32 0, i32 0
  store ptr @cleaned, ptr %6, align 8, !tbaa !8
  %7 = load i32, ptr %2, align 4, !tbaa !4
  %8 = invoke noundef i32 @_Z5riskyi(i32 noundef %7) #9
          to label %9 unwind label %15

9:                                                ; preds = %1
  %10 = load i32, ptr %2, align 4, !tbaa !4
  %11 = sub nsw i32 %10, 1
  %12 = invoke noundef i32 @_Z5riskyi(i32 noundef %11) #9
          to label %13 unwind label %15

13:                                               ; preds = %9
  %14 = add nsw i32 %8, %12
  call void @_ZN5GuardD2Ev(ptr noundef nonnull align 8 dereferenceable(8) %3) #8
  call void @llvm.lifetime.end.p0(ptr %3) #6
  ret i32 %14

15:                                               ; preds = %9, %1
  %16 = landingpad { ptr, i32 }
          cleanup
  %17 = extractvalue { ptr, i32 } %16, 0
  store ptr %17, ptr %4, align 8
  %18 = extractvalue { ptr, i32 } %16, 1
  store i32 %18, ptr %5, align 4
  call void @_ZN5GuardD2Ev(ptr noundef nonnull align 8 dereferenceable(8) %3) #8
  call void @llvm.lifetime.end.p0(ptr %3) #6
  br label %19

19:                                               ; preds = %15
  %20 = load ptr, ptr %4, align 8
  %21 = load i32, ptr %5, align 4
  %22 = insertvalue { ptr, i32 } poison, ptr %20, 0
  %23 = insertvalue { ptr, i32 } %22, i32 %21, 1
  resume { ptr, i32 } %23
}

define dso_local noundef i32 @_Z4safei(i32 noundef %0) #0 personality ptr @__gxx_personality_v0 {
  %2 = alloca i32, align 4
  %3 = alloca i32, align 4
  %4 = alloca ptr, align 8
  %5 = alloca i32, align 4
  %6 = alloca i32, align 4
  %7 = alloca ptr, align 8
  store i32 %0, ptr %3, align 4, !tbaa !4
  %8 = load i32, ptr %3, align 4, !tbaa !4
  %9 = invoke noundef i32 @_Z6middlei(i32 noundef %8) #9
          to label %10 unwind label %11

10:                                               ; preds = %1
  store i32 %9, ptr %2, align 4
  br label %35

11:                                               ; preds = %1
  %12 = landingpad { ptr, i32 }
          catch ptr @_ZTI3Bad
          catch ptr @_ZTIi
  %13 = extractvalue { ptr, i32 } %12, 0
  store ptr %13, ptr %4, align 8
  %14 = extractvalue { ptr, i32 } %12, 1
  store i32 %14, ptr %5, align 4
  br label %15

15:                                               ; preds = %11
  %16 = load i32, ptr %5, align 4
  %17 = call i32 @llvm.eh.typeid.for.p0(ptr @_ZTI3Bad) #6
  %18 = icmp eq i32 %16, %17
  br i1 %18, label %19, label %25

19:                                               ; preds = %15
  call void @llvm.lifetime.start.p0(ptr %7) #6
  %20 = load ptr, ptr %4, align 8
  %21 = call ptr @__cxa_begin_catch(ptr %20) #6
  store ptr %21, ptr %7, align 8
  %22 = load ptr, ptr %7, align 8, !tbaa !16, !nonnull !18, !align !19
  %23 = getelementptr inbounds nuw %struct.Bad, ptr %22, i32 0, i32 0
  %24 = load i32, ptr %23, align 4, !tbaa !12
  store i32 %24, ptr %2, align 4
  call void @__cxa_end_catch()
  call void @llvm.lifetime.end.p0(ptr %7) #6
  br label %35

25:                                               ; preds = %15
  %26 = call i32 @llvm.eh.typeid.for.p0(ptr @_ZTIi) #6
  %27 = icmp eq i32 %16, %26
  br i1 %27, label %28, label %37

28:                                               ; preds = %25
  call void @llvm.lifetime.start.p0(ptr %6) #6
  %29 = load ptr, ptr %4, align 8
  %30 = call ptr @__cxa_begin_catch(ptr %29) #6
  %31 = load i32, ptr %30, align 4, !tbaa !4
  store i32 %31, ptr %6, align 4, !tbaa !4
  %32 = load i32, ptr %6, align 4, !tbaa !4
  %33 = sub nsw i32 0, %32
  store i32 %33, ptr %2, align 4
  call void @__cxa_end_catch() #6
  call void @llvm.lifetime.end.p0(ptr %6) #6
  br label %35

34:                                               ; No predecessors!
  unreachable

35:                                               ; preds = %19, %28, %10
  %36 = load i32, ptr %2, align 4
  ret i32 %36

37:                                               ; preds = %25
  %38 = load ptr, ptr %4, align 8
  %39 = load i32, ptr %5, align 4
  %40 = insertvalue { ptr, i32 } poison, ptr %38, 0
  %41 = insertvalue { ptr, i32 } %40, i32 %39, 1
  resume { ptr, i32 } %41
}

declare i32 @llvm.eh.typeid.for.p0(ptr) #3

declare ptr @__cxa_begin_catch(ptr)

declare void @__cxa_end_catch()

define dso_local noundef i32 @main() #4 {
  %1 = alloca i32, align 4
  store i32 0, ptr %1, align 4
  %2 = call noundef i32 @_Z4safei(i32 noundef 1) #9
  %3 = call noundef i32 @_Z4safei(i32 noundef 5) #9
  %4 = call noundef i32 @_Z4safei(i32 noundef 0) #9
  %5 = load i32, ptr @cleaned, align 4, !tbaa !4
  %6 = call i32 (ptr, ...) @printf(ptr noundef @.str, i32 noundef %2, i32 noundef %3, i32 noundef %4, i32 noundef %5) #9
  ret i32 0
}

declare i32 @printf(ptr noundef, ...) #5

attributes #0 = { minsize mustprogress optsize uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #1 = { nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #2 = { minsize mustprogress nounwind optsize uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #3 = { nounwind memory(none) }
attributes #4 = { minsize mustprogress norecurse optsize uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #5 = { minsize optsize "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #6 = { nounwind }
attributes #7 = { noreturn }
attributes #8 = { minsize nounwind optsize }
attributes #9 = { minsize optsize }

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
!8 = !{!9, !10, i64 0}
!9 = !{!"_ZTS5Guard", !10, i64 0}
!10 = !{!"p1 int", !11, i64 0}
!11 = !{!"any pointer", !6, i64 0}
!12 = !{!13, !5, i64 0}
!13 = !{!"_ZTS3Bad", !5, i64 0}
!14 = !{!15, !15, i64 0}
!15 = !{!"p1 _ZTS5Guard", !11, i64 0}
!16 = !{!17, !17, i64 0}
!17 = !{!"p1 _ZTS3Bad", !11, i64 0}
!18 = !{}
!19 = !{i64 4}
