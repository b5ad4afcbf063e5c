module Shop.Money

open System

/// An amount in a currency.
type Money =
    { Amount: decimal
      Currency: string }

type Result2 =
    | Paid of Money
    | Refused

/// Adds two amounts of one currency.
let add (a: Money) (b: Money) =
    if a.Currency <> b.Currency then
        invalidArg "b" "another currency"
    { a with Amount = a.Amount + b.Amount }

let rec sum items =
    match items with
    | [] -> None
    | first :: rest -> Some(List.fold add first rest)

type Till(opening: Money) =
    let mutable content = opening

    member this.Take(money: Money) =
        content <- add content money
        content
