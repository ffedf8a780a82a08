; case: C++ coroutines, left to -Oz
; flags: --effort fast
; expect: not-larger, module-excluded
source_filename = "coroutines.cpp"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

%struct.Gen = type { %"struct.std::coroutine_handle" }
%"struct.std::coroutine_handle" = type { ptr }
%"struct.Gen::promise_type" = type { i32 }
%"struct.std::suspend_always" = type { i8 }
%"struct.std::coroutine_handle.0" = type { ptr }

$_ZN3Gen12promise_type17get_return_objectEv = comdat any

$_ZN3Gen12promise_type15initial_suspendEv = comdat any

$_ZNSt14suspend_always11await_readyEv = comdat any

$_ZNSt14suspend_always13await_suspendESt16coroutine_handleIvE = comdat any

$_ZNSt16coroutine_handleIN3Gen12promise_typeEE12from_addressEPv = comdat any

$_ZNSt16coroutine_handleIvEC2IN3Gen12promise_typeEEES_IT_E = comdat any

$_ZNSt14suspend_always12await_resumeEv = comdat any

$_ZN3Gen12promise_type11yield_valueEi = comdat any

$_ZN3Gen12promise_type11return_voidEv = comdat any

$_ZN3Gen12promise_type13final_suspendEv = comdat any

$_ZNSt16coroutine_handleIN3Gen12promise_typeEE6resumeEv = comdat any

$_ZNSt16coroutine_handleIN3Gen12promise_typeEE4doneEv = comdat any

$_ZNSt16coroutine_handleIN3Gen12promise_typeEE7promiseEv = comdat any

$_ZNSt16coroutine_handleIN3Gen12promise_typeEE7destroyEv = comdat any

$_ZNSt16coroutine_handleIN3Gen12promise_typeEE12from_promiseERS1_ = comdat any

@.str = private unnamed_addr constant [4 x i8] c"%d\0A\00", align 1

define dso_local ptr @_Z4uptoi(i32 noundef %0) #0 {
  %2 = alloca %struct.Gen, align 8
  %3 = alloca i32, align 4, !coro.outside.frame !8
  %4 = alloca i32, align 4
  %5 = alloca %"struct.Gen::promise_type", align 4
  %6 = alloca %"struct.std::suspend_always", align 1
  %7 = alloca %"struct.std::suspend_always", align 1
  %8 = alloca i32, align 4
  %9 = alloca %"struct.std::suspend_always", align 1
  %10 = alloca %"struct.std::suspend_always", align 1
  %11 = alloca %"struct.std::suspend_always", align 1
  %12 = alloca %"struct.std::suspend_always", align 1
  store i32 %0, ptr %3, align 4, !tbaa !4
  %13 = call token @llvm.coro.id(i32 16, ptr %5, ptr null, ptr null)
  %14 = call i1 @llvm.coro.alloc(token %13)
  br i1 %14, label %15, label %18

15:                                               ; preds = %1
  %16 = call i64 @llvm.coro.size.i64()
  %17 = call noalias noundef nonnull ptr @_Znwm(i64 noundef %16) #14
  br label %18

18:                                               ; preds = %15, %1
  %19 = phi ptr [ null, %1 ], [ %17, %15 ]
  %20 = call ptr @llvm.coro.begin(token %13, ptr %19)
  call void @llvm.lifetime.start.p0(ptr %4) #2
  %21 = load i32, ptr %3, align 4, !tbaa !4
  store i32 %21, ptr %4, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %5) #2
  %22 = getelementptr inbounds nuw %"struct.Gen::promise_type", ptr %5, i32 0, i32 0
  %23 = load i32, ptr %4, align 4, !tbaa !4
  store i32 %23, ptr %22, align 4, !tbaa !9
  %24 = call ptr @_ZN3Gen12promise_type17get_return_objectEv(ptr noundef nonnull align 4 dereferenceable(4) %5) #15
  %25 = getelementptr inbounds nuw %struct.Gen, ptr %2, i32 0, i32 0
  %26 = getelementptr inbounds nuw %"struct.std::coroutine_handle", ptr %25, i32 0, i32 0
  store ptr %24, ptr %26, align 8
  call void @llvm.lifetime.start.p0(ptr %6) #2
  call void @_ZN3Gen12promise_type15initial_suspendEv(ptr noundef nonnull align 4 dereferenceable(4) %5) #16
  %27 = call noundef zeroext i1 @_ZNSt14suspend_always11await_readyEv(ptr noundef nonnull align 1 dereferenceable(1) %6) #16
  br i1 %27, label %32, label %28

28:                                               ; preds = %18
  %29 = call token @llvm.coro.save(ptr null)
  call void @llvm.coro.await.suspend.void(ptr %6, ptr %20, ptr @_Z4uptoi.__await_suspend_wrapper__init)
  %30 = call i8 @llvm.coro.suspend(token %29, i1 false)
  switch i8 %30, label %78 [
    i8 0, label %32
    i8 1, label %31
  ]

31:                                               ; preds = %28
  br label %33

32:                                               ; preds = %28, %18
  call void @_ZNSt14suspend_always12await_resumeEv(ptr noundef nonnull align 1 dereferenceable(1) %6) #16
  br label %33

33:                                               ; preds = %32, %31
  %34 = phi i32 [ 0, %32 ], [ 2, %31 ]
  call void @llvm.lifetime.end.p0(ptr %6) #2
  switch i32 %34, label %70 [
    i32 0, label %35
  ]

35:                                               ; preds = %33
  call void @llvm.lifetime.start.p0(ptr %8) #2
  store i32 0, ptr %8, align 4, !tbaa !4
  br label %36

36:                                               ; preds = %54, %35
  %37 = load i32, ptr %8, align 4, !tbaa !4
  %38 = load i32, ptr %4, align 4, !tbaa !4
  %39 = icmp slt i32 %37, %38
  br i1 %39, label %41, label %40

40:                                               ; preds = %36
  br label %57

41:                                               ; preds = %36
  call void @llvm.lifetime.start.p0(ptr %9) #2
  %42 = load i32, ptr %8, align 4, !tbaa !4
  %43 = load i32, ptr %8, align 4, !tbaa !4
  %44 = mul nsw i32 %42, %43
  call void @_ZN3Gen12promise_type11yield_valueEi(ptr noundef nonnull align 4 dereferenceable(4) %5, i32 noundef %44) #16
  %45 = call noundef zeroext i1 @_ZNSt14suspend_always11await_readyEv(ptr noundef nonnull align 1 dereferenceable(1) %9) #16
  br i1 %45, label %50, label %46

46:                                               ; preds = %41
  %47 = call token @llvm.coro.save(ptr null)
  call void @llvm.coro.await.suspend.void(ptr %9, ptr %20, ptr @_Z4uptoi.__await_suspend_wrapper__yield)
  %48 = call i8 @llvm.coro.suspend(token %47, i1 false)
  switch i8 %48, label %78 [
    i8 0, label %50
    i8 1, label %49
  ]

49:                                               ; preds = %46
  br label %51

50:                                               ; preds = %46, %41
  call void @_ZNSt14suspend_always12await_resumeEv(ptr noundef nonnull align 1 dereferenceable(1) %9) #16
  br label %51

51:                                               ; preds = %50, %49
  %52 = phi i32 [ 0, %50 ], [ 2, %49 ]
  call void @llvm.lifetime.end.p0(ptr %9) #2
  switch i32 %52, label %57 [
    i32 0, label %53
  ]

53:                                               ; preds = %51
  br label %54

54:                                               ; preds = %53
  %55 = load i32, ptr %8, align 4, !tbaa !4
  %56 = add nsw i32 %55, 1
  store i32 %56, ptr %8, align 4, !tbaa !4
  br label %36, !llvm.loop !11

57:                                               ; preds = %51, %40
  %58 = phi i32 [ %52, %51 ], [ 4, %40 ]
  call void @llvm.lifetime.end.p0(ptr %8) #2
  switch i32 %58, label %70 [
    i32 4, label %59
  ]

59:                                               ; preds = %57
  call void @_ZN3Gen12promise_type11return_voidEv(ptr noundef nonnull align 4 dereferenceable(4) %5) #15
  br label %60

60:                                               ; preds = %59
  call void @llvm.lifetime.start.p0(ptr %11) #2
  call void @_ZN3Gen12promise_type13final_suspendEv(ptr noundef nonnull align 4 dereferenceable(4) %5) #16
  %61 = call noundef zeroext i1 @_ZNSt14suspend_always11await_readyEv(ptr noundef nonnull align 1 dereferenceable(1) %11) #16
  br i1 %61, label %66, label %62

62:                                               ; preds = %60
  %63 = call token @llvm.coro.save(ptr null)
  call void @llvm.coro.await.suspend.void(ptr %11, ptr %20, ptr @_Z4uptoi.__await_suspend_wrapper__final)
  %64 = call i8 @llvm.coro.suspend(token %63, i1 true)
  switch i8 %64, label %78 [
    i8 0, label %66
    i8 1, label %65
  ]

65:                                               ; preds = %62
  br label %67

66:                                               ; preds = %62, %60
  call void @_ZNSt14suspend_always12await_resumeEv(ptr noundef nonnull align 1 dereferenceable(1) %11) #16
  br label %67

67:                                               ; preds = %66, %65
  %68 = phi i32 [ 0, %66 ], [ 2, %65 ]
  call void @llvm.lifetime.end.p0(ptr %11) #2
  switch i32 %68, label %70 [
    i32 0, label %69
  ]

69:                                               ; preds = %67
  br label %70

70:                                               ; preds = %69, %67, %57, %33
  %71 = phi i32 [ %34, %33 ], [ %58, %57 ], [ %68, %67 ], [ 0, %69 ]
  call void @llvm.lifetime.end.p0(ptr %5) #2
  call void @llvm.lifetime.end.p0(ptr %4) #2
  %72 = call ptr @llvm.coro.free(token %13, ptr %20)
  %73 = icmp ne ptr %72, null
  br i1 %73, label %74, label %76

74:                                               ; preds = %70
  %75 = call i64 @llvm.coro.size.i64()
  call void @_ZdlPvm(ptr noundef %72, i64 noundef %75) #16
  br label %76

76:                                               ; preds = %70, %74
  switch i32 %71, label %82 [
    i32 0, label %77
    i32 2, label %78
  ]

77:                                               ; preds = %76
  br label %78

78:                                               ; preds = %77, %76, %62, %46, %28
  call void @llvm.coro.end(ptr null, i1 false, token none)
  %79 = getelementptr inbounds nuw %struct.Gen, ptr %2, i32 0, i32 0
  %80 = getelementptr inbounds nuw %"struct.std::coroutine_handle", ptr %79, i32 0, i32 0
  %81 = load ptr, ptr %80, align 8
  ret ptr %81

82:                                               ; preds = %76
  unreachable
}

declare token @llvm.coro.id(i32, ptr readnone, ptr readonly captures(none), ptr) #1

declare i1 @llvm.coro.alloc(token) #2

declare noundef nonnull ptr @_Znwm(i64 noundef) #3

declare i64 @llvm.coro.size.i64() #4

declare ptr @llvm.coro.begin(token, ptr writeonly) #2

declare void @llvm.lifetime.start.p0(ptr captures(none)) #5

define linkonce_odr dso_local ptr @_ZN3Gen12promise_type17get_return_objectEv(ptr noundef nonnull align 4 dereferenceable(4) %0) #6 comdat align 2 {
  %2 = alloca %struct.Gen, align 8
  %3 = alloca ptr, align 8
  store ptr %0, ptr %3, align 8, !tbaa !13
  %4 = load ptr, ptr %3, align 8
  %5 = getelementptr inbounds nuw %struct.Gen, ptr %2, i32 0, i32 0
  %6 = call ptr @_ZNSt16coroutine_handleIN3Gen12promise_typeEE12from_promiseERS1_(ptr noundef nonnull align 4 dereferenceable(4) %4) #15
  %7 = getelementptr inbounds nuw %"struct.std::coroutine_handle", ptr %5, i32 0, i32 0
  store ptr %6, ptr %7, align 8
  %8 = getelementptr inbounds nuw %struct.Gen, ptr %2, i32 0, i32 0
  %9 = getelementptr inbounds nuw %"struct.std::coroutine_handle", ptr %8, i32 0, i32 0
  %10 = load ptr, ptr %9, align 8
  ret ptr %10
}

define linkonce_odr dso_local void @_ZN3Gen12promise_type15initial_suspendEv(ptr noundef nonnull align 4 dereferenceable(4) %0) #6 comdat align 2 {
  %2 = alloca ptr, align 8
  store ptr %0, ptr %2, align 8, !tbaa !13
  %3 = load ptr, ptr %2, align 8
  ret void
}

define linkonce_odr dso_local noundef zeroext i1 @_ZNSt14suspend_always11await_readyEv(ptr noundef nonnull align 1 dereferenceable(1) %0) #6 comdat align 2 {
  %2 = alloca ptr, align 8
  store ptr %0, ptr %2, align 8, !tbaa !16
  %3 = load ptr, ptr %2, align 8
  ret i1 false
}

declare token @llvm.coro.save(ptr) #7

define internal void @_Z4uptoi.__await_suspend_wrapper__init(ptr noundef nonnull %0, ptr noundef %1) #8 {
  %3 = alloca ptr, align 8
  %4 = alloca ptr, align 8
  %5 = alloca %"struct.std::coroutine_handle.0", align 8
  %6 = alloca %"struct.std::coroutine_handle", align 8
  store ptr %0, ptr %3, align 8, !tbaa !18
  store ptr %1, ptr %4, align 8, !tbaa !18
  %7 = load ptr, ptr %3, align 8
  %8 = load ptr, ptr %4, align 8
  %9 = call ptr @_ZNSt16coroutine_handleIN3Gen12promise_typeEE12from_addressEPv(ptr noundef %8) #15
  %10 = getelementptr inbounds nuw %"struct.std::coroutine_handle", ptr %6, i32 0, i32 0
  store ptr %9, ptr %10, align 8
  %11 = getelementptr inbounds nuw %"struct.std::coroutine_handle", ptr %6, i32 0, i32 0
  %12 = load ptr, ptr %11, align 8
  call void @_ZNSt16coroutine_handleIvEC2IN3Gen12promise_typeEEES_IT_E(ptr noundef nonnull align 8 dereferenceable(8) %5, ptr %12) #15
  %13 = getelementptr inbounds nuw %"struct.std::coroutine_handle.0", ptr %5, i32 0, i32 0
  %14 = load ptr, ptr %13, align 8
  call void @_ZNSt14suspend_always13await_suspendESt16coroutine_handleIvE(ptr noundef nonnull align 1 dereferenceable(1) %7, ptr %14) #16
  ret void
}

define linkonce_odr dso_local void @_ZNSt14suspend_always13await_suspendESt16coroutine_handleIvE(ptr noundef nonnull align 1 dereferenceable(1) %0, ptr %1) #6 comdat align 2 {
  %3 = alloca %"struct.std::coroutine_handle.0", align 8
  %4 = alloca ptr, align 8
  %5 = getelementptr inbounds nuw %"struct.std::coroutine_handle.0", ptr %3, i32 0, i32 0
  store ptr %1, ptr %5, align 8
  store ptr %0, ptr %4, align 8, !tbaa !16
  %6 = load ptr, ptr %4, align 8
  ret void
}

define linkonce_odr dso_local ptr @_ZNSt16coroutine_handleIN3Gen12promise_typeEE12from_addressEPv(ptr noundef %0) #6 comdat align 2 {
  %2 = alloca %"struct.std::coroutine_handle", align 8
  %3 = alloca ptr, align 8
  store ptr %0, ptr %3, align 8, !tbaa !18
  %4 = load ptr, ptr %3, align 8, !tbaa !18
  %5 = getelementptr inbounds nuw %"struct.std::coroutine_handle", ptr %2, i32 0, i32 0
  store ptr %4, ptr %5, align 8, !tbaa !19
  %6 = getelementptr inbounds nuw %"struct.std::coroutine_handle", ptr %2, i32 0, i32 0
  %7 = load ptr, ptr %6, align 8
  ret ptr %7
}

define linkonce_odr dso_local void @_ZNSt16coroutine_handleIvEC2IN3Gen12promise_typeEEES_IT_E(ptr noundef nonnull align 8 dereferenceable(8) %0, ptr %1) unnamed_addr #6 comdat align 2 {
  %3 = alloca %"struct.std::coroutine_handle", align 8
  %4 = alloca ptr, align 8
  %5 = getelementptr inbounds nuw %"struct.std::coroutine_handle", ptr %3, i32 0, i32 0
  store ptr %1, ptr %5, align 8
  store ptr %0, ptr %4, align 8, !tbaa !21
  %6 = load ptr, ptr %4, align 8
  %7 = getelementptr inbounds nuw %"struct.std::coroutine_handle.0", ptr %6, i32 0, i32 0
  %8 = getelementptr inbounds nuw %"struct.std::coroutine_handle", ptr %3, i32 0, i32 0
  %9 = load ptr, ptr %8, align 8, !tbaa !19
  store ptr %9, ptr %7, align 8, !tbaa !23
  ret void
}

declare void @llvm.coro.await.suspend.void(ptr, ptr, ptr)

declare i8 @llvm.coro.suspend(token, i1) #2

define linkonce_odr dso_local void @_ZNSt14suspend_always12await_resumeEv(ptr noundef nonnull align 1 dereferenceable(1) %0) #6 comdat align 2 {
  %2 = alloca ptr, align 8
  store ptr %0, ptr %2, align 8, !tbaa !16
  %3 = load ptr, ptr %2, align 8
  ret void
}

declare void @llvm.lifetime.end.p0(ptr captures(none)) #5

define linkonce_odr dso_local void @_ZN3Gen12promise_type11yield_valueEi(ptr noundef nonnull align 4 dereferenceable(4) %0, i32 noundef %1) #6 comdat align 2 {
  %3 = alloca ptr, align 8
  %4 = alloca i32, align 4
  store ptr %0, ptr %3, align 8, !tbaa !13
  store i32 %1, ptr %4, align 4, !tbaa !4
  %5 = load ptr, ptr %3, align 8
  %6 = load i32, ptr %4, align 4, !tbaa !4
  %7 = getelementptr inbounds nuw %"struct.Gen::promise_type", ptr %5, i32 0, i32 0
  store i32 %6, ptr %7, align 4, !tbaa !9
  ret void
}

define internal void @_Z4uptoi.__await_suspend_wrapper__yield(ptr noundef nonnull %0, ptr noundef %1) #8 {
  %3 = alloca ptr, align 8
  %4 = alloca ptr, align 8
  %5 = alloca %"struct.std::coroutine_handle.0", align 8
  %6 = alloca %"struct.std::coroutine_handle", align 8
  store ptr %0, ptr %3, align 8, !tbaa !18
  store ptr %1, ptr %4, align 8, !tbaa !18
  %7 = load ptr, ptr %3, align 8
  %8 = load ptr, ptr %4, align 8
  %9 = call ptr @_ZNSt16coroutine_handleIN3Gen12promise_typeEE12from_addressEPv(ptr noundef %8) #15
  %10 = getelementptr inbounds nuw %"struct.std::coroutine_handle", ptr %6, i32 0, i32 0
  store ptr %9, ptr %10, align 8
  %11 = getelementptr inbounds nuw %"struct.std::coroutine_handle", ptr %6, i32 0, i32 0
  %12 = load ptr, ptr %11, align 8
  call void @_ZNSt16coroutine_handleIvEC2IN3Gen12promise_typeEEES_IT_E(ptr noundef nonnull align 8 dereferenceable(8) %5, ptr %12) #15
  %13 = getelementptr inbounds nuw %"struct.std::coroutine_handle.0", ptr %5, i32 0, i32 0
  %14 = load ptr, ptr %13, align 8
  call void @_ZNSt14suspend_always13await_suspendESt16coroutine_handleIvE(ptr noundef nonnull align 1 dereferenceable(1) %7, ptr %14) #16
  ret void
}

define linkonce_odr dso_local void @_ZN3Gen12promise_type11return_voidEv(ptr noundef nonnull align 4 dereferenceable(4) %0) #6 comdat align 2 {
  %2 = alloca ptr, align 8
  store ptr %0, ptr %2, align 8, !tbaa !13
  %3 = load ptr, ptr %2, align 8
  ret void
}

define linkonce_odr dso_local void @_ZN3Gen12promise_type13final_suspendEv(ptr noundef nonnull align 4 dereferenceable(4) %0) #6 comdat align 2 {
  %2 = alloca ptr, align 8
  store ptr %0, ptr %2, align 8, !tbaa !13
  %3 = load ptr, ptr %2, align 8
  ret void
}

define internal void @_Z4uptoi.__await_suspend_wrapper__final(ptr noundef nonnull %0, ptr noundef %1) #8 {
  %3 = alloca ptr, align 8
  %4 = alloca ptr, align 8
  %5 = alloca %"struct.std::coroutine_handle.0", align 8
  %6 = alloca %"struct.std::coroutine_handle", align 8
  store ptr %0, ptr %3, align 8, !tbaa !18
  store ptr %1, ptr %4, align 8, !tbaa !18
  %7 = load ptr, ptr %3, align 8
  %8 = load ptr, ptr %4, align 8
  %9 = call ptr @_ZNSt16coroutine_handleIN3Gen12promise_typeEE12from_addressEPv(ptr noundef %8) #15
  %10 = getelementptr inbounds nuw %"struct.std::coroutine_handle", ptr %6, i32 0, i32 0
  store ptr %9, ptr %10, align 8
  %11 = getelementptr inbounds nuw %"struct.std::coroutine_handle", ptr %6, i32 0, i32 0
  %12 = load ptr, ptr %11, align 8
  call void @_ZNSt16coroutine_handleIvEC2IN3Gen12promise_typeEEES_IT_E(ptr noundef nonnull align 8 dereferenceable(8) %5, ptr %12) #15
  %13 = getelementptr inbounds nuw %"struct.std::coroutine_handle.0", ptr %5, i32 0, i32 0
  %14 = load ptr, ptr %13, align 8
  call void @_ZNSt14suspend_always13await_suspendESt16coroutine_handleIvE(ptr noundef nonnull align 1 dereferenceable(1) %7, ptr %14) #16
  ret void
}

declare void @_ZdlPvm(ptr noundef, i64 noundef) #9

declare ptr @llvm.coro.free(token, ptr readonly captures(none)) #10

declare void @llvm.coro.end(ptr, i1, token) #2

define dso_local noundef i32 @main() #11 {
  %1 = alloca i32, align 4
  %2 = alloca %struct.Gen, align 8
  %3 = alloca i32, align 4
  store i32 0, ptr %1, align 4
  call void @llvm.lifetime.start.p0(ptr %2) #2
  %4 = call ptr @_Z4uptoi(i32 noundef 5) #15
  %5 = getelementptr inbounds nuw %struct.Gen, ptr %2, i32 0, i32 0
  %6 = getelementptr inbounds nuw %"struct.std::coroutine_handle", ptr %5, i32 0, i32 0
  store ptr %4, ptr %6, align 8
  call void @llvm.lifetime.start.p0(ptr %3) #2
  store i32 0, ptr %3, align 4, !tbaa !4
  br label %7

7:                                                ; preds = %12, %0
  %8 = getelementptr inbounds nuw %struct.Gen, ptr %2, i32 0, i32 0
  call void @_ZNSt16coroutine_handleIN3Gen12promise_typeEE6resumeEv(ptr noundef nonnull align 8 dereferenceable(8) %8) #15
  %9 = getelementptr inbounds nuw %struct.Gen, ptr %2, i32 0, i32 0
  %10 = call noundef zeroext i1 @_ZNSt16coroutine_handleIN3Gen12promise_typeEE4doneEv(ptr noundef nonnull align 8 dereferenceable(8) %9) #15
  br i1 %10, label %11, label %12

11:                                               ; preds = %7
  br label %20

12:                                               ; preds = %7
  %13 = load i32, ptr %3, align 4, !tbaa !4
  %14 = mul nsw i32 %13, 3
  %15 = getelementptr inbounds nuw %struct.Gen, ptr %2, i32 0, i32 0
  %16 = call noundef nonnull align 4 dereferenceable(4) ptr @_ZNSt16coroutine_handleIN3Gen12promise_typeEE7promiseEv(ptr noundef nonnull align 8 dereferenceable(8) %15) #15
  %17 = getelementptr inbounds nuw %"struct.Gen::promise_type", ptr %16, i32 0, i32 0
  %18 = load i32, ptr %17, align 4, !tbaa !9
  %19 = add nsw i32 %14, %18
  store i32 %19, ptr %3, align 4, !tbaa !4
  br label %7, !llvm.loop !25

20:                                               ; preds = %11
  %21 = getelementptr inbounds nuw %struct.Gen, ptr %2, i32 0, i32 0
  call void @_ZNSt16coroutine_handleIN3Gen12promise_typeEE7destroyEv(ptr noundef nonnull align 8 dereferenceable(8) %21) #15
  %22 = load i32, ptr %3, align 4, !tbaa !4
  %23 = call i32 (ptr, ...) @printf(ptr noundef @.str, i32 noundef %22) #15
  call void @llvm.lifetime.end.p0(ptr %3) #2
  call void @llvm.lifetime.end.p0(ptr %2) #2
  ret i32 0
}

define linkonce_odr dso_local void @_ZNSt16coroutine_handleIN3Gen12promise_typeEE6resumeEv(ptr noundef nonnull align 8 dereferenceable(8) %0) #6 comdat align 2 {
  %2 = alloca ptr, align 8
  store ptr %0, ptr %2, align 8, !tbaa !26
  %3 = load ptr, ptr %2, align 8
  %4 = getelementptr inbounds nuw %"struct.std::coroutine_handle", ptr %3, i32 0, i32 0
  %5 = load ptr, ptr %4, align 8, !tbaa !19
  call void @llvm.coro.resume(ptr %5)
  ret void
}

define linkonce_odr dso_local noundef zeroext i1 @_ZNSt16coroutine_handleIN3Gen12promise_typeEE4doneEv(ptr noundef nonnull align 8 dereferenceable(8) %0) #6 comdat align 2 {
  %2 = alloca ptr, align 8
  store ptr %0, ptr %2, align 8, !tbaa !26
  %3 = load ptr, ptr %2, align 8
  %4 = getelementptr inbounds nuw %"struct.std::coroutine_handle", ptr %3, i32 0, i32 0
  %5 = load ptr, ptr %4, align 8, !tbaa !19
  %6 = call i1 @llvm.coro.done(ptr %5)
  ret i1 %6
}

define linkonce_odr dso_local noundef nonnull align 4 dereferenceable(4) ptr @_ZNSt16coroutine_handleIN3Gen12promise_typeEE7promiseEv(ptr noundef nonnull align 8 dereferenceable(8) %0) #6 comdat align 2 {
  %2 = alloca ptr, align 8
  store ptr %0, ptr %2, align 8, !tbaa !26
  %3 = load ptr, ptr %2, align 8
  %4 = getelementptr inbounds nuw %"struct.std::coroutine_handle", ptr %3, i32 0, i32 0
  %5 = load ptr, ptr %4, align 8, !tbaa !19
  %6 = call ptr @llvm.coro.promise(ptr %5, i32 4, i1 false)
  ret ptr %6
}

define linkonce_odr dso_local void @_ZNSt16coroutine_handleIN3Gen12promise_typeEE7destroyEv(ptr noundef nonnull align 8 dereferenceable(8) %0) #6 comdat align 2 {
  %2 = alloca ptr, align 8
  store ptr %0, ptr %2, align 8, !tbaa !26
  %3 = load ptr, ptr %2, align 8
  %4 = getelementptr inbounds nuw %"struct.std::coroutine_handle", ptr %3, i32 0, i32 0
  %5 = load ptr, ptr %4, align 8, !tbaa !19
  call void @llvm.coro.destroy(ptr %5)
  ret void
}

declare i32 @printf(ptr noundef, ...) #12

define linkonce_odr dso_local ptr @_ZNSt16coroutine_handleIN3Gen12promise_typeEE12from_promiseERS1_(ptr noundef nonnull align 4 dereferenceable(4) %0) #6 comdat align 2 {
  %2 = alloca %"struct.std::coroutine_handle", align 8
  %3 = alloca ptr, align 8
  store ptr %0, ptr %3, align 8, !tbaa !13
  %4 = load ptr, ptr %3, align 8, !tbaa !13, !nonnull !8, !align !28
  %5 = call ptr @llvm.coro.promise(ptr %4, i32 4, i1 true)
  %6 = getelementptr inbounds nuw %"struct.std::coroutine_handle", ptr %2, i32 0, i32 0
  store ptr %5, ptr %6, align 8, !tbaa !19
  %7 = getelementptr inbounds nuw %"struct.std::coroutine_handle", ptr %2, i32 0, i32 0
  %8 = load ptr, ptr %7, align 8
  ret ptr %8
}

declare ptr @llvm.coro.promise(ptr captures(none), i32, i1) #4

declare void @llvm.coro.resume(ptr)

declare i1 @llvm.coro.done(ptr readonly captures(none)) #13

declare void @llvm.coro.destroy(ptr)

attributes #0 = { minsize mustprogress nounwind optsize presplitcoroutine uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #1 = { nocallback nofree nosync nounwind willreturn memory(argmem: read) }
attributes #2 = { nounwind }
attributes #3 = { minsize nobuiltin optsize allocsize(0) "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #4 = { nounwind memory(none) }
attributes #5 = { nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #6 = { minsize mustprogress nounwind optsize uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #7 = { nomerge nounwind }
attributes #8 = { alwaysinline mustprogress "min-legal-vector-width"="0" "sample-profile-suffix-elision-policy"="selected" }
attributes #9 = { minsize nobuiltin nounwind optsize "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #10 = { nounwind memory(argmem: read) }
attributes #11 = { minsize mustprogress norecurse nounwind optsize uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #12 = { minsize optsize "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #13 = { nounwind memory(argmem: readwrite) }
attributes #14 = { minsize optsize allocsize(0) }
attributes #15 = { minsize optsize }
attributes #16 = { minsize nounwind optsize }

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
!8 = !{}
!9 = !{!10, !5, i64 0}
!10 = !{!"_ZTSN3Gen12promise_typeE", !5, i64 0}
!11 = distinct !{!11, !12}
!12 = !{!"llvm.loop.mustprogress"}
!13 = !{!14, !14, i64 0}
!14 = !{!"p1 _ZTSN3Gen12promise_typeE", !15, i64 0}
!15 = !{!"any pointer", !6, i64 0}
!16 = !{!17, !17, i64 0}
!17 = !{!"p1 _ZTSSt14suspend_always", !15, i64 0}
!18 = !{!15, !15, i64 0}
!19 = !{!20, !15, i64 0}
!20 = !{!"_ZTSSt16coroutine_handleIN3Gen12promise_typeEE", !15, i64 0}
!21 = !{!22, !22, i64 0}
!22 = !{!"p1 _ZTSSt16coroutine_handleIvE", !15, i64 0}
!23 = !{!24, !15, i64 0}
!24 = !{!"_ZTSSt16coroutine_handleIvE", !15, i64 0}
!25 = distinct !{!25, !12}
!26 = !{!27, !27, i64 0}
!27 = !{!"p1 _ZTSSt16coroutine_handleIN3Gen12promise_typeEE", !15, i64 0}
!28 = !{i64 4}
