; case: debug information changes no code
; flags: --effort fast
; expect: not-larger
source_filename = "debug_info.c"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

@__const.main.a = private unnamed_addr constant [9 x i32] [i32 1, i32 5, i32 2, i32 9, i32 4, i32 4, i32 0, i32 7, i32 3], align 16
@.str = private unnamed_addr constant [7 x i8] c"%d %d\0A\00", align 1, !dbg !0

define dso_local i32 @work(ptr noundef %0, i32 noundef %1) #0 !dbg !19 {
  %3 = alloca ptr, align 8
  %4 = alloca i32, align 4
  %5 = alloca i32, align 4
  %6 = alloca i32, align 4
  store ptr %0, ptr %3, align 8, !tbaa !30
    #dbg_declare(ptr %3, !25, !DIExpression(), !33)
  store i32 %1, ptr %4, align 4, !tbaa !15
    #dbg_declare(ptr %4, !26, !DIExpression(), !34)
  call void @llvm.lifetime.start.p0(ptr %5) #4, !dbg !35
    #dbg_declare(ptr %5, !27, !DIExpression(), !36)
  store i32 0, ptr %5, align 4, !dbg !37, !tbaa !15
  call void @llvm.lifetime.start.p0(ptr %6) #4, !dbg !38
    #dbg_declare(ptr %6, !28, !DIExpression(), !39)
  store i32 0, ptr %6, align 4, !dbg !40, !tbaa !15
  br label %7, !dbg !38

7:                                                ; preds = %38, %2
  %8 = load i32, ptr %6, align 4, !dbg !41, !tbaa !15
  %9 = load i32, ptr %4, align 4, !dbg !43, !tbaa !15
  %10 = icmp slt i32 %8, %9, !dbg !44
  br i1 %10, label %12, label %11, !dbg !45

11:                                               ; preds = %7
  call void @llvm.lifetime.end.p0(ptr %6) #4, !dbg !46
  br label %41

12:                                               ; preds = %7
  %13 = load ptr, ptr %3, align 8, !dbg !47, !tbaa !30
  %14 = load i32, ptr %6, align 4, !dbg !50, !tbaa !15
  %15 = sext i32 %14 to i64, !dbg !47
  %16 = getelementptr inbounds i32, ptr %13, i64 %15, !dbg !47
  %17 = load i32, ptr %16, align 4, !dbg !47, !tbaa !15
  %18 = icmp sgt i32 %17, 3, !dbg !51
  br i1 %18, label %19, label %28, !dbg !52

19:                                               ; preds = %12
  %20 = load ptr, ptr %3, align 8, !dbg !53, !tbaa !30
  %21 = load i32, ptr %6, align 4, !dbg !54, !tbaa !15
  %22 = sext i32 %21 to i64, !dbg !53
  %23 = getelementptr inbounds i32, ptr %20, i64 %22, !dbg !53
  %24 = load i32, ptr %23, align 4, !dbg !53, !tbaa !15
  %25 = mul nsw i32 %24, 7, !dbg !55
  %26 = load i32, ptr %5, align 4, !dbg !56, !tbaa !15
  %27 = add nsw i32 %26, %25, !dbg !57
  store i32 %27, ptr %5, align 4, !dbg !58, !tbaa !15
  br label %37, !dbg !59

28:                                               ; preds = %12
  %29 = load ptr, ptr %3, align 8, !dbg !60, !tbaa !30
  %30 = load i32, ptr %6, align 4, !dbg !61, !tbaa !15
  %31 = sext i32 %30 to i64, !dbg !60
  %32 = getelementptr inbounds i32, ptr %29, i64 %31, !dbg !60
  %33 = load i32, ptr %32, align 4, !dbg !60, !tbaa !15
  %34 = sdiv i32 %33, 3, !dbg !62
  %35 = load i32, ptr %5, align 4, !dbg !63, !tbaa !15
  %36 = sub nsw i32 %35, %34, !dbg !64
  store i32 %36, ptr %5, align 4, !dbg !65, !tbaa !15
  br label %37

37:                                               ; preds = %28, %19
  br label %38, !dbg !66

38:                                               ; preds = %37
  %39 = load i32, ptr %6, align 4, !dbg !67, !tbaa !15
  %40 = add nsw i32 %39, 1, !dbg !68
  store i32 %40, ptr %6, align 4, !dbg !69, !tbaa !15
  br label %7, !dbg !46, !llvm.loop !70

41:                                               ; preds = %11
  %42 = load i32, ptr %5, align 4, !dbg !74, !tbaa !15
  call void @llvm.lifetime.end.p0(ptr %5) #4, !dbg !75
  ret i32 %42, !dbg !76
}

declare void @llvm.lifetime.start.p0(ptr captures(none)) #1

declare void @llvm.lifetime.end.p0(ptr captures(none)) #1

define dso_local i32 @pick(i32 noundef %0) #0 !dbg !77 {
  %2 = alloca i32, align 4
  %3 = alloca i32, align 4
  store i32 %0, ptr %3, align 4, !tbaa !15
    #dbg_declare(ptr %3, !82, !DIExpression(), !83)
  %4 = load i32, ptr %3, align 4, !dbg !84, !tbaa !15
  %5 = urem i32 %4, 5, !dbg !85
  switch i32 %5, label %10 [
    i32 0, label %6
    i32 1, label %7
    i32 2, label %8
    i32 3, label %9
  ], !dbg !86

6:                                                ; preds = %1
  store i32 11, ptr %2, align 4, !dbg !87
  br label %11, !dbg !87

7:                                                ; preds = %1
  store i32 23, ptr %2, align 4, !dbg !89
  br label %11, !dbg !89

8:                                                ; preds = %1
  store i32 5, ptr %2, align 4, !dbg !90
  br label %11, !dbg !90

9:                                                ; preds = %1
  store i32 8, ptr %2, align 4, !dbg !91
  br label %11, !dbg !91

10:                                               ; preds = %1
  store i32 99, ptr %2, align 4, !dbg !92
  br label %11, !dbg !92

11:                                               ; preds = %10, %9, %8, %7, %6
  %12 = load i32, ptr %2, align 4, !dbg !93
  ret i32 %12, !dbg !94
}

define dso_local i32 @both(ptr noundef %0, i32 noundef %1, i32 noundef %2) #0 !dbg !95 {
  %4 = alloca ptr, align 8
  %5 = alloca i32, align 4
  %6 = alloca i32, align 4
  %7 = alloca i32, align 4
  store ptr %0, ptr %4, align 8, !tbaa !30
    #dbg_declare(ptr %4, !99, !DIExpression(), !103)
  store i32 %1, ptr %5, align 4, !tbaa !15
    #dbg_declare(ptr %5, !100, !DIExpression(), !104)
  store i32 %2, ptr %6, align 4, !tbaa !15
    #dbg_declare(ptr %6, !101, !DIExpression(), !105)
  call void @llvm.lifetime.start.p0(ptr %7) #4, !dbg !106
    #dbg_declare(ptr %7, !102, !DIExpression(), !107)
  %8 = load ptr, ptr %4, align 8, !dbg !108, !tbaa !30
  %9 = load i32, ptr %5, align 4, !dbg !109, !tbaa !15
  %10 = call i32 @work(ptr noundef %8, i32 noundef %9) #5, !dbg !110
  store i32 %10, ptr %7, align 4, !dbg !111, !tbaa !15
  %11 = load i32, ptr %6, align 4, !dbg !112, !tbaa !15
  %12 = call i32 @pick(i32 noundef %11) #5, !dbg !113
  %13 = load i32, ptr %7, align 4, !dbg !114, !tbaa !15
  %14 = add nsw i32 %12, %13, !dbg !115
  call void @llvm.lifetime.end.p0(ptr %7) #4, !dbg !116
  ret i32 %14, !dbg !117
}

define dso_local i32 @main() #0 !dbg !118 {
  %1 = alloca i32, align 4
  %2 = alloca [9 x i32], align 16
  store i32 0, ptr %1, align 4
  call void @llvm.lifetime.start.p0(ptr %2) #4, !dbg !126
    #dbg_declare(ptr %2, !122, !DIExpression(), !127)
  call void @llvm.memcpy.p0.p0.i64(ptr align 16 %2, ptr align 16 @__const.main.a, i64 36, i1 false), !dbg !128
  %3 = getelementptr inbounds [9 x i32], ptr %2, i64 0, i64 0, !dbg !129
  %4 = call i32 @both(ptr noundef %3, i32 noundef 9, i32 noundef 7) #5, !dbg !130
  %5 = getelementptr inbounds [9 x i32], ptr %2, i64 0, i64 0, !dbg !131
  %6 = call i32 @both(ptr noundef %5, i32 noundef 4, i32 noundef 3) #5, !dbg !132
  %7 = call i32 (ptr, ...) @printf(ptr noundef @.str, i32 noundef %4, i32 noundef %6) #5, !dbg !133
  call void @llvm.lifetime.end.p0(ptr %2) #4, !dbg !134
  ret i32 0, !dbg !135
}

declare void @llvm.memcpy.p0.p0.i64(ptr noalias writeonly captures(none), ptr noalias readonly captures(none), i64, i1 immarg) #2

declare !dbg !136 i32 @printf(ptr noundef, ...) #3

attributes #0 = { minsize nounwind optsize uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #1 = { nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #2 = { nocallback nofree nounwind willreturn memory(argmem: readwrite) }
attributes #3 = { minsize optsize "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #4 = { nounwind }
attributes #5 = { minsize optsize }

!llvm.dbg.cu = !{!7}
!llvm.module.flags = !{!9, !10, !11, !12, !13, !14}
!llvm.errno.tbaa = !{!15}

!0 = !DIGlobalVariableExpression(var: !1, expr: !DIExpression())
!1 = distinct !DIGlobalVariable(scope: null, file: !2, line: 5, type: !3, isLocal: true, isDefinition: true)
!2 = !DIFile(filename: "debug_info.c", directory: "/src", checksumkind: CSK_MD5, checksum: "098e6fac75b06cc69bc7a1d2383db9d5")
!3 = !DICompositeType(tag: DW_TAG_array_type, baseType: !4, size: 56, elements: !5)
!4 = !DIBasicType(name: "char", size: 8, encoding: DW_ATE_signed_char)
!5 = !{!6}
!6 = !DISubrange(count: 7)
!7 = distinct !DICompileUnit(language: DW_LANG_C11, file: !2, isOptimized: true, runtimeVersion: 0, emissionKind: FullDebug, globals: !8, splitDebugInlining: false, nameTableKind: None)
!8 = !{!0}
!9 = !{i32 7, !"Dwarf Version", i32 5}
!10 = !{i32 2, !"Debug Info Version", i32 3}
!11 = !{i32 1, !"wchar_size", i32 4}
!12 = !{i32 8, !"PIC Level", i32 2}
!13 = !{i32 7, !"PIE Level", i32 2}
!14 = !{i32 7, !"uwtable", i32 2}
!15 = !{!16, !16, i64 0}
!16 = !{!"int", !17, i64 0}
!17 = !{!"omnipotent char", !18, i64 0}
!18 = !{!"Simple C/C++ TBAA"}
!19 = distinct !DISubprogram(name: "work", scope: !2, file: !2, line: 1, type: !20, scopeLine: 1, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !7, retainedNodes: !24, keyInstructions: true)
!20 = !DISubroutineType(types: !21)
!21 = !{!22, !23, !22}
!22 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
!23 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !22, size: 64)
!24 = !{!25, !26, !27, !28}
!25 = !DILocalVariable(name: "p", arg: 1, scope: !19, file: !2, line: 1, type: !23)
!26 = !DILocalVariable(name: "n", arg: 2, scope: !19, file: !2, line: 1, type: !22)
!27 = !DILocalVariable(name: "s", scope: !19, file: !2, line: 1, type: !22)
!28 = !DILocalVariable(name: "i", scope: !29, file: !2, line: 1, type: !22)
!29 = distinct !DILexicalBlock(scope: !19, file: !2, line: 1, column: 38)
!30 = !{!31, !31, i64 0}
!31 = !{!"p1 int", !32, i64 0}
!32 = !{!"any pointer", !17, i64 0}
!33 = !DILocation(line: 1, column: 15, scope: !19)
!34 = !DILocation(line: 1, column: 22, scope: !19)
!35 = !DILocation(line: 1, column: 27, scope: !19)
!36 = !DILocation(line: 1, column: 31, scope: !19)
!37 = !DILocation(line: 1, column: 31, scope: !19, atomGroup: 1, atomRank: 1)
!38 = !DILocation(line: 1, column: 43, scope: !29)
!39 = !DILocation(line: 1, column: 47, scope: !29)
!40 = !DILocation(line: 1, column: 47, scope: !29, atomGroup: 2, atomRank: 1)
!41 = !DILocation(line: 1, column: 54, scope: !42)
!42 = distinct !DILexicalBlock(scope: !29, file: !2, line: 1, column: 38)
!43 = !DILocation(line: 1, column: 58, scope: !42)
!44 = !DILocation(line: 1, column: 56, scope: !42, atomGroup: 3, atomRank: 1)
!45 = !DILocation(line: 1, column: 38, scope: !29, atomGroup: 4, atomRank: 1)
!46 = !DILocation(line: 1, column: 38, scope: !42)
!47 = !DILocation(line: 1, column: 72, scope: !48)
!48 = distinct !DILexicalBlock(scope: !49, file: !2, line: 1, column: 72)
!49 = distinct !DILexicalBlock(scope: !42, file: !2, line: 1, column: 66)
!50 = !DILocation(line: 1, column: 74, scope: !48)
!51 = !DILocation(line: 1, column: 77, scope: !48, atomGroup: 5, atomRank: 2)
!52 = !DILocation(line: 1, column: 77, scope: !48, atomGroup: 5, atomRank: 1)
!53 = !DILocation(line: 1, column: 87, scope: !48)
!54 = !DILocation(line: 1, column: 89, scope: !48)
!55 = !DILocation(line: 1, column: 92, scope: !48)
!56 = !DILocation(line: 1, column: 84, scope: !48)
!57 = !DILocation(line: 1, column: 84, scope: !48, atomGroup: 6, atomRank: 2)
!58 = !DILocation(line: 1, column: 84, scope: !48, atomGroup: 6, atomRank: 1)
!59 = !DILocation(line: 1, column: 82, scope: !48)
!60 = !DILocation(line: 1, column: 107, scope: !48)
!61 = !DILocation(line: 1, column: 109, scope: !48)
!62 = !DILocation(line: 1, column: 112, scope: !48)
!63 = !DILocation(line: 1, column: 104, scope: !48)
!64 = !DILocation(line: 1, column: 104, scope: !48, atomGroup: 7, atomRank: 2)
!65 = !DILocation(line: 1, column: 104, scope: !48, atomGroup: 7, atomRank: 1)
!66 = !DILocation(line: 1, column: 117, scope: !49, atomGroup: 9, atomRank: 1)
!67 = !DILocation(line: 1, column: 62, scope: !42)
!68 = !DILocation(line: 1, column: 62, scope: !42, atomGroup: 8, atomRank: 2)
!69 = !DILocation(line: 1, column: 62, scope: !42, atomGroup: 8, atomRank: 1)
!70 = distinct !{!70, !71, !72, !73}
!71 = !DILocation(line: 1, column: 38, scope: !29)
!72 = !DILocation(line: 1, column: 117, scope: !29)
!73 = !{!"llvm.loop.mustprogress"}
!74 = !DILocation(line: 1, column: 126, scope: !19, atomGroup: 11, atomRank: 2)
!75 = !DILocation(line: 1, column: 129, scope: !19)
!76 = !DILocation(line: 1, column: 119, scope: !19, atomGroup: 11, atomRank: 1)
!77 = distinct !DISubprogram(name: "pick", scope: !2, file: !2, line: 2, type: !78, scopeLine: 2, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !7, retainedNodes: !81, keyInstructions: true)
!78 = !DISubroutineType(types: !79)
!79 = !{!22, !80}
!80 = !DIBasicType(name: "unsigned int", size: 32, encoding: DW_ATE_unsigned)
!81 = !{!82}
!82 = !DILocalVariable(name: "k", arg: 1, scope: !77, file: !2, line: 2, type: !80)
!83 = !DILocation(line: 2, column: 19, scope: !77)
!84 = !DILocation(line: 2, column: 32, scope: !77)
!85 = !DILocation(line: 2, column: 34, scope: !77, atomGroup: 1, atomRank: 2)
!86 = !DILocation(line: 2, column: 24, scope: !77, atomGroup: 1, atomRank: 1)
!87 = !DILocation(line: 2, column: 49, scope: !88, atomGroup: 2, atomRank: 1)
!88 = distinct !DILexicalBlock(scope: !77, file: !2, line: 2, column: 39)
!89 = !DILocation(line: 2, column: 68, scope: !88, atomGroup: 3, atomRank: 1)
!90 = !DILocation(line: 2, column: 87, scope: !88, atomGroup: 4, atomRank: 1)
!91 = !DILocation(line: 2, column: 105, scope: !88, atomGroup: 5, atomRank: 1)
!92 = !DILocation(line: 2, column: 124, scope: !88, atomGroup: 6, atomRank: 1)
!93 = !DILocation(line: 2, column: 137, scope: !77, atomGroup: 7, atomRank: 2)
!94 = !DILocation(line: 2, column: 137, scope: !77, atomGroup: 7, atomRank: 1)
!95 = distinct !DISubprogram(name: "both", scope: !2, file: !2, line: 3, type: !96, scopeLine: 3, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !7, retainedNodes: !98, keyInstructions: true)
!96 = !DISubroutineType(types: !97)
!97 = !{!22, !23, !22, !80}
!98 = !{!99, !100, !101, !102}
!99 = !DILocalVariable(name: "p", arg: 1, scope: !95, file: !2, line: 3, type: !23)
!100 = !DILocalVariable(name: "n", arg: 2, scope: !95, file: !2, line: 3, type: !22)
!101 = !DILocalVariable(name: "k", arg: 3, scope: !95, file: !2, line: 3, type: !80)
!102 = !DILocalVariable(name: "t", scope: !95, file: !2, line: 3, type: !22)
!103 = !DILocation(line: 3, column: 15, scope: !95)
!104 = !DILocation(line: 3, column: 22, scope: !95)
!105 = !DILocation(line: 3, column: 34, scope: !95)
!106 = !DILocation(line: 3, column: 39, scope: !95)
!107 = !DILocation(line: 3, column: 43, scope: !95)
!108 = !DILocation(line: 3, column: 52, scope: !95)
!109 = !DILocation(line: 3, column: 55, scope: !95)
!110 = !DILocation(line: 3, column: 47, scope: !95, atomGroup: 1, atomRank: 2)
!111 = !DILocation(line: 3, column: 43, scope: !95, atomGroup: 1, atomRank: 1)
!112 = !DILocation(line: 3, column: 71, scope: !95)
!113 = !DILocation(line: 3, column: 66, scope: !95)
!114 = !DILocation(line: 3, column: 76, scope: !95)
!115 = !DILocation(line: 3, column: 74, scope: !95, atomGroup: 3, atomRank: 2)
!116 = !DILocation(line: 3, column: 79, scope: !95)
!117 = !DILocation(line: 3, column: 59, scope: !95, atomGroup: 3, atomRank: 1)
!118 = distinct !DISubprogram(name: "main", scope: !2, file: !2, line: 5, type: !119, scopeLine: 5, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !7, retainedNodes: !121, keyInstructions: true)
!119 = !DISubroutineType(types: !120)
!120 = !{!22}
!121 = !{!122}
!122 = !DILocalVariable(name: "a", scope: !118, file: !2, line: 5, type: !123)
!123 = !DICompositeType(tag: DW_TAG_array_type, baseType: !22, size: 288, elements: !124)
!124 = !{!125}
!125 = !DISubrange(count: 9)
!126 = !DILocation(line: 5, column: 18, scope: !118)
!127 = !DILocation(line: 5, column: 22, scope: !118)
!128 = !DILocation(line: 5, column: 22, scope: !118, atomGroup: 1, atomRank: 1)
!129 = !DILocation(line: 5, column: 81, scope: !118)
!130 = !DILocation(line: 5, column: 76, scope: !118)
!131 = !DILocation(line: 5, column: 96, scope: !118)
!132 = !DILocation(line: 5, column: 91, scope: !118)
!133 = !DILocation(line: 5, column: 58, scope: !118)
!134 = !DILocation(line: 5, column: 117, scope: !118)
!135 = !DILocation(line: 5, column: 107, scope: !118, atomGroup: 3, atomRank: 1)
!136 = !DISubprogram(name: "printf", scope: !2, file: !2, line: 4, type: !137, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!137 = !DISubroutineType(types: !138)
!138 = !{!22, !139, null}
!139 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !140, size: 64)
!140 = !DIDerivedType(tag: DW_TAG_const_type, baseType: !4)
