; Adds two numbers.
define i32 @add(i32 %a, i32 %b) {
entry:
  %sum = add i32 %a, %b
  ret i32 %sum
}

%pair = type { i32, i32 }

define void @nothing() {
  call void @llvm.trap()
  ret void
}
