import std/[strutils, math]

const Zero = -273.15

type
  Scale = enum
    Celsius, Kelvin

## Converts between scales.
proc convert*(value: float, to: Scale): float =
  case to
  of Celsius: value + Zero
  of Kelvin: value - Zero

func rounded(value: float): int =
  let whole = round(value)
  int(whole)

template twice(body: untyped) =
  body
  body
