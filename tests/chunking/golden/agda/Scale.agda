module Scale where

open import Data.Nat

-- What can be weighed.
data Parcel : Set where
  light : Parcel
  heavy : ℕ → Parcel

record Scale : Set where
  field
    limit : ℕ
    unit : ℕ

-- How much it weighs.
weight : Parcel → ℕ
weight light = 1
weight (heavy n) = n
