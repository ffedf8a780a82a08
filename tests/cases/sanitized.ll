; case: address sanitizer's attribute, left to -Oz
; flags: --effort fast
; expect: not-larger, function-excluded
source_filename = "sanitized.c"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

define dso_local i32 @work(ptr noundef %p, i32 noundef %n) #0 {
entry:
  %p.addr = alloca ptr, align 8, !annotation !8
  %n.addr = alloca i32, align 4, !annotation !10
  %s = alloca i32, align 4, !annotation !12
  %i = alloca i32, align 4, !annotation !14
  store ptr %p, ptr %p.addr, align 8, !tbaa !16
  store i32 %n, ptr %n.addr, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %s) #2
  store i32 0, ptr %s, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %i) #2
  store i32 0, ptr %i, align 4, !tbaa !4
  br label %for.cond

for.cond:                                         ; preds = %for.inc, %entry
  %0 = load i32, ptr %i, align 4, !tbaa !4
  %1 = load i32, ptr %n.addr, align 4, !tbaa !4
  %cmp = icmp slt i32 %0, %1
  br i1 %cmp, label %for.body, label %for.cond.cleanup

for.cond.cleanup:                                 ; preds = %for.cond
  call void @llvm.lifetime.end.p0(ptr %i) #2
  br label %for.end

for.body:                                         ; preds = %for.cond
  %2 = load ptr, ptr %p.addr, align 8, !tbaa !16
  %3 = load i32, ptr %i, align 4, !tbaa !4
  %idxprom = sext i32 %3 to i64
  %arrayidx = getelementptr inbounds i32, ptr %2, i64 %idxprom
  %4 = load i32, ptr %arrayidx, align 4, !tbaa !4
  %cmp1 = icmp sgt i32 %4, 3
  br i1 %cmp1, label %if.then, label %if.else

if.then:                                          ; preds = %for.body
  %5 = load ptr, ptr %p.addr, align 8, !tbaa !16
  %6 = load i32, ptr %i, align 4, !tbaa !4
  %idxprom2 = sext i32 %6 to i64
  %arrayidx3 = getelementptr inbounds i32, ptr %5, i64 %idxprom2
  %7 = load i32, ptr %arrayidx3, align 4, !tbaa !4
  %mul = mul nsw i32 %7, 7
  %8 = load i32, ptr %s, align 4, !tbaa !4
  %add = add nsw i32 %8, %mul
  store i32 %add, ptr %s, align 4, !tbaa !4
  br label %if.end

if.else:                                          ; preds = %for.body
  %9 = load ptr, ptr %p.addr, align 8, !tbaa !16
  %10 = load i32, ptr %i, align 4, !tbaa !4
  %idxprom4 = sext i32 %10 to i64
  %arrayidx5 = getelementptr inbounds i32, ptr %9, i64 %idxprom4
  %11 = load i32, ptr %arrayidx5, align 4, !tbaa !4
  %div = sdiv i32 %11, 3
  %12 = load i32, ptr %s, align 4, !tbaa !4
  %sub = sub nsw i32 %12, %div
  store i32 %sub, ptr %s, align 4, !tbaa !4
  br label %if.end

if.end:                                           ; preds = %if.else, %if.then
  br label %for.inc

for.inc:                                          ; preds = %if.end
  %13 = load i32, ptr %i, align 4, !tbaa !4
  %inc = add nsw i32 %13, 1
  store i32 %inc, ptr %i, align 4, !tbaa !4
  br label %for.cond, !llvm.loop !19

for.end:                                          ; preds = %for.cond.cleanup
  %14 = load i32, ptr %s, align 4, !tbaa !4
  call void @llvm.lifetime.end.p0(ptr %s) #2
  ret i32 %14
}

declare void @llvm.lifetime.start.p0(ptr captures(none)) #1

declare void @llvm.lifetime.end.p0(ptr captures(none)) #1

define dso_local i32 @pick(i32 noundef %k) #0 {
entry:
  %retval = alloca i32, align 4, !annotation !21
  %k.addr = alloca i32, align 4, !annotation !23
  store i32 %k, ptr %k.addr, align 4, !tbaa !4
  %0 = load i32, ptr %k.addr, align 4, !tbaa !4
  %rem = urem i32 %0, 5
  switch i32 %rem, label %sw.default [
    i32 0, label %sw.bb
    i32 1, label %sw.bb1
    i32 2, label %sw.bb2
    i32 3, label %sw.bb3
  ]

sw.bb:                                            ; preds = %entry
  store i32 11, ptr %retval, align 4
  br label %return

sw.bb1:                                           ; preds = %entry
  store i32 23, ptr %retval, align 4
  br label %return

sw.bb2:                                           ; preds = %entry
  store i32 5, ptr %retval, align 4
  br label %return

sw.bb3:                                           ; preds = %entry
  store i32 8, ptr %retval, align 4
  br label %return

sw.default:                                       ; preds = %entry
  store i32 99, ptr %retval, align 4
  br label %return

return:                                           ; preds = %sw.default, %sw.bb3, %sw.bb2, %sw.bb1, %sw.bb
  %1 = load i32, ptr %retval, align 4
  ret i32 %1
}

define dso_local i32 @both(ptr noundef %p, i32 noundef %n, i32 noundef %k) #0 {
entry:
  %p.addr = alloca ptr, align 8, !annotation !8
  %n.addr = alloca i32, align 4, !annotation !10
  %k.addr = alloca i32, align 4, !annotation !23
  %t = alloca i32, align 4, !annotation !25
  store ptr %p, ptr %p.addr, align 8, !tbaa !16
  store i32 %n, ptr %n.addr, align 4, !tbaa !4
  store i32 %k, ptr %k.addr, align 4, !tbaa !4
  call void @llvm.lifetime.start.p0(ptr %t) #2
  %0 = load ptr, ptr %p.addr, align 8, !tbaa !16
  %1 = load i32, ptr %n.addr, align 4, !tbaa !4
  %call = call i32 @work(ptr noundef %0, i32 noundef %1) #3
  store i32 %call, ptr %t, align 4, !tbaa !4
  %2 = load i32, ptr %k.addr, align 4, !tbaa !4
  %call1 = call i32 @pick(i32 noundef %2) #3
  %3 = load i32, ptr %t, align 4, !tbaa !4
  %add = add nsw i32 %call1, %3
  call void @llvm.lifetime.end.p0(ptr %t) #2
  ret i32 %add
}

attributes #0 = { minsize nounwind optsize sanitize_address uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #1 = { nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #2 = { nounwind }
attributes #3 = { minsize optsize }

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
!8 = !{!9}
!9 = !{!"alloca_name_altered", !"p.addr"}
!10 = !{!11}
!11 = !{!"alloca_name_altered", !"n.addr"}
!12 = !{!13}
!13 = !{!"alloca_name_altered", !"s"}
!14 = !{!15}
!15 = !{!"alloca_name_altered", !"i"}
!16 = !{!17, !17, i64 0}
!17 = !{!"p1 int", !18, i64 0}
!18 = !{!"any pointer", !6, i64 0}
!19 = distinct !{!19, !20}
!20 = !{!"llvm.loop.mustprogress"}
!21 = !{!22}
!22 = !{!"alloca_name_altered", !"retval"}
!23 = !{!24}
!24 = !{!"alloca_name_altered", !"k.addr"}
!25 = !{!26}
!26 = !{!"alloca_name_altered", !"t"}
