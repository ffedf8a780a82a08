; ModuleID = 'src/pack.c'
source_filename = "src/pack.c"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

%struct.bits = type { ptr, i64, i64, i32, i32 }

@main.plain = internal global [20000 x i8] zeroinitializer, align 16
@main.packed = internal global [40000 x i8] zeroinitializer, align 16
@main.again = internal global [20000 x i8] zeroinitializer, align 16
@main.words = internal constant [80 x i8] c"the quick brown fox jumps over the lazy dog; pack my box with five dozen jugs. \00", align 16
@.str = private unnamed_addr constant [43 x i8] c"%d bytes packed into %zu, %s, checksum %x\0A\00", align 1
@.str.1 = private unnamed_addr constant [9 x i8] c"and back\00", align 1
@.str.2 = private unnamed_addr constant [6 x i8] c"WRONG\00", align 1
@code_lengths.weight = internal global [640 x i32] zeroinitializer, align 16
@code_lengths.parent = internal global [640 x i32] zeroinitializer, align 16

; Function Attrs: minsize nounwind optsize uwtable
define dso_local i64 @pack(ptr noundef %0, i64 noundef %1, ptr noundef %2, i64 noundef %3) #0 {
  %5 = alloca ptr, align 8
  %6 = alloca i64, align 8
  %7 = alloca ptr, align 8
  %8 = alloca i64, align 8
  %9 = alloca ptr, align 8
  %10 = alloca ptr, align 8
  %11 = alloca [320 x i32], align 16
  %12 = alloca [320 x i8], align 16
  %13 = alloca [320 x i16], align 16
  %14 = alloca %struct.bits, align 8
  %15 = alloca i64, align 8
  %16 = alloca i64, align 8
  %17 = alloca i32, align 4
  %18 = alloca i64, align 8
  store ptr %0, ptr %5, align 8, !tbaa !8
  store i64 %1, ptr %6, align 8, !tbaa !11
  store ptr %2, ptr %7, align 8, !tbaa !8
  store i64 %3, ptr %8, align 8, !tbaa !11
  call void @llvm.lifetime.start.p0(ptr %9) #9
  %19 = load i64, ptr %6, align 8, !tbaa !11
  %20 = mul i64 %19, 2
  %21 = call noalias ptr @malloc(i64 noundef %20) #10
  store ptr %21, ptr %9, align 8, !tbaa !13
  call void @llvm.lifetime.start.p0(ptr %10) #9
  %22 = load i64, ptr %6, align 8, !tbaa !11
  %23 = mul i64 %22, 2
  %24 = call noalias ptr @malloc(i64 noundef %23) #10
  store ptr %24, ptr %10, align 8, !tbaa !13
  call void @llvm.lifetime.start.p0(ptr %11) #9
  call void @llvm.memset.p0.i64(ptr align 16 %11, i8 0, i64 1280, i1 false)
  call void @llvm.lifetime.start.p0(ptr %12) #9
  call void @llvm.lifetime.start.p0(ptr %13) #9
  call void @llvm.memset.p0.i64(ptr align 16 %13, i8 0, i64 640, i1 false)
  call void @llvm.lifetime.start.p0(ptr %14) #9
  %25 = getelementptr inbounds nuw %struct.bits, ptr %14, i32 0, i32 0
  %26 = load ptr, ptr %7, align 8, !tbaa !8
  store ptr %26, ptr %25, align 8, !tbaa !15
  %27 = getelementptr inbounds nuw %struct.bits, ptr %14, i32 0, i32 1
  store i64 0, ptr %27, align 8, !tbaa !17
  %28 = getelementptr inbounds nuw %struct.bits, ptr %14, i32 0, i32 2
  %29 = load i64, ptr %8, align 8, !tbaa !11
  store i64 %29, ptr %28, align 8, !tbaa !18
  %30 = getelementptr inbounds nuw %struct.bits, ptr %14, i32 0, i32 3
  store i32 0, ptr %30, align 8, !tbaa !19
  %31 = getelementptr inbounds nuw %struct.bits, ptr %14, i32 0, i32 4
  store i32 0, ptr %31, align 4, !tbaa !20
  %32 = load ptr, ptr %9, align 8, !tbaa !13
  %33 = icmp ne ptr %32, null
  br i1 %33, label %34, label %37

34:                                               ; preds = %4
  %35 = load ptr, ptr %10, align 8, !tbaa !13
  %36 = icmp ne ptr %35, null
  br i1 %36, label %38, label %37

37:                                               ; preds = %34, %4
  call void @abort() #11
  unreachable

38:                                               ; preds = %34
  call void @llvm.lifetime.start.p0(ptr %15) #9
  %39 = load ptr, ptr %5, align 8, !tbaa !8
  %40 = load i64, ptr %6, align 8, !tbaa !11
  %41 = load ptr, ptr %9, align 8, !tbaa !13
  %42 = load ptr, ptr %10, align 8, !tbaa !13
  %43 = call i64 @find_matches(ptr noundef %39, i64 noundef %40, ptr noundef %41, ptr noundef %42) #12
  store i64 %43, ptr %15, align 8, !tbaa !11
  call void @llvm.lifetime.start.p0(ptr %16) #9
  store i64 0, ptr %16, align 8, !tbaa !11
  br label %44

44:                                               ; preds = %58, %38
  %45 = load i64, ptr %16, align 8, !tbaa !11
  %46 = load i64, ptr %15, align 8, !tbaa !11
  %47 = icmp ult i64 %45, %46
  br i1 %47, label %49, label %48

48:                                               ; preds = %44
  call void @llvm.lifetime.end.p0(ptr %16) #9
  br label %61

49:                                               ; preds = %44
  %50 = load ptr, ptr %9, align 8, !tbaa !13
  %51 = load i64, ptr %16, align 8, !tbaa !11
  %52 = getelementptr inbounds nuw i16, ptr %50, i64 %51
  %53 = load i16, ptr %52, align 2, !tbaa !21
  %54 = zext i16 %53 to i64
  %55 = getelementptr inbounds nuw [320 x i32], ptr %11, i64 0, i64 %54
  %56 = load i32, ptr %55, align 4, !tbaa !4
  %57 = add i32 %56, 1
  store i32 %57, ptr %55, align 4, !tbaa !4
  br label %58

58:                                               ; preds = %49
  %59 = load i64, ptr %16, align 8, !tbaa !11
  %60 = add i64 %59, 1
  store i64 %60, ptr %16, align 8, !tbaa !11
  br label %44, !llvm.loop !23

61:                                               ; preds = %48
  %62 = getelementptr inbounds [320 x i32], ptr %11, i64 0, i64 0
  %63 = getelementptr inbounds [320 x i8], ptr %12, i64 0, i64 0
  call void @code_lengths(ptr noundef %62, ptr noundef %63) #12
  %64 = getelementptr inbounds [320 x i8], ptr %12, i64 0, i64 0
  %65 = getelementptr inbounds [320 x i16], ptr %13, i64 0, i64 0
  call void @canonical_codes(ptr noundef %64, ptr noundef %65) #12
  %66 = load i64, ptr %15, align 8, !tbaa !11
  %67 = trunc i64 %66 to i32
  %68 = and i32 %67, 65535
  call void @put_bits(ptr noundef %14, i32 noundef %68, i32 noundef 16) #12
  %69 = load i64, ptr %15, align 8, !tbaa !11
  %70 = lshr i64 %69, 16
  %71 = trunc i64 %70 to i32
  call void @put_bits(ptr noundef %14, i32 noundef %71, i32 noundef 16) #12
  call void @llvm.lifetime.start.p0(ptr %17) #9
  store i32 0, ptr %17, align 4, !tbaa !4
  br label %72

72:                                               ; preds = %82, %61
  %73 = load i32, ptr %17, align 4, !tbaa !4
  %74 = icmp slt i32 %73, 320
  br i1 %74, label %76, label %75

75:                                               ; preds = %72
  call void @llvm.lifetime.end.p0(ptr %17) #9
  br label %85

76:                                               ; preds = %72
  %77 = load i32, ptr %17, align 4, !tbaa !4
  %78 = sext i32 %77 to i64
  %79 = getelementptr inbounds [320 x i8], ptr %12, i64 0, i64 %78
  %80 = load i8, ptr %79, align 1, !tbaa !25
  %81 = zext i8 %80 to i32
  call void @put_bits(ptr noundef %14, i32 noundef %81, i32 noundef 4) #12
  br label %82

82:                                               ; preds = %76
  %83 = load i32, ptr %17, align 4, !tbaa !4
  %84 = add nsw i32 %83, 1
  store i32 %84, ptr %17, align 4, !tbaa !4
  br label %72, !llvm.loop !26

85:                                               ; preds = %75
  call void @llvm.lifetime.start.p0(ptr %18) #9
  store i64 0, ptr %18, align 8, !tbaa !11
  br label %86

86:                                               ; preds = %120, %85
  %87 = load i64, ptr %18, align 8, !tbaa !11
  %88 = load i64, ptr %15, align 8, !tbaa !11
  %89 = icmp ult i64 %87, %88
  br i1 %89, label %91, label %90

90:                                               ; preds = %86
  call void @llvm.lifetime.end.p0(ptr %18) #9
  br label %123

91:                                               ; preds = %86
  %92 = load ptr, ptr %9, align 8, !tbaa !13
  %93 = load i64, ptr %18, align 8, !tbaa !11
  %94 = getelementptr inbounds nuw i16, ptr %92, i64 %93
  %95 = load i16, ptr %94, align 2, !tbaa !21
  %96 = zext i16 %95 to i64
  %97 = getelementptr inbounds nuw [320 x i16], ptr %13, i64 0, i64 %96
  %98 = load i16, ptr %97, align 2, !tbaa !21
  %99 = load ptr, ptr %9, align 8, !tbaa !13
  %100 = load i64, ptr %18, align 8, !tbaa !11
  %101 = getelementptr inbounds nuw i16, ptr %99, i64 %100
  %102 = load i16, ptr %101, align 2, !tbaa !21
  %103 = zext i16 %102 to i64
  %104 = getelementptr inbounds nuw [320 x i8], ptr %12, i64 0, i64 %103
  %105 = load i8, ptr %104, align 1, !tbaa !25
  %106 = zext i8 %105 to i32
  call void @put_code(ptr noundef %14, i16 noundef zeroext %98, i32 noundef %106) #12
  %107 = load ptr, ptr %9, align 8, !tbaa !13
  %108 = load i64, ptr %18, align 8, !tbaa !11
  %109 = getelementptr inbounds nuw i16, ptr %107, i64 %108
  %110 = load i16, ptr %109, align 2, !tbaa !21
  %111 = zext i16 %110 to i32
  %112 = icmp sge i32 %111, 256
  br i1 %112, label %113, label %119

113:                                              ; preds = %91
  %114 = load ptr, ptr %10, align 8, !tbaa !13
  %115 = load i64, ptr %18, align 8, !tbaa !11
  %116 = getelementptr inbounds nuw i16, ptr %114, i64 %115
  %117 = load i16, ptr %116, align 2, !tbaa !21
  %118 = zext i16 %117 to i32
  call void @put_bits(ptr noundef %14, i32 noundef %118, i32 noundef 12) #12
  br label %119

119:                                              ; preds = %113, %91
  br label %120

120:                                              ; preds = %119
  %121 = load i64, ptr %18, align 8, !tbaa !11
  %122 = add i64 %121, 1
  store i64 %122, ptr %18, align 8, !tbaa !11
  br label %86, !llvm.loop !27

123:                                              ; preds = %90
  call void @put_bits(ptr noundef %14, i32 noundef 0, i32 noundef 7) #12
  %124 = load ptr, ptr %9, align 8, !tbaa !13
  call void @free(ptr noundef %124) #13
  %125 = load ptr, ptr %10, align 8, !tbaa !13
  call void @free(ptr noundef %125) #13
  %126 = getelementptr inbounds nuw %struct.bits, ptr %14, i32 0, i32 1
  %127 = load i64, ptr %126, align 8, !tbaa !17
  call void @llvm.lifetime.end.p0(ptr %15) #9
  call void @llvm.lifetime.end.p0(ptr %14) #9
  call void @llvm.lifetime.end.p0(ptr %13) #9
  call void @llvm.lifetime.end.p0(ptr %12) #9
  call void @llvm.lifetime.end.p0(ptr %11) #9
  call void @llvm.lifetime.end.p0(ptr %10) #9
  call void @llvm.lifetime.end.p0(ptr %9) #9
  ret i64 %127
}

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.start.p0(ptr captures(none)) #1

; Function Attrs: minsize nounwind optsize allocsize(0)
declare noalias ptr @malloc(i64 noundef) #2

; Function Attrs: nocallback nofree nounwind willreturn memory(argmem: write)
declare void @llvm.memset.p0.i64(ptr writeonly captures(none), i8, i64, i1 immarg) #3

; Function Attrs: minsize noreturn nounwind optsize
declare void @abort() #4

; Function Attrs: minsize nounwind optsize uwtable
define internal i64 @find_matches(ptr noundef %0, i64 noundef %1, ptr noundef %2, ptr noundef %3) #0 {
  %5 = alloca ptr, align 8
  %6 = alloca i64, align 8
  %7 = alloca ptr, align 8
  %8 = alloca ptr, align 8
  %9 = alloca [1024 x i32], align 16
  %10 = alloca i64, align 8
  %11 = alloca i64, align 8
  %12 = alloca i32, align 4
  %13 = alloca i32, align 4
  %14 = alloca i64, align 8
  %15 = alloca i32, align 4
  %16 = alloca i32, align 4
  %17 = alloca i64, align 8
  store ptr %0, ptr %5, align 8, !tbaa !8
  store i64 %1, ptr %6, align 8, !tbaa !11
  store ptr %2, ptr %7, align 8, !tbaa !13
  store ptr %3, ptr %8, align 8, !tbaa !13
  call void @llvm.lifetime.start.p0(ptr %9) #9
  call void @llvm.lifetime.start.p0(ptr %10) #9
  store i64 0, ptr %10, align 8, !tbaa !11
  call void @llvm.lifetime.start.p0(ptr %11) #9
  store i64 0, ptr %11, align 8, !tbaa !11
  call void @llvm.lifetime.start.p0(ptr %12) #9
  store i32 0, ptr %12, align 4, !tbaa !4
  br label %18

18:                                               ; preds = %26, %4
  %19 = load i32, ptr %12, align 4, !tbaa !4
  %20 = icmp slt i32 %19, 1024
  br i1 %20, label %22, label %21

21:                                               ; preds = %18
  call void @llvm.lifetime.end.p0(ptr %12) #9
  br label %29

22:                                               ; preds = %18
  %23 = load i32, ptr %12, align 4, !tbaa !4
  %24 = sext i32 %23 to i64
  %25 = getelementptr inbounds [1024 x i32], ptr %9, i64 0, i64 %24
  store i32 -1, ptr %25, align 4, !tbaa !4
  br label %26

26:                                               ; preds = %22
  %27 = load i32, ptr %12, align 4, !tbaa !4
  %28 = add nsw i32 %27, 1
  store i32 %28, ptr %12, align 4, !tbaa !4
  br label %18, !llvm.loop !28

29:                                               ; preds = %21
  br label %30

30:                                               ; preds = %123, %29
  %31 = load i64, ptr %11, align 8, !tbaa !11
  %32 = load i64, ptr %6, align 8, !tbaa !11
  %33 = icmp ult i64 %31, %32
  br i1 %33, label %34, label %124

34:                                               ; preds = %30
  call void @llvm.lifetime.start.p0(ptr %13) #9
  store i32 0, ptr %13, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %14) #9
  store i64 0, ptr %14, align 8, !tbaa !11
  %35 = load i64, ptr %11, align 8, !tbaa !11
  %36 = add i64 %35, 4
  %37 = load i64, ptr %6, align 8, !tbaa !11
  %38 = icmp ule i64 %36, %37
  br i1 %38, label %39, label %88

39:                                               ; preds = %34
  call void @llvm.lifetime.start.p0(ptr %15) #9
  %40 = load ptr, ptr %5, align 8, !tbaa !8
  %41 = load i64, ptr %11, align 8, !tbaa !11
  %42 = getelementptr inbounds nuw i8, ptr %40, i64 %41
  %43 = call i32 @hash4(ptr noundef %42) #12
  store i32 %43, ptr %15, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %16) #9
  %44 = load i32, ptr %15, align 4, !tbaa !4
  %45 = zext i32 %44 to i64
  %46 = getelementptr inbounds nuw [1024 x i32], ptr %9, i64 0, i64 %45
  %47 = load i32, ptr %46, align 4, !tbaa !4
  store i32 %47, ptr %16, align 4, !tbaa !4
  %48 = load i32, ptr %16, align 4, !tbaa !4
  %49 = icmp sge i32 %48, 0
  br i1 %49, label %50, label %82

50:                                               ; preds = %39
  %51 = load i64, ptr %11, align 8, !tbaa !11
  %52 = load i32, ptr %16, align 4, !tbaa !4
  %53 = sext i32 %52 to i64
  %54 = sub i64 %51, %53
  %55 = icmp ult i64 %54, 4096
  br i1 %55, label %56, label %82

56:                                               ; preds = %50
  call void @llvm.lifetime.start.p0(ptr %17) #9
  %57 = load i64, ptr %6, align 8, !tbaa !11
  %58 = load i64, ptr %11, align 8, !tbaa !11
  %59 = sub i64 %57, %58
  %60 = icmp ult i64 %59, 67
  br i1 %60, label %61, label %65

61:                                               ; preds = %56
  %62 = load i64, ptr %6, align 8, !tbaa !11
  %63 = load i64, ptr %11, align 8, !tbaa !11
  %64 = sub i64 %62, %63
  br label %66

65:                                               ; preds = %56
  br label %66

66:                                               ; preds = %65, %61
  %67 = phi i64 [ %64, %61 ], [ 67, %65 ]
  store i64 %67, ptr %17, align 8, !tbaa !11
  %68 = load ptr, ptr %5, align 8, !tbaa !8
  %69 = load i32, ptr %16, align 4, !tbaa !4
  %70 = sext i32 %69 to i64
  %71 = getelementptr inbounds i8, ptr %68, i64 %70
  %72 = load ptr, ptr %5, align 8, !tbaa !8
  %73 = load i64, ptr %11, align 8, !tbaa !11
  %74 = getelementptr inbounds nuw i8, ptr %72, i64 %73
  %75 = load i64, ptr %17, align 8, !tbaa !11
  %76 = trunc i64 %75 to i32
  %77 = call i32 @match_length(ptr noundef %71, ptr noundef %74, i32 noundef %76) #12
  store i32 %77, ptr %13, align 4, !tbaa !4
  %78 = load i64, ptr %11, align 8, !tbaa !11
  %79 = load i32, ptr %16, align 4, !tbaa !4
  %80 = sext i32 %79 to i64
  %81 = sub i64 %78, %80
  store i64 %81, ptr %14, align 8, !tbaa !11
  call void @llvm.lifetime.end.p0(ptr %17) #9
  br label %82

82:                                               ; preds = %66, %50, %39
  %83 = load i64, ptr %11, align 8, !tbaa !11
  %84 = trunc i64 %83 to i32
  %85 = load i32, ptr %15, align 4, !tbaa !4
  %86 = zext i32 %85 to i64
  %87 = getelementptr inbounds nuw [1024 x i32], ptr %9, i64 0, i64 %86
  store i32 %84, ptr %87, align 4, !tbaa !4
  call void @llvm.lifetime.end.p0(ptr %16) #9
  call void @llvm.lifetime.end.p0(ptr %15) #9
  br label %88

88:                                               ; preds = %82, %34
  %89 = load i32, ptr %13, align 4, !tbaa !4
  %90 = icmp sge i32 %89, 4
  br i1 %90, label %91, label %109

91:                                               ; preds = %88
  %92 = load i32, ptr %13, align 4, !tbaa !4
  %93 = add nsw i32 256, %92
  %94 = sub nsw i32 %93, 4
  %95 = trunc i32 %94 to i16
  %96 = load ptr, ptr %7, align 8, !tbaa !13
  %97 = load i64, ptr %10, align 8, !tbaa !11
  %98 = getelementptr inbounds nuw i16, ptr %96, i64 %97
  store i16 %95, ptr %98, align 2, !tbaa !21
  %99 = load i64, ptr %14, align 8, !tbaa !11
  %100 = trunc i64 %99 to i16
  %101 = load ptr, ptr %8, align 8, !tbaa !13
  %102 = load i64, ptr %10, align 8, !tbaa !11
  %103 = add i64 %102, 1
  store i64 %103, ptr %10, align 8, !tbaa !11
  %104 = getelementptr inbounds nuw i16, ptr %101, i64 %102
  store i16 %100, ptr %104, align 2, !tbaa !21
  %105 = load i32, ptr %13, align 4, !tbaa !4
  %106 = sext i32 %105 to i64
  %107 = load i64, ptr %11, align 8, !tbaa !11
  %108 = add i64 %107, %106
  store i64 %108, ptr %11, align 8, !tbaa !11
  br label %123

109:                                              ; preds = %88
  %110 = load ptr, ptr %5, align 8, !tbaa !8
  %111 = load i64, ptr %11, align 8, !tbaa !11
  %112 = add i64 %111, 1
  store i64 %112, ptr %11, align 8, !tbaa !11
  %113 = getelementptr inbounds nuw i8, ptr %110, i64 %111
  %114 = load i8, ptr %113, align 1, !tbaa !25
  %115 = zext i8 %114 to i16
  %116 = load ptr, ptr %7, align 8, !tbaa !13
  %117 = load i64, ptr %10, align 8, !tbaa !11
  %118 = getelementptr inbounds nuw i16, ptr %116, i64 %117
  store i16 %115, ptr %118, align 2, !tbaa !21
  %119 = load ptr, ptr %8, align 8, !tbaa !13
  %120 = load i64, ptr %10, align 8, !tbaa !11
  %121 = add i64 %120, 1
  store i64 %121, ptr %10, align 8, !tbaa !11
  %122 = getelementptr inbounds nuw i16, ptr %119, i64 %120
  store i16 0, ptr %122, align 2, !tbaa !21
  br label %123

123:                                              ; preds = %109, %91
  call void @llvm.lifetime.end.p0(ptr %14) #9
  call void @llvm.lifetime.end.p0(ptr %13) #9
  br label %30, !llvm.loop !29

124:                                              ; preds = %30
  %125 = load i64, ptr %10, align 8, !tbaa !11
  call void @llvm.lifetime.end.p0(ptr %11) #9
  call void @llvm.lifetime.end.p0(ptr %10) #9
  call void @llvm.lifetime.end.p0(ptr %9) #9
  ret i64 %125
}

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.end.p0(ptr captures(none)) #1

; Function Attrs: minsize nounwind optsize uwtable
define internal void @code_lengths(ptr noundef %0, ptr noundef %1) #0 {
  %3 = alloca ptr, align 8
  %4 = alloca ptr, align 8
  %5 = alloca [320 x i32], align 16
  %6 = alloca i32, align 4
  %7 = alloca i32, align 4
  %8 = alloca i32, align 4
  %9 = alloca i32, align 4
  %10 = alloca i32, align 4
  %11 = alloca i32, align 4
  %12 = alloca i32, align 4
  %13 = alloca i32, align 4
  %14 = alloca i32, align 4
  %15 = alloca i32, align 4
  %16 = alloca i32, align 4
  store ptr %0, ptr %3, align 8, !tbaa !30
  store ptr %1, ptr %4, align 8, !tbaa !8
  call void @llvm.lifetime.start.p0(ptr %5) #9
  %17 = getelementptr inbounds [320 x i32], ptr %5, i64 0, i64 0
  %18 = load ptr, ptr %3, align 8, !tbaa !30
  call void @llvm.memcpy.p0.p0.i64(ptr align 16 %17, ptr align 4 %18, i64 1280, i1 false)
  br label %19

19:                                               ; preds = %218, %2
  call void @llvm.lifetime.start.p0(ptr %6) #9
  store i32 320, ptr %6, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %7) #9
  store i32 0, ptr %7, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %8) #9
  store i32 0, ptr %8, align 4, !tbaa !4
  br label %20

20:                                               ; preds = %35, %19
  %21 = load i32, ptr %8, align 4, !tbaa !4
  %22 = icmp slt i32 %21, 320
  br i1 %22, label %24, label %23

23:                                               ; preds = %20
  call void @llvm.lifetime.end.p0(ptr %8) #9
  br label %38

24:                                               ; preds = %20
  %25 = load i32, ptr %8, align 4, !tbaa !4
  %26 = sext i32 %25 to i64
  %27 = getelementptr inbounds [320 x i32], ptr %5, i64 0, i64 %26
  %28 = load i32, ptr %27, align 4, !tbaa !4
  %29 = load i32, ptr %8, align 4, !tbaa !4
  %30 = sext i32 %29 to i64
  %31 = getelementptr inbounds [640 x i32], ptr @code_lengths.weight, i64 0, i64 %30
  store i32 %28, ptr %31, align 4, !tbaa !4
  %32 = load i32, ptr %8, align 4, !tbaa !4
  %33 = sext i32 %32 to i64
  %34 = getelementptr inbounds [640 x i32], ptr @code_lengths.parent, i64 0, i64 %33
  store i32 -1, ptr %34, align 4, !tbaa !4
  br label %35

35:                                               ; preds = %24
  %36 = load i32, ptr %8, align 4, !tbaa !4
  %37 = add nsw i32 %36, 1
  store i32 %37, ptr %8, align 4, !tbaa !4
  br label %20, !llvm.loop !32

38:                                               ; preds = %23
  br label %39

39:                                               ; preds = %124, %38
  call void @llvm.lifetime.start.p0(ptr %9) #9
  store i32 -1, ptr %9, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %10) #9
  store i32 -1, ptr %10, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %11) #9
  store i32 0, ptr %11, align 4, !tbaa !4
  br label %40

40:                                               ; preds = %91, %39
  %41 = load i32, ptr %11, align 4, !tbaa !4
  %42 = load i32, ptr %6, align 4, !tbaa !4
  %43 = icmp slt i32 %41, %42
  br i1 %43, label %45, label %44

44:                                               ; preds = %40
  call void @llvm.lifetime.end.p0(ptr %11) #9
  br label %94

45:                                               ; preds = %40
  %46 = load i32, ptr %11, align 4, !tbaa !4
  %47 = sext i32 %46 to i64
  %48 = getelementptr inbounds [640 x i32], ptr @code_lengths.weight, i64 0, i64 %47
  %49 = load i32, ptr %48, align 4, !tbaa !4
  %50 = icmp eq i32 %49, 0
  br i1 %50, label %57, label %51

51:                                               ; preds = %45
  %52 = load i32, ptr %11, align 4, !tbaa !4
  %53 = sext i32 %52 to i64
  %54 = getelementptr inbounds [640 x i32], ptr @code_lengths.parent, i64 0, i64 %53
  %55 = load i32, ptr %54, align 4, !tbaa !4
  %56 = icmp sge i32 %55, 0
  br i1 %56, label %57, label %58

57:                                               ; preds = %51, %45
  br label %91

58:                                               ; preds = %51
  %59 = load i32, ptr %9, align 4, !tbaa !4
  %60 = icmp slt i32 %59, 0
  br i1 %60, label %71, label %61

61:                                               ; preds = %58
  %62 = load i32, ptr %11, align 4, !tbaa !4
  %63 = sext i32 %62 to i64
  %64 = getelementptr inbounds [640 x i32], ptr @code_lengths.weight, i64 0, i64 %63
  %65 = load i32, ptr %64, align 4, !tbaa !4
  %66 = load i32, ptr %9, align 4, !tbaa !4
  %67 = sext i32 %66 to i64
  %68 = getelementptr inbounds [640 x i32], ptr @code_lengths.weight, i64 0, i64 %67
  %69 = load i32, ptr %68, align 4, !tbaa !4
  %70 = icmp ult i32 %65, %69
  br i1 %70, label %71, label %74

71:                                               ; preds = %61, %58
  %72 = load i32, ptr %9, align 4, !tbaa !4
  store i32 %72, ptr %10, align 4, !tbaa !4
  %73 = load i32, ptr %11, align 4, !tbaa !4
  store i32 %73, ptr %9, align 4, !tbaa !4
  br label %90

74:                                               ; preds = %61
  %75 = load i32, ptr %10, align 4, !tbaa !4
  %76 = icmp slt i32 %75, 0
  br i1 %76, label %87, label %77

77:                                               ; preds = %74
  %78 = load i32, ptr %11, align 4, !tbaa !4
  %79 = sext i32 %78 to i64
  %80 = getelementptr inbounds [640 x i32], ptr @code_lengths.weight, i64 0, i64 %79
  %81 = load i32, ptr %80, align 4, !tbaa !4
  %82 = load i32, ptr %10, align 4, !tbaa !4
  %83 = sext i32 %82 to i64
  %84 = getelementptr inbounds [640 x i32], ptr @code_lengths.weight, i64 0, i64 %83
  %85 = load i32, ptr %84, align 4, !tbaa !4
  %86 = icmp ult i32 %81, %85
  br i1 %86, label %87, label %89

87:                                               ; preds = %77, %74
  %88 = load i32, ptr %11, align 4, !tbaa !4
  store i32 %88, ptr %10, align 4, !tbaa !4
  br label %89

89:                                               ; preds = %87, %77
  br label %90

90:                                               ; preds = %89, %71
  br label %91

91:                                               ; preds = %90, %57
  %92 = load i32, ptr %11, align 4, !tbaa !4
  %93 = add nsw i32 %92, 1
  store i32 %93, ptr %11, align 4, !tbaa !4
  br label %40, !llvm.loop !33

94:                                               ; preds = %44
  %95 = load i32, ptr %10, align 4, !tbaa !4
  %96 = icmp slt i32 %95, 0
  br i1 %96, label %97, label %98

97:                                               ; preds = %94
  store i32 7, ptr %12, align 4
  br label %122

98:                                               ; preds = %94
  %99 = load i32, ptr %9, align 4, !tbaa !4
  %100 = sext i32 %99 to i64
  %101 = getelementptr inbounds [640 x i32], ptr @code_lengths.weight, i64 0, i64 %100
  %102 = load i32, ptr %101, align 4, !tbaa !4
  %103 = load i32, ptr %10, align 4, !tbaa !4
  %104 = sext i32 %103 to i64
  %105 = getelementptr inbounds [640 x i32], ptr @code_lengths.weight, i64 0, i64 %104
  %106 = load i32, ptr %105, align 4, !tbaa !4
  %107 = add i32 %102, %106
  %108 = load i32, ptr %6, align 4, !tbaa !4
  %109 = sext i32 %108 to i64
  %110 = getelementptr inbounds [640 x i32], ptr @code_lengths.weight, i64 0, i64 %109
  store i32 %107, ptr %110, align 4, !tbaa !4
  %111 = load i32, ptr %6, align 4, !tbaa !4
  %112 = sext i32 %111 to i64
  %113 = getelementptr inbounds [640 x i32], ptr @code_lengths.parent, i64 0, i64 %112
  store i32 -1, ptr %113, align 4, !tbaa !4
  %114 = load i32, ptr %6, align 4, !tbaa !4
  %115 = add nsw i32 %114, 1
  store i32 %115, ptr %6, align 4, !tbaa !4
  %116 = load i32, ptr %10, align 4, !tbaa !4
  %117 = sext i32 %116 to i64
  %118 = getelementptr inbounds [640 x i32], ptr @code_lengths.parent, i64 0, i64 %117
  store i32 %114, ptr %118, align 4, !tbaa !4
  %119 = load i32, ptr %9, align 4, !tbaa !4
  %120 = sext i32 %119 to i64
  %121 = getelementptr inbounds [640 x i32], ptr @code_lengths.parent, i64 0, i64 %120
  store i32 %114, ptr %121, align 4, !tbaa !4
  store i32 0, ptr %12, align 4
  br label %122

122:                                              ; preds = %98, %97
  call void @llvm.lifetime.end.p0(ptr %10) #9
  call void @llvm.lifetime.end.p0(ptr %9) #9
  %123 = load i32, ptr %12, align 4
  switch i32 %123, label %220 [
    i32 0, label %124
    i32 7, label %125
  ]

124:                                              ; preds = %122
  br label %39

125:                                              ; preds = %122
  call void @llvm.lifetime.start.p0(ptr %13) #9
  store i32 0, ptr %13, align 4, !tbaa !4
  br label %126

126:                                              ; preds = %190, %125
  %127 = load i32, ptr %13, align 4, !tbaa !4
  %128 = icmp slt i32 %127, 320
  br i1 %128, label %130, label %129

129:                                              ; preds = %126
  store i32 12, ptr %12, align 4
  call void @llvm.lifetime.end.p0(ptr %13) #9
  br label %193

130:                                              ; preds = %126
  call void @llvm.lifetime.start.p0(ptr %14) #9
  store i32 0, ptr %14, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %15) #9
  %131 = load i32, ptr %13, align 4, !tbaa !4
  store i32 %131, ptr %15, align 4, !tbaa !4
  br label %132

132:                                              ; preds = %150, %130
  %133 = load i32, ptr %13, align 4, !tbaa !4
  %134 = sext i32 %133 to i64
  %135 = getelementptr inbounds [320 x i32], ptr %5, i64 0, i64 %134
  %136 = load i32, ptr %135, align 4, !tbaa !4
  %137 = icmp ne i32 %136, 0
  br i1 %137, label %138, label %144

138:                                              ; preds = %132
  %139 = load i32, ptr %15, align 4, !tbaa !4
  %140 = sext i32 %139 to i64
  %141 = getelementptr inbounds [640 x i32], ptr @code_lengths.parent, i64 0, i64 %140
  %142 = load i32, ptr %141, align 4, !tbaa !4
  %143 = icmp sge i32 %142, 0
  br label %144

144:                                              ; preds = %138, %132
  %145 = phi i1 [ false, %132 ], [ %143, %138 ]
  br i1 %145, label %147, label %146

146:                                              ; preds = %144
  store i32 15, ptr %12, align 4
  call void @llvm.lifetime.end.p0(ptr %15) #9
  br label %155

147:                                              ; preds = %144
  %148 = load i32, ptr %14, align 4, !tbaa !4
  %149 = add nsw i32 %148, 1
  store i32 %149, ptr %14, align 4, !tbaa !4
  br label %150

150:                                              ; preds = %147
  %151 = load i32, ptr %15, align 4, !tbaa !4
  %152 = sext i32 %151 to i64
  %153 = getelementptr inbounds [640 x i32], ptr @code_lengths.parent, i64 0, i64 %152
  %154 = load i32, ptr %153, align 4, !tbaa !4
  store i32 %154, ptr %15, align 4, !tbaa !4
  br label %132, !llvm.loop !34

155:                                              ; preds = %146
  %156 = load i32, ptr %13, align 4, !tbaa !4
  %157 = sext i32 %156 to i64
  %158 = getelementptr inbounds [320 x i32], ptr %5, i64 0, i64 %157
  %159 = load i32, ptr %158, align 4, !tbaa !4
  %160 = icmp ne i32 %159, 0
  br i1 %160, label %161, label %165

161:                                              ; preds = %155
  %162 = load i32, ptr %14, align 4, !tbaa !4
  %163 = icmp eq i32 %162, 0
  br i1 %163, label %164, label %165

164:                                              ; preds = %161
  br label %167

165:                                              ; preds = %161, %155
  %166 = load i32, ptr %14, align 4, !tbaa !4
  br label %167

167:                                              ; preds = %165, %164
  %168 = phi i32 [ 1, %164 ], [ %166, %165 ]
  %169 = trunc i32 %168 to i8
  %170 = load ptr, ptr %4, align 8, !tbaa !8
  %171 = load i32, ptr %13, align 4, !tbaa !4
  %172 = sext i32 %171 to i64
  %173 = getelementptr inbounds i8, ptr %170, i64 %172
  store i8 %169, ptr %173, align 1, !tbaa !25
  %174 = load ptr, ptr %4, align 8, !tbaa !8
  %175 = load i32, ptr %13, align 4, !tbaa !4
  %176 = sext i32 %175 to i64
  %177 = getelementptr inbounds i8, ptr %174, i64 %176
  %178 = load i8, ptr %177, align 1, !tbaa !25
  %179 = zext i8 %178 to i32
  %180 = load i32, ptr %7, align 4, !tbaa !4
  %181 = icmp sgt i32 %179, %180
  br i1 %181, label %182, label %189

182:                                              ; preds = %167
  %183 = load ptr, ptr %4, align 8, !tbaa !8
  %184 = load i32, ptr %13, align 4, !tbaa !4
  %185 = sext i32 %184 to i64
  %186 = getelementptr inbounds i8, ptr %183, i64 %185
  %187 = load i8, ptr %186, align 1, !tbaa !25
  %188 = zext i8 %187 to i32
  store i32 %188, ptr %7, align 4, !tbaa !4
  br label %189

189:                                              ; preds = %182, %167
  call void @llvm.lifetime.end.p0(ptr %14) #9
  br label %190

190:                                              ; preds = %189
  %191 = load i32, ptr %13, align 4, !tbaa !4
  %192 = add nsw i32 %191, 1
  store i32 %192, ptr %13, align 4, !tbaa !4
  br label %126, !llvm.loop !35

193:                                              ; preds = %129
  %194 = load i32, ptr %7, align 4, !tbaa !4
  %195 = icmp sle i32 %194, 15
  br i1 %195, label %196, label %197

196:                                              ; preds = %193
  store i32 1, ptr %12, align 4
  br label %216

197:                                              ; preds = %193
  call void @llvm.lifetime.start.p0(ptr %16) #9
  store i32 0, ptr %16, align 4, !tbaa !4
  br label %198

198:                                              ; preds = %212, %197
  %199 = load i32, ptr %16, align 4, !tbaa !4
  %200 = icmp slt i32 %199, 320
  br i1 %200, label %202, label %201

201:                                              ; preds = %198
  store i32 18, ptr %12, align 4
  call void @llvm.lifetime.end.p0(ptr %16) #9
  br label %215

202:                                              ; preds = %198
  %203 = load i32, ptr %16, align 4, !tbaa !4
  %204 = sext i32 %203 to i64
  %205 = getelementptr inbounds [320 x i32], ptr %5, i64 0, i64 %204
  %206 = load i32, ptr %205, align 4, !tbaa !4
  %207 = add i32 %206, 1
  %208 = udiv i32 %207, 2
  %209 = load i32, ptr %16, align 4, !tbaa !4
  %210 = sext i32 %209 to i64
  %211 = getelementptr inbounds [320 x i32], ptr %5, i64 0, i64 %210
  store i32 %208, ptr %211, align 4, !tbaa !4
  br label %212

212:                                              ; preds = %202
  %213 = load i32, ptr %16, align 4, !tbaa !4
  %214 = add nsw i32 %213, 1
  store i32 %214, ptr %16, align 4, !tbaa !4
  br label %198, !llvm.loop !36

215:                                              ; preds = %201
  store i32 0, ptr %12, align 4
  br label %216

216:                                              ; preds = %215, %196
  call void @llvm.lifetime.end.p0(ptr %7) #9
  call void @llvm.lifetime.end.p0(ptr %6) #9
  %217 = load i32, ptr %12, align 4
  switch i32 %217, label %219 [
    i32 0, label %218
  ]

218:                                              ; preds = %216
  br label %19

219:                                              ; preds = %216
  call void @llvm.lifetime.end.p0(ptr %5) #9
  ret void

220:                                              ; preds = %122
  unreachable
}

; Function Attrs: minsize nounwind optsize uwtable
define internal void @canonical_codes(ptr noundef %0, ptr noundef %1) #0 {
  %3 = alloca ptr, align 8
  %4 = alloca ptr, align 8
  %5 = alloca i16, align 2
  %6 = alloca i32, align 4
  %7 = alloca i32, align 4
  %8 = alloca i32, align 4
  store ptr %0, ptr %3, align 8, !tbaa !8
  store ptr %1, ptr %4, align 8, !tbaa !13
  call void @llvm.lifetime.start.p0(ptr %5) #9
  store i16 0, ptr %5, align 2, !tbaa !21
  call void @llvm.lifetime.start.p0(ptr %6) #9
  store i32 1, ptr %6, align 4, !tbaa !4
  br label %9

9:                                                ; preds = %43, %2
  %10 = load i32, ptr %6, align 4, !tbaa !4
  %11 = icmp sle i32 %10, 15
  br i1 %11, label %13, label %12

12:                                               ; preds = %9
  store i32 2, ptr %7, align 4
  call void @llvm.lifetime.end.p0(ptr %6) #9
  br label %46

13:                                               ; preds = %9
  call void @llvm.lifetime.start.p0(ptr %8) #9
  store i32 0, ptr %8, align 4, !tbaa !4
  br label %14

14:                                               ; preds = %35, %13
  %15 = load i32, ptr %8, align 4, !tbaa !4
  %16 = icmp slt i32 %15, 320
  br i1 %16, label %18, label %17

17:                                               ; preds = %14
  store i32 5, ptr %7, align 4
  call void @llvm.lifetime.end.p0(ptr %8) #9
  br label %38

18:                                               ; preds = %14
  %19 = load ptr, ptr %3, align 8, !tbaa !8
  %20 = load i32, ptr %8, align 4, !tbaa !4
  %21 = sext i32 %20 to i64
  %22 = getelementptr inbounds i8, ptr %19, i64 %21
  %23 = load i8, ptr %22, align 1, !tbaa !25
  %24 = zext i8 %23 to i32
  %25 = load i32, ptr %6, align 4, !tbaa !4
  %26 = icmp eq i32 %24, %25
  br i1 %26, label %27, label %34

27:                                               ; preds = %18
  %28 = load i16, ptr %5, align 2, !tbaa !21
  %29 = add i16 %28, 1
  store i16 %29, ptr %5, align 2, !tbaa !21
  %30 = load ptr, ptr %4, align 8, !tbaa !13
  %31 = load i32, ptr %8, align 4, !tbaa !4
  %32 = sext i32 %31 to i64
  %33 = getelementptr inbounds i16, ptr %30, i64 %32
  store i16 %28, ptr %33, align 2, !tbaa !21
  br label %34

34:                                               ; preds = %27, %18
  br label %35

35:                                               ; preds = %34
  %36 = load i32, ptr %8, align 4, !tbaa !4
  %37 = add nsw i32 %36, 1
  store i32 %37, ptr %8, align 4, !tbaa !4
  br label %14, !llvm.loop !37

38:                                               ; preds = %17
  %39 = load i16, ptr %5, align 2, !tbaa !21
  %40 = zext i16 %39 to i32
  %41 = shl i32 %40, 1
  %42 = trunc i32 %41 to i16
  store i16 %42, ptr %5, align 2, !tbaa !21
  br label %43

43:                                               ; preds = %38
  %44 = load i32, ptr %6, align 4, !tbaa !4
  %45 = add nsw i32 %44, 1
  store i32 %45, ptr %6, align 4, !tbaa !4
  br label %9, !llvm.loop !38

46:                                               ; preds = %12
  call void @llvm.lifetime.end.p0(ptr %5) #9
  ret void
}

; Function Attrs: minsize nounwind optsize uwtable
define internal void @put_bits(ptr noundef %0, i32 noundef %1, i32 noundef %2) #0 {
  %4 = alloca ptr, align 8
  %5 = alloca i32, align 4
  %6 = alloca i32, align 4
  store ptr %0, ptr %4, align 8, !tbaa !39
  store i32 %1, ptr %5, align 4, !tbaa !4
  store i32 %2, ptr %6, align 4, !tbaa !4
  %7 = load i32, ptr %5, align 4, !tbaa !4
  %8 = load ptr, ptr %4, align 8, !tbaa !39
  %9 = getelementptr inbounds nuw %struct.bits, ptr %8, i32 0, i32 4
  %10 = load i32, ptr %9, align 4, !tbaa !20
  %11 = shl i32 %7, %10
  %12 = load ptr, ptr %4, align 8, !tbaa !39
  %13 = getelementptr inbounds nuw %struct.bits, ptr %12, i32 0, i32 3
  %14 = load i32, ptr %13, align 8, !tbaa !19
  %15 = or i32 %14, %11
  store i32 %15, ptr %13, align 8, !tbaa !19
  %16 = load i32, ptr %6, align 4, !tbaa !4
  %17 = load ptr, ptr %4, align 8, !tbaa !39
  %18 = getelementptr inbounds nuw %struct.bits, ptr %17, i32 0, i32 4
  %19 = load i32, ptr %18, align 4, !tbaa !20
  %20 = add nsw i32 %19, %16
  store i32 %20, ptr %18, align 4, !tbaa !20
  br label %21

21:                                               ; preds = %46, %3
  %22 = load ptr, ptr %4, align 8, !tbaa !39
  %23 = getelementptr inbounds nuw %struct.bits, ptr %22, i32 0, i32 4
  %24 = load i32, ptr %23, align 4, !tbaa !20
  %25 = icmp sge i32 %24, 8
  br i1 %25, label %26, label %59

26:                                               ; preds = %21
  %27 = load ptr, ptr %4, align 8, !tbaa !39
  %28 = getelementptr inbounds nuw %struct.bits, ptr %27, i32 0, i32 1
  %29 = load i64, ptr %28, align 8, !tbaa !17
  %30 = load ptr, ptr %4, align 8, !tbaa !39
  %31 = getelementptr inbounds nuw %struct.bits, ptr %30, i32 0, i32 2
  %32 = load i64, ptr %31, align 8, !tbaa !18
  %33 = icmp ult i64 %29, %32
  br i1 %33, label %34, label %46

34:                                               ; preds = %26
  %35 = load ptr, ptr %4, align 8, !tbaa !39
  %36 = getelementptr inbounds nuw %struct.bits, ptr %35, i32 0, i32 3
  %37 = load i32, ptr %36, align 8, !tbaa !19
  %38 = trunc i32 %37 to i8
  %39 = load ptr, ptr %4, align 8, !tbaa !39
  %40 = getelementptr inbounds nuw %struct.bits, ptr %39, i32 0, i32 0
  %41 = load ptr, ptr %40, align 8, !tbaa !15
  %42 = load ptr, ptr %4, align 8, !tbaa !39
  %43 = getelementptr inbounds nuw %struct.bits, ptr %42, i32 0, i32 1
  %44 = load i64, ptr %43, align 8, !tbaa !17
  %45 = getelementptr inbounds nuw i8, ptr %41, i64 %44
  store i8 %38, ptr %45, align 1, !tbaa !25
  br label %46

46:                                               ; preds = %34, %26
  %47 = load ptr, ptr %4, align 8, !tbaa !39
  %48 = getelementptr inbounds nuw %struct.bits, ptr %47, i32 0, i32 1
  %49 = load i64, ptr %48, align 8, !tbaa !17
  %50 = add i64 %49, 1
  store i64 %50, ptr %48, align 8, !tbaa !17
  %51 = load ptr, ptr %4, align 8, !tbaa !39
  %52 = getelementptr inbounds nuw %struct.bits, ptr %51, i32 0, i32 3
  %53 = load i32, ptr %52, align 8, !tbaa !19
  %54 = lshr i32 %53, 8
  store i32 %54, ptr %52, align 8, !tbaa !19
  %55 = load ptr, ptr %4, align 8, !tbaa !39
  %56 = getelementptr inbounds nuw %struct.bits, ptr %55, i32 0, i32 4
  %57 = load i32, ptr %56, align 4, !tbaa !20
  %58 = sub nsw i32 %57, 8
  store i32 %58, ptr %56, align 4, !tbaa !20
  br label %21, !llvm.loop !41

59:                                               ; preds = %21
  ret void
}

; Function Attrs: minsize nounwind optsize uwtable
define internal void @put_code(ptr noundef %0, i16 noundef zeroext %1, i32 noundef %2) #0 {
  %4 = alloca ptr, align 8
  %5 = alloca i16, align 2
  %6 = alloca i32, align 4
  %7 = alloca i32, align 4
  store ptr %0, ptr %4, align 8, !tbaa !39
  store i16 %1, ptr %5, align 2, !tbaa !21
  store i32 %2, ptr %6, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %7) #9
  %8 = load i32, ptr %6, align 4, !tbaa !4
  %9 = sub nsw i32 %8, 1
  store i32 %9, ptr %7, align 4, !tbaa !4
  br label %10

10:                                               ; preds = %21, %3
  %11 = load i32, ptr %7, align 4, !tbaa !4
  %12 = icmp sge i32 %11, 0
  br i1 %12, label %14, label %13

13:                                               ; preds = %10
  call void @llvm.lifetime.end.p0(ptr %7) #9
  br label %24

14:                                               ; preds = %10
  %15 = load ptr, ptr %4, align 8, !tbaa !39
  %16 = load i16, ptr %5, align 2, !tbaa !21
  %17 = zext i16 %16 to i32
  %18 = load i32, ptr %7, align 4, !tbaa !4
  %19 = ashr i32 %17, %18
  %20 = and i32 %19, 1
  call void @put_bits(ptr noundef %15, i32 noundef %20, i32 noundef 1) #12
  br label %21

21:                                               ; preds = %14
  %22 = load i32, ptr %7, align 4, !tbaa !4
  %23 = add nsw i32 %22, -1
  store i32 %23, ptr %7, align 4, !tbaa !4
  br label %10, !llvm.loop !42

24:                                               ; preds = %13
  ret void
}

; Function Attrs: minsize nounwind optsize
declare void @free(ptr noundef) #5

; Function Attrs: minsize nounwind optsize uwtable
define dso_local i64 @unpack(ptr noundef %0, i64 noundef %1, ptr noundef %2, i64 noundef %3) #0 {
  %5 = alloca i64, align 8
  %6 = alloca ptr, align 8
  %7 = alloca i64, align 8
  %8 = alloca ptr, align 8
  %9 = alloca i64, align 8
  %10 = alloca %struct.bits, align 8
  %11 = alloca [320 x i8], align 16
  %12 = alloca [320 x i16], align 16
  %13 = alloca i64, align 8
  %14 = alloca i64, align 8
  %15 = alloca i32, align 4
  %16 = alloca i32, align 4
  %17 = alloca i32, align 4
  %18 = alloca i64, align 8
  %19 = alloca i32, align 4
  store ptr %0, ptr %6, align 8, !tbaa !8
  store i64 %1, ptr %7, align 8, !tbaa !11
  store ptr %2, ptr %8, align 8, !tbaa !8
  store i64 %3, ptr %9, align 8, !tbaa !11
  call void @llvm.lifetime.start.p0(ptr %10) #9
  %20 = getelementptr inbounds nuw %struct.bits, ptr %10, i32 0, i32 0
  %21 = load ptr, ptr %6, align 8, !tbaa !8
  store ptr %21, ptr %20, align 8, !tbaa !15
  %22 = getelementptr inbounds nuw %struct.bits, ptr %10, i32 0, i32 1
  store i64 0, ptr %22, align 8, !tbaa !17
  %23 = getelementptr inbounds nuw %struct.bits, ptr %10, i32 0, i32 2
  %24 = load i64, ptr %7, align 8, !tbaa !11
  store i64 %24, ptr %23, align 8, !tbaa !18
  %25 = getelementptr inbounds nuw %struct.bits, ptr %10, i32 0, i32 3
  store i32 0, ptr %25, align 8, !tbaa !19
  %26 = getelementptr inbounds nuw %struct.bits, ptr %10, i32 0, i32 4
  store i32 0, ptr %26, align 4, !tbaa !20
  call void @llvm.lifetime.start.p0(ptr %11) #9
  call void @llvm.lifetime.start.p0(ptr %12) #9
  call void @llvm.memset.p0.i64(ptr align 16 %12, i8 0, i64 640, i1 false)
  call void @llvm.lifetime.start.p0(ptr %13) #9
  store i64 0, ptr %13, align 8, !tbaa !11
  call void @llvm.lifetime.start.p0(ptr %14) #9
  %27 = call i32 @get_bits(ptr noundef %10, i32 noundef 16) #12
  %28 = zext i32 %27 to i64
  store i64 %28, ptr %14, align 8, !tbaa !11
  %29 = call i32 @get_bits(ptr noundef %10, i32 noundef 16) #12
  %30 = zext i32 %29 to i64
  %31 = shl i64 %30, 16
  %32 = load i64, ptr %14, align 8, !tbaa !11
  %33 = or i64 %32, %31
  store i64 %33, ptr %14, align 8, !tbaa !11
  call void @llvm.lifetime.start.p0(ptr %15) #9
  store i32 0, ptr %15, align 4, !tbaa !4
  br label %34

34:                                               ; preds = %44, %4
  %35 = load i32, ptr %15, align 4, !tbaa !4
  %36 = icmp slt i32 %35, 320
  br i1 %36, label %38, label %37

37:                                               ; preds = %34
  call void @llvm.lifetime.end.p0(ptr %15) #9
  br label %47

38:                                               ; preds = %34
  %39 = call i32 @get_bits(ptr noundef %10, i32 noundef 4) #12
  %40 = trunc i32 %39 to i8
  %41 = load i32, ptr %15, align 4, !tbaa !4
  %42 = sext i32 %41 to i64
  %43 = getelementptr inbounds [320 x i8], ptr %11, i64 0, i64 %42
  store i8 %40, ptr %43, align 1, !tbaa !25
  br label %44

44:                                               ; preds = %38
  %45 = load i32, ptr %15, align 4, !tbaa !4
  %46 = add nsw i32 %45, 1
  store i32 %46, ptr %15, align 4, !tbaa !4
  br label %34, !llvm.loop !43

47:                                               ; preds = %37
  %48 = getelementptr inbounds [320 x i8], ptr %11, i64 0, i64 0
  %49 = getelementptr inbounds [320 x i16], ptr %12, i64 0, i64 0
  call void @canonical_codes(ptr noundef %48, ptr noundef %49) #12
  br label %50

50:                                               ; preds = %119, %117, %47
  %51 = load i64, ptr %14, align 8, !tbaa !11
  %52 = add i64 %51, -1
  store i64 %52, ptr %14, align 8, !tbaa !11
  %53 = icmp ugt i64 %51, 0
  br i1 %53, label %54, label %120

54:                                               ; preds = %50
  call void @llvm.lifetime.start.p0(ptr %16) #9
  %55 = getelementptr inbounds [320 x i8], ptr %11, i64 0, i64 0
  %56 = getelementptr inbounds [320 x i16], ptr %12, i64 0, i64 0
  %57 = call i32 @get_symbol(ptr noundef %10, ptr noundef %55, ptr noundef %56) #12
  store i32 %57, ptr %16, align 4, !tbaa !4
  %58 = load i32, ptr %16, align 4, !tbaa !4
  %59 = icmp slt i32 %58, 0
  br i1 %59, label %60, label %61

60:                                               ; preds = %54
  store i64 0, ptr %5, align 8
  store i32 1, ptr %17, align 4
  br label %117

61:                                               ; preds = %54
  %62 = load i32, ptr %16, align 4, !tbaa !4
  %63 = icmp slt i32 %62, 256
  br i1 %63, label %64, label %77

64:                                               ; preds = %61
  %65 = load i64, ptr %13, align 8, !tbaa !11
  %66 = load i64, ptr %9, align 8, !tbaa !11
  %67 = icmp ult i64 %65, %66
  br i1 %67, label %68, label %74

68:                                               ; preds = %64
  %69 = load i32, ptr %16, align 4, !tbaa !4
  %70 = trunc i32 %69 to i8
  %71 = load ptr, ptr %8, align 8, !tbaa !8
  %72 = load i64, ptr %13, align 8, !tbaa !11
  %73 = getelementptr inbounds nuw i8, ptr %71, i64 %72
  store i8 %70, ptr %73, align 1, !tbaa !25
  br label %74

74:                                               ; preds = %68, %64
  %75 = load i64, ptr %13, align 8, !tbaa !11
  %76 = add i64 %75, 1
  store i64 %76, ptr %13, align 8, !tbaa !11
  store i32 5, ptr %17, align 4
  br label %117, !llvm.loop !44

77:                                               ; preds = %61
  call void @llvm.lifetime.start.p0(ptr %18) #9
  %78 = call i32 @get_bits(ptr noundef %10, i32 noundef 12) #12
  %79 = zext i32 %78 to i64
  store i64 %79, ptr %18, align 8, !tbaa !11
  %80 = load i64, ptr %18, align 8, !tbaa !11
  %81 = icmp eq i64 %80, 0
  br i1 %81, label %86, label %82

82:                                               ; preds = %77
  %83 = load i64, ptr %18, align 8, !tbaa !11
  %84 = load i64, ptr %13, align 8, !tbaa !11
  %85 = icmp ugt i64 %83, %84
  br i1 %85, label %86, label %87

86:                                               ; preds = %82, %77
  store i64 0, ptr %5, align 8
  store i32 1, ptr %17, align 4
  br label %116

87:                                               ; preds = %82
  call void @llvm.lifetime.start.p0(ptr %19) #9
  %88 = load i32, ptr %16, align 4, !tbaa !4
  %89 = sub nsw i32 %88, 256
  %90 = add nsw i32 %89, 4
  store i32 %90, ptr %19, align 4, !tbaa !4
  br label %91

91:                                               ; preds = %110, %87
  %92 = load i32, ptr %19, align 4, !tbaa !4
  %93 = icmp sgt i32 %92, 0
  br i1 %93, label %95, label %94

94:                                               ; preds = %91
  store i32 7, ptr %17, align 4
  call void @llvm.lifetime.end.p0(ptr %19) #9
  br label %115

95:                                               ; preds = %91
  %96 = load i64, ptr %13, align 8, !tbaa !11
  %97 = load i64, ptr %9, align 8, !tbaa !11
  %98 = icmp ult i64 %96, %97
  br i1 %98, label %99, label %109

99:                                               ; preds = %95
  %100 = load ptr, ptr %8, align 8, !tbaa !8
  %101 = load i64, ptr %13, align 8, !tbaa !11
  %102 = load i64, ptr %18, align 8, !tbaa !11
  %103 = sub i64 %101, %102
  %104 = getelementptr inbounds nuw i8, ptr %100, i64 %103
  %105 = load i8, ptr %104, align 1, !tbaa !25
  %106 = load ptr, ptr %8, align 8, !tbaa !8
  %107 = load i64, ptr %13, align 8, !tbaa !11
  %108 = getelementptr inbounds nuw i8, ptr %106, i64 %107
  store i8 %105, ptr %108, align 1, !tbaa !25
  br label %109

109:                                              ; preds = %99, %95
  br label %110

110:                                              ; preds = %109
  %111 = load i32, ptr %19, align 4, !tbaa !4
  %112 = add nsw i32 %111, -1
  store i32 %112, ptr %19, align 4, !tbaa !4
  %113 = load i64, ptr %13, align 8, !tbaa !11
  %114 = add i64 %113, 1
  store i64 %114, ptr %13, align 8, !tbaa !11
  br label %91, !llvm.loop !45

115:                                              ; preds = %94
  store i32 0, ptr %17, align 4
  br label %116

116:                                              ; preds = %115, %86
  call void @llvm.lifetime.end.p0(ptr %18) #9
  br label %117

117:                                              ; preds = %116, %74, %60
  call void @llvm.lifetime.end.p0(ptr %16) #9
  %118 = load i32, ptr %17, align 4
  switch i32 %118, label %122 [
    i32 0, label %119
    i32 5, label %50
  ]

119:                                              ; preds = %117
  br label %50, !llvm.loop !44

120:                                              ; preds = %50
  %121 = load i64, ptr %13, align 8, !tbaa !11
  store i64 %121, ptr %5, align 8
  store i32 1, ptr %17, align 4
  br label %122

122:                                              ; preds = %120, %117
  call void @llvm.lifetime.end.p0(ptr %14) #9
  call void @llvm.lifetime.end.p0(ptr %13) #9
  call void @llvm.lifetime.end.p0(ptr %12) #9
  call void @llvm.lifetime.end.p0(ptr %11) #9
  call void @llvm.lifetime.end.p0(ptr %10) #9
  %123 = load i64, ptr %5, align 8
  ret i64 %123
}

; Function Attrs: minsize nounwind optsize uwtable
define internal i32 @get_bits(ptr noundef %0, i32 noundef %1) #0 {
  %3 = alloca ptr, align 8
  %4 = alloca i32, align 4
  %5 = alloca i32, align 4
  %6 = alloca i32, align 4
  store ptr %0, ptr %3, align 8, !tbaa !39
  store i32 %1, ptr %4, align 4, !tbaa !4
  br label %7

7:                                                ; preds = %32, %2
  %8 = load ptr, ptr %3, align 8, !tbaa !39
  %9 = getelementptr inbounds nuw %struct.bits, ptr %8, i32 0, i32 4
  %10 = load i32, ptr %9, align 4, !tbaa !20
  %11 = load i32, ptr %4, align 4, !tbaa !4
  %12 = icmp slt i32 %10, %11
  br i1 %12, label %13, label %51

13:                                               ; preds = %7
  call void @llvm.lifetime.start.p0(ptr %5) #9
  %14 = load ptr, ptr %3, align 8, !tbaa !39
  %15 = getelementptr inbounds nuw %struct.bits, ptr %14, i32 0, i32 1
  %16 = load i64, ptr %15, align 8, !tbaa !17
  %17 = load ptr, ptr %3, align 8, !tbaa !39
  %18 = getelementptr inbounds nuw %struct.bits, ptr %17, i32 0, i32 2
  %19 = load i64, ptr %18, align 8, !tbaa !18
  %20 = icmp ult i64 %16, %19
  br i1 %20, label %21, label %31

21:                                               ; preds = %13
  %22 = load ptr, ptr %3, align 8, !tbaa !39
  %23 = getelementptr inbounds nuw %struct.bits, ptr %22, i32 0, i32 0
  %24 = load ptr, ptr %23, align 8, !tbaa !15
  %25 = load ptr, ptr %3, align 8, !tbaa !39
  %26 = getelementptr inbounds nuw %struct.bits, ptr %25, i32 0, i32 1
  %27 = load i64, ptr %26, align 8, !tbaa !17
  %28 = getelementptr inbounds nuw i8, ptr %24, i64 %27
  %29 = load i8, ptr %28, align 1, !tbaa !25
  %30 = zext i8 %29 to i32
  br label %32

31:                                               ; preds = %13
  br label %32

32:                                               ; preds = %31, %21
  %33 = phi i32 [ %30, %21 ], [ 0, %31 ]
  store i32 %33, ptr %5, align 4, !tbaa !4
  %34 = load ptr, ptr %3, align 8, !tbaa !39
  %35 = getelementptr inbounds nuw %struct.bits, ptr %34, i32 0, i32 1
  %36 = load i64, ptr %35, align 8, !tbaa !17
  %37 = add i64 %36, 1
  store i64 %37, ptr %35, align 8, !tbaa !17
  %38 = load i32, ptr %5, align 4, !tbaa !4
  %39 = load ptr, ptr %3, align 8, !tbaa !39
  %40 = getelementptr inbounds nuw %struct.bits, ptr %39, i32 0, i32 4
  %41 = load i32, ptr %40, align 4, !tbaa !20
  %42 = shl i32 %38, %41
  %43 = load ptr, ptr %3, align 8, !tbaa !39
  %44 = getelementptr inbounds nuw %struct.bits, ptr %43, i32 0, i32 3
  %45 = load i32, ptr %44, align 8, !tbaa !19
  %46 = or i32 %45, %42
  store i32 %46, ptr %44, align 8, !tbaa !19
  %47 = load ptr, ptr %3, align 8, !tbaa !39
  %48 = getelementptr inbounds nuw %struct.bits, ptr %47, i32 0, i32 4
  %49 = load i32, ptr %48, align 4, !tbaa !20
  %50 = add nsw i32 %49, 8
  store i32 %50, ptr %48, align 4, !tbaa !20
  call void @llvm.lifetime.end.p0(ptr %5) #9
  br label %7, !llvm.loop !46

51:                                               ; preds = %7
  call void @llvm.lifetime.start.p0(ptr %6) #9
  %52 = load ptr, ptr %3, align 8, !tbaa !39
  %53 = getelementptr inbounds nuw %struct.bits, ptr %52, i32 0, i32 3
  %54 = load i32, ptr %53, align 8, !tbaa !19
  %55 = load i32, ptr %4, align 4, !tbaa !4
  %56 = shl i32 1, %55
  %57 = sub i32 %56, 1
  %58 = and i32 %54, %57
  store i32 %58, ptr %6, align 4, !tbaa !4
  %59 = load i32, ptr %4, align 4, !tbaa !4
  %60 = load ptr, ptr %3, align 8, !tbaa !39
  %61 = getelementptr inbounds nuw %struct.bits, ptr %60, i32 0, i32 3
  %62 = load i32, ptr %61, align 8, !tbaa !19
  %63 = lshr i32 %62, %59
  store i32 %63, ptr %61, align 8, !tbaa !19
  %64 = load i32, ptr %4, align 4, !tbaa !4
  %65 = load ptr, ptr %3, align 8, !tbaa !39
  %66 = getelementptr inbounds nuw %struct.bits, ptr %65, i32 0, i32 4
  %67 = load i32, ptr %66, align 4, !tbaa !20
  %68 = sub nsw i32 %67, %64
  store i32 %68, ptr %66, align 4, !tbaa !20
  %69 = load i32, ptr %6, align 4, !tbaa !4
  call void @llvm.lifetime.end.p0(ptr %6) #9
  ret i32 %69
}

; Function Attrs: minsize nounwind optsize uwtable
define internal i32 @get_symbol(ptr noundef %0, ptr noundef %1, ptr noundef %2) #0 {
  %4 = alloca i32, align 4
  %5 = alloca ptr, align 8
  %6 = alloca ptr, align 8
  %7 = alloca ptr, align 8
  %8 = alloca i32, align 4
  %9 = alloca i32, align 4
  %10 = alloca i32, align 4
  %11 = alloca i32, align 4
  store ptr %0, ptr %5, align 8, !tbaa !39
  store ptr %1, ptr %6, align 8, !tbaa !8
  store ptr %2, ptr %7, align 8, !tbaa !13
  call void @llvm.lifetime.start.p0(ptr %8) #9
  store i32 0, ptr %8, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %9) #9
  store i32 1, ptr %9, align 4, !tbaa !4
  br label %12

12:                                               ; preds = %53, %3
  %13 = load i32, ptr %9, align 4, !tbaa !4
  %14 = icmp sle i32 %13, 15
  br i1 %14, label %16, label %15

15:                                               ; preds = %12
  store i32 2, ptr %10, align 4
  br label %56

16:                                               ; preds = %12
  %17 = load i32, ptr %8, align 4, !tbaa !4
  %18 = shl i32 %17, 1
  %19 = load ptr, ptr %5, align 8, !tbaa !39
  %20 = call i32 @get_bits(ptr noundef %19, i32 noundef 1) #12
  %21 = or i32 %18, %20
  store i32 %21, ptr %8, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %11) #9
  store i32 0, ptr %11, align 4, !tbaa !4
  br label %22

22:                                               ; preds = %47, %16
  %23 = load i32, ptr %11, align 4, !tbaa !4
  %24 = icmp slt i32 %23, 320
  br i1 %24, label %26, label %25

25:                                               ; preds = %22
  store i32 5, ptr %10, align 4
  br label %50

26:                                               ; preds = %22
  %27 = load ptr, ptr %6, align 8, !tbaa !8
  %28 = load i32, ptr %11, align 4, !tbaa !4
  %29 = sext i32 %28 to i64
  %30 = getelementptr inbounds i8, ptr %27, i64 %29
  %31 = load i8, ptr %30, align 1, !tbaa !25
  %32 = zext i8 %31 to i32
  %33 = load i32, ptr %9, align 4, !tbaa !4
  %34 = icmp eq i32 %32, %33
  br i1 %34, label %35, label %46

35:                                               ; preds = %26
  %36 = load ptr, ptr %7, align 8, !tbaa !13
  %37 = load i32, ptr %11, align 4, !tbaa !4
  %38 = sext i32 %37 to i64
  %39 = getelementptr inbounds i16, ptr %36, i64 %38
  %40 = load i16, ptr %39, align 2, !tbaa !21
  %41 = zext i16 %40 to i32
  %42 = load i32, ptr %8, align 4, !tbaa !4
  %43 = icmp eq i32 %41, %42
  br i1 %43, label %44, label %46

44:                                               ; preds = %35
  %45 = load i32, ptr %11, align 4, !tbaa !4
  store i32 %45, ptr %4, align 4
  store i32 1, ptr %10, align 4
  br label %50

46:                                               ; preds = %35, %26
  br label %47

47:                                               ; preds = %46
  %48 = load i32, ptr %11, align 4, !tbaa !4
  %49 = add nsw i32 %48, 1
  store i32 %49, ptr %11, align 4, !tbaa !4
  br label %22, !llvm.loop !47

50:                                               ; preds = %44, %25
  call void @llvm.lifetime.end.p0(ptr %11) #9
  %51 = load i32, ptr %10, align 4
  switch i32 %51, label %56 [
    i32 5, label %52
  ]

52:                                               ; preds = %50
  br label %53

53:                                               ; preds = %52
  %54 = load i32, ptr %9, align 4, !tbaa !4
  %55 = add nsw i32 %54, 1
  store i32 %55, ptr %9, align 4, !tbaa !4
  br label %12, !llvm.loop !48

56:                                               ; preds = %50, %15
  call void @llvm.lifetime.end.p0(ptr %9) #9
  %57 = load i32, ptr %10, align 4
  switch i32 %57, label %59 [
    i32 2, label %58
  ]

58:                                               ; preds = %56
  store i32 -1, ptr %4, align 4
  store i32 1, ptr %10, align 4
  br label %59

59:                                               ; preds = %58, %56
  call void @llvm.lifetime.end.p0(ptr %8) #9
  %60 = load i32, ptr %4, align 4
  ret i32 %60
}

; Function Attrs: minsize nounwind optsize uwtable
define dso_local i32 @main() #0 {
  %1 = alloca i32, align 4
  %2 = alloca i32, align 4
  %3 = alloca i32, align 4
  %4 = alloca i64, align 8
  %5 = alloca i64, align 8
  %6 = alloca i32, align 4
  store i32 0, ptr %1, align 4
  call void @llvm.lifetime.start.p0(ptr %2) #9
  store i32 12345, ptr %2, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %3) #9
  store i32 0, ptr %3, align 4, !tbaa !4
  br label %7

7:                                                ; preds = %37, %0
  %8 = load i32, ptr %3, align 4, !tbaa !4
  %9 = icmp slt i32 %8, 20000
  br i1 %9, label %11, label %10

10:                                               ; preds = %7
  call void @llvm.lifetime.end.p0(ptr %3) #9
  br label %40

11:                                               ; preds = %7
  %12 = load i32, ptr %2, align 4, !tbaa !4
  %13 = mul i32 %12, 1103515245
  %14 = add i32 %13, 12345
  store i32 %14, ptr %2, align 4, !tbaa !4
  %15 = load i32, ptr %2, align 4, !tbaa !4
  %16 = lshr i32 %15, 16
  %17 = urem i32 %16, 11
  %18 = icmp ne i32 %17, 0
  br i1 %18, label %19, label %26

19:                                               ; preds = %11
  %20 = load i32, ptr %3, align 4, !tbaa !4
  %21 = zext i32 %20 to i64
  %22 = urem i64 %21, 79
  %23 = getelementptr inbounds nuw [80 x i8], ptr @main.words, i64 0, i64 %22
  %24 = load i8, ptr %23, align 1, !tbaa !25
  %25 = zext i8 %24 to i32
  br label %31

26:                                               ; preds = %11
  %27 = load i32, ptr %2, align 4, !tbaa !4
  %28 = lshr i32 %27, 24
  %29 = trunc i32 %28 to i8
  %30 = zext i8 %29 to i32
  br label %31

31:                                               ; preds = %26, %19
  %32 = phi i32 [ %25, %19 ], [ %30, %26 ]
  %33 = trunc i32 %32 to i8
  %34 = load i32, ptr %3, align 4, !tbaa !4
  %35 = sext i32 %34 to i64
  %36 = getelementptr inbounds [20000 x i8], ptr @main.plain, i64 0, i64 %35
  store i8 %33, ptr %36, align 1, !tbaa !25
  br label %37

37:                                               ; preds = %31
  %38 = load i32, ptr %3, align 4, !tbaa !4
  %39 = add nsw i32 %38, 1
  store i32 %39, ptr %3, align 4, !tbaa !4
  br label %7, !llvm.loop !49

40:                                               ; preds = %10
  call void @llvm.lifetime.start.p0(ptr %4) #9
  %41 = call i64 @pack(ptr noundef @main.plain, i64 noundef 20000, ptr noundef @main.packed, i64 noundef 40000) #12
  store i64 %41, ptr %4, align 8, !tbaa !11
  call void @llvm.lifetime.start.p0(ptr %5) #9
  %42 = load i64, ptr %4, align 8, !tbaa !11
  %43 = call i64 @unpack(ptr noundef @main.packed, i64 noundef %42, ptr noundef @main.again, i64 noundef 20000) #12
  store i64 %43, ptr %5, align 8, !tbaa !11
  call void @llvm.lifetime.start.p0(ptr %6) #9
  %44 = load i64, ptr %5, align 8, !tbaa !11
  %45 = icmp eq i64 %44, 20000
  br i1 %45, label %46, label %49

46:                                               ; preds = %40
  %47 = call i32 @memcmp(ptr noundef @main.plain, ptr noundef @main.again, i64 noundef 20000) #14
  %48 = icmp eq i32 %47, 0
  br label %49

49:                                               ; preds = %46, %40
  %50 = phi i1 [ false, %40 ], [ %48, %46 ]
  %51 = zext i1 %50 to i32
  store i32 %51, ptr %6, align 4, !tbaa !4
  %52 = load i64, ptr %4, align 8, !tbaa !11
  %53 = load i32, ptr %6, align 4, !tbaa !4
  %54 = icmp ne i32 %53, 0
  %55 = zext i1 %54 to i64
  %56 = select i1 %54, ptr @.str.1, ptr @.str.2
  %57 = load i64, ptr %4, align 8, !tbaa !11
  %58 = call i32 @adler(ptr noundef @main.packed, i64 noundef %57) #12
  %59 = call i32 (ptr, ...) @printf(ptr noundef @.str, i32 noundef 20000, i64 noundef %52, ptr noundef %56, i32 noundef %58) #12
  %60 = load i32, ptr %6, align 4, !tbaa !4
  %61 = icmp ne i32 %60, 0
  %62 = xor i1 %61, true
  %63 = zext i1 %62 to i32
  call void @llvm.lifetime.end.p0(ptr %6) #9
  call void @llvm.lifetime.end.p0(ptr %5) #9
  call void @llvm.lifetime.end.p0(ptr %4) #9
  call void @llvm.lifetime.end.p0(ptr %2) #9
  ret i32 %63
}

; Function Attrs: minsize nounwind optsize willreturn memory(read)
declare i32 @memcmp(ptr noundef, ptr noundef, i64 noundef) #6

; Function Attrs: minsize optsize
declare i32 @printf(ptr noundef, ...) #7

; Function Attrs: minsize nounwind optsize uwtable
define internal i32 @adler(ptr noundef %0, i64 noundef %1) #0 {
  %3 = alloca ptr, align 8
  %4 = alloca i64, align 8
  %5 = alloca i32, align 4
  %6 = alloca i32, align 4
  %7 = alloca i64, align 8
  store ptr %0, ptr %3, align 8, !tbaa !8
  store i64 %1, ptr %4, align 8, !tbaa !11
  call void @llvm.lifetime.start.p0(ptr %5) #9
  store i32 1, ptr %5, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %6) #9
  store i32 0, ptr %6, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %7) #9
  store i64 0, ptr %7, align 8, !tbaa !11
  br label %8

8:                                                ; preds = %26, %2
  %9 = load i64, ptr %7, align 8, !tbaa !11
  %10 = load i64, ptr %4, align 8, !tbaa !11
  %11 = icmp ult i64 %9, %10
  br i1 %11, label %13, label %12

12:                                               ; preds = %8
  call void @llvm.lifetime.end.p0(ptr %7) #9
  br label %29

13:                                               ; preds = %8
  %14 = load i32, ptr %5, align 4, !tbaa !4
  %15 = load ptr, ptr %3, align 8, !tbaa !8
  %16 = load i64, ptr %7, align 8, !tbaa !11
  %17 = getelementptr inbounds nuw i8, ptr %15, i64 %16
  %18 = load i8, ptr %17, align 1, !tbaa !25
  %19 = zext i8 %18 to i32
  %20 = add i32 %14, %19
  %21 = urem i32 %20, 65521
  store i32 %21, ptr %5, align 4, !tbaa !4
  %22 = load i32, ptr %6, align 4, !tbaa !4
  %23 = load i32, ptr %5, align 4, !tbaa !4
  %24 = add i32 %22, %23
  %25 = urem i32 %24, 65521
  store i32 %25, ptr %6, align 4, !tbaa !4
  br label %26

26:                                               ; preds = %13
  %27 = load i64, ptr %7, align 8, !tbaa !11
  %28 = add i64 %27, 1
  store i64 %28, ptr %7, align 8, !tbaa !11
  br label %8, !llvm.loop !50

29:                                               ; preds = %12
  %30 = load i32, ptr %6, align 4, !tbaa !4
  %31 = shl i32 %30, 16
  %32 = load i32, ptr %5, align 4, !tbaa !4
  %33 = or i32 %31, %32
  call void @llvm.lifetime.end.p0(ptr %6) #9
  call void @llvm.lifetime.end.p0(ptr %5) #9
  ret i32 %33
}

; Function Attrs: minsize nounwind optsize uwtable
define internal i32 @hash4(ptr noundef %0) #0 {
  %2 = alloca ptr, align 8
  %3 = alloca i32, align 4
  store ptr %0, ptr %2, align 8, !tbaa !8
  call void @llvm.lifetime.start.p0(ptr %3) #9
  %4 = load ptr, ptr %2, align 8, !tbaa !8
  %5 = getelementptr inbounds i8, ptr %4, i64 0
  %6 = load i8, ptr %5, align 1, !tbaa !25
  %7 = zext i8 %6 to i32
  %8 = load ptr, ptr %2, align 8, !tbaa !8
  %9 = getelementptr inbounds i8, ptr %8, i64 1
  %10 = load i8, ptr %9, align 1, !tbaa !25
  %11 = zext i8 %10 to i32
  %12 = shl i32 %11, 8
  %13 = or i32 %7, %12
  %14 = load ptr, ptr %2, align 8, !tbaa !8
  %15 = getelementptr inbounds i8, ptr %14, i64 2
  %16 = load i8, ptr %15, align 1, !tbaa !25
  %17 = zext i8 %16 to i32
  %18 = shl i32 %17, 16
  %19 = or i32 %13, %18
  %20 = load ptr, ptr %2, align 8, !tbaa !8
  %21 = getelementptr inbounds i8, ptr %20, i64 3
  %22 = load i8, ptr %21, align 1, !tbaa !25
  %23 = zext i8 %22 to i32
  %24 = shl i32 %23, 24
  %25 = or i32 %19, %24
  store i32 %25, ptr %3, align 4, !tbaa !4
  %26 = load i32, ptr %3, align 4, !tbaa !4
  %27 = mul i32 %26, -1640531535
  %28 = lshr i32 %27, 22
  call void @llvm.lifetime.end.p0(ptr %3) #9
  ret i32 %28
}

; Function Attrs: minsize nounwind optsize uwtable
define internal i32 @match_length(ptr noundef %0, ptr noundef %1, i32 noundef %2) #0 {
  %4 = alloca ptr, align 8
  %5 = alloca ptr, align 8
  %6 = alloca i32, align 4
  %7 = alloca i32, align 4
  store ptr %0, ptr %4, align 8, !tbaa !8
  store ptr %1, ptr %5, align 8, !tbaa !8
  store i32 %2, ptr %6, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %7) #9
  store i32 0, ptr %7, align 4, !tbaa !4
  br label %8

8:                                                ; preds = %28, %3
  %9 = load i32, ptr %7, align 4, !tbaa !4
  %10 = load i32, ptr %6, align 4, !tbaa !4
  %11 = icmp slt i32 %9, %10
  br i1 %11, label %12, label %26

12:                                               ; preds = %8
  %13 = load ptr, ptr %4, align 8, !tbaa !8
  %14 = load i32, ptr %7, align 4, !tbaa !4
  %15 = sext i32 %14 to i64
  %16 = getelementptr inbounds i8, ptr %13, i64 %15
  %17 = load i8, ptr %16, align 1, !tbaa !25
  %18 = zext i8 %17 to i32
  %19 = load ptr, ptr %5, align 8, !tbaa !8
  %20 = load i32, ptr %7, align 4, !tbaa !4
  %21 = sext i32 %20 to i64
  %22 = getelementptr inbounds i8, ptr %19, i64 %21
  %23 = load i8, ptr %22, align 1, !tbaa !25
  %24 = zext i8 %23 to i32
  %25 = icmp eq i32 %18, %24
  br label %26

26:                                               ; preds = %12, %8
  %27 = phi i1 [ false, %8 ], [ %25, %12 ]
  br i1 %27, label %28, label %31

28:                                               ; preds = %26
  %29 = load i32, ptr %7, align 4, !tbaa !4
  %30 = add nsw i32 %29, 1
  store i32 %30, ptr %7, align 4, !tbaa !4
  br label %8, !llvm.loop !51

31:                                               ; preds = %26
  %32 = load i32, ptr %7, align 4, !tbaa !4
  call void @llvm.lifetime.end.p0(ptr %7) #9
  ret i32 %32
}

; Function Attrs: nocallback nofree nounwind willreturn memory(argmem: readwrite)
declare void @llvm.memcpy.p0.p0.i64(ptr noalias writeonly captures(none), ptr noalias readonly captures(none), i64, i1 immarg) #8

attributes #0 = { minsize nounwind optsize uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #1 = { nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #2 = { minsize nounwind optsize allocsize(0) "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #3 = { nocallback nofree nounwind willreturn memory(argmem: write) }
attributes #4 = { minsize noreturn nounwind optsize "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #5 = { minsize nounwind optsize "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #6 = { minsize nounwind optsize willreturn memory(read) "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #7 = { minsize optsize "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #8 = { nocallback nofree nounwind willreturn memory(argmem: readwrite) }
attributes #9 = { nounwind }
attributes #10 = { minsize nounwind optsize allocsize(0) }
attributes #11 = { minsize noreturn nounwind optsize }
attributes #12 = { minsize optsize }
attributes #13 = { minsize nounwind optsize }
attributes #14 = { minsize nounwind optsize willreturn memory(read) }

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
!9 = !{!"p1 omnipotent char", !10, i64 0}
!10 = !{!"any pointer", !6, i64 0}
!11 = !{!12, !12, i64 0}
!12 = !{!"long", !6, i64 0}
!13 = !{!14, !14, i64 0}
!14 = !{!"p1 short", !10, i64 0}
!15 = !{!16, !9, i64 0}
!16 = !{!"bits", !9, i64 0, !12, i64 8, !12, i64 16, !5, i64 24, !5, i64 28}
!17 = !{!16, !12, i64 8}
!18 = !{!16, !12, i64 16}
!19 = !{!16, !5, i64 24}
!20 = !{!16, !5, i64 28}
!21 = !{!22, !22, i64 0}
!22 = !{!"short", !6, i64 0}
!23 = distinct !{!23, !24}
!24 = !{!"llvm.loop.mustprogress"}
!25 = !{!6, !6, i64 0}
!26 = distinct !{!26, !24}
!27 = distinct !{!27, !24}
!28 = distinct !{!28, !24}
!29 = distinct !{!29, !24}
!30 = !{!31, !31, i64 0}
!31 = !{!"p1 int", !10, i64 0}
!32 = distinct !{!32, !24}
!33 = distinct !{!33, !24}
!34 = distinct !{!34, !24}
!35 = distinct !{!35, !24}
!36 = distinct !{!36, !24}
!37 = distinct !{!37, !24}
!38 = distinct !{!38, !24}
!39 = !{!40, !40, i64 0}
!40 = !{!"p1 _ZTS4bits", !10, i64 0}
!41 = distinct !{!41, !24}
!42 = distinct !{!42, !24}
!43 = distinct !{!43, !24}
!44 = distinct !{!44, !24}
!45 = distinct !{!45, !24}
!46 = distinct !{!46, !24}
!47 = distinct !{!47, !24}
!48 = distinct !{!48, !24}
!49 = distinct !{!49, !24}
!50 = distinct !{!50, !24}
!51 = distinct !{!51, !24}
