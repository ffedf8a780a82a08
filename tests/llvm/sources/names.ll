target triple = "x86_64-pc-linux-gnu"

define i32 @"a\22b"(i32 %x) #0 {
  %slot = alloca i32
  store i32 %x, ptr %slot
  %r = load i32, ptr %slot
  %s = add i32 %r, 3
  ret i32 %s
}

define i32 @"\01_x"(i32 %x) #0 {
  %slot = alloca i32
  store i32 %x, ptr %slot
  %r = load i32, ptr %slot
  %s = add i32 %r, 3
  ret i32 %s
}

define i32 @"with space"(i32 %x) #0 {
  %slot = alloca i32
  store i32 %x, ptr %slot
  %r = load i32, ptr %slot
  %s = add i32 %r, 3
  ret i32 %s
}

define i32 @"caf\C3\A9"(i32 %x) #0 {
  %slot = alloca i32
  store i32 %x, ptr %slot
  %r = load i32, ptr %slot
  %s = add i32 %r, 3
  ret i32 %s
}

define i32 @"stray\FF"(i32 %x) #0 {
  %slot = alloca i32
  store i32 %x, ptr %slot
  %r = load i32, ptr %slot
  %s = add i32 %r, 3
  ret i32 %s
}

define i32 @"a,b"(i32 %x) #0 {
  %slot = alloca i32
  store i32 %x, ptr %slot
  %r = load i32, ptr %slot
  %s = add i32 %r, 3
  ret i32 %s
}

define i32 @"-dash"(i32 %x) #0 {
  %slot = alloca i32
  store i32 %x, ptr %slot
  %r = load i32, ptr %slot
  %s = add i32 %r, 3
  ret i32 %s
}

define i32 @"it's"(i32 %x) #0 {
  %slot = alloca i32
  store i32 %x, ptr %slot
  %r = load i32, ptr %slot
  %s = add i32 %r, 3
  ret i32 %s
}

define i32 @"back\5Cslash"(i32 %x) #0 {
  %slot = alloca i32
  store i32 %x, ptr %slot
  %r = load i32, ptr %slot
  %s = add i32 %r, 3
  ret i32 %s
}

define i32 @"new\0Aline"(i32 %x) #0 {
  %slot = alloca i32
  store i32 %x, ptr %slot
  %r = load i32, ptr %slot
  %s = add i32 %r, 3
  ret i32 %s
}

define i32 @"(paren)"(i32 %x) #0 {
  %slot = alloca i32
  store i32 %x, ptr %slot
  %r = load i32, ptr %slot
  %s = add i32 %r, 3
  ret i32 %s
}

define i32 @"#1"(i32 %x) #0 {
  %slot = alloca i32
  store i32 %x, ptr %slot
  %r = load i32, ptr %slot
  %s = add i32 %r, 3
  ret i32 %s
}

attributes #0 = { minsize optsize }
