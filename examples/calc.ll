; ModuleID = 'src/calc.c'
source_filename = "src/calc.c"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

%struct.program = type { [256 x %struct.instruction], i32, [32 x [16 x i8]], i32, i32 }
%struct.instruction = type { i32, i64 }
%struct.lexer = type { ptr, %struct.token }
%struct.token = type { i32, i64, [16 x i8], i8 }

@evaluate.p = internal global %struct.program zeroinitializer, align 8
@main.sample = internal constant [10 x ptr] [ptr @.str, ptr @.str.1, ptr @.str.2, ptr @.str.3, ptr @.str.4, ptr @.str.5, ptr @.str.6, ptr @.str.7, ptr @.str.8, ptr @.str.9], align 16
@.str = private unnamed_addr constant [18 x i8] c"1 + 2 * 3 - 4 % 3\00", align 1
@.str.1 = private unnamed_addr constant [27 x i8] c"a = 0x1f; b = a * a; b - a\00", align 1
@.str.2 = private unnamed_addr constant [19 x i8] c"-(2 + 3) * (7 < 9)\00", align 1
@.str.3 = private unnamed_addr constant [10 x i8] c"((((9))))\00", align 1
@.str.4 = private unnamed_addr constant [23 x i8] c"x = y = 5; x * y == 25\00", align 1
@.str.5 = private unnamed_addr constant [11 x i8] c"10 / 0 + 7\00", align 1
@.str.6 = private unnamed_addr constant [17 x i8] c"# only a comment\00", align 1
@.str.7 = private unnamed_addr constant [8 x i8] c"1 + + 2\00", align 1
@.str.8 = private unnamed_addr constant [7 x i8] c"2 * (3\00", align 1
@.str.9 = private unnamed_addr constant [24 x i8] c"k = 3; k = k * k; k % 4\00", align 1
@.str.10 = private unnamed_addr constant [11 x i8] c"%s -> %ld\0A\00", align 1
@.str.11 = private unnamed_addr constant [22 x i8] c"%s -> not understood\0A\00", align 1
@.str.12 = private unnamed_addr constant [14 x i8] c"checksum %lx\0A\00", align 1
@.str.13 = private unnamed_addr constant [12 x i8] c"+-*/%()=<,;\00", align 1

; Function Attrs: minsize nounwind optsize uwtable
define dso_local i64 @evaluate(ptr noundef %0, ptr noundef %1, ptr noundef %2) #0 {
  %4 = alloca ptr, align 8
  %5 = alloca ptr, align 8
  %6 = alloca ptr, align 8
  %7 = alloca %struct.lexer, align 8
  %8 = alloca i64, align 8
  store ptr %0, ptr %4, align 8, !tbaa !8
  store ptr %1, ptr %5, align 8, !tbaa !11
  store ptr %2, ptr %6, align 8, !tbaa !13
  call void @llvm.lifetime.start.p0(ptr %7) #8
  call void @llvm.memset.p0.i64(ptr align 8 %7, i8 0, i64 48, i1 false)
  %9 = getelementptr inbounds nuw %struct.lexer, ptr %7, i32 0, i32 0
  %10 = load ptr, ptr %4, align 8, !tbaa !8
  store ptr %10, ptr %9, align 8, !tbaa !15
  %11 = getelementptr inbounds nuw %struct.lexer, ptr %7, i32 0, i32 1
  call void @llvm.lifetime.start.p0(ptr %8) #8
  store i64 0, ptr %8, align 8, !tbaa !19
  store i32 0, ptr getelementptr inbounds nuw (%struct.program, ptr @evaluate.p, i32 0, i32 3), align 4, !tbaa !20
  store i32 0, ptr getelementptr inbounds nuw (%struct.program, ptr @evaluate.p, i32 0, i32 4), align 8, !tbaa !22
  call void @advance(ptr noundef %7) #9
  br label %12

12:                                               ; preds = %48, %3
  %13 = getelementptr inbounds nuw %struct.lexer, ptr %7, i32 0, i32 1
  %14 = getelementptr inbounds nuw %struct.token, ptr %13, i32 0, i32 0
  %15 = load i32, ptr %14, align 8, !tbaa !23
  %16 = icmp ne i32 %15, 0
  br i1 %16, label %17, label %21

17:                                               ; preds = %12
  %18 = load i32, ptr getelementptr inbounds nuw (%struct.program, ptr @evaluate.p, i32 0, i32 4), align 8, !tbaa !22
  %19 = icmp ne i32 %18, 0
  %20 = xor i1 %19, true
  br label %21

21:                                               ; preds = %17, %12
  %22 = phi i1 [ false, %12 ], [ %20, %17 ]
  br i1 %22, label %23, label %49

23:                                               ; preds = %21
  store i32 0, ptr getelementptr inbounds nuw (%struct.program, ptr @evaluate.p, i32 0, i32 1), align 8, !tbaa !24
  call void @parse_binary(ptr noundef %7, ptr noundef @evaluate.p, i32 noundef 1) #9
  %24 = getelementptr inbounds nuw %struct.lexer, ptr %7, i32 0, i32 1
  %25 = getelementptr inbounds nuw %struct.token, ptr %24, i32 0, i32 0
  %26 = load i32, ptr %25, align 8, !tbaa !23
  %27 = icmp eq i32 %26, 3
  br i1 %27, label %28, label %35

28:                                               ; preds = %23
  %29 = getelementptr inbounds nuw %struct.lexer, ptr %7, i32 0, i32 1
  %30 = getelementptr inbounds nuw %struct.token, ptr %29, i32 0, i32 3
  %31 = load i8, ptr %30, align 8, !tbaa !25
  %32 = sext i8 %31 to i32
  %33 = icmp eq i32 %32, 59
  br i1 %33, label %34, label %35

34:                                               ; preds = %28
  call void @advance(ptr noundef %7) #9
  br label %42

35:                                               ; preds = %28, %23
  %36 = getelementptr inbounds nuw %struct.lexer, ptr %7, i32 0, i32 1
  %37 = getelementptr inbounds nuw %struct.token, ptr %36, i32 0, i32 0
  %38 = load i32, ptr %37, align 8, !tbaa !23
  %39 = icmp ne i32 %38, 0
  br i1 %39, label %40, label %41

40:                                               ; preds = %35
  store i32 1, ptr getelementptr inbounds nuw (%struct.program, ptr @evaluate.p, i32 0, i32 4), align 8, !tbaa !22
  br label %41

41:                                               ; preds = %40, %35
  br label %42

42:                                               ; preds = %41, %34
  %43 = load i32, ptr getelementptr inbounds nuw (%struct.program, ptr @evaluate.p, i32 0, i32 4), align 8, !tbaa !22
  %44 = icmp ne i32 %43, 0
  br i1 %44, label %48, label %45

45:                                               ; preds = %42
  %46 = load ptr, ptr %5, align 8, !tbaa !11
  %47 = call i64 @execute(ptr noundef @evaluate.p, ptr noundef %46) #9
  store i64 %47, ptr %8, align 8, !tbaa !19
  br label %48

48:                                               ; preds = %45, %42
  br label %12, !llvm.loop !26

49:                                               ; preds = %21
  %50 = load i32, ptr getelementptr inbounds nuw (%struct.program, ptr @evaluate.p, i32 0, i32 4), align 8, !tbaa !22
  %51 = icmp ne i32 %50, 0
  %52 = xor i1 %51, true
  %53 = zext i1 %52 to i32
  %54 = load ptr, ptr %6, align 8, !tbaa !13
  store i32 %53, ptr %54, align 4, !tbaa !4
  %55 = load i64, ptr %8, align 8, !tbaa !19
  call void @llvm.lifetime.end.p0(ptr %8) #8
  call void @llvm.lifetime.end.p0(ptr %7) #8
  ret i64 %55
}

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.start.p0(ptr captures(none)) #1

; Function Attrs: nocallback nofree nounwind willreturn memory(argmem: write)
declare void @llvm.memset.p0.i64(ptr writeonly captures(none), i8, i64, i1 immarg) #2

; Function Attrs: minsize nounwind optsize uwtable
define internal void @advance(ptr noundef %0) #0 {
  %2 = alloca ptr, align 8
  store ptr %0, ptr %2, align 8, !tbaa !28
  br label %3

3:                                                ; preds = %61, %1
  %4 = call ptr @__ctype_b_loc() #10
  %5 = load ptr, ptr %4, align 8, !tbaa !30
  %6 = load ptr, ptr %2, align 8, !tbaa !28
  %7 = getelementptr inbounds nuw %struct.lexer, ptr %6, i32 0, i32 0
  %8 = load ptr, ptr %7, align 8, !tbaa !15
  %9 = load i8, ptr %8, align 1, !tbaa !32
  %10 = zext i8 %9 to i32
  %11 = sext i32 %10 to i64
  %12 = getelementptr inbounds i16, ptr %5, i64 %11
  %13 = load i16, ptr %12, align 2, !tbaa !33
  %14 = zext i16 %13 to i32
  %15 = and i32 %14, 8192
  %16 = icmp ne i32 %15, 0
  br i1 %16, label %24, label %17

17:                                               ; preds = %3
  %18 = load ptr, ptr %2, align 8, !tbaa !28
  %19 = getelementptr inbounds nuw %struct.lexer, ptr %18, i32 0, i32 0
  %20 = load ptr, ptr %19, align 8, !tbaa !15
  %21 = load i8, ptr %20, align 1, !tbaa !32
  %22 = sext i8 %21 to i32
  %23 = icmp eq i32 %22, 35
  br label %24

24:                                               ; preds = %17, %3
  %25 = phi i1 [ true, %3 ], [ %23, %17 ]
  br i1 %25, label %26, label %62

26:                                               ; preds = %24
  %27 = load ptr, ptr %2, align 8, !tbaa !28
  %28 = getelementptr inbounds nuw %struct.lexer, ptr %27, i32 0, i32 0
  %29 = load ptr, ptr %28, align 8, !tbaa !15
  %30 = load i8, ptr %29, align 1, !tbaa !32
  %31 = sext i8 %30 to i32
  %32 = icmp eq i32 %31, 35
  br i1 %32, label %33, label %56

33:                                               ; preds = %26
  br label %34

34:                                               ; preds = %50, %33
  %35 = load ptr, ptr %2, align 8, !tbaa !28
  %36 = getelementptr inbounds nuw %struct.lexer, ptr %35, i32 0, i32 0
  %37 = load ptr, ptr %36, align 8, !tbaa !15
  %38 = load i8, ptr %37, align 1, !tbaa !32
  %39 = sext i8 %38 to i32
  %40 = icmp ne i32 %39, 0
  br i1 %40, label %41, label %48

41:                                               ; preds = %34
  %42 = load ptr, ptr %2, align 8, !tbaa !28
  %43 = getelementptr inbounds nuw %struct.lexer, ptr %42, i32 0, i32 0
  %44 = load ptr, ptr %43, align 8, !tbaa !15
  %45 = load i8, ptr %44, align 1, !tbaa !32
  %46 = sext i8 %45 to i32
  %47 = icmp ne i32 %46, 10
  br label %48

48:                                               ; preds = %41, %34
  %49 = phi i1 [ false, %34 ], [ %47, %41 ]
  br i1 %49, label %50, label %55

50:                                               ; preds = %48
  %51 = load ptr, ptr %2, align 8, !tbaa !28
  %52 = getelementptr inbounds nuw %struct.lexer, ptr %51, i32 0, i32 0
  %53 = load ptr, ptr %52, align 8, !tbaa !15
  %54 = getelementptr inbounds nuw i8, ptr %53, i32 1
  store ptr %54, ptr %52, align 8, !tbaa !15
  br label %34, !llvm.loop !35

55:                                               ; preds = %48
  br label %61

56:                                               ; preds = %26
  %57 = load ptr, ptr %2, align 8, !tbaa !28
  %58 = getelementptr inbounds nuw %struct.lexer, ptr %57, i32 0, i32 0
  %59 = load ptr, ptr %58, align 8, !tbaa !15
  %60 = getelementptr inbounds nuw i8, ptr %59, i32 1
  store ptr %60, ptr %58, align 8, !tbaa !15
  br label %61

61:                                               ; preds = %56, %55
  br label %3, !llvm.loop !36

62:                                               ; preds = %24
  %63 = load ptr, ptr %2, align 8, !tbaa !28
  %64 = getelementptr inbounds nuw %struct.lexer, ptr %63, i32 0, i32 0
  %65 = load ptr, ptr %64, align 8, !tbaa !15
  %66 = load i8, ptr %65, align 1, !tbaa !32
  %67 = sext i8 %66 to i32
  %68 = icmp eq i32 %67, 0
  br i1 %68, label %69, label %73

69:                                               ; preds = %62
  %70 = load ptr, ptr %2, align 8, !tbaa !28
  %71 = getelementptr inbounds nuw %struct.lexer, ptr %70, i32 0, i32 1
  %72 = getelementptr inbounds nuw %struct.token, ptr %71, i32 0, i32 0
  store i32 0, ptr %72, align 8, !tbaa !23
  br label %165

73:                                               ; preds = %62
  %74 = call ptr @__ctype_b_loc() #10
  %75 = load ptr, ptr %74, align 8, !tbaa !30
  %76 = load ptr, ptr %2, align 8, !tbaa !28
  %77 = getelementptr inbounds nuw %struct.lexer, ptr %76, i32 0, i32 0
  %78 = load ptr, ptr %77, align 8, !tbaa !15
  %79 = load i8, ptr %78, align 1, !tbaa !32
  %80 = zext i8 %79 to i32
  %81 = sext i32 %80 to i64
  %82 = getelementptr inbounds i16, ptr %75, i64 %81
  %83 = load i16, ptr %82, align 2, !tbaa !33
  %84 = zext i16 %83 to i32
  %85 = and i32 %84, 2048
  %86 = icmp ne i32 %85, 0
  br i1 %86, label %87, label %89

87:                                               ; preds = %73
  %88 = load ptr, ptr %2, align 8, !tbaa !28
  call void @lex_number(ptr noundef %88) #9
  br label %164

89:                                               ; preds = %73
  %90 = call ptr @__ctype_b_loc() #10
  %91 = load ptr, ptr %90, align 8, !tbaa !30
  %92 = load ptr, ptr %2, align 8, !tbaa !28
  %93 = getelementptr inbounds nuw %struct.lexer, ptr %92, i32 0, i32 0
  %94 = load ptr, ptr %93, align 8, !tbaa !15
  %95 = load i8, ptr %94, align 1, !tbaa !32
  %96 = zext i8 %95 to i32
  %97 = sext i32 %96 to i64
  %98 = getelementptr inbounds i16, ptr %91, i64 %97
  %99 = load i16, ptr %98, align 2, !tbaa !33
  %100 = zext i16 %99 to i32
  %101 = and i32 %100, 1024
  %102 = icmp ne i32 %101, 0
  br i1 %102, label %110, label %103

103:                                              ; preds = %89
  %104 = load ptr, ptr %2, align 8, !tbaa !28
  %105 = getelementptr inbounds nuw %struct.lexer, ptr %104, i32 0, i32 0
  %106 = load ptr, ptr %105, align 8, !tbaa !15
  %107 = load i8, ptr %106, align 1, !tbaa !32
  %108 = sext i8 %107 to i32
  %109 = icmp eq i32 %108, 95
  br i1 %109, label %110, label %112

110:                                              ; preds = %103, %89
  %111 = load ptr, ptr %2, align 8, !tbaa !28
  call void @lex_name(ptr noundef %111) #9
  br label %163

112:                                              ; preds = %103
  %113 = load ptr, ptr %2, align 8, !tbaa !28
  %114 = getelementptr inbounds nuw %struct.lexer, ptr %113, i32 0, i32 0
  %115 = load ptr, ptr %114, align 8, !tbaa !15
  %116 = load i8, ptr %115, align 1, !tbaa !32
  %117 = sext i8 %116 to i32
  %118 = call ptr @strchr(ptr noundef @.str.13, i32 noundef %117) #11
  %119 = icmp ne ptr %118, null
  br i1 %119, label %120, label %154

120:                                              ; preds = %112
  %121 = load ptr, ptr %2, align 8, !tbaa !28
  %122 = getelementptr inbounds nuw %struct.lexer, ptr %121, i32 0, i32 1
  %123 = getelementptr inbounds nuw %struct.token, ptr %122, i32 0, i32 0
  store i32 3, ptr %123, align 8, !tbaa !23
  %124 = load ptr, ptr %2, align 8, !tbaa !28
  %125 = getelementptr inbounds nuw %struct.lexer, ptr %124, i32 0, i32 0
  %126 = load ptr, ptr %125, align 8, !tbaa !15
  %127 = getelementptr inbounds nuw i8, ptr %126, i32 1
  store ptr %127, ptr %125, align 8, !tbaa !15
  %128 = load i8, ptr %126, align 1, !tbaa !32
  %129 = load ptr, ptr %2, align 8, !tbaa !28
  %130 = getelementptr inbounds nuw %struct.lexer, ptr %129, i32 0, i32 1
  %131 = getelementptr inbounds nuw %struct.token, ptr %130, i32 0, i32 3
  store i8 %128, ptr %131, align 8, !tbaa !25
  %132 = load ptr, ptr %2, align 8, !tbaa !28
  %133 = getelementptr inbounds nuw %struct.lexer, ptr %132, i32 0, i32 1
  %134 = getelementptr inbounds nuw %struct.token, ptr %133, i32 0, i32 3
  %135 = load i8, ptr %134, align 8, !tbaa !25
  %136 = sext i8 %135 to i32
  %137 = icmp eq i32 %136, 61
  br i1 %137, label %138, label %153

138:                                              ; preds = %120
  %139 = load ptr, ptr %2, align 8, !tbaa !28
  %140 = getelementptr inbounds nuw %struct.lexer, ptr %139, i32 0, i32 0
  %141 = load ptr, ptr %140, align 8, !tbaa !15
  %142 = load i8, ptr %141, align 1, !tbaa !32
  %143 = sext i8 %142 to i32
  %144 = icmp eq i32 %143, 61
  br i1 %144, label %145, label %153

145:                                              ; preds = %138
  %146 = load ptr, ptr %2, align 8, !tbaa !28
  %147 = getelementptr inbounds nuw %struct.lexer, ptr %146, i32 0, i32 1
  %148 = getelementptr inbounds nuw %struct.token, ptr %147, i32 0, i32 3
  store i8 101, ptr %148, align 8, !tbaa !25
  %149 = load ptr, ptr %2, align 8, !tbaa !28
  %150 = getelementptr inbounds nuw %struct.lexer, ptr %149, i32 0, i32 0
  %151 = load ptr, ptr %150, align 8, !tbaa !15
  %152 = getelementptr inbounds nuw i8, ptr %151, i32 1
  store ptr %152, ptr %150, align 8, !tbaa !15
  br label %153

153:                                              ; preds = %145, %138, %120
  br label %162

154:                                              ; preds = %112
  %155 = load ptr, ptr %2, align 8, !tbaa !28
  %156 = getelementptr inbounds nuw %struct.lexer, ptr %155, i32 0, i32 1
  %157 = getelementptr inbounds nuw %struct.token, ptr %156, i32 0, i32 0
  store i32 4, ptr %157, align 8, !tbaa !23
  %158 = load ptr, ptr %2, align 8, !tbaa !28
  %159 = getelementptr inbounds nuw %struct.lexer, ptr %158, i32 0, i32 0
  %160 = load ptr, ptr %159, align 8, !tbaa !15
  %161 = getelementptr inbounds nuw i8, ptr %160, i32 1
  store ptr %161, ptr %159, align 8, !tbaa !15
  br label %162

162:                                              ; preds = %154, %153
  br label %163

163:                                              ; preds = %162, %110
  br label %164

164:                                              ; preds = %163, %87
  br label %165

165:                                              ; preds = %164, %69
  ret void
}

; Function Attrs: minsize nounwind optsize uwtable
define internal void @parse_binary(ptr noundef %0, ptr noundef %1, i32 noundef %2) #0 {
  %4 = alloca ptr, align 8
  %5 = alloca ptr, align 8
  %6 = alloca i32, align 4
  %7 = alloca i8, align 1
  %8 = alloca i32, align 4
  %9 = alloca i32, align 4
  store ptr %0, ptr %4, align 8, !tbaa !28
  store ptr %1, ptr %5, align 8, !tbaa !37
  store i32 %2, ptr %6, align 4, !tbaa !4
  %10 = load ptr, ptr %4, align 8, !tbaa !28
  %11 = load ptr, ptr %5, align 8, !tbaa !37
  call void @parse_primary(ptr noundef %10, ptr noundef %11) #9
  br label %12

12:                                               ; preds = %51, %3
  %13 = load ptr, ptr %4, align 8, !tbaa !28
  %14 = getelementptr inbounds nuw %struct.lexer, ptr %13, i32 0, i32 1
  %15 = getelementptr inbounds nuw %struct.token, ptr %14, i32 0, i32 0
  %16 = load i32, ptr %15, align 8, !tbaa !23
  %17 = icmp eq i32 %16, 3
  br i1 %17, label %18, label %24

18:                                               ; preds = %12
  %19 = load ptr, ptr %5, align 8, !tbaa !37
  %20 = getelementptr inbounds nuw %struct.program, ptr %19, i32 0, i32 4
  %21 = load i32, ptr %20, align 8, !tbaa !22
  %22 = icmp ne i32 %21, 0
  %23 = xor i1 %22, true
  br label %24

24:                                               ; preds = %18, %12
  %25 = phi i1 [ false, %12 ], [ %23, %18 ]
  br i1 %25, label %26, label %52

26:                                               ; preds = %24
  call void @llvm.lifetime.start.p0(ptr %7) #8
  %27 = load ptr, ptr %4, align 8, !tbaa !28
  %28 = getelementptr inbounds nuw %struct.lexer, ptr %27, i32 0, i32 1
  %29 = getelementptr inbounds nuw %struct.token, ptr %28, i32 0, i32 3
  %30 = load i8, ptr %29, align 8, !tbaa !25
  store i8 %30, ptr %7, align 1, !tbaa !32
  call void @llvm.lifetime.start.p0(ptr %8) #8
  %31 = load i8, ptr %7, align 1, !tbaa !32
  %32 = call i32 @precedence(i8 noundef signext %31) #9
  store i32 %32, ptr %8, align 4, !tbaa !4
  %33 = load i32, ptr %8, align 4, !tbaa !4
  %34 = icmp eq i32 %33, 0
  br i1 %34, label %39, label %35

35:                                               ; preds = %26
  %36 = load i32, ptr %8, align 4, !tbaa !4
  %37 = load i32, ptr %6, align 4, !tbaa !4
  %38 = icmp slt i32 %36, %37
  br i1 %38, label %39, label %40

39:                                               ; preds = %35, %26
  store i32 1, ptr %9, align 4
  br label %49

40:                                               ; preds = %35
  %41 = load ptr, ptr %4, align 8, !tbaa !28
  call void @advance(ptr noundef %41) #9
  %42 = load ptr, ptr %4, align 8, !tbaa !28
  %43 = load ptr, ptr %5, align 8, !tbaa !37
  %44 = load i32, ptr %8, align 4, !tbaa !4
  %45 = add nsw i32 %44, 1
  call void @parse_binary(ptr noundef %42, ptr noundef %43, i32 noundef %45) #9
  %46 = load ptr, ptr %5, align 8, !tbaa !37
  %47 = load i8, ptr %7, align 1, !tbaa !32
  %48 = call i32 @operator_code(i8 noundef signext %47) #9
  call void @emit(ptr noundef %46, i32 noundef %48, i64 noundef 0) #9
  store i32 0, ptr %9, align 4
  br label %49

49:                                               ; preds = %40, %39
  call void @llvm.lifetime.end.p0(ptr %8) #8
  call void @llvm.lifetime.end.p0(ptr %7) #8
  %50 = load i32, ptr %9, align 4
  switch i32 %50, label %53 [
    i32 0, label %51
    i32 1, label %52
  ]

51:                                               ; preds = %49
  br label %12, !llvm.loop !39

52:                                               ; preds = %49, %24
  ret void

53:                                               ; preds = %49
  unreachable
}

; Function Attrs: minsize nounwind optsize uwtable
define internal i64 @execute(ptr noundef %0, ptr noundef %1) #0 {
  %3 = alloca ptr, align 8
  %4 = alloca ptr, align 8
  %5 = alloca [257 x i64], align 16
  %6 = alloca i32, align 4
  %7 = alloca i32, align 4
  %8 = alloca i32, align 4
  %9 = alloca i64, align 8
  %10 = alloca i32, align 4
  %11 = alloca i64, align 8
  %12 = alloca i64, align 8
  %13 = alloca i64, align 8
  store ptr %0, ptr %3, align 8, !tbaa !37
  store ptr %1, ptr %4, align 8, !tbaa !11
  call void @llvm.lifetime.start.p0(ptr %5) #8
  call void @llvm.memset.p0.i64(ptr align 16 %5, i8 0, i64 2056, i1 false)
  call void @llvm.lifetime.start.p0(ptr %6) #8
  store i32 0, ptr %6, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %7) #8
  store i32 0, ptr %7, align 4, !tbaa !4
  br label %14

14:                                               ; preds = %148, %2
  %15 = load i32, ptr %7, align 4, !tbaa !4
  %16 = load ptr, ptr %3, align 8, !tbaa !37
  %17 = getelementptr inbounds nuw %struct.program, ptr %16, i32 0, i32 1
  %18 = load i32, ptr %17, align 8, !tbaa !24
  %19 = icmp slt i32 %15, %18
  br i1 %19, label %21, label %20

20:                                               ; preds = %14
  store i32 2, ptr %8, align 4
  call void @llvm.lifetime.end.p0(ptr %7) #8
  br label %151

21:                                               ; preds = %14
  call void @llvm.lifetime.start.p0(ptr %9) #8
  %22 = load ptr, ptr %3, align 8, !tbaa !37
  %23 = getelementptr inbounds nuw %struct.program, ptr %22, i32 0, i32 0
  %24 = load i32, ptr %7, align 4, !tbaa !4
  %25 = sext i32 %24 to i64
  %26 = getelementptr inbounds [256 x %struct.instruction], ptr %23, i64 0, i64 %25
  %27 = getelementptr inbounds nuw %struct.instruction, ptr %26, i32 0, i32 1
  %28 = load i64, ptr %27, align 8, !tbaa !40
  store i64 %28, ptr %9, align 8, !tbaa !19
  call void @llvm.lifetime.start.p0(ptr %10) #8
  %29 = load ptr, ptr %3, align 8, !tbaa !37
  %30 = getelementptr inbounds nuw %struct.program, ptr %29, i32 0, i32 0
  %31 = load i32, ptr %7, align 4, !tbaa !4
  %32 = sext i32 %31 to i64
  %33 = getelementptr inbounds [256 x %struct.instruction], ptr %30, i64 0, i64 %32
  %34 = getelementptr inbounds nuw %struct.instruction, ptr %33, i32 0, i32 0
  %35 = load i32, ptr %34, align 8, !tbaa !42
  store i32 %35, ptr %10, align 4, !tbaa !4
  %36 = load i32, ptr %10, align 4, !tbaa !4
  %37 = icmp eq i32 %36, 0
  br i1 %37, label %38, label %44

38:                                               ; preds = %21
  %39 = load i64, ptr %9, align 8, !tbaa !19
  %40 = load i32, ptr %6, align 4, !tbaa !4
  %41 = add nsw i32 %40, 1
  store i32 %41, ptr %6, align 4, !tbaa !4
  %42 = sext i32 %40 to i64
  %43 = getelementptr inbounds [257 x i64], ptr %5, i64 0, i64 %42
  store i64 %39, ptr %43, align 8, !tbaa !19
  store i32 4, ptr %8, align 4
  br label %145

44:                                               ; preds = %21
  %45 = load i32, ptr %10, align 4, !tbaa !4
  %46 = icmp eq i32 %45, 1
  br i1 %46, label %47, label %56

47:                                               ; preds = %44
  %48 = load ptr, ptr %4, align 8, !tbaa !11
  %49 = load i64, ptr %9, align 8, !tbaa !19
  %50 = getelementptr inbounds i64, ptr %48, i64 %49
  %51 = load i64, ptr %50, align 8, !tbaa !19
  %52 = load i32, ptr %6, align 4, !tbaa !4
  %53 = add nsw i32 %52, 1
  store i32 %53, ptr %6, align 4, !tbaa !4
  %54 = sext i32 %52 to i64
  %55 = getelementptr inbounds [257 x i64], ptr %5, i64 0, i64 %54
  store i64 %51, ptr %55, align 8, !tbaa !19
  store i32 4, ptr %8, align 4
  br label %145

56:                                               ; preds = %44
  %57 = load i32, ptr %10, align 4, !tbaa !4
  %58 = icmp eq i32 %57, 2
  br i1 %58, label %59, label %68

59:                                               ; preds = %56
  %60 = load i32, ptr %6, align 4, !tbaa !4
  %61 = sub nsw i32 %60, 1
  %62 = sext i32 %61 to i64
  %63 = getelementptr inbounds [257 x i64], ptr %5, i64 0, i64 %62
  %64 = load i64, ptr %63, align 8, !tbaa !19
  %65 = load ptr, ptr %4, align 8, !tbaa !11
  %66 = load i64, ptr %9, align 8, !tbaa !19
  %67 = getelementptr inbounds i64, ptr %65, i64 %66
  store i64 %64, ptr %67, align 8, !tbaa !19
  store i32 4, ptr %8, align 4
  br label %145

68:                                               ; preds = %56
  %69 = load i32, ptr %10, align 4, !tbaa !4
  %70 = icmp eq i32 %69, 8
  br i1 %70, label %71, label %82

71:                                               ; preds = %68
  %72 = load i32, ptr %6, align 4, !tbaa !4
  %73 = sub nsw i32 %72, 1
  %74 = sext i32 %73 to i64
  %75 = getelementptr inbounds [257 x i64], ptr %5, i64 0, i64 %74
  %76 = load i64, ptr %75, align 8, !tbaa !19
  %77 = sub i64 0, %76
  %78 = load i32, ptr %6, align 4, !tbaa !4
  %79 = sub nsw i32 %78, 1
  %80 = sext i32 %79 to i64
  %81 = getelementptr inbounds [257 x i64], ptr %5, i64 0, i64 %80
  store i64 %77, ptr %81, align 8, !tbaa !19
  store i32 4, ptr %8, align 4
  br label %145

82:                                               ; preds = %68
  call void @llvm.lifetime.start.p0(ptr %11) #8
  %83 = load i32, ptr %6, align 4, !tbaa !4
  %84 = add nsw i32 %83, -1
  store i32 %84, ptr %6, align 4, !tbaa !4
  %85 = sext i32 %84 to i64
  %86 = getelementptr inbounds [257 x i64], ptr %5, i64 0, i64 %85
  %87 = load i64, ptr %86, align 8, !tbaa !19
  store i64 %87, ptr %11, align 8, !tbaa !19
  call void @llvm.lifetime.start.p0(ptr %12) #8
  %88 = load i32, ptr %6, align 4, !tbaa !4
  %89 = sub nsw i32 %88, 1
  %90 = sext i32 %89 to i64
  %91 = getelementptr inbounds [257 x i64], ptr %5, i64 0, i64 %90
  %92 = load i64, ptr %91, align 8, !tbaa !19
  store i64 %92, ptr %12, align 8, !tbaa !19
  call void @llvm.lifetime.start.p0(ptr %13) #8
  store i64 0, ptr %13, align 8, !tbaa !19
  %93 = load i32, ptr %10, align 4, !tbaa !4
  switch i32 %93, label %138 [
    i32 3, label %94
    i32 4, label %98
    i32 5, label %102
    i32 6, label %106
    i32 7, label %116
    i32 9, label %126
    i32 10, label %132
  ]

94:                                               ; preds = %82
  %95 = load i64, ptr %12, align 8, !tbaa !19
  %96 = load i64, ptr %11, align 8, !tbaa !19
  %97 = add i64 %95, %96
  store i64 %97, ptr %13, align 8, !tbaa !19
  br label %139

98:                                               ; preds = %82
  %99 = load i64, ptr %12, align 8, !tbaa !19
  %100 = load i64, ptr %11, align 8, !tbaa !19
  %101 = sub i64 %99, %100
  store i64 %101, ptr %13, align 8, !tbaa !19
  br label %139

102:                                              ; preds = %82
  %103 = load i64, ptr %12, align 8, !tbaa !19
  %104 = load i64, ptr %11, align 8, !tbaa !19
  %105 = mul i64 %103, %104
  store i64 %105, ptr %13, align 8, !tbaa !19
  br label %139

106:                                              ; preds = %82
  %107 = load i64, ptr %11, align 8, !tbaa !19
  %108 = icmp ne i64 %107, 0
  br i1 %108, label %109, label %113

109:                                              ; preds = %106
  %110 = load i64, ptr %12, align 8, !tbaa !19
  %111 = load i64, ptr %11, align 8, !tbaa !19
  %112 = udiv i64 %110, %111
  br label %114

113:                                              ; preds = %106
  br label %114

114:                                              ; preds = %113, %109
  %115 = phi i64 [ %112, %109 ], [ 0, %113 ]
  store i64 %115, ptr %13, align 8, !tbaa !19
  br label %139

116:                                              ; preds = %82
  %117 = load i64, ptr %11, align 8, !tbaa !19
  %118 = icmp ne i64 %117, 0
  br i1 %118, label %119, label %123

119:                                              ; preds = %116
  %120 = load i64, ptr %12, align 8, !tbaa !19
  %121 = load i64, ptr %11, align 8, !tbaa !19
  %122 = urem i64 %120, %121
  br label %124

123:                                              ; preds = %116
  br label %124

124:                                              ; preds = %123, %119
  %125 = phi i64 [ %122, %119 ], [ 0, %123 ]
  store i64 %125, ptr %13, align 8, !tbaa !19
  br label %139

126:                                              ; preds = %82
  %127 = load i64, ptr %12, align 8, !tbaa !19
  %128 = load i64, ptr %11, align 8, !tbaa !19
  %129 = icmp slt i64 %127, %128
  %130 = zext i1 %129 to i32
  %131 = sext i32 %130 to i64
  store i64 %131, ptr %13, align 8, !tbaa !19
  br label %139

132:                                              ; preds = %82
  %133 = load i64, ptr %12, align 8, !tbaa !19
  %134 = load i64, ptr %11, align 8, !tbaa !19
  %135 = icmp eq i64 %133, %134
  %136 = zext i1 %135 to i32
  %137 = sext i32 %136 to i64
  store i64 %137, ptr %13, align 8, !tbaa !19
  br label %139

138:                                              ; preds = %82
  br label %139

139:                                              ; preds = %138, %132, %126, %124, %114, %102, %98, %94
  %140 = load i64, ptr %13, align 8, !tbaa !19
  %141 = load i32, ptr %6, align 4, !tbaa !4
  %142 = sub nsw i32 %141, 1
  %143 = sext i32 %142 to i64
  %144 = getelementptr inbounds [257 x i64], ptr %5, i64 0, i64 %143
  store i64 %140, ptr %144, align 8, !tbaa !19
  call void @llvm.lifetime.end.p0(ptr %13) #8
  call void @llvm.lifetime.end.p0(ptr %12) #8
  call void @llvm.lifetime.end.p0(ptr %11) #8
  store i32 0, ptr %8, align 4
  br label %145

145:                                              ; preds = %139, %71, %59, %47, %38
  call void @llvm.lifetime.end.p0(ptr %10) #8
  call void @llvm.lifetime.end.p0(ptr %9) #8
  %146 = load i32, ptr %8, align 4
  switch i32 %146, label %163 [
    i32 0, label %147
    i32 4, label %148
  ]

147:                                              ; preds = %145
  br label %148

148:                                              ; preds = %147, %145
  %149 = load i32, ptr %7, align 4, !tbaa !4
  %150 = add nsw i32 %149, 1
  store i32 %150, ptr %7, align 4, !tbaa !4
  br label %14, !llvm.loop !43

151:                                              ; preds = %20
  %152 = load i32, ptr %6, align 4, !tbaa !4
  %153 = icmp ne i32 %152, 0
  br i1 %153, label %154, label %160

154:                                              ; preds = %151
  %155 = load i32, ptr %6, align 4, !tbaa !4
  %156 = sub nsw i32 %155, 1
  %157 = sext i32 %156 to i64
  %158 = getelementptr inbounds [257 x i64], ptr %5, i64 0, i64 %157
  %159 = load i64, ptr %158, align 8, !tbaa !19
  br label %161

160:                                              ; preds = %151
  br label %161

161:                                              ; preds = %160, %154
  %162 = phi i64 [ %159, %154 ], [ 0, %160 ]
  store i32 1, ptr %8, align 4
  call void @llvm.lifetime.end.p0(ptr %6) #8
  call void @llvm.lifetime.end.p0(ptr %5) #8
  ret i64 %162

163:                                              ; preds = %145
  unreachable
}

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.end.p0(ptr captures(none)) #1

; Function Attrs: minsize nounwind optsize uwtable
define dso_local i32 @main(i32 noundef %0, ptr noundef %1) #0 {
  %3 = alloca i32, align 4
  %4 = alloca i32, align 4
  %5 = alloca ptr, align 8
  %6 = alloca i64, align 8
  %7 = alloca i32, align 4
  %8 = alloca i32, align 4
  %9 = alloca [32 x i64], align 16
  %10 = alloca i32, align 4
  %11 = alloca ptr, align 8
  %12 = alloca i64, align 8
  store i32 0, ptr %3, align 4
  store i32 %0, ptr %4, align 4, !tbaa !4
  store ptr %1, ptr %5, align 8, !tbaa !44
  call void @llvm.lifetime.start.p0(ptr %6) #8
  store i64 0, ptr %6, align 8, !tbaa !19
  call void @llvm.lifetime.start.p0(ptr %7) #8
  %13 = load i32, ptr %4, align 4, !tbaa !4
  %14 = icmp sgt i32 %13, 1
  br i1 %14, label %15, label %18

15:                                               ; preds = %2
  %16 = load i32, ptr %4, align 4, !tbaa !4
  %17 = sub nsw i32 %16, 1
  br label %19

18:                                               ; preds = %2
  br label %19

19:                                               ; preds = %18, %15
  %20 = phi i32 [ %17, %15 ], [ 10, %18 ]
  store i32 %20, ptr %7, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %8) #8
  store i32 0, ptr %8, align 4, !tbaa !4
  br label %21

21:                                               ; preds = %63, %19
  %22 = load i32, ptr %8, align 4, !tbaa !4
  %23 = load i32, ptr %7, align 4, !tbaa !4
  %24 = icmp slt i32 %22, %23
  br i1 %24, label %26, label %25

25:                                               ; preds = %21
  call void @llvm.lifetime.end.p0(ptr %8) #8
  br label %66

26:                                               ; preds = %21
  call void @llvm.lifetime.start.p0(ptr %9) #8
  call void @llvm.memset.p0.i64(ptr align 16 %9, i8 0, i64 256, i1 false)
  call void @llvm.lifetime.start.p0(ptr %10) #8
  call void @llvm.lifetime.start.p0(ptr %11) #8
  %27 = load i32, ptr %4, align 4, !tbaa !4
  %28 = icmp sgt i32 %27, 1
  br i1 %28, label %29, label %36

29:                                               ; preds = %26
  %30 = load ptr, ptr %5, align 8, !tbaa !44
  %31 = load i32, ptr %8, align 4, !tbaa !4
  %32 = add nsw i32 %31, 1
  %33 = sext i32 %32 to i64
  %34 = getelementptr inbounds ptr, ptr %30, i64 %33
  %35 = load ptr, ptr %34, align 8, !tbaa !8
  br label %41

36:                                               ; preds = %26
  %37 = load i32, ptr %8, align 4, !tbaa !4
  %38 = sext i32 %37 to i64
  %39 = getelementptr inbounds [10 x ptr], ptr @main.sample, i64 0, i64 %38
  %40 = load ptr, ptr %39, align 8, !tbaa !8
  br label %41

41:                                               ; preds = %36, %29
  %42 = phi ptr [ %35, %29 ], [ %40, %36 ]
  store ptr %42, ptr %11, align 8, !tbaa !8
  call void @llvm.lifetime.start.p0(ptr %12) #8
  %43 = load ptr, ptr %11, align 8, !tbaa !8
  %44 = getelementptr inbounds [32 x i64], ptr %9, i64 0, i64 0
  %45 = call i64 @evaluate(ptr noundef %43, ptr noundef %44, ptr noundef %10) #9
  store i64 %45, ptr %12, align 8, !tbaa !19
  %46 = load i32, ptr %10, align 4, !tbaa !4
  %47 = icmp ne i32 %46, 0
  br i1 %47, label %48, label %52

48:                                               ; preds = %41
  %49 = load ptr, ptr %11, align 8, !tbaa !8
  %50 = load i64, ptr %12, align 8, !tbaa !19
  %51 = call i32 (ptr, ...) @printf(ptr noundef @.str.10, ptr noundef %49, i64 noundef %50) #9
  br label %55

52:                                               ; preds = %41
  %53 = load ptr, ptr %11, align 8, !tbaa !8
  %54 = call i32 (ptr, ...) @printf(ptr noundef @.str.11, ptr noundef %53) #9
  br label %55

55:                                               ; preds = %52, %48
  %56 = load i64, ptr %6, align 8, !tbaa !19
  %57 = mul i64 %56, 31
  %58 = load i64, ptr %12, align 8, !tbaa !19
  %59 = add i64 %57, %58
  %60 = load i32, ptr %10, align 4, !tbaa !4
  %61 = sext i32 %60 to i64
  %62 = add i64 %59, %61
  store i64 %62, ptr %6, align 8, !tbaa !19
  call void @llvm.lifetime.end.p0(ptr %12) #8
  call void @llvm.lifetime.end.p0(ptr %11) #8
  call void @llvm.lifetime.end.p0(ptr %10) #8
  call void @llvm.lifetime.end.p0(ptr %9) #8
  br label %63

63:                                               ; preds = %55
  %64 = load i32, ptr %8, align 4, !tbaa !4
  %65 = add nsw i32 %64, 1
  store i32 %65, ptr %8, align 4, !tbaa !4
  br label %21, !llvm.loop !47

66:                                               ; preds = %25
  %67 = load i64, ptr %6, align 8, !tbaa !19
  %68 = call i32 (ptr, ...) @printf(ptr noundef @.str.12, i64 noundef %67) #9
  call void @llvm.lifetime.end.p0(ptr %7) #8
  call void @llvm.lifetime.end.p0(ptr %6) #8
  ret i32 0
}

; Function Attrs: minsize optsize
declare i32 @printf(ptr noundef, ...) #3

; Function Attrs: minsize nounwind optsize willreturn memory(none)
declare ptr @__ctype_b_loc() #4

; Function Attrs: minsize nounwind optsize uwtable
define internal void @lex_number(ptr noundef %0) #0 {
  %2 = alloca ptr, align 8
  %3 = alloca i64, align 8
  %4 = alloca i32, align 4
  %5 = alloca i32, align 4
  %6 = alloca i32, align 4
  %7 = alloca i32, align 4
  %8 = alloca i32, align 4
  %9 = alloca i32, align 4
  store ptr %0, ptr %2, align 8, !tbaa !28
  call void @llvm.lifetime.start.p0(ptr %3) #8
  store i64 0, ptr %3, align 8, !tbaa !19
  call void @llvm.lifetime.start.p0(ptr %4) #8
  store i32 10, ptr %4, align 4, !tbaa !4
  %10 = load ptr, ptr %2, align 8, !tbaa !28
  %11 = getelementptr inbounds nuw %struct.lexer, ptr %10, i32 0, i32 0
  %12 = load ptr, ptr %11, align 8, !tbaa !15
  %13 = getelementptr inbounds i8, ptr %12, i64 0
  %14 = load i8, ptr %13, align 1, !tbaa !32
  %15 = sext i8 %14 to i32
  %16 = icmp eq i32 %15, 48
  br i1 %16, label %17, label %38

17:                                               ; preds = %1
  %18 = load ptr, ptr %2, align 8, !tbaa !28
  %19 = getelementptr inbounds nuw %struct.lexer, ptr %18, i32 0, i32 0
  %20 = load ptr, ptr %19, align 8, !tbaa !15
  %21 = getelementptr inbounds i8, ptr %20, i64 1
  %22 = load i8, ptr %21, align 1, !tbaa !32
  %23 = sext i8 %22 to i32
  %24 = icmp eq i32 %23, 120
  br i1 %24, label %33, label %25

25:                                               ; preds = %17
  %26 = load ptr, ptr %2, align 8, !tbaa !28
  %27 = getelementptr inbounds nuw %struct.lexer, ptr %26, i32 0, i32 0
  %28 = load ptr, ptr %27, align 8, !tbaa !15
  %29 = getelementptr inbounds i8, ptr %28, i64 1
  %30 = load i8, ptr %29, align 1, !tbaa !32
  %31 = sext i8 %30 to i32
  %32 = icmp eq i32 %31, 88
  br i1 %32, label %33, label %38

33:                                               ; preds = %25, %17
  store i32 16, ptr %4, align 4, !tbaa !4
  %34 = load ptr, ptr %2, align 8, !tbaa !28
  %35 = getelementptr inbounds nuw %struct.lexer, ptr %34, i32 0, i32 0
  %36 = load ptr, ptr %35, align 8, !tbaa !15
  %37 = getelementptr inbounds i8, ptr %36, i64 2
  store ptr %37, ptr %35, align 8, !tbaa !15
  br label %38

38:                                               ; preds = %33, %25, %1
  br label %39

39:                                               ; preds = %88, %38
  call void @llvm.lifetime.start.p0(ptr %5) #8
  call void @llvm.lifetime.start.p0(ptr %6) #8
  %40 = call ptr @__ctype_tolower_loc() #10
  %41 = load ptr, ptr %40, align 8, !tbaa !13
  %42 = load ptr, ptr %2, align 8, !tbaa !28
  %43 = getelementptr inbounds nuw %struct.lexer, ptr %42, i32 0, i32 0
  %44 = load ptr, ptr %43, align 8, !tbaa !15
  %45 = load i8, ptr %44, align 1, !tbaa !32
  %46 = zext i8 %45 to i32
  %47 = sext i32 %46 to i64
  %48 = getelementptr inbounds i32, ptr %41, i64 %47
  %49 = load i32, ptr %48, align 4, !tbaa !4
  store i32 %49, ptr %6, align 4, !tbaa !4
  %50 = load i32, ptr %6, align 4, !tbaa !4
  store i32 %50, ptr %7, align 4, !tbaa !4
  call void @llvm.lifetime.end.p0(ptr %6) #8
  %51 = load i32, ptr %7, align 4, !tbaa !4
  store i32 %51, ptr %5, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %8) #8
  %52 = load i32, ptr %5, align 4, !tbaa !4
  %53 = icmp sge i32 %52, 48
  br i1 %53, label %54, label %60

54:                                               ; preds = %39
  %55 = load i32, ptr %5, align 4, !tbaa !4
  %56 = icmp sle i32 %55, 57
  br i1 %56, label %57, label %60

57:                                               ; preds = %54
  %58 = load i32, ptr %5, align 4, !tbaa !4
  %59 = sub nsw i32 %58, 48
  store i32 %59, ptr %8, align 4, !tbaa !4
  br label %72

60:                                               ; preds = %54, %39
  %61 = load i32, ptr %5, align 4, !tbaa !4
  %62 = icmp sge i32 %61, 97
  br i1 %62, label %63, label %70

63:                                               ; preds = %60
  %64 = load i32, ptr %5, align 4, !tbaa !4
  %65 = icmp sle i32 %64, 102
  br i1 %65, label %66, label %70

66:                                               ; preds = %63
  %67 = load i32, ptr %5, align 4, !tbaa !4
  %68 = sub nsw i32 %67, 97
  %69 = add nsw i32 %68, 10
  store i32 %69, ptr %8, align 4, !tbaa !4
  br label %71

70:                                               ; preds = %63, %60
  store i32 2, ptr %9, align 4
  br label %85

71:                                               ; preds = %66
  br label %72

72:                                               ; preds = %71, %57
  %73 = load i32, ptr %8, align 4, !tbaa !4
  %74 = load i32, ptr %4, align 4, !tbaa !4
  %75 = icmp sge i32 %73, %74
  br i1 %75, label %76, label %77

76:                                               ; preds = %72
  store i32 2, ptr %9, align 4
  br label %85

77:                                               ; preds = %72
  %78 = load i64, ptr %3, align 8, !tbaa !19
  %79 = load i32, ptr %4, align 4, !tbaa !4
  %80 = sext i32 %79 to i64
  %81 = mul i64 %78, %80
  %82 = load i32, ptr %8, align 4, !tbaa !4
  %83 = sext i32 %82 to i64
  %84 = add i64 %81, %83
  store i64 %84, ptr %3, align 8, !tbaa !19
  store i32 0, ptr %9, align 4
  br label %85

85:                                               ; preds = %77, %76, %70
  call void @llvm.lifetime.end.p0(ptr %8) #8
  call void @llvm.lifetime.end.p0(ptr %5) #8
  %86 = load i32, ptr %9, align 4
  switch i32 %86, label %101 [
    i32 0, label %87
    i32 2, label %93
  ]

87:                                               ; preds = %85
  br label %88

88:                                               ; preds = %87
  %89 = load ptr, ptr %2, align 8, !tbaa !28
  %90 = getelementptr inbounds nuw %struct.lexer, ptr %89, i32 0, i32 0
  %91 = load ptr, ptr %90, align 8, !tbaa !15
  %92 = getelementptr inbounds nuw i8, ptr %91, i32 1
  store ptr %92, ptr %90, align 8, !tbaa !15
  br label %39

93:                                               ; preds = %85
  %94 = load ptr, ptr %2, align 8, !tbaa !28
  %95 = getelementptr inbounds nuw %struct.lexer, ptr %94, i32 0, i32 1
  %96 = getelementptr inbounds nuw %struct.token, ptr %95, i32 0, i32 0
  store i32 1, ptr %96, align 8, !tbaa !23
  %97 = load i64, ptr %3, align 8, !tbaa !19
  %98 = load ptr, ptr %2, align 8, !tbaa !28
  %99 = getelementptr inbounds nuw %struct.lexer, ptr %98, i32 0, i32 1
  %100 = getelementptr inbounds nuw %struct.token, ptr %99, i32 0, i32 1
  store i64 %97, ptr %100, align 8, !tbaa !48
  call void @llvm.lifetime.end.p0(ptr %4) #8
  call void @llvm.lifetime.end.p0(ptr %3) #8
  ret void

101:                                              ; preds = %85
  unreachable
}

; Function Attrs: minsize nounwind optsize uwtable
define internal void @lex_name(ptr noundef %0) #0 {
  %2 = alloca ptr, align 8
  %3 = alloca i64, align 8
  store ptr %0, ptr %2, align 8, !tbaa !28
  call void @llvm.lifetime.start.p0(ptr %3) #8
  store i64 0, ptr %3, align 8, !tbaa !19
  br label %4

4:                                                ; preds = %42, %1
  %5 = call ptr @__ctype_b_loc() #10
  %6 = load ptr, ptr %5, align 8, !tbaa !30
  %7 = load ptr, ptr %2, align 8, !tbaa !28
  %8 = getelementptr inbounds nuw %struct.lexer, ptr %7, i32 0, i32 0
  %9 = load ptr, ptr %8, align 8, !tbaa !15
  %10 = load i8, ptr %9, align 1, !tbaa !32
  %11 = zext i8 %10 to i32
  %12 = sext i32 %11 to i64
  %13 = getelementptr inbounds i16, ptr %6, i64 %12
  %14 = load i16, ptr %13, align 2, !tbaa !33
  %15 = zext i16 %14 to i32
  %16 = and i32 %15, 8
  %17 = icmp ne i32 %16, 0
  br i1 %17, label %25, label %18

18:                                               ; preds = %4
  %19 = load ptr, ptr %2, align 8, !tbaa !28
  %20 = getelementptr inbounds nuw %struct.lexer, ptr %19, i32 0, i32 0
  %21 = load ptr, ptr %20, align 8, !tbaa !15
  %22 = load i8, ptr %21, align 1, !tbaa !32
  %23 = sext i8 %22 to i32
  %24 = icmp eq i32 %23, 95
  br label %25

25:                                               ; preds = %18, %4
  %26 = phi i1 [ true, %4 ], [ %24, %18 ]
  br i1 %26, label %27, label %47

27:                                               ; preds = %25
  %28 = load i64, ptr %3, align 8, !tbaa !19
  %29 = add i64 %28, 1
  %30 = icmp ult i64 %29, 16
  br i1 %30, label %31, label %42

31:                                               ; preds = %27
  %32 = load ptr, ptr %2, align 8, !tbaa !28
  %33 = getelementptr inbounds nuw %struct.lexer, ptr %32, i32 0, i32 0
  %34 = load ptr, ptr %33, align 8, !tbaa !15
  %35 = load i8, ptr %34, align 1, !tbaa !32
  %36 = load ptr, ptr %2, align 8, !tbaa !28
  %37 = getelementptr inbounds nuw %struct.lexer, ptr %36, i32 0, i32 1
  %38 = getelementptr inbounds nuw %struct.token, ptr %37, i32 0, i32 2
  %39 = load i64, ptr %3, align 8, !tbaa !19
  %40 = add i64 %39, 1
  store i64 %40, ptr %3, align 8, !tbaa !19
  %41 = getelementptr inbounds nuw [16 x i8], ptr %38, i64 0, i64 %39
  store i8 %35, ptr %41, align 1, !tbaa !32
  br label %42

42:                                               ; preds = %31, %27
  %43 = load ptr, ptr %2, align 8, !tbaa !28
  %44 = getelementptr inbounds nuw %struct.lexer, ptr %43, i32 0, i32 0
  %45 = load ptr, ptr %44, align 8, !tbaa !15
  %46 = getelementptr inbounds nuw i8, ptr %45, i32 1
  store ptr %46, ptr %44, align 8, !tbaa !15
  br label %4, !llvm.loop !49

47:                                               ; preds = %25
  %48 = load ptr, ptr %2, align 8, !tbaa !28
  %49 = getelementptr inbounds nuw %struct.lexer, ptr %48, i32 0, i32 1
  %50 = getelementptr inbounds nuw %struct.token, ptr %49, i32 0, i32 2
  %51 = load i64, ptr %3, align 8, !tbaa !19
  %52 = getelementptr inbounds nuw [16 x i8], ptr %50, i64 0, i64 %51
  store i8 0, ptr %52, align 1, !tbaa !32
  %53 = load ptr, ptr %2, align 8, !tbaa !28
  %54 = getelementptr inbounds nuw %struct.lexer, ptr %53, i32 0, i32 1
  %55 = getelementptr inbounds nuw %struct.token, ptr %54, i32 0, i32 0
  store i32 2, ptr %55, align 8, !tbaa !23
  call void @llvm.lifetime.end.p0(ptr %3) #8
  ret void
}

; Function Attrs: minsize nounwind optsize willreturn memory(read)
declare ptr @strchr(ptr noundef, i32 noundef) #5

; Function Attrs: minsize nounwind optsize willreturn memory(none)
declare ptr @__ctype_tolower_loc() #4

; Function Attrs: minsize nounwind optsize uwtable
define internal void @parse_primary(ptr noundef %0, ptr noundef %1) #0 {
  %3 = alloca ptr, align 8
  %4 = alloca ptr, align 8
  %5 = alloca %struct.token, align 8
  %6 = alloca i32, align 4
  store ptr %0, ptr %3, align 8, !tbaa !28
  store ptr %1, ptr %4, align 8, !tbaa !37
  call void @llvm.lifetime.start.p0(ptr %5) #8
  %7 = load ptr, ptr %3, align 8, !tbaa !28
  %8 = getelementptr inbounds nuw %struct.lexer, ptr %7, i32 0, i32 1
  call void @llvm.memcpy.p0.p0.i64(ptr align 8 %5, ptr align 8 %8, i64 40, i1 false), !tbaa.struct !50
  %9 = load ptr, ptr %3, align 8, !tbaa !28
  call void @advance(ptr noundef %9) #9
  %10 = getelementptr inbounds nuw %struct.token, ptr %5, i32 0, i32 0
  %11 = load i32, ptr %10, align 8, !tbaa !51
  %12 = icmp eq i32 %11, 1
  br i1 %12, label %13, label %17

13:                                               ; preds = %2
  %14 = load ptr, ptr %4, align 8, !tbaa !37
  %15 = getelementptr inbounds nuw %struct.token, ptr %5, i32 0, i32 1
  %16 = load i64, ptr %15, align 8, !tbaa !52
  call void @emit(ptr noundef %14, i32 noundef 0, i64 noundef %16) #9
  br label %99

17:                                               ; preds = %2
  %18 = getelementptr inbounds nuw %struct.token, ptr %5, i32 0, i32 0
  %19 = load i32, ptr %18, align 8, !tbaa !51
  %20 = icmp eq i32 %19, 2
  br i1 %20, label %21, label %50

21:                                               ; preds = %17
  call void @llvm.lifetime.start.p0(ptr %6) #8
  %22 = load ptr, ptr %4, align 8, !tbaa !37
  %23 = getelementptr inbounds nuw %struct.token, ptr %5, i32 0, i32 2
  %24 = getelementptr inbounds [16 x i8], ptr %23, i64 0, i64 0
  %25 = call i32 @slot_of(ptr noundef %22, ptr noundef %24) #9
  store i32 %25, ptr %6, align 4, !tbaa !4
  %26 = load ptr, ptr %3, align 8, !tbaa !28
  %27 = getelementptr inbounds nuw %struct.lexer, ptr %26, i32 0, i32 1
  %28 = getelementptr inbounds nuw %struct.token, ptr %27, i32 0, i32 0
  %29 = load i32, ptr %28, align 8, !tbaa !23
  %30 = icmp eq i32 %29, 3
  br i1 %30, label %31, label %45

31:                                               ; preds = %21
  %32 = load ptr, ptr %3, align 8, !tbaa !28
  %33 = getelementptr inbounds nuw %struct.lexer, ptr %32, i32 0, i32 1
  %34 = getelementptr inbounds nuw %struct.token, ptr %33, i32 0, i32 3
  %35 = load i8, ptr %34, align 8, !tbaa !25
  %36 = sext i8 %35 to i32
  %37 = icmp eq i32 %36, 61
  br i1 %37, label %38, label %45

38:                                               ; preds = %31
  %39 = load ptr, ptr %3, align 8, !tbaa !28
  call void @advance(ptr noundef %39) #9
  %40 = load ptr, ptr %3, align 8, !tbaa !28
  %41 = load ptr, ptr %4, align 8, !tbaa !37
  call void @parse_binary(ptr noundef %40, ptr noundef %41, i32 noundef 1) #9
  %42 = load ptr, ptr %4, align 8, !tbaa !37
  %43 = load i32, ptr %6, align 4, !tbaa !4
  %44 = sext i32 %43 to i64
  call void @emit(ptr noundef %42, i32 noundef 2, i64 noundef %44) #9
  br label %49

45:                                               ; preds = %31, %21
  %46 = load ptr, ptr %4, align 8, !tbaa !37
  %47 = load i32, ptr %6, align 4, !tbaa !4
  %48 = sext i32 %47 to i64
  call void @emit(ptr noundef %46, i32 noundef 1, i64 noundef %48) #9
  br label %49

49:                                               ; preds = %45, %38
  call void @llvm.lifetime.end.p0(ptr %6) #8
  br label %98

50:                                               ; preds = %17
  %51 = getelementptr inbounds nuw %struct.token, ptr %5, i32 0, i32 0
  %52 = load i32, ptr %51, align 8, !tbaa !51
  %53 = icmp eq i32 %52, 3
  br i1 %53, label %54, label %63

54:                                               ; preds = %50
  %55 = getelementptr inbounds nuw %struct.token, ptr %5, i32 0, i32 3
  %56 = load i8, ptr %55, align 8, !tbaa !53
  %57 = sext i8 %56 to i32
  %58 = icmp eq i32 %57, 45
  br i1 %58, label %59, label %63

59:                                               ; preds = %54
  %60 = load ptr, ptr %3, align 8, !tbaa !28
  %61 = load ptr, ptr %4, align 8, !tbaa !37
  call void @parse_primary(ptr noundef %60, ptr noundef %61) #9
  %62 = load ptr, ptr %4, align 8, !tbaa !37
  call void @emit(ptr noundef %62, i32 noundef 8, i64 noundef 0) #9
  br label %97

63:                                               ; preds = %54, %50
  %64 = getelementptr inbounds nuw %struct.token, ptr %5, i32 0, i32 0
  %65 = load i32, ptr %64, align 8, !tbaa !51
  %66 = icmp eq i32 %65, 3
  br i1 %66, label %67, label %93

67:                                               ; preds = %63
  %68 = getelementptr inbounds nuw %struct.token, ptr %5, i32 0, i32 3
  %69 = load i8, ptr %68, align 8, !tbaa !53
  %70 = sext i8 %69 to i32
  %71 = icmp eq i32 %70, 40
  br i1 %71, label %72, label %93

72:                                               ; preds = %67
  %73 = load ptr, ptr %3, align 8, !tbaa !28
  %74 = load ptr, ptr %4, align 8, !tbaa !37
  call void @parse_binary(ptr noundef %73, ptr noundef %74, i32 noundef 1) #9
  %75 = load ptr, ptr %3, align 8, !tbaa !28
  %76 = getelementptr inbounds nuw %struct.lexer, ptr %75, i32 0, i32 1
  %77 = getelementptr inbounds nuw %struct.token, ptr %76, i32 0, i32 0
  %78 = load i32, ptr %77, align 8, !tbaa !23
  %79 = icmp eq i32 %78, 3
  br i1 %79, label %80, label %89

80:                                               ; preds = %72
  %81 = load ptr, ptr %3, align 8, !tbaa !28
  %82 = getelementptr inbounds nuw %struct.lexer, ptr %81, i32 0, i32 1
  %83 = getelementptr inbounds nuw %struct.token, ptr %82, i32 0, i32 3
  %84 = load i8, ptr %83, align 8, !tbaa !25
  %85 = sext i8 %84 to i32
  %86 = icmp eq i32 %85, 41
  br i1 %86, label %87, label %89

87:                                               ; preds = %80
  %88 = load ptr, ptr %3, align 8, !tbaa !28
  call void @advance(ptr noundef %88) #9
  br label %92

89:                                               ; preds = %80, %72
  %90 = load ptr, ptr %4, align 8, !tbaa !37
  %91 = getelementptr inbounds nuw %struct.program, ptr %90, i32 0, i32 4
  store i32 1, ptr %91, align 8, !tbaa !22
  br label %92

92:                                               ; preds = %89, %87
  br label %96

93:                                               ; preds = %67, %63
  %94 = load ptr, ptr %4, align 8, !tbaa !37
  %95 = getelementptr inbounds nuw %struct.program, ptr %94, i32 0, i32 4
  store i32 1, ptr %95, align 8, !tbaa !22
  br label %96

96:                                               ; preds = %93, %92
  br label %97

97:                                               ; preds = %96, %59
  br label %98

98:                                               ; preds = %97, %49
  br label %99

99:                                               ; preds = %98, %13
  call void @llvm.lifetime.end.p0(ptr %5) #8
  ret void
}

; Function Attrs: minsize nounwind optsize uwtable
define internal i32 @precedence(i8 noundef signext %0) #0 {
  %2 = alloca i32, align 4
  %3 = alloca i8, align 1
  store i8 %0, ptr %3, align 1, !tbaa !32
  %4 = load i8, ptr %3, align 1, !tbaa !32
  %5 = sext i8 %4 to i32
  switch i32 %5, label %10 [
    i32 101, label %6
    i32 60, label %7
    i32 43, label %8
    i32 45, label %8
    i32 42, label %9
    i32 47, label %9
    i32 37, label %9
  ]

6:                                                ; preds = %1
  store i32 1, ptr %2, align 4
  br label %11

7:                                                ; preds = %1
  store i32 2, ptr %2, align 4
  br label %11

8:                                                ; preds = %1, %1
  store i32 3, ptr %2, align 4
  br label %11

9:                                                ; preds = %1, %1, %1
  store i32 4, ptr %2, align 4
  br label %11

10:                                               ; preds = %1
  store i32 0, ptr %2, align 4
  br label %11

11:                                               ; preds = %10, %9, %8, %7, %6
  %12 = load i32, ptr %2, align 4
  ret i32 %12
}

; Function Attrs: minsize nounwind optsize uwtable
define internal void @emit(ptr noundef %0, i32 noundef %1, i64 noundef %2) #0 {
  %4 = alloca ptr, align 8
  %5 = alloca i32, align 4
  %6 = alloca i64, align 8
  store ptr %0, ptr %4, align 8, !tbaa !37
  store i32 %1, ptr %5, align 4, !tbaa !4
  store i64 %2, ptr %6, align 8, !tbaa !19
  %7 = load ptr, ptr %4, align 8, !tbaa !37
  %8 = getelementptr inbounds nuw %struct.program, ptr %7, i32 0, i32 1
  %9 = load i32, ptr %8, align 8, !tbaa !24
  %10 = icmp eq i32 %9, 256
  br i1 %10, label %11, label %14

11:                                               ; preds = %3
  %12 = load ptr, ptr %4, align 8, !tbaa !37
  %13 = getelementptr inbounds nuw %struct.program, ptr %12, i32 0, i32 4
  store i32 1, ptr %13, align 8, !tbaa !22
  br label %34

14:                                               ; preds = %3
  %15 = load i32, ptr %5, align 4, !tbaa !4
  %16 = load ptr, ptr %4, align 8, !tbaa !37
  %17 = getelementptr inbounds nuw %struct.program, ptr %16, i32 0, i32 0
  %18 = load ptr, ptr %4, align 8, !tbaa !37
  %19 = getelementptr inbounds nuw %struct.program, ptr %18, i32 0, i32 1
  %20 = load i32, ptr %19, align 8, !tbaa !24
  %21 = sext i32 %20 to i64
  %22 = getelementptr inbounds [256 x %struct.instruction], ptr %17, i64 0, i64 %21
  %23 = getelementptr inbounds nuw %struct.instruction, ptr %22, i32 0, i32 0
  store i32 %15, ptr %23, align 8, !tbaa !42
  %24 = load i64, ptr %6, align 8, !tbaa !19
  %25 = load ptr, ptr %4, align 8, !tbaa !37
  %26 = getelementptr inbounds nuw %struct.program, ptr %25, i32 0, i32 0
  %27 = load ptr, ptr %4, align 8, !tbaa !37
  %28 = getelementptr inbounds nuw %struct.program, ptr %27, i32 0, i32 1
  %29 = load i32, ptr %28, align 8, !tbaa !24
  %30 = add nsw i32 %29, 1
  store i32 %30, ptr %28, align 8, !tbaa !24
  %31 = sext i32 %29 to i64
  %32 = getelementptr inbounds [256 x %struct.instruction], ptr %26, i64 0, i64 %31
  %33 = getelementptr inbounds nuw %struct.instruction, ptr %32, i32 0, i32 1
  store i64 %24, ptr %33, align 8, !tbaa !40
  br label %34

34:                                               ; preds = %14, %11
  ret void
}

; Function Attrs: minsize nounwind optsize uwtable
define internal i32 @operator_code(i8 noundef signext %0) #0 {
  %2 = alloca i32, align 4
  %3 = alloca i8, align 1
  store i8 %0, ptr %3, align 1, !tbaa !32
  %4 = load i8, ptr %3, align 1, !tbaa !32
  %5 = sext i8 %4 to i32
  switch i32 %5, label %12 [
    i32 101, label %6
    i32 60, label %7
    i32 43, label %8
    i32 45, label %9
    i32 42, label %10
    i32 47, label %11
  ]

6:                                                ; preds = %1
  store i32 10, ptr %2, align 4
  br label %13

7:                                                ; preds = %1
  store i32 9, ptr %2, align 4
  br label %13

8:                                                ; preds = %1
  store i32 3, ptr %2, align 4
  br label %13

9:                                                ; preds = %1
  store i32 4, ptr %2, align 4
  br label %13

10:                                               ; preds = %1
  store i32 5, ptr %2, align 4
  br label %13

11:                                               ; preds = %1
  store i32 6, ptr %2, align 4
  br label %13

12:                                               ; preds = %1
  store i32 7, ptr %2, align 4
  br label %13

13:                                               ; preds = %12, %11, %10, %9, %8, %7, %6
  %14 = load i32, ptr %2, align 4
  ret i32 %14
}

; Function Attrs: nocallback nofree nounwind willreturn memory(argmem: readwrite)
declare void @llvm.memcpy.p0.p0.i64(ptr noalias writeonly captures(none), ptr noalias readonly captures(none), i64, i1 immarg) #6

; Function Attrs: minsize nounwind optsize uwtable
define internal i32 @slot_of(ptr noundef %0, ptr noundef %1) #0 {
  %3 = alloca i32, align 4
  %4 = alloca ptr, align 8
  %5 = alloca ptr, align 8
  %6 = alloca i32, align 4
  %7 = alloca i32, align 4
  store ptr %0, ptr %4, align 8, !tbaa !37
  store ptr %1, ptr %5, align 8, !tbaa !8
  call void @llvm.lifetime.start.p0(ptr %6) #8
  store i32 0, ptr %6, align 4, !tbaa !4
  br label %8

8:                                                ; preds = %28, %2
  %9 = load i32, ptr %6, align 4, !tbaa !4
  %10 = load ptr, ptr %4, align 8, !tbaa !37
  %11 = getelementptr inbounds nuw %struct.program, ptr %10, i32 0, i32 3
  %12 = load i32, ptr %11, align 4, !tbaa !20
  %13 = icmp slt i32 %9, %12
  br i1 %13, label %15, label %14

14:                                               ; preds = %8
  store i32 2, ptr %7, align 4
  br label %31

15:                                               ; preds = %8
  %16 = load ptr, ptr %4, align 8, !tbaa !37
  %17 = getelementptr inbounds nuw %struct.program, ptr %16, i32 0, i32 2
  %18 = load i32, ptr %6, align 4, !tbaa !4
  %19 = sext i32 %18 to i64
  %20 = getelementptr inbounds [32 x [16 x i8]], ptr %17, i64 0, i64 %19
  %21 = getelementptr inbounds [16 x i8], ptr %20, i64 0, i64 0
  %22 = load ptr, ptr %5, align 8, !tbaa !8
  %23 = call i32 @strcmp(ptr noundef %21, ptr noundef %22) #11
  %24 = icmp eq i32 %23, 0
  br i1 %24, label %25, label %27

25:                                               ; preds = %15
  %26 = load i32, ptr %6, align 4, !tbaa !4
  store i32 %26, ptr %3, align 4
  store i32 1, ptr %7, align 4
  br label %31

27:                                               ; preds = %15
  br label %28

28:                                               ; preds = %27
  %29 = load i32, ptr %6, align 4, !tbaa !4
  %30 = add nsw i32 %29, 1
  store i32 %30, ptr %6, align 4, !tbaa !4
  br label %8, !llvm.loop !54

31:                                               ; preds = %25, %14
  call void @llvm.lifetime.end.p0(ptr %6) #8
  %32 = load i32, ptr %7, align 4
  switch i32 %32, label %58 [
    i32 2, label %33
    i32 1, label %56
  ]

33:                                               ; preds = %31
  %34 = load ptr, ptr %4, align 8, !tbaa !37
  %35 = getelementptr inbounds nuw %struct.program, ptr %34, i32 0, i32 3
  %36 = load i32, ptr %35, align 4, !tbaa !20
  %37 = icmp eq i32 %36, 32
  br i1 %37, label %38, label %41

38:                                               ; preds = %33
  %39 = load ptr, ptr %4, align 8, !tbaa !37
  %40 = getelementptr inbounds nuw %struct.program, ptr %39, i32 0, i32 4
  store i32 1, ptr %40, align 8, !tbaa !22
  store i32 0, ptr %3, align 4
  br label %56

41:                                               ; preds = %33
  %42 = load ptr, ptr %4, align 8, !tbaa !37
  %43 = getelementptr inbounds nuw %struct.program, ptr %42, i32 0, i32 2
  %44 = load ptr, ptr %4, align 8, !tbaa !37
  %45 = getelementptr inbounds nuw %struct.program, ptr %44, i32 0, i32 3
  %46 = load i32, ptr %45, align 4, !tbaa !20
  %47 = sext i32 %46 to i64
  %48 = getelementptr inbounds [32 x [16 x i8]], ptr %43, i64 0, i64 %47
  %49 = getelementptr inbounds [16 x i8], ptr %48, i64 0, i64 0
  %50 = load ptr, ptr %5, align 8, !tbaa !8
  %51 = call ptr @strcpy(ptr noundef %49, ptr noundef %50) #12
  %52 = load ptr, ptr %4, align 8, !tbaa !37
  %53 = getelementptr inbounds nuw %struct.program, ptr %52, i32 0, i32 3
  %54 = load i32, ptr %53, align 4, !tbaa !20
  %55 = add nsw i32 %54, 1
  store i32 %55, ptr %53, align 4, !tbaa !20
  store i32 %54, ptr %3, align 4
  br label %56

56:                                               ; preds = %41, %38, %31
  %57 = load i32, ptr %3, align 4
  ret i32 %57

58:                                               ; preds = %31
  unreachable
}

; Function Attrs: minsize nounwind optsize willreturn memory(read)
declare i32 @strcmp(ptr noundef, ptr noundef) #5

; Function Attrs: minsize nounwind optsize
declare ptr @strcpy(ptr noundef, ptr noundef) #7

attributes #0 = { minsize nounwind optsize uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #1 = { nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #2 = { nocallback nofree nounwind willreturn memory(argmem: write) }
attributes #3 = { minsize optsize "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #4 = { minsize nounwind optsize willreturn memory(none) "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #5 = { minsize nounwind optsize willreturn memory(read) "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #6 = { nocallback nofree nounwind willreturn memory(argmem: readwrite) }
attributes #7 = { minsize nounwind optsize "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #8 = { nounwind }
attributes #9 = { minsize optsize }
attributes #10 = { minsize nounwind optsize willreturn memory(none) }
attributes #11 = { minsize nounwind optsize willreturn memory(read) }
attributes #12 = { minsize nounwind optsize }

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
!12 = !{!"p1 long", !10, i64 0}
!13 = !{!14, !14, i64 0}
!14 = !{!"p1 int", !10, i64 0}
!15 = !{!16, !9, i64 0}
!16 = !{!"lexer", !9, i64 0, !17, i64 8}
!17 = !{!"token", !5, i64 0, !18, i64 8, !6, i64 16, !6, i64 32}
!18 = !{!"long", !6, i64 0}
!19 = !{!18, !18, i64 0}
!20 = !{!21, !5, i64 4612}
!21 = !{!"program", !6, i64 0, !5, i64 4096, !6, i64 4100, !5, i64 4612, !5, i64 4616}
!22 = !{!21, !5, i64 4616}
!23 = !{!16, !5, i64 8}
!24 = !{!21, !5, i64 4096}
!25 = !{!16, !6, i64 40}
!26 = distinct !{!26, !27}
!27 = !{!"llvm.loop.mustprogress"}
!28 = !{!29, !29, i64 0}
!29 = !{!"p1 _ZTS5lexer", !10, i64 0}
!30 = !{!31, !31, i64 0}
!31 = !{!"p1 short", !10, i64 0}
!32 = !{!6, !6, i64 0}
!33 = !{!34, !34, i64 0}
!34 = !{!"short", !6, i64 0}
!35 = distinct !{!35, !27}
!36 = distinct !{!36, !27}
!37 = !{!38, !38, i64 0}
!38 = !{!"p1 _ZTS7program", !10, i64 0}
!39 = distinct !{!39, !27}
!40 = !{!41, !18, i64 8}
!41 = !{!"instruction", !5, i64 0, !18, i64 8}
!42 = !{!41, !5, i64 0}
!43 = distinct !{!43, !27}
!44 = !{!45, !45, i64 0}
!45 = !{!"p2 omnipotent char", !46, i64 0}
!46 = !{!"any p2 pointer", !10, i64 0}
!47 = distinct !{!47, !27}
!48 = !{!16, !18, i64 16}
!49 = distinct !{!49, !27}
!50 = !{i64 0, i64 4, !4, i64 8, i64 8, !19, i64 16, i64 16, !32, i64 32, i64 1, !32}
!51 = !{!17, !5, i64 0}
!52 = !{!17, !18, i64 8}
!53 = !{!17, !6, i64 32}
!54 = distinct !{!54, !27}
