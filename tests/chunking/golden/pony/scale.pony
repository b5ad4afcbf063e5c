"""Weighing."""

class Scale
  """A scale weighs."""
  let _limit: U32

  new create(limit: U32) =>
    _limit = limit
    reset()

  fun too_heavy(weight: U32): Bool =>
    let over = weight > _limit
    over

actor Main
  new create(env: Env) =>
    let s = Scale(3)
    env.out.print("a")

  be weigh(n: U32) =>
    let m = n + 1
    None
