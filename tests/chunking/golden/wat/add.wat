(module
  ;; Adds two numbers.
  (func $add (param $a i32) (param $b i32) (result i32)
    local.get $a
    local.get $b
    i32.add)
  (func $twice (param $a i32) (result i32)
    local.get $a
    call $add)
  (export "add" (func $add))
)
