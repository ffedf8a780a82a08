; ModuleID = 'src/words.cpp'
source_filename = "src/words.cpp"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

%"class.(anonymous namespace)::Table" = type <{ %"class.(anonymous namespace)::Vector", [61 x i32], [4 x i8] }>
%"class.(anonymous namespace)::Vector" = type { ptr, i64, i64 }
%class.anon = type { i8 }
%"class.(anonymous namespace)::Printer" = type { %"class.(anonymous namespace)::Visitor" }
%"class.(anonymous namespace)::Visitor" = type { ptr }
%"class.(anonymous namespace)::Hasher" = type <{ %"class.(anonymous namespace)::Visitor", i32, [4 x i8] }>
%"struct.(anonymous namespace)::Entry" = type { [24 x i8], i32, i32 }
%class.anon.0 = type { ptr, ptr }
%"struct.(anonymous namespace)::Failure" = type { ptr, i32 }

$__clang_call_terminate = comdat any

@.str = private unnamed_addr constant [78 x i8] c"It was the best of times, it was the worst of times, it was the age of wisdom\00", align 1
@.str.1 = private unnamed_addr constant [73 x i8] c"it was the age of foolishness; it was the epoch of belief. THE end of it\00", align 1
@.str.2 = private unnamed_addr constant [25 x i8] c"checksum %x, trace %.0f\0A\00", align 1
@.str.3 = private unnamed_addr constant [11 x i8] c"table full\00", align 1
@_ZTIN12_GLOBAL__N_17FailureE = internal constant { ptr, ptr } { ptr getelementptr inbounds (ptr, ptr @_ZTVN10__cxxabiv117__class_type_infoE, i64 2), ptr @_ZTSN12_GLOBAL__N_17FailureE }, align 8
@_ZTVN10__cxxabiv117__class_type_infoE = external global [0 x ptr]
@_ZTSN12_GLOBAL__N_17FailureE = internal constant [25 x i8] c"N12_GLOBAL__N_17FailureE\00", align 1
@.str.4 = private unnamed_addr constant [14 x i8] c"out of memory\00", align 1
@.str.5 = private unnamed_addr constant [19 x i8] c"index out of range\00", align 1
@_ZTVN12_GLOBAL__N_17PrinterE = internal unnamed_addr constant { [5 x ptr] } { [5 x ptr] [ptr null, ptr @_ZTIN12_GLOBAL__N_17PrinterE, ptr @_ZN12_GLOBAL__N_17VisitorD2Ev, ptr @_ZN12_GLOBAL__N_17PrinterD0Ev, ptr @_ZN12_GLOBAL__N_17Printer5visitERKNS_5EntryE] }, align 8
@_ZTIN12_GLOBAL__N_17PrinterE = internal constant { ptr, ptr, ptr } { ptr getelementptr inbounds (ptr, ptr @_ZTVN10__cxxabiv120__si_class_type_infoE, i64 2), ptr @_ZTSN12_GLOBAL__N_17PrinterE, ptr @_ZTIN12_GLOBAL__N_17VisitorE }, align 8
@_ZTVN10__cxxabiv120__si_class_type_infoE = external global [0 x ptr]
@_ZTSN12_GLOBAL__N_17PrinterE = internal constant [25 x i8] c"N12_GLOBAL__N_17PrinterE\00", align 1
@_ZTIN12_GLOBAL__N_17VisitorE = internal constant { ptr, ptr } { ptr getelementptr inbounds (ptr, ptr @_ZTVN10__cxxabiv117__class_type_infoE, i64 2), ptr @_ZTSN12_GLOBAL__N_17VisitorE }, align 8
@_ZTSN12_GLOBAL__N_17VisitorE = internal constant [25 x i8] c"N12_GLOBAL__N_17VisitorE\00", align 1
@_ZTVN12_GLOBAL__N_17VisitorE = internal unnamed_addr constant { [5 x ptr] } { [5 x ptr] [ptr null, ptr @_ZTIN12_GLOBAL__N_17VisitorE, ptr @_ZN12_GLOBAL__N_17VisitorD2Ev, ptr @_ZN12_GLOBAL__N_17VisitorD0Ev, ptr @__cxa_pure_virtual] }, align 8
@.str.6 = private unnamed_addr constant [9 x i8] c"%-8s %u\0A\00", align 1
@_ZTVN12_GLOBAL__N_16HasherE = internal unnamed_addr constant { [5 x ptr] } { [5 x ptr] [ptr null, ptr @_ZTIN12_GLOBAL__N_16HasherE, ptr @_ZN12_GLOBAL__N_17VisitorD2Ev, ptr @_ZN12_GLOBAL__N_16HasherD0Ev, ptr @_ZN12_GLOBAL__N_16Hasher5visitERKNS_5EntryE] }, align 8
@_ZTIN12_GLOBAL__N_16HasherE = internal constant { ptr, ptr, ptr } { ptr getelementptr inbounds (ptr, ptr @_ZTVN10__cxxabiv120__si_class_type_infoE, i64 2), ptr @_ZTSN12_GLOBAL__N_16HasherE, ptr @_ZTIN12_GLOBAL__N_17VisitorE }, align 8
@_ZTSN12_GLOBAL__N_16HasherE = internal constant [24 x i8] c"N12_GLOBAL__N_16HasherE\00", align 1
@.str.7 = private unnamed_addr constant [4 x i8] c"w%d\00", align 1
@.str.8 = private unnamed_addr constant [18 x i8] c"as it should: %s\0A\00", align 1

; Function Attrs: minsize mustprogress norecurse optsize uwtable
define dso_local noundef i32 @main() #0 personality ptr @__gxx_personality_v0 {
  %1 = alloca i32, align 4
  %2 = alloca %"class.(anonymous namespace)::Table", align 8
  %3 = alloca ptr, align 8
  %4 = alloca i32, align 4
  %5 = alloca %class.anon, align 1
  %6 = alloca %"class.(anonymous namespace)::Printer", align 8
  %7 = alloca %"class.(anonymous namespace)::Hasher", align 8
  %8 = alloca [4 x [4 x double]], align 16
  %9 = alloca [4 x [4 x double]], align 16
  %10 = alloca [4 x [4 x double]], align 16
  %11 = alloca i32, align 4
  store i32 0, ptr %1, align 4
  call void @llvm.lifetime.start.p0(ptr %2) #17
  call void @_ZN12_GLOBAL__N_15TableC2Ev(ptr noundef nonnull align 8 dereferenceable(268) %2) #18
  invoke void @_ZN12_GLOBAL__N_111count_wordsERNS_5TableEPKc(ptr noundef nonnull align 8 dereferenceable(268) %2, ptr noundef @.str) #18
          to label %12 unwind label %34

12:                                               ; preds = %0
  invoke void @_ZN12_GLOBAL__N_111count_wordsERNS_5TableEPKc(ptr noundef nonnull align 8 dereferenceable(268) %2, ptr noundef @.str.1) #18
          to label %13 unwind label %34

13:                                               ; preds = %12
  %14 = getelementptr inbounds nuw %"class.(anonymous namespace)::Table", ptr %2, i32 0, i32 0
  invoke void @"_ZN12_GLOBAL__N_14sortINS_5EntryEZ4mainE3$_0EEvRNS_6VectorIT_EET0_"(ptr noundef nonnull align 8 dereferenceable(24) %14) #18
          to label %15 unwind label %34

15:                                               ; preds = %13
  call void @llvm.lifetime.start.p0(ptr %6) #17
  call void @_ZN12_GLOBAL__N_17PrinterC2Ev(ptr noundef nonnull align 8 dereferenceable(8) %6) #19
  call void @llvm.lifetime.start.p0(ptr %7) #17
  call void @_ZN12_GLOBAL__N_16HasherC2Ev(ptr noundef nonnull align 8 dereferenceable(16) %7) #19
  %16 = getelementptr inbounds nuw %"class.(anonymous namespace)::Table", ptr %2, i32 0, i32 0
  invoke void @_ZN12_GLOBAL__N_19visit_allERNS_6VectorINS_5EntryEEERNS_7VisitorE(ptr noundef nonnull align 8 dereferenceable(24) %16, ptr noundef nonnull align 8 dereferenceable(8) %6) #18
          to label %17 unwind label %38

17:                                               ; preds = %15
  %18 = getelementptr inbounds nuw %"class.(anonymous namespace)::Table", ptr %2, i32 0, i32 0
  invoke void @_ZN12_GLOBAL__N_19visit_allERNS_6VectorINS_5EntryEEERNS_7VisitorE(ptr noundef nonnull align 8 dereferenceable(24) %18, ptr noundef nonnull align 8 dereferenceable(8) %7) #18
          to label %19 unwind label %38

19:                                               ; preds = %17
  call void @llvm.lifetime.start.p0(ptr %8) #17
  call void @llvm.memset.p0.i64(ptr align 16 %8, i8 0, i64 128, i1 false)
  %20 = getelementptr inbounds [4 x [4 x double]], ptr %8, i32 0, i32 0
  %21 = getelementptr inbounds [4 x double], ptr %20, i32 0, i32 1
  store double 1.000000e+00, ptr %21, align 8
  %22 = getelementptr inbounds [4 x [4 x double]], ptr %8, i32 0, i32 1
  %23 = getelementptr inbounds [4 x double], ptr %22, i32 0, i32 2
  store double 1.000000e+00, ptr %23, align 16
  %24 = getelementptr inbounds [4 x [4 x double]], ptr %8, i32 0, i32 2
  %25 = getelementptr inbounds [4 x double], ptr %24, i32 0, i32 3
  store double 1.000000e+00, ptr %25, align 8
  %26 = getelementptr inbounds [4 x [4 x double]], ptr %8, i32 0, i32 3
  %27 = getelementptr inbounds [4 x double], ptr %26, i32 0, i32 0
  store double 2.000000e+00, ptr %27, align 16
  call void @llvm.lifetime.start.p0(ptr %9) #17
  call void @llvm.lifetime.start.p0(ptr %10) #17
  %28 = getelementptr inbounds [4 x [4 x double]], ptr %9, i64 0, i64 0
  %29 = getelementptr inbounds [4 x [4 x double]], ptr %8, i64 0, i64 0
  call void @llvm.memcpy.p0.p0.i64(ptr align 16 %28, ptr align 16 %29, i64 128, i1 false)
  call void @llvm.lifetime.start.p0(ptr %11) #17
  store i32 0, ptr %11, align 4, !tbaa !4
  br label %30

30:                                               ; preds = %46, %19
  %31 = load i32, ptr %11, align 4, !tbaa !4
  %32 = icmp slt i32 %31, 7
  br i1 %32, label %42, label %33

33:                                               ; preds = %30
  call void @llvm.lifetime.end.p0(ptr %11) #17
  br label %53

34:                                               ; preds = %13, %12, %0
  %35 = landingpad { ptr, i32 }
          cleanup
  %36 = extractvalue { ptr, i32 } %35, 0
  store ptr %36, ptr %3, align 8
  %37 = extractvalue { ptr, i32 } %35, 1
  store i32 %37, ptr %4, align 4
  br label %85

38:                                               ; preds = %17, %15
  %39 = landingpad { ptr, i32 }
          cleanup
  %40 = extractvalue { ptr, i32 } %39, 0
  store ptr %40, ptr %3, align 8
  %41 = extractvalue { ptr, i32 } %39, 1
  store i32 %41, ptr %4, align 4
  br label %84

42:                                               ; preds = %30
  invoke void @_ZN12_GLOBAL__N_18multiplyERA4_A4_KdS3_RA4_A4_d(ptr noundef nonnull align 8 dereferenceable(128) %9, ptr noundef nonnull align 8 dereferenceable(128) %8, ptr noundef nonnull align 8 dereferenceable(128) %10) #18
          to label %43 unwind label %49

43:                                               ; preds = %42
  %44 = getelementptr inbounds [4 x [4 x double]], ptr %9, i64 0, i64 0
  %45 = getelementptr inbounds [4 x [4 x double]], ptr %10, i64 0, i64 0
  call void @llvm.memcpy.p0.p0.i64(ptr align 16 %44, ptr align 16 %45, i64 128, i1 false)
  br label %46

46:                                               ; preds = %43
  %47 = load i32, ptr %11, align 4, !tbaa !4
  %48 = add nsw i32 %47, 1
  store i32 %48, ptr %11, align 4, !tbaa !4
  br label %30, !llvm.loop !8

49:                                               ; preds = %42
  %50 = landingpad { ptr, i32 }
          cleanup
  %51 = extractvalue { ptr, i32 } %50, 0
  store ptr %51, ptr %3, align 8
  %52 = extractvalue { ptr, i32 } %50, 1
  store i32 %52, ptr %4, align 4
  call void @llvm.lifetime.end.p0(ptr %11) #17
  br label %83

53:                                               ; preds = %33
  %54 = getelementptr inbounds nuw %"class.(anonymous namespace)::Hasher", ptr %7, i32 0, i32 1
  %55 = load i32, ptr %54, align 8, !tbaa !10
  %56 = getelementptr inbounds [4 x [4 x double]], ptr %9, i64 0, i64 0
  %57 = getelementptr inbounds [4 x double], ptr %56, i64 0, i64 0
  %58 = load double, ptr %57, align 16, !tbaa !13
  %59 = getelementptr inbounds [4 x [4 x double]], ptr %9, i64 0, i64 1
  %60 = getelementptr inbounds [4 x double], ptr %59, i64 0, i64 1
  %61 = load double, ptr %60, align 8, !tbaa !13
  %62 = fadd double %58, %61
  %63 = getelementptr inbounds [4 x [4 x double]], ptr %9, i64 0, i64 2
  %64 = getelementptr inbounds [4 x double], ptr %63, i64 0, i64 2
  %65 = load double, ptr %64, align 16, !tbaa !13
  %66 = fadd double %62, %65
  %67 = getelementptr inbounds [4 x [4 x double]], ptr %9, i64 0, i64 3
  %68 = getelementptr inbounds [4 x double], ptr %67, i64 0, i64 3
  %69 = load double, ptr %68, align 8, !tbaa !13
  %70 = fadd double %66, %69
  %71 = invoke i32 (ptr, ...) @printf(ptr noundef @.str.2, i32 noundef %55, double noundef %70) #18
          to label %72 unwind label %79

72:                                               ; preds = %53
  %73 = invoke noundef i32 @_ZN12_GLOBAL__N_114too_many_wordsEv() #18
          to label %74 unwind label %79

74:                                               ; preds = %72
  %75 = icmp eq i32 %73, 2
  %76 = zext i1 %75 to i64
  %77 = select i1 %75, i32 0, i32 1
  store i32 %77, ptr %1, align 4
  call void @llvm.lifetime.end.p0(ptr %10) #17
  call void @llvm.lifetime.end.p0(ptr %9) #17
  call void @llvm.lifetime.end.p0(ptr %8) #17
  call void @_ZN12_GLOBAL__N_17VisitorD2Ev(ptr noundef nonnull align 8 dereferenceable(16) %7) #19
  call void @llvm.lifetime.end.p0(ptr %7) #17
  call void @_ZN12_GLOBAL__N_17VisitorD2Ev(ptr noundef nonnull align 8 dereferenceable(8) %6) #19
  call void @llvm.lifetime.end.p0(ptr %6) #17
  call void @_ZN12_GLOBAL__N_15TableD2Ev(ptr noundef nonnull align 8 dereferenceable(268) %2) #19
  call void @llvm.lifetime.end.p0(ptr %2) #17
  %78 = load i32, ptr %1, align 4
  ret i32 %78

79:                                               ; preds = %72, %53
  %80 = landingpad { ptr, i32 }
          cleanup
  %81 = extractvalue { ptr, i32 } %80, 0
  store ptr %81, ptr %3, align 8
  %82 = extractvalue { ptr, i32 } %80, 1
  store i32 %82, ptr %4, align 4
  br label %83

83:                                               ; preds = %79, %49
  call void @llvm.lifetime.end.p0(ptr %10) #17
  call void @llvm.lifetime.end.p0(ptr %9) #17
  call void @llvm.lifetime.end.p0(ptr %8) #17
  br label %84

84:                                               ; preds = %83, %38
  call void @_ZN12_GLOBAL__N_17VisitorD2Ev(ptr noundef nonnull align 8 dereferenceable(16) %7) #19
  call void @llvm.lifetime.end.p0(ptr %7) #17
  call void @_ZN12_GLOBAL__N_17VisitorD2Ev(ptr noundef nonnull align 8 dereferenceable(8) %6) #19
  call void @llvm.lifetime.end.p0(ptr %6) #17
  br label %85

85:                                               ; preds = %84, %34
  call void @_ZN12_GLOBAL__N_15TableD2Ev(ptr noundef nonnull align 8 dereferenceable(268) %2) #19
  call void @llvm.lifetime.end.p0(ptr %2) #17
  br label %86

86:                                               ; preds = %85
  %87 = load ptr, ptr %3, align 8
  %88 = load i32, ptr %4, align 4
  %89 = insertvalue { ptr, i32 } poison, ptr %87, 0
  %90 = insertvalue { ptr, i32 } %89, i32 %88, 1
  resume { ptr, i32 } %90
}

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.start.p0(ptr captures(none)) #1

; Function Attrs: minsize mustprogress nounwind optsize uwtable
define internal void @_ZN12_GLOBAL__N_15TableC2Ev(ptr noundef nonnull align 8 dereferenceable(268) %0) unnamed_addr #2 align 2 {
  %2 = alloca ptr, align 8
  %3 = alloca ptr, align 8
  %4 = alloca ptr, align 8
  %5 = alloca ptr, align 8
  %6 = alloca ptr, align 8
  store ptr %0, ptr %2, align 8, !tbaa !15
  %7 = load ptr, ptr %2, align 8
  %8 = getelementptr inbounds nuw %"class.(anonymous namespace)::Table", ptr %7, i32 0, i32 0
  call void @_ZN12_GLOBAL__N_16VectorINS_5EntryEEC2Ev(ptr noundef nonnull align 8 dereferenceable(24) %8) #19
  call void @llvm.lifetime.start.p0(ptr %3) #17
  %9 = getelementptr inbounds nuw %"class.(anonymous namespace)::Table", ptr %7, i32 0, i32 1
  store ptr %9, ptr %3, align 8, !tbaa !18
  call void @llvm.lifetime.start.p0(ptr %4) #17
  %10 = load ptr, ptr %3, align 8, !tbaa !18, !nonnull !20, !align !21
  %11 = getelementptr inbounds [61 x i32], ptr %10, i64 0, i64 0
  store ptr %11, ptr %4, align 8, !tbaa !18
  call void @llvm.lifetime.start.p0(ptr %5) #17
  %12 = load ptr, ptr %3, align 8, !tbaa !18, !nonnull !20, !align !21
  %13 = getelementptr inbounds [61 x i32], ptr %12, i64 0, i64 0
  %14 = getelementptr inbounds i32, ptr %13, i64 61
  store ptr %14, ptr %5, align 8, !tbaa !18
  br label %15

15:                                               ; preds = %23, %1
  %16 = load ptr, ptr %4, align 8, !tbaa !18
  %17 = load ptr, ptr %5, align 8, !tbaa !18
  %18 = icmp ne ptr %16, %17
  br i1 %18, label %20, label %19

19:                                               ; preds = %15
  call void @llvm.lifetime.end.p0(ptr %5) #17
  call void @llvm.lifetime.end.p0(ptr %4) #17
  call void @llvm.lifetime.end.p0(ptr %3) #17
  br label %26

20:                                               ; preds = %15
  call void @llvm.lifetime.start.p0(ptr %6) #17
  %21 = load ptr, ptr %4, align 8, !tbaa !18
  store ptr %21, ptr %6, align 8, !tbaa !18
  %22 = load ptr, ptr %6, align 8, !tbaa !18, !nonnull !20, !align !21
  store i32 -1, ptr %22, align 4, !tbaa !4
  call void @llvm.lifetime.end.p0(ptr %6) #17
  br label %23

23:                                               ; preds = %20
  %24 = load ptr, ptr %4, align 8, !tbaa !18
  %25 = getelementptr inbounds nuw i32, ptr %24, i32 1
  store ptr %25, ptr %4, align 8, !tbaa !18
  br label %15

26:                                               ; preds = %19
  ret void
}

; Function Attrs: minsize mustprogress optsize uwtable
define internal void @_ZN12_GLOBAL__N_111count_wordsERNS_5TableEPKc(ptr noundef nonnull align 8 dereferenceable(268) %0, ptr noundef %1) #3 {
  %3 = alloca ptr, align 8
  %4 = alloca ptr, align 8
  %5 = alloca [24 x i8], align 16
  %6 = alloca i64, align 8
  %7 = alloca i8, align 1
  %8 = alloca i32, align 4
  store ptr %0, ptr %3, align 8, !tbaa !15
  store ptr %1, ptr %4, align 8, !tbaa !22
  call void @llvm.lifetime.start.p0(ptr %5) #17
  call void @llvm.lifetime.start.p0(ptr %6) #17
  store i64 0, ptr %6, align 8, !tbaa !24
  br label %9

9:                                                ; preds = %71, %2
  call void @llvm.lifetime.start.p0(ptr %7) #17
  %10 = load ptr, ptr %4, align 8, !tbaa !22
  %11 = load i8, ptr %10, align 1, !tbaa !26
  %12 = sext i8 %11 to i32
  %13 = icmp sge i32 %12, 97
  br i1 %13, label %14, label %19

14:                                               ; preds = %9
  %15 = load ptr, ptr %4, align 8, !tbaa !22
  %16 = load i8, ptr %15, align 1, !tbaa !26
  %17 = sext i8 %16 to i32
  %18 = icmp sle i32 %17, 122
  br i1 %18, label %31, label %19

19:                                               ; preds = %14, %9
  %20 = load ptr, ptr %4, align 8, !tbaa !22
  %21 = load i8, ptr %20, align 1, !tbaa !26
  %22 = sext i8 %21 to i32
  %23 = icmp sge i32 %22, 65
  br i1 %23, label %24, label %29

24:                                               ; preds = %19
  %25 = load ptr, ptr %4, align 8, !tbaa !22
  %26 = load i8, ptr %25, align 1, !tbaa !26
  %27 = sext i8 %26 to i32
  %28 = icmp sle i32 %27, 90
  br label %29

29:                                               ; preds = %24, %19
  %30 = phi i1 [ false, %19 ], [ %28, %24 ]
  br label %31

31:                                               ; preds = %29, %14
  %32 = phi i1 [ true, %14 ], [ %30, %29 ]
  %33 = zext i1 %32 to i8
  store i8 %33, ptr %7, align 1, !tbaa !27
  %34 = load i8, ptr %7, align 1, !tbaa !27, !range !29, !noundef !20
  %35 = trunc i8 %34 to i1
  br i1 %35, label %36, label %49

36:                                               ; preds = %31
  %37 = load i64, ptr %6, align 8, !tbaa !24
  %38 = add i64 %37, 1
  %39 = icmp ult i64 %38, 24
  br i1 %39, label %40, label %49

40:                                               ; preds = %36
  %41 = load ptr, ptr %4, align 8, !tbaa !22
  %42 = load i8, ptr %41, align 1, !tbaa !26
  %43 = sext i8 %42 to i32
  %44 = or i32 %43, 32
  %45 = trunc i32 %44 to i8
  %46 = load i64, ptr %6, align 8, !tbaa !24
  %47 = add i64 %46, 1
  store i64 %47, ptr %6, align 8, !tbaa !24
  %48 = getelementptr inbounds nuw [24 x i8], ptr %5, i64 0, i64 %46
  store i8 %45, ptr %48, align 1, !tbaa !26
  br label %62

49:                                               ; preds = %36, %31
  %50 = load i64, ptr %6, align 8, !tbaa !24
  %51 = icmp ne i64 %50, 0
  br i1 %51, label %52, label %61

52:                                               ; preds = %49
  %53 = load i64, ptr %6, align 8, !tbaa !24
  %54 = getelementptr inbounds nuw [24 x i8], ptr %5, i64 0, i64 %53
  store i8 0, ptr %54, align 1, !tbaa !26
  %55 = load ptr, ptr %3, align 8, !tbaa !15, !nonnull !20, !align !30
  %56 = getelementptr inbounds [24 x i8], ptr %5, i64 0, i64 0
  %57 = call noundef nonnull align 4 dereferenceable(32) ptr @_ZN12_GLOBAL__N_15Table2atEPKc(ptr noundef nonnull align 8 dereferenceable(268) %55, ptr noundef %56) #18
  %58 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Entry", ptr %57, i32 0, i32 1
  %59 = load i32, ptr %58, align 4, !tbaa !31
  %60 = add i32 %59, 1
  store i32 %60, ptr %58, align 4, !tbaa !31
  store i64 0, ptr %6, align 8, !tbaa !24
  br label %61

61:                                               ; preds = %52, %49
  br label %62

62:                                               ; preds = %61, %40
  %63 = load ptr, ptr %4, align 8, !tbaa !22
  %64 = load i8, ptr %63, align 1, !tbaa !26
  %65 = icmp ne i8 %64, 0
  br i1 %65, label %67, label %66

66:                                               ; preds = %62
  store i32 1, ptr %8, align 4
  br label %68

67:                                               ; preds = %62
  store i32 0, ptr %8, align 4
  br label %68

68:                                               ; preds = %67, %66
  call void @llvm.lifetime.end.p0(ptr %7) #17
  %69 = load i32, ptr %8, align 4
  switch i32 %69, label %74 [
    i32 0, label %70
  ]

70:                                               ; preds = %68
  br label %71

71:                                               ; preds = %70
  %72 = load ptr, ptr %4, align 8, !tbaa !22
  %73 = getelementptr inbounds nuw i8, ptr %72, i32 1
  store ptr %73, ptr %4, align 8, !tbaa !22
  br label %9, !llvm.loop !33

74:                                               ; preds = %68
  call void @llvm.lifetime.end.p0(ptr %6) #17
  call void @llvm.lifetime.end.p0(ptr %5) #17
  ret void
}

declare i32 @__gxx_personality_v0(...)

; Function Attrs: minsize mustprogress optsize uwtable
define internal void @"_ZN12_GLOBAL__N_14sortINS_5EntryEZ4mainE3$_0EEvRNS_6VectorIT_EET0_"(ptr noundef nonnull align 8 dereferenceable(24) %0) #3 {
  %2 = alloca %class.anon, align 1
  %3 = alloca ptr, align 8
  %4 = alloca %class.anon.0, align 8
  %5 = alloca i64, align 8
  %6 = alloca i64, align 8
  %7 = alloca %"struct.(anonymous namespace)::Entry", align 4
  store ptr %0, ptr %3, align 8, !tbaa !34
  call void @llvm.lifetime.start.p0(ptr %4) #17
  %8 = getelementptr inbounds nuw %class.anon.0, ptr %4, i32 0, i32 0
  store ptr %2, ptr %8, align 8, !tbaa !36
  %9 = getelementptr inbounds nuw %class.anon.0, ptr %4, i32 0, i32 1
  %10 = load ptr, ptr %3, align 8, !tbaa !34, !nonnull !20, !align !30
  store ptr %10, ptr %9, align 8, !tbaa !34
  call void @llvm.lifetime.start.p0(ptr %5) #17
  %11 = load ptr, ptr %3, align 8, !tbaa !34, !nonnull !20, !align !30
  %12 = call noundef i64 @_ZNK12_GLOBAL__N_16VectorINS_5EntryEE4sizeEv(ptr noundef nonnull align 8 dereferenceable(24) %11) #18
  %13 = udiv i64 %12, 2
  store i64 %13, ptr %5, align 8, !tbaa !24
  br label %14

14:                                               ; preds = %19, %1
  %15 = load i64, ptr %5, align 8, !tbaa !24
  %16 = add i64 %15, -1
  store i64 %16, ptr %5, align 8, !tbaa !24
  %17 = icmp ugt i64 %15, 0
  br i1 %17, label %19, label %18

18:                                               ; preds = %14
  call void @llvm.lifetime.end.p0(ptr %5) #17
  br label %23

19:                                               ; preds = %14
  %20 = load i64, ptr %5, align 8, !tbaa !24
  %21 = load ptr, ptr %3, align 8, !tbaa !34, !nonnull !20, !align !30
  %22 = call noundef i64 @_ZNK12_GLOBAL__N_16VectorINS_5EntryEE4sizeEv(ptr noundef nonnull align 8 dereferenceable(24) %21) #18
  call void @"_ZZN12_GLOBAL__N_14sortINS_5EntryEZ4mainE3$_0EEvRNS_6VectorIT_EET0_ENKUlmmE_clEmm"(ptr noundef nonnull align 8 dereferenceable(16) %4, i64 noundef %20, i64 noundef %22) #18
  br label %14, !llvm.loop !37

23:                                               ; preds = %18
  call void @llvm.lifetime.start.p0(ptr %6) #17
  %24 = load ptr, ptr %3, align 8, !tbaa !34, !nonnull !20, !align !30
  %25 = call noundef i64 @_ZNK12_GLOBAL__N_16VectorINS_5EntryEE4sizeEv(ptr noundef nonnull align 8 dereferenceable(24) %24) #18
  store i64 %25, ptr %6, align 8, !tbaa !24
  br label %26

26:                                               ; preds = %45, %23
  %27 = load i64, ptr %6, align 8, !tbaa !24
  %28 = icmp ugt i64 %27, 1
  br i1 %28, label %30, label %29

29:                                               ; preds = %26
  call void @llvm.lifetime.end.p0(ptr %6) #17
  br label %48

30:                                               ; preds = %26
  call void @llvm.lifetime.start.p0(ptr %7) #17
  %31 = load ptr, ptr %3, align 8, !tbaa !34, !nonnull !20, !align !30
  %32 = call noundef nonnull align 4 dereferenceable(32) ptr @_ZN12_GLOBAL__N_16VectorINS_5EntryEEixEm(ptr noundef nonnull align 8 dereferenceable(24) %31, i64 noundef 0) #18
  call void @llvm.memcpy.p0.p0.i64(ptr align 4 %7, ptr align 4 %32, i64 32, i1 false), !tbaa.struct !38
  %33 = load ptr, ptr %3, align 8, !tbaa !34, !nonnull !20, !align !30
  %34 = load i64, ptr %6, align 8, !tbaa !24
  %35 = sub i64 %34, 1
  %36 = call noundef nonnull align 4 dereferenceable(32) ptr @_ZN12_GLOBAL__N_16VectorINS_5EntryEEixEm(ptr noundef nonnull align 8 dereferenceable(24) %33, i64 noundef %35) #18
  %37 = load ptr, ptr %3, align 8, !tbaa !34, !nonnull !20, !align !30
  %38 = call noundef nonnull align 4 dereferenceable(32) ptr @_ZN12_GLOBAL__N_16VectorINS_5EntryEEixEm(ptr noundef nonnull align 8 dereferenceable(24) %37, i64 noundef 0) #18
  call void @llvm.memcpy.p0.p0.i64(ptr align 4 %38, ptr align 4 %36, i64 32, i1 false), !tbaa.struct !38
  %39 = load ptr, ptr %3, align 8, !tbaa !34, !nonnull !20, !align !30
  %40 = load i64, ptr %6, align 8, !tbaa !24
  %41 = sub i64 %40, 1
  %42 = call noundef nonnull align 4 dereferenceable(32) ptr @_ZN12_GLOBAL__N_16VectorINS_5EntryEEixEm(ptr noundef nonnull align 8 dereferenceable(24) %39, i64 noundef %41) #18
  call void @llvm.memcpy.p0.p0.i64(ptr align 4 %42, ptr align 4 %7, i64 32, i1 false), !tbaa.struct !38
  %43 = load i64, ptr %6, align 8, !tbaa !24
  %44 = sub i64 %43, 1
  call void @"_ZZN12_GLOBAL__N_14sortINS_5EntryEZ4mainE3$_0EEvRNS_6VectorIT_EET0_ENKUlmmE_clEmm"(ptr noundef nonnull align 8 dereferenceable(16) %4, i64 noundef 0, i64 noundef %44) #18
  call void @llvm.lifetime.end.p0(ptr %7) #17
  br label %45

45:                                               ; preds = %30
  %46 = load i64, ptr %6, align 8, !tbaa !24
  %47 = add i64 %46, -1
  store i64 %47, ptr %6, align 8, !tbaa !24
  br label %26, !llvm.loop !39

48:                                               ; preds = %29
  call void @llvm.lifetime.end.p0(ptr %4) #17
  ret void
}

; Function Attrs: inlinehint minsize mustprogress nounwind optsize uwtable
define internal void @_ZN12_GLOBAL__N_17PrinterC2Ev(ptr noundef nonnull align 8 dereferenceable(8) %0) unnamed_addr #4 align 2 {
  %2 = alloca ptr, align 8
  store ptr %0, ptr %2, align 8, !tbaa !40
  %3 = load ptr, ptr %2, align 8
  call void @_ZN12_GLOBAL__N_17VisitorC2Ev(ptr noundef nonnull align 8 dereferenceable(8) %3) #19
  store ptr getelementptr inbounds inrange(-16, 24) ({ [5 x ptr] }, ptr @_ZTVN12_GLOBAL__N_17PrinterE, i32 0, i32 0, i32 2), ptr %3, align 8, !tbaa !42
  ret void
}

; Function Attrs: inlinehint minsize mustprogress nounwind optsize uwtable
define internal void @_ZN12_GLOBAL__N_16HasherC2Ev(ptr noundef nonnull align 8 dereferenceable(16) %0) unnamed_addr #4 align 2 {
  %2 = alloca ptr, align 8
  store ptr %0, ptr %2, align 8, !tbaa !44
  %3 = load ptr, ptr %2, align 8
  call void @_ZN12_GLOBAL__N_17VisitorC2Ev(ptr noundef nonnull align 8 dereferenceable(8) %3) #19
  store ptr getelementptr inbounds inrange(-16, 24) ({ [5 x ptr] }, ptr @_ZTVN12_GLOBAL__N_16HasherE, i32 0, i32 0, i32 2), ptr %3, align 8, !tbaa !42
  %4 = getelementptr inbounds nuw %"class.(anonymous namespace)::Hasher", ptr %3, i32 0, i32 1
  store i32 0, ptr %4, align 8, !tbaa !10
  ret void
}

; Function Attrs: minsize mustprogress optsize uwtable
define internal void @_ZN12_GLOBAL__N_19visit_allERNS_6VectorINS_5EntryEEERNS_7VisitorE(ptr noundef nonnull align 8 dereferenceable(24) %0, ptr noundef nonnull align 8 dereferenceable(8) %1) #3 {
  %3 = alloca ptr, align 8
  %4 = alloca ptr, align 8
  %5 = alloca i64, align 8
  store ptr %0, ptr %3, align 8, !tbaa !34
  store ptr %1, ptr %4, align 8, !tbaa !46
  call void @llvm.lifetime.start.p0(ptr %5) #17
  store i64 0, ptr %5, align 8, !tbaa !24
  br label %6

6:                                                ; preds = %20, %2
  %7 = load i64, ptr %5, align 8, !tbaa !24
  %8 = load ptr, ptr %3, align 8, !tbaa !34, !nonnull !20, !align !30
  %9 = call noundef i64 @_ZNK12_GLOBAL__N_16VectorINS_5EntryEE4sizeEv(ptr noundef nonnull align 8 dereferenceable(24) %8) #18
  %10 = icmp ult i64 %7, %9
  br i1 %10, label %12, label %11

11:                                               ; preds = %6
  call void @llvm.lifetime.end.p0(ptr %5) #17
  br label %23

12:                                               ; preds = %6
  %13 = load ptr, ptr %4, align 8, !tbaa !46, !nonnull !20, !align !30
  %14 = load ptr, ptr %3, align 8, !tbaa !34, !nonnull !20, !align !30
  %15 = load i64, ptr %5, align 8, !tbaa !24
  %16 = call noundef nonnull align 4 dereferenceable(32) ptr @_ZN12_GLOBAL__N_16VectorINS_5EntryEEixEm(ptr noundef nonnull align 8 dereferenceable(24) %14, i64 noundef %15) #18
  %17 = load ptr, ptr %13, align 8, !tbaa !42
  %18 = getelementptr inbounds ptr, ptr %17, i64 2
  %19 = load ptr, ptr %18, align 8
  call void %19(ptr noundef nonnull align 8 dereferenceable(8) %13, ptr noundef nonnull align 4 dereferenceable(32) %16) #18
  br label %20

20:                                               ; preds = %12
  %21 = load i64, ptr %5, align 8, !tbaa !24
  %22 = add i64 %21, 1
  store i64 %22, ptr %5, align 8, !tbaa !24
  br label %6, !llvm.loop !48

23:                                               ; preds = %11
  ret void
}

; Function Attrs: nocallback nofree nounwind willreturn memory(argmem: write)
declare void @llvm.memset.p0.i64(ptr writeonly captures(none), i8, i64, i1 immarg) #5

; Function Attrs: nocallback nofree nounwind willreturn memory(argmem: readwrite)
declare void @llvm.memcpy.p0.p0.i64(ptr noalias writeonly captures(none), ptr noalias readonly captures(none), i64, i1 immarg) #6

; Function Attrs: minsize mustprogress nounwind optsize uwtable
define internal void @_ZN12_GLOBAL__N_18multiplyERA4_A4_KdS3_RA4_A4_d(ptr noundef nonnull align 8 dereferenceable(128) %0, ptr noundef nonnull align 8 dereferenceable(128) %1, ptr noundef nonnull align 8 dereferenceable(128) %2) #2 {
  %4 = alloca ptr, align 8
  %5 = alloca ptr, align 8
  %6 = alloca ptr, align 8
  %7 = alloca i32, align 4
  %8 = alloca i32, align 4
  %9 = alloca i32, align 4
  %10 = alloca i32, align 4
  store ptr %0, ptr %4, align 8, !tbaa !49
  store ptr %1, ptr %5, align 8, !tbaa !49
  store ptr %2, ptr %6, align 8, !tbaa !49
  call void @llvm.lifetime.start.p0(ptr %7) #17
  store i32 0, ptr %7, align 4, !tbaa !4
  br label %11

11:                                               ; preds = %66, %3
  %12 = load i32, ptr %7, align 4, !tbaa !4
  %13 = icmp slt i32 %12, 4
  br i1 %13, label %15, label %14

14:                                               ; preds = %11
  store i32 2, ptr %8, align 4
  call void @llvm.lifetime.end.p0(ptr %7) #17
  br label %69

15:                                               ; preds = %11
  call void @llvm.lifetime.start.p0(ptr %9) #17
  store i32 0, ptr %9, align 4, !tbaa !4
  br label %16

16:                                               ; preds = %62, %15
  %17 = load i32, ptr %9, align 4, !tbaa !4
  %18 = icmp slt i32 %17, 4
  br i1 %18, label %20, label %19

19:                                               ; preds = %16
  store i32 5, ptr %8, align 4
  call void @llvm.lifetime.end.p0(ptr %9) #17
  br label %65

20:                                               ; preds = %16
  %21 = load ptr, ptr %6, align 8, !tbaa !49, !nonnull !20, !align !30
  %22 = load i32, ptr %7, align 4, !tbaa !4
  %23 = sext i32 %22 to i64
  %24 = getelementptr inbounds [4 x [4 x double]], ptr %21, i64 0, i64 %23
  %25 = load i32, ptr %9, align 4, !tbaa !4
  %26 = sext i32 %25 to i64
  %27 = getelementptr inbounds [4 x double], ptr %24, i64 0, i64 %26
  store double 0.000000e+00, ptr %27, align 8, !tbaa !13
  call void @llvm.lifetime.start.p0(ptr %10) #17
  store i32 0, ptr %10, align 4, !tbaa !4
  br label %28

28:                                               ; preds = %58, %20
  %29 = load i32, ptr %10, align 4, !tbaa !4
  %30 = icmp slt i32 %29, 4
  br i1 %30, label %32, label %31

31:                                               ; preds = %28
  store i32 8, ptr %8, align 4
  call void @llvm.lifetime.end.p0(ptr %10) #17
  br label %61

32:                                               ; preds = %28
  %33 = load ptr, ptr %4, align 8, !tbaa !49, !nonnull !20, !align !30
  %34 = load i32, ptr %7, align 4, !tbaa !4
  %35 = sext i32 %34 to i64
  %36 = getelementptr inbounds [4 x [4 x double]], ptr %33, i64 0, i64 %35
  %37 = load i32, ptr %10, align 4, !tbaa !4
  %38 = sext i32 %37 to i64
  %39 = getelementptr inbounds [4 x double], ptr %36, i64 0, i64 %38
  %40 = load double, ptr %39, align 8, !tbaa !13
  %41 = load ptr, ptr %5, align 8, !tbaa !49, !nonnull !20, !align !30
  %42 = load i32, ptr %10, align 4, !tbaa !4
  %43 = sext i32 %42 to i64
  %44 = getelementptr inbounds [4 x [4 x double]], ptr %41, i64 0, i64 %43
  %45 = load i32, ptr %9, align 4, !tbaa !4
  %46 = sext i32 %45 to i64
  %47 = getelementptr inbounds [4 x double], ptr %44, i64 0, i64 %46
  %48 = load double, ptr %47, align 8, !tbaa !13
  %49 = load ptr, ptr %6, align 8, !tbaa !49, !nonnull !20, !align !30
  %50 = load i32, ptr %7, align 4, !tbaa !4
  %51 = sext i32 %50 to i64
  %52 = getelementptr inbounds [4 x [4 x double]], ptr %49, i64 0, i64 %51
  %53 = load i32, ptr %9, align 4, !tbaa !4
  %54 = sext i32 %53 to i64
  %55 = getelementptr inbounds [4 x double], ptr %52, i64 0, i64 %54
  %56 = load double, ptr %55, align 8, !tbaa !13
  %57 = call double @llvm.fmuladd.f64(double %40, double %48, double %56)
  store double %57, ptr %55, align 8, !tbaa !13
  br label %58

58:                                               ; preds = %32
  %59 = load i32, ptr %10, align 4, !tbaa !4
  %60 = add nsw i32 %59, 1
  store i32 %60, ptr %10, align 4, !tbaa !4
  br label %28, !llvm.loop !51

61:                                               ; preds = %31
  br label %62

62:                                               ; preds = %61
  %63 = load i32, ptr %9, align 4, !tbaa !4
  %64 = add nsw i32 %63, 1
  store i32 %64, ptr %9, align 4, !tbaa !4
  br label %16, !llvm.loop !52

65:                                               ; preds = %19
  br label %66

66:                                               ; preds = %65
  %67 = load i32, ptr %7, align 4, !tbaa !4
  %68 = add nsw i32 %67, 1
  store i32 %68, ptr %7, align 4, !tbaa !4
  br label %11, !llvm.loop !53

69:                                               ; preds = %14
  ret void
}

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.end.p0(ptr captures(none)) #1

; Function Attrs: minsize optsize
declare i32 @printf(ptr noundef, ...) #7

; Function Attrs: minsize mustprogress optsize uwtable
define internal noundef i32 @_ZN12_GLOBAL__N_114too_many_wordsEv() #3 personality ptr @__gxx_personality_v0 {
  %1 = alloca i32, align 4
  %2 = alloca %"class.(anonymous namespace)::Table", align 8
  %3 = alloca ptr, align 8
  %4 = alloca i32, align 4
  %5 = alloca i32, align 4
  %6 = alloca [16 x i8], align 16
  %7 = alloca ptr, align 8
  call void @llvm.lifetime.start.p0(ptr %2) #17
  invoke void @_ZN12_GLOBAL__N_15TableC2Ev(ptr noundef nonnull align 8 dereferenceable(268) %2) #18
          to label %8 unwind label %13

8:                                                ; preds = %0
  call void @llvm.lifetime.start.p0(ptr %5) #17
  store i32 0, ptr %5, align 4, !tbaa !4
  br label %9

9:                                                ; preds = %27, %8
  %10 = load i32, ptr %5, align 4, !tbaa !4
  %11 = icmp slt i32 %10, 100
  br i1 %11, label %17, label %12

12:                                               ; preds = %9
  call void @llvm.lifetime.end.p0(ptr %5) #17
  br label %34

13:                                               ; preds = %0
  %14 = landingpad { ptr, i32 }
          cleanup
          catch ptr @_ZTIN12_GLOBAL__N_17FailureE
  %15 = extractvalue { ptr, i32 } %14, 0
  store ptr %15, ptr %3, align 8
  %16 = extractvalue { ptr, i32 } %14, 1
  store i32 %16, ptr %4, align 4
  br label %35

17:                                               ; preds = %9
  call void @llvm.lifetime.start.p0(ptr %6) #17
  %18 = getelementptr inbounds [16 x i8], ptr %6, i64 0, i64 0
  %19 = load i32, ptr %5, align 4, !tbaa !4
  %20 = call i32 (ptr, i64, ptr, ...) @snprintf(ptr noundef %18, i64 noundef 16, ptr noundef @.str.7, i32 noundef %19) #19
  %21 = getelementptr inbounds [16 x i8], ptr %6, i64 0, i64 0
  %22 = invoke noundef nonnull align 4 dereferenceable(32) ptr @_ZN12_GLOBAL__N_15Table2atEPKc(ptr noundef nonnull align 8 dereferenceable(268) %2, ptr noundef %21) #18
          to label %23 unwind label %30

23:                                               ; preds = %17
  %24 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Entry", ptr %22, i32 0, i32 1
  %25 = load i32, ptr %24, align 4, !tbaa !31
  %26 = add i32 %25, 1
  store i32 %26, ptr %24, align 4, !tbaa !31
  call void @llvm.lifetime.end.p0(ptr %6) #17
  br label %27

27:                                               ; preds = %23
  %28 = load i32, ptr %5, align 4, !tbaa !4
  %29 = add nsw i32 %28, 1
  store i32 %29, ptr %5, align 4, !tbaa !4
  br label %9, !llvm.loop !54

30:                                               ; preds = %17
  %31 = landingpad { ptr, i32 }
          cleanup
          catch ptr @_ZTIN12_GLOBAL__N_17FailureE
  %32 = extractvalue { ptr, i32 } %31, 0
  store ptr %32, ptr %3, align 8
  %33 = extractvalue { ptr, i32 } %31, 1
  store i32 %33, ptr %4, align 4
  call void @llvm.lifetime.end.p0(ptr %6) #17
  call void @llvm.lifetime.end.p0(ptr %5) #17
  call void @_ZN12_GLOBAL__N_15TableD2Ev(ptr noundef nonnull align 8 dereferenceable(268) %2) #19
  br label %35

34:                                               ; preds = %12
  call void @_ZN12_GLOBAL__N_15TableD2Ev(ptr noundef nonnull align 8 dereferenceable(268) %2) #19
  call void @llvm.lifetime.end.p0(ptr %2) #17
  br label %56

35:                                               ; preds = %30, %13
  call void @llvm.lifetime.end.p0(ptr %2) #17
  br label %36

36:                                               ; preds = %35
  %37 = load i32, ptr %4, align 4
  %38 = call i32 @llvm.eh.typeid.for.p0(ptr @_ZTIN12_GLOBAL__N_17FailureE) #17
  %39 = icmp eq i32 %37, %38
  br i1 %39, label %40, label %59

40:                                               ; preds = %36
  call void @llvm.lifetime.start.p0(ptr %7) #17
  %41 = load ptr, ptr %3, align 8
  %42 = call ptr @__cxa_begin_catch(ptr %41) #17
  store ptr %42, ptr %7, align 8
  %43 = load ptr, ptr %7, align 8, !tbaa !55, !nonnull !20, !align !30
  %44 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Failure", ptr %43, i32 0, i32 0
  %45 = load ptr, ptr %44, align 8, !tbaa !57
  %46 = invoke i32 (ptr, ...) @printf(ptr noundef @.str.8, ptr noundef %45) #18
          to label %47 unwind label %51

47:                                               ; preds = %40
  %48 = load ptr, ptr %7, align 8, !tbaa !55, !nonnull !20, !align !30
  %49 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Failure", ptr %48, i32 0, i32 1
  %50 = load i32, ptr %49, align 8, !tbaa !59
  store i32 %50, ptr %1, align 4
  call void @__cxa_end_catch()
  call void @llvm.lifetime.end.p0(ptr %7) #17
  br label %57

51:                                               ; preds = %40
  %52 = landingpad { ptr, i32 }
          cleanup
  %53 = extractvalue { ptr, i32 } %52, 0
  store ptr %53, ptr %3, align 8
  %54 = extractvalue { ptr, i32 } %52, 1
  store i32 %54, ptr %4, align 4
  invoke void @__cxa_end_catch()
          to label %55 unwind label %64

55:                                               ; preds = %51
  call void @llvm.lifetime.end.p0(ptr %7) #17
  br label %59

56:                                               ; preds = %34
  store i32 0, ptr %1, align 4
  br label %57

57:                                               ; preds = %56, %47
  %58 = load i32, ptr %1, align 4
  ret i32 %58

59:                                               ; preds = %55, %36
  %60 = load ptr, ptr %3, align 8
  %61 = load i32, ptr %4, align 4
  %62 = insertvalue { ptr, i32 } poison, ptr %60, 0
  %63 = insertvalue { ptr, i32 } %62, i32 %61, 1
  resume { ptr, i32 } %63

64:                                               ; preds = %51
  %65 = landingpad { ptr, i32 }
          catch ptr null
  %66 = extractvalue { ptr, i32 } %65, 0
  call void @__clang_call_terminate(ptr %66) #20
  unreachable
}

; Function Attrs: minsize mustprogress nounwind optsize uwtable
define internal void @_ZN12_GLOBAL__N_17VisitorD2Ev(ptr noundef nonnull align 8 dereferenceable(8) %0) unnamed_addr #2 align 2 {
  %2 = alloca ptr, align 8
  store ptr %0, ptr %2, align 8, !tbaa !46
  %3 = load ptr, ptr %2, align 8
  ret void
}

; Function Attrs: inlinehint minsize mustprogress nounwind optsize uwtable
define internal void @_ZN12_GLOBAL__N_15TableD2Ev(ptr noundef nonnull align 8 dereferenceable(268) %0) unnamed_addr #4 align 2 {
  %2 = alloca ptr, align 8
  store ptr %0, ptr %2, align 8, !tbaa !15
  %3 = load ptr, ptr %2, align 8
  %4 = getelementptr inbounds nuw %"class.(anonymous namespace)::Table", ptr %3, i32 0, i32 0
  call void @_ZN12_GLOBAL__N_16VectorINS_5EntryEED2Ev(ptr noundef nonnull align 8 dereferenceable(24) %4) #19
  ret void
}

; Function Attrs: minsize mustprogress nounwind optsize uwtable
define internal void @_ZN12_GLOBAL__N_16VectorINS_5EntryEEC2Ev(ptr noundef nonnull align 8 dereferenceable(24) %0) unnamed_addr #2 align 2 {
  %2 = alloca ptr, align 8
  store ptr %0, ptr %2, align 8, !tbaa !34
  %3 = load ptr, ptr %2, align 8
  %4 = getelementptr inbounds nuw %"class.(anonymous namespace)::Vector", ptr %3, i32 0, i32 0
  store ptr null, ptr %4, align 8, !tbaa !60
  %5 = getelementptr inbounds nuw %"class.(anonymous namespace)::Vector", ptr %3, i32 0, i32 1
  store i64 0, ptr %5, align 8, !tbaa !63
  %6 = getelementptr inbounds nuw %"class.(anonymous namespace)::Vector", ptr %3, i32 0, i32 2
  store i64 0, ptr %6, align 8, !tbaa !64
  ret void
}

; Function Attrs: minsize mustprogress optsize uwtable
define internal noundef nonnull align 4 dereferenceable(32) ptr @_ZN12_GLOBAL__N_15Table2atEPKc(ptr noundef nonnull align 8 dereferenceable(268) %0, ptr noundef %1) #3 align 2 {
  %3 = alloca ptr, align 8
  %4 = alloca ptr, align 8
  %5 = alloca ptr, align 8
  %6 = alloca i32, align 4
  %7 = alloca i64, align 8
  %8 = alloca i64, align 8
  %9 = alloca i32, align 4
  %10 = alloca %"struct.(anonymous namespace)::Entry", align 4
  %11 = alloca ptr, align 8
  store ptr %0, ptr %4, align 8, !tbaa !15
  store ptr %1, ptr %5, align 8, !tbaa !22
  %12 = load ptr, ptr %4, align 8
  call void @llvm.lifetime.start.p0(ptr %6) #17
  %13 = load ptr, ptr %5, align 8, !tbaa !22
  %14 = call noundef i32 @_ZN12_GLOBAL__N_13fnvEPKc(ptr noundef %13) #18
  store i32 %14, ptr %6, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %7) #17
  %15 = load i32, ptr %6, align 4, !tbaa !4
  %16 = zext i32 %15 to i64
  %17 = urem i64 %16, 61
  store i64 %17, ptr %7, align 8, !tbaa !24
  call void @llvm.lifetime.start.p0(ptr %8) #17
  store i64 0, ptr %8, align 8, !tbaa !24
  br label %18

18:                                               ; preds = %73, %2
  %19 = load i64, ptr %8, align 8, !tbaa !24
  %20 = icmp ult i64 %19, 61
  br i1 %20, label %22, label %21

21:                                               ; preds = %18
  store i32 2, ptr %9, align 4
  br label %79

22:                                               ; preds = %18
  %23 = getelementptr inbounds nuw %"class.(anonymous namespace)::Table", ptr %12, i32 0, i32 1
  %24 = load i64, ptr %7, align 8, !tbaa !24
  %25 = getelementptr inbounds nuw [61 x i32], ptr %23, i64 0, i64 %24
  %26 = load i32, ptr %25, align 4, !tbaa !4
  %27 = icmp slt i32 %26, 0
  br i1 %27, label %28, label %47

28:                                               ; preds = %22
  call void @llvm.lifetime.start.p0(ptr %10) #17
  call void @llvm.memset.p0.i64(ptr align 4 %10, i8 0, i64 32, i1 false)
  %29 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Entry", ptr %10, i32 0, i32 0
  %30 = getelementptr inbounds [24 x i8], ptr %29, i64 0, i64 0
  %31 = load ptr, ptr %5, align 8, !tbaa !22
  %32 = call ptr @strncpy(ptr noundef %30, ptr noundef %31, i64 noundef 23) #19
  %33 = load i32, ptr %6, align 4, !tbaa !4
  %34 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Entry", ptr %10, i32 0, i32 2
  store i32 %33, ptr %34, align 4, !tbaa !65
  %35 = getelementptr inbounds nuw %"class.(anonymous namespace)::Table", ptr %12, i32 0, i32 0
  %36 = call noundef i64 @_ZNK12_GLOBAL__N_16VectorINS_5EntryEE4sizeEv(ptr noundef nonnull align 8 dereferenceable(24) %35) #18
  %37 = trunc i64 %36 to i32
  %38 = getelementptr inbounds nuw %"class.(anonymous namespace)::Table", ptr %12, i32 0, i32 1
  %39 = load i64, ptr %7, align 8, !tbaa !24
  %40 = getelementptr inbounds nuw [61 x i32], ptr %38, i64 0, i64 %39
  store i32 %37, ptr %40, align 4, !tbaa !4
  %41 = getelementptr inbounds nuw %"class.(anonymous namespace)::Table", ptr %12, i32 0, i32 0
  call void @_ZN12_GLOBAL__N_16VectorINS_5EntryEE4pushERKS1_(ptr noundef nonnull align 8 dereferenceable(24) %41, ptr noundef nonnull align 4 dereferenceable(32) %10) #18
  %42 = getelementptr inbounds nuw %"class.(anonymous namespace)::Table", ptr %12, i32 0, i32 0
  %43 = getelementptr inbounds nuw %"class.(anonymous namespace)::Table", ptr %12, i32 0, i32 0
  %44 = call noundef i64 @_ZNK12_GLOBAL__N_16VectorINS_5EntryEE4sizeEv(ptr noundef nonnull align 8 dereferenceable(24) %43) #18
  %45 = sub i64 %44, 1
  %46 = call noundef nonnull align 4 dereferenceable(32) ptr @_ZN12_GLOBAL__N_16VectorINS_5EntryEEixEm(ptr noundef nonnull align 8 dereferenceable(24) %42, i64 noundef %45) #18
  store ptr %46, ptr %3, align 8
  store i32 1, ptr %9, align 4
  call void @llvm.lifetime.end.p0(ptr %10) #17
  br label %79

47:                                               ; preds = %22
  call void @llvm.lifetime.start.p0(ptr %11) #17
  %48 = getelementptr inbounds nuw %"class.(anonymous namespace)::Table", ptr %12, i32 0, i32 0
  %49 = getelementptr inbounds nuw %"class.(anonymous namespace)::Table", ptr %12, i32 0, i32 1
  %50 = load i64, ptr %7, align 8, !tbaa !24
  %51 = getelementptr inbounds nuw [61 x i32], ptr %49, i64 0, i64 %50
  %52 = load i32, ptr %51, align 4, !tbaa !4
  %53 = sext i32 %52 to i64
  %54 = call noundef nonnull align 4 dereferenceable(32) ptr @_ZN12_GLOBAL__N_16VectorINS_5EntryEEixEm(ptr noundef nonnull align 8 dereferenceable(24) %48, i64 noundef %53) #18
  store ptr %54, ptr %11, align 8, !tbaa !66
  %55 = load ptr, ptr %11, align 8, !tbaa !66, !nonnull !20, !align !21
  %56 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Entry", ptr %55, i32 0, i32 2
  %57 = load i32, ptr %56, align 4, !tbaa !65
  %58 = load i32, ptr %6, align 4, !tbaa !4
  %59 = icmp eq i32 %57, %58
  br i1 %59, label %60, label %69

60:                                               ; preds = %47
  %61 = load ptr, ptr %11, align 8, !tbaa !66, !nonnull !20, !align !21
  %62 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Entry", ptr %61, i32 0, i32 0
  %63 = getelementptr inbounds [24 x i8], ptr %62, i64 0, i64 0
  %64 = load ptr, ptr %5, align 8, !tbaa !22
  %65 = call i32 @strcmp(ptr noundef %63, ptr noundef %64) #21
  %66 = icmp eq i32 %65, 0
  br i1 %66, label %67, label %69

67:                                               ; preds = %60
  %68 = load ptr, ptr %11, align 8, !tbaa !66, !nonnull !20, !align !21
  store ptr %68, ptr %3, align 8
  store i32 1, ptr %9, align 4
  br label %70

69:                                               ; preds = %60, %47
  store i32 0, ptr %9, align 4
  br label %70

70:                                               ; preds = %69, %67
  call void @llvm.lifetime.end.p0(ptr %11) #17
  %71 = load i32, ptr %9, align 4
  switch i32 %71, label %79 [
    i32 0, label %72
  ]

72:                                               ; preds = %70
  br label %73

73:                                               ; preds = %72
  %74 = load i64, ptr %8, align 8, !tbaa !24
  %75 = add i64 %74, 1
  store i64 %75, ptr %8, align 8, !tbaa !24
  %76 = load i64, ptr %7, align 8, !tbaa !24
  %77 = add i64 %76, 1
  %78 = urem i64 %77, 61
  store i64 %78, ptr %7, align 8, !tbaa !24
  br label %18, !llvm.loop !67

79:                                               ; preds = %70, %28, %21
  call void @llvm.lifetime.end.p0(ptr %8) #17
  %80 = load i32, ptr %9, align 4
  switch i32 %80, label %85 [
    i32 2, label %81
  ]

81:                                               ; preds = %79
  %82 = call ptr @__cxa_allocate_exception(i64 16) #17
  %83 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Failure", ptr %82, i32 0, i32 0
  store ptr @.str.3, ptr %83, align 16, !tbaa !57
  %84 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Failure", ptr %82, i32 0, i32 1
  store i32 2, ptr %84, align 8, !tbaa !59
  call void @__cxa_throw(ptr %82, ptr @_ZTIN12_GLOBAL__N_17FailureE, ptr null) #22
  unreachable

85:                                               ; preds = %79
  call void @llvm.lifetime.end.p0(ptr %7) #17
  call void @llvm.lifetime.end.p0(ptr %6) #17
  %86 = load ptr, ptr %3, align 8
  ret ptr %86
}

; Function Attrs: minsize mustprogress nounwind optsize uwtable
define internal noundef i32 @_ZN12_GLOBAL__N_13fnvEPKc(ptr noundef %0) #2 {
  %2 = alloca ptr, align 8
  %3 = alloca i32, align 4
  store ptr %0, ptr %2, align 8, !tbaa !22
  call void @llvm.lifetime.start.p0(ptr %3) #17
  store i32 -2128831035, ptr %3, align 4, !tbaa !4
  br label %4

4:                                                ; preds = %15, %1
  %5 = load ptr, ptr %2, align 8, !tbaa !22
  %6 = load i8, ptr %5, align 1, !tbaa !26
  %7 = icmp ne i8 %6, 0
  br i1 %7, label %8, label %18

8:                                                ; preds = %4
  %9 = load i32, ptr %3, align 4, !tbaa !4
  %10 = load ptr, ptr %2, align 8, !tbaa !22
  %11 = load i8, ptr %10, align 1, !tbaa !26
  %12 = zext i8 %11 to i32
  %13 = xor i32 %9, %12
  %14 = mul i32 %13, 16777619
  store i32 %14, ptr %3, align 4, !tbaa !4
  br label %15

15:                                               ; preds = %8
  %16 = load ptr, ptr %2, align 8, !tbaa !22
  %17 = getelementptr inbounds nuw i8, ptr %16, i32 1
  store ptr %17, ptr %2, align 8, !tbaa !22
  br label %4, !llvm.loop !68

18:                                               ; preds = %4
  %19 = load i32, ptr %3, align 4, !tbaa !4
  call void @llvm.lifetime.end.p0(ptr %3) #17
  ret i32 %19
}

; Function Attrs: minsize nounwind optsize
declare ptr @strncpy(ptr noundef, ptr noundef, i64 noundef) #8

; Function Attrs: minsize mustprogress nounwind optsize uwtable
define internal noundef i64 @_ZNK12_GLOBAL__N_16VectorINS_5EntryEE4sizeEv(ptr noundef nonnull align 8 dereferenceable(24) %0) #2 align 2 {
  %2 = alloca ptr, align 8
  store ptr %0, ptr %2, align 8, !tbaa !34
  %3 = load ptr, ptr %2, align 8
  %4 = getelementptr inbounds nuw %"class.(anonymous namespace)::Vector", ptr %3, i32 0, i32 1
  %5 = load i64, ptr %4, align 8, !tbaa !63
  ret i64 %5
}

; Function Attrs: minsize mustprogress optsize uwtable
define internal void @_ZN12_GLOBAL__N_16VectorINS_5EntryEE4pushERKS1_(ptr noundef nonnull align 8 dereferenceable(24) %0, ptr noundef nonnull align 4 dereferenceable(32) %1) #3 align 2 {
  %3 = alloca ptr, align 8
  %4 = alloca ptr, align 8
  store ptr %0, ptr %3, align 8, !tbaa !34
  store ptr %1, ptr %4, align 8, !tbaa !66
  %5 = load ptr, ptr %3, align 8
  %6 = getelementptr inbounds nuw %"class.(anonymous namespace)::Vector", ptr %5, i32 0, i32 1
  %7 = load i64, ptr %6, align 8, !tbaa !63
  %8 = getelementptr inbounds nuw %"class.(anonymous namespace)::Vector", ptr %5, i32 0, i32 2
  %9 = load i64, ptr %8, align 8, !tbaa !64
  %10 = icmp eq i64 %7, %9
  br i1 %10, label %11, label %12

11:                                               ; preds = %2
  call void @_ZN12_GLOBAL__N_16VectorINS_5EntryEE4growEv(ptr noundef nonnull align 8 dereferenceable(24) %5) #18
  br label %12

12:                                               ; preds = %11, %2
  %13 = load ptr, ptr %4, align 8, !tbaa !66, !nonnull !20, !align !21
  %14 = getelementptr inbounds nuw %"class.(anonymous namespace)::Vector", ptr %5, i32 0, i32 0
  %15 = load ptr, ptr %14, align 8, !tbaa !60
  %16 = getelementptr inbounds nuw %"class.(anonymous namespace)::Vector", ptr %5, i32 0, i32 1
  %17 = load i64, ptr %16, align 8, !tbaa !63
  %18 = add i64 %17, 1
  store i64 %18, ptr %16, align 8, !tbaa !63
  %19 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Entry", ptr %15, i64 %17
  call void @llvm.memcpy.p0.p0.i64(ptr align 4 %19, ptr align 4 %13, i64 32, i1 false), !tbaa.struct !38
  ret void
}

; Function Attrs: minsize mustprogress optsize uwtable
define internal noundef nonnull align 4 dereferenceable(32) ptr @_ZN12_GLOBAL__N_16VectorINS_5EntryEEixEm(ptr noundef nonnull align 8 dereferenceable(24) %0, i64 noundef %1) #3 align 2 {
  %3 = alloca ptr, align 8
  %4 = alloca i64, align 8
  store ptr %0, ptr %3, align 8, !tbaa !34
  store i64 %1, ptr %4, align 8, !tbaa !24
  %5 = load ptr, ptr %3, align 8
  %6 = load i64, ptr %4, align 8, !tbaa !24
  %7 = getelementptr inbounds nuw %"class.(anonymous namespace)::Vector", ptr %5, i32 0, i32 1
  %8 = load i64, ptr %7, align 8, !tbaa !63
  %9 = icmp uge i64 %6, %8
  br i1 %9, label %10, label %14

10:                                               ; preds = %2
  %11 = call ptr @__cxa_allocate_exception(i64 16) #17
  %12 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Failure", ptr %11, i32 0, i32 0
  store ptr @.str.5, ptr %12, align 16, !tbaa !57
  %13 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Failure", ptr %11, i32 0, i32 1
  store i32 3, ptr %13, align 8, !tbaa !59
  call void @__cxa_throw(ptr %11, ptr @_ZTIN12_GLOBAL__N_17FailureE, ptr null) #22
  unreachable

14:                                               ; preds = %2
  %15 = getelementptr inbounds nuw %"class.(anonymous namespace)::Vector", ptr %5, i32 0, i32 0
  %16 = load ptr, ptr %15, align 8, !tbaa !60
  %17 = load i64, ptr %4, align 8, !tbaa !24
  %18 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Entry", ptr %16, i64 %17
  ret ptr %18
}

; Function Attrs: minsize nounwind optsize willreturn memory(read)
declare i32 @strcmp(ptr noundef, ptr noundef) #9

declare ptr @__cxa_allocate_exception(i64)

declare void @__cxa_throw(ptr, ptr, ptr)

; Function Attrs: minsize mustprogress optsize uwtable
define internal void @_ZN12_GLOBAL__N_16VectorINS_5EntryEE4growEv(ptr noundef nonnull align 8 dereferenceable(24) %0) #3 align 2 {
  %2 = alloca ptr, align 8
  %3 = alloca i64, align 8
  %4 = alloca ptr, align 8
  store ptr %0, ptr %2, align 8, !tbaa !34
  %5 = load ptr, ptr %2, align 8
  call void @llvm.lifetime.start.p0(ptr %3) #17
  %6 = getelementptr inbounds nuw %"class.(anonymous namespace)::Vector", ptr %5, i32 0, i32 2
  %7 = load i64, ptr %6, align 8, !tbaa !64
  %8 = icmp ne i64 %7, 0
  br i1 %8, label %9, label %13

9:                                                ; preds = %1
  %10 = getelementptr inbounds nuw %"class.(anonymous namespace)::Vector", ptr %5, i32 0, i32 2
  %11 = load i64, ptr %10, align 8, !tbaa !64
  %12 = mul i64 2, %11
  br label %14

13:                                               ; preds = %1
  br label %14

14:                                               ; preds = %13, %9
  %15 = phi i64 [ %12, %9 ], [ 8, %13 ]
  store i64 %15, ptr %3, align 8, !tbaa !24
  call void @llvm.lifetime.start.p0(ptr %4) #17
  %16 = getelementptr inbounds nuw %"class.(anonymous namespace)::Vector", ptr %5, i32 0, i32 0
  %17 = load ptr, ptr %16, align 8, !tbaa !60
  %18 = load i64, ptr %3, align 8, !tbaa !24
  %19 = mul i64 %18, 32
  %20 = call ptr @realloc(ptr noundef %17, i64 noundef %19) #23
  store ptr %20, ptr %4, align 8, !tbaa !36
  %21 = load ptr, ptr %4, align 8, !tbaa !36
  %22 = icmp ne ptr %21, null
  br i1 %22, label %27, label %23

23:                                               ; preds = %14
  %24 = call ptr @__cxa_allocate_exception(i64 16) #17
  %25 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Failure", ptr %24, i32 0, i32 0
  store ptr @.str.4, ptr %25, align 16, !tbaa !57
  %26 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Failure", ptr %24, i32 0, i32 1
  store i32 1, ptr %26, align 8, !tbaa !59
  call void @__cxa_throw(ptr %24, ptr @_ZTIN12_GLOBAL__N_17FailureE, ptr null) #22
  unreachable

27:                                               ; preds = %14
  %28 = load ptr, ptr %4, align 8, !tbaa !36
  %29 = getelementptr inbounds nuw %"class.(anonymous namespace)::Vector", ptr %5, i32 0, i32 0
  store ptr %28, ptr %29, align 8, !tbaa !60
  %30 = load i64, ptr %3, align 8, !tbaa !24
  %31 = getelementptr inbounds nuw %"class.(anonymous namespace)::Vector", ptr %5, i32 0, i32 2
  store i64 %30, ptr %31, align 8, !tbaa !64
  call void @llvm.lifetime.end.p0(ptr %4) #17
  call void @llvm.lifetime.end.p0(ptr %3) #17
  ret void
}

; Function Attrs: minsize nounwind optsize allocsize(1)
declare ptr @realloc(ptr noundef, i64 noundef) #10

; Function Attrs: inlinehint minsize mustprogress nounwind optsize uwtable
define internal void @_ZN12_GLOBAL__N_17VisitorC2Ev(ptr noundef nonnull align 8 dereferenceable(8) %0) unnamed_addr #4 align 2 {
  %2 = alloca ptr, align 8
  store ptr %0, ptr %2, align 8, !tbaa !46
  %3 = load ptr, ptr %2, align 8
  store ptr getelementptr inbounds inrange(-16, 24) ({ [5 x ptr] }, ptr @_ZTVN12_GLOBAL__N_17VisitorE, i32 0, i32 0, i32 2), ptr %3, align 8, !tbaa !42
  ret void
}

; Function Attrs: inlinehint minsize mustprogress nounwind optsize uwtable
define internal void @_ZN12_GLOBAL__N_17PrinterD0Ev(ptr noundef nonnull align 8 dereferenceable(8) %0) unnamed_addr #4 align 2 {
  %2 = alloca ptr, align 8
  store ptr %0, ptr %2, align 8, !tbaa !40
  %3 = load ptr, ptr %2, align 8
  call void @_ZN12_GLOBAL__N_17VisitorD2Ev(ptr noundef nonnull align 8 dereferenceable(8) %3) #19
  call void @_ZdlPvm(ptr noundef %3, i64 noundef 8) #24
  ret void
}

; Function Attrs: minsize mustprogress optsize uwtable
define internal void @_ZN12_GLOBAL__N_17Printer5visitERKNS_5EntryE(ptr noundef nonnull align 8 dereferenceable(8) %0, ptr noundef nonnull align 4 dereferenceable(32) %1) unnamed_addr #3 align 2 {
  %3 = alloca ptr, align 8
  %4 = alloca ptr, align 8
  store ptr %0, ptr %3, align 8, !tbaa !40
  store ptr %1, ptr %4, align 8, !tbaa !66
  %5 = load ptr, ptr %3, align 8
  %6 = load ptr, ptr %4, align 8, !tbaa !66, !nonnull !20, !align !21
  %7 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Entry", ptr %6, i32 0, i32 0
  %8 = getelementptr inbounds [24 x i8], ptr %7, i64 0, i64 0
  %9 = load ptr, ptr %4, align 8, !tbaa !66, !nonnull !20, !align !21
  %10 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Entry", ptr %9, i32 0, i32 1
  %11 = load i32, ptr %10, align 4, !tbaa !31
  %12 = call i32 (ptr, ...) @printf(ptr noundef @.str.6, ptr noundef %8, i32 noundef %11) #18
  ret void
}

; Function Attrs: minsize mustprogress nounwind optsize uwtable
define internal void @_ZN12_GLOBAL__N_17VisitorD0Ev(ptr noundef nonnull align 8 dereferenceable(8) %0) unnamed_addr #2 align 2 {
  %2 = alloca ptr, align 8
  store ptr %0, ptr %2, align 8, !tbaa !46
  %3 = load ptr, ptr %2, align 8
  call void @llvm.trap() #20
  unreachable
}

declare void @__cxa_pure_virtual() unnamed_addr

; Function Attrs: cold noreturn nounwind memory(inaccessiblemem: write)
declare void @llvm.trap() #11

; Function Attrs: minsize nobuiltin nounwind optsize
declare void @_ZdlPvm(ptr noundef, i64 noundef) #12

; Function Attrs: inlinehint minsize mustprogress nounwind optsize uwtable
define internal void @_ZN12_GLOBAL__N_16HasherD0Ev(ptr noundef nonnull align 8 dereferenceable(16) %0) unnamed_addr #4 align 2 {
  %2 = alloca ptr, align 8
  store ptr %0, ptr %2, align 8, !tbaa !44
  %3 = load ptr, ptr %2, align 8
  call void @_ZN12_GLOBAL__N_17VisitorD2Ev(ptr noundef nonnull align 8 dereferenceable(16) %3) #19
  call void @_ZdlPvm(ptr noundef %3, i64 noundef 16) #24
  ret void
}

; Function Attrs: minsize mustprogress nounwind optsize uwtable
define internal void @_ZN12_GLOBAL__N_16Hasher5visitERKNS_5EntryE(ptr noundef nonnull align 8 dereferenceable(16) %0, ptr noundef nonnull align 4 dereferenceable(32) %1) unnamed_addr #2 align 2 {
  %3 = alloca ptr, align 8
  %4 = alloca ptr, align 8
  store ptr %0, ptr %3, align 8, !tbaa !44
  store ptr %1, ptr %4, align 8, !tbaa !66
  %5 = load ptr, ptr %3, align 8
  %6 = getelementptr inbounds nuw %"class.(anonymous namespace)::Hasher", ptr %5, i32 0, i32 1
  %7 = load i32, ptr %6, align 8, !tbaa !10
  %8 = shl i32 %7, 5
  %9 = getelementptr inbounds nuw %"class.(anonymous namespace)::Hasher", ptr %5, i32 0, i32 1
  %10 = load i32, ptr %9, align 8, !tbaa !10
  %11 = lshr i32 %10, 27
  %12 = or i32 %8, %11
  %13 = load ptr, ptr %4, align 8, !tbaa !66, !nonnull !20, !align !21
  %14 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Entry", ptr %13, i32 0, i32 2
  %15 = load i32, ptr %14, align 4, !tbaa !65
  %16 = load ptr, ptr %4, align 8, !tbaa !66, !nonnull !20, !align !21
  %17 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Entry", ptr %16, i32 0, i32 1
  %18 = load i32, ptr %17, align 4, !tbaa !31
  %19 = add i32 %15, %18
  %20 = xor i32 %12, %19
  %21 = getelementptr inbounds nuw %"class.(anonymous namespace)::Hasher", ptr %5, i32 0, i32 1
  store i32 %20, ptr %21, align 8, !tbaa !10
  ret void
}

; Function Attrs: nocallback nocreateundeforpoison nofree nosync nounwind speculatable willreturn memory(none)
declare double @llvm.fmuladd.f64(double, double, double) #13

; Function Attrs: minsize nounwind optsize
declare i32 @snprintf(ptr noundef, i64 noundef, ptr noundef, ...) #8

; Function Attrs: nounwind memory(none)
declare i32 @llvm.eh.typeid.for.p0(ptr) #14

declare ptr @__cxa_begin_catch(ptr)

declare void @__cxa_end_catch()

; Function Attrs: minsize noinline noreturn nounwind optsize uwtable
define linkonce_odr hidden void @__clang_call_terminate(ptr noundef %0) #15 comdat {
  %2 = call ptr @__cxa_begin_catch(ptr %0) #17
  call void @_ZSt9terminatev() #20
  unreachable
}

declare void @_ZSt9terminatev()

; Function Attrs: minsize mustprogress nounwind optsize uwtable
define internal void @_ZN12_GLOBAL__N_16VectorINS_5EntryEED2Ev(ptr noundef nonnull align 8 dereferenceable(24) %0) unnamed_addr #2 align 2 {
  %2 = alloca ptr, align 8
  store ptr %0, ptr %2, align 8, !tbaa !34
  %3 = load ptr, ptr %2, align 8
  %4 = getelementptr inbounds nuw %"class.(anonymous namespace)::Vector", ptr %3, i32 0, i32 0
  %5 = load ptr, ptr %4, align 8, !tbaa !60
  call void @free(ptr noundef %5) #19
  ret void
}

; Function Attrs: minsize nounwind optsize
declare void @free(ptr noundef) #8

; Function Attrs: inlinehint minsize mustprogress optsize uwtable
define internal void @"_ZZN12_GLOBAL__N_14sortINS_5EntryEZ4mainE3$_0EEvRNS_6VectorIT_EET0_ENKUlmmE_clEmm"(ptr noundef nonnull align 8 dereferenceable(16) %0, i64 noundef %1, i64 noundef %2) #16 align 2 {
  %4 = alloca ptr, align 8
  %5 = alloca i64, align 8
  %6 = alloca i64, align 8
  %7 = alloca i64, align 8
  %8 = alloca i32, align 4
  %9 = alloca %"struct.(anonymous namespace)::Entry", align 4
  store ptr %0, ptr %4, align 8, !tbaa !36
  store i64 %1, ptr %5, align 8, !tbaa !24
  store i64 %2, ptr %6, align 8, !tbaa !24
  %10 = load ptr, ptr %4, align 8
  call void @llvm.lifetime.start.p0(ptr %7) #17
  br label %11

11:                                               ; preds = %69, %3
  %12 = load i64, ptr %5, align 8, !tbaa !24
  %13 = mul i64 2, %12
  %14 = add i64 %13, 1
  store i64 %14, ptr %7, align 8, !tbaa !24
  %15 = load i64, ptr %6, align 8, !tbaa !24
  %16 = icmp ult i64 %14, %15
  br i1 %16, label %18, label %17

17:                                               ; preds = %11
  store i32 2, ptr %8, align 4
  br label %71

18:                                               ; preds = %11
  %19 = load i64, ptr %7, align 8, !tbaa !24
  %20 = add i64 %19, 1
  %21 = load i64, ptr %6, align 8, !tbaa !24
  %22 = icmp ult i64 %20, %21
  br i1 %22, label %23, label %39

23:                                               ; preds = %18
  %24 = getelementptr inbounds nuw %class.anon.0, ptr %10, i32 0, i32 0
  %25 = load ptr, ptr %24, align 8, !tbaa !69, !nonnull !20
  %26 = getelementptr inbounds nuw %class.anon.0, ptr %10, i32 0, i32 1
  %27 = load ptr, ptr %26, align 8, !tbaa !71, !nonnull !20, !align !30
  %28 = load i64, ptr %7, align 8, !tbaa !24
  %29 = call noundef nonnull align 4 dereferenceable(32) ptr @_ZN12_GLOBAL__N_16VectorINS_5EntryEEixEm(ptr noundef nonnull align 8 dereferenceable(24) %27, i64 noundef %28) #18
  %30 = getelementptr inbounds nuw %class.anon.0, ptr %10, i32 0, i32 1
  %31 = load ptr, ptr %30, align 8, !tbaa !71, !nonnull !20, !align !30
  %32 = load i64, ptr %7, align 8, !tbaa !24
  %33 = add i64 %32, 1
  %34 = call noundef nonnull align 4 dereferenceable(32) ptr @_ZN12_GLOBAL__N_16VectorINS_5EntryEEixEm(ptr noundef nonnull align 8 dereferenceable(24) %31, i64 noundef %33) #18
  %35 = call noundef zeroext i1 @"_ZZ4mainENK3$_0clERKN12_GLOBAL__N_15EntryES3_"(ptr noundef nonnull align 1 dereferenceable(1) %25, ptr noundef nonnull align 4 dereferenceable(32) %29, ptr noundef nonnull align 4 dereferenceable(32) %34) #18
  br i1 %35, label %36, label %39

36:                                               ; preds = %23
  %37 = load i64, ptr %7, align 8, !tbaa !24
  %38 = add i64 %37, 1
  store i64 %38, ptr %7, align 8, !tbaa !24
  br label %39

39:                                               ; preds = %36, %23, %18
  %40 = getelementptr inbounds nuw %class.anon.0, ptr %10, i32 0, i32 0
  %41 = load ptr, ptr %40, align 8, !tbaa !69, !nonnull !20
  %42 = getelementptr inbounds nuw %class.anon.0, ptr %10, i32 0, i32 1
  %43 = load ptr, ptr %42, align 8, !tbaa !71, !nonnull !20, !align !30
  %44 = load i64, ptr %5, align 8, !tbaa !24
  %45 = call noundef nonnull align 4 dereferenceable(32) ptr @_ZN12_GLOBAL__N_16VectorINS_5EntryEEixEm(ptr noundef nonnull align 8 dereferenceable(24) %43, i64 noundef %44) #18
  %46 = getelementptr inbounds nuw %class.anon.0, ptr %10, i32 0, i32 1
  %47 = load ptr, ptr %46, align 8, !tbaa !71, !nonnull !20, !align !30
  %48 = load i64, ptr %7, align 8, !tbaa !24
  %49 = call noundef nonnull align 4 dereferenceable(32) ptr @_ZN12_GLOBAL__N_16VectorINS_5EntryEEixEm(ptr noundef nonnull align 8 dereferenceable(24) %47, i64 noundef %48) #18
  %50 = call noundef zeroext i1 @"_ZZ4mainENK3$_0clERKN12_GLOBAL__N_15EntryES3_"(ptr noundef nonnull align 1 dereferenceable(1) %41, ptr noundef nonnull align 4 dereferenceable(32) %45, ptr noundef nonnull align 4 dereferenceable(32) %49) #18
  br i1 %50, label %52, label %51

51:                                               ; preds = %39
  store i32 1, ptr %8, align 4
  br label %71

52:                                               ; preds = %39
  call void @llvm.lifetime.start.p0(ptr %9) #17
  %53 = getelementptr inbounds nuw %class.anon.0, ptr %10, i32 0, i32 1
  %54 = load ptr, ptr %53, align 8, !tbaa !71, !nonnull !20, !align !30
  %55 = load i64, ptr %5, align 8, !tbaa !24
  %56 = call noundef nonnull align 4 dereferenceable(32) ptr @_ZN12_GLOBAL__N_16VectorINS_5EntryEEixEm(ptr noundef nonnull align 8 dereferenceable(24) %54, i64 noundef %55) #18
  call void @llvm.memcpy.p0.p0.i64(ptr align 4 %9, ptr align 4 %56, i64 32, i1 false), !tbaa.struct !38
  %57 = getelementptr inbounds nuw %class.anon.0, ptr %10, i32 0, i32 1
  %58 = load ptr, ptr %57, align 8, !tbaa !71, !nonnull !20, !align !30
  %59 = load i64, ptr %7, align 8, !tbaa !24
  %60 = call noundef nonnull align 4 dereferenceable(32) ptr @_ZN12_GLOBAL__N_16VectorINS_5EntryEEixEm(ptr noundef nonnull align 8 dereferenceable(24) %58, i64 noundef %59) #18
  %61 = getelementptr inbounds nuw %class.anon.0, ptr %10, i32 0, i32 1
  %62 = load ptr, ptr %61, align 8, !tbaa !71, !nonnull !20, !align !30
  %63 = load i64, ptr %5, align 8, !tbaa !24
  %64 = call noundef nonnull align 4 dereferenceable(32) ptr @_ZN12_GLOBAL__N_16VectorINS_5EntryEEixEm(ptr noundef nonnull align 8 dereferenceable(24) %62, i64 noundef %63) #18
  call void @llvm.memcpy.p0.p0.i64(ptr align 4 %64, ptr align 4 %60, i64 32, i1 false), !tbaa.struct !38
  %65 = getelementptr inbounds nuw %class.anon.0, ptr %10, i32 0, i32 1
  %66 = load ptr, ptr %65, align 8, !tbaa !71, !nonnull !20, !align !30
  %67 = load i64, ptr %7, align 8, !tbaa !24
  %68 = call noundef nonnull align 4 dereferenceable(32) ptr @_ZN12_GLOBAL__N_16VectorINS_5EntryEEixEm(ptr noundef nonnull align 8 dereferenceable(24) %66, i64 noundef %67) #18
  call void @llvm.memcpy.p0.p0.i64(ptr align 4 %68, ptr align 4 %9, i64 32, i1 false), !tbaa.struct !38
  call void @llvm.lifetime.end.p0(ptr %9) #17
  br label %69

69:                                               ; preds = %52
  %70 = load i64, ptr %7, align 8, !tbaa !24
  store i64 %70, ptr %5, align 8, !tbaa !24
  br label %11, !llvm.loop !72

71:                                               ; preds = %51, %17
  call void @llvm.lifetime.end.p0(ptr %7) #17
  %72 = load i32, ptr %8, align 4
  switch i32 %72, label %74 [
    i32 2, label %73
    i32 1, label %73
  ]

73:                                               ; preds = %71, %71
  ret void

74:                                               ; preds = %71
  unreachable
}

; Function Attrs: inlinehint minsize mustprogress nounwind optsize uwtable
define internal noundef zeroext i1 @"_ZZ4mainENK3$_0clERKN12_GLOBAL__N_15EntryES3_"(ptr noundef nonnull align 1 dereferenceable(1) %0, ptr noundef nonnull align 4 dereferenceable(32) %1, ptr noundef nonnull align 4 dereferenceable(32) %2) #4 align 2 {
  %4 = alloca ptr, align 8
  %5 = alloca ptr, align 8
  %6 = alloca ptr, align 8
  store ptr %0, ptr %4, align 8, !tbaa !36
  store ptr %1, ptr %5, align 8, !tbaa !66
  store ptr %2, ptr %6, align 8, !tbaa !66
  %7 = load ptr, ptr %4, align 8
  %8 = load ptr, ptr %5, align 8, !tbaa !66, !nonnull !20, !align !21
  %9 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Entry", ptr %8, i32 0, i32 1
  %10 = load i32, ptr %9, align 4, !tbaa !31
  %11 = load ptr, ptr %6, align 8, !tbaa !66, !nonnull !20, !align !21
  %12 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Entry", ptr %11, i32 0, i32 1
  %13 = load i32, ptr %12, align 4, !tbaa !31
  %14 = icmp ne i32 %10, %13
  br i1 %14, label %15, label %23

15:                                               ; preds = %3
  %16 = load ptr, ptr %5, align 8, !tbaa !66, !nonnull !20, !align !21
  %17 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Entry", ptr %16, i32 0, i32 1
  %18 = load i32, ptr %17, align 4, !tbaa !31
  %19 = load ptr, ptr %6, align 8, !tbaa !66, !nonnull !20, !align !21
  %20 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Entry", ptr %19, i32 0, i32 1
  %21 = load i32, ptr %20, align 4, !tbaa !31
  %22 = icmp ugt i32 %18, %21
  br label %32

23:                                               ; preds = %3
  %24 = load ptr, ptr %5, align 8, !tbaa !66, !nonnull !20, !align !21
  %25 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Entry", ptr %24, i32 0, i32 0
  %26 = getelementptr inbounds [24 x i8], ptr %25, i64 0, i64 0
  %27 = load ptr, ptr %6, align 8, !tbaa !66, !nonnull !20, !align !21
  %28 = getelementptr inbounds nuw %"struct.(anonymous namespace)::Entry", ptr %27, i32 0, i32 0
  %29 = getelementptr inbounds [24 x i8], ptr %28, i64 0, i64 0
  %30 = call i32 @strcmp(ptr noundef %26, ptr noundef %29) #21
  %31 = icmp slt i32 %30, 0
  br label %32

32:                                               ; preds = %23, %15
  %33 = phi i1 [ %22, %15 ], [ %31, %23 ]
  ret i1 %33
}

attributes #0 = { minsize mustprogress norecurse optsize uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #1 = { nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #2 = { minsize mustprogress nounwind optsize uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #3 = { minsize mustprogress optsize uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #4 = { inlinehint minsize mustprogress nounwind optsize uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #5 = { nocallback nofree nounwind willreturn memory(argmem: write) }
attributes #6 = { nocallback nofree nounwind willreturn memory(argmem: readwrite) }
attributes #7 = { minsize optsize "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #8 = { minsize nounwind optsize "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #9 = { minsize nounwind optsize willreturn memory(read) "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #10 = { minsize nounwind optsize allocsize(1) "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #11 = { cold noreturn nounwind memory(inaccessiblemem: write) }
attributes #12 = { minsize nobuiltin nounwind optsize "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #13 = { nocallback nocreateundeforpoison nofree nosync nounwind speculatable willreturn memory(none) }
attributes #14 = { nounwind memory(none) }
attributes #15 = { minsize noinline noreturn nounwind optsize uwtable "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #16 = { inlinehint minsize mustprogress optsize uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #17 = { nounwind }
attributes #18 = { minsize optsize }
attributes #19 = { minsize nounwind optsize }
attributes #20 = { noreturn nounwind }
attributes #21 = { minsize nounwind optsize willreturn memory(read) }
attributes #22 = { noreturn }
attributes #23 = { minsize nounwind optsize allocsize(1) }
attributes #24 = { builtin minsize nounwind optsize }

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
!8 = distinct !{!8, !9}
!9 = !{!"llvm.loop.mustprogress"}
!10 = !{!11, !5, i64 8}
!11 = !{!"_ZTSN12_GLOBAL__N_16HasherE", !12, i64 0, !5, i64 8}
!12 = !{!"_ZTSN12_GLOBAL__N_17VisitorE"}
!13 = !{!14, !14, i64 0}
!14 = !{!"double", !6, i64 0}
!15 = !{!16, !16, i64 0}
!16 = !{!"p1 _ZTSN12_GLOBAL__N_15TableE", !17, i64 0}
!17 = !{!"any pointer", !6, i64 0}
!18 = !{!19, !19, i64 0}
!19 = !{!"p1 int", !17, i64 0}
!20 = !{}
!21 = !{i64 4}
!22 = !{!23, !23, i64 0}
!23 = !{!"p1 omnipotent char", !17, i64 0}
!24 = !{!25, !25, i64 0}
!25 = !{!"long", !6, i64 0}
!26 = !{!6, !6, i64 0}
!27 = !{!28, !28, i64 0}
!28 = !{!"bool", !6, i64 0}
!29 = !{i8 0, i8 2}
!30 = !{i64 8}
!31 = !{!32, !5, i64 24}
!32 = !{!"_ZTSN12_GLOBAL__N_15EntryE", !6, i64 0, !5, i64 24, !5, i64 28}
!33 = distinct !{!33, !9}
!34 = !{!35, !35, i64 0}
!35 = !{!"p1 _ZTSN12_GLOBAL__N_16VectorINS_5EntryEEE", !17, i64 0}
!36 = !{!17, !17, i64 0}
!37 = distinct !{!37, !9}
!38 = !{i64 0, i64 24, !26, i64 24, i64 4, !4, i64 28, i64 4, !4}
!39 = distinct !{!39, !9}
!40 = !{!41, !41, i64 0}
!41 = !{!"p1 _ZTSN12_GLOBAL__N_17PrinterE", !17, i64 0}
!42 = !{!43, !43, i64 0}
!43 = !{!"vtable pointer", !7, i64 0}
!44 = !{!45, !45, i64 0}
!45 = !{!"p1 _ZTSN12_GLOBAL__N_16HasherE", !17, i64 0}
!46 = !{!47, !47, i64 0}
!47 = !{!"p1 _ZTSN12_GLOBAL__N_17VisitorE", !17, i64 0}
!48 = distinct !{!48, !9}
!49 = !{!50, !50, i64 0}
!50 = !{!"p1 double", !17, i64 0}
!51 = distinct !{!51, !9}
!52 = distinct !{!52, !9}
!53 = distinct !{!53, !9}
!54 = distinct !{!54, !9}
!55 = !{!56, !56, i64 0}
!56 = !{!"p1 _ZTSN12_GLOBAL__N_17FailureE", !17, i64 0}
!57 = !{!58, !23, i64 0}
!58 = !{!"_ZTSN12_GLOBAL__N_17FailureE", !23, i64 0, !5, i64 8}
!59 = !{!58, !5, i64 8}
!60 = !{!61, !62, i64 0}
!61 = !{!"_ZTSN12_GLOBAL__N_16VectorINS_5EntryEEE", !62, i64 0, !25, i64 8, !25, i64 16}
!62 = !{!"p1 _ZTSN12_GLOBAL__N_15EntryE", !17, i64 0}
!63 = !{!61, !25, i64 8}
!64 = !{!61, !25, i64 16}
!65 = !{!32, !5, i64 28}
!66 = !{!62, !62, i64 0}
!67 = distinct !{!67, !9}
!68 = distinct !{!68, !9}
!69 = !{!70, !17, i64 0}
!70 = !{!"_ZTSZN12_GLOBAL__N_14sortINS_5EntryEZ4mainE3$_0EEvRNS_6VectorIT_EET0_EUlmmE_", !17, i64 0, !35, i64 8}
!71 = !{!70, !35, i64 8}
!72 = distinct !{!72, !9}
